//! Editions: a policy as data, with the days and years it covers, its clauses, classes, ratios and numbers.
//!
//! An edition is chosen by the application's year (申报年度) and filing date together. Loading refuses what could
//! make two answers true at once. What this file does not do: compute shares ([`crate::share`]) or judge anything.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::{Date, DateTime};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::district::{self, District};
use crate::money::{Money, Ratio};
use crate::rules::Severity;
use crate::share;

pub mod lint;

/// One policy with the days it is in force. Read from `templates/policies/*.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Edition {
    /// Short name used in files, JSON and commands: `urumqi-2023`.
    pub id: String,
    /// The document's title, as quoted in mails.
    pub title: String,
    /// Who issued it.
    pub issuer: String,
    /// Application years (申报年度) it covers, both included.
    pub years: Years,
    /// Filing dates it covers, both days included.
    pub filed: Period,
    /// Last moment to hand in, local to `zone`; `None` where the document names none.
    #[serde(default)]
    pub deadline: Option<Deadline>,
    /// What the district's money must be, in parts of the region's.
    pub matching: Matching,
    /// Classes of districts and who bears how much.
    #[serde(default)]
    pub classes: Vec<Class>,
    /// The districts, each in exactly one class (or in none, where the edition defines no split).
    pub districts: Vec<District>,
    /// Region's limits by programme class.
    #[serde(default)]
    pub limits: Vec<Limits>,
    /// What is asked of the leader.
    #[serde(default)]
    pub leader: Option<Leader>,
    /// Tiers of what indirect costs may be, in rising order.
    #[serde(default)]
    pub indirect: Vec<Tier>,
    /// Most projects a district or city may recommend.
    #[serde(default)]
    pub projects_max: Option<u32>,
    /// Documents the call asks for.
    #[serde(default)]
    pub documents: Vec<String>,
    /// Leading industries, of the region, the city, or by district.
    #[serde(default)]
    pub industries: Vec<Industry>,
    /// The document's clauses in our own words.
    pub clauses: Vec<Clause>,
    /// Severities that differ from the rule's own, by code.
    #[serde(default)]
    pub severity: BTreeMap<String, Severity>,
    /// Codes of rules on trial: they look and are counted, and nobody but the bureau sees it.
    #[serde(default)]
    pub shadow: Vec<String>,
    /// Cases with known results, run at every load.
    #[serde(default)]
    pub cases: Vec<Case>,
    /// Values on both sides of each limit, run at every load.
    #[serde(default)]
    pub limit_cases: Vec<LimitCase>,
    /// SHA-256 of the file's bytes, in hex; filled at load.
    #[serde(skip)]
    pub sha256: String,
    /// The file's name; filled at load.
    #[serde(skip)]
    pub file: String,
    /// The file's text; filled at load. What is kept with every conclusion, so that it can be drawn again.
    #[serde(skip)]
    pub text: String,
}

/// Application years, both included.
#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Years {
    /// First year.
    pub first: i16,
    /// Last year.
    pub last: i16,
}

/// Days, both included.
#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// First day.
    pub first: Date,
    /// Last day.
    pub last: Date,
}

/// A moment with the zone it is meant in.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// Local date and time of day.
    pub at: DateTime,
    /// IANA zone: `Asia/Shanghai`.
    pub zone: String,
    /// The clause that sets it.
    pub clause: String,
}

/// What the edition asks for, in parts of the region's money.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Matching {
    /// City and district together: 1 in the plan, 0.5 in the call of 2026.
    pub local: Ratio,
    /// The unit's own money; `None` where nothing is asked.
    #[serde(default)]
    pub own: Option<Ratio>,
    /// The clause.
    pub clause: String,
}

/// A class of districts (一类 to 四类) and how the local match is split.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// `一类`.
    pub id: String,
    /// The city's part of the local match.
    pub city: Ratio,
    /// The district's part; the two sum to 1.
    pub district: Ratio,
    /// The clause.
    pub clause: String,
}

/// The region's limits for one programme class.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// `重大科技专项`, or `*` for every class.
    pub programme: String,
    /// Most money asked of the region, in 万元.
    #[serde(default)]
    pub region_wan_max: Option<Decimal>,
    /// Most topics (课题).
    #[serde(default)]
    pub topics_max: Option<u32>,
    /// Most units.
    #[serde(default)]
    pub units_max: Option<u32>,
    /// Least years.
    #[serde(default)]
    pub years_min: Option<u32>,
    /// Most years.
    #[serde(default)]
    pub years_max: Option<u32>,
    /// Most of the public money that units from outside the region or of the Corps hold.
    #[serde(default)]
    pub outside_max: Option<Part>,
    /// The clause or document.
    pub clause: String,
}

