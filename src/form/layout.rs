//! The form as data: sheets, blocks, fields, tables and lines, read from `templates/forms/*.toml`.
//!
//! From this one value come the blank workbook, the map by which a workbook is read, and the words in findings.
//! A layout is expanded once into [`Slot`]s, one per input or computed cell, in reading order.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use foldhash::{HashMap, HashMapExt as _, HashSet, HashSetExt as _};
use serde::Deserialize;

/// A form with every cell it knows.
#[derive(Debug)]
pub struct Layout {
    /// The file as written.
    pub form: Form,
    /// Every cell, in reading order: fields, then table cells row by row, then lines.
    pub slots: Vec<Arc<Slot>>,
    /// The defined names that slots are found by: `ld.title`, `ld.targets.name` over all rows.
    pub names: Vec<Box<str>>,
    /// The file's text, so that its hash says which form this is.
    pub text: String,
    index: HashMap<Arc<str>, usize>,
    name_index: HashMap<Box<str>, usize>,
    /// The slots of each row of a table, by the table's id.
    rows: HashMap<Arc<str>, Vec<Range<usize>>>,
    /// The slots of a line, by its id: `sources.city`.
    lines: HashMap<Box<str>, Range<usize>>,
    known: OnceLock<HashSet<String>>,
}

/// A form file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// `application` or `summary`.
    pub kind: String,
    /// Version, counted from 1; also in the workbook's custom property `liandong.form` and the name `ld.form`.
    pub version: u32,
    /// Title of the form, Chinese.
    pub title: String,
    /// Sheets in the order of their tabs.
    pub sheets: Vec<FormSheet>,
}

/// A sheet of the form.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormSheet {
    /// The tab's name.
    pub name: String,
    /// A line under the sheet's title.
    #[serde(default)]
    pub intro: Option<String>,
    /// Unit shown at the right above tables: `单位：万元`.
    #[serde(default)]
    pub unit: Option<String>,
    /// What stands on it, from top to bottom.
    #[serde(default)]
    pub blocks: Vec<Block>,
}

/// A part of a sheet.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Block {
    /// Paragraphs without inputs.
    Text(TextBlock),
    /// Labels with an input cell to the right of each.
    Fields(FieldsBlock),
    /// A heading row and a row per item.
    Table(TableBlock),
    /// Fixed rows (lines) with the same columns in each.
    Lines(LinesBlock),
}

/// Paragraphs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextBlock {
    /// Heading.
    pub heading: String,
    /// One a row.
    pub paragraphs: Vec<String>,
}

/// Fields, each a label with its input.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldsBlock {
    /// Heading.
    pub heading: String,
    /// The fields in reading order.
    pub fields: Vec<FieldLayout>,
}

/// A table with a row per item. Its columns carry the names `ld.<table>.<column>`, each over all rows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableBlock {
    /// `targets`.
    pub id: String,
    /// Heading.
    pub heading: String,
    /// Rows that must be filled.
    pub rows_min: u32,
    /// Rows offered.
    pub rows_max: u32,
    /// The columns from left to right.
    pub columns: Vec<FieldLayout>,
}

/// Fixed lines with the same columns. Each line carries the name `ld.<block>.<line>` over all its columns.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinesBlock {
    /// `sources`.
    pub id: String,
    /// Heading.
    pub heading: String,
    /// Label of the column that holds the lines' labels.
    pub corner: String,
    /// The lines from top to bottom.
    pub lines: Vec<LineLayout>,
    /// The columns from left to right. The column whose id is empty is the line's own: `sources.city`.
    pub columns: Vec<FieldLayout>,
}

/// One line of a block of lines.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineLayout {
    /// `city`.
    pub id: String,
    /// Label.
    pub label: String,
    /// Other labels it is found by.
    #[serde(default)]
    pub also: Vec<String>,
    /// Whether the line must be given.
    #[serde(default)]
    pub required: bool,
    /// The line this one is a part of (其中): not added to the total.
    #[serde(default)]
    pub part_of: Option<String>,
    /// Whether the line is the sum of the others.
    #[serde(default)]
    pub sum: bool,
    /// What the policy gives beside the line: `city` or `district`, shown by the blank workbook.
    #[serde(default)]
    pub policy_share: Option<String>,
    /// Input hint.
    #[serde(default)]
    pub hint: Option<String>,
}

