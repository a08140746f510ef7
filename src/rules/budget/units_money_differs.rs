//! B10: the money of the units does not add up to the budget.

use super::Balance;
use crate::form::application::Unit;
use crate::form::{Field, Unread};
use crate::money::Money;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "B10",
    name: "units-money-differs",
    severity: Severity::Block,
    clause: "form",
    what: Text {
        zh: "各参加单位的财政资金或自筹资金相加，不等于预算中的合计。",
        en: "The money of the units does not add up to the budget.",
    },
    why: Text {
        zh: "每一笔钱都要落到单位，加起来就是预算的总数。",
        en: "Each amount goes to a unit; together they are the budget.",
    },
    fix: Text {
        zh: "改正各单位的金额，使合计与预算相等。",
        en: "Correct the money of the units.",
    },
    breaks: &[
        &[Edit::Set("units.2.public", Typed::number("150.0001"))],
        &[Edit::Set("units.3.own", Typed::number("0.0001"))],
    ],
    keeps: &[
        &[
            Edit::Set("units.2.public", Typed::number("149")),
            Edit::Set("units.3.public", Typed::number("51")),
        ],
        &[
            Edit::Set("units.1.own", Typed::number("599.9999")),
            Edit::Set("units.3.own", Typed::number("0.0001")),
        ],
    ],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let balance = Balance::of(case)?.settled()?;
    if balance.public_differs() || balance.own_differs() {
        return Err(crate::rules::unread("uses.total: B03"));
    }
    add(
        case,
        |unit| &unit.public,
        (balance.public_given, "财政资金"),
        report,
    )?;
    add(
        case,
        |unit| &unit.own,
        (balance.own_given, "自筹资金（含其他渠道）"),
        report,
    )
}

/// Compares what the units hold in one column with what they should hold.
fn add(
    case: &Case<'_>,
    column: fn(&Unit) -> &Field<Money>,
    (due, what): (Money, &str),
    report: &mut Report,
) -> Result<(), Unread> {
    let fields: Vec<&Field<Money>> = case.app()?.units.iter().map(column).collect();
    let mut sum = Money::ZERO;
    for field in &fields {
        sum = sum + case.amount(field)?;
    }
    let (Some(first), true) = (fields.first(), sum != due) else {
        return Ok(());
    };
    let last = fields.last().and_then(|last| last.place.as_ref());
    let range = match (fields.len(), last) {
        (1, _) | (_, None) => first.place_text(),
        (_, Some(last)) => format!("{}:{}", first.place_text(), last.cell),
    };
    let mut fault = Fault::at(first)
        .amounts(sum, due)
        .message(
            format!(
                "各单位的{what}相加是 {} 万元，预算中是 {} 万元。",
                sum.wan(),
                due.wan()
            ),
            format!(
                "the units hold {} together, the budget {}",
                sum.wan(),
                due.wan()
            ),
        )
        .fix(
            format!("请调整 {range}，使各单位相加为 {}。", due.wan()),
            format!("adjust {range} so that they sum to {}", due.wan()),
        );
    fault.from = fields
        .iter()
        .skip(1)
        .filter_map(|field| field.place.clone())
        .collect();
    report.add(fault);
    Ok(())
}
