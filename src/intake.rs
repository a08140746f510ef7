//! Which files of the inbox are new and whole.
//!
//! The scan is the truth; events of the file system only wake it. A file is taken when it looks the same in two
//! looks that are `settle` apart by our own clock, nobody has it open, its container is complete, and two readings
//! give the same content. What cannot be taken yet is waited for, with the reason; nothing is ever dropped and
//! nothing is concluded from a file's absence.
//!
//! Not here: what a workbook means, looking into a file, which may do harm ([`crate::sandbox`] does it with
//! [`is_complete`]), and remembering what was taken ([`crate::ledger`]).

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;

use crate::district::{District, Recognised, recognise};
use crate::ledger::{Arrival, Stamp};

mod complete;

mod names;

mod walk;

pub use complete::is_complete;
pub use names::is_ignored;

/// A file that stays incomplete this long is taken as it is, and its sender told.
pub const INCOMPLETE_FOR: Duration = Duration::from_secs(600);

/// Name of the sub-folder for files that are done.
pub const DONE_FOLDER: &str = "已受理";

/// A file in the inbox that shows that the share is mounted; `liandong init` makes it.
pub const SENTINEL: &str = ".liandong-inbox";

/// A moment by both clocks.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// The time of day; may jump.
    pub at: Timestamp,
    /// Time since the program began; never jumps.
    pub elapsed: Duration,
}

/// Why a file is not taken yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It was just seen or has just changed.
    Changing,
    /// A program has it open: the owner's name where the program left one.
    Open(Option<String>),
    /// Its container is not complete.
    Incomplete,
    /// It cannot be read at the moment: the system's reason.
    Unreadable(String),
}

impl Why {
    /// In English, without names of people: for a terminal.
    #[must_use]
    pub fn en(&self) -> String {
        match self {
            Self::Changing => "still changing".to_owned(),
            Self::Open(_) => "open in another program: save and close it there".to_owned(),
            Self::Incomplete => "incomplete, perhaps still being copied".to_owned(),
            Self::Unreadable(why) => format!("cannot be read: {why}"),
        }
    }
}

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Changing => f.write_str("还在写入"),
            Self::Open(Some(owner)) => write!(f, "正被打开（{owner}），请保存并关闭"),
            Self::Open(None) => f.write_str("正被打开，请保存并关闭"),
            Self::Incomplete => f.write_str("内容还不完整，可能正在复制"),
            Self::Unreadable(why) => write!(f, "暂时不能读取：{why}"),
        }
    }
}

/// A file that is not taken yet.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// Path below the inbox.
    pub path: String,
    /// Since when it has been waited for.
    pub since: Timestamp,
    /// Why.
    pub why: Why,
}

/// What a scan found.
#[derive(Debug, Default)]
pub struct Scan {
    /// Files that have settled, in the order of their paths: to be taken.
    pub settled: Vec<Candidate>,
    /// Files that have not.
    pub waiting: Vec<Waiting>,
    /// Files that are known.
    pub known: usize,
}

/// A file that has settled.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Path below the inbox.
    pub path: String,
    /// How it looked.
    pub stamp: Stamp,
    since: Look,
}

/// The first of the looks in which a file was the same.
#[derive(Debug, Clone, Copy)]
struct Look {
    stamp: Stamp,
    first: Moment,
}

/// The inbox and what was seen of it.
#[derive(Debug)]
pub struct Intake {
    inbox: PathBuf,
    settle: Duration,
    districts: Vec<District>,
    zone: jiff::tz::TimeZone,
    known: HashMap<String, Stamp>,
    looks: HashMap<String, Look>,
}

impl Intake {
    /// An inbox; `known` are the files that the ledger has.
    #[must_use]
    pub fn new(
        inbox: PathBuf,
        settle: Duration,
        districts: Vec<District>,
        zone: jiff::tz::TimeZone,
        known: Vec<(String, Stamp)>,
    ) -> Self {
        let known = known.into_iter().collect();
        Self {
            inbox,
            settle,
            districts,
            zone,
            known,
            looks: HashMap::new(),
        }
    }

    /// Looks at every file of the inbox.
    ///
    /// # Errors
    /// Where the inbox cannot be listed. A file or folder that cannot be looked at is waited for.
    pub fn scan(&mut self, now: Moment) -> io::Result<Scan> {
        let mut scan = Scan::default();
        let mut looks = HashMap::new();
        for file in walk::files(&self.inbox)? {
            let (path, stamp) = match file {
                Ok(file) => file,
                Err(walk::Unseen { path, why }) => {
                    let first = self.looks.get(&path).map_or(now, |look| look.first);
                    scan.waiting.push(Waiting {
                        path,
                        since: first.at,
                        why: Why::Unreadable(why),
                    });
                    continue;
                }
            };
            if self.known.get(&path) == Some(&stamp) {
                scan.known += 1;
                continue;
            }
            let before = self.looks.get(&path).filter(|look| look.stamp == stamp);
            let look = before.copied().unwrap_or(Look { stamp, first: now });
            looks.insert(path.clone(), look);
            self.sort_in(&mut scan, path, look, now);
        }
        self.looks = looks;
        Ok(scan)
    }

