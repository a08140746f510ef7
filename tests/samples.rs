//! The samples' workspace: `samples/README.md` says what each workbook shows, and `check` finds exactly that.

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use liandong::assess::{Assessment, Context, Earlier, Language, Reading, Rulebook};
use liandong::rules::Finding;

/// A row of the table in `samples/README.md`.
#[derive(Debug)]
struct Promise {
    saved_by: String,
    verdict: String,
    findings: Vec<String>,
}

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

/// The promises by file, `tianshan/….xlsx`.
fn promises() -> BTreeMap<String, Promise> {
    let text = std::fs::read_to_string(samples().join("README.md")).unwrap();
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
        .collect();
    let promise = |row: &Vec<&str>| {
        let [file, saved_by, _, verdict, findings] = row.as_slice() else {
            panic!("five columns: {row:?}");
        };
        let findings = findings.split(", ").filter(|finding| *finding != "none");
        let promise = Promise {
            saved_by: (*saved_by).to_owned(),
            verdict: (*verdict).to_owned(),
            findings: findings.map(|it| it.trim_matches('`').to_owned()).collect(),
        };
        (file.trim_matches('`').to_owned(), promise)
    };
    let promises: BTreeMap<_, _> = rows.iter().map(promise).collect();
    assert_eq!(promises.len(), rows.len(), "a file is listed twice");
    promises
}

/// Every file in the inbox, as the table names it.
fn files() -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    for folder in std::fs::read_dir(samples().join("inbox")).unwrap() {
        let folder = folder.unwrap();
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let (folder, file) = (folder.file_name(), file.unwrap().file_name());
            files.insert(format!("{}/{}", folder.display(), file.display()));
        }
    }
    files
}

fn bytes(file: &str) -> Vec<u8> {
    std::fs::read(samples().join("inbox").join(file)).unwrap()
}

/// The program that a workbook says it was saved by; `None` for what is no workbook.
fn application(bytes: &[u8]) -> Option<String> {
    let mut package = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut text = String::new();
    let mut part = package.by_name("docProps/app.xml").ok()?;
    part.read_to_string(&mut text).ok()?;
    let (_, rest) = text.split_once("<Application>")?;
    let (application, _) = rest.split_once("</Application>")?;
    Some(application.to_owned())
}

/// A finding as the table writes it.
fn told(finding: &Finding) -> String {
    match (&finding.sheet, &finding.cell) {
        (Some(sheet), Some(cell)) => format!("{} {sheet}!{cell}", finding.code),
        _ => finding.code.to_string(),
    }
}

fn context(file: &str) -> Context {
    Context {
        file: file.to_owned(),
        folder: file.split('/').next().map(ToOwned::to_owned),
        received_at: "2025-10-12T09:00:00".parse().unwrap(),
        id: Some("LD2025-000001".to_owned()),
        edition: None,
    }
}

fn assess(rulebook: &Rulebook, file: &str) -> (Reading, Assessment) {
    let reading = rulebook.read(&bytes(file));
    let assessment = rulebook.assess(&reading, &context(file));
    (reading, assessment)
}

#[test]
fn the_table_lists_every_file_over_all_districts() {
    let (listed, there): (BTreeSet<_>, _) = (promises().into_keys().collect(), files());
    assert_eq!(listed, there);
    assert!(there.len() >= 14, "{}", there.len());
    let rulebook = Rulebook::builtin(Language::Zh);
    let edition = rulebook.policies.edition("urumqi-2023").unwrap();
    let districts: BTreeSet<&str> = edition.districts.iter().map(|it| it.id.as_str()).collect();
    let folders: BTreeSet<&str> = there
        .iter()
        .filter_map(|file| file.split('/').next())
        .collect();
    assert_eq!(folders, districts);
}

#[test]
fn each_file_was_saved_by_the_program_that_the_table_names() {
    let mut programs = BTreeSet::new();
    for (file, promise) in promises() {
        let bytes = bytes(&file);
        let Some(application) = application(&bytes) else {
            assert_eq!(promise.saved_by, "-", "{file}");
            continue;
        };
        let named = application.to_lowercase();
        assert!(
            named.contains(&promise.saved_by.to_lowercase()),
            "{file}: {application}"
        );
        programs.insert(promise.saved_by);
    }
    assert!(programs.len() >= 2, "{programs:?}");
}

