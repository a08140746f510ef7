//! Chapter M of the catalogue: matching funds.
//!
//! One mistake gives one finding: M01 speaks where city and district together are wrong; where the whole is right,
//! M02 or M03 speaks of the one that gives too little; in class 一类 a city's share that is not 0 is M04's alone.

use super::{Case, Rule, UNDECIDED, unread};
use crate::form::Unread;
use crate::money::Money;

mod city_share_differs;
mod commitment_date;
mod commitment_short;
mod district_over_envelope;
mod district_share_differs;
mod local_match_differs;
mod more_than_asked;
mod no_commitment;
mod not_in_budget;
mod own_money_short;
mod safeguards_thin;
mod split_undecided;
mod zone_asks_city;

/// The rules of this chapter, in the order of their codes.
pub const RULES: &[Rule] = &[
    local_match_differs::RULE,
    city_share_differs::RULE,
    district_share_differs::RULE,
    zone_asks_city::RULE,
    own_money_short::RULE,
    no_commitment::RULE,
    commitment_short::RULE,
    not_in_budget::RULE,
    commitment_date::RULE,
    split_undecided::RULE,
    safeguards_thin::RULE,
    more_than_asked::RULE,
    district_over_envelope::RULE,
];

/// What the form gives and what the edition asks of city and district.
pub(super) struct Local {
    /// Entered for the city.
    city: Money,
    /// Entered for the district.
    district: Money,
    /// What the two should be; `None` while the split is undecided.
    due: Option<(Money, Money)>,
    /// What they should be together.
    due_whole: Money,
}

impl Local {
    /// Reads both sides.
    pub(super) fn of(case: &Case<'_>) -> Result<Self, Unread> {
        let (app, shares) = (case.app()?, case.shares()?);
        Ok(Self {
            city: case.amount(&app.sources.city.total)?,
            district: case.amount(&app.sources.district.total)?,
            due: shares.city.zip(shares.district),
            due_whole: shares.local,
        })
    }

    /// Whether city and district together are not what they should be.
    pub(super) fn differs(&self) -> bool {
        self.city + self.district != self.due_whole
    }

    /// How the public money used follows once city and district are put right, to stand after their fix; nothing
    /// where it is right already.
    fn uses_follow(&self, case: &Case<'_>) -> Result<(String, String), Unread> {
        let used = &case.app()?.uses.total.public;
        let due = case.shares()?.region + self.due_whole;
        let is_known = !case.doubted.holds(&used.id);
        if used.given().is_none_or(|used| *used == due) || !is_known {
            return Ok(Default::default());
        }
        let (place, due) = (used.place_text(), due.wan());
        Ok((
            format!("，再调整支出各科目的财政资金，使 {place} 为 {due}"),
            format!(", then make public money used in {place} {due}"),
        ))
    }

    /// Whether the district bears all and the city is asked for money.
    fn zone_asks_city(&self) -> bool {
        let bears_all =
            self.due.is_some_and(|(city, _)| city == Money::ZERO) && self.due_whole != Money::ZERO;
        bears_all && self.city != Money::ZERO
    }

    /// What city and district should be, where the whole is right and no other rule speaks.
    fn split(&self) -> Result<Option<(Money, Money)>, Unread> {
        let due = self.due.ok_or_else(|| unread(UNDECIDED))?;
        let right = !self.differs() && !self.zone_asks_city();
        Ok(right.then_some(due))
    }
}
