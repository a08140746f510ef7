//! Files that were made to do harm, through the real program: each gets an answer within 20 seconds and 1 GiB.

mod support;

#[path = "support/hostile.rs"]
mod hostile;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use hostile::Hostile;

const PROGRAM: &str = env!("CARGO_BIN_EXE_liandong");
/// Time for one file.
const WALL: Duration = Duration::from_secs(20);
/// Memory of the program, in KiB.
const MEMORY_KIB: u64 = 1024 * 1024;

fn fixture(name: &str) -> Vec<u8> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats");
    std::fs::read(folder.join(name)).unwrap()
}

/// Checks and marks files, each by a program of its own: what each was told, or what was wrong with the program.
fn answers(files: &[Hostile]) -> Vec<Result<String, String>> {
    let folder = tempfile::tempdir().unwrap();
    let told = |(number, (name, bytes)): (usize, &Hostile)| {
        let file = folder.path().join(format!("{number}.xlsx"));
        std::fs::write(&file, bytes).unwrap();
        let began = Instant::now();
        let limit = format!("ulimit -v {MEMORY_KIB}; exec \"$0\" \"$@\"");
        let mut child = Command::new("sh")
            .args([
                "-c",
                &limit,
                PROGRAM,
                "check",
                "--format",
                "jsonl",
                "--as-of",
                "2024-03-20",
            ])
            .arg("--annotate")
            .arg(folder.path())
            .arg(&file)
            .stdout(Stdio::from(
                std::fs::File::create(file.with_extension("out")).unwrap(),
            ))
            .stderr(Stdio::from(
                std::fs::File::create(file.with_extension("err")).unwrap(),
            ))
            .spawn()
            .unwrap();
        let ended = loop {
            match child.try_wait().unwrap() {
                Some(ended) => break ended,
                None if began.elapsed() > WALL => {
                    child.kill().unwrap();
                    child.wait().unwrap();
                    return Err(format!("{name}: no answer in {WALL:?}"));
                }
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        };
        let out = std::fs::read_to_string(file.with_extension("out")).unwrap();
        let log = std::fs::read_to_string(file.with_extension("err")).unwrap();
        let verdict = serde_json::from_str::<serde_json::Value>(&out);
        let first = verdict
            .as_ref()
            .ok()
            .map(|it| &it["findings"][0]["message"]);
        let first = first
            .and_then(|it| it.as_str())
            .unwrap_or_default()
            .to_owned();
        let is_answer = verdict.is_ok_and(|it| it["verdict"].is_string());
        let is_fine =
            matches!(ended.code(), Some(0 | 1)) && is_answer && !log.contains("has a fault");
        match is_fine {
            true => Ok(format!("{name}: {first}")),
            false => Err(format!("{name}: {ended}\n{out}\n{log}")),
        }
    };
    let half = files.len().div_ceil(2).max(1);
    let numbered: Vec<_> = files.iter().enumerate().collect();
    std::thread::scope(|scope| {
        let halves = numbered.chunks(half);
        let threads =
            halves.map(|part| scope.spawn(|| part.iter().copied().map(told).collect::<Vec<_>>()));
        let threads: Vec<_> = threads.collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    })
}

#[test]
fn every_hostile_file_gets_an_answer() {
    let mut files = hostile::of_xml();
    files.extend(hostile::of_containers());
    files.extend(hostile::of_compounds(&fixture("cold-chain.xls")));
    files.extend(hostile::of_opendocument());
    assert!(files.len() >= 80, "{}", files.len());
    let (told, wrong): (Vec<_>, Vec<_>) = answers(&files).into_iter().partition(Result::is_ok);
    let wrong: Vec<String> = wrong.into_iter().filter_map(Result::err).collect();
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        files.len(),
        wrong.join("\n")
    );
    let told: Vec<String> = told.into_iter().flatten().collect();
    insta::assert_snapshot!("hostile_answers", told.join("\n"));
}

/// Found by fuzzing: an amount that is money and yet too large to be shown as a decimal.
#[test]
fn an_amount_of_25_digits_is_answered_as_out_of_range() {
    use liandong::rules::Typed;
    let mut files = Vec::new();
    for slot in ["sources.region.1", "sources.own.1"] {
        let mut values = support::faultless();
        let amount = Typed::Text("6888880000000071328888795".into());
        values.insert(slot.to_owned(), amount);
        files.push((slot.to_owned(), support::written(&values)));
    }
    for told in answers(&files) {
        let told = told.unwrap();
        assert!(told.contains("6888880000000071328888795"), "{told}");
    }
}

/// In this process, which a panic does not end: hundreds of files.
#[test]
fn every_cut_or_noisy_file_gets_an_answer() {
    for name in [
        "copied-out.xlsx",
        "copied-out.xls",
        "copied-out.ods",
        "copied-out.xlsb",
        "cold-chain.xls",
        "wind.ods",
    ] {
        let whole = fixture(name);
        let mut files = hostile::cut(name, &whole);
        files.extend(hostile::with_noise(name, &whole, 60));
        for (name, file) in files {
            let began = Instant::now();
            // a panic is caught by the reader and told as damage: the hook says that there was one
            let read = liandong::read::read(&file);
            assert!(began.elapsed() < WALL, "{name}: {:?}", began.elapsed());
            if name.contains(" cut at ") {
                assert!(read.is_err(), "{name} was read");
            }
        }
    }
}
