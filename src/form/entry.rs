//! What stands in a cell, read by the type of its field.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::layout::Slot;
use super::{Field, State};
use crate::money::Money;
use crate::place::Place;

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
