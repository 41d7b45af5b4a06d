//! Read receipts of single messages.

use prost::Message as _;
use rusqlite::{Connection, OptionalExtension as _, params};
use timbre_protocol::log_entry::Change;
use timbre_protocol::{ChatMessage, ReceiptNote, ReceiptSentNote, ReceiptState, flags};

use super::annotations::find_message;
use super::conversations::user_id;
use super::log;
use super::working_set::{find_account, find_conversation};
use super::writer::Tx;
use crate::storage::AtMessages;

pub(super) fn send(tx: &mut Tx<'_>, op: &AtMessages, now_ms: i64) -> rusqlite::Result<u64> {
    let Some(peer) = tx.rows.account(tx.conn, op.app_id, &op.peer)? else {
        return tx.rows.head(tx.conn, op.account);
    };
    let Some(conversation) = tx
        .rows
        .conversation(tx.conn, op.account, peer, false)?
        .map(|c| c.id)
    else {
        return tx.rows.head(tx.conn, op.account);
    };
    let reader = user_id(tx.conn, op.account)?;
    let (mut sent, mut noted) = (Vec::new(), Vec::new());
    for named in &op.messages {
        let Some(found) = find_message(tx.conn, conversation, named)? else {
            continue;
        };
        if found.sender == op.account || found.flags & flags::NEED_RECEIPT == 0 {
            continue;
        }
        let new = tx
            .conn
            .prepare_cached(
                "INSERT INTO receipts (message, reader, time_ms) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            )?
            .execute(params![found.id, op.account, now_ms])?;
        if new == 0 {
            continue;
        }
        // The message itself says so from now on, to whichever device reads it later: encoded messages merge by
        // being joined.
        let mut message = found.message.clone();
        ChatMessage {
            receipt_ms: now_ms,
            ..ChatMessage::default()
        }
        .encode(&mut message)
        .expect("a vector grows as needed");
        tx.conn
            .prepare_cached("UPDATE messages SET message = ?2 WHERE id = ?1")?
            .execute(params![found.id, message])?;
        sent.push(found.name(&op.peer));
        noted.push(found.name(&reader));
    }
    if sent.is_empty() {
        // What the caller asks for may have been done by an entry that its device has not seen yet.
        return tx.rows.head(tx.conn, op.account);
    }
    let note = ReceiptNote {
        messages: noted,
        time_ms: now_ms,
    };
    log::append(tx, peer, Change::Receipts(note))?;
    log::append(
        tx,
        op.account,
        Change::ReceiptsSent(ReceiptSentNote { messages: sent }),
    )
}

pub(super) fn read(conn: &Connection, op: &AtMessages) -> rusqlite::Result<Vec<ReceiptState>> {
    let nothing = vec![ReceiptState::default(); op.messages.len()];
    let Some(peer) = find_account(conn, op.app_id, &op.peer)? else {
        return Ok(nothing);
    };
    let Some(conv) = find_conversation(conn, op.account, peer)? else {
        return Ok(nothing);
    };
    op.messages
        .iter()
        .map(|named| {
            let Some(found) = find_message(conn, conv.id, named)? else {
                return Ok(ReceiptState::default());
            };
            if found.sender != op.account || found.flags & flags::NEED_RECEIPT == 0 {
                return Ok(ReceiptState::default());
            }
            let time_ms = conn
                .prepare_cached("SELECT time_ms FROM receipts WHERE message = ?1 AND reader = ?2")?
                .query_row([found.id, peer], |row| row.get(0))
                .optional()?;
            Ok(ReceiptState {
                known: true,
                name: Some(found.name(&op.peer)),
                peer_read_ms: time_ms.unwrap_or(0),
            })
        })
        .collect()
}
