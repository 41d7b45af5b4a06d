//! The enums of the conversation list.

use timbre_macros::json_enum;

/// What happened to the conversation list. A synchronisation that fails is reported with 5, which has no
/// constant.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMConvEvent {
    /// Conversations were added.
    kTIMConvEvent_Add = 0,
    /// Conversations were removed; the array holds their unique ids, as strings.
    kTIMConvEvent_Del = 1,
    /// Conversations changed.
    kTIMConvEvent_Update = 2,
    /// A synchronisation begins.
    kTIMConvEvent_Start = 3,
    /// The synchronisation has ended.
    kTIMConvEvent_Finish = 4,
}

/// A mark of a conversation. It is remembered for the user on every device and has no other effect. An app
/// may use the powers of two from 2^32 to 2^63 for marks of its own; those from 2^4 to 2^31 are refused.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMConversationMarkType {
    /// A favourite.
    kTIMConversationMarkTypeStar = 1,
    /// To be shown as unread; the number of unread messages stays as it is.
    kTIMConversationMarkTypeUnread = 2,
    /// To be shown folded away.
    kTIMConversationMarkTypeFold = 4,
    /// To be hidden; the conversation stays in the list and in the totals.
    kTIMConversationMarkTypeHide = 8,
}

/// Whom a group message mentions.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMGroupAtType {
    /// The user.
    kTIMGroup_At_Me = 1,
    /// Everybody.
    kTIMGroup_At_All = 2,
    /// Everybody, and the user by name too.
    kTIMGroup_At_All_At_ME = 3,
}
