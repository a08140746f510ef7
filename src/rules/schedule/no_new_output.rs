//! T04: no new output is expected.

use crate::money::Money;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "T04",
    name: "no-new-output",
    severity: Severity::Advice,
    clause: "三(四)",
    what: Text {
        zh: "预期新增产值为 0。",
        en: "No new output is expected.",
    },
    why: Text {
        zh: "成果用起来，应当看得到产值。",
        en: "Results that are used show in output.",
    },
    fix: Text {
        zh: "填写预期的产值；公益类项目可以不管。",
        en: "Give the output expected; a project for the public good may leave it.",
    },
    breaks: &[&[Edit::Set("new_output", Typed::number("0"))]],
    keeps: &[&[Edit::Set("new_output", Typed::number("0.01"))]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    if case.amount(&app.new_output)? != Money::ZERO {
        return Ok(());
    }
    let place = app.new_output.place_text();
    report.add(
        Fault::at(&app.new_output)
            .entered_only("0")
            .message("预期新增产值填的是 0。", "the new output expected is 0")
            .fix(
                format!("请在 {place} 填写转化后预计新增的产值；公益类项目可以不管。"),
                format!("give the output expected in {place}, unless there is none"),
            ),
    );
    Ok(())
}
