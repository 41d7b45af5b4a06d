//! The setters of the event callbacks.

use std::ffi::c_void;

use timbre_macros::tim_api;

use crate::ffi::process::process;
use crate::ffi::types::relationships::*;

/// Registers the callback for users who entered the caller's friend list, in place of the one before; NULL
/// removes it.
/// It runs when a friend was added on any device of the caller, when a request of the caller was accepted,
/// when the caller accepted one with a two-way answer, when someone added the caller two-way, and when the
/// operator did it.
// REL-01, REL-02, REL-03, REL-20, REL-21, REL-27, REL-28, REL-32, REL-33; spec 08 section 5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetOnAddFriendCallback(cb: TIMOnAddFriendCallback, user_data: *const c_void) {
    process().registrations.on_add_friend.set(cb, user_data);
}

/// Registers the callback for users who left the caller's friend list, in place of the one before; NULL
/// removes it.
/// It runs when the caller deleted them on any device, when they deleted the caller two-way, when one of the
/// two blocked the other, and when an account was deleted.
// REL-01, REL-02, REL-50, REL-51, REL-91; spec 08 section 5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetOnDeleteFriendCallback(
    cb: TIMOnDeleteFriendCallback,
    user_data: *const c_void,
) {
    process().registrations.on_delete_friend.set(cb, user_data);
}

/// Registers the callback for changed friends, in place of the one before; NULL removes it.
/// It runs when the caller changed remark, groups or custom fields of a friend with
/// `TIMFriendshipModifyFriendProfile` on any device, and when a friend changed the own profile.
// REL-01, REL-02, REL-07, REL-10, REL-11, REL-14; spec 08 section 5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetUpdateFriendProfileCallback(
    cb: TIMUpdateFriendProfileCallback,
    user_data: *const c_void,
) {
    process().registrations.update_friend_profile.set(cb, user_data);
}

/// Registers the callback for new friend requests, in place of the one before; NULL removes it.
/// It runs when a request was stored or sent again, for incoming and for outgoing ones.
// REL-01, REL-02, REL-30, REL-43; spec 08 section 5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetFriendAddRequestCallback(
    cb: TIMFriendAddRequestCallback,
    user_data: *const c_void,
) {
    process().registrations.friend_add_request.set(cb, user_data);
}

/// Registers the callback for friend requests that are gone, in place of the one before; NULL removes it.
/// It runs when the caller deleted, accepted or refused a request on any device, when a friendship or a block
/// removed one, and when a request of the caller was refused. One that was accepted is told by
/// `TIMOnAddFriendCallback` alone.
// REL-01, REL-02, REL-32, REL-34, REL-40, REL-41; spec 08 section 5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetFriendApplicationListDeletedCallback(
    cb: TIMFriendApplicationListDeletedCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .friend_application_list_deleted
        .set(cb, user_data);
}

/// Registers the callback for the read time of friend requests, in place of the one before; NULL removes it.
/// It runs when `TIMFriendshipReportPendencyReaded` moved that time on any device of the caller.
// REL-01, REL-02, REL-38, REL-39; spec 08 section 5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetFriendApplicationListReadCallback(
    cb: TIMFriendApplicationListReadCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .friend_application_list_read
        .set(cb, user_data);
}

/// Registers the callback for users whom the caller blocked, in place of the one before; NULL removes it.
/// It runs on every device of the caller; the blocked users are not told.
// REL-01, REL-02, REL-90; spec 08 section 5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetFriendBlackListAddedCallback(
    cb: TIMFriendBlackListAddedCallback,
    user_data: *const c_void,
) {
    process().registrations.friend_black_list_added.set(cb, user_data);
}

/// Registers the callback for users whom the caller unblocked, in place of the one before; NULL removes it.
/// It runs on every device of the caller.
// REL-01, REL-02, REL-96; spec 08 section 5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetFriendBlackListDeletedCallback(
    cb: TIMFriendBlackListDeletedCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .friend_black_list_deleted
        .set(cb, user_data);
}

/// Registers the callback for new friend groups, in place of the one before; NULL removes it.
/// It runs once for each group.
// REL-01, REL-02, REL-70; spec 08 section 5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetFriendGroupCreatedCallback(
    cb: TIMFriendGroupCreatedCallback,
    user_data: *const c_void,
) {
    process().registrations.friend_group_created.set(cb, user_data);
}

