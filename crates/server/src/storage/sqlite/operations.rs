//! Recalling, modifying, deleting and clearing.

use bytes::Bytes;
use prost::Message as _;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use timbre_protocol::log_entry::Change;
use timbre_protocol::{ChatMessage, Conversation, MessageRef, ReadMark, RecallNote, flags};

use super::conversations::user_id;
use super::messages::seq_at;
use super::working_set::Side;
use super::writer::Tx;
use super::{log, media};
use crate::storage::{
    AccountNo, ClearHistory, Cleared, DeleteMessages, Modified, ModifyMessage, RecallMessage, Recalled,
};

/// A stored message that an operation is about.
struct Found {
    id: i64,
    conv_seq: u64,
    sender: AccountNo,
    time_ms: i64,
    flags: u32,
    recalled: bool,
    /// Encoded; empty once it has been erased.
    message: Vec<u8>,
}

impl Found {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            conv_seq: row.get(1)?,
            sender: row.get(2)?,
            time_ms: row.get(3)?,
            flags: row.get(4)?,
            recalled: row.get(5)?,
            message: row.get(6)?,
        })
    }

    fn decoded(&self) -> rusqlite::Result<ChatMessage> {
        ChatMessage::decode(&*self.message).map_err(|_| log::unreadable(6, "a message"))
    }

    /// Whether it stands in the unread number of `account`, whose side of the conversation is `side`.
    fn counts(&self, conn: &Connection, account: AccountNo, side: Side) -> rusqlite::Result<bool> {
        Ok(self.sender != account
            && !self.recalled
            && self.flags & flags::NO_UNREAD == 0
            && self.conv_seq > side.read_seq.max(side.clear_seq)
            && !is_hidden(conn, account, self.id)?)
    }
}

fn is_hidden(conn: &Connection, account: AccountNo, message: i64) -> rusqlite::Result<bool> {
    conn.prepare_cached("SELECT 1 FROM hidden WHERE account = ?1 AND message = ?2")?
        .exists(params![account, message])
}

