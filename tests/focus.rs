//! What the check of the problem's text says: of texts labelled by a reader, of one form, and of its own data.

mod support;

use liandong::assess::{Assessment, Context, Language, Rulebook};
use liandong::focus::lexicon::Lexicon;
use liandong::focus::{Grade, grade_of_text};
use liandong::rules::Typed;

#[derive(serde::Deserialize)]
struct Problems {
    problem: Vec<Problem>,
}

#[derive(serde::Deserialize)]
struct Problem {
    real: bool,
    text: String,
}

/// How many are called real and are, are called real and are not, are real and not called so.
fn score(file: &str) -> (usize, usize, usize) {
    let problems: Problems = toml::from_str(file).unwrap();
    let mut counts = (0, 0, 0);
    for problem in problems.problem {
        let called = grade_of_text(&problem.text) != Grade::Weak;
        match (problem.real, called) {
            (true, true) => counts.0 += 1,
            (false, true) => counts.1 += 1,
            (true, false) => counts.2 += 1,
            (false, false) => {}
        }
    }
    counts
}

/// Asserts that of what is called real, and of what is real, at least so many in a hundred are both.
fn assert_told_apart(name: &str, file: &str, percent: usize) {
    let (right, wrong, missed) = score(file);
    let (called, real) = (right + wrong, right + missed);
    println!("{name}: precision {right}/{called}, recall {right}/{real}");
    assert!(
        right * 100 >= called * percent,
        "{name}: {wrong} of {called} called real are not"
    );
    assert!(
        right * 100 >= real * percent,
        "{name}: {missed} of {real} real ones are missed"
    );
}

#[test]
fn texts_that_were_learned_from_are_told_apart() {
    for (name, file) in [
        ("first set", include_str!("support/problems.toml")),
        ("unseen once", include_str!("support/problems_unseen.toml")),
        ("learned", include_str!("support/problems_learned.toml")),
        ("blind once", include_str!("support/problems_blind.toml")),
        ("voices", include_str!("support/problems_voices.toml")),
        ("drill", include_str!("support/problems_drill.toml")),
        ("strangers", include_str!("support/problems_strangers.toml")),
    ] {
        assert_told_apart(name, file, 95);
    }
}

/// No word, weight or limit was changed for a text of it.
#[test]
fn held_out_texts_are_told_apart() {
    assert_told_apart(
        "held out",
        include_str!("support/problems_heldout.toml"),
        90,
    );
    assert_told_apart("sealed", include_str!("support/problems_sealed.toml"), 95);
}

/// The faultless application with some texts replaced.
fn assess(edits: &[(&str, &str)]) -> Assessment {
    let mut values = support::faultless();
    for (slot, text) in edits {
        values.insert((*slot).to_owned(), Typed::Text((*text).to_owned().into()));
    }
    let context = Context {
        file: "example.xlsx".to_owned(),
        folder: None,
        received_at: "2024-03-20T09:00:00".parse().unwrap(),
        id: None,
        edition: None,
    };
    let rulebook = Rulebook::builtin(Language::Zh);
    rulebook.assess(&rulebook.read(&support::written(&values)), &context)
}

#[test]
fn evidence_is_quoted_with_its_cell() {
    let focus = assess(&[]).focus.unwrap();
    assert_eq!(focus.grade, Grade::Strong);
    assert_eq!(focus.missing, Vec::<String>::new());
    let of = |kind: &'static str| focus.evidence.iter().filter(move |it| it.kind == kind);
    let held_by = of("held-by").next_back().unwrap();
    assert_eq!(held_by.quote, "德国、美国两家阀门公司");
    assert_eq!(held_by.sheet.as_deref(), Some("关键技术问题"));
    assert!(held_by.cell.is_some());
    assert_eq!(
        of("import-dependence").next_back().unwrap().quote,
        "进口依赖度 92%"
    );
    let target = &of("target").next().unwrap().quote;
    assert_eq!(
        target,
        "阀芯连续使用寿命：现状 1500，目标 ≥7000 小时，国际先进水平 8000"
    );
    assert!(
        of("trouble").any(|it| it.quote.contains("失效")),
        "{:?}",
        focus.evidence
    );
}

