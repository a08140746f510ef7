//! The whole, one step at a time: intake, assessment, outbox, register, digest, alarm.
//!
//! Every step can be repeated: killed between any two of them, the next run finishes the work, and nothing is lost
//! or done twice. The service reads no clock and waits for nothing; the moment comes in, and how long to wait comes
//! out. [`Watcher`] sees every step.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;

use crate::assess::Language;
use crate::config::Config;
use crate::intake::{Intake, Waiting};
use crate::ledger::sqlite::Sqlite;
use crate::ledger::{Answered, Arrival, Conclusion, Ledger, Lookup, Receipt};
use crate::mail::{Folder, Smtp};
use crate::notice::Notices;
use crate::sandbox::Examiner;

pub mod deliver;

pub mod desk;

pub mod names;

mod pool;

pub mod report;

mod retry;

mod trouble;

mod turns;

pub mod waivers;

pub use crate::intake::Moment;
pub use deliver::Which;
pub use trouble::{Kind, Trouble};

use deliver::Post;
use desk::Desk;

/// The hour at which files are received in a rehearsal.
const REHEARSAL_HOUR: i8 = 9;
/// Name of the ledger below the output folder.
pub const LEDGER: &str = "ledger.db";
/// Name of the lock below the output folder; holds the process id of its holder.
const LOCK: &str = ".liandong.lock";
/// Folder of mails below the output folder.
const MAILS: &str = "mail";
/// Files that are taken in together, at the most.
pub const ARRIVALS: usize = 32;
/// Bytes of files that are taken in together: no more are added where there are as many.
const ARRIVAL_BYTES: usize = 64 * 1024 * 1024;
/// Remembered: that the inbox had its sentinel.
const HAD_SENTINEL: &str = "sentinel";

/// Sees what happens. Every method may stay as it is.
pub trait Watcher: Send {
    /// Between two effects on the outside world; a test may end the process here.
    fn step(&self, _name: &'static str) {}
    /// A file was taken in.
    fn received(&self, _path: &str, _receipt: &Receipt) {}
    /// A submission was assessed, and that is stored.
    fn assessed(&self, _number: &str, _path: &str, _conclusion: &Conclusion) {}
    /// Some parcels were tried.
    fn delivered(&self, _count: usize) {}
}

/// A watcher that sees nothing.
#[derive(Debug, Clone, Copy)]
pub struct Nobody;

impl Watcher for Nobody {}

/// What a look at the inbox came to.
#[derive(Debug, Default)]
pub struct Intaken {
    /// New submissions.
    pub new: usize,
    /// Files that are known.
    pub known: usize,
    /// Files that are not taken yet.
    pub waiting: Vec<Waiting>,
    /// How long until those that are only too fresh can have settled.
    pub settles_in: Option<Duration>,
}

/// A workspace at work.
pub struct Service {
    desk: Arc<Desk>,
    ledger: Box<dyn Ledger>,
    intake: Intake,
    post: Post,
    watcher: Box<dyn Watcher>,
    troubles: Vec<Trouble>,
    left_alone: BTreeSet<i64>,
    tried: BTreeSet<i64>,
    /// One a worker.
    examiners: Vec<Examiner>,
    /// One a worker.
    lookups: Vec<Box<dyn Lookup>>,
    next_mail: Duration,
    mail_rests_until: Duration,
    had_sentinel: bool,
    _lock: File,
}

/// Why a workspace cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum NotOpened {
    /// Another process works on it.
    #[error("another process (pid {0}) holds this workspace: stop it first, or let it do the work")]
    Held(String),
    /// Anything else.
    #[error("{0:#}")]
    Trouble(#[from] anyhow::Error),
}

impl Service {
    /// Opens a workspace and locks it for this process.
    ///
    /// # Errors
    /// [`NotOpened`] where another process holds it, or something cannot be read or made.
    pub fn open(config: Config, watcher: Box<dyn Watcher>) -> Result<Self, NotOpened> {
        let output = config.output_path("");
        std::fs::create_dir_all(&output)
            .with_context(|| format!("cannot make the output folder {}", output.display()))?;
        let lock = lock(&output.join(LOCK))?;
        let desk = Arc::new(desk(config)?);
        let config = &desk.config;
        sweep(config);
        let file = config.output_path(LEDGER);
        let trouble = |error| anyhow::Error::new(error).context(file.display().to_string());
        let mut ledger = Sqlite::open(&file).map_err(trouble)?;
        ledger.keep(&desk.rulebook.texts()).map_err(trouble)?;
        let known = ledger.sightings().map_err(trouble)?;
        let had_sentinel = ledger.recall(HAD_SENTINEL).map_err(trouble)?.is_some();
        let editions = desk.rulebook.policies.editions();
        let districts = editions.flat_map(|edition| edition.districts.iter().cloned());
        let mut by_id = std::collections::BTreeMap::new();
        for district in districts {
            by_id.entry(district.id.clone()).or_insert(district);
        }
        let settle = Duration::from_secs(config.settle_s.into());
        let districts = by_id.into_values().collect();
        let intake = Intake::new(
            config.inbox_dir(),
            settle,
            districts,
            desk.zone.clone(),
            known,
        );
        let post = match &config.mail.smtp {
            Some(smtp) => Post::Smtp(Box::new(Smtp::open(smtp, &config.root)?)),
            None => Post::Folder(Folder::new(config.output_path(MAILS))),
        };
        Ok(Self {
            ledger: Box::new(ledger),
            intake,
            post,
            watcher,
            troubles: Vec::new(),
            left_alone: BTreeSet::new(),
            tried: BTreeSet::new(),
            examiners: Vec::new(),
            lookups: Vec::new(),
            next_mail: Duration::ZERO,
            mail_rests_until: Duration::ZERO,
            had_sentinel,
            desk,
            _lock: lock,
        })
    }

