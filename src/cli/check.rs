//! `liandong check FILE…`: assesses now and prints the findings; nothing is stored.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use jiff::civil::Date;

use super::{Exit, Format, Printer};
use crate::assess::others::{Shelf, stakes};
use crate::assess::{
    Assessment, Context, Earlier, Keys, Language, Peer, RowsFound, Rulebook, Verdict,
};
use crate::config::Config;
use crate::ledger::Found;
use crate::sandbox::{Callbacks, Examiner, File, PROGRAM};

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
    /// Read files in this process: to look for a fault
    #[arg(long, hide = true)]
    pub in_process: bool,
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
    let (mut troubles, mut accepted) = (0, true);
    let mut shelf = Shelf::default();
    let limits = config.map(|config| config.limits).unwrap_or_default();
    let mut examiner = match limits.sandbox && !args.in_process {
        true => Examiner::apart(PROGRAM.into(), limits),
        false => Examiner::here(),
    };
    let mut printer = Printer::new(args.format);
    for file in &args.files {
        let checked = check(
            &rulebook,
            &mut examiner,
            (args, file),
            (&mut shelf, &mut printer),
        );
        let checked = checked.and_then(|(verdict, marked)| {
            accepted &= verdict.is_accepted();
            marked.map_or(Ok(()), |marked| annotate(args, file, &marked))
        });
        if let Err(error) = checked {
            troubles += 1;
            super::complain(format_args!("{error:#}"));
        }
    }
    printer.end()?;
    Ok(match (troubles, accepted) {
        (0, true) => Exit::Fine,
        (0, false) => Exit::Returned,
        _ => Exit::Trouble,
    })
}

/// Checks and prints a file: its verdict, and its marked copy where one is wanted. The files before it are what is
/// known of other applications.
fn check(
    rulebook: &Rulebook,
    examiner: &mut Examiner,
    (args, file): (&Args, &Path),
    (shelf, printer): (&mut Shelf, &mut Printer),
) -> anyhow::Result<(Verdict, Option<Vec<u8>>)> {
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
    let folder = file.parent().unwrap_or(Path::new("")).to_string_lossy();
    let mut look_up = |keys: &Keys| {
        let others = shelf.others(keys, &folder);
        Ok(Found {
            earlier: Earlier {
                others,
                ..Earlier::default()
            },
            ..Found::default()
        })
    };
    let mut printed = Ok(());
    let mut each_row = |row: &Assessment| {
        if printed.is_ok() {
            printed = printer.one(row, human);
        }
    };
    let file = File {
        bytes: &bytes,
        context: &context,
        wants_copy: args.annotate.is_some(),
    };
    let callbacks = Callbacks {
        look_up: &mut look_up,
        each_row: (args.format != Format::Human).then_some(&mut each_row),
    };
    let examined = examiner.examine(rulebook, file, callbacks)?;
    printed?;
    if let Some(cause) = examined.stop {
        super::complain(format_args!(
            "{name}: reading it was stopped: {}",
            cause.en()
        ));
    }
    let assessment = examined.assessment;
    // the rows of a list have been printed, but where it could not be read to its end
    if args.format == Format::Human || assessment.rows.is_none() {
        printer.one(&assessment, human)?;
    }
    let peer = Peer {
        id: context.file,
        place: None,
        verdict: assessment.verdict,
        portrait: examined.portrait,
    };
    shelf.put(peer, examined.keys, &folder, stakes(&assessment));
    let marked = args.annotate.is_some().then_some(examined.marked);
    Ok((assessment.verdict, marked))
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

/// An assessment as lines: the verdict, then each finding with its place, what is wrong and what to do.
pub fn human(assessment: &Assessment) -> String {
    use std::fmt::Write as _;
    let file = super::plain(&assessment.file);
    let mut text = format!("{file}: {}", assessment.verdict.zh());
    if let Some(title) = &assessment.title {
        let _ = write!(text, "《{title}》");
    }
    text.push('\n');
    if let Some(rows) = &assessment.rows {
        list(rows, &mut text);
    }
    let most = match assessment.rows {
        Some(_) => FINDINGS_SHOWN,
        None => usize::MAX,
    };
    for finding in assessment.findings.iter().take(most) {
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
    if let Some(rows) = &assessment.rows
        && rows.findings as usize > most
    {
        let left = rows.findings as usize - most;
        let _ = writeln!(
            text,
            "  and {left} more: `--format jsonl` prints every row, `--annotate` marks them"
        );
    }
    text
}

/// Findings of a list that are printed for people.
const FINDINGS_SHOWN: usize = 10;

/// What the rows of a list came to: how many of each verdict, and how often each rule speaks.
fn list(rows: &RowsFound, text: &mut String) {
    use std::fmt::Write as _;
    let RowsFound {
        judged,
        accepted,
        accepted_with_remarks: remarked,
        returned,
        ..
    } = rows;
    let _ = write!(
        text,
        "  {judged} projects: {accepted} {}, {remarked} {}, {returned} {}",
        Verdict::Accepted.zh(),
        Verdict::AcceptedWithRemarks.zh(),
        Verdict::Returned.zh()
    );
    let _ = match rows.passed_over {
        0 => writeln!(text),
        1 => writeln!(text, "; 1 row is no project"),
        more => writeln!(text, "; {more} rows are no projects"),
    };
    for rule in &rows.by_rule {
        let row = rule.first_row;
        let row = row.map_or_else(String::new, |row| format!(", first in row {row}"));
        let (count, code, name, severity) = (rule.count, &rule.code, &rule.name, rule.severity);
        let _ = writeln!(text, "  {count:>7} x {code} {name} {severity}{row}");
    }
}

impl From<super::Lang> for Language {
    fn from(lang: super::Lang) -> Self {
        match lang {
            super::Lang::Zh => Self::Zh,
            super::Lang::En => Self::En,
        }
    }
}
