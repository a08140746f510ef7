//! What an assessment may know of other applications: a plain value, looked up by keys that the form gives.
//!
//! [`Keys`] say what to ask for, a [`Portrait`] is what others may be told of an application, a [`Stake`] what it
//! adds to a sum of many. The ledger answers with [`Others`]; so does [`Shelf`] for files that are checked together.
//! Never all that there are: the cost of one more application does not grow with their number.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Assessment, Reading, Verdict};
use crate::focus::sketch;
use crate::form::Application;
use crate::money::Money;

/// Applications that one clue brings, the latest ones.
pub const PEERS_A_CLUE: usize = 8;
/// Applications that are told of in all: those that share the most clues.
pub const PEERS_MAX: usize = 24;

/// What identifies a project across its versions, and what other applications are found by.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keys {
    /// The project: unit's code and title, normalised; `None` where either could not be read.
    pub project: Option<String>,
    /// The number of the submission whose marked copy this file was made from; `None` for other files.
    pub answers: Option<String>,
    /// What stands for the same content: SHA-256 of the bytes, hex.
    pub content: Option<String>,
    /// The applicant's code, normalised.
    pub unit: Option<String>,
    /// The title, normalised.
    pub title: Option<String>,
    /// Everybody who is named with a month of birth, the leader first.
    pub people: Vec<String>,
    /// Bands of the sketch of the problem's texts ([`sketch::bands`]).
    pub bands: Vec<u64>,
    /// The tallies that a rule will ask for.
    pub tallies: Vec<String>,
}

/// What others may be told of an application. Holds names: for the ledger, never for a log.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Portrait {
    /// SHA-256 of the file, hex.
    pub sha256: String,
    /// 项目名称.
    pub title: Option<String>,
    /// 申报单位.
    pub applicant: Option<String>,
    /// Its code, normalised.
    pub unit: Option<String>,
    /// 所属区（县） as written.
    pub district: Option<String>,
    /// 申报年度.
    pub year: Option<i64>,
    /// 执行期起始日期.
    pub starts_on: Option<Date>,
    /// 执行期终止日期.
    pub ends_on: Option<Date>,
    /// 项目负责人.
    pub leader: Option<Person>,
    /// 参加人员.
    pub people: Vec<Person>,
    /// The problem's texts: the field's id and what stands there.
    pub problem: Vec<(String, String)>,
}

/// A person as a form names one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The name as written.
    pub name: String,
    /// Name and month of birth, normalised: `艾力江·买买提/1975-06`.
    pub key: String,
    /// 年投入时间（月）.
    pub months: Option<i64>,
}

/// Another application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    /// Its number in the ledger; the file's name where files are checked by hand.
    pub id: String,
    /// Its district's id: of the folder it was dropped into, else as the form names it.
    pub place: Option<String>,
    /// Its verdict.
    pub verdict: Verdict,
    /// What it tells.
    pub portrait: Portrait,
}

/// How many applications, and how much money of theirs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Accepted projects.
    pub count: i64,
    /// Their districts' shares.
    pub money: Money,
}

/// What an accepted application adds to a tally.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stake {
    /// The tally.
    pub tally: String,
    /// The district's share.
    pub money: Money,
}

/// What is known of other applications: current ones only, received before, no version of this project.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Others {
    /// Those that share a key, in the order of receipt.
    pub peers: Vec<Peer>,
    /// The tallies that were asked for, without this project.
    pub tallies: BTreeMap<String, Tally>,
}

/// The tally of projects recommended under an edition in a year.
#[must_use]
pub fn quota(edition: &str, year: i64) -> String {
    format!("quota/{edition}/{year}")
}

/// The tally of a district's money in a year.
#[must_use]
pub fn envelope(district: &str, year: i64) -> String {
    format!("envelope/{district}/{year}")
}

