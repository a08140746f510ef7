//! K13: the same text fills several fields.

use crate::form::entry::Datum;
use crate::form::layout::Kind;
use crate::form::{Entry, State};
use crate::rules::people::signs;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "K13",
    name: "copied-in-form",
    severity: Severity::Advice,
    clause: "form",
    what: Text {
        zh: "同一段文字填了几个栏目。",
        en: "The same text fills several fields.",
    },
    why: Text {
        zh: "每个栏目问的不一样，抄一遍等于没有回答。",
        en: "Each field asks something else.",
    },
    fix: Text {
        zh: "按各栏目的要求分别填写。",
        en: "Answer each field for itself.",
    },
    breaks: &[&[Edit::Set(
        "approach",
        Typed::text(
            "进口阀芯寿命 8000 小时，国内最好 1500 小时；进口密封面硬度 HRA 92，国内 HRA 87；国内尚无 6.5 MPa 工况连续运行业绩。",
        ),
    )]],
    keeps: &[&[Edit::Set("approach", Typed::text("粉末冶金"))]],
    check,
};

/// Characters from which two equal texts are no chance.
const CHARS_MIN: usize = 20;

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let mut seen: Vec<(&Entry, &str)> = Vec::new();
    for entry in &app.entries {
        let State::Given(Datum::Text(text)) = &entry.state else {
            continue;
        };
        if entry.slot.field.kind != Kind::Long || signs(text).nth(CHARS_MIN - 1).is_none() {
            continue;
        }
        // two texts differ in their first characters, but for copies: there are few, and none is taken apart
        let first = seen.iter().find(|(_, other)| signs(other).eq(signs(text)));
        let Some((first, _)) = first else {
            seen.push((entry, text));
            continue;
        };
        let (label, place) = (&entry.slot.label, entry.place_text());
        let (other, at) = (&first.slot.label, first.place_text());
        report.add(
            Fault::at_entry(entry)
                .message(
                    format!("{label}与{other}（{at}）填的是同一段文字。"),
                    format!("{label} repeats {other} in {at}"),
                )
                .fix(
                    format!("请按栏目的要求改写 {place}。"),
                    format!("answer in {place} what the field asks"),
                ),
        );
    }
    Ok(())
}
