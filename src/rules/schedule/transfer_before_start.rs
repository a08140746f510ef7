//! T03: results are put to use before the project starts.

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "T03",
    name: "transfer-before-start",
    severity: Severity::Block,
    clause: "三(四)",
    what: Text {
        zh: "预计转化时间早于项目开始。",
        en: "Results are put to use before the project starts.",
    },
    why: Text {
        zh: "项目还没有开始，谈不上转化它的成果。",
        en: "There is nothing to put to use yet.",
    },
    fix: Text {
        zh: "改正预计转化时间或执行期。",
        en: "Correct the date or the period.",
    },
    breaks: &[&[Edit::Set("transfer_on", Typed::date("2024-05-31"))]],
    keeps: &[&[Edit::Set("transfer_on", Typed::date("2024-06-01"))]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (app, period) = (case.app()?, case.period()?);
    let on = *app.transfer_on.get()?;
    if on >= period.first {
        return Ok(());
    }
    let place = app.transfer_on.place_text();
    report.add(
        Fault::at(&app.transfer_on)
            .fed_by(&app.starts_on)
            .entered(on.to_string(), format!("{} 以后", period.first))
            .message(
                format!("预计转化时间 {on} 早于项目开始 {}。", period.first),
                format!("put to use on {on}, before the start on {}", period.first),
            )
            .fix(
                format!("把 {place} 改到 {} 以后，或改正执行期。", period.first),
                format!("change {place} to a day after {}", period.first),
            ),
    );
    Ok(())
}
