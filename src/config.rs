//! `liandong.toml` to a checked configuration. Every field has its unit and default here; unknown keys are refused
//! with line and column.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Deserialize;

use crate::assess::{Envelope, Language, Rulebook};
use crate::policy::Policies;
use crate::sandbox::{Examiner, Limits};
use crate::share::Split;
use crate::waiver::Waiver;

/// A workspace's configuration. Paths are relative to the file's folder.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where districts drop workbooks, a folder a district. Default `inbox`.
    #[serde(default = "inbox")]
    pub inbox: PathBuf,
    /// Where results, accepted, register, mail and the ledger go. Default `.`.
    #[serde(default = "here")]
    pub output: PathBuf,
    /// Zone of all dates and times of day. Default `Asia/Shanghai`.
    #[serde(default = "zone")]
    pub zone: String,
    /// For samples and rehearsals: every file counts as received on this day, at nine in the morning. Default: when it
    /// was received. `status` says so as long as it stands.
    #[serde(default)]
    pub received_on: Option<jiff::civil::Date>,
    /// A folder with more editions (`*.toml`). Default: only the built-in ones.
    #[serde(default)]
    pub policies: Option<PathBuf>,
    /// What happens to a dropped file: `keep` (default) or `move` to the sub-folder `已受理`.
    #[serde(default)]
    pub after: After,
    /// Seconds between two looks at a file. Default 3; a network share wants 10.
    #[serde(default = "settle_s")]
    pub settle_s: u32,
    /// Seconds between two scans of the inbox. Default 5; a network share wants 15.
    #[serde(default = "scan_s")]
    pub scan_s: u32,
    /// Workbooks assessed at once. Default: as many as there are processors.
    #[serde(default)]
    pub workers: Option<usize>,
    /// Splits that the bureau decided for editions without one.
    #[serde(default)]
    pub splits: Vec<Split>,
    /// What the bureau has settled for a project or a district; checked against the editions.
    #[serde(default)]
    pub waivers: Vec<Waiver>,
    /// What districts have announced for their shares of a year's projects, each in 万元. Default: none, and no sum is
    /// held against anything.
    #[serde(default)]
    pub envelopes: Vec<Envelope>,
    /// How files are read: in a locked-down process, with so much memory and time.
    #[serde(default)]
    pub limits: Limits,
    /// Mail; without it notices appear as `.eml` in the folder `mail`.
    #[serde(default)]
    pub mail: Mail,
    /// The file's folder; filled at load.
    #[serde(skip)]
    pub root: PathBuf,
    /// The file as it was named; filled at load.
    #[serde(skip)]
    pub file: PathBuf,
    /// The program whose processes read files, filled by the command line: [`crate::sandbox::PROGRAM`]. Without one files
    /// are read in this process.
    #[serde(skip)]
    pub program: Option<PathBuf>,
}

/// That a configuration says what it cannot say: somebody has to put it right, and trying again is of no use.
#[derive(Debug, thiserror::Error)]
#[error("wrong configuration in {0}")]
pub struct Wrong(String);

/// What the program itself takes before the first file, and some for a file.
const MEMORY_MIB_MIN: u64 = 128;

/// What happens to a dropped file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum After {
    /// It stays where it is.
    #[default]
    Keep,
    /// It goes to the sub-folder `已受理`.
    Move,
}

/// Who gets mail, and how.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// The sender's address. Default `liandong@localhost`.
    #[serde(default = "sender")]
    pub from: String,
    /// Addresses by district id.
    #[serde(default)]
    pub districts: BTreeMap<String, Vec<String>>,
    /// Addresses of the reviewers, who get the digests.
    #[serde(default)]
    pub reviewers: Vec<String>,
    /// Addresses of the operator, who gets failures.
    #[serde(default)]
    pub operator: Vec<String>,
    /// Whom districts may ask: a name, a phone, an address, as it should stand in every notice. Default: nothing.
    #[serde(default)]
    pub contact: Option<String>,
    /// A folder with texts of mails that replace the built-in ones: `verdict/body.html`. Default: none.
    #[serde(default)]
    pub templates: Option<PathBuf>,
    /// Times of day of the digest under `watch`: `["09:00", "17:00"]`. Default 09:00.
    #[serde(default = "digest_at")]
    pub digest_at: Vec<jiff::civil::Time>,
    /// The server; without it mails become `.eml` files.
    #[serde(default)]
    pub smtp: Option<Smtp>,
}

