//! The ledger: every file received, what was concluded of it, and everything that is still to go out.
//!
//! The original bytes stand in it, so that there is one thing to back up. A submission goes `received ->
//! assessed -> answered`, one transaction a step; what must go out ([`Parcel`]) is written together with
//! `assessed`. Every step is safe to do twice.
//!
//! One program text serves every database: [`Ledger`] and [`Lookup`] are all that the service knows. A ledger that
//! several processes share would lease in [`Ledger::claim`]; the built-in one belongs to one process at a time,
//! which the workspace's lock sees to.

use jiff::civil::DateTime;

use crate::assess::{Assessment, Context, Earlier, Grounds, Keys, Portrait, Verdict};

pub mod sqlite;

/// A file as the folder shows it, without its content. Equal stamps mean that it was not touched in between.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stamp {
    /// Device number.
    pub device: i64,
    /// Inode number.
    pub inode: i64,
    /// Size in bytes.
    pub size_bytes: i64,
    /// When its content changed, in nanoseconds since 1970; can be set by anyone.
    pub modified_ns: i64,
    /// When anything of it changed, in nanoseconds since 1970; set by the system only.
    pub changed_ns: i64,
}

/// A settled file with its content.
#[derive(Debug, Clone)]
pub struct Arrival {
    /// Path below the inbox, parts separated by `/`.
    pub path: String,
    /// The district's id, where the first folder of the path names one for certain.
    pub folder: Option<String>,
    /// How the folder showed it when its content was read.
    pub stamp: Stamp,
    /// SHA-256 of its content, hex.
    pub sha256: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// Local time in the configured zone.
    pub received_at: DateTime,
}

/// What the ledger says to an arrival.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Receipt {
    /// A new submission with this number.
    New(String),
    /// The same content at the same place: touched, not changed.
    Same,
    /// The file of a submission that still stands, under another name: its number.
    Known(String),
}

/// A submission to assess.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its id in the ledger; grows in the order of receipt.
    pub id: i64,
    /// `LD2026-000123`.
    pub number: String,
    /// Path below the inbox.
    pub path: String,
    /// The district's id whose folder it was dropped into.
    pub folder: Option<String>,
    /// Local time in the configured zone.
    pub received_at: DateTime,
    /// Attempts begun and not ended, this one not counted: more than none means that the program died meanwhile.
    pub tries: u32,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Something that must leave the program once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    /// What it is.
    pub kind: ParcelKind,
    /// For files the path below the output folder; for mails the recipient; for moves the path below the inbox.
    pub target: String,
    /// The Message-ID of a mail; empty otherwise.
    pub message_id: String,
    /// The content, as it will go out; empty for moves.
    pub body: std::sync::Arc<[u8]>,
}

/// Kinds of parcels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ParcelKind {
    /// The marked copy, into the results folder.
    Result,
    /// The validated workbook, for the bureau.
    Accepted,
    /// A mail.
    Mail,
    /// The dropped file, into the sub-folder of files that are done.
    Move,
}

/// A parcel in the outbox.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Its id.
    pub id: i64,
    /// The number of the submission it belongs to, if any.
    pub number: Option<String>,
    /// What goes out.
    pub parcel: Parcel,
    /// Its state.
    pub state: ParcelState,
    /// Attempts that have ended.
    pub tries: u32,
    /// Attempts of which it is not known whether the parcel went out.
    pub lost: u32,
    /// When it was made, in seconds since 1970.
    pub created_s: i64,
    /// When to try next, in seconds since 1970.
    pub next_s: i64,
    /// What the last attempt came to.
    pub note: String,
}

/// States of a parcel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ParcelState {
    /// To be sent.
    Waiting,
    /// An attempt has begun. Found at a start, it means that the program died and that it may have gone out.
    Sending,
    /// Gone out.
    Done,
    /// Given up: a person must look.
    NeedsAttention,
}

/// What became of an attempt to send a parcel.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// The parcel's id.
    pub id: i64,
    /// Its state from here on.
    pub state: ParcelState,
    /// When to try next, in seconds since 1970.
    pub next_s: i64,
    /// Whether it is not known if the parcel went out.
    pub is_lost: bool,
    /// Why, one line.
    pub note: String,
}

/// Everything that was concluded of one submission, to be stored at once.
#[derive(Debug, Clone)]
pub struct Conclusion {
    /// The submission's id.
    pub id: i64,
    /// All we concluded.
    pub assessment: Assessment,
    /// What identifies the project, and what it will be found by.
    pub keys: Keys,
    /// What others may be told of it.
    pub portrait: Portrait,
    /// The id of the version before.
    pub previous: Option<i64>,
    /// 第几版, from 1.
    pub version: u32,
    /// Path of the marked copy below the output folder.
    pub result: String,
    /// What must go out.
    pub parcels: Vec<Parcel>,
    /// What it rests on, beside the content.
    pub grounds: Grounds,
}

/// The version before, as the ledger finds it.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// For the core.
    pub earlier: Earlier,
    /// The id of the version before.
    pub previous: Option<i64>,
    /// 第几版 the new one is, from 1.
    pub version: u32,
}

