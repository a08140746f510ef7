//! The sheet 项目清单: a row a project, with what is due as formulas over the region's money and the ratios.

use rust_xlsxwriter::{ConditionalFormatFormula, Worksheet, XlsxError};

use super::looks::{self, Look};
use super::page::{Column, Page, is_number};
use super::project::{Due, Project};
use super::{Contents, NO_PROJECTS};
use crate::money::{Money, Ratio};
use crate::place::column_letters;
use crate::rules::Severity;

/// The sheet's name.
pub const NAME: &str = "项目清单";
/// The first row of projects, from 0.
const FIRST: u32 = 4;
/// 分 below which the formulas of shares are exact in a spreadsheet: 10^10, 1 亿元. The product of 10 digits of 分
/// and a ratio of 4 decimals then keeps its fourth decimal in the 15 digits that a spreadsheet computes with.
const FORMULA_FEN_MAX: i128 = 10_000_000_000;

/// The columns, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    Id,
    Version,
    Verdict,
    District,
    Class,
    Title,
    Applicant,
    Leader,
    Programme,
    Industry,
    ProblemKind,
    ProblemName,
    Year,
    FiledOn,
    Period,
    Region,
    Matching,
    Local,
    CityRatio,
    DistrictRatio,
    City,
    DistrictShare,
    Undecided,
    EnteredCity,
    EnteredDistrict,
    CityGap,
    DistrictGap,
    Commitment,
    Own,
    Other,
    Total,
    Blocks,
    Explains,
    Advices,
    Edition,
    Received,
    Result,
}

/// A column: where it stands, its head and width, and what stands in it.
pub struct Described {
    at: At,
    pub head: &'static str,
    width: u16,
    /// Where its content comes from, for the last sheet.
    pub legend: &'static str,
}

const fn column(at: At, head: &'static str, width: u16, legend: &'static str) -> Described {
    Described {
        at,
        head,
        width,
        legend,
    }
}

const AS_FILLED: &str = "按申报书填写的内容照录。";

/// Every column of the list.
pub const COLUMNS: &[Described] = &[
    column(
        At::Id,
        "编号",
        15,
        "收到申报书时由系统编排，一份文件一个编号。",
    ),
    column(
        At::Version,
        "版次",
        6,
        "同一项目第几次报送；本表只列最新一版。",
    ),
    column(
        At::Verdict,
        "结论",
        13,
        "系统审核结论：有“必须修改”的为退回修改；只有“须说明”的为通过·须说明。",
    ),
    column(
        At::District,
        "区（县）",
        19,
        "按申报书所填区（县）认定；认定不了的写“不明”，由人确认。",
    ),
    column(
        At::Class,
        "类别",
        8,
        "适用政策给该区（县）定的类别；政策没有分类的写“未分类”。",
    ),
    column(At::Title, "项目名称", 27, AS_FILLED),
    column(At::Applicant, "申报单位", 25, AS_FILLED),
    column(At::Leader, "项目\n负责人", 13, AS_FILLED),
    column(At::Programme, "项目类别", 19, AS_FILLED),
    column(At::Industry, "主导优势产业", 21, AS_FILLED),
    column(At::ProblemKind, "问题类别", 20, AS_FILLED),
    column(At::ProblemName, "关键技术问题", 27, AS_FILLED),
    column(At::Year, "申报\n年度", 7, AS_FILLED),
    column(At::FiledOn, "申报日期", 12, AS_FILLED),
    column(At::Period, "执行期", 17, "申报书所填的起始日期和终止日期。"),
    column(
        At::Region,
        "自治区\n资金",
        14,
        "申报书经费预算表中自治区财政资金的合计。",
    ),
    column(
        At::Matching,
        "配套\n比例",
        7,
        "市、区（县）配套合计与自治区资金之比，取自适用政策。",
    ),
    column(
        At::Local,
        "应配套\n合计",
        14,
        "自治区资金 × 配套比例，折算到分，不足一分的舍去。",
    ),
    column(
        At::CityRatio,
        "市级\n比例",
        7,
        "市本级承担的份额，取自适用政策；政策没有写明的为“待定”。",
    ),
    column(
        At::DistrictRatio,
        "区（县）\n比例",
        9,
        "区（县）承担的份额，取自适用政策；政策没有写明的为“待定”。",
    ),
    column(
        At::City,
        "市级\n应承担",
        14,
        "应配套合计 − 区（县）应承担，两者之和必等于应配套合计。",
    ),
    column(
        At::DistrictShare,
        "区（县）\n应承担",
        14,
        "应配套合计 × 区（县）比例，折算到分，不足一分的舍去。",
    ),
    column(
        At::Undecided,
        "分担待定",
        14,
        "市、区（县）怎样分担尚未确定的配套合计，单独列出，不计入市级和区（县）。",
    ),
    column(
        At::EnteredCity,
        "填报\n市级",
        14,
        "申报书经费预算表中市本级财政资金的合计。",
    ),
    column(
        At::EnteredDistrict,
        "填报\n区（县）",
        14,
        "申报书经费预算表中区（县）财政资金的合计。",
    ),
    column(
        At::CityGap,
        "市级\n差额",
        14,
        "填报市级 − 市级应承担；不为 0 的标色。",
    ),
    column(
        At::DistrictGap,
        "区（县）\n差额",
        14,
        "填报区（县） − 区（县）应承担；不为 0 的标色。",
    ),
    column(
        At::Commitment,
        "承诺金额",
        14,
        "区（县）承诺函的金额，按申报书填写的内容照录。",
    ),
    column(
        At::Own,
        "自筹资金",
        14,
        "申报书经费预算表中自筹资金的合计。",
    ),
    column(
        At::Other,
        "其他资金",
        14,
        "申报书经费预算表中其他资金的合计。",
    ),
    column(
        At::Total,
        "总经费",
        14,
        "申报书经费预算表中各来源的总计，按所填照录。",
    ),
    column(
        At::Blocks,
        "必须\n修改",
        7,
        "级别为“必须修改”的问题数，详见问题清单。",
    ),
    column(
        At::Explains,
        "须说明",
        8,
        "级别为“须说明”的问题数，详见问题清单。",
    ),
    column(
        At::Advices,
        "提示",
        7,
        "级别为“提示”的问题数，详见问题清单。",
    ),
    column(
        At::Edition,
        "适用政策",
        19,
        "按申报年度和申报日期确定的政策版本，全称见本表下方。",
    ),
    column(At::Received, "收到时间", 17, "系统收到这一版文件的时间。"),
    column(
        At::Result,
        "结果文件",
        36,
        "标注后的申报书在输出文件夹中的位置。",
    ),
];

