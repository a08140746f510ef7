//! B04: public money used is not what region, city and district give.

use super::Balance;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "B04",
    name: "public-money-differs",
    severity: Severity::Block,
    clause: "form",
    what: Text {
        zh: "支出表的财政资金合计，不等于自治区、市本级、区（县）三项之和。",
        en: "Public money used is not region, city and district together.",
    },
    why: Text {
        zh: "财政资金要专款专用，来多少列支多少。",
        en: "Public money is used for the project to the last 分.",
    },
    fix: Text {
        zh: "调整各科目的财政资金，使合计相等。",
        en: "Adjust the public money of the items.",
    },
    breaks: &[&[Edit::Set("uses.labour.public", Typed::number("59.9999"))]],
    keeps: &[&[
        Edit::Set("uses.labour.public", Typed::number("59")),
        Edit::Set("uses.operations.public", Typed::number("241")),
    ]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (app, balance) = (case.app()?, Balance::of(case)?.settled()?);
    let (used, given) = (balance.public_used, balance.public_given);
    let whole_agrees = used + balance.own_used == given + balance.own_given;
    if !balance.public_differs() || balance.own_differs() && !whole_agrees {
        return Ok(());
    }
    let moved = if whole_agrees {
        format!("；自筹资金合计相应为 {}", balance.own_given.wan())
    } else {
        String::new()
    };
    report.add(
        Fault::at(&app.uses.total.public)
            .amounts(used, given)
            .fed_by(&app.sources.region.total)
            .fed_by(&app.sources.city.total)
            .fed_by(&app.sources.district.total)
            .message(
                format!(
                    "支出中的财政资金合计 {} 万元，自治区、市、区（县）三级共给 {} 万元。",
                    used.wan(),
                    given.wan()
                ),
                format!(
                    "{} 万元 of public money are used, {} are given",
                    used.wan(),
                    given.wan()
                ),
            )
            .fix(
                format!(
                    "调整各科目的财政资金，使 {} 为 {}{moved}。",
                    app.uses.total.public.place_text(),
                    given.wan()
                ),
                format!(
                    "make {} {}",
                    app.uses.total.public.place_text(),
                    given.wan()
                ),
            ),
    );
    Ok(())
}
