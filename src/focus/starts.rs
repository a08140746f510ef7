//! Texts of a list found where they stand in another text: phrases and units, the longest first.

use std::collections::HashMap;
use std::ops::Range;

/// What stands after a text of one character in the [`Sieve`]: no character of a text.
const ALONE: char = '\0';

/// Texts with what they mean, by how they start.
#[derive(Debug)]
pub(super) struct ByStart<T> {
    sieve: Sieve,
    /// Texts of one character.
    alone: foldhash::HashMap<char, T>,
    /// By the first two characters: the text that they are, and the range of the longer ones.
    pairs: foldhash::HashMap<(char, char), (Option<T>, Range<usize>)>,
    /// Texts of more than two characters: those that start alike together, longest first.
    longer: Vec<(Box<[char]>, T)>,
}

impl<T: Copy> ByStart<T> {
    /// Sorts texts with what they mean.
    pub(super) fn of(all: HashMap<&str, T>) -> Self {
        let mut found = Self {
            sieve: Sieve::default(),
            alone: foldhash::HashMap::default(),
            pairs: foldhash::HashMap::default(),
            longer: Vec::new(),
        };
        let all = all.into_iter();
        let mut all: Vec<(Box<[char]>, T)> = all
            .map(|(text, value)| (text.chars().collect(), value))
            .collect();
        all.sort_by(|(a, _), (b, _)| {
            let starts = a.iter().take(2).cmp(b.iter().take(2));
            starts.then(b.len().cmp(&a.len())).then_with(|| a.cmp(b))
        });
        for (text, value) in all {
            found.put(text, value);
        }
        found
    }

    /// Adds a text; those that start alike come together, the longest first.
    fn put(&mut self, text: Box<[char]>, value: T) {
        match *text {
            [] => {}
            [only] => {
                self.sieve.put(only, ALONE);
                self.alone.insert(only, value);
            }
            [first, second, ..] => {
                self.sieve.put(first, second);
                let end = self.longer.len();
                let pair = self.pairs.entry((first, second));
                let (whole, longer) = pair.or_insert((None, end..end));
                if text.len() == 2 {
                    *whole = Some(value);
                } else {
                    longer.end += 1;
                    self.longer.push((text, value));
                }
            }
        }
    }

    /// The texts that stand at the start of these characters, by their lengths, longest first.
    pub(super) fn at<'a>(
        &'a self,
        chars: &'a [char],
    ) -> impl Iterator<Item = (usize, T)> + use<'a, T> {
        let first = chars.first().copied();
        let pair = first.zip(chars.get(1).copied());
        let pair = pair.filter(|(first, second)| self.sieve.may_hold(*first, *second));
        let (whole, longer) = pair
            .and_then(|pair| self.pairs.get(&pair))
            .map_or((None, 0..0), |(whole, longer)| (*whole, longer.clone()));
        let longer = self.longer[longer].iter();
        let longer = longer.filter(|(text, _)| chars.starts_with(text));
        let longer = longer.map(|(text, value)| (text.len(), *value));
        let alone = first.filter(|first| self.sieve.may_hold(*first, ALONE));
        let alone = alone.and_then(|first| self.alone.get(&first).copied());
        longer
            .chain(whole.map(|value| (2, value)))
            .chain(alone.map(|value| (1, value)))
    }
}

/// Bits of what a [`Sieve`] tells starts apart by.
const SIEVE_BITS: u32 = 16;

/// Which starts there may be: what it does not hold is not there. At most places of a text nothing starts, and this is
/// small enough to stay at hand where the maps are not.
#[derive(Debug)]
struct Sieve(Box<[u64]>);

impl Default for Sieve {
    fn default() -> Self {
        Self(vec![0; 1 << (SIEVE_BITS - u64::BITS.ilog2())].into())
    }
}

impl Sieve {
    fn put(&mut self, first: char, second: char) {
        let (word, bit) = place(first, second);
        self.0[word] |= bit;
    }

    fn may_hold(&self, first: char, second: char) -> bool {
        let (word, bit) = place(first, second);
        self.0[word] & bit != 0
    }
}

/// The word and the bit of a start: the upper bits of a product (Knuth, TAOCP 6.4).
fn place(first: char, second: char) -> (usize, u64) {
    let both = u32::from(first).rotate_left(16) ^ u32::from(second);
    let bits = both.wrapping_mul(0x9e37_79b9) >> (u32::BITS - SIEVE_BITS);
    ((bits / u64::BITS) as usize, 1 << (bits % u64::BITS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_starts_here_is_found_longest_first() {
        let texts = ["阀", "阀芯", "阀芯磨损", "阀芯卡", "芯", "磨损"];
        let all = ByStart::of(texts.into_iter().map(|text| (text, text)).collect());
        let at = |text: &str| {
            let chars: Vec<char> = text.chars().collect();
            all.at(&chars).collect::<Vec<_>>()
        };
        assert_eq!(at("阀芯磨损快"), [(4, "阀芯磨损"), (2, "阀芯"), (1, "阀")]);
        assert_eq!(at("阀芯卡"), [(3, "阀芯卡"), (2, "阀芯"), (1, "阀")]);
        assert_eq!(at("阀"), [(1, "阀")]);
        assert_eq!(at("磨"), []);
        assert_eq!(at("磨损"), [(2, "磨损")]);
        assert_eq!(at(""), []);
    }
}
