//! A text taken apart: sentences, clauses, the senses of their phrases, the things they name and the quantities they give.

use std::collections::BTreeSet;

use super::count::is_taken_back;
use super::lexicon::{Lexicon, Sense, Senses, UnitKind, is_letter};
use super::marks::{marks, words};
use super::names::{technical, things};
use super::quantity::{Quantity, quantities};
use crate::form::find::half_width;

/// A text, taken apart.
#[derive(Debug, Default)]
pub struct Text {
    /// The clauses in order.
    pub clauses: Vec<Clause>,
    /// Chinese characters, and letters and digits.
    pub chars: usize,
    /// Of those, in set phrases.
    pub slogan_chars: usize,
    /// Of those, in words that name nothing.
    pub generic_chars: usize,
}

impl Text {
    /// This text with another after it.
    #[must_use]
    pub fn followed_by(mut self, other: Self) -> Self {
        let sentences = self.clauses.last().map_or(0, |clause| clause.sentence + 1);
        let later = other.clauses.into_iter().map(|clause| Clause {
            sentence: clause.sentence + sentences,
            ..clause
        });
        self.clauses.extend(later);
        settle(&mut self.clauses);
        self.chars += other.chars;
        self.slogan_chars += other.slogan_chars;
        self.generic_chars += other.generic_chars;
        self
    }
}

/// What stands between two marks of punctuation.
#[derive(Debug, Default)]
pub struct Clause {
    /// The number of its sentence.
    pub sentence: usize,
    /// Its words as they stand.
    pub quote: String,
    /// What its phrases do.
    pub senses: Senses,
    /// What it names, words of research management aside.
    pub things: BTreeSet<String>,
    /// Of those, and of names put together from several words, the technical ones.
    pub technical: BTreeSet<String>,
    /// Processes and properties it speaks of.
    pub matter: BTreeSet<String>,
    /// What goes wrong, in its own words.
    pub troubles: BTreeSet<String>,
    /// Its quantities.
    pub quantities: Vec<UnitKind>,
    /// Whether it tells of what is, and not of what is to come, of the firm, or that all is well.
    pub is_live: bool,
}

/// Whether this mark ends a sentence.
pub(super) const fn ends_sentence(c: char) -> bool {
    matches!(c, '。' | '；' | ';' | '！' | '!' | '？' | '?' | '\n')
}

/// Whether this mark ends a clause within its sentence.
pub(super) const fn ends_clause(c: char) -> bool {
    matches!(c, '，' | ',' | '：' | ':')
}

/// Takes a text apart.
#[must_use]
pub fn take_apart(lexicon: &Lexicon, original: &str) -> Text {
    let chars: Vec<char> = original.chars().map(half_width).collect();
    let mut plain = String::with_capacity(original.len());
    plain.extend(&chars);
    let mut words = words(lexicon, &plain);
    let mut marks = marks(lexicon, &chars, &words);
    let quantities = quantities(lexicon, &chars);
    marks.use_words(&mut words, &quantities);
    let mut text = Text {
        chars: chars.iter().filter(|c| is_letter(**c)).count(),
        slogan_chars: marks.slogan.iter().filter(|is| **is).count(),
        generic_chars: marks.generic.iter().filter(|is| **is).count(),
        ..Text::default()
    };
    let (mut start, mut sentence) = (0, 0);
    let (mut rest, mut signs) = (original, original.chars());
    for end in 0..=chars.len() {
        let after = signs.as_str();
        signs.next();
        let ends_sentence = chars.get(end).is_none_or(|c| ends_sentence(*c));
        if !ends_sentence && !ends_clause(chars[end]) {
            continue;
        }
        let quote = &rest[..rest.len() - after.len()];
        rest = signs.as_str();
        if quote.chars().any(is_letter) {
            text.clauses.push(Clause {
                sentence,
                quote: quote.trim().to_owned(),
                senses: marks.senses_in(start, end),
                things: things(&words, start, end),
                technical: technical(lexicon, &words, &marks, (start, end)),
                matter: marks.matter_in(start, end, &chars),
                troubles: marks.troubles_in(start, end, &chars),
                quantities: within(&quantities, start, end),
                is_live: true,
            });
        }
        sentence += usize::from(ends_sentence);
        start = end + 1;
    }
    settle(&mut text.clauses);
    text
}

/// Tells clauses that prove nothing: of what is to come (to the sentence's end), of the firm, or that all is well.
fn settle(clauses: &mut [Clause]) {
    let mut promised = None;
    let praised: BTreeSet<usize> = (0..clauses.len())
        .filter(|at| clauses[*at].senses.has(Sense::Praise) && !is_taken_back(clauses, *at))
        .map(|at| clauses[at].sentence)
        .collect();
    let sentences = clauses.last().map_or(0, |clause| clause.sentence + 1);
    let (mut told, mut aside) = (vec![0; sentences], vec![0; sentences]);
    for clause in clauses.iter() {
        told[clause.sentence] += 1;
        aside[clause.sentence] += usize::from(clause.senses.has(Sense::Aside));
    }
    for clause in clauses {
        let is_mostly_aside = aside[clause.sentence] * 2 >= told[clause.sentence];
        if clause.senses.has(Sense::Promise) {
            promised = Some(clause.sentence);
        }
        clause.is_live = promised != Some(clause.sentence)
            && !praised.contains(&clause.sentence)
            && !clause.senses.has(Sense::Aside)
            && !is_mostly_aside;
    }
}

fn within(quantities: &[Quantity], start: usize, end: usize) -> Vec<UnitKind> {
    let here = quantities
        .iter()
        .filter(|quantity| (start..end).contains(&quantity.start));
    here.map(|quantity| quantity.kind).collect()
}
