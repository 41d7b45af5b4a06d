//! Operations on what is attached to messages: receipts, extensions, reactions.

use bytes::Bytes;
use timbre_protocol::{ExtensionWrite, ExtensionsReply, MessageRef, Reaction, Reactor};

use super::AccountNo;

/// One message of a one-to-one conversation, as one side names it.
#[derive(Debug, Clone, PartialEq)]
pub struct AtMessage {
    /// The app.
    pub app_id: u64,
    /// Who asks.
    pub account: AccountNo,
    /// The other side's user id.
    pub peer: String,
    /// The message.
    pub message: MessageRef,
}

/// Several messages of a one-to-one conversation, as one side names them.
#[derive(Debug, Clone, PartialEq)]
pub struct AtMessages {
    /// The app.
    pub app_id: u64,
    /// Who asks.
    pub account: AccountNo,
    /// The other side's user id.
    pub peer: String,
    /// The messages.
    pub messages: Vec<MessageRef>,
}

/// Why nothing was done to a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotPossible {
    /// There is no such message, or it has no content any more.
    Unknown,
    /// It was sent without the flag.
    Flag,
    /// It was written to too often in the last minute.
    TooOften,
}

/// Which extensions are written.
#[derive(Debug, Clone, PartialEq)]
pub enum ExtensionChange {
    /// These keys get these values.
    Set(Vec<ExtensionWrite>),
    /// These keys go.
    Delete(Vec<ExtensionWrite>),
    /// All keys go that have not changed after this.
    Clear(u64),
}

/// Writes extensions of a message, each key only where the caller knows its version, and tells both sides what
/// has changed.
#[derive(Debug, Clone, PartialEq)]
pub struct WriteExtensions {
    /// The message.
    pub at: AtMessage,
    /// Idempotency key; empty: none.
    pub key: Bytes,
    /// What to write.
    pub change: ExtensionChange,
    /// Keys that a message may have.
    pub per_message: u32,
    /// Writes to a message in a minute; 0: any number.
    pub per_minute: u32,
    /// The clock.
    pub now_ms: i64,
}

/// What became of a [`WriteExtensions`].
pub type ExtensionsWritten = Result<ExtensionsReply, NotPossible>;

/// Gives or takes back a reaction, and tells both sides.
#[derive(Debug, Clone, PartialEq)]
pub struct React {
    /// The message.
    pub at: AtMessage,
    /// Idempotency key; empty: none.
    pub key: Bytes,
    /// The reaction.
    pub reaction: String,
    /// Take it back.
    pub remove: bool,
    /// Different reactions that a message may have.
    pub per_message: u32,
    /// Users of one reaction.
    pub users: u32,
    /// The clock.
    pub now_ms: i64,
}

/// What became of a [`React`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reacted {
    /// It is done, by this call or by an earlier one with the same key.
    Done,
    /// There is no such message.
    Unknown,
    /// The message has as many reactions as it may.
    TooManyReactions,
    /// The reaction has as many users as it may.
    TooManyUsers,
    /// The user has given it already.
    Given,
    /// Nobody has given it.
    NobodyGave,
    /// Others have given it.
    OthersGave,
}

/// The reactions to one message; none: no such message.
pub type MessageReactionsRead = Option<Vec<Reaction>>;

/// A page of the users of one reaction.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadReactionUsers {
    /// The message.
    pub at: AtMessage,
    /// The reaction.
    pub reaction: String,
    /// The last one of the page before; 0: the first page.
    pub after: u32,
    /// At most so many.
    pub count: u32,
}

/// What a [`ReadReactionUsers`] found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReactionUsers {
    /// Earliest first.
    pub users: Vec<Reactor>,
    /// Where the next page begins; 0 on the last one.
    pub next: u32,
    /// No more users.
    pub finished: bool,
}
