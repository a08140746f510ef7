//! Bytes to a [`Workbook`]: sheets, cells with their places, names. Knows spreadsheets and nothing of forms.
//!
//! Parsing never fails for a reason the sender could not mend: the reason is a [`ReadFault`], told to them.

use std::sync::Arc;

use jiff::civil::DateTime;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::place::{CellRange, CellRef, Place};

pub mod guard;

pub mod limits;

pub mod package;

pub mod tags;

pub mod texts;

pub mod parts;

pub mod rows;

pub mod xlsx;

mod biff;

mod book;

mod bytes;

pub mod compound;

pub mod foreign;

mod formula;

mod ods;

mod xls;

mod xlsb;

pub use foreign::Foreign;
use guard::Opened;

/// Reads a workbook. Parsing in this process: limits come first, a panic of the reading library is a fault.
///
/// # Errors
/// The [`ReadFault`] to tell the sender.
pub fn read(bytes: &[u8]) -> Result<Workbook, ReadFault> {
    let opened = guard::open(bytes)?;
    let reading = std::panic::AssertUnwindSafe(|| match opened {
        Opened::Xlsx(package) => xlsx::read(package),
        Opened::Xlsb(package) => xlsb::read(package),
        Opened::Ods(package) => ods::read(package),
        Opened::Xls(file) => xls::read(&file),
    });
    std::panic::catch_unwind(reading).unwrap_or_else(|_| {
        Err(ReadFault::Damaged {
            why: "内容不符合工作簿的规范".to_owned(),
        })
    })
}

/// What a workbook holds, in reading order, without the marks of an earlier assessment.
#[derive(Debug, Clone, Default)]
pub struct Workbook {
    /// What it was read from.
    pub format: Format,
    /// The sheets in the order of their tabs, without the result sheet of an earlier marked copy.
    pub sheets: Vec<Sheet>,
    /// Defined names that point at one cell or rectangle of one sheet.
    pub names: Vec<DefinedName>,
    /// Custom document properties of text kind, in file order.
    pub properties: Vec<(String, String)>,
    /// Whether marks of an earlier assessment were found (and passed over).
    pub was_marked: bool,
    /// What in it could act by itself; never run, never followed.
    pub active: Vec<Active>,
    /// The texts of its package, kept for marking it.
    pub texts: texts::Texts,
}

/// What a workbook was read from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// `.xlsx`, `.xlsm`: the only ones that are edited by parts.
    #[default]
    Xlsx,
    /// `.xlsb`.
    Xlsb,
    /// `.ods`.
    Ods,
    /// `.xls`, `.et`.
    Xls,
}

impl Format {
    /// Whether the text of every formula is read; where it is not, those that are not told are empty.
    #[must_use]
    pub const fn has_formulas(self) -> bool {
        matches!(self, Self::Xlsx | Self::Ods)
    }

    /// How people know it, by the endings of its files.
    #[must_use]
    pub const fn endings(self) -> &'static str {
        match self {
            Self::Xlsx => ".xlsx",
            Self::Xlsb => ".xlsb",
            Self::Ods => ".ods",
            Self::Xls => ".xls 或 .et",
        }
    }
}

/// What in a workbook could act by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Active {
    /// Macros (a VBA project).
    Macros,
    /// Links to other workbooks.
    Links,
    /// Links to other programs (DDE).
    Dde,
    /// Embedded objects and controls.
    Embedded,
}

impl Active {
    /// What it is called, Chinese and English.
    #[must_use]
    pub const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Macros => ("宏", "macros"),
            Self::Links => ("外部链接", "external links"),
            Self::Dde => ("DDE 链接", "DDE links"),
            Self::Embedded => ("嵌入对象", "embedded objects"),
        }
    }
}

/// One sheet.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// As its tab shows it.
    pub name: Arc<str>,
    /// Whether a user sees the tab.
    pub visible: bool,
    /// Non-empty cells and formulas, in row-major order, at most one per position.
    pub cells: Vec<Cell>,
    /// Merged ranges.
    pub merges: Vec<CellRange>,
    /// Rows that are hidden, from 0.
    pub hidden_rows: Vec<u32>,
    /// Columns that are hidden, from 0: first and last.
    pub hidden_columns: Vec<(u32, u32)>,
}

/// One cell that holds something.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Where.
    pub at: CellRef,
    /// The stored value.
    pub value: Value,
    /// The formula, if there is one (its stored result is `value`, [`Value::Blank`] where none is stored); empty
    /// where the cell shares another one's, or the format does not tell ([`Format::has_formulas`]).
    pub formula: Option<Box<str>>,
}

/// A stored value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Nothing (a formula without a stored result).
    Blank,
    /// Text as it stands, not trimmed.
    Text(Box<str>),
    /// A number as a spreadsheet shows it, to 15 significant digits.
    Number(Decimal),
    /// A number with a date format.
    Date(DateTime),
    /// TRUE or FALSE.
    Bool(bool),
    /// An error value: `#REF!`.
    Error(Box<str>),
}

