//! What an assessment rests on beside the file: enough to conclude the same again years later, whatever became of
//! the edition's file or the configuration in the meantime.
//!
//! A [`Recipe`] names all that a rulebook was made of; texts (editions, the form) are named by the hash of their
//! content and kept once. [`Grounds`] are what one submission adds. Not here: where they are kept, which is the
//! ledger's matter, and making a verdict again under other rules, which this program's own version decides.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Earlier, Envelope, Language, Rulebook, ZONE, sha256_hex};
use crate::form::{Layout, SummaryLayout};
use crate::policy::Policies;
use crate::share::Split;
use crate::waiver::Waiver;

/// What a rulebook was made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipe {
    /// Version of the program.
    pub program: String,
    /// Version of the rules.
    pub rules: String,
    /// Language of findings.
    pub language: Language,
    /// SHA-256 of the form's file, hex.
    pub form: String,
    /// SHA-256 of the files of its earlier versions, hex.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former: Vec<String>,
    /// SHA-256 of the file of the recommended list, hex; empty where there was none yet.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// The editions in the order they were loaded.
    pub editions: Vec<Named>,
    /// IANA name of the zone of all dates.
    pub zone: String,
    /// Splits that the configuration named.
    #[serde(default)]
    pub splits: Vec<Split>,
    /// Waivers that the configuration named.
    #[serde(default)]
    pub waivers: Vec<Waiver>,
    /// What districts had announced, as the configuration named it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub envelopes: Vec<Envelope>,
}

/// A file by the hash of its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// Its name.
    pub file: String,
    /// SHA-256 of its text, hex.
    pub sha256: String,
}

/// What one submission was concluded from, beside its bytes and its context.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grounds {
    /// SHA-256 of the [`Recipe`]'s text, hex.
    pub recipe: String,
    /// What was known of other submissions.
    pub earlier: Earlier,
    /// Why reading was stopped, where it was: that lies in the machine and not in the bytes.
    pub stopped: Option<String>,
    /// SHA-256 of the marked copy, hex.
    pub marked: String,
}

impl Recipe {
    /// As it is kept: the same recipe gives the same text.
    #[must_use]
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("names, versions and ratios are JSON")
    }
}

impl Rulebook {
    /// What this rulebook is made of.
    #[must_use]
    pub fn recipe(&self) -> Recipe {
        let named = |edition: &std::sync::Arc<crate::policy::Edition>| Named {
            file: edition.file.clone(),
            sha256: edition.sha256.clone(),
        };
        Recipe {
            program: env!("CARGO_PKG_VERSION").to_owned(),
            rules: crate::rules::VERSION.to_owned(),
            language: self.language,
            form: sha256_hex(self.layout.text.as_bytes()),
            former: self
                .former
                .iter()
                .map(|it| sha256_hex(it.text.as_bytes()))
                .collect(),
            summary: sha256_hex(self.summary.text.as_bytes()),
            editions: self.policies.editions().map(named).collect(),
            zone: self.zone.iana_name().unwrap_or(ZONE).to_owned(),
            splits: self.splits.clone(),
            waivers: self.waivers.clone(),
            envelopes: self.envelopes.clone(),
        }
    }

    /// The recipe and every text that it names, by the hash of their content.
    #[must_use]
    pub fn texts(&self) -> BTreeMap<String, String> {
        let editions = self.policies.editions();
        let texts = editions.map(|edition| edition.text.clone());
        let own = [
            self.recipe().text(),
            self.layout.text.clone(),
            self.summary.text.clone(),
        ];
        let former = self.former.iter().map(|it| it.text.clone());
        texts
            .chain(own)
            .chain(former)
            .map(|text| (sha256_hex(text.as_bytes()), text))
            .collect()
    }

    /// The rulebook of a recipe, from texts by their hash.
    ///
    /// # Errors
    /// Where a text is missing, is not what its hash says, or can no longer be read: a sentence.
    pub fn again(recipe: &Recipe, texts: &BTreeMap<String, String>) -> Result<Self, String> {
        let text = |what: &str, sha256: &String| {
            let text = texts.get(sha256);
            let text = text.ok_or_else(|| format!("the text of {what} is not kept ({sha256})"))?;
            if sha256_hex(text.as_bytes()) == *sha256 {
                Ok(text.clone())
            } else {
                Err(format!("the text of {what} is not what its hash says"))
            }
        };
        let files = recipe.editions.iter().map(|edition| {
            let text = text(&edition.file, &edition.sha256)?;
            Ok((edition.file.clone(), text))
        });
        let files: Vec<(String, String)> = files.collect::<Result<_, String>>()?;
        let former = recipe.former.iter();
        let former = former.map(|sha256| Layout::load(&text("an earlier form", sha256)?));
        Ok(Self {
            former: former.collect::<Result<_, String>>()?,
            policies: Policies::as_kept(&files).map_err(|error| error.to_string())?,
            layout: Layout::load(&text("the form", &recipe.form)?)?,
            summary: match recipe.summary.as_str() {
                "" => SummaryLayout::builtin(),
                _ => SummaryLayout::load(&text("the list", &recipe.summary)?)?,
            },
            zone: jiff::tz::TimeZone::get(&recipe.zone).map_err(|error| error.to_string())?,
            splits: recipe.splits.clone(),
            waivers: recipe.waivers.clone(),
            envelopes: recipe.envelopes.clone(),
            language: recipe.language,
        })
    }
}
