//! The whole catalogue, through the border: a workbook is written, read and assessed for both sides of each rule.

mod support;

use liandong::assess::{Assessment, Context, Language, Rulebook};
use liandong::rules::{Edit, Example, rules};

/// The faultless application with some edits, written as a workbook and assessed.
fn assess(rulebook: &Rulebook, edits: Example) -> Assessment {
    let mut values = support::faultless();
    let mut folder = None;
    let mut file = None;
    for edit in edits {
        match edit {
            Edit::Set(slot, typed) => {
                assert!(
                    rulebook.layout.slot(slot).is_some(),
                    "no slot `{slot}` in the form"
                );
                values.insert((*slot).to_owned(), typed.clone());
            }
            Edit::Folder(district) => folder = Some((*district).to_owned()),
            Edit::File(name) => file = Some(*name),
        }
    }
    let bytes = match file {
        Some(name) => support::file(name),
        None => support::written(&values),
    };
    let context = Context {
        file: "example.xlsx".to_owned(),
        folder,
        received_at: "2024-03-20T09:00:00".parse().unwrap(),
        id: None,
        edition: None,
    };
    rulebook.assess(&rulebook.read(&bytes), &context)
}

fn told(assessment: &Assessment) -> Vec<String> {
    let line = |finding: &liandong::rules::Finding| {
        format!("{} {:?} {}", finding.code, finding.field, finding.message)
    };
    assessment.findings.iter().map(line).collect()
}

#[test]
fn the_faultless_application_has_no_finding() {
    let rulebook = Rulebook::builtin(Language::Zh);
    let assessment = assess(&rulebook, &[]);
    assert_eq!(told(&assessment), Vec::<String>::new());
    assert_eq!(assessment.verdict.id(), "accepted");
    let shares = assessment.shares.unwrap();
    assert_eq!(shares.city.as_deref(), Some("1800000.00"));
    assert_eq!(shares.district.as_deref(), Some("1200000.00"));
}

#[test]
fn an_assessment_tells_where_each_amount_was_entered() {
    let rulebook = Rulebook::builtin(Language::Zh);
    let project = assess(&rulebook, &[]).project.unwrap();
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
    let rulebook = Rulebook::builtin(Language::Zh);
    assert_eq!(
        assess(&rulebook, &[Edit::File("other-workbook")]).project,
        None
    );
}

#[test]
fn each_rule_is_broken_by_its_nearest_break_alone() {
    let rulebook = Rulebook::builtin(Language::Zh);
    let mut wrong = Vec::new();
    for rule in rules() {
        let assessment = assess(&rulebook, rule.breaks);
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
    let rulebook = Rulebook::builtin(Language::Zh);
    let mut wrong = Vec::new();
    for rule in rules() {
        let assessment = assess(&rulebook, rule.keeps);
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
        let rulebook = Rulebook::builtin(language);
        for rule in rules() {
            for finding in assess(&rulebook, rule.breaks).findings {
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
fn amounts_in_yuan_are_all_named_where_the_totals_prove_it() {
    let rulebook = Rulebook::builtin(Language::Zh);
    let number = |text: &'static str| liandong::rules::Typed::Number(text.into());
    let region = [
        Edit::Set("sources.region.1", number("1800000")),
        Edit::Set("sources.region.2", number("1200000")),
    ];
    let line: Example = Box::leak(Box::new(region));
    let findings = assess(&rulebook, line).findings;
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
    ];
    let large: Example = Box::leak(Box::new(large));
    assert_eq!(told(&assess(&rulebook, large)), Vec::<String>::new());
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
