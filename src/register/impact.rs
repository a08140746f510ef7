//! What another edition would change: a workbook of every project under both, with sums by district.
//!
//! Differences and sums are live formulas with their results stored, as in the register. Sums count what is accepted
//! and whose split is decided, on each side for itself. Not here: concluding anything, which the caller has done.

use std::collections::BTreeSet;

use rust_xlsxwriter::{DocProperties, Workbook, Worksheet, XlsxError};

use super::looks::Look;
use super::page::{Column, Page, is_number};
use crate::assess::{Assessment, Verdict};
use crate::money::Money;
use crate::place::column_letters;

/// One project, as it stands and under the other edition.
#[derive(Debug)]
pub struct Compared {
    /// `LD2026-000123`.
    pub number: String,
    /// The district's official name.
    pub district: String,
    /// Whether the other edition covers its year and filing date.
    pub is_covered: bool,
    /// Under the editions in force.
    pub before: Assessment,
    /// Under the other edition.
    pub after: Assessment,
}

/// All of it.
#[derive(Debug)]
pub struct Impact<'a> {
    /// The other edition: id and hash, as people read them.
    pub edition: &'a str,
    /// The projects, by district and number.
    pub projects: &'a [Compared],
}

/// A share of one side in yuan: the city's or the district's.
type Part = fn(&Assessment) -> Option<Money>;

impl Compared {
    /// Whether the verdict changes.
    #[must_use]
    pub fn verdict_changes(&self) -> bool {
        self.before.verdict != self.after.verdict
    }

    /// Whether a share changes.
    #[must_use]
    pub fn shares_change(&self) -> bool {
        city(&self.before) != city(&self.after) || district(&self.before) != district(&self.after)
    }

    /// What is found on one side only: `+P15 −M02`.
    #[must_use]
    pub fn findings_change(&self) -> String {
        let codes = |side: &Assessment| -> BTreeSet<String> {
            side.findings
                .iter()
                .map(|finding| finding.code.to_string())
                .collect()
        };
        let (before, after) = (codes(&self.before), codes(&self.after));
        let new = after.difference(&before).map(|code| format!("+{code}"));
        let gone = before.difference(&after).map(|code| format!("−{code}"));
        new.chain(gone).collect::<Vec<_>>().join(" ")
    }
}

/// The city's share.
#[must_use]
pub fn city(side: &Assessment) -> Option<Money> {
    amount(side.shares.as_ref()?.city.as_deref())
}

/// The district's share.
#[must_use]
pub fn district(side: &Assessment) -> Option<Money> {
    amount(side.shares.as_ref()?.district.as_deref())
}

fn amount(yuan: Option<&str>) -> Option<Money> {
    Money::from_yuan(yuan?.parse().ok()?)
}

/// What a project adds to a sum: of accepted ones what stands in the list as a number.
#[must_use]
pub fn counted(side: &Assessment, part: Part) -> Money {
    let share = part(side).filter(|share| is_number(*share));
    share
        .filter(|_| side.verdict.is_accepted())
        .unwrap_or_default()
}

/// What stands above each printed page.
const HEADER: &str = "&L政策影响对比&R&A";

/// The list's name, its first row from 0, and its columns.
const LIST: &str = "逐项对比";
const FIRST: u32 = 4;
const COLUMNS: &[Column] = &[
    head("编号", 16),
    head("区（县）", 20),
    head("项目名称", 34),
    head("现行", 13),
    head("新版本", 13),
    head("现行", 13),
    head("新版本", 13),
    head("差额", 13),
    head("现行", 13),
    head("新版本", 13),
    head("差额", 13),
    head("多出（+）和\n消失（−）的问题", 24),
    head("新版本是否\n管到它", 12),
];
const GROUPS: &[(&str, u16)] = &[
    ("项目", 2),
    ("结论", 4),
    ("市级应承担（万元）", 7),
    ("区（县）应承担（万元）", 10),
    ("说明", 12),
];

const fn head(head: &'static str, width: u16) -> Column {
    Column { head, width }
}

/// The workbook.
///
/// # Errors
/// Where the library refuses a sheet, which is a fault of this program.
pub fn write(impact: &Impact<'_>, made_at: jiff::civil::DateTime) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let properties = DocProperties::new()
        .set_title("政策影响对比")
        .set_creation_datetime(&super::moment(made_at)?);
    book.set_properties(&properties);
    book.push_worksheet(sums(impact)?);
    book.push_worksheet(list(impact)?);
    book.save_to_buffer()
}

/// A column of the list, as a formula names it.
fn range(impact: &Impact<'_>, column: u16) -> String {
    let letters = column_letters(u32::from(column));
    let last = FIRST as usize + impact.projects.len().max(1);
    format!("{LIST}!${letters}${}:${letters}${last}", FIRST + 1)
}

