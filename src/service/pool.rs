//! The workers: submissions out, conclusions in, stored in groups while the workers go on.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::desk::Desk;
use super::turns::{End, Turns};
use super::{Kind, Service, Trouble};
use crate::ledger::{Answered, Conclusion, Job, LedgerError, Lookup};

/// Submissions that are in hand at once, at the most.
const IN_HAND: usize = 32;
/// Conclusions that are stored at once, at the most: while they are, workers have as many left in hand.
const GROUP: usize = IN_HAND / 2;
/// How long the next conclusion of a group is waited for. Storing one costs as much as assessing it, in a group a
/// third; a submission that waits for its version before waits no longer than this.
const GATHERING: Duration = Duration::from_millis(10);

/// What a worker gives back.
struct Done {
    id: i64,
    number: String,
    path: String,
    outcome: anyhow::Result<Conclusion>,
}

impl Service {
    /// Assesses everything that was received. A submission that cannot be assessed is kept, told of, and left
    /// alone until the next start.
    ///
    /// # Errors
    /// Where the ledger does not answer.
    pub fn assess(&mut self) -> Answered<()> {
        let first = self.ledger.claim(0, IN_HAND)?;
        if first.is_empty() {
            return Ok(());
        }
        self.watcher.step("claimed");
        let workers = self.workers();
        let lookups = (0..workers)
            .map(|_| self.ledger.lookup())
            .collect::<Answered<Vec<_>>>()?;
        let desk = Arc::clone(&self.desk);
        let turns = Turns::default();
        let (jobs, queue) = channel();
        let queue = Mutex::new(queue);
        let (results, conclusions) = channel();
        std::thread::scope(|scope| {
            for mut lookup in lookups {
                let (desk, turns, queue, results) = (&desk, &turns, &queue, results.clone());
                scope.spawn(move || work(desk, turns, queue, &mut *lookup, &results));
            }
            drop(results);
            self.pump(first, &turns, jobs, &conclusions)
        })
    }

    fn workers(&self) -> usize {
        let processors = || std::thread::available_parallelism().map_or(1, Into::into);
        self.desk.config.workers.unwrap_or_else(processors)
    }

    /// Hands out and stores, until nothing is left. Ends with the queue closed, so that the workers end.
    fn pump(
        &mut self,
        first: Vec<Job>,
        turns: &Turns,
        jobs: Sender<Job>,
        conclusions: &Receiver<Done>,
    ) -> Answered<()> {
        let _end = End(turns);
        let (mut in_hand, mut last) = (0, 0);
        let mut group = first;
        loop {
            last = group.last().map_or(last, |job| job.id);
            group.retain(|job| !self.left_alone.contains(&job.id));
            in_hand += group.len();
            turns.enter(group.iter().map(|job| job.id));
            for job in group {
                if jobs.send(job).is_err() {
                    return Err(LedgerError::Database("the workers have ended".to_owned()));
                }
            }
            if in_hand == 0 {
                return Ok(());
            }
            let mut finished = gather(conclusions, in_hand)?;
            finished.sort_by_key(|done| done.id);
            in_hand -= finished.len();
            let ids: Vec<i64> = finished.iter().map(|done| done.id).collect();
            let stored = self.store(finished);
            turns.leave(ids.into_iter());
            stored?;
            group = if in_hand <= IN_HAND - GROUP {
                self.ledger.claim(last, IN_HAND - in_hand)?
            } else {
                Vec::new()
            };
        }
    }

    fn store(&mut self, finished: Vec<Done>) -> Answered<()> {
        let (mut names, mut conclusions) = (Vec::new(), Vec::new());
        for done in finished {
            match done.outcome {
                Ok(conclusion) => {
                    names.push((done.number, done.path));
                    conclusions.push(conclusion);
                }
                Err(error) => {
                    self.left_alone.insert(done.id);
                    tracing::error!(submission = %done.number, %error, "not assessed");
                    self.troubles.push(Trouble {
                        kind: Kind::NotAssessed,
                        about: done.number,
                        why: format!("{error:#}"),
                    });
                }
            }
        }
        self.watcher.step("assessed");
        self.ledger.conclude(&conclusions)?;
        self.watcher.step("concluded");
        for ((number, path), conclusion) in names.iter().zip(&conclusions) {
            self.watcher.assessed(number, path, conclusion);
        }
        Ok(())
    }
}

/// The next conclusions, at least one, of those that are in hand.
fn gather(conclusions: &Receiver<Done>, in_hand: usize) -> Answered<Vec<Done>> {
    let Ok(first) = conclusions.recv() else {
        return Err(LedgerError::Database("the workers have ended".to_owned()));
    };
    let mut finished = vec![first];
    while finished.len() < GROUP.min(in_hand)
        && let Ok(next) = conclusions.recv_timeout(GATHERING)
    {
        finished.push(next);
    }
    Ok(finished)
}

/// A worker: takes submissions until the queue is closed.
fn work(
    desk: &Desk,
    turns: &Turns,
    queue: &Mutex<Receiver<Job>>,
    lookup: &mut dyn Lookup,
    results: &Sender<Done>,
) {
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else {
            return;
        };
        if turns.are_over() {
            return;
        }
        let assess = std::panic::AssertUnwindSafe(|| desk.assess(&job, turns, lookup));
        let outcome = std::panic::catch_unwind(assess)
            .unwrap_or_else(|_| Err(anyhow::anyhow!("the program has a fault with this file")));
        let done = Done {
            id: job.id,
            number: job.number,
            path: job.path,
            outcome,
        };
        if results.send(done).is_err() {
            return;
        }
    }
}
