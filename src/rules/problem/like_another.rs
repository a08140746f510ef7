//! K11: much of the problem's text stands in another application too.

use crate::assess::Peer;
use crate::focus::lexicon::Lexicon;
use crate::focus::similarity::{Passage, Plain, in_common};
use crate::form::{Application, Entry};
use crate::rules::others::{is_same_project, who};
use crate::rules::{
    Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed, Unread, unread,
};

pub const RULE: Rule = Rule {
    code: "K11",
    name: "like-another",
    severity: Severity::Explain,
    clause: "form",
    what: Text {
        zh: "问题的文字有四成以上与另一份申报书相同。",
        en: "Two fifths or more of the problem's text stand in another application.",
    },
    why: Text {
        zh: "照抄别人的问题，看不出这个项目自己要解决什么。",
        en: "A text taken from another project does not tell what this one is to solve.",
    },
    fix: Text {
        zh: "写本项目自己的问题和数据；两家确实共有的，说明怎样分工。",
        en: "Tell this project's own problem and figures; where two share one, say how they divide it.",
    },
    breaks: &[&[Edit::Other(COPY)], &[Edit::Other(RUNS_OF_12)]],
    keeps: &[&[Edit::Other(COPY_LESS_ONE)], &[Edit::Other(RUNS_OF_11)]],
    check,
};

/// Another unit's project, found by the people it shares; its problem reads so.
const fn other(problem: &'static str) -> [Edit; 8] {
    [
        Edit::Set("title", Typed::text("电动矿卡动力电池热管理系统开发")),
        Edit::Set("credit_code", Typed::text("91650104MA7770023H")),
        Edit::Set("problem", Typed::text(problem)),
        Edit::Set("gap", Typed::text("进口热管理系统能耗低四成。")),
        Edit::Set(
            "difficulty_why",
            Typed::text("冷媒回路要在零下三十度工作。"),
        ),
        Edit::Set("approach", Typed::text("用相变材料和热泵。")),
        Edit::Set("leader", Typed::text("古丽娜尔")),
        Edit::Set("people.1.name", Typed::text("古丽娜尔")),
    ]
}

/// The first 123 of the 306 characters: 40 %.
const COPY: &[Edit] = &other(
    "煤气化装置黑水角阀在 240 ℃、6.5 MPa、含固 20% 的浆液中工作，目前 92% 由德国和美国两家公司供应，单台 85 万元，交货期 14 个月。2022 年起对方停止供应备件，区内 11 套气化炉因阀芯失效年均停车 3.2 次，每次损失约 260 万元。国产阀芯寿命不足 1500 小时，进口产品为 800",
);

/// One less: 39 %.
const COPY_LESS_ONE: &[Edit] = &other(
    "煤气化装置黑水角阀在 240 ℃、6.5 MPa、含固 20% 的浆液中工作，目前 92% 由德国和美国两家公司供应，单台 85 万元，交货期 14 个月。2022 年起对方停止供应备件，区内 11 套气化炉因阀芯失效年均停车 3.2 次，每次损失约 260 万元。国产阀芯寿命不足 1500 小时，进口产品为 80",
);

/// More than 40 %, in runs of twelve characters.
const RUNS_OF_12: &[Edit] = &other(
    "煤气化装置黑水角阀在 24略0 ℃、6.5 MPa、含固 20% 的浆略液中工作，目前 92% 由德国和略美国两家公司供应，单台 85略 万元，交货期 14 个月。202略2 年起对方停止供应备件，区略内 11 套气化炉因阀芯失效略年均停车 3.2 次，每次损失约略 260 万元。国产阀芯寿命不略足 1500 小时，进口产品为略 8000 小时，差距来自梯度",
);

/// More than 40 %, in runs of eleven.
const RUNS_OF_11: &[Edit] = &other(
    "煤气化装置黑水角阀在 2略40 ℃、6.5 MPa、含固 20略% 的浆液中工作，目前 92% 由略德国和美国两家公司供应略，单台 85 万元，交货期 14略 个月。2022 年起对方停略止供应备件，区内 11 套气略化炉因阀芯失效年均停车略 3.2 次，每次损失约 260略 万元。国产阀芯寿命不足 1略500 小时，进口产品为 8略000 小时，差距来自梯度略硬质合金烧结和陶瓷衬里",
);

/// Most letters, digits and characters of a passage that are quoted.
const QUOTED_MAX: usize = 60;

/// A text of this application.
struct Own<'a> {
    entry: &'a Entry,
    text: Plain,
}

