//! What stands in a cell, read by the type of its field.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::find::half_width;
use super::layout::{Kind, Slot};
use super::{Field, Garbled, GarbledHow, State};
use crate::money::Money;
use crate::money::amount::{self, Unit};
use crate::place::Place;
use crate::read::{Cell, Value};

/// A cell of the form with what was found in it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Which cell of the form.
    pub slot: Arc<Slot>,
    /// Where it was found; `None` where it was not.
    pub place: Option<Place>,
    /// What stands there.
    pub state: State<Datum>,
    /// The formula in the cell, if there is one.
    pub formula: Option<Box<str>>,
}

/// A value of a field's type.
#[derive(Debug, Clone, PartialEq)]
pub enum Datum {
    /// Text, long text, choice, code, phone, mail: trimmed.
    Text(String),
    /// An amount, with the decimal in 万元 as it was typed.
    Money(Money, Decimal),
    /// A percentage: 45 for 45 %.
    Percent(Decimal),
    /// A whole number.
    Count(i64),
    /// A day.
    Date(Date),
}

impl Entry {
    /// The entry as a typed field; a value of another type than the layout promises is a fault of this program.
    fn field<T>(&self, take: impl FnOnce(&Datum) -> Option<T>) -> Field<T> {
        let state = match &self.state {
            State::Given(datum) => take(datum).map_or(State::Missing, State::Given),
            State::Blank => State::Blank,
            State::Garbled(garbled) => State::Garbled(garbled.clone()),
            State::Missing => State::Missing,
        };
        Field {
            id: Arc::clone(&self.slot.id),
            label: Arc::clone(&self.slot.label),
            place: self.place.clone(),
            state,
        }
    }

    /// Its place as messages name it: `经费预算!H6`; empty where it was not found.
    #[must_use]
    pub fn place_text(&self) -> String {
        super::place_text(self.place.as_ref())
    }

    /// As text.
    #[must_use]
    pub fn text(&self) -> Field<String> {
        self.field(|datum| match datum {
            Datum::Text(text) => Some(text.clone()),
            _ => None,
        })
    }

    /// As an amount.
    #[must_use]
    pub fn money(&self) -> Field<Money> {
        self.field(|datum| match datum {
            Datum::Money(money, _) => Some(*money),
            _ => None,
        })
    }

    /// As a percentage.
    #[must_use]
    pub fn percent(&self) -> Field<Decimal> {
        self.field(|datum| match datum {
            Datum::Percent(percent) => Some(*percent),
            _ => None,
        })
    }

    /// As a whole number.
    #[must_use]
    pub fn count(&self) -> Field<i64> {
        self.field(|datum| match datum {
            Datum::Count(count) => Some(*count),
            _ => None,
        })
    }

    /// As a day.
    #[must_use]
    pub fn date(&self) -> Field<Date> {
        self.field(|datum| match datum {
            Datum::Date(date) => Some(*date),
            _ => None,
        })
    }
}

/// Reads what stands in a slot's cell.
#[must_use]
pub fn read_entry(slot: &Arc<Slot>, place: Option<Place>, cell: Option<&Cell>) -> Entry {
    let state = match (&place, cell) {
        (None, _) => State::Missing,
        (Some(_), None) => State::Blank,
        (Some(_), Some(cell)) => {
            read_cell(slot.field.kind, cell, (slot.field.least, slot.field.most))
        }
    };
    Entry {
        slot: Arc::clone(slot),
        place,
        state,
        formula: cell.and_then(|cell| cell.formula.clone()),
    }
}

fn garbled(text: &str, fault: GarbledHow, meant: Option<String>) -> State<Datum> {
    State::Garbled(Garbled {
        text: text.to_owned(),
        fault,
        meant,
    })
}

