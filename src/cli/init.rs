//! `liandong init DIR`: a workspace with a commented configuration.

use std::path::PathBuf;

use anyhow::Context as _;

use super::Exit;
use crate::intake::SENTINEL;
use crate::policy::Policies;

/// The configuration that a new workspace begins with.
pub const CONFIG: &str = include_str!("../../templates/liandong.toml");

/// Arguments of `init`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  liandong init /srv/liandong")]
pub struct Args {
    /// The folder; made if it is not there
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
}

/// Runs `init`.
///
/// # Errors
/// Where there is a configuration already, or the folder cannot be written.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let config = args.folder.join("liandong.toml");
    let inbox = args.folder.join("inbox");
    anyhow::ensure!(
        !config.exists(),
        "{} is there already: nothing was changed",
        config.display()
    );
    let cannot = || format!("cannot write in {}", args.folder.display());
    std::fs::create_dir_all(&inbox).with_context(cannot)?;
    let policies = Policies::builtin()?;
    let districts = policies.editions().flat_map(|edition| &edition.districts);
    for district in districts {
        std::fs::create_dir_all(inbox.join(&district.id)).with_context(cannot)?;
    }
    let sentinel = "This file shows liandong that the folder is mounted. Leave it here.\n";
    std::fs::write(inbox.join(SENTINEL), sentinel).with_context(cannot)?;
    std::fs::write(&config, CONFIG).with_context(cannot)?;
    let (config, inbox) = (config.display(), inbox.display());
    super::say(&format!(
        "{config}\nDistricts drop workbooks into {inbox}/<district>.\n\
         Fill in the addresses, then: liandong watch -c {config}"
    ))?;
    Ok(Exit::Fine)
}

#[cfg(test)]
mod tests {
    use super::CONFIG;
    use crate::config::Config;

    #[test]
    fn the_first_configuration_is_valid_also_with_every_line_in_use() {
        let root = std::path::Path::new(".");
        Config::parse(CONFIG, root).unwrap();
        let is_setting =
            |line: &str| line.starts_with("# ") && line.contains(" = ") || line.starts_with("# [");
        let all: Vec<&str> = CONFIG
            .lines()
            .map(|line| {
                if is_setting(line) {
                    line.trim_start_matches("# ")
                } else {
                    line
                }
            })
            .collect();
        // Tables cannot stand between the keys of the top: they come in the file's order, which TOML allows
        // because every key of the top stands before the first table.
        let config = Config::parse(&all.join("\n"), root).unwrap();
        assert_eq!(config.mail.smtp.unwrap().mails_per_minute, 10);
        assert_eq!(config.mail.districts.len(), 9);
        assert_eq!(config.splits.len(), 1);
    }
}
