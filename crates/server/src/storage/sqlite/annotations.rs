//! What receipts, extensions and reactions have in common: finding their message, naming it to others, answering
//! a repeated request, and going with the message.

use bytes::Bytes;
use rusqlite::{Connection, OptionalExtension as _, params};
use timbre_protocol::online_push::Kind as Online;
use timbre_protocol::{Conversation, MessageName, MessageRef};

use super::conversations::user_id;
use super::named::{self, Found};
use super::working_set::{find_account, find_conversation};
use super::writer::Tx;
use crate::storage::{AccountNo, AtMessage, CommitEvent, News};

/// Answers are kept this long: longer than any core repeats a request.
const ANSWER_MS: i64 = 600_000;
impl Found {
    /// Its name for somebody to whom the conversation is the one with `peer`.
    pub(super) fn name(&self, peer: &str) -> MessageName {
        let unique = self.unique_id.cast_unsigned();
        MessageName {
            conversation: Some(Conversation::c2c(peer)),
            conv_seq: self.conv_seq,
            sender_tiny_id: self.sender.unsigned_abs(),
            client_time: (unique >> 32) as u32,
            random: (unique & u64::from(u32::MAX)) as u32,
        }
    }
}

/// The message of a conversation that `named` names, if it still has its content and was not recalled.
pub(super) fn find_message(
    conn: &Connection,
    conversation: i64,
    named: &MessageRef,
) -> rusqlite::Result<Option<Found>> {
    let found = named::find(conn, conversation, named)?;
    Ok(found.filter(|found| !found.recalled && !found.message.is_empty()))
}

/// The message that one side of a conversation names, and the other side.
pub(super) fn find_at(conn: &Connection, at: &AtMessage) -> rusqlite::Result<Option<(Found, AccountNo)>> {
    let Some(peer) = find_account(conn, at.app_id, &at.peer)? else {
        return Ok(None);
    };
    // A row of the running transaction that is not written back yet has the same id.
    let Some(conv) = find_conversation(conn, at.account, peer)? else {
        return Ok(None);
    };
    Ok(find_message(conn, conv.id, &at.message)?.map(|found| (found, peer)))
}

/// Tells both sides of a conversation, each as it sees it: `make` gets the receiver and the message's name.
pub(super) fn tell_both(
    tx: &mut Tx<'_>,
    found: &Found,
    sides: [AccountNo; 2],
    mut make: impl FnMut(&Connection, AccountNo, MessageName) -> rusqlite::Result<Online>,
) -> rusqlite::Result<()> {
    let [a, b] = sides;
    for (to, peer) in [(a, b), (b, a)] {
        let name = found.name(&user_id(tx.conn, peer)?);
        let kind = make(tx.conn, to, name)?;
        tx.events.push(CommitEvent {
            account: to,
            news: News::Online(kind),
            origin: None,
        });
        if a == b {
            break;
        }
    }
    Ok(())
}

/// Makes the row of counters that a message with extensions or reactions has.
pub(super) fn annotate(conn: &Connection, message: i64) -> rusqlite::Result<()> {
    conn.prepare_cached("INSERT INTO annotated (message) VALUES (?1) ON CONFLICT DO NOTHING")?
        .execute([message])?;
    Ok(())
}

/// What the request with this key was answered before.
pub(super) fn answered(
    conn: &Connection,
    account: AccountNo,
    key: &[u8],
) -> rusqlite::Result<Option<Vec<u8>>> {
    if key.is_empty() {
        return Ok(None);
    }
    conn.prepare_cached("SELECT answer FROM answers WHERE account = ?1 AND key = ?2")?
        .query_row(params![account, key], |row| row.get(0))
        .optional()
}

/// Keeps the answer to the request with this key, and forgets some old ones.
pub(super) fn note_answer(
    conn: &Connection,
    account: AccountNo,
    key: &Bytes,
    answer: &[u8],
    now_ms: i64,
) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "DELETE FROM answers WHERE (account, key) IN (
             SELECT account, key FROM answers WHERE time_ms < ?1 ORDER BY time_ms LIMIT 8)",
    )?
    .execute([now_ms.saturating_sub(ANSWER_MS)])?;
    if key.is_empty() {
        return Ok(());
    }
    conn.prepare_cached(
        "INSERT OR REPLACE INTO answers (account, key, time_ms, answer) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![account, &key[..], now_ms, answer])?;
    Ok(())
}

/// Forgets all that is attached to one message.
pub(super) fn forget_annotations(tx: &mut Tx<'_>, message: i64) -> rusqlite::Result<()> {
    forget_range(tx.conn, message - 1, message)
}

/// Forgets all that is attached to the messages beyond `after` up to `last`.
pub(super) fn forget_range(conn: &Connection, after: i64, last: i64) -> rusqlite::Result<()> {
    for sql in [
        "DELETE FROM receipts WHERE message > ?1 AND message <= ?2",
        "DELETE FROM extensions WHERE message > ?1 AND message <= ?2",
        "DELETE FROM reactions WHERE message > ?1 AND message <= ?2",
        "DELETE FROM annotated WHERE message > ?1 AND message <= ?2",
    ] {
        conn.prepare_cached(sql)?.execute([after, last])?;
    }
    Ok(())
}
