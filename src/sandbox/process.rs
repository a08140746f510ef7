//! The parent's side: starts a child, asks it, and says what its end means.
//!
//! Neither writing nor reading waits longer than a question may take, whatever the child does. What it says on its
//! standard error (where the program has a fault, that memory is used up) is said on ours.

use std::io::{ErrorKind, IoSlice, Read as _, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use libc::{SIGHUP, SIGINT, SIGKILL, SIGTERM, SIGXCPU};
use rustix::buffer::spare_capacity;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::frame::{Answer, Ask, HEAD_BYTES, front, lengths, message};
use super::{Cause, Limits};
use crate::assess::Rulebook;
use crate::cli::Exit;

/// How long a child may take to be ready: it takes some milliseconds, but on a machine that is choking.
const STARTING: Duration = Duration::from_secs(60);
/// What the standard library says when it gets no memory.
const NO_MEMORY: &str = "memory allocation of";
/// Room of a pipe where the machine gives it: most workbooks go through at once.
const PIPE_BYTES: usize = 1024 * 1024;
/// Bytes of an answer that are read at once.
const BUFFER_BYTES: usize = 128 * 1024;
/// Bytes that a child may say on its standard error with one answer.
const WORDS_BYTES_MAX: usize = 4096;

/// A child that is alive as far as is known.
#[derive(Debug)]
pub struct Process {
    child: Child,
    input: ChildStdin,
    output: ChildStdout,
    error: ChildStderr,
    wall: Duration,
    /// What was read and is no whole answer yet.
    unread: Vec<u8>,
    /// Whether it said that it got no memory.
    lacked_memory: bool,
}

/// Why there is no answer.
#[derive(Debug)]
pub enum Broken {
    /// The child ended, or was ended.
    Died(Cause),
    /// That says nothing of the file.
    Trouble(anyhow::Error),
}

impl From<anyhow::Error> for Broken {
    fn from(error: anyhow::Error) -> Self {
        Self::Trouble(error)
    }
}

impl Process {
    /// Starts a child with a rulebook; what it could not give up, a line each.
    ///
    /// # Errors
    /// Where it cannot be started or does not come so far as to be asked.
    pub fn start(
        program: &Path,
        limits: &Limits,
        rulebook: &Rulebook,
    ) -> anyhow::Result<(Self, Vec<String>)> {
        let cannot = "the process that reads files cannot be started";
        let mut process = Self::spawn(program, limits).context(cannot)?;
        let ask = Ask::Rulebook {
            recipe: std::borrow::Cow::Owned(rulebook.recipe()),
            texts: std::borrow::Cow::Owned(rulebook.texts()),
        };
        match process.ask(&ask, &[]) {
            Ok((Answer::Ready { missing }, _)) => {
                process.allow(limits);
                Ok((process, missing))
            }
            Ok(_) => anyhow::bail!("{cannot}: it does not answer what it was asked"),
            Err(Broken::Died(cause)) => anyhow::bail!("{cannot}: {}", cause.en()),
            Err(Broken::Trouble(error)) => Err(error.context(cannot)),
        }
    }

    /// From here on an answer may take as long as these limits say.
    pub const fn allow(&mut self, limits: &Limits) {
        self.wall = Duration::from_secs(limits.wall_s);
    }

    fn spawn(program: &Path, limits: &Limits) -> anyhow::Result<Self> {
        let mut child = Command::new(program)
            .arg("examine")
            .arg(limits.memory_mib.to_string())
            .arg(limits.cpu_s.to_string())
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // An interrupt on the terminal is for the parent.
            .process_group(0)
            .spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let ((input, output), error) = pipes
            .zip(child.stderr.take())
            .expect("all three were asked for");
        for pipe in [input.as_fd(), output.as_fd()] {
            rustix::io::ioctl_fionbio(pipe, true)?;
            // More room is for fewer changes from one process to the other; without it all goes as well.
            let _ = rustix::pipe::fcntl_setpipe_size(pipe, PIPE_BYTES);
        }
        rustix::io::ioctl_fionbio(&error, true)?;
        Ok(Self {
            child,
            input,
            output,
            error,
            wall: STARTING,
            unread: Vec::new(),
            lacked_memory: false,
        })
    }

    /// Asks, and waits for the answer. After an error it must not be asked again.
    ///
    /// # Errors
    /// [`Broken`] where there is none.
    pub fn ask(&mut self, ask: &Ask<'_>, beside: &[u8]) -> Result<(Answer, Vec<u8>), Broken> {
        let front = front(ask, beside).map_err(anyhow::Error::new)?;
        let exchanged = self.exchange([&front, beside]);
        self.answer(exchanged)
    }

    /// Waits for one more answer to the same question.
    ///
    /// # Errors
    /// [`Broken`] where there is none.
    pub fn next(&mut self) -> Result<(Answer, Vec<u8>), Broken> {
        let exchanged = self.exchange([&[], &[]]);
        self.answer(exchanged)
    }

    fn answer(&mut self, exchanged: Result<Frame, Gone>) -> Result<(Answer, Vec<u8>), Broken> {
        let mut frame = match exchanged {
            Ok(frame) => frame,
            Err(Gone::Ended) => return Err(self.end()),
            Err(gone) => {
                self.tell_words();
                return Err(match gone {
                    Gone::Error(error) => Broken::Trouble(error.into()),
                    Gone::Late | Gone::Ended => Broken::Died(Cause::Late),
                });
            }
        };
        match message(&frame.bytes[HEAD_BYTES..frame.begins]) {
            Ok(Answer::Failed { why }) => Err(Broken::Trouble(anyhow::anyhow!(why))),
            Ok(answer) => {
                frame.bytes.drain(..frame.begins);
                Ok((answer, frame.bytes))
            }
            // Nothing of ours answers so.
            Err(_) => Err(Broken::Died(Cause::Crashed)),
        }
    }

    /// Writes a question and reads until an answer is whole.
    fn exchange(&mut self, mut left: [&[u8]; 2]) -> Result<Frame, Gone> {
        let until = Instant::now() + self.wall;
        loop {
            self.write(&mut left)?;
            if let Some(frame) = self.whole()? {
                return Ok(frame);
            }
            self.wait(!is_done(&left), until)?;
            self.read()?;
        }
    }

    /// Writes as much as the child takes.
    fn write(&mut self, left: &mut [&[u8]; 2]) -> Result<(), Gone> {
        while !is_done(left) {
            let slices = left.map(IoSlice::new);
            let written = match self.input.write_vectored(&slices) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                written => written?,
            };
            let of_first = written.min(left[0].len());
            left[0] = &left[0][of_first..];
            left[1] = &left[1][written - of_first..];
        }
        Ok(())
    }

    /// Reads what is there.
    fn read(&mut self) -> Result<(), Gone> {
        self.unread.reserve(BUFFER_BYTES);
        match rustix::io::read(&self.output, spare_capacity(&mut self.unread)) {
            Ok(0) => Err(Gone::Ended),
            Ok(_) | Err(Errno::AGAIN | Errno::INTR) => Ok(()),
            Err(error) => Err(Gone::Error(error.into())),
        }
    }

    /// The next frame, once it is whole; what follows it stays.
    fn whole(&mut self) -> Result<Option<Frame>, Gone> {
        let Some(head) = self.unread.first_chunk() else {
            return Ok(None);
        };
        let (text, beside) = lengths(*head)?;
        let (begins, ends) = (HEAD_BYTES + text, HEAD_BYTES + text + beside);
        if self.unread.len() < ends {
            return Ok(None);
        }
        let rest = self.unread.split_off(ends);
        let bytes = std::mem::replace(&mut self.unread, rest);
        Ok(Some(Frame { bytes, begins }))
    }

    /// Waits until there is something to read, or room to write where that is wanted. What the child says meanwhile is
    /// said.
    fn wait(&mut self, wants_room: bool, until: Instant) -> Result<(), Gone> {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(Gone::Late);
        }
        let left = Timespec::try_from(left).ok();
        let mut watched = [
            PollFd::new(&self.error, PollFlags::IN),
            PollFd::new(&self.output, PollFlags::IN),
            PollFd::new(&self.input, PollFlags::OUT),
        ];
        let count = 2 + usize::from(wants_room);
        let polled = poll(&mut watched[..count], left.as_ref());
        let said = watched[0].revents().contains(PollFlags::IN);
        match polled {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(Gone::Error(error.into())),
        }
        if said {
            self.tell_words();
        }
        Ok(())
    }

    /// What it said on its standard error is said on ours. It holds nothing of what applicants wrote.
    fn tell_words(&mut self) {
        let mut words = [0; WORDS_BYTES_MAX];
        let mut said = 0;
        while let Ok(read @ 1..) = self.error.read(&mut words[said..]) {
            said += read;
        }
        let words = String::from_utf8_lossy(&words[..said]);
        self.lacked_memory |= words.contains(NO_MEMORY);
        for line in words.lines() {
            let line = line.strip_prefix("liandong: ").unwrap_or(line);
            crate::cli::complain(crate::cli::plain(line));
        }
    }

    /// What the end of a child means. One that only closed its output is ended here.
    fn end(&mut self) -> Broken {
        let ended = self.child.kill().and_then(|()| self.child.wait());
        self.tell_words();
        let status = match ended {
            Ok(status) => status,
            Err(error) => return Broken::Trouble(error.into()),
        };
        if status.code() == Some(i32::from(Exit::Trouble as u8)) {
            // The child itself says so where it is not asked as it should be.
            let why = "the process that reads files gave up";
            return Broken::Trouble(anyhow::anyhow!(why));
        }
        Broken::Died(match status.signal() {
            Some(SIGXCPU) => Cause::Time,
            Some(SIGKILL | SIGTERM | SIGINT | SIGHUP) => Cause::Killed,
            _ if self.lacked_memory => Cause::Memory,
            _ => Cause::Crashed,
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // One that has ended already is only waited for.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A whole frame.
struct Frame {
    bytes: Vec<u8>,
    /// Where the bytes beside its text begin.
    begins: usize,
}

/// Whether nothing is left to write.
fn is_done(left: &[&[u8]; 2]) -> bool {
    left.iter().all(|part| part.is_empty())
}

/// Why an exchange ended without an answer.
enum Gone {
    /// The child closed its end, or says what no child of ours would.
    Ended,
    /// It took too long.
    Late,
    /// The machine did not do it.
    Error(std::io::Error),
}

impl From<std::io::Error> for Gone {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            ErrorKind::BrokenPipe | ErrorKind::InvalidData => Self::Ended,
            _ => Self::Error(error),
        }
    }
}
