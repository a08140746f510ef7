//! M05: the unit's own money is less than the edition asks.

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "M05",
    name: "own-money-short",
    severity: Severity::Block,
    clause: "call",
    what: Text {
        zh: "自筹资金少于要求的比例。",
        en: "The unit's own money is less than asked.",
    },
    why: Text {
        zh: "申报通知规定了自筹与自治区资金的比例。",
        en: "The call sets its ratio to the region's money.",
    },
    fix: Text {
        zh: "增加自筹资金。",
        en: "Bring more money.",
    },
    breaks: &[&[
        Edit::Call,
        Edit::Set("sources.own.2", Typed::number("399.99")),
        Edit::Set("uses.labour.own", Typed::number("79.99")),
        Edit::Set("units.1.own", Typed::number("599.99")),
    ]],
    keeps: &[&[Edit::Call]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (app, edition) = (case.app()?, case.edition()?);
    let Some(ratio) = edition.matching.own else {
        return Ok(());
    };
    let region = case.amount(&app.sources.region.total)?;
    let own = case.amount_or_zero(&app.sources.own.total)?
        + case.amount_or_zero(&app.sources.other.total)?;
    let due = region.times_rounded_down(ratio);
    if own >= due {
        return Ok(());
    }
    let missing = (due - own).wan();
    report.add(
        Fault::at(&app.sources.own.total)
            .fed_by(&app.sources.region.total)
            .fed_by(&app.sources.other.total)
            .amounts(own, due)
            .message(
                format!(
                    "自筹资金（含其他来源）{} 万元，应不少于 {} 万元。",
                    own.wan(),
                    due.wan()
                ),
                format!(
                    "the unit brings {}, at least {} is asked",
                    own.wan(),
                    due.wan()
                ),
            )
            .fix(
                format!("请增加自筹资金 {missing} 万元，并调整支出；或减少申请的自治区资金。"),
                format!("bring {missing} more and adjust the uses, or ask the region for less"),
            ),
    );
    Ok(())
}
