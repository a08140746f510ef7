//! The child's side: gives everything up, then answers one question after another until its input ends.
//!
//! It reads no configuration: the rulebook comes over the pipe, so that it is the parent's to the letter and nothing has to
//! be opened. It keeps nothing from one file to the next but the rulebook and what the program loads once.

use std::io::{BufReader, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::Context as _;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::Limits;
use super::frame::{Answer, Ask, Wanted, message, receive, send};
use super::lockdown::{self, Clock};
use crate::assess::{Assessment, Context, Earlier, Reading, Rulebook};
use crate::intake::is_complete;
use crate::replay::members;

/// Bytes of standard input that are read at once.
const BUFFER_BYTES: usize = 64 * 1024;

/// Rows of a list that are sent at once.
const ROWS: usize = 64;

/// A file that was read and waits for what is known of others.
struct InHand {
    bytes: Vec<u8>,
    context: Context,
    reading: Reading,
}

/// What stays from one question to the next.
#[derive(Default)]
struct Desk {
    rulebook: Option<Rulebook>,
    in_hand: Option<InHand>,
}

/// Serves until standard input ends.
///
/// # Errors
/// Where a message is none of ours or nobody reads the answers: the parent is gone or is no parent.
pub fn serve(limits: &Limits) -> anyhow::Result<()> {
    outlive_signals()?;
    let missing = lockdown::lock_down(limits.memory_mib);
    let mut input = BufReader::with_capacity(BUFFER_BYTES, std::io::stdin().lock());
    let (mut desk, mut clock) = (Desk::default(), Clock::default());
    while let Some((text, beside)) = receive(&mut input)? {
        let (answer, marked) = match message(&text)? {
            Ask::Rulebook { recipe, texts } => {
                let rulebook = Rulebook::again(&recipe, &texts).map_err(anyhow::Error::msg)?;
                desk.rulebook = Some(rulebook);
                let missing = missing.clone();
                (Answer::Ready { missing }, Vec::new())
            }
            Ask::Read { context } => {
                clock.allow(limits.for_file(beside.len()).cpu_s)?;
                (desk.read(beside, context.into_owned())?, Vec::new())
            }
            Ask::Conclude { earlier, wanted } => desk.conclude(&earlier, wanted)?,
            Ask::Complete => {
                clock.allow(limits.for_file(beside.len()).cpu_s)?;
                let is_complete = is_complete(&beside);
                (Answer::Complete { is_complete }, Vec::new())
            }
            Ask::Members => {
                clock.allow(limits.for_file(beside.len()).cpu_s)?;
                let hashes = members(&beside);
                (Answer::Members { hashes }, Vec::new())
            }
        };
        send(&mut Output, &answer, &marked)?;
    }
    Ok(())
}

impl Desk {
    fn rulebook(&self) -> anyhow::Result<&Rulebook> {
        let rulebook = self.rulebook.as_ref();
        rulebook.context("no rulebook was sent")
    }

    fn read(&mut self, bytes: Vec<u8>, context: Context) -> anyhow::Result<Answer> {
        let rulebook = self.rulebook()?;
        let reading = rulebook.read(&bytes);
        let answer = Answer::Read {
            keys: rulebook.keys(&reading, &context),
            portrait: Box::new(reading.portrait.clone()),
        };
        self.in_hand = Some(InHand {
            bytes,
            context,
            reading,
        });
        Ok(answer)
    }

    fn conclude(&mut self, earlier: &Earlier, wanted: Wanted) -> anyhow::Result<(Answer, Vec<u8>)> {
        let file = self.in_hand.take().context("no file was read")?;
        let (rulebook, reading) = (self.rulebook()?, &file.reading);
        let mut assessment = match reading.list() {
            Some(list) if wanted.rows => {
                let mut rows = Rows::default();
                let each = &mut |row: &Assessment| rows.put(row);
                let whole = rulebook.assess_rows(reading, list, &file.context, earlier, each);
                rows.end()?;
                whole
            }
            _ => rulebook.assess_after(reading, &file.context, earlier),
        };
        let marked = match wanted.copy {
            true => rulebook.mark(&file.bytes, reading, &assessment, &file.context, earlier),
            false => Ok(Vec::new()),
        };
        Ok(match marked {
            Ok(marked) => {
                let shadow = std::mem::take(&mut assessment.shadow);
                let assessment = Box::new(assessment);
                (Answer::Concluded { assessment, shadow }, marked)
            }
            Err(error) => {
                let why = error.to_string();
                (Answer::Failed { why }, Vec::new())
            }
        })
    }
}

/// Sends rows of a list, some at once.
#[derive(Default)]
struct Rows {
    waiting: Vec<Assessment>,
    failed: Option<std::io::Error>,
}

impl Rows {
    fn put(&mut self, row: &Assessment) {
        self.waiting.push(row.clone());
        if self.waiting.len() == ROWS && self.failed.is_none() {
            self.failed = self.send().err();
        }
    }

    fn send(&mut self) -> std::io::Result<()> {
        let rows = std::mem::take(&mut self.waiting);
        send(&mut Output, &Answer::Rows { rows }, &[])
    }

    fn end(mut self) -> std::io::Result<()> {
        match self.failed.take() {
            Some(error) => Err(error),
            None => self.send(),
        }
    }
}

/// Standard output without a buffer: the one of the standard library looks for ends of lines.
struct Output;

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        Ok(rustix::io::write(std::io::stdout(), bytes)?)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What tells the service to stop may be told to its children too: they end with their input, and the step in hand is
/// finished before.
fn outlive_signals() -> std::io::Result<()> {
    for signal in [SIGHUP, SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::new(AtomicBool::new(false)))?;
    }
    Ok(())
}
