//! Refusals: a code of the error table and a text that says which argument and why.

/// Codes that this server answers.
pub mod code {
    /// Too many connections.
    pub const CONNECT_LIMIT: i32 = -302;
    /// A frame that cannot be decoded or is too large; the link is closed.
    pub const PACKET_WRONG: i32 = -10109;
    /// Too many requests on one session.
    pub const FREQ_LIMIT: i32 = -10113;
    /// Overloaded or shutting down.
    pub const OVERLOAD: i32 = -10114;
    /// A file cannot be taken.
    pub const MEDIA_SLOT: i32 = 6006;
    /// Nobody is logged in on this link.
    pub const NOT_LOGGED_IN: i32 = 6014;
    /// A message element is of an unknown kind or cannot be decoded.
    pub const INVALID_ELEMENT: i32 = 6016;
    /// A value in the arguments is not allowed.
    pub const INVALID_PARAMETERS: i32 = 6017;
    /// This device was displaced by another login while it was away.
    pub const KICKED_WHILE_AWAY: i32 = 6208;
    /// The link failed in its handshake.
    pub const HANDSHAKE: i32 = 9503;
    /// A group operation by somebody who is not a member.
    pub const GROUP_DENIED: i32 = 10007;
    /// No such group.
    pub const GROUP_NOT_FOUND: i32 = 10010;
    /// Sender or receiver does not exist.
    pub const INVALID_ID: i32 = 20003;
    /// Internal error of the message service.
    pub const MESSAGE_INTERNAL: i32 = 20005;
    /// Internal error of the conversation service.
    pub const CONVERSATION_INTERNAL: i32 = 50004;
    /// A service that is switched off.
    pub const SERVICE_OFF: i32 = 60020;
    /// The app is disabled.
    pub const APP_FORBIDDEN: i32 = 60016;
    /// The UserSig has expired.
    pub const SIG_EXPIRED: i32 = 70001;
    /// The UserSig is empty.
    pub const SIG_EMPTY: i32 = 70002;
    /// The UserSig cannot be decoded.
    pub const SIG_DAMAGED: i32 = 70003;
    /// The UserSig's numbers are out of range.
    pub const SIG_OUT_OF_RANGE: i32 = 70005;
    /// No key of the app made this UserSig.
    pub const SIG_MISMATCH: i32 = 70009;
    /// The UserSig was made for another user.
    pub const SIG_OTHER_USER: i32 = 70013;
    /// The UserSig was made for another app.
    pub const SIG_OTHER_APP: i32 = 70014;
    /// The app has no active key.
    pub const NO_KEY: i32 = 70016;
    /// Unknown app.
    pub const APP_NOT_FOUND: i32 = 70020;
    /// Too many logins.
    pub const LOGIN_LIMIT: i32 = 70050;
    /// The account is banned.
    pub const BANNED: i32 = 70051;
    /// The UserSig is older than the account's last forced logout.
    pub const SIG_REVOKED: i32 = 70052;
    /// No such account.
    pub const ACCOUNT_NOT_FOUND: i32 = 70107;
    /// The app has as many accounts as it may.
    pub const ACCOUNT_LIMIT: i32 = 70398;
    /// A parameter of an account operation is malformed.
    pub const ACCOUNT_PARAMETERS: i32 = 70402;
    /// Internal error of the account service.
    pub const ACCOUNT_INTERNAL: i32 = 70500;
    /// The message is too large.
    pub const BODY_SIZE: i32 = 80002;
}

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {text}")]
pub struct Refused {
    /// A code of the error table.
    pub code: i32,
    /// English; names the argument and says why.
    pub text: String,
}

impl Refused {
    /// A refusal.
    pub fn new(code: i32, text: impl Into<String>) -> Self {
        Self {
            code,
            text: text.into(),
        }
    }
}
