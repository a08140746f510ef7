//! The register: the bureau's workbook of all projects, with their shares, totals, order and sources.
//!
//! Five sheets: the totals and a chart, a row a project, the accepted ones in order, every finding, and where each
//! figure comes from. Totals and shares are live formulas with their results stored, so that the figures are right
//! in readers that do not calculate and can be audited in those that do. The same input gives the same bytes.
//!
//! What an applicant wrote is written as text and never becomes a formula or a link. An undecided split is shown as
//! undecided and counted apart, never as nothing. What this file does not do: decide which version of a project is
//! the latest, or judge which project is better.

use std::collections::BTreeMap;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, XlsxError};

use crate::assess::Assessment;
use crate::policy::Policies;
use project::Project;

mod project;

mod looks;

mod page;

mod columns;

mod due;

mod list;

mod overview;

mod chart;

mod ranking;

mod findings;

mod sources;

pub mod impact;

/// One project in the register: the latest version of it.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its id in the ledger: `LD2024-000123`.
    pub id: String,
    /// When this version was received.
    pub received_at: jiff::civil::DateTime,
    /// Which version this is (第几版), from 1.
    pub version: u32,
    /// Path of the marked copy relative to the workspace's output folder; `None` where there is none.
    pub result: Option<String>,
    /// What was concluded.
    pub assessment: Assessment,
}

/// What the register is made of.
#[derive(Debug, Clone, Copy)]
pub struct Register<'a> {
    /// The projects in any order.
    pub rows: &'a [Row],
    /// The editions: their districts and classes give the order of the totals.
    pub policies: &'a Policies,
    /// When the register is made.
    pub made_at: jiff::civil::DateTime,
}

/// What the sheets share.
struct Contents<'a> {
    register: &'a Register<'a>,
    /// By district in the order of the editions, then verdict, then id.
    projects: Vec<Project<'a>>,
    /// Names of districts in the order of the editions.
    districts: Vec<&'a str>,
    /// Classes in the order of the editions.
    classes: Vec<&'a str>,
}

/// The register as a workbook.
///
/// # Errors
/// Where the library refuses a sheet, which is a fault of this program; nothing that an applicant wrote leads to it.
pub fn write(register: &Register<'_>) -> Result<Vec<u8>, XlsxError> {
    let contents = contents(register);
    let mut book = Workbook::new();
    let properties = DocProperties::new()
        .set_title(TITLE)
        .set_creation_datetime(&moment(register.made_at)?);
    book.set_properties(&properties);
    book.push_worksheet(overview::sheet(&contents)?);
    book.push_worksheet(list::sheet(&contents)?);
    book.push_worksheet(ranking::sheet(&contents)?);
    book.push_worksheet(findings::sheet(&contents)?);
    book.push_worksheet(sources::sheet(&contents)?);
    book.save_to_buffer()
}

/// The workbook's title.
const TITLE: &str = "厅地联动项目登记册";
/// What every sheet says where there is no project.
const NO_PROJECTS: &str = "台账中还没有项目。";
/// How a district is named that the form left uncertain.
const DISTRICT_UNKNOWN: &str = "不明";
/// How the class of a district is named where its edition defines none.
const CLASS_NONE: &str = "未分类";

fn contents<'a>(register: &'a Register<'a>) -> Contents<'a> {
    let editions = || register.policies.editions();
    let mut names: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    let (mut districts, mut classes) = (Vec::new(), Vec::new());
    for district in editions().flat_map(|edition| &edition.districts) {
        names.entry(&district.id).or_insert_with(|| {
            districts.push(district.name.as_str());
            (districts.len(), &district.name)
        });
    }
    for class in editions().flat_map(|edition| &edition.classes) {
        if !classes.contains(&class.id.as_str()) {
            classes.push(&class.id);
        }
    }
    let mut projects: Vec<Project<'_>> = register
        .rows
        .iter()
        .map(|row| Project::of(row, &names, register.policies))
        .collect();
    projects.sort_by(|a, b| a.order().cmp(&b.order()));
    for project in &projects {
        if project.is_accepted() && !districts.contains(&project.district) {
            districts.push(project.district);
        }
        if project.is_accepted() && !classes.contains(&project.class) {
            classes.push(project.class);
        }
    }
    Contents {
        register,
        projects,
        districts,
        classes,
    }
}

/// A local date and time as a spreadsheet holds it.
fn moment(at: jiff::civil::DateTime) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::parse_from_str(&at.strftime("%Y-%m-%dT%H:%M:%S").to_string())
}
