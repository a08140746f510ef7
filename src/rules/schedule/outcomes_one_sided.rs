//! S06: outcomes of one side only: no output, or no benefit.

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, unread};

pub const RULE: Rule = Rule {
    code: "S06",
    name: "outcomes-one-sided",
    severity: Severity::Explain,
    clause: "form",
    what: Text {
        zh: "绩效指标缺产出指标或效益指标。",
        en: "The outcomes name no output, or no benefit.",
    },
    why: Text {
        zh: "既要有产出，也要有效益。",
        en: "There is something made, and something gained by it.",
    },
    fix: Text {
        zh: "补上缺的一类指标。",
        en: "Add the kind that is missing.",
    },
    breaks: &[
        &[Edit::Set("outcomes.1.level1", Typed::text("效益指标"))],
        &[Edit::Set("outcomes.2.level1", Typed::text("产出指标"))],
    ],
    keeps: &[&[Edit::Set("outcomes.3.level1", Typed::text("效益指标"))]],
    check,
};

/// Kinds of outcomes that every project has.
const KINDS: [&str; 2] = ["产出指标", "效益指标"];

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let Some(first) = app.outcomes.first() else {
        return Err(unread("outcomes: Blank"));
    };
    let kinds: Vec<&String> = app
        .outcomes
        .iter()
        .filter_map(|it| it.level1.given())
        .collect();
    if kinds.len() < app.outcomes.len() {
        return Err(unread("outcomes.level1: Blank"));
    }
    for wanted in KINDS {
        if kinds.iter().any(|kind| *kind == wanted) {
            continue;
        }
        report.add(
            Fault::at(&first.level1)
                .message(
                    format!("绩效指标里没有{wanted}。"),
                    format!("the outcomes name no {wanted}"),
                )
                .fix(
                    format!("请补充{wanted}，或说明理由。"),
                    format!("add {wanted}, or give the reason"),
                ),
        );
    }
    Ok(())
}
