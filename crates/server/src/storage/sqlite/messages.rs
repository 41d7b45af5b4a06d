//! Messages: storing, finding, history.

use bytes::{BufMut as _, Bytes, BytesMut};
use prost::Message as _;
use rusqlite::{Connection, OptionalExtension as _, params};
use timbre_protocol::{ChatMessage, flags};

use super::options::NOT_RECEIVE;
use super::working_set::{find_account, find_conversation};
use super::writer::Tx;
use super::{log, media};
use crate::storage::media::MediaUse;
use crate::storage::{
    AccountNo, AppendMessage, Appended, FoundSend, HistoryPage, HistoryStart, ReadHistory, SendIdentity,
};

/// Stores a message. `media`: it refers to files, and what it says of them is filled in.
pub(super) fn append(
    tx: &mut Tx<'_>,
    op: &AppendMessage,
    media: Option<&MediaUse>,
) -> rusqlite::Result<Appended> {
    let Some(receiver) = tx.rows.account(tx.conn, op.app_id, &op.receiver)? else {
        return Ok(Appended::UnknownReceiver);
    };
    let sender = op.sender;
    let unique_id = unique_id(op.client_time, op.random);
    let mut files = None;
    if let Some(media) = media {
        // A repeated send is answered even when its files have gone.
        let conv = tx.rows.conversation(tx.conn, sender, receiver, false)?;
        let stored = match conv.map(|conv| conv.id) {
            Some(conv) => find(tx.conn, sender, unique_id, conv)?,
            None => None,
        };
        if let Some(found) = stored {
            return Ok(repeated(found));
        }
        match media::readable(tx.conn, op.app_id, sender, &media.ids)? {
            Ok(rows) => files = Some(((media.envelope)(&rows), rows)),
            Err(fault) => return Ok(Appended::Media(fault)),
        }
    }
    let envelope = files.as_ref().map_or(&op.envelope, |(envelope, _)| envelope);
    let kept_out = receiver != sender && tx.rows.receive_option(tx.conn, receiver, sender)? == NOT_RECEIVE;
    let flags = if kept_out {
        op.flags | flags::NOT_DELIVERED
    } else {
        op.flags
    };
    let log_seq = tx.rows.head(tx.conn, sender)? + 1;
    let id = tx.rows.message_id(tx.conn, false)? + 1;
    let conv = tx
        .rows
        .conversation(tx.conn, sender, receiver, true)?
        .expect("a conversation that is missing is made");
    let conv_seq = conv.last_seq + 1;
    let time_ms = op.now_ms.max(conv.last_ms);
    let conv_id = conv.id;
    let message = complete(envelope, conv_seq, time_ms);
    let inserted = tx
        .conn
        .prepare_cached(
            "INSERT INTO messages (id, conversation, conv_seq, sender, unique_id, time_ms, flags, log_seq, message)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
             ON CONFLICT (sender, unique_id, conversation) DO NOTHING",
        )?
        .execute(params![
            id, conv_id, conv_seq, sender, unique_id, time_ms, flags, log_seq, &message[..]
        ])?;
    if inserted == 0 {
        let found = find(tx.conn, sender, unique_id, conv_id)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
        return Ok(repeated(found));
    }
    let in_preview = op.flags & flags::NO_PREVIEW == 0;
    let counts = op.flags & flags::NO_UNREAD == 0;
    conv.last_seq = conv_seq;
    conv.last_ms = time_ms;
    conv.dirty = true;
    if in_preview {
        conv.preview = id;
        conv.side(sender).active_ms = time_ms;
    }
    if receiver != sender && !kept_out {
        let side = conv.side(receiver);
        if counts {
            side.unread = side.unread.saturating_add(1);
        }
        // A message that is kept out of the preview makes an entry when it counts, but does not raise one.
        if in_preview || (counts && side.active_ms == 0) {
            side.active_ms = time_ms;
        }
    }
    tx.rows.message_id(tx.conn, true)?;
    if let Some((_, rows)) = &files {
        media::refer(tx.conn, id, conv_id, rows)?;
    }
    log::append_message(tx, sender, id, message.clone(), Some(op.origin))?;
    if receiver != sender && !kept_out {
        log::append_message(tx, receiver, id, message, None)?;
    }
    Ok(Appended::Stored {
        conv_seq,
        server_time_ms: time_ms,
        log_seq,
        repeated: false,
    })
}

