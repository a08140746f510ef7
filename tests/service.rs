//! The service on real workspaces: killed between any two steps and started again, versions of one project, mails
//! over a server. A kill is a real one: the test starts itself as a child process that ends without a goodbye.

mod support;

#[allow(dead_code, reason = "the script is not used here")]
#[path = "support/smtp.rs"]
mod smtp;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use liandong::config::Config;
use liandong::form::blank::Values;
use liandong::ledger::{Concluded, Ledger, ParcelKind, ParcelState};
use liandong::rules::Typed;
use liandong::service::{Moment, Nobody, NotOpened, Service, Watcher, Which, ledger_of};

/// In a child: the workspace, and the step before which it ends.
const CHILD: &str = "LIANDONG_TEST_CHILD";

const CONFIG: &str = r#"
received_on = "2024-03-20"
settle_s = 0
workers = 2
[mail]
from = "liandong@example.org"
reviewers = ["reviewer@example.org"]
operator = ["operator@example.org"]
[mail.districts]
tianshan = ["one@example.org", "two@example.org"]
midong = ["midong@example.org"]
"#;

/// Ends the process before a step, as a power cut would.
struct Dies {
    before: usize,
    count: AtomicUsize,
}

impl Watcher for Dies {
    fn step(&self, _name: &'static str) {
        if self.count.fetch_add(1, Ordering::SeqCst) == self.before {
            std::process::abort();
        }
    }
}

/// Counts the steps.
#[derive(Clone, Default)]
struct Counts(std::sync::Arc<AtomicUsize>);