#[test]
fn fields_well_filled_do_not_carry_a_text_that_says_nothing() {
    let slogans = "卡脖子问题突出，国外长期垄断，进口依赖度高达 95%，断供风险已发生，国内外差距 3 倍以上，受益企业 50 家，亟待攻关。";
    let assessment = assess(&[("problem", slogans)]);
    assert_eq!(assessment.focus.unwrap().grade, Grade::Weak);
    let codes: Vec<&str> = assessment.findings.iter().map(|it| &*it.code).collect();
    assert_eq!(codes, ["K04"]);
    assert!(assessment.findings[0].message.contains('%'));
}

#[test]
fn the_hint_of_the_form_is_no_text_of_a_problem() {
    let assessment = assess(&[("problem", "谁掌握、差多少、影响多大，写数字和出处。")]);
    let finding = &assessment.findings[0];
    assert_eq!(finding.code, "K04");
    assert!(finding.message.contains("填写提示"), "{}", finding.message);
}

#[test]
fn a_short_text_is_carried_by_the_gap_where_that_speaks_of_the_same_thing() {
    let focus = assess(&[("problem", "高压黑水角阀的阀芯寿命太短。")])
        .focus
        .unwrap();
    assert_eq!(focus.grade, Grade::Partial);
    let focus = assess(&[("problem", "葡萄保鲜的效果不理想。")])
        .focus
        .unwrap();
    assert_eq!(focus.grade, Grade::Weak);
}

#[test]
fn what_is_missing_is_told_with_the_cell_where_it_belongs() {
    let text = "阀芯磨出沟，关不严，一漏就停炉，国产的顶不住，德国的又不肯卖备件。";
    let edits = [
        ("problem", text),
        ("gap", "国外的好，国内的不行。"),
        ("held_by", "无"),
    ];
    let focus = assess(&edits).focus.unwrap();
    let missing = focus.missing.join("、");
    assert!(
        missing.contains("国内外差距的数字（关键技术问题!"),
        "{missing}"
    );
    assert!(missing.contains("带单位的数字（关键技术问题!"), "{missing}");
}

#[test]
fn fields_well_filled_do_not_make_a_text_strong_that_does_not_say_who_and_how_far() {
    let text = "气化炉的黑水角阀用不了多久就冲坏了，阀芯磨出沟，关不严，一漏就得停炉，堆焊试过两种焊丝，三十天又漏。";
    let focus = assess(&[("problem", text)]).focus.unwrap();
    assert_eq!(focus.grade, Grade::Partial);
}

#[test]
fn what_a_text_speaks_of_instead_is_quoted() {
    let text = "厂区主干道坑洼积水，阀门井渗漏，叉车过不去。设计院出了图纸，拟铺混凝土路面两公里，换闸阀十二只，缺的是建设资金三百万元。";
    let assessment = assess(&[("problem", text), ("gap", "国外的路好。")]);
    assert_eq!(assessment.focus.unwrap().grade, Grade::Weak);
    let thin = assessment.findings.iter().find(|it| it.code == "K05");
    let message = &thin.unwrap().message;
    assert!(
        message.contains("“") && message.contains("不是技术问题"),
        "{message}"
    );
    let fix = &thin.unwrap().fix;
    assert!(fix.contains("至今解决不了的原因"), "{fix}");
}

#[test]
fn data_without_a_reason_or_told_twice_is_refused() {
    let units = "[[group]]\nkind = \"money\"\nreason = \"x\"\nunits = \"元\"\n";
    let limits = include_str!("../templates/focus/limits.toml");
    let weights = include_str!("../templates/focus/weights.toml");
    let group = |reason: &str, words: &str| {
        format!("[[group]]\nkind = \"slogan\"\nreason = \"{reason}\"\nwords = \"{words}\"\n")
    };
    let load = |phrases: &str, limits: &str| Lexicon::load(phrases, units, weights, limits);
    assert!(load(&group("fits any", "赋能"), limits).is_ok());
    assert!(load(&group("", "赋能"), limits).is_err());
    let error = load(&group("fits any", "赋能 赋能"), limits).unwrap_err();
    assert!(error.contains("赋能"), "{error}");
    let load_weights = |weights| Lexicon::load(&group("fits any", "赋能"), units, weights, limits);
    let twice = format!("{weights}{weights}");
    assert!(load_weights(&twice).unwrap_err().contains("twice"));
    let no_reason = weights.replacen("reason = \"", "reason = \"\" # ", 1);
    assert!(load_weights(&no_reason).is_err());
    let no_reason = limits.replacen("reason = \"", "reason = \"\" # ", 1);
    assert!(load(&group("fits any", "赋能"), &no_reason).is_err());
}
