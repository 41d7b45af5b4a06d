//! Reads, each in a transaction of its own, beside the writer.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use parking_lot::{Condvar, Mutex};
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::schema::{OpenError, open_reader};
use crate::storage::{StorageError, StorageFuture};

type Read = Box<dyn FnOnce(&mut Connection) + Send>;

#[derive(Default)]
struct State {
    reads: VecDeque<Read>,
    closed: bool,
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    ready: Condvar,
}

/// A few threads with a read-only connection each, or one connection used where the call is made.
pub(super) struct Readers {
    shared: Arc<Shared>,
    inline: Option<Mutex<Connection>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Readers {
    /// `count` threads; 0: reads run inside the call.
    pub(super) fn open(path: &Path, count: usize) -> Result<Self, OpenError> {
        let shared = Arc::new(Shared::default());
        let mut threads = Vec::with_capacity(count);
        for _ in 0..count {
            let (conn, shared) = (open_reader(path)?, shared.clone());
            let thread = std::thread::Builder::new()
                .name("timbre-reader".into())
                .spawn(move || shared.run(conn))
                .expect("a server that cannot start a thread cannot run");
            threads.push(thread);
        }
        let inline = if count == 0 {
            Some(Mutex::new(open_reader(path)?))
        } else {
            None
        };
        Ok(Self {
            shared,
            inline,
            threads: Mutex::new(threads),
        })
    }

    /// Runs `work` in a read transaction: it sees one moment of the database.
    pub(super) fn read<T, F>(&self, work: F) -> StorageFuture<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let read = move |conn: &mut Connection| {
            let result = conn.transaction().and_then(|tx| work(&tx));
            // The caller may have gone.
            let _ = reply.send(result.map_err(|error| {
                tracing::error!(%error, "a read failed");
                StorageError::Failed(error.to_string())
            }));
        };
        match &self.inline {
            Some(conn) => {
                if !self.shared.state.lock().closed {
                    read(&mut conn.lock());
                }
            }
            None => {
                let mut state = self.shared.state.lock();
                if !state.closed {
                    state.reads.push_back(Box::new(read));
                    self.shared.ready.notify_one();
                }
            }
        }
        Box::pin(async move { answer.await.unwrap_or(Err(StorageError::Closed)) })
    }

    /// Finishes what is queued and takes nothing more in.
    pub(super) fn close(&self) {
        self.shared.state.lock().closed = true;
        self.shared.ready.notify_all();
        for thread in self.threads.lock().drain(..) {
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn run(&self, mut conn: Connection) {
        loop {
            let mut state = self.state.lock();
            while state.reads.is_empty() && !state.closed {
                self.ready.wait(&mut state);
            }
            let Some(read) = state.reads.pop_front() else {
                return;
            };
            drop(state);
            read(&mut conn);
        }
    }
}
