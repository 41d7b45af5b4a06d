//! Messages: their rows, their order, pages of history, the outbox.
//!
//! Inside a conversation messages stand in the order of ([`Message::time_ms`], ord), where ord is the
//! conversation sequence, or, for a message that has none, a number beyond all sequences that grows with its
//! row: a local message comes after what was there at the same millisecond. [`position`] is that pair.

use std::collections::HashSet;

use bytes::Bytes;
use prost::Message as _;
use rusqlite::{Connection, OptionalExtension as _, Row, named_params, params};
use timbre_protocol::{Body, Recall, flags};

use super::{Result, Store, StoreError, seq_in, seq_out};
use crate::model::messages::{ConvKey, ConvType, Message, Origin, Receipt, Status};

/// Where the ord of messages without a conversation sequence begins.
const LOCAL_ORD: i64 = i64::MAX / 2;

/// What became of an insert.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Insert {
    /// It is new and has this row.
    New(i64),
    /// A message with its id was there and is unchanged; this is its row.
    Known(i64),
}

/// A page of one conversation's history.
#[derive(Debug, Clone, PartialEq)]
pub struct PageQuery {
    /// Row of the conversation.
    pub conv_row: i64,
    /// Where the page starts.
    pub start: PageStart,
    /// True: towards newer messages, ascending. False: towards older ones, descending.
    pub newer: bool,
    /// At most so many messages.
    pub limit: u32,
    /// Not before this time, milliseconds.
    pub min_time_ms: Option<i64>,
    /// Not after this time, milliseconds.
    pub max_time_ms: Option<i64>,
    /// Wanted first-element kinds; empty: all.
    pub types: Vec<i32>,
}

/// Where a page starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageStart {
    /// At the end the direction comes from: older pages at the newest message, newer ones at the oldest.
    End,
    /// At this position, which is excluded.
    Beyond {
        /// Time part of the position.
        time_ms: i64,
        /// The rest of it.
        ord: i64,
    },
}

/// The place of a stored message in its conversation's local order.
pub fn position(m: &Message) -> (i64, i64) {
    (m.time_ms, ord(m.conv_seq, m.row))
}

fn ord(conv_seq: u64, row: i64) -> i64 {
    if conv_seq > 0 {
        seq_in(conv_seq)
    } else {
        LOCAL_ORD.saturating_add(row)
    }
}

/// Columns of a message, as [`read_message`] expects them, of a table named `m`.
macro_rules! message_columns {
    () => {
        "m.row, m.msg_id, m.sender, m.sender_tiny, m.from_self, m.client_time, m.rand, m.client_seq,
         m.conv_seq, m.server_time_ms, m.time_ms, m.status, m.flags, m.priority, m.platform, m.version, m.body,
         m.sender_nick, m.sender_face, m.custom_int, m.custom_str, m.origin, m.recall, m.receipt_sent,
         m.peer_read_ms"
    };
}
pub(super) use message_columns;

/// A select of messages with their conversation's key behind.
macro_rules! select_messages {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            message_columns!(),
            ", c.kind, c.id FROM messages m JOIN conversations c ON c.row = m.conv ",
            $rest
        )
    };
}

/// Number of columns that [`message_columns`] names.
pub(super) const COLUMNS: usize = 25;

