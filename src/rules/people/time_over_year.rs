//! U13: a person gives more than twelve months a year across forms. More than twelve in one row is W04's.

use std::collections::BTreeMap;

use crate::assess::Portrait;
use crate::rules::others::{is_same_project, overlap, who};
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, unread};

/// Months of a year.
const YEAR: i64 = 12;

pub const RULE: Rule = Rule {
    code: "U13",
    name: "time-over-year",
    severity: Severity::Explain,
    clause: "form",
    what: Text {
        zh: "同一个人一年投入的时间合计超过十二个月。",
        en: "A person gives more than twelve months a year.",
    },
    why: Text {
        zh: "一年只有十二个月，时间重复计算，项目就没有人做。",
        en: "Time that is counted twice is not there.",
    },
    fix: Text {
        zh: "减少投入时间，或换人。",
        en: "Give less time, or name somebody else.",
    },
    breaks: &[&[
        Edit::Other(OTHER),
        Edit::Set("people.2.months", Typed::number("7")),
    ]],
    keeps: &[
        &[Edit::Set("people.2.months", Typed::number("12"))],
        &[Edit::Other(OTHER)],
    ],
    check,
};

/// Another unit's project, with 刘文静 for six months a year.
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
    Edit::Set("leader", Typed::text("古丽娜尔")),
    Edit::Set("people.1.name", Typed::text("古丽娜尔")),
    Edit::Set("people.3.name", Typed::text("王海")),
];

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let own = case.portrait.ok_or_else(|| unread("people: Missing"))?;
    let mut told: Vec<&str> = Vec::new();
    let mut here: BTreeMap<&str, i64> = BTreeMap::new();
    for person in &own.people {
        *here.entry(&person.key).or_default() += person.months.unwrap_or_default();
    }
    for person in &own.people {
        let months = here.get(&*person.key).copied().unwrap_or_default();
        let elsewhere: Vec<_> = case
            .others
            .peers
            .iter()
            .filter(|peer| !is_same_project(case, peer) && overlap(own, &peer.portrait))
            .filter_map(|peer| Some((peer, months_of(&peer.portrait, &person.key)?)))
            .collect();
        let all = months + elsewhere.iter().map(|(_, months)| months).sum::<i64>();
        if all <= YEAR || told.contains(&&*person.key) {
            continue;
        }
        told.push(&person.key);
        let field = app.people.iter().find(|row| {
            let name = row.name.given().map(|name| name.trim());
            name == Some(&*person.name)
        });
        let Some(field) = field.map(|row| &row.months) else {
            continue;
        };
        let (zh, en): (Vec<String>, Vec<String>) = elsewhere
            .iter()
            .map(|(peer, months)| {
                let (zh, en) = who(peer);
                (
                    format!("，在{zh}投入 {months} 个月"),
                    format!(", {months} in {en}"),
                )
            })
            .unzip();
        let left = (YEAR - (all - months)).max(0);
        let place = field.place_text();
        report.add(
            Fault::at(field)
                .entered(all.to_string(), format!("不超过 {YEAR}"))
                .difference((all - YEAR).to_string())
                .message(
                    format!(
                        "{}每年在本项目投入 {months} 个月{}，合计 {all} 个月，超过一年。",
                        person.name,
                        zh.concat()
                    ),
                    format!("{months} months a year here{}: {all} together", en.concat()),
                )
                .fix(
                    format!("把 {place} 改为 {left} 以下，或减少在别处的投入，或换人。"),
                    format!("make {place} at most {left}, give less elsewhere, or name another"),
                ),
        );
    }
    Ok(())
}

/// Months a year of a person in another application.
fn months_of(portrait: &Portrait, key: &str) -> Option<i64> {
    let rows = portrait.people.iter().filter(|person| person.key == key);
    let months: i64 = rows.filter_map(|person| person.months).sum();
    (months > 0).then_some(months)
}
