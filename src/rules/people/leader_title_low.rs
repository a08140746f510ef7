//! U04: the leader's title is below the one that the region asks.

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, unread};

pub const RULE: Rule = Rule {
    code: "U04",
    name: "leader-title-low",
    severity: Severity::Explain,
    clause: "call",
    what: Text {
        zh: "项目负责人的职称低于要求。",
        en: "The leader's title is lower than asked.",
    },
    why: Text {
        zh: "牵头的人要有副高级以上职称。",
        en: "Who leads has a senior associate title or above.",
    },
    fix: Text {
        zh: "换负责人，或说明理由。",
        en: "Choose another leader, or give the reason.",
    },
    breaks: &[&[Edit::Set("leader_title", Typed::text("中级"))]],
    keeps: &[&[Edit::Set("leader_title", Typed::text("副高级"))]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let title = app.leader_title.get()?;
    let Some(asked) = case.edition()?.leader.as_ref() else {
        return Ok(());
    };
    if asked.titles.contains(title) {
        return Ok(());
    }
    let entry = app.entry(&app.leader_title.id);
    let is_offered = entry.is_some_and(|entry| entry.slot.field.choices.contains(title));
    if !is_offered {
        return Err(unread("leader_title: W14"));
    }
    let titles = asked.titles.join("、");
    let place = app.leader_title.place_text();
    report.add(
        Fault::at(&app.leader_title)
            .entered(title.clone(), titles.clone())
            .message(
                format!("项目负责人的职称是“{title}”，要求是{titles}。"),
                format!("the leader's title is {title}, {titles} is asked"),
            )
            .fix(
                format!("请核对 {place}；无误的，换负责人或说明理由。"),
                format!("check {place}; choose another leader, or give the reason"),
            ),
    );
    Ok(())
}
