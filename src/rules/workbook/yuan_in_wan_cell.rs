//! W07: an amount is 元 in a 万元 cell.

use crate::form::Entry;
use crate::form::State;
use crate::form::entry::Datum;
use crate::money::Money;
use crate::rules::doubt::in_yuan;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "W07",
    name: "yuan-in-wan-cell",
    severity: Severity::Block,
    clause: "form",
    what: Text {
        zh: "万元栏里填了元：另一个单元格正好是它的万分之一，或者全部金额都大得不可能。",
        en: "An amount in 元 where 万元 are asked: another cell holds its ten-thousandth part, or all amounts are too large.",
    },
    why: Text {
        zh: "单位错了，金额就差一万倍。",
        en: "With the wrong unit the amount is ten thousand times too large.",
    },
    fix: Text {
        zh: "把金额换算成万元（除以 10000）。",
        en: "Divide the amount by 10,000.",
    },
    breaks: &[&[Edit::Set("commitment", Typed::number("1200000"))]],
    keeps: &[&[Edit::Set("revenue", Typed::number("1200000"))]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let found = in_yuan(case.app()?);
    if !found.all {
        found.cells.iter().for_each(|entry| report.add(one(entry)));
        return Ok(());
    }
    if let Some(first) = found.cells.first() {
        let places = found.cells.iter().filter_map(|entry| entry.place.clone());
        let mut fault = one(first).message(
            format!(
                "预算中的 {} 个金额都填成了元，这里应以万元为单位。",
                found.cells.len()
            ),
            format!(
                "{} amounts of the budget are in 元 and not in 万元",
                found.cells.len()
            ),
        );
        let count = found.cells.len();
        fault.fix = (
            format!(
                "把这 {count} 个金额都换算成万元（除以 10000），例如{}",
                fault.fix.0
            ),
            format!(
                "divide all {count} amounts by 10,000, for example {}",
                fault.fix.1
            ),
        );
        fault.from = places.skip(1).collect();
        report.add(fault);
    }
    Ok(())
}

fn one(entry: &Entry) -> Fault {
    let entered = match entry.state {
        State::Given(Datum::Money(money, _)) => money,
        _ => Money::ZERO,
    };
    let meant = Money::from_fen(entered.fen() / 10_000);
    let label = &entry.slot.label;
    let place = entry.place_text();
    Fault::at_entry(entry)
        .amounts(entered, meant)
        .message(
            format!(
                "“{label}”填写的 {} 应该是元，这里应以万元为单位。",
                entered.wan()
            ),
            format!(
                "{label}: {} is in 元, the form asks for 万元",
                entered.wan()
            ),
        )
        .fix(
            format!("把 {place} 改为 {}。", meant.wan()),
            format!("change {place} to {}", meant.wan()),
        )
}
