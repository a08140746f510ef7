//! M08: the district's money is not in its budget.

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "M08",
    name: "not-in-budget",
    severity: Severity::Explain,
    clause: "四(三)",
    what: Text {
        zh: "区（县）配套资金没有纳入财政预算。",
        en: "The district's money is not in its budget.",
    },
    why: Text {
        zh: "没有预算，承诺就难以兑现。",
        en: "Without a budget a commitment is hard to keep.",
    },
    fix: Text {
        zh: "请区（县）说明资金从哪里来。",
        en: "Have the district say where the money comes from.",
    },
    breaks: &[&[Edit::Set("in_budget", Typed::text("未纳入"))]],
    keeps: &[&[Edit::Set("in_budget", Typed::text("拟纳入"))]],
    check,
};

/// The choice that says so.
const NOT_IN: &str = "未纳入";

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    if app.in_budget.get()? != NOT_IN {
        return Ok(());
    }
    let place = app.in_budget.place_text();
    report.add(
        Fault::at(&app.in_budget)
            .entered(NOT_IN, "已纳入或拟纳入")
            .message(
                "区（县）配套资金未纳入财政预算。",
                "the district's money is not in its budget",
            )
            .fix(
                format!("请核对 {place}；无误的，由区（县）说明资金来源和到位时间。"),
                format!("check {place}, or have the district say where the money comes from"),
            ),
    );
    Ok(())
}
