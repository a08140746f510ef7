//! S05: an expected outcome without a number.

use crate::rules::problem::holds_number;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "S05",
    name: "outcome-not-measurable",
    severity: Severity::Explain,
    clause: "form",
    what: Text {
        zh: "绩效指标值没有数字。",
        en: "The value of an outcome has no number.",
    },
    why: Text {
        zh: "没有数字，绩效无法评价。",
        en: "Without one it cannot be measured.",
    },
    fix: Text {
        zh: "写明数值。",
        en: "Give a number.",
    },
    breaks: &[&[Edit::Set("outcomes.2.value", Typed::text("显著提高"))]],
    keeps: &[&[Edit::Set("outcomes.2.value", Typed::text("提高两倍"))]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    for outcome in &case.app()?.outcomes {
        let Some(value) = outcome.value.given().filter(|value| !holds_number(value)) else {
            continue;
        };
        let name = outcome.level3.given().map_or("", String::as_str);
        let place = outcome.value.place_text();
        report.add(
            Fault::at(&outcome.value)
                .entered(value.clone(), "带数字的指标值")
                .message(
                    format!("绩效指标“{name}”的指标值“{value}”没有数字。"),
                    format!("the value `{value}` of {name} has no number"),
                )
                .fix(
                    format!("请在 {place} 写明数值，如“≥3”；无法量化的，请说明理由。"),
                    format!("give a number in {place}, or the reason why there is none"),
                ),
        );
    }
    Ok(())
}
