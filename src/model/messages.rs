//! The Message object (spec 03 section 3) and its elements (section 4), as the engine holds them; decoding
//! and encoding of the JSON stand in the submodules.

use bytes::Bytes;
use timbre_protocol::{Body, Recall, flags};

mod decode;
mod element_json;
pub mod elements;
mod encode;
pub mod merged;
pub mod names;
pub mod objects;
mod push;
mod wire;

pub use decode::{
    BatchParam, DeleteParam, MAX_CUSTOM_STR, decode_batch_param, decode_delete_param, decode_history_param,
    decode_local_custom, decode_message, decode_message_ids, decode_named, decode_receipt_message,
    decode_saved,
};
pub use encode::{ReadState, message_array, recall_array, write_message};
pub use wire::message_id;

use objects::MsgLocator;

/// A conversation: its type and its bare id (spec 05 section 1.2).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConvKey {
    /// One-to-one or group.
    pub kind: ConvType,
    /// The other user's id, or the group's.
    pub id: String,
}

/// `TIMConvType` without the values that no conversation has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ConvType {
    /// 1
    C2c,
    /// 2
    Group,
}

/// `TIMMsgStatus` (spec 03 section 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// 1: from the send call to its result.
    Sending,
    /// 2: acknowledged, or received.
    Sent,
    /// 3: ended with an error.
    Failed,
    /// 4: deleted on this device.
    Deleted,
    /// 5: saved or imported, local only.
    Imported,
    /// 6: recalled.
    Revoked,
    /// 7: cancelled by the app.
    Cancelled,
}

/// A message as this device holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// Row number in the local store: the order of arrival. 0 until stored.
    pub row: i64,
    /// The conversation.
    pub conv: ConvKey,
    /// `message_msg_id`: `<tiny id>-<client time>-<rand>`.
    pub msg_id: String,
    /// User id of the sender.
    pub sender: String,
    /// Account number of the sender; 0 when not known.
    pub sender_tiny: u64,
    /// Sent by the user of this store, from whichever device.
    pub from_self: bool,
    /// Unix seconds, the sender's clock at the send call.
    pub client_time: u32,
    /// `message_rand`.
    pub rand: u32,
    /// `message_seq` of a one-to-one message: a counter of the sending core.
    pub client_seq: u32,
    /// Place in the conversation, given by the server; 0 while unknown.
    pub conv_seq: u64,
    /// Unix milliseconds at which the server accepted it; 0 while unsent.
    pub server_time_ms: i64,
    /// Sort key in time: `server_time_ms`, or the local clock (server-corrected, milliseconds) while unsent.
    pub time_ms: i64,
    /// Where it is in its life.
    pub status: Status,
    /// Bits of [`timbre_protocol::flags`].
    pub flags: u32,
    /// `TIMMsgPriority` 0..=3.
    pub priority: u8,
    /// `TIMPlatform` of the sending device.
    pub platform: u8,
    /// Number of modifications so far.
    pub version: u32,
    /// Elements, cloud custom data, push configuration.
    pub body: Body,
    /// Nickname of the sender at the moment of sending.
    pub sender_nick: String,
    /// Avatar of the sender at the moment of sending.
    pub sender_face: String,
    /// `message_custom_int`, this device only.
    pub custom_int: u32,
    /// `message_custom_str`, this device only; any bytes, at most 64 KiB.
    pub custom_str: Bytes,
    /// How it came here.
    pub origin: Origin,
    /// Who recalled it; there when the status is Revoked.
    pub recall: Option<Box<Recall>>,
    /// Receipts for this very message.
    pub receipt: Receipt,
}

/// What is known of the read receipts of one message (spec 04 section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Receipt {
    /// This user has sent one for it.
    pub sent: bool,
    /// When the peer of a one-to-one conversation sent one, milliseconds; 0: not yet.
    pub peer_read_ms: i64,
}

impl Receipt {
    /// What both know: a receipt is never taken back.
    pub fn with(self, other: Self) -> Self {
        Self {
            sent: self.sent || other.sent,
            peer_read_ms: if self.peer_read_ms > 0 {
                self.peer_read_ms
            } else {
                other.peer_read_ms
            },
        }
    }
}

/// How a message came into the local store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Sent by this device.
    OwnSend,
    /// Pushed or synchronised: the receive callback is owed for it.
    Received,
    /// Pulled as history: never thrown.
    History,
}

