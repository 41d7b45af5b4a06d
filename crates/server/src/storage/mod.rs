//! What the server keeps, as whole atomic operations.
//!
//! An operation takes effect completely or not at all, and its future completes only once the effect is
//! durable. Every method *enqueues its operation before it returns*: of two calls in a row on one thread the
//! first takes effect first, whichever future is awaited first, or none. A future that is dropped does not
//! take its operation back.
//!
//! Storage knows rows, not rules. Where a rule has to be decided on rows that must not change meanwhile (a
//! login on the devices that are signed in), the caller hands in a [`Judge`].
//!
//! Accounts are numbered once; the numbers are the keys of everything else and never given again.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use timbre_protocol::online_push::Kind as Online;
use timbre_protocol::{
    ConversationState, DoNotDisturb, GetExtensionsReply, LogEntry, ReadMark, ReceiptState, ReceiveOption,
};

use crate::error::Refused;

mod annotations;
pub mod media;
mod operations;
mod options;
pub mod sqlite;

pub use annotations::*;
pub use operations::{
    ClearHistory, Cleared, DeleteMessages, Edit, Modified, ModifyMessage, RecallMessage, Recalled,
};
pub use options::*;

/// A running operation. It may be dropped; the operation then still takes place.
pub type StorageFuture<T> = Pin<Box<dyn Future<Output = Result<T, StorageError>> + Send>>;

/// Why an operation failed. Whether it took effect is unknown for [`StorageError::Closed`]; otherwise it
/// did not.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// So many operations wait that this one was not queued; nothing was written.
    #[error("too many operations are waiting")]
    Overloaded,
    /// The storage has been closed, or died with the operation unanswered.
    #[error("the storage is closed")]
    Closed,
    /// The database refused; nothing of the operation was written.
    #[error("the database failed: {0}")]
    Failed(String),
}

/// Number of an account: positive, given once, never again.
pub type AccountNo = i64;
/// Number of a session: unique while the process lives.
pub type SessionId = u64;

/// An app and the keys its UserSigs are made with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Its id.
    pub id: u64,
    /// Active secret keys, at most two; the text itself is the key.
    pub keys: Vec<String>,
    /// A disabled app refuses every login.
    pub disabled: bool,
}

/// An account as the login rules see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub no: AccountNo,
    /// The user id.
    pub user_id: String,
    /// Changes when the log was started anew.
    pub epoch: u64,
    /// Newest entry of the log.
    pub head: u64,
    /// Entries up to here have been trimmed.
    pub floor: u64,
    /// UserSigs made before this Unix second are refused.
    pub sig_not_before: i64,
    /// Banned accounts cannot log in.
    pub banned: bool,
}

/// What a device's row says about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceState {
    /// Logged out, or its session ended by itself.
    SignedOut,
    /// Connected.
    Online,
    /// Signed in, its link is gone.
    Away,
    /// Signed out by another login.
    Kicked,
}

/// A device of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// 16 random bytes made by the installation.
    pub id: Bytes,
    /// `Platform` of the protocol.
    pub platform: i32,
    /// Signed in or not.
    pub state: DeviceState,
    /// Kicked while away and not yet told.
    pub kick_mark: bool,
    /// Login time, milliseconds; kept across reconnects.
    pub login_ms: i64,
    /// When it was last known to be connected, milliseconds.
    pub seen_ms: i64,
    /// Counts the sessions of the device; tells an old session from the current one.
    pub generation: u64,
}

/// What a login may say about a device, kept for those who administer the app.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeviceInfo {
    /// Model.
    pub device_type: String,
    /// Operating system.
    pub system_version: String,
    /// Vendor's brand number.
    pub brand: i64,
    /// UI platform number.
    pub ui_platform: u32,
    /// The core's version.
    pub sdk_version: String,
    /// Text that the host attached to the installation.
    pub user_define_data: String,
    /// Text that the host attached to the login.
    pub custom_login_info: String,
    /// Address of the client.
    pub address: String,
}

/// The verdict over a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The session opens; the devices named are signed out.
    Admit {
        /// Devices that lose their session.
        kick: Vec<Kick>,
        /// Login time of the new session, milliseconds.
        login_ms: i64,
    },
    /// Nothing changes, but that the device's kick mark is taken off when `clear_mark` is set.
    Refuse {
        /// What the client is told.
        refused: Refused,
        /// The mark has been reported by this.
        clear_mark: bool,
    },
}

