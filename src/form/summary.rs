//! The recommended list (form kind `summary`): one row a project, read row by row.
//!
//! A list is known by its headings, wherever they stand and in whatever order ([`heading`]); what stands above them
//! tells of all rows. A row becomes an [`Application`](super::Application) of which only the list's columns are known
//! ([`row`]), so that the rules of applications look at it. Rows are never held together: [`Summary::walk`] reads
//! the file again each time.

use std::sync::Arc;

use foldhash::HashMap;
use serde::Deserialize;

use super::find::plain;
use super::layout::{Block, FieldLayout, FieldsBlock, Form, FormSheet};
use super::{Layout, Slot};
use crate::read::guard::{self, Opened};
use crate::read::rows::{self, Visit, Wanted};
use crate::read::xlsx::rows::Streamed;
use crate::read::{Format, ReadFault, Workbook};

mod heading;

mod row;

pub use heading::Table;
pub use row::{Row, RowKind};

/// The list as data, with every cell of a row.
#[derive(Debug)]
pub struct SummaryLayout {
    /// The file as written.
    pub form: SummaryForm,
    /// The fields above the table.
    pub head: Layout,
    /// The columns, then those that are read and not offered.
    pub columns: Layout,
    /// The file's text, so that its hash says which form this is.
    pub text: String,
    /// The columns by their plain labels.
    labels: HashMap<String, usize>,
}

/// A form file of kind `summary`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SummaryForm {
    /// `summary`.
    pub kind: String,
    /// Version, from 1.
    pub version: u32,
    /// Title, Chinese.
    pub title: String,
    /// The sheet's name in the blank list.
    pub sheet: String,
    /// Unit of amounts, as the blank list shows it.
    pub unit: String,
    /// How to fill it in, a line each.
    pub notes: Vec<String>,
    /// Codes of the rules that look at each row.
    pub checks: Vec<String>,
    /// Codes of the rules that look at the list as a whole.
    pub checks_once: Vec<String>,
    /// Fields above the table.
    pub head: Vec<FieldLayout>,
    /// The columns from left to right.
    pub columns: Vec<FieldLayout>,
    /// Columns that are read where they are there, and that the blank list does not offer.
    #[serde(default)]
    pub also_read: Vec<FieldLayout>,
}

impl SummaryLayout {
    /// Reads a form file.
    ///
    /// # Errors
    /// A text with line and column where the file is not as [`SummaryForm`] describes, an id stands twice, or two
    /// columns have one label.
    pub fn load(toml: &str) -> Result<Self, String> {
        let form: SummaryForm = toml::from_str(toml).map_err(|error| error.to_string())?;
        let layout = |fields: Vec<FieldLayout>| Layout::of(form_of(&form, fields), String::new());
        let columns = form.columns.iter().chain(&form.also_read).cloned();
        let (head, columns) = (layout(form.head.clone())?, layout(columns.collect())?);
        let mut labels = HashMap::default();
        for (position, slot) in columns.slots.iter().enumerate() {
            for label in std::iter::once(&slot.field.label).chain(&slot.field.also) {
                if labels
                    .insert(plain(label), position)
                    .is_some_and(|other| other != position)
                {
                    return Err(format!("two columns are called `{label}`"));
                }
            }
        }
        Ok(Self {
            form,
            head,
            columns,
            text: toml.to_owned(),
            labels,
        })
    }

    /// The layout that this program was built with.
    ///
    /// # Panics
    /// Never: a test loads the same text.
    #[must_use]
    pub fn builtin() -> Self {
        Self::load(include_str!("../../templates/forms/summary.toml"))
            .expect("the built-in form is loaded by a test")
    }
}

fn form_of(form: &SummaryForm, fields: Vec<FieldLayout>) -> Form {
    let block = Block::Fields(FieldsBlock {
        heading: String::new(),
        fields,
    });
    Form {
        kind: form.kind.clone(),
        version: form.version,
        title: form.title.clone(),
        sheets: vec![FormSheet {
            name: form.sheet.clone(),
            intro: None,
            unit: None,
            blocks: vec![block],
        }],
    }
}