impl Watcher for Counts {
    fn step(&self, _name: &'static str) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

struct Workspace {
    folder: tempfile::TempDir,
}

impl Workspace {
    fn new(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("liandong.toml"), config).unwrap();
        std::fs::create_dir_all(folder.path().join("inbox")).unwrap();
        Self { folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn drop_file(&self, path: &str, bytes: &[u8]) {
        let file = self.path().join("inbox").join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }

    fn config(&self) -> Config {
        Config::load(&self.path().join("liandong.toml")).unwrap()
    }

    fn ledger(&self) -> Box<dyn Ledger> {
        ledger_of(&self.config()).unwrap()
    }

    /// Every file below a folder of the output.
    fn files(&self, below: &str) -> Vec<String> {
        let mut files = Vec::new();
        list(&self.path().join(below), &mut files);
        let name = |file: PathBuf| {
            file.strip_prefix(self.path())
                .unwrap()
                .display()
                .to_string()
        };
        let mut files: Vec<String> = files.into_iter().map(name).collect();
        files.sort();
        files
    }

    fn run(&self) {
        pass(self.path(), Box::new(Nobody), Duration::ZERO);
    }

    fn standing(&self) -> Vec<Concluded> {
        self.ledger().standing().unwrap()
    }
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            list(&path, files)
        } else {
            files.push(path)
        }
    }
}

/// One pass as `run` makes it, some time after the process began.
fn pass(workspace: &Path, watcher: Box<dyn Watcher>, later: Duration) {
    let config = Config::load(&workspace.join("liandong.toml")).unwrap();
    let mut service = Service::open(config, watcher).unwrap();
    let mut now = Moment {
        at: jiff::Timestamp::now() + later,
        elapsed: later,
    };
    let intaken = service.receive(now).unwrap();
    service.assess().unwrap();
    service.register(now).unwrap();
    service.digest(&intaken.waiting, now).unwrap();
    while let Some(pause) = service.deliver(Which::All, now).unwrap() {
        now.elapsed += pause;
    }
    service.alarm(now).unwrap();
    assert_eq!(service.end_pass(), []);
}

/// The faultless application with some values changed.
fn filled(changes: &[(&str, &str)]) -> Vec<u8> {
    let mut values: Values = support::faultless();
    for (slot, value) in changes {
        let typed = match value.parse::<f64>() {
            Ok(_) => Typed::Number((*value).to_owned().into()),
            Err(_) => Typed::Text((*value).to_owned().into()),
        };
        values.insert((*slot).to_owned(), typed);
    }
    support::written(&values)
}

/// Two versions of one project, another district's file that is none, and one dropped into the wrong folder.
fn four_files(workspace: &Workspace) {
    workspace.drop_file("tianshan/一.xlsx", &filled(&[("sources.city.1", "170")]));
    workspace.drop_file("tianshan/二.xlsx", &filled(&[]));
    workspace.drop_file("midong/说明.docx", b"PDF?");
    workspace.drop_file("midong/三.xlsx", &filled(&[("title", "另一个项目的名称")]));
}

fn child_if_asked() {
    if let Ok(plan) = std::env::var(CHILD) {
        let (before, workspace) = plan.split_once(' ').unwrap();
        let dies = Dies {
            before: before.parse().unwrap(),
            count: AtomicUsize::new(0),
        };
        pass(Path::new(workspace), Box::new(dies), Duration::ZERO);
        std::process::exit(0);
    }
}

/// Starts this test anew as a child that dies before a step; whether it died.
fn dies_before(step: usize, test: &str, workspace: &Workspace) -> bool {
    let exit = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .env(CHILD, format!("{step} {}", workspace.path().display()))
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status()
        .unwrap();
    !exit.success()
}

/// What must be true once everything is done, whatever happened on the way.
fn everything_went_out_once(workspace: &Workspace, undisturbed: &Workspace, when: &str) {
    let mut ledger = workspace.ledger();
    let counts = ledger.counts().unwrap();
    assert_eq!(counts, undisturbed.ledger().counts().unwrap(), "{when}");
    for folder in ["results", "accepted"] {
        assert_eq!(workspace.files(folder), undisturbed.files(folder), "{when}");
    }
    let is_verdict = |name: &String| name.contains(".verdict.");
    let verdicts = |workspace: &Workspace| -> Vec<String> {
        workspace
            .files("mail")
            .into_iter()
            .filter(is_verdict)
            .collect()
    };
    assert_eq!(verdicts(workspace), verdicts(undisturbed), "{when}");
    assert!(
        ledger.untold().unwrap().is_empty(),
        "{when}: a digest has told of everything"
    );
    let versions = |workspace: &Workspace| -> Vec<(String, u32)> {
        workspace
            .standing()
            .into_iter()
            .map(|one| (one.number, one.version))
            .collect()
    };
    assert_eq!(versions(workspace), versions(undisturbed), "{when}");
}

#[test]
fn killed_between_any_two_steps_the_next_run_finishes_and_does_nothing_twice() {
    child_if_asked();
    let test = "killed_between_any_two_steps_the_next_run_finishes_and_does_nothing_twice";
    let undisturbed = Workspace::new(CONFIG);
    four_files(&undisturbed);
    let counts = Counts::default();
    pass(undisturbed.path(), Box::new(counts.clone()), Duration::ZERO);
    let steps = counts.0.load(Ordering::SeqCst);
    assert!(steps >= 12, "only {steps} steps");
    assert_eq!(undisturbed.files("results").len(), 4);
    for step in 0..steps {
        let workspace = Workspace::new(CONFIG);
        four_files(&workspace);
        let died = dies_before(step, test, &workspace);
        // Groups are stored as they come, so a run may have a step more or less than another.
        assert!(
            died || step + 2 >= steps,
            "step {step} of {steps} was not reached"
        );
        workspace.run();
        everything_went_out_once(
            &workspace,
            &undisturbed,
            &format!("killed before step {step}"),
        );
        let before = workspace.files("");
        workspace.run();
        assert_eq!(
            workspace.files(""),
            before,
            "a further run finds nothing to do"
        );
    }
}

fn over_smtp(server: &smtp::Server) -> String {
    let port = server.port;
    format!("{CONFIG}\n[mail.smtp]\nhost = \"127.0.0.1\"\nport = {port}\nmails_per_minute = 6000\n")
}

/// How often each mail came, by recipient and Message-ID.
fn came(server: &smtp::Server) -> BTreeMap<(String, String), usize> {
    let mut came = BTreeMap::new();
    for got in server.got() {
        let text = String::from_utf8_lossy(&got.data).into_owned();
        let id = text
            .lines()
            .find_map(|line| line.strip_prefix("Message-ID: "))
            .unwrap();
        *came.entry((got.to, id.to_owned())).or_insert(0) += 1;
    }
    came
}

#[test]
fn killed_around_a_mail_it_comes_once_or_with_the_same_identity_once_more() {
    child_if_asked();
    let test = "killed_around_a_mail_it_comes_once_or_with_the_same_identity_once_more";
    let server = smtp::Server::start(Vec::new());
    let undisturbed = Workspace::new(&over_smtp(&server));
    undisturbed.drop_file("tianshan/一.xlsx", &filled(&[]));
    let counts = Counts::default();
    pass(undisturbed.path(), Box::new(counts.clone()), Duration::ZERO);
    let steps = counts.0.load(Ordering::SeqCst);
    let expected = came(&server);
    assert_eq!(
        expected.len(),
        3,
        "two addresses of the district and a reviewer"
    );
    let mut twice = 0;
    for step in 0..steps {
        let server = smtp::Server::start(Vec::new());
        let workspace = Workspace::new(&over_smtp(&server));
        workspace.drop_file("tianshan/一.xlsx", &filled(&[]));
        assert!(dies_before(step, test, &workspace), "step {step}");
        // An hour later, when pauses are over.
        pass(
            workspace.path(),
            Box::new(Nobody),
            Duration::from_secs(3600),
        );
        let came = came(&server);
        assert_eq!(came.len(), 3, "killed before step {step}: every mail comes");
        assert!(
            came.values().all(|times| *times <= 2),
            "killed before step {step}"
        );
        twice += came.values().filter(|times| **times == 2).count();
        let open = [
            ParcelState::Waiting,
            ParcelState::Sending,
            ParcelState::NeedsAttention,
        ];
        assert!(workspace.ledger().parcels(&open).unwrap().is_empty());
    }
    assert_eq!(
        twice, 3,
        "only where it was killed after the server's answer and before that was stored"
    );
}

#[test]
fn a_wrong_password_is_tried_once_an_hour_however_many_mails_wait() {
    use std::os::unix::fs::PermissionsExt as _;
    let refuse = || ("AUTH", smtp::Act::Say(b"535 authentication failed\r\n"));
    let server = smtp::Server::start(vec![refuse(), refuse()]);
    let account = "user = \"bureau\"\npassword_file = \"password\"\n";
    let workspace = Workspace::new(&(over_smtp(&server) + account));
    let password = workspace.path().join("password");
    std::fs::write(&password, "geheim").unwrap();
    std::fs::set_permissions(&password, std::fs::Permissions::from_mode(0o600)).unwrap();
    workspace.drop_file("tianshan/一.xlsx", &filled(&[]));
    let mut service = Service::open(workspace.config(), Box::new(Nobody)).unwrap();
    let begun = jiff::Timestamp::now();
    let mut logins = Vec::new();
    for elapsed in [0, 5, 10, 3599, 3600, 3605, 7200].map(Duration::from_secs) {
        let now = Moment {
            at: begun + elapsed,
            elapsed,
        };
        service.receive(now).unwrap();
        service.assess().unwrap();
        service.deliver(Which::Due, now).unwrap();
        service.alarm(now).unwrap();
        service.end_pass();
        logins.push(server.logins.lock().unwrap().len());
    }
    assert_eq!(logins, [1, 1, 1, 1, 2, 2, 3]);
    assert!(!server.got().is_empty(), "the third one is let in");
}

#[test]
fn a_corrected_copy_is_a_version_of_the_same_project_and_answers_the_earlier_mail() {
    let workspace = Workspace::new(CONFIG);
    workspace.drop_file(
        "tianshan/申报书.xlsx",
        &filled(&[("sources.city.1", "170")]),
    );
    workspace.run();
    let first = workspace.standing().remove(0);
    assert_eq!(
        (first.version, first.assessment.verdict.id()),
        (1, "returned")
    );
    // The clerk corrects the marked copy that came back and drops that.
    let marked = workspace.path().join(&first.result);
    assert!(marked.exists());
    workspace.drop_file("tianshan/申报书-退回修改-LD2026-000001.xlsx", &filled(&[]));
    workspace.run();
    let standing = workspace.standing();
    assert_eq!(standing.len(), 1);
    assert_eq!(
        (standing[0].version, standing[0].assessment.verdict.id()),
        (2, "accepted")
    );
    assert_eq!(standing[0].previous.unwrap().id(), "returned");
    assert!(
        standing[0].result.contains("/申报书-通过-LD"),
        "{}",
        standing[0].result
    );
    let mails = workspace.files("mail");
    let second = mails
        .iter()
        .find(|name| name.contains(&format!("{}.verdict", standing[0].number)))
        .unwrap();
    let text = std::fs::read_to_string(workspace.path().join(second)).unwrap();
    assert!(
        text.contains(&format!("In-Reply-To: <{}.verdict", first.number)),
        "{text}"
    );
    assert_eq!(workspace.files("accepted").len(), 1);
}

#[test]
fn however_many_work_versions_dropped_together_follow_one_another() {
    let amounts = ["170", "171", "172", "173"];
    let told = [1, 2, 5].map(|workers| {
        let workspace =
            Workspace::new(&CONFIG.replace("workers = 2", &format!("workers = {workers}")));
        for (number, amount) in (1..).zip(amounts) {
            let path = |folder: &str| format!("{folder}/第{number}版.xlsx");
            workspace.drop_file(&path("tianshan"), &filled(&[("sources.city.1", amount)]));
            let other = [("sources.city.1", amount), ("title", "另一个项目的名称")];
            workspace.drop_file(&path("midong"), &filled(&other));
        }
        workspace.run();
        let results = workspace.files("results").into_iter();
        let results: Vec<_> = results
            .map(|name| (std::fs::read(workspace.path().join(&name)).unwrap(), name))
            .collect();
        let standing = workspace.standing().into_iter();
        let standing: Vec<_> = standing
            .map(|it| (it.number, it.path, it.version, it.assessment.verdict))
            .collect();
        (standing, results)
    });
    let versions: Vec<u32> = told[0].0.iter().map(|it| it.2).collect();
    assert_eq!(versions, [4, 4], "the last of each project stands");
    assert_eq!(told[0].1.len(), 2 * amounts.len());
    assert!(told[0] == told[1] && told[1] == told[2]);
}

#[test]
fn a_marked_copy_that_comes_back_retitled_is_still_the_next_version() {
    let workspace = Workspace::new(CONFIG);
    workspace.drop_file(
        "tianshan/申报书.xlsx",
        &filled(&[("sources.city.1", "170")]),
    );
    workspace.run();
    let marked = std::fs::read(workspace.path().join(&workspace.standing()[0].result)).unwrap();
    let title = "超临界流体阀门材料与制造技术".as_bytes();
    let retitled = replaced(&marked, support::title().as_bytes(), title);
    workspace.drop_file("tianshan/LD2026-000001.xlsx", &retitled);
    workspace.run();
    let standing = workspace.standing();
    assert_eq!(standing.len(), 1);
    assert_eq!(standing[0].version, 2);
    assert_eq!(
        standing[0].assessment.title.as_deref().map(str::as_bytes),
        Some(title)
    );
}

/// A package with one text in place of another in every part.
fn replaced(package: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    use std::io::{Cursor, Read as _, Write as _};
    let mut old = zip::ZipArchive::new(Cursor::new(package)).unwrap();
    let mut new = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..old.len() {
        let mut part = old.by_index(index).unwrap();
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        let name = part.name().unwrap().to_string();
        new.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        let text = text.replace(
            std::str::from_utf8(from).unwrap(),
            std::str::from_utf8(to).unwrap(),
        );
        new.write_all(text.as_bytes()).unwrap();
    }
    new.finish().unwrap().into_inner()
}

#[test]
fn the_same_content_in_another_file_is_answered_too_and_says_so() {
    let workspace = Workspace::new(CONFIG);
    let bytes = filled(&[]);
    workspace.drop_file("tianshan/一.xlsx", &bytes);
    workspace.run();
    let count = |folder| workspace.files(folder).len();
    let (results, mails) = (count("results"), count("mail"));
    workspace.drop_file("tianshan/再交一次.xlsx", &bytes);
    workspace.run();
    let standing = workspace.standing();
    assert_eq!(standing.len(), 1, "one project");
    let codes: Vec<&str> = standing[0]
        .assessment
        .findings
        .iter()
        .map(|finding| &*finding.code)
        .collect();
    assert_eq!(codes, ["P13"]);
    let message = &standing[0].assessment.findings[0].message;
    assert!(message.contains("-000001）内容完全相同"), "{message}");
    assert_eq!(count("results"), results + 1, "a marked copy of its own");
    assert!(count("mail") > mails, "and a mail");
    // Renamed it is the same file: nothing new.
    let inbox = workspace.path().join("inbox/tianshan");
    std::fs::rename(inbox.join("再交一次.xlsx"), inbox.join("改名.xlsx")).unwrap();
    let before = workspace.files("");
    workspace.run();
    assert_eq!(workspace.files(""), before);
    let entry = workspace
        .ledger()
        .entry(&standing[0].number)
        .unwrap()
        .unwrap();
    assert_eq!(
        entry.places,
        ["tianshan/再交一次.xlsx", "tianshan/改名.xlsx"]
    );
    // In another district's folder it is another submission: there it is in the wrong folder.
    workspace.drop_file("midong/一.xlsx", &bytes);
    workspace.run();
    let codes: Vec<String> = workspace.standing()[1]
        .assessment
        .findings
        .iter()
        .map(|finding| finding.code.to_string())
        .collect();
    assert_eq!(codes, ["P03", "P13"], "the same file was received before");
}

#[test]
fn a_file_that_is_done_is_moved_where_the_configuration_says_so() {
    let workspace = Workspace::new(&format!("after = \"move\"\n{CONFIG}"));
    workspace.drop_file("tianshan/一.xlsx", &filled(&[]));
    workspace.drop_file("tianshan/已受理/一.xlsx", b"an older one of this name");
    workspace.run();
    assert_eq!(
        workspace.files("inbox"),
        [
            "inbox/tianshan/已受理/一 (2).xlsx",
            "inbox/tianshan/已受理/一.xlsx"
        ]
    );
    let before = workspace.files("");
    workspace.run();
    assert_eq!(workspace.files(""), before);
}

#[test]
fn a_result_that_cannot_be_written_is_told_and_written_later() {
    let workspace = Workspace::new(CONFIG);
    workspace.drop_file("tianshan/一.xlsx", &filled(&[]));
    std::fs::write(workspace.path().join("results"), "in the way").unwrap();
    let mut service = Service::open(workspace.config(), Box::new(Nobody)).unwrap();
    let now = Moment {
        at: jiff::Timestamp::now(),
        elapsed: Duration::ZERO,
    };
    service.receive(now).unwrap();
    service.assess().unwrap();
    service.deliver(Which::All, now).unwrap();
    let troubles = service.end_pass();
    assert_eq!(troubles.len(), 1, "{troubles:?}");
    let told = troubles[0].to_string();
    assert!(
        told.starts_with("a file could not be written") && told.contains("results/"),
        "{told}"
    );
    drop(service);
    std::fs::remove_file(workspace.path().join("results")).unwrap();
    workspace.run();
    assert_eq!(workspace.files("results").len(), 1);
}

#[test]
fn failures_reach_the_operator_once_a_day() {
    let workspace = Workspace::new(CONFIG);
    workspace.drop_file("tianshan/一.xlsx", &filled(&[]));
    std::fs::write(workspace.path().join("results"), "in the way").unwrap();
    let mut service = Service::open(workspace.config(), Box::new(Nobody)).unwrap();
    let now = Moment {
        at: "2026-03-02T01:00:00Z".parse().unwrap(),
        elapsed: Duration::ZERO,
    };
    service.receive(now).unwrap();
    service.assess().unwrap();
    for _ in 0..3 {
        service.deliver(Which::All, now).unwrap();
        service.alarm(now).unwrap();
        service.end_pass();
    }
    service.deliver(Which::All, now).unwrap();
    let alarms = workspace
        .files("mail")
        .into_iter()
        .filter(|name| name.contains(".alarm."))
        .count();
    assert_eq!(alarms, 1);
}

#[test]
fn an_inbox_whose_sentinel_is_gone_is_not_taken_for_an_empty_one() {
    let workspace = Workspace::new(CONFIG);
    let sentinel = workspace
        .path()
        .join("inbox")
        .join(liandong::intake::SENTINEL);
    std::fs::write(&sentinel, "").unwrap();
    workspace.drop_file("tianshan/一.xlsx", &filled(&[]));
    workspace.run();
    std::fs::remove_file(&sentinel).unwrap();
    let mut service = Service::open(workspace.config(), Box::new(Nobody)).unwrap();
    let now = Moment {
        at: jiff::Timestamp::now(),
        elapsed: Duration::ZERO,
    };
    service.receive(now).unwrap();
    let troubles = service.end_pass();
    assert!(
        troubles[0].to_string().contains("may not be mounted"),
        "{troubles:?}"
    );
}

#[test]
fn a_second_process_is_told_who_holds_the_workspace() {
    let workspace = Workspace::new(CONFIG);
    let _first = Service::open(workspace.config(), Box::new(Nobody)).unwrap();
    let Err(NotOpened::Held(pid)) = Service::open(workspace.config(), Box::new(Nobody)) else {
        panic!("the second one must not open it");
    };
    assert_eq!(pid, std::process::id().to_string());
}

#[test]
fn an_accepted_workbook_is_the_one_the_district_got() {
    let workspace = Workspace::new(CONFIG);
    workspace.drop_file("tianshan/一.xlsx", &filled(&[]));
    workspace.run();
    let concluded = workspace.standing().remove(0);
    let entry = workspace
        .ledger()
        .entry(&concluded.number)
        .unwrap()
        .unwrap();
    let accepted = entry
        .parcels
        .iter()
        .find(|outgoing| outgoing.parcel.kind == ParcelKind::Accepted)
        .unwrap();
    let read = |path: &str| std::fs::read(workspace.path().join(path)).unwrap();
    assert!(read(&accepted.parcel.target) == read(&concluded.result));
    assert!(concluded.is_answered);
}