/// A mail server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    /// Its name.
    pub host: String,
    /// 465 for TLS (default), 587 for STARTTLS; any other only to this machine, in plain text.
    #[serde(default = "smtp_port")]
    pub port: u16,
    /// The account.
    #[serde(default)]
    pub user: Option<String>,
    /// A file with the password, readable by its owner only.
    #[serde(default)]
    pub password_file: Option<PathBuf>,
    /// Seconds to wait for the server. Default 30.
    #[serde(default = "smtp_timeout_s")]
    pub timeout_s: u32,
    /// Mails a minute. Default 10.
    #[serde(default = "mails_per_minute")]
    pub mails_per_minute: u32,
}

fn inbox() -> PathBuf {
    "inbox".into()
}

fn here() -> PathBuf {
    ".".into()
}

fn zone() -> String {
    "Asia/Shanghai".to_owned()
}

const fn settle_s() -> u32 {
    3
}

const fn scan_s() -> u32 {
    5
}

fn sender() -> String {
    "liandong@localhost".to_owned()
}

fn digest_at() -> Vec<jiff::civil::Time> {
    vec![jiff::civil::time(9, 0, 0, 0)]
}

const fn smtp_port() -> u16 {
    465
}

const fn smtp_timeout_s() -> u32 {
    30
}

const fn mails_per_minute() -> u32 {
    10
}

impl Default for Mail {
    fn default() -> Self {
        Self {
            from: sender(),
            districts: BTreeMap::new(),
            reviewers: Vec::new(),
            operator: Vec::new(),
            contact: None,
            templates: None,
            digest_at: digest_at(),
            smtp: None,
        }
    }
}

impl Config {
    /// Who examines files for one that works one after the other: in a child process, where this is not a library and the
    /// sandbox is on.
    #[must_use]
    pub fn examiner(&self) -> Examiner {
        match &self.program {
            Some(program) if self.limits.sandbox => {
                Examiner::apart(program.clone(), self.limits.clone())
            }
            _ => Examiner::here(),
        }
    }

    /// Reads and checks a configuration file.
    ///
    /// # Errors
    /// Where the file cannot be read, or a key or value is not as described here: with line, column and the key.
    pub fn load(file: &Path) -> anyhow::Result<Self> {
        let text = match std::fs::read_to_string(file) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => anyhow::bail!(
                "there is no configuration {}: make one with `liandong init DIR`, or name one with `-c FILE`",
                file.display()
            ),
            read => {
                read.with_context(|| format!("cannot read the configuration {}", file.display()))?
            }
        };
        let parent = file.parent().unwrap_or(Path::new("."));
        let root = if parent.as_os_str().is_empty() {
            Path::new(".")
        } else {
            parent
        };
        let config = Self::parse(&text, root);
        let mut config = config.with_context(|| Wrong(file.display().to_string()))?;
        config.file = file.to_owned();
        Ok(config)
    }

    /// Reads a configuration from its text; paths are relative to `root`.
    ///
    /// # Errors
    /// Where a key is unknown or a value is not as described here.
    pub fn parse(text: &str, root: &Path) -> anyhow::Result<Self> {
        let mut config: Self = toml::from_str(text).map_err(|error| told(text, &error))?;
        jiff::tz::TimeZone::get(&config.zone).with_context(|| {
            format!(
                "`zone`: `{}` is not an IANA zone such as Asia/Shanghai",
                config.zone
            )
        })?;
        for split in &config.splits {
            anyhow::ensure!(
                split.city_share.value() + split.district_share.value()
                    == rust_decimal::Decimal::ONE,
                "`splits`: the parts for edition `{}` must sum to 1",
                split.edition
            );
        }
        anyhow::ensure!(config.workers != Some(0), "`workers` must be 1 or more");
        let Limits {
            memory_mib,
            cpu_s,
            wall_s,
            ..
        } = config.limits;
        anyhow::ensure!(
            memory_mib >= MEMORY_MIB_MIN && cpu_s > 0 && wall_s > 0,
            "`limits`: `memory_mib` must be {MEMORY_MIB_MIN} or more, `cpu_s` and `wall_s` 1 or more"
        );
        config.root = root.to_owned();
        Ok(config)
    }

    /// Editions, form and splits of this workspace.
    ///
    /// # Errors
    /// Where the folder of editions cannot be read; [`Wrong`] where an edition, a waiver or an envelope is refused.
    pub fn rulebook(&self, language: Language) -> anyhow::Result<Rulebook> {
        let policies = match &self.policies {
            None => Policies::builtin()?,
            Some(folder) => {
                let mut files = Policies::builtin_files().to_vec();
                files.extend(texts(&self.root.join(folder), "toml")?);
                Policies::load(&files).with_context(|| Wrong(folder.display().to_string()))?
            }
        };
        self.check(&policies)
            .map_err(|why| anyhow::anyhow!(why))
            .with_context(|| Wrong(self.file.display().to_string()))?;
        Ok(Rulebook {
            policies,
            splits: self.splits.clone(),
            zone: jiff::tz::TimeZone::get(&self.zone)?,
            waivers: self.waivers.clone(),
            envelopes: self.envelopes.clone(),
            ..Rulebook::builtin(language)
        })
    }

    /// What can only be checked with the editions at hand.
    fn check(&self, policies: &Policies) -> Result<(), String> {
        for (number, waiver) in (1..).zip(&self.waivers) {
            let checked = waiver.check(policies);
            checked.map_err(|why| format!("`waivers`, number {number}: {why}"))?;
        }
        let mut seen = BTreeSet::new();
        for (number, envelope) in (1..).zip(&self.envelopes) {
            let at = |why: String| format!("`envelopes`, number {number}: {why}");
            envelope.check(policies).map_err(at)?;
            if !seen.insert((&envelope.district, envelope.year)) {
                let (district, year) = (&envelope.district, envelope.year);
                return Err(at(format!("{district} has one for {year} already")));
            }
        }
        Ok(())
    }

    /// The texts of mails in a folder, by their path below it: `verdict/body.html`.
    ///
    /// # Errors
    /// Where the folder cannot be read.
    pub fn mail_templates(&self, folder: &Path) -> anyhow::Result<Vec<(String, String)>> {
        let folder = self.root.join(folder);
        let mut found = Vec::new();
        for kind in entries(&folder)?.into_iter().filter(|path| path.is_dir()) {
            for file in entries(&kind)? {
                let name = file.strip_prefix(&folder).unwrap_or(&file);
                found.push((name.display().to_string(), text(&file)?));
            }
        }
        Ok(found)
    }

    /// The inbox folder.
    #[must_use]
    pub fn inbox_dir(&self) -> PathBuf {
        without_dots(&self.root.join(&self.inbox))
    }

    /// A folder or file under the output folder: `results`, `accepted`, `register`, `mail`, `ledger.db`.
    #[must_use]
    pub fn output_path(&self, name: &str) -> PathBuf {
        without_dots(&self.root.join(&self.output).join(name))
    }
}

