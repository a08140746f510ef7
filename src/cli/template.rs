//! `liandong template OUT`: the blank workbook.

use std::path::PathBuf;

use super::Exit;
use crate::form::blank::{self, Values};
use crate::form::{Layout, SummaryLayout};
use crate::policy::Policies;

/// Arguments of `template`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  liandong template --edition urumqi-2023 厅地联动项目申报书.xlsx
  liandong template --kind summary 项目推荐汇总表.xlsx")]
pub struct Args {
    /// The edition whose districts, industries and ratios the form shows
    #[arg(long, value_name = "ID", default_value = "urumqi-2023")]
    pub edition: String,
    /// Which workbook: the application, or the list of many projects, one a row
    #[arg(long, value_enum, default_value_t = Kind::Application)]
    pub kind: Kind,
    /// Replace the file if it is there
    #[arg(long)]
    pub force: bool,
    /// The workbook to write
    pub out: PathBuf,
}

/// Kinds of workbooks that districts fill in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// 申报书
    Application,
    /// 推荐汇总表
    Summary,
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
    let nothing = Values::new();
    let bytes = match args.kind {
        Kind::Application => blank::write(&Layout::application(), edition, &nothing)?,
        Kind::Summary => blank::summary::write(&SummaryLayout::builtin(), edition, &nothing, &[])?,
    };
    super::write_new(&args.out, &bytes, args.force)?;
    Ok(Exit::Fine)
}
