//! Envelopes: the money that a district has announced for its shares of a year's projects, as the configuration names
//! it. The plan (二(三)) asks districts to put in money of their own; how much they have is known only from documents.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::money::Money;
use crate::policy::{Policies, Years};

/// What one district has announced for one year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    /// The district's id.
    pub district: String,
    /// 申报年度.
    pub year: i64,
    /// All its shares of that year's accepted projects together, in 万元.
    #[serde(deserialize_with = "from_wan", serialize_with = "to_wan")]
    pub wan: Money,
    /// The document that says so.
    pub document: String,
}

impl Envelope {
    /// What is wrong with it under these editions.
    ///
    /// # Errors
    /// A sentence: an unknown district, a year that no edition covers, nothing announced, no document.
    pub fn check(&self, policies: &Policies) -> Result<(), String> {
        let (district, year) = (&self.district, self.year);
        let mut known = policies.editions().flat_map(|edition| &edition.districts);
        if !known.any(|known| known.id == *district) {
            return Err(format!(
                "there is no district `{district}`: write its id, as in tianshan"
            ));
        }
        let mut years = policies.editions().map(|edition| &edition.years);
        let is_in =
            |years: &Years| (i64::from(years.first)..=i64::from(years.last)).contains(&year);
        if !years.any(is_in) {
            return Err(format!("no edition is for the year {year}"));
        }
        if self.wan <= Money::ZERO {
            return Err("`wan` must be above 0".to_owned());
        }
        if self.document.trim().is_empty() {
            return Err("`document` must say what announced it".to_owned());
        }
        Ok(())
    }
}

fn from_wan<'de, D: Deserializer<'de>>(from: D) -> Result<Money, D::Error> {
    let text = String::deserialize(from)?;
    let wan = text.parse::<Decimal>().ok().and_then(Money::from_wan);
    wan.ok_or_else(|| serde::de::Error::custom(format!("not an amount in 万元: {text}")))
}

fn to_wan<S: Serializer>(money: &Money, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&money.wan())
}
