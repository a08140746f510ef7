//! What the templates of a failure and of a file that cannot be taken may say.

use serde::Serialize;

use super::line::{Line, last_part};
use super::tone::Tone;
use super::{FAILURES_MAX, Failure, Incomplete, Obstacle, minute};
use crate::rules::Severity;

/// Things that failed.
#[derive(Debug, Serialize)]
pub struct FailureView {
    tone: Tone,
    at: String,
    all: usize,
    lines: Vec<FailureLineView>,
    /// Failures that are not in the list.
    more: usize,
}

#[derive(Debug, Serialize)]
struct FailureLineView {
    number: usize,
    subject: Line,
    why: Line,
    remedy: Line,
}

/// A file that cannot be taken.
#[derive(Debug, Serialize)]
pub struct IncompleteView {
    tone: Tone,
    file: Line,
    /// The last part of the path.
    name: Line,
    since: String,
    /// `unfinished` or `not-a-workbook`.
    obstacle: &'static str,
    district: Option<Line>,
    contact: Option<Line>,
}

impl FailureView {
    pub fn of(failure: &Failure<'_>) -> Self {
        let lines = (1..)
            .zip(&failure.what)
            .map(|(number, line)| FailureLineView {
                number,
                subject: line.subject.into(),
                why: line.why.into(),
                remedy: line.remedy.into(),
            });
        Self {
            tone: Tone::of_severity(Severity::Block),
            at: minute(failure.at),
            all: failure.what.len(),
            lines: lines.take(FAILURES_MAX).collect(),
            more: failure.what.len().saturating_sub(FAILURES_MAX),
        }
    }
}

impl IncompleteView {
    pub fn of(notice: &Incomplete<'_>) -> Self {
        Self {
            tone: Tone::of_severity(Severity::Explain),
            file: notice.file.into(),
            name: last_part(notice.file),
            since: minute(notice.since),
            obstacle: match notice.obstacle {
                Obstacle::Unfinished => "unfinished",
                Obstacle::NotAWorkbook => "not-a-workbook",
            },
            district: notice.district_name.map(Line::from),
            contact: notice.contact.map(Line::from),
        }
    }
}
