//! The sheet 项目清单: a row a project: what was filled in, what is due, and how far the two are apart.

use rust_xlsxwriter::{ConditionalFormatFormula, Worksheet, XlsxError};

use super::columns::{At, COLUMNS, Described, GROUPS, at};
use super::looks::{self, Look};
use super::page::{Column, Page, is_number};
use super::project::Project;
use super::{Contents, NO_PROJECTS, due};
use crate::place::column_letters;
use crate::rules::Severity;

/// The sheet's name.
pub const NAME: &str = "项目清单";
/// The first row of projects, from 0.
const FIRST: u32 = 4;
/// Pages side by side that a printed row takes, each beginning with the columns up to the title.
const PAGES_ACROSS: u16 = 3;

/// The cells of a column over all projects, for formulas on other sheets.
pub fn range(contents: &Contents<'_>, column: At) -> String {
    let letters = column_letters(u32::from(at(column)));
    let last = FIRST as usize + contents.projects.len().max(1);
    format!("'{NAME}'!${letters}${}:${letters}${last}", FIRST + 1)
}

/// The whole sheet.
pub fn sheet(contents: &Contents<'_>) -> Result<Worksheet, XlsxError> {
    debug_assert!(
        (0..)
            .zip(COLUMNS)
            .all(|(number, column)| at(column.at) == number)
    );
    let heads = |described: &Described| Column {
        head: described.head,
        width: described.width,
    };
    let columns: Vec<Column> = COLUMNS.iter().map(heads).collect();
    let groups = GROUPS.map(|(text, last)| (text, at(last)));
    let note = "金额单位：万元。绿色数字由公式按政策算出；填报数与应承担数不一致的标红。各栏来自哪里，见“依据与来源”表。";
    let mut page = Page::table(NAME, "厅地联动项目清单", &[note], &columns, &groups)?;
    debug_assert_eq!(page.row, FIRST);
    if contents.projects.is_empty() {
        page.spilling(Look::Note, NO_PROJECTS)?;
    }
    for project in &contents.projects {
        row(&mut page, project)?;
    }
    if !contents.projects.is_empty() {
        page.end_table(FIRST, at(At::Title) + 1)?;
        mark_gaps(&mut page)?;
    }
    let sheet = page.sheet();
    sheet.set_print_fit_to_pages(PAGES_ACROSS, 0);
    sheet.set_repeat_columns(0, at(At::Title))?;
    Ok(page.finish())
}

fn row(page: &mut Page, project: &Project<'_>) -> Result<(), XlsxError> {
    identity(page, project)?;
    contents_of_form(page, project)?;
    due::write(page, project)?;
    entered(page, project)?;
    remainder(page, project)?;
    page.end_row()
}

fn identity(page: &mut Page, project: &Project<'_>) -> Result<(), XlsxError> {
    let assessment = &project.row.assessment;
    page.text(at(At::Id), Look::Centre, &project.row.id)?;
    page.count(at(At::Version), project.row.version as usize)?;
    let verdict = assessment.verdict;
    page.text(at(At::Verdict), Look::Verdict(verdict), verdict.zh())?;
    page.text(at(At::District), Look::Body, project.district)?;
    page.text(at(At::Class), Look::Centre, project.class)?;
    page.text(at(At::Title), Look::Body, project.title())
}