/// A part of a whole that no decimal says exactly: one of three.
#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// So many parts.
    pub parts: u32,
    /// Of so many.
    pub of: u32,
}

/// What is asked of a project's leader.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Leader {
    /// Titles that may lead.
    pub titles: Vec<String>,
    /// Least months a year.
    pub months_min: u8,
    /// Most full years at the end of the project, in a firm.
    pub age_max_firm: u8,
    /// The same elsewhere.
    pub age_max: u8,
    /// The clause or document.
    pub clause: String,
}

/// A tier of what indirect costs may be of direct costs less purchases.
#[derive(Debug, Clone, Copy, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Where it ends, in 万元; absent for the last.
    #[serde(default)]
    pub up_to_wan: Option<Decimal>,
    /// The part of what lies in it.
    pub rate: Ratio,
}

/// A leading industry and where it leads.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Industry {
    /// Its name as the form offers it.
    pub name: String,
    /// District ids; empty means the whole region.
    #[serde(default)]
    pub districts: Vec<String>,
}

/// A clause: its number, what it asks in our words, and who sees to it.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Clause {
    /// `四(二)`.
    pub number: String,
    /// What it asks, in our own words.
    pub asks: String,
    /// Codes of the rules that enforce it.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Why people judge it, where no rule can.
    #[serde(default)]
    pub judged_by_people: Option<String>,
}

/// A test case of an edition: given this, these are the shares.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Application year.
    pub year: i16,
    /// Filing date.
    pub filed_on: Date,
    /// Whether the edition covers that year and day; where not, no shares are expected.
    #[serde(default = "yes")]
    pub covered: bool,
    /// District id.
    #[serde(default)]
    pub district: Option<String>,
    /// Region's money, in 元.
    #[serde(default)]
    pub region: Option<Money>,
    /// Expected city share, 元; absent where the split is undecided.
    #[serde(default)]
    pub city: Option<Money>,
    /// Expected district share, 元.
    #[serde(default)]
    pub district_share: Option<Money>,
    /// Expected local total, 元.
    #[serde(default)]
    pub local: Option<Money>,
}

/// A test case of a limit: this value keeps it or not. Says the number a second time, so that a slip shows.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct LimitCase {
    /// The programme class of the limits, or `*`.
    pub programme: String,
    /// The limit's key: `region_wan_max`.
    pub limit: String,
    /// A value: 万元 for money, else a count.
    pub value: Decimal,
    /// Whether the value keeps the limit.
    pub kept: bool,
}

/// A limit with its number.
#[derive(Debug, Clone, Copy)]
pub struct Limit<'a> {
    /// The programme class, or `*`.
    pub programme: &'a str,
    /// Its key: `region_wan_max`.
    pub name: &'static str,
    /// The number.
    pub value: Decimal,
}

impl Limit<'_> {
    /// Whether a value keeps it.
    #[must_use]
    pub fn keeps(&self, value: Decimal) -> bool {
        if self.name.ends_with("_min") {
            value >= self.value
        } else {
            value <= self.value
        }
    }
}

const fn yes() -> bool {
    true
}

impl Edition {
    /// Whether this edition covers the application year and filing date together.
    #[must_use]
    pub fn covers(&self, year: i16, filed_on: Date) -> bool {
        (self.years.first..=self.years.last).contains(&year)
            && (self.filed.first..=self.filed.last).contains(&filed_on)
    }

    /// Every limit that has a number.
    pub fn limits_set(&self) -> impl Iterator<Item = Limit<'_>> {
        self.limits.iter().flat_map(|limits| {
            let count = |count: Option<u32>| count.map(Decimal::from);
            let named = [
                ("region_wan_max", limits.region_wan_max),
                ("topics_max", count(limits.topics_max)),
                ("units_max", count(limits.units_max)),
                ("years_min", count(limits.years_min)),
                ("years_max", count(limits.years_max)),
            ];
            let programme = limits.programme.as_str();
            named.into_iter().filter_map(move |(name, value)| {
                let value = value?;
                Some(Limit {
                    programme,
                    name,
                    value,
                })
            })
        })
    }

    /// Whether a rule is on trial here.
    #[must_use]
    pub fn is_on_trial(&self, code: &str) -> bool {
        self.shadow.iter().any(|on_trial| on_trial == code)
    }

    /// The class of a district, `None` where this edition puts it in none.
    #[must_use]
    pub fn class_of(&self, district: &District) -> Option<&Class> {
        let id = district.class.as_ref()?;
        self.classes.iter().find(|class| &class.id == id)
    }
}

