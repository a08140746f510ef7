//! Places every slot of a layout in a workbook: by defined name, else by label.
//!
//! A label is any of the layout's, ignoring blanks, brackets with their content, colons, stars, and width. The
//! input is the cell to the right of its label, or under its heading in tables; merged cells count as one. What is
//! found in neither way is `None`, never guessed.

use std::cell::{LazyCell, OnceCell};
use std::sync::Arc;

use foldhash::{HashMap, HashMapExt as _, HashSet};

use super::layout::{Block, FieldLayout, Layout, Part, Slot, TableBlock};
use crate::place::{CellRef, Place};
use crate::read::{Sheet, Value, Workbook};

/// Where a slot was found.
#[derive(Debug, Clone, Copy)]
pub struct Found<'w> {
    /// The sheet's name as the workbook holds it.
    pub sheet: &'w Arc<str>,
    /// The cell.
    pub cell: CellRef,
}

impl From<Found<'_>> for Place {
    fn from(found: Found<'_>) -> Self {
        Self {
            sheet: Arc::clone(found.sheet),
            cell: found.cell,
        }
    }
}

/// Where each slot of the layout stands, in its order.
#[must_use]
pub fn find<'w>(layout: &'w Layout, workbook: &'w Workbook) -> Vec<Option<Found<'w>>> {
    let mut names = vec![None; layout.names.len()];
    for name in &workbook.names {
        if let Some(position) = layout.position_of_name(&name.name) {
            names[position] = Some(name);
        }
    }
    let named = |slot: &Slot| {
        let (down, right) = match &slot.part {
            Part::Field => (0, 0),
            Part::Table { row, .. } => (*row, 0),
            Part::Line { column, .. } => (0, *column),
        };
        let name = names[slot.name]?;
        let cell = name.range.first.down(down)?.right(right)?;
        name.range.contains(cell).then_some(Found {
            sheet: &name.sheet,
            cell,
        })
    };
    let labels = LazyCell::new(|| Labels::of(layout, workbook));
    let slots = layout.slots.iter();
    slots
        .map(|slot| named(slot).or_else(|| labels.place(slot)))
        .collect()
}

/// A label as it is compared: without blanks, brackets and their content, colons and stars, in half width.
#[must_use]
pub fn plain(label: &str) -> String {
    let mut kept = String::with_capacity(label.len());
    kept.extend(plain_signs(label));
    kept
}

/// Whether two labels are the same when they are plain.
#[must_use]
pub fn are_alike(one: &str, other: &str) -> bool {
    plain_signs(one).eq(plain_signs(other))
}

fn plain_signs(label: &str) -> impl Iterator<Item = char> {
    let mut depth = 0_u32;
    signs(label).filter(move |c| match c {
        '(' | '[' | '【' => {
            depth += 1;
            false
        }
        ')' | ']' | '】' => {
            depth = depth.saturating_sub(1);
            false
        }
        _ => depth == 0,
    })
}

/// The signs of a label that count: in half width, without blanks, colons and stars.
fn signs(label: &str) -> impl Iterator<Item = char> {
    let counts = |c: &char| !c.is_whitespace() && !matches!(c, ':' | '*' | '、');
    label.chars().map(half_width).filter(counts)
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
    layout: &'a Layout,
    cells: HashMap<String, Vec<Label<'a>>>,
    /// The plain labels of fields, gathered when they are first needed.
    fields: OnceCell<HashSet<String>>,
}

/// A text cell that may be a label.
#[derive(Clone, Copy)]
struct Label<'a> {
    sheet: &'a Sheet,
    at: CellRef,
    text: &'a str,
}

/// What a label names.
#[derive(Clone, Copy)]
enum Names<'l> {
    /// The cell to its right.
    Field,
    /// A column of a table.
    Column(&'l TableBlock),
    /// A line.
    Line,
}

impl<'a> Labels<'a> {
    fn of(layout: &'a Layout, workbook: &'a Workbook) -> Self {
        let mut cells: HashMap<String, Vec<_>> = HashMap::new();
        for sheet in workbook.sheets.iter().filter(|sheet| sheet.visible) {
            for cell in &sheet.cells {
                if let Value::Text(text) = &cell.value {
                    let label = Label {
                        sheet,
                        at: cell.at,
                        text,
                    };
                    cells.entry(plain(text)).or_default().push(label);
                }
            }
        }
        Self {
            layout,
            cells,
            fields: OnceCell::new(),
        }
    }

