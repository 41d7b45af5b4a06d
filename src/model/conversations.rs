//! The ConvInfo object (spec 05 section 3.1) and the parameters of the conversation functions.

use super::messages::{ConvKey, Message, ReadState, write_message};

mod json;
pub mod objects;

pub use json::{conv_array, decode_conv_params, total_unread, write_conversation};

/// A conversation as this device holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Conversation {
    /// Row number in the local store.
    pub row: i64,
    /// Type and id.
    pub key: ConvKey,
    /// An entry of the conversation list; false for rows that only carry messages and positions.
    pub listed: bool,
    /// Order key without the pin offset: activation time in milliseconds × 1000 + a digit that makes it unique
    /// (spec 05 section 3.3).
    pub base: i64,
    /// Pinned.
    pub pinned: bool,
    /// `conv_unread_num`.
    pub unread: u32,
    /// The owner's read position as a conversation sequence.
    pub read_seq: u64,
    /// Server time of the message at `read_seq`, milliseconds.
    pub read_time_ms: i64,
    /// The peer's read position as a conversation sequence.
    pub peer_read_seq: u64,
    /// Server time of the message at `peer_read_seq`, milliseconds.
    pub peer_read_time_ms: i64,
    /// `TIMReceiveMessageOpt`.
    pub recv_opt: u8,
    /// Name shown; empty when only the id is known.
    pub show_name: String,
    /// Avatar shown.
    pub face_url: String,
    /// Newest conversation sequence known to exist.
    pub last_seq: u64,
    /// Everything up to this conversation sequence has been cleared by the user.
    pub clear_seq: u64,
    /// The preview.
    pub last: Option<Box<Message>>,
}

/// What pinning adds to the order key.
pub const PIN_OFFSET: i64 = 1 << 52;

impl Conversation {
    /// `conv_active_time`.
    pub fn order_key(&self) -> i64 {
        self.base + if self.pinned { PIN_OFFSET } else { 0 }
    }

    /// What its messages need to know to say whether they were read.
    pub fn read_state(&self) -> ReadState {
        ReadState {
            read_seq: self.read_seq,
            peer_read_seq: self.peer_read_seq,
        }
    }
}
