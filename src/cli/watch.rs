//! `liandong watch`: the service, until told to stop.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use notify::Watcher as _;
use signal_hook::consts::{SIGINT, SIGTERM};

use super::Exit;
use super::workspace::{Clock, Workspace};
use crate::intake::Waiting;
use crate::ledger::Conclusion;
use crate::service::{Moment, NotOpened, Service, Trouble, Watcher, Which};

/// Least seconds between two registers.
const REGISTER_S: u64 = 60;
/// Seconds between two signs of life in the ledger.
const ALIVE_S: u64 = 60;
/// Remembered: the last sign of life, and the last time of day a digest was due.
pub const ALIVE: &str = "alive";
/// Remembered: `yes` while the service is stopped on purpose.
pub const STOPPED: &str = "stopped";
const DIGEST_SLOT: &str = "digest-slot";

/// Arguments of `watch`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  liandong watch -c /srv/liandong/liandong.toml
  LIANDONG_LOG=debug liandong watch

SIGTERM and SIGINT finish the step in hand; a second one ends at once, and nothing is lost either way.")]
pub struct Args {
    #[command(flatten)]
    workspace: Workspace,
}

/// What wakes the loop.
enum Wake {
    /// Something may have changed in the inbox.
    Changed,
    /// To stop.
    Stop,
}

/// Logs what is concluded, by numbers only.
struct Log;

impl Watcher for Log {
    fn assessed(&self, number: &str, _path: &str, conclusion: &Conclusion) {
        let verdict = conclusion.assessment.verdict.id();
        let findings = conclusion.assessment.findings.len();
        tracing::info!(submission = %number, verdict, findings, "assessed");
    }
}

/// Runs `watch`.
///
/// # Errors
/// Where the workspace cannot be opened or the ledger does not answer.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let config = args.workspace.load()?;
    let scan = Duration::from_secs(config.scan_s.max(1).into());
    let mut service = match Service::open(config, Box::new(Log)) {
        Ok(service) => service,
        Err(NotOpened::Held(pid)) => {
            super::complain(NotOpened::Held(pid));
            return Ok(Exit::Held);
        }
        Err(NotOpened::Trouble(error)) => return Err(error),
    };
    let (sender, wakes) = channel();
    stop_on_signals(sender.clone())?;
    let _events = wake_on_events(&service, sender);
    tracing::info!(inbox = %service.desk().config.inbox_dir().display(), "watching");
    service.ledger().remember(STOPPED, "no")?;
    let mut rounds = Rounds {
        clock: Clock::start(),
        ..Rounds::default()
    };
    loop {
        let pause = rounds.go(&mut service)?.min(scan);
        if sleep(&wakes, pause) {
            service.register(rounds.clock.now())?;
            service.ledger().remember(STOPPED, "yes")?;
            tracing::info!("stopped");
            return Ok(Exit::Fine);
        }
    }
}

/// What the loop keeps from one round to the next.
struct Rounds {
    clock: Clock,
    told: Vec<Trouble>,
    registered: Option<Duration>,
    alive: Option<Duration>,
}

impl Default for Rounds {
    fn default() -> Self {
        Self {
            clock: Clock::start(),
            told: Vec::new(),
            registered: None,
            alive: None,
        }
    }
}

impl Rounds {
    /// One round; how long until there may be something to do.
    fn go(&mut self, service: &mut Service) -> anyhow::Result<Duration> {
        let now = self.clock.now();
        let intaken = service.receive(now)?;
        service.assess()?;
        if is_over(self.registered, REGISTER_S, now) && service.register(now)? {
            self.registered = Some(now.elapsed);
        }
        digest_if_due(service, &intaken.waiting, now)?;
        let next_mail = service.deliver(Which::Due, now)?;
        service.alarm(now)?;
        if is_over(self.alive, ALIVE_S, now) {
            service.ledger().remember(ALIVE, &now.at.to_string())?;
            self.alive = Some(now.elapsed);
        }
        self.log(service.end_pass());
        Ok(intaken
            .settles_in
            .into_iter()
            .chain(next_mail)
            .min()
            .unwrap_or(Duration::MAX))
    }

    /// Logs troubles that the last round did not have.
    fn log(&mut self, troubles: Vec<Trouble>) {
        for trouble in troubles
            .iter()
            .filter(|trouble| !self.told.contains(trouble))
        {
            tracing::warn!(kind = ?trouble.kind, "{trouble}");
        }
        self.told = troubles;
    }
}

fn is_over(last: Option<Duration>, pause_s: u64, now: Moment) -> bool {
    last.is_none_or(|last| now.elapsed.saturating_sub(last) >= Duration::from_secs(pause_s))
}

/// Makes a digest when a time of day of the configuration has passed since the last round.
fn digest_if_due(service: &mut Service, waiting: &[Waiting], now: Moment) -> anyhow::Result<()> {
    let local = service.desk().zone.to_datetime(now.at);
    let times = &service.desk().config.mail.digest_at;
    let today = times.iter().map(|time| local.date().to_datetime(*time));
    let yesterday = local.date().yesterday()?;
    let slots = today.chain(times.iter().map(|time| yesterday.to_datetime(*time)));
    let Some(slot) = slots.filter(|slot| *slot <= local).max() else {
        return Ok(());
    };
    let slot = slot.to_string();
    let last = service.ledger().recall(DIGEST_SLOT)?;
    if last.as_ref() == Some(&slot) {
        return Ok(());
    }
    service.idle_waivers(now)?;
    if last.is_some() {
        service.digest(waiting, now)?;
    }
    Ok(service.ledger().remember(DIGEST_SLOT, &slot)?)
}

/// Whether to stop. Several events at once are one.
fn sleep(wakes: &Receiver<Wake>, pause: Duration) -> bool {
    let first = wakes.recv_timeout(pause);
    let mut stop = matches!(first, Ok(Wake::Stop) | Err(RecvTimeoutError::Disconnected));
    while let Ok(wake) = wakes.try_recv() {
        stop |= matches!(wake, Wake::Stop);
    }
    stop
}

fn stop_on_signals(sender: Sender<Wake>) -> anyhow::Result<()> {
    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGINT])?;
    std::thread::spawn(move || {
        for (count, signal) in signals.forever().enumerate() {
            if count > 0 || sender.send(Wake::Stop).is_err() {
                // The second time is meant.
                let _ = signal_hook::low_level::emulate_default_handler(signal);
            }
        }
    });
    Ok(())
}

/// Events of the file system, a hint only: without them the scan goes on, and the log says so.
fn wake_on_events(service: &Service, sender: Sender<Wake>) -> Option<notify::RecommendedWatcher> {
    let tell = move |_: notify::Result<notify::Event>| {
        // The loop has ended: nobody is left to wake.
        let _ = sender.send(Wake::Changed);
    };
    let watch = notify::recommended_watcher(tell).and_then(|mut watcher| {
        let inbox = service.desk().config.inbox_dir();
        watcher.watch(&inbox, notify::RecursiveMode::Recursive)?;
        Ok(watcher)
    });
    match watch {
        Ok(watcher) => Some(watcher),
        Err(error) => {
            tracing::warn!(%error, "no events of the file system: the scan alone finds new files");
            None
        }
    }
}
