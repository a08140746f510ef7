//! M04: class 一类 bears the whole match itself, and the city is asked for money.

use super::Local;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, set_line};

pub const RULE: Rule = Rule {
    code: "M04",
    name: "zone-asks-city",
    severity: Severity::Block,
    clause: "四(二)",
    what: Text {
        zh: "一类区（县）的配套全部自行承担，却填写了市本级配套资金。",
        en: "A zone of class 一类 bears the whole match itself, yet the city is asked for money.",
    },
    why: Text {
        zh: "市里不为一类区（县）出配套资金。",
        en: "The city gives nothing in this class.",
    },
    fix: Text {
        zh: "市本级改为 0，全部由区（县）承担。",
        en: "Set the city to 0 and the zone to the whole.",
    },
    breaks: &[&[
        Edit::Set("district", Typed::text("甘泉堡经济技术开发区（工业区）")),
        Edit::Set("recommender", Typed::text("甘泉堡经济技术开发区管委会")),
        Edit::Set(
            "transfer_district",
            Typed::text("甘泉堡经济技术开发区（工业区）"),
        ),
        Edit::Set("sources.city.1", Typed::number("0.0001")),
        Edit::Set("sources.district.1", Typed::number("299.9999")),
        Edit::Set("commitment", Typed::number("300")),
    ]],
    keeps: &[&[
        Edit::Set("district", Typed::text("甘泉堡经济技术开发区（工业区）")),
        Edit::Set("recommender", Typed::text("甘泉堡经济技术开发区管委会")),
        Edit::Set(
            "transfer_district",
            Typed::text("甘泉堡经济技术开发区（工业区）"),
        ),
        Edit::Set("sources.city.1", Typed::number("0")),
        Edit::Set("sources.district.1", Typed::number("300")),
        Edit::Set("commitment", Typed::number("300")),
    ]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (app, local) = (case.app()?, Local::of(case)?);
    let Some((city, district)) = local.due.filter(|_| local.zone_asks_city()) else {
        return Ok(());
    };
    let (set_city, set_city_en) = set_line(&app.sources.city, city);
    let (set_district, set_district_en) = set_line(&app.sources.district, district);
    let (uses, uses_en) = local.uses_follow(case)?;
    report.add(
        Fault::at(&app.sources.city.total)
            .amounts(local.city, city)
            .fed_by(&app.district)
            .message(
                format!(
                    "所在区（县）属于一类，配套 {} 万元全部自行承担，市本级却填了 {} 万元。",
                    local.due_whole.wan(),
                    local.city.wan()
                ),
                format!(
                    "class 一类 bears all {} 万元; the city is asked for {}",
                    local.due_whole.wan(),
                    local.city.wan()
                ),
            )
            .fix(
                format!("{set_city}，{set_district}{uses}。"),
                format!("{set_city_en}, {set_district_en}{uses_en}"),
            ),
    );
    Ok(())
}
