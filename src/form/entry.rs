//! What stands in a cell, read by the type of its field.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::day;
use super::find::half_width;
use super::layout::{FieldLayout, Kind, Slot};
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
    /// Whether text stands in the cell: a formula that adds it leaves it out.
    pub is_text: bool,
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
        (Some(_), Some(cell)) => read_cell(&slot.field, cell),
    };
    Entry {
        slot: Arc::clone(slot),
        place,
        state,
        formula: cell.and_then(|cell| cell.formula.clone()),
        is_text: cell.is_some_and(|cell| matches!(cell.value, Value::Text(_))),
    }
}

fn garbled(text: &str, fault: GarbledHow, meant: Option<String>) -> State<Datum> {
    State::Garbled(Garbled {
        text: text.to_owned(),
        fault,
        meant,
    })
}

fn read_cell(field: &FieldLayout, cell: &Cell) -> State<Datum> {
    let kind = field.kind;
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
            Kind::Date => read_day(at.date()),
            Kind::Text | Kind::Long => State::Given(Datum::Text(at.date().to_string())),
            _ => garbled(&at.date().to_string(), GarbledHow::WrongType, None),
        },
        Value::Number(number) => read_number(field, *number),
        Value::Text(text) => {
            let trimmed = text.trim();
            if trimmed.is_empty() {
                State::Blank
            } else {
                read_text(field, trimmed)
            }
        }
    }
}

/// Digits of a number that a spreadsheet keeps.
const DIGITS_KEPT: usize = 15;

fn read_number(field: &FieldLayout, number: Decimal) -> State<Datum> {
    let text = || number.normalize().to_string();
    match field.kind {
        Kind::Money => Money::from_wan_nearest_fen(number).map_or_else(
            || garbled(&text(), GarbledHow::OutOfRange, None),
            |money| State::Given(Datum::Money(money, number)),
        ),
        Kind::Percent => bare_percent(field, number),
        Kind::Count => count(field, number),
        Kind::Date => date_of_number(field, number, &text()),
        Kind::Code | Kind::Phone if text().trim_start_matches('-').len() > DIGITS_KEPT => {
            garbled(&text(), GarbledHow::DigitsLost, None)
        }
        Kind::Text | Kind::Long | Kind::Choice | Kind::Code | Kind::Phone | Kind::Email => {
            State::Given(Datum::Text(text()))
        }
    }
}

fn date_of_number(field: &FieldLayout, number: Decimal, text: &str) -> State<Datum> {
    match read_date(text, field) {
        State::Garbled(_) => {
            let meant = crate::read::xlsx::date_of_serial(number, false).map(|at| at.date());
            let meant = meant.filter(|day| DAYS.contains(day));
            let meant = meant.map(|day| day.to_string());
            garbled(text, GarbledHow::WrongType, meant)
        }
        day => day,
    }
}

fn within(field: &FieldLayout, number: Decimal) -> bool {
    field.least.is_none_or(|least| number >= least.into())
        && field.most.is_none_or(|most| number <= most.into())
}

fn percent(field: &FieldLayout, number: Decimal) -> State<Datum> {
    if within(field, number) {
        State::Given(Datum::Percent(number))
    } else {
        garbled(&number.to_string(), GarbledHow::OutOfRange, None)
    }
}

/// A percentage without its sign: up to 1 it is either a part of the whole (a spreadsheet keeps 45 % as
/// 0.45) or one percent and less, so a person says which.
fn bare_percent(field: &FieldLayout, number: Decimal) -> State<Datum> {
    let hundredfold = number * Decimal::ONE_HUNDRED;
    if number > Decimal::ZERO && number <= Decimal::ONE && within(field, hundredfold) {
        let meant = hundredfold.normalize().to_string();
        return garbled(&number.to_string(), GarbledHow::PartOfWhole, Some(meant));
    }
    percent(field, number)
}

