//! Recalling, modifying, deleting and clearing.

use bytes::Bytes;
use prost::Message as _;
use rusqlite::params;
use timbre_protocol::log_entry::Change;
use timbre_protocol::{ChatMessage, Conversation, ReadMark, RecallNote};

use super::conversations::user_id;
use super::named::{find, is_hidden};
use super::writer::Tx;
use super::{annotations, log, media};
use crate::storage::{
    AccountNo, ClearHistory, Cleared, DeleteMessages, Modified, ModifyMessage, RecallMessage, Recalled,
};

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
    message.receipt_ms = 0;
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
    // Nothing is left of it that could name a file, or that anything could be attached to.
    media::forget(tx.conn, found.id, found.id)?;
    annotations::forget_annotations(tx, found.id)?;
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
