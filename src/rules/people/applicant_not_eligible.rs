//! U03: the applicant is neither firm, university, institute nor public institution.

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "U03",
    name: "applicant-not-eligible",
    severity: Severity::Explain,
    clause: "call",
    what: Text {
        zh: "申报单位不是企业、高等院校、科研院所或事业单位。",
        en: "The applicant is neither firm, university, institute nor public institution.",
    },
    why: Text {
        zh: "其他性质的单位一般不能牵头申报。",
        en: "Others cannot usually lead a project.",
    },
    fix: Text {
        zh: "改正单位性质，或说明申报资格。",
        en: "Correct the kind of unit, or say why it may apply.",
    },
    breaks: &[&[Edit::Set("applicant_kind", Typed::text("其他"))]],
    keeps: &[&[Edit::Set("applicant_kind", Typed::text("事业单位"))]],
    check,
};

/// The choice for all other kinds.
const OTHER: &str = "其他";

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    if app.applicant_kind.get()? != OTHER {
        return Ok(());
    }
    let place = app.applicant_kind.place_text();
    report.add(
        Fault::at(&app.applicant_kind)
            .entered(OTHER, "企业、高等院校、科研院所或事业单位")
            .message(
                "申报单位的性质是“其他”，一般不能牵头申报。",
                "the applicant is of another kind than those that may lead",
            )
            .fix(
                format!("请核对 {place}，或说明申报资格。"),
                format!("check {place}, or say why it may apply"),
            ),
    );
    Ok(())
}
