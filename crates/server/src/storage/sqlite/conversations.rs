//! The conversation list and read positions.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, params};
use timbre_protocol::log_entry::Change;
use timbre_protocol::{Conversation, ConversationState, PeerRead, ReadMark, flags};

use super::log;
use super::messages::seq_at;
use super::options;
use super::working_set::{ConversationRow, conversation_columns};
use super::writer::Tx;
use crate::storage::{AccountNo, MarkRead, Marked, ReadSnapshot, ReadUpTo, Snapshot};

/// Reads at most so many conversations when the list has no limit of its own.
const ALL: i64 = i64::MAX;

pub(super) fn snapshot(conn: &Connection, op: ReadSnapshot) -> rusqlite::Result<Snapshot> {
    let (cursor, epoch) = conn
        .prepare_cached("SELECT log_head, epoch FROM accounts WHERE no = ?1")?
        .query_row([op.account], |row| {
            Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned()))
        })?;
    let limit = if op.max == 0 { ALL } else { i64::from(op.max) };
    let rows = conn
        .prepare_cached(concat!(
            "SELECT ",
            conversation_columns!(),
            ", low_active_ms AS active FROM conversations WHERE low = ?1 AND low_active_ms >= ?2
             UNION ALL SELECT ",
            conversation_columns!(),
            ", high_active_ms AS active FROM conversations
               WHERE high = ?1 AND low != ?1 AND high_active_ms >= ?2
             ORDER BY active DESC, id DESC LIMIT ?3"
        ))?
        .query_map(
            params![op.account, op.active_since_ms.max(1), limit],
            ConversationRow::read,
        )?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let mut conversations = Vec::with_capacity(rows.len());
    for mut row in rows {
        let peer = row.peer_of(op.account);
        let (mine, theirs) = (*row.side(op.account), *row.side(peer));
        conversations.push(ConversationState {
            conversation: Some(Conversation::c2c(user_id(conn, peer)?)),
            last_seq: row.last_seq,
            last_message: preview(conn, &row, op.account, mine.clear_seq)?,
            read_seq: mine.read_seq,
            read_time_ms: mine.read_ms,
            peer_read_seq: theirs.read_seq,
            peer_read_time_ms: theirs.read_ms,
            unread: mine.unread,
            active_ms: mine.active_ms,
        });
    }
    Ok(Snapshot {
        cursor,
        epoch,
        conversations,
        receive_options: options::all(conn, op.account)?,
        do_not_disturb: options::policy(conn, op.account)?,
    })
}

/// What `account`, who has cleared up to `clear_seq`, sees as the conversation's preview: the newest message that may
/// be shown, but for those that it has deleted or that were not delivered to it.
fn preview(
    conn: &Connection,
    conv: &ConversationRow,
    account: AccountNo,
    clear_seq: u64,
) -> rusqlite::Result<Bytes> {
    let message = conn
        .prepare_cached(
            "SELECT message FROM messages
             WHERE id = ?1 AND conv_seq > ?2 AND (flags & ?4 = 0 OR sender = ?3)
                 AND NOT EXISTS (SELECT 1 FROM hidden WHERE account = ?3 AND message = ?1)",
        )?
        .query_row(
            params![conv.preview, clear_seq, account, flags::NOT_DELIVERED],
            |row| row.get::<_, Vec<u8>>(0),
        )
        .optional()?;
    let message = match message {
        None if conv.preview > 0 => conn
            .prepare_cached(
                "SELECT message FROM messages m
                 WHERE conversation = ?1 AND conv_seq > ?2 AND flags & ?4 = 0 AND message != x''
                     AND (flags & ?5 = 0 OR sender = ?3)
                     AND NOT EXISTS (SELECT 1 FROM hidden h WHERE h.account = ?3 AND h.message = m.id)
                 ORDER BY conv_seq DESC LIMIT 1",
            )?
            .query_row(
                params![
                    conv.id,
                    clear_seq,
                    account,
                    flags::NO_PREVIEW,
                    flags::NOT_DELIVERED
                ],
                |row| row.get::<_, Vec<u8>>(0),
            )
            .optional()?,
        message => message,
    };
    Ok(Bytes::from(message.unwrap_or_default()))
}

pub(super) fn user_id(conn: &Connection, account: AccountNo) -> rusqlite::Result<String> {
    conn.prepare_cached("SELECT user_id FROM accounts WHERE no = ?1")?
        .query_row([account], |row| row.get(0))
}

pub(super) fn mark_read(tx: &mut Tx<'_>, op: &MarkRead) -> rusqlite::Result<Marked> {
    let peers = match &op.up_to {
        ReadUpTo::AllC2c => peers_with_news(tx, op.account)?,
        ReadUpTo::Newest(peer) | ReadUpTo::Seq(peer, _) | ReadUpTo::Time(peer, _) => {
            tx.rows.account(tx.conn, op.app_id, peer)?.into_iter().collect()
        }
    };
    let mut marked = Marked::default();
    for peer in peers {
        if let Some((mark, log_seq)) = mark_one(tx, op, peer)? {
            marked.marks.push(mark);
            marked.log_seq = log_seq;
        }
    }
    if marked.marks.is_empty() {
        // What the caller asks for may have been done by an entry that its device has not seen yet.
        marked.log_seq = tx.rows.head(tx.conn, op.account)?;
    }
    Ok(marked)
}

