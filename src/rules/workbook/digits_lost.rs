//! W06: a code or phone was typed as a number, and its last digits are gone.

use crate::form::{GarbledHow, State};
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "W06",
    name: "digits-lost",
    severity: Severity::Block,
    clause: "form",
    what: Text {
        zh: "号码按数字填写，超过 15 位的部分已经丢失。",
        en: "A code was typed as a number; its digits after the fifteenth are gone.",
    },
    why: Text {
        zh: "表格软件的数字只保留 15 位，后面的变成 0，无法复原。",
        en: "Spreadsheets keep 15 digits of a number; the rest cannot be brought back.",
    },
    fix: Text {
        zh: "先把单元格设为“文本”，再重新输入完整号码。",
        en: "Set the cell to text, then type the whole code again.",
    },
    breaks: &[&[Edit::Set(
        "units.2.credit_code",
        Typed::number("126500004576010020"),
    )]],
    keeps: &[&[Edit::Set("contact_phone", Typed::number("13999000002"))]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    for entry in &case.app()?.entries {
        let State::Garbled(garbled) = &entry.state else {
            continue;
        };
        if garbled.fault != GarbledHow::DigitsLost {
            continue;
        }
        let label = &entry.slot.label;
        let place = entry.place_text();
        report.add(
            Fault::at_entry(entry)
                .entered(garbled.text.clone(), "按文本填写的完整号码")
                .message(
                    format!("“{label}”按数字填写，第 15 位以后的数字已经丢失。"),
                    format!("{label} was typed as a number and has lost its last digits"),
                )
                .fix(
                    format!("请先把 {place} 的单元格格式设为“文本”，再重新输入完整号码。"),
                    format!("set {place} to text and type the whole code again"),
                ),
        );
    }
    Ok(())
}
