//! Following other users.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use super::texts;
use crate::engine::Unbuilt;
use crate::ffi::support::accept;
use crate::ffi::types::common::TIMCommCallback;

/// Follows users. They need not be friends, and need not agree.
///
/// - `json_user_id_list`: an array of 1 to 20 user ids.
/// - `cb`: gets an array of FollowOperationResult objects in the order of the ids, each with a code of its
///   own: 0 (also for a user who is followed already), 30001 for the caller, 30003 for an unknown user, 32100
///   for more than 5000 followed users, 32101 when the user has as many followers as allowed, 32102 when the
///   caller's list of mutual followers is full and 32103 when the other one is, 7003 for a bad id; `[]` on
///   failure. 6017 for anything but an array of 1 to 20 ids. May be NULL.
///
/// Returns 0, -3 for text that is not JSON, or -4.
// REL-120, REL-127; spec 08 section 4.14
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMFollowUser(
    json_user_id_list: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let ids = texts(json_user_id_list, "json_user_id_list")?;
        Ok(Unbuilt::TIMFollowUser.checked(ids.refusal))
    })
}

/// Stops following users.
///
/// - `json_user_id_list`: an array of 1 to 20 user ids.
/// - `cb`: gets an array of FollowOperationResult objects in the order of the ids, each with a code of its
///   own: 0 (also for a user who was not followed), 7003 for a bad id; `[]` on failure. 6017 for anything but
///   an array of 1 to 20 ids. May be NULL.
///
/// Returns 0, -3 for text that is not JSON, or -4.
// REL-121; spec 08 section 4.14
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMUnfollowUser(
    json_user_id_list: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let ids = texts(json_user_id_list, "json_user_id_list")?;
        Ok(Unbuilt::TIMUnfollowUser.checked(ids.refusal))
    })
}

/// Gets a page of the users whom the caller follows, newest first.
///
/// - `next_cursor`: NULL or an empty text for the first page, then what the page before gave. A cursor is
///   good for this user and this list, for one day.
/// - `cb`: gets a FollowListResult object with at most 500 users; an empty one on failure. 6017 for a cursor
///   that is not good. May be NULL.
///
/// Returns 0, or -3 for text that is not UTF-8.
// REL-122; spec 08 section 4.14
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGetMyFollowingList(
    next_cursor: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        next_cursor.optional()?;
        Ok(Unbuilt::TIMGetMyFollowingList.op())
    })
}

/// Gets a page of the users who follow the caller, newest first.
///
/// - `next_cursor`: NULL or an empty text for the first page, then what the page before gave. A cursor is
///   good for this user and this list, for one day.
/// - `cb`: gets a FollowListResult object with at most 500 users; an empty one on failure. 6017 for a cursor
///   that is not good. May be NULL.
///
/// Returns 0, or -3 for text that is not UTF-8.
// REL-123; spec 08 section 4.14
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGetMyFollowersList(
    next_cursor: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        next_cursor.optional()?;
        Ok(Unbuilt::TIMGetMyFollowersList.op())
    })
}

/// Gets a page of the users who follow the caller and whom the caller follows, newest first.
///
/// - `next_cursor`: NULL or an empty text for the first page, then what the page before gave. A cursor is
///   good for this user and this list, for one day.
/// - `cb`: gets a FollowListResult object with at most 500 users; an empty one on failure. 6017 for a cursor
///   that is not good. May be NULL.
///
/// Returns 0, or -3 for text that is not UTF-8.
// REL-124; spec 08 section 4.14
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGetMutualFollowersList(
    next_cursor: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        next_cursor.optional()?;
        Ok(Unbuilt::TIMGetMutualFollowersList.op())
    })
}

/// Gets how many users someone follows and is followed by. Everyone may ask that of everyone.
///
/// - `json_user_id_list`: an array of 1 to 100 user ids.
/// - `cb`: gets an array of FollowInfo objects in the order of the ids, each with a code of its own: 0, 30003
///   for an unknown user, 7003 for a bad id; `[]` on failure. 6017 for anything but an array of 1 to 100 ids.
///   May be NULL.
///
/// Returns 0, -3 for text that is not JSON, or -4.
// REL-125; spec 08 section 4.14
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGetUserFollowInfo(
    json_user_id_list: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let ids = texts(json_user_id_list, "json_user_id_list")?;
        Ok(Unbuilt::TIMGetUserFollowInfo.checked(ids.refusal))
    })
}

/// Gets who follows whom, between the caller and other users.
///
/// - `json_user_id_list`: an array of 1 to 100 user ids.
/// - `cb`: gets an array of FollowTypeCheckResult objects in the order of the ids, each with a code of its
///   own: 0, 30003 for an unknown user, 7003 for a bad id; `[]` on failure. 6017 for anything but an array of
///   1 to 100 ids. May be NULL.
///
/// Returns 0, -3 for text that is not JSON, or -4.
// REL-126; spec 08 section 4.14
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMCheckFollowType(
    json_user_id_list: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let ids = texts(json_user_id_list, "json_user_id_list")?;
        Ok(Unbuilt::TIMCheckFollowType.checked(ids.refusal))
    })
}
