//! The whole core in one function: bytes, context and earlier facts in, an [`Assessment`] out. Cannot fail.
//!
//! Same bytes, edition, rules version and earlier facts give the same assessment and the same result bytes.
//! Names no disk, no network and no clock: what day it is comes in with the [`Context`].

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use jiff::civil::{Date, DateTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::Digest as _;

use crate::annotate::{self, Marking, NotEditable};
use crate::district::{District, Recognised, of_department, recognise};
use crate::form::{Application, Layout, Summary, SummaryLayout, blank};
use crate::money::Money;
use crate::place::Place;
use crate::policy::{Edition, Policies};
use crate::read::{Format, ReadFault, Workbook};
use crate::rules::{Case, Doubted, Finding, NotChecked, Ruling, Severity, judge};
use crate::share::{Shares, Split};
use crate::waiver::{self, Waived, Waiver};

pub mod envelope;

mod grounds;

pub mod others;

mod project;

pub mod summary;

pub use envelope::Envelope;
pub use grounds::{Grounds, Named, Recipe};
pub use others::{Keys, Others, Peer, Portrait, Stake, Tally};
pub use project::{AmountFound, EnteredFound, ProjectFound};
pub use summary::{RowsFound, RuleCount};

/// The zone of dates and times of day where the configuration names none.
pub const ZONE: &str = "Asia/Shanghai";

/// What a district is told in one word.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// 通过.
    Accepted,
    /// 通过·须说明: a person must see the reasons.
    AcceptedWithRemarks,
    /// 退回修改.
    Returned,
    /// 无法读取.
    Unreadable,
}

/// Language of the texts in findings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Chinese: what applicants get.
    #[default]
    Zh,
    /// English: for the command line.
    En,
}

/// Everything that stays the same from one submission to the next.
#[derive(Debug)]
pub struct Rulebook {
    /// The editions.
    pub policies: Policies,
    /// The form.
    pub layout: Layout,
    /// Earlier versions of the form: each the map by which workbooks of that version are read.
    pub former: Vec<Layout>,
    /// The recommended list.
    pub summary: SummaryLayout,
    /// Splits that the operator's configuration names for editions that define none.
    pub splits: Vec<Split>,
    /// The zone of all dates and times of day.
    pub zone: jiff::tz::TimeZone,
    /// What the bureau has settled.
    pub waivers: Vec<Waiver>,
    /// What districts have announced.
    pub envelopes: Vec<Envelope>,
    /// Language of findings.
    pub language: Language,
}

/// What is known of a submission beside its bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Context {
    /// The file's path or name as the sender knows it, for the JSON and the receipt.
    pub file: String,
    /// The district's id whose folder it was dropped into; `None` for files checked by hand.
    pub folder: Option<String>,
    /// When it was received, local to the configured zone.
    pub received_at: DateTime,
    /// The id of the submission in the ledger: `LD2024-000123`; `None` for files checked by hand.
    pub id: Option<String>,
    /// Use this edition, whatever is in force (`--edition`).
    pub edition: Option<String>,
}

/// What the ledger knows of earlier submissions: a plain value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earlier {
    /// The version before this one.
    pub previous: Option<Previous>,
    /// Other applications.
    #[serde(default)]
    pub others: Others,
}

/// The version before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Previous {
    /// Its id in the ledger.
    pub id: String,
    /// SHA-256 of its file, hex; empty where the ledger did not keep it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sha256: String,
    /// When it was received.
    pub received_at: DateTime,
    /// Its verdict.
    pub verdict: Verdict,
    /// Its findings.
    pub findings: Vec<Finding>,
}

/// A file that has been read, before anything is concluded.
#[derive(Debug)]
pub struct Reading {
    /// SHA-256 of the bytes, hex.
    pub sha256: String,
    /// The workbook, or why there is none.
    pub workbook: Result<Workbook, ReadFault>,
    /// The application, `None` where the workbook holds no known form.
    pub application: Option<Application>,
    /// The recommended list, where the file holds one: then it holds no application.
    pub summary: Option<Summary>,
    /// What others may be told of it.
    pub portrait: Portrait,
}

