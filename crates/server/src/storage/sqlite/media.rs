//! Files: rows of kept ones, references from messages, the sweep.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use timbre_protocol::MediaKind;

use super::writer::Tx;
use crate::storage::AccountNo;
use crate::storage::media::{MAX_FILES, MediaFault, MediaRow, MediaRows, Part, SweepMedia, SweptMedia};

/// References of a file that are looked through from its side before they are looked for from the user's side.
const FEW: i64 = 64;

const MERGED: i32 = MediaKind::MediaMerged as i32;

/// The columns that [`row`] reads.
macro_rules! columns {
    () => {
        "id, original, part, app_id, owner, kind, size, width, height, format, object, content_type, name"
    };
}

fn row(row: &Row<'_>) -> rusqlite::Result<MediaRow> {
    Ok(MediaRow {
        id: row.get(0)?,
        group: row.get(1)?,
        part: match row.get::<_, i64>(2)? {
            1 => Part::Large,
            2 => Part::Thumb,
            _ => Part::Original,
        },
        app_id: row.get::<_, i64>(3)?.cast_unsigned(),
        owner: row.get(4)?,
        kind: row.get(5)?,
        size: row.get(6)?,
        width: row.get(7)?,
        height: row.get(8)?,
        format: row.get(9)?,
        object: row.get(10)?,
        content_type: row.get(11)?,
        name: row.get(12)?,
    })
}

pub(super) fn find(conn: &Connection, id: &str) -> rusqlite::Result<Option<MediaRow>> {
    conn.prepare_cached(concat!("SELECT ", columns!(), " FROM media WHERE id = ?1"))?
        .query_row([id], row)
        .optional()
}

/// A file and its renditions, the original first.
pub(super) fn group(conn: &Connection, original: i64) -> rusqlite::Result<Vec<MediaRow>> {
    conn.prepare_cached(concat!(
        "SELECT ",
        columns!(),
        " FROM media WHERE original = ?1 ORDER BY part"
    ))?
    .query_map([original], row)?
    .collect()
}

/// Inserts one row; `sha256` is empty for a rendition. `original` 0: it is its own.
pub(super) fn insert(
    conn: &Connection,
    row: &MediaRow,
    original: i64,
    sha256: &[u8],
    now_ms: i64,
) -> rusqlite::Result<i64> {
    conn.prepare_cached(
        "INSERT INTO media (id, original, part, app_id, owner, kind, sha256, size, width, height, format, object,
             content_type, name, used_ms)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
    )?
    .execute(params![
        row.id,
        original,
        row.part as i64,
        row.app_id.cast_signed(),
        row.owner,
        row.kind,
        sha256,
        row.size,
        row.width,
        row.height,
        row.format,
        row.object,
        row.content_type,
        row.name,
        now_ms
    ])?;
    let no = conn.last_insert_rowid();
    if original == 0 {
        conn.prepare_cached("UPDATE media SET original = no WHERE no = ?1")?
            .execute([no])?;
    }
    Ok(no)
}

/// Looks files up, with those that kept lists among them name.
pub(super) fn readable(
    conn: &Connection,
    app_id: u64,
    account: AccountNo,
    ids: &[String],
) -> rusqlite::Result<Result<MediaRows, MediaFault>> {
    let mut rows: MediaRows = HashMap::new();
    let mut groups = HashSet::new();
    let mut open: Vec<String> = ids.to_vec();
    while let Some(id) = open.pop() {
        if rows.contains_key(&id) {
            continue;
        }
        if rows.len() >= MAX_FILES {
            return Ok(Err(MediaFault::TooMany));
        }
        let Some(row) = find(conn, &id)?.filter(|row| row.app_id == app_id) else {
            return Ok(Err(MediaFault::Unknown(id)));
        };
        if groups.insert(row.group) {
            if row.owner != account && !takes_part(conn, account, row.group)? {
                return Ok(Err(MediaFault::Denied(id)));
            }
            if row.kind == MERGED {
                open.extend(names(conn, row.group)?);
            }
        }
        rows.insert(id, row);
    }
    Ok(Ok(rows))
}

fn names(conn: &Connection, list: i64) -> rusqlite::Result<Vec<String>> {
    conn.prepare_cached("SELECT id FROM media_names WHERE list = ?1")?
        .query_map([list], |row| row.get(0))?
        .collect()
}

/// Whether a stored message of one of the user's conversations refers to the file.
fn takes_part(conn: &Connection, account: AccountNo, media: i64) -> rusqlite::Result<bool> {
    let count: i64 = conn
        .prepare_cached("SELECT count(*) FROM (SELECT 1 FROM media_refs WHERE media = ?1 LIMIT ?2)")?
        .query_row([media, FEW], |row| row.get(0))?;
    // A picture that thousands forward is looked for in the user's conversations instead.
    let sql = if count < FEW {
        "SELECT 1 FROM media_refs r CROSS JOIN conversations c ON c.id = r.conversation
         WHERE r.media = ?1 AND (c.low = ?2 OR c.high = ?2) LIMIT 1"
    } else {
        "SELECT 1 FROM (SELECT id FROM conversations WHERE low = ?2 UNION ALL
                        SELECT id FROM conversations WHERE high = ?2) c
         CROSS JOIN media_refs r ON r.media = ?1 AND r.conversation = c.id LIMIT 1"
    };
    conn.prepare_cached(sql)?.exists(params![media, account])
}

