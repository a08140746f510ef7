//! The sheet 依据与来源: where each figure comes from, and what stands in each column of the list.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::looks::Look;
use super::page::{Column, Page, ROWS_MAX};
use super::project::Project;
use super::{Contents, NO_PROJECTS, columns};
use crate::assess::{AmountFound, Assessment};

/// The sheet's name.
pub const NAME: &str = "依据与来源";
/// The first row of figures, from 0.
const FIRST: u32 = 3;
/// Digits of a hash that are shown: enough to tell files apart, short enough to read out.
const HASH_SHOWN: usize = 16;
/// The first columns, which stay in sight and begin each of the two pages that a printed row takes.
const KEYS: u16 = 3;
/// The last columns of the two parts of the legend.
const LEGEND: (u16, u16) = (1, 8);

const COLUMNS: &[Column] = &[
    head("编号", 16),
    head("项目名称", 25),
    head("数字", 21),
    head("金额\n（万元）", 15),
    head("怎么来的", 10),
    head("工作表", 13),
    head("单元格", 8),
    head("计算过程", 46),
    head("条款", 11),
    head("政策", 19),
    head("政策文件指纹", 20),
    head("规则\n版本", 7),
    head("表单\n版本", 7),
    head("申报书文件", 34),
    head("申报书文件指纹", 20),
];

const fn head(head: &'static str, width: u16) -> Column {
    Column { head, width }
}

/// One figure of a project.
struct Figure<'a> {
    name: &'a str,
    money: Option<crate::money::Money>,
    /// Entered or computed.
    how: &'static str,
    entered: Option<&'a AmountFound>,
    text: &'a str,
    clause: &'a str,
}

/// The whole sheet.
pub fn sheet(contents: &Contents<'_>) -> Result<Worksheet, XlsxError> {
    let note = "每个数字来自哪个文件的哪个单元格，或怎样按哪一条算出。指纹是文件 SHA-256 的前 16 位，用来核对文件没有变过。各栏说明和政策全称在本表末尾。";
    let mut page = Page::table(NAME, "依据与来源", &[note], COLUMNS, &[])?;
    debug_assert_eq!(page.row, FIRST);
    let mut left_out = 0_usize;
    for project in &contents.projects {
        page.is_shaded = !page.is_shaded;
        for figure in figures(&project.row.assessment) {
            if page.row >= ROWS_MAX {
                left_out += 1;
            } else {
                row(&mut page, project, &figure)?;
            }
        }
    }
    page.is_shaded = false;
    page.end_table(FIRST, KEYS)?;
    if contents.projects.is_empty() {
        page.spilling(Look::Note, NO_PROJECTS)?;
    }
    if left_out > 0 {
        let text = format!("一张表放不下，还有 {left_out} 个数字没有列出。");
        page.spilling(Look::Note, &text)?;
    }
    page.row += 1;
    legend(&mut page)?;
    page.row += 1;
    editions(&mut page, contents)?;
    on_trial(&mut page, contents)?;
    let sheet = page.sheet();
    sheet.set_print_fit_to_pages(2, 0);
    sheet.set_repeat_columns(0, KEYS - 1)?;
    Ok(page.finish())
}

/// Every figure of an assessment, entered ones first; one line that says so where there is none.
fn figures(assessment: &Assessment) -> Vec<Figure<'_>> {
    let mut figures = Vec::new();
    if let Some(project) = &assessment.project {
        let entered = &project.entered;
        let named = [
            ("自治区财政资金", &entered.region),
            ("市本级财政资金", &entered.city),
            ("区（县）财政资金", &entered.district),
            ("自筹资金", &entered.own),
            ("其他资金", &entered.other),
            ("总经费", &entered.total),
            ("区（县）承诺金额", &entered.commitment),
        ];
        figures.extend(named.into_iter().map(|(name, amount)| Figure {
            name,
            money: amount.as_ref().map(|amount| amount.yuan),
            how: if amount.is_some() {
                "填报"
            } else {
                "没有读到"
            },
            entered: amount.as_ref(),
            text: "",
            clause: "",
        }));
    }
    let steps = assessment.shares.iter().flat_map(|shares| &shares.steps);
    figures.extend(steps.map(|step| Figure {
        name: match step.name.as_str() {
            "local" => "应配套合计",
            "district" => "区（县）应承担",
            "city" => "市级应承担",
            other => other,
        },
        money: Some(step.result),
        how: "计算",
        entered: None,
        text: &step.text,
        clause: &step.clause,
    }));
    if figures.is_empty() {
        figures.push(Figure {
            name: "没有读到金额",
            money: None,
            how: "—",
            entered: None,
            text: "",
            clause: "",
        });
    }
    figures
}