/// A submission that was concluded.
#[derive(Debug, Clone)]
pub struct Concluded {
    /// `LD2026-000123`.
    pub number: String,
    /// Path below the inbox.
    pub path: String,
    /// Local time in the configured zone.
    pub received_at: DateTime,
    /// 第几版, from 1.
    pub version: u32,
    /// Verdict of the version before.
    pub previous: Option<Verdict>,
    /// Path of the marked copy below the output folder.
    pub result: String,
    /// Whether everything of it has gone out.
    pub is_answered: bool,
    /// All we concluded.
    pub assessment: Assessment,
}

impl Concluded {
    /// Whether it is a project of its own: a list is answered, and its projects stand where their applications do.
    #[must_use]
    pub const fn is_project(&self) -> bool {
        self.assessment.rows.is_none()
    }
}

/// Texts that conclusions rest on, by the hash of their content.
pub type Texts = std::collections::BTreeMap<String, String>;

/// A concluded submission with everything it was concluded from.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The submission, as it was handed to a worker.
    pub job: Job,
    /// What was concluded.
    pub assessment: Assessment,
    /// What it rests on; `None` where it was concluded by a version of this program that did not keep it.
    pub grounds: Option<Grounds>,
    /// The marked copy as it went out.
    pub marked: Option<Vec<u8>>,
}

/// One submission, whatever its state.
#[derive(Debug, Clone)]
pub struct Entry {
    /// `LD2026-000123`.
    pub number: String,
    /// Path below the inbox.
    pub path: String,
    /// SHA-256 of its content, hex.
    pub sha256: String,
    /// Local time in the configured zone.
    pub received_at: DateTime,
    /// `received`, `assessed` or `answered`.
    pub state: String,
    /// The number of the version before.
    pub previous: Option<String>,
    /// The conclusion, once there is one.
    pub concluded: Option<Concluded>,
    /// Places below the inbox where this content lies or lay.
    pub places: Vec<String>,
    /// What went out or is to, without the bodies.
    pub parcels: Vec<Outgoing>,
}

/// How many there are of what.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Submissions not yet assessed.
    pub received: i64,
    /// Assessed, not everything has gone out.
    pub assessed: i64,
    /// Everything has gone out.
    pub answered: i64,
    /// Standing projects by verdict's id.
    pub verdicts: std::collections::BTreeMap<String, i64>,
    /// Findings of rules on trial by code, of standing projects.
    pub on_trial: std::collections::BTreeMap<String, i64>,
    /// Parcels to be sent.
    pub waiting: i64,
    /// Parcels that a person must look at.
    pub needs_attention: i64,
}

/// Why the ledger did not answer.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The database could not do it.
    #[error("the ledger cannot be used: {0}; nothing is lost: mend that and start again")]
    Database(String),
    /// Written by a newer version of this program.
    #[error(
        "the ledger was written by a newer version (layout {found}, this program knows {known}): install the newer one"
    )]
    Newer {
        /// Its layout.
        found: i64,
        /// The layout this program knows.
        known: i64,
    },
    /// Written by an older version of this program, and only to be looked at.
    #[error(
        "the ledger was written by an older version: `liandong run` brings it up to date, then try again"
    )]
    Older,
    /// There is nothing in it, not even tables.
    #[error("the ledger is empty: `liandong run` fills it")]
    Empty,
    /// What stands in it cannot be read.
    #[error("the ledger cannot be used: it is damaged at {0}; restore it from a backup")]
    Damaged(String),
    /// It lies where files are not kept safely.
    #[error(
        "the ledger must not lie on a network file system ({0}): set `output` to a folder of this machine"
    )]
    Network(String),
}

/// Answers of the ledger.
pub type Answered<T> = Result<T, LedgerError>;

/// What workers ask. Those that ask while another one writes have a connection of their own ([`Ledger::lookup`]).
pub trait Lookup: Send {
    /// What is known of earlier submissions. The version before: in the same folder, the latest of the same project,
    /// or one that was sent back and lay at the same place or was the one that this file answers. The others: what
    /// the keys find of those that stand, by an index each.
    ///
    /// # Errors
    /// Where the database does not answer.
    fn earlier(&mut self, job: &Job, keys: &Keys) -> Answered<Found>;
}

/// All that the service asks of a database.
pub trait Ledger: Lookup {
    /// Every file of the inbox as it was last seen: path and stamp.
    ///
    /// # Errors
    /// Where the database does not answer; so in every method.
    fn sightings(&mut self) -> Answered<Vec<(String, Stamp)>>;

    /// Takes arrivals in, in one transaction.
    ///
    /// # Errors
    /// Where the database does not answer.
    fn receive(&mut self, arrivals: &[Arrival]) -> Answered<Vec<Receipt>>;

    /// Submissions to assess with an id above `after`, in the order of receipt, and notes that an attempt begins.
    ///
    /// # Errors
    /// Where the database does not answer.
    fn claim(&mut self, after: i64, limit: usize) -> Answered<Vec<Job>>;