fn repeated(found: FoundSend) -> Appended {
    Appended::Stored {
        conv_seq: found.conv_seq,
        server_time_ms: found.server_time_ms,
        log_seq: found.log_seq,
        repeated: true,
    }
}

/// The envelope with the two fields that are known only now: encoded messages merge by being joined.
fn complete(envelope: &Bytes, conv_seq: u64, server_time_ms: i64) -> Bytes {
    let added = ChatMessage {
        conv_seq,
        server_time_ms,
        ..ChatMessage::default()
    };
    let mut message = BytesMut::with_capacity(envelope.len() + added.encoded_len());
    message.put_slice(envelope);
    added.encode(&mut message).expect("a BytesMut grows as needed");
    message.freeze()
}

fn unique_id(client_time: u32, random: u32) -> i64 {
    ((u64::from(client_time) << 32) | u64::from(random)).cast_signed()
}

fn find(
    conn: &Connection,
    sender: AccountNo,
    unique_id: i64,
    conversation: i64,
) -> rusqlite::Result<Option<FoundSend>> {
    conn.prepare_cached(
        "SELECT conv_seq, time_ms, log_seq FROM messages
         WHERE sender = ?1 AND unique_id = ?2 AND conversation = ?3",
    )?
    .query_row(params![sender, unique_id, conversation], |row| {
        Ok(FoundSend {
            conv_seq: row.get(0)?,
            server_time_ms: row.get(1)?,
            log_seq: row.get(2)?,
        })
    })
    .optional()
}

pub(super) fn find_sends(
    tx: &mut Tx<'_>,
    app_id: u64,
    sender: AccountNo,
    keys: &[SendIdentity],
) -> rusqlite::Result<Vec<Option<FoundSend>>> {
    keys.iter()
        .map(|key| {
            let Some(receiver) = tx.rows.account(tx.conn, app_id, &key.receiver)? else {
                return Ok(None);
            };
            match tx.rows.conversation(tx.conn, sender, receiver, false)? {
                Some(conv) => find(tx.conn, sender, unique_id(key.client_time, key.random), conv.id),
                None => Ok(None),
            }
        })
        .collect()
}

pub(super) fn history(conn: &Connection, op: &ReadHistory) -> rusqlite::Result<HistoryPage> {
    let nothing = HistoryPage {
        finished: true,
        ..HistoryPage::default()
    };
    let Some(peer) = find_account(conn, op.app_id, &op.peer)? else {
        return Ok(nothing);
    };
    let Some(mut conv) = find_conversation(conn, op.account, peer)? else {
        return Ok(nothing);
    };
    let sight = Sight {
        conversation: conv.id,
        account: op.account,
        clear_seq: conv.side(op.account).clear_seq,
    };
    let range = if op.newer {
        let start = match op.start {
            HistoryStart::End => 1,
            HistoryStart::Seq(seq) => seq.max(1),
            HistoryStart::Time(ms) => seq_at(conn, conv.id, ms, true)?.unwrap_or(u64::MAX),
        };
        let end = if op.until_seq == 0 {
            conv.last_seq
        } else {
            op.until_seq.min(conv.last_seq)
        };
        (start, end)
    } else {
        let start = match op.start {
            HistoryStart::End => conv.last_seq,
            HistoryStart::Seq(seq) => seq.min(conv.last_seq),
            HistoryStart::Time(ms) => seq_at(conn, conv.id, ms, false)?.unwrap_or(0),
        };
        (op.until_seq.max(1), start)
    };
    let (low, high) = range;
    if low > high {
        let finished = if op.newer {
            low > conv.last_seq
        } else {
            high == 0 || !sight.any(conn, 1, high)?
        };
        return Ok(HistoryPage {
            finished,
            ..HistoryPage::default()
        });
    }
    let (messages, last, complete) = page(conn, op, sight, low, high)?;
    let (low_seq, high_seq) = match (complete, op.newer) {
        (true, _) => (low, high),
        (false, true) => (low, last),
        (false, false) => (last, high),
    };
    let finished = if op.newer {
        !sight.any(conn, high_seq + 1, conv.last_seq)?
    } else {
        !sight.any(conn, 1, low_seq - 1)?
    };
    Ok(HistoryPage {
        messages,
        low_seq,
        high_seq,
        finished,
    })
}

