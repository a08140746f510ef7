//! The ledger in SQLite: built in, one file, nothing to install.
//!
//! Write-ahead log, each step but a claim with `synchronous = FULL`: with `NORMAL` a power cut loses commits that were
//! acknowledged. One writer; workers read over connections of their own.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{
    Connection, ErrorCode, OpenFlags, OptionalExtension as _, Transaction, TransactionBehavior,
    params,
};

use super::{
    Answered, Arrival, Attempt, Concluded, Conclusion, Counts, Entry, Found, Job, Kept, Ledger,
    LedgerError, Lookup, Outgoing, Parcel, ParcelState, Receipt, Stamp, Texts,
};
use crate::assess::Keys;

mod across;

mod kept;

mod outbox;

mod submission;

/// Layout of the tables that this program writes.
const LAYOUT: i64 = 3;
/// How long another writer of a moment is waited for.
const BUSY: Duration = Duration::from_secs(5);
/// Prepared statements that are kept.
const STATEMENTS: usize = 64;
/// Pages of the write-ahead log before it is folded into the database: 16 MiB.
const LOG_PAGES: u32 = 1024;
/// The same from when files arrive until conclusions are stored: folding takes a while, and nobody assesses yet; with
/// conclusions it costs only the time of whoever stores them.
const ARRIVING_LOG_PAGES: u32 = 4 * LOG_PAGES;

/// File systems over a network, by the magic number of statfs(2): locks and syncs are not safe there.
const NETWORKS: [(i64, &str); 5] = [
    (0x6969, "nfs"),
    (0x517b, "smb"),
    (0xff53_4d42, "cifs"),
    (0xfe53_4d42, "smb2"),
    (0x6573_5546, "fuse"),
];

/// A ledger in one file.
#[derive(Debug)]
pub struct Sqlite {
    db: Connection,
    file: PathBuf,
}

impl Sqlite {
    /// Opens the ledger for writing; makes it where there is none. The caller holds the workspace's lock.
    ///
    /// # Errors
    /// Where the file cannot be used, lies on a network, or was written by a newer version.
    pub fn open(file: &Path) -> Answered<Self> {
        refuse_network(file)?;
        let mut db = Connection::open(file)?;
        set_up(&db)?;
        db.execute_batch(
            "PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;",
        )?;
        fold_log_at(&db, LOG_PAGES)?;
        let layout = layout(&db)?;
        if layout > LAYOUT {
            return Err(LedgerError::Newer {
                found: layout,
                known: LAYOUT,
            });
        }
        if layout < LAYOUT {
            bring_up_to_date(&mut db, layout)?;
        }
        Ok(Self {
            db,
            file: file.to_owned(),
        })
    }

    /// Opens a ledger that is there, to look at it while another process may be writing.
    ///
    /// # Errors
    /// Where there is none, or it was written by another version.
    pub fn open_to_read(file: &Path) -> Answered<Self> {
        let db = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        set_up(&db)?;
        let found = layout(&db)?;
        if found == 0 {
            return Err(LedgerError::Empty);
        }
        if found < LAYOUT {
            return Err(LedgerError::Older);
        }
        if found > LAYOUT {
            return Err(LedgerError::Newer {
                found,
                known: LAYOUT,
            });
        }
        Ok(Self {
            db,
            file: file.to_owned(),
        })
    }

    fn step(&mut self) -> Answered<Transaction<'_>> {
        Ok(self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)?)
    }

    fn claimed(&mut self, after: i64, limit: usize) -> Answered<Vec<Job>> {
        let step = self.step()?;
        let jobs = submission::claim(&step, after, limit)?;
        step.commit()?;
        Ok(jobs)
    }
}

/// From how many pages on a commit folds the write-ahead log into the database.
fn fold_log_at(db: &Connection, pages: u32) -> Answered<()> {
    Ok(db.pragma_update(None, "wal_autocheckpoint", pages)?)
}

fn set_up(db: &Connection) -> Answered<()> {
    db.busy_timeout(BUSY)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    // plans of statements do not depend on what is bound to them: else each binding prepares some of them anew
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    rusqlite::vtab::array::load_module(db)?;
    Ok(())
}

