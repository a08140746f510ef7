//! B11: the amount in words is another amount.

use crate::form::{Application, Unread};
use crate::money::{Money, words};
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, set_line};

pub const RULE: Rule = Rule {
    code: "B11",
    name: "words-differ",
    severity: Severity::Block,
    clause: "form",
    what: Text {
        zh: "大写金额与申请自治区财政资金的合计不一致，或者大写不规范。",
        en: "The amount in words is not the region's money, or cannot be read.",
    },
    why: Text {
        zh: "大写与小写不一致，不知道以哪个为准。",
        en: "Nobody knows which of the two is meant.",
    },
    fix: Text {
        zh: "按合计改写大写金额。",
        en: "Write the total in words.",
    },
    breaks: &[&[Edit::Set("amount_in_words", Typed::text("叁佰万元零壹分"))]],
    keeps: &[&[Edit::Set(
        "amount_in_words",
        Typed::text("人民币叁佰万元整"),
    )]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let Some(text) = app.amount_in_words.get_or_blank()? else {
        return Ok(());
    };
    if let Some(meant) = case.doubted.region_meant() {
        report.add(region_differs(app, text, meant)?);
        return Ok(());
    }
    let region = case.amount(&app.sources.region.total)?;
    let read = words::parse(text);
    if read == Some(region) {
        return Ok(());
    }
    let expected = words::to_words(region);
    let fault = Fault::at(&app.amount_in_words)
        .entered(text.clone(), expected.clone())
        .fed_by(&app.sources.region.total);
    let fault = match read {
        Some(read) => fault.difference((read - region).wan()).message(
            format!(
                "大写金额是 {} 万元，申请自治区财政资金合计是 {} 万元。",
                read.wan(),
                region.wan()
            ),
            format!("in words {} 万元, in figures {}", read.wan(), region.wan()),
        ),
        None => fault.message(
            format!("大写金额“{text}”读不出来。"),
            format!("the amount in words `{text}` cannot be read"),
        ),
    };
    let place = app.amount_in_words.place_text();
    report.add(fault.fix(
        format!("把 {place} 改为“{expected}”。"),
        format!("change {place} to {expected}"),
    ));
    Ok(())
}

/// The fault where words and local match agree, and the region's money is another amount: what goes by it waits.
fn region_differs(app: &Application, text: &str, meant: Money) -> Result<Fault, Unread> {
    let line = &app.sources.region;
    let region = *line.total.get()?;
    let (set, set_en) = set_line(line, meant);
    let place = app.amount_in_words.place_text();
    let words = words::to_words(region);
    let (meant_wan, region_wan) = (meant.wan(), region.wan());
    Ok(Fault::at(&line.total)
        .amounts(region, meant)
        .fed_by(&app.amount_in_words)
        .fed_by(&app.sources.city.total)
        .fed_by(&app.sources.district.total)
        .message(
            format!(
                "自治区财政资金合计是 {region_wan} 万元，大写金额“{text}”和市、区（县）配套资金却都按 {meant_wan} 万元填写。"
            ),
            format!("the region's money is {region_wan}, words and local match go by {meant_wan}"),
        )
        .fix(
            format!(
                "{set}；确实申请 {region_wan} 万元的，把 {place} 改为“{words}”，配套资金和承诺金额也按它重算。"
            ),
            format!("{set_en}; or make {place} {words} and the match what it asks"),
        ))
}
