//! The catalogue of rules, and the engine that runs it.
//!
//! A rule is a value: its texts feed the command line, the note in the cell, the mail and the documentation; its
//! `breaks` and `keeps` are the nearest applications on each side of its limit. The engine signs each finding, so
//! a check cannot report under another code, and records every rule that could not run.

use std::borrow::Cow;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::assess::{Envelope, Language, Others, Portrait, Previous};
use crate::focus::Judged;
use crate::form::application::Line;
use crate::form::{Application, Entry, Field, State, Unread};
use crate::money::Money;
use crate::place::{CellRef, Place};
use crate::policy::{Edition, Limits, Period};
use crate::read::{ReadFault, Workbook};
use crate::share::Shares;

/// Version of the catalogue: changes when any verdict can change under the same edition.
pub const VERSION: &str = "3";

/// What a finding does to the verdict.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The application goes back.
    Block,
    /// It may go on, but a person must see the reason.
    Explain,
    /// Shown, changes nothing.
    Advice,
    /// A fact worth showing.
    Note,
}

/// A text in both languages.
#[derive(Debug, Clone, Copy)]
pub struct Text {
    /// Chinese, whole sentences.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

/// One rule of the catalogue.
#[derive(Debug)]
pub struct Rule {
    /// Chapter letter and two digits: `M02`.
    pub code: &'static str,
    /// Named for the fault: `city-share-differs`.
    pub name: &'static str,
    /// What it does to the verdict where the edition says nothing else.
    pub severity: Severity,
    /// `四(二)`: clause of the plan; `call`: the call of the year; `form`: formal examination.
    pub clause: &'static str,
    /// What is wrong, in general.
    pub what: Text,
    /// Why it matters.
    pub why: Text,
    /// What to do about it.
    pub fix: Text,
    /// The nearest applications that break it, one for each limit: each gives this finding and no other.
    pub breaks: &'static [Example],
    /// The nearest applications that keep it, one for each limit: none gives a finding.
    pub keeps: &'static [Example],
    /// Looks and reports. `Err` says why it could not look.
    pub check: fn(&Case<'_>, &mut Report) -> Checked,
}

/// Whether a check could look.
pub type Checked = Result<(), Unread>;

/// A faultless application with a few edits.
pub type Example = &'static [Edit];

/// One edit of the faultless application.
#[derive(Debug, Clone)]
pub enum Edit {
    /// Puts a value into the cell of this slot.
    Set(&'static str, Typed),
    /// Drops it into the folder of this district.
    Folder(&'static str),
    /// Receives it at this local day and time: `2024-03-20T09:00:00`.
    Received(&'static str),
    /// Files it under the call of 2026, with the split decided half and half: its own faultless application.
    Call,
    /// Leaves the split of the call undecided.
    Undecided,
    /// Receives the faultless application with these edits in another folder before.
    Other(Example),
    /// So many other projects were accepted in its year under its edition before.
    Accepted(i64),
    /// Its district has announced so many 万元 for its year.
    Announced(&'static str),
    /// Replaces the file as a whole: by name, made by the tests.
    File(&'static str),
}

/// A content for a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// Nothing.
    Blank,
    /// Text.
    Text(Cow<'static, str>),
    /// A number, as it would be typed.
    Number(Cow<'static, str>),
    /// A day with a date format: `2024-03-18`.
    Date(Cow<'static, str>),
    /// A formula (without `=`) and its stored result as a number, or none.
    Formula(Cow<'static, str>, Option<Cow<'static, str>>),
}

impl Typed {
    /// A text.
    const fn text(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// A number.
    const fn number(number: &'static str) -> Self {
        Self::Number(Cow::Borrowed(number))
    }

    /// A day.
    const fn date(day: &'static str) -> Self {
        Self::Date(Cow::Borrowed(day))
    }

    /// A formula with its stored result.
    const fn formula(formula: &'static str, result: Option<&'static str>) -> Self {
        let result = match result {
            Some(result) => Some(Cow::Borrowed(result)),
            None => None,
        };
        Self::Formula(Cow::Borrowed(formula), result)
    }
}

/// Everything a rule may look at.
#[derive(Debug)]
pub struct Case<'a> {
    /// The district's id whose folder it was dropped into; `None` for files checked by hand.
    pub folder: Option<&'a str>,
    /// Version of the present form.
    pub form: u32,
    /// When it was received, local to `zone`.
    pub received_at: DateTime,
    /// The configured zone.
    pub zone: &'a TimeZone,
    /// The workbook, or why there is none.
    pub workbook: Result<&'a Workbook, &'a ReadFault>,
    /// The application, `None` where the workbook holds no known form.
    pub application: Option<&'a Application>,
    /// The edition in force, `None` where none is.
    pub edition: Option<&'a Edition>,
    /// The edition to name where none covers the application.
    pub last_edition: Option<&'a Edition>,
    /// The district's id as the form names it, `None` where it is not certain.
    pub district: Option<&'a str>,
    /// The shares, `None` where they could not be computed.
    pub shares: Option<&'a Shares>,
    /// Cells that hold something the form does not know.
    pub unexpected: &'a [Place],
    /// Amounts that stand in the form and cannot be relied on.
    pub doubted: &'a Doubted<'a>,
    /// What is known of other applications.
    pub others: &'a Others,
    /// The version before.
    pub previous: Option<&'a Previous>,
    /// What the district has announced for the year, `None` where the configuration names nothing.
    pub envelope: Option<&'a Envelope>,
    /// What the problem's text proves, `None` where there is no text.
    pub focus: Option<&'a Judged>,
    /// What others are told of this one.
    pub portrait: Option<&'a Portrait>,
    /// SHA-256 of the file, hex.
    pub sha256: &'a str,
}

impl<'a> Case<'a> {
    /// The application.
    ///
    /// # Errors
    /// [`Unread`] where the file holds none.
    pub fn app(&self) -> Result<&'a Application, Unread> {
        self.application
            .ok_or_else(|| unread("application: Missing"))
    }

    /// The workbook.
    ///
    /// # Errors
    /// [`Unread`] where the file is none.
    pub fn workbook(&self) -> Result<&'a Workbook, Unread> {
        self.workbook.map_err(|_| unread("workbook: Missing"))
    }

    /// The edition's limits for the programme class of the application.
    ///
    /// # Errors
    /// [`Unread`] where there is no edition, or the class is not given.
    pub fn limits(&self) -> Result<impl Iterator<Item = &'a Limits> + Clone + use<'a>, Unread> {
        let (limits, class) = (&self.edition()?.limits, self.app()?.programme.get()?);
        Ok(limits
            .iter()
            .filter(move |it| it.programme == "*" || it.programme == *class))
    }

    /// The edition in force.
    ///
    /// # Errors
    /// [`Unread`] where no edition covers the application.
    pub fn edition(&self) -> Result<&'a Edition, Unread> {
        self.edition.ok_or_else(|| unread("edition: none in force"))
    }

    /// An amount that can be relied on.
    ///
    /// # Errors
    /// [`Unread`] where the field is not given, or another rule objects to the amount itself.
    pub fn amount(&self, field: &Field<Money>) -> Result<Money, Unread> {
        let amount = *field.get()?;
        if self.doubted.holds(&field.id) {
            return Err(unread(&format!("{}: doubted", field.id)));
        }
        Ok(amount)
    }

    /// An amount that can be relied on, nothing where the cell is blank.
    ///
    /// # Errors
    /// As [`Case::amount`], but for blanks.
    pub fn amount_or_zero(&self, field: &Field<Money>) -> Result<Money, Unread> {
        match field.state {
            State::Blank => Ok(Money::ZERO),
            _ => self.amount(field),
        }
    }

    /// The project's period, both days included.
    ///
    /// # Errors
    /// [`Unread`] where a date is not given, or the period is reversed.
    pub fn period(&self) -> Result<Period, Unread> {
        let app = self.app()?;
        let (first, last) = (*app.starts_on.get()?, *app.ends_on.get()?);
        if last < first {
            return Err(unread("ends_on: before starts_on"));
        }
        Ok(Period { first, last })
    }

    /// What the problem's text proves.
    ///
    /// # Errors
    /// [`Unread`] where there is no text.
    pub fn focus(&self) -> Result<&'a Judged, Unread> {
        self.focus.ok_or_else(|| unread("problem: not judged"))
    }

    /// The shares.
    ///
    /// # Errors
    /// [`Unread`] where they could not be computed.
    pub fn shares(&self) -> Result<&'a Shares, Unread> {
        self.shares.ok_or_else(|| unread("shares: not computed"))
    }
}

/// Why a rule could not look where the bureau has yet to decide the split: nothing the applicant can put right.
pub const UNDECIDED: &str = "shares: undecided";

fn unread(because: &str) -> Unread {
    Unread {
        because: because.to_owned(),
    }
}

/// How to bring a line of the sources to a total: Chinese and English, naming the cells that are typed.
///
/// Where one year at most holds money, that cell is to be changed; else the years together.
fn set_line(line: &Line, to: Money) -> (String, String) {
    let filled: Vec<&Field<Money>> = line
        .years
        .iter()
        .filter(|year| year.given().is_some_and(|money| *money != Money::ZERO))
        .collect();
    let only = match filled.as_slice() {
        [] => line.years.first(),
        [only] => Some(*only),
        _ => None,
    };
    let to = to.wan();
    if let Some(place) = only.and_then(|field| field.place.as_ref()) {
        return (
            format!("把 {place} 改为 {to}"),
            format!("change {place} to {to}"),
        );
    }
    let places: Vec<&Place> = line
        .years
        .iter()
        .filter_map(|year| year.place.as_ref())
        .collect();
    match (places.first(), places.last(), &line.total.place) {
        (Some(first), Some(last), _) => (
            format!("调整 {first}:{} 各年度的数，使合计为 {to}", last.cell),
            format!("adjust {first}:{} so that they sum to {to}", last.cell),
        ),
        (_, _, Some(place)) => (
            format!("把 {place} 改为 {to}"),
            format!("change {place} to {to}"),
        ),
        _ => (
            format!("使该栏合计为 {to}"),
            format!("make the line sum to {to}"),
        ),
    }
}

/// What a rule says about one fault, before the engine signs it.
#[derive(Debug, Clone, Default)]
pub struct Fault {
    /// The field.
    pub field: Option<String>,
    /// Its cell.
    pub place: Option<Place>,
    /// What was entered, as the form shows it.
    pub entered: Option<String>,
    /// What was expected.
    pub expected: Option<String>,
    /// Entered less expected, with its sign.
    pub difference: Option<String>,
    /// The cells that fed the comparison.
    pub from: Vec<Place>,
    /// One whole sentence on what is wrong: Chinese, English.
    pub message: (String, String),
    /// One whole sentence on what to do, with the figure: Chinese, English.
    pub fix: (String, String),
}

impl Fault {
    /// A fault in a field.
    #[must_use]
    pub fn at<T>(field: &Field<T>) -> Self {
        Self {
            field: Some(field.id.to_string()),
            place: field.place.clone(),
            ..Self::default()
        }
    }

    /// A fault in a cell of the form, whatever its type.
    #[must_use]
    pub fn at_entry(entry: &Entry) -> Self {
        Self {
            field: Some(entry.slot.id.to_string()),
            place: entry.place.clone(),
            ..Self::default()
        }
    }

    /// A fault of the form as a whole.
    #[must_use]
    pub fn of_form() -> Self {
        Self::default()
    }

    /// What was entered and what was expected.
    #[must_use]
    pub fn entered(mut self, entered: impl Into<String>, expected: impl Into<String>) -> Self {
        self.entered = Some(entered.into());
        self.expected = Some(expected.into());
        self
    }

    /// Entered less expected.
    #[must_use]
    pub fn difference(mut self, difference: impl Into<String>) -> Self {
        self.difference = Some(difference.into());
        self
    }

    /// What was entered, where nothing certain was expected.
    #[must_use]
    pub fn entered_only(mut self, entered: impl Into<String>) -> Self {
        self.entered = Some(entered.into());
        self
    }

    /// An amount entered, the amount expected, and how far apart they are, all as the form shows them.
    #[must_use]
    pub fn amounts(self, entered: Money, expected: Money) -> Self {
        self.entered(entered.wan(), expected.wan())
            .difference((entered - expected).wan())
    }

    /// A field that fed the comparison.
    #[must_use]
    pub fn fed_by<T>(mut self, field: &Field<T>) -> Self {
        self.from.extend(field.place.clone());
        self
    }

    /// What is wrong, Chinese and English.
    #[must_use]
    pub fn message(mut self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.message = (zh.into(), en.into());
        self
    }

    /// What to do, Chinese and English.
    #[must_use]
    pub fn fix(mut self, zh: impl Into<String>, en: impl Into<String>) -> Self {
        self.fix = (zh.into(), en.into());
        self
    }
}

/// Where a check puts its faults.
#[derive(Debug, Default)]
pub struct Report {
    faults: Vec<Fault>,
}

impl Report {
    /// Whether nothing is wrong so far.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.faults.is_empty()
    }

    /// Adds a fault.
    pub fn add(&mut self, fault: Fault) {
        self.faults.push(fault);
    }
}

/// A signed fault: what the applicant is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Finding {
    /// `M02`.
    pub code: Cow<'static, str>,
    /// `city-share-differs`.
    pub name: Cow<'static, str>,
    /// Severity under the edition.
    pub severity: Severity,
    /// The sheet's name; `null` for the form as a whole.
    pub sheet: Option<String>,
    /// The cell: `H6`.
    #[schemars(with = "Option<String>")]
    pub cell: Option<CellRef>,
    /// The field's id.
    pub field: Option<String>,
    /// What was entered, as the form shows it.
    pub entered: Option<String>,
    /// What was expected.
    pub expected: Option<String>,
    /// Entered less expected.
    pub difference: Option<String>,
    /// The cells that fed the comparison: `经费预算!H5`.
    pub from: Vec<String>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub fix: String,
    /// The clause it rests on.
    pub clause: String,
}

impl Finding {
    /// The cell with its sheet: `经费预算!H6`; `None` for the form as a whole.
    #[must_use]
    pub fn place(&self) -> Option<String> {
        let (sheet, cell) = self.sheet.as_ref().zip(self.cell)?;
        Some(format!("{sheet}!{cell}"))
    }

