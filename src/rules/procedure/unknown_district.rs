//! P02: not one of the nine districts, in no class, or ambiguous; also where another district's department recommends the
//! project. Never guessed: what goes by the district waits.

use crate::district::{Recognised, of_department, recognise};
use crate::form::Application;
use crate::policy::Edition;
use crate::rules::{Case, Checked, Edit, Fault, Report, Rule, Severity, Text, Typed};

pub const RULE: Rule = Rule {
    code: "P02",
    name: "unknown-district",
    severity: Severity::Block,
    clause: "四(二)",
    what: Text {
        zh: "所属区（县）不是政策列出的九个之一，或者一处写了两个，或者与推荐单位不是同一个区（县）。",
        en: "The district is none of the nine of the policy, or two are named at once, or another district recommends the project.",
    },
    why: Text {
        zh: "配套比例按区（县）的类别确定，名称不明就不能计算，也不能猜。",
        en: "The ratios go by the district's class; nothing is guessed.",
    },
    fix: Text {
        zh: "从下拉列表中选择所属区（县）；功能区等不在列表中的，请联系市科技局。",
        en: "Choose the district from the list; for zones that are not there, ask the bureau.",
    },
    breaks: &[
        &[Edit::Set("district", Typed::text("新疆软件园"))],
        &[Edit::Set("district", Typed::text("米东区"))],
    ],
    keeps: &[
        &[Edit::Set("district", Typed::text("乌鲁木齐市 天山区"))],
        &[Edit::Set(
            "recommender",
            Typed::text("乌鲁木齐市科学技术局"),
        )],
    ],
    check,
};

fn check(case: &Case<'_>, report: &mut Report) -> Checked {
    let (app, edition) = (case.app()?, case.edition()?);
    let text = app.district.get()?;
    let label = &app.district.label;
    let (zh, en) = match recognise(&edition.districts, text) {
        Recognised::Certain(id) => {
            if let Some(fault) = recommended_elsewhere(case.app()?, edition, &id) {
                report.add(fault);
            }
            return Ok(());
        }
        Recognised::Ambiguous(ids) => {
            let named = edition
                .districts
                .iter()
                .filter(|district| ids.contains(&district.id));
            let names: Vec<&str> = named.map(|district| district.name.as_str()).collect();
            (
                format!(
                    "{label}“{text}”同时指向{}，配套比例不同，不能替您选择。",
                    names.join("和")
                ),
                format!("`{text}` names {} at once", ids.join(" and ")),
            )
        }
        Recognised::Unknown => (
            format!("{label}“{text}”不在政策列出的区（县）之中，没有配套类别。"),
            format!("`{text}` is no district of the policy"),
        ),
    };
    let names: Vec<&str> = edition
        .districts
        .iter()
        .map(|district| district.name.as_str())
        .collect();
    let place = app.district.place_text();
    report.add(
        Fault::at(&app.district)
            .entered(text.clone(), names.join("、"))
            .message(zh, en)
            .fix(
                format!("请在 {place} {}", RULE.fix.zh),
                format!("{place}: {}", RULE.fix.en),
            ),
    );
    Ok(())
}

/// The fault where another district's department recommends the project.
fn recommended_elsewhere(app: &Application, edition: &Edition, own: &str) -> Option<Fault> {
    let recommender = app.recommender.given()?;
    let other = of_department(&edition.districts, recommender).filter(|id| id != own)?;
    let name = |id: &str| {
        let found = edition.districts.iter().find(|district| district.id == id);
        found.map_or_else(|| id.to_owned(), |district| district.name.clone())
    };
    let (own, other) = (name(own), name(&other));
    let (place, at) = (app.district.place_text(), app.recommender.place_text());
    let fault = Fault::at(&app.district)
        .fed_by(&app.recommender)
        .entered(own.clone(), other.clone())
        .message(
            format!(
                "所属区（县）填的是{own}，推荐单位却是“{recommender}”，不是同一个区（县）；由谁配套不能替您选择。"
            ),
            format!("the district is {own}, yet `{recommender}` recommends it"),
        )
        .fix(
            format!("所属区（县）填错了的，把 {place} 改为{other}；推荐单位填错了的，改正 {at}。"),
            format!("change {place} to {other}, or correct {at}"),
        );
    Some(fault)
}
