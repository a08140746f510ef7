//! B08: a part of an item is more than the item.

use crate::form::application::Use;
use crate::form::{Field, Unread};
use crate::money::Money;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "B08",
    name: "part-over-whole",
    severity: Severity::Block,
    clause: "form",
    what: Text {
        zh: "“其中”一行的金额大于它所属的科目：设备购置费大于设备费，或绩效支出大于间接费用。",
        en: "A part is more than its whole: purchases more than equipment, or performance pay more than indirect costs.",
    },
    why: Text {
        zh: "“其中”是科目的一部分，不会比科目还多。",
        en: "A part cannot be more than its whole.",
    },
    fix: Text {
        zh: "改正“其中”一行，或改正所属科目。",
        en: "Correct the part, or the whole.",
    },
    breaks: &[
        &[Edit::Set("uses.purchase.public", Typed::number("260.0001"))],
        &[Edit::Set("uses.performance.own", Typed::number("20.0001"))],
    ],
    keeps: &[
        &[Edit::Set("uses.purchase.public", Typed::number("260"))],
        &[Edit::Set("uses.performance.own", Typed::number("20"))],
    ],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let uses = &case.app()?.uses;
    let pairs = [
        (&uses.purchase, &uses.equipment),
        (&uses.performance, &uses.indirect),
    ];
    for (part, whole) in pairs {
        let columns: [fn(&Use) -> &Field<Money>; 2] = [|line| &line.public, |line| &line.own];
        for column in columns {
            if let Some(fault) = compare(case, column(part), column(whole))? {
                report.add(fault);
            }
        }
    }
    Ok(())
}

fn compare(
    case: &Case<'_>,
    part: &Field<Money>,
    whole: &Field<Money>,
) -> Result<Option<Fault>, Unread> {
    let (amount, most) = (case.amount_or_zero(part)?, case.amount_or_zero(whole)?);
    if amount <= most {
        return Ok(None);
    }
    let (place, amount_wan, most_wan) = (part.place_text(), amount.wan(), most.wan());
    let fault = Fault::at(part)
        .entered(amount_wan.clone(), format!("不多于 {most_wan}"))
        .difference((amount - most).wan())
        .fed_by(whole)
        .message(
            format!(
                "{}填 {amount_wan} 万元，比{}的 {most_wan} 万元还多。",
                part.label, whole.label
            ),
            format!(
                "{} is {amount_wan}, more than {} with {most_wan}",
                part.label, whole.label
            ),
        )
        .fix(
            format!(
                "把 {place} 改为不多于 {most_wan} 的数，或把 {} 改对。",
                whole.place_text()
            ),
            format!(
                "make {place} at most {most_wan}, or correct {}",
                whole.place_text()
            ),
        );
    Ok(Some(fault))
}
