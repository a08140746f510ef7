//! `liandong register OUT`: the bureau's workbook from the ledger.

use std::path::PathBuf;

use super::Exit;
use super::workspace::Workspace;
use crate::service::report::register_of;
use crate::service::{desk, ledger_of};

/// Arguments of `register`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  liandong register -c samples/liandong.toml 登记表.xlsx")]
pub struct Args {
    #[command(flatten)]
    workspace: Workspace,
    /// Replace the file if it is there
    #[arg(long)]
    pub force: bool,
    /// The workbook to write
    pub out: PathBuf,
}

/// Runs `register`.
///
/// # Errors
/// Where there is no ledger, or the file is there already or cannot be written.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let config = args.workspace.load()?;
    let standing = ledger_of(&config)?.standing()?;
    let projects = standing.iter().filter(|it| it.is_project()).count();
    let made_at = super::now_in(&config.zone)?;
    let bytes = register_of(standing, &desk(config)?, made_at)?;
    super::write_new(&args.out, &bytes, args.force)?;
    super::say(&format!("{} projects -> {}", projects, args.out.display()))?;
    Ok(Exit::Fine)
}
