//! M11: safeguards that name no body, duty, money or date.

use crate::form::find::half_width;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "M11",
    name: "safeguards-thin",
    severity: Severity::Explain,
    clause: "四(三)",
    what: Text {
        zh: "保障措施没有写明谁、做什么、多少钱、什么时候。",
        en: "The safeguards do not say who does what, with how much, and when.",
    },
    why: Text {
        zh: "空话保障不了项目。",
        en: "General words secure nothing.",
    },
    fix: Text {
        zh: "写明责任单位、任务、金额和时间。",
        en: "Name the body, its duty, the money and the date.",
    },
    breaks: &[&[Edit::Set(
        "safeguards",
        Typed::text("高度重视，加强领导，确保项目顺利实施。"),
    )]],
    keeps: &[&[Edit::Set(
        "safeguards",
        Typed::text("区科技局牵头，每年 6 月底前检查一次。"),
    )]],
    check,
};

/// Bodies that can answer for something.
const BODIES: [&str; 12] = [
    "局",
    "公司",
    "小组",
    "中心",
    "园区",
    "政府",
    "管委会",
    "委员会",
    "研究院",
    "研究所",
    "大学",
    "办公室",
];
/// Words for a duty of theirs.
const DUTIES: [&str; 14] = [
    "牵头", "负责", "拨付", "提供", "落实", "安排", "检查", "协调", "召开", "监督", "建设", "配备",
    "组成", "成立",
];
/// Words for a time that recurs.
const TIMES: [&str; 5] = ["每年", "每季度", "按季", "每月", "按月"];
/// Of four kinds of facts, so many missing make it thin.
const MISSING_MIN: usize = 3;

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let text = app.safeguards.get()?;
    let plain: String = text.chars().map(half_width).collect();
    let holds = |words: &[&str]| words.iter().any(|word| plain.contains(word));
    let follows_digit = |units: &str| {
        let chars: Vec<char> = plain.chars().filter(|c| !c.is_whitespace()).collect();
        chars
            .windows(2)
            .any(|pair| pair[0].is_ascii_digit() && units.contains(pair[1]))
    };
    let kinds = [
        (holds(&BODIES), "责任单位"),
        (holds(&DUTIES), "任务"),
        (follows_digit("万元亿平米㎡人名台套亩"), "金额或数量"),
        (follows_digit("年月日季天") || holds(&TIMES), "时间"),
    ];
    let missing: Vec<&str> = kinds
        .iter()
        .filter(|(is_there, _)| !is_there)
        .map(|(_, name)| *name)
        .collect();
    if missing.len() < MISSING_MIN {
        return Ok(());
    }
    let (missing, place) = (missing.join("、"), app.safeguards.place_text());
    report.add(
        Fault::at(&app.safeguards)
            .message(
                format!("保障措施没有写明{missing}。"),
                format!("the safeguards name no {missing}"),
            )
            .fix(
                format!("请在 {place} 写明谁负责、做什么、多少钱、什么时候，或说明理由。"),
                format!("say in {place} who does what, with how much, and when"),
            ),
    );
    Ok(())
}
