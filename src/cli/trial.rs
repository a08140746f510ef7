//! `liandong trial`, hidden: what a process that reads files can still reach on this machine; see [`crate::sandbox`].

use anyhow::Context as _;

use super::Exit;
use crate::sandbox::{Limits, PROGRAM, trial};

/// Runs `trial`: exit code 3 where the lock leaves something open.
///
/// # Errors
/// Where standard output cannot be written.
pub fn run() -> anyhow::Result<Exit> {
    let trial = trial::run(&Limits::default());
    super::say(&serde_json::to_string_pretty(&trial)?)?;
    let is_open = trial.attempts.iter().any(|it| it.refused.is_none());
    Ok(match is_open || !trial.missing.is_empty() {
        false => Exit::Fine,
        true => Exit::Trouble,
    })
}

/// What a process that reads files cannot give up on this machine, and what it reaches all the same, a line each.
///
/// # Errors
/// Where it cannot be tried.
pub fn lacks() -> anyhow::Result<Vec<String>> {
    let cannot = "the process that reads files cannot be tried";
    let tried = std::process::Command::new(PROGRAM).arg("trial").output();
    let tried = serde_json::from_slice(&tried.context(cannot)?.stdout);
    let trial::Trial { missing, attempts } = tried.context(cannot)?;
    let reached = attempts.iter().filter(|it| it.refused.is_none());
    let reached = reached.map(|it| format!("it can {}", it.what));
    Ok(missing.into_iter().chain(reached).collect())
}
