//! `liandong template OUT`: the blank workbook.

use std::path::PathBuf;

use super::Exit;
use crate::form::blank::{self, Values};
use crate::form::layout::Layout;
use crate::policy::Policies;

/// Arguments of `template`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  liandong template --edition urumqi-2023 厅地联动项目申报书.xlsx"
)]
pub struct Args {
    /// The edition whose districts, industries and ratios the form shows
    #[arg(long, value_name = "ID", default_value = "urumqi-2023")]
    pub edition: String,
    /// Replace the file if it is there
    #[arg(long)]
    pub force: bool,
    /// The workbook to write
    pub out: PathBuf,
}

/// Runs `template`.
///
/// # Errors
/// Where the file is there already or cannot be written.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let policies = Policies::builtin()?;
    let Some(edition) = policies.edition(&args.edition) else {
        let known: Vec<&str> = policies
            .editions()
            .map(|edition| edition.id.as_str())
            .collect();
        super::complain(format_args!(
            "no edition `{}`: choose one of {}",
            args.edition,
            known.join(", ")
        ));
        return Ok(Exit::Usage);
    };
    let bytes = blank::write(&Layout::application(), edition, &Values::new())?;
    super::write_new(&args.out, &bytes, args.force)?;
    Ok(Exit::Fine)
}
