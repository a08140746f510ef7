//! The sheet 总览: how many projects there are by verdict, what the accepted ones come to by district and by class,
//! and whether the sums agree. Every figure is a formula over the list, with its result stored.

use rust_xlsxwriter::{Url, Worksheet, XlsxError};

use super::columns::At;
use super::list::{self, range};
use super::looks::Look;
use super::page::{Page, is_number};
use super::project::Project;
use super::{Contents, NO_PROJECTS, TITLE, chart, findings, ranking, sources};
use crate::assess::Verdict;
use crate::money::Money;
use crate::place::column_letters;

/// The sheet's name.
pub const NAME: &str = "总览";
/// Widths of the columns: a margin, names, counts, six amounts, a margin; then the chart.
const WIDTHS: [u16; 17] = [
    2, 32, 10, 15, 15, 15, 15, 15, 15, 2, 12, 12, 12, 12, 12, 12, 12,
];
/// Column of the names of rows.
const NAMES: u16 = 1;
/// Column of counts; the amounts follow.
const COUNTS: u16 = 2;
/// The last column of the tables.
const LAST: u16 = 8;
/// What counts in the totals: both verdicts begin so.
const ACCEPTED: &str = "\"通过*\"";

/// The amounts of the totals: a head, the column of the list they add, and how to take them from a project.
type Amount = (&'static str, At, fn(&Project<'_>) -> Option<Money>);
const AMOUNTS: [Amount; 6] = [
    ("自治区资金", At::Region, |project| project.region),
    ("应配套合计", At::Local, |project| {
        Some(project.due.as_ref()?.local)
    }),
    ("市级应承担", At::City, |project| {
        Some(project.due.as_ref()?.split.as_ref()?.city)
    }),
    ("区（县）应承担", At::DistrictShare, |project| {
        Some(project.due.as_ref()?.split.as_ref()?.district)
    }),
    ("分担待定", At::Undecided, undecided),
    ("自筹资金", At::Own, |project| {
        project.entered(|entered| &entered.own)
    }),
];
/// Columns of the amounts on this sheet.
const LOCAL: u16 = COUNTS + 2;
pub const CITY: u16 = COUNTS + 3;
pub const UNDECIDED: u16 = COUNTS + 5;

/// The local match of a project whose split is not decided.
fn undecided(project: &Project<'_>) -> Option<Money> {
    let due = project.due.as_ref()?;
    due.split.is_none().then_some(due.local)
}

/// A table of totals: its rows on the sheet, both from 0, and the row of its sums.
pub struct Totals {
    pub first: u32,
    pub last: u32,
}

/// The whole sheet.
pub fn sheet(contents: &Contents<'_>) -> Result<Worksheet, XlsxError> {
    let mut page = Page::new(NAME, &WIDTHS)?;
    head(&mut page, contents)?;
    cards(&mut page, contents)?;
    page.end_row_at(12)?;
    let heading = "一、按区（县）汇总（通过和通过·须说明的项目，金额单位：万元）";
    let top = page.row;
    let by_district = totals(&mut page, contents, heading, At::District)?;
    page.end_row_at(12)?;
    let by_class = totals(&mut page, contents, "二、按类别汇总（同上）", At::Class)?;
    page.end_row_at(12)?;
    checks(&mut page, contents, [&by_district, &by_class])?;
    page.end_row_at(12)?;
    links(&mut page)?;
    if contents.projects.iter().any(Project::is_accepted) {
        let has_undecided = accepted(contents).any(|project| undecided(project).is_some());
        let chart = chart::by_district(&by_district, has_undecided);
        page.sheet().insert_chart(top, LAST + 2, &chart)?;
    }
    page.sheet().set_print_fit_to_pages(1, 1);
    Ok(page.finish())
}

fn head(page: &mut Page, contents: &Contents<'_>) -> Result<(), XlsxError> {
    page.merged(NAMES, LAST, Look::Title, TITLE)?;
    page.end_row_at(40)?;
    let made_at = contents.register.made_at.strftime("%Y年%m月%d日 %H:%M");
    let note = if contents.projects.is_empty() {
        format!("制表时间：{made_at}。{NO_PROJECTS}")
    } else {
        format!("制表时间：{made_at}。每个项目只计最新一版；各数字都是公式，可点开核对。")
    };
    page.merged(NAMES, LAST, Look::Note, &note)?;
    page.end_row_at(22)?;
    page.end_row_at(8)
}

