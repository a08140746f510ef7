//! `liandong show ID`: one submission: where it came from, what was concluded, what went out.

use super::workspace::Workspace;
use super::{Exit, check, policy::Format};
use crate::ledger::{Entry, Outgoing};
use crate::service::ledger_of;

/// Arguments of `show`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  liandong show LD2026-000123
  liandong show LD2026-000123 --format json")]
pub struct Args {
    #[command(flatten)]
    workspace: Workspace,
    /// The submission's number
    #[arg(value_name = "ID")]
    pub number: String,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
}

/// Runs `show`.
///
/// # Errors
/// Where there is no ledger or it does not answer.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let mut ledger = ledger_of(&args.workspace.load()?)?;
    let Some(entry) = ledger.entry(&args.number)? else {
        super::complain(format_args!(
            "no submission `{}`: numbers look like LD2026-000123",
            args.number
        ));
        return Ok(Exit::Usage);
    };
    match args.format {
        Format::Human => super::say(human(&entry).trim_end())?,
        Format::Json => super::say(&serde_json::to_string_pretty(&json(&entry))?)?,
    }
    Ok(Exit::Fine)
}

fn human(entry: &Entry) -> String {
    let mut lines = vec![
        format!("{}  {}", entry.number, entry.state),
        format!("file:      {}", super::plain(&entry.path)),
        format!("received:  {}", entry.received_at),
        format!("sha-256:   {}", entry.sha256),
    ];
    let others = entry.places.iter().filter(|place| **place != entry.path);
    lines.extend(others.map(|place| format!("also at:   {}", super::plain(place))));
    if let Some(previous) = &entry.previous {
        lines.push(format!("replaces:  {previous}"));
    }
    if let Some(concluded) = &entry.concluded {
        lines.push(format!("version:   {}", concluded.version));
        lines.push(format!("result:    {}", concluded.result));
    }
    lines.extend(entry.parcels.iter().map(parcel));
    if let Some(concluded) = &entry.concluded {
        lines.push(String::new());
        lines.push(check::human(&concluded.assessment));
    }
    lines.join("\n")
}

fn parcel(outgoing: &Outgoing) -> String {
    let (kind, state) = (outgoing.parcel.kind.id(), outgoing.state.id());
    let why = if outgoing.note.is_empty() {
        String::new()
    } else {
        format!(": {}", outgoing.note)
    };
    format!(
        "{:<10} {} {state}{why}",
        format!("{kind}:"),
        outgoing.parcel.target
    )
}

fn json(entry: &Entry) -> serde_json::Value {
    let parcels: Vec<_> = entry
        .parcels
        .iter()
        .map(|outgoing| {
            serde_json::json!({
                "id": outgoing.id,
                "kind": outgoing.parcel.kind.id(),
                "target": outgoing.parcel.target,
                "state": outgoing.state.id(),
                "tries": outgoing.tries,
                "note": outgoing.note,
            })
        })
        .collect();
    serde_json::json!({
        "id": entry.number,
        "state": entry.state,
        "file": entry.path,
        "also_at": entry.places.iter().filter(|place| **place != entry.path).collect::<Vec<_>>(),
        "sha256": entry.sha256,
        "received_at": entry.received_at,
        "previous": entry.previous,
        "version": entry.concluded.as_ref().map(|concluded| concluded.version),
        "result": entry.concluded.as_ref().map(|concluded| &concluded.result),
        "assessment": entry.concluded.as_ref().map(|concluded| &concluded.assessment),
        "outbox": parcels,
    })
}
