//! P06: the filing date is in the future, or more than 180 days before the file was received.

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "P06",
    name: "filing-date-implausible",
    severity: Severity::Explain,
    clause: "form",
    what: Text {
        zh: "申报日期在收到之后，或比收到早 180 天以上。",
        en: "The filing date is in the future, or over 180 days before the file was received.",
    },
    why: Text {
        zh: "适用哪份政策由申报日期决定，日期写错，政策就用错了。",
        en: "The filing date decides which policy applies.",
    },
    fix: Text {
        zh: "改正申报日期；日期无误的，说明为什么晚报。",
        en: "Correct it, or say why the file comes so late.",
    },
    breaks: &[
        &[Edit::Set("filed_on", Typed::date("2024-03-21"))],
        &[Edit::Received("2024-09-15T09:00:00")],
    ],
    keeps: &[
        &[Edit::Set("filed_on", Typed::date("2024-03-20"))],
        &[Edit::Received("2024-09-14T09:00:00")],
    ],
    check,
};

/// Days from filing to receipt that need no reason.
const DAYS_MAX: i32 = 180;

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let (filed, received) = (*app.filed_on.get()?, case.received_at.date());
    let days = (received - filed).get_days();
    if (0..=DAYS_MAX).contains(&days) {
        return Ok(());
    }
    let place = app.filed_on.place_text();
    let (zh, en) = match days {
        ..0 => (
            format!("在收到日期 {received} 之后"),
            "after the day of receipt".to_owned(),
        ),
        _ => (
            format!("比收到日期 {received} 早 {days} 天"),
            format!("{days} days before the day of receipt"),
        ),
    };
    report.add(
        Fault::at(&app.filed_on)
            .entered_only(filed.to_string())
            .message(
                format!("申报日期 {filed} {zh}。"),
                format!("filed on {filed}, {en} {received}"),
            )
            .fix(
                format!("请核对 {place}；日期无误的，请说明原因。"),
                format!("check {place}, or give the reason"),
            ),
    );
    Ok(())
}
