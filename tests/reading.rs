//! Reading a form that is not as we wrote it: copied into another workbook, without its names.

mod support;

use liandong::assess::{Assessment, Context, Language, Rulebook};
use support::with_part;

fn without_names(file: &[u8]) -> Vec<u8> {
    with_part(file, "xl/workbook.xml", |text| {
        let (before, rest) = text.split_once("<definedNames>").unwrap();
        let (_, after) = rest.split_once("</definedNames>").unwrap();
        format!("{before}{after}")
    })
}

fn assess(file: &[u8]) -> Assessment {
    let rulebook = Rulebook::builtin(Language::Zh);
    let context = Context {
        file: "copied.xlsx".to_owned(),
        folder: None,
        received_at: "2024-03-20T09:00:00".parse().unwrap(),
        id: None,
        edition: None,
    };
    rulebook.assess(&rulebook.read(file), &context)
}

#[test]
fn a_form_without_its_names_reads_the_same() {
    let form = support::faultless_workbook();
    let rulebook = Rulebook::builtin(Language::Zh);
    let whole = rulebook.read(&form).application.unwrap();
    let bare = rulebook.read(&without_names(&form)).application.unwrap();
    let mut wrong = Vec::new();
    for (whole, bare) in whole.entries.iter().zip(&bare.entries) {
        if (&whole.place, &whole.state) != (&bare.place, &bare.state) {
            let slot = &whole.slot.id;
            wrong.push(format!("{slot}: {:?} {:?}", bare.place, bare.state));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(assess(&without_names(&form)).findings, []);
}

#[test]
fn every_cell_of_a_filled_form_is_accounted_for() {
    let form = support::faultless_workbook();
    let cells = assess(&form).cells;
    assert_eq!(cells.unexpected, 0);
    assert!(cells.read >= support::faultless().len(), "{}", cells.read);
    let renamed = with_part(&form, "xl/sharedStrings.xml", |text| {
        text.replace("申报日期 *", "填报日期")
    });
    assert_eq!(assess(&renamed).cells.unexpected, 0);
}

#[test]
fn another_label_on_its_own_sheet_goes_before_one_elsewhere() {
    // 单位名称 is another label of 申报单位, and a heading of the units' table on another sheet.
    let renamed = with_part(
        &support::faultless_workbook(),
        "xl/sharedStrings.xml",
        |text| text.replace("申报单位 *", "承担单位："),
    );
    let assessment = assess(&without_names(&renamed));
    assert_eq!(
        assessment.applicant.as_deref(),
        Some("新疆天和流体装备有限公司")
    );
    assert_eq!(assessment.cells.unexpected, 0);
}

#[test]
fn the_heading_of_a_column_is_no_label_of_a_field() {
    let renamed = with_part(
        &support::faultless_workbook(),
        "xl/sharedStrings.xml",
        |text| text.replace("申报单位 *", "甲方"),
    );
    let assessment = assess(&without_names(&renamed));
    assert_eq!(assessment.applicant, None);
    let told: Vec<_> = assessment
        .findings
        .iter()
        .map(|finding| (&*finding.code, finding.field.as_deref()))
        .collect();
    assert_eq!(told, [("W05", Some("applicant"))]);
}
