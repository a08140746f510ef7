//! The command line and the service from outside: the real program on workspaces of its own, what it prints, how it
//! ends. No network, no sleeping: a running `watch` is followed by its log.

mod support;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use liandong::ledger::sqlite::Sqlite;
use liandong::ledger::{Arrival, Ledger as _, Stamp};

const PROGRAM: &str = env!("CARGO_BIN_EXE_liandong");
/// How long a line of the log is waited for; only a failing test waits so long.
const DEADLINE: Duration = Duration::from_secs(30);

/// What a command came to.
#[derive(Debug)]
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

/// A folder to run commands in.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A workspace with an inbox that settles at once.
    fn workspace() -> Self {
        let place = Self::new();
        fs::create_dir_all(place.path("inbox/tianshan")).unwrap();
        let districts =
            ["tianshan", "midong", "gaoxin"].map(|id| format!("{id} = [\"d@example.org\"]\n"));
        let config = format!(
            "received_on = \"2024-03-20\"\nsettle_s = 0\nscan_s = 1\n[mail.districts]\n{}",
            districts.concat()
        );
        place.put("liandong.toml", config.as_bytes());
        place
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn put(&self, name: &str, content: &[u8]) {
        let file = self.path(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }

    fn run(&self, args: &[&str]) -> Ran {
        let output = self.command(args).output().unwrap();
        Ran {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(args).current_dir(self.0.path());
        command.env_remove("LIANDONG_LOG").env("NO_COLOR", "1");
        command
    }

    /// That a command says exactly this on standard error, and ends so.
    fn refuses(&self, args: &[&str], code: i32, said: &str) {
        let ran = self.run(args);
        assert_eq!(ran.err, format!("liandong: {said}\n"), "{args:?}");
        assert_eq!(ran.code, Some(code), "{args:?}: {ran:?}");
    }

    /// Every file below a folder, by its path.
    fn files(&self, folder: &str) -> Vec<String> {
        let mut found = Vec::new();
        files_of(&self.path(folder), &mut found);
        found.sort();
        found
    }
}

fn files_of(folder: &Path, found: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files_of(&path, found);
        } else {
            found.push(path.display().to_string());
        }
    }
}

fn good() -> Vec<u8> {
    support::faultless_workbook()
}

/// A submission in the ledger that was in hand when the program died.
fn leave_in_hand(ledger: &Path, path: &str, bytes: Vec<u8>) {
    let mut ledger = Sqlite::open(ledger).unwrap();
    let stamp = Stamp {
        device: 1,
        inode: 1,
        size_bytes: 1,
        modified_ns: 1,
        changed_ns: 1,
    };
    let arrival = Arrival {
        path: path.to_owned(),
        folder: Some("tianshan".to_owned()),
        stamp,
        sha256: liandong::assess::sha256_hex(&bytes),
        bytes,
        received_at: "2024-03-20T09:30:00".parse().unwrap(),
    };
    ledger.receive(&[arrival]).unwrap();
    assert_eq!(ledger.claim(0, 9).unwrap().len(), 1);
}

/// A running `watch`; killed when the test ends.
struct Watch {
    child: Child,
    lines: Receiver<String>,
    log: String,
}

impl Watch {
    fn start(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let log = String::new();
        let mut watch = Self { child, lines, log };
        watch.until("watching");
        watch
    }

