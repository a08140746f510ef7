//! B08: a part of a line of uses is more than the line.

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "B08",
    name: "part-over-whole",
    severity: Severity::Block,
    clause: "form",
    what: Text {
        zh: "其中项大于所在科目的合计（购置费大于设备费，或绩效支出大于间接费用）。",
        en: "A part is more than its whole: purchases over equipment, or performance pay over indirect costs.",
    },
    why: Text {
        zh: "其中项是科目的一部分。",
        en: "The part is one of the line's.",
    },
    fix: Text {
        zh: "改正其中项或科目的金额。",
        en: "Correct the part or the line.",
    },
    breaks: &[
        &[Edit::Set("uses.purchase.public", Typed::number("320.01"))],
        &[Edit::Set("uses.performance.public", Typed::number("50.01"))],
    ],
    keeps: &[
        &[Edit::Set("uses.purchase.public", Typed::number("320"))],
        &[Edit::Set("uses.performance.public", Typed::number("50"))],
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
        let (is, most) = (
            case.amount_or_zero(&part.total)?,
            case.amount_or_zero(&whole.total)?,
        );
        if is <= most {
            continue;
        }
        let (label, other, place) = (
            &part.total.label,
            &whole.total.label,
            part.total.place_text(),
        );
        report.add(
            Fault::at(&part.total)
                .fed_by(&whole.total)
                .entered(is.wan(), format!("不超过 {}", most.wan()))
                .difference((is - most).wan())
                .message(
                    format!("{label} {} 大于{other} {}。", is.wan(), most.wan()),
                    format!("{label} is {}, more than {other} {}", is.wan(), most.wan()),
                )
                .fix(
                    format!("把 {place} 改到 {} 以内，或改正{other}。", most.wan()),
                    format!("bring {place} down to {}, or correct {other}", most.wan()),
                ),
        );
    }
    Ok(())
}
