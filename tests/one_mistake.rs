//! One mistake, one finding: every input of the form is broken in turn in the faultless application.
//!
//! The fields come from the layout itself, so that a new one cannot be forgotten; of tables the second row stands for
//! all, and the first where it is special. Each break is told at its cell, and the snapshot, which a person has
//! read line by line, holds what is told beside it. What cannot be told stands in [`UNTOLD`] with the reason.

mod support;

use std::fmt::Write as _;

use liandong::assess::{Context, Language, Rulebook};
use liandong::form::blank::Values;
use liandong::form::layout::{Kind, Part, Slot};
use liandong::form::{Application, Entry};
use liandong::rules::{Finding, Typed};

/// What no program can tell, by field and break (`*` for every one of a table or line), with the reason.
const UNTOLD: &[(&str, &str, &str)] = &[
    (
        "uses.purchase.*",
        "blank",
        "a part may be nothing, and its reason may stand with the whole",
    ),
    (
        "uses.performance.*",
        "blank",
        "a part may be nothing, and its reason may stand with the whole",
    ),
    (
        "guide_topic",
        "blank",
        "not required: not every call numbers its topics",
    ),
    ("team_size", "blank", "not required: the people are listed"),
    (
        "amount_in_words",
        "blank",
        "not required: the amount itself stands in the table",
    ),
    (
        "targets.*.world",
        "blank",
        "not required: not every target has a world's best",
    ),
    (
        "outcomes.*.unit",
        "blank",
        "not required: some outcomes have no unit",
    ),
    (
        "documents.*.file",
        "blank",
        "not required: the document may be on paper",
    ),
    (
        "firms_affected",
        "blank",
        "required for common problems only; K03 speaks there",
    ),
    (
        "revenue",
        "unit",
        "a firm may well earn so much, and nothing stands beside it",
    ),
    (
        "rd_spend",
        "unit",
        "a firm may well spend so much, and nothing stands beside it",
    ),
    (
        "industry_size",
        "unit",
        "an industry may well be so large, and nothing stands beside it",
    ),
    (
        "new_output",
        "unit",
        "the outcome that names it is free text",
    ),
];

/// Contents that contradict another field, by field.
const CONTRADICTING: &[(&str, &str)] = &[
    ("district", "米东区"),
    ("applicant", "新疆另一家装备有限公司"),
    ("credit_code", "91650102MA7770010B"),
    ("leader", "另一人"),
    ("leader_title", "中级"),
    ("leader_phone", "1399900000"),
    ("leader_email", "ailijiang.example.com"),
    ("contact_phone", "1399900000"),
    ("contact_email", "zhoumin@"),
    ("industry", "化工"),
    ("amount_in_words", "叁佰壹拾万元整"),
    ("in_budget", "未纳入"),
    ("units.1.name", "新疆另一家装备有限公司"),
    ("units.2.name", "新疆天和流体装备有限公司"),
    ("units.2.credit_code", "12650000457601002N"),
    ("people.1.name", "另一人"),
    ("people.2.unit", "没有列出的单位"),
    ("targets.2.goal", "明显提高"),
    ("plan.2.year", "2026"),
    ("outcomes.2.level1", "产出指标"),
    ("outcomes.2.value", "显著"),
    ("transfer_district", "米东区"),
];

/// How a field is broken.
struct Break {
    how: &'static str,
    typed: Typed,
}

fn text(text: &str) -> Typed {
    Typed::Text(text.to_owned().into())
}

fn number(number: impl ToString) -> Typed {
    Typed::Number(number.to_string().into())
}

/// The inputs that are broken: every field and line, of tables the second row, and the first of units and people.
fn is_broken(slot: &Slot) -> bool {
    !slot.computed
        && match &slot.part {
            Part::Field | Part::Line { .. } => true,
            Part::Table { table, row, .. } => {
                *row == 1 || *row == 0 && matches!(&**table, "units" | "people")
            }
        }
}

/// Every way in which a field can be broken, by its type.
fn breaks(slot: &Slot, values: &Values) -> Vec<Break> {
    let field = &slot.field;
    let mut all = Vec::new();
    let mut add = |how, typed| all.push(Break { how, typed });
    let now = values.get(&*slot.id);
    if now.is_some() {
        add("blank", Typed::Blank);
    }
    let wan: Option<i64> = match now {
        Some(Typed::Number(number)) => number.parse().ok(),
        _ => None,
    };
    match field.kind {
        Kind::Money => {
            add("type", text("约若干"));
            add("range", number(-1));
            if let Some(wan) = wan.filter(|wan| *wan > 0) {
                add("unit", number(wan * 10_000));
            }
            if is_of_budget(&slot.id) {
                add("contradicts", number(wan.unwrap_or_default() + 1));
            }
        }
        Kind::Percent => {
            add("type", text("大部分"));
            add("range", number(120));
            add("unit", number("0.92"));
        }
        Kind::Count => {
            add("type", text("若干"));
            add("range", number(field.most.map_or(-1, |most| most + 1)));
        }
        Kind::Date => {
            add("type", text("明年"));
            add("range", text("2024-02-30"));
            // results are put to use after the project too
            let other = if &*slot.id == "transfer_on" {
                "2020-05-05"
            } else {
                "2031-05-05"
            };
            add("contradicts", Typed::Date(other.into()));
        }
        Kind::Choice => add("type", text("另一种")),
        Kind::Code if field.id == "credit_code" => {
            add("type", number("916501020000000000"));
            add("range", text("91650102"));
        }
        Kind::Phone => add("type", text("不详")),
        Kind::Email => add("type", text("没有")),
        Kind::Text | Kind::Long | Kind::Code => {}
    }
    if let Some(most) = field.chars_max {
        add("range", text(&"长".repeat(most as usize + 1)));
    }
    let contradicting = CONTRADICTING.iter().find(|(id, _)| *id == &*slot.id);
    if let Some((_, other)) = contradicting {
        add("contradicts", text(other));
    }
    all
}