/// Registers the callback for deleted friend groups, in place of the one before; NULL removes it.
/// It runs on every device of the caller.
// REL-01, REL-02, REL-73; spec 08 section 5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetFriendGroupDeletedCallback(
    cb: TIMFriendGroupDeletedCallback,
    user_data: *const c_void,
) {
    process().registrations.friend_group_deleted.set(cb, user_data);
}

/// Registers the callback for renamed friend groups, in place of the one before; NULL removes it.
/// It runs on every device of the caller.
// REL-01, REL-02, REL-74; spec 08 section 5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetFriendGroupNameChangedCallback(
    cb: TIMFriendGroupNameChangedCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .friend_group_name_changed
        .set(cb, user_data);
}

/// Registers the callback for friends who were put into a friend group, in place of the one before; NULL
/// removes it.
/// It runs with those who were not in it before.
// REL-01, REL-02, REL-77; spec 08 section 5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetFriendsAddedToGroupCallback(
    cb: TIMFriendsAddedToGroupCallback,
    user_data: *const c_void,
) {
    process().registrations.friends_added_to_group.set(cb, user_data);
}

/// Registers the callback for friends who were taken out of a friend group, in place of the one before; NULL
/// removes it.
/// It runs with those who were in it. It does not run when a friend leaves the friend list, nor when a group
/// is deleted.
// REL-01, REL-02, REL-78; spec 08 section 5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetFriendsDeletedFromGroupCallback(
    cb: TIMFriendsDeletedFromGroupCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .friends_deleted_from_group
        .set(cb, user_data);
}

/// Registers the callback for official accounts to which the caller subscribed, in place of the one before;
/// NULL removes it.
/// It runs on every device of the caller.
// REL-130; spec 08 section 5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetOfficialAccountSubscribedCallback(
    cb: TIMOfficialAccountSubscribedCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .official_account_subscribed
        .set(cb, user_data);
}

/// Registers the callback for official accounts to which the caller no longer subscribes, in place of the one
/// before; NULL removes it.
/// It runs on every device of the caller.
// REL-131; spec 08 section 5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetOfficialAccountUnsubscribedCallback(
    cb: TIMOfficialAccountUnsubscribedCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .official_account_unsubscribed
        .set(cb, user_data);
}

/// Registers the callback for official accounts that the operator deleted, in place of the one before; NULL
/// removes it.
/// It runs for those to which the caller subscribed.
// REL-133; spec 08 section 5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetOfficialAccountDeletedCallback(
    cb: TIMOfficialAccountDeletedCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .official_account_deleted
        .set(cb, user_data);
}

/// Registers the callback for official accounts that the operator changed, in place of the one before; NULL
/// removes it.
/// It runs for those to which the caller subscribes.
// REL-134; spec 08 section 5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetOfficialAccountInfoChangedCallback(
    cb: TIMOfficialAccountInfoChangedCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .official_account_info_changed
        .set(cb, user_data);
}

/// Registers the callback for changes of the list of users whom the caller follows, in place of the one
/// before; NULL removes it.
/// It runs after `TIMFollowUser` and `TIMUnfollowUser` on any device of the caller, once for each call.
// REL-120, REL-121; spec 08 section 5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetMyFollowingListChangedCallback(
    cb: TIMMyFollowingListChangedCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .my_following_list_changed
        .set(cb, user_data);
}

/// Registers the callback for changes of the list of users who follow the caller, in place of the one before;
/// NULL removes it.
/// It runs when someone followed or unfollowed the caller.
// REL-120, REL-121; spec 08 section 5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetMyFollowersListChangedCallback(
    cb: TIMMyFollowersListChangedCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .my_followers_list_changed
        .set(cb, user_data);
}

/// Registers the callback for changes of the list of users who follow the caller and whom the caller follows,
/// in place of the one before; NULL removes it.
/// It runs after the callback for the list of one direction that changed with it.
// REL-120, REL-121; spec 08 section 5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetMutualFollowersListChangedCallback(
    cb: TIMMutualFollowersListChangedCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .mutual_followers_list_changed
        .set(cb, user_data);
}