/// A field, a table's column or a line's column.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldLayout {
    /// `title`.
    pub id: String,
    /// Label.
    pub label: String,
    /// Other labels it is found by.
    #[serde(default)]
    pub also: Vec<String>,
    /// Type.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// Whether it must be given.
    #[serde(default)]
    pub required: bool,
    /// Whether it must be given only where another field has one of these values.
    #[serde(default)]
    pub required_when: Option<When>,
    /// The choices of a `choice`.
    #[serde(default)]
    pub choices: Vec<String>,
    /// Where the choices come from instead: `districts` or `industries` of the edition.
    #[serde(default)]
    pub choices_from: Option<String>,
    /// Least value of a count or percent.
    #[serde(default)]
    pub least: Option<i64>,
    /// Greatest value of a count or percent.
    #[serde(default)]
    pub most: Option<i64>,
    /// Most characters.
    #[serde(default)]
    pub chars_max: Option<u32>,
    /// Input hint, Chinese.
    #[serde(default)]
    pub hint: Option<String>,
    /// The clause the field rests on.
    #[serde(default)]
    pub clause: Option<String>,
    /// Whether a column holds the sum of the line's other money columns.
    #[serde(default)]
    pub sum: bool,
    /// Whether a month written as a date means its last day and not its first.
    #[serde(default)]
    pub month_ends: bool,
    /// Whether the field takes the whole width of the sheet.
    #[serde(default)]
    pub wide: bool,
    /// Column width in characters of Chinese, for tables.
    #[serde(default)]
    pub width: Option<u32>,
}

/// A condition on another field.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// The other field's id.
    pub field: String,
    /// Its value.
    pub is: String,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// One line of text.
    Text,
    /// Text with line breaks.
    Long,
    /// One of a list.
    Choice,
    /// An amount in 万元.
    Money,
    /// A percentage, 45 for 45 %.
    Percent,
    /// A whole number.
    Count,
    /// A day, or a month standing for its first day.
    Date,
    /// A code: text, never a number.
    Code,
    /// A phone number.
    Phone,
    /// A mail address.
    Email,
}

/// One cell of the form.
#[derive(Debug)]
pub struct Slot {
    /// Index into [`Layout::names`].
    pub name: usize,
    /// `title`, `targets.2.name`, `sources.city.1`, `sources.city` (the line's own column).
    pub id: Arc<str>,
    /// How messages name it.
    pub label: Arc<str>,
    /// Index into [`Form::sheets`].
    pub sheet: usize,
    /// Where in its block the slot stands.
    pub part: Part,
    /// What it holds and how.
    pub field: Arc<FieldLayout>,
    /// Whether it must be given.
    pub required: Required,
    /// Whether the blank workbook computes it.
    pub computed: bool,
}

/// The part of a sheet that a slot belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A field of its own, named `ld.<id>`.
    Field,
    /// A table's cell: column named `ld.<table>.<column>`, row counted from 0.
    Table {
        /// The table's id.
        table: Arc<str>,
        /// Row counted from 0.
        row: u32,
        /// Column counted from 0.
        column: u32,
    },
    /// A line's cell: line named `ld.<block>.<line>`.
    Line {
        /// The block's id.
        block: Arc<str>,
        /// The line's id.
        line: Arc<str>,
        /// Column counted from 0.
        column: u32,
    },
}

impl Part {
    /// Whether two parts are of the same row of a table, or of the same line.
    #[must_use]
    pub fn stands_with(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Field, Self::Field) => true,
            (
                Self::Table { table, row, .. },
                Self::Table {
                    table: other,
                    row: next,
                    ..
                },
            ) => (row, table) == (next, other),
            (
                Self::Line { block, line, .. },
                Self::Line {
                    block: other,
                    line: next,
                    ..
                },
            ) => (line, block) == (next, other),
            _ => false,
        }
    }
}

/// When a slot must be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Required {
    /// It may stay blank.
    No,
    /// Always.
    Always,
    /// Where another field has this value.
    When(When),
    /// In a table row that holds anything at all.
    InUsedRow,
}

impl Layout {
    /// Reads a form file and expands it.
    ///
    /// # Errors
    /// A text with line and column where the file is not as [`Form`] describes or an id stands twice.
    pub fn load(toml: &str) -> Result<Self, String> {
        let form: Form = toml::from_str(toml).map_err(|error| error.to_string())?;
        Self::of(form, toml.to_owned())
    }

    /// Expands a form; `text` is the file that it stands in.
    ///
    /// # Errors
    /// A text where an id stands twice.
    pub(super) fn of(form: Form, text: String) -> Result<Self, String> {
        let (slots, names) = expand(&form);
        let slots: Vec<Arc<Slot>> = slots.into_iter().map(Arc::new).collect();
        let mut index = HashMap::with_capacity(slots.len());
        for (position, slot) in slots.iter().enumerate() {
            if index.insert(Arc::clone(&slot.id), position).is_some() {
                return Err(format!("the field `{}` stands twice", slot.id));
            }
        }
        let name_index = names.iter().cloned().zip(0..).collect();
        let (rows, lines) = stretches(&slots);
        Ok(Self {
            form,
            slots,
            names,
            text,
            index,
            name_index,
            rows,
            lines,
            known: OnceLock::new(),
        })
    }

