//! Parse, start the log, call, map to an exit code.

use std::process::ExitCode;

use clap::Parser as _;
use liandong::cli::{self, Cli, Command, Exit};

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        // Where, and no more: the message may hold what stands in a cell.
        let place = panic.location().map(ToString::to_string);
        let place = place.unwrap_or_default();
        cli::complain(format_args!(
            "the program has a fault at {place}: report this place"
        ));
    }));
    let cli = Cli::parse();
    let level = if matches!(cli.command, Command::Watch(_)) {
        "info"
    } else {
        "error"
    };
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        // Nobody reads the log: no reason to end.
        .log_internal_errors(false)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("LIANDONG_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(level)),
        )
        .init();
    match cli::run(cli) {
        Ok(exit) => exit.into(),
        Err(error) => {
            cli::complain(format_args!("{error:#}"));
            let is_wrong_use = error.is::<liandong::config::Wrong>();
            if is_wrong_use {
                Exit::Usage
            } else {
                Exit::Trouble
            }
            .into()
        }
    }
}