/// Makes the tables, or adds what an older layout has not, in one transaction.
fn bring_up_to_date(db: &mut Connection, layout: i64) -> Answered<()> {
    let step = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if layout == 0 {
        step.execute_batch(include_str!("sqlite/schema.sql"))?;
    }
    if layout == 1 {
        step.execute_batch(include_str!("sqlite/from-1-to-2.sql"))?;
    }
    if layout == 1 || layout == 2 {
        step.execute_batch(include_str!("sqlite/from-2-to-3.sql"))?;
    }
    step.execute_batch(include_str!("sqlite/across.sql"))?;
    step.pragma_update(None, "user_version", LAYOUT)?;
    step.commit()?;
    Ok(())
}

fn layout(db: &Connection) -> Answered<i64> {
    Ok(db.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

fn refuse_network(file: &Path) -> Answered<()> {
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let found = rustix::fs::statfs(folder)
        .map_err(|error| LedgerError::Database(format!("{}: {error}", folder.display())))?;
    let magic = found.f_type;
    match NETWORKS.iter().find(|(number, _)| *number == magic) {
        Some((_, name)) => Err(LedgerError::Network((*name).to_owned())),
        None => Ok(()),
    }
}

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => {
                Self::Damaged(format!("its first page ({})", reason(&error)))
            }
            Some(ErrorCode::DatabaseCorrupt) => {
                Self::Damaged(format!("some page ({})", reason(&error)))
            }
            _ => Self::Database(reason(&error)),
        }
    }
}

/// What SQLite says, in one line.
fn reason(error: &rusqlite::Error) -> String {
    error.to_string().replace('\n', " ")
}

/// Damage of a column: what stands there is not what this program writes.
fn damaged(column: &str, error: impl std::fmt::Display) -> LedgerError {
    LedgerError::Damaged(format!("{column}: {error}"))
}

/// The number by which people know a submission: `LD2026-000123`.
fn number(year: i64, serial: i64) -> String {
    format!("LD{year}-{serial:06}")
}

/// Year and serial of a number; `None` where it is none.
fn parts(number: &str) -> Option<(i64, i64)> {
    let (year, serial) = number.strip_prefix("LD")?.split_once('-')?;
    Some((year.parse().ok()?, serial.parse().ok()?))
}

/// Stores bytes and gives their id.
fn keep(step: &Transaction<'_>, bytes: &[u8]) -> Answered<i64> {
    step.prepare_cached("INSERT INTO blob (bytes) VALUES (?1)")?
        .execute([bytes])?;
    Ok(step.last_insert_rowid())
}

/// A reading connection for a worker.
struct Reader {
    db: Connection,
}

impl Lookup for Reader {
    fn earlier(&mut self, job: &Job, keys: &Keys) -> Answered<Found> {
        earlier(&self.db, job, keys)
    }
}

impl Lookup for Sqlite {
    fn earlier(&mut self, job: &Job, keys: &Keys) -> Answered<Found> {
        earlier(&self.db, job, keys)
    }
}

/// One look at one state, and one lock for all its questions.
fn earlier(db: &Connection, job: &Job, keys: &Keys) -> Answered<Found> {
    db.prepare_cached("BEGIN")?.execute([])?;
    let found = submission::earlier(db, job, keys);
    db.prepare_cached("COMMIT")?.execute([])?;
    found
}

impl Ledger for Sqlite {
    fn sightings(&mut self) -> Answered<Vec<(String, Stamp)>> {
        submission::sightings(&self.db)
    }

    fn receive(&mut self, arrivals: &[Arrival]) -> Answered<Vec<Receipt>> {
        fold_log_at(&self.db, ARRIVING_LOG_PAGES)?;
        let step = self.step()?;
        let receipts = arrivals
            .iter()
            .map(|arrival| submission::receive(&step, arrival))
            .collect::<Answered<_>>()?;
        step.commit()?;
        Ok(receipts)
    }

    fn claim(&mut self, after: i64, limit: usize) -> Answered<Vec<Job>> {
        // A claim that a power cut takes back is made again.
        self.db.pragma_update(None, "synchronous", "NORMAL")?;
        let claimed = self.claimed(after, limit);
        self.db.pragma_update(None, "synchronous", "FULL")?;
        claimed
    }

