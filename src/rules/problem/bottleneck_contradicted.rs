//! K02: called 卡脖子, yet little is imported and no cut-off is feared.

use rust_decimal::Decimal;

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "K02",
    name: "bottleneck-contradicted",
    severity: Severity::Explain,
    clause: "四(三)",
    what: Text {
        zh: "问题类别选了“卡脖子问题”，但进口依赖度低、断供风险又是“暂无”。",
        en: "Called a bottleneck (卡脖子), yet little is imported and no cut-off is feared.",
    },
    why: Text {
        zh: "依赖少、不会断供的，不是卡脖子问题。",
        en: "What is hardly imported and not at risk is no bottleneck.",
    },
    fix: Text {
        zh: "改选问题类别，或说明为什么仍然卡脖子。",
        en: "Choose another kind of problem, or say why it is one all the same.",
    },
    breaks: &[&[
        Edit::Set("import_dependence", Typed::number("29")),
        Edit::Set("cutoff_risk", Typed::text("暂无")),
    ]],
    keeps: &[&[
        Edit::Set("import_dependence", Typed::number("30")),
        Edit::Set("cutoff_risk", Typed::text("暂无")),
    ]],
    check,
};

/// The kind of problem that is imported and at risk.
const BOTTLENECK: &str = "卡脖子问题";
/// The choice that says nothing is at risk.
const NO_RISK: &str = "暂无";
/// Below this part of imports nobody depends on them.
const LOW_PERCENT: Decimal = Decimal::from_parts(30, 0, 0, false, 0);

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    if app.problem_kind.get()? != BOTTLENECK {
        return Ok(());
    }
    let (dependence, risk) = (*app.import_dependence.get()?, app.cutoff_risk.get()?);
    if dependence >= LOW_PERCENT || risk != NO_RISK {
        return Ok(());
    }
    let (place, kind) = (
        app.import_dependence.place_text(),
        app.problem_kind.place_text(),
    );
    report.add(
        Fault::at(&app.problem_kind)
            .fed_by(&app.import_dependence)
            .fed_by(&app.cutoff_risk)
            .entered_only(BOTTLENECK)
            .message(
                format!(
                    "称“{BOTTLENECK}”，进口依赖度却只有 {dependence}%，断供风险是“{NO_RISK}”。"
                ),
                format!(
                    "called {BOTTLENECK}, yet {dependence} % is imported and no cut-off is feared"
                ),
            )
            .fix(
                format!("请核对 {place}；无误的，把 {kind} 改选其他类别，或说明理由。"),
                format!("check {place}; choose another kind in {kind}, or give the reason"),
            ),
    );
    Ok(())
}
