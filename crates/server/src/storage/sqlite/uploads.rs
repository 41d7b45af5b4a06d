//! Uploads under way.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::media;
use super::writer::Tx;
use crate::storage::media::{FinishUpload, NewUpload, SweepMedia, Upload, UploadFinished, UploadStarted};

pub(super) fn start(tx: &mut Tx<'_>, op: &NewUpload) -> rusqlite::Result<UploadStarted> {
    let conn = tx.conn;
    let kept: Option<i64> = conn
        .prepare_cached(
            "SELECT no FROM media
             WHERE owner = ?1 AND sha256 = ?2 AND part = 0 AND kind = ?3 AND app_id = ?4 ORDER BY no DESC LIMIT 1",
        )?
        .query_row(
            params![op.account, &op.sha256[..], op.kind, op.app_id.cast_signed()],
            |row| row.get(0),
        )
        .optional()?;
    if let Some(original) = kept {
        // It must not be swept away before the message comes that it is asked for.
        conn.prepare_cached("UPDATE media SET used_ms = max(used_ms, ?2) WHERE no = ?1")?
            .execute([original, op.now_ms])?;
        return Ok(UploadStarted::Kept(media::group(conn, original)?));
    }
    let open: Option<String> = conn
        .prepare_cached(
            "SELECT id FROM uploads
             WHERE account = ?1 AND sha256 = ?2 AND kind = ?3 AND size = ?4 AND app_id = ?5 AND media = 0 LIMIT 1",
        )?
        .query_row(
            params![
                op.account,
                &op.sha256[..],
                op.kind,
                op.size,
                op.app_id.cast_signed()
            ],
            |row| row.get(0),
        )
        .optional()?;
    let id = match open {
        Some(id) => {
            touch(conn, &id, op.now_ms)?;
            id
        }
        None => {
            let count: u32 = conn
                .prepare_cached("SELECT count(*) FROM uploads WHERE account = ?1 AND media = 0")?
                .query_row([op.account], |row| row.get(0))?;
            if count >= op.max_open {
                return Ok(UploadStarted::TooMany);
            }
            conn.prepare_cached(
                "INSERT INTO uploads (id, app_id, account, kind, size, sha256, name, touched_ms)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                op.id,
                op.app_id.cast_signed(),
                op.account,
                op.kind,
                op.size,
                &op.sha256[..],
                op.name,
                op.now_ms
            ])?;
            op.id.clone()
        }
    };
    find(conn, &id)?
        .map(UploadStarted::Open)
        .ok_or(rusqlite::Error::QueryReturnedNoRows)
}

fn touch(conn: &Connection, id: &str, now_ms: i64) -> rusqlite::Result<bool> {
    let touched = conn
        .prepare_cached("UPDATE uploads SET touched_ms = max(touched_ms, ?2) WHERE id = ?1")?
        .execute(params![id, now_ms])?;
    Ok(touched > 0)
}

pub(super) fn find(conn: &Connection, id: &str) -> rusqlite::Result<Option<Upload>> {
    let found = conn
        .prepare_cached("SELECT app_id, account, kind, size, sha256, name, media FROM uploads WHERE id = ?1")?
        .query_row([id], |row| {
            let upload = Upload {
                id: id.to_owned(),
                app_id: row.get::<_, i64>(0)?.cast_unsigned(),
                account: row.get(1)?,
                kind: row.get(2)?,
                size: row.get(3)?,
                sha256: Bytes::from(row.get::<_, Vec<u8>>(4)?),
                name: row.get(5)?,
                have: Vec::new(),
                made: Vec::new(),
            };
            Ok((upload, row.get::<_, i64>(6)?))
        })
        .optional()?;
    let Some((mut upload, made)) = found else {
        return Ok(None);
    };
    if made != 0 {
        upload.made = media::group(conn, made)?;
    }
    upload.have = conn
        .prepare_cached("SELECT chunk FROM upload_chunks WHERE upload = ?1 ORDER BY chunk")?
        .query_map([id], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Some(upload))
}

pub(super) fn known(conn: &Connection, ids: &[String]) -> rusqlite::Result<Vec<String>> {
    let mut statement = conn.prepare_cached("SELECT 1 FROM uploads WHERE id = ?1")?;
    let mut known = Vec::new();
    for id in ids {
        if statement.exists([id])? {
            known.push(id.clone());
        }
    }
    Ok(known)
}

pub(super) fn put_chunk(tx: &mut Tx<'_>, id: &str, chunk: u32, now_ms: i64) -> rusqlite::Result<bool> {
    if !touch(tx.conn, id, now_ms)? {
        return Ok(false);
    }
    tx.conn
        .prepare_cached("INSERT INTO upload_chunks (upload, chunk) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
        .execute(params![id, chunk])?;
    Ok(true)
}

pub(super) fn reset(tx: &mut Tx<'_>, id: &str) -> rusqlite::Result<()> {
    tx.conn
        .prepare_cached("DELETE FROM upload_chunks WHERE upload = ?1")?
        .execute([id])?;
    Ok(())
}

pub(super) fn drop_upload(tx: &mut Tx<'_>, id: &str) -> rusqlite::Result<()> {
    reset(tx, id)?;
    tx.conn
        .prepare_cached("DELETE FROM uploads WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

pub(super) fn finish(tx: &mut Tx<'_>, op: &FinishUpload) -> rusqlite::Result<UploadFinished> {
    let Some(upload) = find(tx.conn, &op.upload)? else {
        return Ok(UploadFinished::Gone);
    };
    if !upload.made.is_empty() {
        return Ok(UploadFinished::Kept(upload.made));
    }
    let mut objects: Vec<&str> = op.rows.iter().map(|row| row.object.as_str()).collect();
    objects.sort_unstable();
    objects.dedup();
    let mut planned = tx
        .conn
        .prepare_cached("SELECT 1 FROM media_garbage WHERE object = ?1 AND doomed = 0")?;
    for object in &objects {
        if !planned.exists([object])? {
            return Ok(UploadFinished::Gone);
        }
    }
    let mut original = 0;
    for row in &op.rows {
        let sha256: &[u8] = if original == 0 { &upload.sha256 } else { &[] };
        let no = media::insert(tx.conn, row, original, sha256, op.now_ms)?;
        if original == 0 {
            original = no;
        }
    }
    let mut name = tx
        .conn
        .prepare_cached("INSERT INTO media_names (list, id) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?;
    for id in &op.names {
        name.execute(params![original, id])?;
    }
    let mut taken = tx
        .conn
        .prepare_cached("DELETE FROM media_garbage WHERE object = ?1")?;
    for object in &objects {
        taken.execute([object])?;
    }
    reset(tx, &op.upload)?;
    tx.conn
        .prepare_cached("UPDATE uploads SET media = ?2, touched_ms = ?3 WHERE id = ?1")?
        .execute(params![op.upload, original, op.now_ms])?;
    Ok(UploadFinished::Kept(media::group(tx.conn, original)?))
}

/// Forgets uploads that nobody goes on with.
pub(super) fn expire(tx: &mut Tx<'_>, op: SweepMedia) -> rusqlite::Result<Vec<String>> {
    let old: Vec<String> = tx
        .conn
        .prepare_cached("SELECT id FROM uploads WHERE touched_ms < ?1 ORDER BY touched_ms LIMIT ?2")?
        .query_map(params![op.unused_before_ms, op.batch], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for id in &old {
        drop_upload(tx, id)?;
    }
    Ok(old)
}
