//! Parse, start the log, call, map to an exit code.

use std::process::ExitCode;

use clap::Parser as _;
use liandong::cli::{self, Cli, Command, Exit};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let level = if matches!(cli.command, Command::Watch(_)) {
        "info"
    } else {
        "error"
    };
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("LIANDONG_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(level)),
        )
        .init();
    match cli::run(cli) {
        Ok(exit) => exit.into(),
        Err(error) => {
            eprintln!("liandong: {error:#}");
            Exit::Trouble.into()
        }
    }
}
