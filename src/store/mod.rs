//! The local database: one SQLite file per app and user, written by the engine alone, read by the reader too.
//!
//! The engine opens no transaction. The first write after a commit begins one, [`Store::commit`] ends it, and
//! nothing that the engine says outside may be based on it before that. A transaction is safe against the death
//! of the process; one that was marked by [`Store::durable`] is on the disk when its commit returns, which the
//! outbox needs because no server could give it back.
#![forbid(unsafe_code)]

use std::fmt;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension as _};

mod annotations;
pub mod conversations;
mod error;
mod merged;
pub mod messages;
mod operations;
mod ranges;
pub mod reader;
mod recovery;
mod schema;

pub use error::{Result, StoreError};
pub use reader::Reader;

/// How [`Store::open`] found the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opened {
    /// There was none.
    Created,
    /// It was in order.
    Existing,
    /// It was damaged. The server gives back what it knows; what only this device knew and could still be read
    /// is in the new file.
    Rebuilt {
        /// Where the damaged file is now.
        set_aside: PathBuf,
        /// Number of messages carried over.
        carried: u64,
    },
}

/// The writing side of the local database.
pub struct Store {
    conn: Connection,
    path: Option<PathBuf>,
    /// A transaction was begun and neither committed nor rolled back by us.
    open: bool,
    /// The open transaction, or else the next one, is to be fsynced.
    durable: bool,
    /// What `synchronous` is set to: FULL or NORMAL.
    full: bool,
    /// Rows changed on this connection when the open transaction began.
    mark: u64,
    /// A part of this batch has been committed by [`Store::durable`] already.
    part_committed: bool,
    /// Why the batch is lost: nothing more is written in it.
    lost: Option<StoreError>,
}

impl Store {
    /// Opens the database at `path`, making it when there is none and rebuilding it when it is damaged. The
    /// folder has to exist.
    pub fn open(path: &Path) -> Result<(Self, Opened)> {
        match Self::open_file(path) {
            Ok((store, true)) => Ok((store, Opened::Created)),
            Ok((store, false)) => Ok((store, Opened::Existing)),
            Err(StoreError::Corrupt(_)) => Self::rebuild(path),
            Err(other) => Err(other),
        }
    }

    /// Sets the file at `path` aside and makes a new one with what can be carried over: for a damage that showed
    /// only after opening. No connection to it may be open.
    pub fn rebuild(path: &Path) -> Result<(Self, Opened)> {
        let set_aside = recovery::set_aside(path)?;
        let (mut store, _) = Self::open_file(path)?;
        let carried = recovery::carry_over(&set_aside, &mut store)?;
        Ok((store, Opened::Rebuilt { set_aside, carried }))
    }

    /// A database that lives as long as the value.
    pub fn open_in_memory() -> Result<Self> {
        let mut conn = schema::connect(None)?;
        schema::prepare(&mut conn)?;
        Ok(Self::new(conn, None))
    }

    fn open_file(path: &Path) -> Result<(Self, bool)> {
        let mut conn = schema::connect(Some(path))?;
        let created = schema::prepare(&mut conn)?;
        Ok((Self::new(conn, Some(path.to_owned())), created))
    }

    fn new(conn: Connection, path: Option<PathBuf>) -> Self {
        Self {
            conn,
            path,
            open: false,
            durable: false,
            full: false,
            mark: 0,
            part_committed: false,
            lost: None,
        }
    }

    /// The file; none for a database in memory.
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Everything written until the next commit is to be on the disk when that commit returns. What was written
    /// before in this batch is committed at once and can no longer be rolled back; should that fail, every write
    /// and the commit that follow fail with it.
    pub fn durable(&mut self) {
        if self.open && !self.durable {
            match self.end() {
                Ok(wrote) => self.part_committed |= wrote,
                Err(error) => self.lost = Some(error),
            }
        }
        self.durable = true;
    }

    /// Ends the batch; true when anything was written in it. On failure nothing of the open transaction is kept.
    pub fn commit(&mut self) -> Result<bool> {
        let wrote = match self.lost.take() {
            Some(error) => Err(error),
            None => self.end(),
        };
        self.durable = false;
        let before = std::mem::take(&mut self.part_committed);
        Ok(wrote? || before)
    }