/// A list that was found in a file.
#[derive(Debug)]
pub struct Summary {
    /// The tables of projects, one a sheet, in the order of the sheets.
    pub tables: Vec<Table>,
    /// The labels of columns and of what stands above, by id.
    labels: HashMap<Arc<str>, Arc<str>>,
    /// The file, where its rows are read from it again.
    file: Option<Vec<u8>>,
}

impl Summary {
    /// The list in a package whose rows are read one by one, with its workbook: without cells but for those down to
    /// the headings. `None` where the file is another one, holds no list, or is damaged before its headings.
    #[must_use]
    pub fn streamed(layout: &SummaryLayout, bytes: &[u8]) -> Option<(Self, Workbook)> {
        let mut streamed = open(bytes).ok()?;
        let mut outline = streamed.outline();
        let tables = heading::tables(layout, &mut outline, |visit| {
            streamed.walk(&|_, _| true, visit)
        });
        let tables = tables.ok()?;
        let summary = Self {
            tables,
            labels: labels(layout),
            file: Some(bytes.to_vec()),
        };
        (!summary.tables.is_empty()).then_some((summary, outline))
    }

    /// The list in a workbook of a format that is read as a whole.
    #[must_use]
    pub fn whole(layout: &SummaryLayout, workbook: &Workbook) -> Option<Self> {
        if workbook.format == Format::Xlsx {
            return None;
        }
        let mut outline = Workbook {
            names: workbook.names.clone(),
            ..Workbook::default()
        };
        let walk = |visit: &mut Visit<'_>| rows::walk(workbook, &|_, _| true, visit);
        let tables = heading::tables(layout, &mut outline, walk).ok()?;
        let summary = Self {
            tables,
            labels: labels(layout),
            file: None,
        };
        (!summary.tables.is_empty()).then_some(summary)
    }

    /// Visits the wanted rows of the file. `workbook`: the one that was read with the list.
    ///
    /// # Errors
    /// Where the file is damaged or a limit is reached, or the visitor says so.
    pub fn walk(
        &self,
        workbook: &Workbook,
        wanted: &Wanted<'_>,
        visit: &mut Visit<'_>,
    ) -> Result<(), ReadFault> {
        match &self.file {
            Some(bytes) => open(bytes)?.walk(wanted, visit),
            None => rows::walk(workbook, wanted, visit),
        }
    }

    /// How a field is called, by its id in a finding: `year`, `rows.12.title`.
    #[must_use]
    pub fn label(&self, id: &str) -> Option<&str> {
        let of_row = id.strip_prefix("rows.");
        let of_row = of_row.and_then(|rest| rest.split_once('.'));
        let id = of_row.map_or(id, |(_, id)| id);
        self.labels.get(id).map(|label| &**label)
    }

    /// The table on a sheet.
    #[must_use]
    pub fn table(&self, sheet: &str) -> Option<&Table> {
        self.tables.iter().find(|table| &*table.sheet == sheet)
    }
}

fn labels(layout: &SummaryLayout) -> HashMap<Arc<str>, Arc<str>> {
    let slots = layout.head.slots.iter().chain(&layout.columns.slots);
    let label = |slot: &Arc<Slot>| (Arc::clone(&slot.id), Arc::clone(&slot.label));
    slots.map(label).collect()
}

fn open(bytes: &[u8]) -> Result<Streamed<'_>, ReadFault> {
    match guard::open(bytes)? {
        Opened::Xlsx(package) => Streamed::open(package),
        Opened::Xlsb(_) | Opened::Ods(_) | Opened::Xls(_) => {
            Err(guard::damaged("没有可逐行读取的工作表"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_list_names_rules_that_there_are() {
        let layout = SummaryLayout::builtin();
        assert_eq!(layout.form.columns.len(), 22);
        let codes: Vec<&str> = crate::rules::rules().map(|rule| rule.code).collect();
        for code in layout.form.checks.iter().chain(&layout.form.checks_once) {
            assert!(codes.contains(&code.as_str()), "{code}");
        }
    }

    #[test]
    fn two_columns_of_one_label_are_refused() {
        let text = include_str!("../../templates/forms/summary.toml");
        let text = text.replace("label = \"备注\"", "label = \"项目 名称：\"");
        let why = SummaryLayout::load(&text).unwrap_err();
        assert!(why.contains("two columns"), "{why}");
    }
}
