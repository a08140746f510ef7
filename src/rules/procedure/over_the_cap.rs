//! P15: more money is asked of the region than its class of projects can get.

use crate::money::Money;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, set_line};

pub const RULE: Rule = Rule {
    code: "P15",
    name: "over-the-cap",
    severity: Severity::Explain,
    clause: "call",
    what: Text {
        zh: "申请的自治区资金超过这一类项目的上限。",
        en: "More is asked of the region than its class of projects can get.",
    },
    why: Text {
        zh: "每类项目的自治区资金有上限。",
        en: "Each class of projects has a cap.",
    },
    fix: Text {
        zh: "减少申请额，配套和支出随之调整；或说明理由。",
        en: "Ask for less and adjust the match and the uses, or give the reason.",
    },
    breaks: &[&[
        Edit::Set("sources.region.1", Typed::number("700.01")),
        Edit::Set("sources.region.2", Typed::number("300")),
        Edit::Set("sources.city.1", Typed::number("600.006")),
        Edit::Set("sources.district.1", Typed::number("400.004")),
        Edit::Set("uses.equipment.public", Typed::number("1660.02")),
        Edit::Set("units.1.public", Typed::number("1800.02")),
        Edit::Set("commitment", Typed::number("400.004")),
        Edit::Set("amount_in_words", Typed::text("壹仟万零壹佰元整")),
    ]],
    keeps: &[&[
        Edit::Set("sources.region.1", Typed::number("700")),
        Edit::Set("sources.region.2", Typed::number("300")),
        Edit::Set("sources.city.1", Typed::number("600")),
        Edit::Set("sources.district.1", Typed::number("400")),
        Edit::Set("uses.equipment.public", Typed::number("1660")),
        Edit::Set("units.1.public", Typed::number("1800")),
        Edit::Set("commitment", Typed::number("400")),
        Edit::Set("amount_in_words", Typed::text("壹仟万元整")),
    ]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let region = case.amount(&app.sources.region.total)?;
    let cap = case.limits()?.find_map(|it| it.region_wan_max);
    let Some(cap) = cap
        .and_then(Money::from_wan_nearest_fen)
        .filter(|cap| region > *cap)
    else {
        return Ok(());
    };
    let (fix, fix_en) = set_line(&app.sources.region, cap);
    report.add(
        Fault::at(&app.sources.region.total)
            .fed_by(&app.programme)
            .amounts(region, cap)
            .message(
                format!(
                    "申请自治区资金 {} 万元，这类项目不超过 {} 万元。",
                    region.wan(),
                    cap.wan()
                ),
                format!(
                    "{} is asked of the region, at most {} is given",
                    region.wan(),
                    cap.wan()
                ),
            )
            .fix(
                format!("{fix}，再按新的数调整配套和支出；或说明理由。"),
                format!("{fix_en}, then adjust the match and the uses; or give the reason"),
            ),
    );
    Ok(())
}
