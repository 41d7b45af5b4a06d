//! Codes of the error table that the core raises by itself, and the outcome type every operation ends with.

use std::borrow::Cow;

pub mod origin;
pub mod table;

pub use origin::{ErrorCode, Origin};
pub use table::{TABLE, TIMErrCode};

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
    use super::TIMErrCode as E;

    pub const SUCC: i32 = E::ERR_SUCC as i32;
    pub const PARSE_RESPONSE_FAILED: i32 = E::ERR_PARSE_RESPONSE_FAILED as i32;
    pub const INVALID_CONVERSATION: i32 = E::ERR_INVALID_CONVERSATION as i32;
    pub const FILE_TRANS_AUTH_FAILED: i32 = E::ERR_FILE_TRANS_AUTH_FAILED as i32;
    pub const FILE_TRANS_NO_SERVER: i32 = E::ERR_FILE_TRANS_NO_SERVER as i32;
    pub const UPLOAD_FAILED: i32 = E::ERR_FILE_TRANS_UPLOAD_FAILED as i32;
    pub const DOWNLOAD_FAILED: i32 = E::ERR_FILE_TRANS_DOWNLOAD_FAILED as i32;
    pub const HTTP_REQ_FAILED: i32 = E::ERR_HTTP_REQ_FAILED as i32;
    pub const NOT_INITIALIZED: i32 = E::ERR_SDK_NOT_INITIALIZED as i32;
    pub const NOT_LOGGED_IN: i32 = E::ERR_SDK_NOT_LOGGED_IN as i32;
    pub const IN_PROGRESS: i32 = E::ERR_IN_PROGESS as i32;
    pub const INVALID_MSG_ELEM: i32 = E::ERR_INVALID_MSG_ELEM as i32;
    pub const INVALID_PARAMETERS: i32 = E::ERR_INVALID_PARAMETERS as i32;
    pub const IO_OPERATION_FAILED: i32 = E::ERR_IO_OPERATION_FAILED as i32;
    pub const LOGGED_OUT_BEFORE_LOGIN_FINISHED: i32 = E::ERR_LOGGED_OUT_BEFORE_LOGIN_FINISHED as i32;
    pub const INVALID_JSON: i32 = E::ERR_INVALID_JSON as i32;
    pub const NOT_AN_IMAGE: i32 = E::ERR_IMAGE_UPLOAD_FAILED_NOTIMAGE as i32;
    pub const INVALID_MSG_RECEIVER: i32 = E::ERR_INVALID_MSG_RECEIVER as i32;
    pub const USER_SIG_EXPIRED: i32 = E::ERR_USER_SIG_EXPIRED as i32;
    pub const KICKED_OFF_BY_OTHER: i32 = E::ERR_LOGIN_KICKED_OFF_BY_OTHER as i32;
    pub const INVALID_IDENTIFIER: i32 = E::ERR_SDK_COMM_INVALID_IDENTIFIER as i32;
    pub const FILE_TOO_LARGE: i32 = E::ERR_SDK_COMM_FILE_TOO_LARGE as i32;
    pub const FILE_SIZE_EMPTY: i32 = E::ERR_SDK_COMM_FILE_SIZE_EMPTY as i32;
    pub const FILE_OPEN_FAILED: i32 = E::ERR_SDK_COMM_FILE_OPEN_FAILED as i32;
    pub const FREQUENCY_LIMIT: i32 = E::ERR_SDK_COMM_API_CALL_FREQUENCY_LIMIT as i32;
    pub const INTERRUPT: i32 = E::ERR_SDK_COMM_INTERRUPT as i32;
    pub const DATABASE_FAILURE: i32 = E::ERR_SDK_COMM_DATABASE_FAILURE as i32;
    pub const DATABASE_NOTFOUND: i32 = E::ERR_SDK_COMM_DATABASE_NOTFOUND as i32;
    pub const INTERNAL_ERROR: i32 = E::ERR_SDK_INTERNAL_ERROR as i32;
    pub const NOT_SUPPORTED: i32 = E::ERR_SDK_INTERFACE_NOT_SUPPORT as i32;
    pub const INVALID_OPERATION: i32 = E::ERR_SDK_INVALID_OPERATION as i32;
    pub const LOGIN_IN_PROCESS: i32 = E::ERR_SDK_ACCOUNT_LOGIN_IN_PROCESS as i32;
    pub const LOGOUT_IN_PROCESS: i32 = E::ERR_SDK_ACCOUNT_LOGOUT_IN_PROCESS as i32;
    pub const MSG_BODY_SIZE_LIMIT: i32 = E::ERR_SDK_MSG_BODY_SIZE_LIMIT as i32;
    pub const MERGED_TOO_DEEP: i32 = E::ERR_MERGER_MSG_LAYERS_OVER_LIMIT as i32;
    pub const MSG_MODIFY_CONFLICT: i32 = E::ERR_SDK_MSG_MODIFY_CONFLICT as i32;
    pub const INVALID_CANCEL: i32 = E::ERR_SDK_INVALID_CANCEL_MESSAGE as i32;
    pub const SEND_CANCELLED: i32 = E::ERR_SDK_SEND_MESSAGE_FAILED_WITH_CANCEL as i32;
    pub const GROUP_INVALID_ID: i32 = E::ERR_SDK_GROUP_INVALID_ID as i32;
    pub const NET_AUTH_INVALID: i32 = E::ERR_SDK_NET_AUTH_INVALID as i32;
    pub const REQ_COUNT_LIMIT: i32 = E::ERR_SDK_NET_REQ_COUNT_LIMIT as i32;
    pub const NET_DISCONNECT: i32 = E::ERR_SDK_NET_DISCONNECT as i32;
    pub const NET_CONN_TIMEOUT: i32 = E::ERR_SDK_NET_CONN_TIMEOUT as i32;
    pub const NET_CONN_REFUSE: i32 = E::ERR_SDK_NET_CONN_REFUSE as i32;
    pub const NET_UNREACH: i32 = E::ERR_SDK_NET_NET_UNREACH as i32;
    pub const NET_RESET: i32 = E::ERR_SDK_NET_RESET_BY_PEER as i32;
    pub const HOST_GETADDRINFO_FAILED: i32 = E::ERR_SDK_NET_HOST_GETADDRINFO_FAILED as i32;
    pub const WAIT_ACK_TIMEOUT: i32 = E::ERR_SDK_NET_WAIT_ACK_TIMEOUT as i32;
    pub const PKG_SIZE_LIMIT: i32 = E::ERR_SDK_NET_PKG_SIZE_LIMIT as i32;
    pub const SVR_GROUP_PERMISSION_DENY: i32 = E::ERR_SVR_GROUP_PERMISSION_DENY as i32;
    pub const SVR_MSG_TO_ACCOUNT_COUNT_LIMIT: i32 = E::ERR_SVR_MSG_TO_ACCOUNT_COUNT_LIMIT as i32;
    pub const SVR_USERSIG_EXPIRED: i32 = E::ERR_SVR_ACCOUNT_USERSIG_EXPIRED as i32;
    pub const SVR_USERSIG_VOIDED: i32 = E::ERR_SVR_ACCOUNT_INVALID_USERSIG as i32;
    pub const RES_NOT_FOUND: i32 = E::ERR_SVR_RES_NOT_FOUND as i32;
    pub const RES_READ_FAILED: i32 = E::ERR_SVR_RES_READ_FAILED as i32;
    pub const RES_TRANSFER_TIMEOUT: i32 = E::ERR_SVR_RES_TRANSFER_TIMEOUT as i32;
    pub const RES_PART_DIGEST: i32 = E::ERR_SVR_RES_INVALID_PART_MD5 as i32;
}

/// The row of `code` in the error table.
pub fn describe(code: i32) -> Option<&'static ErrorCode> {
    TABLE.iter().find(|row| row.code == code)
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

    /// Failure with the function's empty value. A code that comes without words has those of the table.
    pub fn fail(code: i32, desc: impl Into<Cow<'static, str>>, json: impl Into<String>) -> Self {
        let mut desc = desc.into();
        if desc.is_empty() {
            desc = match describe(code) {
                Some(row) => Cow::Borrowed(row.text),
                None => Cow::Owned(format!("error {code}")),
            };
        }
        Self {
            code,
            desc,
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

#[cfg(test)]
#[path = "error_tests.rs"]
mod tests;
