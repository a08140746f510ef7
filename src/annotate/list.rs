//! The result sheet of a list: how many rows came to what, how often each rule spoke, and the findings as a table that can
//! be filtered. Of many findings of one rule the first are listed, and it is said how many there are.

use super::Marking;
use super::grid::{Content, Grid};
use super::looks::Look;
use super::result::{HEADS, finding_row, text};
use crate::assess::summary::{FINDINGS_A_RULE, FINDINGS_MAX};
use crate::assess::{RowsFound, Verdict};
use crate::money::Money;
use crate::place::CellRef;
use crate::read::Workbook;
use crate::rules::rules;

/// What stands over the table of rules.
const RULE_HEADS: [&str; 6] = ["序号", "级别", "规则", "处数", "问题", "第一处"];

/// Counts, rules, findings.
pub fn rows(grid: &mut Grid, marking: &Marking<'_>, workbook: &Workbook, found: &RowsFound) {
    grid.wide(Look::Heading, "一、总的情况");
    let verdicts = [
        (found.accepted, Verdict::Accepted),
        (found.accepted_with_remarks, Verdict::AcceptedWithRemarks),
        (found.returned, Verdict::Returned),
    ];
    let verdicts = verdicts.map(|(count, verdict)| format!("{} {count} 个", verdict.zh()));
    let others = match found.passed_over {
        0 => String::new(),
        count => format!("；另有 {count} 行是合计或说明，不作为项目"),
    };
    let judged = found.judged;
    let told = format!("共 {judged} 个：{}{others}", verdicts.join("，"));
    grid.pair("项目", &told);
    if let Some(shares) = &marking.assessment.shares {
        let wan = |yuan: &String| Money::from_yuan(yuan.parse().ok()?).map(Money::wan);
        let part = |part: Option<&String>| part.and_then(wan).unwrap_or_else(|| "待定".to_owned());
        let told = format!(
            "申请自治区 {}，市、区（县）应承担合计 {}，其中市本级 {}，区（县） {}",
            part(Some(&shares.region)),
            part(Some(&shares.local)),
            part(shares.city.as_ref()),
            part(shares.district.as_ref())
        );
        grid.pair("金额合计（万元）", &told);
    }
    grid.gap();
    if found.by_rule.is_empty() {
        grid.wide(Look::Heading, "二、需要处理的事项");
        grid.wide(Look::Note, "没有发现问题。");
        return;
    }
    by_rule(grid, found);
    grid.gap();
    findings(grid, marking, workbook, found);
}

fn by_rule(grid: &mut Grid, found: &RowsFound) {
    grid.wide(Look::Heading, "二、问题的种类");
    grid.row(RULE_HEADS.map(|head| (Look::Head, text(head))).to_vec());
    for (number, rule) in (1_usize..).zip(&found.by_rule) {
        let what = rules().find(|it| it.code == rule.code);
        let row = rule.first_row;
        let row = row.map_or_else(|| "整份汇总表".to_owned(), |row| format!("第 {row} 行"));
        grid.row(vec![
            (Look::Centre, text(&number.to_string())),
            (Look::Grade(rule.severity), text(&rule.severity.to_string())),
            (Look::Centre, text(&rule.code)),
            (Look::Centre, Some(Content::Number(rule.count.to_string()))),
            (Look::Body, text(what.map_or("", |rule| rule.what.zh))),
            (Look::Centre, text(&row)),
        ]);
    }
}

fn findings(grid: &mut Grid, marking: &Marking<'_>, workbook: &Workbook, found: &RowsFound) {
    let findings = &marking.assessment.findings;
    let heading = format!("三、需要处理的事项（{} 条）", found.findings);
    grid.wide(Look::Heading, &heading);
    if (found.findings as usize) > findings.len() {
        let told = format!(
            "这里列出前 {} 条：同一种问题最多列 {FINDINGS_A_RULE} 条，全部最多列 {FINDINGS_MAX} 条。改正后重新提交，会列出其余的。",
            findings.len()
        );
        grid.wide(Look::Note, &told);
    }
    let first = grid.next_row();
    grid.repeated = Some(first);
    let heads = std::iter::once("行").chain(HEADS.into_iter().skip(1));
    grid.row(heads.map(|head| (Look::Head, text(head))).collect());
    for (number, finding) in (1..).zip(findings) {
        let mut cells = finding_row(marking, workbook, number, finding);
        let row = finding
            .cell
            .map(|cell| Content::Number((cell.row + 1).to_string()));
        cells[0].1 = row;
        grid.row(cells);
    }
    let last = u32::try_from(HEADS.len()).unwrap_or_default();
    let at = |row, column| CellRef { row, column };
    grid.filtered = Some((at(first, 1), at(grid.next_row() - 1, last)));
}