/// Without the dots that `output = "."` leaves in what people are shown.
fn without_dots(path: &Path) -> PathBuf {
    let path: PathBuf = path
        .components()
        .filter(|part| *part != std::path::Component::CurDir)
        .collect();
    if path.as_os_str().is_empty() {
        here()
    } else {
        path
    }
}

/// A fault of a configuration in one line: where it is, what it is.
fn told(text: &str, error: &toml::de::Error) -> anyhow::Error {
    let what = error.message().trim().replace('\n', ", ");
    let before = error.span().and_then(|span| text.get(..span.start));
    let Some(before) = before else {
        return anyhow::anyhow!(what);
    };
    let line = before.matches('\n').count() + 1;
    let column = before.chars().rev().take_while(|c| *c != '\n').count() + 1;
    anyhow::anyhow!("line {line}, column {column}: {what}")
}

/// The files of a folder with this extension: path and text, in the order of their names.
fn texts(folder: &Path, extension: &str) -> anyhow::Result<Vec<(String, String)>> {
    let is_one = |path: &PathBuf| path.extension().is_some_and(|found| found == extension);
    let files = entries(folder)?.into_iter().filter(is_one);
    files
        .map(|path| Ok((path.display().to_string(), text(&path)?)))
        .collect()
}

fn text(file: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

/// What a folder holds, in the order of the names.
fn entries(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let cannot = || format!("cannot read the folder {}", folder.display());
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(cannot)? {
        paths.push(entry.with_context(cannot)?.path());
    }
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_is_a_configuration() {
        let config = Config::parse("", Path::new("w")).unwrap();
        assert_eq!(config.inbox_dir(), Path::new("w/inbox"));
        assert_eq!(config.settle_s, 3);
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let error =
            Config::parse("zone = \"Asia/Shanghai\"\nsettel_s = 3\n", Path::new(".")).unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("line 2") && text.contains("settel_s"),
            "{text}"
        );
    }

    #[test]
    fn a_split_that_does_not_sum_to_one_is_refused() {
        let text = "[[splits]]\nedition = \"e\"\ncity_share = \"0.5\"\ndistrict_share = \"0.6\"\ndocument = \"d\"\n";
        assert!(Config::parse(text, Path::new(".")).is_err());
    }
}
