//! The whole catalogue, through the border: a workbook is written, read and assessed for both sides of each rule.

mod support;

use liandong::assess::{Assessment, Context, Language, Rulebook};
use liandong::rules::{Edit, Example, Typed, rules};

/// The faultless application with some edits, written as a workbook and assessed.
fn assess(language: Language, edits: Example) -> Assessment {
    let made = support::made(edits);
    let rulebook = support::rulebook(language, &made);
    for edit in edits {
        if let Edit::Set(slot, _) = edit {
            let is_there = rulebook.layout.slot(slot).is_some();
            assert!(is_there, "no slot `{slot}` in the form");
        }
    }
    let context = Context {
        folder: made.folder.clone(),
        received_at: made.received_at,
        ..context()
    };
    let reading = rulebook.read(&made.bytes);
    let keys = rulebook.keys(&reading, &context);
    let earlier = support::earlier(&made, &rulebook, &keys, &context);
    rulebook.assess_after(&reading, &context, &earlier)
}

fn context() -> Context {
    Context {
        file: "example.xlsx".to_owned(),
        folder: None,
        received_at: "2024-03-20T09:00:00".parse().unwrap(),
        id: None,
        edition: None,
    }
}

fn told(assessment: &Assessment) -> Vec<String> {
    let line = |finding: &liandong::rules::Finding| {
        format!("{} {:?} {}", finding.code, finding.field, finding.message)
    };
    assessment.findings.iter().map(line).collect()
}

#[test]
fn the_faultless_application_has_no_finding() {
    let assessment = assess(Language::Zh, &[]);
    assert_eq!(told(&assessment), Vec::<String>::new());
    assert_eq!(assessment.verdict.id(), "accepted");
    let shares = assessment.shares.unwrap();
    assert_eq!(shares.city.as_deref(), Some("1800000.00"));
    assert_eq!(shares.district.as_deref(), Some("1200000.00"));
}

#[test]
fn an_assessment_tells_where_each_amount_was_entered() {
    let project = assess(Language::Zh, &[]).project.unwrap();
    assert_eq!(project.leader.as_deref(), Some("艾力江·买买提"));
    let entered = serde_json::to_value(&project.entered).unwrap();
    let amount = |yuan: &str, cell: &str| serde_json::json!({"yuan": yuan, "sheet": "经费预算", "cell": cell});
    assert_eq!(entered["region"], amount("3000000.00", "H5"));
    assert_eq!(entered["city"], amount("1800000.00", "H6"));
    assert_eq!(entered["total"], amount("12000000.00", "H10"));
    assert_eq!(
        entered["other"],
        serde_json::Value::Null,
        "a blank line is no amount"
    );
    assert_eq!(entered["commitment"]["yuan"], "1200000.00");
}

#[test]
fn a_file_without_a_form_tells_of_no_project() {
    assert_eq!(
        assess(Language::Zh, &[Edit::File("other-workbook")]).project,
        None
    );
}

