//! The one writer.
//!
//! A batch goes through three phases. [`Writer::execute`] runs every job of the batch in one transaction;
//! [`Writer::commit`] makes the transaction durable; [`Writer::publish`] completes the callers and then tells
//! the commit listener. So many callers share one fsync, and nobody hears of anything that is not on disk.
//! The writer's thread loops over the three. A simulation calls them itself, and kills the server between any
//! two of them by dropping the writer.
//!
//! A job checks before it writes: a refusal leaves nothing behind. So the only failures are those of the
//! database itself, and the plain path needs no savepoints. When one job does fail, the batch is rolled back
//! and run again with a savepoint around each job, so that one job's bad luck is not everybody's.

use std::collections::VecDeque;
use std::fs::File;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, RwLock};
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::checkpointer::Checkpointer;
use super::working_set::WorkingSet;
use crate::storage::{CommitEvent, CommitListener, StorageError, StorageFuture};

/// The most jobs of one transaction: bounds how long the first of them waits.
const MAX_BATCH: usize = 2048;
/// Jobs that may wait before sends are refused: a few seconds of work, and some hundred MiB.
const MAX_WAITING: usize = 200_000;
/// A quiet moment after which the write-ahead log is copied back.
const IDLE: Duration = Duration::from_millis(500);

/// Jobs after which the log is copied back beside the writer: 10,000 to 20,000 pages of it.
const CHECKPOINT_JOBS: usize = 6000;
/// Pages of log at which a commit copies it back after all, should the thread for that fail.
const MAX_LOG_PAGES: u32 = 131_072;

/// What a job sees of the running transaction.
pub(super) struct Tx<'a> {
    /// The connection, inside the transaction.
    pub(super) conn: &'a Connection,
    /// Rows that this transaction has read and will write back.
    pub(super) rows: &'a mut WorkingSet,
    /// Entries appended to logs.
    pub(super) events: &'a mut Vec<CommitEvent>,
}

/// Something to be done in a transaction, and somebody to be told. `run` may be called again after its
/// effects were rolled back.
pub trait Job: Send {
    /// Does it.
    #[doc(hidden)]
    fn run(&mut self, tx: &mut TxHandle<'_, '_>) -> rusqlite::Result<()>;
    /// Tells the caller: the result of `run` if the commit succeeded.
    #[doc(hidden)]
    fn finish(self: Box<Self>, outcome: Result<(), StorageError>);
}

/// Keeps [`Tx`] out of the public interface.
#[doc(hidden)]
pub struct TxHandle<'a, 'b>(&'b mut Tx<'a>);

struct TypedJob<T, F> {
    work: F,
    result: Option<T>,
    reply: oneshot::Sender<Result<T, StorageError>>,
}

impl<T, F> Job for TypedJob<T, F>
where
    T: Send,
    F: FnMut(&mut Tx<'_>) -> rusqlite::Result<T> + Send,
{
    fn run(&mut self, tx: &mut TxHandle<'_, '_>) -> rusqlite::Result<()> {
        self.result = Some((self.work)(tx.0)?);
        Ok(())
    }

    fn finish(self: Box<Self>, outcome: Result<(), StorageError>) {
        let answer = match (outcome, self.result) {
            (Ok(()), Some(result)) => Ok(result),
            (Ok(()), None) => Err(StorageError::Closed),
            (Err(error), _) => Err(error),
        };
        // The caller may have gone; the work is done all the same.
        let _ = self.reply.send(answer);
    }
}

#[derive(Default)]
struct QueueState {
    jobs: VecDeque<Box<dyn Job>>,
    closed: bool,
}

/// Jobs on their way to the writer.
#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<QueueState>,
    ready: Condvar,
}

