//! What a submission may know of others: found by clues, an index each, and sums that are kept and never added up
//! again. Only what stands is found: a later version takes the clues and stakes of the one before away.

use std::collections::BTreeMap;
use std::rc::Rc;

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use super::{Answered, Conclusion, Job, damaged, number, submission};
use crate::assess::others::{PEERS_A_CLUE, closest, stakes};
use crate::assess::{Keys, Others, Peer, Tally};
use crate::money::Money;

/// Which of some clues anything else stands with: nearly all of them lead nowhere, and one question for all costs a tenth of
/// one for each.
const THAT_LEAD: &str = "SELECT value FROM rarray(?1)
     WHERE EXISTS (SELECT 1 FROM clue WHERE hash = value AND submission < ?2 AND submission <> ?3)";

/// What stands with this clue, the latest first.
const BY_CLUE: &str =
    "SELECT submission FROM clue WHERE hash = ?1 AND submission < ?2 AND submission <> ?3
     ORDER BY submission DESC LIMIT ?4";

/// What is known of others than a submission and the version before it.
pub(super) fn others(
    db: &Connection,
    job: &Job,
    keys: &Keys,
    previous: Option<i64>,
) -> Answered<Others> {
    let before = previous.unwrap_or_default();
    let limit = i64::try_from(PEERS_A_CLUE).unwrap_or(i64::MAX);
    let mut shared: BTreeMap<i64, usize> = BTreeMap::new();
    let mut query = db.prepare_cached(BY_CLUE)?;
    for clue in that_lead(db, keys, (job.id, before))? {
        let ids = query.query_map(params![clue, job.id, before, limit], |row| row.get(0))?;
        for id in ids {
            *shared.entry(id?).or_default() += 1;
        }
    }
    let peers = closest(shared).into_iter().map(|id| peer(db, id));
    let tallies = keys.tallies.iter().map(|name| {
        let tally = tally(db, name, before)?;
        Ok((name.clone(), tally))
    });
    Ok(Others {
        peers: peers.collect::<Answered<_>>()?,
        tallies: tallies.collect::<Answered<_>>()?,
    })
}

/// The clues by which something is found that was received before a submission and is not the version before it.
fn that_lead(db: &Connection, keys: &Keys, (own, before): (i64, i64)) -> Answered<Vec<i64>> {
    let clues: Vec<Value> = keys.clues().into_iter().map(Value::from).collect();
    let mut query = db.prepare_cached(THAT_LEAD)?;
    let leading = query.query_map(params![Rc::new(clues), own, before], |row| row.get(0))?;
    Ok(leading.collect::<rusqlite::Result<_>>()?)
}

fn peer(db: &Connection, id: i64) -> Answered<Peer> {
    let mut query = db.prepare_cached(
        "SELECT year, serial, folder, verdict, portrait FROM submission WHERE id = ?1",
    )?;
    let (year, serial, place, verdict, portrait): (i64, i64, _, String, String) =
        query.query_row([id], |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
            ))
        })?;
    Ok(Peer {
        id: number(year, serial),
        place,
        verdict: submission::verdict(&verdict)?,
        portrait: serde_json::from_str(&portrait)
            .map_err(|error| damaged("submission.portrait", error))?,
    })
}

/// A sum without what the version before added to it.
fn tally(db: &Connection, name: &str, before: i64) -> Answered<Tally> {
    let all: Option<(i64, i64)> = db
        .prepare_cached("SELECT count, fen FROM tally WHERE name = ?1")?
        .query_row([name], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let own: Option<i64> = db
        .prepare_cached("SELECT fen FROM stake WHERE submission = ?1 AND tally = ?2")?
        .query_row(params![before, name], |row| row.get(0))
        .optional()?;
    let (count, fen) = all.unwrap_or_default();
    Ok(Tally {
        count: count - i64::from(own.is_some()),
        money: Money::from_fen(i128::from(fen - own.unwrap_or_default())),
    })
}

/// Keeps what others will find of a submission, in the place of the version before.
pub(super) fn conclude(step: &Transaction<'_>, conclusion: &Conclusion) -> Answered<()> {
    if let Some(before) = conclusion.previous {
        supersede(step, before)?;
    }
    // one by one: a statement that puts several rows keeps a copy of every page that it changes
    let mut put =
        step.prepare_cached("INSERT OR IGNORE INTO clue (hash, submission) VALUES (?1, ?2)")?;
    for clue in conclusion.keys.clues() {
        put.execute(params![clue, conclusion.id])?;
    }
    let mut put =
        step.prepare_cached("INSERT INTO stake (submission, tally, fen) VALUES (?1, ?2, ?3)")?;
    let mut add = step.prepare_cached(
        "INSERT INTO tally (name, count, fen) VALUES (?1, 1, ?2)
         ON CONFLICT (name) DO UPDATE SET count = count + 1, fen = fen + excluded.fen",
    )?;
    for stake in stakes(&conclusion.assessment) {
        let fen = i64::try_from(stake.money.fen()).map_err(|error| damaged("a share", error))?;
        put.execute(params![conclusion.id, stake.tally, fen])?;
        add.execute(params![stake.tally, fen])?;
    }
    Ok(())
}

/// Takes away what a submission was found by and what it added.
fn supersede(step: &Transaction<'_>, id: i64) -> Answered<()> {
    let keys: Option<String> = step
        .prepare_cached("SELECT keys FROM submission WHERE id = ?1")?
        .query_row([id], |row| row.get(0))?;
    if let Some(json) = keys {
        let keys: Keys =
            serde_json::from_str(&json).map_err(|error| damaged("submission.keys", error))?;
        let mut drop_one =
            step.prepare_cached("DELETE FROM clue WHERE hash = ?1 AND submission = ?2")?;
        for clue in keys.clues() {
            drop_one.execute(params![clue, id])?;
        }
    }
    step.prepare_cached(
        "UPDATE tally SET count = count - 1, fen = fen - (SELECT fen FROM stake
           WHERE submission = ?1 AND tally = tally.name)
         WHERE name IN (SELECT tally FROM stake WHERE submission = ?1)",
    )?
    .execute([id])?;
    step.prepare_cached("DELETE FROM stake WHERE submission = ?1")?
        .execute([id])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How the database goes about a question.
    fn steps(question: &str) -> Vec<String> {
        let db = Connection::open_in_memory().unwrap();
        rusqlite::vtab::array::load_module(&db).unwrap();
        db.execute_batch(include_str!("schema.sql")).unwrap();
        db.execute_batch(include_str!("across.sql")).unwrap();
        let plan = format!("EXPLAIN QUERY PLAN {question}");
        let mut query = db.prepare(&plan).unwrap();
        // what stands for the parameters is never asked
        let steps = query.raw_query().mapped(|row| row.get("detail"));
        steps.collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn a_clue_is_looked_up_in_its_index() {
        for (question, count) in [(BY_CLUE, 1), (THAT_LEAD, 2)] {
            let steps = steps(question);
            let in_index = "USING PRIMARY KEY (hash=?";
            assert_eq!(steps.len(), count, "{steps:?}");
            assert!(steps[count - 1].contains(in_index), "{steps:?}");
        }
    }
}
