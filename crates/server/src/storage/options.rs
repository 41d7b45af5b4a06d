//! Operations on how messages are received.

use bytes::Bytes;
use timbre_protocol::DoNotDisturb;

use super::AccountNo;

/// Sets the receive option for the messages of some users. Leaving option 1 makes all that came meanwhile read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetReceiveOption {
    /// The app.
    pub app_id: u64,
    /// Whose option.
    pub account: AccountNo,
    /// The others.
    pub peers: Vec<String>,
    /// `TIMReceiveMessageOpt`.
    pub opt: u8,
}

/// What became of a [`SetReceiveOption`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReceiveOptionSet {
    /// For each user whether there is one.
    pub known: Vec<bool>,
    /// The last entry made in the owner's log; the newest one there is when nothing changed.
    pub log_seq: u64,
}

/// Sets a user's do-not-disturb.
#[derive(Debug, Clone, PartialEq)]
pub struct SetDoNotDisturb {
    /// Whose.
    pub account: AccountNo,
    /// The device that sets it, and whose time zone it follows.
    pub device: Bytes,
    /// The setting.
    pub setting: DoNotDisturb,
}
