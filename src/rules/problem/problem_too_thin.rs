//! K05: the text of the problem is no slogan, yet proves no problem.

use crate::focus::Grade;
use crate::focus::signs::Sign;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "K05",
    name: "problem-too-thin",
    severity: Severity::Explain,
    clause: "四(三)",
    what: Text {
        zh: "问题描述没有把一个具体的技术问题说清楚：缺技术或产品的名称、缺毛病、缺数字或对比。",
        en: "The problem's text proves no technical problem: no named technology, no trouble, no quantity or comparison.",
    },
    why: Text {
        zh: "申报的须是制约产业的技术问题；企业简介、任务安排、资金困难和市场前景都不是。",
        en: "A project is about a technical problem; the firm, the plan of works, money and markets are none.",
    },
    fix: Text {
        zh: "补写缺的内容，或由科技局人工判断。",
        en: "Add what is missing; a person decides.",
    },
    breaks: &[&[Edit::Set(
        "problem",
        Typed::text(
            "本公司成立于 2008 年，占地 120 亩，有员工 260 人，产品远销中亚五国，去年营业收入 3.2 亿元。",
        ),
    )]],
    keeps: &[&[Edit::Set(
        "problem",
        Typed::text(
            "羔羊生下来三四天就拉稀，兽医站的药灌下去不管用，一个冬天死掉两成。几个合作社都这样，没人化验出是哪种菌。",
        ),
    )]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (app, judged) = (case.app()?, case.focus()?);
    if judged.focus.grade != Grade::Weak || judged.padding.is_some() {
        return Ok(());
    }
    let text = &judged.text;
    let there = [
        (
            !text.things.is_empty(),
            format!("具体名称 {} 个", text.things.len()),
        ),
        (text.quantities > 0, format!("数字 {} 处", text.quantities)),
        (
            text.wrongs > 0,
            format!("说到毛病或差距 {} 处", text.wrongs),
        ),
    ];
    let there: Vec<&str> = there
        .iter()
        .filter(|(is_there, _)| *is_there)
        .map(|(_, words)| words.as_str())
        .collect();
    let there = match there.is_empty() {
        true => "没有找到具体内容".to_owned(),
        false => format!("找到{}", there.join("、")),
    };
    let against = against(&text.against);
    let missing = match judged.focus.missing.as_slice() {
        [] => "一个有名称、有毛病、有数字的技术问题".to_owned(),
        missing => missing.join("、"),
    };
    let place = app.problem.place_text();
    report.add(
        Fault::at(&app.problem)
            .message(
                format!("问题描述看不出制约产业的技术问题：{there}，不足以说明卡在哪里。{against}"),
                format!(
                    "the problem's text proves no problem: {} names, {} quantities, {} troubles",
                    text.things.len(),
                    text.quantities,
                    text.wrongs
                ),
            )
            .fix(
                format!("请在 {place} 写清楚要解决的技术问题，补上：{missing}。"),
                format!("add to {place} what is missing: {missing}"),
            ),
    );
    Ok(())
}

/// What the text speaks of instead, with its words.
fn against(signs: &[(Sign, String)]) -> String {
    let told = signs.iter().filter_map(|(sign, quote)| {
        let what = match sign {
            Sign::Praise => "说的是已经解决或者现成可得的事",
            Sign::Works => "说的是购置、施工一类花钱就能办的事",
            Sign::Aside => "说的是资金、人员、市场、管理一类的事",
            Sign::Promise => "说的是打算和愿望",
            Sign::Elsewhere => "说的是别处的情况或者文件、文献里的话",
            Sign::Textbook => "是教科书式的介绍",
            Sign::Stock => "是对哪种产品都适用的抱怨",
            _ => return None,
        };
        Some(format!("“{quote}”{what}"))
    });
    let told: Vec<String> = told.collect();
    match told.is_empty() {
        true => String::new(),
        false => format!("{}，不是技术问题。", told.join("，")),
    }
}