    /// A second connection that only reads.
    ///
    /// # Errors
    /// Where the database does not answer.
    fn lookup(&self) -> Answered<Box<dyn Lookup>>;

    /// Stores conclusions and their parcels, in one transaction.
    ///
    /// # Errors
    /// Where the database does not answer.
    fn conclude(&mut self, conclusions: &[Conclusion]) -> Answered<()>;

    /// Puts parcels without a submission into the outbox: digests and alarms. One with a Message-ID that is there
    /// already is passed over. `told` are the submissions that a digest tells of.
    ///
    /// # Errors
    /// Where the database does not answer.
    fn post(&mut self, parcels: &[Parcel], told: &[String]) -> Answered<()>;

    /// Ids of the parcels to send that are due, files before mails, the oldest first.
    ///
    /// # Errors
    /// Where the database does not answer.
    fn due(&mut self, now_s: i64) -> Answered<Vec<i64>>;

    /// One parcel with its body.
    ///
    /// # Errors
    /// Where the database does not answer.
    fn parcel(&mut self, id: i64) -> Answered<Option<Outgoing>>;

    /// Notes what became of attempts, in one transaction; a submission of which nothing is left to send is
    /// answered.
    ///
    /// # Errors
    /// Where the database does not answer.
    fn note(&mut self, attempts: &[Attempt]) -> Answered<()>;

    /// Puts parcels that were given up back to be sent, as if they had just been made.
    ///
    /// # Errors
    /// Where the database does not answer.
    fn put_back(&mut self, ids: &[i64]) -> Answered<()>;

    /// Parcels in some states, the oldest first, without their bodies.
    ///
    /// # Errors
    /// Where the database does not answer.
    fn parcels(&mut self, states: &[ParcelState]) -> Answered<Vec<Outgoing>>;

    /// The latest version of every project, in the order of receipt.
    ///
    /// # Errors
    /// Where the database does not answer.
    fn standing(&mut self) -> Answered<Vec<Concluded>>;

    /// Submissions of which no digest has told.
    ///
    /// # Errors
    /// Where the database does not answer.
    fn untold(&mut self) -> Answered<Vec<Concluded>>;

    /// One submission by its number.
    ///
    /// # Errors
    /// Where the database does not answer.
    fn entry(&mut self, number: &str) -> Answered<Option<Entry>>;

    /// How many there are of what.
    ///
    /// # Errors
    /// Where the database does not answer.
    fn counts(&mut self) -> Answered<Counts>;

    /// Waivers that settled a finding of a submission that stands, each once.
    ///
    /// # Errors
    /// Where the database does not answer.
    fn waivers(&mut self) -> Answered<Vec<crate::waiver::Waiver>>;

    /// Keeps texts, each once.
    ///
    /// # Errors
    /// Where the database does not answer.
    fn keep(&mut self, texts: &Texts) -> Answered<()>;

    /// Every kept text: editions, forms and recipes, a few dozen.
    ///
    /// # Errors
    /// Where the database does not answer.
    fn texts(&mut self) -> Answered<Texts>;

    /// A concluded submission with everything it was concluded from; `None` where no such one is concluded.
    ///
    /// # Errors
    /// Where the database does not answer.
    fn kept(&mut self, number: &str) -> Answered<Option<Kept>>;

    /// A remembered value.
    ///
    /// # Errors
    /// Where the database does not answer.
    fn recall(&mut self, key: &str) -> Answered<Option<String>>;

    /// Remembers a value.
    ///
    /// # Errors
    /// Where the database does not answer.
    fn remember(&mut self, key: &str, value: &str) -> Answered<()>;
}

impl Job {
    /// What is known of it beside its bytes, for the core.
    #[must_use]
    pub fn context(&self) -> Context {
        Context {
            file: self.path.clone(),
            folder: self.folder.clone(),
            received_at: self.received_at,
            id: Some(self.number.clone()),
            edition: None,
        }
    }
}

impl ParcelKind {
    /// As the ledger stores it.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Result => "result",
            Self::Accepted => "accepted",
            Self::Mail => "mail",
            Self::Move => "move",
        }
    }

    fn of(id: &str) -> Answered<Self> {
        [Self::Result, Self::Accepted, Self::Mail, Self::Move]
            .into_iter()
            .find(|kind| kind.id() == id)
            .ok_or_else(|| LedgerError::Damaged(format!("a parcel of kind `{id}`")))
    }
}

impl ParcelState {
    /// As the ledger stores it.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Sending => "sending",
            Self::Done => "done",
            Self::NeedsAttention => "needs-attention",
        }
    }

    fn of(id: &str) -> Answered<Self> {
        [
            Self::Waiting,
            Self::Sending,
            Self::Done,
            Self::NeedsAttention,
        ]
        .into_iter()
        .find(|state| state.id() == id)
        .ok_or_else(|| LedgerError::Damaged(format!("a parcel in state `{id}`")))
    }
}
