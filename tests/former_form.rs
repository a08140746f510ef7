//! A workbook of an earlier version of the form is read by the map of that version, and given back in the present one.

mod support;

use liandong::assess::{Assessment, Context, Earlier, Language, Rulebook};
use liandong::form::{Layout, blank};
use liandong::rules::Typed;

/// The form's file as version 2, with a label that was another one in version 1, and a field that version 1 had not.
const PRESENT: &str = r#"
kind = "application"
version = 2
title = "小申报书"

[[sheets]]
name = "基本"

[[sheets.blocks]]
kind = "fields"
heading = "一、项目"
fields = [
  { id = "title", label = "课题名称", type = "text", required = true },
  { id = "year", label = "申报年度", type = "count", required = true },
  { id = "recommender", label = "推荐单位", type = "text", required = true },
]
"#;

const FORMER: &str = r#"
kind = "application"
version = 1
title = "小申报书"

[[sheets]]
name = "旧表"

[[sheets.blocks]]
kind = "fields"
heading = "项目"
fields = [
  { id = "year", label = "年份", type = "count", required = true },
  { id = "title", label = "名称", type = "text", required = true },
]
"#;

fn rulebook() -> Rulebook {
    Rulebook {
        layout: Layout::load(PRESENT).unwrap(),
        former: vec![Layout::load(FORMER).unwrap()],
        ..Rulebook::builtin(Language::Zh)
    }
}

/// A workbook of version 1, without the names by which a field is found in any version.
fn of_version_1() -> Vec<u8> {
    let rulebook = rulebook();
    let values = [
        ("title".to_owned(), Typed::Text("浆液泵阀研制".into())),
        ("year".to_owned(), Typed::Number("2024".into())),
    ];
    let edition = rulebook.policies.edition("urumqi-2023").unwrap();
    let file = blank::write(&rulebook.former[0], edition, &values.into()).unwrap();
    support::with_part(&file, "xl/workbook.xml", |text| {
        let (before, rest) = text.split_once("<definedNames>").unwrap();
        let (_, after) = rest.split_once("</definedNames>").unwrap();
        format!("{before}{after}")
    })
}

fn context() -> Context {
    Context {
        file: "旧版.xlsx".to_owned(),
        folder: None,
        received_at: "2024-03-20T09:00:00".parse().unwrap(),
        id: None,
        edition: Some("urumqi-2023".to_owned()),
    }
}

fn codes(assessment: &Assessment) -> Vec<(&str, Option<&str>)> {
    let findings = assessment.findings.iter();
    let told = findings.map(|it| (&*it.code, it.field.as_deref()));
    told.filter(|(code, _)| code.starts_with('W')).collect()
}

#[test]
fn an_earlier_form_is_read_by_its_own_map() {
    let rulebook = rulebook();
    let reading = rulebook.read(&of_version_1());
    let app = reading.application.as_ref().unwrap();
    assert_eq!(app.title.given().map(String::as_str), Some("浆液泵阀研制"));
    assert_eq!(app.year.given(), Some(&2024));
    let assessment = rulebook.assess(&reading, &context());
    assert_eq!(
        codes(&assessment),
        [("W03", None), ("W05", Some("recommender"))]
    );
    assert_eq!(assessment.form.map(|form| form.version), Some(1));
    assert_eq!(assessment.cells.unexpected, 0, "its own labels are known");
}

#[test]
fn without_its_map_it_is_no_form_of_ours() {
    let rulebook = Rulebook {
        former: Vec::new(),
        ..rulebook()
    };
    assert!(rulebook.read(&of_version_1()).application.is_none());
}

#[test]
fn its_values_are_given_back_in_the_present_form() {
    let (rulebook, file) = (rulebook(), of_version_1());
    let reading = rulebook.read(&file);
    let assessment = rulebook.assess(&reading, &context());
    let marked = rulebook.mark(
        &file,
        &reading,
        &assessment,
        &context(),
        &Earlier::default(),
    );
    let again = rulebook.read(&marked.unwrap());
    let app = again.application.as_ref().unwrap();
    assert_eq!(app.version, 2);
    assert_eq!(app.title.given().map(String::as_str), Some("浆液泵阀研制"));
    let place = app.recommender.place.as_ref().unwrap();
    assert_eq!(&*place.sheet, "基本");
    let judged = rulebook.assess(&again, &context());
    assert_eq!(
        codes(&judged),
        [("W05", Some("recommender"))],
        "the present form"
    );
}
