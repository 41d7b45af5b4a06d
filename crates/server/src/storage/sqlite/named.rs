//! The stored message that a core names: for all that is done with messages, and attached to them.

use prost::Message as _;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use timbre_protocol::{ChatMessage, MessageRef, flags};

use super::log;
use super::messages::seq_at;
use super::working_set::Side;
use crate::storage::AccountNo;

/// A stored message that an operation is about.
pub(super) struct Found {
    pub(super) id: i64,
    pub(super) conv_seq: u64,
    pub(super) sender: AccountNo,
    pub(super) time_ms: i64,
    pub(super) flags: u32,
    pub(super) recalled: bool,
    /// Encoded; empty once it has been erased.
    pub(super) message: Vec<u8>,
    /// client_time << 32 | random
    pub(super) unique_id: i64,
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
            unique_id: row.get(7)?,
        })
    }

    pub(super) fn decoded(&self) -> rusqlite::Result<ChatMessage> {
        ChatMessage::decode(&*self.message).map_err(|_| log::unreadable(6, "a message"))
    }

    /// Whether it stands in the unread number of `account`, whose side of the conversation is `side`.
    pub(super) fn counts(&self, conn: &Connection, account: AccountNo, side: Side) -> rusqlite::Result<bool> {
        Ok(self.sender != account
            && !self.recalled
            && self.flags & (flags::NO_UNREAD | flags::NOT_DELIVERED) == 0
            && self.conv_seq > side.read_seq.max(side.clear_seq)
            && !is_hidden(conn, account, self.id)?)
    }
}

pub(super) fn is_hidden(conn: &Connection, account: AccountNo, message: i64) -> rusqlite::Result<bool> {
    conn.prepare_cached("SELECT 1 FROM hidden WHERE account = ?1 AND message = ?2")?
        .exists(params![account, message])
}

/// The message of a conversation that `name` names, whatever has become of it.
pub(super) fn find(
    conn: &Connection,
    conversation: i64,
    name: &MessageRef,
) -> rusqlite::Result<Option<Found>> {
    if name.conv_seq > 0 {
        return conn
            .prepare_cached(
                "SELECT id, conv_seq, sender, time_ms, flags, recalled, message, unique_id FROM messages
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
        "SELECT id, conv_seq, sender, time_ms, flags, recalled, message, unique_id FROM messages
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