fn sums(impact: &Impact<'_>) -> Result<Worksheet, XlsxError> {
    let mut page = Page::new("影响汇总", &[24, 10, 11, 15, 15, 15, 15, 15, 15])?;
    page.spilling(Look::Title, "政策影响对比")?;
    page.spilling(
        Look::Note,
        &format!("新版本：{}。现行：各项目所适用的版本。", impact.edition),
    )?;
    page.spilling(Look::Note, "两边用同一份申报书、同一套规则；台账没有改动。")?;
    page.end_row_at(10)?;
    cards(&mut page, impact)?;
    page.end_row_at(12)?;
    page.merged(
        0,
        8,
        Look::Heading,
        "一、按区（县）（各自通过和通过·须说明的项目，万元；待定的不计）",
    )?;
    page.end_row_at(24)?;
    let groups = [
        (0, 2, "项目"),
        (3, 5, "市级应承担"),
        (6, 8, "区（县）应承担"),
    ];
    for (first, last, text) in groups {
        page.merged(first, last, Look::Group, text)?;
    }
    page.end_row_at(20)?;
    let heads = [
        "区（县）",
        "项目数",
        "结论改变",
        "现行",
        "新版本",
        "差额",
        "现行",
        "新版本",
        "差额",
    ];
    for (column, text) in (0..).zip(heads) {
        page.text(column, Look::Head, text)?;
    }
    page.end_row_at(22)?;
    let first = page.row;
    let names: BTreeSet<&str> = impact
        .projects
        .iter()
        .map(|one| one.district.as_str())
        .collect();
    for name in names {
        by_district(&mut page, impact, name)?;
    }
    total(&mut page, impact, first)?;
    page.end_row_at(12)?;
    verdicts(&mut page, impact)?;
    page.sheet().set_print_fit_to_pages(1, 1);
    page.sheet().set_header(HEADER);
    Ok(page.finish())
}

fn cards(page: &mut Page, impact: &Impact<'_>) -> Result<(), XlsxError> {
    let count = |is_one: fn(&Compared) -> bool| {
        impact
            .projects
            .iter()
            .filter(|one| is_one(one))
            .count()
            .to_string()
    };
    let (before, after) = (range(impact, 3), range(impact, 4));
    let cards = [
        (
            0,
            2,
            "项目",
            format!("COUNTA({})", range(impact, 0)),
            impact.projects.len().to_string(),
        ),
        (
            3,
            5,
            "结论改变",
            format!("SUMPRODUCT(--({before}<>{after}))"),
            count(Compared::verdict_changes),
        ),
        (
            6,
            8,
            "金额改变",
            amounts_differ(impact),
            count(Compared::shares_change),
        ),
    ];
    for (first, last, label, _, _) in &cards {
        page.merged(*first, *last, Look::CardLabel(None), label)?;
    }
    page.end_row_at(22)?;
    for (first, last, _, formula, result) in &cards {
        page.merged(*first, *last, Look::Card(None), "")?;
        page.formula(*first, Look::Card(None), formula, result)?;
    }
    page.end_row_at(40)
}

/// How many projects have another share: the text 待定 against a number counts too.
fn amounts_differ(impact: &Impact<'_>) -> String {
    let pair = |one: u16, other: u16| format!("({}<>{})", range(impact, one), range(impact, other));
    format!("SUMPRODUCT(--({}+{}>0))", pair(5, 6), pair(8, 9))
}

fn by_district(page: &mut Page, impact: &Impact<'_>, name: &str) -> Result<(), XlsxError> {
    let of = |one: &&Compared| one.district == name;
    let label = page.at(0);
    let is_it = format!("{},{label}", range(impact, 1));
    page.text(0, Look::Label, name)?;
    let count = impact.projects.iter().filter(of).count();
    page.formula(
        1,
        Look::Count,
        &format!("COUNTIFS({is_it})"),
        &count.to_string(),
    )?;
    let changed = impact
        .projects
        .iter()
        .filter(of)
        .filter(|one| one.verdict_changes())
        .count();
    let (names, before, after) = (range(impact, 1), range(impact, 3), range(impact, 4));
    let formula = format!("SUMPRODUCT(({names}={label})*({before}<>{after}))");
    page.formula(2, Look::Count, &formula, &changed.to_string())?;
    let parts: [(u16, u16, Part); 2] = [(3, 5, city), (6, 8, district)];
    for (column, from, part) in parts {
        let sum = |side: fn(&Compared) -> &Assessment| -> Money {
            impact
                .projects
                .iter()
                .filter(of)
                .map(|one| counted(side(one), part))
                .sum()
        };
        let (was, is) = (sum(|one| &one.before), sum(|one| &one.after));
        for (offset, verdict, result) in [(0, 3, was), (1, 4, is)] {
            let formula = format!(
                "SUMIFS({},{is_it},{},\"通过*\")",
                range(impact, from + offset),
                range(impact, verdict)
            );
            page.formula(
                column + offset,
                Look::Money,
                &formula,
                &result.as_wan().to_string(),
            )?;
        }
        let formula = format!("ROUND({}-{},6)", page.at(column + 1), page.at(column));
        page.formula(
            column + 2,
            Look::Money,
            &formula,
            &(is - was).as_wan().to_string(),
        )?;
    }
    page.end_row_at(22)
}