fn contents_of_form(page: &mut Page, project: &Project<'_>) -> Result<(), XlsxError> {
    let assessment = &project.row.assessment;
    let found = assessment.project.as_ref();
    let period = found
        .and_then(|found| found.starts_on.zip(found.ends_on))
        .map(|(first, last)| format!("{first} 至\n{last}"));
    let focus = assessment.focus.as_ref();
    let lacking = focus.map(|focus| focus.missing.join("、"));
    let grade = focus.map(|focus| focus.grade.zh());
    page.optional(at(At::Proved), Look::Centre, grade)?;
    let applicant = assessment.applicant.as_deref();
    page.optional(at(At::Applicant), Look::Body, applicant)?;
    let texts = [
        (At::Leader, found.and_then(|found| found.leader.as_deref())),
        (
            At::Programme,
            found.and_then(|found| found.programme.as_deref()),
        ),
        (
            At::Industry,
            found.and_then(|found| found.industry.as_deref()),
        ),
        (
            At::ProblemKind,
            found.and_then(|found| found.problem_kind.as_deref()),
        ),
        (
            At::ProblemName,
            found.and_then(|found| found.problem_name.as_deref()),
        ),
        (At::Lacking, lacking.as_deref()),
        (At::Period, period.as_deref()),
    ];
    for (column, text) in texts {
        page.optional(at(column), Look::Body, text)?;
    }
    match assessment.year.map(usize::try_from) {
        Some(Ok(year)) => page.count(at(At::Year), year)?,
        _ => page.text(at(At::Year), Look::Centre, "")?,
    }
    page.day(at(At::FiledOn), assessment.filed_on)
}

/// What was entered, and how far it is from what is due.
fn entered(page: &mut Page, project: &Project<'_>) -> Result<(), XlsxError> {
    let split = project.due.as_ref().and_then(|due| due.split.as_ref());
    let city = project.entered(|entered| &entered.city);
    let district = project.entered(|entered| &entered.district);
    let lines = [
        (
            At::EnteredCity,
            At::City,
            At::CityGap,
            city,
            split.map(|split| split.city),
        ),
        (
            At::EnteredDistrict,
            At::DistrictShare,
            At::DistrictGap,
            district,
            split.map(|split| split.district),
        ),
    ];
    for (column, against, gap, entered, due) in lines {
        page.money(at(column), Look::Money, entered)?;
        let both = entered.zip(due);
        match both.filter(|(entered, due)| is_number(*entered) && is_number(*due)) {
            Some((entered, due)) => {
                let formula = format!("ROUND({}-{},6)", page.at(at(column)), page.at(at(against)));
                let result = (entered - due).as_wan().to_string();
                page.formula(at(gap), Look::Money, &formula, &result)?;
            }
            None => page.money(
                at(gap),
                Look::Money,
                both.map(|(entered, due)| entered - due),
            )?,
        }
    }
    let others = [
        (
            At::Commitment,
            project.entered(|entered| &entered.commitment),
        ),
        (At::Own, project.entered(|entered| &entered.own)),
        (At::Other, project.entered(|entered| &entered.other)),
        (At::Total, project.entered(|entered| &entered.total)),
    ];
    for (column, amount) in others {
        page.money(at(column), Look::Money, amount)?;
    }
    Ok(())
}

fn remainder(page: &mut Page, project: &Project<'_>) -> Result<(), XlsxError> {
    for (column, severity) in [
        (At::Blocks, Severity::Block),
        (At::Explains, Severity::Explain),
        (At::Advices, Severity::Advice),
    ] {
        page.count(at(column), project.count(severity))?;
    }
    let row = project.row;
    let edition = row.assessment.edition.as_deref();
    page.optional(at(At::Edition), Look::Centre, edition)?;
    page.moment(at(At::Received), Look::Moment, row.received_at)?;
    page.optional(at(At::Result), Look::Body, row.result.as_deref())
}

/// Amounts that differ from what is due are coloured.
fn mark_gaps(page: &mut Page) -> Result<(), XlsxError> {
    let last = page.row - 1;
    let (first_column, last_column) = (at(At::CityGap), at(At::DistrictGap));
    let cell = format!("{}{}", column_letters(u32::from(first_column)), FIRST + 1);
    let rule = ConditionalFormatFormula::new()
        .set_rule(format!("=AND(ISNUMBER({cell}),{cell}<>0)").as_str())
        .set_format(looks::differing());
    page.sheet()
        .add_conditional_format(FIRST, first_column, last, last_column, &rule)?;
    Ok(())
}
