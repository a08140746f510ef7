//! B13: money of a year that lies after the project ends.

use crate::money::Money;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "B13",
    name: "money-outside-period",
    severity: Severity::Explain,
    clause: "form",
    what: Text {
        zh: "有的年度经费在执行期结束之后。",
        en: "Money of a year lies after the project ends.",
    },
    why: Text {
        zh: "执行期以外的钱用不到项目上。",
        en: "Money outside the period cannot be used for it.",
    },
    fix: Text {
        zh: "把金额移到执行期内的年度，或改正执行期。",
        en: "Move it into the period, or correct the period.",
    },
    breaks: &[&[
        Edit::Set("sources.own.2", Typed::number("390")),
        Edit::Set("sources.own.4", Typed::number("10")),
    ]],
    keeps: &[&[
        Edit::Set("sources.own.2", Typed::number("390")),
        Edit::Set("sources.own.3", Typed::number("10")),
    ]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (app, period) = (case.app()?, case.period()?);
    let years = period.last.year() - period.first.year() + 1;
    let all = &app.sources;
    for line in [&all.region, &all.city, &all.district, &all.own, &all.other] {
        for (number, field) in (1..).zip(&line.years) {
            let Some(amount) = field.given().filter(|amount| **amount > Money::ZERO) else {
                continue;
            };
            if number <= years {
                continue;
            }
            let place = field.place_text();
            report.add(
                Fault::at(field)
                    .fed_by(&app.starts_on)
                    .fed_by(&app.ends_on)
                    .entered_only(amount.wan())
                    .message(
                        format!(
                            "{}有 {} 万元，执行期只到第 {years} 年（{}）。",
                            field.label,
                            amount.wan(),
                            period.last
                        ),
                        format!(
                            "{} holds {}, the period ends in year {years}",
                            field.label,
                            amount.wan()
                        ),
                    )
                    .fix(
                        format!("把 {place} 的金额移到前 {years} 年，或改正执行期；或说明理由。"),
                        format!("move {place} into the first {years} years, or correct the period"),
                    ),
            );
        }
    }
    Ok(())
}
