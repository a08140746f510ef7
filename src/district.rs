//! Names and aliases to districts. Never guesses: what is not certain goes to a person.

use serde::{Deserialize, Serialize};

/// A payer of the district's share.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct District {
    /// Folder and JSON name: `tianshan`.
    pub id: String,
    /// Official name: `天山区`.
    pub name: String,
    /// `三类`; `None` where the edition defines no classes.
    #[serde(default)]
    pub class: Option<String>,
    /// GB/T 2260 code; `None` for a functional zone.
    #[serde(default)]
    pub code: Option<String>,
    /// Other ways it is written.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// What a text says about the district.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recognised {
    /// Certainly this one (its id).
    Certain(String),
    /// It could be any of these (ids): a person decides.
    Ambiguous(Vec<String>),
    /// None that we know.
    Unknown,
}