/// Reads a message from the columns that begin at `at`.
pub(super) fn read_message(row: &Row<'_>, at: usize, conv: ConvKey) -> rusqlite::Result<Message> {
    let status: u8 = row.get(at + 11)?;
    let origin: u8 = row.get(at + 21)?;
    let body = row.get_ref(at + 16)?.as_blob()?;
    Ok(Message {
        row: row.get(at)?,
        conv,
        msg_id: row.get(at + 1)?,
        sender: row.get(at + 2)?,
        // Kept bit by bit: the whole range of a u64 comes back.
        sender_tiny: row.get::<_, i64>(at + 3)?.cast_unsigned(),
        from_self: row.get(at + 4)?,
        client_time: row.get(at + 5)?,
        rand: row.get(at + 6)?,
        client_seq: row.get(at + 7)?,
        conv_seq: seq_out(row.get(at + 8)?),
        server_time_ms: row.get(at + 9)?,
        time_ms: row.get(at + 10)?,
        status: Status::from_number(status).ok_or(rusqlite::Error::IntegralValueOutOfRange(
            at + 11,
            i64::from(status),
        ))?,
        flags: row.get(at + 12)?,
        priority: row.get(at + 13)?,
        platform: row.get(at + 14)?,
        version: row.get(at + 15)?,
        body: Body::decode(body).map_err(|e| {
            rusqlite::Error::FromSqlConversionFailure(at + 16, rusqlite::types::Type::Blob, Box::new(e))
        })?,
        sender_nick: row.get(at + 17)?,
        sender_face: row.get(at + 18)?,
        custom_int: row.get(at + 19)?,
        custom_str: Bytes::copy_from_slice(row.get_ref(at + 20)?.as_blob()?),
        origin: Origin::from_number(origin).ok_or(rusqlite::Error::IntegralValueOutOfRange(
            at + 21,
            i64::from(origin),
        ))?,
        recall: match row.get_ref(at + 22)?.as_blob()? {
            [] => None,
            recall => Some(Box::new(Recall::decode(recall).map_err(|e| {
                rusqlite::Error::FromSqlConversionFailure(at + 22, rusqlite::types::Type::Blob, Box::new(e))
            })?)),
        },
        receipt: Receipt {
            sent: row.get(at + 23)?,
            peer_read_ms: row.get(at + 24)?,
        },
    })
}

/// Who recalled a message, as it is kept: empty for nobody.
pub(super) fn recall_out(m: &Message) -> Vec<u8> {
    m.recall
        .as_ref()
        .map(|recall| recall.encode_to_vec())
        .unwrap_or_default()
}

/// Reads a conversation's key from the two columns that begin at `at`.
pub(super) fn read_key(row: &Row<'_>, at: usize) -> rusqlite::Result<ConvKey> {
    let kind: u32 = row.get(at)?;
    let kind =
        ConvType::from_number(kind).ok_or(rusqlite::Error::IntegralValueOutOfRange(at, i64::from(kind)))?;
    Ok(ConvKey {
        kind,
        id: row.get(at + 1)?,
    })
}

/// Reads a row of [`select_messages`].
fn read_joined(row: &Row<'_>) -> rusqlite::Result<Message> {
    let conv = read_key(row, COLUMNS)?;
    read_message(row, 0, conv)
}

fn collect(rows: rusqlite::Rows<'_>) -> Result<Vec<Message>> {
    Ok(rows.mapped(read_joined).collect::<rusqlite::Result<_>>()?)
}

