//! The workers: each takes submissions from one queue; conclusions are piled up and stored in groups, by whichever
//! worker finds a group whole, while the others go on. One worker alone works in the thread that called.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::desk::Desk;
use super::turns::{Identity, Turns};
use super::{Kind, Service, Trouble, Watcher};
use crate::assess::Keys;
use crate::ledger::{Answered, Conclusion, Found, Job, Ledger, LedgerError, Lookup};
use crate::sandbox::{Cause, Examiner};

/// Submissions that are in hand at once, at the most.
const IN_HAND: usize = 64;
/// Conclusions that are stored at once where others work meanwhile: half of what is in hand, so that these have as many
/// left, and no fewer than this, as a group costs something too.
const GROUP_MIN: usize = 8;
/// Submissions in hand up to which others are taken.
const LEFT_MAX: usize = IN_HAND / 2;
/// How long a worker without work waits for the next conclusion of a group. Storing one costs as much as assessing
/// it, in a group a third.
const GATHERING: Duration = Duration::from_millis(10);

/// What a worker concluded, and is to be stored.
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
        let workers = self.workers();
        let mut keeper = Keeper {
            ledger: &mut *self.ledger,
            watcher: &mut *self.watcher,
            troubles: &mut self.troubles,
            left_alone: &mut self.left_alone,
            last: 0,
        };
        let jobs = keeper.claim(IN_HAND)?;
        if jobs.is_empty() {
            return Ok(());
        }
        keeper.watcher.step("claimed");
        // Connections and children stay warm from one pass to the next. One worker alone asks the ledger itself: who only
        // reads finds what it knew of the file outdated after every group.
        let connections = if workers > 1 { workers } else { 0 };
        while self.lookups.len() < connections {
            self.lookups.push(keeper.ledger.lookup()?);
        }
        let config = &self.desk.config;
        self.examiners.resize_with(workers, || config.examiner());
        let lookups = self.lookups.iter_mut().take(connections).map(Some);
        let lookups = lookups.chain(std::iter::repeat_with(|| None));
        let mut hands = self.examiners.iter_mut().zip(lookups);
        let own = hands.next();
        let floor = Floor::new(&self.desk, workers, keeper);
        floor.state().enter(jobs);
        let work = |(examiner, lookup): (_, Option<&mut Box<dyn Lookup>>)| {
            floor.work(examiner, lookup);
        };
        std::thread::scope(|scope| {
            for hand in hands {
                scope.spawn(move || work(hand));
            }
            own.map(work);
        });
        floor.ended()
    }

    fn workers(&self) -> usize {
        let processors = || std::thread::available_parallelism().map_or(1, Into::into);
        self.desk.config.workers.unwrap_or_else(processors)
    }
}

/// Where the workers meet.
struct Floor<'a> {
    desk: &'a Desk,
    /// Whether others work while one stores.
    are_many: bool,
    state: Mutex<State>,
    changed: Condvar,
    keeper: Mutex<Keeper<'a>>,
}

/// What is to be done and what was.
#[derive(Default)]
struct State {
    queue: VecDeque<Job>,
    /// Everything in hand: in the queue, at a worker, or on the pile.
    turns: Turns,
    pile: Vec<Done>,
    /// Whether a worker stores; only it lets submissions go and takes others in hand.
    is_storing: bool,
    /// How many wait for a change. To wake somebody costs more than some rules.
    waiting: usize,
    /// How it ended, once it has.
    ended: Option<Answered<()>>,
}

/// What a worker does next.
enum Step {
    Assess(Box<Job>),
    Store(Vec<Done>),
}

/// The ledger and those who are told, for one worker at a time.
struct Keeper<'a> {
    ledger: &'a mut dyn Ledger,
    watcher: &'a mut dyn Watcher,
    troubles: &'a mut Vec<Trouble>,
    left_alone: &'a mut BTreeSet<i64>,
    /// The last submission that was claimed.
    last: i64,
}

/// Ends the work of all where one ends by a panic.
struct End<'a, 'b>(&'a Floor<'b>);

impl Drop for End<'_, '_> {
    fn drop(&mut self) {
        let ended = || Err(LedgerError::Database("the workers have ended".to_owned()));
        let mut state = self.0.state();
        state.ended.get_or_insert_with(ended);
        self.0.wake(&state);
    }
}

