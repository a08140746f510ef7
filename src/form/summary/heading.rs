//! Where the table of a list stands, and what is told above it.
//!
//! The headings are the row in which most labels of the form stand, with what a second line of headings above or below
//! it adds. A column whose heading was edited is found by its defined name. What is found in neither way is missing,
//! never guessed.

use std::sync::Arc;

use foldhash::{HashMap, HashSet};

use super::SummaryLayout;
use crate::form::entry::{Datum, Entry, read_entry};
use crate::form::find::{half_width, plain};
use crate::form::{Slot, State};
use crate::place::{CellRef, Place};
use crate::read::rows::{Go, Visit};
use crate::read::{Cell, ReadFault, Value, Workbook};

/// Rows in which the headings are looked for.
const HEAD_ROWS: u32 = 40;
/// Bytes of texts in which the headings are looked for.
const HEAD_TEXT_BYTES: usize = 8 * 1024 * 1024;
/// Labels in a row that make it one of headings.
const LABELS_MIN: usize = 8;
/// Labels that a second line of headings adds at least.
const MORE_LABELS_MIN: usize = 2;

/// A table of projects.
#[derive(Debug)]
pub struct Table {
    /// The name of its sheet.
    pub sheet: Arc<str>,
    /// The last row of headings, from 0.
    pub heading: u32,
    /// The column of each slot of the layout's columns; `None` where it is not there.
    pub columns: Vec<Option<u32>>,
    /// What is told above the table, a slot of the layout's head each.
    pub head: Vec<Entry>,
}

