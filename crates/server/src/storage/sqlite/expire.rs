//! Retention: old messages lose their content, then are forgotten; logs are trimmed along with them.

use rusqlite::{OptionalExtension as _, params};

use super::annotations;
use super::writer::Tx;
use crate::storage::{AccountNo, Expire, Expired};

pub(super) fn expire(tx: &mut Tx<'_>, op: Expire) -> rusqlite::Result<Expired> {
    let erased = erase(tx, op)?;
    tx.conn
        .prepare_cached(
            "DELETE FROM hidden WHERE message IN (
                 SELECT id FROM messages
                 WHERE id <= (SELECT value FROM counters WHERE name = 'erased') AND time_ms < ?1
                 ORDER BY id LIMIT ?2)",
        )?
        .execute(params![op.forget_before_ms, op.batch])?;
    let forgotten = tx
        .conn
        .prepare_cached(
            "DELETE FROM messages WHERE id IN (
                 SELECT id FROM messages
                 WHERE id <= (SELECT value FROM counters WHERE name = 'erased') ORDER BY id LIMIT ?2)
             AND time_ms < ?1",
        )?
        .execute(params![op.forget_before_ms, op.batch])?;
    Ok(Expired {
        erased,
        forgotten: u32::try_from(forgotten).unwrap_or(u32::MAX),
    })
}

/// Takes the content off the oldest messages that still have it. Ids grow with time, so the place where the
/// last call stopped is one number.
fn erase(tx: &mut Tx<'_>, op: Expire) -> rusqlite::Result<u32> {
    let from: i64 = tx
        .conn
        .prepare_cached("SELECT value FROM counters WHERE name = 'erased'")?
        .query_row([], |row| row.get(0))?;
    let old: Vec<(i64, i64)> = tx
        .conn
        .prepare_cached("SELECT id, conversation, time_ms FROM messages WHERE id > ?1 ORDER BY id LIMIT ?2")?
        .query_map(params![from, op.batch], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get::<_, i64>(2)?))
        })?
        .take_while(|row| !matches!(row, Ok((_, _, time)) if *time >= op.erase_before_ms))
        .map(|row| row.map(|(id, conversation, _)| (id, conversation)))
        .collect::<rusqlite::Result<_>>()?;
    let Some(&(last, _)) = old.last() else {
        return Ok(0);
    };
    tx.conn
        .prepare_cached("UPDATE messages SET message = x'' WHERE id > ?1 AND id <= ?2")?
        .execute([from, last])?;
    // Files live as long as the messages that refer to them.
    super::media::forget(tx.conn, from + 1, last)?;
    annotations::forget_range(tx.conn, from, last)?;
    tx.conn
        .prepare_cached("UPDATE counters SET value = ?1 WHERE name = 'erased'")?
        .execute([last])?;
    let mut conversations: Vec<i64> = old.iter().map(|(_, conversation)| *conversation).collect();
    conversations.sort_unstable();
    conversations.dedup();
    let mut accounts = Vec::new();
    for conversation in conversations {
        let sides: (AccountNo, AccountNo) = tx
            .conn
            .prepare_cached("SELECT low, high FROM conversations WHERE id = ?1")?
            .query_row([conversation], |row| Ok((row.get(0)?, row.get(1)?)))?;
        accounts.extend([sides.0, sides.1]);
    }
    accounts.sort_unstable();
    accounts.dedup();
    for account in accounts {
        trim(tx, account, last)?;
    }
    Ok(u32::try_from(old.len()).unwrap_or(u32::MAX))
}

/// Trims the entries of `account` that came no later than message `last`.
fn trim(tx: &mut Tx<'_>, account: AccountNo, last: i64) -> rusqlite::Result<()> {
    let kept: Option<u64> = tx
        .conn
        .prepare_cached("SELECT seq FROM user_log WHERE account = ?1 AND message > ?2 ORDER BY seq LIMIT 1")?
        .query_row([account, last], |row| row.get(0))
        .optional()?;
    let floor = match kept {
        Some(seq) => seq - 1,
        None => tx.rows.head(tx.conn, account)?,
    };
    tx.conn
        .prepare_cached("DELETE FROM user_log WHERE account = ?1 AND seq <= ?2")?
        .execute(params![account, floor])?;
    tx.conn
        .prepare_cached("UPDATE accounts SET log_floor = max(log_floor, ?2) WHERE no = ?1")?
        .execute(params![account, floor])?;
    Ok(())
}
