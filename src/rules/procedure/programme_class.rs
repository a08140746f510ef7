//! P04: neither of the two programme classes.

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "P04",
    name: "programme-class",
    severity: Severity::Block,
    clause: "四(一)",
    what: Text {
        zh: "项目类别不是重大科技专项，也不是重点研发任务专项。",
        en: "The programme is neither of the two classes of joint projects.",
    },
    why: Text {
        zh: "厅地联动项目只按这两类立项和管理。",
        en: "Joint projects are run in these two classes only.",
    },
    fix: Text {
        zh: "从下拉列表中选择项目类别。",
        en: "Choose the programme from the list.",
    },
    breaks: &[&[Edit::Set("programme", Typed::text("重点研发专项"))]],
    keeps: &[&[
        Edit::Set("programme", Typed::text("重大科技专项")),
        Edit::Set("starts_on", Typed::date("2024-01-01")),
    ]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let text = app.programme.get()?;
    let entry = app.entry(&app.programme.id);
    let choices = entry.map_or(&[][..], |entry| &entry.slot.field.choices);
    if choices.contains(text) {
        return Ok(());
    }
    let place = app.programme.place_text();
    let offered = choices.join("、");
    report.add(
        Fault::at(&app.programme)
            .entered(text.clone(), offered.clone())
            .message(
                format!("项目类别“{text}”不属于厅地联动项目，只能是{offered}。"),
                format!("`{text}` is no programme of joint projects"),
            )
            .fix(
                format!("请在 {place} 从下拉列表中选择{}。", choices.join("或")),
                format!("choose the programme in {place}"),
            ),
    );
    Ok(())
}
