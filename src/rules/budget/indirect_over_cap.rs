//! B09: indirect costs are over the tiers of what they may be.

use crate::form::Unread;
use crate::money::Money;
use crate::policy::Tier;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "B09",
    name: "indirect-over-cap",
    severity: Severity::Explain,
    clause: "form",
    what: Text {
        zh: "间接费用超过分档计算的上限。",
        en: "Indirect costs are over their tiered cap.",
    },
    why: Text {
        zh: "间接费用按扣除设备购置费后的直接费用分档计算。",
        en: "It follows in tiers from direct costs less purchases.",
    },
    fix: Text {
        zh: "减少间接费用，或说明理由。",
        en: "Lower them, or give the reason.",
    },
    breaks: &[&[
        Edit::Set("uses.operations.own", Typed::number("135.99")),
        Edit::Set("uses.indirect.own", Typed::number("144.01")),
    ]],
    keeps: &[&[
        Edit::Set("uses.operations.own", Typed::number("136")),
        Edit::Set("uses.indirect.own", Typed::number("144")),
    ]],
    check,
};

/// What indirect costs may be, tier by tier; `None` where the edition has no tiers.
fn cap(tiers: &[Tier], base: Money) -> Option<Money> {
    let (mut cap, mut below) = (Money::ZERO, Money::ZERO);
    for tier in tiers {
        let end = tier.up_to_wan.and_then(Money::from_wan_nearest_fen);
        let end = end.map_or(base, |end| end.min(base));
        if end > below {
            cap = cap + (end - below).times_rounded_down(tier.rate);
            below = end;
        }
    }
    (!tiers.is_empty()).then_some(cap)
}

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (uses, tiers) = (&case.app()?.uses, &case.edition()?.indirect);
    let direct = [&uses.equipment, &uses.operations, &uses.labour];
    let direct = direct
        .into_iter()
        .map(|line| case.amount_or_zero(&line.total));
    let direct = direct.sum::<Result<Money, Unread>>()?;
    let base = direct - case.amount_or_zero(&uses.purchase.total)?;
    let indirect = case.amount_or_zero(&uses.indirect.total)?;
    let Some(cap) = cap(tiers, base).filter(|cap| indirect > *cap) else {
        return Ok(());
    };
    let place = uses.indirect.total.place_text();
    report.add(
        Fault::at(&uses.indirect.total)
            .fed_by(&uses.purchase.total)
            .entered(indirect.wan(), format!("不超过 {}", cap.wan()))
            .difference((indirect - cap).wan())
            .message(
                format!(
                    "间接费用 {} 万元，按扣除设备购置费后的直接费用 {} 万元分档，不超过 {} 万元。",
                    indirect.wan(),
                    base.wan(),
                    cap.wan()
                ),
                format!(
                    "indirect costs are {}, by the tiers at most {}",
                    indirect.wan(),
                    cap.wan()
                ),
            )
            .fix(
                format!("把 {place} 减到 {} 以内，或说明理由。", cap.wan()),
                format!("bring {place} down to {}, or give the reason", cap.wan()),
            ),
    );
    Ok(())
}
