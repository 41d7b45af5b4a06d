//! Lists of merged messages that were fetched.

use bytes::Bytes;
use rusqlite::OptionalExtension as _;

use super::{Result, Store};

impl Store {
    /// The list that is kept of the file with this id.
    pub fn merged_list(&self, id: &str) -> Result<Option<Bytes>> {
        let mut select = self
            .read()
            .prepare_cached("SELECT list FROM merged_lists WHERE id = ?1")?;
        let list: Option<Vec<u8>> = select.query_row([id], |r| r.get(0)).optional()?;
        Ok(list.map(Bytes::from))
    }

    /// Keeps an encoded list.
    pub fn keep_merged_list(&mut self, id: &str, list: &[u8]) -> Result<()> {
        let sql = "INSERT INTO merged_lists (id, list) VALUES (?1, ?2) ON CONFLICT (id) DO NOTHING";
        self.write()?.prepare_cached(sql)?.execute((id, list))?;
        Ok(())
    }
}
