//! Enums that every area uses.

use timbre_macros::json_enum;

/// What a function returns at once. Every state and value error comes through the completion callback
/// instead.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMResult {
    /// Accepted; the completion, if there is one, runs exactly once.
    TIM_SUCC = 0,
    /// Never returned: a library that is not initialised answers 6013 through the callback.
    TIM_ERR_SDKUNINIT = -1,
    /// Never returned: a missing login is answered with 6014 through the callback.
    TIM_ERR_NOTLOGIN = -2,
    /// The text is not JSON, has the wrong root, or lacks a required key.
    TIM_ERR_JSON = -3,
    /// A required pointer is NULL or its text empty, or a number is out of range.
    TIM_ERR_PARAM = -4,
    /// The conversation id or type is malformed.
    TIM_ERR_CONV = -5,
    /// The group id is malformed.
    TIM_ERR_GROUP = -6,
}

/// Kind of a conversation.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMConvType {
    /// None.
    kTIMConv_Invalid = 0,
    /// One user with another.
    kTIMConv_C2C = 1,
    /// A group or a topic.
    kTIMConv_Group = 2,
    /// Notices of the system.
    kTIMConv_System = 3,
}

/// What is done with messages that arrive in a conversation.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMReceiveMessageOpt {
    /// Received, with an offline push.
    kTIMRecvMsgOpt_Receive = 0,
    /// Not received.
    kTIMRecvMsgOpt_Not_Receive = 1,
    /// Received without an offline push.
    kTIMRecvMsgOpt_Not_Notify = 2,
    /// Received; only messages that mention the user are pushed.
    kTIMRecvMsgOpt_Not_Notify_Except_At = 3,
    /// Only messages that mention the user are received and pushed.
    kTIMRecvMsgOpt_Not_Receive_Except_At = 4,
}
