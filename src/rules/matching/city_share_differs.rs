//! M02: the whole is right, and the city gives less than its class's share.

use super::Local;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, set_line};

pub const RULE: Rule = Rule {
    code: "M02",
    name: "city-share-differs",
    severity: Severity::Block,
    clause: "四(二)",
    what: Text {
        zh: "配套合计是对的，但市本级少于本类区（县）应由市里承担的数。",
        en: "The whole is right, but the city gives less than its share for this class of districts.",
    },
    why: Text {
        zh: "市与区（县）怎样分担，由区（县）的类别决定。",
        en: "The district's class decides how the two share the match.",
    },
    fix: Text {
        zh: "按类别的比例改市本级和区（县）配套资金。",
        en: "Set both to the shares of the class.",
    },
    breaks: &[&[
        Edit::Set("sources.city.1", Typed::number("150")),
        Edit::Set("sources.district.1", Typed::number("150")),
    ]],
    keeps: &[&[
        Edit::Set("sources.city.1", Typed::number("90")),
        Edit::Set("sources.city.3", Typed::number("90")),
    ]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (app, local) = (case.app()?, Local::of(case)?);
    let Some((city, district)) = local.split()?.filter(|(city, _)| local.city < *city) else {
        return Ok(());
    };
    let class = case.shares()?.class.clone().unwrap_or_default();
    let (set_city, set_city_en) = set_line(&app.sources.city, city);
    let (set_district, set_district_en) = set_line(&app.sources.district, district);
    report.add(
        Fault::at(&app.sources.city.total)
            .amounts(local.city, city)
            .fed_by(&app.sources.region.total)
            .message(
                format!(
                    "市本级财政配套资金填 {} 万元，{class}区（县）的市级应承担 {} 万元。",
                    local.city.wan(),
                    city.wan()
                ),
                format!(
                    "the city gives {} 万元, its share is {}",
                    local.city.wan(),
                    city.wan()
                ),
            )
            .fix(
                format!("{set_city}，{set_district}。"),
                format!("{set_city_en}, {set_district_en}"),
            ),
    );
    Ok(())
}
