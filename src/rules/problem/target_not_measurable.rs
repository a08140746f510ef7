//! K06: a target without a number.

use crate::form::find::half_width;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "K06",
    name: "target-not-measurable",
    severity: Severity::Block,
    clause: "二(一)",
    what: Text {
        zh: "考核指标的目标值没有数字。",
        en: "A target has no number.",
    },
    why: Text {
        zh: "没有数字的目标，验收时无法判断是否完成。",
        en: "Without a number nobody can say whether it was met.",
    },
    fix: Text {
        zh: "写成带数字的目标值，如“≥7000”。",
        en: "Give the target as a number, such as ≥7000.",
    },
    breaks: &[
        &[Edit::Set("targets.2.goal", Typed::text("达到国际一流水平"))],
        &[Edit::Set("targets.2.goal", Typed::text("通过UV型检验"))],
    ],
    keeps: &[
        &[Edit::Set("targets.2.goal", Typed::text("不低于９１"))],
        &[Edit::Set("targets.2.goal", Typed::text("达到IV级"))],
        &[Edit::Set("targets.2.goal", Typed::text("一级"))],
    ],
    check,
};

/// Numerals that measure where one of [`COUNTED`] follows.
const NUMERALS: &str = "一二两三四五六七八九十百千万";
/// Units of counting.
const COUNTED: &str = "个项种套台件条篇家次倍人座成级";
/// Roman numerals that stand for a level where one of [`LEVELS`] follows: `IV级`, `Ⅲ类`.
const ROMAN: &str = "IVXⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ";
/// What is counted in levels.
const LEVELS: &str = "级类型等";

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    for target in &case.app()?.targets {
        let Some(goal) = target.goal.given() else {
            continue;
        };
        if holds_number(goal) {
            continue;
        }
        let name = target.name.given().map_or("", String::as_str);
        let place = target.goal.place_text();
        report.add(
            Fault::at(&target.goal)
                .fed_by(&target.unit)
                .entered(goal.clone(), "带数字的目标值")
                .message(
                    format!("考核指标“{name}”的目标值“{goal}”没有数字，无法考核。"),
                    format!("the target `{goal}` has no number"),
                )
                .fix(
                    format!("请在 {place} 写明数值，如“≥7000”，单位写在“单位”栏。"),
                    format!("type a number into {place}, and its unit beside it"),
                ),
        );
    }
    Ok(())
}

/// Whether a text holds a number, in digits or in Chinese numerals with what they count.
pub fn holds_number(text: &str) -> bool {
    let chars: Vec<char> = text.chars().map(half_width).collect();
    chars.iter().any(char::is_ascii_digit)
        || chars
            .windows(2)
            .any(|pair| NUMERALS.contains(pair[0]) && COUNTED.contains(pair[1]))
        || holds_roman_level(&chars)
}

/// Whether Roman numerals with a level after them stand by themselves: not at the end of a word such as `UV型`.
fn holds_roman_level(chars: &[char]) -> bool {
    let is_roman = |c: &char| ROMAN.contains(*c);
    chars.windows(2).enumerate().any(|(at, pair)| {
        let length = chars[..=at]
            .iter()
            .rev()
            .take_while(|c| is_roman(c))
            .count();
        let before = (at + 1).checked_sub(length + 1).map(|before| chars[before]);
        length > 0
            && LEVELS.contains(pair[1])
            && before.is_none_or(|before| !before.is_ascii_alphabetic())
    })
}
