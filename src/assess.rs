//! The whole core in one function: bytes, context and earlier facts in, an [`Assessment`] out. Cannot fail.
//!
//! Same bytes, edition, rules version and earlier facts give the same assessment and the same result bytes.
//! Names no disk, no network and no clock: what day it is comes in with the [`Context`].

use std::sync::Arc;

use jiff::civil::{Date, DateTime};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::form::{Application, Layout};
use crate::policy::{Edition, Policies};
use crate::read::{ReadFault, Workbook};
use crate::rules::{Finding, NotChecked, Severity};
use crate::share::{Shares, Split};

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
    /// Splits that the operator's configuration names for editions that define none.
    pub splits: Vec<Split>,
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

/// What identifies a project across its versions; looked up in the ledger before the rules run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keys {
    /// The project: unit's code and title, normalised; `None` where either could not be read.
    pub project: Option<String>,
}

/// What the ledger knows of earlier submissions of the same project: a plain value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Earlier {
    /// The version before this one.
    pub previous: Option<Previous>,
}

/// The version before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Previous {
    /// Its id in the ledger.
    pub id: String,
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
    /// Who pays what, in yuan with two decimals.
    pub shares: Option<SharesFound>,
    /// What the problem's text proves; `null` until it is judged.
    pub focus: Option<crate::focus::Focus>,
    /// The findings in the order of the catalogue.
    pub findings: Vec<Finding>,
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
    /// Reads a file: its cells, and the form in them.
    #[must_use]
    pub fn read(&self, bytes: &[u8]) -> Reading {
        let _ = bytes;
        unimplemented!("assess: read")
    }

    /// What identifies the project, for looking up earlier versions.
    #[must_use]
    pub fn keys(&self, reading: &Reading) -> Keys {
        let _ = reading;
        unimplemented!("assess: keys")
    }

    /// Concludes: chooses the edition, computes the shares, runs the rules.
    #[must_use]
    pub fn assess(&self, reading: &Reading, context: &Context, earlier: &Earlier) -> Assessment {
        let _ = (reading, context, earlier);
        unimplemented!("assess: assess")
    }

    /// The edition for an application, `None` where none covers it.
    #[must_use]
    pub fn edition(&self, id: &str) -> Option<&Arc<Edition>> {
        self.policies.edition(id)
    }
}

/// The shares as the JSON shows them.
#[must_use]
pub fn shares_found(shares: &Shares) -> SharesFound {
    SharesFound {
        unit: "yuan".to_owned(),
        region: shares.region.yuan(),
        local: shares.local.yuan(),
        city: shares.city.map(crate::money::Money::yuan),
        district: shares.district.map(crate::money::Money::yuan),
        ratio: shares
            .ratio
            .map(|(city, district)| format!("{city}:{district}")),
        own: None,
        total: None,
        decided: shares.decided(),
        decided_by: shares.decided_by.clone(),
        steps: shares.steps.clone(),
    }
}