#[test]
fn each_rule_is_broken_by_its_nearest_break_alone() {
    let mut wrong = Vec::new();
    for (rule, example) in rules().flat_map(|rule| rule.breaks.iter().map(move |it| (rule, it))) {
        let assessment = assess(Language::Zh, example);
        let codes: Vec<&str> = assessment
            .findings
            .iter()
            .map(|finding| &*finding.code)
            .collect();
        if codes != [rule.code] {
            wrong.push(format!("{}: {:#?}", rule.code, told(&assessment)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_rule_speaks_of_its_nearest_keep() {
    let mut wrong = Vec::new();
    for (rule, example) in rules().flat_map(|rule| rule.keeps.iter().map(move |it| (rule, it))) {
        let assessment = assess(Language::Zh, example);
        let unchecked = assessment
            .not_checked
            .iter()
            .any(|not| not.code == rule.code);
        if !assessment.findings.is_empty() || unchecked {
            wrong.push(format!(
                "{}: {:#?} {unchecked}",
                rule.code,
                told(&assessment)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_finding_says_what_is_wrong_and_what_to_do_in_both_languages() {
    for language in [Language::Zh, Language::En] {
        for rule in rules() {
            for finding in assess(language, rule.breaks[0]).findings {
                assert!(
                    !finding.message.is_empty() && !finding.fix.is_empty(),
                    "{}",
                    rule.code
                );
                let chinese = finding
                    .message
                    .chars()
                    .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
                assert!(chinese || language == Language::En, "{}", finding.message);
            }
        }
    }
}

#[test]
fn a_copied_problem_is_quoted_from_both_with_the_name_of_the_other() {
    // as it stands in the faultless application, with other marks and in another field
    let copy = "煤气化装置黑水角阀在 240℃、6.5MPa、含固 20% 的浆液中工作；目前 92% 由德国和美国两家公司供应，单台 85 万元，\
        交货期 14 个月；2022 年起对方停止供应备件，区内 11 套气化炉因阀芯失效年均停车 3.2 次；每次损失约 260 万元，国产阀芯寿命不足 1500 小时，进口产品为 8000 小时。";
    let other: Example = Box::leak(Box::new([
        Edit::Set("title", text("电动矿卡动力电池热管理系统开发")),
        Edit::Set("credit_code", text("91650104MA7770023H")),
        Edit::Set("problem", text("动力电池在低温下容量衰减三成。")),
        Edit::Set("gap", text(copy)),
        Edit::Set("difficulty_why", text("冷媒回路要在零下三十度工作。")),
        Edit::Set("approach", text("用相变材料和热泵。")),
        Edit::Set("leader", text("古丽娜尔")),
        Edit::Set("people.1.name", text("古丽娜尔")),
        Edit::Set("people.2.name", text("陈立")),
        Edit::Set("people.3.name", text("王海")),
    ]));
    let found = edited([Edit::Other(other)]);
    assert_eq!(codes(&found), ["K11"], "{:#?}", told(&found));
    let finding = &found.findings[0];
    for part in [
        "问题的文字有 41%（126 个字，1 处）与天山区的《电动矿卡动力电池热管理系统开发》（LD2024-000000）相同",
        "关键技术问题!C6 写“煤气化装置黑水角阀在 240 ℃、6.5 MPa、含固 20% 的浆液中工作，",
        "对方的“国内外技术差距”栏写“煤气化装置黑水角阀在 240℃、6.5MPa、含固 20% 的浆液中工作；",
    ] {
        assert!(
            finding.message.contains(part),
            "{part}: {}",
            finding.message
        );
    }
    assert_eq!(finding.entered.as_deref(), Some("41%"));
}

#[test]
fn the_department_that_recommends_tells_its_district_or_nothing() {
    let rulebook = Rulebook::builtin(Language::Zh);
    let edition = rulebook.policies.edition("urumqi-2023").unwrap();
    for (text, expected) in [
        ("天山区科学技术局", Some("tianshan")),
        ("乌鲁木齐市米东区科技局", Some("midong")),
        ("高新区（新市区） 科技和工业信息化局", Some("gaoxin")),
        ("乌鲁木齐经济技术开发区(头屯河区)科技局", Some("jingkai")),
        ("甘泉堡经济技术开发区管委会", Some("ganquanpu")),
        ("乌鲁木齐县人民政府", Some("urumqi-county")),
        // the city's, a hill's, a place inside a district that pays for itself, no department at all
        ("乌鲁木齐市科学技术局", None),
        ("天山北坡科技园", None),
        ("米东区甘泉堡管委会", None),
        ("天山区", None),
        ("", None),
    ] {
        let found = liandong::district::of_department(&edition.districts, text);
        assert_eq!(found.as_deref(), expected, "{text}");
    }
}

#[test]
fn a_second_mistake_is_told_beside_the_first() {
    // the region's money and the words differ, and the district commits too little
    let region = edited([
        Edit::Set("sources.region.1", number("190")),
        Edit::Set("topics", number("4")),
    ]);
    assert_eq!(codes(&region), ["P10", "B11"], "{:#?}", told(&region));
    let fix = &region.findings[1].fix;
    assert!(
        fix.contains("合计为 300.00") && fix.contains("“叁佰壹拾万元整”"),
        "{fix}"
    );
    // with the match changed too, the words alone are wrong
    let followed = edited([
        Edit::Set("sources.region.1", number("190")),
        Edit::Set("sources.city.1", number("186")),
        Edit::Set("sources.district.1", number("124")),
        Edit::Set("uses.equipment.public", number("280")),
        Edit::Set("units.1.public", number("420")),
    ]);
    assert_eq!(codes(&followed), ["M07", "B11"], "{:#?}", told(&followed));
    // one unit's row repeats another, and a person works elsewhere besides
    let strangers = edited([
        Edit::Set("units.2.name", text("新疆天和流体装备有限公司")),
        Edit::Set("people.3.unit", text("没有列出的单位")),
    ]);
    assert_eq!(
        codes(&strangers),
        ["U12", "U15", "U15"],
        "{:#?}",
        told(&strangers)
    );
    let fix = &strangers.findings[0].fix;
    assert!(fix.contains("“新疆材料工艺研究所”"), "{fix}");
    // the project is too long, and its plan has a hole
    let hole = edited([
        Edit::Set("ends_on", Typed::Date("2031-05-05".into())),
        Edit::Set("plan.2.starts_on", Typed::Date("2025-03-01".into())),
    ]);
    assert_eq!(codes(&hole), ["P07", "S02"], "{:#?}", told(&hole));
    let fix = &hole.findings[0].fix;
    assert!(fix.contains("进度安排只排到 2026-12-31"), "{fix}");
}

#[test]
fn amounts_in_yuan_are_all_named_where_the_totals_prove_it() {
    let number = |text: &'static str| liandong::rules::Typed::Number(text.into());
    let region = [
        Edit::Set("sources.region.1", number("1800000")),
        Edit::Set("sources.region.2", number("1200000")),
    ];
    let line: Example = Box::leak(Box::new(region));
    let findings = assess(Language::Zh, line).findings;
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert_eq!(findings[0].code, "W07");
    assert_eq!(findings[0].field.as_deref(), Some("sources.region.1"));
    assert_eq!(findings[0].from, ["经费预算!D5"]);
    // A large project whose budget agrees as it stands is in 万元.
    let large = [
        Edit::Set("sources.own.1", number("20000")),
        Edit::Set("sources.own.2", number("500")),
        Edit::Set("uses.equipment.own", number("20000")),
        Edit::Set("uses.operations.own", number("400")),
        Edit::Set("units.1.own", number("20500")),
    ];
    let large: Example = Box::leak(Box::new(large));
    assert_eq!(told(&assess(Language::Zh, large)), Vec::<String>::new());
}

/// The faultless application with some edits.
fn edited<const N: usize>(edits: [Edit; N]) -> Assessment {
    assess(Language::Zh, Box::leak(Box::new(edits)))
}

fn number(text: &'static str) -> Typed {
    Typed::Number(text.into())
}

fn text(text: &'static str) -> Typed {
    Typed::Text(text.into())
}

fn codes(assessment: &Assessment) -> Vec<&str> {
    let findings = assessment.findings.iter();
    findings.map(|finding| &*finding.code).collect()
}

#[test]
fn a_budget_in_yuan_is_found_with_small_amounts_in_it_too() {
    let mut values = support::faultless();
    for (slot, typed) in &mut values {
        let is_budget = slot.starts_with("sources.") || slot.starts_with("uses.");
        if let (true, Typed::Number(amount)) = (is_budget, &*typed) {
            *typed = Typed::Number(format!("{amount}0000").into());
        }
    }
    values.insert("uses.performance.own".to_owned(), number("8000"));
    values.remove("amount_in_words");
    let rulebook = Rulebook::builtin(Language::Zh);
    let reading = rulebook.read(&support::written(&values));
    let found = rulebook.assess(&reading, &context());
    assert_eq!(codes(&found), ["W07"], "{:#?}", told(&found));
    assert!(
        found.findings[0].message.contains("18 个金额"),
        "{:#?}",
        told(&found)
    );
    assert_eq!(
        found.shares, None,
        "nothing is computed from 元 taken for 万元"
    );
}

#[test]
fn a_part_in_yuan_is_larger_than_the_whole() {
    let unit = edited([Edit::Set("units.2.public", number("1500000"))]);
    assert_eq!(codes(&unit), ["W07"]);
    assert!(
        unit.findings[0].fix.contains("150.00"),
        "{:#?}",
        told(&unit)
    );
    let used = edited([Edit::Set("uses.labour.own", number("800000"))]);
    assert_eq!(codes(&used), ["W07"]);
    assert!(used.findings[0].fix.contains("80.00"), "{:#?}", told(&used));
}

#[test]
fn a_wrong_match_tells_what_becomes_of_the_uses() {
    let cut = edited([Edit::Set("sources.city.1", number("150"))]);
    assert_eq!(codes(&cut), ["M01"], "uses agree once the match is right");
    assert!(!cut.findings[0].fix.contains("支出"), "{:#?}", told(&cut));
    assert!(cut.not_checked.iter().any(|not| not.code == "B04"));
    let followed = edited([
        Edit::Set("sources.city.1", number("150")),
        Edit::Set("uses.equipment.public", number("230")),
    ]);
    assert_eq!(codes(&followed), ["M01"], "one mistake, one finding");
    assert!(
        followed.findings[0]
            .fix
            .contains("使 经费预算!C22 为 600.00"),
        "{:#?}",
        told(&followed)
    );
}

#[test]
fn a_blank_share_is_told_with_its_amount_and_nothing_else() {
    let blank = edited([Edit::Set("sources.city.1", Typed::Blank)]);
    assert_eq!(codes(&blank), ["W05"], "{:#?}", told(&blank));
    assert!(
        blank.findings[0].fix.contains("180.00"),
        "{:#?}",
        blank.findings
    );
}

#[test]
fn totals_wait_for_a_cell_that_cannot_be_read() {
    let found = edited([Edit::Set("sources.own.1", text("约200"))]);
    assert_eq!(codes(&found), ["W04"], "{:#?}", told(&found));
}

#[test]
fn an_amount_as_text_is_named_where_its_total_leaves_it_out() {
    let found = edited([Edit::Set("sources.own.1", text("2000000元"))]);
    assert_eq!(codes(&found), ["W10"]);
    let fix = &found.findings[0].fix;
    assert!(fix.contains("把 经费预算!C8 改为数字 200.00"), "{fix}");
}

#[test]
fn three_thirds_are_a_whole() {
    let third = || number("66.6666666666667");
    let found = edited([
        Edit::Set("sources.own.1", third()),
        Edit::Set("sources.own.2", third()),
        Edit::Set("sources.own.3", number("466.666666666667")),
        Edit::Set(
            "sources.own",
            Typed::Formula("SUM(C8:G8)".into(), Some("600".into())),
        ),
        Edit::Set(
            "sources.total",
            Typed::Formula("SUM(H5:H9)".into(), Some("1200".into())),
        ),
        Edit::Set(
            "sources.total.1",
            Typed::Formula("SUM(C5:C9)".into(), Some("546.666666666667".into())),
        ),
        Edit::Set(
            "sources.total.2",
            Typed::Formula("SUM(D5:D9)".into(), Some("186.666666666667".into())),
        ),
        Edit::Set(
            "sources.total.3",
            Typed::Formula("SUM(E5:E9)".into(), Some("466.666666666667".into())),
        ),
    ]);
    assert_eq!(told(&found), Vec::<String>::new());
}

#[test]
fn a_month_ends_the_project_with_its_last_day() {
    let month = edited([Edit::Set("ends_on", text("2026年12月"))]);
    assert_eq!(told(&month), Vec::<String>::new());
    let period = edited([
        Edit::Set("starts_on", text("2024-06 至 2026-12")),
        Edit::Set("ends_on", Typed::Blank),
    ]);
    assert_eq!(told(&period), Vec::<String>::new());
    let days = period
        .project
        .map(|project| (project.starts_on, project.ends_on));
    let expected = ("2024-06-01".parse().ok(), "2026-12-31".parse().ok());
    assert_eq!(days, Some(expected));
}

#[test]
fn a_date_cell_that_holds_a_month_as_a_number_is_no_day_of_another_century() {
    // 202403 with a date format shows as 2454-02-26, and 2024 as 1905-07-16.
    let month = edited([Edit::Set("filed_on", number("202403"))]);
    assert_eq!(codes(&month), ["W04"]);
    assert!(
        month.findings[0].fix.contains("2024-03"),
        "{:#?}",
        month.findings
    );
    assert_eq!(
        codes(&edited([Edit::Set("filed_on", number("2024"))])),
        ["W04"]
    );
}

#[test]
fn a_percentage_that_a_spreadsheet_keeps_as_a_part_is_not_taken_for_less_than_one() {
    for part in ["0.45", "1"] {
        let found = edited([Edit::Set("import_dependence", number(part))]);
        assert_eq!(codes(&found), ["W04"], "{part}");
    }
    for written in [
        text("0.45%"),
        text("45%"),
        number("45"),
        number("0"),
        number("1.5"),
    ] {
        let found = edited([Edit::Set("import_dependence", written)]);
        assert_eq!(told(&found), Vec::<String>::new());
    }
}

#[test]
fn a_date_outside_all_policies_is_told_the_policy_of_its_year() {
    let late = edited([
        Edit::Set("year", number("2026")),
        Edit::Set("filed_on", Typed::Date("2025-10-21".into())),
        Edit::Received("2025-10-22T09:00:00"),
    ]);
    assert_eq!(codes(&late), ["P01"]);
    let message = &late.findings[0].message;
    assert!(
        message.contains("2026 年度、2025-09-30 至 2025-10-20"),
        "{message}"
    );
}

#[test]
fn codes_stand_once_and_in_order() {
    for chapter in liandong::rules::CHAPTERS {
        assert!(chapter.is_sorted_by(|a, b| a.code < b.code || !a.code.starts_with(&b.code[..1])));
    }
    let mut codes: Vec<&str> = rules().map(|rule| rule.code).collect();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), rules().count());
}