    /// Looks at the inbox and takes in what has settled.
    ///
    /// # Errors
    /// Where the ledger does not answer. Trouble with the inbox is told by [`Service::end_pass`].
    pub fn receive(&mut self, now: Moment) -> Answered<Intaken> {
        if let Err(why) = self.see_sentinel()? {
            self.inbox_gone(why);
            return Ok(Intaken::default());
        }
        let scan = match self.intake.scan(now) {
            Ok(scan) => scan,
            Err(error) => {
                self.inbox_gone(error.to_string());
                return Ok(Intaken::default());
            }
        };
        let settles_in = self.intake.settles_in(&scan, now);
        let mut intaken = Intaken {
            known: scan.known,
            waiting: scan.waiting,
            settles_in,
            ..Intaken::default()
        };
        let (mut arrivals, mut size_bytes) = (Vec::new(), 0);
        // A worker's child is free while files are taken in.
        let examiner = self.examiners.pop();
        let mut examiner = examiner.unwrap_or_else(|| self.desk.config.examiner());
        for candidate in &scan.settled {
            let taken = self.intake.take(candidate, now, |bytes| {
                let is_complete = examiner.is_complete(&self.desk.rulebook, bytes);
                is_complete.map_err(|error| format!("{error:#}"))
            });
            match taken {
                Ok(mut arrival) => {
                    if let Some(day) = self.desk.config.received_on {
                        arrival.received_at = day.at(REHEARSAL_HOUR, 0, 0, 0);
                    }
                    size_bytes += arrival.bytes.len();
                    arrivals.push(arrival);
                }
                Err(waiting) => intaken.waiting.push(waiting),
            }
            if arrivals.len() >= ARRIVALS || size_bytes >= ARRIVAL_BYTES {
                self.take_in(&mut arrivals, &mut intaken)?;
                size_bytes = 0;
            }
        }
        self.examiners.push(examiner);
        self.take_in(&mut arrivals, &mut intaken)?;
        Ok(intaken)
    }

    fn take_in(&mut self, arrivals: &mut Vec<Arrival>, intaken: &mut Intaken) -> Answered<()> {
        if arrivals.is_empty() {
            return Ok(());
        }
        self.watcher.step("taken");
        let receipts = self.ledger.receive(arrivals)?;
        self.watcher.step("received");
        for (arrival, receipt) in arrivals.iter().zip(&receipts) {
            self.intake.taken(&arrival.path, arrival.stamp);
            self.watcher.received(&arrival.path, receipt);
            match receipt {
                Receipt::New(_) => intaken.new += 1,
                Receipt::Same | Receipt::Known(_) => intaken.known += 1,
            }
        }
        arrivals.clear();
        Ok(())
    }

