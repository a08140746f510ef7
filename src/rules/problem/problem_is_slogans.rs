//! K04: the text of the problem says nothing of this problem.

use crate::focus::padding::Padding;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "K04",
    name: "problem-is-slogans",
    severity: Severity::Block,
    clause: "四(三)",
    what: Text {
        zh: "问题描述以套话为主，或照抄填写提示和政策文字，或同一句话反复写，没有说到具体问题。",
        en: "The problem's text is mostly set phrases, the form's own hints, the policy's words or one text repeated.",
    },
    why: Text {
        zh: "套话对哪个项目都说得通，看不出卡在哪里，专家和科技局都无法判断。",
        en: "Set phrases fit every project: nobody can see what holds this one back.",
    },
    fix: Text {
        zh: "写清楚三件事：哪一项技术或产品、出了什么问题（谁掌握、差在哪）、用数字说明差多少。",
        en: "Say which technology or product, what is wrong with it, and by how much.",
    },
    breaks: &[&[Edit::Set(
        "problem",
        Typed::text(
            "当前，科技革命深入发展，必须坚持创新驱动，聚焦关键核心技术，集中力量攻坚克难，打破国外垄断，填补国内空白，实现自主可控，推动产业高质量发展，具有十分重要的意义。",
        ),
    )]],
    keeps: &[&[Edit::Set(
        "problem",
        Typed::text(
            "气化炉的黑水角阀用不了多久就冲坏了，阀芯磨出沟，关不严，一漏就得停炉。换国产的顶不到两个月，德国的那家又不肯再卖备件。",
        ),
    )]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (app, judged) = (case.app()?, case.focus()?);
    let Some(padding) = &judged.padding else {
        return Ok(());
    };
    let (zh, en) = told(padding);
    let place = app.problem.place_text();
    let missing = &judged.focus.missing;
    let lacks = match missing.is_empty() {
        true => String::new(),
        false => format!("还缺：{}。", missing.join("、")),
    };
    report.add(Fault::at(&app.problem).message(zh, en).fix(
        format!(
            "请重写 {place}：哪一项技术或产品、出了什么问题、谁掌握、用带单位的数字说明差多少。{lacks}"
        ),
        format!("rewrite {place}: which technology, what is wrong, who holds it, by how much"),
    ));
    Ok(())
}

fn told(padding: &Padding) -> (String, String) {
    match padding {
        Padding::Hint(words) => (
            format!("问题描述抄的是表格自己的填写提示（“{words}”），没有写本项目的问题。"),
            "the problem's text is the form's own hint".to_owned(),
        ),
        Padding::Policy(words) => (
            format!("问题描述抄的是政策文字（“{words}”），没有写本项目的问题。"),
            "the problem's text is the policy's words".to_owned(),
        ),
        Padding::Repeated(words, times) => (
            format!("问题描述把差不多的话写了 {times} 遍（“{words}”），没有说清问题。"),
            format!("the problem's text says nearly the same {times} times"),
        ),
        Padding::Phrases(percent, words) => (
            format!(
                "问题描述约 {percent}% 是对哪个项目都适用的套话（如“{words}”），没有说到具体的问题。"
            ),
            format!("about {percent} % of the problem's text are set phrases"),
        ),
    }
}
