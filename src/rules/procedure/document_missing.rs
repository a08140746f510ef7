//! P16: a document that goes with the application is marked as missing.

use crate::form::State;
use crate::form::entry::Datum;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "P16",
    name: "document-missing",
    severity: Severity::Advice,
    clause: "call",
    what: Text {
        zh: "附件清单里有材料选了“无”。",
        en: "A document of the list is marked as missing.",
    },
    why: Text {
        zh: "缺少材料，区（县）和市里都无法核实。",
        en: "Without it nobody can verify the application.",
    },
    fix: Text {
        zh: "补齐材料后改选“有”；确实不需要的选“不适用”。",
        en: "Add it and choose 有, or 不适用 where it is not needed.",
    },
    breaks: &[&[Edit::Set("documents.audit.state", Typed::text("无"))]],
    keeps: &[&[Edit::Set("documents.audit.state", Typed::text("不适用"))]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    for entry in &case.app()?.entries {
        let is_state = |id: &str| id.starts_with("documents.") && id.ends_with(".state");
        let is_lacking = matches!(&entry.state, State::Given(Datum::Text(state)) if state == "无");
        if !is_lacking || !is_state(&entry.slot.id) {
            continue;
        }
        let (label, place) = (&entry.slot.label, entry.place_text());
        report.add(
            Fault::at_entry(entry)
                .entered("无", "有")
                .message(format!("{label}选了“无”。"), format!("{label} is missing"))
                .fix(
                    format!("请补齐材料并把 {place} 改选“有”；确实不需要的选“不适用”。"),
                    format!("add the document and choose 有 in {place}, or 不适用"),
                ),
        );
    }
    Ok(())
}
