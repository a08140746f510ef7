//! The verdict again: a submission is concluded anew from what it was concluded from, and compared with what was
//! stored then.
//!
//! The rules are those of this program. Where they are of another version than those of the day, the comparison
//! shows what they make different; it pretends nothing. Not here: where all of it is kept ([`crate::ledger`]).

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::assess::{Assessment, Grounds, sha256_hex};
use crate::read::limits::{ENTRIES, PART_BYTES};

/// SHA-256 of each member of a package by its name, hex.
pub type Members = BTreeMap<String, String>;

/// A submission concluded once more.
#[derive(Debug)]
pub struct Again {
    /// The conclusion.
    pub assessment: Assessment,
    /// The marked copy.
    pub marked: Vec<u8>,
}

/// One thing that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// What it is: `verdict`, `shares.city`, `findings M02 sources.city: expected`, `marked: xl/styles.xml`.
    pub what: String,
    /// How it was stored; `null` where there was nothing.
    pub then: Value,
    /// How it comes out; `null` where there is nothing.
    pub again: Value,
}

/// Everything that is not as it was stored: of the conclusion, then whether the marked copy is another.
#[must_use]
pub fn differences(then: &Assessment, again: &Again, grounds: &Grounds) -> Vec<Difference> {
    let mut found = Vec::new();
    let (then, now) = (flat(then), flat(&again.assessment));
    let names: std::collections::BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    let value = |values: &BTreeMap<String, Value>, name: &String| {
        values.get(name).cloned().unwrap_or(Value::Null)
    };
    for name in names {
        let (then, again) = (value(&then, name), value(&now, name));
        if then != again {
            found.push(Difference {
                what: name.clone(),
                then,
                again,
            });
        }
    }
    let sha256 = sha256_hex(&again.marked);
    if sha256 != grounds.marked {
        found.push(Difference {
            what: "marked".to_owned(),
            then: grounds.marked.clone().into(),
            again: sha256.into(),
        });
    }
    found
}

/// An assessment as values by name. A finding is named by its rule and field and not by its place in the list, so
/// that one finding more is one difference.
fn flat(assessment: &Assessment) -> BTreeMap<String, Value> {
    let mut values = BTreeMap::new();
    let value = serde_json::to_value(assessment).unwrap_or_default();
    walk(String::new(), value, &mut values);
    values
}

fn walk(name: String, value: Value, values: &mut BTreeMap<String, Value>) {
    let below = |key: &str| match name.as_str() {
        "" => key.to_owned(),
        name => format!("{name}.{key}"),
    };
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (key, member) in members {
                walk(below(&key), member, values);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            let mut seen: BTreeMap<String, usize> = BTreeMap::new();
            for (index, item) in items.into_iter().enumerate() {
                let part = |key: &str| item.get(key).and_then(Value::as_str).map(str::to_owned);
                let key = match (part("code"), part("field")) {
                    (Some(code), Some(field)) => format!("{code} {field}"),
                    (Some(code), None) => code,
                    _ => index.to_string(),
                };
                let times = seen.entry(key.clone()).or_default();
                *times += 1;
                let key = match *times {
                    1 => key,
                    times => format!("{key} ({times})"),
                };
                walk(below(&key), item, values);
            }
        }
        value => {
            values.insert(name, value);
        }
    }
}

/// The members of two packages that differ, each with the hash of its content.
#[must_use]
pub fn differing_members(then: &Members, again: &Members) -> Vec<Difference> {
    let names: std::collections::BTreeSet<&String> = then.keys().chain(again.keys()).collect();
    let value = |hashes: &Members, name: &String| {
        hashes.get(name).cloned().map_or(Value::Null, Value::from)
    };
    names
        .into_iter()
        .filter(|name| then.get(*name) != again.get(*name))
        .map(|name| Difference {
            what: format!("marked: {name}"),
            then: value(then, name),
            again: value(again, name),
        })
        .collect()
}

/// SHA-256 of each member of a package by its name, hex; none where it is no package, nor of what a reader would not
/// take.
#[must_use]
pub fn members(package: &[u8]) -> Members {
    use std::io::Read as _;
    let mut hashes = Members::new();
    let Ok(mut package) = zip::ZipArchive::new(std::io::Cursor::new(package)) else {
        return hashes;
    };
    for index in 0..package.len().min(ENTRIES) {
        let Ok(part) = package.by_index(index) else {
            continue;
        };
        let Ok(name) = part.name().map(|name| name.to_string()) else {
            continue;
        };
        let mut bytes = Vec::new();
        if part.take(PART_BYTES).read_to_end(&mut bytes).is_ok() {
            hashes.insert(name, sha256_hex(&bytes));
        }
    }
    hashes
}
