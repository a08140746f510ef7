//! B10: the money of the units does not add up to the uses.

use crate::form::application::{Line, Unit};
use crate::form::{Field, Unread};
use crate::money::Money;
use crate::rules::matching::Local;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, unread};

pub const RULE: Rule = Rule {
    code: "B10",
    name: "units-money-differs",
    severity: Severity::Block,
    clause: "form",
    what: Text {
        zh: "各参加单位的经费相加，与经费支出的合计不等。",
        en: "The units' money does not add up to the uses.",
    },
    why: Text {
        zh: "每一笔钱都要落到一家单位。",
        en: "Every amount belongs to some unit.",
    },
    fix: Text {
        zh: "改正各单位的金额，使合计相等。",
        en: "Correct the units' amounts.",
    },
    breaks: &[
        &[Edit::Set("units.2.public", Typed::number("150.01"))],
        &[Edit::Set("units.1.own", Typed::number("600.01"))],
    ],
    keeps: &[&[]],
    check,
};

/// A column of the units' table.
type Column = fn(&Unit) -> &Field<Money>;

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let columns: [(Column, &Field<Money>, &str, &str); 2] = [
        (
            |unit| &unit.public,
            &app.uses.total.public,
            "财政资金",
            "public money",
        ),
        (
            |unit| &unit.own,
            &app.uses.total.own,
            "自筹资金",
            "own money",
        ),
    ];
    if app.units.is_empty() {
        return Err(unread("units: Blank"));
    }
    let all = &app.sources;
    let given = |lines: &[&Line]| {
        let amounts = lines.iter().map(|line| case.amount_or_zero(&line.total));
        amounts.sum::<Result<Money, Unread>>()
    };
    let is_settled = |total: &Field<Money>, lines: &[&Line]| {
        Ok::<_, Unread>(case.amount_or_zero(total)? == given(lines)?)
    };
    let public = is_settled(
        &app.uses.total.public,
        &[&all.region, &all.city, &all.district],
    )?;
    let own = is_settled(&app.uses.total.own, &[&all.own, &all.other])?;
    if !public || !own || Local::of(case).is_ok_and(|local| local.differs()) {
        return Err(unread("uses: other rules object to their totals"));
    }
    for (of, total, zh, en) in columns {
        let sum = app.units.iter().map(|unit| case.amount_or_zero(of(unit)));
        let sum = sum.sum::<Result<Money, Unread>>()?;
        let due = case.amount_or_zero(total)?;
        if sum == due {
            continue;
        }
        let cells: Vec<_> = app
            .units
            .iter()
            .filter_map(|unit| of(unit).place.as_ref())
            .collect();
        let range = match (cells.first(), cells.last()) {
            (Some(first), Some(last)) if first != last => format!("{first}:{}", last.cell),
            (Some(only), _) => only.to_string(),
            _ => String::new(),
        };
        let Some(first) = app.units.first().map(of) else {
            continue;
        };
        report.add(
            Fault::at(first)
                .fed_by(total)
                .amounts(sum, due)
                .message(
                    format!(
                        "各单位的{zh}相加是 {} 万元，经费支出的{zh}合计是 {} 万元。",
                        sum.wan(),
                        due.wan()
                    ),
                    format!(
                        "the units' {en} sums to {}, the uses to {}",
                        sum.wan(),
                        due.wan()
                    ),
                )
                .fix(
                    format!("请改正 {range}，使合计为 {}。", due.wan()),
                    format!("correct {range} so that it sums to {}", due.wan()),
                ),
        );
    }
    Ok(())
}
