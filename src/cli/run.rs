//! `liandong run`: one pass over the inbox, then the outbox.

use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use indicatif::ProgressBar;

use super::Exit;
use super::workspace::{Clock, Shown, Tally, Workspace, seconds, tell};
use crate::intake::Waiting;
use crate::service::{Intaken, Kind, Moment, NotOpened, Service, Which};

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  liandong run
  liandong run -c samples/liandong.toml")]
pub struct Args {
    #[command(flatten)]
    workspace: Workspace,
}

/// Runs `run`.
///
/// # Errors
/// Where the workspace cannot be opened or the ledger does not answer.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let (shown, bar, tally) = Shown::new();
    let mut service = match Service::open(args.workspace.load()?, Box::new(shown)) {
        Ok(service) => service,
        Err(NotOpened::Held(pid)) => {
            super::complain(NotOpened::Held(pid));
            return Ok(Exit::Held);
        }
        Err(NotOpened::Trouble(error)) => return Err(error),
    };
    let clock = Clock::start();
    let intaken = take_in(&mut service, &bar, &clock)?;
    let open = service.ledger().counts()?.received;
    Shown::length(&bar, open, "assessing");
    service.assess()?;
    service.register(clock.now())?;
    service.digest(&intaken.waiting, clock.now())?;
    Shown::length(&bar, service.ledger().counts()?.waiting, "sending");
    deliver(&mut service, &bar, &clock)?;
    service.alarm(clock.now())?;
    deliver(&mut service, &bar, &clock)?;
    bar.finish_and_clear();
    let idle = service.idle_waivers(clock.now())?;
    let troubles = service.end_pass();
    let output = service.desk().config.output_path("");
    let saw_inbox = troubles
        .iter()
        .all(|trouble| trouble.kind != Kind::InboxGone);
    if saw_inbox {
        super::say(&summary(&intaken, &tally))?;
    }
    if tally.assessed.load(Ordering::Relaxed) > 0 {
        super::say(&format!(
            "results, accepted, register and mail are in {}",
            output.display()
        ))?;
    }
    tell_waiting(&intaken.waiting, clock.now());
    idle.iter().for_each(super::complain);
    tell(&troubles);
    let untold = tally.untold.lock().unwrap_or_else(PoisonError::into_inner);
    if !untold.is_empty() {
        let folders: Vec<&str> = untold.iter().map(String::as_str).collect();
        super::complain(format_args!(
            "no mail was written for {}: name addresses in `[mail.districts]`",
            super::plain(&folders.join(", "))
        ));
    }
    Ok(match tally.returned.load(Ordering::Relaxed) {
        _ if !troubles.is_empty() => Exit::Trouble,
        0 => Exit::Fine,
        _ => Exit::Returned,
    })
}

/// Looks at the inbox; files that are only too fresh are waited for once.
fn take_in(service: &mut Service, bar: &ProgressBar, clock: &Clock) -> anyhow::Result<Intaken> {
    bar.set_message("looking at the inbox");
    let first = service.receive(clock.now())?;
    let Some(pause) = first.settles_in else {
        return Ok(first);
    };
    let (count, pause_s) = (first.waiting.len(), seconds(pause));
    bar.set_message(format!(
        "waiting {pause_s} to see that {count} files have settled"
    ));
    bar.enable_steady_tick(std::time::Duration::from_millis(100));
    std::thread::sleep(pause);
    bar.disable_steady_tick();
    let second = service.receive(clock.now())?;
    Ok(Intaken {
        new: first.new + second.new,
        // What was new in the first look is known in the second.
        known: second.known.saturating_sub(first.new),
        ..second
    })
}

/// Empties the outbox. Mails go no faster than the configuration says.
fn deliver(service: &mut Service, bar: &ProgressBar, clock: &Clock) -> anyhow::Result<()> {
    while let Some(pause) = service.deliver(Which::All, clock.now())? {
        bar.set_message(format!("sending; the next mail goes in {}", seconds(pause)));
        std::thread::sleep(pause);
    }
    Ok(())
}

fn summary(intaken: &Intaken, tally: &Tally) -> String {
    let assessed = tally.assessed.load(Ordering::Relaxed);
    let returned = tally.returned.load(Ordering::Relaxed);
    let known = intaken.known;
    match (assessed, intaken.waiting.is_empty()) {
        (0, true) => format!("nothing new: {known} files are known"),
        (0, false) => format!("nothing new so far: {known} files are known"),
        _ => format!(
            "{assessed} assessed: {} accepted, {returned} returned or unreadable; {known} files were known",
            assessed - returned
        ),
    }
}

fn tell_waiting(waiting: &[Waiting], now: Moment) {
    for Waiting { path, since, why } in waiting {
        let path = super::plain(path);
        let minutes = now.at.duration_since(*since).as_mins();
        super::complain(format_args!(
            "not taken yet, for {minutes} min: {path}: {}",
            why.en()
        ));
    }
}
