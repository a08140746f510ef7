//! The command line: clap types, a file per command, exit codes.

use std::io::Write as _;

use anyhow::Context as _;
use clap::{Parser, Subcommand};

pub mod check;

pub mod examine;

pub mod init;

pub mod mail;

pub mod manual;

pub mod policy;

pub mod register;

pub mod replay;

pub mod rule;

pub mod run;

pub mod schema;

pub mod share;

pub mod show;

pub mod status;

pub mod template;

pub mod trial;

pub mod watch;

pub mod workspace;

/// Checks applications for jointly funded science projects (厅地联动项目) and gives every workbook back marked.
#[derive(Debug, Parser)]
#[command(
    name = "liandong",
    version,
    arg_required_else_help = true,
    max_term_width = 110,
    after_help = "Exit codes: 0 nothing to object; 1 an application was returned or unreadable; 2 wrong use; \
                  3 outside trouble; 75 another process holds the workspace.\n\
                  LIANDONG_LOG=info shows the log on standard error."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a workspace with a commented configuration
    Init(init::Args),
    /// Check workbooks now and print the findings; nothing is stored
    Check(check::Args),
    /// One pass over the inbox, then the outbox
    Run(run::Args),
    /// The service: inbox, outbox and digests, until told to stop
    Watch(watch::Args),
    /// The blank workbook that districts fill in
    Template(template::Args),
    /// The shares of city and district, with every step and clause
    Share(share::Args),
    /// The rules, or one rule: what it asks, why, what to do
    Rule(rule::Args),
    /// An edition with its clauses, coverage and test cases
    Policy(policy::Args),
    /// The bureau's workbook from the ledger
    Register(register::Args),
    /// How many there are of what, what waits, and whether all is well
    Status(status::Args),
    /// One submission: where it came from, what was concluded, what went out
    Show(show::Args),
    /// The verdict again, from what the ledger kept, compared with what was stored
    Replay(replay::Args),
    /// What has not gone out, and another try for it
    Mail(mail::Args),
    /// The JSON Schema of one assessment
    Schema,
    /// Completions for a shell
    Completions(manual::Args),
    /// The manual page
    Man,
    /// Read and judge files that come over a pipe, locked down (used by `run`, `watch` and `check`)
    #[command(hide = true)]
    Examine(examine::Args),
    /// What such a process can still reach on this machine (used by `status`)
    #[command(hide = true)]
    Trial,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// One JSON value.
    Json,
    /// One JSON value a line.
    Jsonl,
}

/// Language of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Lang {
    /// Chinese.
    Zh,
    /// English.
    En,
}

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Nothing to object.
    Fine = 0,
    /// At least one application returned or unreadable.
    Returned = 1,
    /// Wrong use.
    Usage = 2,
    /// Outside trouble.
    Trouble = 3,
    /// Another process holds the workspace.
    Held = 75,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Runs one command.
///
/// # Errors
/// Outside trouble, told in one sentence: exit code 3.
pub fn run(cli: Cli) -> anyhow::Result<Exit> {
    match cli.command {
        Command::Init(args) => init::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Run(args) => run::run(&args),
        Command::Watch(args) => watch::run(&args),
        Command::Template(args) => template::run(&args),
        Command::Share(args) => share::run(&args),
        Command::Rule(args) => rule::run(&args),
        Command::Policy(args) => policy::run(&args),
        Command::Register(args) => register::run(&args),
        Command::Status(args) => status::run(&args),
        Command::Show(args) => show::run(&args),
        Command::Replay(args) => replay::run(&args),
        Command::Mail(args) => mail::run(&args),
        Command::Schema => schema::run(),
        Command::Completions(args) => manual::completions(&args),
        Command::Man => manual::man(),
        Command::Examine(args) => examine::run(&args),
        Command::Trial => trial::run(),
    }
}

/// The zone of dates and times of day where no configuration names one.
pub use crate::assess::ZONE;

