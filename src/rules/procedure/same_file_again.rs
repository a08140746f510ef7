//! P13: the same file was handed in before, under another name or in another folder.

use crate::rules::others::who;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text};

pub const RULE: Rule = Rule {
    code: "P13",
    name: "same-file-again",
    severity: Severity::Note,
    clause: "form",
    what: Text {
        zh: "内容完全相同的文件以前收到过。",
        en: "A file with the same content was received before.",
    },
    why: Text {
        zh: "同一份申报书报两次，只应算一个项目。",
        en: "One application handed in twice is one project.",
    },
    fix: Text {
        zh: "放错了的，请撤回其中一份。",
        en: "Withdraw one of the two.",
    },
    breaks: &[&[Edit::Other(&[])]],
    keeps: &[&[]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let is_same = |peer: &&crate::assess::Peer| peer.portrait.sha256 == case.sha256;
    let before = case.previous.filter(|before| before.sha256 == case.sha256);
    if let Some(before) = before {
        let id = &before.id;
        report.add(again(
            id,
            &(format!("上次交来的文件（{id}）"), format!("the one before ({id})")),
            ("以这一次为准，只算一个项目；本来要交修改稿的，请检查是否拿错了文件。",
            "it takes the place of the one before; if a correction was meant, this is the wrong file"),
        ));
    } else if let Some(peer) = case.others.peers.iter().find(is_same) {
        report.add(again(
            &peer.id,
            &who(peer),
            (
                "如果放错了文件夹，请撤回其中一份；否则不必处理。",
                "if it lies in the wrong folder, withdraw one of the two",
            ),
        ));
    }
    Ok(())
}

/// The finding: the number of the file before, in words, and what to do.
fn again(id: &str, (zh, en): &(String, String), fix: (&str, &str)) -> Fault {
    Fault::of_form()
        .entered_only(id)
        .message(
            format!("这份文件与{zh}内容完全相同。"),
            format!("this file is the same, byte for byte, as {en}"),
        )
        .fix(fix.0, fix.1)
}
