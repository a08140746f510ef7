//! S03: no step of the plan ends in acceptance.

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, unread};

pub const RULE: Rule = Rule {
    code: "S03",
    name: "no-acceptance",
    severity: Severity::Block,
    clause: "三(三)",
    what: Text {
        zh: "进度安排中没有一段以结题验收结束。",
        en: "No step of the plan ends in acceptance.",
    },
    why: Text {
        zh: "联动项目要有验收，计划里就要安排。",
        en: "A joint project is accepted at its end, so the plan has to say when.",
    },
    fix: Text {
        zh: "把最后一段的检查方式选为“结题验收”。",
        en: "Set the last step's inspection to 结题验收.",
    },
    breaks: &[&[Edit::Set("plan.3.inspection", Typed::text("年度检查"))]],
    keeps: &[&[Edit::Set("plan.2.inspection", Typed::text("结题验收"))]],
    check,
};

/// How the last step is inspected.
const ACCEPTANCE: &str = "结题验收";

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let plan = &case.app()?.plan;
    let mut inspections = Vec::with_capacity(plan.len());
    for step in plan {
        inspections.push(step.inspection.get()?);
    }
    let last = plan.last().ok_or_else(|| unread("plan: Blank"))?;
    if inspections
        .iter()
        .any(|inspection| *inspection == ACCEPTANCE)
    {
        return Ok(());
    }
    let place = last.inspection.place_text();
    report.add(
        Fault::at(&last.inspection)
            .entered(inspections.last().map_or("", |text| text), ACCEPTANCE)
            .message(
                "进度安排里没有“结题验收”，项目没有安排验收。",
                "no step of the plan ends in acceptance",
            )
            .fix(
                format!("把最后一段的检查方式 {place} 选为“{ACCEPTANCE}”。"),
                format!("set {place} to {ACCEPTANCE}"),
            ),
    );
    Ok(())
}
