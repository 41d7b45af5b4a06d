//! What is done with messages that are here: recalling, hiding and removing them.

use rusqlite::params;

use super::messages::{one, read_key, recall_out};
use super::{Result, Store, seq_in};
use crate::model::messages::{ConvKey, Message, Status};

impl Store {
    /// `m` has been recalled: its status and who did it. With `keep_body` its content stays, else it is erased
    /// from the row and from `m`.
    pub fn recall(&mut self, m: &mut Message, keep_body: bool) -> Result<()> {
        m.status = Status::Revoked;
        let recall = recall_out(m);
        let sql = if keep_body {
            "UPDATE messages SET status = 6, recall = ?2 WHERE row = ?1"
        } else {
            m.body = Default::default();
            "UPDATE messages SET status = 6, recall = ?2, body = x'', kind = -1 WHERE row = ?1"
        };
        one(
            self.write()?
                .prepare_cached(sql)?
                .execute(params![m.row, recall])?,
            m.row,
        )
    }

    /// The message with this row is deleted: no page shows it any more. With `erase` its content goes too.
    pub fn hide(&mut self, row: i64, erase: bool) -> Result<()> {
        let sql = if erase {
            "UPDATE messages SET status = 4, body = x'', kind = -1, custom_str = x'', custom_int = 0 WHERE row = ?1"
        } else {
            "UPDATE messages SET status = 4 WHERE row = ?1"
        };
        one(self.write()?.prepare_cached(sql)?.execute([row])?, row)
    }

    /// Takes one message out.
    pub fn remove(&mut self, row: i64) -> Result<()> {
        self.write()?
            .prepare_cached("DELETE FROM messages WHERE row = ?1")?
            .execute([row])?;
        Ok(())
    }

    /// Takes everything up to a sequence out of a conversation, and what has no sequence; what is being sent
    /// stays.
    pub fn clear(&mut self, conv_row: i64, clear_seq: u64) -> Result<()> {
        self.write()?
            .prepare_cached("DELETE FROM messages WHERE conv = ?1 AND conv_seq <= ?2 AND status <> 1")?
            .execute([conv_row, seq_in(clear_seq)])?;
        Ok(())
    }

    /// Takes the messages of a span of time, both ends included, out of a conversation, and with them what was
    /// known to be complete; what is being sent stays.
    pub fn clear_span(&mut self, conv_row: i64, from_ms: i64, to_ms: i64) -> Result<()> {
        let conn = self.write()?;
        conn.prepare_cached(
            "DELETE FROM messages WHERE conv = ?1 AND time_ms >= ?2 AND time_ms <= ?3 AND status <> 1",
        )?
        .execute([conv_row, from_ms, to_ms])?;
        conn.prepare_cached("DELETE FROM ranges WHERE conv = ?1")?
            .execute([conv_row])?;
        Ok(())
    }

    /// Nothing is known to be complete any more: what is here may have changed on the server.
    pub fn forget_ranges(&mut self) -> Result<()> {
        self.write()?.prepare_cached("DELETE FROM ranges")?.execute([])?;
        Ok(())
    }

    /// All conversations that have a row, listed or not.
    pub fn conversation_keys(&self) -> Result<Vec<ConvKey>> {
        let mut select = self
            .read()
            .prepare_cached("SELECT kind, id FROM conversations ORDER BY row")?;
        Ok(select
            .query_map([], |row| read_key(row, 0))?
            .collect::<rusqlite::Result<_>>()?)
    }
}
