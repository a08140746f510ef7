//! One story on the ledger, for every database behind it: what was received is never lost, never assessed or sent
//! twice, and found again.

mod support;

use liandong::assess::{
    Assessment, Context, Grounds, Keys, Language, Portrait, Rulebook, Tally, others,
};
use liandong::ledger::sqlite::Sqlite;
use liandong::ledger::{
    Arrival, Attempt, Conclusion, Job, Ledger, LedgerError, Outgoing, Parcel, ParcelKind,
    ParcelState, Receipt, Stamp,
};

fn arrival(path: &str, content: &str) -> Arrival {
    let bytes = content.as_bytes().to_vec();
    Arrival {
        path: path.to_owned(),
        folder: path.split_once('/').map(|(folder, _)| folder.to_owned()),
        stamp: stamp(path.len(), content.len()),
        sha256: liandong::assess::sha256_hex(&bytes),
        bytes,
        received_at: "2026-03-02T09:30:00".parse().unwrap(),
    }
}

fn stamp(inode: usize, size_bytes: usize) -> Stamp {
    let number = |value: usize| i64::try_from(value).unwrap();
    Stamp {
        device: 1,
        inode: number(inode),
        size_bytes: number(size_bytes),
        modified_ns: 5,
        changed_ns: 6,
    }
}

fn new(number: &str) -> Receipt {
    Receipt::New(number.to_owned())
}

/// An assessment of bytes that are no workbook, with the verdict changed where a story needs another.
fn assessment(verdict: &str) -> Assessment {
    let rulebook = Rulebook::builtin(Language::Zh);
    let context = Context {
        file: "a.xlsx".to_owned(),
        folder: None,
        received_at: "2026-03-02T09:30:00".parse().unwrap(),
        id: None,
        edition: None,
    };
    let verdict = liandong::assess::Verdict::of(verdict).unwrap();
    Assessment {
        verdict,
        ..rulebook.assess(&rulebook.read(b"text"), &context)
    }
}

fn parcel(kind: ParcelKind, target: &str, message_id: &str) -> Parcel {
    Parcel {
        kind,
        target: target.to_owned(),
        message_id: message_id.to_owned(),
        body: target.as_bytes().into(),
    }
}

fn keys(project: &str) -> Keys {
    Keys {
        project: Some(project.to_owned()),
        ..Keys::default()
    }
}

/// Concludes a job as the service does: looks for the version before, then stores.
fn conclude(ledger: &mut dyn Ledger, job: &Job, project: &str, verdict: &str) -> Option<String> {
    let found = ledger
        .lookup()
        .unwrap()
        .earlier(job, &keys(project))
        .unwrap();
    let before = found
        .earlier
        .previous
        .as_ref()
        .map(|before| before.id.clone());
    let result = format!("results/{}", job.number);
    let conclusion = Conclusion {
        id: job.id,
        assessment: assessment(verdict),
        keys: keys(project),
        portrait: Portrait::default(),
        previous: found.previous,
        version: found.version,
        parcels: vec![
            parcel(
                ParcelKind::Mail,
                "d@example.org",
                &format!("{}@h", job.number),
            ),
            parcel(ParcelKind::Result, &result, ""),
        ],
        grounds: Grounds::default(),
        result,
    };
    ledger.conclude(&[conclusion]).unwrap();
    before
}

fn done(id: i64) -> Attempt {
    Attempt {
        id,
        state: ParcelState::Done,
        next_s: 0,
        is_lost: false,
        note: String::new(),
    }
}

fn due(ledger: &mut dyn Ledger) -> Vec<Outgoing> {
    let ids = ledger.due(i64::MAX).unwrap();
    ids.into_iter()
        .map(|id| ledger.parcel(id).unwrap().unwrap())
        .collect()
}