/// One device that loses its session to a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kick {
    /// Which.
    pub device: Bytes,
    /// It is told at its next login, because it cannot be told now.
    pub mark: bool,
    /// The newcomer is on the same platform.
    pub same_platform: bool,
}

/// Decides a login from the account and all its devices. Runs inside the transaction, perhaps more than once.
pub type Judge = Arc<dyn Fn(&Account, &[Device]) -> Verdict + Send + Sync>;

/// Opens a session, creating the account when `create_epoch` is given.
#[derive(Clone)]
pub struct OpenSession {
    /// The app.
    pub app_id: u64,
    /// The user.
    pub user_id: String,
    /// The epoch of the account if it has to be made; none: an unknown user is refused.
    pub create_epoch: Option<u64>,
    /// Accounts the app may have; 0: any number.
    pub max_accounts: u64,
    /// The device.
    pub device: Bytes,
    /// Its platform.
    pub platform: i32,
    /// What it says of itself.
    pub info: DeviceInfo,
    /// Seconds that its local time is ahead of UTC.
    pub zone_offset_s: i32,
    /// The clock.
    pub now_ms: i64,
    /// The rules.
    pub judge: Judge,
}

/// What became of an [`OpenSession`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionOpened {
    /// The session is open.
    Opened {
        /// The account, perhaps new.
        account: Account,
        /// Number of this session among those of the device.
        generation: u64,
        /// Who lost theirs.
        kicked: Vec<Kick>,
    },
    /// The judge refused.
    Refused(Refused),
    /// No such user, and it may not be made.
    UnknownUser,
    /// The app is full.
    TooManyAccounts,
}

/// How a session ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnd {
    /// The link is gone; the device stays signed in.
    Away,
    /// Logged out.
    SignedOut,
}

/// Ends a session, unless the device has a newer one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseSession {
    /// The account.
    pub account: AccountNo,
    /// The device.
    pub device: Bytes,
    /// Only this session of the device; none: whichever it has.
    pub generation: Option<u64>,
    /// What its row says afterwards.
    pub end: SessionEnd,
    /// The clock.
    pub now_ms: i64,
}

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionView {
    /// The account's log head.
    pub head: u64,
    /// The device still has the session of the generation asked for.
    pub current: bool,
}

/// A change of an account by its administrator. `None` leaves a value as it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AccountChange {
    /// Refuse UserSigs from before this Unix second.
    pub sig_not_before: Option<i64>,
    /// Ban or unban.
    pub banned: Option<bool>,
}

/// Stores one one-to-one message, and an entry in the log of each side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppendMessage {
    /// The app.
    pub app_id: u64,
    /// The sender.
    pub sender: AccountNo,
    /// The receiver's user id; may be the sender's own.
    pub receiver: String,
    /// Half of the idempotency key.
    pub client_time: u32,
    /// The other half.
    pub random: u32,
    /// Flags of the message.
    pub flags: u32,
    /// The clock; the message's time is never before the last one of its conversation.
    pub now_ms: i64,
    /// An encoded `ChatMessage` without `conv_seq` and `server_time_ms`, which are added here.
    pub envelope: Bytes,
    /// The session whose own entry is not pushed back to it.
    pub origin: SessionId,
}

/// What became of an [`AppendMessage`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Appended {
    /// It is stored: by this call, or it was by an earlier one with the same key.
    Stored {
        /// Place in the conversation.
        conv_seq: u64,
        /// Moment of acceptance, milliseconds.
        server_time_ms: i64,
        /// Entry in the sender's log.
        log_seq: u64,
        /// An earlier call stored it; nothing was written.
        repeated: bool,
    },
    /// No such user.
    UnknownReceiver,
    /// A file that the message names is not there, or is not the sender's to show; nothing was written.
    Media(media::MediaFault),
}

/// Names a send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendIdentity {
    /// The receiver's user id.
    pub receiver: String,
    /// Half of the idempotency key.
    pub client_time: u32,
    /// The other half.
    pub random: u32,
}

/// A send that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundSend {
    /// Place in the conversation.
    pub conv_seq: u64,
    /// Moment of acceptance, milliseconds.
    pub server_time_ms: i64,
    /// Entry in the sender's log.
    pub log_seq: u64,
}

/// Where a page of history begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HistoryStart {
    /// At the end of the direction: newest for older pages, oldest for newer ones.
    End,
    /// At this sequence, included.
    Seq(u64),
    /// At this time, included.
    Time(i64),
}

