//! W12: entries in cells that the form does not know.

use super::label_changed::changed_labels;
use crate::place::Place;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text};

pub const RULE: Rule = Rule {
    code: "W12",
    name: "content-outside-form",
    severity: Severity::Advice,
    clause: "form",
    what: Text {
        zh: "在申报书没有的单元格里写了内容。",
        en: "There are entries in cells that the form does not know.",
    },
    why: Text {
        zh: "表外的内容不会被读取，写在那里等于没写。",
        en: "What stands outside the form is not read.",
    },
    fix: Text {
        zh: "移到相应的栏目里；只是备注的可以不管。",
        en: "Move it into the field it belongs to; a mere remark may stay.",
    },
    breaks: &[&[Edit::File("outside")]],
    keeps: &[&[]],
    check,
};

/// Cells that are named, at most.
const SHOWN_MAX: usize = 5;

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    case.app()?;
    if case.unexpected.is_empty() {
        return Ok(());
    }
    let labels = changed_labels(case)?;
    let is_label = |place: &Place| labels.iter().any(|(_, label, _)| label == place);
    let outside = case.unexpected.iter().filter(|place| !is_label(place));
    let outside: Vec<&Place> = outside.collect();
    let Some(first) = outside.first().copied() else {
        return Ok(());
    };
    let count = outside.len();
    let shown = outside.iter().take(SHOWN_MAX).map(ToString::to_string);
    let shown = shown.collect::<Vec<_>>().join("、");
    let more = if count > SHOWN_MAX { " 等" } else { "" };
    let workbook = case.workbook()?;
    let entered = workbook.cell(first).map(|cell| cell.value.shown());
    let mut fault = Fault {
        place: Some(first.clone()),
        ..Fault::of_form()
    };
    if let Some(entered) = entered {
        fault = fault.entered_only(entered);
    }
    report.add(
        fault
            .message(
                format!("申报书以外的 {count} 个单元格里有内容：{shown}{more}。"),
                format!("{count} cells outside the form hold something: {shown}"),
            )
            .fix(
                "这些内容没有读取：属于申报内容的，请移到相应栏目；只是备注的，可以不管。"
                    .to_owned(),
                "they are not read: move what belongs to the application into its field".to_owned(),
            ),
    );
    Ok(())
}
