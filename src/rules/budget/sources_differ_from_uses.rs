//! B03: the two totals differ, in public and in own money.

use super::Balance;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "B03",
    name: "sources-differ-from-uses",
    severity: Severity::Block,
    clause: "form",
    what: Text {
        zh: "支出合计与来源合计不相等，财政资金和自筹资金都对不上。",
        en: "Uses and sources differ, in public and in own money.",
    },
    why: Text {
        zh: "来多少用多少，两个合计必须相等。",
        en: "What is given is what is used.",
    },
    fix: Text {
        zh: "逐栏核对支出，使两个合计相等。",
        en: "Go through the uses until both totals agree.",
    },
    breaks: &[&[
        Edit::Set("uses.labour.public", Typed::number("60.0001")),
        Edit::Set("uses.labour.own", Typed::number("80.0001")),
    ]],
    keeps: &[&[
        Edit::Set("uses.labour.public", Typed::number("59")),
        Edit::Set("uses.operations.public", Typed::number("241")),
    ]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (app, balance) = (case.app()?, Balance::of(case)?.settled()?);
    let (given, used) = (
        balance.public_given + balance.own_given,
        balance.public_used + balance.own_used,
    );
    if given == used || !balance.public_differs() || !balance.own_differs() {
        return Ok(());
    }
    report.add(
        Fault::at(&app.uses.total.total)
            .amounts(used, given)
            .fed_by(&app.sources.total.total)
            .message(
                format!("支出合计 {} 万元，来源合计 {} 万元，两者应相等。", used.wan(), given.wan()),
                format!("{} 万元 are used, {} are given", used.wan(), given.wan()),
            )
            .fix(
                format!(
                    "调整支出各科目，使财政资金合计为 {}（现为 {}），自筹资金合计为 {}（现为 {}）。",
                    balance.public_given.wan(), balance.public_used.wan(),
                    balance.own_given.wan(), balance.own_used.wan()
                ),
                format!(
                    "make public money used {} and own money used {}",
                    balance.public_given.wan(), balance.own_given.wan()
                ),
            ),
    );
    Ok(())
}
