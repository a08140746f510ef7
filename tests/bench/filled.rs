//! Filled workbooks, each different and the same in every run.

use liandong::assess::Rulebook;
use liandong::form::blank::{self, Values};
use liandong::rules::{Edit, Typed, rules};

use crate::EDITION;
use crate::support;

/// One faultless application in which texts and names differ; in one of three some fields break a rule.
pub fn workbook(rulebook: &Rulebook, number: usize, seed: &mut Seed) -> Vec<u8> {
    let mut values: Values = support::faultless();
    for slot in [
        "title",
        "problem_name",
        "abstract",
        "leader",
        "registered_in",
        "people.1.name",
        "people.2.name",
        "people.3.name",
    ] {
        if let Some(Typed::Text(text)) = values.get_mut(slot) {
            text.to_mut()
                .push_str(&format!("{number}号{}", seed.below(1_000_000)));
        }
    }
    for slot in ["problem", "gap", "difficulty_why", "approach"] {
        if let Some(Typed::Text(text)) = values.get_mut(slot) {
            *text = unlike(text, seed).into();
        }
    }
    let code = credit_code(number);
    for slot in ["credit_code", "units.1.credit_code"] {
        values.insert(slot.to_owned(), Typed::Text(code.clone().into()));
    }
    if seed.below(3) == 0 {
        let rules: Vec<_> = rules().collect();
        for _ in 0..=seed.below(4) {
            for edit in rules[seed.below(rules.len())].breaks[0] {
                if let Edit::Set(slot, typed) = edit {
                    values.insert((*slot).to_owned(), typed.clone());
                }
            }
        }
    }
    let edition = rulebook.policies.edition(EDITION).expect("built in");
    blank::write(&rulebook.layout, edition, &values).expect("the form can be written")
}

/// A text that no other one is like: one character in five is any.
fn unlike(text: &str, seed: &mut Seed) -> String {
    let mut other = String::new();
    for (index, c) in text.chars().enumerate() {
        if index % 4 == 3 {
            let any = u32::try_from(0x4e00 + seed.below(20_000)).expect("small");
            other.extend(char::from_u32(any));
        }
        other.push(c);
    }
    other
}

/// A code of its own for each unit (GB 32100).
fn credit_code(number: usize) -> String {
    let digits = format!("91650100{number:09}");
    let mut weighted = (0, 1);
    for digit in digits.bytes() {
        weighted.0 += usize::from(digit - b'0') * weighted.1;
        weighted.1 = weighted.1 * 3 % 31;
    }
    let check = (31 - weighted.0 % 31) % 31;
    let letter = b"0123456789ABCDEFGHJKLMNPQRTUWXY"[check];
    format!("{digits}{}", char::from(letter))
}

/// A sequence of numbers that looks like chance and is the same in every run (SplitMix64).
pub struct Seed(pub u64);

impl Seed {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).expect("below a usize")
    }
}
