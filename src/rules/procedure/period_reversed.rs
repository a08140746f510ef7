//! P08: the project ends before it starts.

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "P08",
    name: "period-reversed",
    severity: Severity::Block,
    clause: "form",
    what: Text {
        zh: "执行期的终止日期早于起始日期。",
        en: "The project ends before it starts.",
    },
    why: Text {
        zh: "执行期不成立，进度和指标都无法核对。",
        en: "Without a period neither steps nor targets can be checked.",
    },
    fix: Text {
        zh: "改正起始日期或终止日期。",
        en: "Correct one of the two dates.",
    },
    breaks: &[&[Edit::Set("starts_on", Typed::date("2027-01-01"))]],
    keeps: &[&[
        Edit::Call,
        Edit::Set("ends_on", Typed::date("2026-01-01")),
        Edit::Set("sources.region.1", Typed::number("300")),
        Edit::Set("sources.region.2", Typed::Blank),
        Edit::Set("sources.own.1", Typed::number("600")),
        Edit::Set("sources.own.2", Typed::Blank),
        Edit::Set("targets.1.due_on", Typed::date("2026-01-01")),
        Edit::Set("targets.2.due_on", Typed::date("2026-01-01")),
        Edit::Set("targets.3.due_on", Typed::date("2026-01-01")),
        Edit::Set("plan.1.ends_on", Typed::date("2026-01-01")),
        Edit::Set("plan.2.year", Typed::number("2026")),
        Edit::Set("plan.3.year", Typed::number("2026")),
        Edit::Set("plan.2.starts_on", Typed::date("2026-01-01")),
        Edit::Set("plan.2.ends_on", Typed::date("2026-01-01")),
        Edit::Set("plan.3.starts_on", Typed::date("2026-01-01")),
        Edit::Set("plan.3.ends_on", Typed::date("2026-01-01")),
        Edit::Set("transfer_on", Typed::date("2026-01-01")),
    ]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let (starts_on, ends_on) = (*app.starts_on.get()?, *app.ends_on.get()?);
    if ends_on >= starts_on {
        return Ok(());
    }
    report.add(
        Fault::at(&app.ends_on)
            .fed_by(&app.starts_on)
            .entered(ends_on.to_string(), format!("不早于 {starts_on}"))
            .message(
                format!("执行期终止日期 {ends_on} 早于起始日期 {starts_on}。"),
                format!("the project ends on {ends_on}, before it starts on {starts_on}"),
            )
            .fix(
                format!("请改正其中一个日期，使终止日期不早于 {starts_on}。"),
                format!("correct one of the dates: the end must not be before {starts_on}"),
            ),
    );
    Ok(())
}
