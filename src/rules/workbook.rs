//! Chapter W of the catalogue: the workbook itself.

use super::Rule;

mod blank_field;
mod choice_not_offered;
mod digits_lost;
mod formula_without_value;
mod not_our_form;
mod stale_formula;
mod unreadable_cell;
mod unreadable_file;
mod yuan_in_wan_cell;

/// The rules of this chapter, in the order of their codes.
pub const RULES: &[Rule] = &[
    unreadable_file::RULE,
    not_our_form::RULE,
    unreadable_cell::RULE,
    blank_field::RULE,
    digits_lost::RULE,
    yuan_in_wan_cell::RULE,
    formula_without_value::RULE,
    stale_formula::RULE,
    choice_not_offered::RULE,
];
