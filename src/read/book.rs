//! A workbook as readers gather it: within the limits, in reading order, without the marks of an earlier assessment.

use std::sync::Arc;

use super::guard::{over, over_bytes};
use super::xlsx::{RESULT_NAME, RESULT_SHEET};
use super::{Active, Cell, DefinedName, Format, ReadFault, Sheet, Value, Workbook, limits, texts};
use crate::place::{CellRange, CellRef};

/// What a workbook may still hold.
#[derive(Debug)]
pub struct Left {
    cells: usize,
    text_bytes: usize,
}

impl Left {
    /// For a workbook of which nothing is read yet.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            cells: limits::CELLS,
            text_bytes: limits::CELL_TEXT_BYTES,
        }
    }

    /// Takes account of a cell.
    ///
    /// # Errors
    /// Where a limit is reached.
    pub fn take(&mut self, at: CellRef, value: &Value) -> Result<(), ReadFault> {
        let reached =
            |what, is: u32, most: u32| Err(over(what, u64::from(is) + 1, u64::from(most)));
        if at.row >= limits::ROWS {
            return reached("行数", at.row, limits::ROWS);
        }
        if at.column >= limits::COLUMNS {
            return reached("列数", at.column, limits::COLUMNS);
        }
        let most = limits::CELLS as u64;
        let cells = self.cells.checked_sub(1);
        self.cells = cells.ok_or_else(|| over("单元格数", most + 1, most))?;
        if let Value::Text(text) = value {
            let bytes = self.text_bytes.checked_sub(text.len());
            self.text_bytes = bytes.ok_or_else(too_much_text)?;
        }
        Ok(())
    }
}

/// The texts of a workbook are over their limit.
#[must_use]
pub fn too_much_text() -> ReadFault {
    let most = limits::CELL_TEXT_BYTES as u64;
    over_bytes("单元格文字总量", most + 1, most)
}

/// Holds a workbook to its number of sheets.
///
/// # Errors
/// Where it has more.
pub fn within_sheets(count: usize) -> Result<(), ReadFault> {
    if count > limits::SHEETS {
        return Err(over("工作表数", count as u64, limits::SHEETS as u64));
    }
    Ok(())
}

impl Sheet {
    /// A sheet of which nothing is read yet.
    #[must_use]
    pub fn empty(name: &str, visible: bool) -> Self {
        Self {
            name: name.into(),
            visible,
            cells: Vec::new(),
            merges: Vec::new(),
            hidden_rows: Vec::new(),
            hidden_columns: Vec::new(),
        }
    }

    /// Adds a cell, but one that holds nothing.
    ///
    /// # Errors
    /// Where a limit is reached.
    pub fn add(&mut self, cell: Cell, left: &mut Left) -> Result<(), ReadFault> {
        if cell.value != Value::Blank || cell.formula.is_some() {
            left.take(cell.at, &cell.value)?;
            self.cells.push(cell);
        }
        Ok(())
    }

    /// Puts cells and rows into reading order, the first of each position.
    pub fn put_in_order(&mut self) {
        if !self.cells.is_sorted_by(|a, b| a.at < b.at) {
            self.cells.sort_by_key(|cell| cell.at);
            self.cells.dedup_by_key(|cell| cell.at);
        }
        self.hidden_rows.sort_unstable();
    }
}

/// A workbook of a format that is not edited by parts, as far as it has been read.
#[derive(Debug, Default)]
pub struct Gathered {
    /// The sheets in the order of their tabs.
    pub sheets: Vec<Sheet>,
    /// Defined names: name, sheet, cells.
    pub names: Vec<(String, Arc<str>, CellRange)>,
    /// Custom document properties.
    pub properties: Vec<(String, String)>,
    /// What in it could act by itself.
    pub active: Vec<Active>,
}

impl Gathered {
    /// The whole, without the result sheet of an earlier marked copy.
    #[must_use]
    pub fn into_workbook(mut self, format: Format) -> Workbook {
        let result = self.names.iter().find(|(name, ..)| name == RESULT_NAME);
        let result = result.map(|(_, sheet, _)| Arc::clone(sheet));
        let is_result =
            |name: &str| result.as_deref() == Some(name) && name.starts_with(RESULT_SHEET);
        self.sheets.retain(|sheet| !is_result(&sheet.name));
        self.sheets.iter_mut().for_each(Sheet::put_in_order);
        self.active.sort_unstable();
        self.active.dedup();
        let sheets = &self.sheets;
        let kept = self
            .names
            .into_iter()
            .filter(|(_, name, _)| sheets.iter().any(|it| it.name == *name));
        let named = |(name, sheet, range): (String, Arc<str>, CellRange)| DefinedName {
            name: name.into(),
            sheet,
            range,
        };
        Workbook {
            format,
            names: kept.map(named).collect(),
            properties: self.properties,
            was_marked: result.is_some(),
            active: self.active,
            sheets: self.sheets,
            texts: texts::Texts::default(),
        }
    }
}
