//! Passages that two texts have in common, quoted from both. Blanks, punctuation and width do not count, so that a copy with
//! other commas is the same text.

use foldhash::{HashMap, HashMapExt as _, HashSet};

use super::lexicon::is_letter;

/// Places of the second text at which a passage is looked for, where the same run stands there many times: a text of one
/// character repeated costs no more than any other.
const PLACES_MAX: usize = 32;

/// A passage that stands in both texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// As it stands in the one.
    pub here: String,
    /// As it stands in the other.
    pub there: String,
    /// Letters, digits and characters in it.
    pub chars: usize,
}

/// A text reduced to its letters, digits and characters, with where each stands.
#[derive(Debug, Clone)]
pub struct Plain {
    original: Vec<char>,
    /// The characters that count, of half width and lower case.
    pub chars: Vec<char>,
    places: Vec<usize>,
}

impl Plain {
    /// Reduces a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let original: Vec<char> = text.chars().collect();
        let mut plain = Self {
            chars: Vec::with_capacity(original.len()),
            places: Vec::with_capacity(original.len()),
            original,
        };
        for (place, c) in plain.original.iter().enumerate() {
            let half = crate::form::find::half_width(*c).to_ascii_lowercase();
            if is_letter(half) {
                plain.chars.push(half);
                plain.places.push(place);
            }
        }
        plain
    }

    /// The words behind these characters, as they stand.
    fn quote(&self, start: usize, end: usize) -> String {
        let (first, last) = (self.places[start], self.places[end - 1]);
        self.original[first..=last].iter().collect()
    }
}

/// The passages of at least `chars_least` characters that stand in both, none overlapping another in the first, in its order.
#[must_use]
pub fn in_common(here: &Plain, there: &Plain, chars_least: usize) -> Vec<Passage> {
    let mut starts: HashMap<&[char], Vec<usize>> = HashMap::new();
    let wanted: HashSet<&[char]> = here.chars.windows(chars_least).collect();
    for (start, run) in there.chars.windows(chars_least).enumerate() {
        if wanted.contains(run) {
            starts.entry(run).or_default().push(start);
        }
    }
    let mut found = Vec::new();
    let mut at = 0;
    while at + chars_least <= here.chars.len() {
        let candidates = starts.get(&here.chars[at..at + chars_least]);
        let same = |start: &usize| {
            let pairs = here.chars[at..].iter().zip(&there.chars[*start..]);
            (pairs.take_while(|(a, b)| a == b).count(), *start)
        };
        let longest = candidates.and_then(|starts| starts.iter().take(PLACES_MAX).map(same).max());
        let Some((chars, start)) = longest else {
            at += 1;
            continue;
        };
        found.push(Passage {
            here: here.quote(at, at + chars),
            there: there.quote(start, start + chars),
            chars,
        });
        at += chars;
    }
    found
}

/// How much of the first text the passages cover, in hundredths.
#[must_use]
pub fn covered_percent(here: &Plain, passages: &[Passage]) -> usize {
    let chars: usize = passages.iter().map(|passage| passage.chars).sum();
    chars * 100 / here.chars.len().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_with_other_punctuation_is_found_and_quoted_from_both() {
        let here = Plain::of("前言。国产阀芯寿命不足１５００小时，进口产品为8000小时；后记");
        let there = Plain::of("国产阀芯寿命不足 1500 小时 进口产品为 8000 小时。");
        let passages = in_common(&here, &there, 12);
        assert_eq!(passages.len(), 1);
        assert_eq!(
            passages[0].here,
            "国产阀芯寿命不足１５００小时，进口产品为8000小时"
        );
        assert_eq!(
            passages[0].there,
            "国产阀芯寿命不足 1500 小时 进口产品为 8000 小时"
        );
        assert_eq!(covered_percent(&here, &passages), 25 * 100 / 29);
    }

    #[test]
    fn a_text_of_one_character_is_compared_in_a_bounded_number_of_places() {
        let (here, there) = ("阀".repeat(32_000), "阀".repeat(32_000) + "门");
        let passages = in_common(&Plain::of(&here), &Plain::of(&there), 12);
        assert_eq!(passages.len(), 1);
        assert_eq!(passages[0].chars, 32_000);
    }

    #[test]
    fn what_is_shorter_than_asked_is_no_passage() {
        let here = Plain::of("国产阀芯寿命不足一千小时");
        assert!(in_common(&here, &Plain::of("国产阀芯寿命不足两千小时"), 12).is_empty());
        assert!(in_common(&Plain::of(""), &here, 12).is_empty());
    }
}