/// How many there are, in all and by verdict.
fn cards(page: &mut Page, contents: &Contents<'_>) -> Result<(), XlsxError> {
    let cards = [
        (NAMES, NAMES, None),
        (2, 3, Some(Verdict::Accepted)),
        (4, 5, Some(Verdict::AcceptedWithRemarks)),
        (6, 7, Some(Verdict::Returned)),
        (8, 8, Some(Verdict::Unreadable)),
    ];
    for (first, last, verdict) in cards {
        let label = verdict.map_or("项目总数", Verdict::zh);
        page.merged(first, last, Look::CardLabel(verdict), label)?;
    }
    page.end_row_at(24)?;
    for (first, last, verdict) in cards {
        page.merged(first, last, Look::Card(verdict), "")?;
        let is = |project: &&Project<'_>| {
            verdict.is_none_or(|verdict| project.row.assessment.verdict == verdict)
        };
        let count = contents.projects.iter().filter(is).count();
        let formula = match verdict {
            Some(verdict) => format!(
                "COUNTIF({},\"{}\")",
                range(contents, At::Verdict),
                verdict.zh()
            ),
            None => format!("SUM({}:{})", page.at(2), page.at(LAST)),
        };
        page.formula(first, Look::Card(verdict), &formula, &count.to_string())?;
    }
    page.end_row_at(40)
}

fn accepted<'a>(contents: &'a Contents<'_>) -> impl Iterator<Item = &'a Project<'a>> {
    contents
        .projects
        .iter()
        .filter(|project| project.is_accepted())
}

/// What a project adds to a sum: as a spreadsheet does, only what stands there as a number.
fn added(amount: Option<Money>) -> Money {
    amount.filter(|money| is_number(*money)).unwrap_or_default()
}

/// A table of totals by the names in a column of the list, with the sums of all.
fn totals(
    page: &mut Page,
    contents: &Contents<'_>,
    heading: &str,
    by: At,
) -> Result<Totals, XlsxError> {
    let is_by_class = by == At::Class;
    let names = if is_by_class {
        &contents.classes
    } else {
        &contents.districts
    };
    page.merged(NAMES, LAST, Look::Heading, heading)?;
    page.end_row_at(24)?;
    page.text(
        NAMES,
        Look::Head,
        if is_by_class {
            "类别"
        } else {
            "区（县）"
        },
    )?;
    page.text(COUNTS, Look::Head, "项目数")?;
    for (column, (head, _, _)) in (COUNTS + 1..).zip(AMOUNTS) {
        page.text(column, Look::Head, head)?;
    }
    page.end_row_at(24)?;
    let first = page.row;
    for name in names {
        let of_name = |project: &&Project<'_>| {
            *name
                == if is_by_class {
                    project.class
                } else {
                    project.district
                }
        };
        let projects: Vec<&Project<'_>> = accepted(contents).filter(of_name).collect();
        total(page, contents, (name, by), &projects)?;
    }
    let last = page.row.saturating_sub(1).max(first);
    let all: Vec<&Project<'_>> = accepted(contents).collect();
    page.text(NAMES, Look::TotalLabel, "合计")?;
    let sum = |column: u16| {
        let letters = column_letters(u32::from(column));
        format!("SUM({letters}{}:{letters}{})", first + 1, last + 1)
    };
    page.formula(
        COUNTS,
        Look::TotalCount,
        &sum(COUNTS),
        &all.len().to_string(),
    )?;
    for (column, (_, _, take)) in (COUNTS + 1..).zip(AMOUNTS) {
        let result: Money = all.iter().map(|project| added(take(project))).sum();
        page.formula(
            column,
            Look::Total,
            &sum(column),
            &result.as_wan().to_string(),
        )?;
    }
    page.end_row_at(24)?;
    Ok(Totals { first, last })
}

