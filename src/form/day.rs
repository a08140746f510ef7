//! Days as people write them: `2024-03-18`, `2024年3月18日`, `20240318`, `2024.3`, and a period in one cell.
//!
//! Takes half-width text. What this file does not do: choose a day of a month, which the field's layout does.

use jiff::civil::Date;

use super::GarbledHow;

/// What may stand between numbers, and after the last one.
const BETWEEN: &str = "-–—/.,、。年月日号";
/// What may stand between the two ends of a period besides [`BETWEEN`].
const BETWEEN_ENDS: &str = "至到~～";
/// Years that a form can mean.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2200;

/// A day or a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// The day, or the first of the month.
    day: Date,
    /// Whether only a month was written.
    is_month: bool,
}

impl Written {
    /// The day; of a month, the first.
    #[must_use]
    pub const fn first(self) -> Date {
        self.day
    }

    /// The day; of a month, the last.
    #[must_use]
    pub fn last(self) -> Date {
        match self.is_month {
            true => self.day.last_of_month(),
            false => self.day,
        }
    }
}

/// Reads a day or a month; a time after the day is left out.
///
/// # Errors
/// Whether it is no date at all, or a date of no calendar.
pub fn parse(text: &str) -> Result<Written, GarbledHow> {
    let text = without_time(text.trim());
    if let Some(run) = numbers_in_one(text) {
        return written(&run);
    }
    match numbers(text, "").as_deref() {
        Some(numbers @ ([_, _] | [_, _, _])) => written(numbers),
        _ => Err(GarbledHow::WrongType),
    }
}

/// Reads a period: `2024-06 至 2026-12`, `2024年6月1日—2026年12月31日`.
#[must_use]
pub fn parse_period(text: &str) -> Option<(Written, Written)> {
    let numbers = numbers(text, BETWEEN_ENDS)?;
    let half = match numbers.len() {
        4 | 6 => numbers.len() / 2,
        _ => return None,
    };
    let (first, last) = numbers.split_at(half);
    written(first).ok().zip(written(last).ok())
}

/// `2024-03-18 00:00:00` and `2024-03-18T00:00:00`, as programs export a day.
fn without_time(text: &str) -> &str {
    let is_time = |time: &str| {
        time.contains(':')
            && time
                .chars()
                .all(|c| c.is_ascii_digit() || ":.Z".contains(c))
    };
    match text.split_once(['T', ' ']) {
        Some((day, time)) if is_time(time.trim()) => day,
        _ => text,
    }
}

/// `202403` and `20240318`.
fn numbers_in_one(text: &str) -> Option<Vec<i16>> {
    let all_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let of = |range: std::ops::Range<usize>| text.get(range)?.parse().ok();
    match text.len() {
        6 if all_digits => Some(vec![of(0..4)?, of(4..6)?]),
        8 if all_digits => Some(vec![of(0..4)?, of(4..6)?, of(6..8)?]),
        _ => None,
    }
}

/// The numbers of a text in which nothing else stands than they and what may stand between them.
fn numbers(text: &str, between_ends: &str) -> Option<Vec<i16>> {
    let is_known = |c: char| {
        c.is_ascii_digit() || c.is_whitespace() || BETWEEN.contains(c) || between_ends.contains(c)
    };
    let runs = text.split(|c: char| !c.is_ascii_digit());
    let numbers = runs
        .filter(|run| !run.is_empty())
        .map(|run| run.parse().ok());
    text.chars().all(is_known).then(|| numbers.collect())?
}

fn written(numbers: &[i16]) -> Result<Written, GarbledHow> {
    let (year, month, day, is_month) = match *numbers {
        [year, month] => (year, month, 1, true),
        [year, month, day] => (year, month, day, false),
        _ => return Err(GarbledHow::WrongType),
    };
    if !YEARS.contains(&year) {
        return Err(GarbledHow::WrongType);
    }
    let found = i8::try_from(month).ok().zip(i8::try_from(day).ok());
    found
        .and_then(|(month, day)| Date::new(year, month, day).ok())
        .map(|day| Written { day, is_month })
        .ok_or(GarbledHow::NoSuchDate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_people_write_them() {
        for text in [
            "2024-03-18",
            "2024年3月18日",
            "2024 年 3 月 18 号",
            "2024/3/18",
            "2024.03.18",
            "2024–03–18",
            "2024,3,18",
            "2024、3、18",
            "20240318",
            "2024-03-18 00:00:00",
            "2024-03-18T00:00:00",
            "2024/3/18 10:30",
        ] {
            let day = parse(text).map(|day| (day.first(), day.last()));
            let expected = Date::constant(2024, 3, 18);
            assert_eq!(day, Ok((expected, expected)), "{text}");
        }
        for text in ["2024-02", "2024年2月", "202402", "2024.2"] {
            let month = parse(text).map(|month| (month.first(), month.last()));
            let expected = (Date::constant(2024, 2, 1), Date::constant(2024, 2, 29));
            assert_eq!(month, Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_certain_day_is_none() {
        for text in ["2024-02-30", "2024-13", "20241301"] {
            assert_eq!(parse(text), Err(GarbledHow::NoSuchDate), "{text}");
        }
        for text in [
            "",
            "明年",
            "2024",
            "24.3.18",
            "18/3/2024",
            "2024年3月底",
            "45369",
        ] {
            assert_eq!(parse(text), Err(GarbledHow::WrongType), "{text}");
        }
    }

    #[test]
    fn a_period_stands_in_one_cell() {
        let ends = |text| parse_period(text).map(|(first, last)| (first.first(), last.last()));
        let months = (Date::constant(2024, 6, 1), Date::constant(2026, 12, 31));
        for text in [
            "2024-06 至 2026-12",
            "2024年6月至2026年12月",
            "2024.06-2026.12",
            "2024年6月—2026年12月",
            "2024-06-01 ~ 2026-12-31",
        ] {
            assert_eq!(ends(text), Some(months), "{text}");
        }
        for text in [
            "2024-06",
            "2024-06 至今",
            "2024-06-01 至 2026-12",
            "2024-13 至 2026-12",
        ] {
            assert_eq!(ends(text), None, "{text}");
        }
    }
}
