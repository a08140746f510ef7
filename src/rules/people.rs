//! Chapter U of the catalogue: units and people.

use super::Rule;

mod credit_code_wrong;
mod email_wrong;
mod phone_wrong;

/// The rules of this chapter, in the order of their codes.
pub const RULES: &[Rule] = &[
    credit_code_wrong::RULE,
    phone_wrong::RULE,
    email_wrong::RULE,
];
