//! `liandong policy`

use super::Exit;

/// Arguments of `policy`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs `policy`.
///
/// # Errors
/// Outside trouble.
pub fn run(_args: &Args) -> anyhow::Result<Exit> {
    Ok(Exit::Fine)
}
