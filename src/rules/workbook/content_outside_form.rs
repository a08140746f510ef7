//! W12: entries in cells that the form does not know.

use std::collections::{HashMap, HashSet};

use super::label_changed::changed_labels;
use crate::form::Application;
use crate::form::find::plain;
use crate::form::layout::Part;
use crate::place::Place;
use crate::read::{Sheet, Value, Workbook};
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
/// Labels of fields that stand once more where there is a second form: some are headings of columns too.
const LABELS_MIN: usize = 8;

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
    let second = sheets_of_another(case.app()?, workbook).join("”“");
    if !second.is_empty() {
        report.add(
            fault
                .message(
                    format!("工作簿里还有一份申报书（工作表“{second}”），没有读取、没有审核：一个工作簿只审核一个项目，这里审核的只是第一份。"),
                    format!("there is a second form on {second}: one workbook is one project, and only the first was read"),
                )
                .fix(
                    "把另一个项目另存为单独的工作簿提交；只是同一项目的旧稿的，请删去这些工作表。".to_owned(),
                    "hand the other project in as a workbook of its own; delete these sheets where they are a draft".to_owned(),
                ),
        );
        return Ok(());
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

/// Sheets on which labels of fields stand once more, beside the form that was read; none where they are only a few.
fn sheets_of_another<'w>(app: &Application, workbook: &'w Workbook) -> Vec<&'w str> {
    let fields = app.entries.iter();
    let fields = fields.filter(|entry| entry.slot.part == Part::Field);
    let placed = fields.filter_map(|entry| Some((entry, entry.place.as_ref()?)));
    let homes: HashMap<String, &str> = placed
        .map(|(entry, place)| (plain(&entry.slot.field.label), &*place.sheet))
        .collect();
    let mut seen = HashSet::new();
    let mut labels_of = |sheet: &Sheet| {
        let texts = sheet.cells.iter().filter_map(|cell| match &cell.value {
            Value::Text(text) => Some(plain(text)),
            _ => None,
        });
        let again = texts.filter(|label| {
            let home = homes.get(label).copied();
            home.is_some_and(|home| *home != *sheet.name || !seen.insert(label.clone()))
        });
        again.collect::<HashSet<_>>()
    };
    let sheets = workbook.sheets.iter();
    let found: Vec<(&Sheet, HashSet<String>)> =
        sheets.map(|sheet| (sheet, labels_of(sheet))).collect();
    let is_of_form = |sheet: &Sheet| homes.values().any(|home| **home == *sheet.name);
    let elsewhere = found.iter().filter(|(sheet, _)| !is_of_form(sheet));
    let elsewhere: Vec<_> = elsewhere.filter(|(_, labels)| !labels.is_empty()).collect();
    let labels: HashSet<&String> = elsewhere.iter().flat_map(|(_, labels)| labels).collect();
    if labels.len() >= LABELS_MIN {
        return elsewhere.iter().map(|(sheet, _)| &*sheet.name).collect();
    }
    let below = found
        .iter()
        .filter(|(_, labels)| labels.len() >= LABELS_MIN);
    below.map(|(sheet, _)| &*sheet.name).collect()
}
