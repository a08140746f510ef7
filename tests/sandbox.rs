//! Files are read in a child process: what it can reach, that it concludes the same as this process, and what becomes
//! of files over which it dies. The children are the real program; signals to them are real.

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use liandong::assess::{Assessment, Context, Keys, Language, Rulebook};
use liandong::ledger::Found;
use liandong::sandbox::{Callbacks, Cause, Examined, Examiner, File, Limits};
use rustix::process::{Pid, Signal, kill_process};
use support::{faultless_workbook, with_part};

const PROGRAM: &str = env!("CARGO_BIN_EXE_liandong");
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
/// Why a file in the folder of a test can be read.
const PID: &str = "the child has written its process id";

/// A child that tells its process id, and what it was asked to look up.
struct Watched {
    folder: tempfile::TempDir,
    examiner: Examiner,
    rulebook: Rulebook,
}

impl Watched {
    fn new(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("liandong");
        let pid = folder.path().join("pid");
        let script = format!(
            "#!/bin/sh\necho $$ > {}\nexec {PROGRAM} \"$@\"\n",
            pid.display()
        );
        std::fs::write(&program, script).unwrap();
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        std::fs::set_permissions(&program, mode).unwrap();
        Self {
            examiner: Examiner::apart(program, limits),
            folder,
            rulebook: Rulebook::builtin(Language::Zh),
        }
    }

    fn pid(&self) -> Pid {
        pid(self.folder.path())
    }

    /// Examines the faultless workbook; the first children get a signal between reading and concluding.
    fn signalled(&mut self, children: usize, signal: Signal) -> (Examined, usize) {
        let folder = self.folder.path().to_owned();
        let mut asked = 0;
        let bytes = faultless_workbook();
        let mut look_up = |_: &Keys| {
            asked += 1;
            if asked <= children {
                kill_process(pid(&folder), signal).unwrap();
            }
            Ok(Found::default())
        };
        let context = context("a.xlsx");
        let file = file(&bytes, &context);
        let examined = self
            .examiner
            .examine(&self.rulebook, file, callbacks(&mut look_up));
        (examined.unwrap(), asked)
    }

    /// That the next file is served well.
    fn serves_well(&mut self) {
        let (examined, asked) = self.signalled(0, Signal::KILL);
        assert_eq!((examined.stop, asked), (None, 1));
        assert!(examined.assessment.verdict.is_accepted());
    }
}

fn pid(folder: &Path) -> Pid {
    let text = std::fs::read_to_string(folder.join("pid")).expect(PID);
    Pid::from_raw(text.trim().parse().expect(PID)).expect(PID)
}

fn context(name: &str) -> Context {
    Context {
        file: name.to_owned(),
        folder: None,
        received_at: jiff::civil::date(2024, 3, 20).at(9, 0, 0, 0),
        id: None,
        edition: None,
    }
}

fn file<'a>(bytes: &'a [u8], context: &'a Context) -> File<'a> {
    File {
        bytes,
        context,
        wants_copy: true,
    }
}

/// The faultless workbook with other rows in its first sheet.
fn with_rows(rows: &str) -> Vec<u8> {
    with_part(&faultless_workbook(), "xl/worksheets/sheet1.xml", |_| {
        format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>")
    })
}

/// Within every limit on files, and as many formulas as may be.
fn slow() -> Vec<u8> {
    let row = |number: u32| {
        let result = number.wrapping_mul(2_654_435_761);
        let cell = format!("<c><f>SUM(A1:A9)*{result}-B{number}</f><v>{result}.{number}</v></c>");
        format!("<row>{}</row>", cell.repeat(199))
    };
    with_rows(&(1..2_500).map(row).collect::<String>())
}

/// Within every limit on files, and 50 MB of texts that are all different.
fn large() -> Vec<u8> {
    let filling = "x".repeat(2000);
    let cell = |number: u32| {
        let different = number.wrapping_mul(2_654_435_761);
        format!("<row><c t=\"str\"><v>{different:032b}{filling}</v></c></row>")
    };
    with_rows(&(0..19_000).map(cell).collect::<String>())
}

/// A faultless application that takes much memory: a part that holds texts of no cell.
fn bloated() -> Vec<u8> {
    with_part(&faultless_workbook(), "xl/sharedStrings.xml", |text| {
        let filling = "x".repeat(2000);
        let strings = (0..19_000_u32).map(|number| {
            let different = number.wrapping_mul(2_654_435_761);
            format!("<si><t>{different:032b}{filling}</t></si>")
        });
        let strings: String = strings.collect();
        text.replacen("</sst>", &format!("{strings}</sst>"), 1)
    })
}

