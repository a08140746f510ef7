//! `liandong share`

use super::Exit;

/// Arguments of `share`.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs `share`.
///
/// # Errors
/// Outside trouble.
pub fn run(_args: &Args) -> anyhow::Result<Exit> {
    Ok(Exit::Fine)
}
