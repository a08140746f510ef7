//! Parcels: put in with what they answer, taken out when due, noted when sent.

use std::sync::Arc;

use rusqlite::{Connection, Row, Transaction, params};

use super::{Answered, Attempt, Outgoing, Parcel, ParcelState, damaged, keep};
use crate::ledger::ParcelKind;

/// What is read of a parcel; the body's place is filled in.
const COLUMNS: &str =
    "o.id, s.year, s.serial, o.kind, o.target, o.message_id, o.state, o.tries, o.lost,
    o.created_s, o.next_s, o.note";
const TABLES: &str = "FROM outbox o LEFT JOIN submission s ON s.id = o.submission";

/// Puts parcels in. Equal bodies that share their memory are stored once.
pub(super) fn put(
    step: &Transaction<'_>,
    submission: Option<i64>,
    parcels: &[Parcel],
) -> Answered<()> {
    let mut kept: Vec<(&Arc<[u8]>, i64)> = Vec::new();
    for parcel in parcels {
        if !parcel.message_id.is_empty() && is_there(step, &parcel.message_id)? {
            continue;
        }
        let known = kept
            .iter()
            .find(|(body, _)| Arc::ptr_eq(body, &parcel.body));
        let body = match known {
            Some((_, id)) => *id,
            None => {
                let id = keep(step, &parcel.body)?;
                kept.push((&parcel.body, id));
                id
            }
        };
        step.prepare_cached(
            "INSERT INTO outbox (submission, kind, target, message_id, body, state, created_s, next_s)
             VALUES (?1, ?2, ?3, ?4, ?5, 'waiting', unixepoch(), 0)",
        )?
        .execute(params![submission, parcel.kind.id(), parcel.target, parcel.message_id, body])?;
    }
    Ok(())
}

fn is_there(step: &Transaction<'_>, message_id: &str) -> Answered<bool> {
    let mut query = step.prepare_cached("SELECT 1 FROM outbox WHERE message_id = ?1")?;
    Ok(query.exists([message_id])?)
}

/// Ids of due parcels. A file goes before a mail, so that nobody is sent to a file that is not there.
pub(super) fn due(db: &Connection, now_s: i64) -> Answered<Vec<i64>> {
    let mut query = db.prepare_cached(
        "SELECT id FROM outbox WHERE state IN ('waiting', 'sending') AND next_s <= ?1
         ORDER BY kind = 'move', kind = 'mail', id",
    )?;
    let ids = query.query_map([now_s], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

/// One parcel with its body.
pub(super) fn parcel(db: &Connection, id: i64) -> Answered<Option<Outgoing>> {
    let query = format!(
        "SELECT {COLUMNS}, b.bytes {TABLES} LEFT JOIN blob b ON b.id = o.body WHERE o.id = ?1"
    );
    Ok(read(db, &query, [id])?.pop())
}

/// Parcels of one submission.
pub(super) fn of(db: &Connection, submission: i64) -> Answered<Vec<Outgoing>> {
    let query = format!("SELECT {COLUMNS}, NULL {TABLES} WHERE o.submission = ?1 ORDER BY o.id");
    read(db, &query, [submission])
}

/// Parcels in some states.
pub(super) fn parcels(db: &Connection, states: &[ParcelState]) -> Answered<Vec<Outgoing>> {
    let ids: Vec<String> = states
        .iter()
        .map(|state| format!("'{}'", state.id()))
        .collect();
    let ids = ids.join(", ");
    let query = format!("SELECT {COLUMNS}, NULL {TABLES} WHERE o.state IN ({ids}) ORDER BY o.id");
    read(db, &query, [])
}

fn read(db: &Connection, query: &str, given: impl rusqlite::Params) -> Answered<Vec<Outgoing>> {
    let mut query = db.prepare_cached(query)?;
    let mut rows = query.query(given)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(outgoing(row)?);
    }
    Ok(found)
}

fn outgoing(row: &Row<'_>) -> Answered<Outgoing> {
    let number = match (row.get(1)?, row.get(2)?) {
        (Some(year), Some(serial)) => Some(super::number(year, serial)),
        _ => None,
    };
    let count = |column: usize, name| {
        u32::try_from(row.get::<_, i64>(column)?).map_err(|error| damaged(name, error))
    };
    let body: Option<Vec<u8>> = row.get(12)?;
    Ok(Outgoing {
        id: row.get(0)?,
        number,
        parcel: Parcel {
            kind: ParcelKind::of(&row.get::<_, String>(3)?)?,
            target: row.get(4)?,
            message_id: row.get(5)?,
            body: body.unwrap_or_default().into(),
        },
        state: ParcelState::of(&row.get::<_, String>(6)?)?,
        tries: count(7, "outbox.tries")?,
        lost: count(8, "outbox.lost")?,
        created_s: row.get(9)?,
        next_s: row.get(10)?,
        note: row.get(11)?,
    })
}

/// Notes an attempt. A try counts when it has ended; a submission with nothing left to send is answered. What a
/// person must look at does not hold it back: it is kept in its own state.
pub(super) fn note(step: &Transaction<'_>, attempt: &Attempt) -> Answered<()> {
    let ended = attempt.state != ParcelState::Sending;
    step.prepare_cached(
        "UPDATE outbox SET state = ?2, next_s = ?3, note = ?4, tries = tries + ?5, lost = lost + ?6
         WHERE id = ?1",
    )?
    .execute(params![
        attempt.id,
        attempt.state.id(),
        attempt.next_s,
        attempt.note,
        i64::from(ended),
        i64::from(attempt.is_lost)
    ])?;
    if ended {
        step.prepare_cached(
            "UPDATE submission SET state = 'answered'
             WHERE id = (SELECT submission FROM outbox WHERE id = ?1) AND state = 'assessed'
               AND NOT EXISTS (SELECT 1 FROM outbox o
                               WHERE o.submission = submission.id AND o.state IN ('waiting', 'sending'))",
        )?
        .execute([attempt.id])?;
    }
    Ok(())
}

/// Puts a parcel that was given up back; its submission is no longer answered.
pub(super) fn put_back(step: &Transaction<'_>, id: i64) -> Answered<()> {
    let changed = step
        .prepare_cached(
            "UPDATE outbox SET state = 'waiting', next_s = 0, created_s = unixepoch(), tries = 0, lost = 0
             WHERE id = ?1 AND state = 'needs-attention'",
        )?
        .execute([id])?;
    if changed > 0 {
        step.prepare_cached(
            "UPDATE submission SET state = 'assessed'
             WHERE id = (SELECT submission FROM outbox WHERE id = ?1) AND state = 'answered'",
        )?
        .execute([id])?;
    }
    Ok(())
}
