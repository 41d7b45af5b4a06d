//! What goes into the engine and what comes out of it.

use std::fmt;
use std::path::PathBuf;

use bytes::Bytes;

use super::extensions::ExtensionOp;
use super::options::OptionOp;
use super::reactions::ReactionOp;
use super::receipts::ReceiptOp;
use super::transfers::{Progress, TransferEvent, TransferJob};
use super::translation::LanguageOp;
use super::unbuilt::Unbuilt;
use crate::model::conversations::Conversation;
use crate::model::error::{Outcome, Refusal};
use crate::model::experimental::Operation;
use crate::model::json::Checked;
use crate::model::messages::objects::MsgLocator;
use crate::model::messages::{BatchParam, ConvKey, HistoryParam, Message, MessageDraft};
use crate::model::session::Settings;

/// The time at which an input is handled. The engine has no clock of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Now {
    /// Monotonic milliseconds from an arbitrary start.
    pub mono_ms: u64,
    /// Wall clock, milliseconds since the Unix epoch; may jump.
    pub wall_ms: i64,
}

/// One thing that happened.
#[derive(Debug)]
pub enum Input {
    /// The host called a function.
    Call(Op, Done),
    /// Something happened to the link.
    Link(LinkEvent),
    /// A deadline that [`Engine::next_deadline`](super::Engine::next_deadline) named may have passed.
    Tick,
    /// The receive callback has run for every message that arrived up to this row.
    Thrown {
        /// Generation of the login the messages belong to.
        generation: u64,
        /// Row number in the local store.
        row: i64,
    },
    /// Something happened to a transfer.
    Transfer {
        /// Number of the job; one that has ended or was cancelled is ignored.
        id: u64,
        /// What.
        event: TransferEvent,
    },
    /// The reader has finished a job.
    Read(ReadDone),
    /// Seconds that local time is ahead of UTC, at the start and whenever it has changed; without it, 0.
    Zone(i32),
    /// `TIMUninit`: every pending operation ends with 7009. Nothing is handled after it.
    Shutdown,
}

/// What the link driver reports. A link is numbered by the [`Output::Connect`] that asked for it; events of an
/// older one are ignored.
#[derive(Debug)]
pub enum LinkEvent {
    /// The WebSocket is open.
    Opened {
        /// Number of the attempt.
        link: u64,
    },
    /// The attempt failed.
    Failed {
        /// Number of the attempt.
        link: u64,
        /// A network code of spec 01 section 3.2.
        code: i32,
        /// What failed, in words.
        text: String,
    },
    /// An open link was lost or closed.
    Closed {
        /// Number of the attempt.
        link: u64,
        /// A network code of spec 01 section 4.11.
        code: i32,
        /// What happened, in words.
        text: String,
    },
    /// A binary WebSocket message.
    Packet {
        /// Number of the attempt.
        link: u64,
        /// Its content.
        bytes: Bytes,
    },
}

