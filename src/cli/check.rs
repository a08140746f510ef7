//! `liandong check FILE…`: assesses now and prints the findings; nothing is stored.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::civil::Date;

use super::{Exit, Format};
use crate::assess::others::{Shelf, stakes};
use crate::assess::{Assessment, Context, Earlier, Language, Peer, Rulebook};
use crate::config::Config;

/// Arguments of `check`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  liandong check 申报书.xlsx
  liandong check --format jsonl inbox/tianshan/*.xlsx
  liandong check --annotate marked/ 申报书.xlsx")]
pub struct Args {
    /// Workbooks to check
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// The configuration, for more editions and decided splits
    #[arg(short, long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Check under this edition, whatever is in force
    #[arg(long, value_name = "ID")]
    pub edition: Option<String>,
    /// Check as if received on this day; today by default
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Date>,
    /// Write the marked copies into this folder
    #[arg(long, value_name = "DIR")]
    pub annotate: Option<PathBuf>,
    /// Language of findings
    #[arg(long, value_enum, default_value_t = super::Lang::Zh)]
    pub lang: super::Lang,
}

/// Runs `check`.
///
/// # Errors
/// Where a file cannot be opened or a marked copy cannot be written.
pub fn run(args: &Args) -> anyhow::Result<Exit> {
    let config = args.config.as_deref().map(Config::load).transpose()?;
    let rulebook = match &config {
        Some(config) => config.rulebook(args.lang.into())?,
        None => Rulebook::builtin(args.lang.into()),
    };
    if let Some(id) = &args.edition
        && rulebook.policies.edition(id).is_none()
    {
        let known: Vec<&str> = rulebook
            .policies
            .editions()
            .map(|edition| edition.id.as_str())
            .collect();
        super::complain(format_args!(
            "no edition `{id}`: choose one of {}",
            known.join(", ")
        ));
        return Ok(Exit::Usage);
    }
    let mut assessments = Vec::with_capacity(args.files.len());
    let mut troubles = 0;
    let mut shelf = Shelf::default();
    for file in &args.files {
        let checked = check(&rulebook, args, file, &mut shelf).and_then(|(assessment, marked)| {
            assessments.push(assessment);
            marked.map_or(Ok(()), |marked| annotate(args, file, &marked))
        });
        if let Err(error) = checked {
            troubles += 1;
            super::complain(format_args!("{error:#}"));
        }
    }
    print(args.format, &assessments)?;
    let accepted = assessments
        .iter()
        .all(|assessment| assessment.verdict.is_accepted());
    Ok(match (troubles, accepted) {
        (0, true) => Exit::Fine,
        (0, false) => Exit::Returned,
        _ => Exit::Trouble,
    })
}

/// The assessment of a file, and its marked copy where one is wanted. The files before it are what is known of
/// other applications.
fn check(
    rulebook: &Rulebook,
    args: &Args,
    file: &Path,
    shelf: &mut Shelf,
) -> anyhow::Result<(Assessment, Option<Vec<u8>>)> {
    let name = file.display();
    anyhow::ensure!(
        !file.is_dir(),
        "cannot read {name}: it is a folder; name the workbooks in it, as in {name}/*.xlsx"
    );
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {name}"))?;
    let now = super::now_in(super::ZONE)?;
    let context = Context {
        file: file.display().to_string(),
        folder: None,
        received_at: args.as_of.map_or(now, |day| day.to_datetime(now.time())),
        id: None,
        edition: args.edition.clone(),
    };
    let reading = rulebook.read(&bytes);
    let keys = rulebook.keys(&reading, &context);
    let folder = file.parent().unwrap_or(Path::new("")).to_string_lossy();
    let earlier = Earlier {
        others: shelf.others(&keys, &folder),
        ..Earlier::default()
    };
    let assessment = rulebook.assess_after(&reading, &context, &earlier);
    let mark = |_| rulebook.mark(&bytes, &reading, &assessment, &context, &earlier);
    let marked = args.annotate.as_ref().map(mark).transpose()?;
    let peer = Peer {
        id: context.file,
        place: None,
        verdict: assessment.verdict,
        portrait: reading.portrait,
    };
    shelf.put(peer, keys, &folder, stakes(&assessment));
    Ok((assessment, marked))
}

/// Writes a marked copy into the folder that was asked for.
fn annotate(args: &Args, file: &Path, marked: &[u8]) -> anyhow::Result<()> {
    let dir = args.annotate.as_deref().unwrap_or(Path::new("."));
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let target = dir.join(format!("{stem}-审核.{}", crate::annotate::ending(marked)));
    std::fs::create_dir_all(dir)
        .with_context(|| format!("cannot make the folder {}", dir.display()))?;
    std::fs::write(&target, marked)
        .with_context(|| format!("cannot write {}", target.display()))?;
    let _ = writeln!(
        std::io::stderr().lock(),
        "{} -> {}",
        file.display(),
        target.display()
    );
    Ok(())
}

fn print(format: Format, assessments: &[Assessment]) -> anyhow::Result<()> {
    match format {
        Format::Human => {
            let all: String = assessments.iter().map(human).collect();
            super::say(all.trim_end())
        }
        Format::Json => super::say(&serde_json::to_string_pretty(assessments)?),
        Format::Jsonl => assessments
            .iter()
            .try_for_each(|assessment| super::say(&serde_json::to_string(assessment)?)),
    }
}

/// An assessment as lines: the verdict, then each finding with its place, what is wrong and what to do.
pub fn human(assessment: &Assessment) -> String {
    use std::fmt::Write as _;
    let file = super::plain(&assessment.file);
    let mut text = format!("{file}: {}", assessment.verdict.zh());
    if let Some(title) = &assessment.title {
        let _ = write!(text, "《{title}》");
    }
    text.push('\n');
    for finding in &assessment.findings {
        let place = match (&finding.sheet, &finding.cell) {
            (Some(sheet), Some(cell)) => format!("{sheet}!{cell}"),
            _ => "form".to_owned(),
        };
        let (code, severity) = (&finding.code, finding.severity);
        let _ = writeln!(
            text,
            "  {code} {severity} {place}: {} [{}]",
            finding.message, finding.clause
        );
        let _ = writeln!(text, "      -> {}", finding.fix);
    }
    text
}

impl From<super::Lang> for Language {
    fn from(lang: super::Lang) -> Self {
        match lang {
            super::Lang::Zh => Self::Zh,
            super::Lang::En => Self::En,
        }
    }
}
