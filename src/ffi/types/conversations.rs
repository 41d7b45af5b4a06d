//! The callbacks of the conversation list.

use std::ffi::{c_char, c_int, c_void};

/// A number of `enum TIMConvEvent`, taken as the integer it is: a host may pass any.
/// cbindgen:ignore
pub type TIMConvEvent = c_int;

/// The conversation list has changed, or is being brought up to date. `conv_event` is a value of
/// `enum TIMConvEvent`, or 5 when a synchronisation has failed and will be tried again. `json_conv_array` is
/// an array of whole ConvInfo objects for additions and changes, an array of unique conversation ids (`c2c_`
/// and a user id, `group_` and a group id) for removals, and an empty text for a synchronisation.
pub type TIMConvEventCallback = Option<
    unsafe extern "C" fn(conv_event: TIMConvEvent, json_conv_array: *const c_char, user_data: *const c_void),
>;

/// The number of unread messages of all conversations has changed. Runs once
/// `TIMConvGetTotalUnreadMessageCount` was called after the login. `total_unread_count` leaves out
/// conversations with a TIMReceiveMessageOpt of 1, 2 or 3.
pub type TIMConvTotalUnreadMessageCountChangedCallback =
    Option<unsafe extern "C" fn(total_unread_count: c_int, user_data: *const c_void)>;

/// The number of unread messages of the conversations that match a subscribed filter has changed. `filter`
/// is the TIMConversationListFilter object of `TIMConvSubscribeUnreadMessageCountByFilter` with exactly the
/// keys that were set; `total_unread_count` is the new number.
pub type TIMConvTotalUnreadMessageCountChangedByFilterCallback =
    Option<unsafe extern "C" fn(filter: *const c_char, total_unread_count: c_int, user_data: *const c_void)>;

/// A conversation group was created, on any device. `group_name` is its name, `conversation_array` an array
/// of ConvInfo objects, one for each conversation in it.
pub type TIMConvConversationGroupCreatedCallback = Option<
    unsafe extern "C" fn(
        group_name: *const c_char,
        conversation_array: *const c_char,
        user_data: *const c_void,
    ),
>;

/// A conversation group was deleted, on any device. `group_name` is the name it had.
pub type TIMConvConversationGroupDeletedCallback =
    Option<unsafe extern "C" fn(group_name: *const c_char, user_data: *const c_void)>;

/// A conversation group was renamed, on any device, from `old_name` to `new_name`.
pub type TIMConvConversationGroupNameChangedCallback =
    Option<unsafe extern "C" fn(old_name: *const c_char, new_name: *const c_char, user_data: *const c_void)>;

/// Conversations were added to a conversation group, on any device. `group_name` is its name,
/// `conversation_array` an array of ConvInfo objects, one for each conversation that was not in it before.
pub type TIMConvConversationsAddedToGroupCallback = Option<
    unsafe extern "C" fn(
        group_name: *const c_char,
        conversation_array: *const c_char,
        user_data: *const c_void,
    ),
>;

/// Conversations were removed from a conversation group. `group_name` is its name, `conversation_array` an
/// array of ConvInfo objects, one for each of them. `reason` is 0 when a call removed them, on any device,
/// and 1 when they had to make room because the group was full (1,000 conversations).
pub type TIMConvConversationsDeletedFromGroupCallback = Option<
    unsafe extern "C" fn(
        group_name: *const c_char,
        conversation_array: *const c_char,
        reason: u32,
        user_data: *const c_void,
    ),
>;
