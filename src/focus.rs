//! What the problem's text proves: evidence found, with the words quoted.
//!
//! This file holds the shape of the answer; judging the text comes with the catalogue's K chapter.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub mod sketch;

/// How well the text proves a bottleneck problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Focus {
    /// `strong`, `partial` or `weak`.
    pub grade: Grade,
    /// What speaks for it.
    pub evidence: Vec<Evidence>,
    /// Kinds of evidence that are not there.
    pub missing: Vec<String>,
}

/// How well it is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// Proved.
    Strong,
    /// Proved in part.
    Partial,
    /// Not proved.
    Weak,
}

/// One piece of evidence with the words quoted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// `import-dependence`.
    pub kind: String,
    /// The words.
    pub quote: String,
    /// The sheet.
    pub sheet: Option<String>,
    /// The cell.
    pub cell: Option<String>,
}
