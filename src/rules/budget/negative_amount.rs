//! B06: an amount below zero.

use crate::form::State;
use crate::form::entry::Datum;
use crate::rules::doubt::below_zero;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "B06",
    name: "negative-amount",
    severity: Severity::Block,
    clause: "form",
    what: Text {
        zh: "金额是负数。",
        en: "An amount is below zero.",
    },
    why: Text {
        zh: "预算里没有负的金额。",
        en: "A budget has no negative amounts.",
    },
    fix: Text {
        zh: "改为 0 或正数。",
        en: "Make it 0 or more.",
    },
    breaks: &[&[
        Edit::Set("sources.other.1", Typed::number("-0.0001")),
        Edit::Set("sources.other.2", Typed::number("0.0001")),
    ]],
    keeps: &[&[Edit::Set("sources.other.1", Typed::number("0"))]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    for entry in below_zero(case.app()?) {
        let State::Given(Datum::Money(money, _)) = entry.state else {
            continue;
        };
        let (label, place) = (&entry.slot.label, entry.place_text());
        report.add(
            Fault::at_entry(entry)
                .entered(money.wan(), "0 或正数")
                .message(
                    format!("“{label}”填的是负数 {}。", money.wan()),
                    format!("{label} is {}, below zero", money.wan()),
                )
                .fix(
                    format!("请把 {place} 改为 0 或正数。"),
                    format!("make {place} 0 or more"),
                ),
        );
    }
    Ok(())
}