/// A call of the host, with its arguments checked for shape (spec 01 section 3.1, steps 1 to 3).
#[derive(Debug)]
pub enum Op {
    /// `TIMLogin`.
    Login {
        /// 1 to 32 bytes of printable ASCII; checked by the engine (7003).
        user_id: String,
        /// The UserSig.
        user_sig: String,
    },
    /// `TIMLogout`.
    Logout,
    /// `TIMSetConfig`: settings that concern the engine; the driver has applied its own.
    Configure(Box<Settings>),
    /// `callExperimentalAPI`.
    Experimental(Box<Operation>),
    /// `TIMMsgSendMessage`.
    Send(Box<SendOp>),
    /// `TIMMsgGetMsgList`.
    GetHistory {
        /// The conversation.
        conv: ConvKey,
        /// Its parameters.
        param: Box<HistoryParam>,
    },
    /// `TIMMsgFindMessages`.
    FindMessages {
        /// Message ids, in the order asked.
        ids: Vec<String>,
    },
    /// `TIMMsgFindByMsgLocatorList`.
    FindByLocators {
        /// The conversation.
        conv: ConvKey,
        /// The locators, and the first of their values that is not allowed.
        locators: Checked<Vec<MsgLocator>>,
    },
    /// `TIMMsgCancelSend`.
    CancelSend {
        /// The conversation.
        conv: ConvKey,
        /// The message's id.
        msg_id: String,
    },
    /// `TIMMsgDownloadElemToPath`.
    DownloadElem(Box<DownloadOp>),
    /// `TIMMsgDownloadMergerMessage`: the message, as it was given.
    DownloadMerged(Box<MessageDraft>),
    /// `TIMMsgBatchSend`.
    BatchSend(BatchParam),
    /// `TIMMsgRevoke`.
    Recall {
        /// The conversation.
        conv: ConvKey,
        /// Names the message.
        message: Box<MessageDraft>,
    },
    /// `TIMMsgModifyMessage`.
    Modify {
        /// Names the message, and holds its new content.
        draft: Box<MessageDraft>,
        /// The Message as it was given, which some failures give back.
        given: String,
    },
    /// `TIMMsgDelete`.
    Delete {
        /// The conversation.
        conv: ConvKey,
        /// Names the message.
        message: Box<MessageDraft>,
        /// In the cloud too.
        cloud: bool,
    },
    /// `TIMMsgListDelete`.
    DeleteList {
        /// The conversation.
        conv: ConvKey,
        /// Name the messages.
        messages: Vec<MessageDraft>,
    },
    /// `TIMMsgClearHistoryMessage`.
    ClearHistory(ConvKey),
    /// `TIMMsgSaveMsg`.
    Save {
        /// The conversation.
        conv: ConvKey,
        /// What to save.
        draft: Box<MessageDraft>,
    },
    /// `TIMMsgImportMsgList`.
    Import {
        /// The conversation.
        conv: ConvKey,
        /// What to save, in its order.
        drafts: Vec<MessageDraft>,
    },
    /// `TIMMsgSetLocalCustomData`.
    SetLocalCustomData(Box<MessageDraft>),
    /// `TIMConvGetConvList`.
    GetConvList,
    /// `TIMConvGetConvInfo`; an empty list ends with 6017.
    GetConvInfo(Vec<ConvKey>),
    /// `TIMConvGetTotalUnreadMessageCount`.
    GetTotalUnread,
    /// `TIMConvCleanConversationUnreadMessageCount`.
    CleanUnread {
        /// What to clean.
        scope: CleanScope,
        /// C2C: messages with a server time up to this become read, Unix seconds; 0 all.
        timestamp: u64,
        /// Group: messages with a sequence up to this become read; 0 all.
        sequence: u64,
    },
    /// `TIMMsgReportReaded`.
    ReportRead {
        /// What to clean.
        scope: CleanScope,
        /// The message to read up to, when one was given.
        message: Option<Box<MessageDraft>>,
    },
    /// What concerns read receipts.
    Receipts(ReceiptOp),
    /// What concerns receive options.
    Options(OptionOp),
    /// What concerns the extensions of a message.
    Extensions(Box<ExtensionOp>),
    /// What concerns reactions.
    Reactions(ReactionOp),
    /// Translation, and recordings as text.
    Languages(LanguageOp),
    /// `timbre_explain`.
    Explain(ConvKey),
    /// A function whose area is not built, with the first of its values that is not allowed.
    Unbuilt(Unbuilt, Option<Box<Refusal>>),
}

/// The reach of a call that clears unread counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CleanScope {
    /// One conversation.
    One(ConvKey),
    /// All one-to-one conversations.
    AllC2c,
    /// All groups.
    AllGroups,
    /// Everything.
    All,
}

/// A message to be sent, with the identity that the call has already told its caller.
#[derive(Debug)]
pub struct SendOp {
    /// The conversation.
    pub conv: ConvKey,
    /// What to send.
    pub draft: MessageDraft,
    /// Its identity.
    pub identity: Identity,
    /// The draft names a failed or cancelled message of this device, whose identity is used again.
    pub resend: bool,
}

/// A file to be downloaded.
#[derive(Debug)]
pub struct DownloadOp {
    /// The address as given; empty when only the id is known.
    pub url: String,
    /// The file's id as given; may be empty.
    pub id: String,
    /// Where to.
    pub path: PathBuf,
    /// Who hears how far it is.
    pub progress: Progress,
}

/// What makes a message this message and no other (spec 03 section 2.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// `<tiny id>-<client time>-<rand>`.
    pub msg_id: String,
    /// Unix seconds at the call.
    pub client_time: u32,
    /// Never 0.
    pub rand: u32,
    /// Counter of the sending core.
    pub client_seq: u32,
}

/// Something to be done outside the engine. Outputs are released only after the engine's commit.
#[derive(Debug)]
pub enum Output {
    /// Open a link. Ends an older one.
    Connect(ConnectTarget),
    /// Send these bytes as one binary WebSocket message on the link.
    Transmit {
        /// Number of the attempt.
        link: u64,
        /// An encoded packet.
        bytes: Bytes,
    },
    /// Close the link, if it is still this one.
    Disconnect {
        /// Number of the attempt.
        link: u64,
    },
    /// An operation has ended.
    Complete(Done, Outcome),
    /// An operation that goes on has got further.
    Progress(Progress, Outcome),
    /// Tell the host.
    Event(Event),
    /// Work for the reader.
    Read(ReadJob),
    /// Work for the transfers.
    Transfer(TransferJob),
    /// Ends a transfer, if it is still there; nothing is heard of it any more.
    CancelTransfer(u64),
    /// A line for the log. Never holds a UserSig, a password or the content of a message.
    Log {
        /// `TIMLogLevel`.
        level: u8,
        /// The area, for example `session`.
        area: &'static str,
        /// The line.
        text: String,
    },
}