fn count(field: &FieldLayout, number: Decimal) -> State<Datum> {
    let whole = number.is_integer().then(|| number.to_i64()).flatten();
    let is_negative = number < Decimal::ZERO && field.least.is_none();
    match whole {
        Some(whole) if within(field, number) && !is_negative => State::Given(Datum::Count(whole)),
        _ => garbled(&number.to_string(), GarbledHow::OutOfRange, None),
    }
}

/// Bytes of the longest text that stands for nothing: `——`.
const DASH_BYTES: usize = 6;

fn read_text(field: &FieldLayout, text: &str) -> State<Datum> {
    let kind = field.kind;
    // what fills most of a form is kept as it stands
    if kind == Kind::Choice || matches!(kind, Kind::Text | Kind::Long) && text.len() > DASH_BYTES {
        return State::Given(Datum::Text(text.to_owned()));
    }
    let plain: String = text.chars().map(half_width).collect();
    let plain = plain.trim();
    let wrong = || garbled(text, GarbledHow::WrongType, None);
    match kind {
        Kind::Money => match amount::parse(text, Unit::Wan).map(|found| found.wan) {
            Some(wan) => read_number(field, wan),
            None => wrong(),
        },
        Kind::Percent => match plain.strip_suffix('%') {
            Some(signed) => {
                (signed.trim().parse()).map_or_else(|_| wrong(), |it| percent(field, it))
            }
            None => (plain.parse()).map_or_else(|_| wrong(), |it| bare_percent(field, it)),
        },
        Kind::Count => {
            let digits = plain.trim_end_matches(|c: char| !c.is_ascii_digit() && c.is_alphabetic());
            digits
                .trim()
                .parse()
                .map_or_else(|_| wrong(), |number| count(field, number))
        }
        Kind::Date => read_date(plain, field),
        Kind::Code | Kind::Phone | Kind::Email => State::Given(Datum::Text(plain.to_owned())),
        Kind::Text | Kind::Long if matches!(plain, "-" | "/" | "—" | "——") => State::Blank,
        Kind::Text | Kind::Long | Kind::Choice => State::Given(Datum::Text(text.to_owned())),
    }
}

/// Reads a day; of a month, the field's layout says whether the first or the last day is meant.
fn read_date(text: &str, field: &FieldLayout) -> State<Datum> {
    match day::parse(text) {
        Ok(written) if field.month_ends => State::Given(Datum::Date(written.last())),
        Ok(written) => State::Given(Datum::Date(written.first())),
        Err(fault) => garbled(text, fault, None),
    }
}

/// Days before are years typed into a cell with a date format (2024 is a day of 1905), days after are months
/// (202403 is a day of 2454).
const DAYS: std::ops::RangeInclusive<Date> =
    Date::constant(1910, 1, 1)..=Date::constant(2200, 12, 31);

/// A day that a spreadsheet holds as such.
fn read_day(day: Date) -> State<Datum> {
    if DAYS.contains(&day) {
        return State::Given(Datum::Date(day));
    }
    let serial = day
        .since(Date::constant(1899, 12, 30))
        .map(|days| days.get_days().to_string())
        .unwrap_or_default();
    let meant = day::parse(&serial).ok();
    let meant = meant.map(|month| month.first().strftime("%Y-%m").to_string());
    garbled(&day.to_string(), GarbledHow::OutOfRange, meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(kind: Kind) -> FieldLayout {
        let field = "id = 'a'\nlabel = 'a'\ntype = 'text'";
        FieldLayout {
            kind,
            ..toml::from_str(field).unwrap()
        }
    }

    fn text(kind: Kind, text: &str) -> State<Datum> {
        let cell = Cell {
            at: "A1".parse().unwrap(),
            value: Value::Text(text.into()),
            formula: None,
        };
        read_cell(&field(kind), &cell)
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
        let number = |digits: &str| read_number(&field(Kind::Code), digits.parse().unwrap());
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
