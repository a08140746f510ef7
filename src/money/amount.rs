//! Amounts as people type them: `300万元`, `3,000,000元`, full-width digits, amounts in words.
//!
//! What is not one certain amount is `None` and goes to a person. What this file does not do: round, or decide
//! whether a unit that differs from the form's is a fault.

use rust_decimal::Decimal;

use super::{Money, words};

/// Most characters that an amount can have; longer texts are no amounts.
const CHARS_MAX: usize = 64;
/// Most decimals; with more a product could not be exact.
const DECIMALS_MAX: usize = 20;

/// A unit in which an amount is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// 元.
    Yuan,
    /// 千元: 1000 元.
    ThousandYuan,
    /// 万元: 10,000 元.
    Wan,
    /// 亿元: 100,000,000 元.
    Yi,
}

impl Unit {
    /// 万元 in one of this unit.
    fn in_wan(self) -> Decimal {
        match self {
            Self::Yuan => Decimal::new(1, 4),
            Self::ThousandYuan => Decimal::new(1, 1),
            Self::Wan => Decimal::ONE,
            Self::Yi => Decimal::new(10_000, 0),
        }
    }
}

/// An amount as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    /// The amount in 万元, exact, not rounded.
    pub wan: Decimal,
    /// The unit that was written; `None` where there was none and the form's unit was taken.
    pub unit: Option<Unit>,
}

impl Amount {
    /// The amount as money; `None` where it is finer than a 分.
    #[must_use]
    pub fn money(&self) -> Option<Money> {
        Money::from_wan(self.wan)
    }
}

/// Reads an amount; `default` is the unit where none is written.
///
/// Commas and blanks must stand between groups of three digits. A dash, a slash or 无 alone is zero. Everything else that is
/// not one certain amount (`约300`, `300-400`, `1,20`) is `None`.
///
/// ```
/// use liandong::money::amount::{Unit, parse};
/// let amount = parse("3,000,000元", Unit::Wan).unwrap();
/// assert_eq!(amount.wan.to_string(), "300");
/// assert_eq!(amount.unit, Some(Unit::Yuan));
/// assert!(parse("约300万元", Unit::Wan).is_none());
/// ```
#[must_use]
pub fn parse(text: &str, default: Unit) -> Option<Amount> {
    if text.chars().count() > CHARS_MAX {
        return None;
    }
    let plain = without_blanks(text);
    if matches!(plain.as_str(), "-" | "--" | "—" | "——" | "–" | "/" | "无") {
        return Some(Amount {
            wan: Decimal::ZERO,
            unit: None,
        });
    }
    in_figures(&plain, default).or_else(|| in_words(&plain))
}

/// In half-width characters without blanks; one between two digits parts groups of them, as a comma does.
fn without_blanks(text: &str) -> String {
    let text: String = text.chars().map(half_width).collect();
    let mut plain = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        let parts_digits = plain.ends_with(|c: char| c.is_ascii_digit())
            && word.starts_with(|c: char| c.is_ascii_digit());
        plain += if parts_digits { "," } else { "" };
        plain += word;
    }
    plain
}

/// The half-width form of a full-width character.
pub(crate) fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '−' => '-',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{ffe5}' => '¥',
        other => other,
    }
}

fn in_figures(plain: &str, default: Unit) -> Option<Amount> {
    let figure = plain.strip_prefix("人民币").unwrap_or(plain);
    let figure = strip_currency(figure);
    let (figure, unit) = split_unit(figure);
    let wan = figure_of(figure)?
        .checked_mul(unit.unwrap_or(default).in_wan())?
        .normalize();
    Some(Amount { wan, unit })
}

fn strip_currency(text: &str) -> &str {
    ["¥", "RMB", "CNY"]
        .iter()
        .find_map(|sign| text.strip_prefix(sign))
        .unwrap_or(text)
}

fn split_unit(text: &str) -> (&str, Option<Unit>) {
    let text = text.strip_suffix('整').unwrap_or(text);
    for (suffix, unit) in [
        ("亿元", Unit::Yi),
        ("亿", Unit::Yi),
        ("万元", Unit::Wan),
        ("万", Unit::Wan),
        ("千元", Unit::ThousandYuan),
        ("元", Unit::Yuan),
    ] {
        if let Some(rest) = text.strip_suffix(suffix) {
            return (rest, Some(unit));
        }
    }
    (text, None)
}

/// Digits with at most one point and commas between groups of three.
fn figure_of(text: &str) -> Option<Decimal> {
    let (sign, digits) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (if text.starts_with('-') { "-" } else { "" }, rest),
        None => ("", text),
    };
    let (whole, part) = match digits.split_once('.') {
        Some((whole, part)) if !part.is_empty() => (whole, part),
        Some(_) => return None,
        None => (digits, ""),
    };
    let are_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let groups: Vec<&str> = whole.split(',').collect();
    let grouped = groups.len() == 1
        || (groups[0].len() <= 3 && groups[1..].iter().all(|group| group.len() == 3));
    let plain = groups.concat();
    if part.len() > DECIMALS_MAX {
        return None;
    }
    if !grouped || groups[0].is_empty() || !are_digits(&plain) || !are_digits(part) {
        return None;
    }
    let point = if part.is_empty() { "" } else { "." };
    Decimal::from_str_exact(&format!("{sign}{plain}{point}{part}")).ok()
}

fn in_words(plain: &str) -> Option<Amount> {
    Some(Amount {
        wan: words::parse(plain)?.as_wan(),
        unit: Some(Unit::Yuan),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wan(text: &str) -> Option<String> {
        parse(text, Unit::Wan).map(|amount| amount.wan.to_string())
    }

    #[test]
    fn amounts_are_read_as_people_type_them() {
        for (text, expected) in [
            ("300", "300"),
            ("300万元", "300"),
            ("3,000,000元", "300"),
            ("３００．５", "300.5"),
            ("￥1,200", "1200"),
            ("¥ 1,200元", "0.12"),
            ("1.5亿元", "15000"),
            ("人民币叁佰万元整", "300"),
            ("50 千元", "5"),
            ("-12.5", "-12.5"),
            ("0.01元", "0.000001"),
            ("3 000 000 元", "300"),
        ] {
            assert_eq!(wan(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_dash_is_nothing_at_all() {
        for text in ["—", "-", "/", "无", "／", "——"] {
            assert_eq!(wan(text).as_deref(), Some("0"), "{text}");
        }
    }

    #[test]
    fn what_is_not_one_certain_amount_is_refused() {
        for text in [
            "",
            " ",
            "元",
            "约300",
            "300-400",
            "1,20",
            "1,2345",
            ",300",
            "1.",
            "1.2.3",
            "300万300",
            "300美元",
            "1e5",
            "#REF!",
            "--5",
            "99999999999999999999999999999999999亿",
        ] {
            assert_eq!(wan(text), None, "{text}");
        }
    }

    #[test]
    fn an_amount_is_money_as_far_as_sums_of_it_can_be_shown() {
        let most = parse("99999999999999999999.999999万元", Unit::Yuan).unwrap();
        let money = most.money().unwrap();
        assert_eq!(money.as_wan(), most.wan);
        assert_eq!(money.yuan(), "999999999999999999999999.99");
        let more = parse("100000000000000000000万元", Unit::Yuan).unwrap();
        assert_eq!(more.money(), None);
        // What fuzzing found: read as money, and no decimal could hold it.
        let found = parse("6888880000000071328888795.0", Unit::Wan).unwrap();
        assert_eq!(found.money(), None);
    }
}
