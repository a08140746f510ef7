//! W04: a value is not of its field's type.

use crate::form::layout::Kind;
use crate::form::{Entry, Garbled, GarbledHow, State};
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "W04",
    name: "unreadable-cell",
    severity: Severity::Block,
    clause: "form",
    what: Text {
        zh: "单元格里的内容不是该栏目要的：金额栏写了文字、日期不存在、公式出错等。",
        en: "A cell does not hold what its field asks for: text in an amount, a date that is in no calendar, an error.",
    },
    why: Text {
        zh: "读不出的数不能参加核对，也不能替您猜。",
        en: "What cannot be read is neither checked nor guessed.",
    },
    fix: Text {
        zh: "按栏目的要求重新填写这个单元格。",
        en: "Fill in the cell again as its field asks.",
    },
    breaks: &[&[Edit::Set("rd_spend", Typed::text("约九百"))]],
    keeps: &[&[Edit::Set("rd_spend", Typed::text("９４０万元"))]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    for entry in &case.app()?.entries {
        if let State::Garbled(garbled) = &entry.state
            && !matches!(
                garbled.fault,
                GarbledHow::DigitsLost | GarbledHow::NoStoredResult
            )
        {
            report.add(fault(entry, garbled));
        }
    }
    Ok(())
}

fn fault(entry: &Entry, garbled: &Garbled) -> Fault {
    let (label, text) = (&entry.slot.label, &garbled.text);
    let (asked, asked_en) = asked(entry);
    let (zh, en) = match garbled.fault {
        GarbledHow::ErrorValue => {
            let (why, why_en) = meaning(text);
            (
                format!("“{label}”里是错误值 {text}，{why}。"),
                format!("{label} holds the error {text}: {why_en}"),
            )
        }
        GarbledHow::NoSuchDate => (
            format!("“{label}”填写的“{text}”不是一个存在的日期。"),
            format!("{label}: there is no day {text}"),
        ),
        GarbledHow::OutOfRange => (
            format!("“{label}”填写的“{text}”超出了可填的范围。"),
            format!("{label}: {text} is outside what the field can hold"),
        ),
        GarbledHow::PartOfWhole => (
            format!("“{label}”填写的 {text} 不大于 1，看不出是百分数还是小数（45% 填 45）。"),
            format!("{label}: {text} is either a part of the whole or a percentage of at most 1"),
        ),
        GarbledHow::WrongType | GarbledHow::DigitsLost | GarbledHow::NoStoredResult => (
            format!("“{label}”填写的“{text}”读不出来，这里应是{asked}。"),
            format!("{label}: `{text}` cannot be read as {asked_en}"),
        ),
    };
    let place = entry.place_text();
    let fix = match &garbled.meant {
        Some(meant) if garbled.fault == GarbledHow::PartOfWhole => (
            format!(
                "如果是指 {meant}%，请把 {place} 改为 {meant}；确实是 {text}% 的，在 {place} 填文字“{text}%”（前面加英文单引号）。"
            ),
            format!(
                "if {meant} % is meant, change {place} to {meant}; if it is {text} %, type it as text with its sign"
            ),
        ),
        Some(meant) => (
            format!("如果是指 {meant}，请把 {place} 改为 {meant}。"),
            format!("if {meant} is meant, change {place} to {meant}"),
        ),
        None => (
            format!("请在 {place} 重新填写{asked}。"),
            format!("type {asked_en} into {place}"),
        ),
    };
    Fault::at_entry(entry)
        .entered(
            text.clone(),
            garbled.meant.clone().unwrap_or_else(|| asked.clone()),
        )
        .message(zh, en)
        .fix(fix.0, fix.1)
}

/// What an error value says of its formula (ECMA-376 §18.17.2.7): Chinese and English.
fn meaning(error: &str) -> (&'static str, &'static str) {
    match error {
        "#REF!" => (
            "说明公式引用的单元格已被删除",
            "a cell its formula refers to is gone",
        ),
        "#DIV/0!" => (
            "说明公式的除数是 0 或空白",
            "its formula divides by nothing",
        ),
        "#VALUE!" => (
            "说明参与计算的单元格里有文字",
            "its formula computes with text",
        ),
        "#NAME?" => (
            "说明公式里的函数或名称不存在",
            "its formula names what is not there",
        ),
        "#N/A" => ("说明公式要查找的内容没有找到", "its formula found nothing"),
        "#NUM!" => (
            "说明公式的结果不是有效的数",
            "its formula gives no valid number",
        ),
        "#NULL!" => ("说明公式里的区域写错了", "its formula misstates a range"),
        _ => ("说明公式没有算出结果", "its formula gave no result"),
    }
}

/// What the field asks for: Chinese and English.
fn asked(entry: &Entry) -> (String, String) {
    let field = &entry.slot.field;
    let range = match (field.least, field.most) {
        (Some(least), Some(most)) => format!("（{least} 到 {most}）"),
        (Some(least), None) => format!("（不小于 {least}）"),
        _ => String::new(),
    };
    let (zh, en) = match field.kind {
        Kind::Money => (
            "以万元为单位的数，如 300.00",
            "an amount in 万元 such as 300.00",
        ),
        Kind::Percent => ("百分数，45% 填 45", "a percentage, 45 for 45 %"),
        Kind::Count => ("整数", "a whole number"),
        Kind::Date => ("日期，如 2024-03-18", "a date such as 2024-03-18"),
        Kind::Code | Kind::Phone => ("按文本填写的号码", "a code typed as text"),
        Kind::Email => ("电子邮箱地址", "a mail address"),
        Kind::Text | Kind::Long => ("文字", "text"),
        Kind::Choice => ("下拉列表中的一项", "one of the choices"),
    };
    match (field.kind, &field.hint) {
        (Kind::Date, Some(hint)) => (hint.clone(), en.to_owned()),
        _ => (format!("{zh}{range}"), en.to_owned()),
    }
}