/// A content's hash as people read it: its first 12 digits.
#[must_use]
pub fn short(sha256: &str) -> &str {
    sha256.get(..12).unwrap_or(sha256)
}

/// All editions, checked against one another.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    editions: Vec<Arc<Edition>>,
}

/// The editions that come with the program: name and text.
const BUILTIN: [(&str, &str); 2] = [
    (
        "urumqi-2023.toml",
        include_str!("../templates/policies/urumqi-2023.toml"),
    ),
    (
        "urumqi-2026-call.toml",
        include_str!("../templates/policies/urumqi-2026-call.toml"),
    ),
];

/// Why editions were refused: file, line, what is wrong and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{file}, line {line}: {what}; {remedy}")]
pub struct PolicyError {
    /// The file's name as given.
    pub file: String,
    /// The line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub remedy: String,
}

/// A file under examination: makes errors that know their line.
struct Source<'a> {
    name: &'a str,
    text: &'a str,
}

impl Source<'_> {
    /// An error in the `nth` line (from 0) that holds the quoted text; the first line where there is none.
    fn error_at(&self, nth: usize, quoted: &str, what: String, remedy: &str) -> PolicyError {
        let lines = self.text.lines().enumerate();
        let mut holding = lines.filter(|(_, line)| line.contains(quoted));
        PolicyError {
            file: self.name.to_owned(),
            line: holding.nth(nth).map_or(1, |(index, _)| index + 1),
            what,
            remedy: remedy.to_owned(),
        }
    }

    fn read(&self) -> Result<Edition, PolicyError> {
        let mut edition: Edition = toml::from_str(self.text).map_err(|error| {
            let start = error.span().map_or(0, |span| span.start);
            let before = self.text.get(..start).unwrap_or_default();
            PolicyError {
                file: self.name.to_owned(),
                line: before.matches('\n').count() + 1,
                what: error.message().to_owned(),
                remedy: "correct this key or value as in the built-in editions".to_owned(),
            }
        })?;
        edition.sha256 = crate::assess::sha256_hex(self.text.as_bytes());
        self.name.clone_into(&mut edition.file);
        self.text.clone_into(&mut edition.text);
        Ok(edition)
    }

    fn check(&self, edition: &Edition) -> Result<(), PolicyError> {
        self.check_dates(edition)?;
        self.check_classes(edition)?;
        self.check_districts(edition)?;
        self.check_industries(edition)?;
        self.check_shadow(edition)?;
        for (index, case) in edition.cases.iter().enumerate() {
            run_case(edition, case).map_err(|what| {
                self.error_at(
                    index,
                    "[[cases]]",
                    format!("test case {} fails: {what}", index + 1),
                    "correct the case or the figures it tests",
                )
            })?;
        }
        for (index, case) in edition.limit_cases.iter().enumerate() {
            let limit = edition
                .limits_set()
                .find(|limit| limit.programme == case.programme && limit.name == case.limit);
            let what = match limit {
                None => format!(
                    "`{}` of `{}` is no limit of this file",
                    case.limit, case.programme
                ),
                Some(limit) if limit.keeps(case.value) != case.kept => format!(
                    "limit case {} fails: {} against `{}` {}",
                    index + 1,
                    case.value,
                    case.limit,
                    limit.value
                ),
                Some(_) => continue,
            };
            let remedy = "correct the case or the limit it tests";
            return Err(self.error_at(index, "[[limit_cases]]", what, remedy));
        }
        Ok(())
    }

    fn check_dates(&self, edition: &Edition) -> Result<(), PolicyError> {
        if edition.years.first > edition.years.last {
            let what = "`years` ends before it begins".to_owned();
            return Err(self.error_at(0, "years", what, "exchange first and last"));
        }
        if edition.filed.first > edition.filed.last {
            let what = "`filed` ends before it begins".to_owned();
            return Err(self.error_at(0, "filed", what, "exchange first and last"));
        }
        if let Some(deadline) = &edition.deadline
            && jiff::tz::TimeZone::get(&deadline.zone).is_err()
        {
            let what = format!("`{}` is no IANA zone", deadline.zone);
            return Err(self.error_at(0, "zone =", what, "write a zone such as Asia/Shanghai"));
        }
        Ok(())
    }

    fn check_classes(&self, edition: &Edition) -> Result<(), PolicyError> {
        for (index, class) in edition.classes.iter().enumerate() {
            let id = format!("id = \"{}\"", class.id);
            if edition.classes[..index].iter().any(|c| c.id == class.id) {
                let what = format!("class `{}` is there twice", class.id);
                return Err(self.error_at(1, &id, what, "remove one of them"));
            }
            let sum = class.city.value() + class.district.value();
            if sum != Decimal::ONE {
                let what = format!("the ratios of class `{}` sum to {sum}", class.id);
                return Err(self.error_at(0, &id, what, "make city and district sum to 1"));
            }
        }
        Ok(())
    }

    fn check_districts(&self, edition: &Edition) -> Result<(), PolicyError> {
        let mut owners: BTreeMap<String, &str> = BTreeMap::new();
        for (index, district) in edition.districts.iter().enumerate() {
            let id = format!("id = \"{}\"", district.id);
            if edition.districts[..index]
                .iter()
                .any(|d| d.id == district.id)
            {
                let what = format!("district `{}` is there twice", district.id);
                return Err(self.error_at(1, &id, what, "keep it in one class only"));
            }
            if district.class.is_some() && edition.class_of(district).is_none() {
                let class = district.class.as_deref().unwrap_or_default();
                let what = format!(
                    "district `{}` is in the unknown class `{class}`",
                    district.id
                );
                return Err(self.error_at(0, &id, what, "name a class of this file"));
            }
            if district.class.is_none() && !edition.classes.is_empty() {
                let what = format!("district `{}` is in no class", district.id);
                return Err(self.error_at(0, &id, what, "give it a class of this file"));
            }
            for name in district::names(district) {
                let before = owners.insert(name.clone(), &district.id);
                if let Some(owner) = before.filter(|owner| *owner != district.id) {
                    let what = format!("`{name}` names both `{owner}` and `{}`", district.id);
                    let remedy = "leave this name or alias with one district";
                    return Err(self.error_at(0, &id, what, remedy));
                }
            }
        }
        Ok(())
    }

    fn check_shadow(&self, edition: &Edition) -> Result<(), PolicyError> {
        let is_known = |code: &String| crate::rules::rules().any(|rule| rule.code == code);
        match edition.shadow.iter().find(|code| !is_known(code)) {
            Some(code) => {
                let what = format!("`shadow` names the unknown rule `{code}`");
                Err(self.error_at(0, "shadow", what, "write a code that `liandong rule` lists"))
            }
            None => Ok(()),
        }
    }

    fn check_industries(&self, edition: &Edition) -> Result<(), PolicyError> {
        for industry in &edition.industries {
            let known = |id: &String| edition.districts.iter().any(|d| &d.id == id);
            if let Some(id) = industry.districts.iter().find(|id| !known(id)) {
                let what = format!(
                    "industry `{}` names the unknown district `{id}`",
                    industry.name
                );
                let quoted = format!("name = \"{}\"", industry.name);
                return Err(self.error_at(0, &quoted, what, "name a district id of this file"));
            }
        }
        Ok(())
    }
}

