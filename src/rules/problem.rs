//! Chapter K of the catalogue: the key problem.

use super::Rule;

mod amount_without_basis;
mod bottleneck_without_proof;
mod target_after_end;
mod target_not_measurable;

/// The rules of this chapter, in the order of their codes.
pub const RULES: &[Rule] = &[
    bottleneck_without_proof::RULE,
    target_not_measurable::RULE,
    target_after_end::RULE,
    amount_without_basis::RULE,
];
