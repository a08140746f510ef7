//! Chapter P of the catalogue: procedure.

use super::Rule;

mod document_missing;
mod filed_late;
mod filing_date_implausible;
mod no_policy_in_force;
mod over_quota;
mod over_the_cap;
mod period_out_of_range;
mod period_reversed;
mod programme_class;
mod same_file_again;
mod same_project_again;
mod too_many_topics;
mod too_many_units;
mod too_much_outside;
mod unknown_district;
mod wrong_folder;

pub(super) use period_out_of_range::latest_end;

/// The rules of this chapter, in the order of their codes.
pub const RULES: &[Rule] = &[
    no_policy_in_force::RULE,
    unknown_district::RULE,
    wrong_folder::RULE,
    programme_class::RULE,
    filed_late::RULE,
    filing_date_implausible::RULE,
    period_out_of_range::RULE,
    period_reversed::RULE,
    too_many_units::RULE,
    too_many_topics::RULE,
    too_much_outside::RULE,
    over_quota::RULE,
    same_file_again::RULE,
    same_project_again::RULE,
    over_the_cap::RULE,
    document_missing::RULE,
];
