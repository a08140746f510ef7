//! U11: the first person of the table is not the leader.

use super::spelled;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, unread};

pub const RULE: Rule = Rule {
    code: "U11",
    name: "leader-not-first",
    severity: Severity::Advice,
    clause: "form",
    what: Text {
        zh: "人员表的第一人不是项目负责人。",
        en: "The first person of the table is not the leader.",
    },
    why: Text {
        zh: "负责人排在第一，方便核对。",
        en: "The leader comes first, so that the two can be compared.",
    },
    fix: Text {
        zh: "把负责人放在第一行。",
        en: "Put the leader into the first row.",
    },
    breaks: &[&[Edit::Set("people.1.name", Typed::text("艾力江"))]],
    keeps: &[&[Edit::Set("people.1.name", Typed::text("艾力江· 买买提"))]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let leader = app.leader.get()?;
    let Some(first) = app.people.first() else {
        return Err(unread("people: Blank"));
    };
    let name = first.name.get()?;
    if spelled(name) == spelled(leader) {
        return Ok(());
    }
    let (place, other) = (first.name.place_text(), app.leader.place_text());
    report.add(
        Fault::at(&first.name)
            .fed_by(&app.leader)
            .entered(name.clone(), leader.clone())
            .message(
                format!("人员表第一人是“{name}”，项目负责人是“{leader}”。"),
                format!("the first person is {name}, the leader is {leader}"),
            )
            .fix(
                format!("请把负责人放在第一行（{place}），姓名与 {other} 一致。"),
                format!("put the leader into {place}, written as in {other}"),
            ),
    );
    Ok(())
}
