//! T01: how, where, by whom or when the results are put to use is missing.

use crate::form::Field;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "T01",
    name: "no-transfer",
    severity: Severity::Block,
    clause: "三(四)",
    what: Text {
        zh: "没有写明成果怎样转化、落在哪个区（县）、由谁实施、什么时候转化。",
        en: "How, where, by whom or when the results are put to use is missing.",
    },
    why: Text {
        zh: "联动项目的成果要在区（县）用起来，四项都要写明。",
        en: "Results of joint projects are put to use in the districts.",
    },
    fix: Text {
        zh: "在“成果转化”表补填这一项。",
        en: "Fill it in on the sheet 成果转化.",
    },
    breaks: &[&[Edit::Set("transfer_by", Typed::Blank)]],
    keeps: &[&[Edit::Set(
        "transfer_by",
        Typed::text("无隶属关系的受让企业"),
    )]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    for field in [&app.transfer_how, &app.transfer_district, &app.transfer_by] {
        if field.is_absent() {
            report.add(fault(field));
        }
    }
    if app.transfer_on.is_absent() {
        report.add(fault(&app.transfer_on));
    }
    Ok(())
}

fn fault<T>(field: &Field<T>) -> Fault {
    let (label, place) = (&field.label, field.place_text());
    Fault::at(field)
        .message(
            format!("没有填写“{label}”，看不出成果怎样在区（县）用起来。"),
            format!("{label} is blank: nothing shows how the results are put to use"),
        )
        .fix(format!("请填写 {place}。"), format!("fill in {place}"))
}