/// All we concluded about one submission. Serialises as the stable JSON that `liandong schema` describes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Assessment {
    /// The file as the sender knows it.
    pub file: String,
    /// SHA-256 of its bytes, hex.
    pub sha256: String,
    /// Id of the edition; `null` where none is in force.
    pub edition: Option<String>,
    /// SHA-256 of the edition's file, hex.
    pub edition_sha256: Option<String>,
    /// Version of the rules.
    pub rules: String,
    /// The form found in it.
    pub form: Option<FormFound>,
    /// The row of a list that it speaks of, as a spreadsheet counts; absent where it speaks of a whole file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u32>,
    /// What its rows came to, where it speaks of a list as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<RowsFound>,
    /// The verdict.
    pub verdict: Verdict,
    /// 项目名称.
    pub title: Option<String>,
    /// 申报单位.
    pub applicant: Option<String>,
    /// The district's id, `null` where it is not certain.
    pub district: Option<String>,
    /// The district's class.
    pub class: Option<String>,
    /// 申报年度.
    pub year: Option<i64>,
    /// 申报日期.
    #[schemars(with = "Option<String>")]
    pub filed_on: Option<Date>,
    /// The project as its form tells it, with the amounts entered and their cells; `null` where there is no form.
    pub project: Option<ProjectFound>,
    /// Who pays what, in yuan with two decimals.
    pub shares: Option<SharesFound>,
    /// What the problem's text proves; `null` until it is judged.
    pub focus: Option<crate::focus::Focus>,
    /// The findings in the order of the catalogue.
    pub findings: Vec<Finding>,
    /// Findings that a waiver settled: they do not count for the verdict.
    #[serde(default)]
    pub waived: Vec<Waived>,
    /// Findings of rules on trial, for the bureau only: no part of the JSON, without influence on anything.
    #[serde(skip)]
    pub shadow: Vec<Finding>,
    /// Rules that could not look, with the reason.
    pub not_checked: Vec<NotChecked>,
    /// Cell accounting.
    pub cells: CellsFound,
}

/// Kind and version of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FormFound {
    /// `application` or `summary`.
    pub kind: String,
    /// Version, from 1.
    pub version: u32,
}

/// The shares as the JSON shows them: strings in yuan with two decimals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SharesFound {
    /// Always `yuan`.
    pub unit: String,
    /// The region's money.
    pub region: String,
    /// City and district together.
    pub local: String,
    /// The city's share; `null` while the split is undecided.
    pub city: Option<String>,
    /// The district's share; `null` while the split is undecided.
    pub district: Option<String>,
    /// `0.6:0.4`.
    pub ratio: Option<String>,
    /// The unit's own money and other sources, as entered.
    pub own: Option<String>,
    /// All sources, as entered.
    pub total: Option<String>,
    /// Whether the split is decided.
    pub decided: bool,
    /// The document that decided the split, where it was not the edition.
    pub decided_by: Option<String>,
    /// How each figure came about.
    pub steps: Vec<crate::share::Step>,
}

/// How many cells there were and what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CellsFound {
    /// Non-empty cells read as inputs of the form.
    pub read: usize,
    /// Non-empty cells known as the form's own: labels, hints, totals.
    pub known: usize,
    /// Non-empty cells the form does not know.
    pub unexpected: usize,
}

/// Everything that comes of one submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The conclusion.
    pub assessment: Assessment,
    /// What identifies the project across its versions.
    pub keys: Keys,
}

/// What became of the findings from one version to the next. The same fault is the same rule in the same field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes<'a> {
    /// Of the version before, and gone.
    pub put_right: Vec<&'a Finding>,
    /// There before and still there, as it reads in this version.
    pub open: Vec<&'a Finding>,
    /// Not there before.
    pub new: Vec<&'a Finding>,
}

