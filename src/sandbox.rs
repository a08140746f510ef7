//! Where files are read and judged: in a child process that can do no harm, or in this one.
//!
//! The child is this same program with a hidden command. Before it sees a file it gives up files, network, other programs
//! and memory without end ([`lockdown`]); then it answers one file after another ([`child`]) over two pipes
//! ([`frame`]). Each worker keeps one warm, so that a file costs two messages there and back and not a start. Between
//! reading and concluding the parent looks up what the keys find: the child is asked in two steps, and knows no ledger.
//! Other questions about a file are one step: whether its container is complete, what the members of a package are.
//!
//! A child that dies or takes too long is replaced. That it died is a verdict on the file (W01, with the reason), unless
//! the machine or a person may have ended it: then the file is tried once more, in a fresh child, and never a third
//! time. Where a child cannot be started at all, nothing is concluded. Not here: what the core does with a file; the
//! same bytes give the same answer in either process.

use std::path::PathBuf;

use serde::Deserialize;

use crate::assess::{Assessment, Context, Grounds, Keys, Portrait, Reading, Rulebook};
use crate::ledger::Found;
use crate::replay::Members;

mod apart;

pub mod child;

pub mod frame;

pub mod lockdown;

mod process;

pub mod trial;

use apart::Apart;
use frame::{Answer, Ask};
use process::Broken;

/// This program as it runs, also where its file was replaced or deleted meanwhile (proc(5)).
pub const PROGRAM: &str = "/proc/self/exe";

/// How files are read. Every field has its unit and default here.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Whether files are read in a locked-down child process. Default `true`; without it the other three do not hold.
    pub sandbox: bool,
    /// Memory of a child in MiB. Default 1024.
    pub memory_mib: u64,
    /// Computing time for one file in seconds. Default 10.
    pub cpu_s: u64,
    /// Seconds on the clock for each of the two answers about a file. Default 20.
    pub wall_s: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            sandbox: true,
            memory_mib: 1024,
            cpu_s: 10,
            wall_s: 20,
        }
    }
}

/// Bytes of a file that give it a second more: a list of many projects takes a tenth of that on a machine at rest.
const BYTES_A_SECOND: u64 = 512 * 1024;

impl Limits {
    /// What holds for a file of so many bytes: a large one may take longer.
    #[must_use]
    pub const fn for_file(&self, bytes: usize) -> Self {
        let more = bytes as u64 / BYTES_A_SECOND;
        Self {
            sandbox: self.sandbox,
            memory_mib: self.memory_mib,
            cpu_s: self.cpu_s + more,
            wall_s: self.wall_s + more,
        }
    }
}

/// Why reading a file was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// It got no more memory.
    Memory,
    /// It computed for too long.
    Time,
    /// It gave no answer in time.
    Late,
    /// The system or a person ended it.
    Killed,
    /// It broke.
    Crashed,
}

/// All that comes of one file.
#[derive(Debug)]
pub struct Examined {
    /// What identifies the project, and what it will be found by.
    pub keys: Keys,
    /// What others may be told of it.
    pub portrait: Portrait,
    /// What the keys found.
    pub found: Found,
    /// The conclusion.
    pub assessment: Assessment,
    /// The marked copy; empty where it was not wanted.
    pub marked: Vec<u8>,
    /// Why reading was stopped, where it was.
    pub stop: Option<Cause>,
}

/// A file with what is known of it.
#[derive(Debug, Clone, Copy)]
pub struct File<'a> {
    /// Its content.
    pub bytes: &'a [u8],
    /// What is known beside it.
    pub context: &'a Context,
    /// Whether the marked copy is wanted too.
    pub wants_copy: bool,
}

/// What is asked and told while a file is examined.
pub struct Callbacks<'a> {
    /// Looks up what is known of earlier submissions. Asked once more, with fewer keys, where reading was stopped.
    pub look_up: &'a mut dyn FnMut(&Keys) -> anyhow::Result<Found>,
    /// Told of each row of a list as it is judged, where that is wanted.
    pub each_row: Option<&'a mut dyn FnMut(&Assessment)>,
}

/// Reads and judges one file at a time.
#[derive(Debug, Default)]
pub struct Examiner {
    apart: Option<Apart>,
}

impl Examiner {
    /// One that works in this process: a file that does harm does it here.
    #[must_use]
    pub const fn here() -> Self {
        Self { apart: None }
    }

    /// One that works in a child of its own, started with the first file. `program` is this one: [`PROGRAM`].
    #[must_use]
    pub const fn apart(program: PathBuf, limits: Limits) -> Self {
        let apart = Apart::new(program, limits);
        Self { apart: Some(apart) }
    }

    /// Whether it works in a child.
    #[must_use]
    pub const fn is_apart(&self) -> bool {
        self.apart.is_some()
    }

