//! U10: the first unit of the table is not the applicant, or is written differently.

use super::spelled;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, unread};

pub const RULE: Rule = Rule {
    code: "U10",
    name: "applicant-not-first",
    severity: Severity::Explain,
    clause: "form",
    what: Text {
        zh: "参加单位表的第一家不是申报单位，或写法不同。",
        en: "The first unit of the table is not the applicant, or is written differently.",
    },
    why: Text {
        zh: "单位名称要与公章一致，前后两处是同一个名称。",
        en: "The name is that of the seal, and the same in both places.",
    },
    fix: Text {
        zh: "改成同一个名称，申报单位放在第一行。",
        en: "Write the same name, with the applicant in the first row.",
    },
    breaks: &[&[Edit::Set(
        "units.1.name",
        Typed::text("新疆天和流体装备公司"),
    )]],
    keeps: &[&[Edit::Set(
        "units.1.name",
        Typed::text("新疆天和流体装备 有限公司"),
    )]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let applicant = app.applicant.get()?;
    let Some(first) = app.units.first() else {
        return Err(unread("units: Blank"));
    };
    let name = first.name.get()?;
    if spelled(name) == spelled(applicant) {
        return Ok(());
    }
    let (place, other) = (first.name.place_text(), app.applicant.place_text());
    report.add(
        Fault::at(&first.name)
            .fed_by(&app.applicant)
            .entered(name.clone(), applicant.clone())
            .message(
                format!("参加单位第一家是“{name}”，申报单位是“{applicant}”。"),
                format!("the first unit is {name}, the applicant is {applicant}"),
            )
            .fix(
                format!("把 {place} 和 {other} 改成与公章一致的同一个名称，申报单位放在第一行。"),
                format!("write the name of the seal in {place} and {other}"),
            ),
    );
    Ok(())
}
