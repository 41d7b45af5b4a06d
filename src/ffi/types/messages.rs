//! Callback types of the message functions.

use std::ffi::{c_char, c_int, c_void};

/// A number of `enum TIMGroupMessageReadMembersFilter`, taken as the integer it is: a host may pass any.
/// cbindgen:ignore
pub type TIMGroupMessageReadMembersFilter = c_int;

/// Runs when messages are new to this device: those of others, and the user's own from other devices, also
/// when they were read elsewhere already. Each message is told once.
/// Not told are what this device sends, saves or imports and what a history page brings.
/// `json_msg_array` is an array of Message objects of one conversation, never empty, in the order of the
/// conversation.
pub type TIMRecvNewMsgCallback =
    Option<unsafe extern "C" fn(json_msg_array: *const c_char, user_data: *const c_void)>;

/// Runs while a file of a message that is being sent is uploaded: first with 0 bytes, then at most every
/// 100 milliseconds, at last with all bytes. A file that the server has already is told of once.
/// `json_msg` is the Message object, `index` the element's place in `message_elem_array`, `cur_size` and
/// `total_size` bytes. A video and its picture count as one.
pub type TIMMsgElemUploadProgressCallback = Option<
    unsafe extern "C" fn(
        json_msg: *const c_char,
        index: u32,
        cur_size: u32,
        total_size: u32,
        user_data: *const c_void,
    ),
>;

/// Gets a page of the members who have or have not read a group message. It has no code: a failure is an
/// empty last page, and its reason stands in the log.
/// `json_group_member_array` is an array of GroupMemberInfo objects, `next_seq` what to pass for the next
/// page, and `is_finished` true on the last page.
pub type TIMMsgGroupMessageReadMemberListCallback = Option<
    unsafe extern "C" fn(
        json_group_member_array: *const c_char,
        next_seq: u64,
        is_finished: bool,
        user_data: *const c_void,
    ),
>;

/// Runs when the user's own messages were read.
/// `json_msg_read_receipt_array` is an array of MessageReceipt objects. One without a message id is about a
/// whole one-to-one conversation, the others are about a message that asked for a receipt.
pub type TIMMsgReadedReceiptCallback =
    Option<unsafe extern "C" fn(json_msg_read_receipt_array: *const c_char, user_data: *const c_void)>;

/// Runs when messages that this device has were recalled elsewhere, also by the user's own other devices,
/// but not after a recall on this device.
/// `json_msg_revoke_info_array` is an array of objects, each with the keys of MsgLocator and with
/// `message_msg_id`, `message_revoker_user_id`, `message_revoker_nick_name`, `message_revoker_face_url` and
/// `message_revoke_reason` of Message.
pub type TIMMsgRevokeCallback =
    Option<unsafe extern "C" fn(json_msg_revoke_info_array: *const c_char, user_data: *const c_void)>;

/// Runs when the content of messages that this device has was changed: by `TIMMsgModifyMessage` anywhere,
/// this device included, by the app's back end, or by moderation.
/// `json_msg_array` is an array of Message objects with the new content.
pub type TIMMsgUpdateCallback =
    Option<unsafe extern "C" fn(json_msg_array: *const c_char, user_data: *const c_void)>;

/// Runs on every device of all who can see a message when extensions of it were added or given another
/// value.
/// `message_id` is the message's id, `message_extension_array` an array of MessageExtension objects, only
/// those that changed.
pub type TIMMsgExtensionsChangedCallback = Option<
    unsafe extern "C" fn(
        message_id: *const c_char,
        message_extension_array: *const c_char,
        user_data: *const c_void,
    ),
>;

/// Runs on every device of all who can see a message when extensions of it were deleted.
/// `message_id` is the message's id, `message_extension_key_array` an array of MessageExtension objects
/// with the key and nothing else.
pub type TIMMsgExtensionsDeletedCallback = Option<
    unsafe extern "C" fn(
        message_id: *const c_char,
        message_extension_key_array: *const c_char,
        user_data: *const c_void,
    ),
>;

/// Runs on every device of all who can see a message when its reactions changed.
/// `message_reaction_change_info_array` is an array of MessageReactionChangeInfo objects.
pub type TIMMsgReactionsChangedCallback =
    Option<unsafe extern "C" fn(message_reaction_change_info_array: *const c_char, user_data: *const c_void)>;

/// Runs on all devices of the user when the do-not-disturb setting for all conversations was changed. The
/// end of its time is not told.
/// `json_receive_message_option_info` is a TIMReceiveMessageOptInfo object.
pub type TIMMsgAllMessageReceiveOptionCallback =
    Option<unsafe extern "C" fn(json_receive_message_option_info: *const c_char, user_data: *const c_void)>;

/// Runs on every device of a group's members when a message was pinned or unpinned.
/// `group_id` is the group, `is_pinned` what it is now. `json_msg` is the Message object, with the pinner
/// keys; after unpinning it has only the keys that name the message and an empty `message_elem_array`.
/// `op_user` is a GroupMemberInfo object: who did it.
pub type TIMMsgGroupPinnedMessageChangedCallback = Option<
    unsafe extern "C" fn(
        group_id: *const c_char,
        json_msg: *const c_char,
        is_pinned: bool,
        op_user: *const c_char,
        user_data: *const c_void,
    ),
>;
