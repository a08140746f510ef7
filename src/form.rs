//! A workbook's meaning: [`Workbook`](crate::read::Workbook) to [`Application`].
//!
//! The layout is data ([`layout`]): which fields there are, their labels, types and names. [`find`] places every
//! field in a workbook, [`entry`] reads what stands there by the field's type, [`application`] is the typed view
//! that rules read, [`blank`] writes the form, empty or filled. A field is never guessed: it is given, blank,
//! garbled, or missing.

use std::sync::Arc;

use crate::assess::CellsFound;
use crate::place::{CellRef, Place};
use crate::read::{Cells, Value, Workbook};

pub mod layout;

pub mod find;

pub mod day;

pub mod entry;

pub mod application;

pub mod blank;

pub mod summary;

pub use application::Application;
pub use entry::Entry;
use find::Found;
pub use layout::{Kind, Layout, Slot};
use layout::{Part, Required};
pub use summary::{Summary, SummaryLayout};

/// Fields found, of a hundred, below which a workbook is not our form.
const FOUND_PERCENT_MIN: usize = 33;

/// A workbook that holds no known form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no known form: {found} of {of} fields found")]
pub struct NotOurForm {
    /// Fields found.
    pub found: usize,
    /// Fields looked for.
    pub of: usize,
}

/// The version of the form that a workbook says it was made from; `None` where it says none.
#[must_use]
pub fn version_of(kind: &str, workbook: &Workbook) -> Option<u32> {
    let mut properties = workbook.properties.iter();
    let property = properties.find(|(name, _)| name == blank::FORM_PROPERTY);
    let named = workbook.names.iter().find(|name| &*name.name == "ld.form");
    let cell = named.and_then(|name| workbook.sheet(&name.sheet)?.cell(name.range.first));
    let written = match (property, cell.map(|cell| &cell.value)) {
        (Some((_, written)), _) => written,
        (None, Some(Value::Text(written))) => &**written,
        _ => return None,
    };
    let (found, version) = written.split_once('/')?;
    (found == kind).then(|| version.trim().parse().ok())?
}

/// Reads the form in a workbook, placed by the map of the version that it was made from. A field of the present form
/// that the earlier one had not is missing.
///
/// # Errors
/// [`NotOurForm`] where too few of its fields are there.
pub fn read_application(
    layout: &Layout,
    former: &[Layout],
    workbook: &Workbook,
) -> Result<Application, NotOurForm> {
    let version = version_of(&layout.form.kind, workbook).unwrap_or(layout.form.version);
    let map = former.iter().find(|it| it.form.version == version);
    let mut places = find::find(map.unwrap_or(layout), workbook);
    if let Some(map) = map {
        let place = |slot: &Arc<Slot>| places[map.position(&slot.id)?];
        places = layout.slots.iter().map(place).collect();
    }
    let of = places.len();
    let found = places.iter().flatten().count();
    if found * 100 < of * FOUND_PERCENT_MIN {
        return Err(NotOurForm { found, of });
    }
    let mut entries = read_entries(layout, &places, workbook);
    totals_of_nothing_are_blank(&mut entries);
    let position = |id: &str| entries.iter().position(|entry| *entry.slot.id == *id);
    if let (Some(starts_on), Some(ends_on)) = (position("starts_on"), position("ends_on")) {
        period_in_one_cell(&mut entries, starts_on, ends_on);
    }
    Ok(Application {
        version,
        ..Application::new(layout, entries)
    })
}

/// Where the field of this id stands in a workbook, whatever it holds.
#[must_use]
pub fn place_of(layout: &Layout, workbook: &Workbook, id: &str) -> Option<Place> {
    let position = layout.position(id)?;
    find::find(layout, workbook)[position].map(Place::from)
}

