//! The reading side: for queries that may take long, on a thread of their own, beside the writer.

use std::fmt;
use std::path::Path;

use rusqlite::Connection;

use super::messages::PageQuery;
use super::search::{BuildQuery, Built, Found, SearchQuery};
use super::{Result, conversations, messages, schema, search};
use crate::model::conversations::Conversation;
use crate::model::messages::Message;

/// A connection that cannot write. Sees everything that was committed before a query began.
pub struct Reader {
    conn: Connection,
}

impl Reader {
    /// Opens a database that a [`Store`](super::Store) has opened before.
    pub fn open(path: &Path) -> Result<Self> {
        Ok(Self {
            conn: schema::connect_reader(path)?,
        })
    }

    /// A page of history, as [`Store::page`](super::Store::page).
    pub fn page(&self, query: &PageQuery) -> Result<Vec<Message>> {
        messages::page(&self.conn, query)
    }

    /// The conversation list, as [`Store::list`](super::Store::list).
    pub fn list(&self) -> Result<Vec<Conversation>> {
        conversations::list(&self.conn)
    }

    /// Answers a search, as [`Store::search`](super::Store::search).
    pub fn search(&self, query: &SearchQuery) -> Result<Found> {
        let moment = self.conn.unchecked_transaction()?;
        search::search(&moment, query)
    }

    /// Makes a segment of the search index, to be written by [`Store`](super::Store); none when `cancelled`
    /// answered true in between.
    pub fn build(&self, query: &BuildQuery, cancelled: &dyn Fn() -> bool) -> Result<Option<Built>> {
        let moment = self.conn.unchecked_transaction()?;
        search::build(&moment, query, cancelled)
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader")
    }
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
