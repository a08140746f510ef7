//! What a text proves by itself: its evidence clause by clause, how much of it is padding, and a grade.
//!
//! A clause proves something only after something has been named in the text: the right words without a subject
//! count for nothing, and so do clauses of what is to come, of the firm, or that all is well.

use std::collections::BTreeSet;

use super::Grade;
use super::count::{count, told_against};
use super::lexicon::{Lexicon, Sense, UnitKind};
use super::signs::{self, Sign};
use super::text::{Clause, Text};

/// What a piece of evidence shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// What it is about.
    Technology,
    /// What goes wrong.
    Trouble,
    /// Who holds it.
    HeldBy,
    /// That it is bought abroad.
    ImportDependence,
    /// That it was or can be cut off.
    CutoffRisk,
    /// How far apart two levels are.
    Gap,
    /// Something measured.
    Quantity,
    /// Who else has it.
    Reach,
    /// A measurable target against today's level.
    Target,
    /// The leading industry it belongs to.
    Industry,
}

impl Kind {
    /// As in the JSON.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Technology => "technology",
            Self::Trouble => "trouble",
            Self::HeldBy => "held-by",
            Self::ImportDependence => "import-dependence",
            Self::CutoffRisk => "cutoff-risk",
            Self::Gap => "gap",
            Self::Quantity => "quantity",
            Self::Reach => "reach",
            Self::Target => "target",
            Self::Industry => "industry",
        }
    }
}

/// A text weighed.
#[derive(Debug)]
pub struct Weighed {
    /// Its grade by itself: [`Grade::Strong`] is for the form as a whole.
    pub grade: Grade,
    /// Evidence with the clause it stands in, one of a kind.
    pub evidence: Vec<(Kind, String)>,
    /// Things it names.
    pub things: BTreeSet<String>,
    /// Clauses that say what is wrong.
    pub wrongs: usize,
    /// Quantities that measure or count something.
    pub quantities: usize,
    /// What speaks for and against it, in points.
    pub points: Vec<(Sign, i32)>,
    /// Set phrases and words that name nothing, in hundredths of the text.
    pub padding_percent: usize,
    /// Whether it says why it is not solved: who holds it, how far apart two levels are, what was tried, that nobody knows.
    pub says_why: bool,
    /// What speaks against it most, each with a clause that does.
    pub against: Vec<(Sign, String)>,
}

/// The signs that say why a problem is not solved.
const WHY: &[Sign] = &[
    Sign::Held,
    Sign::Dependence,
    Sign::Cutoff,
    Sign::Gaps,
    Sign::Open,
    Sign::Tried,
];

/// Where a text has one of these, even much proof does not stand alone: it may be of what is solved, built, or of others.
const NEVER_ALONE: &[Sign] = &[Sign::Praise, Sign::Works, Sign::Textbook, Sign::Elsewhere];

/// Weighs a text.
#[must_use]
pub fn weigh(text: &Text, lexicon: &Lexicon) -> Weighed {
    let limits = &lexicon.limits;
    let counts = count(text);
    let mut weighed = Weighed {
        grade: Grade::Weak,
        evidence: Vec::new(),
        things: BTreeSet::new(),
        wrongs: 0,
        quantities: 0,
        says_why: WHY.iter().any(|sign| counts.of(*sign) > 0),
        against: Vec::new(),
        points: lexicon.weights.points(&counts),
        padding_percent: (text.slogan_chars + text.generic_chars) * 100 / text.chars.max(1),
    };
    for clause in &text.clauses {
        weighed.things.extend(clause.things.iter().cloned());
        if !clause.is_live || weighed.things.is_empty() {
            continue;
        }
        let kinds = kinds_of(clause);
        let says_wrong = |kind: Kind| {
            matches!(
                kind,
                Kind::Trouble | Kind::CutoffRisk | Kind::Gap | Kind::ImportDependence
            )
        };
        let named_seller = clause.senses.has(Sense::Foreign) && !clause.things.is_empty();
        weighed.wrongs += usize::from(named_seller || kinds.clone().any(says_wrong));
        weighed.quantities += measured(clause);
        for kind in kinds {
            if !weighed.evidence.iter().any(|(known, _)| *known == kind) {
                weighed.evidence.push((kind, clause.quote.clone()));
            }
        }
    }
    if weighed.things.len() >= limits.things {
        let named = text.clauses.iter().max_by_key(|clause| clause.things.len());
        let quote = named.map(|clause| clause.quote.clone()).unwrap_or_default();
        weighed.evidence.push((Kind::Technology, quote));
    }
    weighed.against = told_against(text, &weighed.points);
    weighed.evidence.sort_by_key(|(kind, _)| *kind);
    let reaches = |points: i32, limit| usize::try_from(points).is_ok_and(|points| points >= limit);
    let points: i32 = weighed.points.iter().map(|(_, points)| points).sum();
    let troubles = counts.of(Sign::Troubles) + counts.of(Sign::LooseTroubles);
    let specifics = weighed.things.len() + troubles;
    let proof = signs::proof(&weighed.points);
    let is_elsewhere = NEVER_ALONE.iter().any(|sign| counts.of(*sign) > 0);
    let stands_alone = reaches(proof, limits.proof_alone) && !is_elsewhere;
    let is_told = weighed.things.len() >= limits.things
        && (reaches(points, limits.points) || stands_alone)
        && specifics >= limits.specifics
        && reaches(proof, limits.proof)
        && weighed.padding_percent < limits.padding_percent;
    if is_told {
        weighed.grade = Grade::Partial;
    }
    weighed
}

/// Quantities that measure or count; a price alone measures nothing technical.
pub(super) fn measured(clause: &Clause) -> usize {
    let is_measured = |kind: &&UnitKind| **kind != UnitKind::Money;
    clause.quantities.iter().filter(is_measured).count()
}

/// What a clause shows.
pub(super) fn kinds_of(clause: &Clause) -> impl Iterator<Item = Kind> + Clone + use<> {
    let (has, measured) = (|sense| clause.senses.has(sense), measured(clause) > 0);
    let names = !clause.things.is_empty();
    let shown = [
        (
            Kind::Trouble,
            has(Sense::Trouble) || has(Sense::Lack) && (names || measured),
        ),
        (
            Kind::HeldBy,
            has(Sense::Foreign) || has(Sense::Abroad) && names,
        ),
        (
            Kind::ImportDependence,
            has(Sense::Dependence) && (has(Sense::Foreign) || has(Sense::Abroad)),
        ),
        (Kind::CutoffRisk, has(Sense::Cutoff)),
        (
            Kind::Gap,
            measured && (has(Sense::Compare) || has(Sense::Foreign) || has(Sense::Abroad)),
        ),
        (Kind::Quantity, measured),
        (
            Kind::Reach,
            (has(Sense::Domestic) || has(Sense::Reach))
                && clause.quantities.contains(&UnitKind::Count),
        ),
    ];
    let kinds = shown.into_iter().filter(|(_, is_shown)| *is_shown);
    kinds.map(|(kind, _)| kind)
}
