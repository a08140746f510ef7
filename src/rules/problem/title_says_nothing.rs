//! K12: a title that is too long, names a firm, or says nothing but 研究 and 开发.

use crate::rules::people::spelled;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "K12",
    name: "title-says-nothing",
    severity: Severity::Advice,
    clause: "form",
    what: Text {
        zh: "项目名称过长、带单位名称，或只有“研究”“开发”一类的话。",
        en: "The title is too long, names the applicant, or says nothing of its subject.",
    },
    why: Text {
        zh: "名称要让人一眼看出攻什么技术。",
        en: "A title tells which technology it is about.",
    },
    fix: Text {
        zh: "写明技术和对象，不超过 30 个字。",
        en: "Name technology and subject in at most 30 characters.",
    },
    breaks: &[
        &[Edit::Set(
            "title",
            Typed::text("煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤"),
        )],
        &[Edit::Set(
            "title",
            Typed::text("新疆天和流体装备有限公司阀芯研制"),
        )],
        &[Edit::Set("title", Typed::text("关键技术研究与开发"))],
    ],
    keeps: &[
        &[Edit::Set(
            "title",
            Typed::text("煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤煤"),
        )],
        &[Edit::Set("title", Typed::text("天和阀芯研制"))],
        &[Edit::Set("title", Typed::text("阀芯关键技术研究与开发"))],
    ],
    check,
};

/// Characters of a title.
const CHARS_MAX: usize = 30;
/// Characters of a name that is looked for in a title: shorter ones are words of their own.
const NAME_MIN: usize = 4;
/// Words that say nothing of a subject, the longer before those they hold.
const EMPTY_WORDS: [&str; 22] = [
    "产业化",
    "关键",
    "核心",
    "共性",
    "技术",
    "研究",
    "开发",
    "研发",
    "研制",
    "攻关",
    "应用",
    "示范",
    "推广",
    "项目",
    "课题",
    "工程",
    "系统",
    "及其",
    "及",
    "与",
    "和",
    "的",
];

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let title = app.title.get()?;
    let length = title.chars().filter(|c| !c.is_whitespace()).count();
    let applicant = app
        .applicant
        .given()
        .map(|name| spelled(name))
        .unwrap_or_default();
    let names_applicant =
        applicant.chars().count() >= NAME_MIN && spelled(title).contains(&applicant);
    let mut left = spelled(title);
    for word in EMPTY_WORDS {
        if left.contains(word) {
            left = left.replace(word, "");
        }
    }
    let (zh, en) = if length > CHARS_MAX {
        (
            format!("有 {length} 个字，超过 {CHARS_MAX} 个字"),
            format!("has {length} characters, at most {CHARS_MAX} are asked"),
        )
    } else if names_applicant {
        (
            "带有申报单位的名称".to_owned(),
            "names the applicant".to_owned(),
        )
    } else if left.is_empty() {
        (
            "没有写出技术和对象".to_owned(),
            "names neither technology nor subject".to_owned(),
        )
    } else {
        return Ok(());
    };
    let place = app.title.place_text();
    report.add(
        Fault::at(&app.title)
            .entered_only(title.clone())
            .message(format!("项目名称{zh}。"), format!("the title {en}"))
            .fix(
                format!("请改写 {place}：写明技术和对象，不超过 {CHARS_MAX} 个字，不带单位名称。"),
                format!("rewrite {place}: technology and subject, at most {CHARS_MAX} characters"),
            ),
    );
    Ok(())
}
