//! `liandong policy impact NEW.toml`: what another edition would change for everything that stands in the ledger.
//! Nothing is stored.

use std::path::PathBuf;

use anyhow::Context as _;
use indicatif::ProgressBar;
use serde_json::Value;

use super::Format;
use crate::assess::{Assessment, Context, Language, Rulebook};
use crate::cli::workspace::{Shown, Workspace};
use crate::cli::{Exit, complain, now_in, plain, say, write_new};
use crate::ledger::{Concluded, Kept, Ledger};
use crate::money::Money;
use crate::policy::{Edition, short};
use crate::register::impact::{Compared, Impact, city, counted, district, write};
use crate::sandbox::{Examiner, File};
use crate::service::ledger_of;

/// Arguments of `policy impact`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  liandong policy impact draft.toml
  liandong policy impact -c samples/liandong.toml templates/policies/urumqi-2023.toml --output impact.xlsx

Every project that stands is assessed twice, under the editions in force and under this one, by the rules of this
program, so that the edition alone makes the difference.")]
pub struct Args {
    #[command(flatten)]
    workspace: Workspace,
    /// The edition to try: a file
    #[arg(value_name = "NEW.toml")]
    pub edition: PathBuf,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Write a workbook with every project and the sums by district
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Replace the workbook if it is there
    #[arg(long)]
    pub force: bool,
}

/// Runs `policy impact`.
///
/// # Errors
/// Where there is no ledger, the edition is refused, or the workbook cannot be written.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let config = args.workspace.load()?;
    let mut ledger = ledger_of(&config)?;
    let name = args.edition.display().to_string();
    let text =
        std::fs::read_to_string(&args.edition).with_context(|| format!("cannot read {name}"))?;
    let before = config.rulebook(Language::Zh)?;
    let (policies, edition) = match before.policies.trying(&name, &text) {
        Ok(tried) => tried,
        Err(error) => {
            complain(error);
            return Ok(Exit::Usage);
        }
    };
    let after = Rulebook {
        policies,
        ..config.rulebook(Language::Zh)?
    };
    let mut sides = [&before, &after].map(|rulebook| Side {
        rulebook,
        examiner: config.examiner(),
    });
    let projects = compare(&mut *ledger, &mut sides, &edition)?;
    let name = format!("{}（文件摘要 {}）", edition.id, short(&edition.sha256));
    let impact = Impact {
        edition: &name,
        projects: &projects,
    };
    match args.format {
        Format::Human => say(&human(&impact, &edition))?,
        Format::Json => say(&serde_json::to_string_pretty(&json(&impact, &edition))?)?,
    }
    if let Some(file) = &args.output {
        let bytes = write(&impact, now_in(&config.zone)?)?;
        write_new(file, &bytes, args.force)?;
    }
    Ok(Exit::Fine)
}

/// A rulebook, and who examines files under it.
struct Side<'r> {
    rulebook: &'r Rulebook,
    examiner: Examiner,
}