/// The visible messages of `low..=high` in the direction's order, the sequence of the last one, and whether
/// the page holds all of them.
fn page(
    conn: &Connection,
    op: &ReadHistory,
    sight: Sight,
    low: u64,
    high: u64,
) -> rusqlite::Result<(Vec<Bytes>, u64, bool)> {
    let mut statement = conn.prepare_cached(if op.newer {
        "SELECT conv_seq, message, flags, sender FROM messages m
         WHERE conversation = ?1 AND conv_seq BETWEEN ?2 AND ?3 AND message != x''
             AND NOT EXISTS (SELECT 1 FROM hidden h WHERE h.account = ?5 AND h.message = m.id)
         ORDER BY conv_seq LIMIT ?4"
    } else {
        "SELECT conv_seq, message, flags, sender FROM messages m
         WHERE conversation = ?1 AND conv_seq BETWEEN ?2 AND ?3 AND message != x''
             AND NOT EXISTS (SELECT 1 FROM hidden h WHERE h.account = ?5 AND h.message = m.id)
         ORDER BY conv_seq DESC LIMIT ?4"
    })?;
    let low = low.max(sight.clear_seq + 1);
    let mut rows = statement.query(params![
        sight.conversation,
        low,
        high,
        op.count + 1,
        sight.account
    ])?;
    let (mut messages, mut last, mut bytes) = (Vec::new(), 0, 0);
    while let Some(row) = rows.next()? {
        let mut message: Vec<u8> = row.get(1)?;
        let flags: u32 = row.get(2)?;
        if flags & flags::NOT_DELIVERED != 0 && row.get::<_, AccountNo>(3)? != sight.account {
            // For the receiver's eyes only: the sender does not learn of it.
            let told = ChatMessage {
                flags,
                ..ChatMessage::default()
            };
            told.encode(&mut message).expect("a vector grows as needed");
        }
        bytes += message.len();
        if messages.len() >= op.count as usize || (bytes > op.max_bytes && !messages.is_empty()) {
            return Ok((messages, last, false));
        }
        last = row.get(0)?;
        messages.push(Bytes::from(message));
    }
    Ok((messages, last, true))
}

/// What of a conversation one user can see.
#[derive(Clone, Copy)]
struct Sight {
    conversation: i64,
    account: AccountNo,
    /// Everything up to here is cleared.
    clear_seq: u64,
}

impl Sight {
    /// Whether a message that can be seen stands in `low..=high`.
    fn any(self, conn: &Connection, low: u64, high: u64) -> rusqlite::Result<bool> {
        conn.prepare_cached(
            "SELECT 1 FROM messages m WHERE conversation = ?1 AND conv_seq BETWEEN ?2 AND ?3 AND message != x''
             AND NOT EXISTS (SELECT 1 FROM hidden h WHERE h.account = ?4 AND h.message = m.id) LIMIT 1",
        )?
        .exists(params![
            self.conversation,
            low.max(self.clear_seq + 1),
            high,
            self.account
        ])
    }
}

/// The first sequence at or after `ms`, or the last one at or before it. Times never decrease along a
/// conversation, so the place is found by halving.
pub(super) fn seq_at(
    conn: &Connection,
    conversation: i64,
    ms: i64,
    first: bool,
) -> rusqlite::Result<Option<u64>> {
    let mut bounds =
        conn.prepare_cached("SELECT min(conv_seq), max(conv_seq) FROM messages WHERE conversation = ?1")?;
    let (Some(mut low), Some(mut high)) = bounds.query_row([conversation], |row| {
        Ok((row.get::<_, Option<u64>>(0)?, row.get::<_, Option<u64>>(1)?))
    })?
    else {
        return Ok(None);
    };
    let (oldest, newest) = (low, high);
    let mut at = conn.prepare_cached(
        "SELECT conv_seq, time_ms FROM messages WHERE conversation = ?1 AND conv_seq >= ?2 ORDER BY conv_seq LIMIT 1",
    )?;
    // The smallest sequence in low..=high + 1 whose message is past the boundary.
    high += 1;
    while low < high {
        let middle = low + (high - low) / 2;
        let (seq, time): (u64, i64) = at.query_row(params![conversation, middle], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        let past = if first { time >= ms } else { time > ms };
        if past {
            high = middle;
        } else {
            low = seq + 1;
        }
    }
    if first {
        Ok((low <= newest).then_some(low))
    } else {
        Ok((low > oldest).then(|| low - 1))
    }
}
