//! The rows before a row that may be the same project, or led by the same person: few of each, found by keys, so that
//! the cost of a row does not grow with their number.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use foldhash::HashMap;
use jiff::civil::Date;

use crate::assess::others::{Peer, Person, Portrait, plain};
use crate::assess::{Language, Others, Verdict};
use crate::form::Application;

/// Rows that one key brings, the latest ones.
const ROWS_A_KEY: usize = 4;
/// Keys of a row: unit, unit with title, leader.
const KEYS: usize = 3;

/// The rows seen so far.
#[derive(Debug)]
pub struct Neighbours {
    language: Language,
    seen: Vec<Seen>,
    /// The latest row of each key: its index in `seen`.
    latest: HashMap<u64, u32>,
}

/// What a row tells later ones, small.
#[derive(Debug)]
struct Seen {
    row: u32,
    title: Option<Box<str>>,
    unit: Option<Box<str>>,
    leader: Option<Box<str>>,
    district: Option<Box<str>>,
    period: (Option<Date>, Option<Date>),
    /// The row before with the same key.
    before: [Option<u32>; KEYS],
}

impl Neighbours {
    /// None yet. `language`: in which rows are named.
    #[must_use]
    pub fn new(language: Language) -> Self {
        Self {
            language,
            seen: Vec::new(),
            latest: HashMap::default(),
        }
    }

    /// What a row tells others, and the rows before that share a key with it, in their order.
    #[must_use]
    pub fn of(&self, app: &Application, row: u32) -> (Portrait, Others) {
        let portrait = Portrait {
            leader: leader(app),
            ..Portrait::of(&self.name(row), Some(app))
        };
        let mut found: Vec<u32> = Vec::new();
        for (kind, key) in keys(&portrait).into_iter().enumerate() {
            let mut next = key.and_then(|key| self.latest.get(&key).copied());
            for _ in 0..ROWS_A_KEY {
                let Some(index) = next else { break };
                found.push(index);
                next = self.seen[index as usize].before[kind];
            }
        }
        found.sort_unstable();
        found.dedup();
        let others = Others {
            peers: found.into_iter().map(|index| self.peer(index)).collect(),
            ..Others::default()
        };
        (portrait, others)
    }

    /// Puts a row beside the others.
    pub fn put(&mut self, portrait: &Portrait, row: u32) {
        let Ok(index) = u32::try_from(self.seen.len()) else {
            return;
        };
        let keys = keys(portrait);
        let latest = &mut self.latest;
        let before = keys.map(|key| key.and_then(|key| latest.insert(key, index)));
        let boxed = |text: &Option<String>| text.as_deref().map(Into::into);
        self.seen.push(Seen {
            row,
            title: boxed(&portrait.title),
            unit: boxed(&portrait.unit),
            leader: portrait.leader.as_ref().map(|it| it.key.as_str().into()),
            district: boxed(&portrait.district),
            period: (portrait.starts_on, portrait.ends_on),
            before,
        });
    }

    fn peer(&self, index: u32) -> Peer {
        let seen = &self.seen[index as usize];
        let text = |text: &Option<Box<str>>| text.as_deref().map(str::to_owned);
        let id = self.name(seen.row);
        Peer {
            place: None,
            verdict: Verdict::Accepted,
            portrait: Portrait {
                sha256: id.clone(),
                title: text(&seen.title),
                unit: text(&seen.unit),
                district: text(&seen.district),
                starts_on: seen.period.0,
                ends_on: seen.period.1,
                leader: text(&seen.leader).map(|key| Person {
                    name: String::new(),
                    key,
                    months: None,
                }),
                ..Portrait::default()
            },
            id,
        }
    }

    fn name(&self, row: u32) -> String {
        match self.language {
            Language::Zh => format!("本表第 {row} 行"),
            Language::En => format!("row {row}"),
        }
    }
}

/// The leader, known by name and phone: a list gives no month of birth.
fn leader(app: &Application) -> Option<Person> {
    let (name, phone) = (app.leader.given()?, app.leader_phone.given()?);
    Some(Person {
        name: name.trim().to_owned(),
        key: format!("{}/{}", plain(name), plain(phone)),
        months: None,
    })
}

fn keys(portrait: &Portrait) -> [Option<u64>; KEYS] {
    let unit = portrait.unit.as_ref();
    let project = unit.zip(portrait.title.as_ref());
    [
        unit.map(|unit| key("unit", unit)),
        project.map(|(unit, title)| key(unit, &plain(title))),
        portrait.leader.as_ref().map(|it| key("leader", &it.key)),
    ]
}

/// A number for two texts: the same in every run. Two that share one may still differ; rules compare the texts.
fn key(kind: &str, text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (kind, text).hash(&mut hasher);
    hasher.finish()
}