    /// Undoes what was written since the last commit. Never fails: a transaction that cannot be rolled back any
    /// more has been by SQLite.
    pub fn rollback(&mut self) {
        self.open = false;
        self.durable = false;
        self.part_committed = false;
        self.lost = None;
        if !self.conn.is_autocommit() {
            // Fails only where there is nothing to roll back.
            let _ = self.conn.execute_batch("ROLLBACK");
        }
    }

    /// Ends the use of the file in good order: what is not committed is rolled back, the write-ahead log is
    /// emptied into the database.
    pub fn close(mut self) {
        self.rollback();
        // What fails here, because the disk is full or a reader is still at work, is done at the next opening:
        // all that was committed is in the log.
        let _ = self
            .conn
            .execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)");
    }

    /// The connection, for reading.
    pub(super) fn read(&self) -> &Connection {
        &self.conn
    }

    /// The connection, for writing: inside a transaction, begun here when none is open.
    pub(super) fn write(&mut self) -> Result<&Connection> {
        if let Some(error) = &self.lost {
            return Err(error.clone());
        }
        if self.open {
            if self.conn.is_autocommit() {
                // Going on would commit the second half of a batch without its first.
                return Err(StoreError::Io(
                    "the transaction was lost to an earlier failure".to_owned(),
                ));
            }
            return Ok(&self.conn);
        }
        if self.full != self.durable {
            // Takes effect while it is prepared: such a statement cannot be kept.
            let level = if self.durable {
                "PRAGMA synchronous = FULL"
            } else {
                "PRAGMA synchronous = NORMAL"
            };
            self.conn.execute_batch(level)?;
            self.full = self.durable;
        }
        self.conn.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        self.open = true;
        self.mark = self.conn.total_changes();
        Ok(&self.conn)
    }

    /// Commits the open transaction, if there is one; true when it changed rows.
    fn end(&mut self) -> Result<bool> {
        if !std::mem::take(&mut self.open) {
            return Ok(false);
        }
        let wrote = self.conn.total_changes() != self.mark;
        if self.conn.is_autocommit() {
            return Err(StoreError::Io(
                "the transaction was lost to an earlier failure".to_owned(),
            ));
        }
        let committed = self.conn.prepare_cached("COMMIT").and_then(|mut s| s.execute([]));
        match committed {
            Ok(_) => Ok(wrote),
            Err(e) => {
                if !self.conn.is_autocommit() {
                    // Fails only where there is nothing to roll back.
                    let _ = self.conn.execute_batch("ROLLBACK");
                }
                Err(e.into())
            }
        }
    }

    /// The number kept under `key`.
    pub fn meta(&self, key: &str) -> Result<Option<i64>> {
        let mut select = self
            .read()
            .prepare_cached("SELECT value FROM meta_int WHERE key = ?1")?;
        Ok(select.query_row([key], |r| r.get(0)).optional()?)
    }

    /// Keeps a number under `key`.
    pub fn set_meta(&mut self, key: &str, value: i64) -> Result<()> {
        let sql = "INSERT INTO meta_int (key, value) VALUES (?1, ?2)
                   ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        self.write()?.prepare_cached(sql)?.execute((key, value))?;
        Ok(())
    }

    /// The text kept under `key`; numbers have keys of their own.
    pub fn meta_text(&self, key: &str) -> Result<Option<String>> {
        let mut select = self
            .read()
            .prepare_cached("SELECT value FROM meta_text WHERE key = ?1")?;
        Ok(select.query_row([key], |r| r.get(0)).optional()?)
    }

    /// Keeps a text under `key`.
    pub fn set_meta_text(&mut self, key: &str, value: &str) -> Result<()> {
        let sql = "INSERT INTO meta_text (key, value) VALUES (?1, ?2)
                   ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        self.write()?.prepare_cached(sql)?.execute((key, value))?;
        Ok(())
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("path", &self.path)
            .field("open", &self.open)
            .finish_non_exhaustive()
    }
}

/// A sequence as SQLite keeps it. Numbers that do not fit come from nobody who counts from 1.
fn seq_in(seq: u64) -> i64 {
    i64::try_from(seq).unwrap_or(i64::MAX)
}

/// A sequence as it was kept.
fn seq_out(seq: i64) -> u64 {
    u64::try_from(seq).unwrap_or(0)
}

#[cfg(test)]
mod fixtures;
#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