fn read_cell(kind: Kind, cell: &Cell, range: (Option<i64>, Option<i64>)) -> State<Datum> {
    match &cell.value {
        Value::Blank if cell.formula.is_some() => garbled("", GarbledHow::NoStoredResult, None),
        Value::Blank => State::Blank,
        Value::Error(error) => garbled(error, GarbledHow::ErrorValue, None),
        Value::Bool(truth) => garbled(
            if *truth { "TRUE" } else { "FALSE" },
            GarbledHow::WrongType,
            None,
        ),
        Value::Date(at) => match kind {
            Kind::Date => State::Given(Datum::Date(at.date())),
            Kind::Text | Kind::Long => State::Given(Datum::Text(at.date().to_string())),
            _ => garbled(&at.date().to_string(), GarbledHow::WrongType, None),
        },
        Value::Number(number) => read_number(kind, *number, range),
        Value::Text(text) => {
            let trimmed = text.trim();
            if trimmed.is_empty() {
                State::Blank
            } else {
                read_text(kind, trimmed, range)
            }
        }
    }
}

/// Digits of a number that a spreadsheet keeps.
const DIGITS_KEPT: usize = 15;

fn read_number(kind: Kind, number: Decimal, range: (Option<i64>, Option<i64>)) -> State<Datum> {
    let text = number.normalize().to_string();
    match kind {
        Kind::Money => Money::from_wan_nearest_fen(number).map_or_else(
            || garbled(&text, GarbledHow::OutOfRange, None),
            |money| State::Given(Datum::Money(money, number)),
        ),
        Kind::Percent => percent(number, range),
        Kind::Count => count(number, range),
        Kind::Date => {
            let meant =
                crate::read::xlsx::date_of_serial(number, false).map(|at| at.date().to_string());
            year_month(&text).map_or_else(
                || garbled(&text, GarbledHow::WrongType, meant),
                |day| State::Given(Datum::Date(day)),
            )
        }
        Kind::Code | Kind::Phone if text.trim_start_matches('-').len() > DIGITS_KEPT => {
            garbled(&text, GarbledHow::DigitsLost, None)
        }
        Kind::Text | Kind::Long | Kind::Choice | Kind::Code | Kind::Phone | Kind::Email => {
            State::Given(Datum::Text(text))
        }
    }
}

fn within(number: Decimal, (least, most): (Option<i64>, Option<i64>)) -> bool {
    least.is_none_or(|least| number >= least.into())
        && most.is_none_or(|most| number <= most.into())
}

fn percent(number: Decimal, range: (Option<i64>, Option<i64>)) -> State<Datum> {
    if within(number, range) {
        State::Given(Datum::Percent(number))
    } else {
        garbled(&number.to_string(), GarbledHow::OutOfRange, None)
    }
}

fn count(number: Decimal, range: (Option<i64>, Option<i64>)) -> State<Datum> {
    let whole = number.normalize().to_string().parse();
    match whole {
        Ok(whole) if within(number, (range.0.or(Some(0)), range.1)) => {
            State::Given(Datum::Count(whole))
        }
        _ => garbled(&number.to_string(), GarbledHow::OutOfRange, None),
    }
}

fn read_text(kind: Kind, text: &str, range: (Option<i64>, Option<i64>)) -> State<Datum> {
    let plain: String = text.chars().map(half_width).collect();
    let plain = plain.trim();
    let wrong = || garbled(text, GarbledHow::WrongType, None);
    match kind {
        Kind::Money => match amount::parse(text, Unit::Wan).map(|found| found.wan) {
            Some(wan) => read_number(kind, wan, range),
            None => wrong(),
        },
        Kind::Percent => plain
            .trim_end_matches('%')
            .trim()
            .parse()
            .map_or_else(|_| wrong(), |number| percent(number, range)),
        Kind::Count => {
            let digits = plain.trim_end_matches(|c: char| !c.is_ascii_digit() && c.is_alphabetic());
            digits
                .trim()
                .parse()
                .map_or_else(|_| wrong(), |number| count(number, range))
        }
        Kind::Date => read_date(plain),
        Kind::Code | Kind::Phone | Kind::Email => State::Given(Datum::Text(plain.to_owned())),
        Kind::Text | Kind::Long if matches!(plain, "-" | "/" | "—" | "——") => State::Blank,
        Kind::Text | Kind::Long | Kind::Choice => State::Given(Datum::Text(text.to_owned())),
    }
}