/// Where and how to open a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectTarget {
    /// Number of the attempt.
    pub link: u64,
    /// `ws://` or `wss://`.
    pub url: String,
    /// Public key pin of spec 01 section 7 (`set_custom_server_info`): empty, a PEM, or `sha256/<base64>`.
    pub pin: String,
}

/// An event callback that is due.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Generation of the login it belongs to; an event of an older one is not delivered. 0: of none.
    pub generation: u64,
    /// What to tell.
    pub kind: EventKind,
}

/// What an event tells.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub enum EventKind {
    /// `TIMNetworkStatusListenerCallback`.
    NetworkStatus { status: i32, code: i32, desc: String },
    /// `TIMKickedOfflineCallback`.
    KickedOffline,
    /// `TIMUserSigExpiredCallback`.
    UserSigExpired,
    /// `TIMRecvNewMsgCallback`: a JSON array of one conversation; `row` is the last message's row (0 for
    /// online-only ones), to be handed back as [`Input::Thrown`].
    NewMessages { json: String, row: i64 },
    /// `TIMMsgRevokeCallback`: a JSON array of locators with who recalled each message.
    MessagesRecalled { json: String },
    /// `TIMMsgUpdateCallback`: a JSON array of messages.
    MessagesUpdated { json: String },
    /// `TIMConvEventCallback`.
    Conversations { event: i32, json: String },
    /// `TIMConvTotalUnreadMessageCountChangedCallback`.
    TotalUnread(i32),
    /// `TIMMsgReadedReceiptCallback`.
    ReadReceipts { json: String },
    /// `TIMMsgElemUploadProgressCallback`: bytes of the element at `index` of the message.
    UploadProgress {
        json: String,
        index: u32,
        done: u64,
        total: u64,
    },
    /// `TIMMsgAllMessageReceiveOptionCallback`.
    AllReceiveOption { json: String },
    /// `TIMMsgExtensionsChangedCallback`.
    ExtensionsChanged { msg_id: String, json: String },
    /// `TIMMsgExtensionsDeletedCallback`.
    ExtensionsDeleted { msg_id: String, json: String },
    /// `TIMMsgReactionsChangedCallback`.
    ReactionsChanged { json: String },
    /// `TIMExperimentalNotifyCallback`.
    Notify { key: &'static str, data: String },
}

/// A query for the reader: may take long, writes nothing, sees everything committed before it was issued.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadJob {
    /// Given back with the answer.
    pub ticket: u64,
    /// The database file.
    pub path: PathBuf,
    /// What to read.
    pub query: ReadQuery,
}

/// What the reader can be asked.
#[derive(Debug, Clone, PartialEq)]
pub enum ReadQuery {
    /// A page of local history.
    Page(crate::store::messages::PageQuery),
    /// The conversation list.
    Conversations,
}

/// The reader's answer.
#[derive(Debug)]
pub struct ReadDone {
    /// Of the [`ReadJob`].
    pub ticket: u64,
    /// Rows, or what failed.
    pub result: Result<ReadRows, crate::store::StoreError>,
}

/// Rows that the reader found.
#[derive(Debug)]
pub enum ReadRows {
    /// Of [`ReadQuery::Page`].
    Messages(Vec<Message>),
    /// Of [`ReadQuery::Conversations`].
    Conversations(Vec<Conversation>),
}

/// The right, and the duty, to end one operation: its completion callback. Dropping one unanswered is a bug
/// that a debug build stops at.
pub struct Done(Option<Box<dyn FnOnce(Outcome) + Send>>);

impl Done {
    /// A completion that runs `f`.
    pub fn new(f: impl FnOnce(Outcome) + Send + 'static) -> Self {
        Self(Some(Box::new(f)))
    }

    /// A completion that nobody waits for.
    pub fn ignore() -> Self {
        Self::new(|_| ())
    }

    /// Runs it. Only the dispatcher calls this; the engine hands it on in [`Output::Complete`].
    pub fn run(mut self, outcome: Outcome) {
        if let Some(f) = self.0.take() {
            f(outcome);
        }
    }
}

impl Drop for Done {
    fn drop(&mut self) {
        debug_assert!(
            self.0.is_none() || std::thread::panicking(),
            "a completion was dropped unanswered"
        );
    }
}

impl fmt::Debug for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Done")
    }
}
