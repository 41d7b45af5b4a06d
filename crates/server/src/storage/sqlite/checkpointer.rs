//! Copies the write-ahead log back into the database beside the writer.
//!
//! SQLite by itself does it inside a commit, which then takes as long as copying and flushing ten thousand
//! pages: measured at 20,000 sends a second, all senders waited for 60 to 100 ms three times a second. Here a
//! thread with a connection of its own copies while the writer goes on. The log begins anew only after a moment
//! in which all of it is copied: once it is long, the last bit, by then a small one, is left to the writer.
//! SQLite flushes the database file at that moment only. It is flushed here before, so that the writer finds next
//! to nothing to flush either: that alone took 20 to 40 ms.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Instant;

use rusqlite::Connection;

/// Pages of log at which the writer is to end it: 160 MB.
const LONG: i64 = 40_000;
/// Pages that the writer may be left with.
const REST: i64 = 1000;
/// Rounds of copying before the writer is left with whatever it is.
const ROUNDS: usize = 5;

/// The thread `timbre-checkpoint`; ends when this is dropped.
pub(super) struct Checkpointer {
    wanted: Option<SyncSender<()>>,
    /// Pages of the log when it was last copied; 0 once the writer has seen it.
    length: Arc<AtomicI64>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// Starts it on a connection that nobody else uses. `file` is the database; it must not be closed before every
    /// connection is: closing any handle of a file gives up the locks of the whole process on it.
    pub(super) fn start(conn: Connection, file: Option<Arc<File>>) -> Self {
        let (wanted, asked) = sync_channel(1);
        let length = Arc::new(AtomicI64::new(0));
        let found = length.clone();
        let thread = std::thread::Builder::new()
            .name("timbre-checkpoint".into())
            .spawn(move || run(&conn, file.as_deref(), &asked, &found))
            .expect("a server that cannot start a thread cannot run");
        Self {
            wanted: Some(wanted),
            length,
            thread: Some(thread),
        }
    }

    /// The log has grown. Waits for nothing.
    pub(super) fn want(&self) {
        if let Some(wanted) = &self.wanted {
            // Full: it will be done anyway.
            let _ = wanted.try_send(());
        }
    }

    /// True once after each copying of a long log: the writer is to copy what has come since.
    pub(super) fn leaves_rest(&self) -> bool {
        self.length.swap(0, Ordering::AcqRel) >= LONG
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.wanted = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(conn: &Connection, file: Option<&File>, asked: &Receiver<()>, found: &AtomicI64) {
    while asked.recv().is_ok() {
        let mut copied = 0;
        for _ in 0..ROUNDS {
            match pass(conn, file) {
                // Nobody waits for the end of a short one; a shorter one than before has begun anew.
                Ok(length) if length < LONG || length - copied < REST => {
                    copied = length;
                    break;
                }
                Ok(length) => copied = length,
                Err(error) => {
                    tracing::warn!(%error, "copying the log back failed");
                    break;
                }
            }
        }
        found.store(copied, Ordering::Release);
    }
}

/// Copies what the log holds at this moment and flushes it; the log's length in pages. A negative one: somebody
/// else is at it.
fn pass(conn: &Connection, file: Option<&File>) -> rusqlite::Result<i64> {
    let start = Instant::now();
    let (length, copied) = conn.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| {
        Ok((row.get(1)?, row.get::<_, i64>(2)?))
    })?;
    let took = start.elapsed();
    // Nothing depends on it: SQLite flushes again before it trusts the copy, and says so if that fails.
    if let Some(file) = file {
        let _ = file.sync_data();
    }
    tracing::debug!(length, copied, ?took, flushed = ?start.elapsed(), "log copied back beside the writer");
    Ok(length)
}

#[cfg(test)]
#[path = "checkpointer_tests.rs"]
mod tests;