/// Amounts that stand in relation to others.
fn is_of_budget(id: &str) -> bool {
    let parts = ["uses.purchase.", "uses.performance."];
    ["sources.", "uses.", "units."]
        .iter()
        .any(|block| id.starts_with(block))
        && !parts.iter().any(|part| id.starts_with(part))
}

fn is_untold(id: &str, how: &str) -> bool {
    UNTOLD.iter().any(|(pattern, of, _)| {
        let is_id = match pattern.split_once('*') {
            Some((start, end)) => id.starts_with(start) && id.ends_with(end),
            None => *pattern == id,
        };
        is_id && *of == how
    })
}

/// Whether a finding is about a cell: it stands there, names it, or stands at or names a total that adds it.
fn is_about(finding: &Finding, place: &str, totals: &[String]) -> bool {
    let named = finding
        .place()
        .into_iter()
        .chain(finding.from.iter().cloned());
    let mut named = named.filter(|it| it == place || totals.contains(it));
    named.next().is_some()
}

/// The places of the totals that add a slot.
fn totals_of(slot: &Slot, app: &Application) -> Vec<String> {
    let Part::Line {
        block,
        line,
        column,
    } = &slot.part
    else {
        return Vec::new();
    };
    let adds = |entry: &&Entry| match &entry.slot.part {
        Part::Line {
            block: of,
            line: total,
            column: at,
        } => {
            let is_crossing = line == total || column == at || &**total == "total";
            entry.slot.computed && block == of && is_crossing
        }
        _ => false,
    };
    app.entries
        .iter()
        .filter(adds)
        .map(Entry::place_text)
        .collect()
}

#[test]
fn every_break_of_every_field_is_told_at_its_cell() {
    let rulebook = Rulebook::builtin(Language::Zh);
    let context = Context {
        file: "example.xlsx".to_owned(),
        folder: None,
        received_at: "2024-03-20T09:00:00".parse().unwrap(),
        id: None,
        edition: None,
    };
    let faultless = support::faultless();
    let (mut table, mut silent, mut used) = (String::new(), Vec::new(), Vec::new());
    for slot in rulebook.layout.slots.iter().filter(|slot| is_broken(slot)) {
        for Break { how, typed } in breaks(slot, &faultless) {
            let mut values = faultless.clone();
            values.insert(slot.id.to_string(), typed);
            let reading = rulebook.read(&support::written(&values));
            let app = reading.application.as_ref().expect("the form is found");
            let place = app
                .entry(&slot.id)
                .expect("every field is there")
                .place_text();
            let totals = totals_of(slot, app);
            let findings = rulebook.assess(&reading, &context).findings;
            let (about, beside): (Vec<_>, Vec<_>) = findings
                .iter()
                .partition(|it| is_about(it, &place, &totals));
            let untold = is_untold(&slot.id, how);
            if about.is_empty() != untold {
                silent.push(format!("{} {how}", slot.id));
            }
            if untold {
                used.push((slot.id.to_string(), how));
            }
            let codes = |findings: &[&Finding]| {
                let told = findings.iter().map(|it| match it.place() {
                    Some(at) if at != place => format!("{} {at}", it.code),
                    _ => it.code.to_string(),
                });
                told.collect::<Vec<_>>().join(", ")
            };
            let told = if untold {
                "cannot be told".to_owned()
            } else {
                codes(&about)
            };
            let beside = match beside.as_slice() {
                [] => String::new(),
                beside => format!("; beside: {}", codes(beside)),
            };
            writeln!(table, "{} {how}: {told}{beside}", slot.id).unwrap();
        }
    }
    insta::assert_snapshot!(table);
    assert!(
        silent.is_empty(),
        "not told at their cells:\n{}",
        silent.join("\n")
    );
    let is_used = |(pattern, how, _): &&(&str, &str, &str)| {
        used.iter().any(|(id, of)| {
            of == how
                && (pattern == id
                    || pattern
                        .split_once('*')
                        .is_some_and(|(start, end)| id.starts_with(start) && id.ends_with(end)))
        })
    };
    let idle: Vec<_> = UNTOLD.iter().filter(|it| !is_used(it)).collect();
    assert!(idle.is_empty(), "exceptions for nothing: {idle:?}");
}
