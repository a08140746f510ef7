//! Functions by their number in a formula ([MS-XLS] §2.5.198.17 Ftab): those that forms use.

/// A function that is called by a name, its first argument.
pub const BY_NAME: u16 = 255;

/// How many arguments a function takes.
enum Takes {
    /// Always so many.
    Just(u8),
    /// As many as stand there.
    Any,
}

use Takes::{Any, Just};

/// In the order of their numbers.
const FUNCTIONS: &[(u16, &str, Takes)] = &[
    (0, "COUNT", Any),
    (1, "IF", Any),
    (2, "ISNA", Just(1)),
    (3, "ISERROR", Just(1)),
    (4, "SUM", Any),
    (5, "AVERAGE", Any),
    (6, "MIN", Any),
    (7, "MAX", Any),
    (8, "ROW", Any),
    (9, "COLUMN", Any),
    (10, "NA", Just(0)),
    (14, "FIXED", Any),
    (20, "SQRT", Just(1)),
    (24, "ABS", Just(1)),
    (25, "INT", Just(1)),
    (26, "SIGN", Just(1)),
    (27, "ROUND", Just(2)),
    (28, "LOOKUP", Any),
    (29, "INDEX", Any),
    (30, "REPT", Just(2)),
    (31, "MID", Just(3)),
    (32, "LEN", Just(1)),
    (33, "VALUE", Just(1)),
    (34, "TRUE", Just(0)),
    (35, "FALSE", Just(0)),
    (36, "AND", Any),
    (37, "OR", Any),
    (38, "NOT", Just(1)),
    (39, "MOD", Just(2)),
    (48, "TEXT", Just(2)),
    (64, "MATCH", Any),
    (65, "DATE", Just(3)),
    (67, "DAY", Just(1)),
    (68, "MONTH", Just(1)),
    (69, "YEAR", Just(1)),
    (70, "WEEKDAY", Any),
    (74, "NOW", Just(0)),
    (76, "ROWS", Just(1)),
    (77, "COLUMNS", Just(1)),
    (78, "OFFSET", Any),
    (82, "SEARCH", Any),
    (100, "CHOOSE", Any),
    (101, "HLOOKUP", Any),
    (102, "VLOOKUP", Any),
    (111, "CHAR", Just(1)),
    (112, "LOWER", Just(1)),
    (113, "UPPER", Just(1)),
    (115, "LEFT", Any),
    (116, "RIGHT", Any),
    (117, "EXACT", Just(2)),
    (118, "TRIM", Just(1)),
    (119, "REPLACE", Just(4)),
    (120, "SUBSTITUTE", Any),
    (121, "CODE", Just(1)),
    (124, "FIND", Any),
    (126, "ISERR", Just(1)),
    (127, "ISTEXT", Just(1)),
    (128, "ISNUMBER", Just(1)),
    (129, "ISBLANK", Just(1)),
    (130, "T", Just(1)),
    (131, "N", Just(1)),
    (140, "DATEVALUE", Just(1)),
    (148, "INDIRECT", Any),
    (169, "COUNTA", Any),
    (183, "PRODUCT", Any),
    (197, "TRUNC", Any),
    (212, "ROUNDUP", Just(2)),
    (213, "ROUNDDOWN", Just(2)),
    (216, "RANK", Any),
    (221, "TODAY", Just(0)),
    (228, "SUMPRODUCT", Any),
    (336, "CONCATENATE", Any),
    (337, "POWER", Just(2)),
    (344, "SUBTOTAL", Any),
    (345, "SUMIF", Any),
    (346, "COUNTIF", Just(2)),
    (347, "COUNTBLANK", Just(1)),
    (351, "DATEDIF", Just(3)),
    (359, "HYPERLINK", Any),
    (449, "EDATE", Just(2)),
    (450, "EOMONTH", Just(2)),
    (480, "IFERROR", Just(2)),
    (481, "COUNTIFS", Any),
    (482, "SUMIFS", Any),
];

/// The name of a function, and how many arguments it always takes.
#[must_use]
pub fn fixed(number: u16) -> Option<(&'static str, u8)> {
    match find(number)? {
        (_, name, Just(count)) => Some((name, *count)),
        (_, _, Any) => None,
    }
}

/// The name of a function whose arguments are counted where it is called.
#[must_use]
pub fn any(number: u16) -> Option<&'static str> {
    find(number).map(|(_, name, _)| *name)
}

fn find(number: u16) -> Option<&'static (u16, &'static str, Takes)> {
    let index = FUNCTIONS.binary_search_by_key(&number, |(number, ..)| *number);
    FUNCTIONS.get(index.ok()?)
}
