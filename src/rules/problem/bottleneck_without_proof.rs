//! K01: called 卡脖子, but who holds it, import dependence or cut-off risk is missing.

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "K01",
    name: "bottleneck-without-proof",
    severity: Severity::Block,
    clause: "四(三)",
    what: Text {
        zh: "问题类别选了“卡脖子问题”，却没有写明谁垄断、进口依赖度或断供风险。",
        en: "Called a bottleneck (卡脖子), but who holds it, the import dependence or the risk of a cut-off is missing.",
    },
    why: Text {
        zh: "是不是卡脖子，要看谁掌握、依赖多少、会不会断供，缺一项就无法判断。",
        en: "Whether it is one shows in who holds it, how much is imported, and whether it can be cut off.",
    },
    fix: Text {
        zh: "补填这一项；不属于卡脖子问题的，改选其他问题类别。",
        en: "Fill it in, or choose another kind of problem.",
    },
    breaks: &[&[Edit::Set("import_dependence", Typed::Blank)]],
    keeps: &[&[
        Edit::Set("problem_kind", Typed::text("关键核心技术问题")),
        Edit::Set("import_dependence", Typed::Blank),
    ]],
    check,
};

/// The kind of problem that has to be proved.
const BOTTLENECK: &str = "卡脖子问题";

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    if app.problem_kind.get()? != BOTTLENECK {
        return Ok(());
    }
    let mut missing = |is_blank: bool, fault: Fault, label: &str| {
        if is_blank {
            let place = fault
                .place
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default();
            report.add(
                fault
                    .fed_by(&app.problem_kind)
                    .message(
                        format!("问题类别是“{BOTTLENECK}”，却没有填写“{label}”。"),
                        format!("the problem is called {BOTTLENECK}, and {label} is blank"),
                    )
                    .fix(
                        format!("请填写 {place}；不属于卡脖子问题的，把问题类别改选为其他类别。"),
                        format!("fill in {place}, or choose another kind of problem"),
                    ),
            );
        }
    };
    missing(
        app.held_by.is_absent(),
        Fault::at(&app.held_by),
        &app.held_by.label,
    );
    missing(
        app.import_dependence.is_absent(),
        Fault::at(&app.import_dependence),
        &app.import_dependence.label,
    );
    missing(
        app.cutoff_risk.is_absent(),
        Fault::at(&app.cutoff_risk),
        &app.cutoff_risk.label,
    );
    Ok(())
}
