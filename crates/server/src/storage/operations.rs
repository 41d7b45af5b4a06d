//! What storage does with messages that are stored.

use std::sync::Arc;

use bytes::Bytes;
use timbre_protocol::{Body, ChatMessage, MessageRef, Recall};

use super::AccountNo;
use crate::error::Refused;

/// Takes a message back.
#[derive(Debug, Clone, PartialEq)]
pub struct RecallMessage {
    /// The app.
    pub app_id: u64,
    /// Who asks.
    pub account: AccountNo,
    /// The other side's user id.
    pub peer: String,
    /// Which message.
    pub message: MessageRef,
    /// Messages from before this are too old, milliseconds; 0: none is.
    pub not_before_ms: i64,
    /// What the message says of it from then on.
    pub recall: Recall,
}

/// What became of a [`RecallMessage`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recalled {
    /// It is recalled: by this call, or it was by the same operator. The encoded message as it is now.
    Done(Bytes),
    /// There is no such message, or retention has taken its content.
    NotFound,
    /// Somebody else sent it.
    NotSender,
    /// It is too old.
    TooLate,
    /// Another operator has recalled it.
    ByAnother,
}

/// Makes the new body of a message from the stored one, or refuses. Runs inside the transaction, perhaps more
/// than once.
pub type Edit = Arc<dyn Fn(&ChatMessage) -> Result<Body, Refused> + Send + Sync>;

/// Changes the content of a message.
#[derive(Clone)]
pub struct ModifyMessage {
    /// The app.
    pub app_id: u64,
    /// Who asks.
    pub account: AccountNo,
    /// The other side's user id.
    pub peer: String,
    /// Which message.
    pub message: MessageRef,
    /// The version that it must have.
    pub version: u32,
    /// Only its sender may.
    pub sender_only: bool,
    /// The change.
    pub edit: Edit,
}

/// What became of a [`ModifyMessage`]; with the encoded message as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Modified {
    /// It has the content.
    Done(Bytes),
    /// It has another version.
    Conflict(Bytes),
    /// It has been recalled.
    Recalled(Bytes),
    /// Somebody else sent it.
    Denied(Bytes),
    /// The edit refused.
    Refused(Refused),
    /// There is no such message, or retention has taken its content.
    NotFound,
}

/// Makes messages invisible for one user.
#[derive(Debug, Clone, PartialEq)]
pub struct DeleteMessages {
    /// The app.
    pub app_id: u64,
    /// For whom.
    pub account: AccountNo,
    /// The other side's user id.
    pub peer: String,
    /// Which; those that are not there are passed over.
    pub messages: Vec<MessageRef>,
}

/// Makes everything that a conversation has now invisible for one user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClearHistory {
    /// The app.
    pub app_id: u64,
    /// For whom.
    pub account: AccountNo,
    /// The other side's user id.
    pub peer: String,
}

/// What a [`ClearHistory`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cleared {
    /// Everything up to this sequence is invisible.
    pub clear_seq: u64,
    /// The entry that tells the new unread number; 0: it has not changed.
    pub log_seq: u64,
}
