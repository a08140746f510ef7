//! K08: a target is due after the project ends.

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "K08",
    name: "target-after-end",
    severity: Severity::Block,
    clause: "form",
    what: Text {
        zh: "考核指标的完成时限晚于执行期终止日期。",
        en: "A target is due after the project ends.",
    },
    why: Text {
        zh: "项目结束后才完成的指标，结题验收时考核不到。",
        en: "Acceptance cannot examine what is due later.",
    },
    fix: Text {
        zh: "把完成时限改到执行期以内，或改正执行期。",
        en: "Set the date inside the project's period, or correct the period.",
    },
    breaks: &[&[Edit::Set("targets.1.due_on", Typed::date("2027-01-01"))]],
    keeps: &[&[Edit::Set("targets.1.due_on", Typed::date("2026-12-31"))]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (app, period) = (case.app()?, case.period()?);
    for target in &app.targets {
        let Some(due_on) = target.due_on.given().filter(|due| **due > period.last) else {
            continue;
        };
        let place = target.due_on.place_text();
        report.add(
            Fault::at(&target.due_on)
                .fed_by(&app.ends_on)
                .entered(due_on.to_string(), format!("不晚于 {}", period.last))
                .message(
                    format!("完成时限 {due_on} 晚于执行期终止日期 {}。", period.last),
                    format!("due on {due_on}, after the project ends on {}", period.last),
                )
                .fix(
                    format!(
                        "把 {place} 改为 {} 或更早，或改正执行期终止日期。",
                        period.last
                    ),
                    format!("change {place} to {} or earlier", period.last),
                ),
        );
    }
    Ok(())
}
