//! How fast the whole is, beside two yardsticks measured in the same run.
//!
//! `cargo run --release --example throughput -- N` writes N different filled workbooks (seeded; one in three with
//! one to four faults, each the nearest break of a rule of the catalogue) and takes them through every stage, then
//! through the service with one worker and with two: received, assessed, marked, concluded in the ledger with the
//! copies that are to go out. No mails, no delivery. Two workspaces side by side, each with one worker and half of the
//! workbooks, share nothing but the machine: two workers cannot be expected to need less time.
//!
//! Workbooks are made, measured and dropped in rounds of [`ROUND`], so memory does not depend on N; the six ledgers lie
//! in a temporary folder and take 600 KB of disk a workbook. In each round everything runs over the same workbooks, one
//! after the other, so that a machine's moods hit all alike; one worker and two take turns at being first. The table
//! shows medians of the rounds; the wall times below it are those of all rounds, too. Time to make the workbooks is
//! not counted.
//!
//! ```text
//! cargo run --release --example throughput -- 1000
//! ```
//!
//! The aim: the whole costs at most 0.6 of writing the same cells anew, two workers at most 0.6 of one's time.
//! November 2026, a virtual machine of two processors with noisy neighbours, twelve runs of 1000 workbooks; processor
//! time, 1.0 is anew (5.2 to 6.6 ms that day): read 0.14 to 0.18, check 0.07 to 0.08 (the problem's text 0.02, all rules
//! 0.03), annotate 0.20 to 0.24, ledger 0.10 to 0.12, the service 0.49 to 0.62, in the median 0.55. The sandbox costs 0.12
//! to 0.18 more. Two workers need 0.54 to 0.62 of one's time, in the median 0.57; two workspaces side by side 0.50 to
//! 0.57. Peak memory 79 to 95 MiB, of which the yardsticks and the six ledgers are a part.

#[path = "../support/mod.rs"]
mod support;

use std::hint::black_box;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use jiff::civil::DateTime;
use liandong::assess::{
    Assessment, Context, Grounds, Keys, Language, Portrait, Reading, Rulebook, sha256_hex,
};
use liandong::config::Config;
use liandong::focus;
use liandong::ledger::sqlite::Sqlite;
use liandong::ledger::{Arrival, Conclusion, Found, Job, Ledger as _, Parcel, ParcelKind, Stamp};
use liandong::money::Money;
use liandong::rules;
use liandong::sandbox::{self, Limits};
use liandong::service::{ARRIVALS, Nobody, Service};
use liandong::share;
use rustix::time::{ClockId, clock_gettime};

mod filled;

mod yardsticks;

use filled::{Seed, workbook};
use yardsticks::{all_cells, anew};

const USAGE: &str = "usage: throughput [N]   N workbooks, at least 1 (1000 where it is not given)";
/// Workbooks of a round: taken in as the service takes files in, assessed in one pass.
const ROUND: usize = 128;
const EDITION: &str = "urumqi-2023";
const DISTRICT: &str = "tianshan";
/// Why an answer of the ledger can be expected.
const LEDGER: &str = "a ledger of ours in a folder of ours";
const RECEIVED_AT: DateTime = DateTime::constant(2024, 3, 20, 9, 0, 0, 0);

/// Nanoseconds of processor and of time.
#[derive(Debug, Clone, Copy, Default)]
struct Cost {
    cpu: u64,
    wall: u64,
}

impl std::ops::Sub for Cost {
    type Output = Self;

    fn sub(self, part: Self) -> Self {
        Self {
            cpu: self.cpu.saturating_sub(part.cpu),
            wall: self.wall.saturating_sub(part.wall),
        }
    }
}

/// What everything costs in a round.
#[derive(Debug, Default)]
struct Costs {
    files: u64,
    read: Cost,
    check: Cost,
    focus: Cost,
    rules: Cost,
    share: Cost,
    annotate: Cost,
    ledger: Cost,
    whole: Cost,
    apart: Cost,
    two: Cost,
    pair: Cost,
    cells: Cost,
    anew: Cost,
}

type Take = fn(&Costs) -> Cost;

