//! Chapter U of the catalogue: units and people.

use jiff::civil::Date;

use super::Rule;
use crate::form::find::half_width;

mod applicant_not_eligible;
mod applicant_not_first;
mod birth_implausible;
mod credit_code_wrong;
mod email_wrong;
mod leader_not_first;
mod leader_over_limit;
mod leader_time_short;
mod leader_title_low;
mod leader_too_old;
mod listed_twice;
mod person_of_unknown_unit;
mod phone_wrong;
mod registrar_elsewhere;
mod time_over_year;

/// The rules of this chapter, in the order of their codes.
pub const RULES: &[Rule] = &[
    credit_code_wrong::RULE,
    registrar_elsewhere::RULE,
    applicant_not_eligible::RULE,
    leader_title_low::RULE,
    leader_too_old::RULE,
    leader_time_short::RULE,
    birth_implausible::RULE,
    phone_wrong::RULE,
    email_wrong::RULE,
    applicant_not_first::RULE,
    leader_not_first::RULE,
    listed_twice::RULE,
    time_over_year::RULE,
    leader_over_limit::RULE,
    person_of_unknown_unit::RULE,
];

/// A name as it is compared: in half width, without blanks.
pub(super) fn spelled(name: &str) -> String {
    // blanks and full-width signs begin with these bytes, names of people and firms with none of them
    let is_plain = |byte: u8| byte > b' ' && !matches!(byte, 0xc2 | 0xe1..=0xe3 | 0xef);
    if name.bytes().all(is_plain) {
        return name.to_owned();
    }
    signs(name).collect()
}

/// The characters by which names and texts are compared.
pub(super) fn signs(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| !c.is_whitespace()).map(half_width)
}

/// Full years of a person on a day.
fn age(born: Date, on: Date) -> i32 {
    let is_before_birthday = (on.month(), on.day()) < (born.month(), born.day());
    i32::from(on.year()) - i32::from(born.year()) - i32::from(is_before_birthday)
}

/// Ages at filing of people who can take part.
const AGES: std::ops::RangeInclusive<i32> = 18..=90;

/// Why a date of birth cannot be right, Chinese and English; `None` where it can.
fn birth_fault(born: Date, filed: Date) -> Option<(String, String)> {
    if born > filed {
        return Some(("在申报日期之后".to_owned(), "after the filing".to_owned()));
    }
    let age = age(born, filed);
    let told = || {
        (
            format!("申报时 {age} 岁"),
            format!("aged {age} at the filing"),
        )
    };
    (!AGES.contains(&age)).then(told)
}
