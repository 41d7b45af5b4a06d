//! The messages that searches look at, read from the table, and looking at them one by one.

use rusqlite::{Connection, Row, types::ValueRef};
use timbre_protocol::Body;
use timbre_protocol::search::{Matcher, kinds};

use prost::Message as _;

use super::{Fault, Place, Scope, SearchQuery};
use crate::store::{Result, StoreError};

/// Rows beyond the index up to which it is not worth asking another index which of them are of one conversation.
const SHORT_TAIL: i64 = 20_000;

/// Columns of a candidate, as [`Candidate::read`] expects them.
macro_rules! candidate_columns {
    () => {
        "row, conv, time_ms, ord, status, server_time_ms, client_time, sender, body"
    };
}

/// A stored message, read as far as a search needs it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate<'a> {
    pub(super) row: i64,
    pub(super) conv: i64,
    pub(super) place: Place,
    /// Sent by the server's clock, or by the sender's when it never was, Unix seconds.
    pub(super) at_s: i64,
    pub(super) sender: &'a str,
    status: i64,
    body: &'a [u8],
}

impl<'a> Candidate<'a> {
    fn read(row: &'a Row<'_>) -> rusqlite::Result<Self> {
        let server_ms: i64 = row.get(5)?;
        let at_s = match server_ms {
            0 => row.get(6)?,
            ms => ms.div_euclid(1000),
        };
        let damaged =
            |e| rusqlite::Error::FromSqlConversionFailure(7, rusqlite::types::Type::Text, Box::new(e));
        Ok(Self {
            row: row.get(0)?,
            conv: row.get(1)?,
            place: (row.get(2)?, row.get(3)?),
            at_s,
            status: row.get(4)?,
            sender: row.get_ref(7)?.as_str().map_err(damaged)?,
            body: match row.get_ref(8)? {
                ValueRef::Blob(body) => body,
                _ => &[],
            },
        })
    }

    /// Its body, when searches may find it at all: sending, sent, failed, imported or cancelled, and with an element
    /// of a kind that can be searched.
    pub(super) fn open(self) -> Result<Option<(Self, Body)>> {
        if !matches!(self.status, 1 | 2 | 3 | 5 | 7) {
            return Ok(None);
        }
        let body = Body::decode(self.body)
            .map_err(|e| StoreError::Corrupt(format!("the body of message row {}: {e}", self.row)))?;
        Ok((kinds(&body) != 0).then_some((self, body)))
    }
}

/// Which rows to read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Candidates {
    Between(i64, i64),
    /// Of a conversation, beyond a row.
    OfOne(i64, i64),
    One(i64),
}

impl Candidates {
    pub(super) fn between(low: i64, high: i64) -> Self {
        Self::Between(low, high)
    }

    /// Hands each row to `each`, until it answers false.
    pub(super) fn each(
        self,
        conn: &Connection,
        mut each: impl FnMut(Candidate<'_>) -> Result<bool>,
    ) -> Result<()> {
        let (sql, first, second) = match self {
            Self::Between(low, high) => (
                concat!(
                    "SELECT ",
                    candidate_columns!(),
                    " FROM messages WHERE row BETWEEN ?1 AND ?2 ORDER BY row"
                ),
                low,
                high,
            ),
            Self::OfOne(conv, after) => (
                concat!(
                    "SELECT ",
                    candidate_columns!(),
                    " FROM messages WHERE conv = ?1 AND +row > ?2"
                ),
                conv,
                after,
            ),
            Self::One(row) => (
                concat!(
                    "SELECT ",
                    candidate_columns!(),
                    " FROM messages WHERE row = ?1 AND ?2 = 0"
                ),
                row,
                0,
            ),
        };
        let mut select = conn.prepare_cached(sql)?;
        let mut rows = select.query([first, second])?;
        while let Some(row) = rows.next()? {
            if !each(Candidate::read(row)?)? {
                break;
            }
        }
        Ok(())
    }
}

/// A message that was found by looking at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hit {
    pub(super) conv: i64,
    pub(super) place: Place,
    pub(super) row: i64,
}

/// Looks at messages one by one.
pub(super) struct Scan<'q> {
    query: &'q SearchQuery,
    matcher: Matcher,
    pub(super) hits: Vec<Hit>,
}

impl<'q> Scan<'q> {
    pub(super) fn new(query: &'q SearchQuery) -> Self {
        Self {
            query,
            matcher: Matcher::new(&query.keywords, query.all),
            hits: Vec::new(),
        }
    }

    /// Looks at every message beyond a row.
    pub(super) fn tail(&mut self, conn: &Connection, after: i64) -> std::result::Result<(), Fault> {
        let last: i64 = conn
            .prepare_cached("SELECT coalesce(max(row), 0) FROM messages")?
            .query_row([], |r| r.get(0))?;
        let which = match self.query.scope {
            Scope::One(conv) if last - after > SHORT_TAIL => Candidates::OfOne(conv, after),
            _ => Candidates::between(after.saturating_add(1), last),
        };
        Ok(which.each(conn, |candidate| self.look(candidate))?)
    }

    /// Looks at one message.
    pub(super) fn row(&mut self, conn: &Connection, row: i64) -> std::result::Result<(), Fault> {
        Ok(Candidates::One(row).each(conn, |candidate| self.look(candidate))?)
    }

    fn look(&mut self, candidate: Candidate<'_>) -> Result<bool> {
        let query = self.query;
        let elsewhere = matches!(query.scope, Scope::One(conv) if conv != candidate.conv);
        let (from, to) = query.times;
        let stranger = !query.senders.is_empty() && !query.senders.iter().any(|s| s == candidate.sender);
        if elsewhere || stranger || candidate.at_s < from || candidate.at_s > to {
            return Ok(true);
        }
        if let Some((candidate, body)) = candidate.open()?
            && kinds(&body) & query.kinds != 0
            && self.matcher.matches(&body)
        {
            self.hits.push(Hit {
                conv: candidate.conv,
                place: candidate.place,
                row: candidate.row,
            });
        }
        Ok(true)
    }
}
