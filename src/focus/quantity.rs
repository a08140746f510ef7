//! Quantities in a text: numbers in digits or Chinese numerals with a unit. Years, ordinals and idioms (一系列, 第三) are none.

use super::lexicon::{Lexicon, UnitKind};

/// A number with its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantity {
    /// First character.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// What it says.
    pub kind: UnitKind,
}

/// Whether this is a Chinese numeral, or stands among them: 一百二十多, 三万二, 十几.
#[rustfmt::skip]
const fn is_numeral(c: char) -> bool {
    matches!(
        c,
        '零' | '〇' | '一' | '二' | '两' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十' | '百' | '千'
            | '万' | '亿' | '半' | '几' | '数'
    )
}

/// After a number and before its unit.
const ABOUT: &[char] = &['多', '余', '来', '几', ' '];
/// Between the two numbers of a range or a product.
const RANGE: &[char] = &['~', '-', '—', '–', '×', 'x', 'X', '至', '到', '/'];
/// Alone before a unit these count nothing: 一种, 几个, 数台.
const COUNTS_NOTHING: &[char] = &['一', '半', '几', '数', '万', '零', '两'];
/// Years of our time: four digits and 年.
const YEAR_DIGITS: usize = 4;

/// The quantities of a text (of half width), in order.
#[must_use]
pub fn quantities(lexicon: &Lexicon, chars: &[char]) -> Vec<Quantity> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let is_start =
            chars[at].is_ascii_digit() || is_numeral(chars[at]) || starts_part(chars, at);
        if !is_start {
            at += 1;
            continue;
        }
        let after_letter = at > 0 && (chars[at - 1].is_ascii_alphabetic() || chars[at - 1] == '第');
        let quantity = if chars[at].is_ascii_digit() {
            in_digits(lexicon, chars, at)
        } else {
            in_numerals(lexicon, chars, at)
        };
        let (end, kind) = quantity;
        if let Some(kind) = kind.filter(|_| !after_letter) {
            found.push(Quantity {
                start: at,
                end,
                kind,
            });
        }
        at = end.max(at + 1);
    }
    found
}

/// 百分之, 千分之, 万分之.
fn starts_part(chars: &[char], at: usize) -> bool {
    chars.get(at + 1) == Some(&'分') && chars.get(at + 2) == Some(&'之')
}

fn in_digits(lexicon: &Lexicon, chars: &[char], start: usize) -> (usize, Option<UnitKind>) {
    let is_digit = |c: &char| c.is_ascii_digit() || matches!(c, '.' | ',');
    let mut end = start + count(&chars[start..], is_digit);
    let digits = end - start;
    // A range or a product: 3~5, 3-5, 3×5, 3/5.
    while end + 1 < chars.len() && RANGE.contains(&chars[end]) && chars[end + 1].is_ascii_digit() {
        end += 1;
        end += count(&chars[end..], is_digit);
    }
    let after = chars[end..].iter().find(|c| **c != ' ');
    if digits == YEAR_DIGITS && after == Some(&'年') && matches!(chars[start], '1' | '2') {
        return (end, None);
    }
    with_unit(lexicon, chars, end, true)
}

fn in_numerals(lexicon: &Lexicon, chars: &[char], start: usize) -> (usize, Option<UnitKind>) {
    if starts_part(chars, start) {
        let part = start + 3;
        let numerals = count(chars.get(part..).unwrap_or_default(), |c| {
            is_numeral(*c) || c.is_ascii_digit() || *c == '点'
        });
        return (part + numerals, (numerals > 0).then_some(UnitKind::Measure));
    }
    let numerals = count(&chars[start..], |c| is_numeral(*c));
    let end = start + numerals;
    // 一 alone counts nothing: 一种, 一个, 一系列; nor do 几 and 数 as a matter of form.
    let counts = numerals > 1 || !COUNTS_NOTHING.contains(&chars[start]);
    with_unit(lexicon, chars, end, counts)
}

/// The unit after a number that ends here; `counts` is whether the number can count things.
fn with_unit(
    lexicon: &Lexicon,
    chars: &[char],
    end: usize,
    counts: bool,
) -> (usize, Option<UnitKind>) {
    let about = count(&chars[end..], |c| {
        ABOUT.contains(c) || *c == '万' || *c == '亿'
    });
    let scaled = chars[end..end + about]
        .iter()
        .any(|c| matches!(c, '万' | '亿'));
    let unit = lexicon
        .unit_at(&chars[end..])
        .map(|(length, kind)| (end + length, kind));
    let later = lexicon
        .unit_at(&chars[end + about..])
        .map(|(length, kind)| (end + about + length, kind));
    let best = match (unit, later) {
        (Some(unit), Some(later)) if later.0 > unit.0 => Some(later),
        (Some(unit), _) => Some(unit),
        (None, later) => later,
    };
    match best {
        Some((unit_end, kind))
            if counts || kind == UnitKind::Measure && is_measured(chars, end) =>
        {
            (unit_end, Some(kind))
        }
        _ if scaled && counts => (end + about, Some(UnitKind::Count)),
        _ => (end, None),
    }
}

/// 一成, 一倍, 两成, 一半: parts are measured by a single numeral too.
fn is_measured(chars: &[char], end: usize) -> bool {
    matches!(chars.get(end), Some('成' | '倍'))
}

fn count(chars: &[char], is: impl Fn(&char) -> bool) -> usize {
    chars.iter().take_while(|c| is(c)).count()
}
