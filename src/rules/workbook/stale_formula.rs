//! W10: the stored result of a total is not what its cells give.

use crate::rules::doubt::Sum;
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
    breaks: &[&[Edit::Set(
        "sources.own",
        Typed::formula("SUM(C8:G8)", Some("599.99")),
    )]],
    keeps: &[&[Edit::Set(
        "sources.own",
        Typed::formula("SUM(C8:G8)", Some("600")),
    )]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    case.app()?;
    let all = case.doubted.sums();
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
    let expected_wan = expected.wan();
    let (fix, fix_en) = match text_to_number(stale.iter().map(|(sum, _)| *sum)) {
        Some((zh, en)) => (
            format!("{zh}（写成文字的金额，公式不会加进去），再重新计算（F9）并保存。"),
            format!("{en}: a formula leaves text out; then recalculate and save"),
        ),
        None => (
            format!(
                "请重新计算（F9）并保存，使 {place} 为 {expected_wan}；公式被改过的，恢复为各栏相加。"
            ),
            format!("recalculate and save, so that {place} becomes {expected_wan}"),
        ),
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
        .fix(fix, fix_en);
    fault.from = stale
        .iter()
        .skip(1)
        .filter_map(|(sum, _)| sum.total.place.clone())
        .collect();
    report.add(fault);
    Ok(())
}

/// What to type instead of amounts that stand as text in the cells of these totals; `None` where there are none.
fn text_to_number<'a>(sums: impl Iterator<Item = &'a Sum<'a>>) -> Option<(String, String)> {
    let mut told = Vec::new();
    let (mut zh, mut en) = (Vec::new(), Vec::new());
    for entry in sums.flat_map(|sum| &sum.as_text) {
        let money = entry.money();
        let (Some(amount), false) = (money.given(), told.contains(&&entry.slot.id)) else {
            continue;
        };
        told.push(&entry.slot.id);
        zh.push(format!(
            "把 {} 改为数字 {}",
            money.place_text(),
            amount.wan()
        ));
        en.push(format!(
            "type the number {} into {}",
            amount.wan(),
            money.place_text()
        ));
    }
    (!zh.is_empty()).then(|| (zh.join("，"), en.join(", ")))
}