impl Queue {
    /// Queues `work`; the future completes after its commit.
    pub(super) fn push<T, F>(&self, work: F) -> StorageFuture<T>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx<'_>) -> rusqlite::Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(TypedJob {
            work,
            result: None,
            reply,
        });
        let mut state = self.state.lock();
        if !state.closed {
            state.jobs.push_back(job);
            if state.jobs.len() == 1 {
                self.ready.notify_one();
            }
        }
        drop(state);
        Box::pin(async move { answer.await.unwrap_or(Err(StorageError::Closed)) })
    }

    /// More waits than can be worked off soon.
    pub(super) fn is_full(&self) -> bool {
        self.state.lock().jobs.len() >= MAX_WAITING
    }

    /// Takes nothing more in; what is queued still runs.
    pub(super) fn close(&self) {
        self.state.lock().closed = true;
        self.ready.notify_all();
    }

    /// What is queued, at most one batch; empty after `idle` without any; none when closed and empty.
    fn take(&self, idle: Option<Duration>) -> Option<Vec<Box<dyn Job>>> {
        let mut state = self.state.lock();
        while state.jobs.is_empty() {
            if state.closed {
                return None;
            }
            match idle {
                None => self.ready.wait(&mut state),
                Some(idle) => {
                    if self.ready.wait_for(&mut state, idle).timed_out() {
                        break;
                    }
                }
            }
        }
        let count = state.jobs.len().min(MAX_BATCH);
        Some(state.jobs.drain(..count).collect())
    }
}

/// Who is told of commits.
pub(super) type Listener = Arc<RwLock<Option<CommitListener>>>;

/// The writer: one connection and the batch it is working on.
pub struct Writer {
    conn: Connection,
    queue: Arc<Queue>,
    listener: Listener,
    rows: WorkingSet,
    events: Vec<CommitEvent>,
    /// The batch, each job with the outcome it has so far.
    running: Vec<(Box<dyn Job>, Result<(), StorageError>)>,
    in_transaction: bool,
    wal_dirty: bool,
    checkpointer: Option<Checkpointer>,
    /// Jobs since it was last asked.
    since_checkpoint: usize,
    /// The database; closed after the connection.
    file: Option<Arc<File>>,
}

impl Writer {
    pub(super) fn new(conn: Connection, queue: Arc<Queue>, listener: Listener) -> Self {
        Self {
            conn,
            queue,
            listener,
            rows: WorkingSet::default(),
            events: Vec::new(),
            running: Vec::new(),
            in_transaction: false,
            wal_dirty: false,
            checkpointer: None,
            since_checkpoint: 0,
            file: None,
        }
    }

    /// From now on the log is copied back to `file`, the database, by a thread on this connection and not inside
    /// commits.
    pub(super) fn checkpoint_beside(
        &mut self,
        conn: Connection,
        file: Option<Arc<File>>,
    ) -> rusqlite::Result<()> {
        self.conn
            .pragma_update(None, "wal_autocheckpoint", MAX_LOG_PAGES)?;
        self.checkpointer = Some(Checkpointer::start(conn, file.clone()));
        self.file = file;
        Ok(())
    }

    /// How many jobs are queued.
    pub fn pending(&self) -> usize {
        self.queue.state.lock().jobs.len()
    }

    /// Takes what is queued, at most one batch, without waiting.
    pub fn take(&self) -> Vec<Box<dyn Job>> {
        let mut state = self.queue.state.lock();
        let count = state.jobs.len().min(MAX_BATCH);
        state.jobs.drain(..count).collect()
    }

    /// Phase 1: runs `jobs` in a new transaction. Nothing is durable, nobody has been told.
    pub fn execute(&mut self, jobs: Vec<Box<dyn Job>>) {
        debug_assert!(
            self.running.is_empty() && !self.in_transaction,
            "the last batch was not published"
        );
        self.running = jobs.into_iter().map(|job| (job, Ok(()))).collect();
        let attempt = self.try_all(false).or_else(|error| {
            tracing::warn!(%error, jobs = self.running.len(), "a write failed; the batch runs again, each job by itself");
            self.roll_back();
            self.try_all(true)
        });
        if let Err(error) = attempt {
            self.fail_all(&error);
        }
    }