/// A row of totals: of the accepted projects that hold this name in this column of the list.
fn total(
    page: &mut Page,
    contents: &Contents<'_>,
    (name, by): (&str, At),
    projects: &[&Project<'_>],
) -> Result<(), XlsxError> {
    page.text(NAMES, Look::Label, name)?;
    let name = format!("${}", page.at(NAMES));
    let wanted = format!(
        "{},{ACCEPTED},{},{name}",
        range(contents, At::Verdict),
        range(contents, by)
    );
    let count = projects.len().to_string();
    page.formula(COUNTS, Look::Count, &format!("COUNTIFS({wanted})"), &count)?;
    for (column, (_, from, take)) in (COUNTS + 1..).zip(AMOUNTS) {
        let result: Money = projects.iter().map(|project| added(take(project))).sum();
        let formula = format!("SUMIFS({},{wanted})", range(contents, from));
        page.formula(column, Look::Money, &formula, &result.as_wan().to_string())?;
    }
    page.end_row_at(23)
}

/// Whether the sums agree, and what they leave out.
fn checks(page: &mut Page, contents: &Contents<'_>, tables: [&Totals; 2]) -> Result<(), XlsxError> {
    page.merged(NAMES, LAST, Look::Heading, "三、核对")?;
    page.end_row_at(24)?;
    let letter = |column: u16| column_letters(u32::from(column));
    let cell = |column: u16, table: &Totals| format!("{}{}", letter(column), table.last + 2);
    let [by_district, by_class] = tables;
    let local = cell(LOCAL, by_district);
    let parts = format!(
        "SUM({}:{})",
        cell(CITY, by_district),
        cell(UNDECIDED, by_district)
    );
    let verdicts = range(contents, At::Verdict);
    let without_due = accepted(contents)
        .filter(|project| project.due.is_none())
        .count();
    let undecided = accepted(contents)
        .filter(|project| undecided(project).is_some())
        .count();
    let lines = [
        (
            "应配套合计 − 市级 − 区（县） − 待定，应为 0（万元）",
            format!("ROUND({local}-{parts},6)"),
            unaccounted(contents).as_wan().to_string(),
        ),
        (
            "按区（县）与按类别的应配套合计之差，应为 0（万元）",
            format!("ROUND({local}-{},6)", cell(LOCAL, by_class)),
            "0".to_owned(),
        ),
        (
            "分担待定的项目（个）：政策没有写明市、区（县）怎样分担，要由主管部门确定",
            format!(
                "COUNTIFS({verdicts},{ACCEPTED},{},\">=0\")",
                range(contents, At::Undecided)
            ),
            undecided.to_string(),
        ),
        (
            "没有算出应配套的项目（个）：不在上面的金额里，请看问题清单",
            format!(
                "COUNTIF({verdicts},{ACCEPTED})-COUNTIFS({verdicts},{ACCEPTED},{},\">=0\")",
                range(contents, At::Local)
            ),
            without_due.to_string(),
        ),
    ];
    for (label, formula, result) in lines {
        page.merged(NAMES, LAST - 1, Look::Label, label)?;
        page.formula(LAST, Look::Count, &formula, &result)?;
        page.end_row_at(23)?;
    }
    Ok(())
}

/// What the parts of the local match leave of it: nothing, unless an assessment contradicts itself.
fn unaccounted(contents: &Contents<'_>) -> Money {
    let of_project = |project: &Project<'_>| -> Money {
        let [_, (_, _, local), parts @ .., _] = AMOUNTS;
        let parts: Money = parts.iter().map(|(_, _, take)| added(take(project))).sum();
        added(local(project)) - parts
    };
    accepted(contents).map(of_project).sum()
}

/// What stands on the other sheets.
fn links(page: &mut Page) -> Result<(), XlsxError> {
    page.merged(NAMES, LAST, Look::Heading, "四、其他各表")?;
    page.end_row_at(24)?;
    let sheets = [
        (
            list::NAME,
            "一个项目一行：申报内容、应承担与填报的金额、差额、问题数、结果文件。",
        ),
        (
            ranking::NAME,
            "通过的项目按落实的配套比例排列，供会商参考。",
        ),
        (
            findings::NAME,
            "每个项目的每一个问题：在哪个单元格、填了什么、应为多少、怎么改。",
        ),
        (
            sources::NAME,
            "每个数字来自哪个文件的哪个单元格，按哪一条怎样算出；各栏说明。",
        ),
    ];
    let format = Look::Link.format(false, false);
    for (name, text) in sheets {
        let row = page.row;
        let url = Url::new(format!("internal:'{name}'!A1")).set_text(name);
        page.sheet()
            .write_url_with_format(row, NAMES, url, &format)?;
        page.merged(COUNTS, LAST, Look::Body, text)?;
        page.end_row_at(23)?;
    }
    Ok(())
}
