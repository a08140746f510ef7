//! P11: units from outside the region or of the Corps hold more of the money than allowed.

use crate::money::Money;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "P11",
    name: "too-much-outside",
    severity: Severity::Explain,
    clause: "call",
    what: Text {
        zh: "区外单位和兵团单位的财政资金超过规定的份额。",
        en: "Units from outside the region or of the Corps hold more of the public money than allowed.",
    },
    why: Text {
        zh: "自治区的资金主要用于区内单位。",
        en: "The region's money is mainly for units of the region.",
    },
    fix: Text {
        zh: "调整各单位的经费，或说明理由。",
        en: "Change the units' money, or give the reason.",
    },
    breaks: &[&[
        Edit::Set("units.2.seat", Typed::text("区外")),
        Edit::Set("units.1.public", Typed::number("349")),
        Edit::Set("units.2.public", Typed::number("201")),
    ]],
    keeps: &[&[
        Edit::Set("units.2.seat", Typed::text("兵团")),
        Edit::Set("units.1.public", Typed::number("350")),
        Edit::Set("units.2.public", Typed::number("200")),
    ]],
    check,
};

/// Seats of units that do not belong to the region.
const OUTSIDE: [&str; 2] = ["区外", "兵团"];

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let Some(part) = case.limits()?.find_map(|it| it.outside_max) else {
        return Ok(());
    };
    let (mut outside, mut whole, mut first) = (Money::ZERO, Money::ZERO, None);
    for unit in &app.units {
        let money = case.amount_or_zero(&unit.public)?;
        whole = whole + money;
        if unit
            .seat
            .given()
            .is_some_and(|seat| OUTSIDE.contains(&seat.as_str()))
        {
            outside = outside + money;
            first = first.or(Some(unit).filter(|_| money != Money::ZERO));
        }
    }
    let is_over = outside.fen() * i128::from(part.of) > whole.fen() * i128::from(part.parts);
    let Some(unit) = first.filter(|_| is_over) else {
        return Ok(());
    };
    let most = Money::from_fen(whole.fen() * i128::from(part.parts) / i128::from(part.of));
    report.add(
        Fault::at(&unit.public)
            .entered(outside.wan(), format!("不超过 {}", most.wan()))
            .message(
                format!(
                    "区外和兵团单位的财政资金共 {} 万元，超过全部 {} 万元的 {}/{}。",
                    outside.wan(),
                    whole.wan(),
                    part.parts,
                    part.of
                ),
                format!(
                    "units outside hold {} of {}, more than {}/{}",
                    outside.wan(),
                    whole.wan(),
                    part.parts,
                    part.of
                ),
            )
            .fix(
                format!(
                    "把这些单位的财政资金减到共 {} 万元以内，或说明理由。",
                    most.wan()
                ),
                format!("bring it down to {}, or give the reason", most.wan()),
            ),
    );
    Ok(())
}
