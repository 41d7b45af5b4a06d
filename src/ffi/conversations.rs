//! The conversation list and its unread counts.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use super::process::process;
use super::support::{Text, UserData, accept};
use super::types::cloud_def::TIMCommCallback;
use super::types::conversation::{TIMConvEventCallback, TIMConvTotalUnreadMessageCountChangedCallback};
use crate::engine::{CleanScope, Op};
use crate::model::conversations::decode_conv_params;
use crate::model::error::sync;
use crate::model::messages::ConvKey;

/// Gets the whole conversation list, newest activity first, pinned ones before all others.
///
/// - `cb`: gets an array of ConvInfo objects, `[]` on failure. May be NULL.
///
/// Returns 0.
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvGetConvList(cb: TIMCommCallback, user_data: *const c_void) -> c_int {
    accept(cb, user_data, || Ok(Op::GetConvList))
}

/// Gets some conversations.
///
/// - `json_get_conv_list_param`: an array of GetConversationListParam objects.
/// - `cb`: gets an array of the ConvInfo objects that are there, in the order asked; `[]` on failure. May be
///   NULL.
///
/// Returns 0, -3 or -4.
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvGetConvInfo(
    json_get_conv_list_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    // SAFETY: a text of the C API.
    let param = unsafe { Text::new(json_get_conv_list_param) };
    accept(cb, user_data, || {
        Ok(Op::GetConvInfo(decode_conv_params(param.given()?.text()?)?))
    })
}

/// Gets the number of unread messages of all conversations, and switches its change callback on.
///
/// - `cb`: gets a GetTotalUnreadNumberResult object. May be NULL.
///
/// Returns 0.
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvGetTotalUnreadMessageCount(
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || Ok(Op::GetTotalUnread))
}

/// Marks messages as read.
///
/// - `conversation_id`: `c2c_` and a user id, or `group_` and a group id; `c2c` or `group` for all of a kind; NULL
///   or an empty text for everything.
/// - `clean_timestamp`: one-to-one: messages up to this Unix second become read, 0 all.
/// - `clean_sequence`: group: messages up to this sequence become read, 0 all.
/// - `cb`: may be NULL.
///
/// Returns 0, -3, or -5 for an id of another form.
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvCleanConversationUnreadMessageCount(
    conversation_id: *const c_char,
    clean_timestamp: u64,
    clean_sequence: u64,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    // SAFETY: a text of the C API.
    let id = unsafe { Text::new(conversation_id) };
    accept(cb, user_data, || {
        let scope = match id.optional()? {
            None => CleanScope::All,
            Some("c2c") => CleanScope::AllC2c,
            Some("group") => CleanScope::AllGroups,
            Some(id) => CleanScope::One(ConvKey::from_unique_id(id).ok_or(sync::CONV)?),
        };
        Ok(Op::CleanUnread {
            scope,
            timestamp: clean_timestamp,
            sequence: clean_sequence,
        })
    })
}

/// Registers the callback for changes of the conversation list, in place of the one before; NULL removes it.
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetConvEventCallback(cb: TIMConvEventCallback, user_data: *const c_void) {
    process().registrations.conv_event.set(cb, UserData(user_data));
}

/// Registers the callback for the total number of unread messages, in place of the one before; NULL removes it.
/// It runs after `TIMConvGetTotalUnreadMessageCount` has been called once.
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetConvTotalUnreadMessageCountChangedCallback(
    cb: TIMConvTotalUnreadMessageCountChangedCallback,
    user_data: *const c_void,
) {
    process().registrations.total_unread.set(cb, UserData(user_data));
}