/// What another application has in common with this one.
struct Copy<'a> {
    peer: &'a Peer,
    /// Characters of this application's texts that stand in the other.
    chars: usize,
    /// How many passages they are in.
    passages: usize,
    longest: Option<(&'a Entry, Passage)>,
}

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    app.problem.get()?;
    if case.others.peers.is_empty() {
        return Ok(());
    }
    let limits = &Lexicon::builtin().limits;
    let own = own(case, app)?;
    let all: usize = own.iter().map(|own| own.text.chars.len()).sum();
    let others = case.others.peers.iter();
    let copies = others
        .filter(|peer| !is_same_project(case, peer))
        .map(|peer| copy(&own, peer, limits.shared_chars));
    let is_much = |copy: &Copy<'_>| copy.chars * 100 >= all * limits.copied_percent;
    // of equals the first that was received
    let most = copies.filter(is_much).rev().max_by_key(|copy| copy.chars);
    if let Some(copy) = most
        && let Some((entry, passage)) = &copy.longest
    {
        let percent = copy.chars * 100 / all.max(1);
        report.add(told(app, &copy, percent, (entry, passage)).entered(
            format!("{percent}%"),
            format!("低于 {}%", limits.copied_percent),
        ));
    }
    Ok(())
}

/// The texts of this application with their cells.
fn own<'a>(case: &Case<'a>, app: &'a Application) -> Result<Vec<Own<'a>>, Unread> {
    let portrait = case.portrait.ok_or_else(|| unread("problem: Missing"))?;
    let texts = portrait.problem.iter();
    Ok(texts
        .filter_map(|(field, text)| {
            let entry = app.entry(field)?;
            let text = Plain::of(text);
            Some(Own { entry, text })
        })
        .collect())
}

/// What the texts and another application have in common.
fn copy<'a>(own: &[Own<'a>], peer: &'a Peer, chars_least: usize) -> Copy<'a> {
    let theirs = peer.portrait.problem.iter();
    let theirs: Vec<&str> = theirs.map(|(_, text)| text.as_str()).collect();
    let theirs = Plain::of(&theirs.join("\n"));
    let mut copy = Copy {
        peer,
        chars: 0,
        passages: 0,
        longest: None,
    };
    for own in own {
        for passage in in_common(&own.text, &theirs, chars_least) {
            copy.chars += passage.chars;
            copy.passages += 1;
            let longest = copy.longest.as_ref();
            if longest.is_none_or(|(_, longest)| longest.chars < passage.chars) {
                copy.longest = Some((own.entry, passage));
            }
        }
    }
    copy
}

/// The finding: how much, and the longest passage as both have it.
fn told(
    app: &Application,
    copy: &Copy<'_>,
    percent: usize,
    (here, passage): (&Entry, &Passage),
) -> Fault {
    let (zh, en) = who(copy.peer);
    let (chars, passages) = (copy.chars, copy.passages);
    let place = here.place_text();
    let written = quoted(&passage.here);
    let mut theirs = copy.peer.portrait.problem.iter();
    // a passage may run on from one field of theirs into the next: then no field is named
    let there = theirs.find(|(_, text)| text.contains(&passage.there));
    let there = there.and_then(|(field, _)| app.entry(field));
    let label = there.map_or_else(String::new, |there| format!("“{}”栏", there.slot.label));
    let (same_zh, same_en) = if passage.here == passage.there {
        (
            format!("对方的{label}写得一字不差"),
            "word for word the same there".to_owned(),
        )
    } else {
        let theirs = quoted(&passage.there);
        (
            format!("对方的{label}写“{theirs}”"),
            format!("there it reads “{theirs}”"),
        )
    };
    Fault::at_entry(here)
        .message(
            format!("问题的文字有 {percent}%（{chars} 个字，{passages} 处）与{zh}相同：{place} 写“{written}”，{same_zh}。"),
            format!("{percent} % of the problem's texts ({chars} characters in {passages} passages) stand in {en}: “{written}” in {place}, {same_en}"),
        )
        .fix(
            format!("请把 {place} 等处改写成本项目自己的问题和数据；两家确实要解决同一个问题的，请说明怎样分工、有什么不同。"),
            format!("rewrite {place} and the like with this project's own problem and figures, or say how the two divide it"),
        )
}

/// A passage, its end left off where it is long. Marks and blanks do not count, so that both quotes end at one place.
fn quoted(passage: &str) -> String {
    let mut counted = passage
        .char_indices()
        .filter(|(_, c)| c.is_alphanumeric())
        .skip(QUOTED_MAX);
    match counted.next() {
        Some((end, _)) => format!("{}……", passage[..end].trim_end()),
        None => passage.to_owned(),
    }
}