/// A stored message refers to these files from now on.
pub(super) fn refer(
    conn: &Connection,
    message: i64,
    conversation: i64,
    rows: &MediaRows,
) -> rusqlite::Result<()> {
    let mut groups: Vec<i64> = rows.values().map(|row| row.group).collect();
    groups.sort_unstable();
    groups.dedup();
    let mut insert = conn.prepare_cached(
        "INSERT INTO media_refs (media, conversation, message) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
    )?;
    let mut count = conn.prepare_cached("UPDATE media SET refs = refs + 1 WHERE no = ?1")?;
    for group in groups {
        if insert.execute([group, conversation, message])? > 0 {
            count.execute([group])?;
        }
    }
    Ok(())
}

/// The messages `first..=last` refer to nothing any more.
pub(super) fn forget(conn: &Connection, first: i64, last: i64) -> rusqlite::Result<()> {
    let gone: Vec<(i64, i64)> = conn
        .prepare_cached(
            "SELECT media, count(*) FROM media_refs WHERE message BETWEEN ?1 AND ?2 GROUP BY media",
        )?
        .query_map([first, last], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    if gone.is_empty() {
        return Ok(());
    }
    conn.prepare_cached("DELETE FROM media_refs WHERE message BETWEEN ?1 AND ?2")?
        .execute([first, last])?;
    let mut count = conn.prepare_cached("UPDATE media SET refs = refs - ?2 WHERE no = ?1")?;
    for (media, refs) in gone {
        count.execute([media, refs])?;
    }
    Ok(())
}

/// Announces objects that are about to be written.
pub(super) fn plan(tx: &mut Tx<'_>, objects: &[String], due_ms: i64) -> rusqlite::Result<()> {
    let mut insert = tx.conn.prepare_cached(
        "INSERT INTO media_garbage (object, due_ms) VALUES (?1, ?2)
         ON CONFLICT (object) DO UPDATE SET due_ms = max(due_ms, ?2)",
    )?;
    for object in objects {
        insert.execute(params![object, due_ms])?;
    }
    Ok(())
}

pub(super) fn objects_gone(tx: &mut Tx<'_>, objects: &[String]) -> rusqlite::Result<()> {
    let mut delete = tx
        .conn
        .prepare_cached("DELETE FROM media_garbage WHERE object = ?1 AND doomed = 1")?;
    for object in objects {
        delete.execute([object])?;
    }
    Ok(())
}

/// The secret of this name.
pub(super) fn secret(tx: &mut Tx<'_>, name: &str, fresh: &[u8]) -> rusqlite::Result<Vec<u8>> {
    tx.conn
        .prepare_cached("INSERT INTO secrets (name, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
        .execute(params![name, fresh])?;
    tx.conn
        .prepare_cached("SELECT value FROM secrets WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
}

pub(super) fn sweep(tx: &mut Tx<'_>, op: SweepMedia) -> rusqlite::Result<SweptMedia> {
    let uploads = super::uploads::expire(tx, op)?;
    let unused: Vec<i64> = tx
        .conn
        .prepare_cached(
            "SELECT no FROM media WHERE part = 0 AND refs = 0 AND used_ms < ?1 ORDER BY used_ms LIMIT ?2",
        )?
        .query_map(params![op.unused_before_ms, op.batch], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for original in &unused {
        remove(tx.conn, *original, op.now_ms)?;
    }
    let due: Vec<String> = tx
        .conn
        .prepare_cached("SELECT object FROM media_garbage WHERE due_ms <= ?1 ORDER BY due_ms LIMIT ?2")?
        .query_map(params![op.now_ms, op.batch], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let full = |count: usize| count >= op.batch as usize;
    let more = full(uploads.len()) || full(unused.len()) || full(due.len());
    let mut objects = Vec::with_capacity(due.len());
    for object in due {
        let used = tx
            .conn
            .prepare_cached("SELECT 1 FROM media WHERE object = ?1 LIMIT 1")?
            .exists([&object])?;
        if used {
            tx.conn
                .prepare_cached("DELETE FROM media_garbage WHERE object = ?1")?
                .execute([&object])?;
        } else {
            tx.conn
                .prepare_cached("UPDATE media_garbage SET doomed = 1 WHERE object = ?1")?
                .execute([&object])?;
            objects.push(object);
        }
    }
    Ok(SweptMedia {
        uploads,
        files: u32::try_from(unused.len()).unwrap_or(u32::MAX),
        objects,
        more,
    })
}

/// Removes the rows of a file and its renditions; their objects are to be deleted.
fn remove(conn: &Connection, original: i64, now_ms: i64) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO media_garbage (object, due_ms) SELECT DISTINCT object, ?2 FROM media WHERE original = ?1
         ON CONFLICT (object) DO NOTHING",
    )?
    .execute([original, now_ms])?;
    conn.prepare_cached("DELETE FROM media WHERE original = ?1")?
        .execute([original])?;
    conn.prepare_cached("DELETE FROM media_names WHERE list = ?1")?
        .execute([original])?;
    Ok(())
}
