//! U02: registered in another district than the one that hands in: a hint only (GB 32100, characters 3 to 8).

use crate::district::District;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, unread};

pub const RULE: Rule = Rule {
    code: "U02",
    name: "registrar-elsewhere",
    severity: Severity::Note,
    clause: "form",
    what: Text {
        zh: "统一社会信用代码里的登记地不是所属区（县）。",
        en: "By its credit code the unit is registered in another district.",
    },
    why: Text {
        zh: "登记地和所属区（县）不同是允许的，只是提醒核对。",
        en: "That is allowed: it is only worth a look.",
    },
    fix: Text {
        zh: "核对所属区（县）和代码；无误的不必改。",
        en: "Check district and code; leave them where they are right.",
    },
    breaks: &[&[
        Edit::Set("credit_code", Typed::text("91650104MA7770093Q")),
        Edit::Set("units.1.credit_code", Typed::text("91650104MA7770093Q")),
    ]],
    keeps: &[&[
        Edit::Set("credit_code", Typed::text("91650000MA7770094W")),
        Edit::Set("units.1.credit_code", Typed::text("91650000MA7770094W")),
    ]],
    check,
};

/// Where the registrar's area stands in a code.
const AREA: std::ops::Range<usize> = 2..8;

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let (code, edition) = (app.credit_code.get()?, case.edition()?);
    let own = case
        .district
        .ok_or_else(|| unread("district: not certain"))?;
    let Some(area) = code.get(AREA) else {
        return Ok(());
    };
    let is_own = |it: &&District| it.id == own;
    // a functional zone has no area of its own: its firms are registered round about
    let own_area = edition
        .districts
        .iter()
        .find(is_own)
        .and_then(|it| it.code.as_deref());
    let is_other = |it: &&District| it.code.as_deref() == Some(area) && !is_own(it);
    let other = edition.districts.iter().find(is_other);
    let Some(other) = other.filter(|_| own_area.is_some()) else {
        return Ok(());
    };
    let place = app.district.place_text();
    report.add(
        Fault::at(&app.credit_code)
            .fed_by(&app.district)
            .entered_only(code.clone())
            .message(
                format!("按统一社会信用代码，申报单位登记在{}。", other.name),
                format!(
                    "by its credit code the unit is registered in {}",
                    other.name
                ),
            )
            .fix(
                format!("请核对代码和所属区（县）（{place}）；无误的不必改。"),
                format!("check the code and {place}; leave them where they are right"),
            ),
    );
    Ok(())
}
