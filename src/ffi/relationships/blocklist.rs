//! The blocklist.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use super::required_texts;
use crate::engine::Unbuilt;
use crate::ffi::support::accept;
use crate::ffi::types::common::TIMCommCallback;
use crate::model::error::sync;

/// Gets the users whom the caller blocks, newest first, from this device.
///
/// - `cb`: gets an array of FriendProfile objects with the id, the user profile and, as
///   `friend_profile_add_time`, the time of blocking, all else empty; `[]` if there is none; an empty text on
///   failure. 9508 when there is no connection and this device has never got the list of this user. May be
///   NULL.
///
/// Returns 0.
// REL-97; spec 08 section 4.12
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMFriendshipGetBlackList(cb: TIMCommCallback, user_data: *const c_void) -> c_int {
    accept(cb, user_data, || Ok(Unbuilt::TIMFriendshipGetBlackList.op()))
}

/// Blocks users. It ends friendships, which a server can be set to keep, and friend requests between them and
/// the caller; from then on neither can write to or add the other. They are not told. Who follows whom stays,
/// and so do groups in common.
///
/// - `json_add_to_blacklist_param`: an array of 1 to 1000 user ids.
/// - `cb`: gets an array of FriendResult objects in the order of the ids, each with a code of its own: 0
///   (also for a user who is blocked already), 30001 for the caller, 30003 for an unknown user, 30013 for
///   more than 1000 blocked users, 7003 for a bad id; an empty text on failure. May be NULL.
///
/// Returns 0, -3 for text that is not JSON, or -4, also for anything but an array of texts with at least one.
// REL-90, REL-91, REL-93, REL-98, REL-100, REL-101; spec 08 section 4.12
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMFriendshipAddToBlackList(
    json_add_to_blacklist_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let ids = required_texts(json_add_to_blacklist_param)?;
        if ids.is_empty() {
            return Err(sync::PARAM);
        }
        Ok(Unbuilt::TIMFriendshipAddToBlackList.op())
    })
}

/// Unblocks users. A friendship that the block ended does not come back, and nothing that they sent meanwhile
/// arrives.
///
/// - `json_delete_from_blacklist_param`: an array of 1 to 1000 user ids.
/// - `cb`: gets an array of FriendResult objects in the order of the ids, each with a code of its own: 0
///   (also for a user who is not blocked), 7003 for a bad id; an empty text on failure. May be NULL.
///
/// Returns 0, -3 for text that is not JSON, or -4, also for anything but an array of texts with at least one.
// REL-96, REL-98; spec 08 section 4.12
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMFriendshipDeleteFromBlackList(
    json_delete_from_blacklist_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let ids = required_texts(json_delete_from_blacklist_param)?;
        if ids.is_empty() {
            return Err(sync::PARAM);
        }
        Ok(Unbuilt::TIMFriendshipDeleteFromBlackList.op())
    })
}
