//! M12: the district commits more than its share.

use crate::rules::{
    Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, UNDECIDED, unread,
};

pub const RULE: Rule = Rule {
    code: "M12",
    name: "more-than-asked",
    severity: Severity::Note,
    clause: "四(二)",
    what: Text {
        zh: "区（县）承诺的金额多于应承担的数。",
        en: "The district commits more than its share.",
    },
    why: Text {
        zh: "条件相同时，配套比例高的项目优先。",
        en: "All else equal, the higher match comes first.",
    },
    fix: Text {
        zh: "不必改；承诺金额写错的，改正。",
        en: "Nothing to do, unless the amount is a slip.",
    },
    breaks: &[&[Edit::Set("commitment", Typed::number("120.01"))]],
    keeps: &[&[Edit::Set("commitment", Typed::number("120"))]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let committed = case.amount(&app.commitment)?;
    let share = case.shares()?.district.ok_or_else(|| unread(UNDECIDED))?;
    if case.amount(&app.sources.district.total)? != share {
        return Err(unread("sources.district: differs from its share"));
    }
    if committed <= share {
        return Ok(());
    }
    let place = app.commitment.place_text();
    report.add(
        Fault::at(&app.commitment)
            .amounts(committed, share)
            .fed_by(&app.sources.region.total)
            .message(
                format!(
                    "区（县）承诺 {} 万元，多于应承担的 {} 万元；条件相同时优先。",
                    committed.wan(),
                    share.wan()
                ),
                format!(
                    "the district commits {}, more than its share {}",
                    committed.wan(),
                    share.wan()
                ),
            )
            .fix(
                format!("不必改；{place} 写错的，改为 {}。", share.wan()),
                format!(
                    "nothing to do; if {place} is a slip, make it {}",
                    share.wan()
                ),
            ),
    );
    Ok(())
}