fn total(page: &mut Page, impact: &Impact<'_>, first: u32) -> Result<(), XlsxError> {
    let last = page.row;
    let sum = |column: u16| {
        let letters = column_letters(u32::from(column));
        format!("SUM({letters}{}:{letters}{last})", first + 1)
    };
    page.text(0, Look::TotalLabel, "合计")?;
    let all = impact.projects;
    page.formula(1, Look::TotalCount, &sum(1), &all.len().to_string())?;
    let changed = all.iter().filter(|one| one.verdict_changes()).count();
    page.formula(2, Look::TotalCount, &sum(2), &changed.to_string())?;
    let parts: [(u16, Part); 2] = [(3, city), (6, district)];
    for (column, part) in parts {
        let was: Money = all.iter().map(|one| counted(&one.before, part)).sum();
        let is: Money = all.iter().map(|one| counted(&one.after, part)).sum();
        for (offset, result) in [(0, was), (1, is), (2, is - was)] {
            let result = result.as_wan().to_string();
            page.formula(column + offset, Look::Total, &sum(column + offset), &result)?;
        }
    }
    page.end_row_at(24)
}

/// From which verdict to which, and how many.
fn verdicts(page: &mut Page, impact: &Impact<'_>) -> Result<(), XlsxError> {
    page.merged(0, 8, Look::Heading, "二、结论（行：现行；列：新版本）")?;
    page.end_row_at(24)?;
    let all = [
        Verdict::Accepted,
        Verdict::AcceptedWithRemarks,
        Verdict::Returned,
        Verdict::Unreadable,
    ];
    page.text(0, Look::Head, "现行 ＼ 新版本")?;
    page.merged(1, 2, Look::Verdict(all[0]), all[0].zh())?;
    for (column, verdict) in (3..).zip(&all[1..]) {
        page.text(column, Look::Verdict(*verdict), verdict.zh())?;
    }
    page.end_row_at(22)?;
    for before in all {
        page.text(0, Look::Verdict(before), before.zh())?;
        page.merged(1, 2, Look::Count, "")?;
        for (column, after) in [1, 3, 4, 5].into_iter().zip(all) {
            let is_one =
                |one: &&Compared| (one.before.verdict, one.after.verdict) == (before, after);
            let count = impact.projects.iter().filter(is_one).count();
            let formula = format!(
                "COUNTIFS({},\"{}\",{},\"{}\")",
                range(impact, 3),
                before.zh(),
                range(impact, 4),
                after.zh()
            );
            page.formula(column, Look::Count, &formula, &count.to_string())?;
        }
        page.end_row_at(22)?;
    }
    Ok(())
}

fn list(impact: &Impact<'_>) -> Result<Worksheet, XlsxError> {
    let note = "待定：市与区（县）如何分担没有写明。差额 = 新版本 − 现行。";
    let mut page = Page::table(LIST, "逐项对比", &[note], COLUMNS, GROUPS)?;
    debug_assert_eq!(page.row, FIRST);
    for one in impact.projects {
        page.text(0, Look::Centre, &one.number)?;
        page.text(1, Look::Body, &one.district)?;
        page.optional(2, Look::Body, one.after.title.as_deref())?;
        for (column, side) in [(3, &one.before), (4, &one.after)] {
            page.text(column, Look::Verdict(side.verdict), side.verdict.zh())?;
        }
        let parts: [(u16, Part); 2] = [(5, city), (8, district)];
        for (column, part) in parts {
            share(&mut page, column, (&one.before, part))?;
            share(&mut page, column + 1, (&one.after, part))?;
            difference(&mut page, column, part(&one.before).zip(part(&one.after)))?;
        }
        page.text(11, Look::Body, &one.findings_change())?;
        page.text(12, Look::Centre, if one.is_covered { "是" } else { "否" })?;
        page.end_row()?;
    }
    page.end_table(FIRST, 3)?;
    page.sheet().set_print_fit_to_pages(1, 0);
    page.sheet().set_header(HEADER);
    Ok(page.finish())
}

fn share(page: &mut Page, column: u16, (side, part): (&Assessment, Part)) -> Result<(), XlsxError> {
    match (part(side), &side.shares) {
        (Some(money), _) => page.money(column, Look::Money, Some(money)),
        (None, Some(_)) => page.text(column, Look::Undecided, "待定"),
        (None, None) => page.text(column, Look::Centre, "—"),
    }
}

fn difference(page: &mut Page, column: u16, both: Option<(Money, Money)>) -> Result<(), XlsxError> {
    match both.filter(|(was, is)| is_number(*was) && is_number(*is)) {
        Some((was, is)) => {
            let formula = format!("ROUND({}-{},6)", page.at(column + 1), page.at(column));
            page.formula(
                column + 2,
                Look::Money,
                &formula,
                &(is - was).as_wan().to_string(),
            )
        }
        None => page.text(column + 2, Look::Centre, "—"),
    }
}
