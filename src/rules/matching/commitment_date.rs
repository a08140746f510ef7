//! M09: the commitment is dated after the filing, or before the edition began.

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "M09",
    name: "commitment-date",
    severity: Severity::Explain,
    clause: "四(三)",
    what: Text {
        zh: "承诺日期在申报之后，或在政策施行之前。",
        en: "The commitment is dated after the filing, or before the policy began.",
    },
    why: Text {
        zh: "先有承诺再申报；施行前的承诺不是为这项政策出的。",
        en: "It comes before the filing, and was made for this policy.",
    },
    fix: Text {
        zh: "改正日期，或说明原因。",
        en: "Correct the date, or give the reason.",
    },
    breaks: &[
        &[Edit::Set("commitment_on", Typed::date("2024-03-19"))],
        &[Edit::Set("commitment_on", Typed::date("2023-04-22"))],
    ],
    keeps: &[
        &[Edit::Set("commitment_on", Typed::date("2024-03-18"))],
        &[Edit::Set("commitment_on", Typed::date("2023-04-23"))],
    ],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (app, edition) = (case.app()?, case.edition()?);
    let (on, filed, began) = (
        *app.commitment_on.get()?,
        *app.filed_on.get()?,
        edition.filed.first,
    );
    let (zh, en) = if on > filed {
        (
            format!("在申报日期 {filed} 之后"),
            format!("after the filing on {filed}"),
        )
    } else if on < began {
        (
            format!("早于政策施行日期 {began}"),
            format!("before the policy began on {began}"),
        )
    } else {
        return Ok(());
    };
    let place = app.commitment_on.place_text();
    report.add(
        Fault::at(&app.commitment_on)
            .fed_by(&app.filed_on)
            .entered_only(on.to_string())
            .message(
                format!("承诺日期 {on} {zh}。"),
                format!("committed on {on}, {en}"),
            )
            .fix(
                format!("请核对 {place}；无误的，请说明原因。"),
                format!("check {place}, or give the reason"),
            ),
    );
    Ok(())
}
