//! A marked copy that comes back is read as if it had no marks, and marked afresh without leaving anything behind.

mod support;

use std::collections::HashSet;
use std::io::{Cursor, Read as _};

use liandong::assess::{Context, Earlier, Language, Rulebook};
use liandong::rules::Typed;

fn context() -> Context {
    Context {
        file: "申报书.xlsx".to_owned(),
        folder: None,
        received_at: "2024-03-20T09:00:00".parse().unwrap(),
        id: None,
        edition: None,
    }
}

fn marked(rulebook: &Rulebook, file: &[u8]) -> Vec<u8> {
    let (context, reading) = (context(), rulebook.read(file));
    let found = rulebook.assess(&reading, &context);
    assert!(!found.findings.is_empty());
    rulebook
        .mark(file, &reading, &found, &context, &Earlier::default())
        .unwrap()
}

fn part(file: &[u8], name: &str) -> String {
    let mut package = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let mut text = String::new();
    let mut part = package.by_name(name).unwrap();
    part.read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_marked_copy_is_marked_again_with_one_result_sheet_and_each_name_once() {
    let rulebook = Rulebook::builtin(Language::Zh);
    let mut values = support::faultless();
    values.insert("sources.city.1".to_owned(), Typed::Number("150".into()));
    let once = marked(&rulebook, &support::written(&values));
    let twice = marked(&rulebook, &once);
    let thrice = marked(&rulebook, &twice);
    let book = part(&thrice, "xl/workbook.xml");
    assert_eq!(book.matches("审核结果\" ").count(), 1, "{book}");
    let names: Vec<&str> = book
        .split("<definedName ")
        .skip(1)
        .filter_map(|name| Some(name.split_once('>')?.0))
        .collect();
    let distinct: HashSet<&&str> = names.iter().collect();
    assert_eq!(names.len(), distinct.len(), "{names:?}");
    let sheets = |file: &[u8]| rulebook.read(file).workbook.unwrap().sheets.len();
    assert_eq!(sheets(&once), sheets(&thrice));
}
