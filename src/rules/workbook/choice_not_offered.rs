//! W14: not one of the choices.

use crate::district::{Recognised, recognise};
use crate::form::layout::Kind;
use crate::form::{State, blank, entry::Datum};
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "W14",
    name: "choice-not-offered",
    severity: Severity::Block,
    clause: "form",
    what: Text {
        zh: "填写的内容不在下拉列表中。",
        en: "The content is not one of the choices.",
    },
    why: Text {
        zh: "同一个意思写法不同，就无法归类和核对。",
        en: "What is written in other words cannot be classed.",
    },
    fix: Text {
        zh: "从下拉列表中选择一项。",
        en: "Choose one from the list.",
    },
    breaks: &[&[Edit::Set("in_budget", Typed::text("已经纳入"))]],
    keeps: &[&[Edit::Set("in_budget", Typed::text(" 已纳入 "))]],
    check,
};

/// Choices whose faults are other rules': P02 and P04.
const OF_OTHER_RULES: &[&str] = &["district", "programme"];

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let edition = case.edition()?;
    for entry in &case.app()?.entries {
        let State::Given(Datum::Text(text)) = &entry.state else {
            continue;
        };
        if entry.slot.field.kind != Kind::Choice {
            continue;
        }
        let of_districts = entry.slot.field.choices_from.as_deref() == Some("districts");
        let choices = blank::choices(&entry.slot.field, edition);
        let is_offered = choices.contains(&text.as_str())
            || of_districts
                && matches!(recognise(&edition.districts, text), Recognised::Certain(_));
        if is_offered || OF_OTHER_RULES.contains(&&*entry.slot.id) {
            continue;
        }
        let near = nearest(text, &choices);
        let (label, all) = (&entry.slot.label, choices.join("、"));
        let place = entry.place_text();
        report.add(
            Fault::at_entry(entry)
                .entered(
                    text.clone(),
                    near.map_or_else(|| all.clone(), ToOwned::to_owned),
                )
                .message(
                    format!("“{label}”填写的“{text}”不在下拉列表中（{all}）。"),
                    format!("{label}: `{text}` is none of {all}"),
                )
                .fix(
                    near.map_or_else(
                        || format!("请在 {place} 从下拉列表中选择一项。"),
                        |near| format!("请在 {place} 从下拉列表中选择，最接近的是“{near}”。"),
                    ),
                    format!("choose one in {place}"),
                ),
        );
    }
    Ok(())
}

/// The choice that shares most characters with the text.
fn nearest<'a>(text: &str, choices: &[&'a str]) -> Option<&'a str> {
    let shared = |choice: &&&str| text.chars().filter(|c| choice.contains(*c)).count();
    let best = choices.iter().max_by_key(shared)?;
    (shared(&best) > 0).then_some(*best)
}
