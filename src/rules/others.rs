//! What the rules about other applications share: who another one is, and whether it is this same project.

use super::Case;
use crate::assess::others::plain;
use crate::assess::{Peer, Portrait};
use crate::focus::sketch::likeness;

/// Parts in a hundred of the shorter of two texts that are common where they are nearly the same.
const NEARLY: usize = 80;

/// Another application in words, Chinese and English. Names no person.
pub(super) fn who(peer: &Peer) -> (String, String) {
    let title = peer.portrait.title.as_deref().unwrap_or("（无名称）");
    let district = peer.portrait.district.as_deref();
    let of = district.map_or_else(String::new, |district| format!("{district}的"));
    let id = &peer.id;
    (
        format!("{of}《{title}》（{id}）"),
        format!("\"{title}\" ({id})"),
    )
}

/// Whether another application is this same project: the same bytes, or the same unit with nearly the same title
/// or problem.
pub(super) fn is_same_project(case: &Case<'_>, peer: &Peer) -> bool {
    if peer.portrait.sha256 == case.sha256 {
        return true;
    }
    let Some(own) = case.portrait else {
        return false;
    };
    own.unit.is_some()
        && own.unit == peer.portrait.unit
        && (is_title_near(own, &peer.portrait) || is_problem_near(own, &peer.portrait))
}

fn is_title_near(own: &Portrait, other: &Portrait) -> bool {
    let (Some(own), Some(other)) = (&own.title, &other.title) else {
        return false;
    };
    let pairs = |title: &str| {
        let chars: Vec<char> = plain(title).chars().collect();
        chars.windows(2).map(<[char]>::to_vec).collect::<Vec<_>>()
    };
    let (own, other) = (pairs(own), pairs(other));
    let common = own.iter().filter(|pair| other.contains(pair)).count();
    let longer = own.len().max(other.len());
    longer > 0 && common * 100 >= longer * NEARLY
}

fn is_problem_near(own: &Portrait, other: &Portrait) -> bool {
    let (common, all) = likeness(&own.problem, &other.problem);
    all > 0 && common * 100 >= all * NEARLY
}

/// Whether two projects run at the same time; where a period is not known they are taken to.
pub(super) fn overlap(own: &Portrait, other: &Portrait) -> bool {
    let ends_before = |a: &Portrait, b: &Portrait| {
        let days = a.ends_on.zip(b.starts_on);
        days.is_some_and(|(end, start)| end < start)
    };
    !ends_before(own, other) && !ends_before(other, own)
}