/// A text as keys compare it: letters and digits, in lower case.
#[must_use]
pub fn plain(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

impl Keys {
    /// The keys of a reading, without the tallies.
    pub(super) fn of(reading: &Reading, answers: Option<String>) -> Self {
        let portrait = &reading.portrait;
        let project = reading.application.as_ref().and_then(|app| {
            let (code, title) = (app.credit_code.given()?, app.title.given()?);
            Some(format!("{}/{}", code_key(code), plain(title)))
        });
        let mut people: Vec<String> = Vec::new();
        for named in portrait.leader.iter().chain(&portrait.people) {
            if !people.contains(&named.key) {
                people.push(named.key.clone());
            }
        }
        Self {
            project,
            answers,
            content: Some(reading.sha256.clone()),
            unit: portrait.unit.clone(),
            title: portrait.title.as_deref().map(plain),
            people,
            bands: sketch::bands(&portrait.problem),
            tallies: Vec::new(),
        }
    }

    /// What other applications are found by, as numbers: 64 bits of a digest. Two that share one may still differ;
    /// rules compare what the portraits say.
    #[must_use]
    pub fn clues(&self) -> Vec<i64> {
        let named = |kind: &'static str, value: &Option<String>| {
            let value = value.as_ref().filter(|value| !value.is_empty());
            value.map(|value| clue(kind, value))
        };
        let mut clues: Vec<i64> = [
            named("content", &self.content),
            named("unit", &self.unit),
            named("title", &self.title),
        ]
        .into_iter()
        .flatten()
        .collect();
        clues.extend(self.people.iter().map(|person| clue("person", person)));
        // a digest already
        clues.extend(self.bands.iter().map(|band| band.cast_signed()));
        clues
    }
}

fn clue(kind: &str, value: &str) -> i64 {
    use sha2::Digest as _;
    let digest = sha2::Sha256::new().chain_update(kind).chain_update("\n");
    let digest = digest.chain_update(value).finalize();
    digest[..8]
        .iter()
        .fold(0, |number, byte| number << 8 | i64::from(*byte))
}

fn code_key(code: &str) -> String {
    let code: String = code.split_whitespace().collect();
    code.to_ascii_uppercase()
}

impl Person {
    /// A person with a month of birth; `None` where either is not given.
    fn of(name: Option<&String>, born: Option<&Date>, months: Option<i64>) -> Option<Self> {
        let (name, born) = (name?, born?);
        let key = format!("{}/{:04}-{:02}", plain(name), born.year(), born.month());
        Some(Self {
            name: name.trim().to_owned(),
            key,
            months,
        })
    }
}

impl Portrait {
    /// What a file tells, by its hash and the application in it.
    #[must_use]
    pub fn of(sha256: &str, application: Option<&Application>) -> Self {
        let sha256 = sha256.to_owned();
        match application {
            None => Self {
                sha256,
                ..Self::default()
            },
            Some(app) => Self {
                sha256,
                title: app.title.given().cloned(),
                applicant: app.applicant.given().cloned(),
                unit: app.credit_code.given().map(|code| code_key(code)),
                district: app.district.given().cloned(),
                year: app.year.given().copied(),
                starts_on: app.starts_on.given().copied(),
                ends_on: app.ends_on.given().copied(),
                leader: Person::of(
                    app.leader.given(),
                    app.leader_born.given(),
                    app.leader_months.given().copied(),
                ),
                people: people(app),
                problem: problem(app),
            },
        }
    }
}

fn people(app: &Application) -> Vec<Person> {
    let people = app.people.iter();
    people
        .filter_map(|person| {
            Person::of(
                person.name.given(),
                person.born.given(),
                person.months.given().copied(),
            )
        })
        .collect()
}

fn problem(app: &Application) -> Vec<(String, String)> {
    let fields = [&app.problem, &app.gap, &app.difficulty_why, &app.approach];
    fields
        .into_iter()
        .filter_map(|field| Some((field.id.to_string(), field.given()?.clone())))
        .collect()
}

