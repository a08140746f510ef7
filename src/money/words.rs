//! Amounts in words (大写), both ways: `101.50` and `壹佰零壹元伍角整`.
//!
//! 整 follows 元 and 角 and never 分, as the rules for filling in bills (正确填写票据和结算凭证的基本规定) ask.
//! What this file does not do: amounts of a 京 (10^16 元) or more; [`parse`] refuses them.

use super::Money;

const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
/// Units inside a group of four digits, from the right; the first has none.
const UNITS: [&str; 4] = ["", "拾", "佰", "仟"];
/// Units of the groups of four digits, from the right: up to 9999 万亿.
const GROUPS: [&str; 4] = ["", "万", "亿", "万亿"];
/// 元 from which on an amount has no words here: 10^16.
const YUAN_LIMIT: i128 = 10_000_000_000_000_000;

/// The amount in words, without 人民币 in front: `壹万陆仟肆佰零玖元零贰分`.
///
/// A negative amount begins with 负. An amount of 10^16 元 or more is given in figures with 元.
///
/// ```
/// use liandong::money::{Money, words};
/// assert_eq!(words::to_words(Money::from_fen(101_50)), "壹佰零壹元伍角整");
/// ```
#[must_use]
pub fn to_words(amount: Money) -> String {
    let fen = amount.fen().unsigned_abs();
    let (yuan, jiao, fen) = (fen / 100, fen / 10 % 10, fen % 10);
    if yuan >= YUAN_LIMIT.unsigned_abs() {
        return format!("{}元", amount.yuan());
    }
    let mut words = String::from(if amount.fen() < 0 { "负" } else { "" });
    if yuan > 0 {
        words.push_str(&whole(yuan));
        words.push('元');
    }
    match (jiao, fen) {
        (0, 0) if yuan == 0 => words.push_str("零元整"),
        (0, 0) => words.push('整'),
        (0, fen) if yuan == 0 => words.extend([digit(fen), '分']),
        (0, fen) => words.extend(['零', digit(fen), '分']),
        (jiao, 0) => words.extend([digit(jiao), '角', '整']),
        (jiao, fen) => words.extend([digit(jiao), '角', digit(fen), '分']),
    }
    words
}

fn digit(value: u128) -> char {
    DIGITS[(value % 10) as usize]
}

/// A whole number above 0 and below 10^16 in words.
fn whole(number: u128) -> String {
    let mut words = String::new();
    let mut gap = false;
    for place in (0..GROUPS.len()).rev() {
        let group = number / 10_000_u128.pow(place as u32) % 10_000;
        if group == 0 {
            gap = !words.is_empty();
            // 亿 stands once for both of its groups, also where the lower of them is empty.
            if place == 2 && number >= 1_000_000_000_000 {
                words.push('亿');
            }
            continue;
        }
        if !words.is_empty() && (gap || group < 1_000) {
            words.push('零');
        }
        words.push_str(&four(group));
        let joined = place == 3;
        words.push_str(if joined { "万" } else { GROUPS[place] });
        gap = false;
    }
    words
}

/// A number from 1 to 9999 in words, without a zero in front.
fn four(group: u128) -> String {
    let mut words = String::new();
    let mut gap = false;
    for place in (0..UNITS.len()).rev() {
        let value = group / 10_u128.pow(place as u32) % 10;
        if value == 0 {
            gap = !words.is_empty();
            continue;
        }
        if gap {
            words.push('零');
            gap = false;
        }
        words.push(digit(value));
        words.push_str(UNITS[place]);
    }
    words
}

/// The amount that words say, `None` where they are not one certain amount.
///
/// 人民币 in front, blanks, 圆 for 元, 正 for 整, and the small digits (一二三, 十百千) are read too. A word that is
/// missing (`叁佰` without 元), in the wrong order or doubled is refused.
#[must_use]
pub fn parse(text: &str) -> Option<Money> {
    let plain: Vec<char> = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(modern)
        .collect();
    let plain: String = plain.into_iter().collect();
    let plain = plain
        .trim_start_matches("人民币")
        .trim_start_matches([':', '：']);
    let (negative, plain) = match plain.strip_prefix('负') {
        Some(rest) => (true, rest),
        None => (false, plain),
    };
    let (plain, closed) = match plain.strip_suffix('整') {
        Some(rest) => (rest, true),
        None => (plain, false),
    };
    let (yuan, rest) = match plain.split_once('元') {
        Some((number, rest)) => (read_whole(number)?, rest),
        None => (0, plain),
    };
    if rest.is_empty() && !plain.contains('元') {
        return None;
    }
    let small = read_small(rest)?;
    if closed && small % 10 != 0 {
        return None;
    }
    let fen = yuan.checked_mul(100)?.checked_add(small)?;
    Some(Money::from_fen(if negative { -fen } else { fen }))
}

