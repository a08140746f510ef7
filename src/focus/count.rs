//! Counts the signs of a text that has been taken apart.

use std::collections::BTreeSet;

use super::lexicon::{Sense, UnitKind};
use super::signs::{Counts, Sign};
use super::text::{Clause, Text};
use super::weigh::{Kind, kinds_of, measured};

/// Twentieths of a text that may be words that name nothing: nobody writes without.
const PADDING_FREE: usize = 2;
/// What the price of one thing is told with: 每台, 一套, 单价.
const EACH: &[&str] = &[
    "每",
    "单价",
    "一台",
    "一套",
    "一只",
    "一支",
    "一个",
    "一根",
    "一吨",
    "一公斤",
    "一块",
    "一片",
];
/// With fewer technical names a text is of nothing in particular.
const NAMED: usize = 3;
/// Words by which a sentence takes back what went before, at its start; 却 stands within.
const BUT: &[&str] = &["但", "可是", "不过", "然而", "只是", "可"];
/// What is made here.
const OURS: &[&str] = &["国产", "国内", "我们", "我厂", "我矿", "我区", "自己"];

/// Counts the signs of a text.
#[must_use]
pub fn count(text: &Text) -> Counts {
    let mut counts = Counts::default();
    let (technical, things) = names(text);
    let is_other = |thing: &&&String| technical.binary_search(*thing).is_err();
    counts.add(Sign::Technical, technical.len());
    counts.add(Sign::Names, things.iter().filter(is_other).count());
    let padding = (text.slogan_chars + text.generic_chars) * 20 / text.chars.max(1);
    counts.add(Sign::Padding, padding.saturating_sub(PADDING_FREE));
    let matter = distinct(text.clauses.iter().flat_map(|it| &it.matter));
    let named = sentences_that_name(text);
    let (mut grounded, mut loose) = (BTreeSet::new(), BTreeSet::new());
    for (at, clause) in text.clauses.iter().enumerate() {
        against(&mut counts, text, at);
        if !clause.is_live {
            continue;
        }
        let is_grounded =
            named[clause.sentence] || clause.sentence > 0 && named[clause.sentence - 1];
        let troubles = if is_grounded {
            &mut grounded
        } else {
            &mut loose
        };
        troubles.extend(&clause.troubles);
        counts.add(Sign::Quantities, measured(clause));
        let is_open = is_grounded && clause.senses.has(Sense::Open);
        counts.add(Sign::Open, is_open.into());
        let is_cause = clause.senses.has(Sense::Cause) && is_technical(clause);
        counts.add(Sign::Cause, is_cause.into());
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
    counts.add(Sign::Joined, joined(text));
    let is_nameless = technical.len() + matter.len() < NAMED;
    counts.add(Sign::Nameless, is_nameless.into());
    counts.add(Sign::Closing, closes_open(text).into());
    let later = text.clauses.iter().skip(text.clauses.len() / 2);
    let late = later.filter(|clause| clause.is_live && proves(clause));
    counts.add(Sign::Late, late.count());
    counts.add(Sign::Ending, ends_off_the_point(text).into());
    let share = |count: usize| count * 10 / text.clauses.len().max(1);
    for sign in [Sign::Aside, Sign::Promise, Sign::Late] {
        counts.set(sign, share(counts.of(sign)));
    }
    counts
}

/// Clauses that say what is wrong, and name a technical thing or property or follow one that does.
fn joined(text: &Text) -> usize {
    let says_wrong = |clause: &&Clause| {
        let is_wrong = clause.senses.is_trouble() || clause.senses.has(Sense::Open);
        clause.is_live && is_wrong
    };
    let before = std::iter::once(false).chain(text.clauses.iter().map(is_technical));
    let beside = text.clauses.iter().zip(before);
    let beside = beside.filter(|(clause, before)| *before || is_technical(clause));
    beside.filter(|(clause, _)| says_wrong(clause)).count()
}

fn is_technical(clause: &Clause) -> bool {
    !clause.technical.is_empty() || !clause.matter.is_empty()
}

fn names(text: &Text) -> (Vec<&String>, Vec<&String>) {
    let technical = text.clauses.iter().flat_map(|clause| &clause.technical);
    let things = text.clauses.iter().flat_map(|clause| &clause.things);
    (distinct(technical), distinct(things))
}

/// Each name once, in order.
fn distinct<'t>(names: impl Iterator<Item = &'t String>) -> Vec<&'t String> {
    let mut names: Vec<&String> = names.collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The sense that each sign against a text counts.
