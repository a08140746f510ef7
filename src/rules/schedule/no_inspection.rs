//! S04: a project of more than a year without an inspection on the way.

use jiff::Span;

use crate::form::application::PlanStep;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, unread};

pub const RULE: Rule = Rule {
    code: "S04",
    name: "no-inspection",
    severity: Severity::Explain,
    clause: "三(三)",
    what: Text {
        zh: "执行期超过一年，却没有年度检查或中期评估。",
        en: "A project of over a year has no inspection on the way.",
    },
    why: Text {
        zh: "过程中要有检查，不能只等验收。",
        en: "There is inspection on the way, not only at the end.",
    },
    fix: Text {
        zh: "在进度安排里加上年度检查或中期评估。",
        en: "Add a yearly or mid-term inspection to the plan.",
    },
    breaks: &[&[
        Edit::Set("plan.1.inspection", Typed::text("结题验收")),
        Edit::Set("plan.2.inspection", Typed::text("结题验收")),
    ]],
    keeps: &[&[Edit::Set("plan.1.inspection", Typed::text("结题验收"))]],
    check,
};

/// Inspections on the way.
const ON_THE_WAY: [&str; 2] = ["年度检查", "中期评估"];

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (app, period) = (case.app()?, case.period()?);
    let year_later = period.first.saturating_add(Span::new().years(1));
    let is_on_the_way = |step: &PlanStep| {
        let kind = step.inspection.given();
        kind.is_some_and(|kind| ON_THE_WAY.contains(&kind.as_str()))
    };
    if period.last < year_later || app.plan.iter().any(is_on_the_way) {
        return Ok(());
    }
    let Some(first) = app.plan.first() else {
        return Err(unread("plan: Blank"));
    };
    if app
        .plan
        .iter()
        .all(|step| step.inspection.given().is_none())
    {
        return Err(unread("plan.inspection: Blank"));
    }
    let place = first.inspection.place_text();
    report.add(
        Fault::at(&first.inspection)
            .fed_by(&app.starts_on)
            .fed_by(&app.ends_on)
            .message(
                "执行期超过一年，进度安排里没有年度检查或中期评估。",
                "the project takes over a year and the plan has no inspection on the way",
            )
            .fix(
                format!("请在进度安排里加上年度检查或中期评估（如 {place}），或说明理由。"),
                format!("add a yearly or mid-term inspection, such as in {place}"),
            ),
    );
    Ok(())
}
