//! U08: not an 11-digit mobile number or a valid landline.

use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "U08",
    name: "phone-wrong",
    severity: Severity::Block,
    clause: "form",
    what: Text {
        zh: "电话不是 11 位手机号码，也不是带区号的固定电话。",
        en: "A phone is neither an 11-digit mobile number nor a landline with its area code.",
    },
    why: Text {
        zh: "号码不对，就联系不到人。",
        en: "Nobody can be reached under it.",
    },
    fix: Text {
        zh: "填写 11 位手机号码，或带区号的固定电话，如 0991-1234567。",
        en: "Type a mobile number of 11 digits, or a landline such as 0991-1234567.",
    },
    breaks: &[&[Edit::Set("contact_phone", Typed::text("1399900000"))]],
    keeps: &[&[Edit::Set("contact_phone", Typed::text("0991-1234567"))]],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    for field in [&app.leader_phone, &app.contact_phone] {
        let Some(phone) = field.given() else { continue };
        if is_phone(phone) {
            continue;
        }
        let place = field.place_text();
        report.add(
            Fault::at(field)
                .entered(phone.clone(), "11 位手机号码，或带区号的固定电话")
                .message(
                    format!("“{}”不是有效的电话号码。", field.label),
                    format!("{} is no valid phone number", field.label),
                )
                .fix(
                    format!(
                        "请在 {place} 填写 11 位手机号码，或带区号的固定电话（如 0991-1234567）。"
                    ),
                    format!("type a mobile number or a landline with its area code into {place}"),
                ),
        );
    }
    Ok(())
}

/// Most digits of an extension.
const EXTENSION_DIGITS_MAX: usize = 5;

/// A mobile number (1, then 3 to 9, eleven digits) or a landline (area code from 0, seven or eight digits), the
/// landline with or without an extension after 转 or a hyphen.
fn is_phone(text: &str) -> bool {
    let plain: String = text
        .chars()
        .map(|c| if "–—".contains(c) { '-' } else { c })
        .filter(|c| !c.is_whitespace())
        .collect();
    is_number(&plain, is_mobile)
        || is_number(&plain, is_landline)
        || plain
            .rsplit_once(['转', '-'])
            .is_some_and(|(number, extension)| {
                is_number(number.trim_end_matches('-'), is_landline)
                    && (1..=EXTENSION_DIGITS_MAX).contains(&extension.len())
                    && extension.bytes().all(|byte| byte.is_ascii_digit())
            })
}

/// Whether a text is a number of this kind, whatever parts its digits and with or without the country's 86.
fn is_number(text: &str, is_kind: fn(&str) -> bool) -> bool {
    if !text
        .chars()
        .all(|c| c.is_ascii_digit() || "-+()".contains(c))
    {
        return false;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let after_country = digits.trim_start_matches('0').strip_prefix("86");
    is_kind(&digits)
        || after_country.is_some_and(|rest| {
            let foreign = text.starts_with('+') || digits.starts_with("00");
            is_kind(rest) || foreign && is_kind(&format!("0{rest}"))
        })
}

fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1') && matches!(digits.as_bytes()[1], b'3'..=b'9')
}

fn is_landline(digits: &str) -> bool {
    let area_digits = match digits.as_bytes() {
        [b'0', b'1' | b'2', ..] => 3,
        [b'0', b'3'..=b'9', ..] => 4,
        _ => return false,
    };
    matches!(digits.len() - area_digits, 7 | 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mobiles_and_landlines_are_phones() {
        for phone in [
            "13999000001",
            "+86 139 9900 0001",
            "8613999000001",
            "0991-1234567",
            "(010)12345678",
            "0086 13999000001",
            "+86 991 1234567",
            "0991—1234567",
            "0991-1234567-801",
            "0991-1234567转8",
        ] {
            assert!(is_phone(phone), "{phone}");
        }
        for phone in [
            "",
            "1399900000",
            "139990000012",
            "12999000001",
            "1234567",
            "一三九",
            "13999000001转2",
            "13999000001/13999000002",
            "0991-12345",
        ] {
            assert!(!is_phone(phone), "{phone}");
        }
    }
}
