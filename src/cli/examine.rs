//! `liandong examine`, hidden: the process that reads files for every other command; see [`crate::sandbox`].

use super::Exit;
use crate::sandbox::{Limits, child};

/// Arguments of `examine`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Memory in MiB
    pub memory_mib: u64,
    /// Computing time for one file in seconds
    pub cpu_s: u64,
}

/// Runs `examine`.
///
/// # Errors
/// Where it is not asked as it should be.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    child::serve(&Limits {
        memory_mib: args.memory_mib,
        cpu_s: args.cpu_s,
        ..Limits::default()
    })?;
    Ok(Exit::Fine)
}
