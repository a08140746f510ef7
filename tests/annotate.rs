//! Marked copies, through the border: bytes in, and what a person sees in them as lines.

mod support;

use std::fmt::Write as _;
use std::io::{Cursor, Read as _};

use liandong::assess::{Assessment, Context, Earlier, Language, Rulebook};
use liandong::form::blank::Values;
use liandong::rules::Typed;

fn context() -> Context {
    Context {
        file: "example.xlsx".to_owned(),
        folder: None,
        received_at: "2024-03-20T09:00:00".parse().unwrap(),
        id: None,
        edition: None,
    }
}

fn marked(file: &[u8]) -> (Assessment, Vec<u8>) {
    let rulebook = Rulebook::builtin(Language::Zh);
    let reading = rulebook.read(file);
    let assessment = rulebook.assess(&reading, &context());
    let earlier = Earlier::default();
    let copy = rulebook.mark(file, &reading, &assessment, &context(), &earlier);
    (assessment, copy.unwrap())
}

fn assessed(file: &[u8]) -> Assessment {
    let rulebook = Rulebook::builtin(Language::Zh);
    rulebook.assess(&rulebook.read(file), &context())
}

fn codes(assessment: &Assessment) -> Vec<&str> {
    let findings = assessment.findings.iter();
    findings.map(|finding| &*finding.code).collect()
}

fn edited(edits: &[(&str, Typed)]) -> Values {
    let mut values = support::faultless();
    for (slot, typed) in edits {
        values.insert((*slot).to_owned(), typed.clone());
    }
    values
}

fn number(text: &'static str) -> Typed {
    Typed::Number(text.into())
}

fn text(text: &'static str) -> Typed {
    Typed::Text(text.into())
}

/// The parts of a package whose names begin so, in order.
fn parts(file: &[u8], begin: &str) -> Vec<(String, String)> {
    let mut package = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let mut found = Vec::new();
    for index in 0..package.len() {
        let mut part = package.by_index(index).unwrap();
        let name = part.name().unwrap().to_string();
        if name.starts_with(begin) {
            let mut content = String::new();
            part.read_to_string(&mut content).unwrap();
            found.push((name, content));
        }
    }
    found.sort();
    found
}

/// What stands between two strings, each time.
fn between<'a>(text: &'a str, begin: &'a str, end: &'a str) -> impl Iterator<Item = &'a str> {
    let pieces = text.split(begin).skip(1);
    pieces.filter_map(move |piece| Some(piece.split_once(end)?.0))
}

/// The text of some XML without its tags.
fn plain(xml: &str) -> String {
    let mut text = String::new();
    for piece in xml.split('<') {
        text += piece.split_once('>').map_or(piece, |(_, text)| text);
    }
    text.trim().replace('\n', " / ")
}

/// Notes, marks of ours, and the cells of the result sheet, a line each.
fn seen(copy: &[u8]) -> String {
    let mut lines = String::new();
    for (_, xml) in parts(copy, "xl/comments") {
        for comment in between(&xml, "<comment ", "</comment>") {
            let at = between(comment, "ref=\"", "\"").next().unwrap();
            writeln!(lines, "note {at}: {}", plain(&format!("<{comment}"))).unwrap();
        }
    }
    for (name, xml) in parts(copy, "xl/worksheets/sheet") {
        for mark in between(&xml, "<conditionalFormatting ", "</conditionalFormatting>") {
            if mark.contains("&quot;liandong&quot;") {
                let at = between(mark, "sqref=\"", "\"").next().unwrap();
                let sheet = name
                    .trim_start_matches("xl/worksheets/")
                    .trim_end_matches(".xml");
                writeln!(lines, "mark {sheet} {at}: {}", plain(&format!("<{mark}"))).unwrap();
            }
        }
    }
    for (_, xml) in parts(copy, "xl/worksheets/liandong") {
        for cell in between(&xml, "<c ", "</c>") {
            let at = between(cell, "r=\"", "\"").next().unwrap();
            let formula = between(cell, "<f>", "</f>").next();
            let (_, value) = cell.split_once("</f>").unwrap_or(("", cell));
            let value = plain(value.trim_start_matches(|c| c != '<'));
            let formula = formula.map_or_else(String::new, |it| format!(" <- ={it}"));
            if !value.is_empty() {
                writeln!(lines, "{at}: {value}{formula}").unwrap();
            }
        }
    }
    lines
}

