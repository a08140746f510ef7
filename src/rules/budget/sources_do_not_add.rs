//! B01: a typed total of the table of sources is not the sum of its cells.

use crate::rules::doubt::Table;
use crate::rules::{Case, Checked, Edit, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "B01",
    name: "sources-do-not-add",
    severity: Severity::Block,
    clause: "form",
    what: Text {
        zh: "经费来源表的行或列相加，不等于填写的合计。",
        en: "A row or column of the table of sources does not add up to its total.",
    },
    why: Text {
        zh: "合计与明细不一致，不知道以哪个为准。",
        en: "Nobody knows which of the two is meant.",
    },
    fix: Text {
        zh: "改正明细或合计；合计最好用公式。",
        en: "Correct the cells or the total; better, let the total be a formula.",
    },
    breaks: &[&[Edit::Set("sources.own", Typed::number("600.0001"))]],
    keeps: &[&[Edit::Set("sources.own", Typed::number("600"))]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    case.app()?;
    let all = case.doubted.sums();
    let typed = all
        .iter()
        .filter(|sum| sum.table == Table::Sources && !sum.is_formula);
    for sum in typed {
        if let Some((entered, expected)) = sum.difference() {
            report.add(sum.fault(entered, expected));
        }
    }
    Ok(())
}