/// Runs one test case of an edition; `Err` says what differs.
fn run_case(edition: &Edition, case: &Case) -> Result<(), String> {
    let covered = edition.covers(case.year, case.filed_on);
    if covered != case.covered {
        return Err(format!(
            "year {} filed on {}: covered is {covered}",
            case.year, case.filed_on
        ));
    }
    let (Some(id), Some(region)) = (&case.district, case.region) else {
        return Ok(());
    };
    let district = edition
        .districts
        .iter()
        .find(|district| &district.id == id)
        .ok_or_else(|| format!("district `{id}` is unknown"))?;
    let shares = share::compute(edition, district, region, &[]).map_err(|e| e.to_string())?;
    let show = |money: Option<Money>| money.map_or("undecided".to_owned(), Money::yuan);
    for (what, expected, got) in [
        (
            "local",
            case.local.or(Some(shares.local)),
            Some(shares.local),
        ),
        ("city", case.city, shares.city),
        ("district_share", case.district_share, shares.district),
    ] {
        if expected != got {
            return Err(format!(
                "{what} is {}, the case expects {}",
                show(got),
                show(expected)
            ));
        }
    }
    Ok(())
}

impl Policies {
    /// The editions that come with the program.
    ///
    /// # Errors
    /// None in a released program: the tests load them.
    pub fn builtin() -> Result<Self, PolicyError> {
        Self::load(&Self::builtin_files())
    }

