//! The callbacks of messages that no call has asked for.

use std::ffi::c_void;

use timbre_macros::tim_api;

use crate::ffi::process::process;
use crate::ffi::types::messages::*;

/// Adds a callback for received messages. Callbacks run in the order of adding; adding one again replaces its
/// `user_data`. NULL is ignored. Callbacks should be there before `TIMLogin`, or they miss what comes with
/// it; they stay through `TIMLogout` and `TIMUninit`.
// MSG-110 to MSG-113, MSG-131 to MSG-134; spec 03 sections 5.1 and 5.2
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMAddRecvNewMsgCallback(cb: TIMRecvNewMsgCallback, user_data: *const c_void) {
    process().registrations.add_receiver(cb, user_data);
}

/// Removes a callback for received messages. One that was not added is ignored.
// MSG-113, MSG-132; spec 03 section 5.1
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMRemoveRecvNewMsgCallback(cb: TIMRecvNewMsgCallback) {
    process().registrations.remove_receiver(cb);
}

/// Registers the callback for the progress of uploads, in place of the one before; NULL removes it. It runs
/// while the images, recordings, videos and files of a message are uploaded, before the message itself is
/// sent.
// MSG-065, MSG-068, MSG-069, MSG-101, MSG-102; spec 03 section 7.2
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetMsgElemUploadProgressCallback(
    cb: TIMMsgElemUploadProgressCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .msg_elem_upload_progress
        .set(cb, user_data);
}

/// Registers the callback for read receipts, in place of the one before; NULL removes it. It runs when a peer
/// has read a one-to-one conversation, and when somebody has sent a receipt for a message that asked for one.
// MSG-114, RR-08, RR-09, RR-18, RR-19, RD-08; spec 04 section 5.4
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetMsgReadedReceiptCallback(
    cb: TIMMsgReadedReceiptCallback,
    user_data: *const c_void,
) {
    process().registrations.read_receipt.set(cb, user_data);
}

/// Registers the callback for recalled messages, in place of the one before; NULL removes it. It runs when a
/// message that this device has was recalled elsewhere; a recall that was missed is told after the next
/// login.
// MSG-114, RV-03, RV-07, RV-15; spec 04 sections 3.4 and 3.5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetMsgRevokeCallback(cb: TIMMsgRevokeCallback, user_data: *const c_void) {
    process().registrations.msg_revoke.set(cb, user_data);
}

/// Registers the callback for modified messages, in place of the one before; NULL removes it. It runs when
/// the content of a message that this device has was changed, by whomever.
// MSG-053, MSG-108, MSG-114, MSG-206; spec 03 section 5.5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetMsgUpdateCallback(cb: TIMMsgUpdateCallback, user_data: *const c_void) {
    process().registrations.msg_update.set(cb, user_data);
}

/// Registers the callback for extensions that were added or changed, in place of the one before; NULL removes
/// it. It runs on all devices that are connected at that moment, the changing one included; what was missed
/// is not told later, `TIMMsgGetMessageExtensions` gives it.
// EX-14; spec 04 section 11.6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetMsgExtensionsChangedCallback(
    cb: TIMMsgExtensionsChangedCallback,
    user_data: *const c_void,
) {
    process().registrations.msg_extensions_changed.set(cb, user_data);
}

/// Registers the callback for extensions that were deleted, in place of the one before; NULL removes it. It
/// runs as that of `TIMSetMsgExtensionsChangedCallback` does.
// EX-15; spec 04 section 11.6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetMsgExtensionsDeletedCallback(
    cb: TIMMsgExtensionsDeletedCallback,
    user_data: *const c_void,
) {
    process().registrations.msg_extensions_deleted.set(cb, user_data);
}

/// Registers the callback for reactions that changed, in place of the one before; NULL removes it. It runs on
/// all devices that are connected at that moment, the reacting one included; what was missed is not told
/// later, `TIMMsgGetMessageReactions` gives it.
// RX-05, RX-06, RX-10; spec 04 section 12.4
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetMsgReactionsChangedCallback(
    cb: TIMMsgReactionsChangedCallback,
    user_data: *const c_void,
) {
    process().registrations.msg_reactions_changed.set(cb, user_data);
}

/// Registers the callback for the do-not-disturb setting of all conversations, in place of the one before;
/// NULL removes it. It runs on all devices of the user, the setting one included; a change that was missed is
/// told after the next login.
// RO-23; spec 04 section 10.4
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetMsgAllMessageReceiveOptionCallback(
    cb: TIMMsgAllMessageReceiveOptionCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .msg_all_message_receive_option
        .set(cb, user_data);
}

/// Registers the callback for pinned messages of groups, in place of the one before; NULL removes it. It runs
/// on all devices of the members that are connected at that moment, when a message was pinned or unpinned,
/// also by a recall.
// PN-01, PN-02, PN-07; spec 04 section 13.4
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetMsgGroupPinnedMessageChangedCallback(
    cb: TIMMsgGroupPinnedMessageChangedCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .msg_group_pinned_message_changed
        .set(cb, user_data);
}