    /// What it rests on, as applicants read it: the clause, or what kind of examination.
    #[must_use]
    pub fn basis(&self) -> &str {
        match &*self.clause {
            "form" => "形式审查",
            "call" => "申报通知",
            clause => clause,
        }
    }
}

/// How many findings there are of a severity.
#[must_use]
pub fn count(findings: &[Finding], severity: Severity) -> usize {
    let is_one = |finding: &&Finding| finding.severity == severity;
    findings.iter().filter(is_one).count()
}

/// A rule that could not look.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct NotChecked {
    /// `M07`.
    pub code: Cow<'static, str>,
    /// `commitment: Blank`.
    pub because: String,
}

mod doubt;

mod others;

pub use doubt::Doubted;

mod workbook;

mod procedure;

mod people;

mod problem;

mod matching;

mod budget;

mod schedule;

/// The catalogue, a slice a chapter, in the order of the codes.
pub const CHAPTERS: &[&[Rule]] = &[
    workbook::RULES,
    procedure::RULES,
    people::RULES,
    problem::RULES,
    matching::RULES,
    budget::RULES,
    schedule::RULES,
];

/// Every rule in the order of the catalogue.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    CHAPTERS.iter().copied().flatten()
}

/// What rules found, and which could not look.
pub type Ruling = (Vec<Finding>, Vec<NotChecked>);