/// Runs the story on one database; `open` opens the same one again.
fn story(open: &mut dyn FnMut() -> Box<dyn Ledger>) {
    let mut ledger = open();
    received_once(&mut *ledger);
    drop(ledger);
    let mut ledger = open();
    assert_eq!(
        ledger.sightings().unwrap().len(),
        3,
        "sightings outlast the process"
    );
    assessed_once(&mut *ledger);
    sent_once(&mut *ledger);
    found_again(&mut *ledger);
    digests(&mut *ledger);
}

fn received_once(ledger: &mut dyn Ledger) {
    let first = ledger
        .receive(&[
            arrival("tianshan/a.xlsx", "A"),
            arrival("midong/a.xlsx", "A"),
        ])
        .unwrap();
    assert_eq!(
        first,
        [new("LD2026-000001"), new("LD2026-000002")],
        "each folder has its own"
    );
    assert_eq!(
        ledger.receive(&[arrival("tianshan/a.xlsx", "A")]).unwrap(),
        [Receipt::Same]
    );
    let first = arrival("tianshan/a.xlsx", "A");
    let renamed = Arrival {
        path: "tianshan/renamed.xlsx".to_owned(),
        ..first
    };
    let renamed = ledger.receive(&[renamed]).unwrap();
    assert_eq!(renamed, [Receipt::Known("LD2026-000001".to_owned())]);
}

fn assessed_once(ledger: &mut dyn Ledger) {
    let jobs = ledger.claim(0, 10).unwrap();
    let seen: Vec<_> = jobs
        .iter()
        .map(|job| (job.number.as_str(), job.tries, job.bytes.as_slice()))
        .collect();
    assert_eq!(
        seen,
        [
            ("LD2026-000001", 0, b"A".as_slice()),
            ("LD2026-000002", 0, b"A".as_slice())
        ]
    );
    assert_eq!(
        ledger.claim(0, 1).unwrap()[0].tries,
        1,
        "an attempt that did not end is known"
    );
    assert_eq!(conclude(ledger, &jobs[0], "p", "returned"), None);
    assert_eq!(
        conclude(ledger, &jobs[1], "p", "accepted"),
        None,
        "another district's is no version of it"
    );
    assert!(ledger.claim(0, 10).unwrap().is_empty());
}

fn sent_once(ledger: &mut dyn Ledger) {
    let parcels = due(ledger);
    let kinds: Vec<_> = parcels
        .iter()
        .map(|outgoing| outgoing.parcel.kind)
        .collect();
    assert_eq!(
        kinds,
        [
            ParcelKind::Result,
            ParcelKind::Result,
            ParcelKind::Mail,
            ParcelKind::Mail
        ]
    );
    assert_eq!(&*parcels[0].parcel.body, b"results/LD2026-000001");
    ledger
        .note(&[done(parcels[0].id), done(parcels[1].id)])
        .unwrap();
    assert_eq!(
        ledger.entry("LD2026-000001").unwrap().unwrap().state,
        "assessed"
    );
    let later = Attempt {
        state: ParcelState::Waiting,
        next_s: 1_000,
        ..done(parcels[2].id)
    };
    let given_up = Attempt {
        state: ParcelState::NeedsAttention,
        ..done(parcels[3].id)
    };
    ledger.note(&[later, given_up]).unwrap();
    assert_eq!(ledger.due(999).unwrap(), Vec::<i64>::new());
    assert_eq!(ledger.due(1_000).unwrap(), [parcels[2].id]);
    let counts = ledger.counts().unwrap();
    assert_eq!(
        (counts.waiting, counts.needs_attention, counts.answered),
        (1, 1, 1)
    );
    ledger.put_back(&[parcels[3].id]).unwrap();
    assert_eq!(
        ledger.entry("LD2026-000002").unwrap().unwrap().state,
        "assessed"
    );
    assert_eq!(ledger.due(999).unwrap(), [parcels[3].id]);
    ledger
        .note(&[done(parcels[2].id), done(parcels[3].id)])
        .unwrap();
    assert_eq!(ledger.counts().unwrap().answered, 2);
    assert!(due(ledger).is_empty());
}

