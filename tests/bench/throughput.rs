//! How fast the core is, beside two yardsticks measured in the same run.
//!
//! `cargo run --release --example throughput -- N` writes N different filled workbooks (seeded; one in three with
//! one to four faults, each the nearest break of a rule of the catalogue) and takes them through every stage. They
//! are made, measured and dropped in rounds, so memory does not depend on N. In each round every stage and both
//! yardsticks run over the same workbooks, one after the other, so that a machine's moods hit all alike; the table
//! shows medians of the rounds. Time to make the workbooks is not counted.
//!
//! ```text
//! cargo run --release --example throughput -- 1000
//! cargo run --release --example throughput -- 10000     # the same peak memory
//! ```

#[path = "../support/mod.rs"]
mod support;

use std::hint::black_box;
use std::io::Cursor;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use calamine::{Data, DataRef, Reader as _, Xlsx};
use liandong::assess::{Context, Earlier, Language, Rulebook};
use liandong::form::blank::{self, Values};
use liandong::money::Money;
use liandong::rules::{Edit, Typed, rules};
use liandong::share;
use rust_xlsxwriter::{Note, XlsxError};
use rustix::time::{ClockId, clock_gettime};

const USAGE: &str = "usage: throughput [N]   N workbooks, at least 1 (1000 where it is not given)";
/// Workbooks of a round.
const ROUND: usize = 20;
const EDITION: &str = "urumqi-2023";
const DISTRICT: &str = "tianshan";
/// Notes that the second yardstick writes.
const NOTES: u32 = 20;

/// Nanoseconds of processor and of time.
#[derive(Debug, Clone, Copy, Default)]
struct Cost {
    cpu: u64,
    wall: u64,
}

/// What everything costs in a round.
#[derive(Debug, Default)]
struct Costs {
    files: u64,
    read: Cost,
    check: Cost,
    share: Cost,
    annotate: Cost,
    whole: Cost,
    two: Cost,
    cells: Cost,
    anew: Cost,
}

/// The table's rows; the last two are the yardsticks.
const ROWS: [(&str, fn(&Costs) -> Cost); 8] = [
    ("read", |costs| costs.read),
    ("check", |costs| costs.check),
    ("  shares alone", |costs| costs.share),
    ("annotate", |costs| costs.annotate),
    ("whole, one worker", |costs| costs.whole),
    ("whole, two workers", |costs| costs.two),
    ("calamine: all cells", |costs| costs.cells),
    ("calamine + rust_xlsxwriter: anew", |costs| costs.anew),
];

fn main() -> ExitCode {
    let given = std::env::args().nth(1);
    let count = given.map_or(Ok(1000), |text| text.parse::<usize>());
    let Some(count) = count.ok().filter(|count| *count > 0) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let rulebook = Rulebook::builtin(Language::Zh);
    let (mut seed, mut rounds, mut first_peak, mut bytes) = (Seed(1), Vec::new(), None, 0);
    for from in (0..count).step_by(ROUND) {
        let numbers = from..count.min(from + ROUND);
        let files: Vec<Vec<u8>> = numbers
            .map(|number| workbook(&rulebook, number, &mut seed))
            .collect();
        bytes += files.iter().map(Vec::len).sum::<usize>();
        rounds.push(round(&rulebook, &files));
        first_peak = first_peak.or_else(peak_kib);
    }
    println!(
        "{count} workbooks of {} bytes in {} rounds",
        bytes / count,
        rounds.len()
    );
    table(&rounds);
    if let Some((first, last)) = first_peak.zip(peak_kib()) {
        println!("peak memory: {first} KiB after the first round, {last} KiB at the end");
    }
    ExitCode::SUCCESS
}

/// Measures everything once over the same workbooks; what a workbook costs on average.
fn round(rulebook: &Rulebook, files: &[Vec<u8>]) -> Costs {
    let mut costs = Costs {
        files: files.len() as u64,
        ..Costs::default()
    };
    let earlier = Earlier::default();
    for (number, file) in (1..).zip(files) {
        let context = context();
        let reading = timed(&mut costs.read, || rulebook.read(file));
        let found = timed(&mut costs.check, || rulebook.assess(&reading, &context));
        timed(&mut costs.share, || shares_of(rulebook, number));
        timed(&mut costs.annotate, || {
            rulebook.mark(file, &reading, &found, &context, &earlier)
        })
        .expect("every workbook of ours can be marked");
    }
    timed(&mut costs.whole, || {
        files.iter().for_each(|file| whole(rulebook, file))
    });
    timed(&mut costs.cells, || {
        files.iter().for_each(|file| all_cells(file, |_, _, _| {}))
    });
    timed(&mut costs.anew, || {
        for file in files {
            black_box(anew(file).expect("every workbook of ours can be written anew"));
        }
    });
    timed(&mut costs.two, || two_workers(rulebook, files));
    costs
}

/// The shares of a project of 天山区.
fn shares_of(rulebook: &Rulebook, number: i128) {
    let edition = rulebook.policies.edition(EDITION).expect("built in");
    let mut districts = edition.districts.iter();
    let district = districts
        .find(|district| district.id == DISTRICT)
        .expect("built in");
    let region = Money::from_fen(number * 1_234_567);
    black_box(share::compute(edition, district, region, &rulebook.splits))
        .expect("a class with a ratio");
}

/// All that becomes of one workbook.
fn whole(rulebook: &Rulebook, file: &[u8]) {
    let context = context();
    let reading = rulebook.read(file);
    let found = rulebook.assess(&reading, &context);
    let marked = rulebook.mark(file, &reading, &found, &context, &Earlier::default());
    black_box(marked).expect("every workbook of ours can be marked");
}

