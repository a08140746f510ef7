//! W10: the stored result of a total is not what its cells give.

use crate::rules::doubt::{Sum, sums};
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "W10",
    name: "stale-formula",
    severity: Severity::Block,
    clause: "form",
    what: Text {
        zh: "合计公式保存的结果与它相加的单元格不符。",
        en: "The stored result of a total is not what its cells give.",
    },
    why: Text {
        zh: "保存时公式没有重新计算，或者公式被改过，合计不可信。",
        en: "The formula was not computed anew, or was changed: its total cannot be relied on.",
    },
    fix: Text {
        zh: "用 Excel 或 WPS 打开，按 F9 重新计算后保存；公式被改过的，恢复为各栏相加。",
        en: "Recalculate (F9) and save; where the formula was changed, make it the sum of its cells again.",
    },
    breaks: &[Edit::Set(
        "sources.own",
        Typed::formula("SUM(C8:G8)", Some("599.99")),
    )],
    keeps: &[Edit::Set(
        "sources.own",
        Typed::formula("SUM(C8:G8)", Some("600")),
    )],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let all = sums(case.app()?);
    let stale = all.iter().filter(|sum| sum.is_formula);
    let stale: Vec<(&Sum<'_>, _)> = stale
        .filter_map(|sum| Some((sum, sum.difference()?)))
        .collect();
    let Some((first, (entered, expected))) = stale.first() else {
        return Ok(());
    };
    let place = first.total.place_text();
    let others = match stale.len() {
        1 => String::new(),
        count => format!("（这样的合计共 {count} 个）"),
    };
    let mut fault = Fault::at(first.total)
        .amounts(*entered, *expected)
        .message(
            format!(
                "{}的公式结果是 {}，各栏相加应为 {}{others}。",
                first.total.label,
                entered.wan(),
                expected.wan()
            ),
            format!(
                "the stored result is {}, its cells sum to {}",
                entered.wan(),
                expected.wan()
            ),
        )
        .fix(
            format!(
                "请重新计算（F9）并保存，使 {place} 为 {}；公式被改过的，恢复为各栏相加。",
                expected.wan()
            ),
            format!(
                "recalculate and save, so that {place} becomes {}",
                expected.wan()
            ),
        );
    fault.from = stale
        .iter()
        .skip(1)
        .filter_map(|(sum, _)| sum.total.place.clone())
        .collect();
    report.add(fault);
    Ok(())
}
