//! Words, phrases and units by which a problem's text is read: data of `templates/focus`, loaded once when first asked for.
//!
//! Segmentation is jieba's over a dictionary of common words a tenth the size of its own (10 ms to load instead of 150), with the
//! phrases and terms of this program added. A word that the dictionary lacks comes out in single characters; [`super::text`]
//! puts those together again, and takes them for what they mostly are: the name of something.

use std::collections::HashMap;
use std::io::{BufReader, Read as _};
use std::sync::LazyLock;

use foldhash::HashSet;
use jieba_rs::{Jieba, Tag};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use super::signs::Weights;
use super::starts::ByStart;

/// What a phrase does in the text of a problem. The file `templates/focus/phrases.toml` gives the reason for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sense {
    /// A set phrase that fits any application.
    Slogan,
    /// A word of research management, which names nothing.
    Generic,
    /// What is to come.
    Promise,
    /// The firm, the market, the money.
    Aside,
    /// All is well.
    Praise,
    /// A country or seller abroad, by name.
    Foreign,
    /// Sellers abroad without a name.
    Abroad,
    /// Bought abroad.
    Dependence,
    /// Refused, rationed, late.
    Cutoff,
    /// One level against another.
    Compare,
    /// What goes wrong.
    Trouble,
    /// This region.
    Domestic,
    /// Those who have the problem.
    Reach,
    /// What goes wrong, in words that also fill speeches.
    Lack,
    /// A term that the common dictionary lacks.
    Term,
    /// A complaint that fits any product.
    Stock,
    /// Explains what something is, as a textbook does.
    Textbook,
    /// Buying, building, repairing: what money alone settles.
    Works,
    /// What others have done or written.
    Elsewhere,
    /// What those who have the problem have tried.
    Tried,
    /// One character by which the name of a technical thing ends.
    Head,
    /// What is done to matter and signals.
    Process,
    /// What is measured of matter, machines and organisms.
    Property,
    /// Names the cause.
    Cause,
    /// Nobody has the answer, or it cannot be had.
    Open,
    /// Solving, mastering, having: denied it is [`Self::Open`], told as done [`Self::Done`].
    Solve,
    /// Solved, by whomever.
    Done,
    /// Names what one worries about or waits for.
    Worry,
}

/// A set of senses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Senses(u32);

impl Senses {
    /// Whether this sense is among them.
    #[must_use]
    pub const fn has(self, sense: Sense) -> bool {
        self.0 & (1 << sense as u16) != 0
    }

    /// Whether it is this sense and no other.
    #[must_use]
    pub const fn is_only(self, sense: Sense) -> bool {
        self.0 == 1 << sense as u16
    }

    /// Whether something goes wrong or is lacking.
    #[must_use]
    pub const fn is_trouble(self) -> bool {
        self.has(Sense::Trouble) || self.has(Sense::Lack)
    }

    /// Adds a sense.
    pub const fn add(&mut self, sense: Sense) {
        self.0 |= 1 << sense as u16;
    }

    /// Takes a sense away.
    pub const fn remove(&mut self, sense: Sense) {
        self.0 &= !(1 << sense as u16);
    }

    /// The set without these.
    #[must_use]
    pub fn without(mut self, senses: &[Sense]) -> Self {
        for sense in senses {
            self.remove(*sense);
        }
        self
    }

    /// Adds all of another set.
    pub const fn join(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

/// What a number with this unit says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnitKind {
    /// Something measured.
    Measure,
    /// Something measured as only engineers and physicians do.
    Physical,
    /// How far or how large works and fields are.
    Extent,
    /// Something counted.
    Count,
    /// A price.
    Money,
}

/// The data, ready for reading texts.
#[derive(Debug)]
pub struct Lexicon {
    jieba: Jieba,
    phrases: ByStart<Senses>,
    units: ByStart<UnitKind>,
    heads: HashSet<char>,
    /// What each sign of a text weighs.
    pub weights: Weights,
    /// The limits of the grades.
    pub limits: Limits,
}

/// The limits of the grades; the file gives the reason for each.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each field is the limit of that name in limits.toml"
)]
pub struct Limits {
    #[serde(deserialize_with = "limit")]
    pub points: usize,
    #[serde(deserialize_with = "limit")]
    pub things: usize,
    #[serde(deserialize_with = "limit")]
    pub specifics: usize,
    #[serde(deserialize_with = "limit")]
    pub proof: usize,
    #[serde(deserialize_with = "limit")]
    pub proof_alone: usize,
    #[serde(deserialize_with = "limit")]
    pub padding_percent: usize,
    #[serde(deserialize_with = "limit")]
    pub slogans_percent: usize,
    #[serde(deserialize_with = "limit")]
    pub repeated_percent: usize,
    #[serde(deserialize_with = "limit")]
    pub strong_quantities: usize,
    #[serde(deserialize_with = "limit")]
    pub strong_wrongs: usize,
    #[serde(deserialize_with = "limit")]
    pub copied_percent: usize,
    #[serde(deserialize_with = "limit")]
    pub shared_chars: usize,
}

