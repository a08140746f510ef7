//! The workers: submissions out, conclusions in, stored in groups while the workers go on.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::desk::Desk;
use super::turns::{End, Turns};
use super::{Kind, Service, Trouble};
use crate::ledger::{Answered, Conclusion, Job, LedgerError, Lookup};
use crate::sandbox::{Cause, Examiner};

/// Submissions that are in hand at once, at the most.
const IN_HAND: usize = 64;
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
    outcome: anyhow::Result<(Conclusion, Option<Cause>)>,
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
        let desk = Arc::clone(&self.desk);
        // Connections and children stay warm from one pass to the next.
        let mut lookups = std::mem::take(&mut self.lookups);
        while lookups.len() < workers {
            lookups.push(self.ledger.lookup()?);
        }
        let mut examiners = std::mem::take(&mut self.examiners);
        examiners.resize_with(workers, || desk.config.examiner());
        let turns = Turns::default();
        let (jobs, queue) = channel();
        let queue = Mutex::new(queue);
        let tray = Tray::default();
        let pumped = std::thread::scope(|scope| {
            for (lookup, examiner) in lookups.iter_mut().zip(&mut examiners) {
                let (desk, turns, queue, tray) = (&desk, &turns, &queue, &tray);
                scope.spawn(move || work(desk, turns, queue, (&mut **lookup, examiner), tray));
            }
            self.pump(first, &turns, jobs, &tray)
        });
        (self.lookups, self.examiners) = (lookups, examiners);
        pumped
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
        tray: &Tray,
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
                let sent = jobs.send(job);
                sent.map_err(|_| LedgerError::Database("the workers have ended".to_owned()))?;
            }
            if in_hand == 0 {
                return Ok(());
            }
            let mut finished = tray.gather(GROUP.min(in_hand));
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
                Ok((conclusion, stop)) => {
                    if let Some(cause) = stop {
                        self.troubles.push(Trouble {
                            kind: Kind::FileStopped,
                            about: done.number.clone(),
                            why: cause.en().to_owned(),
                        });
                    }
                    names.push((done.number, done.path));
                    conclusions.push(conclusion);
                }
                Err(error) => {
                    self.left_alone.insert(done.id);
                    tracing::warn!(submission = %done.number, %error, "not assessed");
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

/// Where workers put what they conclude, until a group is taken to be stored. Nobody is woken before it is whole: to
/// wake a thread for each costs more than some rules.
#[derive(Default)]
struct Tray {
    finished: Mutex<Pile>,
    is_whole: Condvar,
}

#[derive(Default)]
struct Pile {
    done: Vec<Done>,
    /// How many are waited for; 0 while nobody waits.
    wanted: usize,
}

impl Tray {
    fn pile(&self) -> MutexGuard<'_, Pile> {
        self.finished.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn put(&self, done: Done) {
        let mut pile = self.pile();
        pile.done.push(done);
        if pile.wanted > 0 && pile.done.len() >= pile.wanted {
            self.is_whole.notify_one();
        }
    }

    /// The next conclusions: at least one, and as many as are wanted where no time passes without any.
    fn gather(&self, wanted: usize) -> Vec<Done> {
        let mut pile = self.pile();
        pile.wanted = wanted;
        let mut before = 0;
        while pile.done.len() < wanted && (pile.done.is_empty() || pile.done.len() > before) {
            before = pile.done.len();
            let wait = self.is_whole.wait_timeout(pile, GATHERING);
            pile = wait.unwrap_or_else(PoisonError::into_inner).0;
        }
        pile.wanted = 0;
        std::mem::take(&mut pile.done)
    }
}

/// A worker: takes submissions until the queue is closed.
fn work(
    desk: &Desk,
    turns: &Turns,
    queue: &Mutex<Receiver<Job>>,
    (lookup, examiner): (&mut dyn Lookup, &mut Examiner),
    tray: &Tray,
) {
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else {
            return;
        };
        if turns.are_over() {
            return;
        }
        let assess = std::panic::AssertUnwindSafe(|| desk.assess(&job, turns, lookup, examiner));
        let outcome = std::panic::catch_unwind(assess)
            .unwrap_or_else(|_| Err(anyhow::anyhow!("the program has a fault with this file")));
        tray.put(Done {
            id: job.id,
            number: job.number,
            path: job.path,
            outcome,
        });
    }
}
