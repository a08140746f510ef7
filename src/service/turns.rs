//! Who may look up the version before and others: two versions of one project, or two applications that share a
//! key, are assessed in the order of receipt, whichever worker reads faster.
//!
//! A worker registers what its submission is, then waits until every earlier one in hand has registered too and
//! none of them is the same project or place or shares a key. Earlier ones never wait for later ones, so nothing waits for ever.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

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
    in_hand: Mutex<BTreeMap<i64, Option<Identity>>>,
    changed: Condvar,
    is_over: AtomicBool,
}

/// Ends the waiting when it goes, also where a ledger that does not answer or a panic makes it go.
#[derive(Debug)]
pub struct End<'a>(pub &'a Turns);

impl Drop for End<'_> {
    fn drop(&mut self) {
        let in_hand = self.0.in_hand();
        self.0.is_over.store(true, Ordering::Relaxed);
        drop(in_hand);
        self.0.changed.notify_all();
    }
}

impl Turns {
    /// Takes submissions in hand, before any worker gets them.
    pub fn enter(&self, ids: impl Iterator<Item = i64>) {
        self.in_hand().extend(ids.map(|id| (id, None)));
    }

    /// Whether nobody takes conclusions any more.
    pub fn are_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    /// Registers what a submission is and waits for its turn, or for the end of all turns.
    pub fn wait(&self, id: i64, identity: &Identity) {
        let mut in_hand = self.in_hand();
        in_hand.insert(id, Some(identity.clone()));
        self.changed.notify_all();
        let blocked = |in_hand: &mut BTreeMap<i64, Option<Identity>>| {
            !self.are_over()
                && in_hand.range(..id).any(|(_, earlier)| {
                    earlier
                        .as_ref()
                        .is_none_or(|earlier| earlier.may_be(identity))
                })
        };
        let waited = self.changed.wait_while(in_hand, blocked);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    /// Lets submissions go: their conclusions are stored, or they are given up.
    pub fn leave(&self, ids: impl Iterator<Item = i64>) {
        let mut in_hand = self.in_hand();
        for id in ids {
            in_hand.remove(&id);
        }
        self.changed.notify_all();
    }

    fn in_hand(&self) -> MutexGuard<'_, BTreeMap<i64, Option<Identity>>> {
        // The map is whole between any two of the calls above, also after a panic.
        self.in_hand.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    fn identity(project: &str, path: &str) -> Identity {
        Identity {
            project: Some(project.to_owned()),
            path: path.to_owned(),
            ..Identity::default()
        }
    }

    #[test]
    fn nobody_waits_for_one_that_is_never_stored() {
        let turns = Turns::default();
        turns.enter([1, 2].into_iter());
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| turns.wait(2, &identity("p", "b")));
            drop(End(&turns));
            waiting.join().unwrap();
        });
        assert!(turns.are_over());
    }

    #[test]
    fn the_later_version_waits_for_the_earlier_one() {
        let turns = Turns::default();
        let (tell, told) = channel();
        turns.enter([1, 2, 3].into_iter());
        std::thread::scope(|scope| {
            let turns = &turns;
            let second = tell.clone();
            scope.spawn(move || {
                turns.wait(2, &identity("p", "b"));
                second.send(2).unwrap();
            });
            scope.spawn(move || {
                turns.wait(3, &identity("q", "c"));
                tell.send(3).unwrap();
            });
            turns.wait(1, &identity("p", "a"));
            // Another project has its turn while the second version still waits.
            assert_eq!(told.recv().unwrap(), 3);
            turns.leave([1].into_iter());
            assert_eq!(told.recv().unwrap(), 2);
        });
    }
}