    /// Reads the log up to a line that holds a text.
    fn until(&mut self, text: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(DEADLINE);
            let line = line.unwrap_or_else(|_| panic!("no line with {text:?} in\n{}", self.log));
            self.log.push_str(&line);
            self.log.push('\n');
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Tells it to stop; gives its whole log.
    fn stop(mut self) -> String {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
        self.until("stopped");
        assert_eq!(self.child.wait().unwrap().code(), Some(0), "{}", self.log);
        std::mem::take(&mut self.log)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_wrong_use_ends_with_2_and_says_what_is_right() {
    let place = Place::workspace();
    assert_eq!(place.run(&["run"]).code, Some(0));
    for args in [
        &["--nope"][..],
        &["check"],
        &["check", "--as-of", "2026-13-01", "a.xlsx"],
        &["check", "--format", "xml", "a.xlsx"],
        &["mail", "retry"],
        &["completions", "csh"],
    ] {
        let ran = place.run(args);
        assert_eq!(ran.code, Some(2), "{args:?}");
        assert!(ran.err.starts_with("error: "), "{args:?}: {}", ran.err);
    }
    let editions = "urumqi-2023, urumqi-2026-call";
    let no_edition = format!("no edition `x`: choose one of {editions}");
    place.refuses(&["check", "--edition", "x", "a.xlsx"], 2, &no_edition);
    place.refuses(&["template", "--edition", "x", "a.xlsx"], 2, &no_edition);
    place.refuses(
        &["policy", "x"],
        2,
        &format!("no edition `x`; give one of: {editions}"),
    );
    place.refuses(
        &["rule", "x"],
        2,
        "no rule `x`: `liandong rule` lists them all",
    );
    place.refuses(
        &["show", "LD2026-000009"],
        2,
        "no submission `LD2026-000009`: numbers look like LD2026-000123",
    );
    place.refuses(
        &["mail", "retry", "4"],
        2,
        "nothing was given up under the id 4: see `liandong mail list`",
    );
}

#[test]
fn a_wrong_configuration_is_one_line_that_names_line_and_column() {
    let place = Place::new();
    place.refuses(
        &["run"],
        3,
        "there is no configuration liandong.toml: make one with `liandong init DIR`, or name one with `-c FILE`",
    );
    fs::create_dir(place.path("folder")).unwrap();
    place.refuses(
        &["run", "-c", "folder"],
        3,
        "cannot read the configuration folder: Is a directory (os error 21)",
    );
    for (text, said) in [
        (
            "zone = \"Asia/Shanghai\"\nsettel_s = 3\n",
            "line 2, column 1: unknown field `settel_s`, expected one of `inbox`, `output`, `zone`, `received_on`, `policies`, \
             `after`, `settle_s`, `scan_s`, `workers`, `splits`, `waivers`, `envelopes`, `limits`, `mail`",
        ),
        (
            "settle_s = -1",
            "line 1, column 12: invalid value: integer `-1`, expected u32",
        ),
        (
            "\nsettle_s = = 1",
            "line 2, column 12: extra `=`, expected nothing",
        ),
        (
            "# 收件文件夹\n[mail]\ncontact = \"张\" digest_at = 3",
            "line 3, column 15: unexpected key or value, expected newline, `#`",
        ),
        (
            "zone = \"Mars\"",
            "`zone`: `Mars` is not an IANA zone such as Asia/Shanghai: failed to find time zone `Mars` in time zone \
             database",
        ),
        ("workers = 0", "`workers` must be 1 or more"),
        (
            "limits.cpu_s = 0",
            "`limits`: `memory_mib` must be 128 or more, `cpu_s` and `wall_s` 1 or more",
        ),
    ] {
        place.put("liandong.toml", text.as_bytes());
        let said = format!("wrong configuration in liandong.toml: {said}");
        // 2, with which the service is not started again
        place.refuses(&["run"], 2, &said);
    }
    place.put("liandong.toml", b"\xff\xfe");
    place.refuses(
        &["status"],
        3,
        "cannot read the configuration liandong.toml: stream did not contain valid UTF-8",
    );
}

#[test]
fn what_is_in_the_way_is_named() {
    let place = Place::workspace();
    place.put("inbox/tianshan/a.xlsx", &good());
    place.put("results", b"a file where a folder belongs");
    let ran = place.run(&["run"]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    let line = "liandong: a file could not be written: parcel 1 of LD";
    assert!(
        ran.err.starts_with(line) && ran.err.lines().count() == 1,
        "{}",
        ran.err
    );
    assert!(ran.err.contains("Not a directory"), "{}", ran.err);
    let status = place.run(&["status"]);
    assert!(status.out.contains("1 waiting"), "{}", status.out);
    fs::remove_file(place.path("results")).unwrap();
    assert_eq!(place.run(&["run"]).code, Some(0));
    assert_eq!(place.files("results").len(), 1);

    fs::remove_dir_all(place.path("inbox")).unwrap();
    place.refuses(
        &["run"],
        3,
        "the inbox cannot be read: inbox: No such file or directory (os error 2); mount the share or give access; \
         nothing is concluded meanwhile",
    );
    let status = place.run(&["status"]);
    assert_eq!(status.code, Some(3));
    assert!(
        status
            .out
            .ends_with("! the inbox is not there: mount the share\n"),
        "{}",
        status.out
    );

    let other = Place::workspace();
    other.put("liandong.toml", b"output = \"out\"");
    other.put("out", b"a file");
    other.refuses(
        &["run"],
        3,
        "cannot make the output folder out: File exists (os error 17)",
    );
}

#[test]
fn nobody_to_tell_is_told_by_folder() {
    let place = Place::workspace();
    place.put("inbox/a.xlsx", b"no workbook");
    place.put("inbox/b/a.xlsx", b"no workbook either");
    let ran = place.run(&["run"]);
    assert_eq!(
        ran.err,
        "liandong: no mail was written for b, files outside the folders of districts: name addresses in \
         `[mail.districts]`\n"
    );
    assert_eq!(ran.code, Some(1), "{ran:?}");
}

#[test]
fn a_ledger_that_cannot_be_used_is_told_with_what_to_do() {
    let place = Place::workspace();
    let commands: [&[&str]; 5] = [
        &["status"],
        &["show", "LD2026-000001"],
        &["mail", "list"],
        &["mail", "retry", "--all"],
        &["register", "out.xlsx"],
    ];
    for args in commands {
        place.refuses(
            args,
            3,
            "there is no ledger at ledger.db: `liandong run` makes it",
        );
    }
    place.put("ledger.db", b"");
    for args in commands {
        place.refuses(
            args,
            3,
            "ledger.db: the ledger is empty: `liandong run` fills it",
        );
    }
    for garbage in [&b"garbage, no database"[..], &[7; 20_000]] {
        place.put("ledger.db", garbage);
        for args in [&["run"][..], &["watch"], &["status"]] {
            place.refuses(
                args,
                3,
                "ledger.db: the ledger cannot be used: it is damaged at its first page (file is not a database); restore it from a backup",
            );
        }
    }
    fs::remove_file(place.path("ledger.db")).unwrap();
    let newer = rusqlite::Connection::open(place.path("ledger.db")).unwrap();
    newer.pragma_update(None, "user_version", 7).unwrap();
    drop(newer);
    for args in [&["run"][..], &["watch"], &["status"]] {
        place.refuses(
            args,
            3,
            "ledger.db: the ledger was written by a newer version (layout 7, this program knows 3): install the \
             newer one",
        );
    }
    assert!(!place.path("out.xlsx").exists());
}

#[test]
fn a_second_process_ends_with_75_and_names_the_first() {
    let place = Place::workspace();
    let watch = Watch::start(place.command(&["watch"]));
    let said = format!(
        "another process (pid {}) holds this workspace: stop it first, or let it do the work",
        watch.child.id()
    );
    place.refuses(&["run"], 75, &said);
    place.refuses(&["watch"], 75, &said);
    assert_eq!(
        place.run(&["status"]).code,
        Some(0),
        "looking is always possible"
    );
    watch.stop();
    assert_eq!(place.run(&["run"]).code, Some(0));
}

#[test]
fn one_bad_path_does_not_hide_what_was_found_in_the_others() {
    let place = Place::new();
    place.put("a.xlsx", &good());
    place.put("b.xlsx", b"no workbook");
    fs::create_dir(place.path("folder")).unwrap();
    let ran = place.run(&["check", "a.xlsx", "missing.xlsx", "folder", "b.xlsx"]);
    assert_eq!(ran.code, Some(3));
    assert_eq!(
        ran.err,
        "liandong: cannot read missing.xlsx: No such file or directory (os error 2)\n\
         liandong: cannot read folder: it is a folder; name the workbooks in it, as in folder/*.xlsx\n"
    );
    let files: Vec<_> = ran
        .out
        .lines()
        .filter(|line| !line.starts_with(' '))
        .collect();
    assert!(
        files[0].starts_with("a.xlsx: ") && files[1].starts_with("b.xlsx: "),
        "{files:?}"
    );
    let json = place.run(&["check", "--format", "json", "missing.xlsx", "b.xlsx"]);
    let all: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(all.as_array().unwrap().len(), 1);

    place.put("in-the-way", b"");
    let ran = place.run(&["check", "--annotate", "in-the-way", "a.xlsx"]);
    assert_eq!(
        ran.err,
        "liandong: cannot make the folder in-the-way: File exists (os error 17)\n"
    );
    assert!(ran.out.starts_with("a.xlsx: "), "{ran:?}");
    assert_eq!(ran.code, Some(3));
}

#[test]
fn a_closed_pipe_ends_nothing_early() {
    let place = Place::workspace();
    place.put("a.xlsx", &good());
    for district in ["tianshan", "midong", "gaoxin"] {
        place.put(&format!("inbox/{district}/a.xlsx"), &good());
    }
    for args in [
        &["run"][..],
        &["check", "a.xlsx"],
        &["share", "--district", "天山区", "--region", "300万元"],
        &["policy"],
        &["policy", "--format", "json"],
        &["policy", "urumqi-2023"],
        &["rule"],
        &["status"],
        &["mail", "list"],
        &["schema"],
        &["man"],
        &["init", "new"],
        &["register", "out.xlsx"],
        &["check", "missing.xlsx"],
        &["--help"],
    ] {
        let mut child = place.command(args);
        let mut child = child
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        drop(child.stderr.take());
        let expected = match args {
            ["check", "missing.xlsx"] => 3,
            ["check", ..] | ["run"] => 1,
            _ => 0,
        };
        let code = child.wait().unwrap().code();
        assert!(
            code == Some(expected) || code == Some(0) && expected == 1,
            "{args:?}: {code:?}"
        );
    }
    assert_eq!(
        place.files("results").len(),
        3,
        "every submission was answered"
    );
}

#[test]
fn a_watch_whose_log_is_closed_goes_on() {
    let place = Place::workspace();
    let mut child = place.command(&["watch"]);
    let mut child = child
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = child.stderr.take().unwrap();
    stderr.read_exact(&mut [0; 8]).unwrap();
    drop(stderr);
    place.put("inbox/tianshan/a.xlsx", &good());
    let until = std::time::Instant::now() + DEADLINE;
    while place.files("results").is_empty() {
        assert_eq!(child.try_wait().unwrap(), None, "it has ended");
        assert!(std::time::Instant::now() < until, "no result");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn names_of_files_are_never_options_lines_or_paths() {
    let place = Place::workspace();
    let names = [
        "-rf.xlsx",
        "两 个 空格.xlsx",
        "two\nlines.xlsx",
        "--help.xlsx",
        "\u{1b}[2J.xlsx",
        "*.xlsx",
    ];
    for (number, name) in names.iter().enumerate() {
        place.put(name, &good());
        place.put(
            &format!("inbox/tianshan/{name}"),
            format!("text {number}").as_bytes(),
        );
    }
    let mut args = vec!["check", "--format", "jsonl", "--"];
    args.extend(names);
    let ran = place.run(&args);
    assert_eq!(
        ran.out.lines().count(),
        names.len(),
        "a line a file: {}",
        ran.err
    );
    let ran = place.run(&["check", "--", "two\nlines.xlsx", "\u{1b}[2J.xlsx"]);
    assert!(
        !ran.out.contains('\u{1b}') && ran.out.starts_with("two\u{fffd}lines.xlsx: "),
        "{:?}",
        ran.out
    );
    let ran = place.run(&["run"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(place.files("results").len(), names.len());
    let listed = ran.out.lines().filter(|line| line.starts_with("LD"));
    assert_eq!(listed.count(), names.len(), "a line a file: {:?}", ran.out);
    assert!(!ran.out.contains('\u{1b}'), "{:?}", ran.out);
    let number = ran.out.get(..13).unwrap();
    let shown = place.run(&["show", number]);
    assert_eq!(shown.code, Some(0), "{shown:?}");
    assert!(!shown.out.contains('\u{1b}'), "{:?}", shown.out);
}

#[test]
fn what_is_json_parses_and_has_the_fields_of_the_schema() {
    let place = Place::workspace();
    place.put("inbox/tianshan/a.xlsx", &good());
    assert_eq!(place.run(&["run"]).code, Some(0));
    let json = |args: &[&str]| -> serde_json::Value {
        let ran = place.run(args);
        assert_eq!(ran.err, "", "{args:?}");
        serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{args:?}: {error}"))
    };
    let schema = json(&["schema"]);
    let assessment = json(&["check", "--format", "json", "inbox/tianshan/a.xlsx"]);
    let fields = schema["properties"].as_object().unwrap();
    let found = assessment[0].as_object().unwrap();
    let required = schema["required"].as_array().unwrap();
    assert!(
        required
            .iter()
            .all(|name| found.contains_key(name.as_str().unwrap()))
    );
    assert!(
        found.keys().all(|name| fields.contains_key(name)),
        "{:?}",
        found.keys()
    );
    assert_eq!(
        json(&["check", "--format", "jsonl", "inbox/tianshan/a.xlsx"])["sha256"],
        found["sha256"]
    );
    assert_eq!(
        json(&["status", "--format", "json"])["counts"]["answered"],
        1
    );
    assert_eq!(
        json(&["mail", "list", "--format", "json"]),
        serde_json::json!([])
    );
    assert!(
        json(&["rule", "--format", "json"])
            .as_array()
            .unwrap()
            .len()
            > 30
    );
    assert!(
        json(&["policy", "urumqi-2023", "--format", "json"])["clauses"]
            .as_array()
            .is_some()
    );
    let share = [
        "share",
        "--district",
        "tianshan",
        "--region",
        "3000000",
        "--format",
        "json",
    ];
    assert_eq!(json(&share)["edition"], "urumqi-2023");
}

#[test]
fn completions_and_manual_name_every_command() {
    let place = Place::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = place.run(&["completions", shell]);
        assert!(
            ran.code == Some(0) && ran.out.contains("register"),
            "{shell}: {}",
            ran.err
        );
    }
    let man = place.run(&["man"]);
    assert!(
        man.out.starts_with(".ie") && man.out.contains("liandong\\-register"),
        "{:.300}",
        man.out
    );
}

#[test]
fn a_file_that_is_there_is_kept() {
    let place = Place::workspace();
    let exists = "it is there already; `--force` replaces it";
    place.put("mine.xlsx", b"mine");
    place.run(&["run"]);
    for args in [&["template", "mine.xlsx"], &["register", "mine.xlsx"]] {
        place.refuses(args, 3, &format!("cannot write mine.xlsx: {exists}"));
    }
    assert_eq!(fs::read(place.path("mine.xlsx")).unwrap(), b"mine");
    assert_eq!(
        place.run(&["template", "--force", "mine.xlsx"]).code,
        Some(0)
    );
    assert!(
        fs::read(place.path("mine.xlsx"))
            .unwrap()
            .starts_with(b"PK")
    );
    place.refuses(
        &["template", "no/such/folder.xlsx"],
        3,
        "cannot write no/such/folder.xlsx: No such file or directory (os error 2)",
    );
    assert_eq!(place.run(&["init", "new"]).code, Some(0));
    place.refuses(
        &["init", "new"],
        3,
        "new/liandong.toml is there already: nothing was changed",
    );
    place.refuses(
        &["init", "mine.xlsx"],
        3,
        "cannot write in mine.xlsx: Not a directory (os error 20)",
    );
    assert_eq!(
        place.run(&["status", "-c", "new/liandong.toml"]).code,
        Some(3)
    );
    assert_eq!(place.run(&["run", "-c", "new/liandong.toml"]).code, Some(0));
    assert_eq!(
        place.run(&["status", "-c", "new/liandong.toml"]).code,
        Some(0)
    );
}

#[test]
fn what_was_given_up_is_told_and_can_be_tried_again() {
    let place = Place::workspace();
    place.put("inbox/tianshan/a.xlsx", &good());
    place.put("results", b"in the way");
    assert_eq!(place.run(&["run"]).code, Some(3));
    let ledger = rusqlite::Connection::open(place.path("ledger.db")).unwrap();
    let given_up = "UPDATE outbox SET state = 'needs-attention' WHERE kind = 'result'";
    assert_eq!(ledger.execute(given_up, []).unwrap(), 1);
    drop(ledger);
    let status = place.run(&["status"]);
    assert_eq!(status.code, Some(3));
    let told = "; then `liandong mail retry 1`\n";
    assert!(status.out.ends_with(told), "{}", status.out);
    let listed = place.run(&["mail", "list"]).out;
    assert!(listed.contains("needs-attention"), "{listed}");
    fs::remove_file(place.path("results")).unwrap();
    let retried = place.run(&["mail", "retry", "1"]);
    assert_eq!(
        retried.out, "1 put back; `run` or `watch` sends them\n",
        "{retried:?}"
    );
    assert_eq!(place.run(&["run"]).code, Some(0));
    assert_eq!(place.run(&["mail", "list"]).out, "the outbox is empty\n");
    assert_eq!(place.files("results").len(), 1);
    assert_eq!(place.run(&["status"]).code, Some(0));
}

#[test]
fn a_watch_takes_what_is_dropped_and_stops_when_told() {
    let place = Place::workspace();
    let mut watch = Watch::start(place.command(&["watch"]));
    place.put("inbox/tianshan/a.xlsx", &good());
    watch.until("assessed");
    // The inbox goes away and comes back, as a share does.
    fs::remove_dir_all(place.path("inbox")).unwrap();
    watch.until("InboxGone");
    place.put("inbox/midong/b.xlsx", b"no workbook");
    let line = watch.until("assessed");
    assert!(line.contains("unreadable"), "{line}");
    watch.stop();
    assert_eq!(place.files("results").len(), 2);
    assert_eq!(place.run(&["status"]).code, Some(0));
}

#[test]
fn rubbish_never_holds_up_a_good_file() {
    let place = Place::workspace();
    let whole = good();
    // These may still be being copied: they wait, and hold up nothing.
    for (number, length) in (0..whole.len()).step_by(1024).enumerate() {
        place.put(
            &format!("inbox/tianshan/cut{number:03}.xlsx"),
            &whole[..length],
        );
    }
    let mut random = vec![0_u8; 70_000];
    let mut state = 1_u32;
    for byte in &mut random {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *byte = (state >> 24) as u8;
    }
    place.put("inbox/tianshan/random.xlsx", &random);
    random[..4].copy_from_slice(b"PK\x03\x04");
    place.put("inbox/tianshan/random zip.xlsx", &random);
    random[..8].copy_from_slice(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
    place.put("inbox/tianshan/random.xls", &random);
    place.put("inbox/tianshan/zeros.xlsx", &[0; 5000]);
    place.put("inbox/tianshan/empty.xlsx", b"");
    place.put("inbox/tianshan/说明.txt", "说明".as_bytes());
    place.put("inbox/tianshan/bomb.xlsx", &bomb());
    for at in (100..whole.len()).step_by(whole.len() / 12) {
        let mut hurt = whole.clone();
        hurt[at] ^= 0x55;
        place.put(&format!("inbox/tianshan/hurt{at}.xlsx"), &hurt);
    }
    let deep = vec!["deep"; 40].join("/");
    place.put(&format!("inbox/{deep}/lost.xlsx"), &whole);
    place.put("outside.xlsx", &whole);
    let links = [
        ("link.xlsx", "../../outside.xlsx"),
        ("loop", "."),
        ("self", "self"),
    ];
    for (name, to) in links {
        std::os::unix::fs::symlink(to, place.path("inbox/tianshan").join(name)).unwrap();
    }
    place.put("inbox/tianshan/zz-good.xlsx", &whole);
    let mut watch = Watch::start(place.command(&["watch"]));
    watch.until("verdict=\"accepted\"");
    let log = watch.stop();
    assert!(
        !log.contains("panicked") && !log.contains("a fault of this program"),
        "{log}"
    );
    let results = place.files("results");
    let is_there = |name: &str| results.iter().any(|path| path.contains(name));
    assert!(
        is_there("zz-good") && is_there("random-") && is_there("bomb") && is_there("说明"),
        "{results:?}"
    );
    assert!(!is_there("cut") && !is_there("link") && !is_there("zeros"));
    let ran = place.run(&["run"]);
    assert!(
        ran.err.contains("文件夹嵌套超过 8 层，请把文件移到上层"),
        "{}",
        ran.err
    );
}

/// A workbook with a part of 100 MiB of blanks in 100 KiB.
fn bomb() -> Vec<u8> {
    use std::io::Write as _;
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let blanks = vec![b' '; 1024 * 1024];
    out.start_file(
        "xl/workbook.xml",
        zip::write::SimpleFileOptions::default().compression_level(Some(9)),
    )
    .unwrap();
    for _ in 0..100 {
        out.write_all(&blanks).unwrap();
    }
    out.finish().unwrap().into_inner()
}

#[test]
fn leftovers_of_a_killed_run_are_swept_and_nothing_else() {
    let place = Place::workspace();
    let ours = [
        "results/tianshan/.liandong-Ab12.tmp",
        "accepted/midong/.liandong-x.tmp",
        "mail/.liandong-y.tmp",
        "register/.liandong-z.tmp",
    ];
    let others = [
        "results/tianshan/.other.tmp",
        "results/mine.tmp",
        ".liandong-q.tmp",
        "inbox/tianshan/.liandong-q.tmp",
        "elsewhere/.liandong-q.tmp",
    ];
    for file in ours.iter().chain(&others) {
        place.put(file, b"half");
    }
    std::os::unix::fs::symlink("../elsewhere", place.path("results/link")).unwrap();
    assert_eq!(place.run(&["run"]).code, Some(0));
    assert!(ours.iter().all(|file| !place.path(file).exists()));
    for file in others {
        assert!(place.path(file).exists(), "{file} was not ours");
    }
}

#[test]
fn a_file_in_hand_at_a_death_is_tried_apart_and_answered() {
    let place = Place::workspace();
    leave_in_hand(&place.path("ledger.db"), "tianshan/a.xlsx", good());
    let ran = place.run(&["run"]);
    assert!(
        ran.out
            .contains("  accepted               tianshan/a.xlsx  "),
        "{ran:?}"
    );
    assert_eq!(ran.code, Some(0));
}

#[test]
fn a_program_that_was_replaced_meanwhile_still_tries_files_apart() {
    let place = Place::workspace();
    let copy = place.path("liandong-copy");
    fs::copy(PROGRAM, &copy).unwrap();
    let mut command = Command::new(&copy);
    command.arg("watch").current_dir(place.0.path());
    command.env_remove("LIANDONG_LOG").env("NO_COLOR", "1");
    let mut watch = Watch::start(command);
    fs::remove_file(&copy).unwrap();
    fs::write(&copy, "another program").unwrap();
    leave_in_hand(&place.path("ledger.db"), "tianshan/a.xlsx", good());
    place.put("inbox/tianshan/wake", b"");
    let line = watch.until("assessed");
    assert!(line.contains("verdict=\"accepted\""), "{line}");
    watch.stop();
}

#[test]
fn a_limit_of_the_machine_that_is_lower_than_ours_stands() {
    let place = Place::new();
    place.put("a.xlsx", &good());
    let line = "ulimit -v 500000; exec \"$0\" check --as-of 2024-03-20 a.xlsx";
    let mut shell = Command::new("sh");
    let shell = shell
        .args(["-c", line, PROGRAM])
        .current_dir(place.0.path());
    let output = shell.output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[test]
fn the_log_holds_nothing_of_what_applicants_wrote() {
    let place = Place::workspace();
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/inbox");
    let (mut files, mut secrets) = (Vec::new(), std::collections::BTreeSet::new());
    files_of(&samples, &mut files);
    for file in &files {
        let bytes = fs::read(file).unwrap();
        secrets.extend(cells(&bytes));
        place.put(
            &format!(
                "inbox/{}",
                file.trim_start_matches(samples.to_str().unwrap())
            ),
            &bytes,
        );
    }
    let blank = support::written(&liandong::form::blank::Values::new());
    for known in cells(&blank) {
        secrets.remove(&known);
    }
    assert!(secrets.len() > 500, "{}", secrets.len());
    place.put(
        "results/tianshan",
        b"a file in the way: trouble is logged too",
    );
    let config = "settle_s = 0\n[mail]\noperator = [\"operator@example.org\"]\n[mail.districts]\n\
                  midong = [\"midong@example.org\"]\n";
    place.put("liandong.toml", config.as_bytes());
    let mut command = place.command(&["watch"]);
    command.env("LIANDONG_LOG", "trace");
    let mut watch = Watch::start(command);
    for _ in &files {
        watch.until("assessed");
    }
    watch.until("FileUnwritten");
    let log = watch.stop();
    for secret in secrets {
        assert!(!log.contains(&secret), "{secret:?} is in the log");
    }
    for word in ["@example.org", "万元", "填报人", "申报书"] {
        let line = log.lines().find(|line| line.contains(word));
        assert_eq!(line, None, "{word}");
    }
}

/// What stands in the cells of a workbook: texts, and numbers of at least six digits.
fn cells(bytes: &[u8]) -> Vec<String> {
    use calamine::Reader as _;
    let Ok(mut book) = calamine::open_workbook_auto_from_rs(std::io::Cursor::new(bytes)) else {
        return Vec::new();
    };
    let sheets = book.worksheets();
    let used = sheets.iter().flat_map(|(_, range)| range.used_cells());
    used.map(|(_, _, cell)| cell.to_string())
        .filter(|text| match text.is_ascii() {
            true => text.len() >= 6,
            false => text.chars().count() >= 2,
        })
        .collect()
}
