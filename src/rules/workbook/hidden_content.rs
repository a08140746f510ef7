//! W11: a hidden sheet, row or column holds entries.

use crate::form::State;
use crate::place::Place;
use crate::read::Sheet;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text};

pub const RULE: Rule = Rule {
    code: "W11",
    name: "hidden-content",
    severity: Severity::Advice,
    clause: "form",
    what: Text {
        zh: "隐藏的工作表、行或列里有填写的内容。",
        en: "A hidden sheet, row or column holds entries.",
    },
    why: Text {
        zh: "看不见的内容没有人核对过，可能是旧数据。",
        en: "What nobody sees nobody has checked; it may be left over.",
    },
    fix: Text {
        zh: "取消隐藏，核对内容；不需要的删除。",
        en: "Unhide and check it, or delete what is not needed.",
    },
    breaks: &[&[Edit::File("hidden-row")], &[Edit::File("hidden-sheet")]],
    keeps: &[&[]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (app, workbook) = (case.app()?, case.workbook()?);
    let hides = |sheet: &&Sheet| {
        !sheet.visible || !sheet.hidden_rows.is_empty() || !sheet.hidden_columns.is_empty()
    };
    for sheet in workbook.sheets.iter().filter(hides) {
        let mut entries = app.entries.iter().filter(|entry| {
            let is_filled = matches!(entry.state, State::Given(_) | State::Garbled(_));
            let is_hidden = |place: &Place| {
                place.sheet == sheet.name && (!sheet.visible || sheet.is_hidden(place.cell))
            };
            is_filled && entry.place.as_ref().is_some_and(is_hidden) && !entry.slot.computed
        });
        let Some(first) = entries.next() else {
            continue;
        };
        let (count, name) = (entries.count() + 1, &sheet.name);
        let (what, what_en) = match sheet.visible {
            true => (
                format!("工作表“{name}”的隐藏行或列"),
                format!("hidden rows or columns of {name}"),
            ),
            false => (
                format!("隐藏的工作表“{name}”"),
                format!("the hidden sheet {name}"),
            ),
        };
        report.add(
            Fault::at_entry(first)
                .message(
                    format!("{what}里有 {count} 处填写的内容。"),
                    format!("{what_en} hold {count} entries"),
                )
                .fix(
                    format!("请取消隐藏并核对，从 {} 看起。", first.place_text()),
                    format!("unhide and check them, from {}", first.place_text()),
                ),
        );
    }
    Ok(())
}
