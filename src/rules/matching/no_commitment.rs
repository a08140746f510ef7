//! M06: no number, date or amount of the district's commitment.

use crate::form::Field;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "M06",
    name: "no-commitment",
    severity: Severity::Block,
    clause: "四(三)",
    what: Text {
        zh: "区（县）配套资金承诺文件的文号、日期或金额没有填写。",
        en: "The number, date or amount of the district's commitment is missing.",
    },
    why: Text {
        zh: "区（县）要落实配套资金，没有承诺文件就没有落实的凭据。",
        en: "The district has to put its money in place; without a document nothing shows it.",
    },
    fix: Text {
        zh: "由区（县）出具承诺文件，并填写文号、日期和金额。",
        en: "Have the district commit in writing, and fill in number, date and amount.",
    },
    breaks: &[&[Edit::Set("commitment_no", Typed::Blank)]],
    keeps: &[&[Edit::Set("commitment_no", Typed::text("无号〔2024〕1号"))]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    if app.commitment_no.is_absent() {
        report.add(fault(&app.commitment_no));
    }
    if app.commitment_on.is_absent() {
        report.add(fault(&app.commitment_on));
    }
    if app.commitment.is_absent() {
        report.add(fault(&app.commitment));
    }
    Ok(())
}

fn fault<T>(field: &Field<T>) -> Fault {
    let label = &field.label;
    let place = field.place_text();
    Fault::at(field)
        .message(
            format!("没有填写“{label}”，看不出区（县）已承诺配套资金。"),
            format!("{label} is blank: nothing shows that the district commits its money"),
        )
        .fix(
            format!("请按区（县）出具的承诺文件填写 {place}。"),
            format!("fill in {place} from the district's document"),
        )
}
