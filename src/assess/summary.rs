//! The recommended list, row by row: each row is judged as an application as far as its columns go, and told at once.
//!
//! What holds for the list as a whole (above the table, of the file) is judged once and counts for every row. Of a
//! hundred thousand rows nothing is kept but counts, a bounded number of findings, and what later rows are compared
//! with ([`neighbours`]).

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Assessment, Context, Earlier, Portrait, Reading, Rulebook};
use crate::form::summary::Table;
use crate::form::{Application, Entry, State, Summary};
use crate::read::rows::Go;
use crate::read::{ReadFault, Workbook};
use crate::rules::{Finding, Severity};

mod due;

mod judge;

mod neighbours;

use judge::Judge;

/// Bytes of a file from which on it is first looked at as a list: an application is a tenth of that.
pub const LARGE_BYTES: usize = 512 * 1024;
/// Findings of one rule that are listed of a whole list.
pub const FINDINGS_A_RULE: u32 = 500;
/// Findings that are listed of a whole list.
pub const FINDINGS_MAX: usize = 5_000;

/// What the rows of a list came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RowsFound {
    /// Projects judged.
    pub judged: u32,
    /// 通过.
    pub accepted: u32,
    /// 通过·须说明.
    pub accepted_with_remarks: u32,
    /// 退回修改.
    pub returned: u32,
    /// Rows that are no project: sums, lines of text, headings once more.
    pub passed_over: u32,
    /// Findings in all: at most 500 of a rule and 5,000 together are listed.
    pub findings: u32,
    /// How often each rule found something, the gravest first.
    pub by_rule: Vec<RuleCount>,
}

/// How often a rule found something in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RuleCount {
    /// `M02`.
    pub code: String,
    /// `city-share-differs`.
    pub name: String,
    /// Severity under the edition.
    pub severity: Severity,
    /// Findings.
    pub count: u32,
    /// The first row, as a spreadsheet counts; `null` where it speaks of the list as a whole.
    pub first_row: Option<u32>,
}

impl RowsFound {
    /// How many findings there are of a severity.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        let of = self.by_rule.iter().filter(|it| it.severity == severity);
        of.map(|it| it.count as usize).sum()
    }
}

impl Reading {
    pub(super) fn of_list(sha256: String, (list, workbook): (Summary, Workbook)) -> Self {
        Self {
            portrait: Portrait::of(&sha256, None),
            sha256,
            workbook: Ok(workbook),
            application: None,
            summary: Some(list),
        }
    }

    /// The list and its workbook, where the file holds one.
    #[must_use]
    pub fn list(&self) -> Option<(&Summary, &Workbook)> {
        self.summary.as_ref().zip(self.workbook.as_ref().ok())
    }
}

impl Rulebook {
    /// The list in a file. `workbook`: as it was read, where it was; one that is over a limit may still be a list.
    pub(super) fn list_in(
        &self,
        bytes: &[u8],
        workbook: Option<&Result<Workbook, ReadFault>>,
    ) -> Option<(Summary, Workbook)> {
        match workbook {
            Some(Ok(workbook)) => {
                if let Some(list) = Summary::whole(&self.summary, workbook) {
                    return Some((list, workbook.clone()));
                }
            }
            None | Some(Err(ReadFault::OverLimit { .. })) => {}
            Some(Err(_)) => return None,
        }
        Summary::streamed(&self.summary, bytes)
    }

    /// Concludes of a list. `each` is told of every row as it is judged.
    pub fn assess_rows(
        &self,
        reading: &Reading,
        (list, workbook): (&Summary, &Workbook),
        context: &Context,
        earlier: &Earlier,
        each: &mut dyn FnMut(&Assessment),
    ) -> Assessment {
        let mut judge = Judge::new(self, reading, context, each);
        for table in &list.tables {
            judge.judge_once(table, earlier);
        }
        let walked = list.walk(workbook, &|_, _| true, &mut |row| judge.visit(list, row));
        match walked {
            Ok(()) => judge.concluded(),
            Err(fault) => {
                let unread = Reading {
                    sha256: reading.sha256.clone(),
                    workbook: Err(fault),
                    application: None,
                    summary: None,
                    portrait: reading.portrait.clone(),
                };
                self.assess_after(&unread, context, earlier)
            }
        }
    }

    /// What stands above a table, with the columns that it lacks, and the day of receipt where no other is told.
    fn above(&self, table: &Table, context: &Context) -> Application {
        let layout = &self.summary;
        let mut head = Application::new(&layout.head, table.head.clone());
        let received_on = context.received_at.date();
        if head.filed_on.is_absent() {
            head.filed_on.state = State::Given(received_on);
        }
        if let (State::Missing | State::Blank, Some(filed_on)) =
            (&head.year.state, head.filed_on.given())
        {
            let of_day = i64::from(filed_on.year());
            let covered = |year: &i64| self.policies.in_force(*year, *filed_on).is_some();
            // a call of the next year is filed in the autumn before
            let year = [of_day, of_day + 1].into_iter().find(covered);
            head.year.state = State::Given(year.unwrap_or(of_day));
        }
        let lacking = layout.columns.slots.iter().zip(&table.columns);
        let lacking = lacking.filter(|(slot, column)| {
            let is_offered = layout.form.columns.iter().any(|it| it.id == *slot.id);
            column.is_none() && is_offered
        });
        head.entries
            .retain(|entry| !matches!(entry.state, State::Missing));
        head.entries.extend(lacking.map(|(slot, _)| Entry {
            slot: Arc::clone(slot),
            place: None,
            state: State::Missing,
            formula: None,
            is_text: false,
        }));
        head
    }
}

/// The workbook with the cells that a list's findings speak of, whole rows of them, for marking.
///
/// # Errors
/// Where the file is damaged, which judging it would have told.
pub(super) fn cells_of<'w>(
    list: &Summary,
    workbook: &'w Workbook,
    findings: &[Finding],
) -> Result<Cow<'w, Workbook>, ReadFault> {
    let rows: HashSet<(&str, u32)> = findings
        .iter()
        .filter_map(|finding| Some((finding.sheet.as_deref()?, finding.cell?.row)))
        .collect();
    let mut filled = workbook.clone();
    let wanted = |sheet: &str, row: u32| rows.contains(&(sheet, row));
    list.walk(workbook, &wanted, &mut |row| {
        let sheet = filled.sheets.iter_mut().find(|it| it.name == *row.sheet);
        // down to the headings they are there
        if let Some(sheet) = sheet
            && sheet
                .cells
                .last()
                .is_none_or(|last| last.at.row < row.number)
        {
            sheet.cells.extend_from_slice(row.cells);
        }
        Ok(Go::On)
    })?;
    Ok(Cow::Owned(filled))
}