/// The word of the rules for one that people also write.
const fn modern(c: char) -> char {
    match c {
        '〇' | '○' => '零',
        '一' => '壹',
        '二' | '两' | '贰' | '貳' => '贰',
        '三' | '叄' | '參' => '叁',
        '四' => '肆',
        '五' => '伍',
        '六' | '陸' => '陆',
        '七' => '柒',
        '八' => '捌',
        '九' => '玖',
        '十' => '拾',
        '百' => '佰',
        '千' => '仟',
        '萬' => '万',
        '億' => '亿',
        '圆' | '圓' => '元',
        '正' => '整',
        other => other,
    }
}

fn value_of(c: char) -> Option<i128> {
    DIGITS
        .iter()
        .position(|&digit| digit == c)
        .and_then(|position| i128::try_from(position).ok())
}

/// 角 and 分 after 元: in 分.
fn read_small(text: &str) -> Option<i128> {
    let chars: Vec<char> = text.chars().collect();
    let digit_at = |index: usize| value_of(chars[index]);
    match chars.as_slice() {
        [] => Some(0),
        [_, '角'] => Some(digit_at(0)? * 10),
        [_, '分'] => digit_at(0),
        ['零', _, '角' | '分'] => {
            let unit = if chars[2] == '角' { 10 } else { 1 };
            Some(digit_at(1)? * unit)
        }
        [_, '角', _, '分'] => Some(digit_at(0)? * 10 + digit_at(2)?),
        [_, '角', '零', _, '分'] => Some(digit_at(0)? * 10 + digit_at(3)?),
        _ => None,
    }
}

/// A whole number in words below 10^16.
fn read_whole(text: &str) -> Option<i128> {
    if let Some((high, low)) = text.split_once('亿') {
        if low.contains('亿') {
            return None;
        }
        let high = read_below_yi(high)?;
        if low.chars().count() == 1 {
            return None;
        }
        let low = if low.is_empty() {
            0
        } else {
            read_below_yi(low)?
        };
        return (high > 0).then_some(high * 100_000_000 + low);
    }
    read_below_yi(text)
}

fn read_below_yi(text: &str) -> Option<i128> {
    if let Some((high, low)) = text.split_once('万') {
        let high = read_four(high)?;
        // 三万五 may be 35,000 or 30,005.
        if low.chars().count() == 1 {
            return None;
        }
        let low = if low.is_empty() { 0 } else { read_four(low)? };
        return (high > 0).then_some(high * 10_000 + low);
    }
    read_four(text)
}

/// Up to four digits with falling units; a `拾` in front stands for `壹拾`.
fn read_four(text: &str) -> Option<i128> {
    let (mut sum, mut limit, mut pending, mut spaced) = (0_i128, 10_000_i128, None, false);
    if text.is_empty() {
        return None;
    }
    for (index, c) in text.chars().enumerate() {
        let unit = match c {
            '拾' => 10,
            '佰' => 100,
            '仟' => 1_000,
            '零' if pending.is_none() => {
                spaced = true;
                continue;
            }
            _ => {
                if pending.replace(value_of(c)?).is_some() {
                    return None;
                }
                continue;
            }
        };
        let digit = pending.take().or((index == 0 && unit == 10).then_some(1))?;
        if unit >= limit {
            return None;
        }
        sum += digit * unit;
        limit = unit;
        spaced = false;
    }
    // 一百五 may be 150 or 105.
    if pending.is_some() && !spaced && (100..10_000).contains(&limit) {
        return None;
    }
    Some(sum + pending.unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_close_with_zheng_after_yuan_and_jiao_only() {
        for (fen, words) in [
            (10_150, "壹佰零壹元伍角整"),
            (600_714, "陆仟零柒元壹角肆分"),
            (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
            (32_504, "叁佰贰拾伍元零肆分"),
            (1_200_050, "壹万贰仟元伍角整"),
            (300_000_000, "叁佰万元整"),
            (0, "零元整"),
            (5, "伍分"),
            (50, "伍角整"),
            (1_000_100_000, "壹仟万壹仟元整"),
            (10_000_000_100, "壹亿零壹元整"),
            (-100, "负壹元整"),
        ] {
            assert_eq!(to_words(Money::from_fen(fen)), words);
            assert_eq!(parse(words), Some(Money::from_fen(fen)), "{words}");
        }
    }

    #[test]
    fn other_ways_of_writing_are_read() {
        for (words, fen) in [
            ("人民币叁佰万圆整", 300_000_000),
            ("人民币：叁佰万元正", 300_000_000),
            ("三百万元", 300_000_000),
            ("拾万元整", 10_000_000),
        ] {
            assert_eq!(parse(words), Some(Money::from_fen(fen)), "{words}");
        }
    }

    #[test]
    fn what_is_no_certain_amount_is_refused() {
        for words in [
            "",
            "元",
            "整",
            "叁佰",
            "叁佰叁佰元",
            "拾佰元",
            "壹贰元",
            "万元",
            "壹元贰",
            "壹元贰分整",
            "一百五元",
            "三万五元",
        ] {
            assert_eq!(parse(words), None, "{words}");
        }
    }
}
