//! The rows of a workbook one after the other, whatever it was read from.

use std::sync::Arc;

use super::{Cell, ReadFault, Workbook};

/// A row that holds something.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// The name of its sheet.
    pub sheet: &'a Arc<str>,
    /// Its number, from 0.
    pub number: u32,
    /// What stands in it, from left to right.
    pub cells: &'a [Cell],
    /// Whether it is hidden.
    pub is_hidden: bool,
}

/// Where to go after a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Go {
    /// To the next one.
    On,
    /// Past the rest of this sheet.
    ToNextSheet,
    /// Nowhere: enough was seen.
    Away,
}

/// Sees each row.
pub type Visit<'v> = dyn FnMut(&Row<'_>) -> Result<Go, ReadFault> + 'v;

/// Which rows are worth reading: by the name of their sheet and their number, from 0.
pub type Wanted<'w> = dyn Fn(&str, u32) -> bool + 'w;

/// Visits the rows of the visible sheets of a workbook that is read already.
///
/// # Errors
/// Where the visitor says so.
pub fn walk(
    workbook: &Workbook,
    wanted: &Wanted<'_>,
    visit: &mut Visit<'_>,
) -> Result<(), ReadFault> {
    for sheet in workbook.sheets.iter().filter(|sheet| sheet.visible) {
        for cells in sheet.cells.chunk_by(|a, b| a.at.row == b.at.row) {
            let number = cells[0].at.row;
            if !wanted(&sheet.name, number) {
                continue;
            }
            let row = Row {
                sheet: &sheet.name,
                number,
                cells,
                is_hidden: sheet.hidden_rows.binary_search(&number).is_ok(),
            };
            match visit(&row)? {
                Go::On => {}
                Go::ToNextSheet => break,
                Go::Away => return Ok(()),
            }
        }
    }
    Ok(())
}
