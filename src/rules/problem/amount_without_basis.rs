//! K10: size of the industry, investment or difficulty is not given, or has no reason.

use crate::form::Field;
use crate::money::Money;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "K10",
    name: "amount-without-basis",
    severity: Severity::Block,
    clause: "四(二)",
    what: Text {
        zh: "没有写明产业发展规模或技术攻关难度，或者难度没有说明理由。",
        en: "The industry's size or the difficulty is not given, or the difficulty has no reason.",
    },
    why: Text {
        zh: "支持多少要看产业规模、投入和难度，缺了就没有依据。",
        en: "The amount rests on the industry's size, the investment and the difficulty.",
    },
    fix: Text {
        zh: "补填这一项，并写明数字和理由。",
        en: "Fill it in, with figures and reasons.",
    },
    breaks: &[&[Edit::Set("industry_size", Typed::number("0"))]],
    keeps: &[&[Edit::Set("industry_size", Typed::number("0.01"))]],
    check,
};

/// Answers that give no reason.
const NO_REASONS: &[&str] = &["无", "没有", "略", "同上", "见附件"];

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    if app.industry_size.is_absent() || app.industry_size.given() == Some(&Money::ZERO) {
        report.add(fault(
            &app.industry_size,
            "填写所在产业上年度的规模（万元），并能说明出处。",
        ));
    }
    if app.difficulty.is_absent() {
        report.add(fault(&app.difficulty, "从下拉列表中选择技术攻关难度。"));
    }
    let no_reason = |why: &String| NO_REASONS.contains(&why.trim_end_matches('。'));
    if app.difficulty_why.is_absent() || app.difficulty_why.given().is_some_and(no_reason) {
        report.add(fault(
            &app.difficulty_why,
            "写明难在哪里：关键参数、现有水平、还差多少。",
        ));
    }
    Ok(())
}

fn fault<T>(field: &Field<T>, fix: &str) -> Fault {
    let (label, place) = (&field.label, field.place_text());
    Fault::at(field)
        .message(
            format!("没有写明“{label}”，支持额度缺少依据。"),
            format!("{label} is not given: the amount has no basis"),
        )
        .fix(
            format!("请在 {place} {fix}"),
            format!("fill in {label} in {place}"),
        )
}
