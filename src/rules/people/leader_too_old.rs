//! U05: the leader is older than the limit when the project ends.

use super::{age, birth_fault};
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, unread};

pub const RULE: Rule = Rule {
    code: "U05",
    name: "leader-too-old",
    severity: Severity::Explain,
    clause: "call",
    what: Text {
        zh: "项目结束时负责人超过年龄上限。",
        en: "The leader is older than the limit when the project ends.",
    },
    why: Text {
        zh: "负责人要能把项目做完。",
        en: "The leader has to see the project through.",
    },
    fix: Text {
        zh: "换负责人，或说明理由。",
        en: "Choose another leader, or give the reason.",
    },
    breaks: &[
        &[Edit::Set("leader_born", Typed::date("1960-12-31"))],
        &[
            Edit::Set("applicant_kind", Typed::text("科研院所")),
            Edit::Set("leader_born", Typed::date("1965-12-31")),
        ],
    ],
    keeps: &[
        &[Edit::Set("leader_born", Typed::date("1961-01-01"))],
        &[
            Edit::Set("applicant_kind", Typed::text("科研院所")),
            Edit::Set("leader_born", Typed::date("1966-01-01")),
        ],
    ],
    check,
};

/// The kind of unit with a limit of its own.
const FIRM: &str = "企业";

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (app, period) = (case.app()?, case.period()?);
    let (born, kind) = (*app.leader_born.get()?, app.applicant_kind.get()?);
    let Some(asked) = case.edition()?.leader.as_ref() else {
        return Ok(());
    };
    if birth_fault(born, *app.filed_on.get()?).is_some() {
        return Err(unread("leader_born: doubted"));
    }
    let most = if kind == FIRM {
        asked.age_max_firm
    } else {
        asked.age_max
    };
    let age = age(born, period.last);
    if age <= i32::from(most) {
        return Ok(());
    }
    let place = app.leader_born.place_text();
    report.add(
        Fault::at(&app.leader_born)
            .fed_by(&app.ends_on)
            .fed_by(&app.applicant_kind)
            .entered(age.to_string(), format!("不超过 {most}"))
            .message(
                format!(
                    "项目结束（{}）时负责人 {age} 岁，超过 {most} 岁。",
                    period.last
                ),
                format!(
                    "the leader is {age} on {}, at most {most} is allowed",
                    period.last
                ),
            )
            .fix(
                format!("请核对 {place}；无误的，换负责人或说明理由。"),
                format!("check {place}; choose another leader, or give the reason"),
            ),
    );
    Ok(())
}
