//! K03: called common to an industry, yet fewer than three firms gain.

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "K03",
    name: "common-problem-without-reach",
    severity: Severity::Explain,
    clause: "二(一)",
    what: Text {
        zh: "称行业共性技术难题，受益企业却不到 3 家。",
        en: "Called common to an industry, yet fewer than three firms gain.",
    },
    why: Text {
        zh: "只有一两家用得上的，谈不上行业共性。",
        en: "What one or two firms need is not common to an industry.",
    },
    fix: Text {
        zh: "改正受益企业数，改选问题类别，或说明理由。",
        en: "Correct the number, choose another kind, or give the reason.",
    },
    breaks: &[&[
        Edit::Set("problem_kind", Typed::text("行业共性技术难题")),
        Edit::Set("firms_affected", Typed::number("2")),
    ]],
    keeps: &[&[
        Edit::Set("problem_kind", Typed::text("行业共性技术难题")),
        Edit::Set("firms_affected", Typed::number("3")),
    ]],
    check,
};

/// The kind of problem that many share.
const COMMON: &str = "行业共性技术难题";
/// Firms that make a problem common.
const FIRMS_MIN: i64 = 3;

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    if app.problem_kind.get()? != COMMON {
        return Ok(());
    }
    let firms = *app.firms_affected.get()?;
    if firms >= FIRMS_MIN {
        return Ok(());
    }
    let (place, kind) = (
        app.firms_affected.place_text(),
        app.problem_kind.place_text(),
    );
    report.add(
        Fault::at(&app.firms_affected)
            .fed_by(&app.problem_kind)
            .entered(firms.to_string(), format!("不少于 {FIRMS_MIN}"))
            .message(
                format!("称“{COMMON}”，受益企业只有 {firms} 家。"),
                format!("called {COMMON}, yet {firms} firms gain"),
            )
            .fix(
                format!("请核对 {place}；无误的，把 {kind} 改选其他类别，或说明理由。"),
                format!("check {place}; choose another kind in {kind}, or give the reason"),
            ),
    );
    Ok(())
}
