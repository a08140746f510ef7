//! What the templates of a digest may say. Field names are the templates' words: renaming one breaks an operator's.

use serde::Serialize;

use super::line::Line;
use super::tone::Tone;
use super::verdict::{SharesView, money};
use super::{
    BRIEF_CHARS_MAX, Digest, DigestItem, LOOKED_AT_MAX, ROWS_MAX, WAITING_MAX, Waiting, minute,
};
use crate::assess::{SharesFound, Verdict};
use crate::money::Money;
use crate::rules::{Finding, Severity};

/// A digest.
#[derive(Debug, Serialize)]
pub struct View {
    tone: Tone,
    since: Option<String>,
    until: String,
    counts: Counts,
    sums: Sums,
    rows: Vec<Row>,
    /// Submissions that have no row.
    more: usize,
    waiting: Vec<WaitingView>,
    waiting_more: usize,
    register_path: Option<Line>,
    /// The editions and rules that the submissions were judged by: `urumqi-2023，文件摘要 0123456789ab，规则版本 1`.
    judged_by: Vec<Line>,
}

/// How many submissions there are of each verdict, with a row or without.
#[derive(Debug, Serialize)]
struct Counts {
    all: usize,
    /// First versions.
    first: usize,
    remarks: usize,
    accepted: usize,
    returned: usize,
    unreadable: usize,
    /// Files that wait.
    waiting: usize,
}

/// What all accepted submissions come to, in 万元.
#[derive(Debug, Default, Serialize)]
struct Sums {
    projects: usize,
    region: String,
    local: String,
    city: String,
    district: String,
    /// Accepted submissions whose split is undecided: not in the sums of city and district.
    undecided: usize,
}

/// One submission.
#[derive(Debug, Serialize)]
struct Row {
    id: Line,
    version: u32,
    received_at: String,
    district: Option<Line>,
    title: Option<Line>,
    applicant: Option<Line>,
    verdict: &'static str,
    verdict_name: &'static str,
    tone: Tone,
    /// The verdict before, where there was a version before.
    before: Option<&'static str>,
    is_changed: bool,
    shares: Option<SharesView>,
    /// How well the problem is proved, and what is missing, where there is a text.
    focus: Option<Line>,
    /// Findings that must be put right; none in an unreadable file, where what to look at says it.
    to_mend: usize,
    /// What people must look at: findings to explain, or why the file cannot be read.
    look_at: Vec<Brief>,
    look_at_more: usize,
    result_path: Line,
}

/// A finding in short.
#[derive(Debug, Serialize)]
struct Brief {
    code: Line,
    message: Line,
}

/// A file that waits.
#[derive(Debug, Serialize)]
struct WaitingView {
    file: Line,
    since: String,
    why: Line,
}

impl View {
    pub fn of(digest: &Digest<'_>) -> Self {
        let mut items: Vec<&DigestItem<'_>> = digest.items.iter().collect();
        items.sort_by_key(|item| (urgency(item.assessment.verdict), item.id, item.version));
        let count = |verdict| {
            items
                .iter()
                .filter(|item| item.assessment.verdict == verdict)
                .count()
        };
        Self {
            tone: Tone::neutral(),
            since: digest.since.map(minute),
            until: minute(digest.until),
            counts: Counts {
                all: items.len(),
                first: items.iter().filter(|item| item.previous.is_none()).count(),
                remarks: count(Verdict::AcceptedWithRemarks),
                accepted: count(Verdict::Accepted),
                returned: count(Verdict::Returned),
                unreadable: count(Verdict::Unreadable),
                waiting: digest.waiting.len(),
            },
            sums: Sums::of(&items),
            rows: items
                .iter()
                .take(ROWS_MAX)
                .map(|item| Row::of(item))
                .collect(),
            more: items.len().saturating_sub(ROWS_MAX),
            waiting: digest
                .waiting
                .iter()
                .take(WAITING_MAX)
                .map(WaitingView::of)
                .collect(),
            waiting_more: digest.waiting.len().saturating_sub(WAITING_MAX),
            register_path: digest.register_path.map(Line::from),
            judged_by: judged_by(&items),
        }
    }
}

