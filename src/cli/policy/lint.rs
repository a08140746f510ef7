//! `liandong policy lint`: what is doubtful in an edition though it loads.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::{Format, policies, unknown};
use crate::cli::{Exit, complain, say};
use crate::config::Config;
use crate::policy::lint::{Lint, lint};

/// Arguments of `policy lint`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  liandong policy lint
  liandong policy lint urumqi-2023
  liandong policy lint draft.toml

Exit codes: 0 nothing to look at; 1 something is doubtful; 2 no such edition, or it is refused.")]
pub struct Args {
    /// An edition's file or id; without it, every edition
    #[arg(value_name = "FILE|ID")]
    pub edition: Option<String>,
    /// The configuration, for more editions
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// Runs `policy lint`.
///
/// # Errors
/// Where the configuration, an edition of it or the file cannot be read.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let config = args.config.as_deref().map(Config::load).transpose()?;
    let mut policies = policies(config.as_ref())?;
    let mut wanted = args.edition.clone();
    if let Some(file) = wanted
        .as_deref()
        .map(Path::new)
        .filter(|file| file.is_file())
    {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {name}"))?;
        match policies.trying(&name, &text) {
            Ok((tried, edition)) => {
                policies = tried;
                wanted = Some(edition.id.clone());
            }
            Err(error) => {
                complain(error);
                return Ok(Exit::Usage);
            }
        }
    }
    if let Some(id) = wanted.as_ref().filter(|id| policies.edition(id).is_none()) {
        complain(unknown(&policies, id));
        return Ok(Exit::Usage);
    }
    let found = lint(&policies, |edition| {
        wanted.as_ref().is_none_or(|id| *id == edition.id)
    });
    match args.format {
        Format::Human => say(&human(&found))?,
        Format::Json => say(&serde_json::to_string_pretty(&found)?)?,
    }
    Ok(match found.is_empty() {
        true => Exit::Fine,
        false => Exit::Returned,
    })
}

fn human(found: &[Lint]) -> String {
    if found.is_empty() {
        return "nothing doubtful".to_owned();
    }
    let lines: Vec<String> = found
        .iter()
        .map(|lint| format!("{}: {}", lint.name, lint.at))
        .collect();
    lines.join("\n")
}
