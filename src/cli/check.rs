//! `liandong check FILE…`: assesses now and prints the findings; nothing is stored.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::civil::Date;

use super::{Exit, Format};
use crate::assess::{Assessment, Context, Earlier, Language, Reading, Rulebook};
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
        eprintln!(
            "liandong: no edition `{id}`: choose one of {}",
            known.join(", ")
        );
        return Ok(Exit::Usage);
    }
    let mut assessments = Vec::with_capacity(args.files.len());
    for file in &args.files {
        assessments.push(check(&rulebook, args, file)?);
    }
    print(args.format, &assessments)?;
    let accepted = assessments
        .iter()
        .all(|assessment| assessment.verdict.is_accepted());
    Ok(if accepted { Exit::Fine } else { Exit::Returned })
}

fn check(rulebook: &Rulebook, args: &Args, file: &Path) -> anyhow::Result<Assessment> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    let now = super::now_in(super::ZONE)?;
    let context = Context {
        file: file.display().to_string(),
        folder: None,
        received_at: args.as_of.map_or(now, |day| day.to_datetime(now.time())),
        id: None,
        edition: args.edition.clone(),
    };
    let reading = rulebook.read(&bytes);
    let assessment = rulebook.assess(&reading, &context);
    if let Some(dir) = &args.annotate {
        let target = annotate(
            rulebook,
            &bytes,
            (&reading, &assessment, &context),
            dir,
            file,
        )?;
        eprintln!("{} -> {}", file.display(), target.display());
    }
    Ok(assessment)
}

fn annotate(
    rulebook: &Rulebook,
    bytes: &[u8],
    (reading, assessment, context): (&Reading, &Assessment, &Context),
    dir: &Path,
    file: &Path,
) -> anyhow::Result<PathBuf> {
    let marked = rulebook.mark(bytes, reading, assessment, context, &Earlier::default())?;
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let target = dir.join(format!("{stem}-审核.xlsx"));
    std::fs::create_dir_all(dir)
        .with_context(|| format!("cannot make the folder {}", dir.display()))?;
    std::fs::write(&target, marked)
        .with_context(|| format!("cannot write {}", target.display()))?;
    Ok(target)
}

fn print(format: Format, assessments: &[Assessment]) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match format {
        Format::Human => {
            for assessment in assessments {
                out.write_all(human(assessment).as_bytes())?;
            }
        }
        Format::Json => writeln!(out, "{}", serde_json::to_string_pretty(assessments)?)?,
        Format::Jsonl => {
            for assessment in assessments {
                writeln!(out, "{}", serde_json::to_string(assessment)?)?;
            }
        }
    }
    Ok(())
}

/// An assessment as lines: the verdict, then each finding with its place, what is wrong and what to do.
pub fn human(assessment: &Assessment) -> String {
    use std::fmt::Write as _;
    let mut text = format!("{}: {}", assessment.file, assessment.verdict.zh());
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
