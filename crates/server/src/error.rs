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
    /// A file could not be stored.
    pub const MEDIA_FAILED: i32 = 6008;
    /// The answer of a service cannot be used.
    pub const PARSE_FAILED: i32 = 6001;
    /// A service does not answer.
    pub const HTTP_FAILED: i32 = 6010;
    /// Nobody is logged in on this link.
    pub const NOT_LOGGED_IN: i32 = 6014;
    /// A message element is of an unknown kind or cannot be decoded.
    pub const INVALID_ELEMENT: i32 = 6016;
    /// A value in the arguments is not allowed.
    pub const INVALID_PARAMETERS: i32 = 6017;
    /// The file is no image.
    pub const NOT_AN_IMAGE: i32 = 6031;
    /// This device was displaced by another login while it was away.
    pub const KICKED_WHILE_AWAY: i32 = 6208;
    /// A user id that nobody can have.
    pub const INVALID_IDENTIFIER: i32 = 7003;
    /// This server is not set up for it.
    pub const NOT_SUPPORTED: i32 = 7013;
    /// The link failed in its handshake.
    pub const HANDSHAKE: i32 = 9503;
    /// A group operation by somebody who is not a member.
    pub const GROUP_DENIED: i32 = 10007;
    /// No such group.
    pub const GROUP_NOT_FOUND: i32 = 10010;
    /// The message to be recalled was sent by somebody else.
    pub const NOT_THE_SENDER: i32 = 20002;
    /// Sender or receiver does not exist.
    pub const INVALID_ID: i32 = 20003;
    /// Internal error of the message service.
    pub const MESSAGE_INTERNAL: i32 = 20005;
    /// The message is too old to be recalled.
    pub const RECALL_TIME: i32 = 20016;
    /// There is no such message to be recalled.
    pub const RECALL_NOT_FOUND: i32 = 20022;
    /// Somebody else has recalled the message.
    pub const RECALLED_ALREADY: i32 = 20023;
    /// There is no such message to be modified.
    pub const MODIFY_NOT_FOUND: i32 = 20026;
    /// No such message.
    pub const MESSAGE_NOT_FOUND: i32 = 20022;
    /// Somebody else has changed the extension first.
    pub const EXTENSION_CONFLICT: i32 = 23001;
    /// The message takes no extensions.
    pub const EXTENSION_NOT_POSSIBLE: i32 = 23002;
    /// Too many writes to the extensions of a message.
    pub const EXTENSION_TOO_OFTEN: i32 = 23003;
    /// No such extension, or no such message.
    pub const EXTENSION_NOT_EXIST: i32 = 23004;
    /// The message has as many reactions as it may.
    pub const REACTION_COUNT_LIMIT: i32 = 23005;
    /// The reaction has as many users as it may.
    pub const REACTION_USER_COUNT_LIMIT: i32 = 23006;
    /// The user has given the reaction already.
    pub const REACTION_ALREADY_CONTAIN_USER: i32 = 23007;
    /// Nobody has given the reaction.
    pub const REACTION_NOT_EXISTS: i32 = 23008;
    /// Others have given the reaction, the user has not.
    pub const REACTION_NOT_CONTAIN_USER: i32 = 23009;
    /// Internal error of the conversation service.
    pub const CONVERSATION_INTERNAL: i32 = 50004;
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
    /// No such file.
    pub const MEDIA_NOT_FOUND: i32 = 114_000;
    /// The file is not the asker's to read.
    pub const MEDIA_DENIED: i32 = 114_001;
    /// The file is too large.
    pub const MEDIA_TOO_LARGE: i32 = 114_002;
    /// The transfer has been broken off by the server.
    pub const MEDIA_CANCELLED: i32 = 114_003;
    /// The transfer took too long.
    pub const MEDIA_TIMEOUT: i32 = 114_005;
    /// The file is not the one that was announced.
    pub const FILE_HASH: i32 = 115_066;
    /// A chunk is not the one that was announced.
    pub const CHUNK_HASH: i32 = 115_068;
    /// No such user.
    pub const MESSAGE_ACCOUNT_NOT_FOUND: i32 = 90048;
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
