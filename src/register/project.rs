//! A row of the register with its amounts exact: what is due, what was entered, what is offered.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{CLASS_NONE, DISTRICT_UNKNOWN, Row};
use crate::assess::{AmountFound, Assessment, EnteredFound, SharesFound, Verdict};
use crate::money::{Money, Ratio};
use crate::policy::Policies;
use crate::rules::Severity;

/// A project as the sheets show it.
pub struct Project<'a> {
    pub row: &'a Row,
    /// The district's name, or that it is not certain.
    pub district: &'a str,
    /// Its place in the editions; districts of none come last.
    district_order: usize,
    /// The district's class, or that its edition defines none.
    pub class: &'a str,
    /// What is due; `None` where no share could be computed.
    pub due: Option<Due>,
    /// 自治区财政资金: of the shares, else as entered.
    pub region: Option<Money>,
}

/// What the policy asks of city and district.
pub struct Due {
    /// The local match in parts of the region's money, where the edition at hand gives exactly this local total.
    pub matching: Option<Ratio>,
    /// City and district together.
    pub local: Money,
    /// Who bears how much; `None` while it is undecided.
    pub split: Option<Split>,
}

/// A decided split of the local match.
pub struct Split {
    pub city: Money,
    pub district: Money,
    /// City's and district's parts, where they give exactly these amounts.
    pub ratios: Option<(Ratio, Ratio)>,
}

/// What city and district put on the table.
pub struct Offer {
    pub city: Option<Money>,
    /// The district's letter, else what was entered for it.
    pub district: Option<Money>,
    /// Whether the district's amount is that of its letter.
    pub by_letter: bool,
    /// Both.
    pub local: Money,
    /// Both in parts of the region's money.
    pub ratio: Decimal,
}

impl<'a> Project<'a> {
    /// A row with its amounts; `names` gives a district's place and name by id.
    pub fn of(row: &'a Row, names: &BTreeMap<&str, (usize, &'a str)>, policies: &Policies) -> Self {
        let assessment = &row.assessment;
        let id = assessment.district.as_deref();
        let known = id.and_then(|id| names.get(id).copied());
        let (district_order, district) =
            known.unwrap_or((usize::MAX, id.unwrap_or(DISTRICT_UNKNOWN)));
        let shares = assessment.shares.as_ref();
        let region = shares.and_then(|shares| yuan(&shares.region));
        let matching = assessment
            .edition
            .as_deref()
            .and_then(|id| policies.edition(id))
            .map(|edition| edition.matching.local);
        Self {
            row,
            district,
            district_order,
            class: assessment.class.as_deref().unwrap_or(CLASS_NONE),
            due: shares.and_then(|shares| Due::of(shares, matching)),
            region: region.or_else(|| entered(assessment, |entered| &entered.region)),
        }
    }

    /// District, verdict, id.
    pub fn order(&self) -> (usize, &str, Verdict, &str) {
        let verdict = self.row.assessment.verdict;
        (self.district_order, self.district, verdict, &self.row.id)
    }

    /// Whether it counts in the totals.
    pub const fn is_accepted(&self) -> bool {
        self.row.assessment.verdict.is_accepted()
    }

    /// The project's title, or that none was read.
    pub fn title(&self) -> &'a str {
        self.row
            .assessment
            .title
            .as_deref()
            .unwrap_or("（没有读到项目名称）")
    }

    /// An amount as entered.
    pub fn entered(&self, which: fn(&EnteredFound) -> &Option<AmountFound>) -> Option<Money> {
        entered(&self.row.assessment, which)
    }

    /// How many findings there are of a severity.
    pub fn count(&self, severity: Severity) -> usize {
        crate::rules::count(&self.row.assessment.findings, severity)
    }

    /// What city and district put on the table; `None` where neither gave an amount or there is none to compare with.
    pub fn offer(&self) -> Option<Offer> {
        let letter = self.entered(|entered| &entered.commitment);
        let city = self.entered(|entered| &entered.city);
        let district = letter.or_else(|| self.entered(|entered| &entered.district));
        let region = self.region.filter(|region| *region > Money::ZERO)?;
        city.or(district)?;
        let local = city.unwrap_or_default() + district.unwrap_or_default();
        Some(Offer {
            city,
            district,
            by_letter: letter.is_some(),
            local,
            ratio: local.as_wan().checked_div(region.as_wan())?,
        })
    }
}

impl Due {
    fn of(shares: &SharesFound, matching: Option<Ratio>) -> Option<Self> {
        let (region, local) = (yuan(&shares.region)?, yuan(&shares.local)?);
        let both = || {
            let city = yuan(shares.city.as_deref()?)?;
            let district = yuan(shares.district.as_deref()?)?;
            let ratios = shares.ratio.as_deref().and_then(ratios);
            let exact = |&(_, part): &(Ratio, Ratio)| {
                district == local.times_rounded_down(part) && city == local - district
            };
            Some(Split {
                city,
                district,
                ratios: ratios.filter(exact),
            })
        };
        Some(Self {
            matching: matching.filter(|part| region.times_rounded_down(*part) == local),
            local,
            split: both(),
        })
    }
}

fn entered(
    assessment: &Assessment,
    which: fn(&EnteredFound) -> &Option<AmountFound>,
) -> Option<Money> {
    let project = assessment.project.as_ref()?;
    which(&project.entered).as_ref().map(|amount| amount.yuan)
}

/// `3000000.00`.
fn yuan(text: &str) -> Option<Money> {
    Money::from_yuan(text.parse().ok()?)
}

/// `0.6:0.4`.
fn ratios(text: &str) -> Option<(Ratio, Ratio)> {
    let ratio = |text: &str| Ratio::try_from(text.parse::<Decimal>().ok()?).ok();
    let (city, district) = text.split_once(':')?;
    Some((ratio(city)?, ratio(district)?))
}
