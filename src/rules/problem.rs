//! Chapter K of the catalogue: the key problem.

use super::Rule;

mod amount_without_basis;
mod bottleneck_contradicted;
mod bottleneck_without_proof;
mod common_without_reach;
mod copied_in_form;
mod industry_not_leading;
mod like_another;
mod problem_is_slogans;
mod problem_too_thin;
mod target_after_end;
mod target_not_better;
mod target_not_measurable;
mod title_says_nothing;

pub(super) use target_not_measurable::holds_number;

/// The rules of this chapter, in the order of their codes.
pub const RULES: &[Rule] = &[
    bottleneck_without_proof::RULE,
    bottleneck_contradicted::RULE,
    common_without_reach::RULE,
    problem_is_slogans::RULE,
    problem_too_thin::RULE,
    target_not_measurable::RULE,
    target_not_better::RULE,
    target_after_end::RULE,
    industry_not_leading::RULE,
    amount_without_basis::RULE,
    like_another::RULE,
    title_says_nothing::RULE,
    copied_in_form::RULE,
];
