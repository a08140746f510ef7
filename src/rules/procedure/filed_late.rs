//! P05: received after the deadline of the call.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, unread};

pub const RULE: Rule = Rule {
    code: "P05",
    name: "filed-late",
    severity: Severity::Block,
    clause: "call",
    what: Text {
        zh: "收到时已过申报截止时间。",
        en: "Received after the deadline of the call.",
    },
    why: Text {
        zh: "通知规定了报送的截止时间，逾期的由市科技局决定是否受理。",
        en: "The call sets a deadline; what comes later is for the bureau to decide.",
    },
    fix: Text {
        zh: "联系市科技局，说明逾期原因。",
        en: "Ask the bureau, with the reason for the delay.",
    },
    breaks: &[&[Edit::Call, Edit::Received("2025-10-20T19:30:01")]],
    keeps: &[&[Edit::Call, Edit::Received("2025-10-20T19:30:00")]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let Some(deadline) = &case.edition()?.deadline else {
        return Ok(());
    };
    let zone = TimeZone::get(&deadline.zone).map_err(|_| unread("deadline: unknown zone"))?;
    let no_moment = |_| unread("deadline: no such moment");
    let last = zone.to_timestamp(deadline.at).map_err(no_moment)?;
    let received = case
        .zone
        .to_timestamp(case.received_at)
        .map_err(no_moment)?;
    if received <= last {
        return Ok(());
    }
    let local = |at: DateTime| at.strftime("%Y-%m-%d %H:%M:%S").to_string();
    let last = local(case.zone.to_datetime(last));
    let at = local(case.received_at);
    report.add(
        Fault::of_form()
            .entered(at.clone(), last.clone())
            .message(
                format!("{at} 收到，已过申报截止时间 {last}。"),
                format!("received at {at}, after the deadline {last}"),
            )
            .fix(
                "请联系市科技局说明逾期原因，由市科技局决定是否受理。".to_owned(),
                "ask the bureau whether it is taken, with the reason for the delay".to_owned(),
            ),
    );
    Ok(())
}
