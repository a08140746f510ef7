//! P13: another district handed in the same file before.

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
    if let Some(peer) = case.others.peers.iter().find(is_same) {
        let (zh, en) = who(peer);
        report.add(
            Fault::of_form()
                .entered_only(peer.id.clone())
                .message(
                    format!("这份文件与{zh}内容完全相同，结论也与它一致。"),
                    format!("this file is the same, byte for byte, as {en}"),
                )
                .fix(
                    "如果放错了文件夹，请撤回其中一份；否则不必处理。".to_owned(),
                    "if it lies in the wrong folder, withdraw one of the two".to_owned(),
                ),
        );
    }
    Ok(())
}
