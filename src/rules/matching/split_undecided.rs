//! M10: the edition gives no split between city and district.

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text};

pub const RULE: Rule = Rule {
    code: "M10",
    name: "split-undecided",
    severity: Severity::Note,
    clause: "四(二)",
    what: Text {
        zh: "适用的政策没有写明市与区（县）如何分担配套资金。",
        en: "The policy in force does not say how city and district share the match.",
    },
    why: Text {
        zh: "分担比例由市科技局确定，在那之前只核对合计。",
        en: "The bureau decides it; until then only the whole is checked.",
    },
    fix: Text {
        zh: "无需修改；等市科技局确定分担比例。",
        en: "Nothing to change; wait for the bureau's decision.",
    },
    breaks: &[&[Edit::Call, Edit::Undecided]],
    keeps: &[&[Edit::Call]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (app, shares, edition) = (case.app()?, case.shares()?, case.edition()?);
    if shares.decided() {
        return Ok(());
    }
    report.add(
        Fault::at(&app.sources.city.total)
            .fed_by(&app.sources.district.total)
            .message(
                format!(
                    "《{}》只规定市与区（县）合计 {} 万元，没有写明两者如何分担。",
                    edition.title,
                    shares.local.wan()
                ),
                format!(
                    "{} asks {} 万元 of city and district together and gives no split",
                    edition.id,
                    shares.local.wan()
                ),
            )
            .fix(RULE.fix.zh, RULE.fix.en),
    );
    Ok(())
}