fn found_again(ledger: &mut dyn Ledger) {
    // The corrected copy under another name, then a retitled one at the place of one that was returned, then the
    // first content once more: each is a version of its own.
    let mut versions = Vec::new();
    for (path, content, project, verdict) in [
        ("tianshan/b.xlsx", "B", "p", "returned"),
        ("tianshan/b.xlsx", "C", "retitled", "accepted"),
        ("tianshan/b.xlsx", "D", "another project", "accepted"),
        ("tianshan/b.xlsx", "A", "p", "returned"),
    ] {
        ledger.receive(&[arrival(path, content)]).unwrap();
        let job = ledger.claim(0, 1).unwrap().pop().unwrap();
        let before = conclude(ledger, &job, project, verdict);
        let entry = ledger.entry(&job.number).unwrap().unwrap();
        assert_eq!(entry.previous, before);
        versions.push((job.number, before, entry.concluded.unwrap().version));
    }
    let of = |number: &str, before: Option<&str>, version| {
        (number.to_owned(), before.map(ToOwned::to_owned), version)
    };
    assert_eq!(
        versions,
        [
            of("LD2026-000003", Some("LD2026-000001"), 2),
            of("LD2026-000004", Some("LD2026-000003"), 3),
            of("LD2026-000005", None, 1),
            of("LD2026-000006", None, 1),
        ]
    );
    let standing: Vec<_> = ledger
        .standing()
        .unwrap()
        .into_iter()
        .map(|one| one.number)
        .collect();
    assert_eq!(
        standing,
        [
            "LD2026-000002",
            "LD2026-000004",
            "LD2026-000005",
            "LD2026-000006"
        ]
    );
    let entry = ledger.entry("LD2026-000001").unwrap().unwrap();
    assert_eq!(entry.places, ["tianshan/a.xlsx", "tianshan/renamed.xlsx"]);
    assert!(
        ledger.entry("LD2026-000099").unwrap().is_none() && ledger.entry("x").unwrap().is_none()
    );
}

fn digests(ledger: &mut dyn Ledger) {
    let numbers: Vec<_> = ledger
        .untold()
        .unwrap()
        .into_iter()
        .map(|one| one.number)
        .collect();
    assert_eq!(numbers.len(), 6);
    let before = due(ledger).len();
    let digest = [parcel(ParcelKind::Mail, "r@example.org", "digest@h")];
    ledger.post(&digest, &numbers[..5]).unwrap();
    ledger.post(&digest, &[]).unwrap();
    assert_eq!(
        due(ledger).len(),
        before + 1,
        "the same mail is never put in twice"
    );
    let left: Vec<_> = ledger
        .untold()
        .unwrap()
        .into_iter()
        .map(|one| one.number)
        .collect();
    assert_eq!(left, ["LD2026-000006"]);
    assert_eq!(ledger.recall("k").unwrap(), None);
    ledger.remember("k", "1").unwrap();
    ledger.remember("k", "2").unwrap();
    assert_eq!(ledger.recall("k").unwrap().as_deref(), Some("2"));
}

#[test]
fn the_story_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ledger.db");
    story(&mut || Box::new(Sqlite::open(&file).unwrap()));
}

#[test]
fn a_ledger_of_a_newer_version_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ledger.db");
    drop(Sqlite::open(&file).unwrap());
    let db = rusqlite::Connection::open(&file).unwrap();
    db.pragma_update(None, "user_version", 99).unwrap();
    drop(db);
    assert!(matches!(
        Sqlite::open(&file),
        Err(LedgerError::Newer { found: 99, .. })
    ));
    assert!(matches!(
        Sqlite::open_to_read(&file),
        Err(LedgerError::Newer { found: 99, .. })
    ));
}

#[test]
fn a_file_that_is_no_ledger_is_told_in_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ledger.db");
    std::fs::write(
        &file,
        "not a database, but long enough to be looked at as one".repeat(20),
    )
    .unwrap();
    let told = Sqlite::open(&file).unwrap_err().to_string();
    assert!(
        told.contains("restore it from a backup") && !told.contains('\n'),
        "{told}"
    );
    assert!(std::fs::read(&file).unwrap().starts_with(b"not a database"));
}

