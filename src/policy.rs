//! Editions: a policy as data, with the days and years it covers, its clauses, classes, ratios and numbers.
//!
//! An edition is chosen by the application's year (申报年度) and filing date together. Loading refuses what could
//! make two answers true at once. What this file does not do: compute shares ([`crate::share`]) or judge anything.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::{Date, DateTime};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::district::District;
use crate::money::{Money, Ratio};
use crate::rules::Severity;

/// One policy with the days it is in force. Read from `templates/policies/*.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// Short name used in files, JSON and commands: `urumqi-2023`.
    pub id: String,
    /// The document's title, as quoted in mails.
    pub title: String,
    /// Who issued it.
    pub issuer: String,
    /// Application years (申报年度) it covers, both included.
    pub years: Years,
    /// Filing dates it covers, both days included.
    pub filed: Period,
    /// Last moment to hand in, local to `zone`; `None` where the document names none.
    #[serde(default)]
    pub deadline: Option<Deadline>,
    /// What the district's money must be, in parts of the region's.
    pub matching: Matching,
    /// Classes of districts and who bears how much.
    #[serde(default)]
    pub classes: Vec<Class>,
    /// The districts, each in exactly one class (or in none, where the edition defines no split).
    pub districts: Vec<District>,
    /// Region's limits by programme class.
    #[serde(default)]
    pub limits: Vec<Limits>,
    /// Most projects a district or city may recommend.
    #[serde(default)]
    pub projects_max: Option<u32>,
    /// Documents the call asks for.
    #[serde(default)]
    pub documents: Vec<String>,
    /// Leading industries, of the region, the city, or by district.
    #[serde(default)]
    pub industries: Vec<Industry>,
    /// The document's clauses in our own words.
    pub clauses: Vec<Clause>,
    /// Severities that differ from the rule's own, by code.
    #[serde(default)]
    pub severity: BTreeMap<String, Severity>,
    /// Cases with known results, run at every load.
    #[serde(default)]
    pub cases: Vec<Case>,
    /// SHA-256 of the file's bytes, in hex; filled at load.
    #[serde(skip)]
    pub sha256: String,
}

/// Application years, both included.
#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Years {
    /// First year.
    pub first: i16,
    /// Last year.
    pub last: i16,
}

/// Days, both included.
#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
}

/// A moment with the zone it is meant in.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// Local date and time of day.
    pub at: DateTime,
    /// IANA zone: `Asia/Shanghai`.
    pub zone: String,
    /// The clause that sets it.
    pub clause: String,
}

/// What the edition asks for, in parts of the region's money.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Matching {
    /// City and district together: 1 in the plan, 0.5 in the call of 2026.
    pub local: Ratio,
    /// The unit's own money; `None` where nothing is asked.
    #[serde(default)]
    pub own: Option<Ratio>,
    /// The clause.
    pub clause: String,
}

/// A class of districts (一类 to 四类) and how the local match is split.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// `一类`.
    pub id: String,
    /// The city's part of the local match.
    pub city: Ratio,
    /// The district's part; the two sum to 1.
    pub district: Ratio,
    /// The clause.
    pub clause: String,
}

/// The region's limits for one programme class.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// `重大科技专项`, or `*` for every class.
    pub programme: String,
    /// Most money asked of the region, in 万元.
    #[serde(default)]
    pub region_wan_max: Option<Decimal>,
    /// Most topics (课题).
    #[serde(default)]
    pub topics_max: Option<u32>,
    /// Most units.
    #[serde(default)]
    pub units_max: Option<u32>,
    /// Least years.
    #[serde(default)]
    pub years_min: Option<u32>,
    /// Most years.
    #[serde(default)]
    pub years_max: Option<u32>,
    /// The clause or document.
    pub clause: String,
}

/// A leading industry and where it leads.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Industry {
    /// Its name as the form offers it.
    pub name: String,
    /// District ids; empty means the whole region.
    #[serde(default)]
    pub districts: Vec<String>,
}

/// A clause: its number, what it asks in our words, and who sees to it.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// `四(二)`.
    pub number: String,
    /// What it asks, in our own words.
    pub asks: String,
    /// Codes of the rules that enforce it.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Why people judge it, where no rule can.
    #[serde(default)]
    pub judged_by_people: Option<String>,
}

/// A test case of an edition: given this, these are the shares.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Application year.
    pub year: i16,
    /// Filing date.
    pub filed_on: Date,
    /// Whether the edition covers that year and day; where not, no shares are expected.
    #[serde(default = "yes")]
    pub covered: bool,
    /// District id.
    #[serde(default)]
    pub district: Option<String>,
    /// Region's money, in 元.
    #[serde(default)]
    pub region: Option<Money>,
    /// Expected city share, 元; absent where the split is undecided.
    #[serde(default)]
    pub city: Option<Money>,
    /// Expected district share, 元.
    #[serde(default)]
    pub district_share: Option<Money>,
    /// Expected local total, 元.
    #[serde(default)]
    pub local: Option<Money>,
}

const fn yes() -> bool {
    true
}

impl Edition {
    /// Whether this edition covers the application year and filing date together.
    #[must_use]
    pub fn covers(&self, year: i16, filed_on: Date) -> bool {
        (self.years.first..=self.years.last).contains(&year)
            && (self.filed.first..=self.filed.last).contains(&filed_on)
    }

    /// The class of a district, `None` where this edition puts it in none.
    #[must_use]
    pub fn class_of(&self, district: &District) -> Option<&Class> {
        let id = district.class.as_ref()?;
        self.classes.iter().find(|class| &class.id == id)
    }
}

/// All editions, checked against one another.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    editions: Vec<Arc<Edition>>,
}

impl Policies {
    /// The edition of this id.
    #[must_use]
    pub fn edition(&self, id: &str) -> Option<&Arc<Edition>> {
        self.editions.iter().find(|edition| edition.id == id)
    }
}
