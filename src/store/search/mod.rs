//! Searching messages: an index that is never changed, only replaced, and a scan of what it does not hold.
//!
//! Messages are indexed in *segments*, each of a range of rows. A segment is made in one piece from the table
//! (`build`), off the thread that writes, written step by step (`segments`) and then put in the place of the smaller
//! ones that it was made of. Rows beyond the last segment, the *tail*, and rows that have changed since their segment
//! was made, the *stale* ones, which a trigger notes, are looked at one by one with the matcher that both sides of
//! the wire share (`scan`). So the answer is exact at every moment, inserting a message writes nothing to the index,
//! and an index that is missing or unreadable makes a search slow, not wrong.
//!
//! In a segment messages stand in the order of (conversation, time, ord). Their folded texts stand behind each
//! other, a separator that no keyword contains between them, and every character has a position. The index holds,
//! for every character and every pair of characters, the messages they occur in, and for every three characters the
//! positions at which they begin. A keyword of one or two characters is one list; a longer one is where the lists
//! of its threes meet, each moved by its place in the keyword: the very places where the keyword stands, so that no
//! text has to be looked at. Because of the order, the matches of a conversation stand together and end with its
//! newest (`query`).

use std::ops::Range;

use rusqlite::Connection;

use super::messages::by_row;
use super::{Result, Store, StoreError};
use crate::model::messages::{ConvKey, ConvType, Message};

mod build;
mod codec;
mod query;
mod scan;
mod segment;
mod segments;

pub use build::{Blob, BuildQuery, Built};
pub use segments::{Segment, Sizes};

/// What is looked for in the messages of a device. Every condition has to hold.
#[derive(Debug, Clone, PartialEq)]
pub struct SearchQuery {
    /// Keywords as [`timbre_protocol::search::keywords`] leaves them; none: any text.
    pub keywords: Vec<String>,
    /// Every keyword has to be found, not just one.
    pub all: bool,
    /// User ids, one of whom sent the message; none: anybody.
    pub senders: Vec<String>,
    /// Bits of [`timbre_protocol::search::KINDS`], one of which an element of the message has to have.
    pub kinds: u32,
    /// Where to look.
    pub scope: Scope,
    /// Unix seconds of the server's clock, both ends included; of the sender's clock for messages that were never
    /// sent.
    pub times: (i64, i64),
    /// Number of the page, from 0.
    pub page: u64,
    /// Conversations of a page, or messages when one conversation is searched; 0: everything is one page.
    pub page_size: u64,
}

/// Where a search looks, and so what its pages consist of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Everywhere; pages of conversations.
    All,
    /// In conversations of a type; pages of conversations.
    Type(ConvType),
    /// In the conversation with this row; pages of messages.
    One(i64),
}

/// What a search found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Found {
    /// Conversations with a match, or matches when one conversation was searched, on all pages.
    pub total: u64,
    /// The page, newest first. At most one item when one conversation was searched.
    pub items: Vec<FoundIn>,
    /// The index could not be read: everything was scanned.
    pub damaged: bool,
}

/// What a search found in one conversation.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundIn {
    /// The conversation.
    pub conv: ConvKey,
    /// Its matches.
    pub total: u64,
    /// One conversation searched: the page. Else the match, when there is exactly one.
    pub messages: Vec<Message>,
}

/// Why the index gave no answer.
#[derive(Debug, Clone, PartialEq)]
enum Fault {
    /// A blob does not hold what it should.
    Damaged,
    /// The database does not answer.
    Store(StoreError),
}

impl From<codec::Damaged> for Fault {
    fn from(_: codec::Damaged) -> Self {
        Self::Damaged
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

/// The place of a message in the order of a segment, after its conversation.
type Place = (i64, i64);

/// Answers a query as of one moment: `conn` is in a transaction, or the only one that writes.
pub(super) fn search(conn: &Connection, query: &SearchQuery) -> Result<Found> {
    match query::run(conn, query, true) {
        Ok(found) => Ok(found),
        Err(Fault::Store(error)) if !matches!(error, StoreError::Corrupt(_)) => Err(error),
        Err(_) => match query::run(conn, query, false) {
            Ok(found) => Ok(Found {
                damaged: true,
                ..found
            }),
            Err(Fault::Store(error)) => Err(error),
            Err(Fault::Damaged) => Err(StoreError::Corrupt("a message cannot be read".to_owned())),
        },
    }
}

/// Makes a segment; none when `cancelled` answered true in between. `conn` is in a transaction.
pub(super) fn build(
    conn: &Connection,
    query: &BuildQuery,
    cancelled: &dyn Fn() -> bool,
) -> Result<Option<Built>> {
    build::run(conn, query, cancelled)
}

impl Store {
    /// Answers a query, everything written so far included.
    pub fn search(&self, query: &SearchQuery) -> Result<Found> {
        search(self.read(), query)
    }
}

#[cfg(test)]
#[path = "../search_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "../search_equality_tests.rs"]
mod equality;
