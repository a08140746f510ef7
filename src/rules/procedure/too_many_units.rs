//! P09: more units take part than the class of projects allows.

use crate::rules::{Case, Checked, Edit, Example, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "P09",
    name: "too-many-units",
    severity: Severity::Explain,
    clause: "call",
    what: Text {
        zh: "参加单位多于这一类项目的上限。",
        en: "More units take part than its class of projects allows.",
    },
    why: Text {
        zh: "单位过多，责任和经费难以落实。",
        en: "With too many units nobody answers for the work.",
    },
    fix: Text {
        zh: "减少参加单位，或说明理由。",
        en: "Have fewer units, or give the reason.",
    },
    breaks: &[UNITS],
    keeps: &[UNITS.split_at(TWO).0],
    check,
};

/// Three more units beside those of the faultless application: one too many.
const UNITS: Example = &[
    Edit::Set("units.4.name", Typed::text("新疆协作单位4有限公司")),
    Edit::Set("units.4.credit_code", Typed::text("91650102MA7770100Y")),
    Edit::Set("units.4.kind", Typed::text("企业")),
    Edit::Set("units.4.seat", Typed::text("区内")),
    Edit::Set("units.4.task", Typed::text("协作")),
    Edit::Set("units.4.public", Typed::number("0")),
    Edit::Set("units.4.own", Typed::number("0")),
    Edit::Set("units.5.name", Typed::text("新疆协作单位5有限公司")),
    Edit::Set("units.5.credit_code", Typed::text("91650102MA77701012")),
    Edit::Set("units.5.kind", Typed::text("企业")),
    Edit::Set("units.5.seat", Typed::text("区内")),
    Edit::Set("units.5.task", Typed::text("协作")),
    Edit::Set("units.5.public", Typed::number("0")),
    Edit::Set("units.5.own", Typed::number("0")),
    Edit::Set("units.6.name", Typed::text("新疆协作单位6有限公司")),
    Edit::Set("units.6.credit_code", Typed::text("91650102MA77701025")),
    Edit::Set("units.6.kind", Typed::text("企业")),
    Edit::Set("units.6.seat", Typed::text("区内")),
    Edit::Set("units.6.task", Typed::text("协作")),
    Edit::Set("units.6.public", Typed::number("0")),
    Edit::Set("units.6.own", Typed::number("0")),
];
/// Edits of two of them.
const TWO: usize = 14;

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let Some(most) = case.limits()?.find_map(|it| it.units_max) else {
        return Ok(());
    };
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    let (count, Some(first_over)) = (app.units.len(), app.units.get(most)) else {
        return Ok(());
    };
    report.add(
        Fault::at(&first_over.name)
            .fed_by(&app.programme)
            .entered(count.to_string(), format!("不超过 {most}"))
            .message(
                format!("参加单位 {count} 家，这类项目不超过 {most} 家。"),
                format!("{count} units take part, at most {most} are allowed"),
            )
            .fix(
                format!("请减少到 {most} 家，或说明理由。"),
                format!("have at most {most}, or give the reason"),
            ),
    );
    Ok(())
}
