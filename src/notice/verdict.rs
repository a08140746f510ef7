//! What the templates of a verdict may say. Field names are the templates' words: renaming one breaks an operator's.

use serde::Serialize;

use super::line::{Line, last_part};
use super::tone::Tone;
use super::{CHANGES_MAX, FINDINGS_MAX, RULES_MAX, VerdictNotice, minute};
use crate::assess::{Assessment, Previous, RowsFound, RuleCount, SharesFound};
use crate::money::Money;
use crate::policy::short;
use crate::rules::{Finding, Severity, UNDECIDED};
use crate::waiver::Waived;

/// A verdict.
#[derive(Debug, Serialize)]
pub struct View {
    id: Line,
    version: u32,
    received_at: String,
    /// As in the JSON: `returned`.
    verdict: &'static str,
    verdict_name: &'static str,
    tone: Tone,
    title: Option<Line>,
    applicant: Option<Line>,
    district: Option<Line>,
    class: Option<Line>,
    counts: Counts,
    /// What the rows of a list came to; none where the file is an application.
    rows: Option<RowsView>,
    findings: Vec<FindingView>,
    /// Findings that are not in the list.
    more: usize,
    /// Findings that a waiver settled.
    waived: Vec<WaivedView>,
    /// Rules that could not look and will when what is wrong is put right.
    not_checked: usize,
    /// How well the problem is proved, and what is missing, in one sentence.
    focus: Option<Line>,
    shares: Option<SharesView>,
    changes: Option<ChangesView>,
    receipt: Receipt,
    result_path: Line,
    /// The last part of the path.
    result_name: Line,
    is_attached: bool,
    contact: Option<Line>,
}

/// How many findings there are of each severity, listed or not.
#[derive(Debug, Serialize)]
struct Counts {
    all: usize,
    block: usize,
    explain: usize,
    advice: usize,
    note: usize,
}

/// What the rows of a list came to.
#[derive(Debug, Serialize)]
struct RowsView {
    judged: u32,
    accepted: u32,
    /// 通过·须说明.
    remarks: u32,
    returned: u32,
    passed_over: u32,
    rules: Vec<RuleView>,
    /// Rules that are not in the list.
    more: usize,
}

/// How often a rule found something in a list.
#[derive(Debug, Serialize)]
struct RuleView {
    code: Line,
    severity: String,
    what: Line,
    count: u32,
    /// None where it speaks of the list as a whole.
    first_row: Option<u32>,
}

/// One finding.
#[derive(Debug, Serialize)]
struct FindingView {
    number: usize,
    severity: String,
    tone: Tone,
    code: Line,
    place: Option<Line>,
    message: Line,
    entered: Option<Line>,
    expected: Option<Line>,
    difference: Option<Line>,
    fix: Line,
    basis: Line,
}

/// A finding that a waiver settled, and who decided it.
#[derive(Debug, Serialize)]
struct WaivedView {
    code: Line,
    place: Option<Line>,
    message: Line,
    officer: Line,
    reason: Line,
    until: String,
}

/// Who pays what, in 万元.
#[derive(Debug, Serialize)]
pub struct SharesView {
    pub region: String,
    local: String,
    /// `None` while the split is undecided.
    pub city: Option<String>,
    /// `None` while the split is undecided.
    pub district: Option<String>,
    /// City and district: `0.6 : 0.4`.
    ratio: Option<String>,
    decided_by: Option<Line>,
}

/// What changed since the version before.
#[derive(Debug, Serialize)]
struct ChangesView {
    id: Line,
    received_at: String,
    verdict_name: &'static str,
    put_right: Group,
    open: Group,
    new: Group,
}

/// Some findings in short.
#[derive(Debug, Serialize)]
struct Group {
    all: usize,
    /// Code and cell: `M02 经费预算!H6`.
    places: Vec<Line>,
    more: usize,
}

/// What proves which file was judged, and by what.
#[derive(Debug, Serialize)]
struct Receipt {
    file: Line,
    /// The last part of the path.
    name: Line,
    sha256: String,
    edition: Option<EditionView>,
    rules: String,
}

#[derive(Debug, Serialize)]
struct EditionView {
    title: Line,
    id: Line,
    /// The first digits of its content's hash.
    sha256: String,
}