    /// The one cell that carries one of these labels, on the sheet of this name before any other.
    fn label<'l>(
        &self,
        names: Names<'_>,
        labels: impl Iterator<Item = &'l String> + Clone,
        sheet: &str,
    ) -> Option<Label<'a>> {
        let on_sheet = |found: &Label<'_>| &*found.sheet.name == sheet;
        let here = labels
            .clone()
            .find_map(|label| self.the_one(names, label, on_sheet));
        here.or_else(|| {
            labels
                .into_iter()
                .find_map(|label| self.the_one(names, label, |_| true))
        })
    }

    /// The one cell that carries a label; of several the one that agrees in its brackets too, or stands in the
    /// heading of its table.
    fn the_one(
        &self,
        names: Names<'_>,
        label: &str,
        is_wanted: impl Fn(&Label<'_>) -> bool,
    ) -> Option<Label<'a>> {
        let found = self.cells.get(&plain(label))?.iter();
        let found: Vec<Label<'a>> = found
            .filter(|found| is_wanted(found))
            .filter(|found| !matches!(names, Names::Field) || !self.is_heading(found))
            .copied()
            .collect();
        let alike = |found: &&Label<'_>| signs(found.text).eq(signs(label));
        let mut whole = found.iter().filter(alike);
        match (found.as_slice(), (whole.next(), whole.next())) {
            ([only], _) | (_, (Some(only), None)) => Some(*only),
            (several, _) => match names {
                Names::Column(table) => self.in_heading(table, several),
                Names::Field | Names::Line => None,
            },
        }
    }

    /// Whether another label stands to the right of a label: it heads a column and names no field.
    fn is_heading(&self, label: &Label<'_>) -> bool {
        let right = right_of(label.sheet, label.at).and_then(|at| label.sheet.cell(at));
        let Some(Value::Text(text)) = right.map(|cell| &cell.value) else {
            return false;
        };
        let gather = || {
            let slots = self.layout.slots.iter();
            let labels = slots.flat_map(|slot| labels_of(&slot.field));
            labels.map(|label| plain(label)).collect()
        };
        let fields: &HashSet<String> = self.fields.get_or_init(gather);
        fields.contains(&plain(text))
    }

    /// Of several cells, the one in whose row most headings of a table stand; none where two rows are equal.
    fn in_heading(&self, table: &TableBlock, found: &[Label<'a>]) -> Option<Label<'a>> {
        let beside = |label: &Label<'_>, field: &FieldLayout| {
            labels_of(field)
                .filter_map(|text| self.cells.get(&plain(text)))
                .flatten()
                .any(|it| it.sheet.name == label.sheet.name && it.at.row == label.at.row)
        };
        let headings = |label: &Label<'_>| {
            let columns = table.columns.iter();
            columns.filter(|column| beside(label, column)).count()
        };
        let most = found.iter().map(headings).max()?;
        let mut best = found.iter().filter(|label| headings(label) == most);
        best.next().filter(|_| best.next().is_none()).copied()
    }

    fn place(&self, slot: &Slot) -> Option<Found<'a>> {
        let form_sheet = &self.layout.form.sheets[slot.sheet];
        let on = form_sheet.name.as_str();
        let (sheet, cell) = match &slot.part {
            Part::Field => {
                let label = self.label(Names::Field, labels_of(&slot.field), on)?;
                (label.sheet, right_of(label.sheet, label.at)?)
            }
            Part::Table { table, row, .. } => {
                let table = form_sheet.blocks.iter().find_map(|found| match found {
                    Block::Table(block) if block.id == **table => Some(block),
                    _ => None,
                })?;
                let label = self.label(Names::Column(table), labels_of(&slot.field), on)?;
                (label.sheet, label.at.down(row + 1)?)
            }
            Part::Line { block, line, .. } => {
                let lines = form_sheet.blocks.iter().find_map(|found| match found {
                    Block::Lines(lines) if lines.id == **block => Some(lines),
                    _ => None,
                })?;
                let line = lines.lines.iter().find(|found| found.id == **line)?;
                let labels = std::iter::once(&line.label).chain(&line.also);
                let label = self.label(Names::Line, labels, on)?;
                let column = self.heading(label, &slot.field)?;
                (label.sheet, CellRef::new(label.at.row, column)?)
            }
        };
        Some(Found {
            sheet: &sheet.name,
            cell: top_left(sheet, cell),
        })
    }

    /// The column of the nearest heading above a line.
    fn heading(&self, line: Label<'_>, field: &FieldLayout) -> Option<u32> {
        let found = labels_of(field)
            .filter_map(|label| self.cells.get(&plain(label)))
            .flatten();
        let above = found.filter(|it| it.sheet.name == line.sheet.name && it.at.row < line.at.row);
        above.max_by_key(|it| it.at.row).map(|it| it.at.column)
    }
}

fn labels_of(field: &FieldLayout) -> impl Iterator<Item = &String> + Clone {
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
