//! `liandong replay ID`: the verdict again, from what the ledger kept, compared with what was stored.

use std::path::PathBuf;

use anyhow::Context as _;
use serde_json::Value;

use super::workspace::Workspace;
use super::{Exit, policy::Format};
use crate::assess::{Grounds, Recipe, Rulebook};
use crate::ledger::{Kept, Ledger};
use crate::replay::{Again, Difference, differences, differing_members};
use crate::sandbox::{Examiner, File};
use crate::service::ledger_of;

/// Characters of a value that a line shows; `--format json` has the whole.
const SHOWN_CHARS: usize = 60;

/// Arguments of `replay`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  liandong replay LD2026-000123
  liandong replay -c samples/liandong.toml LD2025-000005 --annotate again/
  liandong replay LD2026-000123 --format json

Exit codes: 0 the same; 1 something differs; 2 no such submission; 3 it cannot be replayed.")]
pub struct Args {
    #[command(flatten)]
    workspace: Workspace,
    /// The submission's number
    #[arg(value_name = "ID")]
    pub number: String,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Write the marked copy into this folder
    #[arg(long, value_name = "DIR")]
    pub annotate: Option<PathBuf>,
}

/// Runs `replay`.
///
/// # Errors
/// Where there is no ledger, it does not hold what the verdict rests on, or the marked copy cannot be written.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let config = args.workspace.load()?;
    let mut ledger = ledger_of(&config)?;
    let Some(kept) = ledger.kept(&args.number)? else {
        super::complain(format_args!(
            "no concluded submission `{}`: numbers look like LD2026-000123",
            args.number
        ));
        return Ok(Exit::Usage);
    };
    let grounds = kept.grounds.as_ref().with_context(|| {
        format!(
            "{} cannot be replayed: it was concluded by a version that did not keep what a verdict rests on",
            args.number
        )
    })?;
    let (recipe, rulebook) = rulebook_of(&mut *ledger, grounds)?;
    let mut examiner = config.examiner();
    let again = again(&mut examiner, &rulebook, &kept, grounds)?;
    let mut found = differences(&kept.assessment, &again, grounds);
    if let Some(then) = kept
        .marked
        .as_deref()
        .filter(|then| **then != *again.marked)
    {
        let then = examiner.members(&rulebook, then)?;
        let again = examiner.members(&rulebook, &again.marked)?;
        found.extend(differing_members(&then, &again));
    }
    match args.format {
        Format::Human => super::say(&human(&kept, &recipe, &found))?,
        Format::Json => {
            let json = json(&kept, &recipe, &again, &found);
            super::say(&serde_json::to_string_pretty(&json)?)?;
        }
    }
    if let Some(folder) = &args.annotate {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}", folder.display()))?;
        let file = folder.join(format!(
            "{}.{}",
            kept.job.number,
            crate::annotate::ending(&again.marked)
        ));
        super::write_new(&file, &again.marked, true)?;
    }
    Ok(match found.is_empty() {
        true => Exit::Fine,
        false => Exit::Returned,
    })
}

/// A submission concluded once more, by whoever examines files.
fn again(
    examiner: &mut Examiner,
    rulebook: &Rulebook,
    kept: &Kept,
    grounds: &Grounds,
) -> anyhow::Result<Again> {
    let context = kept.job.context();
    let file = File {
        bytes: &kept.job.bytes,
        context: &context,
        wants_copy: true,
    };
    let examined = examiner.again(rulebook, file, grounds)?;
    if let Some(cause) = examined.stop {
        super::complain(format_args!(
            "{}: reading it was stopped: {}",
            kept.job.number,
            cause.en()
        ));
    }
    Ok(Again {
        assessment: examined.assessment,
        marked: examined.marked,
    })
}

/// The rulebook that a conclusion rests on, from the texts that the ledger keeps.
///
/// # Errors
/// Where the ledger does not answer, or a text is missing or is not what its hash says.
pub fn rulebook_of(
    ledger: &mut dyn Ledger,
    grounds: &Grounds,
) -> anyhow::Result<(Recipe, Rulebook)> {
    let texts = ledger.texts()?;
    let recipe = texts.get(&grounds.recipe).with_context(|| {
        format!(
            "the ledger does not hold the recipe {} of the rulebook",
            grounds.recipe
        )
    })?;
    let recipe: Recipe = serde_json::from_str(recipe).context("a recipe cannot be read")?;
    let rulebook = Rulebook::again(&recipe, &texts).map_err(anyhow::Error::msg)?;
    Ok((recipe, rulebook))
}

fn human(kept: &Kept, recipe: &Recipe, found: &[Difference]) -> String {
    let assessment = &kept.assessment;
    let edition = match (&assessment.edition, &assessment.edition_sha256) {
        (Some(id), Some(sha256)) => format!("{id} ({})", crate::policy::short(sha256)),
        _ => "none".to_owned(),
    };
    let mut lines = vec![
        format!("{}  {}", kept.job.number, super::plain(&kept.job.path)),
        format!("edition:   {edition}"),
        format!("rules:     {}{}", recipe.rules, other(recipe)),
        format!("verdict:   {}", assessment.verdict.id()),
        format!("findings:  {}", assessment.findings.len()),
    ];
    if found.is_empty() {
        lines.push("same: verdict, findings, shares and every byte of the marked copy".to_owned());
    } else {
        lines.push(format!(
            "different in {} places (then -> again):",
            found.len()
        ));
        lines.extend(found.iter().map(line));
    }
    lines.join("\n")
}

/// What to say where this program is not the one of the day.
fn other(recipe: &Recipe) -> String {
    let (rules, program) = (crate::rules::VERSION, env!("CARGO_PKG_VERSION"));
    if recipe.rules != rules {
        return format!(
            "; this program has rules {rules}: differences may come from them, not from the edition"
        );
    }
    if recipe.program != program {
        return format!(
            "; concluded by program {}, this is {program}",
            recipe.program
        );
    }
    String::new()
}

fn line(difference: &Difference) -> String {
    let short = |value: &Value| {
        let text = match value {
            Value::Null => return "nothing".to_owned(),
            Value::String(text) => super::plain(text),
            other => other.to_string(),
        };
        match text.char_indices().nth(SHOWN_CHARS) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        }
    };
    let (then, again) = (short(&difference.then), short(&difference.again));
    format!("  {}: {then} -> {again}", difference.what)
}

fn json(kept: &Kept, recipe: &Recipe, again: &Again, found: &[Difference]) -> Value {
    serde_json::json!({
        "id": kept.job.number,
        "file": kept.job.path,
        "same": found.is_empty(),
        "rules": { "then": recipe.rules, "again": crate::rules::VERSION },
        "program": { "then": recipe.program, "again": env!("CARGO_PKG_VERSION") },
        "edition": kept.assessment.edition,
        "edition_sha256": kept.assessment.edition_sha256,
        "verdict": { "then": kept.assessment.verdict, "again": again.assessment.verdict },
        "differences": found,
    })
}