#[test]
fn a_ledger_of_the_layout_before_is_brought_up_to_date_with_what_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ledger.db");
    let mut ledger = Sqlite::open(&file).unwrap();
    ledger.receive(&[arrival("tianshan/a.xlsx", "a")]).unwrap();
    let job = ledger.claim(0, 1).unwrap().pop().unwrap();
    conclude(&mut ledger, &job, "p", "returned");
    drop(ledger);
    let db = rusqlite::Connection::open(&file).unwrap();
    db.execute_batch(
        "ALTER TABLE submission DROP COLUMN grounds; ALTER TABLE submission DROP COLUMN shadow;
         ALTER TABLE submission DROP COLUMN portrait; ALTER TABLE submission DROP COLUMN keys;
         DROP TABLE clue; DROP TABLE stake; DROP TABLE tally; DROP TABLE text; PRAGMA user_version = 1;",
    )
    .unwrap();
    drop(db);
    assert!(matches!(
        Sqlite::open_to_read(&file),
        Err(LedgerError::Older)
    ));
    let mut ledger = Sqlite::open(&file).unwrap();
    let kept = ledger.kept(&job.number).unwrap().unwrap();
    assert_eq!((kept.job.bytes, kept.grounds), (b"a".to_vec(), None));
    assert_eq!(ledger.standing().unwrap().len(), 1);
    let texts = [("h".to_owned(), "t".to_owned())].into();
    ledger.keep(&texts).unwrap();
    ledger.keep(&texts).unwrap();
    assert_eq!(ledger.texts().unwrap(), texts);
}

/// Concludes the content at a path as an accepted project with some keys; gives who the others are, and the sum.
fn among(ledger: &mut Sqlite, path: &str, project: &str, leader: &str) -> (Vec<String>, Tally) {
    ledger.receive(&[arrival(path, path)]).unwrap();
    let job = ledger.claim(0, 1).unwrap().pop().unwrap();
    let sum = others::quota("e", 2026);
    let keys = Keys {
        people: vec![leader.to_owned()],
        tallies: vec![sum.clone()],
        ..keys(project)
    };
    let found = ledger.lookup().unwrap().earlier(&job, &keys).unwrap();
    let assessment = Assessment {
        edition: Some("e".to_owned()),
        year: Some(2026),
        ..assessment("accepted")
    };
    let conclusion = Conclusion {
        id: job.id,
        assessment,
        keys,
        portrait: Portrait {
            title: Some(project.to_owned()),
            ..Portrait::default()
        },
        previous: found.previous,
        version: found.version,
        parcels: Vec::new(),
        result: String::new(),
        grounds: Grounds::default(),
    };
    let one = std::slice::from_ref(&conclusion);
    ledger.conclude(one).unwrap();
    ledger.conclude(one).unwrap();
    let known = found.earlier.others;
    let peers = known.peers.into_iter();
    (peers.map(|peer| peer.id).collect(), known.tallies[&sum])
}

#[test]
fn others_are_found_by_a_key_while_they_stand_and_counted_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Sqlite::open(&folder.path().join("ledger.db")).unwrap();
    let mut known = |path, project, leader| {
        let (peers, sum) = among(&mut ledger, path, project, leader);
        (peers.join(" "), sum.count)
    };
    let answer = |peers: &str, count| (peers.to_owned(), count);
    assert_eq!(known("tianshan/a", "p", "li"), answer("", 0));
    assert_eq!(known("midong/b", "q", "li"), answer("LD2026-000001", 1));
    // A second version of the first: it is no other to itself, and takes its place among the others of others.
    assert_eq!(known("tianshan/c", "p", "li"), answer("LD2026-000002", 1));
    let both = answer("LD2026-000002 LD2026-000003", 2);
    assert_eq!(known("gaoxin/d", "r", "li"), both);
    assert_eq!(known("gaoxin/e", "s", "wang"), answer("", 3));
}