#[test]
fn check_finds_what_the_table_promises_and_nothing_else() {
    let promises = promises();
    let paths = promises
        .keys()
        .map(|file| samples().join("inbox").join(file));
    let run = Command::new(env!("CARGO_BIN_EXE_liandong"))
        .args(["check", "--as-of", "2025-10-12", "--format", "json"])
        .args(paths)
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(1), "some are returned");
    let answers: Vec<Assessment> = serde_json::from_slice(&run.stdout).unwrap();
    // a list is answered by an object a row
    let files: Vec<&[Assessment]> = answers
        .chunk_by(|a, b| a.row.is_some() && a.file == b.file)
        .collect();
    assert_eq!(files.len(), promises.len());
    let mut wrong = Vec::new();
    for ((file, promise), answers) in promises.iter().zip(files) {
        let mut gravest_first: Vec<&Assessment> = answers.iter().collect();
        gravest_first.sort_by_key(|row| std::cmp::Reverse(row.verdict));
        let assessment = gravest_first[0];
        // `check` knows no folder.
        let in_folder = |finding: &&String| finding.starts_with("P03");
        let promised: Vec<&String> = promise
            .findings
            .iter()
            .filter(|it| !in_folder(it))
            .collect();
        let found = answers.iter().flat_map(|row| &row.findings);
        let found: Vec<String> = found.map(told).collect();
        let verdict_differs = assessment.verdict.id() != promise.verdict
            && !promise.findings.iter().any(|it| in_folder(&it));
        if !found.iter().eq(promised.iter().copied()) || verdict_differs {
            wrong.push(format!("{file}: {} {found:?}", assessment.verdict.id()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn in_its_folder_each_file_gives_what_the_table_promises() {
    let rulebook = Rulebook::builtin(Language::Zh);
    let mut wrong = Vec::new();
    for (file, promise) in promises() {
        let (_, assessment) = assess(&rulebook, &file);
        let found: Vec<String> = assessment.findings.iter().map(told).collect();
        if found != promise.findings || assessment.verdict.id() != promise.verdict {
            wrong.push(format!("{file}: {} {found:?}", assessment.verdict.id()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_cell_of_every_application_is_accounted_for() {
    let rulebook = Rulebook::builtin(Language::Zh);
    for file in files() {
        let (reading, assessment) = assess(&rulebook, &file);
        if reading.application.is_some() {
            assert_eq!(assessment.cells.unexpected, 0, "{file}");
        }
    }
}

/// What stands in each cell, by sheet and cell.
fn values(reading: &Reading) -> Vec<String> {
    let workbook = reading.workbook.as_ref().unwrap();
    let sheets = workbook.sheets.iter();
    let cells = sheets.flat_map(|sheet| sheet.cells.iter().map(|cell| (&sheet.name, cell)));
    cells
        .map(|(sheet, cell)| format!("{sheet}!{} {:?} {:?}", cell.at, cell.value, cell.formula))
        .collect()
}

#[test]
fn a_marked_copy_holds_the_same_values_and_is_judged_and_marked_the_same() {
    let rulebook = Rulebook::builtin(Language::Zh);
    for file in files() {
        let original = bytes(&file);
        let (reading, assessment) = assess(&rulebook, &file);
        let (context, earlier) = (context(&file), Earlier::default());
        let mark = |bytes: &[u8], reading: &Reading| {
            rulebook
                .mark(bytes, reading, &assessment, &context, &earlier)
                .unwrap()
        };
        let marked = mark(&original, &reading);
        assert!(marked == mark(&original, &reading), "{file}: other bytes");
        let again = rulebook.read(&marked);
        assert!(again.workbook.as_ref().unwrap().was_marked, "{file}");
        if reading.workbook.is_err() {
            continue;
        }
        // Their own workbook, and not a copy of the form with their values.
        assert_eq!(application(&marked), application(&original), "{file}");
        assert_eq!(values(&again), values(&reading), "{file}");
        let judged = rulebook.assess(&again, &context);
        assert_eq!(judged.findings, assessment.findings, "{file}");
        let twice = mark(&marked, &again);
        assert_eq!(values(&rulebook.read(&twice)), values(&reading), "{file}");
    }
}

#[test]
fn marks_go_before_the_colours_that_the_form_has() {
    // LibreOffice goes by the order in the file and not by the priorities: a required blank stayed yellow.
    let rulebook = Rulebook::builtin(Language::Zh);
    let file = "midong/煤基可降解塑料申报书.xlsx";
    let (reading, assessment) = assess(&rulebook, file);
    let marked = rulebook.mark(
        &bytes(file),
        &reading,
        &assessment,
        &context(file),
        &Earlier::default(),
    );
    let marked = marked.unwrap();
    let mut package = zip::ZipArchive::new(Cursor::new(&marked)).unwrap();
    let mut looked_at = 0;
    for index in 0..package.len() {
        let mut part = package.by_index(index).unwrap();
        let mut text = String::new();
        if part.read_to_string(&mut text).is_err() || !text.contains("AND(N(") {
            continue;
        }
        let colours: Vec<bool> = text
            .split("<conditionalFormatting ")
            .skip(1)
            .map(|colour| colour.contains("AND(N("))
            .collect();
        assert!(colours.is_sorted_by(|a, b| a >= b), "{colours:?}");
        looked_at += 1;
    }
    assert_eq!(looked_at, 3, "sheets with findings");
}

#[test]
fn a_note_of_ours_goes_away_though_another_program_dropped_its_author() {
    // LibreOffice saves no authors.
    let rulebook = Rulebook::builtin(Language::Zh);
    let file = "midong/氢储运阀门申报书_系统生成.xlsx";
    let (reading, mut assessment) = assess(&rulebook, file);
    let (context, earlier) = (context(file), Earlier::default());
    let marked = rulebook.mark(&bytes(file), &reading, &assessment, &context, &earlier);
    let saved = support::with_part(&marked.unwrap(), "xl/comments1.xml", |text| {
        assert!(text.contains("<author>联动审核</author>"));
        text.replace("<author>联动审核</author>", "<author></author>")
    });
    assessment.findings.clear();
    let again = rulebook.read(&saved);
    let unmarked = rulebook.mark(&saved, &again, &assessment, &context, &earlier);
    let package = zip::ZipArchive::new(Cursor::new(unmarked.unwrap())).unwrap();
    let left: Vec<_> = package
        .file_names()
        .map(|name| name.unwrap().into_owned())
        .filter(|name| name.contains("comments") || name.contains("vml"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
