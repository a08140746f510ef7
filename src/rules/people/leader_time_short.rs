//! U06: the leader works too few months a year on the project.

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "U06",
    name: "leader-time-short",
    severity: Severity::Explain,
    clause: "call",
    what: Text {
        zh: "负责人每年投入项目的时间不足。",
        en: "The leader works too few months a year on the project.",
    },
    why: Text {
        zh: "负责人投入不足，项目就没有人管。",
        en: "Without time nobody leads.",
    },
    fix: Text {
        zh: "增加投入时间，或说明理由。",
        en: "Give it more time, or give the reason.",
    },
    breaks: &[&[Edit::Set("leader_months", Typed::number("5"))]],
    keeps: &[&[Edit::Set("leader_months", Typed::number("6"))]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let months = *app.leader_months.get()?;
    let Some(least) = case
        .edition()?
        .leader
        .as_ref()
        .map(|it| i64::from(it.months_min))
    else {
        return Ok(());
    };
    if months >= least {
        return Ok(());
    }
    let place = app.leader_months.place_text();
    report.add(
        Fault::at(&app.leader_months)
            .entered(months.to_string(), format!("不少于 {least}"))
            .message(
                format!("负责人每年投入 {months} 个月，要求不少于 {least} 个月。"),
                format!("the leader works {months} months a year on it, {least} are asked"),
            )
            .fix(
                format!("把 {place} 改为 {least} 以上，或说明理由。"),
                format!("make {place} at least {least}, or give the reason"),
            ),
    );
    Ok(())
}
