//! The verdict again: a submission is concluded anew from what it was concluded from, and compared with what was
//! stored then.
//!
//! The rules are those of this program. Where they are of another version than those of the day, the comparison
//! shows what they make different; it pretends nothing. Not here: where all of it is kept ([`crate::ledger`]).

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::annotate::NotEditable;
use crate::assess::{Assessment, Context, Grounds, Reading, Rulebook, sha256_hex};

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

/// Concludes a submission once more, under a rulebook of its day and with what was known then.
///
/// # Errors
/// Where no marked copy can be written, which is a fault of this program.
pub fn conclude(
    rulebook: &Rulebook,
    bytes: &[u8],
    context: &Context,
    grounds: &Grounds,
) -> Result<Again, NotEditable> {
    let reading = match &grounds.stopped {
        Some(why) => Reading::stopped_for(bytes, why),
        None => rulebook.read(bytes),
    };
    let assessment = rulebook.assess_after(&reading, context, &grounds.earlier);
    let marked = rulebook.mark(bytes, &reading, &assessment, context, &grounds.earlier)?;
    Ok(Again { assessment, marked })
}

/// Everything that is not as it was stored: of the conclusion, then of the marked copy. `then_marked` is the copy
/// that went out, where it is still there; it tells which parts differ.
#[must_use]
pub fn differences(
    then: &Assessment,
    again: &Again,
    grounds: &Grounds,
    then_marked: Option<&[u8]>,
) -> Vec<Difference> {
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
        found.extend(
            then_marked
                .map(|then| parts(then, &again.marked))
                .unwrap_or_default(),
        );
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

/// The parts of two packages that differ, each with the hash of its content.
fn parts(then: &[u8], again: &[u8]) -> Vec<Difference> {
    let (then, again) = (hashes(then), hashes(again));
    let names: std::collections::BTreeSet<&String> = then.keys().chain(again.keys()).collect();
    let value = |hashes: &BTreeMap<String, String>, name: &String| {
        hashes.get(name).cloned().map_or(Value::Null, Value::from)
    };
    names
        .into_iter()
        .filter(|name| then.get(*name) != again.get(*name))
        .map(|name| Difference {
            what: format!("marked: {name}"),
            then: value(&then, name),
            again: value(&again, name),
        })
        .collect()
}

fn hashes(package: &[u8]) -> BTreeMap<String, String> {
    use std::io::Read as _;
    let mut hashes = BTreeMap::new();
    let Ok(mut package) = zip::ZipArchive::new(std::io::Cursor::new(package)) else {
        return hashes;
    };
    for index in 0..package.len() {
        let Ok(mut part) = package.by_index(index) else {
            continue;
        };
        let Ok(name) = part.name().map(|name| name.to_string()) else {
            continue;
        };
        let mut bytes = Vec::new();
        if part.read_to_end(&mut bytes).is_ok() {
            hashes.insert(name, sha256_hex(&bytes));
        }
    }
    hashes
}