/// Reads a page of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadHistory {
    /// The app.
    pub app_id: u64,
    /// Whose history.
    pub account: AccountNo,
    /// The other side's user id.
    pub peer: String,
    /// Where to begin.
    pub start: HistoryStart,
    /// Towards newer messages.
    pub newer: bool,
    /// At most so many.
    pub count: u32,
    /// Stop here, included; 0: no bound.
    pub until_seq: u64,
    /// At most so many bytes, but one message always.
    pub max_bytes: usize,
}

/// A page of history; fields as in `HistoryReply`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HistoryPage {
    /// Encoded `ChatMessage`s in the direction's order.
    pub messages: Vec<Bytes>,
    /// Everything visible from here
    pub low_seq: u64,
    /// to here is in `messages`.
    pub high_seq: u64,
    /// Nothing more in this direction.
    pub finished: bool,
}

/// Reads log entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadLog {
    /// Whose.
    pub account: AccountNo,
    /// The entry before the first one wanted.
    pub after: u64,
    /// At most so many.
    pub limit: u32,
    /// At most so many bytes, but one entry always.
    pub max_bytes: usize,
}

/// A run of log entries.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LogPage {
    /// Contiguous from `after + 1`.
    pub entries: Vec<LogEntry>,
    /// Newest number.
    pub head: u64,
    /// The log does not reach back to `after`, or not up to it.
    pub reset: bool,
}

/// Reads the conversation list as of one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadSnapshot {
    /// Whose.
    pub account: AccountNo,
    /// At most so many, newest activation first; 0: all.
    pub max: u32,
    /// Only those activated at or after this, milliseconds.
    pub active_since_ms: i64,
}

/// The conversation list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Snapshot {
    /// Log head at that moment.
    pub cursor: u64,
    /// The account's epoch.
    pub epoch: u64,
    /// Newest activation first.
    pub conversations: Vec<ConversationState>,
    /// Every receive option that is not 0.
    pub receive_options: Vec<ReceiveOption>,
    /// Do-not-disturb.
    pub do_not_disturb: DoNotDisturb,
}

/// Up to where messages are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadUpTo {
    /// Everything in every one-to-one conversation.
    AllC2c,
    /// Everything in the conversation with this user.
    Newest(String),
    /// Up to this sequence, included.
    Seq(String, u64),
    /// Messages at or before this time.
    Time(String, i64),
}

/// Moves read positions forward.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkRead {
    /// The app.
    pub app_id: u64,
    /// Whose.
    pub account: AccountNo,
    /// Which, and how far.
    pub up_to: ReadUpTo,
}

/// What a [`MarkRead`] moved.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Marked {
    /// One for each conversation that moved.
    pub marks: Vec<ReadMark>,
    /// The last entry made in the owner's log; the newest one there is when nothing moved.
    pub log_seq: u64,
}

/// Forgets what is too old. One call does a bounded amount of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expire {
    /// Messages from before this lose their content, and the log entries up to them go, milliseconds.
    pub erase_before_ms: i64,
    /// Messages from before this are forgotten, their idempotency keys included; not after
    /// `erase_before_ms`.
    pub forget_before_ms: i64,
    /// At most so many messages.
    pub batch: u32,
}

/// What an [`Expire`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Expired {
    /// Messages that lost their content.
    pub erased: u32,
    /// Messages that were forgotten.
    pub forgotten: u32,
}

/// What a commit has for one user.
#[derive(Debug, Clone, PartialEq)]
pub struct CommitEvent {
    /// Whose.
    pub account: AccountNo,
    /// What.
    pub news: News,
    /// The session that made it and is not to be pushed it.
    pub origin: Option<SessionId>,
}

/// What a user is told of a commit.
#[derive(Debug, Clone, PartialEq)]
pub enum News {
    /// An entry appended to the user's log.
    Entry(LogEntry),
    /// For the devices that are connected now.
    Online(Online),
}

/// Is told of every commit's news, in commit order, never before the commit.
pub type CommitListener = Arc<dyn Fn(&mut Vec<CommitEvent>) + Send + Sync>;