    fn lookup(&self) -> Answered<Box<dyn Lookup>> {
        let db = Connection::open_with_flags(&self.file, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        set_up(&db)?;
        Ok(Box::new(Reader { db }))
    }

    fn conclude(&mut self, conclusions: &[Conclusion]) -> Answered<()> {
        fold_log_at(&self.db, LOG_PAGES)?;
        let step = self.step()?;
        for conclusion in conclusions {
            if !submission::conclude(&step, conclusion)? {
                continue;
            }
            across::conclude(&step, conclusion)?;
            outbox::put(&step, Some(conclusion.id), &conclusion.parcels)?;
        }
        submission::revise(&step)?;
        step.commit()?;
        Ok(())
    }

    fn post(&mut self, parcels: &[Parcel], told: &[String]) -> Answered<()> {
        let step = self.step()?;
        outbox::put(&step, None, parcels)?;
        for number in told {
            submission::tell(&step, number)?;
        }
        step.commit()?;
        Ok(())
    }

    fn due(&mut self, now_s: i64) -> Answered<Vec<i64>> {
        outbox::due(&self.db, now_s)
    }

    fn parcel(&mut self, id: i64) -> Answered<Option<Outgoing>> {
        outbox::parcel(&self.db, id)
    }

    fn note(&mut self, attempts: &[Attempt]) -> Answered<()> {
        let step = self.step()?;
        for attempt in attempts {
            outbox::note(&step, attempt)?;
        }
        step.commit()?;
        Ok(())
    }

    fn put_back(&mut self, ids: &[i64]) -> Answered<()> {
        let step = self.step()?;
        for id in ids {
            outbox::put_back(&step, *id)?;
        }
        step.commit()?;
        Ok(())
    }

    fn parcels(&mut self, states: &[ParcelState]) -> Answered<Vec<Outgoing>> {
        outbox::parcels(&self.db, states)
    }

    fn standing(&mut self) -> Answered<Vec<Concluded>> {
        submission::standing(&self.db)
    }

    fn untold(&mut self) -> Answered<Vec<Concluded>> {
        submission::untold(&self.db)
    }

    fn entry(&mut self, number: &str) -> Answered<Option<Entry>> {
        submission::entry(&self.db, number)
    }

    fn counts(&mut self) -> Answered<Counts> {
        submission::counts(&self.db)
    }

    fn waivers(&mut self) -> Answered<Vec<crate::waiver::Waiver>> {
        submission::waivers(&self.db)
    }

    fn keep(&mut self, texts: &Texts) -> Answered<()> {
        let step = self.step()?;
        kept::put(&step, texts)?;
        step.commit()?;
        Ok(())
    }

    fn texts(&mut self) -> Answered<Texts> {
        kept::texts(&self.db)
    }

    fn kept(&mut self, number: &str) -> Answered<Option<Kept>> {
        kept::of(&self.db, number)
    }

    fn recall(&mut self, key: &str) -> Answered<Option<String>> {
        let value = self
            .db
            .query_row("SELECT value FROM memory WHERE key = ?1", [key], |row| {
                row.get(0)
            });
        Ok(value.optional()?)
    }

    fn remember(&mut self, key: &str, value: &str) -> Answered<()> {
        self.db.execute(
            "INSERT INTO memory (key, value) VALUES (?1, ?2)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            params![key, value],
        )?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_claim_commits_are_safe_from_power_cuts_again_also_after_one_that_failed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ledger.db");
        let mut ledger = Sqlite::open(&file).unwrap();
        ledger.db.busy_timeout(Duration::ZERO).unwrap();
        let synchronous = |ledger: &Sqlite| {
            let asked = ledger
                .db
                .query_row("PRAGMA synchronous", [], |row| row.get(0));
            asked.map(|level: i64| level).unwrap()
        };
        let full = 2;
        assert_eq!(synchronous(&ledger), full);
        let other = Connection::open(&file).unwrap();
        other.execute_batch("BEGIN IMMEDIATE").unwrap();
        assert!(ledger.claim(0, 1).is_err(), "another one writes");
        assert_eq!(synchronous(&ledger), full);
        other.execute_batch("ROLLBACK").unwrap();
        assert!(ledger.claim(0, 1).is_ok());
        assert_eq!(synchronous(&ledger), full);
    }
}
