//! The parent's side over many files: keeps a child warm, replaces one that ended, and asks once more where its end need not
//! be the file's doing. What is said to a child and heard from it is in [`super::process`].

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Once;

use super::frame::{Answer, Ask, Wanted};
use super::process::{Broken, Process};
use super::{Callbacks, Cause, Examined, File, Limits};
use crate::assess::{Assessment, Rulebook};

/// In a child process.
#[derive(Debug)]
pub struct Apart {
    program: PathBuf,
    limits: Limits,
    process: Option<Process>,
}

impl Apart {
    /// None is started yet.
    pub const fn new(program: PathBuf, limits: Limits) -> Self {
        Self {
            program,
            limits,
            process: None,
        }
    }

    /// What holds for a file.
    pub const fn limits_for(&self, bytes: &[u8]) -> Limits {
        self.limits.for_file(bytes.len())
    }

    /// Reads a file, has looked up what its keys find, and concludes. Rows that were told are not told again.
    ///
    /// # Errors
    /// [`Broken`] where the file ended the child, or there is none.
    pub fn examine(
        &mut self,
        rulebook: &Rulebook,
        file: File<'_>,
        callbacks: &mut Callbacks<'_>,
    ) -> Result<Examined, Broken> {
        let mut told = 0;
        self.twice(|apart| apart.attempt(rulebook, file, callbacks, &mut told))
    }

    /// The answer to a question that is asked in one step; `None` where the file ended the child.
    ///
    /// # Errors
    /// Where no child can be started.
    pub fn answer(
        &mut self,
        rulebook: &Rulebook,
        ask: &Ask<'_>,
        bytes: &[u8],
    ) -> anyhow::Result<Option<Answer>> {
        let answered = self.twice(|apart| {
            let mut process = apart.ready(rulebook, bytes)?;
            let (answer, _) = process.ask(ask, bytes)?;
            apart.process = Some(process);
            Ok(answer)
        });
        match answered {
            Ok(answer) => Ok(Some(answer)),
            Err(Broken::Died(_)) => Ok(None),
            Err(Broken::Trouble(error)) => Err(error),
        }
    }

    /// Twice, where the first end may not be the file's doing.
    fn twice<T>(
        &mut self,
        mut attempt: impl FnMut(&mut Self) -> Result<T, Broken>,
    ) -> Result<T, Broken> {
        let why = match attempt(self) {
            Err(Broken::Died(cause)) if cause.may_be_the_machines() => cause.en().to_owned(),
            Err(Broken::Trouble(error)) => format!("{error:#}"),
            done => return done,
        };
        tracing::warn!(
            why,
            "a process that reads files ended, its file is read once more"
        );
        attempt(self)
    }

    /// The child that is warm or a new one, told how long it may take over a file.
    fn ready(&mut self, rulebook: &Rulebook, bytes: &[u8]) -> anyhow::Result<Process> {
        let mut process = match self.process.take() {
            Some(process) => process,
            None => self.start(rulebook)?,
        };
        process.allow(&self.limits_for(bytes));
        Ok(process)
    }

    /// Only a child that has answered to the end is kept for the next file.
    fn attempt(
        &mut self,
        rulebook: &Rulebook,
        file: File<'_>,
        callbacks: &mut Callbacks<'_>,
        told: &mut usize,
    ) -> Result<Examined, Broken> {
        let mut process = self.ready(rulebook, file.bytes)?;
        let context = Cow::Borrowed(file.context);
        let (Answer::Read { keys, portrait }, _) =
            process.ask(&Ask::Read { context }, file.bytes)?
        else {
            return Err(Broken::Died(Cause::Crashed));
        };
        let found = (callbacks.look_up)(&keys)?;
        let ask = Ask::Conclude {
            earlier: Cow::Borrowed(&found.earlier),
            wanted: Wanted {
                copy: file.wants_copy,
                rows: callbacks.each_row.is_some(),
            },
        };
        let mut answer = process.ask(&ask, &[])?;
        let mut seen = 0;
        while let (Answer::Rows { rows }, _) = &answer {
            let new = rows.iter().skip(told.saturating_sub(seen));
            if let Some(each_row) = &mut callbacks.each_row {
                new.for_each(each_row);
            }
            seen += rows.len();
            *told = seen.max(*told);
            answer = process.next()?;
        }
        let (Answer::Concluded { assessment, shadow }, marked) = answer else {
            return Err(Broken::Died(Cause::Crashed));
        };
        self.process = Some(process);
        Ok(Examined {
            keys,
            portrait: *portrait,
            found,
            assessment: Assessment {
                shadow,
                ..*assessment
            },
            marked,
            stop: None,
        })
    }

    fn start(&self, rulebook: &Rulebook) -> anyhow::Result<Process> {
        static TOLD: Once = Once::new();
        let (process, missing) = Process::start(&self.program, &self.limits, rulebook)?;
        if !missing.is_empty() {
            TOLD.call_once(|| {
                let missing = missing.join("; ");
                tracing::warn!(%missing, "files are read with less protection than there could be");
            });
        }
        Ok(process)
    }
}
