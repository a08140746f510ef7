//! W05: a required field or table row is blank or missing.

use crate::form::entry::Datum;
use crate::form::layout::{Kind, Part, Required};
use crate::form::{Application, Entry, State};
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "W05",
    name: "blank-field",
    severity: Severity::Block,
    clause: "form",
    what: Text {
        zh: "必填栏目没有填写，或者在工作簿里找不到。",
        en: "A required field is blank, or not found in the workbook.",
    },
    why: Text {
        zh: "缺少必填内容，申报书不完整。",
        en: "The application is not complete without it.",
    },
    fix: Text {
        zh: "填写这一栏；确实没有金额的填 0。",
        en: "Fill it in; an amount of nothing is 0.",
    },
    breaks: &[&[Edit::Set("recommender", Typed::Blank)]],
    keeps: &[&[Edit::Set("guide_topic", Typed::Blank)]],
    check,
};

/// Required fields whose absence is the fault of another rule: K01, K10, M06, T01, B07.
const OF_OTHER_RULES: &[&str] = &[
    "held_by",
    "import_dependence",
    "cutoff_risk",
    "industry_size",
    "difficulty",
    "difficulty_why",
    "commitment_no",
    "commitment_on",
    "commitment",
    "transfer_how",
    "transfer_district",
    "transfer_by",
    "transfer_on",
    "sources.region",
];

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    // the entries of a table's row stand together
    for entries in app
        .entries
        .chunk_by(|one, next| one.slot.part.stands_with(&next.slot.part))
    {
        let is_row = matches!(entries[0].slot.part, Part::Table { .. });
        let is_filled = |entry: &Entry| matches!(entry.state, State::Given(_) | State::Garbled(_));
        let is_used = is_row && entries.iter().any(is_filled);
        let mut lacking = entries.iter().filter(|entry| {
            let is_blank = matches!(entry.state, State::Blank | State::Missing);
            is_blank
                && is_required(app, entry, is_used)
                && !OF_OTHER_RULES.contains(&&*entry.slot.id)
        });
        if is_row && !is_used {
            if let Some(first) = lacking.next() {
                report.add(blank_row(first));
            }
            continue;
        }
        for entry in lacking {
            report.add(match entry.state {
                State::Missing => missing(entry),
                _ => blank(case, app, entry),
            });
        }
    }
    Ok(())
}

/// Whether an entry must be given; `is_used`: whether its table's row holds something.
fn is_required(app: &Application, entry: &Entry, is_used: bool) -> bool {
    match &entry.slot.required {
        Required::No => false,
        Required::Always => true,
        Required::When(when) => app.entry(&when.field).is_some_and(
            |other| matches!(&other.state, State::Given(Datum::Text(text)) if *text == when.is),
        ),
        Required::InUsedRow => is_used,
    }
}

fn blank_row(entry: &Entry) -> Fault {
    let label = &entry.slot.label;
    let label = label.split_once("行的").map_or(&**label, |(row, _)| row);
    Fault::at_entry(entry)
        .message(
            format!("{label}行没有填写，这张表的行数不够。"),
            format!("{label}行: the row is blank, the table has too few rows"),
        )
        .fix(
            format!("请补填{label}行的各栏。"),
            "fill in the row".to_owned(),
        )
}

fn missing(entry: &Entry) -> Fault {
    let label = &entry.slot.label;
    Fault::at_entry(entry)
        .message(
            format!("在工作簿里找不到栏目“{label}”。"),
            format!("{label} is not found in the workbook"),
        )
        .fix(
            "请使用空白申报书原来的栏目名称，不要删除或改名。".to_owned(),
            "keep the form's labels as they are".to_owned(),
        )
}

fn blank(case: &Case<'_>, app: &Application, entry: &Entry) -> Fault {
    let label = &entry.slot.label;
    let line = [&app.sources.city, &app.sources.district, &app.sources.own]
        .into_iter()
        .find(|line| line.total.id == entry.slot.id);
    let inputs = line.and_then(|line| {
        let first = line.years.first()?.place.as_ref()?;
        Some(format!(
            "{first}:{}",
            line.years.last()?.place.as_ref()?.cell
        ))
    });
    let place = inputs.unwrap_or_else(|| entry.place_text());
    let due = case.shares().ok().and_then(|shares| match &*entry.slot.id {
        "sources.city" => shares.city,
        "sources.district" => shares.district,
        _ => None,
    });
    let (nothing, nothing_en) = match (due, entry.slot.field.kind) {
        (Some(due), _) => (
            format!("，按政策合计应为 {}", due.wan()),
            format!(", by the policy {} in all", due.wan()),
        ),
        (None, Kind::Money) => ("；没有金额的填 0".to_owned(), String::new()),
        (None, _) => Default::default(),
    };
    Fault::at_entry(entry)
        .message(
            format!("必填栏目“{label}”没有填写。"),
            format!("{label} is required and blank"),
        )
        .fix(
            format!("请填写 {place}{nothing}。"),
            format!("fill in {place}{nothing_en}"),
        )
}