/// What stands over the heads, each up to and with a column.
const GROUPS: [(&str, At); 7] = [
    ("项目", At::Title),
    ("申报内容", At::Period),
    ("按政策应承担（万元）", At::Undecided),
    ("填报与差额（万元）", At::DistrictGap),
    ("承诺与其他来源（万元）", At::Total),
    ("问题（处）", At::Advices),
    ("政策与文件", At::Result),
];

/// Pages side by side that a printed row takes, each beginning with the columns up to the title.
const PAGES_ACROSS: u16 = 3;

/// Where a column stands.
pub const fn at(column: At) -> u16 {
    column as u16
}

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
    due(page, project)?;
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

/// What the policy gives: formulas where a spreadsheet computes them exactly, else the amounts.
fn due(page: &mut Page, project: &Project<'_>) -> Result<(), XlsxError> {
    page.money(at(At::Region), Look::Money, project.region)?;
    let Some(due) = &project.due else {
        for column in at(At::Matching)..=at(At::Undecided) {
            page.text(column, Look::Due, "")?;
        }
        return Ok(());
    };
    let is_exact = |money: Money| (0..FORMULA_FEN_MAX).contains(&money.fen());
    let exact = project.region.is_some_and(is_exact) && is_exact(due.local);
    match due.matching.filter(|_| exact) {
        Some(matching) => {
            let formula = part_of(&page.at(at(At::Region)), &page.at(at(At::Matching)));
            ratio(page, At::Matching, matching)?;
            formula_of(page, At::Local, &formula, due.local)?;
        }
        None => {
            page.text(at(At::Matching), Look::Ratio, "")?;
            page.money(at(At::Local), Look::Due, Some(due.local))?;
        }
    }
    split(page, due, exact)
}

fn split(page: &mut Page, due: &Due, exact: bool) -> Result<(), XlsxError> {
    let local = page.at(at(At::Local));
    let Some(split) = &due.split else {
        for column in at(At::CityRatio)..=at(At::DistrictShare) {
            page.text(column, Look::Undecided, "待定")?;
        }
        if is_number(due.local) {
            return formula_of(page, At::Undecided, &local, due.local);
        }
        return page.money(at(At::Undecided), Look::Due, Some(due.local));
    };
    page.text(at(At::Undecided), Look::Due, "")?;
    let Some((city, district)) = split.ratios.filter(|_| exact) else {
        page.text(at(At::CityRatio), Look::Ratio, "")?;
        page.text(at(At::DistrictRatio), Look::Ratio, "")?;
        page.money(at(At::City), Look::Due, Some(split.city))?;
        return page.money(at(At::DistrictShare), Look::Due, Some(split.district));
    };
    ratio(page, At::CityRatio, city)?;
    ratio(page, At::DistrictRatio, district)?;
    let rest = format!("ROUND({local}-{},6)", page.at(at(At::DistrictShare)));
    formula_of(page, At::City, &rest, split.city)?;
    let part = part_of(&local, &page.at(at(At::DistrictRatio)));
    formula_of(page, At::DistrictShare, &part, split.district)
}

/// A part of an amount in 万元, down to the 分. The inner rounding takes off what binary numbers add: the product
/// has four decimals of a 分 at most.
fn part_of(amount: &str, ratio: &str) -> String {
    format!("INT(ROUND({amount}*{ratio}*1000000,4))/1000000")
}

fn formula_of(page: &mut Page, column: At, formula: &str, result: Money) -> Result<(), XlsxError> {
    page.formula(at(column), Look::Due, formula, &result.as_wan().to_string())
}

fn ratio(page: &mut Page, column: At, ratio: Ratio) -> Result<(), XlsxError> {
    page.decimal(at(column), Look::Ratio, ratio.value())
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
