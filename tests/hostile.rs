//! Files that were made to do harm, through the real program: each gets an answer within 20 seconds and 1 GiB.

mod support;

#[path = "support/hostile.rs"]
mod hostile;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use hostile::Hostile;

const PROGRAM: &str = env!("CARGO_BIN_EXE_liandong");
/// Time for one file.
const WALL: Duration = Duration::from_secs(20);
/// Memory of the program, in KiB.
const MEMORY_KIB: u64 = 1024 * 1024;

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/formats");
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

fn all() -> Vec<Hostile> {
    let mut files = hostile::of_xml();
    files.extend(hostile::of_containers());
    files.extend(hostile::of_compounds(&fixture("cold-chain.xls")));
    files.extend(hostile::of_opendocument());
    files
}

#[test]
fn every_hostile_file_gets_an_answer() {
    let files = all();
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

/// A form in every format that is read, each by its ending.
const FORMS: [&str; 5] = [
    "copied-out.xlsx",
    "cold-chain.xls",
    "copied-out.et",
    "cold-chain.xlsb",
    "wind.ods",
];

/// Files of a form that are cut at every KiB, and files with bytes that were changed.
fn broken(form: &str) -> Vec<Hostile> {
    // WPS writes what Excel 97 did, under another ending.
    let whole = fixture(&form.replace(".et", ".xls"));
    let mut files = hostile::cut(form, &whole);
    files.extend(hostile::with_noise(form, &whole, 40));
    files
}

/// Through the real program, all of a form in one run: the process that reads them goes on after each.
#[test]
fn every_cut_or_noisy_file_of_every_format_gets_an_answer() {
    std::thread::scope(|scope| {
        for form in FORMS {
            scope.spawn(move || answers_all(form, &broken(form)));
        }
    });
}

fn answers_all(form: &str, files: &[Hostile]) {
    let folder = tempfile::tempdir().unwrap();
    let ending = form.rsplit_once('.').unwrap().1;
    let mut command = Command::new(PROGRAM);
    command.args(["check", "--format", "jsonl", "--as-of", "2025-06-20"]);
    command.arg("--annotate").arg(folder.path());
    for (number, (_, bytes)) in files.iter().enumerate() {
        let file = folder.path().join(format!("{number}.{ending}"));
        std::fs::write(&file, bytes).unwrap();
        command.arg(file);
    }
    let output = command.output().unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{form}: {log}");
    let is_stopped = log.contains("has a fault") || log.contains("was stopped");
    assert!(!is_stopped, "{form}: {log}");
    let told = String::from_utf8(output.stdout).unwrap();
    let told: Vec<serde_json::Value> = told
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(told.len(), files.len(), "{form}");
    for (number, ((name, _), told)) in files.iter().zip(&told).enumerate() {
        let verdict = told["verdict"].as_str().unwrap();
        if name.contains(" cut at ") {
            assert_eq!(verdict, "unreadable", "{name}");
        }
        let copy = |ending| folder.path().join(format!("{number}-审核.{ending}"));
        assert!(copy("xlsx").exists() || copy("xlsm").exists(), "{name}");
    }
}

/// A workspace with files in an inbox, and the service that works on it.
struct Served {
    folder: tempfile::TempDir,
    service: Child,
}

impl Served {
    fn start(files: &[(String, Vec<u8>)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let inbox = folder.path().join("inbox/tianshan");
        std::fs::create_dir_all(&inbox).unwrap();
        let config = "received_on = \"2025-06-20\"\nsettle_s = 0\nscan_s = 1\n";
        std::fs::write(folder.path().join("liandong.toml"), config).unwrap();
        for (name, bytes) in files {
            std::fs::write(inbox.join(name), bytes).unwrap();
        }
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let mut command = Command::new(PROGRAM);
        command.arg("watch").current_dir(folder.path());
        let service = command.stdout(Stdio::null()).stderr(log).spawn().unwrap();
        Self { folder, service }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap()
    }

    /// Waits until so many files are answered.
    fn until(&mut self, answered: usize) {
        let began = Instant::now();
        while self.results().len() < answered {
            let ended = self.service.try_wait().unwrap();
            assert!(ended.is_none(), "the service stopped: {}", self.log());
            let so_far = self.results().len();
            let late = format!("{so_far} of {answered} answered: {}", self.log());
            assert!(began.elapsed() < WALL * 10, "{late}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// What was answered: names and content.
    fn results(&self) -> BTreeMap<String, PathBuf> {
        let Ok(results) = std::fs::read_dir(self.folder.path().join("results/tianshan")) else {
            return BTreeMap::new();
        };
        let results = results.map(|result| result.unwrap());
        let named = results.map(|it| (it.file_name().into_string().unwrap(), it.path()));
        named.filter(|(name, _)| name.ends_with(".xlsx")).collect()
    }

    /// The most memory in KiB that the service and each of its children that is alive has held, together.
    fn memory_kib(&self) -> u64 {
        let id = self.service.id();
        let tasks = std::fs::read_dir(format!("/proc/{id}/task")).unwrap();
        let children = tasks.flat_map(|task| {
            let children = task.unwrap().path().join("children");
            let children = std::fs::read_to_string(children).unwrap_or_default();
            let ids = children.split_whitespace().map(|id| id.parse().unwrap());
            ids.collect::<Vec<u32>>()
        });
        let most = |id: u32| {
            let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kib = line.map(|line| line.trim().trim_end_matches(" kB").parse::<u64>().unwrap());
            kib.unwrap_or_default()
        };
        std::iter::once(id).chain(children).map(most).sum()
    }

    fn stop(mut self) -> String {
        let pid = rustix::process::Pid::from_child(&self.service);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        assert_eq!(self.service.wait().unwrap().code(), Some(0));
        self.log()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.service.kill();
        let _ = self.service.wait();
    }
}

/// The service itself, with a good submission before and after all of them: these two are answered with the same bytes as
/// where the others are harmless.
#[test]
fn no_hostile_file_stops_the_service_or_leaves_a_trace_in_another_submission() {
    let good = |name: &str| (format!("{name}.xlsx"), fixture("wind.xlsx"));
    let among = |others: Vec<(String, Vec<u8>)>| {
        let mut files = others;
        files.push(good("000 before"));
        files.push(good("999 after"));
        Served::start(&files)
    };
    // What looks as if it were still being copied is waited for.
    let hostile = all().into_iter();
    let hostile = hostile.filter(|(_, bytes)| liandong::intake::is_complete(bytes));
    let numbered = (1..).zip(hostile);
    let hostile: Vec<(String, Vec<u8>)> = numbered
        .map(|(number, (_, bytes))| (format!("{number:03}.xlsx"), bytes))
        .collect();
    assert!(hostile.len() >= 80, "{}", hostile.len());
    let harmless = hostile
        .iter()
        .map(|(name, _)| (name.clone(), format!("这是文本 {name}").into_bytes()));
    let count = hostile.len() + 2;
    let (mut alone, mut together) = (among(harmless.collect()), among(hostile));
    alone.until(count);
    together.until(count);
    let of_good = |served: &Served| {
        let good = served.results().into_iter();
        let good = good.filter(|(name, _)| name.starts_with("000") || name.starts_with("999"));
        good.map(|(name, path)| (name, std::fs::read(path).unwrap()))
            .collect::<BTreeMap<_, _>>()
    };
    let (expected, found) = (of_good(&alone), of_good(&together));
    assert_eq!(expected.len(), 2);
    assert!(expected.keys().eq(found.keys()), "{:?}", found.keys());
    assert!(expected == found, "the same bytes");
    let memory_kib = together.memory_kib();
    assert!(memory_kib < MEMORY_KIB, "{memory_kib} KiB");
    alone.stop();
    let log = together.stop();
    let is_stopped = log.contains("has a fault") || log.contains("was stopped");
    assert!(!is_stopped, "{log}");
}

/// What would run, or lead out, where a program took it for a formula or a link.
const WRITTEN: [&str; 10] = [
    "=HYPERLINK(\"http://a.example/\",\"点这里\")",
    "=cmd|'/c calc'!A0",
    "＝cmd|'/c calc'!A0",
    "@SUM(1+1)*cmd|'/c calc'!A0",
    "+cmd|'/c calc'!A0",
    "-2+3+cmd|'/c calc'!A0",
    "\"&HYPERLINK(\"http://a.example/\")&\"",
    "</f><f>cmd|'/c calc'!A0</f><f>",
    "\tDDE(\"cmd\",\"/c calc\",\"1\")",
    "http://a.example/?<a href=\"http://a.example/\">点这里</a>",
];

/// The filled form with such texts in every cell that holds text.
fn filled_with_harm(turn: usize) -> Vec<u8> {
    let mut values = support::faultless();
    let texts = values
        .values_mut()
        .filter(|value| matches!(value, liandong::rules::Typed::Text(_)));
    for (number, value) in texts.enumerate() {
        let text = WRITTEN[(number + turn) % WRITTEN.len()];
        *value = liandong::rules::Typed::Text(text.into());
    }
    support::written(&values)
}

/// A recommended list with such texts in every cell.
fn list_of_harm() -> Vec<u8> {
    let mut book = support::empty_list();
    let sheet = book.worksheet_from_index(0).unwrap();
    for (row, turn) in (1..).zip(0..WRITTEN.len()) {
        sheet.write_number(row, 0, row).unwrap();
        for (column, text) in (1..8).zip(WRITTEN.iter().cycle().skip(turn)) {
            sheet.write_string(row, column, *text).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

/// Every formula of a workbook without the texts in it, and every link that leads out of it.
fn acting(package: &[u8]) -> Vec<String> {
    use std::io::Read as _;
    let mut package = zip::ZipArchive::new(std::io::Cursor::new(package)).unwrap();
    let mut found = Vec::new();
    for index in 0..package.len() {
        let mut part = package.by_index(index).unwrap();
        let name = part.name().unwrap().to_string();
        let mut text = String::new();
        let is_xml = name.ends_with(".xml") || name.ends_with(".rels");
        if !is_xml || part.read_to_string(&mut text).is_err() {
            continue;
        }
        if text.contains("TargetMode=\"External\"") || name.contains("externalLink") {
            found.push(format!("{name}: a link to outside"));
        }
        for element in ["f", "formula", "formula1", "formula2", "definedName"] {
            for begin in [format!("<{element}>"), format!("<{element} ")] {
                let pieces = text.split(begin.as_str()).skip(1);
                found.extend(pieces.map(|piece| {
                    let piece = piece.split("</").next().unwrap();
                    let content = match begin.ends_with('>') {
                        true => piece,
                        false => piece.split_once('>').map_or("", |(_, content)| content),
                    };
                    let formula = content.replace("&quot;", "\"").replace("&amp;", "&");
                    formula.split('"').step_by(2).collect::<String>()
                }));
            }
        }
    }
    found
}

fn all_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => all_files(&path, files),
            false => files.push(path),
        }
    }
}

/// Marked copies, fresh copies, lists and the register: texts stay texts.
#[test]
fn what_an_applicant_wrote_acts_in_no_workbook_of_ours() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = folder.path().join("inbox/tianshan");
    std::fs::create_dir_all(&inbox).unwrap();
    let config = "received_on = \"2024-03-20\"\nsettle_s = 0\n";
    std::fs::write(folder.path().join("liandong.toml"), config).unwrap();
    for turn in 0..3 {
        let form = filled_with_harm(turn);
        // what is signed is not edited but answered in a copy
        let signed = support::with_extra_part(&form, "_xmlsignatures/origin.sigs", "");
        std::fs::write(inbox.join(format!("{turn}.xlsx")), form).unwrap();
        std::fs::write(inbox.join(format!("signed {turn}.xlsx")), signed).unwrap();
    }
    std::fs::write(inbox.join("list.xlsx"), list_of_harm()).unwrap();
    let mut command = Command::new(PROGRAM);
    let output = command.arg("run").current_dir(folder.path()).output();
    let output = output.unwrap();
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{log}");
    let mut files = Vec::new();
    for of_ours in ["results", "register"] {
        all_files(&folder.path().join(of_ours), &mut files);
    }
    assert_eq!(files.len(), 8, "{files:?}");
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        let found = acting(&bytes);
        let is_form = !file.to_string_lossy().contains("list");
        assert!(!is_form || found.len() > 5, "{found:?}");
        for formula in found {
            for acts in ["cmd", "HYPERLINK", "DDE", "http", "|", "outside"] {
                assert!(!formula.contains(acts), "{}: {formula}", file.display());
            }
        }
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
