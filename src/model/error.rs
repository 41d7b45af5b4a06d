//! Codes of the error table that the core raises by itself, and the outcome type every operation ends with.

use std::borrow::Cow;

/// Synchronous return values (`TIMResult`).
pub mod sync {
    /// Accepted; the completion runs exactly once.
    pub const SUCC: i32 = 0;
    /// JSON text, root type, or a required key missing or of a wrong type.
    pub const JSON: i32 = -3;
    /// A required pointer is NULL or empty, an integer argument is out of range.
    pub const PARAM: i32 = -4;
    /// A conversation id or type is malformed.
    pub const CONV: i32 = -5;
}

/// `TIMErrCode` values used by the core, by the names of the error table.
#[allow(missing_docs)]
pub mod code {
    pub const SUCC: i32 = 0;
    pub const PARSE_RESPONSE_FAILED: i32 = 6001;
    pub const INVALID_CONVERSATION: i32 = 6004;
    pub const NOT_INITIALIZED: i32 = 6013;
    pub const NOT_LOGGED_IN: i32 = 6014;
    pub const IN_PROGRESS: i32 = 6015;
    pub const INVALID_MSG_ELEM: i32 = 6016;
    pub const INVALID_PARAMETERS: i32 = 6017;
    pub const IO_OPERATION_FAILED: i32 = 6022;
    pub const LOGGED_OUT_BEFORE_LOGIN_FINISHED: i32 = 6023;
    pub const INVALID_JSON: i32 = 6027;
    pub const INVALID_MSG_RECEIVER: i32 = 6032;
    pub const USER_SIG_EXPIRED: i32 = 6206;
    pub const KICKED_OFF_BY_OTHER: i32 = 6208;
    pub const INVALID_IDENTIFIER: i32 = 7003;
    pub const FREQUENCY_LIMIT: i32 = 7008;
    pub const INTERRUPT: i32 = 7009;
    pub const DATABASE_FAILURE: i32 = 7010;
    pub const DATABASE_NOTFOUND: i32 = 7011;
    pub const INTERNAL_ERROR: i32 = 7012;
    pub const NOT_SUPPORTED: i32 = 7013;
    pub const INVALID_OPERATION: i32 = 7014;
    pub const LOGIN_IN_PROCESS: i32 = 7501;
    pub const LOGOUT_IN_PROCESS: i32 = 7502;
    pub const MSG_BODY_SIZE_LIMIT: i32 = 8001;
    pub const GROUP_INVALID_ID: i32 = 8501;
    pub const NET_AUTH_INVALID: i32 = 9503;
    pub const REQ_COUNT_LIMIT: i32 = 9507;
    pub const NET_DISCONNECT: i32 = 9508;
    pub const NET_CONN_TIMEOUT: i32 = 9510;
    pub const NET_CONN_REFUSE: i32 = 9511;
    pub const NET_UNREACH: i32 = 9512;
    pub const NET_RESET: i32 = 9514;
    pub const HOST_GETADDRINFO_FAILED: i32 = 9516;
    pub const WAIT_ACK_TIMEOUT: i32 = 9520;
    pub const PKG_SIZE_LIMIT: i32 = 9522;
    pub const SVR_USERSIG_EXPIRED: i32 = 70001;
    pub const SVR_USERSIG_VOIDED: i32 = 70052;
}

/// How an operation ended: the three things its completion callback gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// 0, or a code of the error table.
    pub code: i32,
    /// A short English sentence; on success `""`, for the message functions `OK` (spec 03 section 2.1).
    pub desc: Cow<'static, str>,
    /// The function's result, or its documented empty value; never NULL at the C border.
    pub json: String,
}

impl Outcome {
    /// Success with a result, described as the functions of the message area do.
    pub fn ok(json: impl Into<String>) -> Self {
        Self {
            code: 0,
            desc: Cow::Borrowed("OK"),
            json: json.into(),
        }
    }

    /// Success with a result and the empty description of all other areas.
    pub fn done(json: impl Into<String>) -> Self {
        Self {
            code: 0,
            desc: Cow::Borrowed(""),
            json: json.into(),
        }
    }

    /// Failure with the function's empty value.
    pub fn fail(code: i32, desc: impl Into<Cow<'static, str>>, json: impl Into<String>) -> Self {
        Self {
            code,
            desc: desc.into(),
            json: json.into(),
        }
    }
}

/// A refusal on the way: a code and a sentence that names the argument and the reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{desc} ({code})")]
pub struct Refusal {
    /// A code of the error table.
    pub code: i32,
    /// What is wrong, naming the key.
    pub desc: Cow<'static, str>,
}

impl Refusal {
    /// A refusal with `code` and `desc`.
    pub fn new(code: i32, desc: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            desc: desc.into(),
        }
    }

    /// 6017: a value of an argument is not allowed.
    pub fn invalid(desc: impl Into<Cow<'static, str>>) -> Self {
        Self::new(code::INVALID_PARAMETERS, desc)
    }

    /// The outcome of an operation that ends with this refusal, with its empty value.
    pub fn outcome(self, json: impl Into<String>) -> Outcome {
        Outcome::fail(self.code, self.desc, json)
    }
}
