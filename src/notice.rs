//! Mails from templates: to the district for every verdict and for files that cannot be taken, to reviewers in
//! digests, to the operator on failures.
//!
//! The words are in `templates/mail/<notice>/{subject.txt,body.txt,body.html}`, where an operator edits them; a view
//! (`verdict`, `digest`, `trouble`) holds what they may say. Texts of others are one line each and are escaped in
//! HTML whatever a template asks for. Not here: bytes of mails, recipients, when to send ([`crate::mail`]).

use jiff::civil::DateTime;

use crate::assess::{Assessment, Earlier, Verdict};
use crate::policy::Edition;

mod line;

mod tone;

mod verdict;

mod digest;

mod trouble;

mod example;

mod templates;

pub use templates::{NoticeError, Notices};

/// Longest subject in characters; the rest is cut and `…` put there. Clients show about 60.
pub const SUBJECT_CHARS_MAX: usize = 60;
/// Findings told in a mail; the others are in the sheet 审核结果, and the mail says how many.
pub const FINDINGS_MAX: usize = 10;
/// Rules of a list that are told in a mail.
pub const RULES_MAX: usize = 12;
/// Changes since the version before told of each kind; the others are in the sheet 审核结果.
pub const CHANGES_MAX: usize = 5;
/// Rows of a digest; the others are in the register, and the digest says how many.
pub const ROWS_MAX: usize = 200;
/// Findings to look at that a row of a digest tells; the others are counted.
pub const LOOKED_AT_MAX: usize = 2;
/// Files waiting that a digest tells; the others are counted.
pub const WAITING_MAX: usize = 50;
/// Failures told in a mail; the others are counted.
pub const FAILURES_MAX: usize = 20;
/// Characters of one text of others (a title, a message, a file's name); the rest is cut and `…` put there.
pub const TEXT_CHARS_MAX: usize = 300;
/// Characters of a message in a row of a digest.
pub const BRIEF_CHARS_MAX: usize = 60;

/// The texts of one mail, rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Texts {
    /// One line of at most [`SUBJECT_CHARS_MAX`] characters.
    pub subject: String,
    /// The body as plain text.
    pub text: String,
    /// The body as HTML, with the same content.
    pub html: String,
}

/// What a district is told of a verdict.
#[derive(Debug, Clone, Copy)]
pub struct VerdictNotice<'a> {
    /// The submission: `LD2024-000123`.
    pub id: &'a str,
    /// Which version of the project it is, from 1.
    pub version: u32,
    /// When it was received, local to the configured zone.
    pub received_at: DateTime,
    /// What was concluded.
    pub assessment: &'a Assessment,
    /// The version before, for telling what changed.
    pub earlier: &'a Earlier,
    /// The district's official name, where it is certain.
    pub district_name: Option<&'a str>,
    /// The edition it was judged under.
    pub edition: Option<&'a Edition>,
    /// Where the marked copy lies, as the district sees it: `results/tianshan/LD2024-000123.xlsx`.
    pub result_path: &'a str,
    /// Whether the marked copy goes with the mail; it does not where it is too large.
    pub is_attached: bool,
    /// Whom to ask: a name and a telephone number of the bureau.
    pub contact: Option<&'a str>,
}

/// What reviewers are told: what is new or changed since the last digest.
#[derive(Debug, Clone)]
pub struct Digest<'a> {
    /// When the last digest was made; `None` for the first.
    pub since: Option<DateTime>,
    /// When this one is made.
    pub until: DateTime,
    /// What is new or changed, in any order.
    pub items: Vec<DigestItem<'a>>,
    /// Files that are not settled, or set aside.
    pub waiting: Vec<Waiting<'a>>,
    /// Where the register lies.
    pub register_path: Option<&'a str>,
}

/// One submission in a digest.
#[derive(Debug, Clone, Copy)]
pub struct DigestItem<'a> {
    /// The submission: `LD2024-000123`.
    pub id: &'a str,
    /// Which version of the project it is, from 1.
    pub version: u32,
    /// When it was received.
    pub received_at: DateTime,
    /// What was concluded.
    pub assessment: &'a Assessment,
    /// The verdict of the version before.
    pub previous: Option<Verdict>,
    /// The district's official name, where it is certain.
    pub district_name: Option<&'a str>,
    /// Where the marked copy lies.
    pub result_path: &'a str,
}

/// A file that waits.
#[derive(Debug, Clone, Copy)]
pub struct Waiting<'a> {
    /// Its path in the inbox.
    pub file: &'a str,
    /// Since when.
    pub since: DateTime,
    /// Why, a Chinese sentence without a full stop.
    pub why: &'a str,
}

/// What the operator is told when something outside failed. The caller puts no personal data into it.
#[derive(Debug, Clone)]
pub struct Failure<'a> {
    /// When it was found.
    pub at: DateTime,
    /// What failed, the most urgent first.
    pub what: Vec<FailureLine<'a>>,
}

/// One thing that failed. Chinese sentences without a full stop.
#[derive(Debug, Clone, Copy)]
pub struct FailureLine<'a> {
    /// What is affected: a service, a mail's or a submission's id.
    pub subject: &'a str,
    /// Why.
    pub why: &'a str,
    /// What to do.
    pub remedy: &'a str,
}

/// What a district is told of a file that cannot be taken.
#[derive(Debug, Clone, Copy)]
pub struct Incomplete<'a> {
    /// Its path in the inbox.
    pub file: &'a str,
    /// Since when it is unchanged.
    pub since: DateTime,
    /// Why it cannot be taken.
    pub obstacle: Obstacle,
    /// The district's official name.
    pub district_name: Option<&'a str>,
    /// Whom to ask.
    pub contact: Option<&'a str>,
}

/// Why a file cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// It has been quiet for ten minutes, and its end is still missing.
    Unfinished,
    /// It is no workbook.
    NotAWorkbook,
}

/// A moment to the minute.
fn minute(at: DateTime) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}