impl Previous {
    /// What became of its findings, given those of the next version.
    #[must_use]
    pub fn changes<'a>(&'a self, findings: &'a [Finding]) -> Changes<'a> {
        let key = |finding: &Finding| (finding.code.to_string(), finding.field.clone());
        let now: HashSet<_> = findings.iter().map(key).collect();
        let before: HashSet<_> = self.findings.iter().map(key).collect();
        let (open, new) = findings
            .iter()
            .partition(|finding| before.contains(&key(finding)));
        let is_gone = |finding: &&Finding| !now.contains(&key(finding));
        Changes {
            put_right: self.findings.iter().filter(is_gone).collect(),
            open,
            new,
        }
    }
}

impl Assessment {
    /// How many findings there are of a severity: of a list all of them, listed or not.
    #[must_use]
    pub fn count(&self, severity: Severity) -> usize {
        match &self.rows {
            Some(rows) => rows.count(severity),
            None => crate::rules::count(&self.findings, severity),
        }
    }
}

impl Reading {
    /// A file whose reading was stopped, with why: a clause without full stop, for applicants.
    #[must_use]
    pub fn stopped_for(bytes: &[u8], why: &str) -> Self {
        let why = why.to_owned();
        let sha256 = sha256_hex(bytes);
        Self {
            portrait: Portrait::of(&sha256, None),
            sha256,
            workbook: Err(ReadFault::Stopped { why }),
            application: None,
            summary: None,
        }
    }

    /// Why its reading was stopped, where it was.
    #[must_use]
    pub fn stopped(&self) -> Option<&str> {
        match &self.workbook {
            Err(ReadFault::Stopped { why }) => Some(why),
            _ => None,
        }
    }
}

impl Verdict {
    /// In Chinese, as districts see it.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Accepted => "通过",
            Self::AcceptedWithRemarks => "通过·须说明",
            Self::Returned => "退回修改",
            Self::Unreadable => "无法读取",
        }
    }

    /// As in the JSON.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::AcceptedWithRemarks => "accepted-with-remarks",
            Self::Returned => "returned",
            Self::Unreadable => "unreadable",
        }
    }

    /// The verdict with this id.
    #[must_use]
    pub fn of(id: &str) -> Option<Self> {
        [
            Self::Accepted,
            Self::AcceptedWithRemarks,
            Self::Returned,
            Self::Unreadable,
        ]
        .into_iter()
        .find(|verdict| verdict.id() == id)
    }

    /// Whether the bureau gets it.
    #[must_use]
    pub const fn is_accepted(self) -> bool {
        matches!(self, Self::Accepted | Self::AcceptedWithRemarks)
    }
}

impl std::fmt::Display for Severity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Block => "必须修改",
            Self::Explain => "须说明",
            Self::Advice => "提示",
            Self::Note => "说明",
        })
    }
}

impl Rulebook {
    /// The built-in editions and form, no splits but the editions' own.
    #[must_use]
    pub fn builtin(language: Language) -> Self {
        Self {
            policies: Policies::builtin().expect("the built-in editions are loaded by a test"),
            layout: Layout::application(),
            former: Layout::former(),
            summary: SummaryLayout::builtin(),
            splits: Vec::new(),
            zone: jiff::tz::TimeZone::get(ZONE).expect("a zone of the data that is built in"),
            waivers: Vec::new(),
            envelopes: Vec::new(),
            language,
        }
    }