/// The other sides of the conversations in which something came in beyond the read position.
fn peers_with_news(tx: &mut Tx<'_>, account: AccountNo) -> rusqlite::Result<Vec<AccountNo>> {
    tx.rows.flush(tx.conn)?;
    tx.conn
        .prepare_cached(
            "SELECT high, low_read_seq AS read, id FROM conversations
             WHERE low = ?1 AND high != ?1 AND low_read_seq < last_seq AND EXISTS (
                 SELECT 1 FROM messages m
                 WHERE m.conversation = id AND m.conv_seq > low_read_seq AND m.sender != ?1)
             UNION ALL
             SELECT low, high_read_seq, id FROM conversations
             WHERE high = ?1 AND low != ?1 AND high_read_seq < last_seq AND EXISTS (
                 SELECT 1 FROM messages m
                 WHERE m.conversation = conversations.id AND m.conv_seq > high_read_seq AND m.sender != ?1)
             ORDER BY 3",
        )?
        .query_map([account], |row| row.get(0))?
        .collect()
}

fn mark_one(tx: &mut Tx<'_>, op: &MarkRead, peer: AccountNo) -> rusqlite::Result<Option<(ReadMark, u64)>> {
    let account = op.account;
    let Some(conv) = tx.rows.conversation(tx.conn, account, peer, false)? else {
        return Ok(None);
    };
    let read_seq = match op.up_to {
        ReadUpTo::AllC2c | ReadUpTo::Newest(_) => conv.last_seq,
        ReadUpTo::Seq(_, seq) => seq.min(conv.last_seq),
        ReadUpTo::Time(_, ms) => seq_at(tx.conn, conv.id, ms, false)?.unwrap_or(0),
    };
    let before = *conv.side(account);
    if read_seq <= before.read_seq {
        return Ok(None);
    }
    let (conversation, last_seq, last_ms) = (conv.id, conv.last_seq, conv.last_ms);
    let read_ms = if read_seq == last_seq {
        last_ms
    } else {
        time_of(tx.conn, conversation, read_seq)?.unwrap_or(before.read_ms)
    };
    let unread = if read_seq == last_seq {
        0
    } else {
        unread_after(tx.conn, conversation, account, read_seq.max(before.clear_seq))?
    };
    let over_peers = incoming(tx.conn, conversation, account, before.read_seq, read_seq)?;
    let side = conv.side(account);
    side.read_seq = read_seq;
    side.read_ms = read_ms;
    side.unread = unread;
    conv.dirty = true;
    let mark = ReadMark {
        conversation: Some(Conversation::c2c(user_id(tx.conn, peer)?)),
        read_seq,
        read_time_ms: read_ms,
        unread,
    };
    let log_seq = log::append(tx, account, Change::Read(mark.clone()))?;
    if over_peers && peer != account {
        let reader = user_id(tx.conn, account)?;
        let told = PeerRead {
            peer: reader,
            read_seq,
            read_time_ms: read_ms,
        };
        log::append(tx, peer, Change::PeerRead(told))?;
    }
    Ok(Some((mark, log_seq)))
}

/// Time of the newest message at or before `seq`.
fn time_of(conn: &Connection, conversation: i64, seq: u64) -> rusqlite::Result<Option<i64>> {
    conn.prepare_cached(
        "SELECT time_ms FROM messages WHERE conversation = ?1 AND conv_seq <= ?2 ORDER BY conv_seq DESC LIMIT 1",
    )?
    .query_row(params![conversation, seq], |row| row.get(0))
    .optional()
}

fn unread_after(conn: &Connection, conversation: i64, account: AccountNo, seq: u64) -> rusqlite::Result<u32> {
    conn.prepare_cached(
        "SELECT count(*) FROM messages m
         WHERE conversation = ?1 AND conv_seq > ?2 AND sender != ?3 AND flags & ?4 = 0 AND NOT recalled
             AND NOT EXISTS (SELECT 1 FROM hidden h WHERE h.account = ?3 AND h.message = m.id)",
    )?
    .query_row(
        params![
            conversation,
            seq,
            account,
            flags::NO_UNREAD | flags::NOT_DELIVERED
        ],
        |row| row.get(0),
    )
}

/// Whether anything of the other side stands in `after + 1 ..= to`.
fn incoming(
    conn: &Connection,
    conversation: i64,
    account: AccountNo,
    after: u64,
    to: u64,
) -> rusqlite::Result<bool> {
    conn.prepare_cached(
        "SELECT 1 FROM messages
         WHERE conversation = ?1 AND conv_seq > ?2 AND conv_seq <= ?3 AND sender != ?4 LIMIT 1",
    )?
    .exists(params![conversation, after, to, account])
}