    /// Whether the container of a file is complete ([`crate::intake::is_complete`]). One over which the child dies counts
    /// as complete: what is wrong with it, the reader is to say.
    ///
    /// # Errors
    /// Where no child can be started.
    pub fn is_complete(&mut self, rulebook: &Rulebook, bytes: &[u8]) -> anyhow::Result<bool> {
        let Some(apart) = &mut self.apart else {
            return Ok(crate::intake::is_complete(bytes));
        };
        match apart.answer(rulebook, &Ask::Complete, bytes)? {
            Some(Answer::Complete { is_complete }) => Ok(is_complete),
            _ => Ok(true),
        }
    }

    /// The members of a package ([`crate::replay::members`]); none where it cannot be looked at.
    ///
    /// # Errors
    /// Where no child can be started.
    pub fn members(&mut self, rulebook: &Rulebook, package: &[u8]) -> anyhow::Result<Members> {
        let Some(apart) = &mut self.apart else {
            return Ok(crate::replay::members(package));
        };
        match apart.answer(rulebook, &Ask::Members, package)? {
            Some(Answer::Members { hashes }) => Ok(hashes),
            _ => Ok(Members::new()),
        }
    }

    /// Examines a file once more, with what was known of others then. One whose reading was stopped is not read anew.
    ///
    /// # Errors
    /// As of [`Self::examine`].
    pub fn again(
        &mut self,
        rulebook: &Rulebook,
        file: File<'_>,
        grounds: &Grounds,
    ) -> anyhow::Result<Examined> {
        let mut look_up = |_: &Keys| {
            let earlier = grounds.earlier.clone();
            Ok(Found {
                earlier,
                ..Found::default()
            })
        };
        let callbacks = Callbacks {
            look_up: &mut look_up,
            each_row: None,
        };
        match &grounds.stopped {
            Some(why) => {
                let reading = Reading::stopped_for(file.bytes, why);
                conclude(rulebook, reading, file, callbacks)
            }
            None => self.examine(rulebook, file, callbacks),
        }
    }

    /// Reads a file, has looked up what its keys find, and concludes.
    ///
    /// # Errors
    /// Where the lookup fails, no child can be started, or no marked copy can be written, which is a fault of this
    /// program.
    pub fn examine(
        &mut self,
        rulebook: &Rulebook,
        file: File<'_>,
        mut callbacks: Callbacks<'_>,
    ) -> anyhow::Result<Examined> {
        let Some(apart) = &mut self.apart else {
            return conclude(rulebook, rulebook.read(file.bytes), file, callbacks);
        };
        let cause = match apart.examine(rulebook, file, &mut callbacks) {
            Ok(examined) => return Ok(examined),
            Err(Broken::Trouble(error)) => return Err(error),
            Err(Broken::Died(cause)) => cause,
        };
        let limits = apart.limits_for(file.bytes);
        let reading = Reading::stopped_for(file.bytes, &cause.zh(&limits));
        let examined = conclude(rulebook, reading, file, callbacks)?;
        Ok(Examined {
            stop: Some(cause),
            ..examined
        })
    }
}

/// Concludes in this process.
fn conclude(
    rulebook: &Rulebook,
    reading: Reading,
    file: File<'_>,
    callbacks: Callbacks<'_>,
) -> anyhow::Result<Examined> {
    let context = file.context;
    let keys = rulebook.keys(&reading, context);
    let found = (callbacks.look_up)(&keys)?;
    let assessment = match (reading.list(), callbacks.each_row) {
        (Some(list), Some(each_row)) => {
            rulebook.assess_rows(&reading, list, context, &found.earlier, each_row)
        }
        _ => rulebook.assess_after(&reading, context, &found.earlier),
    };
    let marked = match file.wants_copy {
        true => rulebook.mark(file.bytes, &reading, &assessment, context, &found.earlier)?,
        false => Vec::new(),
    };
    Ok(Examined {
        keys,
        portrait: reading.portrait,
        found,
        assessment,
        marked,
        stop: None,
    })
}

impl Cause {
    /// For applicants: a clause without full stop.
    #[must_use]
    pub fn zh(self, limits: &Limits) -> String {
        match self {
            Self::Memory => format!("所用内存超过 {} MiB", limits.memory_mib),
            Self::Time => format!("计算时间超过 {} 秒", limits.cpu_s),
            Self::Late => format!("{} 秒内没有读完", limits.wall_s),
            Self::Killed => "读取程序被系统终止，可能是内存不足".to_owned(),
            Self::Crashed => "读取程序意外退出".to_owned(),
        }
    }

    /// Whether the file need not be what ended the process.
    const fn may_be_the_machines(self) -> bool {
        matches!(self, Self::Late | Self::Killed)
    }

    /// For the log.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Self::Memory => "its memory was used up",
            Self::Time => "its computing time was used up",
            Self::Late => "it gave no answer in time",
            Self::Killed => "the system or a person ended it",
            Self::Crashed => "it crashed",
        }
    }
}
