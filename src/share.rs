//! Who pays what, exact to the 分, with every step and its clause.
//!
//! The local match is the region's money times the edition's ratio; the class splits it between city and
//! district. The district's part is rounded down to the 分 and the city takes the rest, so the parts always sum
//! to the whole. Where the edition names no split, the local total stands and `decided` is false.

use serde::{Deserialize, Serialize};

use crate::district::District;
use crate::money::{Money, Ratio};
use crate::policy::Edition;

/// The shares of one project, in yuan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shares {
    /// The region's money (自治区财政资金).
    pub region: Money,
    /// City and district together.
    pub local: Money,
    /// The city's share; `None` while the split is undecided.
    pub city: Option<Money>,
    /// The district's share; `None` while the split is undecided.
    pub district: Option<Money>,
    /// City : district; `None` while the split is undecided.
    pub ratio: Option<(Ratio, Ratio)>,
    /// The district's class, where the edition has one.
    pub class: Option<String>,
    /// The document that decided the split, where it was not the edition itself.
    pub decided_by: Option<String>,
    /// How each figure came about, in order.
    pub steps: Vec<Step>,
}

impl Shares {
    /// Whether the split between city and district is decided.
    #[must_use]
    pub const fn decided(&self) -> bool {
        self.ratio.is_some()
    }
}

/// One step of a computation: `市级 = 3000000.00 × 0.6 = 1800000.00`, and the clause it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
pub struct Step {
    /// What is computed: `local`, `district`, `city`.
    pub name: String,
    /// The computation in words and figures, Chinese.
    pub text: String,
    /// The result in yuan.
    #[schemars(with = "String")]
    pub result: Money,
    /// The clause.
    pub clause: String,
}

/// A split between city and district that the operator names for an edition without one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// The edition's id.
    pub edition: String,
    /// The district's id; absent for every district.
    #[serde(default)]
    pub district: Option<String>,
    /// The city's part of the local match.
    pub city_share: Ratio,
    /// The district's part; the two sum to 1.
    pub district_share: Ratio,
    /// The document that decided it.
    pub document: String,
}

/// Most that one project's region money can be here, in 分: 10^16 元. Products stay exact below it.
const REGION_FEN_MAX: i128 = 1_000_000_000_000_000_000;

/// Why there are no shares.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoShare {
    /// The region's money is below zero.
    #[error("the region's money is {}, below zero", .0.yuan())]
    Negative(Money),
    /// The region's money is beyond any project.
    #[error("the region's money is over 10^16 yuan, more than any project has")]
    TooLarge,
    /// The edition has classes, yet this district is in none.
    #[error("district `{0}` is in no class of this edition")]
    NoClass(String),
    /// A split of the configuration does not sum to 1.
    #[error("the parts decided by {0} do not sum to 1")]
    NotWhole(String),
}

/// How the local match is split, and what says so.
struct Rule<'a> {
    city: Ratio,
    district: Ratio,
    clause: &'a str,
}

/// The shares of a project under an edition, with the steps.
///
/// An edition without classes names no split: then the first of `splits` for this edition and district (or for
/// all districts) decides, and where there is none the split stays undecided, which is no error.
///
/// # Errors
/// [`NoShare`], where the region's money is no amount to share or the district is in no class.
pub fn compute(
    edition: &Edition,
    district: &District,
    region: Money,
    splits: &[Split],
) -> Result<Shares, NoShare> {
    if region < Money::ZERO {
        return Err(NoShare::Negative(region));
    }
    if region.fen() > REGION_FEN_MAX {
        return Err(NoShare::TooLarge);
    }
    let local = region.times_rounded_down(edition.matching.local);
    let mut steps = vec![Step {
        name: "local".to_owned(),
        text: format!(
            "市、区（县）配套合计 = 自治区财政资金 {} 元 × {} = {} 元",
            region.yuan(),
            edition.matching.local,
            local.yuan()
        ),
        result: local,
        clause: edition.matching.clause.clone(),
    }];
    let class = edition.class_of(district);
    if class.is_none() && !edition.classes.is_empty() {
        return Err(NoShare::NoClass(district.id.clone()));
    }
    let decided = class
        .is_none()
        .then(|| split_for(edition, district, splits))
        .flatten();
    let rule = match (class, decided) {
        (Some(class), _) => Some(Rule {
            city: class.city,
            district: class.district,
            clause: &class.clause,
        }),
        (None, Some(split)) => Some(Rule {
            city: split.city_share,
            district: split.district_share,
            clause: &split.document,
        }),
        (None, None) => None,
    };
    if let Some(rule) = &rule
        && rule.city.value() + rule.district.value() != rust_decimal::Decimal::ONE
    {
        return Err(NoShare::NotWhole(rule.clause.to_owned()));
    }
    let parts = rule.as_ref().map(|rule| divide(rule, local, &mut steps));
    Ok(Shares {
        region,
        local,
        city: parts.map(|(city, _)| city),
        district: parts.map(|(_, district)| district),
        ratio: rule.as_ref().map(|rule| (rule.city, rule.district)),
        class: class.map(|class| class.id.clone()),
        decided_by: decided.map(|split| split.document.clone()),
        steps,
    })
}

fn split_for<'a>(edition: &Edition, district: &District, splits: &'a [Split]) -> Option<&'a Split> {
    let of_edition = || splits.iter().filter(|split| split.edition == edition.id);
    of_edition()
        .find(|split| split.district.as_ref() == Some(&district.id))
        .or_else(|| of_edition().find(|split| split.district.is_none()))
}

/// City and district: the district's part down to the 分, the rest to the city.
fn divide(rule: &Rule<'_>, local: Money, steps: &mut Vec<Step>) -> (Money, Money) {
    let district = local.times_rounded_down(rule.district);
    let city = local - district;
    steps.push(Step {
        name: "district".to_owned(),
        text: format!(
            "区（县）财政资金 = 配套合计 {} 元 × {}（不足一分的舍去）= {} 元",
            local.yuan(),
            rule.district,
            district.yuan()
        ),
        result: district,
        clause: rule.clause.to_owned(),
    });
    steps.push(Step {
        name: "city".to_owned(),
        text: format!(
            "市本级财政资金（比例 {}）= 配套合计 {} 元 − 区（县）财政资金 {} 元 = {} 元",
            rule.city,
            local.yuan(),
            district.yuan(),
            city.yuan()
        ),
        result: city,
        clause: rule.clause.to_owned(),
    });
    (city, district)
}