    /// Phase 2: makes the batch durable, or fails all of it.
    pub fn commit(&mut self) {
        if !self.in_transaction {
            return;
        }
        match self.conn.execute_batch("COMMIT") {
            Ok(()) => {
                self.in_transaction = false;
                self.wal_dirty = true;
                self.rows.clear();
            }
            Err(error) => self.fail_all(&error),
        }
    }

    /// Phase 3: completes the callers in order, then tells the listener.
    pub fn publish(&mut self) {
        for (job, outcome) in self.running.drain(..) {
            job.finish(outcome);
        }
        if !self.events.is_empty() {
            if let Some(listener) = self.listener.read().as_ref() {
                listener(&mut self.events);
            }
            self.events.clear();
        }
    }

    fn try_all(&mut self, guarded: bool) -> rusqlite::Result<()> {
        self.conn.execute_batch("BEGIN IMMEDIATE")?;
        self.in_transaction = true;
        for (job, outcome) in &mut self.running {
            let mark = self.events.len();
            let mut tx = Tx {
                conn: &self.conn,
                rows: &mut self.rows,
                events: &mut self.events,
            };
            if !guarded {
                job.run(&mut TxHandle(&mut tx))?;
                continue;
            }
            self.conn.execute_batch("SAVEPOINT job")?;
            let done = job
                .run(&mut TxHandle(&mut tx))
                .and_then(|()| self.rows.flush(&self.conn))
                .and_then(|()| self.conn.execute_batch("RELEASE job"));
            if let Err(error) = done {
                *outcome = Err(failed(&error));
                self.events.truncate(mark);
                self.rows.clear();
                self.conn.execute_batch("ROLLBACK TO job; RELEASE job")?;
            }
        }
        self.rows.flush(&self.conn)
    }

    fn roll_back(&mut self) {
        self.events.clear();
        self.rows.clear();
        self.in_transaction = false;
        // SQLite may have rolled back by itself, as it does when the disk is full.
        if !self.conn.is_autocommit()
            && let Err(error) = self.conn.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "rolling back failed");
        }
    }

    fn fail_all(&mut self, error: &rusqlite::Error) {
        tracing::error!(%error, jobs = self.running.len(), "a transaction failed");
        self.roll_back();
        for (_, outcome) in &mut self.running {
            *outcome = Err(failed(error));
        }
    }

    /// Copies the write-ahead log back into the database.
    fn checkpoint(&mut self, mode: &str) {
        if !std::mem::take(&mut self.wal_dirty) {
            return;
        }
        let start = Instant::now();
        let sql = format!("PRAGMA wal_checkpoint({mode})");
        let done = self
            .conn
            .query_row(&sql, [], |row| Ok((row.get::<_, i64>(1)?, row.get::<_, i64>(2)?)));
        match done {
            Ok((length, copied)) => {
                tracing::debug!(length, copied, took = ?start.elapsed(), "log copied back by the writer");
            }
            Err(error) => tracing::warn!(%error, "a checkpoint failed"),
        }
    }

    /// Has the log copied back when it has grown, and copies the last bit.
    fn tend_log(&mut self, jobs: usize) {
        let Some(checkpointer) = &self.checkpointer else {
            return;
        };
        self.since_checkpoint += jobs;
        if checkpointer.leaves_rest() {
            self.checkpoint("PASSIVE");
        } else if self.since_checkpoint >= CHECKPOINT_JOBS {
            self.since_checkpoint = 0;
            checkpointer.want();
        }
    }

    /// The writer's thread: until the queue is closed and empty.
    pub(super) fn run(mut self) {
        loop {
            let idle = self.wal_dirty.then_some(IDLE);
            match self.queue.take(idle) {
                None => break,
                Some(jobs) if jobs.is_empty() => self.checkpoint("PASSIVE"),
                Some(jobs) => {
                    let count = jobs.len();
                    self.execute(jobs);
                    self.commit();
                    self.publish();
                    self.tend_log(count);
                }
            }
        }
        self.checkpointer = None;
        self.wal_dirty = true;
        self.checkpoint("TRUNCATE");
    }
}

fn failed(error: &rusqlite::Error) -> StorageError {
    StorageError::Failed(error.to_string())
}