/// A store. See the module's comment for what all implementations promise.
pub trait Storage: media::MediaStorage {
    /// Who is told of commits; replaces an earlier listener.
    fn on_commit(&self, listener: CommitListener);
    /// All apps.
    fn apps(&self) -> StorageFuture<Vec<App>>;
    /// Makes an app, or replaces the keys of one.
    fn put_app(&self, app: App) -> StorageFuture<()>;
    /// Nobody is connected: to be called once at the start.
    fn forget_presence(&self, now_ms: i64) -> StorageFuture<()>;
    /// Opens a session.
    fn open_session(&self, op: OpenSession) -> StorageFuture<SessionOpened>;
    /// Where a session of a device stands.
    fn session_view(&self, account: AccountNo, device: Bytes, generation: u64) -> StorageFuture<SessionView>;
    /// Ends a session.
    fn close_session(&self, op: CloseSession) -> StorageFuture<()>;
    /// An account by its name.
    fn account(&self, app_id: u64, user_id: &str) -> StorageFuture<Option<Account>>;
    /// Changes an account; false: no such account.
    fn change_account(&self, app_id: u64, user_id: &str, change: AccountChange) -> StorageFuture<bool>;
    /// Stores a message. May be refused with [`StorageError::Overloaded`].
    fn append_message(&self, op: AppendMessage) -> StorageFuture<Appended>;
    /// What became of sends; one answer for each key, in order.
    fn find_sends(
        &self,
        app_id: u64,
        sender: AccountNo,
        keys: Vec<SendIdentity>,
    ) -> StorageFuture<Vec<Option<FoundSend>>>;
    /// A page of history.
    fn history(&self, op: ReadHistory) -> StorageFuture<HistoryPage>;
    /// Entries of a log.
    fn log(&self, op: ReadLog) -> StorageFuture<LogPage>;
    /// The conversation list.
    fn snapshot(&self, op: ReadSnapshot) -> StorageFuture<Snapshot>;
    /// Moves read positions.
    fn mark_read(&self, op: MarkRead) -> StorageFuture<Marked>;
    /// Takes a message back.
    fn recall_message(&self, op: RecallMessage) -> StorageFuture<Recalled>;
    /// Changes the content of a message.
    fn modify_message(&self, op: ModifyMessage) -> StorageFuture<Modified>;
    /// Makes messages invisible for one user; answers the log entry that tells the new unread number, 0 when it
    /// has not changed.
    fn delete_messages(&self, op: DeleteMessages) -> StorageFuture<u64>;
    /// Makes a whole history invisible for one user.
    fn clear_history(&self, op: ClearHistory) -> StorageFuture<Cleared>;
    /// Notes that messages were read by `op.account`, and tells their sender. Answers the number up to which the
    /// reader's log shows it.
    fn send_receipts(&self, op: AtMessages, now_ms: i64) -> StorageFuture<u64>;
    /// The receipts of own messages, one for each message asked for.
    fn receipts(&self, op: AtMessages) -> StorageFuture<Vec<ReceiptState>>;
    /// Writes extensions.
    fn write_extensions(&self, op: WriteExtensions) -> StorageFuture<ExtensionsWritten>;
    /// What changed of a message's extensions after the change `after`; none: no such message.
    fn extensions(&self, at: AtMessage, after: u64) -> StorageFuture<Option<GetExtensionsReply>>;
    /// Gives or takes back a reaction.
    fn react(&self, op: React) -> StorageFuture<Reacted>;
    /// The reactions to messages, with the first `users` users of each.
    fn reactions(&self, op: AtMessages, users: u32) -> StorageFuture<Vec<MessageReactionsRead>>;
    /// The users of one reaction.
    fn reaction_users(&self, op: ReadReactionUsers) -> StorageFuture<ReactionUsers>;
    /// Sets receive options.
    fn set_receive_option(&self, op: SetReceiveOption) -> StorageFuture<ReceiveOptionSet>;
    /// The receive options of `account` for some users, 0 where nothing is set.
    fn receive_options(&self, app_id: u64, account: AccountNo, peers: Vec<String>) -> StorageFuture<Vec<u8>>;
    /// Sets do-not-disturb. Answers the number up to which the user's log shows it.
    fn set_do_not_disturb(&self, op: SetDoNotDisturb) -> StorageFuture<u64>;
    /// A user's do-not-disturb.
    fn do_not_disturb(&self, account: AccountNo) -> StorageFuture<DoNotDisturb>;
    /// Forgets what is too old.
    fn expire(&self, op: Expire) -> StorageFuture<Expired>;
    /// Finishes what is queued and closes; later operations fail with [`StorageError::Closed`].
    fn close(&self) -> StorageFuture<()>;
}