/// Answers with what a closure finds, and wants no rows.
fn callbacks<'a>(look_up: &'a mut dyn FnMut(&Keys) -> anyhow::Result<Found>) -> Callbacks<'a> {
    Callbacks {
        look_up,
        each_row: None,
    }
}

fn nothing(_: &Keys) -> anyhow::Result<Found> {
    Ok(Found::default())
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

#[test]
fn nothing_is_within_reach_of_a_child() {
    let trial = Command::new(PROGRAM).arg("trial").output().unwrap();
    let told: serde_json::Value = serde_json::from_slice(&trial.stdout).unwrap();
    // An older kernel knows less of Landlock, or nothing; what is tried fails all the same.
    let missing = told["missing"].as_array().unwrap();
    let is_of_kernel = |line: &serde_json::Value| line.as_str().unwrap().starts_with("Landlock: ");
    assert!(missing.iter().all(is_of_kernel), "{told}");
    let attempts = told["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 15);
    for attempt in attempts {
        let refused = attempt["refused"].as_str().unwrap_or_default();
        let of_memory = attempt["what"] == "take all memory" && refused.contains("allocation");
        assert!(
            of_memory || refused.contains("Operation not permitted"),
            "{attempt}"
        );
    }
    let whole = if missing.is_empty() { 0 } else { 3 };
    assert_eq!(trial.status.code(), Some(whole));
}

#[test]
fn a_child_concludes_what_this_process_concludes() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    all_files(&root.join("samples/inbox"), &mut files);
    all_files(&root.join("tests/formats"), &mut files);
    assert!(files.len() > 40, "{}", files.len());
    let rulebook = Rulebook::builtin(Language::Zh);
    let mut apart = Examiner::apart(PROGRAM.into(), Limits::default());
    let mut here = Examiner::here();
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        let context = context(&path.display().to_string());
        let examined = |examiner: &mut Examiner| {
            let file = file(&bytes, &context);
            examiner
                .examine(&rulebook, file, callbacks(&mut nothing))
                .unwrap()
        };
        let (there, here) = (examined(&mut apart), examined(&mut here));
        assert_eq!(there.assessment, here.assessment, "{}", path.display());
        assert_eq!(there.keys, here.keys);
        assert_eq!(there.portrait, here.portrait);
        assert!(there.marked == here.marked, "{}", path.display());
        assert_eq!(there.stop, None);
    }
}

