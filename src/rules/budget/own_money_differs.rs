//! B05: own money used is not own money and other sources.

use super::Balance;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "B05",
    name: "own-money-differs",
    severity: Severity::Block,
    clause: "form",
    what: Text {
        zh: "支出表的自筹资金合计，不等于单位自筹与其他渠道资金之和。",
        en: "Own money used is not own money and other sources together.",
    },
    why: Text {
        zh: "自筹资金也要按预算用在项目上。",
        en: "Own money is a part of the budget too.",
    },
    fix: Text {
        zh: "调整各科目的自筹资金，使合计相等。",
        en: "Adjust the own money of the items.",
    },
    breaks: &[&[Edit::Set("uses.labour.own", Typed::number("80.0001"))]],
    keeps: &[&[
        Edit::Set("uses.labour.own", Typed::number("79")),
        Edit::Set("uses.operations.own", Typed::number("261")),
    ]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (app, balance) = (case.app()?, Balance::of(case)?);
    let (used, given) = (balance.own_used, balance.own_given);
    if !balance.own_differs() || balance.public_differs() {
        return Ok(());
    }
    report.add(
        Fault::at(&app.uses.total.own)
            .amounts(used, given)
            .fed_by(&app.sources.own.total)
            .fed_by(&app.sources.other.total)
            .message(
                format!(
                    "支出中的自筹资金合计 {} 万元，单位自筹与其他渠道资金共 {} 万元。",
                    used.wan(),
                    given.wan()
                ),
                format!(
                    "{} 万元 of own money are used, {} are given",
                    used.wan(),
                    given.wan()
                ),
            )
            .fix(
                format!(
                    "调整各科目的自筹资金，使 {} 为 {}。",
                    app.uses.total.own.place_text(),
                    given.wan()
                ),
                format!("make {} {}", app.uses.total.own.place_text(), given.wan()),
            ),
    );
    Ok(())
}