/// Finds the tables in the first rows of each sheet, and puts the cells down to their headings into `outline`.
///
/// # Errors
/// Where the file is damaged.
pub fn tables(
    layout: &SummaryLayout,
    outline: &mut Workbook,
    mut walk: impl FnMut(&mut Visit<'_>) -> Result<(), ReadFault>,
) -> Result<Vec<Table>, ReadFault> {
    let mut sheets: Vec<(Arc<str>, Vec<Cell>)> = Vec::new();
    let mut left = HEAD_TEXT_BYTES;
    walk(&mut |row| {
        if row.number >= HEAD_ROWS {
            return Ok(Go::ToNextSheet);
        }
        let texts = row.cells.iter().map(|cell| match &cell.value {
            Value::Text(text) => text.len(),
            _ => 0,
        });
        let Some(rest) = left.checked_sub(texts.sum()) else {
            return Ok(Go::Away);
        };
        left = rest;
        match sheets.last_mut() {
            Some((name, cells)) if name == row.sheet => cells.extend_from_slice(row.cells),
            _ => sheets.push((Arc::clone(row.sheet), row.cells.to_vec())),
        }
        Ok(Go::On)
    })?;
    let mut tables = Vec::new();
    for (name, mut cells) in sheets {
        let Some(table) = table(layout, outline, &name, &cells) else {
            continue;
        };
        cells.retain(|cell| cell.at.row <= table.heading);
        if let Some(sheet) = outline.sheets.iter_mut().find(|it| it.name == name) {
            sheet.cells = cells;
        }
        tables.push(table);
    }
    Ok(tables)
}

/// The columns that a row's labels name: slot and column.
fn labels(layout: &SummaryLayout, cells: &[Cell]) -> HashMap<usize, u32> {
    let mut found = HashMap::default();
    for cell in cells {
        if let Value::Text(text) = &cell.value
            && let Some(slot) = layout.labels.get(&plain(text))
        {
            // of two columns with one label the first is meant
            found.entry(*slot).or_insert(cell.at.column);
        }
    }
    found
}

/// How many labels of the form stand in a row.
#[must_use]
pub fn label_count(layout: &SummaryLayout, cells: &[Cell]) -> usize {
    labels(layout, cells).len()
}

fn table(
    layout: &SummaryLayout,
    outline: &Workbook,
    name: &Arc<str>,
    cells: &[Cell],
) -> Option<Table> {
    let rows: Vec<&[Cell]> = cells.chunk_by(|a, b| a.at.row == b.at.row).collect();
    let found: Vec<HashMap<usize, u32>> = rows.iter().map(|row| labels(layout, row)).collect();
    let most = found.iter().map(HashMap::len).max()?;
    let best = found.iter().position(|found| found.len() == most)?;
    let (mut columns, mut last) = (found[best].clone(), best);
    for beside in [best.checked_sub(1), Some(best + 1)] {
        let more = beside.and_then(|at| found.get(at).filter(|it| it.len() >= MORE_LABELS_MIN));
        if let (Some(at), Some(more)) = (beside, more) {
            for (slot, column) in more {
                columns.entry(*slot).or_insert(*column);
            }
            last = last.max(at);
        }
    }
    let named = named_columns(layout, outline, name);
    for (slot, column) in named {
        let is_taken = columns.values().any(|taken| *taken == column);
        if !is_taken {
            columns.entry(slot).or_insert(column);
        }
    }
    if columns.len() < LABELS_MIN {
        return None;
    }
    let slots = 0..layout.columns.slots.len();
    let above = rows[..best].iter().copied().flatten();
    Some(Table {
        sheet: Arc::clone(name),
        heading: rows[last][0].at.row,
        columns: slots.map(|slot| columns.get(&slot).copied()).collect(),
        head: head(layout, name, &above.cloned().collect::<Vec<_>>()),
    })
}

/// The columns by their defined names on a sheet.
fn named_columns(layout: &SummaryLayout, outline: &Workbook, sheet: &str) -> Vec<(usize, u32)> {
    let names = outline.names.iter().filter(|name| &*name.sheet == sheet);
    let column = |name: &crate::read::DefinedName| {
        let id = name.name.strip_prefix("ld.rows.")?;
        Some((layout.columns.position(id)?, name.range.first.column))
    };
    names.filter_map(column).collect()
}

/// What stands above the table: `填报日期：2024-03-18`, or a label with its value to the right; a year in the title.
fn head(layout: &SummaryLayout, sheet: &Arc<str>, cells: &[Cell]) -> Vec<Entry> {
    let fields = layout.form.head.iter();
    let fields: HashSet<String> = fields
        .flat_map(|field| std::iter::once(&field.label).chain(&field.also))
        .map(|label| plain(label))
        .collect();
    // of two labels beside each other the first has no value
    let is_value = |(_, cell): &(String, Cell)| match &cell.value {
        Value::Text(text) => !fields.contains(&plain(text)),
        _ => true,
    };
    let told: Vec<(String, Cell)> = cells
        .iter()
        .enumerate()
        .flat_map(|(at, cell)| pairs(cell, cells.get(at + 1)))
        .filter(is_value)
        .collect();
    let entry = |slot: &Arc<Slot>| {
        let mut labels = std::iter::once(&slot.field.label).chain(&slot.field.also);
        let found = labels.find_map(|label| {
            let label = plain(label);
            told.iter().find(|(told, _)| *told == label)
        });
        let place = |at: CellRef| Place {
            sheet: Arc::clone(sheet),
            cell: at,
        };
        match found {
            Some((_, cell)) => read_entry(slot, Some(place(cell.at)), Some(cell)),
            None if &*slot.id == "year" => year(slot, cells, place),
            None => read_entry(slot, None, None),
        }
    };
    layout.head.slots.iter().map(entry).collect()
}

/// The year that a title names: `2024年度…`.
fn year(slot: &Arc<Slot>, cells: &[Cell], place: impl Fn(CellRef) -> Place) -> Entry {
    let named = cells.iter().find_map(|cell| match &cell.value {
        Value::Text(text) => Some((cell.at, year_in(text)?)),
        _ => None,
    });
    let mut entry = read_entry(slot, named.map(|(at, _)| place(at)), None);
    if let Some((_, year)) = named {
        entry.state = State::Given(Datum::Count(year));
    }
    entry
}

fn year_in(text: &str) -> Option<i64> {
    let plain: Vec<char> = text
        .chars()
        .map(half_width)
        .filter(|c| !c.is_whitespace())
        .collect();
    let ends = plain.iter().enumerate().filter(|(_, c)| **c == '年');
    let years = ends.filter_map(|(end, _)| {
        let digits: String = plain[end.checked_sub(4)?..end].iter().collect();
        let is_day = plain.get(end + 1).is_some_and(char::is_ascii_digit);
        let year = digits.parse().ok()?;
        (!is_day && (2000..=2100).contains(&year)).then_some(year)
    });
    let years: Vec<i64> = years.collect();
    match years.as_slice() {
        [year] => Some(*year),
        _ => None,
    }
}

/// The labels in a cell, plain, each with its value as a cell: after a colon in the same cell, else in the next one.
fn pairs(cell: &Cell, next: Option<&Cell>) -> Vec<(String, Cell)> {
    let Value::Text(text) = &cell.value else {
        return Vec::new();
    };
    let next = next.filter(|next| next.at.row == cell.at.row);
    let text: String = text.chars().map(half_width).collect();
    let parts: Vec<&str> = text.split(':').collect();
    let mut found = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let part = part.trim();
        let label = match at {
            0 => part,
            _ => part.rsplit(char::is_whitespace).next().unwrap_or(part),
        };
        // the first label may follow the title's words
        let words = part.rsplit(char::is_whitespace).next().unwrap_or(part);
        let value = parts.get(at + 1).map(|value| {
            let is_last = at + 2 == parts.len();
            let cut = value.trim().rfind(char::is_whitespace);
            match cut.filter(|_| !is_last) {
                Some(cut) => value.trim()[..cut].trim(),
                None if is_last => value.trim(),
                None => "",
            }
        });
        let value = match (value, next) {
            (Some(value), _) if !value.is_empty() => Some(Cell {
                at: cell.at,
                value: Value::of_text(value),
                formula: None,
            }),
            (_, Some(next)) if at + 2 >= parts.len() => Some(next.clone()),
            _ => None,
        };
        if let Some(value) = value {
            found.push((plain(label), value.clone()));
            if words != label {
                found.push((plain(words), value));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(at: &str, text: &str) -> Cell {
        Cell {
            at: at.parse().unwrap(),
            value: Value::of_text(text),
            formula: None,
        }
    }

    fn told(cells: &[Cell]) -> Vec<String> {
        let layout = SummaryLayout::builtin();
        let entries = head(&layout, &"汇总表".into(), cells);
        let shown = entries
            .iter()
            .map(|entry| match (&entry.state, &entry.place) {
                (State::Given(datum), Some(place)) => format!("{datum:?} {}", place.cell),
                (state, _) => format!("{state:?}"),
            });
        shown.collect()
    }

    #[test]
    fn what_stands_above_the_table_is_read_as_people_write_it() {
        let day = "Date(2024-03-18)";
        let who = "Text(\"天山区科技局\")";
        for (cells, expected) in [
            (
                vec![
                    cell("A1", "2024年度厅地联动项目推荐汇总表"),
                    cell(
                        "A2",
                        "推荐单位（盖章）：天山区科技局    填报日期：2024年3月18日",
                    ),
                ],
                [
                    "Count(2024) A1".to_owned(),
                    format!("{day} A2"),
                    format!("{who} A2"),
                ],
            ),
            (
                vec![
                    cell("A1", "申报年度"),
                    cell("B1", "2024"),
                    cell("C1", "填报日期："),
                    cell("D1", "2024-03-18"),
                    cell("A2", "推荐单位：天山区科技局"),
                ],
                [
                    "Count(2024) B1".to_owned(),
                    format!("{day} D1"),
                    format!("{who} A2"),
                ],
            ),
            (
                vec![cell("A1", "推荐汇总表 2024年3月18日")],
                [
                    "Missing".to_owned(),
                    "Missing".to_owned(),
                    "Missing".to_owned(),
                ],
            ),
        ] {
            assert_eq!(told(&cells), expected, "{cells:?}");
        }
    }
}
