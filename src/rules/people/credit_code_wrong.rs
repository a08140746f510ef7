//! U01: length, alphabet or check digit of a unified social credit code (GB 32100).

use crate::form::Field;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "U01",
    name: "credit-code-wrong",
    severity: Severity::Block,
    clause: "form",
    what: Text {
        zh: "统一社会信用代码的长度、字符或校验码不对。",
        en: "A unified social credit code has a wrong length, character or check character (GB 32100).",
    },
    why: Text {
        zh: "代码错一位就是另一个单位，或者不存在的单位。",
        en: "One wrong character names another unit, or none.",
    },
    fix: Text {
        zh: "对照营业执照或法人证书重新填写 18 位代码。",
        en: "Type the 18 characters again from the licence.",
    },
    breaks: &[&[Edit::Set(
        "units.2.credit_code",
        Typed::text("12650000457601002N"),
    )]],
    keeps: &[&[Edit::Set(
        "units.2.credit_code",
        Typed::text("12650000457601002m"),
    )]],
    check,
};

/// The alphabet of GB 32100: digits and capital letters without I, O, S, V, Z.
const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Characters of a code, the last being the check character.
const LENGTH: usize = 18;
/// Weights are powers of 3, sums are taken modulo 31.
const BASE: usize = 3;
const MODULUS: usize = 31;

/// What is wrong with a code.
enum Wrong {
    Length(usize),
    Character(char),
    CheckCharacter { is: char, should_be: char },
}

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let app = case.app()?;
    let of_units = app.units.iter().map(|unit| &unit.credit_code);
    let mut told: Vec<&str> = Vec::new();
    for field in std::iter::once(&app.credit_code).chain(of_units) {
        let Some(code) = field.given() else { continue };
        if told.contains(&code.as_str()) {
            continue;
        }
        if let Some(wrong) = wrong(code) {
            told.push(code);
            report.add(fault(field, code, &wrong));
        }
    }
    Ok(())
}

fn wrong(code: &str) -> Option<Wrong> {
    let code: String = code.split_whitespace().collect();
    let code = code.to_ascii_uppercase();
    if let Some(c) = code.chars().find(|c| !ALPHABET.contains(*c)) {
        return Some(Wrong::Character(c));
    }
    if code.len() != LENGTH {
        return Some(Wrong::Length(code.len()));
    }
    let values = code.chars().filter_map(|c| ALPHABET.find(c));
    let (sum, _) = values
        .take(LENGTH - 1)
        .fold((0, 1), |(sum, weight), value| {
            ((sum + value * weight) % MODULUS, weight * BASE % MODULUS)
        });
    let should_be = ALPHABET.chars().nth((MODULUS - sum) % MODULUS)?;
    let is = code.chars().last()?;
    (is != should_be).then_some(Wrong::CheckCharacter { is, should_be })
}

fn fault(field: &Field<String>, code: &str, wrong: &Wrong) -> Fault {
    let label = &field.label;
    let (zh, en) = match wrong {
        Wrong::Length(length) => (
            format!("“{label}”有 {length} 位，应为 18 位。"),
            format!("{label} has {length} characters and not 18"),
        ),
        Wrong::Character(c) => (
            format!("“{label}”里有不会出现在代码中的字符“{c}”（代码不用 I、O、S、V、Z）。"),
            format!("{label} holds `{c}`, which no code has"),
        ),
        Wrong::CheckCharacter { is, should_be } => (
            format!(
                "“{label}”的校验码不对：按前 17 位算，最后一位应为 {should_be}，填的是 {is}，至少有一位输错。"
            ),
            format!("{label}: the check character should be {should_be} and is {is}"),
        ),
    };
    let place = field.place_text();
    Fault::at(field)
        .entered(code, "18 位统一社会信用代码")
        .message(zh, en)
        .fix(
            format!("请对照营业执照或法人证书，在 {place} 重新填写 18 位代码。"),
            format!("type the 18 characters of the licence into {place}"),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_the_standard_are_right_and_their_neighbours_wrong() {
        for code in [
            "91350100M000100Y43",
            "12100000400009880K",
            "9135 0100 M000 100Y 43",
        ] {
            assert!(wrong(code).is_none(), "{code}");
        }
        assert!(matches!(
            wrong("91350100M000100Y44"),
            Some(Wrong::CheckCharacter { should_be: '3', .. })
        ));
        assert!(matches!(
            wrong("91350100M000100Y4"),
            Some(Wrong::Length(17))
        ));
        assert!(matches!(
            wrong("91350100I000100Y43"),
            Some(Wrong::Character('I'))
        ));
    }
}
