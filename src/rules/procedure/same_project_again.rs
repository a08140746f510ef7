//! P14: the same project is handed in again, and not as a new version.

use crate::rules::others::{is_same_project, who};
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "P14",
    name: "same-project-again",
    severity: Severity::Explain,
    clause: "form",
    what: Text {
        zh: "同一单位的同一个项目又报了一次。",
        en: "The same unit hands in the same project again.",
    },
    why: Text {
        zh: "同一单位不能用相同的内容申报两个项目。",
        en: "A unit may not apply twice with the same content.",
    },
    fix: Text {
        zh: "撤回其中一份，或说明两个项目有什么不同。",
        en: "Withdraw one of the two, or say how they differ.",
    },
    breaks: &[&[Edit::Other(&[Edit::Set(
        "title",
        Typed::text("煤化工高温高压浆液泵阀的国产化研制"),
    )])]],
    keeps: &[&[Edit::Other(&[
        Edit::Set("title", Typed::text("电动矿卡动力电池热管理系统开发")),
        Edit::Set("problem", Typed::text("动力电池在低温下容量衰减三成。")),
        Edit::Set("gap", Typed::text("进口热管理系统能耗低四成。")),
        Edit::Set(
            "difficulty_why",
            Typed::text("冷媒回路要在零下三十度工作。"),
        ),
        Edit::Set("approach", Typed::text("用相变材料和热泵。")),
        Edit::Set("leader", Typed::text("古丽娜尔")),
        Edit::Set("people.1.name", Typed::text("古丽娜尔")),
        Edit::Set("people.2.name", Typed::text("陈立")),
        Edit::Set("people.3.name", Typed::text("王海")),
    ])]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let is_again = |peer: &&crate::assess::Peer| {
        peer.portrait.sha256 != case.sha256 && is_same_project(case, peer)
    };
    let Some(peer) = case.others.peers.iter().find(is_again) else {
        return Ok(());
    };
    let (zh, en) = who(peer);
    report.add(
        Fault::at(&app.title)
            .entered_only(peer.id.clone())
            .message(
                format!("这个项目的名称或问题与本单位的另一份申报书几乎相同：{zh}。"),
                format!("{en} of the same unit has nearly the same title or problem"),
            )
            .fix(
                "是修改稿的，请用原来的项目名称、放入原来的文件夹；是两个项目的，请说明不同之处；重复的请撤回一份。"
                    .to_owned(),
                "hand a correction in under the first title and folder, say how the two differ, or withdraw one"
                    .to_owned(),
            ),
    );
    Ok(())
}