    /// Reads a file: its cells, and the form in them.
    #[must_use]
    pub fn read(&self, bytes: &[u8]) -> Reading {
        let sha256 = sha256_hex(bytes);
        if bytes.len() >= summary::LARGE_BYTES
            && let Some(found) = self.list_in(bytes, None)
        {
            return Reading::of_list(sha256, found);
        }
        let workbook = crate::read::read(bytes);
        let application = workbook.as_ref().ok().and_then(|workbook| {
            crate::form::read_application(&self.layout, &self.former, workbook).ok()
        });
        if application.is_none()
            && let Some(found) = self.list_in(bytes, Some(&workbook))
        {
            return Reading::of_list(sha256, found);
        }
        Reading {
            portrait: Portrait::of(&sha256, application.as_ref()),
            sha256,
            workbook,
            application,
            summary: None,
        }
    }

    /// What identifies the project and what other applications are found by, for looking up earlier submissions.
    #[must_use]
    pub fn keys(&self, reading: &Reading, context: &Context) -> Keys {
        let answers = reading.workbook.as_ref().ok().and_then(annotate::answered);
        let mut keys = Keys::of(reading, answers);
        let app = reading.application.as_ref();
        let edition = app.and_then(|app| self.edition_for(app, context));
        let year = app.and_then(|app| app.year.given().copied());
        if let Some((edition, year)) = edition.zip(year)
            && edition.projects_max.is_some()
        {
            keys.tallies.push(others::quota(&edition.id, year));
        }
        let district = app
            .zip(edition)
            .and_then(|(app, edition)| district_of(app, edition));
        if let Some(envelope) = self.envelope(district, year) {
            let tally = others::envelope(&envelope.district, envelope.year);
            keys.tallies.push(tally);
        }
        keys
    }

    /// What this district has announced for this year.
    fn envelope(&self, district: Option<&District>, year: Option<i64>) -> Option<&Envelope> {
        let (district, year) = district.zip(year)?;
        let mut envelopes = self.envelopes.iter();
        envelopes.find(|envelope| envelope.district == district.id && envelope.year == year)
    }

    /// Concludes of a file of which nothing earlier is known.
    #[must_use]
    pub fn assess(&self, reading: &Reading, context: &Context) -> Assessment {
        self.assess_after(reading, context, &Earlier::default())
    }

    /// Concludes: chooses the edition, computes the shares, runs the rules.
    #[must_use]
    pub fn assess_after(
        &self,
        reading: &Reading,
        context: &Context,
        earlier: &Earlier,
    ) -> Assessment {
        self.assess_by(reading, context, earlier, judge)
    }