/// `2024-03-18`, `2024年3月18日`, `2024/3/18`, `2024.3`, `202403`, `2024年3月`: a month is its first day.
fn read_date(text: &str) -> State<Datum> {
    if let Some(day) = year_month(text) {
        return State::Given(Datum::Date(day));
    }
    let parts: Vec<&str> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .collect();
    let known = text
        .chars()
        .all(|c| c.is_ascii_digit() || c.is_whitespace() || "-/.年月日".contains(c));
    let numbers: Vec<i16> = parts.iter().filter_map(|part| part.parse().ok()).collect();
    let (year, month, day) = match numbers.as_slice() {
        [year, month] if known => (*year, *month, 1),
        [year, month, day] if known => (*year, *month, *day),
        _ => return garbled(text, GarbledHow::WrongType, None),
    };
    let found = i8::try_from(month).ok().zip(i8::try_from(day).ok());
    let date = found.and_then(|(month, day)| Date::new(year, month, day).ok());
    match date {
        Some(date) if (1900..=2200).contains(&year) => State::Given(Datum::Date(date)),
        _ => garbled(text, GarbledHow::NoSuchDate, None),
    }
}

/// `202403`.
fn year_month(text: &str) -> Option<Date> {
    let six = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
    let (year, month) = six.then(|| text.split_at(4))?;
    let year: i16 = year
        .parse()
        .ok()
        .filter(|year| (1900..=2200).contains(year))?;
    Date::new(year, month.parse().ok()?, 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(kind: Kind, text: &str) -> State<Datum> {
        let cell = Cell {
            at: "A1".parse().unwrap(),
            value: Value::Text(text.into()),
            formula: None,
        };
        read_cell(kind, &cell, (None, None))
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        for written in [
            "2024-03-18",
            "2024年3月18日",
            "2024/3/18",
            "２０２４．３．１８",
        ] {
            assert_eq!(
                text(Kind::Date, written),
                State::Given(Datum::Date(Date::constant(2024, 3, 18))),
                "{written}"
            );
        }
        for written in ["2024-03", "2024年3月", "202403", "2024.3"] {
            assert_eq!(
                text(Kind::Date, written),
                State::Given(Datum::Date(Date::constant(2024, 3, 1))),
                "{written}"
            );
        }
        for (written, fault) in [
            ("2024-02-30", GarbledHow::NoSuchDate),
            ("明年", GarbledHow::WrongType),
        ] {
            assert_eq!(text(Kind::Date, written), garbled(written, fault, None));
        }
    }

    #[test]
    fn amounts_are_read_as_people_type_them() {
        let wan = |amount: &str| Money::from_wan(amount.parse().unwrap()).unwrap();
        for written in ["300万元", "３００", "3,000,000元", "叁佰万元整"] {
            let State::Given(Datum::Money(money, _)) = text(Kind::Money, written) else {
                panic!("{written}");
            };
            assert_eq!(money, wan("300"), "{written}");
        }
        assert!(matches!(text(Kind::Money, "约三百"), State::Garbled(_)));
        assert!(matches!(
            text(Kind::Money, "无"),
            State::Given(Datum::Money(Money::ZERO, _))
        ));
    }

    #[test]
    fn a_code_typed_as_a_long_number_has_lost_digits() {
        let number = |digits: &str| read_number(Kind::Code, digits.parse().unwrap(), (None, None));
        assert!(matches!(
            number("916501020000000000"),
            State::Garbled(Garbled {
                fault: GarbledHow::DigitsLost,
                ..
            })
        ));
        assert_eq!(
            number("13999000001"),
            State::Given(Datum::Text("13999000001".to_owned()))
        );
    }
}