    /// The layout of the application form that this program was built with.
    ///
    /// # Panics
    /// Never: a test loads the same text.
    #[must_use]
    pub fn application() -> Self {
        Self::load(include_str!("../../templates/forms/application.toml"))
            .expect("the built-in form is loaded by a test")
    }

    /// Earlier versions of the application form, each as it was. There is none yet: version 1 is the first.
    #[must_use]
    pub const fn former() -> Vec<Self> {
        Vec::new()
    }

    /// The form's own texts, as the blank workbook shows them and plain (see [`super::find::plain`]).
    #[must_use]
    pub fn known_texts(&self) -> &HashSet<String> {
        self.known.get_or_init(|| self.gather_known_texts())
    }

    fn gather_known_texts(&self) -> HashSet<String> {
        let mut texts = HashSet::new();
        let mut know = |text: &str| {
            texts.insert(text.to_owned());
            texts.insert(super::find::plain(text));
        };
        let field_labels = |fields: &[FieldLayout], know: &mut dyn FnMut(&str)| {
            for field in fields {
                know(&field.label);
                field.also.iter().for_each(|text| know(text));
            }
        };
        for own in super::blank::OWN_TEXTS {
            know(own);
        }
        know(&super::blank::version_line(&self.form));
        for sheet in &self.form.sheets {
            know(&format!("{}  {}", self.form.title, sheet.name));
            sheet
                .unit
                .iter()
                .chain(&sheet.intro)
                .for_each(|text| know(text));
            for block in &sheet.blocks {
                match block {
                    Block::Text(text) => {
                        know(&text.heading);
                        text.paragraphs.iter().for_each(|text| know(text));
                    }
                    Block::Fields(fields) => {
                        know(&fields.heading);
                        field_labels(&fields.fields, &mut know);
                    }
                    Block::Table(table) => {
                        know(&table.heading);
                        field_labels(&table.columns, &mut know);
                    }
                    Block::Lines(lines) => {
                        know(&lines.heading);
                        know(&lines.corner);
                        for line in &lines.lines {
                            know(&line.label);
                            line.also.iter().for_each(|text| know(text));
                            know(&super::blank::policy_line(&line.label, ""));
                        }
                        field_labels(&lines.columns, &mut know);
                    }
                }
            }
        }
        texts
    }

    /// The position of a slot in [`Layout::slots`].
    #[must_use]
    pub fn position(&self, id: &str) -> Option<usize> {
        self.index.get(id).copied()
    }

    /// The position of a defined name in [`Layout::names`].
    pub(super) fn position_of_name(&self, name: &str) -> Option<usize> {
        self.name_index.get(name).copied()
    }

    /// The slots row by row of a table, line by line, and the fields between them.
    pub(super) fn together(&self) -> impl Iterator<Item = &[Arc<Slot>]> {
        together(&self.slots)
    }

    /// The positions of each row of this table; none where the form has no such table.
    pub(super) fn rows(&self, table: &str) -> &[Range<usize>] {
        self.rows.get(table).map_or(&[], Vec::as_slice)
    }

    /// The positions of this line; none where the form has no such line.
    pub(super) fn line(&self, id: &str) -> Range<usize> {
        self.lines.get(id).cloned().unwrap_or_default()
    }

    /// The slot of this id.
    #[must_use]
    pub fn slot(&self, id: &str) -> Option<&Arc<Slot>> {
        self.position(id).map(|position| &self.slots[position])
    }
}

/// Where the rows of each table stand among the slots, and where each line does.
type Stretches = (
    HashMap<Arc<str>, Vec<Range<usize>>>,
    HashMap<Box<str>, Range<usize>>,
);

fn together(slots: &[Arc<Slot>]) -> impl Iterator<Item = &[Arc<Slot>]> {
    slots.chunk_by(|one, next| one.part.stands_with(&next.part))
}

fn stretches(slots: &[Arc<Slot>]) -> Stretches {
    let (mut rows, mut lines) = Stretches::default();
    let mut start = 0;
    for stretch in together(slots) {
        let here = start..start + stretch.len();
        start = here.end;
        match stretch.first().map(|slot| &slot.part) {
            Some(Part::Table { table, .. }) => {
                rows.entry(Arc::clone(table)).or_default().push(here);
            }
            Some(Part::Line { block, line, .. }) => {
                let id = format!("{block}.{line}").into();
                lines.entry(id).or_insert(here);
            }
            Some(Part::Field) | None => {}
        }
    }
    (rows, lines)
}

