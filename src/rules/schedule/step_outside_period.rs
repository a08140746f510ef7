//! S01: a step of the plan starts before or ends after the project.

use jiff::civil::Date;

use crate::form::Field;
use crate::policy::Period;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "S01",
    name: "step-outside-period",
    severity: Severity::Block,
    clause: "三(三)",
    what: Text {
        zh: "进度安排中有一段早于执行期开始，或晚于执行期结束。",
        en: "A step of the plan starts before the project, or ends after it.",
    },
    why: Text {
        zh: "检查和验收都按执行期进行，执行期以外的任务管不到。",
        en: "Inspection and acceptance go by the period.",
    },
    fix: Text {
        zh: "把这一段的日期改到执行期以内，或改正执行期。",
        en: "Move the step inside the period, or correct the period.",
    },
    breaks: &[&[Edit::Set("plan.3.ends_on", Typed::date("2027-01-01"))]],
    keeps: &[&[Edit::Set("plan.3.ends_on", Typed::date("2026-12-30"))]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (app, period) = (case.app()?, case.period()?);
    for step in &app.plan {
        for field in [&step.starts_on, &step.ends_on] {
            let Some(day) = field.given() else { continue };
            if (period.first..=period.last).contains(day) {
                continue;
            }
            report.add(
                fault(field, *day, period)
                    .fed_by(&app.starts_on)
                    .fed_by(&app.ends_on),
            );
        }
    }
    Ok(())
}

fn fault(field: &Field<Date>, day: Date, period: Period) -> Fault {
    let Period { first, last } = period;
    let (side, nearest) = if day < first {
        ("早于执行期开始", first)
    } else {
        ("晚于执行期结束", last)
    };
    let (label, place) = (&field.label, field.place_text());
    Fault::at(field)
        .entered(day.to_string(), format!("{first} 至 {last}"))
        .message(
            format!("{label}是 {day}，{side}（执行期 {first} 至 {last}）。"),
            format!("{label} is {day}, outside the period {first} to {last}"),
        )
        .fix(
            format!("把 {place} 改到执行期以内（如 {nearest}），或改正执行期。"),
            format!("change {place} to a day inside the period, such as {nearest}"),
        )
}
