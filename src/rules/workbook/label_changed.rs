//! W15: a label of the form was edited.

use std::sync::Arc;

use crate::form::find::are_alike;
use crate::form::layout::Part;
use crate::form::{Entry, Unread};
use crate::place::{CellRef, Place};
use crate::read::{Cells, Value};
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text};

pub const RULE: Rule = Rule {
    code: "W15",
    name: "label-changed",
    severity: Severity::Advice,
    clause: "form",
    what: Text {
        zh: "申报书原来的栏目名称被改动了。",
        en: "A label of the form was edited.",
    },
    why: Text {
        zh: "栏目名称改了，填的内容和原来的栏目可能对不上。",
        en: "With another label the entry may not be what the field asks.",
    },
    fix: Text {
        zh: "改回原来的栏目名称，核对填写的内容。",
        en: "Put the label back, and check the entry.",
    },
    breaks: &[&[Edit::File("label-changed")]],
    keeps: &[&[]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    for (entry, left, text) in changed_labels(case)? {
        let (label, place) = (&entry.slot.field.label, entry.place_text());
        report.add(
            Fault {
                place: Some(left.clone()),
                ..Fault::at_entry(entry)
            }
            .entered(text, label.clone())
            .message(
                format!("栏目“{label}”的名称被改成了“{text}”。"),
                format!("the label {label} was changed to {text}"),
            )
            .fix(
                format!("请把 {left} 改回“{label}”，并核对 {place} 填写的内容。"),
                format!("put the label in {left} back, and check {place}"),
            ),
        );
    }
    Ok(())
}

/// Fields whose label, in the cell to the left, is none of theirs: the field, the label's place, what stands there.
pub(super) fn changed_labels<'a>(
    case: &Case<'a>,
) -> Result<Vec<(&'a Entry, Place, &'a str)>, Unread> {
    let (app, workbook) = (case.app()?, case.workbook()?);
    if app.version < case.form {
        // an earlier form had other labels
        return Ok(Vec::new());
    }
    let (mut changed, mut cells) = (Vec::new(), Cells::of(workbook));
    for entry in app
        .entries
        .iter()
        .filter(|entry| matches!(entry.slot.part, Part::Field))
    {
        let Some((sheet, left)) = entry.place.as_ref().and_then(left_of) else {
            continue;
        };
        let Some(Value::Text(text)) = cells.at(sheet, left).map(|cell| &cell.value) else {
            continue;
        };
        let field = &entry.slot.field;
        // as the form writes it, with a star where it must be filled in
        if text.trim_end_matches([' ', '*']) == field.label {
            continue;
        }
        let mut known = std::iter::once(&field.label).chain(&field.also);
        if are_alike(text, "") || known.any(|known| are_alike(text, known)) {
            continue;
        }
        // a period in one cell stands beside the label of its start
        let mut others = app.entries.iter();
        if !others.any(|it| it.place == entry.place && it.slot.id != entry.slot.id) {
            let left = Place {
                sheet: Arc::clone(sheet),
                cell: left,
            };
            changed.push((entry, left, text.trim()));
        }
    }
    Ok(changed)
}

/// The sheet of a place, and the cell to its left.
fn left_of(place: &Place) -> Option<(&Arc<str>, CellRef)> {
    let left = CellRef {
        column: place.cell.column.checked_sub(1)?,
        ..place.cell
    };
    Some((&place.sheet, left))
}
