//! Signs for and against a text, counted and weighed: the sum of the points says whether a technical problem is told.
//!
//! A weight stands in `templates/focus/weights.toml` with its reason: so many points for each occurrence, counted up to a
//! limit, so that no single sign carries a text. Nothing is learned at run time, and the points of a text can be listed.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::lexicon::Sense;
use super::text::{Clause, Text};
use super::weigh::{Kind, kinds_of, measured};

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
    /// 1 where the last sentence plans, wishes, asks or speaks of money.
    Ending,
}

/// How many signs there are.
const SIGNS: usize = Sign::Ending as usize + 1;
/// Words by which a sentence takes back what went before.
const BUT: &[&str] = &["但", "可是", "却", "不过", "然而", "只是", "可"];
/// What is made here.
const OURS: &[&str] = &["国产", "国内", "我们", "我厂", "我矿", "我区", "自己"];

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

    const fn add(&mut self, sign: Sign, count: usize) {
        self.0[sign as usize] += count;
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

/// Counts the signs of a text.
#[must_use]
pub fn count(text: &Text) -> Counts {
    let mut counts = Counts::default();
    let (technical, things) = names(text);
    let is_other = |thing: &&&String| !technical.contains(**thing);
    counts.add(Sign::Technical, technical.len());
    counts.add(Sign::Names, things.iter().filter(is_other).count());
    let padding = (text.slogan_chars + text.generic_chars) * 20 / text.chars.max(1);
    counts.add(Sign::Padding, padding);
    let (mut grounded, mut loose) = (BTreeSet::new(), BTreeSet::new());
    for (at, clause) in text.clauses.iter().enumerate() {
        against(&mut counts, text, at);
        if !clause.is_live {
            continue;
        }
        let is_grounded = is_grounded(text, clause.sentence);
        let troubles = if is_grounded {
            &mut grounded
        } else {
            &mut loose
        };
        troubles.extend(&clause.troubles);
        counts.add(Sign::Quantities, measured(clause));
        counts.add(Sign::Lacks, clause.senses.has(Sense::Lack).into());
        counts.add(Sign::Tried, clause.senses.has(Sense::Tried).into());
        for kind in kinds_of(clause) {
            match kind {
                Kind::Gap => counts.add(Sign::Gaps, 1),
                Kind::HeldBy if is_grounded => counts.add(Sign::Held, 1),
                Kind::ImportDependence if is_grounded => counts.add(Sign::Dependence, 1),
                Kind::CutoffRisk if is_grounded => counts.add(Sign::Cutoff, 1),
                _ => {}
            }
        }
    }
    counts.add(Sign::Troubles, grounded.len());
    counts.add(Sign::LooseTroubles, loose.difference(&grounded).count());
    counts.add(Sign::Contrast, is_contrasted(text).into());
    counts.add(Sign::Ending, ends_off_the_point(text).into());
    let share = |count: usize| count * 10 / text.clauses.len().max(1);
    for sign in [Sign::Aside, Sign::Promise] {
        counts.0[sign as usize] = share(counts.of(sign));
    }
    counts
}

fn names(text: &Text) -> (BTreeSet<&String>, BTreeSet<&String>) {
    let technical = text.clauses.iter().flat_map(|clause| &clause.technical);
    let things = text.clauses.iter().flat_map(|clause| &clause.things);
    (technical.collect(), things.collect())
}

/// Signs that speak against a text stand in clauses that prove nothing as well.
fn against(counts: &mut Counts, text: &Text, at: usize) {
    let clause = &text.clauses[at];
    let signs = [
        (Sense::Stock, Sign::Stock),
        (Sense::Aside, Sign::Aside),
        (Sense::Promise, Sign::Promise),
        (Sense::Textbook, Sign::Textbook),
        (Sense::Works, Sign::Works),
        (Sense::Elsewhere, Sign::Elsewhere),
    ];
    for (sense, sign) in signs {
        counts.add(sign, clause.senses.has(sense).into());
    }
    let praises = clause.senses.has(Sense::Praise) && !is_taken_back(&text.clauses, at);
    counts.add(Sign::Praise, praises.into());
}

/// Whether a 但 follows, in this clause's sentence or at the start of the next.
pub(super) fn is_taken_back(clauses: &[Clause], at: usize) -> bool {
    let sentence = clauses[at].sentence;
    let after = clauses[at + 1..].iter();
    let near = after.take_while(|clause| clause.sentence <= sentence + 1);
    near.into_iter()
        .any(|clause| BUT.iter().any(|but| clause.quote.starts_with(but)))
}

/// Whether this sentence or the one before it names a technical thing.
fn is_grounded(text: &Text, sentence: usize) -> bool {
    text.clauses.iter().any(|clause| {
        (clause.sentence == sentence || clause.sentence + 1 == sentence)
            && !clause.technical.is_empty()
    })
}

/// What a text is for shows at its end: facts of a problem, or a plan, a wish, a request, a price.
fn ends_off_the_point(text: &Text) -> bool {
    let last = text.clauses.last().map(|clause| clause.sentence);
    let off = [Sense::Promise, Sense::Works, Sense::Aside];
    let in_last = text
        .clauses
        .iter()
        .filter(|clause| Some(clause.sentence) == last);
    in_last
        .into_iter()
        .any(|clause| off.iter().any(|sense| clause.senses.has(*sense)))
}

fn is_contrasted(text: &Text) -> bool {
    let live = || text.clauses.iter().filter(|clause| clause.is_live);
    let is_abroad =
        |clause: &Clause| clause.senses.has(Sense::Foreign) || clause.senses.has(Sense::Abroad);
    let is_ours = |clause: &Clause| OURS.iter().any(|ours| clause.quote.contains(ours));
    live().any(is_abroad) && live().any(is_ours)
}
