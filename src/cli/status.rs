//! `liandong status`: how many there are of what, what waits, and whether all is well.

use serde::Serialize;

use super::workspace::Workspace;
use super::{Exit, policy::Format, trial};
use crate::config::Config;
use crate::ledger::{Counts, ParcelState};
use crate::service::{ledger_of, waivers::idle};

/// A service that gives no sign of life for so long is not running, in seconds.
const SILENT_S: i64 = 180;

/// Arguments of `status`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  liandong status
  liandong status -c samples/liandong.toml --format json

Exit codes: 0 all is well; 3 something needs a person.")]
pub struct Args {
    #[command(flatten)]
    workspace: Workspace,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// The state of a workspace.
#[derive(Debug, Serialize)]
struct Status {
    counts: Counts,
    inbox_is_there: bool,
    /// A rehearsal: every file counts as received on this day.
    received_on: Option<jiff::civil::Date>,
    service_alive_at: Option<String>,
    service_is_silent: bool,
    last_digest: Option<String>,
    needs_attention: Vec<Attention>,
    /// How files are kept from doing harm.
    sandbox: Sandbox,
    /// Waivers that have expired or settle nothing.
    idle_waivers: Vec<String>,
}

/// How files are kept from doing harm.
#[derive(Debug, Serialize)]
struct Sandbox {
    /// Whether the configuration has them read in processes of their own.
    is_on: bool,
    /// What such a process cannot give up on this machine, and what it reaches all the same, a line each.
    lacks: Vec<String>,
}

/// A parcel that a person must look at.
#[derive(Debug, Serialize)]
struct Attention {
    parcel: i64,
    kind: &'static str,
    submission: Option<String>,
    why: String,
}

/// Runs `status`.
///
/// # Errors
/// Where there is no ledger or it does not answer.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let status = status(&args.workspace.load()?)?;
    match args.format {
        Format::Human => super::say(&human(&status))?,
        Format::Json => super::say(&serde_json::to_string_pretty(&status)?)?,
    }
    let is_well =
        status.inbox_is_there && status.needs_attention.is_empty() && !status.service_is_silent;
    Ok(if is_well { Exit::Fine } else { Exit::Trouble })
}

fn status(config: &Config) -> anyhow::Result<Status> {
    let mut ledger = ledger_of(config)?;
    let alive = ledger.recall(super::watch::ALIVE)?;
    let silent_since = alive
        .as_ref()
        .and_then(|text| text.parse::<jiff::Timestamp>().ok());
    let stopped = ledger
        .recall(super::watch::STOPPED)?
        .is_some_and(|text| text == "yes");
    let is_silent = silent_since
        .is_some_and(|at| jiff::Timestamp::now().duration_since(at).as_secs() > SILENT_S);
    let today = super::now_in(&config.zone)?.date();
    let attention = ledger.parcels(&[ParcelState::NeedsAttention])?;
    Ok(Status {
        counts: ledger.counts()?,
        sandbox: Sandbox {
            is_on: config.limits.sandbox,
            lacks: trial::lacks()?,
        },
        idle_waivers: idle(&config.waivers, &mut *ledger, today)?,
        inbox_is_there: config.inbox_dir().is_dir(),
        received_on: config.received_on,
        service_alive_at: alive,
        service_is_silent: is_silent && !stopped,
        last_digest: ledger.recall("digest")?,
        needs_attention: attention
            .into_iter()
            .map(|outgoing| Attention {
                parcel: outgoing.id,
                kind: outgoing.parcel.kind.id(),
                submission: outgoing.number,
                why: outgoing.note,
            })
            .collect(),
    })
}

fn human(status: &Status) -> String {
    let counts = &status.counts;
    let mut lines = vec![format!(
        "submissions: {} received, {} assessed, {} answered",
        counts.received, counts.assessed, counts.answered
    )];
    let verdicts: Vec<String> = counts
        .verdicts
        .iter()
        .map(|(verdict, count)| format!("{count} {verdict}"))
        .collect();
    let verdicts = if verdicts.is_empty() {
        "none".to_owned()
    } else {
        verdicts.join(", ")
    };
    lines.push(format!("projects:    {verdicts}"));
    lines.push(format!(
        "outbox:      {} waiting, {} need attention",
        counts.waiting, counts.needs_attention
    ));
    let or_never = |text: &Option<String>| text.clone().unwrap_or_else(|| "never".to_owned());
    lines.push(format!("last digest: {}", or_never(&status.last_digest)));
    lines.push(format!(
        "service:     last sign of life {}",
        or_never(&status.service_alive_at)
    ));
    let lacks = &status.sandbox.lacks;
    lines.push(match (status.sandbox.is_on, lacks.is_empty()) {
        (false, _) => {
            "sandbox:     off: files are read in this process (`limits.sandbox`)".to_owned()
        }
        (true, true) => {
            "sandbox:     files are read without access to files, network and programs".to_owned()
        }
        (true, false) => format!(
            "sandbox:     not whole on this machine: {}",
            lacks.join("; ")
        ),
    });
    if let Some(day) = status.received_on {
        lines.push(format!(
            "rehearsal:   every file counts as received on {day} (`received_on`)"
        ));
    }
    if !counts.on_trial.is_empty() {
        let rules = counts.on_trial.iter();
        let rules: Vec<String> = rules
            .map(|(code, count)| format!("{count} {code}"))
            .collect();
        lines.push(format!("on trial:    {}", rules.join(", ")));
    }
    lines.extend(status.idle_waivers.iter().map(|idle| format!("- {idle}")));
    if status.service_is_silent {
        lines.push("! `liandong watch` gives no sign of life: start it, or see its log".to_owned());
    }
    if !status.inbox_is_there {
        lines.push("! the inbox is not there: mount the share".to_owned());
    }
    for attention in &status.needs_attention {
        let of = attention.submission.as_deref().unwrap_or("digest or alarm");
        lines.push(format!(
            "! {} {} of {of} did not go out: {}; then `liandong mail retry {}`",
            attention.kind, attention.parcel, attention.why, attention.parcel
        ));
    }
    lines.join("\n")
}