    /// The same, with the catalogue run by another than [`crate::rules::judge`], such as one that measures it.
    #[must_use]
    pub fn assess_by(
        &self,
        reading: &Reading,
        context: &Context,
        earlier: &Earlier,
        judge: impl FnOnce(&Case<'_>, Language) -> Ruling,
    ) -> Assessment {
        if let (Some(list), Ok(workbook)) = (&reading.summary, &reading.workbook) {
            let list = (list, workbook);
            return self.assess_rows(reading, list, context, earlier, &mut |_| {});
        }
        let app = reading.application.as_ref();
        let edition = app.and_then(|app| self.edition_for(app, context));
        let district = app
            .zip(edition)
            .and_then(|(app, edition)| district_of(app, edition));
        let mut doubted = app.map(Doubted::of).unwrap_or_default();
        if let Some((app, edition)) = app.zip(edition) {
            doubted.hold_region_against(app, edition.matching.local);
        }
        let region = app.and_then(|app| app.sources.region.total.given().copied());
        let region = region.filter(|_| !doubted.holds("sources.region"));
        let shares = region
            .zip(edition.zip(district))
            .and_then(|(region, (edition, district))| {
                crate::share::compute(edition, district, region, &self.splits).ok()
            });
        let judged =
            app.and_then(|app| crate::focus::judge(app, edition.map(|edition| &**edition)));
        let received_on = context.received_at.date();
        let year = app.and_then(|app| app.year.given().copied());
        let (cells, unexpected) = self.account(reading);
        let case = Case {
            form: self.layout.form.version,
            folder: context.folder.as_deref(),
            received_at: context.received_at,
            zone: &self.zone,
            unexpected: &unexpected,
            workbook: reading.workbook.as_ref(),
            application: app,
            edition: edition.map(|edition| &**edition),
            last_edition: self
                .policies
                .nearest(year.unwrap_or_default(), received_on)
                .map(|edition| &**edition),
            district: district.map(|district| district.id.as_str()),
            shares: shares.as_ref(),
            doubted: &doubted,
            others: &earlier.others,
            previous: earlier.previous.as_ref(),
            envelope: self.envelope(district, year),
            focus: judged.as_ref(),
            portrait: app.map(|_| &reading.portrait),
            sha256: &reading.sha256,
        };
        let ruled = self.ruled(&case, context, earlier.previous.as_ref(), judge);
        Assessment {
            file: context.file.clone(),
            sha256: reading.sha256.clone(),
            edition: edition.map(|edition| edition.id.clone()),
            edition_sha256: edition.map(|edition| edition.sha256.clone()),
            rules: crate::rules::VERSION.to_owned(),
            form: app.map(|app| self.form_found(app)),
            row: None,
            rows: None,
            verdict: verdict(reading, &ruled.findings),
            title: app.and_then(|app| app.title.given().cloned()),
            applicant: app.and_then(|app| app.applicant.given().cloned()),
            district: district.map(|district| district.id.clone()),
            class: district.and_then(|district| district.class.clone()),
            year: app.and_then(|app| app.year.given().copied()),
            filed_on: app.and_then(|app| app.filed_on.given().copied()),
            project: app.map(ProjectFound::of),
            shares: shares.as_ref().map(|shares| shares_found(shares, app)),
            focus: judged.map(|judged| judged.focus),
            findings: ruled.findings,
            waived: ruled.waived,
            shadow: ruled.shadow,
            not_checked: ruled.not_checked,
            cells,
        }
    }

    /// Runs the rules, and parts what they found: what counts, what a waiver settles, what is on trial.
    fn ruled(
        &self,
        case: &Case<'_>,
        context: &Context,
        before: Option<&Previous>,
        judge: impl FnOnce(&Case<'_>, Language) -> Ruling,
    ) -> Ruled {
        let (findings, mut not_checked) = judge(case, self.language);
        let is_on_trial = |code: &str| {
            case.edition
                .is_some_and(|edition| edition.is_on_trial(code))
        };
        not_checked.retain(|rule| !is_on_trial(&rule.code));
        let (shadow, findings): (Vec<_>, Vec<_>) = findings
            .into_iter()
            .partition(|finding| is_on_trial(&finding.code));
        let project = case.application.and_then(project_key);
        let about = waiver::About {
            numbers: [
                context.id.as_deref(),
                before.map(|previous| previous.id.as_str()),
            ],
            project: project.as_deref(),
            district: case.district,
            received_on: case.received_at.date(),
        };
        let (findings, waived) = waiver::settle(findings, &self.waivers, &about);
        Ruled {
            findings,
            waived,
            shadow,
            not_checked,
        }
    }

    /// The marked copy: the sender's own workbook where it can be edited by parts, else a fresh copy of our form
    /// with their values, else the list of findings alone.
    ///
    /// # Errors
    /// Where not even the list of findings can be written, which is a fault of this program.
    pub fn mark(
        &self,
        original: &[u8],
        reading: &Reading,
        assessment: &Assessment,
        context: &Context,
        earlier: &Earlier,
    ) -> Result<Vec<u8>, NotEditable> {
        let edition = assessment
            .edition
            .as_deref()
            .and_then(|id| self.policies.edition(id));
        let marking = Marking {
            reading,
            assessment,
            context,
            earlier,
            edition: edition.map(|edition| &**edition),
            copied: None,
        };
        let why = match self.mark_in_place(original, &marking) {
            Ok(marked) => return Ok(marked),
            Err(why) => format!(
                "说明：{why}。这是按其内容另做的副本（.xlsx）：填写的内容已带入，原来的格式、图片和表外内容没有；请在本副本中修改后提交。"
            ),
        };
        match self.mark_fresh_copy(&marking, &why) {
            Some(marked) => Ok(marked),
            None => annotate::list_only(&marking),
        }
    }

    /// The sender's own workbook with the marks in place, or why it cannot be: a clause for who sent it.
    fn mark_in_place(&self, original: &[u8], marking: &Marking<'_>) -> Result<Vec<u8>, String> {
        let Ok(workbook) = &marking.reading.workbook else {
            return Err("原文件无法读取".to_owned());
        };
        if workbook.format != Format::Xlsx {
            let endings = workbook.format.endings();
            return Err(format!("原文件是 {endings} 工作簿，不能在其中直接加标注"));
        }
        let app = marking.reading.application.as_ref();
        if app.is_some_and(|app| !std::ptr::eq(self.map_of(app), &raw const self.layout)) {
            return Err("原文件是旧版申报书，已按现行版本另做".to_owned());
        }
        let cells = match &marking.reading.summary {
            Some(list) => summary::cells_of(list, workbook, &marking.assessment.findings),
            None => Ok(Cow::Borrowed(workbook)),
        };
        let workbook = cells.map_err(|fault| fault.to_string())?;
        annotate::mark(original, &workbook, marking).map_err(|why| why.zh().to_owned())
    }

    /// A fresh copy of the form with the sender's values, marked. The findings' places are those of the copy; what it
    /// does not show by itself, such as a total that was not computed anew, is told of the form as a whole.
    fn mark_fresh_copy(&self, marking: &Marking<'_>, why: &str) -> Option<Vec<u8>> {
        let app = marking.reading.application.as_ref()?;
        let edition = marking
            .edition
            .or_else(|| self.policies.editions().next().map(|edition| &**edition))?;
        let copy = blank::write(&self.layout, edition, &blank::values_of(app)).ok()?;
        let again = self.read(&copy);
        let mut moved = Assessment {
            sha256: marking.assessment.sha256.clone(),
            verdict: marking.assessment.verdict,
            ..self.assess_after(&again, marking.context, marking.earlier)
        };
        let is_told = |theirs: &Finding| {
            let mut told = moved.findings.iter();
            told.any(|it| it.code == theirs.code && it.field == theirs.field)
        };
        let of_theirs = marking.assessment.findings.iter().filter(|it| !is_told(it));
        let of_theirs: Vec<Finding> = of_theirs
            .map(|it| in_copy(it, &again, &self.layout))
            .collect();
        moved.findings.splice(0..0, of_theirs);
        let marking = Marking {
            reading: &again,
            assessment: &moved,
            copied: Some(why),
            ..*marking
        };
        annotate::mark(&copy, again.workbook.as_ref().ok()?, &marking).ok()
    }

    /// The edition that covers the application's year and filing date, or the one the context names.
    fn edition_for(&self, app: &Application, context: &Context) -> Option<&Arc<Edition>> {
        if let Some(id) = &context.edition {
            return self.policies.edition(id);
        }
        self.policies
            .in_force(*app.year.given()?, *app.filed_on.given()?)
    }

    /// The map of the version that an application was filled in.
    fn map_of(&self, app: &Application) -> &Layout {
        let former = self.former.iter().find(|it| it.form.version == app.version);
        former.unwrap_or(&self.layout)
    }

    fn form_found(&self, app: &Application) -> FormFound {
        FormFound {
            kind: self.layout.form.kind.clone(),
            version: app.version,
        }
    }

    fn account(&self, reading: &Reading) -> (CellsFound, Vec<Place>) {
        let Ok(workbook) = &reading.workbook else {
            return Default::default();
        };
        match &reading.application {
            Some(app) => crate::form::account(self.map_of(app), workbook, app),
            None => {
                let unexpected = workbook.cell_count();
                let found = CellsFound {
                    unexpected,
                    ..CellsFound::default()
                };
                (found, Vec::new())
            }
        }
    }
}

/// What the rules found, parted by what becomes of it.
struct Ruled {
    findings: Vec<Finding>,
    waived: Vec<Waived>,
    shadow: Vec<Finding>,
    not_checked: Vec<NotChecked>,
}

/// What identifies the project, where code and title could be read.
fn project_key(app: &Application) -> Option<String> {
    Some(waiver::key(app.credit_code.given()?, app.title.given()?))
}

/// The district that the form names, where it is certain: not where another district's department recommends it.
fn district_of<'a>(app: &Application, edition: &'a Edition) -> Option<&'a District> {
    let districts = &edition.districts;
    let Recognised::Certain(id) = recognise(districts, app.district.given()?) else {
        return None;
    };
    let recommender = app.recommender.given();
    let recommends = recommender.and_then(|text| of_department(districts, text));
    let is_one = recommends.is_none_or(|recommends| recommends == id);
    let mut all = districts.iter();
    all.find(|district| is_one && district.id == id)
}

