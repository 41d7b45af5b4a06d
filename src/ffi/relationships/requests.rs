//! Friend requests.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use super::object;
use crate::engine::Unbuilt;
use crate::ffi::support::accept;
use crate::ffi::types::common::TIMCommCallback;
use crate::model::error::sync;
use crate::model::relationships::objects::{
    FriendResponse, FriendshipDeletePendencyParam, FriendshipGetPendencyListParam,
};

/// Gets a page of the friend requests that wait for an answer, incoming or outgoing ones or both, oldest
/// first.
///
/// - `json_get_pendency_list_param`: a FriendshipGetPendencyListParam object; every key may be left out.
/// - `cb`: gets a PendencyPage object; an empty text on failure. 6017 for a negative size or an unknown type.
///   May be NULL.
///
/// Returns 0, -3 for text that is not JSON, or -4.
// REL-37; spec 08 section 4.8
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMFriendshipGetPendencyList(
    json_get_pendency_list_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let param = object::<FriendshipGetPendencyListParam>(
            json_get_pendency_list_param,
            "json_get_pendency_list_param",
        )?;
        Ok(Unbuilt::TIMFriendshipGetPendencyList.checked(param.refusal))
    })
}

/// Answers an incoming friend request: accepts it one-way, accepts it two-way, or refuses it. The answer
/// decides which lists change, whatever kind the request asked for.
///
/// - `json_handle_friend_add_param`: a FriendResponse object.
/// - `cb`: gets one FriendResult object; an empty text on failure. Its code is 0, 30614 when no request of
///   that user waits (another device may have been first), 30010 when the caller's friend list is full, 30014
///   when the other one is. The callback itself has 6017 for an unknown action, 7003 for a bad id, 9002 for a
///   remark of more than 96 bytes, 9005 for a bad group name. May be NULL.
///
/// Returns 0, -3 for text that is not JSON, or -4, also for an object without the user or the action.
// REL-31, REL-32, REL-33, REL-34, REL-36; spec 08 section 4.9
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMFriendshipHandleFriendAddRequest(
    json_handle_friend_add_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        // Text that is no JSON is -3; whatever else keeps the two from being there is -4.
        json_handle_friend_add_param.json()?;
        let response = json_handle_friend_add_param
            .object::<FriendResponse>()
            .map_err(|_| sync::PARAM)?;
        if response.value.identifier.is_empty() {
            return Err(sync::PARAM);
        }
        Ok(Unbuilt::TIMFriendshipHandleFriendAddRequest.checked(response.refusal))
    })
}

/// Marks the incoming friend requests as read, on all devices of the caller. The requests stay.
///
/// - `time_stamp`: Unix seconds; requests up to then become read. 0, like a time in the future, stands for
///   now. A time before the last one changes nothing.
/// - `cb`: gets an empty text. May be NULL.
///
/// Returns 0.
// REL-38, REL-39; spec 08 section 4.10
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMFriendshipReportPendencyReaded(
    time_stamp: u64,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let _ = time_stamp;
        Ok(Unbuilt::TIMFriendshipReportPendencyReaded.op())
    })
}

/// Deletes friend requests from the caller's own list. The other users keep theirs and are not told; an
/// incoming request can no longer be answered.
///
/// - `json_delete_pendency_param`: a FriendshipDeletePendencyParam object with 1 to 100 ids.
/// - `cb`: gets an array of FriendResult objects in the order of the ids, each with a code of its own: 0,
///   30614 when there is no such request, 7003 for a bad id; an empty text on failure. 6017 without ids. May
///   be NULL.
///
/// Returns 0, -3 for text that is not JSON, or -4.
// REL-40, REL-41; spec 08 section 4.10
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMFriendshipDeletePendency(
    json_delete_pendency_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let param = object::<FriendshipDeletePendencyParam>(
            json_delete_pendency_param,
            "json_delete_pendency_param",
        )?;
        Ok(Unbuilt::TIMFriendshipDeletePendency.checked(param.refusal))
    })
}