/// What an application adds to tallies: nothing where it is not accepted.
#[must_use]
pub fn stakes(assessment: &Assessment) -> Vec<Stake> {
    // the projects of a list are counted by their own applications
    if !assessment.verdict.is_accepted() || assessment.rows.is_some() {
        return Vec::new();
    }
    let share = assessment.shares.as_ref().and_then(|shares| {
        let yuan = shares.district.as_deref()?;
        yuan.parse().ok().and_then(Money::from_yuan)
    });
    let stake = |tally| Stake {
        tally,
        money: share.unwrap_or_default(),
    };
    let year = assessment.year;
    let quota = year
        .zip(assessment.edition.as_ref())
        .map(|(year, edition)| quota(edition, year));
    let envelope = year
        .zip(assessment.district.as_ref())
        .map(|(year, district)| envelope(district, year));
    quota.into_iter().chain(envelope).map(stake).collect()
}

/// Applications at hand, for files that are checked together: answers as the ledger does.
#[derive(Debug, Default)]
pub struct Shelf {
    /// Each with its place's name and its keys; `None` where a later version took its place.
    held: Vec<Option<Held>>,
    by_clue: HashMap<i64, Vec<usize>>,
}

#[derive(Debug)]
struct Held {
    peer: Peer,
    folder: String,
    keys: Keys,
    stakes: Vec<Stake>,
}

impl Shelf {
    /// What is known of others than the application with these keys in this folder.
    #[must_use]
    pub fn others(&self, keys: &Keys, folder: &str) -> Others {
        let mut shared: BTreeMap<usize, usize> = BTreeMap::new();
        for clue in keys.clues() {
            let found = self.by_clue.get(&clue).into_iter().flatten().rev();
            let standing = found.filter(|index| {
                let held = self.held.get(**index).and_then(Option::as_ref);
                held.is_some_and(|held| !held.is_version_of(keys, folder))
            });
            for index in standing.take(PEERS_A_CLUE) {
                *shared.entry(*index).or_default() += 1;
            }
        }
        let peers = closest(shared)
            .into_iter()
            .filter_map(|index| Some(self.held.get(index)?.as_ref()?.peer.clone()))
            .collect();
        let tally = |key: &String| {
            let stakes = self
                .held
                .iter()
                .flatten()
                .filter(|held| !held.is_version_of(keys, folder))
                .flat_map(|held| &held.stakes)
                .filter(|stake| stake.tally == *key);
            let tally = stakes.fold(Tally::default(), |tally, stake| Tally {
                count: tally.count + 1,
                money: tally.money + stake.money,
            });
            (key.clone(), tally)
        };
        Others {
            peers,
            tallies: keys.tallies.iter().map(tally).collect(),
        }
    }

    /// Puts an application beside the others; it takes the place of an earlier version.
    pub fn put(&mut self, peer: Peer, keys: Keys, folder: &str, stakes: Vec<Stake>) {
        for slot in &mut self.held {
            if slot
                .as_ref()
                .is_some_and(|held| held.is_version_of(&keys, folder))
            {
                *slot = None;
            }
        }
        let index = self.held.len();
        for clue in keys.clues() {
            self.by_clue.entry(clue).or_default().push(index);
        }
        self.held.push(Some(Held {
            peer,
            folder: folder.to_owned(),
            keys,
            stakes,
        }));
    }
}

impl Held {
    fn is_version_of(&self, keys: &Keys, folder: &str) -> bool {
        self.folder == folder && self.keys.project.is_some() && self.keys.project == keys.project
    }
}

/// Of applications with the number of clues that they share, those that share the most, in their order.
#[must_use]
pub fn closest<Id: Ord + Copy>(shared: BTreeMap<Id, usize>) -> Vec<Id> {
    let mut found: Vec<(Id, usize)> = shared.into_iter().collect();
    found.sort_by_key(|(id, clues)| (std::cmp::Reverse(*clues), *id));
    found.truncate(PEERS_MAX);
    let mut ids: Vec<Id> = found.into_iter().map(|(id, _)| id).collect();
    ids.sort_unstable();
    ids
}
