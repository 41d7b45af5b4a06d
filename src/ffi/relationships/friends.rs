//! Friends: the list, their data, search, adding, deleting and checking.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use super::{object, texts};
use crate::engine::Unbuilt;
use crate::ffi::support::accept;
use crate::ffi::types::common::TIMCommCallback;
use crate::model::error::sync;
use crate::model::json::Checked;
use crate::model::relationships::objects::{
    FriendSearchParam, FriendshipAddFriendParam, FriendshipCheckFriendTypeParam, FriendshipDeleteFriendParam,
    FriendshipModifyFriendProfileParam,
};

/// Gets the caller's whole friend list, newest friendship first. It is read from this device; while the first
/// synchronization of a login runs, the answer waits for it.
///
/// - `cb`: gets an array of FriendProfile objects, `[]` if there are no friends; an empty text on failure.
///   9508 when there is no connection and this device has never got the list of this user. May be NULL.
///
/// Returns 0.
// REL-04, REL-05, REL-17; spec 08 section 4.1
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMFriendshipGetFriendProfileList(
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        Ok(Unbuilt::TIMFriendshipGetFriendProfileList.op())
    })
}

/// Gets the public data of users, what the caller keeps of them as friends, and the relation between them and
/// the caller. They need not be friends.
///
/// - `friend_id_list`: an array of 1 to 1000 user ids.
/// - `cb`: gets an array of FriendInfoGetResult objects in the order of the ids, each with a code of its own:
///   0, 30003 for an unknown user, 7003 for a bad id; an empty text on failure. 6017 for anything but an
///   array of ids. 9508 when there is no connection and one of them is not known to this device. May be NULL.
///
/// Returns 0, -3 for text that is not JSON, or -4.
// REL-06; spec 08 section 4.2
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMFriendshipGetFriendsInfo(
    friend_id_list: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let ids = texts(friend_id_list, "friend_id_list")?;
        Ok(Unbuilt::TIMFriendshipGetFriendsInfo.checked(ids.refusal))
    })
}

/// Changes what the caller keeps of a friend: remark, groups, custom fields. All changes of one call are
/// made, or none. The friend is not told. Nothing can be kept of a user who is not in the caller's friend
/// list.
///
/// - `json_modify_friend_info_param`: a FriendshipModifyFriendProfileParam object with the friend and at
///   least one change.
/// - `cb`: gets an empty text. 6017 for an item without any change, 30001 for a user who is not in the friend
///   list or a custom field that the operator has not set up, 9001 for a bad custom field, 9002 for a remark
///   of more than 96 bytes, 9005 for a bad group name, 30011 for too many groups. May be NULL.
///
/// Returns 0, -3 for text that is not JSON, or -4, also for an object without the friend or the item.
// REL-09, REL-10, REL-11, REL-12, REL-13, REL-14; spec 08 section 4.3
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMFriendshipModifyFriendProfile(
    json_modify_friend_info_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        // Text that is no JSON is -3; whatever else keeps the two from being there is -4.
        json_modify_friend_info_param.json()?;
        let param = json_modify_friend_info_param
            .object::<FriendshipModifyFriendProfileParam>()
            .map_err(|_| sync::PARAM)?;
        let Checked { value, refusal } = param;
        if value.identifier.unwrap_or_default().is_empty() || value.item.is_none() {
            return Err(sync::PARAM);
        }
        Ok(Unbuilt::TIMFriendshipModifyFriendProfile.checked(refusal))
    })
}

