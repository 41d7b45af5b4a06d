//! The SQLite storage: one [`Writer`] with a queue in front of it, and readers with connections of their own.
//!
//! Everything that writes goes through the queue, in order. Reads run beside the writer on read-only
//! connections; one that is issued after a write was acknowledged sees it, because the acknowledgement comes
//! after the commit.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;

use bytes::Bytes;
use parking_lot::{Mutex, RwLock};

use self::readers::Readers;
use self::writer::Queue;
use super::*;

mod checkpointer;
mod conversations;
mod expire;
mod log;
mod messages;
mod readers;
mod schema;
mod search;
mod users;
mod working_set;
mod writer;

pub use schema::OpenError;
pub use writer::{Job, Writer};

/// Read-only connections of a running server.
const READERS: usize = 2;

/// The SQLite storage.
pub struct SqliteStorage {
    queue: Arc<Queue>,
    readers: Readers,
    /// Searches look at many messages: they hold up each other, not the other reads.
    searcher: Readers,
    listener: writer::Listener,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// The database, for flushing it; closed after every connection, for that gives up the process's locks.
    file: Option<Arc<File>>,
}

impl SqliteStorage {
    /// Opens (and makes) the database at `path` and starts its threads.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let (mut storage, mut writer) = Self::parts(path, READERS)?;
        // Without it the writer flushes more at a time.
        storage.file = File::options()
            .read(true)
            .write(true)
            .open(path)
            .ok()
            .map(Arc::new);
        writer.checkpoint_beside(schema::open_reader(path)?, storage.file.clone())?;
        let thread = std::thread::Builder::new()
            .name("timbre-writer".into())
            .spawn(move || writer.run())
            .expect("a server that cannot start a thread cannot run");
        *storage.thread.lock() = Some(thread);
        Ok(storage)
    }

    /// Opens the database without any thread: the caller drives the writer through its phases, and reads run
    /// where they are called.
    pub fn manual(path: &Path) -> Result<(Self, Writer), OpenError> {
        Self::parts(path, 0)
    }

    fn parts(path: &Path, readers: usize) -> Result<(Self, Writer), OpenError> {
        let conn = schema::open_writer(path)?;
        let queue = Arc::new(Queue::default());
        let listener = Arc::new(RwLock::new(None));
        let writer = Writer::new(conn, queue.clone(), listener.clone());
        let searcher = Readers::open(path, readers.min(1))?;
        let readers = Readers::open(path, readers)?;
        Ok((
            Self {
                queue,
                readers,
                searcher,
                listener,
                thread: Mutex::new(None),
                file: None,
            },
            writer,
        ))
    }
}

impl Storage for SqliteStorage {
    fn on_commit(&self, listener: CommitListener) {
        *self.listener.write() = Some(listener);
    }

    fn apps(&self) -> StorageFuture<Vec<App>> {
        self.readers.read(users::apps)
    }

    fn put_app(&self, app: App) -> StorageFuture<()> {
        self.queue.push(move |tx| users::put_app(tx, &app))
    }

    fn forget_presence(&self, now_ms: i64) -> StorageFuture<()> {
        self.queue.push(move |tx| users::forget_presence(tx, now_ms))
    }

    fn open_session(&self, op: OpenSession) -> StorageFuture<SessionOpened> {
        self.queue.push(move |tx| users::open_session(tx, &op))
    }

    fn session_view(&self, account: AccountNo, device: Bytes, generation: u64) -> StorageFuture<SessionView> {
        self.readers
            .read(move |conn| users::session_view(conn, account, &device, generation))
    }

    fn close_session(&self, op: CloseSession) -> StorageFuture<()> {
        self.queue.push(move |tx| users::close_session(tx, &op))
    }

    fn account(&self, app_id: u64, user_id: &str) -> StorageFuture<Option<Account>> {
        let user_id = user_id.to_owned();
        self.readers
            .read(move |conn| users::account(conn, app_id, &user_id))
    }

    fn change_account(&self, app_id: u64, user_id: &str, change: AccountChange) -> StorageFuture<bool> {
        let user_id = user_id.to_owned();
        self.queue
            .push(move |tx| users::change_account(tx, app_id, &user_id, change))
    }

    fn append_message(&self, op: AppendMessage) -> StorageFuture<Appended> {
        if self.queue.is_full() {
            return Box::pin(std::future::ready(Err(StorageError::Overloaded)));
        }
        self.queue.push(move |tx| messages::append(tx, &op))
    }

    fn find_sends(
        &self,
        app_id: u64,
        sender: AccountNo,
        keys: Vec<SendIdentity>,
    ) -> StorageFuture<Vec<Option<FoundSend>>> {
        // Through the writer: a send that is queued before this must be found.
        self.queue
            .push(move |tx| messages::find_sends(tx, app_id, sender, &keys))
    }

    fn history(&self, op: ReadHistory) -> StorageFuture<HistoryPage> {
        self.readers.read(move |conn| messages::history(conn, &op))
    }

    fn log(&self, op: ReadLog) -> StorageFuture<LogPage> {
        self.readers.read(move |conn| log::read(conn, op))
    }

    fn search(&self, op: SearchMessages) -> StorageFuture<SearchPage> {
        self.searcher.read(move |conn| search::search(conn, &op))
    }

    fn snapshot(&self, op: ReadSnapshot) -> StorageFuture<Snapshot> {
        self.readers.read(move |conn| conversations::snapshot(conn, op))
    }

    fn mark_read(&self, op: MarkRead) -> StorageFuture<Marked> {
        self.queue.push(move |tx| conversations::mark_read(tx, &op))
    }

    fn expire(&self, op: Expire) -> StorageFuture<Expired> {
        self.queue.push(move |tx| expire::expire(tx, op))
    }

    fn close(&self) -> StorageFuture<()> {
        // Completes when everything queued before it is durable; nothing can be queued after it.
        let done = self.queue.push(|_| Ok(()));
        self.queue.close();
        self.readers.close();
        self.searcher.close();
        let thread = self.thread.lock().take();
        Box::pin(async move {
            // A storage driven by hand, or closed already, has no thread to wait for.
            let Some(thread) = thread else { return Ok(()) };
            let result = done.await;
            let (ended, wait) = tokio::sync::oneshot::channel();
            std::thread::spawn(move || {
                let _ = thread.join();
                let _ = ended.send(());
            });
            let _ = wait.await;
            result
        })
    }
}

impl Drop for SqliteStorage {
    fn drop(&mut self) {
        self.queue.close();
        self.readers.close();
        self.searcher.close();
        if let Some(thread) = self.thread.lock().take()
            && thread.thread().id() != std::thread::current().id()
        {
            let _ = thread.join();
        }
    }
}
