//! The inbox: what is taken, what is waited for and why, what is passed over. Time is an argument.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use liandong::intake::{Intake, Moment, Scan, Why};
use liandong::policy::Policies;

const SETTLE: Duration = Duration::from_secs(3);

fn looked_at(bytes: &[u8]) -> Result<bool, String> {
    Ok(liandong::intake::is_complete(bytes))
}

struct Inbox {
    _folder: tempfile::TempDir,
    path: PathBuf,
    intake: Intake,
    began: jiff::Timestamp,
}

impl Inbox {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("inbox");
        fs::create_dir_all(path.join("tianshan")).unwrap();
        let policies = Policies::builtin().unwrap();
        let districts = policies.edition("urumqi-2023").unwrap().districts.clone();
        let zone = jiff::tz::TimeZone::get("Asia/Shanghai").unwrap();
        let intake = Intake::new(path.clone(), SETTLE, districts, zone, Vec::new());
        Self {
            _folder: folder,
            path,
            intake,
            began: jiff::Timestamp::now(),
        }
    }

    fn put(&self, path: &str, content: &[u8]) {
        let file = self.path.join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }

    fn at(&self, seconds: u64) -> Moment {
        let elapsed = Duration::from_secs(seconds);
        Moment {
            at: self.began + elapsed,
            elapsed,
        }
    }

    fn scan(&mut self, seconds: u64) -> Scan {
        let now = self.at(seconds);
        self.intake.scan(now).unwrap()
    }

    /// What is waited for at a moment, and why.
    fn waiting(&mut self, seconds: u64) -> Vec<(String, Why)> {
        let waiting = self.scan(seconds).waiting.into_iter();
        waiting.map(|waiting| (waiting.path, waiting.why)).collect()
    }

    /// What has settled and can be taken at a moment.
    fn taken(&mut self, seconds: u64) -> Vec<Result<String, Why>> {
        let now = self.at(seconds);
        let settled = self.scan(seconds).settled;
        let take = |candidate| match self.intake.take(candidate, now, looked_at) {
            Ok(arrival) => Ok(format!("{} {:?}", arrival.path, arrival.folder)),
            Err(waiting) => Err(waiting.why),
        };
        settled.iter().map(take).collect()
    }
}

fn zip() -> Vec<u8> {
    use std::io::Write as _;
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    out.start_file("a.xml", zip::write::SimpleFileOptions::default())
        .unwrap();
    out.write_all(&[b'a'; 5000]).unwrap();
    out.finish().unwrap().into_inner()
}

#[test]
fn a_file_is_taken_when_two_looks_three_seconds_apart_are_the_same() {
    let mut inbox = Inbox::new();
    inbox.put("tianshan/申报书.xlsx", &zip());
    assert_eq!(
        inbox.waiting(0),
        [("tianshan/申报书.xlsx".to_owned(), Why::Changing)]
    );
    assert_eq!(inbox.waiting(2).len(), 1);
    assert_eq!(
        inbox.taken(3),
        [Ok("tianshan/申报书.xlsx Some(\"tianshan\")".to_owned())]
    );
}

#[test]
fn a_change_begins_the_wait_anew_also_of_the_same_size() {
    let mut inbox = Inbox::new();
    inbox.put("tianshan/a.xlsx", b"one");
    assert_eq!(inbox.waiting(0).len(), 1);
    inbox.put("tianshan/a.xlsx", b"two");
    let file = fs::File::options()
        .write(true)
        .open(inbox.path.join("tianshan/a.xlsx"))
        .unwrap();
    file.set_modified(std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000))
        .unwrap();
    assert_eq!(inbox.waiting(3).len(), 1);
    assert_eq!(inbox.taken(6).len(), 1);
}

#[test]
fn what_was_taken_is_not_looked_at_again() {
    let mut inbox = Inbox::new();
    inbox.put("tianshan/a.xlsx", b"text");
    inbox.scan(0);
    let scan = inbox.scan(3);
    inbox
        .intake
        .taken(&scan.settled[0].path, scan.settled[0].stamp);
    let again = inbox.scan(10);
    assert_eq!(
        (again.known, again.settled.len(), again.waiting.len()),
        (1, 0, 0)
    );
}

