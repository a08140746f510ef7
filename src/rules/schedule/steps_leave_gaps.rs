//! S02: steps of the plan leave gaps or overlap by more than a month.

use jiff::civil::Date;

use crate::form::Field;
use crate::form::application::PlanStep;
use crate::rules::procedure::latest_end;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, unread};

pub const RULE: Rule = Rule {
    code: "S02",
    name: "steps-leave-gaps",
    severity: Severity::Advice,
    clause: "三(三)",
    what: Text {
        zh: "进度安排的各段之间有 31 天以上的空档或重叠，或者某一段的终止日期早于起始日期，或者年度不是这一段的年份。",
        en: "Steps of the plan leave gaps or overlap by more than 31 days, one ends before it begins, or names another year.",
    },
    why: Text {
        zh: "空档里没有任务，重叠处分不清由哪一段负责，检查就对不上进度。",
        en: "In a gap nothing is planned, and in an overlap nobody knows which step is inspected.",
    },
    fix: Text {
        zh: "按执行期把各段首尾相接地排好。",
        en: "Let each step begin where the one before ends.",
    },
    breaks: &[
        &[
            Edit::Set("plan.1.ends_on", Typed::date("2024-11-29")),
            Edit::Set("plan.2.starts_on", Typed::date("2025-01-01")),
        ],
        &[Edit::Set("plan.2.starts_on", Typed::date("2024-11-30"))],
        &[Edit::Set("plan.3.ends_on", Typed::date("2026-11-29"))],
        &[
            Edit::Set("plan.2.ends_on", Typed::date("2024-12-31")),
            Edit::Set("plan.3.starts_on", Typed::date("2025-01-01")),
        ],
        &[Edit::Set("plan.2.year", Typed::number("2026"))],
    ],
    keeps: &[
        &[
            Edit::Set("plan.1.ends_on", Typed::date("2024-11-30")),
            Edit::Set("plan.2.starts_on", Typed::date("2025-01-01")),
        ],
        &[
            Edit::Set("plan.2.year", Typed::number("2024")),
            Edit::Set("plan.2.starts_on", Typed::date("2024-12-31")),
        ],
    ],
    check,
};

/// Days that a gap or an overlap may have: a month.
const DAYS_MAX: i32 = 31;

/// A step with both of its days.
struct Step<'a> {
    step: &'a PlanStep,
    first: Date,
    last: Date,
}

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (app, period) = (case.app()?, case.period()?);
    let mut steps = Vec::with_capacity(app.plan.len());
    for step in &app.plan {
        let (first, last) = (*step.starts_on.get()?, *step.ends_on.get()?);
        if first < period.first || last > period.last {
            return Err(unread(&format!("{}: S01", step.starts_on.id)));
        }
        steps.push(Step { step, first, last });
    }
    let mut reversed = steps
        .iter()
        .filter(|step| step.last < step.first)
        .peekable();
    if reversed.peek().is_some() {
        reversed.for_each(|step| report.add(ends_before_it_begins(step)));
        return Ok(());
    }
    steps.sort_by_key(|step| (step.first, step.last));
    // a project that is too long is P07's, which names the plan's last day
    let latest = latest_end(case, period.first).unwrap_or_default();
    let is_too_long = latest.is_some_and(|latest| latest < period.last);
    let until = between(&steps, period.first, report);
    if !is_too_long {
        at_end(&steps, until, period.last, report);
    }
    // where the days do not fit either, they are what is wrong
    if report.is_empty() {
        for step in &steps {
            other_year(step, report);
        }
    }
    Ok(())
}