fn two_workers(rulebook: &Rulebook, files: &[Vec<u8>]) {
    let next = AtomicUsize::new(0);
    let work = || {
        while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            whole(rulebook, file);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        work();
    });
}

fn context() -> Context {
    Context {
        file: "申报书.xlsx".to_owned(),
        folder: Some(DISTRICT.to_owned()),
        received_at: jiff::civil::date(2024, 3, 20).at(9, 0, 0, 0),
        id: Some("LD2024-000001".to_owned()),
        edition: None,
    }
}

/// The first yardstick: every cell that holds something, by the streaming reader.
fn all_cells(file: &[u8], mut each: impl FnMut(usize, (u32, u32), &DataRef<'_>)) {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(file)).expect("a workbook of ours");
    for (index, sheet) in book.sheet_names().iter().enumerate() {
        let mut cells = book.worksheet_cells_reader(sheet).expect("a sheet of ours");
        while let Some(cell) = cells.next_cell().expect("a cell of ours") {
            if *cell.get_value() != DataRef::Empty {
                each(index, cell.get_position(), black_box(cell.get_value()));
            }
        }
    }
}

/// The second yardstick: the same, and a new workbook with the same values and [`NOTES`] notes.
fn anew(file: &[u8]) -> Result<Vec<u8>, XlsxError> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let mut written = Ok(());
    all_cells(file, |index, (row, column), value| {
        while book.worksheets().len() <= index {
            book.add_worksheet();
        }
        let sheet = &mut book.worksheets_mut()[index];
        let column = u16::try_from(column).expect("a sheet has 16,384 columns");
        let done = match value {
            DataRef::Float(number) => sheet.write_number(row, column, *number),
            DataRef::DateTime(day) => sheet.write_number(row, column, day.as_f64()),
            DataRef::Bool(truth) => sheet.write_boolean(row, column, *truth),
            DataRef::SharedString(text) => sheet.write_string(row, column, *text),
            other => sheet.write_string(row, column, Data::from(other.clone()).to_string()),
        };
        if let Err(error) = done {
            written = Err(error);
        }
    });
    written?;
    let sheet = book.worksheet_from_index(0)?;
    for row in 0..NOTES {
        let note =
            Note::new("【必须修改】填写的金额与应承担的不一致。\n怎么改：把金额改为 180.00。");
        sheet.insert_note(row, 3, &note)?;
    }
    book.save_to_buffer()
}

/// One faultless application in which texts and names differ; in one of three some fields break a rule.
fn workbook(rulebook: &Rulebook, number: usize, seed: &mut Seed) -> Vec<u8> {
    let mut values: Values = support::faultless();
    for slot in [
        "title",
        "problem_name",
        "abstract",
        "leader",
        "registered_in",
    ] {
        if let Some(Typed::Text(text)) = values.get_mut(slot) {
            text.to_mut()
                .push_str(&format!("{number}号{}", seed.below(1_000_000)));
        }
    }
    if seed.below(3) == 0 {
        let rules: Vec<_> = rules().collect();
        for _ in 0..=seed.below(4) {
            for edit in rules[seed.below(rules.len())].breaks {
                if let Edit::Set(slot, typed) = edit {
                    values.insert((*slot).to_owned(), typed.clone());
                }
            }
        }
    }
    let edition = rulebook.policies.edition(EDITION).expect("built in");
    blank::write(&rulebook.layout, edition, &values).expect("the form can be written")
}

/// A sequence of numbers that looks like chance and is the same in every run (SplitMix64).
struct Seed(u64);

impl Seed {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).expect("below a usize")
    }
}

/// Adds what a step costs this process.
fn timed<T>(cost: &mut Cost, step: impl FnOnce() -> T) -> T {
    let (cpu, start) = (cpu_ns(), Instant::now());
    let made = black_box(step());
    cost.wall += u64::try_from(start.elapsed().as_nanos()).expect("centuries fit");
    cost.cpu += cpu_ns() - cpu;
    made
}

/// Processor time of all threads of this process.
fn cpu_ns() -> u64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    u64::try_from(time.tv_sec * 1_000_000_000 + time.tv_nsec).expect("a time is not negative")
}

/// The most memory that this process has held, where the system tells.
fn peak_kib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// Prints the medians of the rounds: costs a workbook, and processor time against the second yardstick.
fn table(rounds: &[Costs]) {
    println!(
        "{:34}{:>10}{:>10}{:>12}",
        "a workbook", "cpu us", "wall us", "of anew"
    );
    for (name, row) in ROWS {
        let cpu = median(rounds, |costs| row(costs).cpu / costs.files / 1000);
        let wall = median(rounds, |costs| row(costs).wall / costs.files / 1000);
        let ratio = median(rounds, |costs| permille(row(costs).cpu, costs.anew.cpu));
        println!("{name:34}{cpu:>10}{wall:>10}{:>12}", decimal(ratio));
    }
    let ratio = median(rounds, |costs| permille(costs.two.wall, costs.whole.wall));
    println!("two workers' wall time: {} of one's", decimal(ratio));
}

fn median(rounds: &[Costs], take: impl Fn(&Costs) -> u64) -> u64 {
    let mut all: Vec<u64> = rounds.iter().map(take).collect();
    all.sort_unstable();
    all[all.len() / 2]
}

fn permille(part: u64, whole: u64) -> u64 {
    part * 1000 / whole.max(1)
}

fn decimal(permille: u64) -> String {
    format!("{}.{:03}", permille / 1000, permille % 1000)
}
