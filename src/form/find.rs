//! Places every slot of a layout in a workbook: by defined name, else by label.
//!
//! A label is any of the layout's, ignoring blanks, brackets with their content, colons, stars, and width. The
//! input is the cell to the right of its label, or under its heading in tables; merged cells count as one. What is
//! found in neither way is `None`, never guessed.

use std::collections::HashMap;

use super::layout::{Block, FieldLayout, Layout, Part, Slot};
use crate::place::{CellRef, Place};
use crate::read::{Sheet, Value, Workbook};

/// The place of each slot of the layout, in its order.
#[must_use]
pub fn find(layout: &Layout, workbook: &Workbook) -> Vec<Option<Place>> {
    let names: HashMap<&str, _> = workbook
        .names
        .iter()
        .map(|name| (&*name.name, name))
        .collect();
    let named = |slot: &Slot| {
        let (name, down, right) = match &slot.part {
            Part::Field => (format!("ld.{}", slot.id), 0, 0),
            Part::Table { table, row, .. } => (format!("ld.{table}.{}", slot.field.id), *row, 0),
            Part::Line {
                block,
                line,
                column,
            } => (format!("ld.{block}.{line}"), 0, *column),
        };
        let name = names.get(name.as_str())?;
        let cell = name.range.first.down(down)?.right(right)?;
        name.range.contains(cell).then(|| Place {
            sheet: name.sheet.clone(),
            cell,
        })
    };
    let labels = Labels::of(workbook);
    let slots = layout.slots.iter();
    slots
        .map(|slot| named(slot).or_else(|| labels.place(layout, slot)))
        .collect()
}

/// A label as it is compared: without blanks, brackets and their content, colons and stars, in half width.
#[must_use]
pub fn plain(label: &str) -> String {
    let mut depth = 0_u32;
    let mut kept = String::new();
    for c in label.chars() {
        match half_width(c) {
            '(' | '[' | '【' => depth += 1,
            ')' | ']' | '】' => depth = depth.saturating_sub(1),
            ':' | '*' | '、' => {}
            c if c.is_whitespace() || depth > 0 => {}
            c => kept.push(c),
        }
    }
    kept
}

/// A full-width letter, digit or sign as its half-width one.
#[must_use]
pub fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        c => c,
    }
}

/// Every text cell of a workbook by its plain text.
struct Labels<'a> {
    cells: HashMap<String, Vec<(&'a Sheet, CellRef)>>,
}

impl<'a> Labels<'a> {
    fn of(workbook: &'a Workbook) -> Self {
        let mut cells: HashMap<String, Vec<_>> = HashMap::new();
        for sheet in workbook.sheets.iter().filter(|sheet| sheet.visible) {
            for cell in &sheet.cells {
                if let Value::Text(text) = &cell.value {
                    cells.entry(plain(text)).or_default().push((sheet, cell.at));
                }
            }
        }
        Self { cells }
    }

    /// The one cell that carries one of these labels, on a sheet of this name if there are several.
    fn label<'l>(
        &self,
        labels: impl Iterator<Item = &'l String>,
        sheet: &str,
    ) -> Option<(&'a Sheet, CellRef)> {
        for label in labels {
            let Some(found) = self.cells.get(&plain(label)) else {
                continue;
            };
            let here: Vec<_> = found.iter().filter(|(on, _)| &*on.name == sheet).collect();
            match (here.as_slice(), found.as_slice()) {
                ([only], _) => return Some(**only),
                ([], [only]) => return Some(*only),
                _ => {}
            }
        }
        None
    }

    fn place(&self, layout: &Layout, slot: &Slot) -> Option<Place> {
        let form_sheet = &layout.form.sheets[slot.sheet];
        let on = form_sheet.name.as_str();
        let (sheet, cell) = match &slot.part {
            Part::Field => {
                let (sheet, at) = self.label(labels_of(&slot.field), on)?;
                (sheet, right_of(sheet, at)?)
            }
            Part::Table { row, .. } => {
                let (sheet, at) = self.label(labels_of(&slot.field), on)?;
                (sheet, at.down(row + 1)?)
            }
            Part::Line { block, line, .. } => {
                let lines = form_sheet.blocks.iter().find_map(|found| match found {
                    Block::Lines(lines) if lines.id == **block => Some(lines),
                    _ => None,
                })?;
                let line = lines.lines.iter().find(|found| found.id == **line)?;
                let (sheet, row) =
                    self.label(std::iter::once(&line.label).chain(&line.also), on)?;
                let column = self.heading(sheet, row, &slot.field)?;
                (sheet, CellRef::new(row.row, column)?)
            }
        };
        Some(Place {
            sheet: sheet.name.clone(),
            cell: top_left(sheet, cell),
        })
    }

    /// The column of the nearest heading above a line.
    fn heading(&self, sheet: &Sheet, line: CellRef, field: &FieldLayout) -> Option<u32> {
        let found = labels_of(field)
            .filter_map(|label| self.cells.get(&plain(label)))
            .flatten();
        let above = found.filter(|(on, at)| on.name == sheet.name && at.row < line.row);
        above.max_by_key(|(_, at)| at.row).map(|(_, at)| at.column)
    }
}

fn labels_of(field: &FieldLayout) -> impl Iterator<Item = &String> {
    std::iter::once(&field.label).chain(&field.also)
}

/// The cell to the right of a label, past the label's own merged range.
fn right_of(sheet: &Sheet, label: CellRef) -> Option<CellRef> {
    let merged = sheet.merges.iter().find(|range| range.contains(label));
    CellRef::new(
        label.row,
        merged.map_or(label.column, |range| range.last.column),
    )?
    .right(1)
}

fn top_left(sheet: &Sheet, cell: CellRef) -> CellRef {
    let merged = sheet.merges.iter().find(|range| range.contains(cell));
    merged.map_or(cell, |range| range.first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_compared_without_what_people_add() {
        for label in [
            "承诺金额（万元）",
            "承诺金额(万元)：",
            " 承诺 金额 *",
            "承诺金额",
        ] {
            assert_eq!(plain(label), "承诺金额", "{label}");
        }
    }
}
