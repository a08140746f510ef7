//! U07: a date of birth that makes a person under 18, over 90, or not yet born.

use super::birth_fault;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "U07",
    name: "birth-implausible",
    severity: Severity::Block,
    clause: "form",
    what: Text {
        zh: "出生年月不合理（不满 18 岁、超过 90 岁或在将来）。",
        en: "A date of birth makes a person under 18, over 90, or not yet born.",
    },
    why: Text {
        zh: "多半是把别的日期填进来了，或者年份写错。",
        en: "Mostly another date was typed, or the year is wrong.",
    },
    fix: Text {
        zh: "改正出生年月。",
        en: "Correct the date of birth.",
    },
    breaks: &[
        &[Edit::Set("people.2.born", Typed::date("2006-03-19"))],
        &[Edit::Set("people.2.born", Typed::date("1933-03-18"))],
    ],
    keeps: &[
        &[Edit::Set("people.2.born", Typed::date("2006-03-18"))],
        &[Edit::Set("people.2.born", Typed::date("1933-03-19"))],
    ],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let filed = *app.filed_on.get()?;
    let people = app.people.iter().map(|person| &person.born);
    for field in std::iter::once(&app.leader_born).chain(people) {
        let Some(born) = field.given().copied() else {
            continue;
        };
        let Some((zh, en)) = birth_fault(born, filed) else {
            continue;
        };
        let place = field.place_text();
        report.add(
            Fault::at(field)
                .fed_by(&app.filed_on)
                .entered_only(born.to_string())
                .message(
                    format!("{}是 {born}，{zh}。", field.label),
                    format!("{} is {born}: {en}", field.label),
                )
                .fix(format!("请改正 {place}。"), format!("correct {place}")),
        );
    }
    Ok(())
}
