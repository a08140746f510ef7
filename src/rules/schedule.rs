//! Chapters S and T of the catalogue: schedule and outcomes, results put to use.

use super::Rule;

mod no_acceptance;
mod no_inspection;
mod no_new_output;
mod no_transfer;
mod outcome_not_measurable;
mod outcomes_one_sided;
mod step_outside_period;
mod steps_leave_gaps;
mod transfer_before_start;
mod transfer_elsewhere;

/// The rules of these chapters, in the order of their codes.
pub const RULES: &[Rule] = &[
    step_outside_period::RULE,
    steps_leave_gaps::RULE,
    no_acceptance::RULE,
    no_inspection::RULE,
    outcome_not_measurable::RULE,
    outcomes_one_sided::RULE,
    no_transfer::RULE,
    transfer_elsewhere::RULE,
    transfer_before_start::RULE,
    no_new_output::RULE,
];