/// Runs the whole catalogue over a case, in order.
#[must_use]
pub fn judge(case: &Case<'_>, language: Language) -> Ruling {
    judge_by(rules(), case, language)
}

/// The rules of these codes, in the order of the catalogue.
#[must_use]
pub fn of_codes(codes: &[String]) -> Vec<&'static Rule> {
    let is_one = |rule: &&Rule| codes.iter().any(|code| code == rule.code);
    rules().filter(is_one).collect()
}

/// Runs some rules over a case, in order.
#[must_use]
pub fn judge_by(
    rules: impl Iterator<Item = &'static Rule>,
    case: &Case<'_>,
    language: Language,
) -> Ruling {
    let (mut findings, mut not_checked) = (Vec::new(), Vec::new());
    for rule in rules {
        let mut report = Report::default();
        if let Err(unread) = (rule.check)(case, &mut report) {
            not_checked.push(NotChecked {
                code: rule.code.into(),
                because: unread.because,
            });
        }
        let sign = |fault| rule.sign(fault, case, language);
        findings.extend(report.faults.into_iter().map(sign));
    }
    (findings, not_checked)
}

impl Rule {
    /// The severity under the edition of a case.
    fn severity(&self, edition: Option<&Edition>) -> Severity {
        edition
            .and_then(|edition| edition.severity.get(self.code).copied())
            .unwrap_or(self.severity)
    }

    fn sign(&self, fault: Fault, case: &Case<'_>, language: Language) -> Finding {
        let pick = |(zh, en): (String, String)| match language {
            Language::Zh => zh,
            Language::En => en,
        };
        Finding {
            code: self.code.into(),
            name: self.name.into(),
            severity: self.severity(case.edition),
            sheet: fault.place.as_ref().map(|place| place.sheet.to_string()),
            cell: fault.place.as_ref().map(|place| place.cell),
            field: fault.field,
            entered: fault.entered,
            expected: fault.expected,
            difference: fault.difference,
            from: fault.from.iter().map(ToString::to_string).collect(),
            message: pick(fault.message),
            fix: pick(fault.fix),
            clause: self.clause.to_owned(),
        }
    }
}
