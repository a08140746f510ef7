//! B12: an amount of the uses without the reason for it.

use crate::form::State;
use crate::money::Money;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "B12",
    name: "item-without-reason",
    severity: Severity::Advice,
    clause: "form",
    what: Text {
        zh: "支出科目有金额，没有测算依据。",
        en: "A line of the uses has an amount and no reason.",
    },
    why: Text {
        zh: "没有依据，评审人无法判断金额是否合理。",
        en: "Without it nobody can judge the amount.",
    },
    fix: Text {
        zh: "写明数量、单价或算法。",
        en: "Give quantity, price or computation.",
    },
    breaks: &[&[Edit::Set("uses.labour.basis", Typed::Blank)]],
    keeps: &[&[Edit::Set("uses.labour.basis", Typed::text("7 人"))]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let uses = &case.app()?.uses;
    let lines = [
        &uses.equipment,
        &uses.operations,
        &uses.labour,
        &uses.indirect,
    ];
    for line in lines {
        let Some(amount) = line.total.given().filter(|amount| **amount != Money::ZERO) else {
            continue;
        };
        if line.basis.state != State::Blank {
            continue;
        }
        let (label, place) = (&line.total.label, line.basis.place_text());
        report.add(
            Fault::at(&line.basis)
                .fed_by(&line.total)
                .message(
                    format!("{label} {} 万元没有测算依据。", amount.wan()),
                    format!("{label} is {} without a reason", amount.wan()),
                )
                .fix(
                    format!("请在 {place} 写明数量、单价或算法。"),
                    format!("give quantity, price or computation in {place}"),
                ),
        );
    }
    Ok(())
}
