//! Chapters S and T of the catalogue: schedule and outcomes, results put to use.

use super::Rule;

mod no_acceptance;
mod no_transfer;
mod step_outside_period;

/// The rules of these chapters, in the order of their codes.
pub const RULES: &[Rule] = &[
    step_outside_period::RULE,
    no_acceptance::RULE,
    no_transfer::RULE,
];