/// What stands in the cells of the form. Of a table's rows that need not be filled, those without any cell are left out:
/// they are most of a form.
fn read_entries(layout: &Layout, places: &[Option<Found<'_>>], workbook: &Workbook) -> Vec<Entry> {
    let (mut entries, mut row) = (Vec::with_capacity(places.len() / 2), Vec::new());
    let mut cells = Cells::of(workbook);
    let mut from = 0;
    for slots in layout.together() {
        let here = from..from + slots.len();
        from = here.end;
        let placed = slots.iter().zip(&places[here]);
        row.clear();
        row.extend(placed.map(|(slot, found)| {
            let cell = found.and_then(|found| cells.at(found.sheet, found.cell));
            (slot, *found, cell)
        }));
        let is_spare = |slot: &Slot| matches!(slot.required, Required::No | Required::InUsedRow);
        let is_row = matches!(slots[0].part, Part::Table { .. });
        let is_left_out = is_row
            && row
                .iter()
                .all(|(slot, found, cell)| cell.is_none() && found.is_some() && is_spare(slot));
        if !is_left_out {
            entries.extend(
                row.iter().map(|(slot, found, cell)| {
                    entry::read_entry(slot, found.map(Place::from), *cell)
                }),
            );
        }
    }
    entries
}

/// A period in one cell (`2024-06 至 2026-12`) gives both of its ends, the second where its own cell is blank, not
/// there, or holds the same.
fn period_in_one_cell(entries: &mut [Entry], starts_on: usize, ends_on: usize) {
    let State::Garbled(Garbled { text, .. }) = &entries[starts_on].state else {
        return;
    };
    let plain: String = text.chars().map(find::half_width).collect();
    let Some((first, last)) = day::parse_period(&plain) else {
        return;
    };
    let is_free = match &entries[ends_on].state {
        State::Blank | State::Missing => true,
        State::Garbled(garbled) => garbled.text == *text,
        State::Given(_) => false,
    };
    if is_free {
        entries[starts_on].state = State::Given(entry::Datum::Date(first.first()));
        entries[ends_on].state = State::Given(entry::Datum::Date(last.last()));
        entries[ends_on].place = entries[starts_on].place.clone();
    }
}

/// A computed total is blank while everything it adds is.
fn totals_of_nothing_are_blank(entries: &mut [Entry]) {
    let is_filled = |entry: &&Entry| {
        let is_amount = !entry.slot.computed && entry.slot.field.kind == Kind::Money;
        is_amount && entry.state != State::Blank
    };
    let filled = entries.iter().filter(is_filled);
    let mut filled: Vec<(&Arc<str>, &Arc<str>)> = filled.filter_map(line_of).collect();
    filled.dedup();
    let adds_nothing = |entry: &Entry| {
        let Some((block, line)) = line_of(entry) else {
            return false;
        };
        let adds_lines = &**line == "total";
        let mut filled = filled.iter();
        !filled.any(|(its, input)| *its == block && (adds_lines || *input == line))
    };
    let is_total = |entry: &Entry| entry.slot.computed && entry.formula.is_some();
    let totals = (0..entries.len()).filter(|at| is_total(&entries[*at]));
    let blank: Vec<usize> = totals.filter(|at| adds_nothing(&entries[*at])).collect();
    for at in blank {
        entries[at].state = State::Blank;
    }
}

/// The block and the line that an entry stands in; `None` outside lines.
fn line_of(entry: &Entry) -> Option<(&Arc<str>, &Arc<str>)> {
    match &entry.slot.part {
        Part::Line { block, line, .. } => Some((block, line)),
        _ => None,
    }
}

/// What became of each non-empty cell: an input read, known as the form's own, or unexpected; and where the unexpected are.
#[must_use]
pub fn account(
    layout: &Layout,
    workbook: &Workbook,
    app: &Application,
) -> (CellsFound, Vec<Place>) {
    let known = layout.known_texts();
    let (mut found, mut unexpected) = (CellsFound::default(), Vec::new());
    let places = app.entries.iter().filter_map(|entry| entry.place.as_ref());
    let places: Vec<&Place> = places.collect();
    // entries of one sheet stand together, and share its name
    let stretches = places.chunk_by(|one, next| Arc::ptr_eq(&one.sheet, &next.sheet));
    let stretches: Vec<&[&Place]> = stretches.collect();
    let mut inputs: Vec<CellRef> = Vec::new();
    for sheet in &workbook.sheets {
        let on_sheet = stretches
            .iter()
            .filter(|places| places[0].sheet == sheet.name);
        inputs.clear();
        inputs.extend(on_sheet.copied().flatten().map(|place| place.cell));
        inputs.sort_unstable();
        let is_own_sheet = blank::OWN_SHEETS.contains(&&*sheet.name);
        if is_own_sheet && inputs.is_empty() {
            found.known += sheet.cells.len();
            continue;
        }
        let mut inputs = inputs.iter().peekable();
        for cell in &sheet.cells {
            let is_known = || match (&cell.formula, &cell.value) {
                (Some(formula), _) if blank::is_own_formula(formula) => true,
                // binary formats do not tell what a formula says
                (Some(formula), _) if formula.is_empty() && !workbook.format.has_formulas() => true,
                (_, Value::Text(text)) => {
                    known.contains(&**text)
                        || known.contains(find::plain(text).as_str())
                        || text.starts_with(blank::POLICY_IN_FORCE)
                }
                _ => false,
            };
            while inputs.next_if(|input| **input < cell.at).is_some() {}
            if inputs.peek() == Some(&&cell.at) {
                found.read += 1;
            } else if is_own_sheet || is_known() {
                found.known += 1;
            } else {
                found.unexpected += 1;
                unexpected.push(Place {
                    sheet: Arc::clone(&sheet.name),
                    cell: cell.at,
                });
            }
        }
    }
    (found, unexpected)
}

/// One field as the applicant filled it in, with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Field<T> {
    /// Id in the layout: `title`, `targets.2.name`, `sources.city.1`; a line's total is `sources.city`.
    pub id: Arc<str>,
    /// How messages name it: `考核指标第2行的指标名称`.
    pub label: Arc<str>,
    /// Its cell; `None` where the field was not found.
    pub place: Option<Place>,
    /// What stands there.
    pub state: State<T>,
}

