//! Who pays what, exact to the 分, with every step and its clause.
//!
//! The local match is the region's money times the edition's ratio; the class splits it between city and
//! district. The district's part is rounded down to the 分 and the city takes the rest, so the parts always sum
//! to the whole. Where the edition names no split, the local total stands and `decided` is false.

use serde::{Deserialize, Serialize};

use crate::money::{Money, Ratio};

/// The shares of one project, in yuan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shares {
    /// The region's money (自治区财政资金).
    pub region: Money,
    /// City and district together.
    pub local: Money,
    /// The city's share; `None` while the split is undecided.
    pub city: Option<Money>,
    /// The district's share; `None` while the split is undecided.
    pub district: Option<Money>,
    /// City : district; `None` while the split is undecided.
    pub ratio: Option<(Ratio, Ratio)>,
    /// The district's class, where the edition has one.
    pub class: Option<String>,
    /// The document that decided the split, where it was not the edition itself.
    pub decided_by: Option<String>,
    /// How each figure came about, in order.
    pub steps: Vec<Step>,
}

impl Shares {
    /// Whether the split between city and district is decided.
    #[must_use]
    pub const fn decided(&self) -> bool {
        self.ratio.is_some()
    }
}

/// One step of a computation: `市级 = 3000000.00 × 0.6 = 1800000.00`, and the clause it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Step {
    /// What is computed: `local`, `district`, `city`.
    pub name: String,
    /// The computation in words and figures, Chinese.
    pub text: String,
    /// The result in yuan.
    #[schemars(with = "String")]
    pub result: Money,
    /// The clause.
    pub clause: String,
}

/// A split between city and district that the operator names for an edition without one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// The edition's id.
    pub edition: String,
    /// The district's id; absent for every district.
    #[serde(default)]
    pub district: Option<String>,
    /// The city's part of the local match.
    pub city_share: Ratio,
    /// The district's part; the two sum to 1.
    pub district_share: Ratio,
    /// The document that decided it.
    pub document: String,
}
