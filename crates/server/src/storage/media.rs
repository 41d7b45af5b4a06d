//! Files: uploads under way, what is kept, which messages refer to it and who may therefore read it.
//!
//! The bytes are elsewhere. A row says that its object is completely there: objects are announced
//! ([`MediaStorage::plan_objects`]) before they are written, and one that no row has taken up when its time has come is
//! deleted ([`MediaStorage::sweep_media`]). So neither side outlives the other, whenever the server dies.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;

use super::{AccountNo, AppendMessage, Appended, StorageFuture};

/// Files that one message may refer to, those in its lists of merged messages included: each is a few rows in the
/// transaction that stores it.
pub const MAX_FILES: usize = 3000;

/// Asks for an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUpload {
    /// Its id, should it have to be made.
    pub id: String,
    /// The app.
    pub app_id: u64,
    /// Whose file.
    pub account: AccountNo,
    /// `MediaKind` of the protocol.
    pub kind: i32,
    /// Bytes.
    pub size: u64,
    /// Of the whole file, 32 bytes.
    pub sha256: Bytes,
    /// The file's name.
    pub name: String,
    /// Uploads that an account may have under way.
    pub max_open: u32,
    /// The clock.
    pub now_ms: i64,
}

/// What became of a [`NewUpload`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UploadStarted {
    /// The account has this very file here; it counts as used from now.
    Kept(Vec<MediaRow>),
    /// Goes on, or begins.
    Open(Upload),
    /// The account has too many under way.
    TooMany,
}

/// An upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// Random; whoever knows it may write to it.
    pub id: String,
    /// The app.
    pub app_id: u64,
    /// Whose.
    pub account: AccountNo,
    /// `MediaKind` of the protocol.
    pub kind: i32,
    /// Bytes.
    pub size: u64,
    /// Of the whole file.
    pub sha256: Bytes,
    /// The file's name.
    pub name: String,
    /// Numbers of the chunks that are there.
    pub have: Vec<u32>,
    /// What was made of it, when it has been committed.
    pub made: Vec<MediaRow>,
}

/// Which rendition of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// As it was uploaded.
    Original,
    /// The shorter side at most 720 pixels.
    Large,
    /// The shorter side at most 198 pixels.
    Thumb,
}

/// A file that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaRow {
    /// Random; in public mode whoever knows it may read it.
    pub id: String,
    /// The same number for a file and its renditions: they live and die together.
    pub group: i64,
    /// Which of them.
    pub part: Part,
    /// The app.
    pub app_id: u64,
    /// Who uploaded it.
    pub owner: AccountNo,
    /// `MediaKind` of the protocol.
    pub kind: i32,
    /// Bytes.
    pub size: u64,
    /// Pixels; 0: not known, or no picture.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Of a picture: 1 JPEG, 2 GIF, 3 PNG, 4 BMP, 255 another one; else 0.
    pub format: u32,
    /// Where its bytes are.
    pub object: String,
    /// As it is served.
    pub content_type: String,
    /// The file's name.
    pub name: String,
}

/// Makes kept files of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinishUpload {
    /// The upload.
    pub upload: String,
    /// The original first; `group` is given here.
    pub rows: Vec<MediaRow>,
    /// Of a list of merged messages: the ids that it names.
    pub names: Vec<String>,
    /// The clock.
    pub now_ms: i64,
}

/// What became of a [`FinishUpload`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UploadFinished {
    /// The files, the original first: by this call, or by an earlier one.
    Kept(Vec<MediaRow>),
    /// The upload or one of the planned objects is gone.
    Gone,
}

/// Why files may not be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaFault {
    /// No such file.
    Unknown(String),
    /// The account may not read it.
    Denied(String),
    /// More files than one message may refer to.
    TooMany,
}

/// Files by id.
pub type MediaRows = HashMap<String, MediaRow>;

/// Files that a message refers to.
#[derive(Clone)]
pub struct MediaUse {
    /// Their ids; those in kept lists of merged messages are found here.
    pub ids: Vec<String>,
    /// The message as it is stored, given what is known of its files. Runs inside the transaction, perhaps more than once.
    pub envelope: Arc<dyn Fn(&MediaRows) -> Bytes + Send + Sync>,
}

/// Forgets what nobody needs. One call does a bounded amount of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SweepMedia {
    /// The clock.
    pub now_ms: i64,
    /// Files that no message refers to and that were last used before this go, milliseconds; uploads likewise.
    pub unused_before_ms: i64,
    /// At most so many of each.
    pub batch: u32,
}

/// What a [`SweepMedia`] has found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SweptMedia {
    /// Uploads that are forgotten.
    pub uploads: Vec<String>,
    /// Files that are forgotten, their renditions not counted.
    pub files: u32,
    /// Objects that are to be deleted now.
    pub objects: Vec<String>,
    /// There is more.
    pub more: bool,
}

/// The part of a store that knows files. See the comments of this module and of [`Storage`](super::Storage).
pub trait MediaStorage: Send + Sync {
    /// The secret of this name; `fresh` becomes it when there is none.
    fn secret(&self, name: &'static str, fresh: Vec<u8>) -> StorageFuture<Vec<u8>>;
    /// Starts an upload, or finds the one under way, or the file.
    fn start_upload(&self, op: NewUpload) -> StorageFuture<UploadStarted>;
    /// An upload.
    fn upload(&self, id: &str) -> StorageFuture<Option<Upload>>;
    /// Which of these uploads there are.
    fn known_uploads(&self, ids: Vec<String>) -> StorageFuture<Vec<String>>;
    /// A chunk is there. False: no such upload.
    fn put_chunk(&self, upload: &str, chunk: u32, now_ms: i64) -> StorageFuture<bool>;
    /// Forgets the chunks of an upload.
    fn reset_upload(&self, upload: &str) -> StorageFuture<()>;
    /// Forgets an upload.
    fn drop_upload(&self, upload: &str) -> StorageFuture<()>;
    /// Objects that are about to be written: they are deleted when `due_ms` has passed and no row has taken them up.
    fn plan_objects(&self, objects: Vec<String>, due_ms: i64) -> StorageFuture<()>;
    /// Makes files of an upload; takes its objects up.
    fn finish_upload(&self, op: FinishUpload) -> StorageFuture<UploadFinished>;
    /// A file, for whoever knows its id.
    fn media(&self, id: &str) -> StorageFuture<Option<MediaRow>>;
    /// Files, and those that kept lists among them name, if `account` may read all of them.
    fn readable_media(
        &self,
        app_id: u64,
        account: AccountNo,
        ids: Vec<String>,
    ) -> StorageFuture<Result<MediaRows, MediaFault>>;
    /// Stores a message that refers to files; may be refused like [`Storage::append_message`](super::Storage::append_message). The envelope of `op` is
    /// not looked at.
    fn append_with_media(&self, op: AppendMessage, media: MediaUse) -> StorageFuture<Appended>;
    /// Forgets what nobody needs.
    fn sweep_media(&self, op: SweepMedia) -> StorageFuture<SweptMedia>;
    /// Objects have been deleted.
    fn objects_gone(&self, objects: Vec<String>) -> StorageFuture<()>;
}
