//! A file that may have brought the program down is tried in a process of its own first.
//!
//! The child is this same program with the hidden command `probe`: the file on its standard input, nothing on its
//! output, limits on memory and time. What it does to the child is told; the service goes on.

use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::assess::{Context, Earlier, Language, Rulebook};
use crate::cli::Exit;

/// This program as it runs, also where its file was replaced or deleted meanwhile (proc(5)).
const PROGRAM: &str = "/proc/self/exe";

/// Bytes of memory of the child.
const MEMORY_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// Seconds of computing time of the child.
const CPU_S_MAX: u64 = 10;
/// Time on the clock.
const WALL_MAX: Duration = Duration::from_secs(20);
/// Pause between two looks at the child.
const LOOK: Duration = Duration::from_millis(20);

/// Whether a file can be read, assessed and marked without harm.
///
/// # Errors
/// Where it could not be tried: that says nothing of the file.
pub fn survives(bytes: &[u8]) -> std::io::Result<bool> {
    let mut child = Command::new(PROGRAM)
        .arg("probe")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let begun = Instant::now();
    let Some(mut input) = child.stdin.take() else {
        return Ok(false);
    };
    std::thread::scope(|scope| {
        // A child that dies early closes its end: the error says nothing more than its exit does.
        scope.spawn(move || drop(input.write_all(bytes)));
        loop {
            if let Some(exit) = child.try_wait()? {
                // The child itself says so where it cannot even begin; everything else is the file's doing.
                return match exit.code() {
                    Some(code) if code == i32::from(Exit::Trouble as u8) => Err(
                        std::io::Error::other("the process that tries a file did not get so far"),
                    ),
                    code => Ok(code == Some(0)),
                };
            }
            if begun.elapsed() > WALL_MAX {
                child.kill()?;
                child.wait()?;
                return Ok(false);
            }
            std::thread::sleep(LOOK);
        }
    })
}

/// Lowers a limit; one that is lower already stays.
fn lower(resource: Resource, most: u64) -> std::io::Result<()> {
    let least = |limit: Option<u64>| Some(limit.map_or(most, |limit| limit.min(most)));
    let limits = getrlimit(resource);
    setrlimit(
        resource,
        Rlimit {
            current: least(limits.current),
            maximum: least(limits.maximum),
        },
    )?;
    Ok(())
}

/// The child's side: reads a file from standard input, then assesses and marks it.
///
/// # Errors
/// Where the limits cannot be set or the file does not come.
pub fn probe() -> anyhow::Result<()> {
    lower(Resource::As, MEMORY_BYTES_MAX)?;
    lower(Resource::Cpu, CPU_S_MAX)?;
    lower(Resource::Core, 0)?;
    let mut bytes = Vec::new();
    std::io::stdin().lock().read_to_end(&mut bytes)?;
    let rulebook = Rulebook::builtin(Language::Zh);
    let context = Context {
        file: "probe.xlsx".to_owned(),
        folder: None,
        received_at: jiff::civil::date(2024, 1, 1).at(0, 0, 0, 0),
        id: None,
        edition: None,
    };
    let reading = rulebook.read(&bytes);
    let assessment = rulebook.assess(&reading, &context);
    rulebook.mark(&bytes, &reading, &assessment, &context, &Earlier::default())?;
    Ok(())
}
