//! The reading side: for queries that may take long, on a thread of their own, beside the writer.

use std::fmt;
use std::path::Path;

use rusqlite::Connection;

use super::messages::PageQuery;
use super::{Result, conversations, messages, schema};
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
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader")
    }
}

#[cfg(test)]
#[path = "reader_tests.rs"]
mod tests;
