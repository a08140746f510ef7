//! Signs for and against a text, counted and weighed: the sum of the points says whether a technical problem is told.
//!
//! A weight stands in `templates/focus/weights.toml` with its reason: so many points for each occurrence, counted up to a
//! limit, so that no single sign carries a text. Nothing is learned at run time, and the points of a text can be listed.

use std::collections::BTreeSet;

use serde::Deserialize;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sign {
    /// Technical things named.
    Technical,
    /// Other things named.
    Names,
    /// What goes wrong, in a sentence that names a technical thing or follows one that does.
    Troubles,
    /// The same, of something that is not named.
    LooseTroubles,
    /// Clauses in which something is lacking.
    Lacks,
    /// Clauses that hold two levels against each other in figures.
    Gaps,
    /// Quantities that measure or count.
    Quantities,
    /// Clauses that tell of a seller abroad, in a sentence that names a technical thing.
    Held,
    /// Clauses that tell that it is bought abroad, likewise.
    Dependence,
    /// Clauses that tell of refusal, rationing or delay, likewise.
    Cutoff,
    /// What was tried.
    Tried,
    /// 1 where what is made here is held against what is made abroad.
    Contrast,
    /// Set phrases and words that name nothing, in twentieths of the text.
    Padding,
    /// Complaints that fit any product.
    Stock,
    /// Clauses of the firm, of money, staff, market, in tenths of all.
    Aside,
    /// Clauses of what is to come, in tenths of all.
    Promise,
    /// Clauses that say all is well, where no 但 takes it back.
    Praise,
    /// Clauses as of a textbook.
    Textbook,
    /// Clauses of buying, building, repairing.
    Works,
    /// Clauses of what others have done or written.
    Elsewhere,
    /// Clauses that say that it is open, in a sentence that names a technical thing or follows one that does.
    Open,
    /// Clauses that name a cause beside a technical thing or property.
    Cause,
    /// Clauses in which money, staff, leave or order is what is lacking.
    LacksOther,
    /// Clauses that name a worry and no technical thing.
    Worries,
    /// Clauses that say what is wrong, and name a technical thing or follow one that does.
    Joined,
    /// 1 where the text names fewer than three technical things, processes and properties.
    Nameless,
    /// Clauses with a quantity of physics.
    Physical,
    /// Clauses with an extent or a sum of money.
    Extent,
    /// 1 where the last sentence still tells of what is wrong, held or tried.
    Closing,
    /// Clauses of the second half that do so, in tenths of all.
    Late,
    /// 1 where the last sentence plans, wishes, asks or speaks of money.
    Ending,
}

/// How many signs there are.
const SIGNS: usize = Sign::Ending as usize + 1;
/// The signs that something is wrong, held or tried, among all that speak for a text.
const PROOF: &[Sign] = &[
    Sign::Troubles,
    Sign::LooseTroubles,
    Sign::Lacks,
    Sign::Gaps,
    Sign::Held,
    Sign::Dependence,
    Sign::Cutoff,
    Sign::Tried,
    Sign::Contrast,
    Sign::Open,
    Sign::Cause,
    Sign::Joined,
];

/// The points for what is wrong, held or tried.
#[must_use]
pub fn proof(points: &[(Sign, i32)]) -> i32 {
    let proof = points.iter().filter(|(sign, _)| PROOF.contains(sign));
    proof.map(|(_, points)| points).sum()
}

/// How often each sign stands in a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts([usize; SIGNS]);

impl Counts {
    /// How often this one does.
    #[must_use]
    pub const fn of(&self, sign: Sign) -> usize {
        self.0[sign as usize]
    }

    /// Counts some more of this one.
    pub(super) const fn add(&mut self, sign: Sign, count: usize) {
        self.0[sign as usize] += count;
    }

    /// Counts this one anew.
    pub(super) const fn set(&mut self, sign: Sign, count: usize) {
        self.0[sign as usize] = count;
    }
}

/// What each sign weighs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    sign: Vec<Weight>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Weight {
    name: Sign,
    /// Points for each.
    each: i32,
    /// How many count at most.
    most: u8,
    reason: String,
}

impl Weights {
    /// Reads the weights.
    ///
    /// # Errors
    /// A sentence: not TOML, a sign twice, without a reason.
    pub fn load(file: &str) -> Result<Self, String> {
        let weights: Self = toml::from_str(file).map_err(|error| error.to_string())?;
        let mut seen = BTreeSet::new();
        for weight in &weights.sign {
            if weight.reason.trim().is_empty() || !seen.insert(weight.name) {
                return Err(format!("{:?} twice or without a reason", weight.name));
            }
        }
        Ok(weights)
    }

    /// The points of a text, sign by sign, those without any left out.
    #[must_use]
    pub fn points(&self, counts: &Counts) -> Vec<(Sign, i32)> {
        let points = self.sign.iter().map(|weight| {
            let most = usize::from(weight.most);
            let counted = i32::try_from(counts.of(weight.name).min(most)).unwrap_or(0);
            (weight.name, counted * weight.each)
        });
        points.filter(|(_, points)| *points != 0).collect()
    }
}
