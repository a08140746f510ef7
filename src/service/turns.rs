//! Who may look up the version before and others: two versions of one project, or two applications that share a
//! key, are assessed in the order of receipt, whichever worker reads faster.
//!
//! A submission is registered with what it is, then it waits until every earlier one in hand is registered too and
//! none of them is the same project or place or shares a key. Earlier ones never wait for later ones, so nothing
//! waits for ever.

use std::collections::BTreeMap;

use crate::assess::Keys;

/// What may make two submissions versions of one project, or one known to the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// What identifies the project across versions; `None` where it could not be read.
    pub project: Option<String>,
    /// Path below the inbox.
    pub path: String,
    /// What others find it by, sorted.
    clues: Vec<i64>,
    /// The sums that it asks for and may add to.
    tallies: Vec<String>,
}

impl Identity {
    /// What a submission with these keys at this path is.
    #[must_use]
    pub fn of(keys: &Keys, path: &str) -> Self {
        let mut clues = keys.clues();
        clues.sort_unstable();
        Self {
            project: keys.project.clone(),
            path: path.to_owned(),
            clues,
            tallies: keys.tallies.clone(),
        }
    }

    fn may_be(&self, other: &Self) -> bool {
        let shares = |clue| other.clues.binary_search(clue).is_ok();
        self.path == other.path
            || self.project.is_some() && self.project == other.project
            || self.clues.iter().any(shares)
            || self
                .tallies
                .iter()
                .any(|tally| other.tallies.contains(tally))
    }
}

/// The submissions in hand, by id; `None` while it is not known what they are.
#[derive(Debug, Default)]
pub struct Turns {
    in_hand: BTreeMap<i64, Option<Identity>>,
}

impl Turns {
    /// Takes submissions in hand, before any worker gets them.
    pub fn enter(&mut self, ids: impl Iterator<Item = i64>) {
        self.in_hand.extend(ids.map(|id| (id, None)));
    }

    /// Registers what a submission is.
    pub fn register(&mut self, id: i64, identity: Identity) {
        self.in_hand.insert(id, Some(identity));
    }

    /// The earlier submissions that a registered one waits for. It has its turn where there are none.
    pub fn before(&self, id: i64) -> impl Iterator<Item = i64> {
        let own = self.in_hand.get(&id).and_then(Option::as_ref);
        let blocks = move |earlier: &Option<Identity>| match (earlier, own) {
            (Some(earlier), Some(own)) => earlier.may_be(own),
            _ => true,
        };
        let earlier = self.in_hand.range(..id);
        earlier.filter(move |(_, it)| blocks(it)).map(|(id, _)| *id)
    }

    /// Lets submissions go: their conclusions are stored, or they are given up.
    pub fn leave(&mut self, ids: impl Iterator<Item = i64>) {
        for id in ids {
            self.in_hand.remove(&id);
        }
    }

    /// How many are in hand.
    pub fn len(&self) -> usize {
        self.in_hand.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(project: &str, path: &str) -> Identity {
        Identity {
            project: Some(project.to_owned()),
            path: path.to_owned(),
            ..Identity::default()
        }
    }

    #[test]
    fn the_later_version_waits_for_the_earlier_one() {
        let mut turns = Turns::default();
        turns.enter([1, 2, 3].into_iter());
        let before = |turns: &Turns, id| turns.before(id).collect::<Vec<_>>();
        turns.register(3, identity("q", "c"));
        turns.register(2, identity("p", "b"));
        // Nothing is known of the first.
        assert_eq!((before(&turns, 2), before(&turns, 3)), (vec![1], vec![1]));
        turns.register(1, identity("p", "a"));
        // Another project has its turn while the second version still waits.
        let none = Vec::<i64>::new();
        assert_eq!(before(&turns, 1), none);
        assert_eq!((before(&turns, 2), before(&turns, 3)), (vec![1], vec![]));
        turns.leave([1].into_iter());
        assert_eq!((before(&turns, 2), turns.len()), (none, 2));
    }

    #[test]
    fn one_place_is_one_submission_whatever_was_read() {
        let mut turns = Turns::default();
        turns.enter([1, 2].into_iter());
        turns.register(
            1,
            Identity {
                path: "a".to_owned(),
                ..Identity::default()
            },
        );
        turns.register(2, identity("p", "a"));
        assert_eq!(turns.before(2).collect::<Vec<_>>(), [1]);
    }
}