/// A page of history; rows of status Deleted are never in it.
pub(super) fn page(conn: &Connection, query: &PageQuery) -> Result<Vec<Message>> {
    if query.limit == 0 {
        return Ok(Vec::new());
    }
    // One bit per kind, moved by one because the kind of a message without elements is -1.
    let kinds = match &query.types[..] {
        [] => -1i64,
        types => types
            .iter()
            .filter(|t| (-1..62).contains(*t))
            .fold(0, |bits, t| bits | 1 << (t + 1)),
    };
    // Both bounds are pairs, the one that the page starts from is excluded.
    let (sql, start, end) = if query.newer {
        let after = query
            .min_time_ms
            .map_or((i64::MIN, i64::MIN), |t| (t.saturating_sub(1), i64::MAX));
        let start = match query.start {
            PageStart::End => after,
            PageStart::Beyond { time_ms, ord } => after.max((time_ms, ord)),
        };
        let sql = select_messages!(
            "WHERE m.conv = ?1 AND (m.time_ms, m.ord) > (?2, ?3) AND m.time_ms <= ?4 AND m.status <> 4
                 AND (1 << (m.kind + 1)) & ?5 <> 0
             ORDER BY m.time_ms, m.ord LIMIT ?6"
        );
        (sql, start, query.max_time_ms.unwrap_or(i64::MAX))
    } else {
        let before = query
            .max_time_ms
            .map_or((i64::MAX, i64::MAX), |t| (t.saturating_add(1), i64::MIN));
        let start = match query.start {
            PageStart::End => before,
            PageStart::Beyond { time_ms, ord } => before.min((time_ms, ord)),
        };
        let sql = select_messages!(
            "WHERE m.conv = ?1 AND (m.time_ms, m.ord) < (?2, ?3) AND m.time_ms >= ?4 AND m.status <> 4
                 AND (1 << (m.kind + 1)) & ?5 <> 0
             ORDER BY m.time_ms DESC, m.ord DESC LIMIT ?6"
        );
        (sql, start, query.min_time_ms.unwrap_or(i64::MIN))
    };
    let mut select = conn.prepare_cached(sql)?;
    collect(select.query(params![query.conv_row, start.0, start.1, end, kinds, query.limit])?)
}