/// Bit of [`Message::flags`] that stays on this device: an imported message that its owner has not read.
pub const IMPORTED_UNREAD: u32 = 1 << 31;

/// What a host gives to be sent, decoded and not yet checked.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MessageDraft {
    /// Decoded elements; a refusal where one is not sendable (6016, spec 03 section 6.2), raised through the
    /// callback.
    pub body: Body,
    /// The first refusal met in the elements; the send ends with it.
    pub refusal: Option<super::error::Refusal>,
    /// Bits of [`timbre_protocol::flags`], the online-only bit among them.
    pub flags: u32,
    /// `TIMMsgPriority`; out of range counts as 1.
    pub priority: u8,
    /// `message_cloud_custom_str` is given.
    pub cloud_given: bool,
    /// `message_custom_int`, when given.
    pub custom_int: Option<u32>,
    /// `message_custom_str`, when given.
    pub custom_str: Option<Bytes>,
    /// `message_msg_id` of the JSON; empty when it names no message.
    pub given_id: String,
    /// `message_is_forward_message`.
    pub forward: bool,
    /// Identity keys of the JSON as given (0 = not given): used to locate an existing message.
    pub server_time: u64,
    /// `message_seq` as given.
    pub seq: u64,
    /// `message_rand` as given.
    pub rand: u64,
    /// `message_client_time` as given.
    pub client_time: u64,
    /// `message_sender` as given.
    pub sender: String,
    /// `message_is_read` as given.
    pub is_read: Option<bool>,
    /// `message_version` as given.
    pub version: Option<u32>,
    /// `message_status` as given.
    pub given_status: Option<Status>,
    /// `message_msg_id` of each message in the list of a merged element, in their order; empty where there is none.
    pub merged_ids: Vec<String>,
    /// `message_conv_id` and `message_conv_type` as given, when both are there and valid.
    pub conv: Option<ConvKey>,
}

/// Decoded parameters of `TIMMsgGetMsgList` (spec 03 section 10.1).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct HistoryParam {
    /// Number wanted; 0 when absent.
    pub count: u32,
    /// Cloud merged with local.
    pub cloud: bool,
    /// Towards newer messages.
    pub newer: bool,
    /// Start, excluded; none for absent, `null` and `{}`.
    pub last: Option<Box<MessageDraft>>,
    /// Start, included, groups only; 0 none.
    pub last_seq: u64,
    /// Unix seconds; 0 = now.
    pub time_begin: u64,
    /// Seconds; 0 = unlimited.
    pub time_period: u64,
    /// First-element kinds; empty = all.
    pub types: Vec<i32>,
    /// Exact sequences, groups only.
    pub seqs: Vec<u64>,
    /// The first number outside its range; the call ends with it.
    pub refusal: Option<super::error::Refusal>,
}

impl ConvKey {
    /// The one-to-one conversation with `peer`.
    pub fn c2c(peer: impl Into<String>) -> Self {
        Self {
            kind: ConvType::C2c,
            id: peer.into(),
        }
    }

    /// The unique conversation id of spec 05 section 1.2: `c2c_<user>` or `group_<group>`.
    pub fn unique_id(&self) -> String {
        match self.kind {
            ConvType::C2c => format!("c2c_{}", self.id),
            ConvType::Group => format!("group_{}", self.id),
        }
    }

    /// Reads a unique conversation id; none when the prefix is not one of the two or nothing follows it.
    pub fn from_unique_id(id: &str) -> Option<Self> {
        let (kind, rest) = match id.strip_prefix("c2c_") {
            Some(rest) => (ConvType::C2c, rest),
            None => (ConvType::Group, id.strip_prefix("group_")?),
        };
        (!rest.is_empty()).then(|| Self {
            kind,
            id: rest.to_owned(),
        })
    }

    /// As the wire names it.
    pub fn to_wire(&self) -> timbre_protocol::Conversation {
        timbre_protocol::Conversation {
            r#type: self.kind.number(),
            id: self.id.clone(),
        }
    }
}

impl ConvType {
    /// The number of `TIMConvType`.
    pub fn number(self) -> u32 {
        match self {
            Self::C2c => 1,
            Self::Group => 2,
        }
    }

    /// The type with this `TIMConvType` number, 1 or 2.
    pub fn from_number(n: u32) -> Option<Self> {
        match n {
            1 => Some(Self::C2c),
            2 => Some(Self::Group),
            _ => None,
        }
    }
}