/// A limit with its reason: not taken without one.
fn limit<'de, D: Deserializer<'de>>(from: D) -> Result<usize, D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Limit {
        value: usize,
        reason: String,
    }
    let limit = Limit::deserialize(from)?;
    if limit.reason.trim().is_empty() || limit.value == 0 {
        return Err(D::Error::custom(
            "a limit needs a value above 0 and a reason",
        ));
    }
    Ok(limit.value)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PhraseFile {
    group: Vec<PhraseGroup>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PhraseGroup {
    kind: Sense,
    reason: String,
    words: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitFile {
    group: Vec<UnitGroup>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitGroup {
    kind: UnitKind,
    reason: String,
    units: String,
}

const WORDS: &str = include_str!("../../templates/focus/words.txt");
const PHRASES: &str = concat!(
    include_str!("../../templates/focus/phrases.toml"),
    include_str!("../../templates/focus/matter.toml"),
    include_str!("../../templates/focus/subjects.toml"),
);
const UNITS: &str = include_str!("../../templates/focus/units.toml");
const WEIGHTS: &str = include_str!("../../templates/focus/weights.toml");
const LIMITS: &str = include_str!("../../templates/focus/limits.toml");

/// How often a phrase of ours counts as used: more than most words of the dictionary, so that it stays whole.
const PHRASE_FREQUENCY: u32 = 2000;

/// The built-in data, loaded when first asked for: no workbook without a text pays for it.
static BUILTIN: LazyLock<Lexicon> = LazyLock::new(|| {
    Lexicon::load(PHRASES, UNITS, WEIGHTS, LIMITS).expect("the built-in data is loaded by a test")
});

impl Lexicon {
    /// The built-in data.
    #[must_use]
    pub fn builtin() -> &'static Self {
        &BUILTIN
    }

    /// Reads phrases, units, weights and limits.
    ///
    /// # Errors
    /// A sentence with the group: not TOML, no reason, a phrase twice in one group, nothing in it.
    pub fn load(phrases: &str, units: &str, weights: &str, limits: &str) -> Result<Self, String> {
        let weights = Weights::load(weights).map_err(|error| format!("weights: {error}"))?;
        let limits = toml::from_str(limits).map_err(|error| format!("limits: {error}"))?;
        let phrase_file: PhraseFile =
            toml::from_str(phrases).map_err(|error| format!("phrases: {error}"))?;
        let unit_file: UnitFile =
            toml::from_str(units).map_err(|error| format!("units: {error}"))?;
        let mut by_phrase: HashMap<&str, Senses> = HashMap::new();
        let mut heads = HashSet::default();
        for group in &phrase_file.group {
            if group.kind == Sense::Head {
                heads.extend(listed(&group.words, &group.reason)?.flat_map(str::chars));
                continue;
            }
            for word in listed(&group.words, &group.reason)? {
                let senses = by_phrase.entry(word).or_default();
                if senses.has(group.kind) {
                    return Err(format!("phrases: `{word}` twice in {:?}", group.kind));
                }
                senses.add(group.kind);
            }
        }
        let mut by_unit: HashMap<&str, UnitKind> = HashMap::new();
        for group in &unit_file.group {
            for unit in listed(&group.units, &group.reason)? {
                by_unit.entry(unit).or_insert(group.kind);
            }
        }
        Ok(Self {
            jieba: segmentation(by_phrase.keys())?,
            phrases: ByStart::of(by_phrase),
            units: ByStart::of(by_unit),
            heads,
            weights,
            limits,
        })
    }

    /// The words of a text with their kinds (`n` noun, `v` verb, …).
    pub(super) fn words<'a>(&'a self, text: &'a str) -> Vec<Tag<'a>> {
        self.jieba.tag(text, false)
    }

    /// The phrases that start here, longest first.
    pub(super) fn phrases_at<'a>(
        &'a self,
        chars: &'a [char],
    ) -> impl Iterator<Item = (usize, Senses)> + use<'a> {
        self.phrases.at(chars)
    }

    /// Whether names of technical things end so.
    pub(super) fn is_head(&self, c: char) -> bool {
        self.heads.contains(&c)
    }

    /// The longest unit that starts here, and its length.
    pub(super) fn unit_at(&self, chars: &[char]) -> Option<(usize, UnitKind)> {
        self.units.at(chars).next()
    }
}

/// The words of a group.
fn listed<'a>(words: &'a str, reason: &str) -> Result<impl Iterator<Item = &'a str>, String> {
    if reason.trim().is_empty() || words.trim().is_empty() {
        return Err(format!(
            "a group without reason or words: `{reason}` `{words:.20}`"
        ));
    }
    Ok(words.split_whitespace())
}

/// The common dictionary with our phrases in it.
fn segmentation<'a>(phrases: impl Iterator<Item = &'a &'a str>) -> Result<Jieba, String> {
    let is_word = |word: &&&str| word.chars().count() > 1 && word.chars().all(is_han);
    let mut ours: Vec<&str> = phrases.filter(is_word).copied().collect();
    ours.sort_unstable();
    let ours: String = ours
        .iter()
        .map(|word| format!("{word} {PHRASE_FREQUENCY} n\n"))
        .collect();
    let header: usize = WORDS
        .split_inclusive('\n')
        .take_while(|line| line.starts_with('#'))
        .map(str::len)
        .sum();
    let mut dictionary = BufReader::new(WORDS.as_bytes()[header..].chain(ours.as_bytes()));
    Jieba::with_dict(&mut dictionary).map_err(|error| format!("words: {error}"))
}

/// Whether this is a Chinese character.
pub(super) const fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}')
}

/// Whether this is a letter or digit of any script, as [`char::is_alphanumeric`] has it, which looks Chinese characters
/// up in a table.
pub(crate) fn is_letter(c: char) -> bool {
    is_han(c) || c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::{is_han, is_letter};

    #[test]
    fn a_chinese_character_is_a_letter_of_one_case() {
        for c in ('\0'..=char::MAX).filter(|c| is_han(*c)) {
            assert!(c.is_alphanumeric() && is_letter(c), "{c}");
            assert!(c.to_lowercase().eq([c]), "{c}");
        }
    }
}
