//! The wire protocol between the Timbre core and `timbre-server`.
//!
//! The schema in `proto/` is the public documentation; the types here are generated from it by
//! `cargo xtask proto`. Both sides use [`frame`] to turn WebSocket messages into packets and back (with every
//! size checked before anything is allocated), [`version`] to agree on a protocol version, and [`usersig`] to
//! read a UserSig.
#![forbid(unsafe_code)]

pub mod body;
pub mod frame;
pub mod hex;
pub mod search;
pub mod usersig;
pub mod version;

#[allow(missing_docs, clippy::all, unreachable_pub)]
#[rustfmt::skip]
mod generated;
pub use generated::*;

/// The path of the WebSocket endpoint.
pub const PATH: &str = "/tim/v1";

/// Bits of [`ChatMessage::flags`] and [`SendRequest::flags`].
pub mod flags {
    /// Receivers' unread count does not grow.
    pub const NO_UNREAD: u32 = 1;
    /// Never shown as a conversation's preview.
    pub const NO_PREVIEW: u32 = 2;
    /// The sender asks for a read receipt.
    pub const NEED_RECEIPT: u32 = 4;
    /// Key-value extensions may be attached.
    pub const EXTENSIONS: u32 = 8;
    /// Content moderation is skipped.
    pub const NO_MODERATION: u32 = 16;
    /// The before-send hook is skipped.
    pub const NO_PRE_HOOK: u32 = 32;
    /// The after-send hook is skipped.
    pub const NO_POST_HOOK: u32 = 64;
    /// Delivered only to devices that are online now; stored nowhere.
    pub const ONLINE_ONLY: u32 = 128;
    /// Set by the server in what the receiver reads of it: it was not delivered because of the receive option.
    pub const NOT_DELIVERED: u32 = 256;
    /// Every bit that a client may set.
    pub const KNOWN: u32 = 255;
}

/// Bits of [`LoginRequest::capabilities`].
pub mod capabilities {
    /// Understands merged messages; without it they arrive as their compatibility text.
    pub const MERGED_MESSAGES: u32 = 1;
}

impl Conversation {
    /// The one-to-one conversation with `peer`.
    pub fn c2c(peer: impl Into<String>) -> Self {
        Self {
            r#type: 1,
            id: peer.into(),
        }
    }
}
