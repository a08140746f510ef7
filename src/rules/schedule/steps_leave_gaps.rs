//! S02: steps of the plan leave gaps, or overlap, by more than 31 days.

use jiff::civil::Date;

use crate::form::application::PlanStep;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "S02",
    name: "steps-leave-gaps",
    severity: Severity::Advice,
    clause: "三(三)",
    what: Text {
        zh: "进度安排的相邻两段空了或重叠了 31 天以上。",
        en: "Two steps of the plan leave a gap or overlap by over 31 days.",
    },
    why: Text {
        zh: "检查按进度进行，空档和重叠说不清该查什么。",
        en: "Inspection goes by the plan.",
    },
    fix: Text {
        zh: "把日期接上。",
        en: "Join the dates.",
    },
    breaks: &[
        &[Edit::Set("plan.2.starts_on", Typed::date("2025-02-02"))],
        &[Edit::Set("plan.2.starts_on", Typed::date("2024-11-30"))],
    ],
    keeps: &[
        &[Edit::Set("plan.2.starts_on", Typed::date("2025-02-01"))],
        &[Edit::Set("plan.2.starts_on", Typed::date("2024-12-01"))],
    ],
    check,
};

/// Days of a gap or an overlap that do not matter.
const DAYS_MAX: i32 = 31;

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let mut steps: Vec<(Date, Date, &PlanStep)> = Vec::new();
    for step in &app.plan {
        if let (Some(first), Some(last)) = (step.starts_on.given(), step.ends_on.given()) {
            steps.push((*first, *last, step));
        }
    }
    steps.sort_by_key(|(first, last, _)| (*first, *last));
    for pair in steps.windows(2) {
        let (_, end, before) = pair[0];
        let (start, _, step) = pair[1];
        let days = (start - end).get_days() - 1;
        if days.abs() <= DAYS_MAX {
            continue;
        }
        let (zh, en) = if days > 0 {
            ("空了", "a gap of")
        } else {
            ("重叠", "an overlap of")
        };
        let (count, place) = (days.abs(), step.starts_on.place_text());
        let next = end.tomorrow().unwrap_or(end);
        report.add(
            Fault::at(&step.starts_on)
                .fed_by(&before.ends_on)
                .entered(start.to_string(), next.to_string())
                .message(
                    format!("这一段从 {start} 开始，与上一段（到 {end}）{zh} {count} 天。"),
                    format!(
                        "it starts on {start}, {en} {count} days with the step that ends on {end}"
                    ),
                )
                .fix(
                    format!(
                        "把 {place} 改为 {next}，或改正上一段的终止日期（{}）。",
                        before.ends_on.place_text()
                    ),
                    format!("change {place} to {next}, or the end of the step before"),
                ),
        );
    }
    Ok(())
}
