//! K09: the industry does not lead in the district.

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, unread};

pub const RULE: Rule = Rule {
    code: "K09",
    name: "industry-not-leading",
    severity: Severity::Explain,
    clause: "四(三)",
    what: Text {
        zh: "所选产业不是本区（县）的主导优势产业。",
        en: "The industry does not lead in the district.",
    },
    why: Text {
        zh: "联动项目要突出各区（县）的主导产业。",
        en: "Joint projects are for the industries that lead.",
    },
    fix: Text {
        zh: "改选产业，或说明与主导产业的关系。",
        en: "Choose another industry, or say how it serves a leading one.",
    },
    breaks: &[&[Edit::Set("industry", Typed::text("化工"))]],
    keeps: &[&[Edit::Set("industry", Typed::text("文化和旅游"))]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let (industry, edition) = (app.industry.get()?, case.edition()?);
    let own = case
        .district
        .ok_or_else(|| unread("district: not certain"))?;
    let mut known = edition.industries.iter();
    let Some(known) = known.find(|it| it.name == *industry) else {
        return Err(unread("industry: not of the list"));
    };
    if known.districts.is_empty() || known.districts.iter().any(|id| id == own) {
        return Ok(());
    }
    let names = edition
        .districts
        .iter()
        .filter(|it| known.districts.contains(&it.id));
    let names = names
        .map(|it| it.name.as_str())
        .collect::<Vec<_>>()
        .join("、");
    let place = app.industry.place_text();
    report.add(
        Fault::at(&app.industry)
            .fed_by(&app.district)
            .entered_only(industry.clone())
            .message(
                format!("“{industry}”是{names}的主导产业，不在本区（县）的清单里。"),
                format!("{industry} leads in {names}, not in this district"),
            )
            .fix(
                format!("请核对 {place}，改选主导产业，或说明与主导产业的关系。"),
                format!("check {place}, or say how it serves a leading industry"),
            ),
    );
    Ok(())
}
