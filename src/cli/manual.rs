//! `liandong completions` and `liandong man`: what a package installs beside the program.

use clap::CommandFactory as _;

use super::{Cli, Exit};

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  liandong completions bash > /etc/bash_completion.d/liandong")]
pub struct Args {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Runs `completions`.
///
/// # Errors
/// Where standard output cannot be written.
pub fn completions(args: &Args) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "liandong", &mut script);
    super::say(String::from_utf8_lossy(&script).trim_end())?;
    Ok(Exit::Fine)
}

/// Runs `man`: the manual page of the program and of each command, in roff.
///
/// # Errors
/// Where standard output cannot be written.
pub fn man() -> anyhow::Result<Exit> {
    let mut page = Vec::new();
    let mut command = Cli::command();
    command.build();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        let man = clap_mangen::Man::new(sub.clone());
        man.render_synopsis_section(&mut page)?;
        man.render_description_section(&mut page)?;
        man.render_options_section(&mut page)?;
    }
    super::say(String::from_utf8_lossy(&page).trim_end())?;
    Ok(Exit::Fine)
}
