//! M07: the district commits less than its share.

use crate::rules::{
    Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, UNDECIDED, unread,
};

pub const RULE: Rule = Rule {
    code: "M07",
    name: "commitment-short",
    severity: Severity::Block,
    clause: "四(三)",
    what: Text {
        zh: "区（县）承诺的金额少于应承担的数。",
        en: "The district commits less than its share.",
    },
    why: Text {
        zh: "承诺不足，配套资金就有缺口；多承诺是可以的。",
        en: "The match would have a gap; to commit more is fine.",
    },
    fix: Text {
        zh: "请区（县）按应承担的数重新出具承诺。",
        en: "Have the district commit its whole share.",
    },
    breaks: &[&[Edit::Set("commitment", Typed::number("119.9999"))]],
    keeps: &[&[Edit::Set("commitment", Typed::number("120"))]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let committed = case.amount(&app.commitment)?;
    let share = case.shares()?.district.ok_or_else(|| unread(UNDECIDED))?;
    if committed >= share {
        return Ok(());
    }
    let place = app.commitment.place_text();
    report.add(
        Fault::at(&app.commitment)
            .amounts(committed, share)
            .fed_by(&app.sources.region.total)
            .message(
                format!(
                    "区（县）承诺 {} 万元，少于应承担的 {} 万元。",
                    committed.wan(),
                    share.wan()
                ),
                format!(
                    "the district commits {} 万元, its share is {}",
                    committed.wan(),
                    share.wan()
                ),
            )
            .fix(
                format!(
                    "请区（县）按 {} 万元重新出具承诺文件，并把 {place} 改为 {}。",
                    share.wan(),
                    share.wan()
                ),
                format!(
                    "have the district commit {}, and change {place}",
                    share.wan()
                ),
            ),
    );
    Ok(())
}
