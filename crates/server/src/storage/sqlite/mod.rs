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
use super::media::{
    FinishUpload, MediaFault, MediaRow, MediaRows, MediaStorage, MediaUse, NewUpload, SweepMedia, SweptMedia,
    Upload, UploadFinished, UploadStarted,
};
use super::*;

mod annotations;
mod checkpointer;
mod conversations;
mod expire;
mod extensions;
mod log;
mod media;
mod messages;
mod named;
mod operations;
mod options;
mod reactions;
mod readers;
mod receipts;
mod schema;
mod search;
mod uploads;
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
        self.queue.push(move |tx| messages::append(tx, &op, None))
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

    fn recall_message(&self, op: RecallMessage) -> StorageFuture<Recalled> {
        self.queue.push(move |tx| operations::recall(tx, &op))
    }

    fn modify_message(&self, op: ModifyMessage) -> StorageFuture<Modified> {
        self.queue.push(move |tx| operations::modify(tx, &op))
    }

    fn delete_messages(&self, op: DeleteMessages) -> StorageFuture<u64> {
        self.queue.push(move |tx| operations::delete(tx, &op))
    }

    fn clear_history(&self, op: ClearHistory) -> StorageFuture<Cleared> {
        self.queue.push(move |tx| operations::clear(tx, &op))
    }

    fn send_receipts(&self, op: AtMessages, now_ms: i64) -> StorageFuture<u64> {
        self.queue.push(move |tx| receipts::send(tx, &op, now_ms))
    }

    fn receipts(&self, op: AtMessages) -> StorageFuture<Vec<ReceiptState>> {
        self.readers.read(move |conn| receipts::read(conn, &op))
    }

    fn write_extensions(&self, op: WriteExtensions) -> StorageFuture<ExtensionsWritten> {
        self.queue.push(move |tx| extensions::write(tx, &op))
    }

    fn extensions(&self, at: AtMessage, after: u64) -> StorageFuture<Option<GetExtensionsReply>> {
        self.readers.read(move |conn| extensions::read(conn, &at, after))
    }

    fn react(&self, op: React) -> StorageFuture<Reacted> {
        self.queue.push(move |tx| reactions::react(tx, &op))
    }

    fn reactions(&self, op: AtMessages, users: u32) -> StorageFuture<Vec<MessageReactionsRead>> {
        self.readers.read(move |conn| reactions::read(conn, &op, users))
    }

    fn reaction_users(&self, op: ReadReactionUsers) -> StorageFuture<ReactionUsers> {
        self.readers.read(move |conn| reactions::users(conn, &op))
    }

    fn set_receive_option(&self, op: SetReceiveOption) -> StorageFuture<ReceiveOptionSet> {
        self.queue.push(move |tx| options::set(tx, &op))
    }

    fn receive_options(&self, app_id: u64, account: AccountNo, peers: Vec<String>) -> StorageFuture<Vec<u8>> {
        self.readers
            .read(move |conn| options::of_peers(conn, app_id, account, &peers))
    }

    fn set_do_not_disturb(&self, op: SetDoNotDisturb) -> StorageFuture<u64> {
        self.queue.push(move |tx| options::set_policy(tx, &op))
    }

    fn do_not_disturb(&self, account: AccountNo) -> StorageFuture<DoNotDisturb> {
        self.readers.read(move |conn| options::policy(conn, account))
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

impl MediaStorage for SqliteStorage {
    fn secret(&self, name: &'static str, fresh: Vec<u8>) -> StorageFuture<Vec<u8>> {
        self.queue.push(move |tx| media::secret(tx, name, &fresh))
    }

    fn start_upload(&self, op: NewUpload) -> StorageFuture<UploadStarted> {
        self.queue.push(move |tx| uploads::start(tx, &op))
    }

    fn upload(&self, id: &str) -> StorageFuture<Option<Upload>> {
        let id = id.to_owned();
        self.readers.read(move |conn| uploads::find(conn, &id))
    }

    fn known_uploads(&self, ids: Vec<String>) -> StorageFuture<Vec<String>> {
        self.readers.read(move |conn| uploads::known(conn, &ids))
    }

    fn put_chunk(&self, upload: &str, chunk: u32, now_ms: i64) -> StorageFuture<bool> {
        let upload = upload.to_owned();
        self.queue
            .push(move |tx| uploads::put_chunk(tx, &upload, chunk, now_ms))
    }

    fn reset_upload(&self, upload: &str) -> StorageFuture<()> {
        let upload = upload.to_owned();
        self.queue.push(move |tx| uploads::reset(tx, &upload))
    }

    fn drop_upload(&self, upload: &str) -> StorageFuture<()> {
        let upload = upload.to_owned();
        self.queue.push(move |tx| uploads::drop_upload(tx, &upload))
    }

    fn plan_objects(&self, objects: Vec<String>, due_ms: i64) -> StorageFuture<()> {
        self.queue.push(move |tx| media::plan(tx, &objects, due_ms))
    }

    fn finish_upload(&self, op: FinishUpload) -> StorageFuture<UploadFinished> {
        self.queue.push(move |tx| uploads::finish(tx, &op))
    }

    fn media(&self, id: &str) -> StorageFuture<Option<MediaRow>> {
        let id = id.to_owned();
        self.readers.read(move |conn| media::find(conn, &id))
    }

    fn readable_media(
        &self,
        app_id: u64,
        account: AccountNo,
        ids: Vec<String>,
    ) -> StorageFuture<Result<MediaRows, MediaFault>> {
        self.readers
            .read(move |conn| media::readable(conn, app_id, account, &ids))
    }

    fn sound_seconds(&self, account: AccountNo, id: &str) -> StorageFuture<Option<u32>> {
        let id = id.to_owned();
        self.readers
            .read(move |conn| media::sound_seconds(conn, account, &id))
    }

    fn append_with_media(&self, op: AppendMessage, media: MediaUse) -> StorageFuture<Appended> {
        if self.queue.is_full() {
            return Box::pin(std::future::ready(Err(StorageError::Overloaded)));
        }
        self.queue.push(move |tx| messages::append(tx, &op, Some(&media)))
    }

    fn sweep_media(&self, op: SweepMedia) -> StorageFuture<SweptMedia> {
        self.queue.push(move |tx| media::sweep(tx, op))
    }

    fn objects_gone(&self, objects: Vec<String>) -> StorageFuture<()> {
        self.queue.push(move |tx| media::objects_gone(tx, &objects))
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
