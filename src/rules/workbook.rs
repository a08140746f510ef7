//! Chapter W of the catalogue: the workbook itself.

use super::Rule;

mod active_content;
mod blank_field;
mod choice_not_offered;
mod content_outside_form;
mod digits_lost;
mod formula_without_value;
mod hidden_content;
mod label_changed;
mod not_our_form;
mod old_form;
mod stale_formula;
mod too_many_decimals;
mod unreadable_cell;
mod unreadable_file;
mod yuan_in_wan_cell;

/// The rules of this chapter, in the order of their codes.
pub const RULES: &[Rule] = &[
    unreadable_file::RULE,
    not_our_form::RULE,
    old_form::RULE,
    unreadable_cell::RULE,
    blank_field::RULE,
    digits_lost::RULE,
    yuan_in_wan_cell::RULE,
    too_many_decimals::RULE,
    formula_without_value::RULE,
    stale_formula::RULE,
    hidden_content::RULE,
    content_outside_form::RULE,
    active_content::RULE,
    choice_not_offered::RULE,
    label_changed::RULE,
];
