//! The sheet 问题清单: every finding of every project, in the order of the list.

use rust_xlsxwriter::{Worksheet, XlsxError};

use super::looks::Look;
use super::page::{Column, Page, ROWS_MAX};
use super::project::Project;
use super::{Contents, NO_PROJECTS};
use crate::rules::Finding;
use crate::waiver::Waived;

/// The sheet's name.
pub const NAME: &str = "问题清单";
/// The first row of findings, from 0.
const FIRST: u32 = 3;

const COLUMNS: &[Column] = &[
    head("编号", 16),
    head("区（县）", 19),
    head("项目名称", 24),
    head("级别", 10),
    head("代码", 7),
    head("工作表", 13),
    head("单元格", 8),
    head("问题", 40),
    head("填写的内容", 16),
    head("应为", 16),
    head("差额", 11),
    head("怎么改", 40),
    head("依据", 11),
];

const fn head(head: &'static str, width: u16) -> Column {
    Column { head, width }
}

/// The whole sheet.
pub fn sheet(contents: &Contents<'_>) -> Result<Worksheet, XlsxError> {
    let note =
        "各项目最新一版申报书审核发现的全部问题；金额单位：万元。“代码”可在系统中查到规则全文。";
    let mut page = Page::table(NAME, "厅地联动项目问题清单", &[note], COLUMNS, &[])?;
    debug_assert_eq!(page.row, FIRST);
    let of_project = |project| move |(finding, waived)| (project, finding, waived);
    let all = contents.projects.iter().flat_map(|project| {
        let assessment = &project.row.assessment;
        let open = assessment.findings.iter().map(|finding| (finding, None));
        let waived = assessment
            .waived
            .iter()
            .map(|one| (&one.finding, Some(one)));
        open.chain(waived).map(of_project(project))
    });
    let mut left_out = 0_usize;
    for (project, finding, waived) in all {
        if page.row >= ROWS_MAX {
            left_out += 1;
        } else {
            row(&mut page, project, (finding, waived))?;
        }
    }
    page.end_table(FIRST, 3)?;
    if contents.projects.is_empty() {
        page.spilling(Look::Note, NO_PROJECTS)?;
    } else if page.row == FIRST {
        page.spilling(Look::Note, "没有发现问题。")?;
    }
    if left_out > 0 {
        let text =
            format!("一张表放不下，还有 {left_out} 条没有列出，请在各项目的结果文件中查看。");
        page.spilling(Look::Note, &text)?;
    }
    page.sheet().set_print_fit_to_pages(1, 0);
    Ok(page.finish())
}

fn row(
    page: &mut Page,
    project: &Project<'_>,
    (finding, waived): (&Finding, Option<&Waived>),
) -> Result<(), XlsxError> {
    page.text(0, Look::Centre, &project.row.id)?;
    page.text(1, Look::Body, project.district)?;
    page.text(2, Look::Body, project.title())?;
    let severity = finding.severity;
    match waived {
        Some(_) => page.text(3, Look::Centre, "已豁免")?,
        None => page.text(3, Look::Grade(severity), &severity.to_string())?,
    }
    page.text(4, Look::Centre, &finding.code)?;
    let cell = finding.cell.map(|cell| cell.to_string());
    page.text(
        5,
        Look::Body,
        finding.sheet.as_deref().unwrap_or("整份申报书"),
    )?;
    page.optional(6, Look::Centre, cell.as_deref())?;
    page.text(7, Look::Body, &finding.message)?;
    page.optional(8, Look::Body, finding.entered.as_deref())?;
    page.optional(9, Look::Body, finding.expected.as_deref())?;
    page.optional(10, Look::Body, finding.difference.as_deref())?;
    page.text(11, Look::Body, &what_to_do(finding, waived))?;
    page.text(12, Look::Centre, clause(&finding.clause))?;
    page.end_row()
}

/// What to do, or who has settled it.
fn what_to_do(finding: &Finding, waived: Option<&Waived>) -> String {
    waived.map_or_else(
        || finding.fix.clone(),
        |Waived { waiver, .. }| {
            format!(
                "豁免：{}决定，{}（{} 至 {} 收到的有效）",
                waiver.officer, waiver.reason, waiver.from, waiver.until
            )
        },
    )
}

/// A clause as officials read it.
fn clause(clause: &str) -> &str {
    match clause {
        "form" => "形式审查",
        "call" => "申报通知",
        clause => clause,
    }
}
