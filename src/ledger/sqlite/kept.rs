//! What conclusions rest on: texts kept once by their hash, and a submission with everything it was concluded from.

use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use super::submission::{assessment, date_time};
use super::{Answered, Job, Kept, Texts, damaged, number, parts};

/// Puts texts in; one that is there stays as it is, as its hash is its name.
pub(super) fn put(step: &Transaction<'_>, texts: &Texts) -> Answered<()> {
    let mut put = step
        .prepare_cached("INSERT INTO text (sha256, text) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?;
    for (sha256, text) in texts {
        put.execute([sha256, text])?;
    }
    Ok(())
}

pub(super) fn texts(db: &Connection) -> Answered<Texts> {
    let mut query = db.prepare("SELECT sha256, text FROM text")?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn of(db: &Connection, wanted: &str) -> Answered<Option<Kept>> {
    let Some((year, serial)) = parts(wanted) else {
        return Ok(None);
    };
    let mut query = db.prepare_cached(
        "SELECT s.id, s.path, s.folder, s.received_at, b.bytes, s.assessment, s.grounds
         FROM submission s JOIN blob b ON b.id = s.content
         WHERE s.year = ?1 AND s.serial = ?2 AND s.assessment IS NOT NULL",
    )?;
    let mut rows = query.query([year, serial])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let grounds: Option<String> = row.get(6)?;
    let grounds = grounds.map(|json| serde_json::from_str(&json)).transpose();
    let id: i64 = row.get(0)?;
    Ok(Some(Kept {
        job: Job {
            id,
            number: number(year, serial),
            path: row.get(1)?,
            folder: row.get(2)?,
            received_at: date_time(&row.get::<_, String>(3)?)?,
            tries: 0,
            bytes: row.get(4)?,
        },
        assessment: assessment(&row.get::<_, String>(5)?)?,
        grounds: grounds.map_err(|error| damaged("submission.grounds", error))?,
        marked: marked(db, id)?,
    }))
}

/// The marked copy as it went into the outbox.
fn marked(db: &Connection, id: i64) -> Answered<Option<Vec<u8>>> {
    let bytes = db
        .prepare_cached(
            "SELECT b.bytes FROM outbox o JOIN blob b ON b.id = o.body
             WHERE o.submission = ?1 AND o.kind = 'result' ORDER BY o.id LIMIT 1",
        )?
        .query_row(params![id], |row| row.get(0))
        .optional()?;
    Ok(bytes)
}