impl Status {
    /// The number of `TIMMsgStatus`.
    pub fn number(self) -> u8 {
        match self {
            Self::Sending => 1,
            Self::Sent => 2,
            Self::Failed => 3,
            Self::Deleted => 4,
            Self::Imported => 5,
            Self::Revoked => 6,
            Self::Cancelled => 7,
        }
    }

    /// The status with this number.
    pub fn from_number(n: u8) -> Option<Self> {
        Some(match n {
            1 => Self::Sending,
            2 => Self::Sent,
            3 => Self::Failed,
            4 => Self::Deleted,
            5 => Self::Imported,
            6 => Self::Revoked,
            7 => Self::Cancelled,
            _ => return None,
        })
    }
}

impl Origin {
    /// The number kept in the store.
    pub fn number(self) -> u8 {
        match self {
            Self::OwnSend => 0,
            Self::Received => 1,
            Self::History => 2,
        }
    }

    /// The origin with this number.
    pub fn from_number(n: u8) -> Option<Self> {
        [Self::OwnSend, Self::Received, Self::History]
            .into_iter()
            .find(|o| o.number() == n)
    }
}

impl Message {
    /// True when receivers' unread count grows by it (spec 05 section 6.1), read positions aside.
    pub fn counts_as_unread(&self) -> bool {
        let kept_out = flags::NO_UNREAD | flags::ONLINE_ONLY | flags::NOT_DELIVERED;
        !self.from_self
            && self.flags & kept_out == 0
            && !matches!(self.status, Status::Deleted | Status::Revoked)
    }

    /// True when it may be a conversation's preview.
    pub fn may_be_preview(&self) -> bool {
        let kept_out = flags::NO_PREVIEW | flags::ONLINE_ONLY | flags::NOT_DELIVERED;
        self.flags & kept_out == 0 && self.status != Status::Deleted
    }

    /// True for a message that only this device has: it failed, was cancelled, saved or imported.
    pub fn is_local_only(&self) -> bool {
        matches!(self.status, Status::Failed | Status::Cancelled | Status::Imported)
    }

    /// True when it waits for the server's word, or the word was no.
    pub fn is_outbox(&self) -> bool {
        matches!(self.status, Status::Sending | Status::Failed | Status::Cancelled)
    }

    /// `message_unique_id`: client time and rand in one number.
    pub fn unique_id(&self) -> u64 {
        u64::from(self.client_time) << 32 | u64::from(self.rand)
    }

    /// `message_seq` (spec 03 section 2.4): a counter of the sending core in one-to-one conversations, the group's
    /// sequence in groups, 0 for a message that is stored nowhere.
    pub fn shown_seq(&self) -> u64 {
        match self.conv.kind {
            _ if self.flags & flags::ONLINE_ONLY != 0 => 0,
            ConvType::C2c => u64::from(self.client_seq),
            ConvType::Group => self.conv_seq.max(1),
        }
    }

    /// True when `locator` names it (spec 04 section 7.2).
    pub fn is_at(&self, locator: &MsgLocator) -> bool {
        self.shown_seq() == locator.seq
            && u64::from(self.rand) == locator.rand
            && self.from_self == locator.is_self
            && (self.status == Status::Revoked) == locator.is_revoked
            && (locator.unique_id == 0 || self.unique_id() == locator.unique_id)
            && u64::try_from(self.server_time_ms / 1000) == Ok(locator.time)
    }

    /// `TIMElemType` of the first element, -1 when there is none.
    pub fn first_kind(&self) -> i32 {
        self.body.elements.first().map_or(-1, element_kind)
    }
}

/// `TIMElemType` of an element; -1 for one that this build does not know.
pub fn element_kind(element: &timbre_protocol::Element) -> i32 {
    use timbre_protocol::element::Kind;
    match &element.kind {
        Some(Kind::Text(_)) => 0,
        Some(Kind::Image(_)) => 1,
        Some(Kind::Sound(_)) => 2,
        Some(Kind::Custom(_)) => 3,
        Some(Kind::File(_)) => 4,
        Some(Kind::Face(_)) => 6,
        Some(Kind::Location(_)) => 7,
        Some(Kind::Video(_)) => 9,
        Some(Kind::Merged(_)) => 12,
        None => -1,
    }
}