#[test]
fn a_file_that_somebody_has_open_is_waited_for_with_the_name() {
    let mut inbox = Inbox::new();
    inbox.put("tianshan/a.xlsx", b"text");
    inbox.put("tianshan/b.xlsx", b"text");
    let mut owner = vec![4];
    owner.extend_from_slice(b"Wang");
    owner.resize(165, b' ');
    inbox.put("tianshan/~$a.xlsx", &owner);
    inbox.put(
        "tianshan/.~lock.b.xlsx#",
        ",li,host,01.01.2026 10:00,file:///x;".as_bytes(),
    );
    inbox.scan(0);
    let open = |name: &str| Why::Open(Some(name.to_owned()));
    let waiting = inbox.waiting(3);
    assert_eq!(
        waiting,
        [
            ("tianshan/a.xlsx".to_owned(), open("Wang")),
            ("tianshan/b.xlsx".to_owned(), open("li"))
        ]
    );
    // A day later the owner file is what a crashed program left behind.
    assert_eq!(inbox.taken(3 + 24 * 3600).len(), 2);
}

#[test]
fn half_a_zip_is_waited_for_and_taken_after_ten_quiet_minutes() {
    let mut inbox = Inbox::new();
    let whole = zip();
    inbox.put("tianshan/a.xlsx", &whole[..whole.len() - 1]);
    inbox.scan(0);
    assert_eq!(inbox.taken(599), [Err(Why::Incomplete)]);
    assert_eq!(inbox.taken(600).len(), 1);
    assert!(inbox.taken(600)[0].is_ok());
}

#[test]
fn a_copy_that_shows_its_size_before_its_content_is_waited_for() {
    let mut inbox = Inbox::new();
    inbox.put("tianshan/a.xlsx", &vec![0; zip().len()]);
    inbox.scan(0);
    assert_eq!(inbox.taken(3), [Err(Why::Incomplete)]);
    inbox.put("tianshan/a.xlsx", &zip());
    inbox.scan(10);
    assert!(inbox.taken(13)[0].is_ok());
}

#[test]
fn links_ignored_names_and_finished_files_are_passed_over() {
    let mut inbox = Inbox::new();
    inbox.put("tianshan/.hidden.xlsx", b"x");
    inbox.put("tianshan/a.tmp", b"x");
    inbox.put("tianshan/已受理/old.xlsx", b"x");
    inbox.put("../outside.xlsx", b"secret");
    std::os::unix::fs::symlink("../../outside.xlsx", inbox.path.join("tianshan/link.xlsx"))
        .unwrap();
    std::os::unix::fs::symlink("..", inbox.path.join("tianshan/up")).unwrap();
    let scan = inbox.scan(0);
    assert!(
        scan.settled.is_empty() && scan.waiting.is_empty(),
        "{scan:?}"
    );
}

#[test]
fn a_file_that_becomes_a_link_between_look_and_reading_is_not_read() {
    let mut inbox = Inbox::new();
    inbox.put("../outside.xlsx", b"secret");
    inbox.put("tianshan/a.xlsx", b"text");
    inbox.scan(0);
    let scan = inbox.scan(3);
    let file = inbox.path.join("tianshan/a.xlsx");
    fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink(Path::new("../../outside.xlsx"), &file).unwrap();
    let refused = inbox
        .intake
        .take(&scan.settled[0], inbox.at(3), looked_at)
        .unwrap_err();
    assert!(matches!(refused.why, Why::Unreadable(_)), "{refused:?}");
}

#[test]
fn a_folder_may_have_the_districts_name_and_others_name_none() {
    let mut inbox = Inbox::new();
    for folder in ["天山区", "头屯河区（经开区）", "综合保税区"] {
        inbox.put(&format!("{folder}/2026/a.xlsx"), b"text");
    }
    inbox.put("a.xlsx", b"text");
    inbox.scan(0);
    let mut taken: Vec<String> = inbox.taken(3).into_iter().map(Result::unwrap).collect();
    taken.sort();
    let mut expected = [
        "a.xlsx None",
        "头屯河区（经开区）/2026/a.xlsx Some(\"jingkai\")",
        "天山区/2026/a.xlsx Some(\"tianshan\")",
        "综合保税区/2026/a.xlsx None",
    ];
    expected.sort_unstable();
    assert_eq!(taken, expected);
}

#[test]
fn how_long_to_wait_is_the_longest_wait_of_a_fresh_file() {
    let mut inbox = Inbox::new();
    inbox.put("tianshan/a.xlsx", b"text");
    inbox.scan(0);
    inbox.put("tianshan/b.xlsx", b"text");
    let now = inbox.at(1);
    let scan = inbox.intake.scan(now).unwrap();
    assert_eq!(inbox.intake.settles_in(&scan, now), Some(SETTLE));
}
