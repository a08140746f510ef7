//! Waivers: what the bureau has settled for one project or one district, by whom, why, and on which days.
//!
//! A waiver settles findings that ask for an explanation, and only those: what must be corrected cannot be waived. It
//! holds for files received on its days, both included, so that the same file always gets the same answer. Where the
//! waivers stand, and which of them nobody needs, is the shell's matter.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::policy::Policies;
use crate::rules::{Finding, Severity};

/// One waiver of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The rule's code: `M08`.
    pub rule: String,
    /// For this project only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub project: Option<Project>,
    /// For every project of this district, by its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district: Option<String>,
    /// Who decided it.
    pub officer: String,
    /// Why.
    pub reason: String,
    /// First day of receipt that it holds for.
    #[schemars(with = "String")]
    pub from: Date,
    /// Last day of receipt that it holds for.
    #[schemars(with = "String")]
    pub until: Date,
}

/// How a waiver names a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Project {
    /// By the number of the submission or of its version before: `LD2026-000123`.
    Number(String),
    /// By the unit's code and the title.
    Named {
        /// 统一社会信用代码 of the applicant.
        code: String,
        /// 项目名称.
        title: String,
    },
}

/// A finding that a waiver settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Waived {
    /// The finding as it would have been shown.
    pub finding: Finding,
    /// What settled it.
    pub waiver: Waiver,
}

/// What a waiver is held against.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The number of the submission and of the version before.
    pub numbers: [Option<&'a str>; 2],
    /// What identifies the project, as [`key`] gives it.
    pub project: Option<&'a str>,
    /// The district's id, where it is certain.
    pub district: Option<&'a str>,
    /// The day of receipt.
    pub received_on: Date,
}

/// What identifies a project: the unit's code and the title, without what people write differently each time.
#[must_use]
pub fn key(code: &str, title: &str) -> String {
    let title: String = title.chars().filter(|c| c.is_alphanumeric()).collect();
    let code: String = code.split_whitespace().collect();
    format!("{}/{}", code.to_ascii_uppercase(), title.to_lowercase())
}

impl Waiver {
    /// Whether it holds for a submission.
    #[must_use]
    pub fn holds_for(&self, about: &About<'_>) -> bool {
        let is_meant = match (&self.project, &self.district) {
            (Some(Project::Number(number)), _) => about.numbers.contains(&Some(number)),
            (Some(Project::Named { code, title }), _) => {
                about.project == Some(key(code, title).as_str())
            }
            (None, Some(district)) => about.district == Some(district),
            (None, None) => false,
        };
        is_meant && (self.from..=self.until).contains(&about.received_on)
    }

    /// What it is for, in one line of a terminal: `M08 for tianshan until 2026-12-31`.
    #[must_use]
    pub fn in_short(&self) -> String {
        let whom = match (&self.project, &self.district) {
            (Some(Project::Number(number)), _) => number,
            (Some(Project::Named { code, .. }), _) => code,
            (None, district) => district.as_deref().unwrap_or("nobody"),
        };
        format!("{} for {whom} until {}", self.rule, self.until)
    }

    /// What is wrong with it under these editions.
    ///
    /// # Errors
    /// A sentence: an unknown rule or district, a rule that no waiver settles, days in the wrong order, nobody named.
    pub fn check(&self, policies: &Policies) -> Result<(), String> {
        let rule = crate::rules::rules().find(|rule| rule.code == self.rule);
        let rule = rule.ok_or_else(|| {
            format!(
                "there is no rule `{}`: `liandong rule` lists them",
                self.rule
            )
        })?;
        let (code, name) = (rule.code, rule.name);
        let own = [rule.severity];
        let changed = policies
            .editions()
            .filter_map(|edition| edition.severity.get(code));
        let severities: Vec<Severity> = own.iter().chain(changed).copied().collect();
        if !severities.contains(&Severity::Explain) {
            return Err(match rule.severity {
                Severity::Block => format!(
                    "`{code}` ({name}) sends an application back: no waiver settles that, it must be corrected"
                ),
                _ => format!("`{code}` ({name}) changes no verdict: there is nothing to waive"),
            });
        }
        match (&self.project, &self.district) {
            (Some(_), Some(_)) => return Err("name a project or a district, not both".to_owned()),
            (None, None) => return Err("name the `project` or the `district` it is for".to_owned()),
            (None, Some(id)) => {
                let mut known = policies.editions().flat_map(|edition| &edition.districts);
                if !known.any(|district| &district.id == id) {
                    return Err(format!(
                        "there is no district `{id}`: write its id, as in tianshan"
                    ));
                }
            }
            (Some(Project::Number(number)), None) if !is_number(number) => {
                return Err(format!(
                    "`{number}` is no number of a submission such as LD2026-000123"
                ));
            }
            (Some(_), None) => {}
        }
        if self.until < self.from {
            return Err(format!(
                "it ends on {} before it begins on {}",
                self.until, self.from
            ));
        }
        if self.officer.trim().is_empty() || self.reason.trim().is_empty() {
            return Err("`officer` and `reason` must say who decided it and why".to_owned());
        }
        Ok(())
    }
}

fn is_number(number: &str) -> bool {
    let parts = number
        .strip_prefix("LD")
        .and_then(|rest| rest.split_once('-'));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    parts.is_some_and(|(year, serial)| is_digits(year) && is_digits(serial))
}

/// Parts the findings: those that stay, and those that a waiver settles. The first waiver that holds does.
#[must_use]
pub fn settle(
    findings: Vec<Finding>,
    waivers: &[Waiver],
    about: &About<'_>,
) -> (Vec<Finding>, Vec<Waived>) {
    let (mut left, mut waived) = (Vec::new(), Vec::new());
    for finding in findings {
        let settles = |waiver: &&Waiver| waiver.rule == finding.code && waiver.holds_for(about);
        let is_explained = finding.severity == Severity::Explain;
        match waivers.iter().find(settles).filter(|_| is_explained) {
            Some(waiver) => waived.push(Waived {
                finding,
                waiver: waiver.clone(),
            }),
            None => left.push(finding),
        }
    }
    (left, waived)
}
