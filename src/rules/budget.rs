//! Chapter B of the catalogue: the budget.
//!
//! One mistake gives one finding: B04 or B05 speaks of the column that is wrong; B03 where both are.

use super::matching::Local;
use super::{Case, Rule, unread};
use crate::form::Unread;
use crate::money::Money;

mod indirect_over_cap;
mod item_without_reason;
mod money_outside_period;
mod negative_amount;
mod no_region_money;
mod own_money_differs;
mod part_over_whole;
mod public_money_differs;
mod sources_differ_from_uses;
mod sources_do_not_add;
mod units_money_differs;
mod uses_do_not_add;
mod words_differ;

/// The rules of this chapter, in the order of their codes.
pub const RULES: &[Rule] = &[
    sources_do_not_add::RULE,
    uses_do_not_add::RULE,
    sources_differ_from_uses::RULE,
    public_money_differs::RULE,
    own_money_differs::RULE,
    negative_amount::RULE,
    no_region_money::RULE,
    part_over_whole::RULE,
    indirect_over_cap::RULE,
    units_money_differs::RULE,
    words_differ::RULE,
    item_without_reason::RULE,
    money_outside_period::RULE,
];

/// Where the money comes from and what it is used for, public and own.
struct Balance {
    /// Region, city and district.
    public_given: Money,
    /// Public money used.
    public_used: Money,
    /// Own money and other sources.
    own_given: Money,
    /// Own money used.
    own_used: Money,
    /// Whether city and district together are to be changed: M01 and M04 say what the public money used becomes.
    match_differs: bool,
}

impl Balance {
    fn of(case: &Case<'_>) -> Result<Self, Unread> {
        let (sources, uses) = (&case.app()?.sources, &case.app()?.uses);
        Ok(Self {
            public_given: case.amount(&sources.region.total)?
                + case.amount(&sources.city.total)?
                + case.amount(&sources.district.total)?,
            public_used: case.amount_or_zero(&uses.total.public)?,
            own_given: case.amount(&sources.own.total)?
                + case.amount_or_zero(&sources.other.total)?,
            own_used: case.amount_or_zero(&uses.total.own)?,
            match_differs: Local::of(case).is_ok_and(|local| local.differs()),
        })
    }

    /// Whether public money used and given differ, and it is known what should be given.
    fn public_differs(&self) -> bool {
        !self.match_differs && self.public_given != self.public_used
    }

    /// The balance, where it is known what public money should be given.
    fn settled(self) -> Result<Self, Unread> {
        match self.match_differs {
            true => Err(unread("sources.city: M01")),
            false => Ok(self),
        }
    }

    fn own_differs(&self) -> bool {
        self.own_given != self.own_used
    }
}
