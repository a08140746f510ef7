//! What is doubtful in an edition though it loads: holes in time, rules that can never speak, clauses that nobody
//! sees to, limits that no test case holds.
//!
//! What would make a verdict wrong is refused at load ([`Policies::load`]); a lint is for the one who writes an
//! edition. Each has file, line, what is wrong and what to do, as errors have.

use std::sync::Arc;

use serde::Serialize;

use super::{Edition, Policies, PolicyError, Source};

/// One thing to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lint {
    /// Named for the fault: `days-without-edition`.
    pub name: &'static str,
    /// Where, what, and what to do.
    #[serde(flatten)]
    pub at: PolicyError,
}

/// A number of an edition that a rule needs, by the rule's code: what it is called, and whether it is there.
type Need = (&'static str, &'static str, fn(&Edition) -> bool);

const NEEDS: &[Need] = &[
    ("P05", "deadline", |edition| edition.deadline.is_some()),
    ("P07", "years_max", |edition| {
        edition
            .limits
            .iter()
            .any(|limits| limits.years_max.is_some())
    }),
    ("P09", "units_max", |edition| {
        edition
            .limits
            .iter()
            .any(|limits| limits.units_max.is_some())
    }),
    ("P10", "topics_max", |edition| {
        edition
            .limits
            .iter()
            .any(|limits| limits.topics_max.is_some())
    }),
    ("P12", "projects_max", |edition| {
        edition.projects_max.is_some()
    }),
    ("P15", "region_wan_max", |edition| {
        edition
            .limits
            .iter()
            .any(|limits| limits.region_wan_max.is_some())
    }),
    ("P16", "documents", |edition| !edition.documents.is_empty()),
    ("M02", "classes", |edition| !edition.classes.is_empty()),
    ("M05", "own", |edition| edition.matching.own.is_some()),
    ("K09", "industries", |edition| {
        !edition.industries.is_empty()
    }),
];

/// Everything doubtful in some editions, in the order of the editions; holes between them last.
#[must_use]
pub fn lint(policies: &Policies, is_meant: impl Fn(&Edition) -> bool) -> Vec<Lint> {
    let mut found = Vec::new();
    for edition in policies.editions().filter(|edition| is_meant(edition)) {
        let source = Source {
            name: &edition.file,
            text: &edition.text,
        };
        rules(&source, edition, &mut found);
        limits(&source, edition, &mut found);
        clauses(&source, edition, &mut found);
        if edition.cases.is_empty() {
            no_cases(&source, edition, &mut found);
            continue;
        }
        cases(&source, edition, &mut found);
        limit_cases(&source, edition, &mut found);
    }
    holes(policies, &is_meant, &mut found);
    found
}

fn add(found: &mut Vec<Lint>, name: &'static str, at: PolicyError) {
    found.push(Lint { name, at });
}

/// Rules that are named and can never speak, and rules that rest on a clause which does not name them.
fn rules(source: &Source<'_>, edition: &Edition, found: &mut Vec<Lint>) {
    let is_known = |code: &str| crate::rules::rules().any(|rule| rule.code == code);
    let named: Vec<&String> = edition
        .clauses
        .iter()
        .flat_map(|clause| &clause.rules)
        .collect();
    for code in &named {
        let quoted = format!("\"{code}\"");
        if !is_known(code) {
            let what = format!("a clause names the rule `{code}`, which is not in the catalogue");
            let remedy = "take it out, or write a code that `liandong rule` lists";
            add(
                found,
                "unknown-rule",
                source.error_at(0, &quoted, what, remedy),
            );
        } else if let Some((_, need, _)) = NEEDS
            .iter()
            .find(|(needy, _, is_there)| needy == code && !is_there(edition))
        {
            let what = format!("the rule `{code}` can never speak: the edition has no `{need}`");
            let remedy = format!("give `{need}`, or take the rule out of the clause");
            add(
                found,
                "rule-without-data",
                source.error_at(0, &quoted, what, &remedy),
            );
        }
    }
    for code in edition.severity.keys().filter(|code| !is_known(code)) {
        let what = format!("`severity` names the rule `{code}`, which is not in the catalogue");
        let remedy = "take it out, or write a code that `liandong rule` lists";
        let quoted = format!("{code} = ");
        add(
            found,
            "unknown-rule",
            source.error_at(0, &quoted, what, remedy),
        );
    }
    for rule in crate::rules::rules() {
        let clause = edition
            .clauses
            .iter()
            .find(|clause| clause.number == rule.clause);
        let is_named = named.iter().any(|code| *code == rule.code);
        if let Some(clause) = clause.filter(|_| !is_named) {
            let what = format!(
                "clause {} does not name the rule `{}` that enforces it",
                clause.number, rule.code
            );
            let quoted = format!("number = \"{}\"", clause.number);
            let remedy = format!("add \"{}\" to its `rules`", rule.code);
            add(
                found,
                "rule-of-no-clause",
                source.error_at(0, &quoted, what, &remedy),
            );
        }
    }
}

/// Tables of limits without a number.
fn limits(source: &Source<'_>, edition: &Edition, found: &mut Vec<Lint>) {
    for limits in &edition.limits {
        let has_any = limits.region_wan_max.is_some()
            || [
                limits.topics_max,
                limits.units_max,
                limits.years_min,
                limits.years_max,
            ]
            .iter()
            .any(Option::is_some);
        if !has_any {
            let what = format!("the limits of `{}` hold no number", limits.programme);
            let quoted = format!("programme = \"{}\"", limits.programme);
            let remedy = "give one, such as region_wan_max, or remove the table";
            add(
                found,
                "limits-without-data",
                source.error_at(0, &quoted, what, remedy),
            );
        }
    }
}