impl Store {
    /// Inserts a message into a conversation; `m.row` and `m.conv` are not looked at. A message whose id is
    /// there already changes nothing.
    pub fn insert(&mut self, conv_row: i64, m: &Message) -> Result<Insert> {
        let conn = self.write()?;
        // The ord of a message without a sequence holds its row, which SQLite will make one more than the
        // largest ever given.
        let mut insert = conn.prepare_cached(
            "INSERT INTO messages (
                 conv, msg_id, time_ms, ord, status, origin, kind, flags, from_self, conv_seq, server_time_ms,
                 client_time, rand, client_seq, sender, sender_tiny, priority, platform, version, sender_nick,
                 sender_face, custom_int, custom_str, recall, receipt_sent, peer_read_ms, body)
             VALUES (
                 :conv, :msg_id, :time_ms,
                 CASE WHEN :conv_seq > 0 THEN :conv_seq ELSE :local_ord + 1 + coalesce(
                     (SELECT seq FROM sqlite_sequence WHERE name = 'messages'), 0) END,
                 :status, :origin, :kind, :flags, :from_self, :conv_seq, :server_time_ms,
                 :client_time, :rand, :client_seq, :sender, :sender_tiny, :priority, :platform, :version,
                 :sender_nick, :sender_face, :custom_int, :custom_str, :recall, :receipt_sent, :peer_read_ms, :body)
             ON CONFLICT (msg_id) DO NOTHING",
        )?;
        let changed = insert.execute(named_params! {
            ":conv": conv_row,
            ":msg_id": m.msg_id,
            ":time_ms": m.time_ms,
            ":local_ord": LOCAL_ORD,
            ":status": m.status.number(),
            ":origin": m.origin.number(),
            ":kind": m.first_kind(),
            ":flags": m.flags,
            ":from_self": m.from_self,
            ":conv_seq": seq_in(m.conv_seq),
            ":server_time_ms": m.server_time_ms,
            ":client_time": m.client_time,
            ":rand": m.rand,
            ":client_seq": m.client_seq,
            ":sender": m.sender,
            ":sender_tiny": m.sender_tiny.cast_signed(),
            ":priority": m.priority,
            ":platform": m.platform,
            ":version": m.version,
            ":sender_nick": m.sender_nick,
            ":sender_face": m.sender_face,
            ":custom_int": m.custom_int,
            ":custom_str": &m.custom_str[..],
            ":recall": recall_out(m),
            ":receipt_sent": m.receipt.sent,
            ":peer_read_ms": m.receipt.peer_read_ms,
            ":body": m.body.encode_to_vec(),
        })?;
        if changed > 0 {
            return Ok(Insert::New(conn.last_insert_rowid()));
        }
        let mut select = conn.prepare_cached("SELECT row FROM messages WHERE msg_id = ?1")?;
        Ok(Insert::Known(select.query_row([&m.msg_id], |r| r.get(0))?))
    }

    /// The message with this id, whatever its status.
    pub fn get(&self, msg_id: &str) -> Result<Option<Message>> {
        let mut select = self
            .read()
            .prepare_cached(select_messages!("WHERE m.msg_id = ?1"))?;
        Ok(select.query_row([msg_id], read_joined).optional()?)
    }

    /// The messages with these ids, whatever their status, in the order asked, each once; unknown ids are left
    /// out.
    pub fn find(&self, ids: &[String]) -> Result<Vec<Message>> {
        let mut seen = HashSet::new();
        let mut found = Vec::new();
        for id in ids {
            if seen.insert(id) {
                found.extend(self.get(id)?);
            }
        }
        Ok(found)
    }

    /// The messages of a conversation that stand within this Unix second, oldest first, whatever their status.
    pub fn at_second(&self, conv_row: i64, second: i64) -> Result<Vec<Message>> {
        let start = second.saturating_mul(1000);
        let sql = select_messages!(
            "WHERE m.conv = ?1 AND m.time_ms >= ?2 AND m.time_ms < ?3 ORDER BY m.time_ms, m.ord"
        );
        let params = [conv_row, start, start.saturating_add(1000)];
        collect(self.read().prepare_cached(sql)?.query(params)?)
    }

    /// The server has stored it: status Sent, its sequence, its time, and its place by them. One that was deleted or
    /// recalled meanwhile stays so. Answers the status that it has now; none when it has gone.
    pub fn acknowledge(&mut self, row: i64, conv_seq: u64, server_time_ms: i64) -> Result<Option<Status>> {
        let sql = "UPDATE messages
                   SET conv_seq = ?2, ord = ?3, server_time_ms = ?4, time_ms = ?4,
                       status = iif(status IN (4, 6), status, 2)
                   WHERE row = ?1 RETURNING status";
        let params = params![row, seq_in(conv_seq), ord(conv_seq, row), server_time_ms];
        let status: Option<u8> = self
            .write()?
            .prepare_cached(sql)?
            .query_row(params, |r| r.get(0))
            .optional()?;
        Ok(status.and_then(Status::from_number))
    }

    /// A message that came as history is received now: it gets a new row, beyond all that were given, and the
    /// origin Received, so that [`Store::unthrown`] finds it in its turn. Answers the row.
    pub fn arrive(&mut self, row: i64) -> Result<i64> {
        let conn = self.write()?;
        let new: i64 = conn
            .prepare_cached("UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'messages' RETURNING seq")?
            .query_row([], |r| r.get(0))?;
        let sql = "UPDATE messages SET row = ?2, origin = 1 WHERE row = ?1";
        one(conn.prepare_cached(sql)?.execute([row, new])?, row)?;
        let sql = "UPDATE conversations SET last_row = ?2
                   WHERE row = (SELECT conv FROM messages WHERE row = ?2) AND last_row = ?1";
        conn.prepare_cached(sql)?.execute([row, new])?;
        Ok(new)
    }

    /// Sets the status and nothing else.
    pub fn set_status(&mut self, row: i64, status: Status) -> Result<()> {
        let sql = "UPDATE messages SET status = ?2 WHERE row = ?1";
        one(
            self.write()?
                .prepare_cached(sql)?
                .execute(params![row, status.number()])?,
            row,
        )
    }

    /// Sets the content of a message that is being sent, and nothing else. A row that is gone is no failure.
    pub fn set_body(&mut self, row: i64, body: &Body) -> Result<()> {
        let sql = "UPDATE messages SET body = ?2 WHERE row = ?1";
        self.write()?
            .prepare_cached(sql)?
            .execute(params![row, body.encode_to_vec()])?;
        Ok(())
    }

    /// Puts `m` in the place of a stored message: everything but the conversation, the id, the local custom data
    /// and the origin.
    pub fn replace(&mut self, row: i64, m: &Message) -> Result<()> {
        let sql = "UPDATE messages
                   SET time_ms = :time_ms, ord = :ord, status = :status, kind = :kind, flags = :flags,
                       from_self = :from_self, conv_seq = :conv_seq, server_time_ms = :server_time_ms,
                       client_time = :client_time, rand = :rand, client_seq = :client_seq, sender = :sender,
                       sender_tiny = :sender_tiny, priority = :priority, platform = :platform,
                       version = :version, sender_nick = :sender_nick, sender_face = :sender_face, recall = :recall,
                       body = :body
                   WHERE row = :row";
        let changed = self.write()?.prepare_cached(sql)?.execute(named_params! {
            ":row": row,
            ":time_ms": m.time_ms,
            ":ord": ord(m.conv_seq, row),
            ":status": m.status.number(),
            ":kind": m.first_kind(),
            ":flags": m.flags,
            ":from_self": m.from_self,
            ":conv_seq": seq_in(m.conv_seq),
            ":server_time_ms": m.server_time_ms,
            ":client_time": m.client_time,
            ":rand": m.rand,
            ":client_seq": m.client_seq,
            ":sender": m.sender,
            ":sender_tiny": m.sender_tiny.cast_signed(),
            ":priority": m.priority,
            ":platform": m.platform,
            ":version": m.version,
            ":sender_nick": m.sender_nick,
            ":sender_face": m.sender_face,
            ":recall": recall_out(m),
            ":body": m.body.encode_to_vec(),
        })?;
        one(changed, row)
    }

    /// A failed or cancelled message is sent again: content, flags, priority and time are those of `m`, the
    /// status is Sending. The identity and the local custom data stay.
    pub fn resend(&mut self, row: i64, m: &Message) -> Result<()> {
        let sql = "UPDATE messages
                   SET time_ms = :time_ms, ord = :ord, status = 1, kind = :kind, flags = :flags,
                       priority = :priority, body = :body, sender_nick = :sender_nick,
                       sender_face = :sender_face
                   WHERE row = :row";
        let changed = self.write()?.prepare_cached(sql)?.execute(named_params! {
            ":row": row,
            ":time_ms": m.time_ms,
            ":ord": ord(m.conv_seq, row),
            ":kind": m.first_kind(),
            ":flags": m.flags,
            ":priority": m.priority,
            ":body": m.body.encode_to_vec(),
            ":sender_nick": m.sender_nick,
            ":sender_face": m.sender_face,
        })?;
        one(changed, row)
    }

    /// Sets the local custom data that is given of the message with this id; false when there is none.
    pub fn set_local_custom(&mut self, msg_id: &str, text: Option<&[u8]>, int: Option<u32>) -> Result<bool> {
        let sql = "UPDATE messages
                   SET custom_str = coalesce(?2, custom_str), custom_int = coalesce(?3, custom_int)
                   WHERE msg_id = ?1";
        Ok(self
            .write()?
            .prepare_cached(sql)?
            .execute(params![msg_id, text, int])?
            > 0)
    }

    /// A page of history; rows of status Deleted are never in it.
    pub fn page(&self, query: &PageQuery) -> Result<Vec<Message>> {
        page(self.read(), query)
    }

    /// Everything of status Sending, in the order of the calls.
    pub fn sending(&self) -> Result<Vec<Message>> {
        // The first term is the index's own, word by word: SQLite takes a partial index only then.
        let sql = select_messages!("WHERE m.status IN (1, 3, 7) AND m.status = 1 ORDER BY m.row");
        collect(self.read().prepare_cached(sql)?.query([])?)
    }

    /// Ids of own sends that failed or were cancelled, and their conversations.
    pub fn failed_sends(&self) -> Result<Vec<(String, ConvKey)>> {
        let sql = "SELECT m.msg_id, c.kind, c.id FROM messages m JOIN conversations c ON c.row = m.conv
                   WHERE m.status IN (1, 3, 7) AND m.status <> 1 AND m.from_self ORDER BY m.row";
        let mut select = self.read().prepare_cached(sql)?;
        Ok(select
            .query_map([], |r| Ok((r.get(0)?, read_key(r, 1)?)))?
            .collect::<rusqlite::Result<_>>()?)
    }

    /// Received messages that came after this row, in the order of arrival: those whose receive callback may
    /// still be owed. It is not for what was recalled or deleted meanwhile.
    pub fn unthrown(&self, after_row: i64) -> Result<Vec<Message>> {
        let sql =
            select_messages!("WHERE m.row > ?1 AND m.origin = 1 AND m.status NOT IN (4, 6) ORDER BY m.row");
        collect(self.read().prepare_cached(sql)?.query([after_row])?)
    }

    /// The newest message that may be the conversation's preview.
    pub fn newest_preview(&self, conv_row: i64) -> Result<Option<Message>> {
        let sql = select_messages!(
            "WHERE m.conv = ?1 AND m.status <> 4 AND m.flags & ?2 = 0
             ORDER BY m.time_ms DESC, m.ord DESC LIMIT 1"
        );
        let hidden = flags::NO_PREVIEW | flags::ONLINE_ONLY | flags::NOT_DELIVERED;
        Ok(self
            .read()
            .prepare_cached(sql)?
            .query_row([conv_row, i64::from(hidden)], read_joined)
            .optional()?)
    }

    /// Sequence and server time of the newest message that the server had accepted by `time_ms`.
    pub fn newest_seq_at(&self, conv_row: i64, time_ms: i64) -> Result<Option<(u64, i64)>> {
        let sql = "SELECT conv_seq, server_time_ms FROM messages
                   WHERE conv = ?1 AND time_ms <= ?2 AND conv_seq > 0
                   ORDER BY time_ms DESC, ord DESC LIMIT 1";
        let mut select = self.read().prepare_cached(sql)?;
        let read = |r: &Row<'_>| Ok((seq_out(r.get(0)?), r.get(1)?));
        Ok(select.query_row([conv_row, time_ms], read).optional()?)
    }

    /// The largest row; 0 when there is no message.
    pub fn max_row(&self) -> Result<i64> {
        let mut select = self
            .read()
            .prepare_cached("SELECT coalesce(max(row), 0) FROM messages")?;
        Ok(select.query_row([], |r| r.get(0))?)
    }

    /// Number of messages beyond `after_seq` that count as unread. Takes time in proportion to what lies beyond,
    /// not to the length of the conversation.
    pub fn count_unread(&self, conv_row: i64, after_seq: u64) -> Result<u32> {
        let sql = "SELECT conv_seq, NOT from_self AND flags & ?2 = 0 AND status NOT IN (4, 6) FROM messages
                   WHERE conv = ?1 ORDER BY time_ms DESC, ord DESC";
        let mut select = self.read().prepare_cached(sql)?;
        let uncounted = flags::NO_UNREAD | flags::ONLINE_ONLY | flags::NOT_DELIVERED;
        let mut rows = select.query([conv_row, i64::from(uncounted)])?;
        let mut count = 0u32;
        while let Some(row) = rows.next()? {
            match seq_out(row.get(0)?) {
                // Local only.
                0 => {}
                // Times never contradict sequences: nothing older is beyond.
                seq if seq <= after_seq => break,
                _ => count = count.saturating_add(u32::from(row.get::<_, bool>(1)?)),
            }
        }
        Ok(count)
    }
}

/// An update by row number has to find its row.
pub(super) fn one(changed: usize, row: i64) -> Result<()> {
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::Sql(format!("there is no row {row} to change")))
    }
}

#[cfg(test)]
#[path = "messages_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "pages_tests.rs"]
mod pages_tests;