/// The table's rows; the last two are the yardsticks.
const ROWS: [(&str, Take); 15] = [
    ("read", |costs| costs.read),
    ("check", |costs| costs.check),
    ("  focus alone", |costs| costs.focus),
    ("  all rules alone", |costs| costs.rules),
    ("  the rest of it", |costs| {
        costs.check - costs.focus - costs.rules
    }),
    ("  shares alone", |costs| costs.share),
    ("annotate", |costs| costs.annotate),
    ("ledger", |costs| costs.ledger),
    ("whole, one worker", |costs| costs.whole),
    ("whole, one worker, sandboxed", |costs| costs.apart),
    ("  the sandbox alone", |costs| costs.apart - costs.whole),
    ("whole, two workers", |costs| costs.two),
    ("whole, two workspaces", |costs| costs.pair),
    ("calamine: all cells", |costs| costs.cells),
    ("calamine + rust_xlsxwriter: anew", |costs| costs.anew),
];

fn main() -> ExitCode {
    let given = std::env::args().nth(1);
    if given.as_deref() == Some("examine") {
        // A child of the sandboxed service.
        let served = sandbox::child::serve(&Limits::default());
        return ExitCode::from(u8::from(served.is_err()));
    }
    let count = given.map_or(Ok(1000), |text| text.parse::<usize>());
    let Some(count) = count.ok().filter(|count| *count > 0) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let mut bench = Bench::new(folder.path());
    let (mut seed, mut rounds, mut first_peak, mut bytes) = (Seed(1), Vec::new(), None, 0);
    for from in (0..count).step_by(ROUND) {
        let numbers = from..count.min(from + ROUND);
        let arrivals: Vec<Arrival> = numbers
            .map(|number| arrival(number, workbook(&bench.book, number, &mut seed)))
            .collect();
        bytes += arrivals.iter().map(|it| it.bytes.len()).sum::<usize>();
        rounds.push(bench.round(rounds.len(), &arrivals));
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

fn arrival(number: usize, bytes: Vec<u8>) -> Arrival {
    Arrival {
        path: format!("天山区/{number}.xlsx"),
        folder: Some(DISTRICT.to_owned()),
        stamp: Stamp {
            device: 1,
            inode: i64::try_from(number).expect("a small number"),
            size_bytes: 1,
            modified_ns: 1,
            changed_ns: 1,
        },
        sha256: sha256_hex(&bytes),
        bytes,
        received_at: RECEIVED_AT,
    }
}

/// Workspaces: for the stages one by one; for the service with one worker, sandboxed, and with two; and two side by side.
struct Bench {
    book: Rulebook,
    ledger: Sqlite,
    one: Service,
    apart: Service,
    two: Service,
    pair: [Service; 2],
}

impl Bench {
    fn new(folder: &Path) -> Self {
        let service = |name: &str, workers: usize, program: Option<&str>| {
            let root = folder.join(name);
            let config = Config::parse(&format!("workers = {workers}"), &root);
            let mut config = config.expect("a configuration of ours");
            config.program = program.map(Into::into);
            Service::open(config, Box::new(Nobody)).expect("a folder of ours")
        };
        Self {
            book: Rulebook::builtin(Language::Zh),
            ledger: Sqlite::open(&folder.join("ledger.db")).expect("a folder of ours"),
            one: service("one", 1, None),
            apart: service("apart", 1, Some(sandbox::PROGRAM)),
            two: service("two", 2, None),
            pair: ["left", "right"].map(|name| service(name, 1, None)),
        }
    }

    /// Measures everything once over the same workbooks.
    fn round(&mut self, number: usize, arrivals: &[Arrival]) -> Costs {
        let mut costs = Costs {
            files: arrivals.len() as u64,
            ..Costs::default()
        };
        for taken in arrivals.chunks(ARRIVALS) {
            self.stages(taken, &mut costs);
        }
        let mut compared = [
            (&mut self.one, &mut costs.whole),
            (&mut self.two, &mut costs.two),
        ];
        if number % 2 == 1 {
            compared.reverse();
        }
        for (service, cost) in compared {
            timed(cost, || whole(service, arrivals));
        }
        let halves = arrivals.chunks(arrivals.len().div_ceil(2));
        timed(&mut costs.pair, || {
            std::thread::scope(|scope| {
                for (service, half) in self.pair.iter_mut().zip(halves) {
                    scope.spawn(|| whole(service, half));
                }
            });
        });
        let before = children_cpu_ns();
        timed(&mut costs.apart, || whole(&mut self.apart, arrivals));
        costs.apart.cpu += children_cpu_ns() - before;
        let files = || arrivals.iter().map(|arrival| &*arrival.bytes);
        timed(&mut costs.cells, || {
            files().for_each(|file| all_cells(file, |_, _, _| {}));
        });
        timed(&mut costs.anew, || {
            for file in files() {
                black_box(anew(file).expect("every workbook of ours can be written anew"));
            }
        });
        costs
    }

    /// What the service does, step by step.
    fn stages(&mut self, arrivals: &[Arrival], costs: &mut Costs) {
        let (book, ledger) = (&self.book, &mut self.ledger);
        let (jobs, mut lookup) = timed(&mut costs.ledger, || {
            ledger.receive(arrivals).expect(LEDGER);
            let jobs = ledger.claim(0, arrivals.len()).expect(LEDGER);
            (jobs, ledger.lookup().expect(LEDGER))
        });
        let mut conclusions = Vec::new();
        for (number, job) in (1..).zip(&jobs) {
            let context = context(job);
            let reading = timed(&mut costs.read, || book.read(&job.bytes));
            let keys = book.keys(&reading, &context);
            let found = timed(&mut costs.ledger, || lookup.earlier(job, &keys));
            let found = found.expect(LEDGER);
            let assessment = timed(&mut costs.check, || {
                book.assess_by(&reading, &context, &found.earlier, |case, language| {
                    timed(&mut costs.rules, || rules::judge(case, language))
                })
            });
            timed(&mut costs.focus, || focus_of(book, &reading));
            timed(&mut costs.share, || shares_of(book, number));
            let marked = timed(&mut costs.annotate, || {
                book.mark(&job.bytes, &reading, &assessment, &context, &found.earlier)
            });
            let marked = marked.expect("every workbook of ours can be marked");
            let portrait = reading.portrait;
            conclusions.push(conclusion(
                job,
                assessment,
                (keys, portrait),
                (found, marked),
            ));
        }
        let stored = timed(&mut costs.ledger, || ledger.conclude(&conclusions));
        stored.expect(LEDGER);
    }
}

/// All that `liandong run` does with files that have settled, up to an outbox that is ready to go out.
fn whole(service: &mut Service, arrivals: &[Arrival]) {
    for taken in arrivals.chunks(ARRIVALS) {
        service.ledger().receive(taken).expect(LEDGER);
    }
    service.assess().expect(LEDGER);
}

/// The check of the problem's text, which `check` holds too.
fn focus_of(rulebook: &Rulebook, reading: &Reading) {
    let edition = rulebook.policies.edition(EDITION);
    let application = reading.application.as_ref();
    black_box(application.and_then(|app| focus::judge(app, edition.map(|it| &**it))));
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

/// What the ledger stores: the conclusion, and the marked copy that is to go out.
fn conclusion(
    job: &Job,
    assessment: Assessment,
    (keys, portrait): (Keys, Portrait),
    (found, marked): (Found, Vec<u8>),
) -> Conclusion {
    let result = format!("results/{}.xlsx", job.number);
    Conclusion {
        id: job.id,
        assessment,
        keys,
        portrait,
        previous: found.previous,
        version: found.version,
        parcels: vec![Parcel {
            kind: ParcelKind::Result,
            target: result.clone(),
            message_id: String::new(),
            body: marked.into(),
        }],
        grounds: Grounds::default(),
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

/// Processor time of the children that are alive.
fn children_cpu_ns() -> u64 {
    let tasks = std::fs::read_dir("/proc/self/task").expect("a process has threads");
    let children = tasks.flat_map(|task| {
        let children = task.expect("a thread").path().join("children");
        let children = std::fs::read_to_string(children).unwrap_or_default();
        children
            .split_whitespace()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    });
    let spent = children.map(|child| {
        let spent = std::fs::read_to_string(format!("/proc/{child}/schedstat")).unwrap_or_default();
        let spent = spent.split_whitespace().next().map(str::parse::<u64>);
        spent.and_then(Result::ok).unwrap_or_default()
    });
    spent.sum()
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
    for (name, row) in [
        ("two workers", (|costs| costs.two) as Take),
        ("two workspaces side by side", |costs| costs.pair),
    ] {
        let wall = |row: Take| rounds.iter().map(|costs| row(costs).wall).sum();
        let all = permille(wall(row), wall(|costs| costs.whole));
        let usual = median(rounds, |costs| permille(row(costs).wall, costs.whole.wall));
        let (all, usual) = (decimal(all), decimal(usual));
        println!("wall time of {name}: {all} of one worker's, in the median of rounds {usual}");
    }
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