/// A finding of the sender's workbook as it is told of a copy: at the same field, or of the form as a whole.
fn in_copy(finding: &Finding, copy: &Reading, layout: &Layout) -> Finding {
    let place = finding.field.as_deref().and_then(|field| {
        let (app, workbook) = (copy.application.as_ref()?, copy.workbook.as_ref().ok()?);
        match app.entry(field) {
            Some(entry) => entry.place.clone(),
            // a row that holds nothing in the copy
            None => crate::form::place_of(layout, workbook, field),
        }
    });
    Finding {
        cell: place.as_ref().map(|place| place.cell),
        sheet: place.map(|place| place.sheet.to_string()),
        from: Vec::new(),
        ..finding.clone()
    }
}

/// The gravest finding decides; what cannot be read or is no form of ours is unreadable.
fn verdict(reading: &Reading, findings: &[Finding]) -> Verdict {
    if reading.application.is_none() {
        return Verdict::Unreadable;
    }
    verdict_of(findings.iter())
}

/// What the gravest of some findings decides.
fn verdict_of<'a>(findings: impl Iterator<Item = &'a Finding>) -> Verdict {
    match findings.map(|finding| finding.severity).min() {
        Some(Severity::Block) => Verdict::Returned,
        Some(Severity::Explain) => Verdict::AcceptedWithRemarks,
        Some(Severity::Advice | Severity::Note) | None => Verdict::Accepted,
    }
}

/// SHA-256 of some bytes in hex.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    let digest = sha2::Sha256::digest(bytes);
    let mut hex = String::with_capacity(2 * digest.len());
    for half in digest.iter().flat_map(|byte| [byte >> 4, byte & 15]) {
        hex.extend(char::from_digit(half.into(), 16));
    }
    hex
}

/// The shares as the JSON shows them.
#[must_use]
pub fn shares_found(shares: &Shares, app: Option<&Application>) -> SharesFound {
    let entered = |take: fn(&Application) -> Option<Money>| app.and_then(take).map(Money::yuan);
    SharesFound {
        unit: "yuan".to_owned(),
        region: shares.region.yuan(),
        local: shares.local.yuan(),
        city: shares.city.map(Money::yuan),
        district: shares.district.map(Money::yuan),
        ratio: shares
            .ratio
            .map(|(city, district)| format!("{city}:{district}")),
        own: entered(|app| {
            let other = app.sources.other.total.given().copied().unwrap_or_default();
            Some(*app.sources.own.total.given()? + other)
        }),
        total: entered(|app| app.sources.total.total.given().copied()),
        decided: shares.decided(),
        decided_by: shares.decided_by.clone(),
        steps: shares.steps.clone(),
    }
}