/// The message that `name` names.
fn find(conn: &Connection, conversation: i64, name: &MessageRef) -> rusqlite::Result<Option<Found>> {
    if name.conv_seq > 0 {
        return conn
            .prepare_cached(
                "SELECT id, conv_seq, sender, time_ms, flags, recalled, message FROM messages
                 WHERE conversation = ?1 AND conv_seq = ?2",
            )?
            .query_row(params![conversation, name.conv_seq], Found::read)
            .optional();
    }
    let start = name.server_time_s.saturating_mul(1000);
    let (Some(first), Some(last)) = (
        seq_at(conn, conversation, start, true)?,
        seq_at(conn, conversation, start.saturating_add(999), false)?,
    ) else {
        return Ok(None);
    };
    let mut select = conn.prepare_cached(
        "SELECT id, conv_seq, sender, time_ms, flags, recalled, message FROM messages
         WHERE conversation = ?1 AND conv_seq BETWEEN ?2 AND ?3 AND unique_id & 0xffffffff = ?4",
    )?;
    let mut rows = select.query(params![conversation, first, last, name.random])?;
    while let Some(row) = rows.next()? {
        let found = Found::read(row)?;
        if !found.message.is_empty() && found.decoded()?.client_seq == name.client_seq {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Puts `message` in the place of the stored one; answers it encoded.
fn store(tx: &Tx<'_>, id: i64, message: &ChatMessage) -> rusqlite::Result<Bytes> {
    let bytes = Bytes::from(message.encode_to_vec());
    tx.conn
        .prepare_cached("UPDATE messages SET message = ?2, recalled = ?3 WHERE id = ?1")?
        .execute(params![id, &bytes[..], message.recall.is_some()])?;
    Ok(bytes)
}

pub(super) fn recall(tx: &mut Tx<'_>, op: &RecallMessage) -> rusqlite::Result<Recalled> {
    let account = op.account;
    let Some(peer) = tx.rows.account(tx.conn, op.app_id, &op.peer)? else {
        return Ok(Recalled::NotFound);
    };
    let Some(conv) = tx.rows.conversation(tx.conn, account, peer, false)? else {
        return Ok(Recalled::NotFound);
    };
    let Some(found) = find(tx.conn, conv.id, &op.message)?.filter(|f| !f.message.is_empty()) else {
        return Ok(Recalled::NotFound);
    };
    let mut message = found.decoded()?;
    if let Some(recall) = &message.recall {
        return Ok(if recall.operator == op.recall.operator {
            Recalled::Done(found.message.into())
        } else {
            Recalled::ByAnother
        });
    }
    if found.sender != account {
        return Ok(Recalled::NotSender);
    }
    if op.not_before_ms > 0 && found.time_ms < op.not_before_ms {
        return Ok(Recalled::TooLate);
    }
    message.body = Bytes::new();
    message.recall = Some(op.recall.clone());
    let mut sides = vec![account];
    if peer != account {
        sides.push(peer);
    }
    let mut notes = Vec::with_capacity(sides.len());
    for side in sides {
        let now = *conv.side(side);
        if found.counts(tx.conn, side, now)? {
            conv.side(side).unread = now.unread.saturating_sub(1);
            conv.dirty = true;
        }
        let hidden = found.conv_seq <= now.clear_seq || is_hidden(tx.conn, side, found.id)?;
        notes.push((side, conv.side(side).unread, hidden));
    }
    let bytes = store(tx, found.id, &message)?;
    // Nothing is left of it that could name a file.
    media::forget(tx.conn, found.id, found.id)?;
    for (side, unread, hidden) in notes {
        let note = RecallNote {
            message: bytes.clone(),
            unread,
            hidden,
        };
        log::append_recall(tx, side, found.id, note)?;
    }
    Ok(Recalled::Done(bytes))
}

pub(super) fn modify(tx: &mut Tx<'_>, op: &ModifyMessage) -> rusqlite::Result<Modified> {
    let account = op.account;
    let Some(peer) = tx.rows.account(tx.conn, op.app_id, &op.peer)? else {
        return Ok(Modified::NotFound);
    };
    let Some(conv) = tx.rows.conversation(tx.conn, account, peer, false)? else {
        return Ok(Modified::NotFound);
    };
    let Some(found) = find(tx.conn, conv.id, &op.message)?.filter(|f| !f.message.is_empty()) else {
        return Ok(Modified::NotFound);
    };
    if found.recalled {
        return Ok(Modified::Recalled(found.message.into()));
    }
    if op.sender_only && found.sender != account {
        return Ok(Modified::Denied(found.message.into()));
    }
    let mut message = found.decoded()?;
    let body = match (op.edit)(&message) {
        Ok(body) => Bytes::from(body.encode_to_vec()),
        Err(_) if message.version != op.version => return Ok(Modified::Conflict(found.message.into())),
        Err(refused) => return Ok(Modified::Refused(refused)),
    };
    if body == message.body {
        // The same content: an answer that was lost, or nothing to do.
        return Ok(Modified::Done(found.message.into()));
    }
    if message.version != op.version {
        return Ok(Modified::Conflict(found.message.into()));
    }
    message.body = body;
    message.version += 1;
    let bytes = store(tx, found.id, &message)?;
    log::append_modified(tx, account, found.id, bytes.clone())?;
    if peer != account {
        log::append_modified(tx, peer, found.id, bytes.clone())?;
    }
    Ok(Modified::Done(bytes))
}

/// Answers the entry that tells the new unread number; 0 when it has not changed.
pub(super) fn delete(tx: &mut Tx<'_>, op: &DeleteMessages) -> rusqlite::Result<u64> {
    let account = op.account;
    let Some(peer) = tx.rows.account(tx.conn, op.app_id, &op.peer)? else {
        return Ok(0);
    };
    let Some(conv) = tx.rows.conversation(tx.conn, account, peer, false)? else {
        return Ok(0);
    };
    let (conversation, side) = (conv.id, *conv.side(account));
    let mut uncounted = 0;
    for name in &op.messages {
        let Some(found) = find(tx.conn, conversation, name)? else {
            continue;
        };
        if found.counts(tx.conn, account, side)? {
            uncounted += 1;
        }
        tx.conn
            .prepare_cached("INSERT INTO hidden (account, message) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
            .execute(params![account, found.id])?;
    }
    set_unread(tx, account, peer, side.unread.saturating_sub(uncounted))
}

pub(super) fn clear(tx: &mut Tx<'_>, op: &ClearHistory) -> rusqlite::Result<Cleared> {
    let account = op.account;
    let Some(peer) = tx.rows.account(tx.conn, op.app_id, &op.peer)? else {
        return Ok(Cleared::default());
    };
    let Some(conv) = tx.rows.conversation(tx.conn, account, peer, false)? else {
        return Ok(Cleared::default());
    };
    let clear_seq = conv.last_seq;
    conv.side(account).clear_seq = clear_seq;
    conv.dirty = true;
    let log_seq = set_unread(tx, account, peer, 0)?;
    Ok(Cleared { clear_seq, log_seq })
}

/// Sets the unread number of `account`, and tells its devices when it has changed.
fn set_unread(tx: &mut Tx<'_>, account: AccountNo, peer: AccountNo, unread: u32) -> rusqlite::Result<u64> {
    let Some(conv) = tx.rows.conversation(tx.conn, account, peer, false)? else {
        return Ok(0);
    };
    let side = conv.side(account);
    if side.unread == unread {
        return Ok(0);
    }
    side.unread = unread;
    let (read_seq, read_time_ms) = (side.read_seq, side.read_ms);
    conv.dirty = true;
    let mark = ReadMark {
        conversation: Some(Conversation::c2c(user_id(tx.conn, peer)?)),
        read_seq,
        read_time_ms,
        unread,
    };
    log::append(tx, account, Change::Read(mark))
}
