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
    breaks: &[Edit::Set("contact_phone", Typed::text("1399900000"))],
    keeps: &[Edit::Set("contact_phone", Typed::text("0991-1234567"))],
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

/// A mobile number (1, then 3 to 9, eleven digits) or a landline (area code from 0, seven or eight digits).
fn is_phone(text: &str) -> bool {
    if !text
        .chars()
        .all(|c| c.is_ascii_digit() || " -+()".contains(c))
    {
        return false;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let foreign = text.trim_start().starts_with('+');
    let digits = match digits.strip_prefix("86") {
        Some(rest) if foreign || digits.len() == 13 => rest,
        _ => digits.as_str(),
    };
    let mobile = digits.len() == 11
        && digits.starts_with('1')
        && digits[1..2].contains(['3', '4', '5', '6', '7', '8', '9']);
    let landline = digits.starts_with('0') && matches!(digits.len(), 10..=12);
    mobile || landline
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
        ] {
            assert!(!is_phone(phone), "{phone}");
        }
    }
}
