//! The users' logs.

use bytes::Bytes;
use prost::Message as _;
use rusqlite::{Connection, OptionalExtension as _, params};
use timbre_protocol::{LogEntry, RecallNote, log_entry::Change};

use super::writer::Tx;
use crate::storage::{AccountNo, CommitEvent, LogPage, News, ReadLog, SessionId};

pub(super) const MESSAGE: i64 = 1;
const OTHER: i64 = 2;
const MODIFIED: i64 = 3;
const RECALLED: i64 = 4;

/// Appends a change that is not a message. Answers its number.
pub(super) fn append(tx: &mut Tx<'_>, account: AccountNo, change: Change) -> rusqlite::Result<u64> {
    let blob = LogEntry {
        seq: 0,
        change: Some(change.clone()),
    }
    .encode_to_vec();
    let message = tx.rows.message_id(tx.conn, false)?;
    push(tx, account, (OTHER, message, 0), &blob, change, None)
}

/// Appends that the stored message `subject` has new content.
pub(super) fn append_modified(
    tx: &mut Tx<'_>,
    account: AccountNo,
    subject: i64,
    message: Bytes,
) -> rusqlite::Result<u64> {
    let newest = tx.rows.message_id(tx.conn, false)?;
    let row = (MODIFIED, newest, subject);
    push(tx, account, row, &[], Change::Modified(message), None)
}

/// Appends that the stored message `subject` was recalled.
pub(super) fn append_recall(
    tx: &mut Tx<'_>,
    account: AccountNo,
    subject: i64,
    note: RecallNote,
) -> rusqlite::Result<u64> {
    let kept = RecallNote {
        message: Bytes::new(),
        ..note.clone()
    };
    let newest = tx.rows.message_id(tx.conn, false)?;
    let row = (RECALLED, newest, subject);
    push(
        tx,
        account,
        row,
        &kept.encode_to_vec(),
        Change::Recall(note),
        None,
    )
}

/// Appends a stored message. Answers the entry's number.
pub(super) fn append_message(
    tx: &mut Tx<'_>,
    account: AccountNo,
    id: i64,
    message: Bytes,
    origin: Option<SessionId>,
) -> rusqlite::Result<u64> {
    push(
        tx,
        account,
        (MESSAGE, id, 0),
        &[],
        Change::Message(message),
        origin,
    )
}

fn push(
    tx: &mut Tx<'_>,
    account: AccountNo,
    (kind, message, subject): (i64, i64, i64),
    blob: &[u8],
    change: Change,
    origin: Option<SessionId>,
) -> rusqlite::Result<u64> {
    let seq = tx.rows.next_log_seq(tx.conn, account)?;
    tx.conn
        .prepare_cached(
            "INSERT INTO user_log (account, seq, kind, message, change, subject) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![account, seq, kind, message, blob, subject])?;
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
    // Invisible: cleared or deleted by this user.
    let mut statement = conn.prepare_cached(
        "SELECT l.seq, l.kind, l.change, m.message, m.recalled,
             m.conv_seq <= iif(c.low = l.account, c.low_clear_seq, c.high_clear_seq)
                 OR EXISTS (SELECT 1 FROM hidden h WHERE h.account = l.account AND h.message = m.id)
         FROM user_log l
             LEFT JOIN messages m ON l.kind <> 2 AND m.id = iif(l.kind = 1, l.message, l.subject)
             LEFT JOIN conversations c ON c.id = m.conversation
         WHERE l.account = ?1 AND l.seq > ?2 ORDER BY l.seq LIMIT ?3",
    )?;
    let mut rows = statement.query(params![op.account, op.after, op.limit])?;
    let (mut entries, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let seq: u64 = row.get(0)?;
        let message = || -> rusqlite::Result<Bytes> {
            Ok(Bytes::from(row.get::<_, Option<Vec<u8>>>(3)?.unwrap_or_default()))
        };
        let invisible = row.get::<_, Option<bool>>(5)?.unwrap_or(false);
        let change = match row.get::<_, i64>(1)? {
            MESSAGE if invisible => None,
            MESSAGE => Some(Change::Message(message()?)),
            // What recalled or erased it is told by an entry of its own, or is no change at all.
            MODIFIED if row.get::<_, Option<bool>>(4)? != Some(false) => None,
            MODIFIED => Some(message()?).filter(|m| !m.is_empty()).map(Change::Modified),
            RECALLED => {
                let mut note =
                    RecallNote::decode(row.get_ref(2)?.as_blob()?).map_err(|_| unreadable(2, "a recall"))?;
                note.message = message()?;
                note.hidden |= invisible;
                Some(Change::Recall(note))
            }
            _ => match LogEntry::decode(row.get_ref(2)?.as_blob()?)
                .ok()
                .and_then(|entry| entry.change)
            {
                Some(change) => Some(change),
                None => return Err(unreadable(2, "a log entry")),
            },
        };
        bytes += match &change {
            Some(Change::Message(message) | Change::Modified(message)) => message.len() + 16,
            _ => 64 + row.get_ref(2)?.as_blob()?.len(),
        };
        if bytes > op.max_bytes && !entries.is_empty() {
            break;
        }
        entries.push(LogEntry { seq, change });
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
