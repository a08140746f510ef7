//! P10: more topics (课题) than the class of projects allows.

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "P10",
    name: "too-many-topics",
    severity: Severity::Explain,
    clause: "call",
    what: Text {
        zh: "课题数多于这一类项目的上限。",
        en: "More topics than its class of projects allows.",
    },
    why: Text {
        zh: "课题过多，研究目标就分散了。",
        en: "Too many topics scatter the aim.",
    },
    fix: Text {
        zh: "合并课题，或说明理由。",
        en: "Merge topics, or give the reason.",
    },
    breaks: &[&[Edit::Set("topics", Typed::number("4"))]],
    keeps: &[&[Edit::Set("topics", Typed::number("3"))]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let topics = *app.topics.get()?;
    let Some(most) = case.limits()?.find_map(|it| it.topics_max).map(i64::from) else {
        return Ok(());
    };
    if topics <= most {
        return Ok(());
    }
    let place = app.topics.place_text();
    report.add(
        Fault::at(&app.topics)
            .fed_by(&app.programme)
            .entered(topics.to_string(), format!("不超过 {most}"))
            .message(
                format!("课题数 {topics}，这类项目不超过 {most} 个。"),
                format!("{topics} topics, at most {most} are allowed"),
            )
            .fix(
                format!("请合并到 {most} 个以内并改正 {place}，或说明理由。"),
                format!("merge them to {most} and correct {place}, or give the reason"),
            ),
    );
    Ok(())
}