/// A recommended list with so many rows, each with much to object to.
fn list(rows: u32) -> Vec<u8> {
    let mut book = support::empty_list();
    let sheet = book.worksheet_from_index(0).unwrap();
    for row in 1..=rows {
        let texts = [
            row.to_string(),
            format!("第{row}号泵阀国产化研制"),
            format!("新疆天山第{row}制造有限公司"),
            "91650102MA7000002X".to_owned(),
            "300".to_owned(),
            "100".to_owned(),
            "200".to_owned(),
            "天山区科学技术局".to_owned(),
        ];
        for (column, text) in (0..).zip(texts) {
            sheet.write_string(row, column, text).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

#[test]
fn each_row_of_a_list_is_told_once_also_where_a_child_is_ended_on_the_way() {
    let mut watched = Watched::new(Limits::default());
    let (bytes, context) = (list(300), context("list.xlsx"));
    let examined = |examiner: &mut Examiner, each: &mut dyn FnMut()| {
        let mut rows = Vec::new();
        let mut each_row = |row: &Assessment| {
            rows.push(row.clone());
            each();
        };
        let callbacks = Callbacks {
            look_up: &mut nothing,
            each_row: Some(&mut each_row),
        };
        let file = file(&bytes, &context);
        let examined = examiner
            .examine(&watched.rulebook, file, callbacks)
            .unwrap();
        assert_eq!(examined.stop, None);
        (rows, examined.assessment)
    };
    let here = examined(&mut Examiner::here(), &mut || {});
    assert_eq!(here.0.len(), 300);
    assert!(here.0[0].findings.len() > 1);
    let mut children = std::collections::BTreeSet::new();
    let folder = watched.folder.path();
    let ended = &mut || {
        let child = pid(folder);
        if children.is_empty() {
            kill_process(child, Signal::KILL).unwrap();
        }
        children.insert(child.as_raw_nonzero());
    };
    assert_eq!(examined(&mut watched.examiner, ended), here);
}

#[test]
fn a_child_that_somebody_ends_is_replaced_and_its_file_is_read_again() {
    let mut watched = Watched::new(Limits::default());
    let (examined, asked) = watched.signalled(1, Signal::KILL);
    assert_eq!((examined.stop, asked), (None, 2));
    assert!(examined.assessment.verdict.is_accepted());
    let before = watched.pid();
    watched.serves_well();
    assert_eq!(watched.pid(), before, "the child is kept warm");
}

#[test]
fn a_file_is_tried_twice_and_never_a_third_time() {
    let mut watched = Watched::new(Limits::default());
    let (examined, asked) = watched.signalled(2, Signal::KILL);
    // The third time is asked for the verdict on what could not be read.
    assert_eq!((examined.stop, asked), (Some(Cause::Killed), 3));
    assert_eq!(examined.assessment.findings[0].code, "W01");
    assert_eq!(examined.keys.project, None);
    watched.serves_well();
}

#[test]
fn a_crash_is_a_verdict_at_once() {
    let mut watched = Watched::new(Limits::default());
    for signal in [Signal::ABORT, Signal::ILL, Signal::SYS] {
        let (examined, asked) = watched.signalled(1, signal);
        assert_eq!((examined.stop, asked), (Some(Cause::Crashed), 2));
        let message = &examined.assessment.findings[0].message;
        assert_eq!(message, "读取这个文件时被中止（读取程序意外退出）。");
        assert!(!examined.marked.is_empty(), "the list of findings");
        watched.serves_well();
    }
}

#[test]
fn a_child_that_stops_answering_is_ended() {
    let mut watched = Watched::new(Limits {
        wall_s: 2,
        ..Limits::default()
    });
    let (examined, asked) = watched.signalled(2, Signal::STOP);
    assert_eq!((examined.stop, asked), (Some(Cause::Late), 3));
    let message = &examined.assessment.findings[0].message;
    assert_eq!(message, "读取这个文件时被中止（2 秒内没有读完）。");
    watched.serves_well();
}

#[test]
fn what_tells_a_service_to_stop_does_not_end_its_children() {
    let mut watched = Watched::new(Limits::default());
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let (examined, asked) = watched.signalled(1, signal);
        assert_eq!((examined.stop, asked), (None, 1), "{signal:?}");
    }
}

#[test]
fn a_file_that_takes_too_much_is_told_so_and_the_next_is_served() {
    let limits = Limits::default();
    let (memory, time) = (
        Limits {
            memory_mib: 128,
            ..limits.clone()
        },
        Limits { cpu_s: 1, ..limits },
    );
    let context = context("much.xlsx");
    for (bytes, limits, cause, told) in [
        (large(), memory, Cause::Memory, "所用内存超过 128 MiB"),
        (slow(), time, Cause::Time, "计算时间超过 1 秒"),
    ] {
        let mut watched = Watched::new(limits);
        let file = file(&bytes, &context);
        let mut look_up = nothing;
        let callbacks = callbacks(&mut look_up);
        let examined = watched.examiner.examine(&watched.rulebook, file, callbacks);
        let examined = examined.unwrap();
        assert_eq!(examined.stop, Some(cause));
        let message = &examined.assessment.findings[0].message;
        assert_eq!(*message, format!("读取这个文件时被中止（{told}）。"));
        watched.serves_well();
    }
}

/// Also that the inbox is not stopped by what it only looks at.
#[test]
fn a_child_that_dies_over_a_container_leaves_it_to_the_reader_to_say_so() {
    let mut watched = Watched::new(Limits::default());
    let whole = faultless_workbook();
    let cut = &whole[..whole.len() / 2];
    let Watched {
        folder,
        examiner,
        rulebook,
    } = &mut watched;
    let mut is_complete = |bytes| examiner.is_complete(rulebook, bytes).unwrap();
    assert!(is_complete(&whole) && !is_complete(cut));
    kill_process(pid(folder.path()), Signal::ABORT).unwrap();
    assert!(is_complete(cut), "the child died");
    assert!(!is_complete(cut), "another child looks at the next");
    kill_process(pid(folder.path()), Signal::KILL).unwrap();
    assert!(!is_complete(cut), "the machine's doing: once more");
    let told = examiner.members(rulebook, &whole).unwrap();
    assert_eq!(told, liandong::replay::members(&whole));
    assert!(told.len() > 10, "{told:?}");
    kill_process(pid(folder.path()), Signal::ABORT).unwrap();
    let told = examiner.members(rulebook, &whole).unwrap();
    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn where_no_child_can_be_started_nothing_is_concluded() {
    let mut examiner = Examiner::apart("/nowhere/liandong".into(), Limits::default());
    let rulebook = Rulebook::builtin(Language::Zh);
    let context = context("a.xlsx");
    let file = file(b"x", &context);
    let examined = examiner.examine(&rulebook, file, callbacks(&mut nothing));
    let looked = examiner.is_complete(&rulebook, b"x").map(|_| ());
    for tried in [examined.map(|_| ()), looked] {
        let error = format!("{:#}", tried.unwrap_err());
        assert!(
            error.starts_with("the process that reads files cannot be started: "),
            "{error}"
        );
    }
}

/// What the program says on standard output and error, and its exit code.
fn ran(folder: &Path, args: &[&str]) -> (String, String, Option<i32>) {
    let mut command = Command::new(PROGRAM);
    command.args(args).current_dir(folder);
    let output = command.env_remove("LIANDONG_LOG").output().unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap());
    (out, err, output.status.code())
}

#[test]
fn a_file_over_which_a_child_dies_is_answered_and_the_others_are_too() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    let config = "received_on = \"2024-03-20\"\nsettle_s = 0\nworkers = 1\n\
                  [limits]\nmemory_mib = 128\n[mail]\noperator = [\"o@example.org\"]\n\
                  [mail.districts]\ntianshan = [\"d@example.org\"]\n";
    std::fs::write(place.join("liandong.toml"), config).unwrap();
    let inbox = place.join("inbox/tianshan");
    std::fs::create_dir_all(&inbox).unwrap();
    std::fs::write(inbox.join("a.xlsx"), large()).unwrap();
    std::fs::write(inbox.join("b.xlsx"), faultless_workbook()).unwrap();

    let (out, err, code) = ran(place, &["run"]);
    assert_eq!(code, Some(3), "{out}{err}");
    assert!(out.contains("LD2024-000001  unreadable"), "{out}");
    assert!(out.contains("LD2024-000002  accepted"), "{out}");
    let told = "reading a file was stopped: LD2024-000001: its memory was used up";
    assert!(err.contains(told), "{err}");
    // One for each file, and the operator's.
    assert_eq!(std::fs::read_dir(place.join("mail")).unwrap().count(), 3);
    let (out, _, _) = ran(place, &["show", "LD2024-000001"]);
    assert!(out.contains("所用内存超过 128 MiB"), "{out}");
    // Not tried anew: what was concluded stands, also where there is more memory.
    let (out, err, code) = ran(place, &["run"]);
    assert_eq!(
        (out.as_str(), code),
        ("nothing new: 2 files are known\n", Some(0)),
        "{err}"
    );
    for number in ["LD2024-000001", "LD2024-000002"] {
        let (out, _, code) = ran(place, &["replay", number]);
        assert_eq!(code, Some(0), "{out}");
    }
    let (out, err, _) = ran(place, &["status"]);
    let whole = "sandbox:     files are read without access to files, network and programs\n";
    let older = "sandbox:     not whole on this machine: Landlock: ";
    assert!(out.contains(whole) || out.contains(older), "{out}{err}");
}

/// Read while there was memory enough, and not any more.
#[test]
fn a_file_that_kills_its_reader_stops_neither_replay_nor_a_trial_of_another_edition() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path();
    let configure = |memory_mib: u32| {
        let config = format!(
            "received_on = \"2024-03-20\"\nsettle_s = 0\n[limits]\nmemory_mib = {memory_mib}\n"
        );
        std::fs::write(place.join("liandong.toml"), config).unwrap();
    };
    configure(1024);
    let inbox = place.join("inbox/tianshan");
    std::fs::create_dir_all(&inbox).unwrap();
    std::fs::write(inbox.join("a.xlsx"), bloated()).unwrap();
    let (out, err, _) = ran(place, &["run"]);
    assert!(out.contains("LD2024-000001  accepted"), "{out}{err}");
    let (out, err, code) = ran(place, &["replay", "LD2024-000001"]);
    assert!(out.contains("same: verdict"), "{out}{err}");
    assert_eq!(code, Some(0));

    configure(128);
    let (out, err, code) = ran(place, &["replay", "LD2024-000001"]);
    assert_eq!(code, Some(1), "{out}{err}");
    let told = "LD2024-000001: reading it was stopped: its memory was used up";
    assert!(err.contains(told), "{err}");
    assert!(out.contains("verdict: accepted -> unreadable"), "{out}");
    assert!(out.contains("marked: xl/workbook.xml: "), "{out}");
    let edition = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/policies/urumqi-2023.toml");
    let edition = edition.to_str().unwrap();
    let (out, err, code) = ran(place, &["policy", "impact", edition]);
    assert_eq!(code, Some(0), "{out}{err}");
    assert!(out.contains("1 projects"), "{out}{err}");
}
