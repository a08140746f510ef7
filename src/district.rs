//! Names and aliases to districts. Never guesses: what is not certain goes to a person.

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

/// A payer of the district's share.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct District {
    /// Folder and JSON name: `tianshan`.
    pub id: String,
    /// Official name: `天山区`.
    pub name: String,
    /// `三类`; `None` where the edition defines no classes.
    #[serde(default)]
    pub class: Option<String>,
    /// GB/T 2260 code; `None` for a functional zone.
    #[serde(default)]
    pub code: Option<String>,
    /// Other ways it is written.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Its names as texts are compared with them, worked out when first asked for.
    #[serde(skip)]
    spelled: OnceLock<Vec<String>>,
}

/// What a text says about the district.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recognised {
    /// Certainly this one (its id).
    Certain(String),
    /// It could be any of these (ids): a person decides.
    Ambiguous(Vec<String>),
    /// None that we know.
    Unknown,
}

/// What may stand in front of a district's name without changing who pays.
const PREFIXES: [&str; 4] = ["新疆维吾尔自治区", "新疆", "乌鲁木齐市", "乌鲁木齐"];

/// Which district a text names.
///
/// Blanks, the width of brackets and 新疆 or 乌鲁木齐市 in front do not matter; either half of a joint name, in
/// either order, is the same payer. Everything else has to match a name, an alias, or the id to the last
/// character. A text that holds the names of two districts is ambiguous; anything else is unknown.
#[must_use]
pub fn recognise(districts: &[District], text: &str) -> Recognised {
    let wanted = spellings(text);
    let is = |district: &&District| {
        wanted.contains(&district.id) || names(district).any(|name| wanted.contains(name))
    };
    let exact: Vec<String> = districts.iter().filter(is).map(|d| d.id.clone()).collect();
    match exact.as_slice() {
        [one] => return Recognised::Certain(one.clone()),
        [] => {}
        _ => return Recognised::Ambiguous(exact),
    }
    let whole = normalise(text);
    let holds = |district: &&District| names(district).any(|name| whole.contains(&**name));
    let held: Vec<String> = districts
        .iter()
        .filter(holds)
        .map(|d| d.id.clone())
        .collect();
    if held.len() > 1 {
        Recognised::Ambiguous(held)
    } else {
        Recognised::Unknown
    }
}

/// What the names of a district's departments go on with: 科学技术局, 工业和信息化局, 管委会.
const DEPARTMENTS: [&str; 8] = [
    "科",
    "工业和信息",
    "工信",
    "发展",
    "管委会",
    "管理委员会",
    "人民政府",
    "政府",
];

/// The district (its id) whose department a text names, as 天山区科学技术局 does; `None` where it names none for certain.
#[must_use]
pub fn of_department(districts: &[District], text: &str) -> Option<String> {
    let whole = normalise(text);
    let names = whole.char_indices().rev().filter_map(|(end, _)| {
        let (name, rest) = whole.split_at(end);
        let is_department = DEPARTMENTS.iter().any(|start| rest.starts_with(start));
        is_department.then_some(name)
    });
    let mut certain = names.filter_map(|name| match recognise(districts, name) {
        Recognised::Certain(id) => Some(id),
        _ => None,
    });
    certain.next()
}

/// Every normal spelling of a district's name and aliases, with the halves of joint names.
pub(crate) fn names(district: &District) -> impl Iterator<Item = &String> {
    let written = || std::iter::once(&district.name).chain(&district.aliases);
    let spelled = || written().flat_map(|name| spellings(name)).collect();
    district.spelled.get_or_init(spelled).iter()
}

/// The text in half-width characters without blanks.
fn normalise(text: &str) -> String {
    text.chars()
        .map(crate::money::amount::half_width)
        .filter(|c| !c.is_whitespace() && !matches!(c, '\u{200b}' | '\u{feff}'))
        .collect()
}

/// The normal text itself and without each prefix.
fn spellings(text: &str) -> Vec<String> {
    let mut left = normalise(text);
    let mut all = vec![left.clone()];
    for prefix in PREFIXES {
        if let Some(rest) = left.strip_prefix(prefix)
            && rest.chars().nth(1).is_some()
        {
            left = rest.to_owned();
            all.push(left.clone());
        }
    }
    all
}