#[test]
fn a_marked_copy_shows_notes_marks_and_the_result() {
    let original = support::written(&edited(&[
        ("sources.city.1", number("150")),
        ("contact_phone", text("1399900000")),
        ("commitment_no", Typed::Blank),
    ]));
    let (_, copy) = marked(&original);
    insta::assert_snapshot!("marked_copy", seen(&copy));
}

#[test]
fn the_same_workbook_gives_the_same_bytes() {
    let original = support::written(&edited(&[("sources.city.1", number("150"))]));
    assert!(marked(&original).1 == marked(&original).1);
}

/// A marked copy with another text in one of its cells, as a clerk corrects it: by its place in the shared strings.
fn corrected(copy: &[u8], wrong: &str, right: &str) -> Vec<u8> {
    support::with_part(copy, "xl/sharedStrings.xml", |strings| {
        assert!(strings.contains(wrong), "{wrong}");
        strings.replace(wrong, right)
    })
}

#[test]
fn a_copy_corrected_three_times_ends_without_a_trace_of_its_marks() {
    let original = support::written(&edited(&[
        ("contact_phone", text("1399900000")),
        ("contact_email", text("zhoumin@wrong")),
        ("targets.2.goal", text("达到国际一流水平")),
    ]));
    let (found, first) = marked(&original);
    assert_eq!(codes(&found), ["U08", "U09", "K06"]);
    let (found, second) = marked(&corrected(&first, "1399900000<", "13999000002<"));
    assert_eq!(codes(&found), ["U09", "K06"]);
    let (found, third) = marked(&corrected(&second, "zhoumin@wrong", "zhoumin@example.com"));
    assert_eq!(codes(&found), ["K06"]);
    let (found, last) = marked(&corrected(&third, "达到国际一流水平", "≥91"));
    assert_eq!(codes(&found), Vec::<&str>::new());
    assert_eq!(found.verdict.id(), "accepted");
    assert_eq!(parts(&last, "xl/comments"), [], "no note is left");
    assert_eq!(parts(&last, "xl/drawings/vml"), [], "nor a shape of one");
    assert_eq!(
        parts(&last, "xl/worksheets/liandong").len(),
        1,
        "one result sheet"
    );
    let traces = seen(&last);
    assert!(
        !traces.contains("mark ") && !traces.contains("note "),
        "{traces}"
    );
    let workbook = &parts(&last, "xl/workbook.xml")[0].1;
    assert_eq!(workbook.matches("name=\"审核结果").count(), 1);
    assert_eq!(workbook.matches("ld.result").count(), 1);
    assert_eq!(
        found.cells,
        assessed(&original).cells,
        "no cell more or less"
    );
}

#[test]
fn a_formula_of_the_result_adds_no_text() {
    let original = support::written(&edited(&[("commitment", text("120万元"))]));
    let (found, copy) = marked(&original);
    assert_eq!(codes(&found), Vec::<&str>::new());
    let result = seen(&copy);
    assert!(!result.contains("'配套与保障'!"), "{result}");
    assert!(result.contains("120 <- =120"), "{result}");
}

#[test]
fn a_signed_or_strict_package_comes_back_as_a_fresh_copy_with_its_values() {
    let original = support::written(&edited(&[("sources.city.1", number("150"))]));
    let strict = support::with_every_part(&original, |_, part| {
        part.replace(
            "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            "http://purl.oclc.org/ooxml/spreadsheetml/main",
        )
        .replace(
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            "http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
    });
    let signed = support::with_extra_part(&original, "_xmlsignatures/origin.sigs", "");
    for file in [strict, signed] {
        let (found, copy) = marked(&file);
        assert_eq!(codes(&found), ["M01"]);
        assert_eq!(parts(&copy, "_xmlsignatures"), []);
        let again = assessed(&copy);
        assert_eq!(again.findings, found.findings);
        assert_eq!(again.project, found.project);
    }
}
