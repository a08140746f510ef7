//! What the commands on a workspace share: its configuration, its clock, its progress.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::config::Config;
use crate::ledger::{Conclusion, Parcel, ParcelKind, Receipt};
use crate::service::desk::in_short;
use crate::service::{Moment, Trouble, Watcher};

/// The configuration of a workspace.
#[derive(Debug, Clone, clap::Args)]
pub struct Workspace {
    /// The workspace's configuration
    #[arg(short, long, value_name = "FILE", default_value = "liandong.toml")]
    pub config: PathBuf,
    /// Read files in this process, whatever the configuration says: to look for a fault
    #[arg(long, hide = true)]
    pub in_process: bool,
}

impl Workspace {
    /// Reads the configuration.
    ///
    /// # Errors
    /// Where it cannot be read or is wrong.
    pub fn load(&self) -> anyhow::Result<Config> {
        let mut config = Config::load(&self.config)?;
        config.program = Some(crate::sandbox::PROGRAM.into());
        config.limits.sandbox &= !self.in_process;
        Ok(config)
    }
}

/// Both clocks.
#[derive(Debug, Clone, Copy)]
pub struct Clock(Instant);

impl Clock {
    /// A clock that starts at zero.
    #[must_use]
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// What both clocks show.
    #[must_use]
    pub fn now(&self) -> Moment {
        Moment {
            at: jiff::Timestamp::now(),
            elapsed: self.0.elapsed(),
        }
    }
}

/// What stands for the folder of a file that lies in none.
const OUTSIDE: &str = "files outside the folders of districts";

/// Numbers of a pass.
#[derive(Debug, Default)]
pub struct Tally {
    /// Assessed.
    pub assessed: AtomicUsize,
    /// Of these returned or unreadable.
    pub returned: AtomicUsize,
    /// Taken in.
    pub received: AtomicUsize,
    /// Folders for which no mail was written, as nobody is named in the configuration.
    pub untold: Mutex<BTreeSet<String>>,
}

/// Shows a pass: a line for each assessment on standard output, a bar on standard error.
pub struct Shown {
    bar: ProgressBar,
    tally: Arc<Tally>,
}

impl Shown {
    /// A bar, which is only drawn on a terminal, and the numbers that it counts.
    #[must_use]
    pub fn new() -> (Self, ProgressBar, Arc<Tally>) {
        let bar = ProgressBar::new_spinner();
        let tally = Arc::new(Tally::default());
        let shown = Self {
            bar: bar.clone(),
            tally: Arc::clone(&tally),
        };
        (shown, bar, tally)
    }

    /// Prints a line above the bar. What cannot be printed is in the ledger all the same: the pass goes on.
    fn line(&self, line: &str) {
        let _ = self.bar.suspend(|| super::say(line));
    }

    /// Turns the spinner into a bar of some length, with a word on what it counts.
    pub fn length(bar: &ProgressBar, length: i64, doing: &'static str) {
        let style = ProgressStyle::with_template("{bar:32} {pos}/{len} {msg} {eta}");
        if let Ok(style) = style {
            bar.set_style(style);
        }
        bar.reset();
        bar.set_length(length.unsigned_abs());
        bar.set_message(doing);
    }
}

impl Watcher for Shown {
    fn received(&self, path: &str, receipt: &Receipt) {
        let count = self.tally.received.fetch_add(1, Ordering::Relaxed) + 1;
        self.bar.set_message(format!("{count} files taken in"));
        if let Receipt::Known(number) = receipt {
            self.line(&format!("{number}  known already  {}", super::plain(path)));
        }
    }

    fn assessed(&self, number: &str, path: &str, conclusion: &Conclusion) {
        let assessment = &conclusion.assessment;
        self.tally.assessed.fetch_add(1, Ordering::Relaxed);
        if !assessment.verdict.is_accepted() {
            self.tally.returned.fetch_add(1, Ordering::Relaxed);
        }
        let is_mail = |parcel: &Parcel| parcel.kind == ParcelKind::Mail;
        if !conclusion.parcels.iter().any(is_mail) {
            let folder = path.split_once('/').map_or(OUTSIDE, |(folder, _)| folder);
            let mut untold = self
                .tally
                .untold
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            untold.insert(folder.to_owned());
        }
        self.bar.inc(1);
        let (verdict, short) = (assessment.verdict.id(), in_short(assessment));
        let path = super::plain(path);
        self.line(&format!("{number}  {verdict:<21}  {path}  ({short})"));
    }

    fn delivered(&self, count: usize) {
        self.bar.inc(u64::try_from(count).unwrap_or(u64::MAX));
    }
}

/// Tells each trouble once, on standard error.
pub fn tell(troubles: &[Trouble]) {
    for trouble in troubles {
        super::complain(trouble);
    }
}

/// A pause as people read it.
#[must_use]
pub fn seconds(pause: Duration) -> String {
    format!(
        "{} s",
        pause.as_secs() + u64::from(pause.subsec_nanos() > 0)
    )
}
