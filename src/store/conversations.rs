//! Conversations: entries of the list and rows that only carry messages.

use rusqlite::{Connection, OptionalExtension as _, Row, named_params, params};

use super::messages::{message_columns, read_key, read_message};
use super::{Result, Store, StoreError, seq_in, seq_out};
use crate::model::conversations::Conversation;
use crate::model::messages::ConvKey;

/// A select of conversations with their preview joined; a deleted message is no preview.
macro_rules! select_conversations {
    ($rest:literal) => {
        concat!(
            "SELECT c.row, c.kind, c.id, c.listed, c.base, c.pinned, c.unread, c.read_seq, c.read_time_ms,
                 c.peer_read_seq, c.peer_read_time_ms, c.recv_opt, c.show_name, c.face_url, c.last_seq,
                 c.clear_seq, ",
            message_columns!(),
            " FROM conversations c LEFT JOIN messages m ON m.row = c.last_row AND m.status <> 4 ",
            $rest
        )
    };
}

/// Where the preview's columns begin.
const PREVIEW: usize = 16;

fn read_conversation(row: &Row<'_>) -> rusqlite::Result<Conversation> {
    let key = read_key(row, 1)?;
    let last = match row.get::<_, Option<i64>>(PREVIEW)? {
        Some(_) => Some(Box::new(read_message(row, PREVIEW, key.clone())?)),
        None => None,
    };
    Ok(Conversation {
        row: row.get(0)?,
        key,
        listed: row.get(3)?,
        base: row.get(4)?,
        pinned: row.get(5)?,
        unread: row.get(6)?,
        read_seq: seq_out(row.get(7)?),
        read_time_ms: row.get(8)?,
        peer_read_seq: seq_out(row.get(9)?),
        peer_read_time_ms: row.get(10)?,
        recv_opt: row.get(11)?,
        show_name: row.get(12)?,
        face_url: row.get(13)?,
        last_seq: seq_out(row.get(14)?),
        clear_seq: seq_out(row.get(15)?),
        last,
    })
}

/// The entries of the list, highest order key first.
pub(super) fn list(conn: &Connection) -> Result<Vec<Conversation>> {
    let sql = select_conversations!("WHERE c.listed ORDER BY c.pinned DESC, c.base DESC, c.row");
    let mut select = conn.prepare_cached(sql)?;
    Ok(select
        .query_map([], read_conversation)?
        .collect::<rusqlite::Result<_>>()?)
}

impl Store {
    /// The conversation with this key, listed or not, with its preview.
    pub fn conversation(&self, key: &ConvKey) -> Result<Option<Conversation>> {
        let sql = select_conversations!("WHERE c.kind = ?1 AND c.id = ?2");
        let mut select = self.read().prepare_cached(sql)?;
        Ok(select
            .query_row(params![key.kind.number(), key.id], read_conversation)
            .optional()?)
    }

    /// The conversation with this row, listed or not, with its preview.
    pub fn conversation_by_row(&self, row: i64) -> Result<Option<Conversation>> {
        let mut select = self
            .read()
            .prepare_cached(select_conversations!("WHERE c.row = ?1"))?;
        Ok(select.query_row([row], read_conversation).optional()?)
    }

    /// The row of the conversation with this key; made, not listed, when there is none.
    pub fn ensure(&mut self, key: &ConvKey) -> Result<i64> {
        let sql = "SELECT row FROM conversations WHERE kind = ?1 AND id = ?2";
        let known = self
            .read()
            .prepare_cached(sql)?
            .query_row(params![key.kind.number(), key.id], |r| r.get(0))
            .optional()?;
        if let Some(row) = known {
            return Ok(row);
        }
        let conn = self.write()?;
        let mut insert = conn.prepare_cached("INSERT INTO conversations (kind, id) VALUES (?1, ?2)")?;
        insert.execute(params![key.kind.number(), key.id])?;
        Ok(conn.last_insert_rowid())
    }

    /// Writes every column of `c` but its key, by its row. Of the preview only the row is kept, which is 0 for a
    /// message that is not stored.
    pub fn save(&mut self, c: &Conversation) -> Result<()> {
        let sql = "UPDATE conversations
                   SET listed = :listed, base = :base, pinned = :pinned, unread = :unread,
                       read_seq = :read_seq, read_time_ms = :read_time_ms, peer_read_seq = :peer_read_seq,
                       peer_read_time_ms = :peer_read_time_ms, recv_opt = :recv_opt, show_name = :show_name,
                       face_url = :face_url, last_seq = :last_seq, clear_seq = :clear_seq, last_row = :last_row
                   WHERE row = :row";
        let changed = self.write()?.prepare_cached(sql)?.execute(named_params! {
            ":row": c.row,
            ":listed": c.listed,
            ":base": c.base,
            ":pinned": c.pinned,
            ":unread": c.unread,
            ":read_seq": seq_in(c.read_seq),
            ":read_time_ms": c.read_time_ms,
            ":peer_read_seq": seq_in(c.peer_read_seq),
            ":peer_read_time_ms": c.peer_read_time_ms,
            ":recv_opt": c.recv_opt,
            ":show_name": c.show_name,
            ":face_url": c.face_url,
            ":last_seq": seq_in(c.last_seq),
            ":clear_seq": seq_in(c.clear_seq),
            ":last_row": c.last.as_ref().map_or(0, |m| m.row),
        })?;
        if changed == 1 {
            return Ok(());
        }
        Err(StoreError::Sql(format!(
            "there is no conversation row {} to save",
            c.row
        )))
    }

    /// The entries of the list, highest order key first.
    pub fn list(&self) -> Result<Vec<Conversation>> {
        list(self.read())
    }

    /// Unread messages of all entries whose receive option lets them count (spec 05 section 6.3).
    pub fn total_unread(&self) -> Result<u64> {
        let sql = "SELECT coalesce(sum(unread), 0) FROM conversations
                   WHERE listed AND recv_opt NOT IN (1, 2, 3)";
        Ok(seq_out(
            self.read().prepare_cached(sql)?.query_row([], |r| r.get(0))?,
        ))
    }

    /// True when another conversation than `except_row` has this order key.
    pub fn base_taken(&self, base: i64, except_row: i64) -> Result<bool> {
        let sql = "SELECT 1 FROM conversations WHERE base = ?1 AND row <> ?2";
        Ok(self.read().prepare_cached(sql)?.exists([base, except_row])?)
    }

    /// The largest order key without pin offset; 0 when there is no conversation.
    pub fn largest_base(&self) -> Result<i64> {
        let mut select = self
            .read()
            .prepare_cached("SELECT coalesce(max(base), 0) FROM conversations")?;
        Ok(select.query_row([], |r| r.get(0))?)
    }
}

#[cfg(test)]
#[path = "conversations_tests.rs"]
mod tests;