impl State {
    fn enter(&mut self, jobs: Vec<Job>) {
        self.turns.enter(jobs.iter().map(|job| job.id));
        self.queue.extend(jobs);
    }

    fn take_pile(&mut self) -> Vec<Done> {
        self.is_storing = true;
        std::mem::take(&mut self.pile)
    }
}

impl<'a> Floor<'a> {
    fn new(desk: &'a Desk, workers: usize, keeper: Keeper<'a>) -> Self {
        Self {
            desk,
            are_many: workers > 1,
            state: Mutex::default(),
            changed: Condvar::new(),
            keeper: Mutex::new(keeper),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // It is whole between any two statements that hold it, also after a panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keeper(&self) -> MutexGuard<'_, Keeper<'a>> {
        self.keeper.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ended(self) -> Answered<()> {
        let state = self.state.into_inner();
        let ended = state.unwrap_or_else(PoisonError::into_inner).ended;
        ended.unwrap_or(Ok(()))
    }

    fn wake(&self, state: &State) {
        if state.waiting > 0 {
            self.changed.notify_all();
        }
    }

    /// Waits for a change, not for long; whether it was in vain.
    fn wait<'s>(&self, mut state: MutexGuard<'s, State>) -> (MutexGuard<'s, State>, bool) {
        state.waiting += 1;
        let waited = self.changed.wait_timeout(state, GATHERING);
        let (mut state, waited) = waited.unwrap_or_else(PoisonError::into_inner);
        state.waiting -= 1;
        (state, waited.timed_out())
    }

    /// Works until nothing is left.
    fn work(&self, examiner: &mut Examiner, mut lookup: Option<&mut Box<dyn Lookup>>) {
        let _end = End(self);
        while let Some(step) = self.next() {
            match step {
                Step::Assess(job) => self.assess(*job, examiner, &mut lookup),
                Step::Store(pile) => self.store(pile),
            }
        }
    }

    fn next(&self) -> Option<Step> {
        let mut state = self.state();
        let mut is_late = false;
        while state.ended.is_none() {
            let (finished, in_hand) = (state.pile.len(), state.turns.len());
            let half = GROUP_MIN.max(in_hand / 2);
            let is_whole = finished == in_hand || self.are_many && finished >= half;
            if finished > 0 && !state.is_storing && (is_whole || is_late) {
                return Some(Step::Store(state.take_pile()));
            }
            if let Some(job) = state.queue.pop_front() {
                return Some(Step::Assess(Box::new(job)));
            }
            // The others are at what is left.
            (state, is_late) = self.wait(state);
        }
        None
    }

    fn assess(&self, job: Job, examiner: &mut Examiner, lookup: &mut Option<&mut Box<dyn Lookup>>) {
        let mut look_up = |keys: &Keys| -> anyhow::Result<Found> {
            self.wait_for_turn(job.id, Identity::of(keys, &job.path));
            Ok(match lookup {
                Some(lookup) => lookup.earlier(&job, keys)?,
                None => self.keeper().ledger.earlier(&job, keys)?,
            })
        };
        let assess =
            std::panic::AssertUnwindSafe(|| self.desk.assess(&job, &mut look_up, examiner));
        let outcome = std::panic::catch_unwind(assess)
            .unwrap_or_else(|_| Err(anyhow::anyhow!("the program has a fault with this file")));
        let mut state = self.state();
        state.pile.push(Done {
            id: job.id,
            number: job.number,
            path: job.path,
            outcome,
        });
        self.wake(&state);
    }

    /// Registers what a submission is and waits for its turn, or for the end of the work. What it waits for and what is
    /// concluded is stored at once.
    fn wait_for_turn(&self, id: i64, identity: Identity) {
        let mut state = self.state();
        state.turns.register(id, identity);
        self.wake(&state);
        while state.ended.is_none() {
            let before: Vec<i64> = state.turns.before(id).collect();
            if before.is_empty() {
                return;
            }
            let is_concluded = state.pile.iter().any(|done| before.contains(&done.id));
            if is_concluded && !state.is_storing {
                let pile = state.take_pile();
                drop(state);
                self.store(pile);
                state = self.state();
            } else {
                (state, _) = self.wait(state);
            }
        }
    }

    /// Stores a pile, lets it go, and takes others in hand.
    fn store(&self, mut pile: Vec<Done>) {
        pile.sort_by_key(|done| done.id);
        let ids: Vec<i64> = pile.iter().map(|done| done.id).collect();
        let left = self.state().turns.len() - ids.len();
        let mut keeper = self.keeper();
        let claimed = keeper.store(pile).and_then(|()| match left {
            0..=LEFT_MAX => keeper.claim(IN_HAND - left),
            _ => Ok(Vec::new()),
        });
        drop(keeper);
        let mut state = self.state();
        state.is_storing = false;
        state.turns.leave(ids.into_iter());
        match claimed {
            Ok(jobs) => state.enter(jobs),
            Err(error) => state.ended = Some(Err(error)),
        }
        if state.turns.len() == 0 {
            state.ended.get_or_insert(Ok(()));
        }
        self.wake(&state);
    }
}

impl Keeper<'_> {
    /// Takes the next submissions in hand that are not left alone; none where there are none.
    fn claim(&mut self, limit: usize) -> Answered<Vec<Job>> {
        loop {
            let mut jobs = self.ledger.claim(self.last, limit)?;
            let Some(last) = jobs.last() else {
                return Ok(jobs);
            };
            self.last = last.id;
            jobs.retain(|job| !self.left_alone.contains(&job.id));
            if !jobs.is_empty() {
                return Ok(jobs);
            }
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

#[cfg(test)]
mod tests {
    use jiff::civil::DateTime;

    use super::*;
    use crate::assess::sha256_hex;
    use crate::config::Config;
    use crate::ledger::{Arrival, Stamp};
    use crate::service::Nobody;

    fn open(root: &std::path::Path, workers: usize) -> Service {
        let config = Config::parse(&format!("workers = {workers}"), root).unwrap();
        Service::open(config, Box::new(Nobody)).unwrap()
    }

    /// Files that are no workbooks: each is concluded at once, as unreadable.
    fn receive(service: &mut Service, count: usize) {
        let arrivals: Vec<Arrival> = (1..)
            .take(count)
            .map(|number| {
                let bytes = format!("no workbook {number}").into_bytes();
                Arrival {
                    path: format!("天山区/{number}.xlsx"),
                    folder: None,
                    stamp: Stamp {
                        device: 1,
                        inode: number,
                        size_bytes: 1,
                        modified_ns: 1,
                        changed_ns: 1,
                    },
                    sha256: sha256_hex(&bytes),
                    bytes,
                    received_at: DateTime::constant(2024, 3, 20, 9, 0, 0, 0),
                }
            })
            .collect();
        service.ledger.receive(&arrivals).unwrap();
    }

    fn open_ones(service: &mut Service) -> usize {
        usize::try_from(service.ledger.counts().unwrap().received).unwrap()
    }

    #[test]
    fn what_is_left_alone_hides_nothing_behind_it() {
        for workers in [1, 2] {
            let folder = tempfile::tempdir().unwrap();
            let mut service = open(folder.path(), workers);
            receive(&mut service, 2 * IN_HAND + 3);
            let left = 1..=i64::try_from(IN_HAND + 1).unwrap();
            service.left_alone.extend(left);
            service.assess().unwrap();
            assert_eq!(open_ones(&mut service), IN_HAND + 1, "{workers} workers");
        }
    }

    #[test]
    fn what_cannot_be_assessed_is_told_of_and_left_alone_until_the_next_start() {
        for workers in [1, 2] {
            let folder = tempfile::tempdir().unwrap();
            let mut service = open(folder.path(), workers);
            receive(&mut service, 3);
            let file = service.desk.config.output_path(crate::service::LEDGER);
            let rename = |from: &str, to: &str| {
                let other = rusqlite::Connection::open(&file).unwrap();
                let rename = format!("ALTER TABLE submission RENAME COLUMN {from} TO {to}");
                other.execute_batch(&rename).unwrap();
            };
            // The version before cannot be asked for.
            rename("project", "gone");
            service.assess().unwrap();
            let kinds = |service: &mut Service| {
                let troubles = service.end_pass().into_iter();
                troubles.map(|trouble| trouble.kind).collect::<Vec<_>>()
            };
            assert_eq!(kinds(&mut service), [Kind::NotAssessed; 3]);
            rename("gone", "project");
            service.assess().unwrap();
            assert_eq!((kinds(&mut service), open_ones(&mut service)), (vec![], 3));
            drop(service);
            let mut service = open(folder.path(), workers);
            service.assess().unwrap();
            assert_eq!(open_ones(&mut service), 0);
        }
    }
}