fn row(page: &mut Page, project: &Project<'_>, figure: &Figure<'_>) -> Result<(), XlsxError> {
    let assessment = &project.row.assessment;
    page.text(0, Look::Centre, &project.row.id)?;
    page.text(1, Look::Body, project.title())?;
    page.text(2, Look::Body, figure.name)?;
    page.money(3, Look::Money, figure.money)?;
    page.text(4, Look::Centre, figure.how)?;
    let sheet = figure.entered.map(|amount| amount.sheet.as_str());
    page.optional(5, Look::Centre, sheet)?;
    let cell = figure.entered.map(|amount| amount.cell.to_string());
    page.optional(6, Look::Centre, cell.as_deref())?;
    page.text(7, Look::Body, figure.text)?;
    page.text(8, Look::Centre, figure.clause)?;
    page.optional(9, Look::Centre, assessment.edition.as_deref())?;
    let edition = assessment.edition_sha256.as_deref().map(shown);
    page.optional(10, Look::Centre, edition)?;
    page.text(11, Look::Centre, &assessment.rules)?;
    let form = assessment
        .form
        .as_ref()
        .map(|form| form.version.to_string());
    page.optional(12, Look::Centre, form.as_deref())?;
    page.text(13, Look::Body, &assessment.file)?;
    page.text(14, Look::Centre, shown(&assessment.sha256))?;
    page.end_row()
}

fn shown(hash: &str) -> &str {
    hash.get(..HASH_SHOWN).unwrap_or(hash)
}

/// What stands in each column of the list.
fn legend(page: &mut Page) -> Result<(), XlsxError> {
    page.merged(0, LEGEND.1, Look::Heading, "项目清单各栏说明")?;
    page.end_row_at(22)?;
    for column in columns::COLUMNS {
        page.merged(0, LEGEND.0, Look::Label, &column.head.replace('\n', ""))?;
        page.merged(LEGEND.0 + 1, LEGEND.1, Look::Body, column.legend)?;
        page.end_row()?;
    }
    Ok(())
}

/// How often rules on trial spoke. They count for nothing, and districts see nothing of them.
fn on_trial(page: &mut Page, contents: &Contents<'_>) -> Result<(), XlsxError> {
    let mut counts = std::collections::BTreeMap::new();
    for edition in contents.register.policies.editions() {
        counts.extend(
            edition
                .shadow
                .iter()
                .map(|code| (code.as_str(), (0_usize, 0_usize))),
        );
    }
    for project in &contents.projects {
        let mut seen = std::collections::BTreeSet::new();
        for finding in &project.row.assessment.shadow {
            let (findings, projects) = counts.entry(&*finding.code).or_default();
            *findings += 1;
            *projects += usize::from(seen.insert(&finding.code));
        }
    }
    if counts.is_empty() {
        return Ok(());
    }
    page.row += 1;
    page.merged(
        0,
        LEGEND.1,
        Look::Heading,
        "试行的规则（只统计，不影响结论，区（县）看不到）",
    )?;
    page.end_row_at(22)?;
    for (code, (findings, projects)) in counts {
        let what = crate::rules::rules().find(|rule| rule.code == code);
        let what = what.map_or("", |rule| rule.what.zh);
        page.merged(0, LEGEND.0, Look::Label, code)?;
        let text = format!("{projects} 个项目，{findings} 条。{what}");
        page.merged(LEGEND.0 + 1, LEGEND.1, Look::Body, &text)?;
        page.end_row()?;
    }
    Ok(())
}

/// Every edition at hand.
fn editions(page: &mut Page, contents: &Contents<'_>) -> Result<(), XlsxError> {
    page.merged(0, LEGEND.1, Look::Heading, "政策全称")?;
    page.end_row_at(22)?;
    for edition in contents.register.policies.editions() {
        page.merged(0, LEGEND.0, Look::Label, &edition.id)?;
        let text = format!(
            "{}（{}）；申报年度 {}—{}，申报日期 {} 至 {}；文件指纹 {}",
            edition.title,
            edition.issuer,
            edition.years.first,
            edition.years.last,
            edition.filed.first,
            edition.filed.last,
            shown(&edition.sha256)
        );
        page.merged(LEGEND.0 + 1, LEGEND.1, Look::Body, &text)?;
        page.end_row()?;
    }
    Ok(())
}
