//! What is attached to messages, as last heard of, and do-not-disturb. Messages are named by their ids: some of
//! them are not here.

use prost::Message as _;
use rusqlite::{OptionalExtension as _, Row, params};
use timbre_protocol::{DoNotDisturb, Extension, MessageReactions};

use super::{Result, Store, StoreError, seq_in, seq_out};
use crate::model::messages::Receipt;

fn read_extension(row: &Row<'_>) -> rusqlite::Result<Extension> {
    Ok(Extension {
        key: row.get(0)?,
        value: row.get(1)?,
        version: seq_out(row.get(2)?),
        deleted: row.get(3)?,
        born: seq_out(row.get(4)?),
    })
}

impl Store {
    /// What is known of the receipts of a stored message.
    pub fn set_receipt(&mut self, row: i64, receipt: Receipt) -> Result<()> {
        let sql = "UPDATE messages SET receipt_sent = ?2, peer_read_ms = ?3 WHERE row = ?1";
        self.write()?
            .prepare_cached(sql)?
            .execute(params![row, receipt.sent, receipt.peer_read_ms])?;
        Ok(())
    }

    /// Peers of one-to-one conversations whose receive option is not 0.
    pub fn peers_with_option(&self) -> Result<Vec<String>> {
        let sql = "SELECT id FROM conversations WHERE kind = 1 AND recv_opt <> 0";
        let mut select = self.read().prepare_cached(sql)?;
        Ok(select
            .query_map([], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?)
    }

    /// Do-not-disturb; none when it was never heard of.
    pub fn do_not_disturb(&self) -> Result<Option<DoNotDisturb>> {
        let mut select = self.read().prepare_cached("SELECT setting FROM do_not_disturb")?;
        let kept: Option<Vec<u8>> = select.query_row([], |row| row.get(0)).optional()?;
        kept.map(|kept| DoNotDisturb::decode(&kept[..]).map_err(unreadable))
            .transpose()
    }

    /// Keeps it.
    pub fn set_do_not_disturb(&mut self, setting: &DoNotDisturb) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO do_not_disturb (row, setting) VALUES (1, ?1)";
        self.write()?
            .prepare_cached(sql)?
            .execute([setting.encode_to_vec()])?;
        Ok(())
    }

    /// One extension of a message, a deleted one too.
    pub fn extension(&self, msg_id: &str, key: &str) -> Result<Option<Extension>> {
        let sql = "SELECT key, value, version, deleted, born FROM extensions WHERE msg_id = ?1 AND key = ?2";
        let mut select = self.read().prepare_cached(sql)?;
        Ok(select.query_row([msg_id, key], read_extension).optional()?)
    }

    /// The extensions that a message has, the one first set first.
    pub fn extensions(&self, msg_id: &str) -> Result<Vec<Extension>> {
        let sql = "SELECT key, value, version, deleted, born FROM extensions
                   WHERE msg_id = ?1 AND NOT deleted ORDER BY born, key";
        let mut select = self.read().prepare_cached(sql)?;
        Ok(select
            .query_map([msg_id], read_extension)?
            .collect::<rusqlite::Result<_>>()?)
    }

    /// Keeps an extension unless a newer version of it is here; with `present`, whatever is here: the server has
    /// just said that this is what it has.
    pub fn put_extension(&mut self, msg_id: &str, extension: &Extension, present: bool) -> Result<()> {
        let sql = "INSERT INTO extensions (msg_id, key, value, version, deleted, born)
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                   ON CONFLICT (msg_id, key) DO UPDATE
                   SET value = ?3, version = ?4, deleted = ?5, born = ?6 WHERE version < ?4 OR ?7";
        self.write()?.prepare_cached(sql)?.execute(params![
            msg_id,
            extension.key,
            extension.value,
            seq_in(extension.version),
            extension.deleted,
            seq_in(extension.born),
            present,
        ])?;
        Ok(())
    }

    /// Forgets the extensions of a message.
    pub fn forget_extensions(&mut self, msg_id: &str) -> Result<()> {
        let sql = "DELETE FROM extensions WHERE msg_id = ?1";
        self.write()?.prepare_cached(sql)?.execute([msg_id])?;
        Ok(())
    }

    /// Number of the last change of a message's extensions up to which all are here; 0: none.
    pub fn extension_head(&self, msg_id: &str) -> Result<u64> {
        let sql = "SELECT seq FROM extension_heads WHERE msg_id = ?1";
        let mut select = self.read().prepare_cached(sql)?;
        let found = select.query_row([msg_id], |row| row.get(0)).optional()?;
        Ok(seq_out(found.unwrap_or(0)))
    }

    /// All changes up to this one are here.
    pub fn set_extension_head(&mut self, msg_id: &str, seq: u64) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO extension_heads (msg_id, seq) VALUES (?1, ?2)";
        self.write()?
            .prepare_cached(sql)?
            .execute(params![msg_id, seq_in(seq)])?;
        Ok(())
    }

    /// The reactions to a message; none when they were never asked for.
    pub fn reactions(&self, msg_id: &str) -> Result<Option<MessageReactions>> {
        let sql = "SELECT reactions FROM reactions WHERE msg_id = ?1";
        let mut select = self.read().prepare_cached(sql)?;
        let kept: Option<Vec<u8>> = select.query_row([msg_id], |row| row.get(0)).optional()?;
        kept.map(|kept| MessageReactions::decode(&kept[..]).map_err(unreadable))
            .transpose()
    }

    /// Keeps them.
    pub fn put_reactions(&mut self, msg_id: &str, reactions: &MessageReactions) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO reactions (msg_id, reactions) VALUES (?1, ?2)";
        self.write()?
            .prepare_cached(sql)?
            .execute(params![msg_id, reactions.encode_to_vec()])?;
        Ok(())
    }
}

#[allow(clippy::needless_pass_by_value)] // as map_err calls it
fn unreadable(error: prost::DecodeError) -> StoreError {
    StoreError::Sql(format!("a kept value cannot be decoded: {error}"))
}