/// Every edition with its content's hash and the version of the rules, each once.
fn judged_by(items: &[&DigestItem<'_>]) -> Vec<Line> {
    let lines: std::collections::BTreeSet<String> = items
        .iter()
        .map(|item| {
            let assessment = item.assessment;
            let edition = assessment.edition.as_deref().unwrap_or("没有适用的政策");
            let hash = assessment
                .edition_sha256
                .as_deref()
                .map(crate::policy::short);
            let hash = hash.map_or_else(String::new, |hash| format!("，文件摘要 {hash}"));
            format!("{edition}{hash}，规则版本 {}", assessment.rules)
        })
        .collect();
    lines.iter().map(Line::from).collect()
}

/// Where people must look comes first; then what goes on, then what went back.
const fn urgency(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::AcceptedWithRemarks => 0,
        Verdict::Accepted => 1,
        Verdict::Returned => 2,
        Verdict::Unreadable => 3,
    }
}

impl Sums {
    fn of(items: &[&DigestItem<'_>]) -> Self {
        let accepted: Vec<&DigestItem<'_>> = items
            .iter()
            .filter(|item| item.assessment.verdict.is_accepted() && item.assessment.rows.is_none())
            .copied()
            .collect();
        let shares: Vec<&SharesFound> = accepted
            .iter()
            .filter_map(|item| item.assessment.shares.as_ref())
            .collect();
        let sum = |part: fn(&SharesFound) -> Option<&String>| -> String {
            let parts = shares.iter().filter_map(|shares| money(part(shares)?));
            parts.sum::<Money>().wan()
        };
        let decided = shares.iter().filter(|shares| shares.decided).count();
        Self {
            projects: accepted.len(),
            region: sum(|shares| Some(&shares.region)),
            local: sum(|shares| Some(&shares.local)),
            city: sum(|shares| shares.city.as_ref()),
            district: sum(|shares| shares.district.as_ref()),
            undecided: accepted.len() - decided,
        }
    }
}

impl Row {
    fn of(item: &DigestItem<'_>) -> Self {
        let assessment = item.assessment;
        let of = |severity| -> Vec<&Finding> {
            let findings = assessment.findings.iter();
            findings.filter(|it| it.severity == severity).collect()
        };
        let blocking = of(Severity::Block);
        let (to_mend, look_at) = match assessment.verdict {
            Verdict::Unreadable => (0, blocking),
            _ => (blocking.len(), of(Severity::Explain)),
        };
        Self {
            id: item.id.into(),
            version: item.version,
            received_at: minute(item.received_at),
            district: item.district_name.map(Line::from),
            title: assessment.title.as_ref().map(Line::from),
            applicant: assessment.applicant.as_ref().map(Line::from),
            verdict: assessment.verdict.id(),
            verdict_name: assessment.verdict.zh(),
            tone: Tone::of_verdict(assessment.verdict),
            before: item.previous.map(Verdict::zh),
            is_changed: item.previous.is_some_and(|it| it != assessment.verdict),
            shares: assessment.shares.as_ref().and_then(SharesView::of),
            focus: assessment.focus.as_ref().map(|it| Line::from(&it.line())),
            to_mend,
            look_at: look_at
                .iter()
                .take(LOOKED_AT_MAX)
                .map(|it| Brief::of(it))
                .collect(),
            look_at_more: look_at.len().saturating_sub(LOOKED_AT_MAX),
            result_path: item.result_path.into(),
        }
    }
}

impl Brief {
    fn of(finding: &Finding) -> Self {
        Self {
            code: finding.code.as_ref().into(),
            message: Line::of_at_most(BRIEF_CHARS_MAX, &finding.message),
        }
    }
}

impl WaitingView {
    fn of(waiting: &Waiting<'_>) -> Self {
        Self {
            file: waiting.file.into(),
            since: minute(waiting.since),
            why: waiting.why.into(),
        }
    }
}
