//! Submissions: received once, assessed in the order of receipt, found again by project or place.

use jiff::civil::DateTime;
use rusqlite::{Connection, OptionalExtension as _, Row, Transaction, params};

use super::{
    Answered, Arrival, Concluded, Conclusion, Counts, Entry, Found, Job, LedgerError, Receipt,
    Stamp, across, damaged, keep, number, outbox, parts,
};
use crate::assess::{Assessment, Earlier, Keys, Previous, Verdict};
use crate::waiver::Waiver;

/// That no later version has taken a submission's place.
const STANDS: &str = "NOT EXISTS (SELECT 1 FROM submission n WHERE n.previous = s.id)";

const CONCLUDED: &str =
    "SELECT s.year, s.serial, s.path, s.received_at, s.version, p.verdict, s.result, s.state,
    s.assessment, s.shadow FROM submission s LEFT JOIN submission p ON p.id = s.previous";

pub(super) fn sightings(db: &Connection) -> Answered<Vec<(String, Stamp)>> {
    let mut query = db
        .prepare("SELECT path, device, inode, size_bytes, modified_ns, changed_ns FROM sighting")?;
    let rows = query.query_map([], |row| {
        let stamp = Stamp {
            device: row.get(1)?,
            inode: row.get(2)?,
            size_bytes: row.get(3)?,
            modified_ns: row.get(4)?,
            changed_ns: row.get(5)?,
        };
        Ok((row.get(0)?, stamp))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Takes one arrival in. The same content at the same place was only touched; the file of a submission that stands, under
/// another name, is answered already. Everything else is new and is answered: also the same content in another file, and
/// content that a later version had replaced.
pub(super) fn receive(step: &Transaction<'_>, arrival: &Arrival) -> Answered<Receipt> {
    let place = place(&arrival.path);
    let at_path: Option<(i64, String, i64, i64)> = step
        .prepare_cached(
            "SELECT s.id, s.sha256, s.year, s.serial FROM sighting t JOIN submission s ON s.id = t.submission
             WHERE t.path = ?1",
        )?
        .query_row([&arrival.path], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .optional()?;
    if let Some((id, sha256, ..)) = at_path
        && sha256 == arrival.sha256
    {
        sight(step, arrival, id)?;
        return Ok(Receipt::Same);
    }
    let stamp = &arrival.stamp;
    let renamed: Option<(i64, i64, i64)> = step
        .prepare_cached(&format!(
            "SELECT s.id, s.year, s.serial FROM submission s
             WHERE s.place = ?1 AND s.sha256 = ?2 AND {STANDS}
               AND EXISTS (SELECT 1 FROM sighting t WHERE t.submission = s.id AND t.device = ?3 AND t.inode = ?4)
             ORDER BY s.id DESC LIMIT 1"
        ))?
        .query_row(params![place, arrival.sha256, stamp.device, stamp.inode], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .optional()?;
    if let Some((id, year, serial)) = renamed {
        sight(step, arrival, id)?;
        return Ok(Receipt::Known(number(year, serial)));
    }
    let content = keep(step, &arrival.bytes)?;
    let year = i64::from(arrival.received_at.year());
    let serial: i64 = step
        .prepare_cached("SELECT coalesce(max(serial), 0) + 1 FROM submission WHERE year = ?1")?
        .query_row([year], |row| row.get(0))?;
    step.prepare_cached(
        "INSERT INTO submission (year, serial, path, place, folder, sha256, content, received_at, state)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'received')",
    )?
    .execute(params![
        year,
        serial,
        arrival.path,
        place,
        arrival.folder,
        arrival.sha256,
        content,
        arrival.received_at.to_string()
    ])?;
    sight(step, arrival, step.last_insert_rowid())?;
    Ok(Receipt::New(number(year, serial)))
}

/// The first folder of a path; empty where the file lies in the inbox itself.
fn place(path: &str) -> &str {
    path.split_once('/').map_or("", |(place, _)| place)
}

fn sight(step: &Transaction<'_>, arrival: &Arrival, submission: i64) -> Answered<()> {
    let stamp = &arrival.stamp;
    step.prepare_cached(
        "INSERT INTO sighting (path, device, inode, size_bytes, modified_ns, changed_ns, submission)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (path) DO UPDATE SET device = excluded.device, inode = excluded.inode,
           size_bytes = excluded.size_bytes, modified_ns = excluded.modified_ns,
           changed_ns = excluded.changed_ns, submission = excluded.submission",
    )?
    .execute(params![
        arrival.path,
        stamp.device,
        stamp.inode,
        stamp.size_bytes,
        stamp.modified_ns,
        stamp.changed_ns,
        submission
    ])?;
    Ok(())
}

pub(super) fn claim(step: &Transaction<'_>, after: i64, limit: usize) -> Answered<Vec<Job>> {
    let mut query = step.prepare_cached(
        "SELECT s.id, s.year, s.serial, s.path, s.folder, s.received_at, s.tries, b.bytes
         FROM submission s JOIN blob b ON b.id = s.content
         WHERE s.state = 'received' AND s.id > ?1 ORDER BY s.id LIMIT ?2",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = query.query(params![after, limit])?;
    let mut jobs = Vec::new();
    while let Some(row) = rows.next()? {
        let tries: i64 = row.get(6)?;
        jobs.push(Job {
            id: row.get(0)?,
            number: number(row.get(1)?, row.get(2)?),
            path: row.get(3)?,
            folder: row.get(4)?,
            received_at: date_time(&row.get::<_, String>(5)?)?,
            tries: u32::try_from(tries).map_err(|error| damaged("submission.tries", error))?,
            bytes: row.get(7)?,
        });
    }
    let mut begin = step.prepare_cached("UPDATE submission SET tries = tries + 1 WHERE id = ?1")?;
    for job in &jobs {
        begin.execute([job.id])?;
    }
    Ok(jobs)
}

/// The query for the version before. The few that may be it come from indexes of their own, and `+` keeps the
/// place from being one: else every submission of the district is looked at.
fn before() -> String {
    format!(
        "SELECT s.id, s.year, s.serial, s.received_at, s.version, s.assessment FROM submission s
         WHERE s.id IN (
             SELECT id FROM submission WHERE place = ?2 AND project = ?3
             UNION SELECT id FROM submission WHERE path = ?4 AND verdict IN ('returned', 'unreadable')
             UNION SELECT id FROM submission WHERE year = ?5 AND serial = ?6
               AND verdict IN ('returned', 'unreadable'))
           AND s.id < ?1 AND +s.place = ?2 AND s.assessment IS NOT NULL AND {STANDS}
         ORDER BY s.id DESC LIMIT 1"
    )
}

pub(super) fn earlier(db: &Connection, job: &Job, keys: &Keys) -> Answered<Found> {
    let mut query = db.prepare_cached(&before())?;
    let (year, serial) = keys.answers.as_deref().and_then(parts).unzip();
    let given = params![
        job.id,
        place(&job.path),
        keys.project,
        job.path,
        year,
        serial
    ];
    let mut rows = query.query(given)?;
    let mut found = match rows.next()? {
        None => Found {
            version: 1,
            ..Found::default()
        },
        Some(row) => before_it(row)?,
    };
    found.earlier.others = across::others(db, job, keys, found.previous)?;
    Ok(found)
}

/// The version before, from a row of its id, year, serial, receipt, version and assessment.
fn before_it(row: &Row<'_>) -> Answered<Found> {
    let before = assessment(&row.get::<_, String>(5)?)?;
    let version: i64 = row.get(4)?;
    Ok(Found {
        earlier: Earlier {
            previous: Some(Previous {
                id: number(row.get(1)?, row.get(2)?),
                sha256: before.sha256,
                received_at: date_time(&row.get::<_, String>(3)?)?,
                verdict: before.verdict,
                findings: before.findings,
            }),
            ..Earlier::default()
        },
        previous: Some(row.get(0)?),
        version: u32::try_from(version + 1)
            .map_err(|error| damaged("submission.version", error))?,
    })
}

/// Stores a conclusion; `false` where there is one already.
pub(super) fn conclude(step: &Transaction<'_>, conclusion: &Conclusion) -> Answered<bool> {
    let shadow = &conclusion.assessment.shadow;
    let shadow = (!shadow.is_empty()).then(|| json("findings on trial", shadow));
    let shadow = shadow.transpose()?;
    // set alone: a statement that may break a reference keeps a copy of every page that it changes
    if let Some(previous) = conclusion.previous {
        step.prepare_cached(
            "UPDATE submission SET previous = ?2 WHERE id = ?1 AND state = 'received'",
        )?
        .execute([conclusion.id, previous])?;
    }
    let changed = step
        .prepare_cached(
            "UPDATE submission SET state = 'assessed', tries = 0, project = ?2, version = ?3, verdict = ?4,
           result = ?5, assessment = ?6, grounds = ?7, portrait = ?8, keys = ?9, shadow = ?10
         WHERE id = ?1 AND state = 'received'",
        )?
        .execute(params![
            conclusion.id,
            conclusion.keys.project,
            conclusion.version,
            conclusion.assessment.verdict.id(),
            conclusion.result,
            json("an assessment", &conclusion.assessment)?,
            json("the grounds of an assessment", &conclusion.grounds)?,
            json("a portrait", &conclusion.portrait)?,
            json("keys", &conclusion.keys)?,
            shadow
        ])?;
    Ok(changed > 0)
}

fn json(what: &str, value: &impl serde::Serialize) -> Answered<String> {
    serde_json::to_string(value).map_err(|error| damaged(what, error))
}

/// Counts the changes of what stands, so that the register is made anew only where there is something new.
pub(super) fn revise(step: &Transaction<'_>) -> Answered<()> {
    step.prepare_cached(
        "INSERT INTO memory (key, value) VALUES ('revision', '1')
         ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1",
    )?
    .execute([])?;
    Ok(())
}

pub(super) fn tell(step: &Transaction<'_>, number: &str) -> Answered<()> {
    if let Some((year, serial)) = parts(number) {
        step.prepare_cached("UPDATE submission SET is_told = 1 WHERE year = ?1 AND serial = ?2")?
            .execute([year, serial])?;
    }
    Ok(())
}

pub(super) fn standing(db: &Connection) -> Answered<Vec<Concluded>> {
    let query = format!("{CONCLUDED} WHERE s.assessment IS NOT NULL AND {STANDS} ORDER BY s.id");
    read(db, &query, [])
}

pub(super) fn untold(db: &Connection) -> Answered<Vec<Concluded>> {
    let query =
        format!("{CONCLUDED} WHERE s.is_told = 0 AND s.assessment IS NOT NULL ORDER BY s.id");
    read(db, &query, [])
}

fn read(db: &Connection, query: &str, given: impl rusqlite::Params) -> Answered<Vec<Concluded>> {
    let mut query = db.prepare_cached(query)?;
    let mut rows = query.query(given)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(concluded(row)?);
    }
    Ok(found)
}

fn concluded(row: &Row<'_>) -> Answered<Concluded> {
    let version: i64 = row.get(4)?;
    let before: Option<String> = row.get(5)?;
    let shadow: Option<String> = row.get(9)?;
    let shadow = shadow.map_or_else(|| Ok(Vec::new()), |json| serde_json::from_str(&json));
    Ok(Concluded {
        number: number(row.get(0)?, row.get(1)?),
        path: row.get(2)?,
        received_at: date_time(&row.get::<_, String>(3)?)?,
        version: u32::try_from(version).map_err(|error| damaged("submission.version", error))?,
        previous: before.as_deref().map(verdict).transpose()?,
        result: row.get(6)?,
        is_answered: row.get::<_, String>(7)? == "answered",
        assessment: Assessment {
            shadow: shadow.map_err(|error| damaged("submission.shadow", error))?,
            ..assessment(&row.get::<_, String>(8)?)?
        },
    })
}

pub(super) fn entry(db: &Connection, wanted: &str) -> Answered<Option<Entry>> {
    let Some((year, serial)) = parts(wanted) else {
        return Ok(None);
    };
    let mut query = db.prepare_cached(
        "SELECT s.id, s.path, s.sha256, s.received_at, s.state, p.year, p.serial
         FROM submission s LEFT JOIN submission p ON p.id = s.previous WHERE s.year = ?1 AND s.serial = ?2",
    )?;
    let mut rows = query.query([year, serial])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let id: i64 = row.get(0)?;
    let previous = match (row.get::<_, Option<i64>>(5)?, row.get::<_, Option<i64>>(6)?) {
        (Some(year), Some(serial)) => Some(number(year, serial)),
        _ => None,
    };
    let query = format!("{CONCLUDED} WHERE s.id = ?1 AND s.assessment IS NOT NULL");
    let mut places = db.prepare_cached("SELECT path FROM sighting WHERE submission = ?1")?;
    let places = places.query_map([id], |row| row.get(0))?;
    Ok(Some(Entry {
        number: number(year, serial),
        path: row.get(1)?,
        sha256: row.get(2)?,
        received_at: date_time(&row.get::<_, String>(3)?)?,
        state: row.get(4)?,
        previous,
        concluded: read(db, &query, [id])?.pop(),
        places: places.collect::<Result<_, _>>()?,
        parcels: outbox::of(db, id)?,
    }))
}

pub(super) fn counts(db: &Connection) -> Answered<Counts> {
    let mut counts = Counts::default();
    let mut query = db.prepare("SELECT state, count(*) FROM submission GROUP BY state")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        let (state, count): (String, i64) = (row.get(0)?, row.get(1)?);
        match state.as_str() {
            "received" => counts.received = count,
            "assessed" => counts.assessed = count,
            "answered" => counts.answered = count,
            other => {
                return Err(LedgerError::Damaged(format!(
                    "a submission in state `{other}`"
                )));
            }
        }
    }
    let mut query = db.prepare(&format!(
        "SELECT s.verdict, count(*) FROM submission s WHERE s.verdict IS NOT NULL AND {STANDS} GROUP BY s.verdict"
    ))?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    counts.verdicts = rows.collect::<Result<_, _>>()?;
    let mut query = db.prepare(&format!(
        "SELECT json_extract(f.value, '$.code'), count(*) FROM submission s, json_each(s.shadow) f
         WHERE s.shadow IS NOT NULL AND {STANDS} GROUP BY 1"
    ))?;
    let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    counts.on_trial = rows.collect::<Result<_, _>>()?;
    let parcels = |states: &str| {
        let query = format!("SELECT count(*) FROM outbox WHERE state IN ({states})");
        db.query_row(&query, [], |row| row.get(0))
    };
    counts.waiting = parcels("'waiting', 'sending'")?;
    counts.needs_attention = parcels("'needs-attention'")?;
    Ok(counts)
}

/// Waivers that settled a finding of a submission that stands, each once.
pub(super) fn waivers(db: &Connection) -> Answered<Vec<Waiver>> {
    let mut query = db.prepare(&format!(
        "SELECT DISTINCT json_extract(w.value, '$.waiver')
         FROM submission s, json_each(s.assessment, '$.waived') w
         WHERE s.assessment IS NOT NULL AND {STANDS}"
    ))?;
    let mut rows = query.query([])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let json: String = row.get(0)?;
        found.push(serde_json::from_str(&json).map_err(|error| damaged("a waiver", error))?);
    }
    Ok(found)
}

pub(super) fn date_time(text: &str) -> Answered<DateTime> {
    text.parse().map_err(|error| damaged("a time", error))
}

pub(super) fn assessment(json: &str) -> Answered<Assessment> {
    serde_json::from_str(json).map_err(|error| damaged("an assessment", error))
}

pub(super) fn verdict(id: &str) -> Answered<Verdict> {
    Verdict::of(id).ok_or_else(|| LedgerError::Damaged(format!("the verdict `{id}`")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_before_is_found_without_looking_at_the_whole_district() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(include_str!("schema.sql")).unwrap();
        let mut query = db
            .prepare(&format!("EXPLAIN QUERY PLAN {}", before()))
            .unwrap();
        let none: Option<i64> = None;
        let given = params![1, "a", "b", "a/c.xlsx", none, none];
        let steps = query.query_map(given, |row| row.get::<_, String>("detail"));
        let steps: Vec<String> = steps.unwrap().collect::<Result<_, _>>().unwrap();
        let looks_at_all = |step: &String| step.ends_with("(place=?)") || step.contains("SCAN");
        assert!(!steps.iter().any(looks_at_all), "{steps:#?}");
    }
}