/// Clauses that nobody sees to, and numbers that rest on no clause of the edition.
fn clauses(source: &Source<'_>, edition: &Edition, found: &mut Vec<Lint>) {
    for clause in &edition.clauses {
        if clause.rules.is_empty() && clause.judged_by_people.is_none() {
            let what = format!(
                "clause {} is neither enforced by a rule nor judged by people",
                clause.number
            );
            let quoted = format!("number = \"{}\"", clause.number);
            let remedy = "name its `rules`, or say in `judged_by_people` why people judge it";
            add(
                found,
                "clause-of-nobody",
                source.error_at(0, &quoted, what, remedy),
            );
        }
    }
    let rests_on = std::iter::once(&edition.matching.clause)
        .chain(edition.deadline.iter().map(|deadline| &deadline.clause))
        .chain(edition.classes.iter().map(|class| &class.clause))
        .chain(edition.limits.iter().map(|limits| &limits.clause));
    let mut told: Vec<&String> = Vec::new();
    for number in rests_on {
        let is_known = edition
            .clauses
            .iter()
            .any(|clause| &clause.number == number);
        if !is_known && !told.contains(&number) {
            told.push(number);
            let what =
                format!("a number rests on clause `{number}`, which is not among the clauses");
            let quoted = format!("clause = \"{number}\"");
            let remedy = "add it to `[[clauses]]` with what it asks";
            add(
                found,
                "unknown-clause",
                source.error_at(0, &quoted, what, remedy),
            );
        }
    }
}

/// An edition that nothing holds to its figures.
fn no_cases(source: &Source<'_>, edition: &Edition, found: &mut Vec<Lint>) {
    let what = format!("edition `{}` has no test case", edition.id);
    let remedy = "add `[[cases]]` with a district, an amount and the shares worked out by hand";
    add(found, "no-cases", source.error_at(0, "id =", what, remedy));
}

/// Days at an edge of the edition and numbers without a test case on each side.
fn cases(source: &Source<'_>, edition: &Edition, found: &mut Vec<Lint>) {
    let days = [
        (edition.filed.first, true),
        (edition.filed.last, true),
        (
            edition
                .filed
                .first
                .yesterday()
                .unwrap_or(edition.filed.first),
            false,
        ),
        (
            edition.filed.last.tomorrow().unwrap_or(edition.filed.last),
            false,
        ),
    ];
    for (day, covered) in days {
        let holds = |case: &super::Case| case.filed_on == day && case.covered == covered;
        if !edition.cases.iter().any(holds) {
            let word = if covered { "inside" } else { "outside" };
            let what = format!("no test case is filed on {day}, the day {word} an edge of `filed`");
            let remedy = format!("add one with filed_on = \"{day}\" and covered = {covered}");
            add(
                found,
                "edge-without-case",
                source.error_at(0, "filed =", what, &remedy),
            );
        }
    }
    for class in &edition.classes {
        let is_of = |id: &String| {
            let mut districts = edition.districts.iter();
            districts
                .any(|district| &district.id == id && district.class.as_ref() == Some(&class.id))
        };
        if !edition
            .cases
            .iter()
            .any(|case| case.district.as_ref().is_some_and(is_of))
        {
            let what = format!("no test case has a district of class `{}`", class.id);
            let quoted = format!("id = \"{}\"", class.id);
            let remedy = "add one with the shares worked out by hand";
            add(
                found,
                "class-without-case",
                source.error_at(0, &quoted, what, remedy),
            );
        }
    }
}

/// Limits without a value that keeps them and one that does not.
fn limit_cases(source: &Source<'_>, edition: &Edition, found: &mut Vec<Lint>) {
    for limit in edition.limits_set() {
        for kept in [true, false] {
            let holds = |case: &super::LimitCase| {
                case.programme == limit.programme && case.limit == limit.name && case.kept == kept
            };
            if !edition.limit_cases.iter().any(holds) {
                let side = if kept { "keeps" } else { "goes over" };
                let what = format!(
                    "no limit case {side} `{}` of `{}`",
                    limit.name, limit.programme
                );
                let remedy = format!(
                    "add `[[limit_cases]]` with programme = \"{}\", limit = \"{}\", a value and kept = {kept}",
                    limit.programme, limit.name
                );
                let quoted = format!("programme = \"{}\"", limit.programme);
                add(
                    found,
                    "limit-without-case",
                    source.error_at(0, &quoted, what, &remedy),
                );
            }
        }
    }
}

/// Days and years that no edition covers, between two that are covered.
fn holes(policies: &Policies, is_meant: &impl Fn(&Edition) -> bool, found: &mut Vec<Lint>) {
    let mut editions: Vec<&Arc<Edition>> = policies.editions().collect();
    editions.sort_by_key(|edition| edition.filed.first);
    let mut last: Option<&Arc<Edition>> = None;
    for next in editions {
        if let Some(before) = last
            && before
                .filed
                .last
                .tomorrow()
                .is_ok_and(|day| day < next.filed.first)
            && (is_meant(before) || is_meant(next))
        {
            let what = format!(
                "no edition covers the days after {} and before {}: `{}` ends, `{}` has not begun",
                before.filed.last, next.filed.first, before.id, next.id
            );
            let source = Source {
                name: &next.file,
                text: &next.text,
            };
            let remedy = "begin one earlier, end the other later, or add the edition between them";
            add(
                found,
                "days-without-edition",
                source.error_at(0, "filed =", what, remedy),
            );
        }
        if last.is_none_or(|before| before.filed.last < next.filed.last) {
            last = Some(next);
        }
    }
}
