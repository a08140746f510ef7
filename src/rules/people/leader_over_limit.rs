//! U14: the leader leads another application too.

use crate::rules::others::{is_same_project, overlap, who};
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, unread};

pub const RULE: Rule = Rule {
    code: "U14",
    name: "leader-over-limit",
    severity: Severity::Explain,
    clause: "call",
    what: Text {
        zh: "项目负责人同时负责另一个申报项目。",
        en: "The leader leads another application too.",
    },
    why: Text {
        zh: "一个人同时只能负责一个在研或申报的项目。",
        en: "One person leads one project at a time.",
    },
    fix: Text {
        zh: "换负责人，或撤回其中一个项目。",
        en: "Name another leader, or withdraw one of the two.",
    },
    breaks: &[&[
        Edit::Other(OTHER),
        Edit::Set("people.1.months", Typed::number("4")),
    ]],
    keeps: &[&[
        Edit::Other(OTHER),
        Edit::Set("people.1.months", Typed::number("4")),
        Edit::Set("leader_born", Typed::date("1978-06-01")),
        Edit::Set("people.1.born", Typed::date("1978-06-01")),
    ]],
    check,
};

/// Another unit's project with the same leader.
const OTHER: &[Edit] = &[
    Edit::Set("title", Typed::text("电动矿卡动力电池热管理系统开发")),
    Edit::Set("credit_code", Typed::text("91650104MA7770023H")),
    Edit::Set("problem", Typed::text("动力电池在低温下容量衰减三成。")),
    Edit::Set("gap", Typed::text("进口热管理系统能耗低四成。")),
    Edit::Set(
        "difficulty_why",
        Typed::text("冷媒回路要在零下三十度工作。"),
    ),
    Edit::Set("approach", Typed::text("用相变材料和热泵。")),
    Edit::Set("people.2.name", Typed::text("陈立")),
    Edit::Set("people.3.name", Typed::text("王海")),
];

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    app.leader.get()?;
    let own = case.portrait.ok_or_else(|| unread("leader: Missing"))?;
    if own.leader.is_none() {
        app.leader_born.get()?;
    }
    let leader = own.leader.as_ref().map(|leader| &leader.key);
    let peer = case.others.peers.iter().find(|peer| {
        peer.portrait.leader.as_ref().map(|leader| &leader.key) == leader
            && !is_same_project(case, peer)
            && overlap(own, &peer.portrait)
    });
    if let Some(peer) = peer {
        let (zh, en) = who(peer);
        let place = app.leader.place_text();
        report.add(
            Fault::at(&app.leader)
                .entered_only(peer.id.clone())
                .message(
                    format!("项目负责人同时负责{zh}，一个人只能负责一个。"),
                    format!("the leader leads {en} too; one at a time is allowed"),
                )
                .fix(
                    format!("在 {place} 换一位负责人，或撤回其中一个项目，或说明理由。"),
                    format!("name another leader in {place}, withdraw one, or give the reason"),
                ),
        );
    }
    Ok(())
}
