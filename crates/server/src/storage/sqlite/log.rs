//! The users' logs.

use bytes::Bytes;
use prost::Message as _;
use rusqlite::{Connection, OptionalExtension as _, params};
use timbre_protocol::{LogEntry, log_entry::Change};

use super::writer::Tx;
use crate::storage::{AccountNo, CommitEvent, LogPage, News, ReadLog, SessionId};

pub(super) const MESSAGE: i64 = 1;
const OTHER: i64 = 2;

/// Appends a change that is not a message. Answers its number.
pub(super) fn append(tx: &mut Tx<'_>, account: AccountNo, change: Change) -> rusqlite::Result<u64> {
    let blob = LogEntry {
        seq: 0,
        change: Some(change.clone()),
    }
    .encode_to_vec();
    let message = tx.rows.message_id(tx.conn, false)?;
    push(tx, account, OTHER, message, &blob, change, None)
}

/// Appends a stored message. Answers the entry's number.
pub(super) fn append_message(
    tx: &mut Tx<'_>,
    account: AccountNo,
    id: i64,
    message: Bytes,
    origin: Option<SessionId>,
) -> rusqlite::Result<u64> {
    push(tx, account, MESSAGE, id, &[], Change::Message(message), origin)
}

fn push(
    tx: &mut Tx<'_>,
    account: AccountNo,
    kind: i64,
    message: i64,
    blob: &[u8],
    change: Change,
    origin: Option<SessionId>,
) -> rusqlite::Result<u64> {
    let seq = tx.rows.next_log_seq(tx.conn, account)?;
    tx.conn
        .prepare_cached(
            "INSERT INTO user_log (account, seq, kind, message, change) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![account, seq, kind, message, blob])?;
    tx.events.push(CommitEvent {
        account,
        news: News::Entry(LogEntry {
            seq,
            change: Some(change),
        }),
        origin,
    });
    Ok(seq)
}

pub(super) fn read(conn: &Connection, op: ReadLog) -> rusqlite::Result<LogPage> {
    let Some((head, floor)) = conn
        .prepare_cached("SELECT log_head, log_floor FROM accounts WHERE no = ?1")?
        .query_row([op.account], |row| {
            Ok((row.get::<_, u64>(0)?, row.get::<_, u64>(1)?))
        })
        .optional()?
    else {
        return Ok(LogPage {
            entries: Vec::new(),
            head: 0,
            reset: true,
        });
    };
    if op.after < floor || op.after > head {
        return Ok(LogPage {
            entries: Vec::new(),
            head,
            reset: true,
        });
    }
    let mut statement = conn.prepare_cached(
        "SELECT l.seq, l.kind, l.change, m.message
         FROM user_log l LEFT JOIN messages m ON l.kind = 1 AND m.id = l.message
         WHERE l.account = ?1 AND l.seq > ?2 ORDER BY l.seq LIMIT ?3",
    )?;
    let mut rows = statement.query(params![op.account, op.after, op.limit])?;
    let (mut entries, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let seq: u64 = row.get(0)?;
        let change = match row.get::<_, i64>(1)? {
            MESSAGE => Change::Message(Bytes::from(row.get::<_, Option<Vec<u8>>>(3)?.unwrap_or_default())),
            _ => match LogEntry::decode(row.get_ref(2)?.as_blob()?)
                .ok()
                .and_then(|entry| entry.change)
            {
                Some(change) => change,
                None => return Err(unreadable(2, "a log entry")),
            },
        };
        bytes += match &change {
            Change::Message(message) => message.len() + 16,
            _ => 64 + row.get_ref(2)?.as_blob()?.len(),
        };
        if bytes > op.max_bytes && !entries.is_empty() {
            break;
        }
        entries.push(LogEntry {
            seq,
            change: Some(change),
        });
    }
    Ok(LogPage {
        entries,
        head,
        reset: false,
    })
}

/// A stored blob that this server cannot decode.
pub(super) fn unreadable(column: usize, what: &'static str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(
        column,
        rusqlite::types::Type::Blob,
        format!("{what} cannot be decoded").into(),
    )
}
