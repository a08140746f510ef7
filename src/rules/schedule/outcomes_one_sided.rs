//! S06: no outcome of one of the two kinds that a project has to have.

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, unread};

pub const RULE: Rule = Rule {
    code: "S06",
    name: "outcomes-one-sided",
    severity: Severity::Explain,
    clause: "form",
    what: Text {
        zh: "绩效指标里没有产出指标，或没有效益指标。",
        en: "No outcome is an output, or none is a benefit.",
    },
    why: Text {
        zh: "只写做了什么或只写带来什么，都看不出这笔钱用得怎样。",
        en: "Only the two together show what the money was good for.",
    },
    fix: Text {
        zh: "补一条缺少的一级指标。",
        en: "Add an outcome of the kind that is not there.",
    },
    breaks: &[
        &[Edit::Set("outcomes.1.level1", Typed::text("效益指标"))],
        &[Edit::Set("outcomes.2.level1", Typed::text("产出指标"))],
    ],
    keeps: &[&[Edit::Set("outcomes.3.level1", Typed::text("效益指标"))]],
    check,
};

/// Kinds of outcomes that a project has to have.
const ASKED: [&str; 2] = ["产出指标", "效益指标"];

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let outcomes = &case.app()?.outcomes;
    let mut kinds = Vec::with_capacity(outcomes.len());
    for outcome in outcomes {
        kinds.push(outcome.level1.get()?.as_str());
    }
    let first = outcomes.first().ok_or_else(|| unread("outcomes: Blank"))?;
    let is_known = |kind: &&str| ASKED.contains(kind) || *kind == "满意度指标";
    if !kinds.iter().all(is_known) {
        return Err(unread(&format!("{}: W14", first.level1.id)));
    }
    for asked in ASKED.iter().filter(|asked| !kinds.contains(asked)) {
        let mut fault = Fault::at(&first.level1)
            .entered(kinds.join("、"), *asked)
            .message(
                format!("绩效指标里没有“{asked}”。"),
                format!("no outcome is of the kind {asked}"),
            )
            .fix(
                format!("请补一条一级指标为“{asked}”的绩效指标；选错的，改正“一级指标”栏。"),
                format!("add an outcome of the kind {asked}, or correct the kinds"),
            );
        fault.from = outcomes
            .iter()
            .skip(1)
            .filter_map(|it| it.level1.place.clone())
            .collect();
        report.add(fault);
    }
    Ok(())
}
