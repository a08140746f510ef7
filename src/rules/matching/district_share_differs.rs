//! M03: the whole is right, and the district gives less than its class's share.

use super::Local;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, set_line};

pub const RULE: Rule = Rule {
    code: "M03",
    name: "district-share-differs",
    severity: Severity::Block,
    clause: "四(二)",
    what: Text {
        zh: "配套合计是对的，但区（县）少于本类区（县）应承担的数。",
        en: "The whole is right, but the district gives less than its class's share.",
    },
    why: Text {
        zh: "区（县）少承担的部分会落到市里，超出市级应承担的数。",
        en: "What the district does not give would fall to the city.",
    },
    fix: Text {
        zh: "按类别的比例改市本级和区（县）配套资金。",
        en: "Set both to the shares of the class.",
    },
    breaks: &[&[
        Edit::Set("sources.city.1", Typed::number("180.0001")),
        Edit::Set("sources.district.1", Typed::number("119.9999")),
    ]],
    keeps: &[&[
        Edit::Set("sources.district.1", Typed::number("60")),
        Edit::Set("sources.district.2", Typed::number("60")),
    ]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (app, local) = (case.app()?, Local::of(case)?);
    let Some((city, district)) = local
        .split()?
        .filter(|(_, district)| local.district < *district)
    else {
        return Ok(());
    };
    let class = case.shares()?.class.clone().unwrap_or_default();
    let (set_city, set_city_en) = set_line(&app.sources.city, city);
    let (set_district, set_district_en) = set_line(&app.sources.district, district);
    report.add(
        Fault::at(&app.sources.district.total)
            .amounts(local.district, district)
            .fed_by(&app.sources.region.total)
            .message(
                format!(
                    "区（县）财政配套资金填 {} 万元，{class}区（县）应承担 {} 万元。",
                    local.district.wan(),
                    district.wan()
                ),
                format!(
                    "the district gives {} 万元, its share is {}",
                    local.district.wan(),
                    district.wan()
                ),
            )
            .fix(
                format!("{set_district}，{set_city}。"),
                format!("{set_district_en}, {set_city_en}"),
            ),
    );
    Ok(())
}
