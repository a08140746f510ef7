//! The command line: clap types, a file per command, exit codes.

use clap::{Parser, Subcommand};

pub mod policy;

pub mod share;

pub mod template;

/// Checks applications for jointly funded science projects (厅地联动项目) and gives every workbook back marked.
#[derive(Debug, Parser)]
#[command(name = "liandong", version, arg_required_else_help = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The shares of city and district, with every step and clause
    Share(share::Args),
    /// An edition with its clauses, coverage and test cases
    Policy(policy::Args),
    /// The blank workbook that districts fill in
    Template(template::Args),
}

/// How the program ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Nothing to object.
    Fine = 0,
    /// At least one application returned or unreadable.
    Returned = 1,
    /// Wrong use.
    Usage = 2,
    /// Outside trouble.
    Trouble = 3,
    /// Another process holds the workspace.
    Held = 75,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Runs one command.
///
/// # Errors
/// Outside trouble, told in one sentence: exit code 3.
pub fn run(cli: Cli) -> anyhow::Result<Exit> {
    match cli.command {
        Command::Share(args) => share::run(&args),
        Command::Policy(args) => policy::run(&args),
        Command::Template(args) => template::run(&args),
    }
}
