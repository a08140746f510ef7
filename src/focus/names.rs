//! What a clause names: things of any kind, and the technical ones among them.

use std::collections::BTreeSet;

use super::lexicon::{Lexicon, Sense, is_han};
use super::marks::{Marks, Word};

/// The things a clause names: nouns and names beyond those of research management, single characters put together.
pub(super) fn things(words: &[Word<'_>], start: usize, end: usize) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut single = String::new();
    let first = words.partition_point(|word| word.start < start);
    for word in &words[first..] {
        if word.start >= end {
            break;
        }
        let names = !word.is_used && is_name(word);
        if names && word.chars == 1 {
            single.push_str(word.text);
            continue;
        }
        keep(&mut found, &mut single);
        if names {
            found.insert(word.text.to_owned());
        }
    }
    keep(&mut found, &mut single);
    found
}

/// The most technical names that an enumeration gives: listing parts tells of none of them.
const LISTED_NAMES: usize = 1;

/// The technical things a clause names: terms, designations (IGBT, DN150), and words that end as the names of things do (阀, 膜,
/// 酸), with the word before where they are a single character.
pub(super) fn technical(
    lexicon: &Lexicon,
    words: &[Word<'_>],
    marks: &Marks,
    (start, end): (usize, usize),
) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let first = words.partition_point(|word| word.start < start);
    let here = words[first..].iter().take_while(|word| word.start < end);
    let mut before: Option<&Word<'_>> = None;
    let mut marks_of_list = 0;
    for word in here {
        marks_of_list += usize::from(word.text == "、");
        let last = word.text.chars().last().unwrap_or(' ');
        let is_term = || marks.senses[word.start].has(Sense::Term);
        let is_named = || {
            let is_end = last.is_ascii_alphanumeric() || word.chars > 1 && lexicon.is_head(last);
            is_end && is_name(word)
        };
        if !word.is_used && (is_term() || is_named()) {
            found.insert(word.text.to_owned());
        } else if !word.is_used && word.chars == 1 && lexicon.is_head(last) {
            let joined = before.filter(|before| joins(before, word));
            found.extend(joined.map(|before| format!("{}{}", before.text, word.text)));
        }
        before = Some(word);
    }
    if marks_of_list > 1 {
        while found.len() > LISTED_NAMES {
            found.pop_last();
        }
    }
    found
}

/// Whether a word is the first part of a name that ends with the next.
fn joins(before: &Word<'_>, word: &Word<'_>) -> bool {
    before.start + before.chars == word.start
        && before
            .text
            .chars()
            .all(|c| is_han(c) || c.is_ascii_alphanumeric())
        && !(before.chars == 1 && before.kind.starts_with(['v', 'a']))
        && !before
            .kind
            .starts_with(['p', 'c', 'u', 'r', 'd', 'm', 'q', 'f', 't', 'y'])
}

fn keep(found: &mut BTreeSet<String>, single: &mut String) {
    if single.chars().count() > 1 {
        found.insert(std::mem::take(single));
    }
    single.clear();
}

/// Whether a word is a noun, a name, or unknown to the dictionary.
fn is_name(word: &Word<'_>) -> bool {
    let first = word.text.chars().next().unwrap_or(' ');
    if first.is_ascii_alphabetic() {
        return word.chars > 1;
    }
    is_han(first)
        && (word.kind.is_empty()
            || word.kind.starts_with(['n', 'x', 'j', 'g'])
            || ["vn", "zg", "l"].contains(&word.kind))
}
