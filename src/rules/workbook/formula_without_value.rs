//! W09: a formula has no stored result.

use crate::form::{Entry, GarbledHow, State};
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "W09",
    name: "formula-without-value",
    severity: Severity::Block,
    clause: "form",
    what: Text {
        zh: "公式没有保存计算结果。",
        en: "A formula has no stored result.",
    },
    why: Text {
        zh: "有些软件保存时不计算公式，读到的合计是空的。",
        en: "Some programs save formulas without their results.",
    },
    fix: Text {
        zh: "用 Excel 或 WPS 打开，等公式算完后保存，再提交。",
        en: "Open it in a spreadsheet program, let it compute, save, and hand it in again.",
    },
    breaks: &[&[Edit::File("formulas-without-results")]],
    keeps: &[&[Edit::Set(
        "revenue",
        Typed::formula("12000+600", Some("12600")),
    )]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let without = |entry: &&Entry| matches!(&entry.state, State::Garbled(garbled) if garbled.fault == GarbledHow::NoStoredResult);
    let found: Vec<&Entry> = case.app()?.entries.iter().filter(without).collect();
    let Some(first) = found.first() else {
        return Ok(());
    };
    let mut fault = Fault::at_entry(first)
        .message(
            format!(
                "有 {} 个公式没有保存计算结果（第一个是“{}”）。",
                found.len(),
                first.slot.label
            ),
            format!(
                "{} formulas have no stored result, the first is {}",
                found.len(),
                first.slot.label
            ),
        )
        .fix(RULE.fix.zh, RULE.fix.en);
    fault.from = found
        .iter()
        .skip(1)
        .filter_map(|entry| entry.place.clone())
        .collect();
    report.add(fault);
    Ok(())
}
