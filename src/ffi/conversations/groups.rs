//! Conversation groups: the names under which a user puts conversations.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use super::{INVALID_IDS, unique_ids};
use crate::engine::Unbuilt;
use crate::ffi::support::accept;
use crate::ffi::types::common::TIMCommCallback;
use crate::model::error::{Refusal, sync};

/// Creates a conversation group, which is a name for some conversations of the user, on every device. A user
/// may have 20 of them, a conversation may be in several, and it need not be in the list. Conversations that
/// cannot take part are left out; if none can, no group is created.
///
/// - `group_name`: 1 to 32 bytes, taken as it is.
/// - `conversation_id_array`: an array of 1 to 100 unique ids: `c2c_` and a user id, or `group_` and a group
///   id.
/// - `cb`: gets an array of TIMConversationOperationResult objects, one for each id, also when none of them
///   could take part and the code is that of the first. Else `[]` on failure: 6017 for an empty array, 51006
///   for more than 100 ids, 51011 for a name of a wrong length, 50002 for one that exists, 51010 for the 21st
///   group. May be NULL.
///
/// Returns 0, -3 or -4.
// CONV-150, CONV-151, CONV-152, CONV-153, CONV-154, CONV-171; spec 05 section 5.9
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvCreateConversationGroup(
    group_name: *const c_char,
    conversation_id_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        conversation_id_array.given()?;
        // An empty name is one of a wrong length, which the callback says.
        group_name.not_null()?;
        let ids = conversation_id_array.list::<String>()?.value;
        let refusal = ids.is_empty().then(|| Refusal::invalid(INVALID_IDS));
        Ok(Unbuilt::TIMConvCreateConversationGroup.checked(refusal))
    })
}

/// Gets the names of all conversation groups of the user, in the order in which they were created. Reads what
/// this device holds, which is complete once the synchronisation after the login has ended.
///
/// - `cb`: gets an array of strings, `[]` on failure. May be NULL.
///
/// Returns 0.
// CONV-159; spec 05 section 5.9
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvGetConversationGroupList(
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(
        cb,
        user_data,
        || Ok(Unbuilt::TIMConvGetConversationGroupList.op()),
    )
}

/// Deletes a conversation group on every device of the user. Its conversations stay as they are.
///
/// - `group_name`: the name of the group.
/// - `cb`: gets an empty text; 51011 for a name of a wrong length, 51009 for a group that does not exist. May
///   be NULL.
///
/// Returns 0, -3 or -4.
// CONV-152, CONV-156, CONV-157; spec 05 section 5.9
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvDeleteConversationGroup(
    group_name: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        group_name.not_null()?;
        Ok(Unbuilt::TIMConvDeleteConversationGroup.op())
    })
}

/// Renames a conversation group on every device of the user. Its place among the groups stays.
///
/// - `old_name`: the name of the group.
/// - `new_name`: its new name, 1 to 32 bytes.
/// - `cb`: gets an empty text; 51011 for a name of a wrong length, 51009 for a group that does not exist,
///   50002 when another group has the new name. May be NULL.
///
/// Returns 0, -3 or -4.
// CONV-152, CONV-158; spec 05 section 5.9
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvRenameConversationGroup(
    old_name: *const c_char,
    new_name: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let names = [old_name.not_null(), new_name.not_null()];
        if names.contains(&Err(sync::PARAM)) {
            return Err(sync::PARAM);
        }
        for name in names {
            name?;
        }
        Ok(Unbuilt::TIMConvRenameConversationGroup.op())
    })
}

/// Adds conversations to a conversation group, on every device of the user. One that is in it already stays.
/// A group holds 1,000 conversations; those that were added first make room.
///
/// - `group_name`: the name of the group.
/// - `conversation_id_array`: an array of 1 to 100 unique ids: `c2c_` and a user id, or `group_` and a group
///   id.
/// - `cb`: gets an array of TIMConversationOperationResult objects, one for each id; an empty text on
///   failure, such as 51006 for more than 100 ids and 51009 for a group that does not exist. May be NULL.
///
/// Returns 0, -4, or -3 for an array that is empty or not of strings; then `cb` runs too, with 6017.
// CONV-152, CONV-153, CONV-154, CONV-161, CONV-171, CONV-172; spec 05 section 5.9
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvAddConversationsToGroup(
    group_name: *const c_char,
    conversation_id_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        conversation_id_array.given()?;
        group_name.not_null()?;
        unique_ids(conversation_id_array, cb, user_data)?;
        Ok(Unbuilt::TIMConvAddConversationsToGroup.op())
    })
}

/// Removes conversations from a conversation group, on every device of the user. One that is not in it is no
/// fault, and a group that becomes empty stays.
///
/// - `group_name`: the name of the group.
/// - `conversation_id_array`: an array of 1 to 100 unique ids: `c2c_` and a user id, or `group_` and a group
///   id.
/// - `cb`: gets an array of TIMConversationOperationResult objects, one for each id; an empty text on
///   failure, such as 51006 for more than 100 ids and 51009 for a group that does not exist. May be NULL.
///
/// Returns 0, -4, or -3 for an array that is empty or not of strings; then `cb` runs too, with 6017.
// CONV-152, CONV-153, CONV-154, CONV-162; spec 05 section 5.9
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMConvDeleteConversationsFromGroup(
    group_name: *const c_char,
    conversation_id_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        conversation_id_array.given()?;
        group_name.not_null()?;
        unique_ids(conversation_id_array, cb, user_data)?;
        Ok(Unbuilt::TIMConvDeleteConversationsFromGroup.op())
    })
}
