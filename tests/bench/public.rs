//! Marks workbooks that are no forms of ours, whatever they hold, and proves each marked copy.
//!
//! `cargo run --release --example public -- FILE…` reads each file; an `.xlsx` gets marks and notes on the first, the last and some
//! more cells of every sheet, beside the result sheet. The copy must hold the same cells, and marked twice more, at last
//! without a finding, it must be part by part what the original gives without a finding. Prints a line for each fault
//! and a summary; a panic, and more than [`WALL`] for one file, are faults.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use jiff::civil::DateTime;
use liandong::annotate::{self, Marking, NotEditable};
use liandong::assess::{Assessment, Context, Earlier, Language, Reading, Rulebook};
use liandong::place::CellRef;
use liandong::read::{Format, Sheet, Workbook};
use liandong::rules::{Finding, Severity};

/// Time for all that is done with one file.
const WALL: Duration = Duration::from_secs(20);
/// Cells of a sheet that are marked beside the first and the last.
const MORE: usize = 6;
const RECEIVED_AT: DateTime = DateTime::constant(2024, 3, 20, 9, 0, 0, 0);

/// What became of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Answer {
    /// Marked by parts, and proved.
    Marked,
    /// Of a kind that is answered in a copy of ours.
    Copied,
    /// Not read, with a reason for the sender.
    Refused,
}

/// Everything that stays the same from file to file.
struct Bench {
    rulebook: Rulebook,
    context: Context,
    earlier: Earlier,
}

