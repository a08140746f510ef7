//! U15: a person works for a unit that is not listed.

use std::collections::HashSet;

use super::spelled;
use crate::form::application::Unit;
use crate::form::{Application, Field};
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, unread};

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
    let known = known(app);
    let strangers = strangers(app);
    let mut names: Vec<String> = strangers
        .iter()
        .filter_map(|field| field.given().map(|name| spelled(name)))
        .collect();
    names.sort_unstable();
    names.dedup();
    // a row that repeats another may stand where the missing unit stood: U12 names it
    if !names.is_empty() && names.len() <= repeated(&app.units) {
        return Err(unread("units: U12"));
    }
    for field in strangers {
        report.add(fault(field, field.get()?, &known));
    }
    Ok(())
}

/// Every unit's name as it is compared, the applicant's too.
fn known(app: &Application) -> Vec<String> {
    let units = app.units.iter().map(|unit| &unit.name);
    units
        .chain(std::iter::once(&app.applicant))
        .filter_map(|name| name.given().map(|name| spelled(name)))
        .collect()
}

/// The units of people that are not listed.
pub(super) fn strangers(app: &Application) -> Vec<&Field<String>> {
    let known = known(app);
    let units = app.people.iter().map(|person| &person.unit);
    let is_known = |name: &String| known.contains(&spelled(name));
    units
        .filter(|unit| unit.given().is_some_and(|name| !is_known(name)))
        .collect()
}

/// How many rows of units repeat another's name.
fn repeated(units: &[Unit]) -> usize {
    let names = units.iter().filter_map(|unit| unit.name.given());
    let names: Vec<String> = names.map(|name| spelled(name)).collect();
    let distinct: HashSet<&String> = names.iter().collect();
    names.len() - distinct.len()
}

fn fault(field: &Field<String>, unit: &str, known: &[String]) -> Fault {
    let wanted = spelled(unit);
    let near = known
        .iter()
        .find(|name| name.contains(&wanted) || wanted.contains(*name));
    let (hint, hint_en) = near.map_or_else(Default::default, |near| {
        (format!("（可能是“{near}”）"), format!(", perhaps {near}"))
    });
    let place = field.place_text();
    Fault::at(field)
        .entered_only(unit)
        .message(
            format!("工作单位“{unit}”不在参加单位表里{hint}。"),
            format!("{unit} is no unit of the table{hint_en}"),
        )
        .fix(
            format!("请在 {place} 写参加单位的全称，或补列这家单位。"),
            format!("write a listed unit's full name in {place}, or list it"),
        )
}