/// The slots of a form, and the names that they are found by.
type Expanded = (Vec<Slot>, Vec<Box<str>>);

fn expand(form: &Form) -> Expanded {
    let mut expanded = Expanded::default();
    for (sheet, form_sheet) in form.sheets.iter().enumerate() {
        for block in &form_sheet.blocks {
            match block {
                Block::Text(_) => {}
                Block::Fields(block) => {
                    let fields = block.fields.iter();
                    fields.for_each(|field| field_slot(sheet, field, &mut expanded));
                }
                Block::Table(table) => table_slots(sheet, table, &mut expanded),
                Block::Lines(lines) => line_slots(sheet, lines, &mut expanded),
            }
        }
    }
    expanded
}

fn field_slot(sheet: usize, field: &FieldLayout, (slots, names): &mut Expanded) {
    let required = match (&field.required_when, field.required) {
        (Some(when), _) => Required::When(when.clone()),
        (None, true) => Required::Always,
        (None, false) => Required::No,
    };
    slots.push(Slot {
        name: names.len(),
        id: field.id.as_str().into(),
        label: field.label.as_str().into(),
        sheet,
        part: Part::Field,
        field: Arc::new(field.clone()),
        required,
        computed: field.sum,
    });
    names.push(format!("ld.{}", field.id).into());
}

fn table_slots(sheet: usize, table: &TableBlock, (slots, names): &mut Expanded) {
    let first_name = names.len();
    let id: Arc<str> = table.id.as_str().into();
    let columns: Vec<Arc<FieldLayout>> = table.columns.iter().cloned().map(Arc::new).collect();
    for row in 0..table.rows_max {
        for ((column, name), field) in (0_u32..).zip(first_name..).zip(&columns) {
            let required = match (field.required, row < table.rows_min) {
                (false, _) => Required::No,
                (true, true) => Required::Always,
                (true, false) => Required::InUsedRow,
            };
            slots.push(Slot {
                name,
                id: format!("{id}.{}.{}", row + 1, field.id).into(),
                label: format!("{}第{}行的{}", table.heading, row + 1, field.label).into(),
                sheet,
                part: Part::Table {
                    table: Arc::clone(&id),
                    row,
                    column,
                },
                field: Arc::clone(field),
                required,
                computed: false,
            });
        }
    }
    let name = |field: &Arc<FieldLayout>| format!("ld.{id}.{}", field.id).into();
    names.extend(columns.iter().map(name));
}

fn line_slots(sheet: usize, block: &LinesBlock, (slots, names): &mut Expanded) {
    let id: Arc<str> = block.id.as_str().into();
    let columns: Vec<Arc<FieldLayout>> = block.columns.iter().cloned().map(Arc::new).collect();
    for line in &block.lines {
        let line_id: Arc<str> = line.id.as_str().into();
        for (column, field) in (0_u32..).zip(&columns) {
            let own = field.id.is_empty();
            let slot_id = if own {
                format!("{id}.{line_id}")
            } else {
                format!("{id}.{line_id}.{}", field.id)
            };
            let is_amount = field.kind == Kind::Money;
            slots.push(Slot {
                name: names.len(),
                id: slot_id.into(),
                label: format!("{}（{}）", line.label, field.label).into(),
                sheet,
                part: Part::Line {
                    block: Arc::clone(&id),
                    line: Arc::clone(&line_id),
                    column,
                },
                field: Arc::clone(field),
                required: if line.required && (own || field.required) {
                    Required::Always
                } else {
                    Required::No
                },
                computed: is_amount && (field.sum || line.sum),
            });
        }
        names.push(format!("ld.{id}.{line_id}").into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::entry::Entry;
    use crate::form::{Application, State};

    #[test]
    fn the_application_form_has_every_field_that_rules_read() {
        let layout = Layout::application();
        let blank = |slot: &Arc<Slot>| Entry {
            slot: Arc::clone(slot),
            place: None,
            state: State::Blank,
            formula: None,
            is_text: false,
        };
        let entries = layout.slots.iter().map(blank).collect();
        let app = Application::new(&layout, entries);
        let read = format!("{app:?}");
        assert!(
            !read.contains("state: Missing"),
            "an id of the application is not in the form"
        );
    }

    #[test]
    fn a_field_that_stands_twice_is_refused() {
        let field = r#"{ id = "a", label = "甲", type = "text" }"#;
        let block =
            format!("{{ kind = \"fields\", heading = \"h\", fields = [{field}, {field}] }}");
        let toml = format!(
            "kind = \"k\"\nversion = 1\ntitle = \"t\"\n[[sheets]]\nname = \"s\"\nblocks = [{block}]\n"
        );
        assert!(Layout::load(&toml).unwrap_err().contains("stands twice"));
    }
}