const AGAINST: &[(Sense, Sign)] = &[
    (Sense::Stock, Sign::Stock),
    (Sense::Aside, Sign::Aside),
    (Sense::Promise, Sign::Promise),
    (Sense::Textbook, Sign::Textbook),
    (Sense::Works, Sign::Works),
    (Sense::Elsewhere, Sign::Elsewhere),
];
/// How many signs against a text are told.
const TOLD: usize = 2;

/// What speaks against a text most, each with the first clause that does.
pub(super) fn told_against(text: &Text, points: &[(Sign, i32)]) -> Vec<(Sign, String)> {
    let mut against: Vec<(i32, Sign, String)> = Vec::new();
    for (sign, points) in points.iter().filter(|(_, points)| *points < 0) {
        let is_said = |at: &usize| match sign {
            Sign::Praise => praises(text, *at),
            _ => {
                let senses = text.clauses[*at].senses;
                let mut known = AGAINST.iter().filter(|(_, known)| known == sign);
                known.any(|(sense, _)| senses.has(*sense))
            }
        };
        let clause = (0..text.clauses.len()).find(is_said);
        let quote = clause.map(|at| text.clauses[at].quote.clone());
        against.extend(quote.map(|quote| (*points, *sign, quote)));
    }
    against.sort();
    let told = against.into_iter().take(TOLD);
    told.map(|(_, sign, quote)| (sign, quote)).collect()
}

/// Whether this clause says that all is well, and no 但 takes it back.
fn praises(text: &Text, at: usize) -> bool {
    text.clauses[at].senses.has(Sense::Praise) && !is_taken_back(&text.clauses, at)
}

/// Signs that speak against a text stand in clauses that prove nothing as well.
fn against(counts: &mut Counts, text: &Text, at: usize) {
    let clause = &text.clauses[at];
    for (sense, sign) in AGAINST {
        counts.add(*sign, clause.senses.has(*sense).into());
    }
    let is_other = clause.senses.has(Sense::Aside) || clause.senses.has(Sense::Works);
    let lacks_other = is_other && (clause.senses.is_trouble() || clause.senses.has(Sense::Open));
    counts.add(Sign::LacksOther, lacks_other.into());
    let worries = clause.senses.has(Sense::Worry) && !is_technical(clause);
    counts.add(Sign::Worries, worries.into());
    let has = |kind| clause.quantities.contains(&kind);
    counts.add(Sign::Physical, has(UnitKind::Physical).into());
    let is_sum = has(UnitKind::Money) && !EACH.iter().any(|each| clause.quote.contains(each));
    counts.add(Sign::Extent, (has(UnitKind::Extent) || is_sum).into());
    counts.add(Sign::Praise, praises(text, at).into());
}

/// Whether a 但 follows, in this clause's sentence or at the start of the next.
pub(super) fn is_taken_back(clauses: &[Clause], at: usize) -> bool {
    let sentence = clauses[at].sentence;
    let after = clauses[at + 1..].iter();
    let near = after.take_while(|clause| clause.sentence <= sentence + 1);
    let takes_back = |clause: &Clause| {
        let is_first = |but: &&str| clause.quote.starts_with(*but);
        clause.quote.contains('却') || BUT.iter().any(is_first)
    };
    near.into_iter().any(takes_back)
}

/// Sentence by sentence, whether it names a technical thing.
fn sentences_that_name(text: &Text) -> Vec<bool> {
    let sentences = text.clauses.last().map_or(0, |clause| clause.sentence + 1);
    let mut named = vec![false; sentences];
    for clause in &text.clauses {
        named[clause.sentence] |= !clause.technical.is_empty();
    }
    named
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

fn proves(clause: &Clause) -> bool {
    let is_proof = |kind: Kind| !matches!(kind, Kind::Quantity | Kind::Reach);
    let (is_open, was_tried) = (
        clause.senses.has(Sense::Open),
        clause.senses.has(Sense::Tried),
    );
    is_open || was_tried || kinds_of(clause).any(is_proof)
}

/// A problem that is open is still told of in the last sentence.
fn closes_open(text: &Text) -> bool {
    let last = text.clauses.last().map(|clause| clause.sentence);
    let in_last = text.clauses.iter().filter(|it| Some(it.sentence) == last);
    in_last
        .into_iter()
        .any(|clause| clause.is_live && proves(clause))
}

fn is_contrasted(text: &Text) -> bool {
    let live = || text.clauses.iter().filter(|clause| clause.is_live);
    let is_abroad =
        |clause: &Clause| clause.senses.has(Sense::Foreign) || clause.senses.has(Sense::Abroad);
    let is_ours = |clause: &Clause| OURS.iter().any(|ours| clause.quote.contains(ours));
    live().any(is_abroad) && live().any(is_ours)
}
