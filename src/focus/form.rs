//! Evidence of the fields beside the text, and what is missing with the cell where it belongs.

use rust_decimal::Decimal;

use super::lexicon::{Lexicon, UnitKind};
use super::weigh::{Kind, Weighed};
use super::{Evidence, evidence, quantity};
use crate::form::application::Target;
use crate::form::find::half_width;
use crate::form::{Application, Field};
use crate::policy::Edition;

/// Answers that hold nothing.
const NOTHING: &[&str] = &["无", "没有", "不详", "不清楚", "略", "暂无"];
/// The kinds of problem that ask for more.
const BOTTLENECK: &str = "卡脖子问题";
const COMMON: &str = "行业共性技术难题";

/// What a text that does not say why lacks.
const WHY: &str = "至今解决不了的原因，比如谁不卖、试过什么办法、差在哪里";

/// Adds what the fields show.
pub(super) fn add(found: &mut Vec<(Kind, Evidence)>, app: &Application, edition: Option<&Edition>) {
    let held_by = text_of(&app.held_by);
    put(found, Kind::HeldBy, held_by, &app.held_by);
    let dependence = app.import_dependence.given();
    let dependence = dependence.filter(|percent| **percent > Decimal::ZERO);
    let dependence = dependence.map(|percent| format!("进口依赖度 {percent}%"));
    put(
        found,
        Kind::ImportDependence,
        dependence,
        &app.import_dependence,
    );
    put(
        found,
        Kind::CutoffRisk,
        text_of(&app.cutoff_risk),
        &app.cutoff_risk,
    );
    put(found, Kind::Gap, gap(app), &app.gap);
    let firms = app.firms_affected.given().filter(|firms| **firms > 0);
    let firms = firms.map(|firms| format!("受益企业 {firms} 家"));
    put(found, Kind::Reach, firms, &app.firms_affected);
    if let Some(target) = app.targets.iter().find(|target| is_measured(target)) {
        put(found, Kind::Target, Some(told(target)), &target.goal);
    }
    let industry = app.industry.given().filter(|industry| {
        edition.is_some_and(|edition| {
            edition
                .industries
                .iter()
                .any(|known| known.name == **industry)
        })
    });
    put(found, Kind::Industry, industry.cloned(), &app.industry);
}

fn put<T>(found: &mut Vec<(Kind, Evidence)>, kind: Kind, quote: Option<String>, field: &Field<T>) {
    if let Some(quote) = quote {
        found.push((kind, evidence(kind, quote, field)));
    }
}

fn text_of(field: &Field<String>) -> Option<String> {
    let text = field.given()?;
    let is_something = !NOTHING.contains(&text.trim_end_matches('。'));
    is_something.then(|| text.clone())
}

/// 国内外技术差距, where it sets figures against each other.
fn gap(app: &Application) -> Option<String> {
    let gap = app.gap.given()?;
    let lexicon = Lexicon::builtin();
    let chars: Vec<char> = gap.chars().map(half_width).collect();
    let figures = quantity::quantities(lexicon, &chars).into_iter();
    let figures = figures.filter(|figure| figure.kind != UnitKind::Money);
    (figures.count() >= lexicon.limits.strong_quantities).then(|| gap.clone())
}

fn is_measured(target: &Target) -> bool {
    let has_number = |field: &Field<String>| {
        let is_digit = |c: char| half_width(c).is_ascii_digit();
        field.given().is_some_and(|text| text.contains(is_digit))
    };
    has_number(&target.goal) && has_number(&target.today)
}

fn told(target: &Target) -> String {
    let text = |field: &Field<String>| field.given().cloned().unwrap_or_default();
    let (name, unit) = (text(&target.name), text(&target.unit));
    let world = target.world.given();
    let world = world.map_or(String::new(), |world| format!("，国际先进水平 {world}"));
    format!(
        "{name}：现状 {}，目标 {} {unit}{world}",
        text(&target.today),
        text(&target.goal)
    )
}

/// What no evidence was found for, in words that say what to write, and where.
pub(super) fn missing(
    found: &[(Kind, Evidence)],
    weighed: &Weighed,
    app: &Application,
) -> Vec<String> {
    let kind = app.problem_kind.given().map_or("", String::as_str);
    let (is_bottleneck, is_common) = (kind == BOTTLENECK, kind == COMMON);
    let problem = app.problem.place.as_ref();
    let goal = app.targets.first().map(|target| &target.goal);
    let asked = [
        (true, Kind::Technology, "具体是哪一项技术或产品", problem),
        (true, Kind::Trouble, "出了什么问题、卡在哪一步", problem),
        (true, Kind::Quantity, "带单位的数字", problem),
        (
            is_bottleneck,
            Kind::HeldBy,
            "谁掌握这项技术",
            app.held_by.place.as_ref(),
        ),
        (
            is_bottleneck,
            Kind::ImportDependence,
            "进口依赖度",
            app.import_dependence.place.as_ref(),
        ),
        (
            is_bottleneck,
            Kind::CutoffRisk,
            "断供的事实或风险",
            app.cutoff_risk.place.as_ref(),
        ),
        (true, Kind::Gap, "国内外差距的数字", app.gap.place.as_ref()),
        (
            is_common,
            Kind::Reach,
            "受影响的企业或用户有多少",
            app.firms_affected.place.as_ref(),
        ),
        (
            true,
            Kind::Target,
            "与现状可比的目标值",
            goal.and_then(|goal| goal.place.as_ref()),
        ),
    ];
    let is_found = |kind: Kind| found.iter().any(|(known, _)| *known == kind);
    let asked = asked
        .into_iter()
        .filter(|(is_asked, kind, ..)| *is_asked && !is_found(*kind))
        .map(|(_, _, words, place)| (words, place));
    let why = (!weighed.says_why).then_some((WHY, problem));
    asked
        .chain(why)
        .map(|(words, place)| match place {
            None => words.to_owned(),
            Some(place) => format!("{words}（{place}）"),
        })
        .collect()
}
