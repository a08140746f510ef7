//! Texts that say nothing of this problem: the form's own hints, the policy's words, a text repeated, set phrases.

use std::collections::BTreeSet;

use super::lexicon::Limits;
use super::similarity::{Plain, covered_percent, in_common};
use super::text::Text;
use super::weigh::Weighed;
use crate::form::Application;
use crate::policy::Edition;

/// Why a text says nothing of this problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Padding {
    /// The form's own hint, with the words.
    Hint(String),
    /// The words of the policy, with the words.
    Policy(String),
    /// A passage that comes again and again, and how often.
    Repeated(String, usize),
    /// Set phrases: hundredths of the text, and the worst clause.
    Phrases(usize, String),
}

/// The shortest passage shared with a hint or the policy that counts: they are short themselves.
const SHARED_CHARS: usize = 6;

/// What pads this text, if it is padding in the main.
pub(super) fn find(
    original: &str,
    text: &Text,
    weighed: &Weighed,
    given: (&Application, Option<&Edition>, &Limits),
) -> Option<Padding> {
    let (app, edition, limits) = given;
    let plain = Plain::of(original);
    let half = limits.slogans_percent;
    let hints = app
        .entries
        .iter()
        .filter_map(|entry| entry.slot.field.hint.as_deref());
    if let Some(words) = made_of(&plain, hints, half) {
        return Some(Padding::Hint(words));
    }
    let clauses = edition.into_iter().flat_map(|edition| &edition.clauses);
    if let Some(words) = made_of(&plain, clauses.map(|clause| &*clause.asks), half) {
        return Some(Padding::Policy(words));
    }
    repeated(text, limits).or_else(|| {
        let is_phrases = weighed.padding_percent >= half;
        is_phrases.then(|| Padding::Phrases(weighed.padding_percent, emptiest(text)))
    })
}

/// The longest passage of a text that these texts make up, where they make up this much of it.
fn made_of<'a>(
    plain: &Plain,
    texts: impl Iterator<Item = &'a str>,
    percent: usize,
) -> Option<String> {
    let together: String = texts.collect::<Vec<_>>().join("。");
    let passages = in_common(plain, &Plain::of(&together), SHARED_CHARS);
    if covered_percent(plain, &passages) < percent {
        return None;
    }
    let longest = passages.into_iter().max_by_key(|passage| passage.chars);
    longest.map(|passage| passage.here)
}

/// The clause that is told again, where near-same clauses make up most of the text.
fn repeated(text: &Text, limits: &Limits) -> Option<Padding> {
    let (mut seen, mut chars, mut again): (Vec<BTreeSet<(char, char)>>, _, _) = (Vec::new(), 0, 0);
    let mut told: Option<(String, usize)> = None;
    for clause in &text.clauses {
        let plain = Plain::of(&clause.quote).chars;
        let pairs: BTreeSet<_> = plain.windows(2).map(|pair| (pair[0], pair[1])).collect();
        chars += plain.len();
        let is_same = |earlier: &BTreeSet<_>| {
            let common = earlier.intersection(&pairs).count();
            common * 10 >= earlier.len().max(pairs.len()) * 7 && common > 2
        };
        if seen.iter().any(is_same) {
            again += plain.len();
            let (quote, times) = told.take().unwrap_or((clause.quote.clone(), 1));
            told = Some((quote, times + 1));
        } else {
            seen.push(pairs);
        }
    }
    let is_most = again * 100 >= chars * limits.repeated_percent && chars > 0;
    told.filter(|_| is_most)
        .map(|(quote, times)| Padding::Repeated(quote, times))
}

/// The clause with the fewest names and quantities for its length.
fn emptiest(text: &Text) -> String {
    let bare = text
        .clauses
        .iter()
        .filter(|clause| clause.things.is_empty());
    let longest = bare.max_by_key(|clause| clause.quote.chars().count());
    let longest = longest.or(text.clauses.first());
    longest
        .map(|clause| clause.quote.clone())
        .unwrap_or_default()
}
