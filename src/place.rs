//! Sheet and cell as a spreadsheet writes them: `经费预算!H6`.
//!
//! Rows and columns are counted from 0 inside and written from 1 and `A` outside (ECMA-376 §18.18.7 ST_CellRef).

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Rows of a sheet.
pub const ROWS: u32 = 1_048_576;
/// Columns of a sheet; the last is `XFD`.
pub const COLUMNS: u32 = 16_384;

/// One cell's position: row and column counted from 0, always inside a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellRef {
    /// Row from 0 to [`ROWS`] - 1.
    pub row: u32,
    /// Column from 0 to [`COLUMNS`] - 1.
    pub column: u32,
}

impl CellRef {
    /// The cell in this row and column, counted from 0; `None` outside a sheet.
    #[must_use]
    pub fn new(row: u32, column: u32) -> Option<Self> {
        (row < ROWS && column < COLUMNS).then_some(Self { row, column })
    }

    /// The cell `columns` further right, `None` past the edge.
    #[must_use]
    pub fn right(self, columns: u32) -> Option<Self> {
        Self::new(self.row, self.column.checked_add(columns)?)
    }

    /// The cell `rows` further down, `None` past the edge.
    #[must_use]
    pub fn down(self, rows: u32) -> Option<Self> {
        Self::new(self.row.checked_add(rows)?, self.column)
    }
}

/// The letters of a column counted from 0: `A`, `Z`, `AA`, `XFD`.
#[must_use]
pub fn column_letters(column: u32) -> String {
    let mut letters = String::new();
    // Writing to a String cannot fail.
    let _ = write_letters(column, &mut letters);
    letters
}

fn write_letters(column: u32, out: &mut dyn fmt::Write) -> fmt::Result {
    if column >= 26 {
        write_letters(column / 26 - 1, out)?;
    }
    out.write_char(char::from(b'A' + (column % 26) as u8))
}

impl fmt::Display for CellRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_letters(self.column, f)?;
        write!(f, "{}", self.row + 1)
    }
}

/// A text that is no cell or range of a sheet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a cell or range, such as H6 or A1:D4")]
pub struct NotACell(String);

impl FromStr for CellRef {
    type Err = NotACell;

    /// Reads `H6`, also `$H$6`; refuses everything outside a sheet.
    fn from_str(text: &str) -> Result<Self, NotACell> {
        let refuse = || NotACell(text.to_owned());
        let (mut column, mut row, mut letters, mut digits) = (0_u32, 0_u32, 0, 0);
        for byte in text.bytes() {
            match byte.to_ascii_uppercase() {
                b'$' => {}
                letter @ b'A'..=b'Z' if digits == 0 && letters < 3 => {
                    column = column * 26 + u32::from(letter - b'A') + 1;
                    letters += 1;
                }
                digit @ b'0'..=b'9' if letters > 0 && digits < 7 => {
                    row = row * 10 + u32::from(digit - b'0');
                    digits += 1;
                }
                _ => return Err(refuse()),
            }
        }
        let (row, column) = (row.checked_sub(1), column.checked_sub(1));
        let (row, column) = row.zip(column).ok_or_else(refuse)?;
        Self::new(row, column).ok_or_else(refuse)
    }
}

/// A rectangle of cells, both corners included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CellRange {
    /// Top left.
    pub first: CellRef,
    /// Bottom right.
    pub last: CellRef,
}

impl CellRange {
    /// Whether the cell lies inside.
    #[must_use]
    pub fn contains(&self, cell: CellRef) -> bool {
        (self.first.row..=self.last.row).contains(&cell.row)
            && (self.first.column..=self.last.column).contains(&cell.column)
    }
}

impl From<CellRef> for CellRange {
    fn from(cell: CellRef) -> Self {
        Self {
            first: cell,
            last: cell,
        }
    }
}

impl fmt::Display for CellRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last {
            return self.first.fmt(f);
        }
        write!(f, "{}:{}", self.first, self.last)
    }
}

impl FromStr for CellRange {
    type Err = NotACell;

    /// Reads `A1:D4` or a single cell, with or without `$`.
    fn from_str(text: &str) -> Result<Self, NotACell> {
        let (first, last) = text.split_once(':').unwrap_or((text, text));
        let (a, b): (CellRef, CellRef) = (first.parse()?, last.parse()?);
        Ok(Self {
            first: CellRef {
                row: a.row.min(b.row),
                column: a.column.min(b.column),
            },
            last: CellRef {
                row: a.row.max(b.row),
                column: a.column.max(b.column),
            },
        })
    }
}

/// A cell of a named sheet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The sheet's name as its tab shows it.
    pub sheet: Arc<str>,
    /// The cell.
    pub cell: CellRef,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}!{}", self.sheet, self.cell)
    }
}

impl Serialize for CellRef {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for CellRef {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_written_as_a_spreadsheet_writes_them() {
        for text in ["A1", "Z9", "AA10", "H6", "XFD1048576"] {
            assert_eq!(text.parse::<CellRef>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn positions_outside_a_sheet_are_refused() {
        for text in [
            "",
            "1",
            "A",
            "A0",
            "XFE1",
            "A1048577",
            "AAAAAAAAA1",
            "A-1",
            "甲1",
        ] {
            assert!(text.parse::<CellRef>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_range_is_read_from_any_two_corners() {
        assert_eq!("$D$4:A1".parse::<CellRange>().unwrap().to_string(), "A1:D4");
        assert_eq!("B2".parse::<CellRange>().unwrap().to_string(), "B2");
    }
}
