//! K07: a target is no better than today's level, or today's level is the world's best already.

use rust_decimal::Decimal;

use crate::form::Field;
use crate::form::find::half_width;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "K07",
    name: "target-not-better",
    severity: Severity::Explain,
    clause: "二(一)",
    what: Text {
        zh: "目标值不比国内现状好，或者现状已达国际先进水平。",
        en: "A target is no better than today, or today is the world's best already.",
    },
    why: Text {
        zh: "攻关要有提高；已经领先的，要说明还要攻什么。",
        en: "There must be something to gain.",
    },
    fix: Text {
        zh: "改正目标值或现状，或说明理由。",
        en: "Correct the target or today's level, or give the reason.",
    },
    breaks: &[
        &[Edit::Set("targets.2.goal", Typed::text("87"))],
        &[
            Edit::Set("targets.2.today", Typed::text("92")),
            Edit::Set("targets.2.goal", Typed::text("93")),
        ],
    ],
    keeps: &[
        &[Edit::Set("targets.2.goal", Typed::text("87.1"))],
        &[
            Edit::Set("targets.2.today", Typed::text("91.9")),
            Edit::Set("targets.2.goal", Typed::text("93")),
        ],
    ],
    check,
};

/// The first number of a text: `≥7000`, `1.2 万小时`. `None` where there is none, or it is a range or a ratio.
fn first_number(text: &str) -> Option<Decimal> {
    let plain: String = text.chars().map(half_width).filter(|c| *c != ',').collect();
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    let mut numbers = plain.split(|c| !is_part(c)).filter(|part| !part.is_empty());
    let (first, second) = (numbers.next()?, numbers.next());
    let is_scaled = plain.contains(['万', '亿', '-', '%', '^', '×']);
    first
        .parse()
        .ok()
        .filter(|_| second.is_none() && !is_scaled)
}

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    for target in &case.app()?.targets {
        let number = |field: &Field<String>| field.given().and_then(|text| first_number(text));
        let (goal, today) = (number(&target.goal), number(&target.today));
        let (Some(goal), Some(today), Some(world)) = (goal, today, number(&target.world)) else {
            continue;
        };
        let more_is_better = world > today;
        if world != today && goal != today && (goal > today) == more_is_better {
            continue;
        }
        let name = target.name.given().map_or("", String::as_str);
        let place = target.goal.place_text();
        let fault = Fault::at(&target.goal)
            .fed_by(&target.today)
            .fed_by(&target.world);
        if world == today {
            report.add(
                fault
                    .entered_only(today.to_string())
                    .message(
                        format!("考核指标“{name}”的国内现状 {today} 已是国际先进水平。"),
                        format!("today's level {today} of {name} is the world's best already"),
                    )
                    .fix(
                        format!(
                            "请核对 {}；已经领先的，说明还要攻克什么。",
                            target.today.place_text()
                        ),
                        "check today's level, or say what is left to solve".to_owned(),
                    ),
            );
        } else {
            let wanted = if more_is_better { "高于" } else { "低于" };
            report.add(
                fault
                    .entered(goal.to_string(), format!("{wanted} {today}"))
                    .message(
                        format!("考核指标“{name}”的目标值 {goal} 不比国内现状 {today} 好。"),
                        format!("the target {goal} of {name} is no better than today's {today}"),
                    )
                    .fix(
                        format!("请把 {place} 改为{wanted} {today} 的数，或说明理由。"),
                        format!("make {place} better than {today}, or give the reason"),
                    ),
            );
        }
    }
    Ok(())
}
