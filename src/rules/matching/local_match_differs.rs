//! M01: city and district together are not the edition's ratio of the region's money.

use super::Local;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, set_line};

pub const RULE: Rule = Rule {
    code: "M01",
    name: "local-match-differs",
    severity: Severity::Block,
    clause: "四(二)",
    what: Text {
        zh: "市本级与区（县）配套资金合计，不等于按自治区资金和政策比例算出的数。",
        en: "City and district together do not give what the policy asks for the region's money.",
    },
    why: Text {
        zh: "配套比例由政策规定，多了少了都不能上报。",
        en: "The ratio is the policy's; neither more nor less can be reported.",
    },
    fix: Text {
        zh: "按应承担的数改市本级和区（县）配套资金。",
        en: "Set the city's and the district's money to their shares.",
    },
    breaks: &[&[
        Edit::Set("sources.city.1", Typed::number("179.9999")),
        Edit::Set("sources.other.1", Typed::number("0.0001")),
        Edit::Set("uses.equipment.public", Typed::number("259.9999")),
        Edit::Set("uses.equipment.own", Typed::number("240.0001")),
    ]],
    keeps: &[&[
        Edit::Set("sources.city.1", Typed::number("100")),
        Edit::Set("sources.city.2", Typed::number("80")),
    ]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (app, local, shares) = (case.app()?, Local::of(case)?, case.shares()?);
    let entered = local.city + local.district;
    if !local.differs() || local.zone_asks_city() {
        return Ok(());
    }
    let ratio = case.edition()?.matching.local;
    let (region, due) = (shares.region.wan(), local.due_whole.wan());
    let (uses, uses_en) = local.uses_follow(case)?;
    let (fix, fix_en) = match local.due {
        Some((city, district)) => {
            let (city, city_en) = set_line(&app.sources.city, city);
            let (district, district_en) = set_line(&app.sources.district, district);
            (
                format!("{city}，{district}{uses}。"),
                format!("{city_en}, {district_en}{uses_en}"),
            )
        }
        None => (
            format!("使市本级与区（县）配套资金合计为 {due}（两者如何分担由市科技局确定）{uses}。"),
            format!("make the two sum to {due} (the bureau decides how they share it){uses_en}"),
        ),
    };
    report.add(
        Fault::at(&app.sources.city.total)
            .amounts(entered, local.due_whole)
            .fed_by(&app.sources.region.total)
            .fed_by(&app.sources.district.total)
            .message(
                format!(
                    "市本级与区（县）配套资金合计 {} 万元，按自治区资金 {region} 万元的 {ratio} 倍应为 {due} 万元。",
                    entered.wan()
                ),
                format!("city and district give {} 万元, due are {due} ({ratio} x {region})", entered.wan()),
            )
            .fix(fix, fix_en),
    );
    Ok(())
}
