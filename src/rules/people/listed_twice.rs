//! U12: a person or a unit stands twice in its table.

use std::collections::hash_map::Entry;

use foldhash::{HashMap, HashMapExt as _};
use jiff::civil::Date;

use super::person_of_unknown_unit::strangers;
use super::spelled;
use crate::form::{Application, Field};
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "U12",
    name: "listed-twice",
    severity: Severity::Advice,
    clause: "form",
    what: Text {
        zh: "同一个人或同一家单位列了两次。",
        en: "A person or a unit is listed twice.",
    },
    why: Text {
        zh: "重复的行会让经费和时间重复计算。",
        en: "Money and months would count twice.",
    },
    fix: Text {
        zh: "删除重复的一行。",
        en: "Delete one of the two rows.",
    },
    breaks: &[
        &[
            Edit::Set("people.3.name", Typed::text("刘文静")),
            Edit::Set("people.3.born", Typed::date("1985-09-01")),
        ],
        &[
            Edit::Set("units.3.name", Typed::text("新疆材料工艺研究所")),
            Edit::Set("people.3.unit", Typed::text("新疆材料工艺研究所")),
        ],
    ],
    keeps: &[&[Edit::Set("people.3.name", Typed::text("刘文静"))]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let people = app.people.iter();
    let people = people.map(|person| (&person.name, person.born.given().copied()));
    let units = app.units.iter().map(|unit| (&unit.name, None));
    for (rows, instead) in [
        (people.collect::<Vec<_>>(), None),
        (units.collect(), Some(missing)),
    ] {
        let mut seen: HashMap<(String, Option<Date>), &Field<String>> = HashMap::new();
        for (field, born) in rows {
            let Some(name) = field.given() else { continue };
            let first = match seen.entry((spelled(name), born)) {
                Entry::Occupied(first) => first.get().place_text(),
                Entry::Vacant(free) => {
                    free.insert(field);
                    continue;
                }
            };
            let place = field.place_text();
            let instead = instead.map(|missing| missing(app));
            let (instead, instead_en) = instead.unwrap_or_default();
            report.add(
                Fault::at(field)
                    .entered_only(name.clone())
                    .message(
                        format!("“{name}”在 {first} 已经列过。"),
                        format!("{name} is listed in {first} already"),
                    )
                    .fix(
                        format!("请删除 {first} 和 {place} 中重复的一行{instead}。"),
                        format!("delete one of {first} and {place}{instead_en}"),
                    ),
            );
        }
    }
    Ok(())
}

/// The unit that people work for and no row names: perhaps a row repeats another in its place.
fn missing(app: &Application) -> (String, String) {
    let strangers = strangers(app);
    let Some(name) = strangers.first().and_then(|unit| unit.given()) else {
        return Default::default();
    };
    (
        format!("；其中一行本来是“{name}”（有人员在那里工作）的，改正名称"),
        format!(", or name {name} in one of them, whose people are listed"),
    )
}
