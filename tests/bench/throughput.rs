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
use std::path::Path;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use jiff::civil::DateTime;
use liandong::assess::{Assessment, Context, Keys, Language, Rulebook, sha256_hex};
use liandong::ledger::sqlite::Sqlite;
use liandong::ledger::{
    Arrival, Conclusion, Found, Job, Ledger as _, Lookup, Parcel, ParcelKind, Stamp,
};
use liandong::money::Money;
use liandong::share;
use rustix::time::{ClockId, clock_gettime};

mod filled;

mod yardsticks;

use filled::{Seed, workbook};
use yardsticks::{all_cells, anew};

const USAGE: &str = "usage: throughput [N]   N workbooks, at least 1 (1000 where it is not given)";
/// Workbooks of a round.
const ROUND: usize = 20;
const EDITION: &str = "urumqi-2023";
const DISTRICT: &str = "tianshan";
const RECEIVED_AT: DateTime = DateTime::constant(2024, 3, 20, 9, 0, 0, 0);

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
    ledger: Cost,
    whole: Cost,
    two: Cost,
    cells: Cost,
    anew: Cost,
}

type Take = fn(&Costs) -> Cost;

/// The table's rows; the last two are the yardsticks.
const ROWS: [(&str, Take); 9] = [
    ("read", |costs| costs.read),
    ("check", |costs| costs.check),
    ("  shares alone", |costs| costs.share),
    ("annotate", |costs| costs.annotate),
    ("ledger", |costs| costs.ledger),
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
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut desk = Desk::new(folder.path());
    let (mut seed, mut rounds, mut first_peak, mut bytes) = (Seed(1), Vec::new(), None, 0);
    for from in (0..count).step_by(ROUND) {
        let numbers = from..count.min(from + ROUND);
        let files: Vec<Vec<u8>> = numbers
            .map(|number| workbook(&desk.rulebook, number, &mut seed))
            .collect();
        bytes += files.iter().map(Vec::len).sum::<usize>();
        rounds.push(round(&mut desk, &files));
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

/// What the service has at hand: the rules, and a ledger in a folder of its own.
struct Desk {
    rulebook: Rulebook,
    ledger: Sqlite,
    /// Batches taken in so far: each lies in a folder of its own, so that no file is known already.
    batches: usize,
}

impl Desk {
    fn new(folder: &Path) -> Self {
        Self {
            rulebook: Rulebook::builtin(Language::Zh),
            ledger: Sqlite::open(&folder.join("ledger.db")).expect("a folder of ours"),
            batches: 0,
        }
    }

    /// Takes a batch in, in one transaction, and claims it in another.
    fn take_in(&mut self, files: &[Vec<u8>]) -> Vec<Job> {
        self.batches += 1;
        let arrival = |(number, file): (i64, &Vec<u8>)| Arrival {
            path: format!("{}/{number}.xlsx", self.batches),
            folder: Some(DISTRICT.to_owned()),
            stamp: Stamp {
                device: 1,
                inode: number,
                size_bytes: 1,
                modified_ns: 1,
                changed_ns: 1,
            },
            sha256: sha256_hex(file),
            bytes: file.clone(),
            received_at: RECEIVED_AT,
        };
        let arrivals: Vec<Arrival> = (1..).zip(files).map(arrival).collect();
        self.ledger.receive(&arrivals).expect("a ledger of ours");
        let jobs = self.ledger.claim(0, files.len());
        jobs.expect("a ledger of ours")
    }

    fn lookup(&self) -> Box<dyn Lookup> {
        self.ledger.lookup().expect("a ledger of ours")
    }

    /// All that becomes of a batch, stored in one transaction.
    fn whole(&mut self, files: &[Vec<u8>]) {
        let jobs = self.take_in(files);
        let mut lookup = self.lookup();
        let answered = jobs
            .iter()
            .map(|job| answer(&self.rulebook, &mut *lookup, job));
        let conclusions: Vec<Conclusion> = answered.collect();
        self.ledger
            .conclude(&conclusions)
            .expect("a ledger of ours");
    }

    /// The same by two workers, each with a lookup of its own.
    fn whole_by_two(&mut self, files: &[Vec<u8>]) {
        let jobs = self.take_in(files);
        let next = AtomicUsize::new(0);
        let work = |mut lookup: Box<dyn Lookup>| {
            let mut conclusions = Vec::new();
            while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                conclusions.push(answer(&self.rulebook, &mut *lookup, job));
            }
            conclusions
        };
        let (mine, other) = (self.lookup(), self.lookup());
        let conclusions = std::thread::scope(|scope| {
            let other = scope.spawn(|| work(other));
            let mut conclusions = work(mine);
            conclusions.extend(other.join().expect("a worker that does not panic"));
            conclusions
        });
        self.ledger
            .conclude(&conclusions)
            .expect("a ledger of ours");
    }
}

/// Measures everything once over the same workbooks.
fn round(desk: &mut Desk, files: &[Vec<u8>]) -> Costs {
    let mut costs = Costs {
        files: files.len() as u64,
        ..Costs::default()
    };
    stages(desk, files, &mut costs);
    timed(&mut costs.whole, || desk.whole(files));
    timed(&mut costs.two, || desk.whole_by_two(files));
    timed(&mut costs.cells, || {
        files.iter().for_each(|file| all_cells(file, |_, _, _| {}));
    });
    timed(&mut costs.anew, || {
        for file in files {
            black_box(anew(file).expect("every workbook of ours can be written anew"));
        }
    });
    costs
}

/// The same as [`Desk::whole`], step by step.
fn stages(desk: &mut Desk, files: &[Vec<u8>], costs: &mut Costs) {
    let jobs = timed(&mut costs.ledger, || desk.take_in(files));
    let mut lookup = timed(&mut costs.ledger, || desk.lookup());
    let book = &desk.rulebook;
    let mut conclusions = Vec::new();
    for (number, job) in (1..).zip(&jobs) {
        let context = context(job);
        let reading = timed(&mut costs.read, || book.read(&job.bytes));
        let keys = book.keys(&reading);
        let found = timed(&mut costs.ledger, || lookup.earlier(job, &keys));
        let found = found.expect("a ledger of ours");
        let assessment = timed(&mut costs.check, || book.assess(&reading, &context));
        timed(&mut costs.share, || shares_of(book, number));
        let marked = timed(&mut costs.annotate, || {
            book.mark(&job.bytes, &reading, &assessment, &context, &found.earlier)
        });
        let marked = marked.expect("every workbook of ours can be marked");
        conclusions.push(conclusion(job, assessment, keys, (found, marked)));
    }
    let stored = timed(&mut costs.ledger, || desk.ledger.conclude(&conclusions));
    stored.expect("a ledger of ours");
}

/// The shares of a project of 天山区.
fn shares_of(rulebook: &Rulebook, number: i128) {
    let edition = rulebook.policies.edition(EDITION).expect("built in");
    let mut districts = edition.districts.iter();
    let district = districts.find(|district| district.id == DISTRICT);
    let region = Money::from_fen(number * 1_234_567);
    let district = district.expect("built in");
    black_box(share::compute(edition, district, region, &rulebook.splits))
        .expect("a class with a ratio");
}

/// All that is concluded of one submission.
fn answer(book: &Rulebook, lookup: &mut dyn Lookup, job: &Job) -> Conclusion {
    let context = context(job);
    let reading = book.read(&job.bytes);
    let keys = book.keys(&reading);
    let found = lookup.earlier(job, &keys).expect("a ledger of ours");
    let assessment = book.assess(&reading, &context);
    let marked = book.mark(&job.bytes, &reading, &assessment, &context, &found.earlier);
    let marked = marked.expect("every workbook of ours can be marked");
    conclusion(job, assessment, keys, (found, marked))
}

/// What the ledger stores: the conclusion, and the marked copy that is to go out.
fn conclusion(
    job: &Job,
    assessment: Assessment,
    keys: Keys,
    (found, marked): (Found, Vec<u8>),
) -> Conclusion {
    let result = format!("results/{}.xlsx", job.number);
    Conclusion {
        id: job.id,
        assessment,
        keys,
        previous: found.previous,
        version: found.version,
        parcels: vec![Parcel {
            kind: ParcelKind::Result,
            target: result.clone(),
            message_id: String::new(),
            body: marked.into(),
        }],
        result,
    }
}

fn context(job: &Job) -> Context {
    Context {
        file: job.path.clone(),
        folder: job.folder.clone(),
        received_at: job.received_at,
        id: Some(job.number.clone()),
        edition: None,
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
