//! M13: accepted projects together ask for more of the district than it has announced.

use crate::assess::others::envelope;
use crate::rules::{
    Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, UNDECIDED, unread,
};

pub const RULE: Rule = Rule {
    code: "M13",
    name: "district-over-envelope",
    severity: Severity::Explain,
    clause: "二(三)",
    what: Text {
        zh: "本年度通过的项目加起来，区（县）应承担的资金超过它公布的数额。",
        en: "The year's accepted projects together ask for more of the district than it has announced.",
    },
    why: Text {
        zh: "区（县）要为本区项目拿出资金；超出公布数额的部分没有着落。",
        en: "The district puts in money of its own; what is over the announced amount is not there.",
    },
    fix: Text {
        zh: "由区（县）追加资金，或与市科技局商定先支持哪些项目。",
        en: "The district adds money, or agrees with the bureau on which projects come first.",
    },
    breaks: &[&[Edit::Other(OTHER), Edit::Announced("239.999999")]],
    keeps: &[
        &[Edit::Other(OTHER), Edit::Announced("240")],
        &[Edit::Announced("120")],
    ],
    check,
};

/// Another project of the district, whose share is 120 万元 too.
const OTHER: &[Edit] = &[
    Edit::Set("title", Typed::text("电动矿卡动力电池热管理系统开发")),
    Edit::Set("credit_code", Typed::text("91650104MA7770023H")),
    Edit::Set("units.1.credit_code", Typed::text("91650104MA7770023H")),
    Edit::Set("units.3.credit_code", Typed::text("91650102MA7770010A")),
    Edit::Set(
        "problem",
        Typed::text(
            "电动矿卡动力电池在 -30 ℃ 下容量衰减 38%，矿区 120 台车冬季每天停运 4 小时；低温热泵由日本一家公司供应，占九成，交货期 10 个月。国产机组在 -25 ℃ 以下能效比只有 1.1，进口机组为 1.9。",
        ),
    ),
    Edit::Set("gap", Typed::text("进口热管理系统能耗低四成。")),
    Edit::Set(
        "difficulty_why",
        Typed::text("冷媒回路要在零下三十度工作。"),
    ),
    Edit::Set("approach", Typed::text("用相变材料和热泵。")),
    Edit::Set("leader", Typed::text("古丽娜尔")),
    Edit::Set("people.1.name", Typed::text("古丽娜尔")),
];

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let year = *app.year.get()?;
    let district = case
        .district
        .ok_or_else(|| unread("district: not certain"))?;
    let Some(announced) = case.envelope else {
        return Ok(());
    };
    let share = case.shares()?.district.ok_or_else(|| unread(UNDECIDED))?;
    let tally = case.others.tallies.get(&envelope(district, year));
    let tally = tally.ok_or_else(|| unread("others: not known"))?;
    let (sum, most) = (tally.money + share, announced.wan);
    if sum <= most {
        return Ok(());
    }
    let (count, document) = (tally.count, &announced.document);
    let name = app.district.get()?;
    let over = (sum - most).wan();
    let (sum_wan, most_wan) = (sum.wan(), most.wan());
    report.add(
        Fault::at(&app.sources.district.total)
            .entered(sum_wan.clone(), format!("不超过 {most_wan}"))
            .difference(over.clone())
            .message(
                format!("{name} {year} 年度已通过的 {count} 个项目和本项目一共要区（县）承担 {sum_wan} 万元，超过它公布的 {most_wan} 万元（{document}），多 {over} 万元。"),
                format!("the {count} projects accepted for {year} and this one ask for {sum_wan} of the district, over the {most_wan} it announced ({document})"),
            )
            .fix(
                format!("请区（县）追加 {over} 万元并告诉市科技局文件名称和文号，或商定先支持哪些项目；申报书本身不必修改。"),
                format!("the district adds {over}, or agrees with the bureau on which projects come first; the form need not change"),
            ),
    );
    Ok(())
}
