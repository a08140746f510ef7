//! W08: an amount has more than four decimals of 万元, which is less than one 元.

use rust_decimal::RoundingStrategy;

use crate::form::State;
use crate::form::entry::Datum;
use crate::money::Money;
use crate::rules::doubt::is_of_project;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "W08",
    name: "too-many-decimals",
    severity: Severity::Advice,
    clause: "form",
    what: Text {
        zh: "金额的小数超过四位（不到一元）。",
        en: "An amount has more than four decimals of 万元: less than one 元.",
    },
    why: Text {
        zh: "四位小数的万元正好到元，再多的一般是公式除不尽带出来的。",
        en: "Four decimals of 万元 are whole 元; more mostly come from a division that does not end.",
    },
    fix: Text {
        zh: "四舍五入到四位小数。",
        en: "Round to four decimals.",
    },
    breaks: &[&[Edit::Set("revenue", Typed::number("12600.12345"))]],
    keeps: &[&[Edit::Set("revenue", Typed::number("12600.1234"))]],
    check,
};

/// Thirteen digits and more come of a division that does not end: rounding its parts would spoil their sum.
const DIVISION: u128 = 10_u128.pow(12);
/// Decimals of 万元 down to one 元.
const DECIMALS_MAX: u32 = 4;

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    // a share that is due to the 分 has its decimals by the policy, and what is spent of it too
    let due = case
        .shares()
        .ok()
        .map(|shares| [shares.city, shares.district]);
    let due = due.into_iter().flatten().flatten();
    let is_due_to_the_fen = due.map(Money::as_wan).any(|due| due.scale() > DECIMALS_MAX);
    for entry in &app.entries {
        let State::Given(Datum::Money(_, wan)) = &entry.state else {
            continue;
        };
        if wan.scale() <= DECIMALS_MAX || entry.slot.computed {
            continue;
        }
        let written = wan.normalize();
        let is_division = written.mantissa().unsigned_abs() >= DIVISION;
        let follows = is_due_to_the_fen && is_of_project(&entry.slot.id);
        if follows || written.scale() <= DECIMALS_MAX || is_division {
            continue;
        }
        let (label, place) = (&entry.slot.label, entry.place_text());
        let rounded =
            wan.round_dp_with_strategy(DECIMALS_MAX, RoundingStrategy::MidpointAwayFromZero);
        let rounded = rounded.normalize();
        report.add(
            Fault::at_entry(entry)
                .entered(wan.normalize().to_string(), rounded.to_string())
                .message(
                    format!("{label}填 {}，小数超过四位，不到一元。", wan.normalize()),
                    format!("{label} is {}: more than four decimals", wan.normalize()),
                )
                .fix(
                    format!("把 {place} 改为 {rounded}。"),
                    format!("change {place} to {rounded}"),
                ),
        );
    }
    Ok(())
}