/// Searches the users whom this device knows: friends, blocked users, and everyone whose profile it has got
/// before, but not the caller. A user matches when any keyword is a part of any of the chosen fields; upper
/// and lower case are the same. Remarks are searched of friends only.
///
/// - `json_search_friends_param`: a FriendSearchParam object with 1 to 5 keywords and at least one field.
/// - `cb`: gets an array of at most 500 FriendInfoGetResult objects, friends first, then by nickname and id;
///   `[]` if nobody matches; an empty text on failure. 6017 for missing, empty or too many keywords or
///   fields. May be NULL.
///
/// Returns 0, -3 for text that is not JSON, or -4.
// REL-08, REL-110, REL-111, REL-112, REL-113; spec 08 section 4.4
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMFriendshipSearchFriends(
    json_search_friends_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let param = object::<FriendSearchParam>(json_search_friends_param, "json_search_friends_param")?;
        Ok(Unbuilt::TIMFriendshipSearchFriends.checked(param.refusal))
    })
}

/// Adds a friend, or sends a friend request when the other user wants to be asked. A request that is sent
/// again while it waits replaces the first. Two users who have asked each other become friends.
///
/// - `json_add_friend_param`: a FriendshipAddFriendParam object.
/// - `cb`: gets one FriendResult object; an empty text on failure. Its code is 0 for a new friend and 30539
///   for a request that waits for the answer; 30001 for the caller, 30003 for an unknown user, 30009 when the
///   caller may not send requests, 30010 when the caller's friend list is full and 30014 when the other one
///   is, 30012 when too many requests wait, 30015 for a friend, 30515 for a user whom the caller blocks,
///   30516 for one who lets nobody add, 30525 for one who blocks the caller, 30540 after too many calls. The
///   callback itself has 6017 without an id, 7003 for a bad id, 9002 for the remark, 9003 for the wording,
///   9004 for the source, 9005 for the group name. May be NULL.
///
/// Returns 0, -3 for text that is not JSON, or -4.
// REL-20, REL-21, REL-22, REL-23, REL-24, REL-25, REL-26, REL-27, REL-28, REL-29, REL-30, REL-35, REL-44,
// REL-45, REL-46, REL-47, REL-48; spec 08 section 4.5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMFriendshipAddFriend(
    json_add_friend_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let param = object::<FriendshipAddFriendParam>(json_add_friend_param, "json_add_friend_param")?;
        Ok(Unbuilt::TIMFriendshipAddFriend.checked(param.refusal))
    })
}

/// Deletes friends, with their remarks, custom fields, places in groups, and any requests between them and
/// the caller. Conversations and their history stay.
///
/// - `json_delete_friend_param`: a FriendshipDeleteFriendParam object with 1 to 1000 ids.
/// - `cb`: gets an array of FriendResult objects in the order of the ids, each with a code of its own: 0,
///   31704 when there was no friendship to delete, 31707 after too many deletions, 7003 for a bad id; an
///   empty text on failure. 6017 without ids. May be NULL.
///
/// Returns 0, -3 for text that is not JSON, or -4.
// REL-50, REL-51, REL-52, REL-53, REL-54; spec 08 section 4.6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMFriendshipDeleteFriend(
    json_delete_friend_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let param =
            object::<FriendshipDeleteFriendParam>(json_delete_friend_param, "json_delete_friend_param")?;
        Ok(Unbuilt::TIMFriendshipDeleteFriend.checked(param.refusal))
    })
}

/// Asks the server for the relation between the caller and other users.
///
/// - `json_check_friend_list_param`: a FriendshipCheckFriendTypeParam object with 1 to 1000 ids.
/// - `cb`: gets an array of FriendshipCheckFriendTypeResult objects in the order of the ids, each with a code
///   of its own: 0, 30003 for an unknown user, 7003 for a bad id; an empty text on failure. 6017 without ids.
///   May be NULL.
///
/// Returns 0, -3 for text that is not JSON, or -4.
// REL-55, REL-56, REL-57; spec 08 section 4.7
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMFriendshipCheckFriendType(
    json_check_friend_list_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let param = object::<FriendshipCheckFriendTypeParam>(
            json_check_friend_list_param,
            "json_check_friend_list_param",
        )?;
        Ok(Unbuilt::TIMFriendshipCheckFriendType.checked(param.refusal))
    })
}