/// What stands in a field.
#[derive(Debug, Clone, PartialEq)]
pub enum State<T> {
    /// A value of the field's type.
    Given(T),
    /// The cell is there and empty.
    Blank,
    /// Something that is not of the field's type.
    Garbled(Garbled),
    /// The field itself was not found in the workbook.
    Missing,
}

/// A content that is not of its field's type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Garbled {
    /// The content as the cell shows it.
    pub text: String,
    /// What is wrong with it.
    pub fault: GarbledHow,
    /// The reading meant, where there is exactly one, as it should be typed.
    pub meant: Option<String>,
}

/// How a content fails its field's type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GarbledHow {
    /// Of another type: text in an amount.
    WrongType,
    /// A date that is in no calendar: 2024-02-30.
    NoSuchDate,
    /// A number outside what the field can hold: -1 firms, 2.5 units, 130 %.
    OutOfRange,
    /// An error value: `#REF!`.
    ErrorValue,
    /// A code or phone typed as a number, its last digits gone.
    DigitsLost,
    /// A percentage of at most 1 without its sign: 0.45 for 45 %.
    PartOfWhole,
    /// A formula without a stored result.
    NoStoredResult,
}

/// Why something could not be read by a rule: becomes a line of `not_checked`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// `commitment: Blank`.
    pub because: String,
}

fn place_text(place: Option<&Place>) -> String {
    place.map(ToString::to_string).unwrap_or_default()
}

impl<T> Field<T> {
    /// The value, or why there is none.
    ///
    /// # Errors
    /// [`Unread`] where the field is blank, garbled or missing.
    pub fn get(&self) -> Result<&T, Unread> {
        let state = match &self.state {
            State::Given(value) => return Ok(value),
            State::Blank => "Blank",
            State::Garbled(_) => "Garbled",
            State::Missing => "Missing",
        };
        Err(Unread {
            because: format!("{}: {state}", self.id),
        })
    }

    /// Whether nothing stands there, or the field was not found.
    #[must_use]
    pub const fn is_absent(&self) -> bool {
        matches!(self.state, State::Blank | State::Missing)
    }

    /// Its place as messages name it: `经费预算!H6`; empty where it was not found.
    #[must_use]
    pub fn place_text(&self) -> String {
        place_text(self.place.as_ref())
    }

    /// The value if one is given.
    #[must_use]
    pub const fn given(&self) -> Option<&T> {
        match &self.state {
            State::Given(value) => Some(value),
            _ => None,
        }
    }

    /// The value, `None` for a blank; an error only where something unreadable stands or nothing was found.
    ///
    /// # Errors
    /// [`Unread`] where the field is garbled or missing.
    pub fn get_or_blank(&self) -> Result<Option<&T>, Unread> {
        match &self.state {
            State::Blank => Ok(None),
            _ => self.get().map(Some),
        }
    }
}