fn main() -> ExitCode {
    let files: Vec<String> = std::env::args().skip(1).collect();
    let bench = Bench {
        rulebook: Rulebook::builtin(Language::Zh),
        context: Context {
            file: "public.xlsx".to_owned(),
            folder: None,
            received_at: RECEIVED_AT,
            id: None,
            edition: None,
        },
        earlier: Earlier::default(),
    };
    let (mut answers, mut faults) = (BTreeMap::<Answer, usize>::new(), 0);
    for file in &files {
        let began = Instant::now();
        let done = catch_unwind(AssertUnwindSafe(|| bench.answer(Path::new(file))));
        let done = done.unwrap_or_else(|_| Err("a panic".to_owned()));
        let done = done.and_then(|answer| match began.elapsed() {
            long if long > WALL => Err(format!("took {long:?}")),
            _ => Ok(answer),
        });
        match done {
            Ok(answer) => *answers.entry(answer).or_default() += 1,
            Err(fault) => {
                faults += 1;
                println!("{file}: {fault}");
            }
        }
    }
    println!("{} files, {answers:?}, {faults} faults", files.len());
    match faults {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

impl Bench {
    fn answer(&self, file: &Path) -> Result<Answer, String> {
        let bytes = std::fs::read(file).map_err(|error| error.to_string())?;
        let reading = self.rulebook.read(&bytes);
        let base = self.rulebook.assess(&reading, &self.context);
        let Ok(workbook) = &reading.workbook else {
            return Ok(Answer::Refused);
        };
        if workbook.format != Format::Xlsx || reading.summary.is_some() {
            return Ok(Answer::Copied);
        }
        let (many, few) = (findings(workbook, 1), findings(workbook, 2));
        let first = match self.mark(&bytes, &reading, &base, many) {
            Err(NotEditable::Strict | NotEditable::Signed) => return Ok(Answer::Copied),
            first => first.map_err(|why| format!("not marked: {why}"))?,
        };
        let again = self.rulebook.read(&first);
        same(workbook, &again)?;
        let fails = |why: NotEditable| format!("not marked again: {why}");
        let second = self.mark(&first, &again, &base, few).map_err(fails)?;
        let again = self.rulebook.read(&second);
        same(workbook, &again)?;
        let last = self
            .mark(&second, &again, &base, Vec::new())
            .map_err(fails)?;
        let clean = self
            .mark(&bytes, &reading, &base, Vec::new())
            .map_err(fails)?;
        same_parts(&parts(&clean)?, &parts(&last)?)?;
        Ok(Answer::Marked)
    }

    fn mark(
        &self,
        bytes: &[u8],
        reading: &Reading,
        base: &Assessment,
        findings: Vec<Finding>,
    ) -> Result<Vec<u8>, NotEditable> {
        let assessment = Assessment {
            findings,
            ..base.clone()
        };
        let marking = Marking {
            reading,
            assessment: &assessment,
            context: &self.context,
            earlier: &self.earlier,
            edition: None,
            copied: None,
        };
        let workbook = reading.workbook.as_ref();
        let workbook = workbook.map_err(|fault| NotEditable::Broken(fault.to_string()))?;
        annotate::mark(bytes, workbook, &marking)
    }
}

/// A finding for some cells of every sheet, or of every second one.
fn findings(workbook: &Workbook, every: usize) -> Vec<Finding> {
    let sheets = workbook.sheets.iter().step_by(every);
    let all = sheets.flat_map(|sheet| cells(sheet).into_iter().map(move |cell| (sheet, cell)));
    let finding = |(sheet, cell): (&Sheet, CellRef)| Finding {
        code: "T01".into(),
        name: "public".into(),
        severity: Severity::Block,
        sheet: Some(sheet.name.to_string()),
        cell: Some(cell),
        field: None,
        entered: None,
        expected: Some("5".to_owned()),
        difference: None,
        from: vec![format!("{}!A1", sheet.name)],
        message: "与应为的 <&\"> 不符。".to_owned(),
        fix: "请改正。".to_owned(),
        clause: "form".to_owned(),
    };
    all.map(finding).collect()
}

fn cells(sheet: &Sheet) -> Vec<CellRef> {
    let held = sheet.cells.iter().map(|cell| cell.at);
    let step = (sheet.cells.len() / MORE).max(1);
    let mut all: Vec<CellRef> = held.step_by(step).take(MORE).collect();
    all.extend(sheet.cells.last().map(|cell| cell.at));
    all.extend(sheet.merges.first().map(|range| range.first));
    all.push(CellRef { row: 0, column: 0 });
    all.sort_unstable();
    all.dedup();
    all
}

/// A marked copy reads as its original did.
fn same(before: &Workbook, after: &Reading) -> Result<(), String> {
    let after = after.workbook.as_ref().map_err(ToString::to_string)?;
    if !after.was_marked || before.sheets.len() != after.sheets.len() {
        return Err("its marked copy has other sheets".to_owned());
    }
    for (old, new) in before.sheets.iter().zip(&after.sheets) {
        if old.name != new.name || old.cells != new.cells || old.merges != new.merges {
            return Err(format!("its marked copy differs at {}", old.name));
        }
    }
    Ok(())
}

fn parts(file: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, String> {
    let broken = |error: zip::result::ZipError| error.to_string();
    let mut package = zip::ZipArchive::new(Cursor::new(file)).map_err(broken)?;
    let mut parts = BTreeMap::new();
    for index in 0..package.len() {
        let mut part = package.by_index(index).map_err(broken)?;
        let name = part.name().map_err(broken)?.to_string();
        let mut content = Vec::new();
        // what was damaged in a member that nobody reads stays damaged
        let _ = part.read_to_end(&mut content);
        parts.insert(name, content);
    }
    Ok(parts)
}

fn same_parts(
    clean: &BTreeMap<String, Vec<u8>>,
    last: &BTreeMap<String, Vec<u8>>,
) -> Result<(), String> {
    let names = clean.keys().chain(last.keys());
    // content types are a set: where the property of a marked copy stands among them is of no matter
    let told = |parts: &BTreeMap<String, Vec<u8>>, name: &String| {
        let mut pieces: Vec<Vec<u8>> = match parts.get(name) {
            Some(content) if name == "[Content_Types].xml" => content
                .split(|byte| *byte == b'<')
                .map(<[u8]>::to_vec)
                .collect(),
            content => content.into_iter().cloned().collect(),
        };
        pieces.sort_unstable();
        pieces
    };
    // in a large sheet nobody looks for who uses a style of ours, so that they stay, and the result sheet counts on them
    let may_stay = |name: &String| name.ends_with("styles.xml") || name.contains("/liandong");
    let mut other = names.filter(|name| !may_stay(name) && told(clean, name) != told(last, name));
    match other.next() {
        Some(name) => Err(format!("its third marked copy is not clean: {name}")),
        None => Ok(()),
    }
}
