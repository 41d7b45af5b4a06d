//! Callbacks for friends, friend requests, the blocklist, friend groups, official accounts and following.
//!
//! A change is told on every device of each user whose own lists changed, the device that made it included,
//! where the function's own callback comes first. What changed while a device was away is told after its
//! next login, only as the difference that is left.

use std::ffi::{c_char, c_void};

/// Users entered the friend list. `json_identifier_array` is an array of their ids. `user_data` is what was
/// registered.
pub type TIMOnAddFriendCallback =
    Option<unsafe extern "C" fn(json_identifier_array: *const c_char, user_data: *const c_void)>;

/// Users left the friend list. `json_identifier_array` is an array of their ids. `user_data` is what was
/// registered.
pub type TIMOnDeleteFriendCallback =
    Option<unsafe extern "C" fn(json_identifier_array: *const c_char, user_data: *const c_void)>;

/// Friends changed: what the user keeps of them, or their own profiles. `json_friend_profile_update_array`
/// is an array of FriendProfileUpdate objects. `user_data` is what was registered.
pub type TIMUpdateFriendProfileCallback =
    Option<unsafe extern "C" fn(json_friend_profile_update_array: *const c_char, user_data: *const c_void)>;

/// Friend requests were stored or sent again. `json_friend_add_request_pendency_array` is an array of
/// FriendAddPendency objects, whose type tells incoming from outgoing ones. `user_data` is what was
/// registered.
pub type TIMFriendAddRequestCallback = Option<
    unsafe extern "C" fn(json_friend_add_request_pendency_array: *const c_char, user_data: *const c_void),
>;

/// Friend requests are gone. `json_identifier_array` is an array of the ids of the other users. It runs for
/// the user who deleted, accepted or refused a request, and for one whose request was refused. `user_data`
/// is what was registered.
pub type TIMFriendApplicationListDeletedCallback =
    Option<unsafe extern "C" fn(json_identifier_array: *const c_char, user_data: *const c_void)>;

/// The time up to which incoming friend requests are read has moved. `user_data` is what was registered.
pub type TIMFriendApplicationListReadCallback = Option<unsafe extern "C" fn(user_data: *const c_void)>;

/// Users were blocked. `json_friend_black_added_array` is an array of FriendProfile objects with the id, the
/// user profile and, as `friend_profile_add_time`, the time of blocking. `user_data` is what was registered.
pub type TIMFriendBlackListAddedCallback =
    Option<unsafe extern "C" fn(json_friend_black_added_array: *const c_char, user_data: *const c_void)>;

/// Users were unblocked. `json_identifier_array` is an array of their ids. `user_data` is what was
/// registered.
pub type TIMFriendBlackListDeletedCallback =
    Option<unsafe extern "C" fn(json_identifier_array: *const c_char, user_data: *const c_void)>;

/// A friend group was created. `group_name` is its name, `json_friend_info_array` an array of the
/// FriendProfile objects of its members. `user_data` is what was registered.
pub type TIMFriendGroupCreatedCallback = Option<
    unsafe extern "C" fn(
        group_name: *const c_char,
        json_friend_info_array: *const c_char,
        user_data: *const c_void,
    ),
>;

/// Friend groups were deleted. `json_group_name_array` is an array of their names. `user_data` is what was
/// registered.
pub type TIMFriendGroupDeletedCallback =
    Option<unsafe extern "C" fn(json_group_name_array: *const c_char, user_data: *const c_void)>;

/// A friend group was renamed. `old_group_name` is the name it had, `new_group_name` the one it has.
/// `user_data` is what was registered.
pub type TIMFriendGroupNameChangedCallback = Option<
    unsafe extern "C" fn(
        old_group_name: *const c_char,
        new_group_name: *const c_char,
        user_data: *const c_void,
    ),
>;

/// Friends were put into a friend group. `group_name` is its name, `json_friend_info_array` an array of the
/// FriendProfile objects of those who were not in it before. `user_data` is what was registered.
pub type TIMFriendsAddedToGroupCallback = Option<
    unsafe extern "C" fn(
        group_name: *const c_char,
        json_friend_info_array: *const c_char,
        user_data: *const c_void,
    ),
>;

/// Friends were taken out of a friend group. `group_name` is its name, `json_friend_id_array` an array of
/// the ids of those who were in it. `user_data` is what was registered.
pub type TIMFriendsDeletedFromGroupCallback = Option<
    unsafe extern "C" fn(
        group_name: *const c_char,
        json_friend_id_array: *const c_char,
        user_data: *const c_void,
    ),
>;

/// The user subscribed to an official account. `json_official_account_info` is its OfficialAccountInfo
/// object. `user_data` is what was registered.
pub type TIMOfficialAccountSubscribedCallback =
    Option<unsafe extern "C" fn(json_official_account_info: *const c_char, user_data: *const c_void)>;

/// The user ended the subscription of an official account. `official_account_id` is its id. `user_data` is
/// what was registered.
pub type TIMOfficialAccountUnsubscribedCallback =
    Option<unsafe extern "C" fn(official_account_id: *const c_char, user_data: *const c_void)>;

/// The operator deleted an official account to which the user subscribed. `official_account_id` is its id.
/// The conversation with it can still be read, and writing to it ends with 20003. `user_data` is what was
/// registered.
pub type TIMOfficialAccountDeletedCallback =
    Option<unsafe extern "C" fn(official_account_id: *const c_char, user_data: *const c_void)>;

/// The operator changed an official account to which the user subscribes. `json_official_account_info` is
/// its OfficialAccountInfo object. `user_data` is what was registered.
pub type TIMOfficialAccountInfoChangedCallback =
    Option<unsafe extern "C" fn(json_official_account_info: *const c_char, user_data: *const c_void)>;

/// The list of users whom the user follows changed. `json_user_info_list` is an array of the UserProfile
/// objects of those who entered it (`is_add` is true) or left it (false). `user_data` is what was
/// registered.
pub type TIMMyFollowingListChangedCallback =
    Option<unsafe extern "C" fn(json_user_info_list: *const c_char, is_add: bool, user_data: *const c_void)>;

/// The list of users who follow the user changed. `json_user_info_list` is an array of the UserProfile
/// objects of those who entered it (`is_add` is true) or left it (false). `user_data` is what was
/// registered.
pub type TIMMyFollowersListChangedCallback =
    Option<unsafe extern "C" fn(json_user_info_list: *const c_char, is_add: bool, user_data: *const c_void)>;

/// The list of users who follow the user and whom the user follows changed. `json_user_info_list` is an
/// array of the UserProfile objects of those who entered it (`is_add` is true) or left it (false).
/// `user_data` is what was registered.
pub type TIMMutualFollowersListChangedCallback =
    Option<unsafe extern "C" fn(json_user_info_list: *const c_char, is_add: bool, user_data: *const c_void)>;