    fn sort_in(&self, scan: &mut Scan, path: String, look: Look, now: Moment) {
        let unchanged = now.elapsed.saturating_sub(look.first.elapsed);
        let why = if let Some(owner) = names::open_by(&self.inbox.join(&path), now.at) {
            Some(Why::Open(owner))
        } else if unchanged < self.settle {
            Some(Why::Changing)
        } else {
            None
        };
        match why {
            Some(why) => scan.waiting.push(Waiting {
                path,
                since: look.first.at,
                why,
            }),
            None => scan.settled.push(Candidate {
                path,
                stamp: look.stamp,
                since: look,
            }),
        }
    }

    /// How long until the files that are only too fresh can have settled; `None` where there are none.
    #[must_use]
    pub fn settles_in(&self, scan: &Scan, now: Moment) -> Option<Duration> {
        let fresh = scan
            .waiting
            .iter()
            .filter(|waiting| waiting.why == Why::Changing);
        let left = fresh.filter_map(|waiting| {
            let look = self.looks.get(&waiting.path)?;
            Some((look.first.elapsed + self.settle).saturating_sub(now.elapsed))
        });
        left.max()
    }

    /// Reads a settled file. `is_complete` looks at its container, as [`is_complete`] does, or says why it cannot.
    ///
    /// # Errors
    /// [`Waiting`] where it is not whole after all.
    pub fn take(
        &self,
        candidate: &Candidate,
        now: Moment,
        is_complete: impl FnOnce(&[u8]) -> Result<bool, String>,
    ) -> Result<Arrival, Waiting> {
        let wait = |why| Waiting {
            path: candidate.path.clone(),
            since: candidate.since.first.at,
            why,
        };
        let read = || walk::read(&self.inbox, &candidate.path, candidate.stamp);
        let bytes = read().map_err(&wait)?;
        let is_complete = is_complete(&bytes).map_err(|why| wait(Why::Unreadable(why)))?;
        if !is_complete && !self.is_left_incomplete(candidate, now) {
            return Err(wait(Why::Incomplete));
        }
        let sha256 = crate::assess::sha256_hex(&bytes);
        if crate::assess::sha256_hex(&read().map_err(&wait)?) != sha256 {
            return Err(wait(Why::Changing));
        }
        Ok(Arrival {
            folder: self.folder(&candidate.path),
            path: candidate.path.clone(),
            stamp: candidate.stamp,
            sha256,
            bytes,
            received_at: self.received_at(now),
        })
    }

    /// The moment of receipt to the second, in the configured zone.
    fn received_at(&self, now: Moment) -> jiff::civil::DateTime {
        let at = self.zone.to_datetime(now.at);
        at.with().subsec_nanosecond(0).build().unwrap_or(at)
    }

    /// Whether an incomplete file has been left alone for so long that nobody is writing it: by our own clock, or,
    /// in a single pass, by the system's time of its last change.
    fn is_left_incomplete(&self, candidate: &Candidate, now: Moment) -> bool {
        let watched = now.elapsed.saturating_sub(candidate.since.first.elapsed);
        let untouched =
            i64::try_from(now.at.as_nanosecond()).unwrap_or(i64::MAX) - candidate.stamp.changed_ns;
        watched >= INCOMPLETE_FOR
            || u128::try_from(untouched).is_ok_and(|ns| ns >= INCOMPLETE_FOR.as_nanos())
    }

    /// The district whose folder a path lies in.
    fn folder(&self, path: &str) -> Option<String> {
        let (first, _) = path.split_once('/')?;
        match recognise(&self.districts, first) {
            Recognised::Certain(id) => Some(id),
            Recognised::Ambiguous(_) | Recognised::Unknown => None,
        }
    }

    /// Remembers a file that the ledger has taken in.
    pub fn taken(&mut self, path: &str, stamp: Stamp) {
        self.looks.remove(path);
        self.known.insert(path.to_owned(), stamp);
    }

    /// Whether the share has gone: its sentinel was there and is not.
    #[must_use]
    pub fn has_sentinel(&self) -> bool {
        self.inbox.join(SENTINEL).exists()
    }

    /// The folder that is looked at.
    #[must_use]
    pub fn inbox(&self) -> &Path {
        &self.inbox
    }
}