/// The gaps and overlaps between the steps, and the last day that they reach.
fn between(steps: &[Step<'_>], first: Date, report: &mut Report) -> Date {
    let mut until = first.yesterday().unwrap_or(first);
    let mut before: Option<&Step<'_>> = None;
    for step in steps {
        let gap = days(until, step.first) - 1;
        if gap > DAYS_MAX && before.is_some() {
            report.add(gap_before(&step.step.starts_on, until, step.first, gap));
        } else if let Some(before) = before.filter(|_| -gap > DAYS_MAX) {
            report.add(overlap(before, step, -gap));
        }
        if step.last >= until {
            until = step.last;
            before = Some(step);
        }
    }
    until
}

/// The gap between the last step and the last day of the project.
fn at_end(steps: &[Step<'_>], until: Date, last_day: Date, report: &mut Report) {
    let gap = days(until, last_day);
    let last = steps.iter().rfind(|step| step.last == until);
    let Some(last) = last.filter(|_| gap > DAYS_MAX) else {
        return;
    };
    let field = &last.step.ends_on;
    let place = field.place_text();
    report.add(
        Fault::at(field)
            .entered(until.to_string(), last_day.to_string())
            .message(
                format!("进度只排到 {until}，离执行期终止日期 {last_day} 还有 {gap} 天没有安排。"),
                format!("the plan ends on {until}, {gap} days before the project does"),
            )
            .fix(
                format!("把 {place} 改为 {last_day}，或补一段到执行期结束的安排。"),
                format!("change {place} to {last_day}, or add a step"),
            ),
    );
}

/// Days from one day to another.
fn days(from: Date, to: Date) -> i32 {
    // Days of the calendar are fewer than an i32 holds, and their difference has no other unit.
    from.until(to).map_or(0, |span| span.get_days())
}

/// The fault of a step whose year is none of its days' years.
fn other_year(step: &Step<'_>, report: &mut Report) {
    let (field, first, last) = (&step.step.year, step.first, step.last);
    let years = i64::from(first.year())..=i64::from(last.year());
    let Some(year) = field.given().filter(|year| !years.contains(year)) else {
        return;
    };
    let (place, due) = (field.place_text(), first.year());
    report.add(
        Fault::at(field)
            .entered(year.to_string(), due.to_string())
            .fed_by(&step.step.starts_on)
            .fed_by(&step.step.ends_on)
            .message(
                format!("这一段的年度填 {year}，日期却是 {first} 至 {last}。"),
                format!("the step is of {year}, its days are {first} to {last}"),
            )
            .fix(
                format!("把 {place} 改为 {due}，或改正这一段的日期。"),
                format!("change {place} to {due}, or correct the days"),
            ),
    );
}

fn gap_before(field: &Field<Date>, until: Date, first: Date, gap: i32) -> Fault {
    let due = until.tomorrow().unwrap_or(until);
    let place = field.place_text();
    Fault::at(field)
        .entered(first.to_string(), due.to_string())
        .message(
            format!("{due} 到 {first} 之间有 {gap} 天没有安排任务。"),
            format!("nothing is planned for {gap} days from {due} to {first}"),
        )
        .fix(
            format!("把 {place} 改为 {due}，或补一段这期间的安排。"),
            format!("change {place} to {due}, or add a step"),
        )
}

fn overlap(before: &Step<'_>, step: &Step<'_>, days: i32) -> Fault {
    let field = &step.step.starts_on;
    let due = before.last.tomorrow().unwrap_or(before.last);
    let place = field.place_text();
    Fault::at(field)
        .entered(step.first.to_string(), due.to_string())
        .fed_by(&before.step.ends_on)
        .message(
            format!(
                "这一段从 {} 开始，与前一段（到 {}）重叠 {days} 天。",
                step.first, before.last
            ),
            format!("the step overlaps the one before by {days} days"),
        )
        .fix(
            format!(
                "把 {place} 改为 {due}，或把 {} 改到 {} 以前。",
                before.step.ends_on.place_text(),
                step.first
            ),
            format!("change {place} to {due}, or end the step before earlier"),
        )
}

fn ends_before_it_begins(step: &Step<'_>) -> Fault {
    let field = &step.step.ends_on;
    let place = field.place_text();
    Fault::at(field)
        .entered(step.last.to_string(), format!("不早于 {}", step.first))
        .fed_by(&step.step.starts_on)
        .message(
            format!(
                "这一段的终止日期 {} 早于起始日期 {}。",
                step.last, step.first
            ),
            format!(
                "the step ends on {}, before it begins on {}",
                step.last, step.first
            ),
        )
        .fix(
            format!("把 {place} 改为 {} 或以后，或改正起始日期。", step.first),
            format!("change {place} to {} or later", step.first),
        )
}
