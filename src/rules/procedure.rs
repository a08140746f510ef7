//! Chapter P of the catalogue: procedure.

use super::Rule;

mod no_policy_in_force;
mod period_reversed;
mod programme_class;
mod unknown_district;
mod wrong_folder;

/// The rules of this chapter, in the order of their codes.
pub const RULES: &[Rule] = &[
    no_policy_in_force::RULE,
    unknown_district::RULE,
    wrong_folder::RULE,
    programme_class::RULE,
    period_reversed::RULE,
];
