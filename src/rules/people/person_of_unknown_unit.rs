//! U15: a person works for a unit that is not listed.

use super::spelled;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "U15",
    name: "person-of-unknown-unit",
    severity: Severity::Advice,
    clause: "form",
    what: Text {
        zh: "人员的工作单位不在参加单位表里。",
        en: "A person works for a unit that is not listed.",
    },
    why: Text {
        zh: "表外单位的人参加，经费和责任没有着落。",
        en: "Money and duties are settled for listed units only.",
    },
    fix: Text {
        zh: "补列这家单位，或改成参加单位的全称。",
        en: "List the unit, or write its full name.",
    },
    breaks: &[&[Edit::Set("people.3.unit", Typed::text("新疆北庭"))]],
    keeps: &[&[Edit::Set(
        "people.3.unit",
        Typed::text("新疆天和流体装备有限公司"),
    )]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    for unit in &app.units {
        unit.name.get()?;
    }
    let units = app.units.iter().map(|unit| &unit.name);
    let known: Vec<String> = units
        .chain(std::iter::once(&app.applicant))
        .filter_map(|name| name.given().map(|name| spelled(name)))
        .collect();
    for person in &app.people {
        let Some(unit) = person.unit.given() else {
            continue;
        };
        let wanted = spelled(unit);
        if known.contains(&wanted) {
            continue;
        }
        let near = known
            .iter()
            .find(|name| name.contains(&wanted) || wanted.contains(*name));
        let (hint, hint_en) = near.map_or_else(Default::default, |near| {
            (format!("（可能是“{near}”）"), format!(", perhaps {near}"))
        });
        let place = person.unit.place_text();
        report.add(
            Fault::at(&person.unit)
                .entered_only(unit.clone())
                .message(
                    format!("工作单位“{unit}”不在参加单位表里{hint}。"),
                    format!("{unit} is no unit of the table{hint_en}"),
                )
                .fix(
                    format!("请在 {place} 写参加单位的全称，或补列这家单位。"),
                    format!("write a listed unit's full name in {place}, or list it"),
                ),
        );
    }
    Ok(())
}