impl View {
    pub fn of(notice: &VerdictNotice<'_>) -> Self {
        let assessment = notice.assessment;
        let mut gravest_first: Vec<&Finding> = assessment.findings.iter().collect();
        gravest_first.sort_by_key(|finding| finding.severity);
        let line = |text: &Option<String>| text.as_ref().map(Line::from);
        Self {
            id: notice.id.into(),
            version: notice.version,
            received_at: minute(notice.received_at),
            verdict: assessment.verdict.id(),
            verdict_name: assessment.verdict.zh(),
            tone: Tone::of_verdict(assessment.verdict),
            title: line(&assessment.title),
            applicant: line(&assessment.applicant),
            district: notice.district_name.map(Line::from),
            class: line(&assessment.class),
            counts: Counts::of(assessment),
            rows: assessment.rows.as_ref().map(RowsView::of),
            findings: (1..)
                .zip(gravest_first)
                .take(FINDINGS_MAX)
                .map(FindingView::of)
                .collect(),
            more: all(assessment).saturating_sub(FINDINGS_MAX),
            waived: assessment.waived.iter().map(WaivedView::of).collect(),
            not_checked: assessment
                .not_checked
                .iter()
                .filter(|it| it.because != UNDECIDED)
                .count(),
            focus: assessment.focus.as_ref().map(|it| Line::from(&it.line())),
            shares: assessment.shares.as_ref().and_then(SharesView::of),
            changes: notice
                .earlier
                .previous
                .as_ref()
                .map(|previous| ChangesView::of(previous, &assessment.findings)),
            receipt: Receipt {
                file: assessment.file.as_str().into(),
                name: last_part(&assessment.file),
                sha256: assessment.sha256.chars().take(16).collect(),
                edition: notice.edition.map(|edition| EditionView {
                    title: edition.title.as_str().into(),
                    id: edition.id.as_str().into(),
                    sha256: short(&edition.sha256).to_owned(),
                }),
                rules: assessment.rules.clone(),
            },
            result_path: notice.result_path.into(),
            result_name: last_part(notice.result_path),
            is_attached: notice.is_attached,
            contact: notice.contact.map(Line::from),
        }
    }
}

/// How many findings there are, listed or not.
fn all(assessment: &Assessment) -> usize {
    let rows = assessment.rows.as_ref();
    rows.map_or(assessment.findings.len(), |rows| rows.findings as usize)
}

impl RowsView {
    fn of(rows: &RowsFound) -> Self {
        Self {
            judged: rows.judged,
            accepted: rows.accepted,
            remarks: rows.accepted_with_remarks,
            returned: rows.returned,
            passed_over: rows.passed_over,
            rules: rows
                .by_rule
                .iter()
                .take(RULES_MAX)
                .map(RuleView::of)
                .collect(),
            more: rows.by_rule.len().saturating_sub(RULES_MAX),
        }
    }
}

impl RuleView {
    fn of(rule: &RuleCount) -> Self {
        let known = crate::rules::rules().find(|it| it.code == rule.code);
        Self {
            code: rule.code.as_str().into(),
            severity: rule.severity.to_string(),
            what: known.map_or("", |rule| rule.what.zh).into(),
            count: rule.count,
            first_row: rule.first_row,
        }
    }
}

impl Counts {
    fn of(assessment: &Assessment) -> Self {
        let count = |severity| assessment.count(severity);
        Self {
            all: all(assessment),
            block: count(Severity::Block),
            explain: count(Severity::Explain),
            advice: count(Severity::Advice),
            note: count(Severity::Note),
        }
    }
}

impl FindingView {
    fn of((number, finding): (usize, &Finding)) -> Self {
        let line = |text: &Option<String>| text.as_ref().map(Line::from);
        Self {
            number,
            severity: finding.severity.to_string(),
            tone: Tone::of_severity(finding.severity),
            code: finding.code.as_ref().into(),
            place: finding.place().as_ref().map(Line::from),
            message: finding.message.as_str().into(),
            entered: line(&finding.entered),
            expected: line(&finding.expected),
            difference: line(&finding.difference),
            fix: finding.fix.as_str().into(),
            basis: finding.basis().into(),
        }
    }
}

impl WaivedView {
    fn of(waived: &Waived) -> Self {
        let (finding, waiver) = (&waived.finding, &waived.waiver);
        Self {
            code: finding.code.as_ref().into(),
            place: finding.place().as_ref().map(Line::from),
            message: finding.message.as_str().into(),
            officer: waiver.officer.as_str().into(),
            reason: waiver.reason.as_str().into(),
            until: waiver.until.to_string(),
        }
    }
}

impl SharesView {
    /// `None` where a figure is no amount, which only a JSON of others can hold.
    pub fn of(shares: &SharesFound) -> Option<Self> {
        let wan = |yuan: &String| Some(money(yuan)?.wan());
        Some(Self {
            region: wan(&shares.region)?,
            local: wan(&shares.local)?,
            city: shares.city.as_ref().and_then(wan),
            district: shares.district.as_ref().and_then(wan),
            ratio: shares.ratio.as_ref().map(|ratio| ratio.replace(':', " : ")),
            decided_by: shares.decided_by.as_ref().map(Line::from),
        })
    }
}

/// An amount of the JSON.
pub fn money(yuan: &str) -> Option<Money> {
    Money::from_yuan(yuan.parse().ok()?)
}

impl ChangesView {
    fn of(previous: &Previous, findings: &[Finding]) -> Self {
        let changes = previous.changes(findings);
        Self {
            id: previous.id.as_str().into(),
            received_at: minute(previous.received_at),
            verdict_name: previous.verdict.zh(),
            put_right: Group::of(&changes.put_right),
            open: Group::of(&changes.open),
            new: Group::of(&changes.new),
        }
    }
}

impl Group {
    fn of(findings: &[&Finding]) -> Self {
        let place = |finding: &&Finding| {
            let place = finding.place().unwrap_or_default();
            Line::new(&format!("{} {place}", finding.code))
        };
        Self {
            all: findings.len(),
            places: findings.iter().take(CHANGES_MAX).map(place).collect(),
            more: findings.len().saturating_sub(CHANGES_MAX),
        }
    }
}
