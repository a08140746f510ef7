//! B07: nothing is asked of the region, so there is nothing to match.

use crate::money::Money;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "B07",
    name: "no-region-money",
    severity: Severity::Block,
    clause: "四(二)",
    what: Text {
        zh: "没有申请自治区财政资金。",
        en: "Nothing is asked of the region.",
    },
    why: Text {
        zh: "市和区（县）按自治区资金配套，没有自治区资金就没有可配套的。",
        en: "City and district match the region's money: without it there is nothing to match.",
    },
    fix: Text {
        zh: "填写申请自治区财政资金的年度金额。",
        en: "Fill in the region's money by year.",
    },
    breaks: &[&[
        Edit::Set("sources.region.1", Typed::number("0")),
        Edit::Set("sources.region.2", Typed::Blank),
    ]],
    keeps: &[&[
        Edit::Set("sources.region.1", Typed::number("300")),
        Edit::Set("sources.region.2", Typed::Blank),
    ]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let region = &app.sources.region;
    if !region.total.is_absent() && *region.total.get()? != Money::ZERO {
        return Ok(());
    }
    let first = region.years.first().and_then(|year| year.place.as_ref());
    let fix = match first {
        Some(first) => (
            format!("请从 {first} 起填写各年度申请的自治区财政资金。"),
            format!("fill in the region's money by year from {first}"),
        ),
        None => (
            format!(
                "请在 {} 填写申请的自治区财政资金。",
                region.total.place_text()
            ),
            format!(
                "fill in the region's money in {}",
                region.total.place_text()
            ),
        ),
    };
    report.add(
        Fault::at(&region.total)
            .entered("0.00", "大于 0")
            .message(
                "没有申请自治区财政资金，市和区（县）没有可配套的金额。",
                "nothing is asked of the region: there is nothing to match",
            )
            .fix(fix.0, fix.1),
    );
    Ok(())
}
