//! `liandong mail`: what waits in the outbox, and another try for what was given up.

use super::workspace::Workspace;
use super::{Exit, policy::Format};
use crate::ledger::{Ledger, Outgoing, ParcelState};
use crate::service::ledger_of;

/// Arguments of `mail`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do
    #[command(subcommand)]
    pub what: What,
}

/// What to do with the outbox.
#[derive(Debug, clap::Subcommand)]
pub enum What {
    /// What has not gone out
    #[command(after_help = "Example:\n  liandong mail list --format json")]
    List {
        /// The workspace
        #[command(flatten)]
        workspace: Workspace,
        /// How to print
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// Try again what was given up
    #[command(after_help = "Examples:\n  liandong mail retry 17\n  liandong mail retry --all")]
    Retry {
        /// The workspace
        #[command(flatten)]
        workspace: Workspace,
        /// Ids as `mail list` shows them
        #[arg(value_name = "ID", required_unless_present = "all")]
        ids: Vec<i64>,
        /// Everything that was given up
        #[arg(long, conflicts_with = "ids")]
        all: bool,
    },
}

/// Runs `mail`.
///
/// # Errors
/// Where there is no ledger or it does not answer.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    match &args.what {
        What::List { workspace, format } => list(&mut *ledger_of(&workspace.load()?)?, *format),
        What::Retry { workspace, ids, .. } => retry(&mut *ledger_of(&workspace.load()?)?, ids),
    }
}

fn list(ledger: &mut dyn Ledger, format: Format) -> anyhow::Result<Exit> {
    let open = [
        ParcelState::Waiting,
        ParcelState::Sending,
        ParcelState::NeedsAttention,
    ];
    let parcels = ledger.parcels(&open)?;
    match format {
        Format::Json => {
            let all: Vec<_> = parcels.iter().map(json).collect();
            super::say(&serde_json::to_string_pretty(&all)?)?;
        }
        Format::Human if parcels.is_empty() => super::say("the outbox is empty")?,
        Format::Human => {
            for outgoing in &parcels {
                super::say(&line(outgoing))?;
            }
        }
    }
    Ok(Exit::Fine)
}

fn line(outgoing: &Outgoing) -> String {
    let of = outgoing.number.as_deref().unwrap_or("-");
    let (kind, state) = (outgoing.parcel.kind.id(), outgoing.state.id());
    format!(
        "{:>6}  {of:<14}  {kind:<8}  {state:<15}  {} tries  {}  {}",
        outgoing.id, outgoing.tries, outgoing.parcel.target, outgoing.note
    )
}

fn json(outgoing: &Outgoing) -> serde_json::Value {
    serde_json::json!({
        "id": outgoing.id,
        "submission": outgoing.number,
        "kind": outgoing.parcel.kind.id(),
        "target": outgoing.parcel.target,
        "message_id": outgoing.parcel.message_id,
        "state": outgoing.state.id(),
        "tries": outgoing.tries,
        "note": outgoing.note,
    })
}

/// Puts given-up parcels back. Without ids, all of them.
fn retry(ledger: &mut dyn Ledger, ids: &Vec<i64>) -> anyhow::Result<Exit> {
    let given_up = ledger.parcels(&[ParcelState::NeedsAttention])?;
    let known: Vec<i64> = given_up.iter().map(|outgoing| outgoing.id).collect();
    if let Some(id) = ids.iter().find(|id| !known.contains(id)) {
        super::complain(format_args!(
            "nothing was given up under the id {id}: see `liandong mail list`"
        ));
        return Ok(Exit::Usage);
    }
    let chosen = if ids.is_empty() { &known } else { ids };
    ledger.put_back(chosen)?;
    super::say(&format!(
        "{} put back; `run` or `watch` sends them",
        chosen.len()
    ))?;
    Ok(Exit::Fine)
}
