//! P07: the period is shorter or longer than projects of its class take.

use jiff::Span;
use jiff::civil::Date;

use crate::form::Unread;
use crate::policy::Period;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, unread};

pub const RULE: Rule = Rule {
    code: "P07",
    name: "period-out-of-range",
    severity: Severity::Explain,
    clause: "call",
    what: Text {
        zh: "执行期比这一类项目要求的短或长。",
        en: "The period is shorter or longer than its class of projects takes.",
    },
    why: Text {
        zh: "重大科技专项和重点研发任务专项各有规定的年限。",
        en: "Each class of projects has its years.",
    },
    fix: Text {
        zh: "调整执行期，或说明理由。",
        en: "Change the period, or give the reason.",
    },
    breaks: &[
        &[Edit::Set("starts_on", Typed::date("2022-12-31"))],
        &[Edit::Set("programme", Typed::text("重大科技专项"))],
    ],
    keeps: &[
        &[Edit::Set("starts_on", Typed::date("2023-01-01"))],
        &[
            Edit::Set("programme", Typed::text("重大科技专项")),
            Edit::Set("starts_on", Typed::date("2024-01-01")),
        ],
    ],
    check,
};

/// The last day that the longest period of the class reaches from this first day; `None` where none is limited.
pub fn latest_end(case: &Case<'_>, first: Date) -> Result<Option<Date>, Unread> {
    let longest = case.limits()?.find_map(|it| it.years_max);
    let after = longest.map(|years| first.saturating_add(Span::new().years(years)));
    Ok(after.and_then(|after| after.yesterday().ok()))
}

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (app, period) = (case.app()?, case.period()?);
    let limits = case.limits()?;
    let after = period
        .last
        .tomorrow()
        .map_err(|_| unread("ends_on: no day after"))?;
    let end = |years: u32| period.first.saturating_add(Span::new().years(years));
    let short = limits
        .clone()
        .find_map(|it| it.years_min.filter(|years| after < end(*years)));
    let long = limits
        .clone()
        .find_map(|it| it.years_max.filter(|years| after > end(*years)));
    let Some((years, word, en)) = short
        .map(|years| (years, "不少于", "at least"))
        .or(long.map(|years| (years, "不超过", "at most")))
    else {
        return Ok(());
    };
    let Period { first, last } = period;
    let nearest = end(years).yesterday().unwrap_or(last);
    let place = app.ends_on.place_text();
    let planned = app
        .plan
        .iter()
        .filter_map(|step| step.ends_on.given())
        .max();
    let planned = planned.filter(|planned| **planned < nearest && **planned < last);
    let (plan, plan_en) = planned.map_or_else(Default::default, |planned| {
        (
            format!("；进度安排只排到 {planned}，请一并核对"),
            format!("; the plan ends on {planned}"),
        )
    });
    report.add(
        Fault::at(&app.ends_on)
            .fed_by(&app.starts_on)
            .fed_by(&app.programme)
            .entered(format!("{first} 至 {last}"), format!("{word} {years} 年"))
            .message(
                format!("执行期 {first} 至 {last}，这类项目要求{word} {years} 年。"),
                format!("the period is {first} to {last}, {en} {years} years are asked"),
            )
            .fix(
                format!("把 {place} 改为 {nearest}（正好 {years} 年），或说明理由{plan}。"),
                format!("change {place} to {nearest}, which is {years} years, or give the reason{plan_en}"),
            ),
    );
    Ok(())
}
