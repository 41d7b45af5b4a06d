//! Friend groups: names under which a user sorts the friends.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use super::{object, required_texts};
use crate::engine::Unbuilt;
use crate::ffi::support::accept;
use crate::ffi::types::common::TIMCommCallback;
use crate::model::error::sync;
use crate::model::json::Checked;
use crate::model::relationships::objects::{CreateFriendGroupParam, FriendshipModifyFriendGroupParam};

/// Creates friend groups and puts friends into each of them. A group is created even when nobody can be put
/// into it. There are at most 32.
///
/// - `json_create_friend_group_param`: a CreateFriendGroupParam object.
/// - `cb`: gets an array of FriendResult objects, one for each id, `[]` without ids: 0, 30001 for a user who
///   is not in the friend list, 7003 for a bad id; an empty text on failure. Nothing is created with 30001
///   for a name that exists, 30011 for too many groups, 9005 for a bad name. May be NULL.
///
/// Returns 0, -3 for text that is not JSON, or -4, also for an object without names.
// REL-70, REL-71, REL-72, REL-81; spec 08 section 4.11
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMFriendshipCreateFriendGroup(
    json_create_friend_group_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        // Text that is no JSON is -3; whatever else keeps the names from being there is -4.
        json_create_friend_group_param.json()?;
        let Checked { value, refusal } = json_create_friend_group_param
            .object::<CreateFriendGroupParam>()
            .map_err(|_| sync::PARAM)?;
        if value.names.unwrap_or_default().is_empty() {
            return Err(sync::PARAM);
        }
        Ok(Unbuilt::TIMFriendshipCreateFriendGroup.checked(refusal))
    })
}

/// Gets friend groups with their members, in the order of creation, from this device.
///
/// - `json_get_friend_group_list_param`: an array of group names; `[]` for all groups.
/// - `cb`: gets an array of FriendGroupInfo objects, without those that do not exist; an empty text on
///   failure. 9508 when there is no connection and this device has never got the groups of this user. May be
///   NULL.
///
/// Returns 0, -3 for text that is not JSON, or -4, also for anything but an array of texts.
// REL-75, REL-76; spec 08 section 4.11
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMFriendshipGetFriendGroupList(
    json_get_friend_group_list_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        required_texts(json_get_friend_group_list_param)?;
        Ok(Unbuilt::TIMFriendshipGetFriendGroupList.op())
    })
}

/// Deletes friend groups. Their members stay friends.
///
/// - `json_delete_friend_group_param`: an array of at least one group name; names that do not exist are
///   passed over.
/// - `cb`: gets an empty text. 30001 when none of them exists. May be NULL.
///
/// Returns 0, -3 for text that is not JSON, or -4, also for anything but an array of texts with at least one.
// REL-73; spec 08 section 4.11
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMFriendshipDeleteFriendGroup(
    json_delete_friend_group_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let names = required_texts(json_delete_friend_group_param)?;
        if names.is_empty() {
            return Err(sync::PARAM);
        }
        Ok(Unbuilt::TIMFriendshipDeleteFriendGroup.op())
    })
}

/// Renames a friend group, or puts friends into it, or takes friends out of it. It does one of the three: the
/// first that the object has, in this order.
///
/// - `json_modify_friend_group_param`: a FriendshipModifyFriendGroupParam object.
/// - `cb`: gets `[]` after a renaming, else an array of FriendResult objects in the order of the ids, each
///   with a code of its own: 0 (also when nothing had to change), 30001 for a user who is not in the friend
///   list, 7003 for a bad id; an empty text on failure. 6017 without the group or without a change, 30001 for
///   a group that does not exist or a new name that does, 9005 for a bad new name. May be NULL.
///
/// Returns 0, -3 for text that is not JSON, or -4.
// REL-74, REL-77, REL-78, REL-79; spec 08 section 4.11
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMFriendshipModifyFriendGroup(
    json_modify_friend_group_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let param = object::<FriendshipModifyFriendGroupParam>(
            json_modify_friend_group_param,
            "json_modify_friend_group_param",
        )?;
        Ok(Unbuilt::TIMFriendshipModifyFriendGroup.checked(param.refusal))
    })
}