/// Every project that stands, assessed twice, by district and number.
fn compare(
    ledger: &mut dyn Ledger,
    sides: &mut [Side<'_>; 2],
    edition: &Edition,
) -> anyhow::Result<Vec<Compared>> {
    let mut standing = ledger.standing()?;
    standing.retain(Concluded::is_project);
    let bar = ProgressBar::new_spinner();
    Shown::length(&bar, i64::try_from(standing.len())?, "assessed twice");
    let mut projects = Vec::with_capacity(standing.len());
    for one in standing {
        if let Some(kept) = ledger.kept(&one.number)? {
            projects.push(compared(&kept, sides, edition)?);
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    projects.sort_by(|a, b| (&a.district, &a.number).cmp(&(&b.district, &b.number)));
    Ok(projects)
}

fn compared(kept: &Kept, sides: &mut [Side<'_>; 2], edition: &Edition) -> anyhow::Result<Compared> {
    let grounds = kept.grounds.clone().unwrap_or_default();
    let context = kept.job.context();
    let under = Context {
        edition: Some(edition.id.clone()),
        ..context.clone()
    };
    let assessed = |side: &mut Side<'_>, context| {
        let file = File {
            bytes: &kept.job.bytes,
            context,
            wants_copy: false,
        };
        let examined = side.examiner.again(side.rulebook, file, &grounds);
        examined.map(|examined| examined.assessment)
    };
    let [before, after] = sides;
    let (before, after) = (assessed(before, &context)?, assessed(after, &under)?);
    let year = after.year.and_then(|year| i16::try_from(year).ok());
    let covers = year.zip(after.filed_on);
    let id = after.district.as_ref().or(before.district.as_ref());
    let known = edition.districts.iter().find(|known| Some(&known.id) == id);
    Ok(Compared {
        number: kept.job.number.clone(),
        district: known.map_or_else(|| "不明".to_owned(), |known| known.name.clone()),
        is_covered: covers.is_some_and(|(year, day)| edition.covers(year, day)),
        before,
        after,
    })
}

/// A share as a column shows it.
fn wan(money: Option<Money>) -> String {
    money.map_or_else(|| "-".to_owned(), Money::wan)
}

/// A text in a column: a Chinese character takes two places.
fn padded(text: &str, width: usize) -> String {
    let taken: usize = text
        .chars()
        .map(|c| if c < '\u{1100}' { 1 } else { 2 })
        .sum();
    format!("{text}{}", " ".repeat(width.saturating_sub(taken)))
}

fn human(impact: &Impact<'_>, edition: &Edition) -> String {
    let all = impact.projects;
    let count = |is_one: fn(&Compared) -> bool| all.iter().filter(|one| is_one(one)).count();
    let mut lines = vec![format!(
        "{} ({}): {} projects, {} verdicts change, {} shares change; {} lie outside its years and days",
        edition.id,
        short(&edition.sha256),
        all.len(),
        count(Compared::verdict_changes),
        count(Compared::shares_change),
        count(|one| !one.is_covered)
    )];
    for one in all
        .iter()
        .filter(|one| one.verdict_changes() || one.shares_change())
    {
        lines.push(format!(
            "{}  {} {} -> {}  city {} -> {}  district {} -> {}  {}",
            one.number,
            padded(&plain(&one.district), 20),
            padded(one.before.verdict.zh(), 12),
            padded(one.after.verdict.zh(), 12),
            wan(city(&one.before)),
            wan(city(&one.after)),
            wan(district(&one.before)),
            wan(district(&one.after)),
            one.findings_change()
        ));
    }
    lines.push("accepted projects by district (万元): city, district".to_owned());
    lines.extend(sums(all).into_iter().map(|(name, sums)| {
        let told = sums.map(|(was, is)| {
            let apart = is - was;
            let sign = if apart > Money::ZERO { "+" } else { "" };
            format!("{} -> {} ({sign}{})", was.wan(), is.wan(), apart.wan())
        });
        format!("  {} {}", padded(&name, 30), told.join("   "))
    }));
    lines.join("\n")
}

/// City and district, each before and after, by district, then all together.
fn sums(all: &[Compared]) -> Vec<(String, [(Money, Money); 2])> {
    let of = |is_one: &dyn Fn(&Compared) -> bool| {
        [city as fn(&Assessment) -> Option<Money>, district].map(|part| {
            let sum = |side: fn(&Compared) -> &Assessment| -> Money {
                let meant = all.iter().filter(|one| is_one(one));
                meant.map(|one| counted(side(one), part)).sum()
            };
            (sum(|one| &one.before), sum(|one| &one.after))
        })
    };
    let mut names: Vec<&String> = all.iter().map(|one| &one.district).collect();
    names.dedup();
    let each = names
        .into_iter()
        .map(|name| (name.clone(), of(&|one| &one.district == name)));
    each.chain([("合计".to_owned(), of(&|_| true))]).collect()
}

fn json(impact: &Impact<'_>, edition: &Edition) -> Value {
    let side = |side: &Assessment| {
        serde_json::json!({
            "edition": side.edition,
            "verdict": side.verdict,
            "city": city(side).map(Money::yuan),
            "district": district(side).map(Money::yuan),
        })
    };
    let both = |(was, is): (Money, Money)| serde_json::json!({ "before": was.yuan(), "after": is.yuan(), "difference": (is - was).yuan() });
    let projects: Vec<Value> = impact
        .projects
        .iter()
        .map(|one| {
            serde_json::json!({
                "id": one.number,
                "district": one.district,
                "title": one.after.title,
                "covered": one.is_covered,
                "verdict_changes": one.verdict_changes(),
                "shares_change": one.shares_change(),
                "findings": one.findings_change(),
                "before": side(&one.before),
                "after": side(&one.after),
            })
        })
        .collect();
    let districts: Vec<Value> = sums(impact.projects)
        .into_iter()
        .map(|(name, [city, district])| {
            serde_json::json!({ "name": name, "city": both(city), "district": both(district) })
        })
        .collect();
    serde_json::json!({
        "edition": edition.id,
        "edition_sha256": edition.sha256,
        "rules": crate::rules::VERSION,
        "projects": projects,
        "districts": districts,
    })
}
