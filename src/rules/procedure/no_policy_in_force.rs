//! P01: no edition covers the application year and filing date.

use crate::policy::Years;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "P01",
    name: "no-policy-in-force",
    severity: Severity::Block,
    clause: "末条",
    what: Text {
        zh: "申报年度和申报日期不在任何一个政策的适用期内。",
        en: "No policy covers the application year and the filing date.",
    },
    why: Text {
        zh: "没有适用的政策，就没有配套比例，必须由人决定。",
        en: "Without a policy in force there are no ratios: a person decides.",
    },
    fix: Text {
        zh: "核对申报年度和申报日期；确实无误的，请联系市科技局。",
        en: "Check the application year and the filing date; if both are right, ask the bureau.",
    },
    breaks: &[&[
        Edit::Set("year", Typed::number("2025")),
        Edit::Set("filed_on", Typed::date("2026-01-01")),
        Edit::Received("2026-01-02T09:00:00"),
    ]],
    keeps: &[&[
        Edit::Set("year", Typed::number("2025")),
        Edit::Set("filed_on", Typed::date("2025-12-31")),
        Edit::Received("2026-01-02T09:00:00"),
    ]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let (year, filed_on) = (*app.year.get()?, *app.filed_on.get()?);
    if case.edition.is_some() {
        return Ok(());
    }
    let (last, last_en) = match case.last_edition {
        Some(edition) => (
            format!(
                "最近的政策是《{}》，适用{}、{} 至 {} 申报的项目。",
                edition.title,
                years(edition.years),
                edition.filed.first,
                edition.filed.last
            ),
            format!(
                "; the nearest one is {}, until {}",
                edition.id, edition.filed.last
            ),
        ),
        None => Default::default(),
    };
    report.add(
        Fault::at(&app.filed_on)
            .fed_by(&app.year)
            .entered_only(format!("{year} 年度，{filed_on}"))
            .message(
                format!("{year} 年度、{filed_on} 申报的项目没有适用的政策。{last}"),
                format!("no policy covers the year {year} filed on {filed_on}{last_en}"),
            )
            .fix(
                "请核对申报年度和申报日期；确实无误的，请联系市科技局，由人工确定适用的政策。",
                RULE.fix.en,
            ),
    );
    Ok(())
}

/// `2023 至 2025 年度`, `2026 年度`.
fn years(years: Years) -> String {
    match years {
        Years { first, last } if first == last => format!(" {first} 年度"),
        Years { first, last } => format!(" {first} 至 {last} 年度"),
    }
}