/// A name for a cell or rectangle.
#[derive(Debug, Clone)]
pub struct DefinedName {
    /// The name: `ld.title`.
    pub name: Box<str>,
    /// The sheet's name.
    pub sheet: Arc<str>,
    /// The cells.
    pub range: CellRange,
}

/// Why a file could not be read, in the terms of the person who sent it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ReadFault {
    /// Zero bytes.
    #[error("the file is empty")]
    Empty,
    /// Needs a password.
    #[error("the workbook is protected by a password")]
    Password,
    /// A format that is not read.
    #[error("no workbook but {}", what.names().1)]
    OtherFormat {
        /// What it is.
        what: Foreign,
    },
    /// Damaged; holds the reason.
    #[error("damaged: {why}")]
    Damaged {
        /// The reason.
        why: String,
    },
    /// Over a limit; says which, how much it is, and how much is allowed.
    #[error("over a limit: {what} is {is} or more, at most {most}")]
    OverLimit {
        /// The limit's name.
        what: String,
        /// What the file has.
        is: String,
        /// What is allowed.
        most: String,
    },
    /// Reading it ended the child process, or took too long.
    #[error("reading it was stopped: {why}")]
    Stopped {
        /// The reason.
        why: String,
    },
}

impl Workbook {
    /// The sheet of this name.
    #[must_use]
    pub fn sheet(&self, name: &str) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| &*sheet.name == name)
    }

    /// The cell at a place, `None` where nothing is.
    #[must_use]
    pub fn cell(&self, place: &Place) -> Option<&Cell> {
        self.sheet(&place.sheet)?.cell(place.cell)
    }

    /// How many cells hold something.
    #[must_use]
    pub fn cell_count(&self) -> usize {
        self.sheets.iter().map(|sheet| sheet.cells.len()).sum()
    }
}

impl Value {
    /// A text as it stands in a cell; an empty one is nothing.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        match text {
            "" => Self::Blank,
            text => Self::Text(text.into()),
        }
    }

    /// As a person would type it.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Blank => String::new(),
            Self::Text(text) | Self::Error(text) => text.trim().to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Date(at) => at.date().to_string(),
            Self::Bool(truth) => if *truth { "TRUE" } else { "FALSE" }.to_owned(),
        }
    }
}

impl Sheet {
    /// Whether a cell's row or column is hidden.
    #[must_use]
    pub fn is_hidden(&self, at: CellRef) -> bool {
        let mut columns = self.hidden_columns.iter();
        columns.any(|(first, last)| (*first..=*last).contains(&at.column))
            || self.hidden_rows.binary_search(&at.row).is_ok()
    }

    /// The cell at a position, `None` where nothing is.
    #[must_use]
    pub fn cell(&self, at: CellRef) -> Option<&Cell> {
        cell_at(&self.cells, at)
    }
}

/// Cells of a workbook looked up one after another: most stand on the sheet of the one before, and soon after it.
#[derive(Debug)]
pub struct Cells<'w> {
    workbook: &'w Workbook,
    sheet: Option<&'w Sheet>,
    /// How many of the sheet's cells stand before the one that was looked for last.
    passed: usize,
}

/// How many cells are passed one by one before the rest is searched by halves.
const STEPS_MAX: usize = 8;

impl<'w> Cells<'w> {
    /// The cells of this workbook.
    #[must_use]
    pub const fn of(workbook: &'w Workbook) -> Self {
        Self {
            workbook,
            sheet: None,
            passed: 0,
        }
    }

    /// The cell at a position of the sheet of this name, `None` where nothing is.
    pub fn at(&mut self, sheet: &Arc<str>, at: CellRef) -> Option<&'w Cell> {
        if self.sheet.is_none_or(|same| same.name != *sheet) {
            self.sheet = self.workbook.sheet(sheet);
            self.passed = 0;
        }
        let cells = &self.sheet?.cells;
        let is_before = |cell: &Cell| cell.at < at;
        if !cells[..self.passed].last().is_none_or(is_before) {
            self.passed = 0;
        }
        let rest = &cells[self.passed..];
        let near = rest.iter().take(STEPS_MAX);
        self.passed += match near.take_while(|cell| is_before(cell)).count() {
            STEPS_MAX => rest.partition_point(is_before),
            steps => steps,
        };
        cells.get(self.passed).filter(|cell| cell.at == at)
    }
}

/// The cell at a position among cells in row-major order.
#[must_use]
pub fn cell_at(cells: &[Cell], at: CellRef) -> Option<&Cell> {
    let found = cells.binary_search_by(|cell| cell.at.cmp(&at));
    found.ok().map(|index| &cells[index])
}