    /// A share that is not mounted looks like an empty folder: its sentinel tells.
    fn see_sentinel(&mut self) -> Answered<Result<(), String>> {
        match (self.had_sentinel, self.intake.has_sentinel()) {
            (true, false) => {
                let sentinel = crate::intake::SENTINEL;
                return Ok(Err(format!(
                    "its file {sentinel} is gone, the share may not be mounted"
                )));
            }
            (false, true) => {
                self.ledger.remember(HAD_SENTINEL, "yes")?;
                self.had_sentinel = true;
            }
            _ => {}
        }
        Ok(Ok(()))
    }

    fn inbox_gone(&mut self, why: String) {
        let about = self.intake.inbox().display().to_string();
        self.troubles.push(Trouble {
            kind: Kind::InboxGone,
            about,
            why,
        });
    }

    /// Takes the troubles of a pass. What did not work is tried anew in the next one.
    pub fn end_pass(&mut self) -> Vec<Trouble> {
        self.tried.clear();
        std::mem::take(&mut self.troubles)
    }

    /// Waivers that have expired or settle nothing, a line each, told in the log too.
    ///
    /// # Errors
    /// Where the ledger does not answer.
    pub fn idle_waivers(&mut self, now: Moment) -> Answered<Vec<String>> {
        let today = self.desk.zone.to_datetime(now.at).date();
        let idle = waivers::idle(&self.desk.config.waivers, &mut *self.ledger, today)?;
        for waiver in &idle {
            tracing::warn!(%waiver, "idle");
        }
        Ok(idle)
    }

    /// The ledger, to look at.
    pub fn ledger(&mut self) -> &mut dyn Ledger {
        &mut *self.ledger
    }

    /// What the workers share.
    #[must_use]
    pub fn desk(&self) -> &Desk {
        &self.desk
    }
}

/// What the workers share, from the configuration.
///
/// # Errors
/// Where an edition or a mail template cannot be read or is refused.
pub fn desk(config: Config) -> anyhow::Result<Desk> {
    let zone = jiff::tz::TimeZone::get(&config.zone)?;
    let rulebook = config.rulebook(Language::Zh)?;
    let notices = match &config.mail.templates {
        None => Notices::builtin(),
        Some(folder) => Notices::load(&config.mail_templates(folder)?)?,
    };
    Ok(Desk {
        config,
        recipe: crate::assess::sha256_hex(rulebook.recipe().text().as_bytes()),
        rulebook,
        notices,
        zone,
    })
}

/// Removes drafts that an earlier process left when it died. Needs the lock.
fn sweep(config: &Config) {
    let folders = ["results", "accepted", "register", MAILS];
    let swept: usize = folders
        .iter()
        .map(|folder| crate::publish::sweep(&config.output_path(folder)))
        .sum();
    if swept > 0 {
        tracing::info!(swept, "removed drafts of a process that died");
    }
}

/// Locks the workspace; the lock goes with the process, however it ends.
fn lock(file: &std::path::Path) -> Result<File, NotOpened> {
    let cannot = || format!("cannot lock {}", file.display());
    let mut options = File::options();
    options.read(true).write(true).create(true).truncate(false);
    let mut lock = options.open(file).with_context(cannot)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(std::fs::TryLockError::WouldBlock) => {
            let mut holder = String::new();
            lock.read_to_string(&mut holder).with_context(cannot)?;
            return Err(NotOpened::Held(holder.trim().to_owned()));
        }
        Err(std::fs::TryLockError::Error(error)) => {
            return Err(anyhow::Error::new(error).context(cannot()).into());
        }
    }
    let pid = format!("{}\n", std::process::id());
    let write = |lock: &mut File| {
        lock.set_len(0)?;
        lock.rewind()?;
        lock.write_all(pid.as_bytes())
    };
    write(&mut lock).with_context(cannot)?;
    Ok(lock)
}

/// The ledger of a workspace, to look at.
///
/// # Errors
/// Where there is none, or it cannot be read.
pub fn ledger_of(config: &Config) -> anyhow::Result<Box<dyn Ledger>> {
    let file: PathBuf = config.output_path(LEDGER);
    anyhow::ensure!(
        file.exists(),
        "there is no ledger at {}: `liandong run` makes it",
        file.display()
    );
    let ledger = Sqlite::open_to_read(&file).with_context(|| file.display().to_string())?;
    Ok(Box::new(ledger))
}