    /// Names and texts of the editions that come with the program, to be loaded together with others.
    #[must_use]
    pub fn builtin_files() -> [(String, String); 2] {
        BUILTIN.map(|(name, text)| (name.to_owned(), text.to_owned()))
    }

    /// Editions from files (name and text), checked each and against one another. Built-in ones are not added.
    ///
    /// # Errors
    /// [`PolicyError`] at the first thing that could make two answers true at once: a year and day covered twice, a
    /// district twice, an unknown class, ratios that do not sum to 1, an unknown key or zone, a test case that fails.
    pub fn load(files: &[(String, String)]) -> Result<Self, PolicyError> {
        let mut editions: Vec<Arc<Edition>> = Vec::new();
        for (name, text) in files {
            let source = Source { name, text };
            let edition = source.read()?;
            source.check(&edition)?;
            for other in &editions {
                if other.id == edition.id {
                    let what = format!("edition `{}` is there twice", edition.id);
                    return Err(source.error_at(0, "id =", what, "remove one of the files"));
                }
                if overlap(other, &edition) {
                    let what = format!(
                        "`{}` covers years and days that `{}` covers too",
                        edition.id, other.id
                    );
                    return Err(source.error_at(
                        0,
                        "filed",
                        what,
                        "change `years` or `filed` of one",
                    ));
                }
            }
            editions.push(Arc::new(edition));
        }
        Ok(Self { editions })
    }

    /// Editions that were checked when they came in, as their texts were kept: read, and not checked again.
    ///
    /// # Errors
    /// Where a text is no edition that this program can read.
    pub fn as_kept(files: &[(String, String)]) -> Result<Self, PolicyError> {
        let read = |(name, text): &(String, String)| Source { name, text }.read().map(Arc::new);
        let editions = files.iter().map(read).collect::<Result<_, _>>()?;
        Ok(Self { editions })
    }

    /// These editions with one more to try out, whatever days it covers; it takes the place of one with its id.
    ///
    /// # Errors
    /// [`PolicyError`] where the edition by itself is refused.
    pub fn trying(&self, name: &str, text: &str) -> Result<(Self, Arc<Edition>), PolicyError> {
        let source = Source { name, text };
        let edition = source.read()?;
        source.check(&edition)?;
        let edition = Arc::new(edition);
        let others = self.editions.iter().filter(|other| other.id != edition.id);
        let editions = others.chain([&edition]).map(Arc::clone).collect();
        Ok((Self { editions }, edition))
    }

    /// All editions in the order they were loaded.
    pub fn editions(&self) -> impl Iterator<Item = &Arc<Edition>> {
        self.editions.iter()
    }

    /// The edition that covers the application year and the filing date; there is never more than one.
    #[must_use]
    pub fn in_force(&self, year: i64, filed_on: Date) -> Option<&Arc<Edition>> {
        let year = i16::try_from(year).ok()?;
        self.editions
            .iter()
            .find(|edition| edition.covers(year, filed_on))
    }

    /// Of the editions begun by a day the one that ends last: the one to name where none is in force.
    #[must_use]
    pub fn last_before(&self, date: Date) -> Option<&Arc<Edition>> {
        self.editions
            .iter()
            .filter(|edition| edition.filed.first <= date)
            .max_by_key(|edition| (edition.filed.last.min(date), edition.filed.last))
    }

    /// The edition to name where none covers an application: of its year, else the [`Self::last_before`] the day.
    #[must_use]
    pub fn nearest(&self, year: i64, date: Date) -> Option<&Arc<Edition>> {
        let of_year = |edition: &&Arc<Edition>| {
            (i64::from(edition.years.first)..=i64::from(edition.years.last)).contains(&year)
        };
        let latest = self.editions.iter().filter(of_year);
        latest
            .max_by_key(|edition| edition.filed.last)
            .or_else(|| self.last_before(date))
    }

    /// The edition of this id.
    #[must_use]
    pub fn edition(&self, id: &str) -> Option<&Arc<Edition>> {
        self.editions.iter().find(|edition| edition.id == id)
    }
}

fn overlap(one: &Edition, other: &Edition) -> bool {
    one.years.first <= other.years.last
        && other.years.first <= one.years.last
        && one.filed.first <= other.filed.last
        && other.filed.first <= one.filed.last
}
