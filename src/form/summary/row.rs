//! A row of a list as an application of which only the list's columns are known.

use std::sync::Arc;

use super::heading::label_count;
use super::{SummaryLayout, Table};
use crate::form::application::Application;
use crate::form::entry::{Entry, read_entry};
use crate::form::find::{half_width, plain};
use crate::form::{State, period_in_one_cell};
use crate::place::{CellRef, Place};
use crate::read::rows::Row as Cells;
use crate::read::{Cell, Value, cell_at};

/// Columns that number a row or comment on it: a row that holds nothing else is none.
const BESIDE: [&str; 3] = ["number", "rank", "remarks"];
/// What the first text of a row of sums is.
const SUMS: [&str; 5] = ["合计", "总计", "小计", "共计", "累计"];
/// First words of a line that is no project.
const NOTES: [&str; 5] = ["注", "说明", "备注", "填表", "审核"];
/// Labels in a row that repeats the headings.
const LABELS_MIN: usize = 5;

/// What a row below the headings is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowKind {
    /// A project.
    Project,
    /// Nothing stands in its columns.
    Blank,
    /// Sums of the rows above.
    Sum,
    /// A line of text, or the headings once more.
    Note,
}

/// A project's row.
#[derive(Debug)]
pub struct Row {
    /// Its number as a spreadsheet shows it, from 1.
    pub number: u32,
    /// What it holds, as an application: entries of columns that the table has.
    pub app: Application,
}

impl Row {
    /// Reads a row of a table.
    #[must_use]
    pub fn of(layout: &SummaryLayout, table: &Table, cells: &Cells<'_>) -> Self {
        let slots = layout.columns.slots.iter().zip(&table.columns);
        let mut entries: Vec<Entry> = slots
            .map(|(slot, column)| {
                let at = column.and_then(|column| CellRef::new(cells.number, column));
                let place = at.map(|cell| Place {
                    sheet: Arc::clone(&table.sheet),
                    cell,
                });
                let cell = at.and_then(|at| cell_at(cells.cells, at));
                read_entry(slot, place, cell)
            })
            .collect();
        let position = |id| layout.columns.position(id);
        if let (Some(starts_on), Some(ends_on)) = (position("starts_on"), position("ends_on")) {
            period_in_one_cell(&mut entries, starts_on, ends_on);
            end_is_blank(&mut entries, starts_on, ends_on);
        }
        let mut app = Application::new(&layout.columns, entries);
        app.entries.retain(|entry| entry.state != State::Missing);
        Self {
            number: cells.number + 1,
            app,
        }
    }
}

impl RowKind {
    /// What a row below the headings is.
    #[must_use]
    pub fn of(layout: &SummaryLayout, table: &Table, cells: &Cells<'_>) -> Self {
        let is_filled = |cell: &Cell| match &cell.value {
            Value::Blank => false,
            Value::Text(text) => !text.trim().is_empty(),
            _ => true,
        };
        let slots = layout.columns.slots.iter().zip(&table.columns);
        let own = slots.filter(|(slot, _)| !slot.computed && !BESIDE.contains(&&*slot.id));
        let filled = own.filter(|(_, column)| {
            let at = column.and_then(|column| CellRef::new(cells.number, column));
            let cell = at.and_then(|at| cell_at(cells.cells, at));
            cell.is_some_and(is_filled)
        });
        let filled = filled.count();
        let mut texts = cells.cells.iter().filter_map(|cell| match &cell.value {
            Value::Text(text) if !text.trim().is_empty() => Some(plain(text)),
            _ => None,
        });
        let first = texts.next().unwrap_or_default();
        if SUMS.contains(&&*first) {
            return Self::Sum;
        }
        if filled == 0 {
            return if first.is_empty() {
                Self::Blank
            } else {
                Self::Note
            };
        }
        let is_line = filled <= 1 && texts.next().is_none() && is_note(cells.cells);
        match is_line || filled >= LABELS_MIN && label_count(layout, cells.cells) >= LABELS_MIN {
            true => Self::Note,
            false => Self::Project,
        }
    }
}

/// Whether the only text of a row is a line about the list: `填表人：…`, `注：…`.
fn is_note(cells: &[Cell]) -> bool {
    cells.iter().any(|cell| match &cell.value {
        Value::Text(text) => {
            let text: String = text.trim().chars().map(half_width).collect();
            text.contains(':') || NOTES.iter().any(|word| text.starts_with(word))
        }
        _ => false,
    })
}

/// Where one date alone stands in the column of the period, its end is blank, and not a column that is missing.
fn end_is_blank(entries: &mut [Entry], starts_on: usize, ends_on: usize) {
    let is_given = matches!(entries[starts_on].state, State::Given(_));
    if is_given && entries[ends_on].state == State::Missing {
        entries[ends_on].state = State::Blank;
        entries[ends_on].place = entries[starts_on].place.clone();
    }
}
