//! P12: more projects are recommended than the quota.

use crate::assess::others::quota;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, unread};

pub const RULE: Rule = Rule {
    code: "P12",
    name: "over-quota",
    severity: Severity::Explain,
    clause: "call",
    what: Text {
        zh: "推荐的项目数超过名额。",
        en: "More projects are recommended than the quota allows.",
    },
    why: Text {
        zh: "通知限定了推荐数量，多出来的要由市里取舍。",
        en: "The call limits the number; the city must choose.",
    },
    fix: Text {
        zh: "由市科技局在名额内择优，或说明理由。",
        en: "The bureau chooses within the quota, or gives the reason.",
    },
    breaks: &[&[Edit::Call, Edit::Accepted(7)]],
    keeps: &[&[Edit::Call, Edit::Accepted(6)]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (app, edition) = (case.app()?, case.edition()?);
    let Some(most) = edition.projects_max.map(i64::from) else {
        return Ok(());
    };
    let Some(tally) = case
        .others
        .tallies
        .get(&quota(&edition.id, *app.year.get()?))
    else {
        return Err(unread("others: not known"));
    };
    let count = tally.count + 1;
    if count <= most {
        return Ok(());
    }
    report.add(
        Fault::at(&app.title)
            .entered(count.to_string(), format!("不超过 {most}"))
            .difference((count - most).to_string())
            .message(
                format!("这是本年度通过的第 {count} 个项目，推荐名额是 {most} 个。"),
                format!("this is project {count} of the year, the quota is {most}"),
            )
            .fix(
                format!("请与市科技局商定推荐哪 {most} 个；申报书本身不必修改。"),
                format!(
                    "agree with the bureau on which {most} to recommend; the form need not change"
                ),
            ),
    );
    Ok(())
}