/// What a clock on the wall in this zone shows.
///
/// # Errors
/// Where the zone is unknown.
pub fn now_in(zone: &str) -> anyhow::Result<jiff::civil::DateTime> {
    let zone = jiff::tz::TimeZone::get(zone)?;
    Ok(zone.to_datetime(jiff::Timestamp::now()))
}

/// Writes a file that is not there yet, or replaces it where that is asked for.
///
/// # Errors
/// Where the file is there already or cannot be written.
pub fn write_new(file: &std::path::Path, bytes: &[u8], force: bool) -> anyhow::Result<()> {
    let name = file.display();
    let mut options = std::fs::OpenOptions::new();
    options
        .write(true)
        .create_new(!force)
        .create(true)
        .truncate(true);
    let cannot = || format!("cannot write {name}");
    let mut out = match options.open(file) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            anyhow::bail!("{}: it is there already; `--force` replaces it", cannot())
        }
        opened => opened.with_context(cannot)?,
    };
    out.write_all(bytes).with_context(cannot)
}

/// Prints a result. A reader that has closed the pipe has seen enough, which is no error.
///
/// # Errors
/// Where standard output cannot be written for another reason.
pub fn say(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{text}").and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        done => done.context("cannot write to standard output"),
    }
}

/// Prints results one after the other, as they come.
#[derive(Debug)]
pub struct Printer {
    out: std::io::BufWriter<std::io::Stdout>,
    format: Format,
    printed: usize,
    /// Whether the reader has closed the pipe: it has seen enough, which is no error.
    is_closed: bool,
}

impl Printer {
    /// Prints in a format.
    #[must_use]
    pub fn new(format: Format) -> Self {
        Self {
            out: std::io::BufWriter::new(std::io::stdout()),
            format,
            printed: 0,
            is_closed: false,
        }
    }

    /// Prints a result: a line of JSON, an item of the array, or as `human` tells it.
    ///
    /// # Errors
    /// Where standard output cannot be written.
    pub fn one<T: serde::Serialize>(
        &mut self,
        result: &T,
        human: impl FnOnce(&T) -> String,
    ) -> anyhow::Result<()> {
        let text = match self.format {
            Format::Human => human(result),
            Format::Jsonl => serde_json::to_string(result)? + "\n",
            Format::Json => {
                let begin = if self.printed == 0 { "[\n  " } else { ",\n  " };
                let item = serde_json::to_string_pretty(result)?;
                format!("{begin}{}", item.replace('\n', "\n  "))
            }
        };
        self.printed += 1;
        self.write(&text)
    }

    /// Ends what was printed.
    ///
    /// # Errors
    /// Where standard output cannot be written.
    pub fn end(mut self) -> anyhow::Result<()> {
        match (self.format, self.printed) {
            (Format::Json, 0) => self.write("[]\n")?,
            (Format::Json, _) => self.write("\n]\n")?,
            (Format::Human | Format::Jsonl, _) => {}
        }
        if self.is_closed {
            return Ok(());
        }
        let flushed = self.out.flush();
        self.seen(flushed)
    }

    fn write(&mut self, text: &str) -> anyhow::Result<()> {
        if self.is_closed {
            return Ok(());
        }
        let written = self.out.write_all(text.as_bytes());
        self.seen(written)
    }

    fn seen(&mut self, written: std::io::Result<()>) -> anyhow::Result<()> {
        match written {
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(())
            }
            done => done.context("cannot write to standard output"),
        }
    }
}

/// Tells a person what is wrong, on standard error. Where nobody reads it, it is left untold.
pub fn complain(what: impl std::fmt::Display) {
    let _ = writeln!(std::io::stderr().lock(), "liandong: {what}");
}

/// A name as a terminal may show it: one line, no control characters.
#[must_use]
pub fn plain(name: &str) -> String {
    let plain = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    name.chars().map(plain).collect()
}
