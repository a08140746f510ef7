//! T02: results are put to use outside the applying district.

use crate::district::{Recognised, recognise};
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, unread};

pub const RULE: Rule = Rule {
    code: "T02",
    name: "transfer-elsewhere",
    severity: Severity::Explain,
    clause: "三(四)",
    what: Text {
        zh: "成果落地不在所属区（县）。",
        en: "Results are put to use outside the applying district.",
    },
    why: Text {
        zh: "区（县）出了钱，成果要在当地用起来。",
        en: "The district pays for what is used there.",
    },
    fix: Text {
        zh: "改正落地区（县），或说明理由。",
        en: "Correct the district, or give the reason.",
    },
    breaks: &[&[Edit::Set("transfer_district", Typed::text("米东区"))]],
    keeps: &[&[Edit::Set("transfer_district", Typed::text("天山"))]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (app, edition) = (case.app()?, case.edition()?);
    let text = app.transfer_district.get()?;
    let own = case
        .district
        .ok_or_else(|| unread("district: not certain"))?;
    let Recognised::Certain(id) = recognise(&edition.districts, text) else {
        return Err(unread("transfer_district: not certain"));
    };
    if id == own {
        return Ok(());
    }
    let name = |id: &str| {
        let mut all = edition.districts.iter();
        all.find(|it| it.id == id)
            .map_or_else(String::new, |it| it.name.clone())
    };
    let place = app.transfer_district.place_text();
    report.add(
        Fault::at(&app.transfer_district)
            .fed_by(&app.district)
            .entered(text.clone(), name(own))
            .message(
                format!("成果落地在{}，所属区（县）是{}。", name(&id), name(own)),
                format!("results go to {}, the district is {}", name(&id), name(own)),
            )
            .fix(
                format!("请核对 {place}；无误的，请说明理由。"),
                format!("check {place}, or give the reason"),
            ),
    );
    Ok(())
}
