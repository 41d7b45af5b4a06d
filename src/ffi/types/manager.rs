//! Callback types of `TIMManager.h`: the link, the session, the log, profiles and user status.

use std::ffi::{c_char, c_int, c_void};

/// A number of `enum TIMLogLevel`, taken as the integer it is: a host may pass any.
/// cbindgen:ignore
pub type TIMLogLevel = c_int;

/// A number of `enum TIMLoginStatus`, taken as the integer it is: a host may pass any.
/// cbindgen:ignore
pub type TIMLoginStatus = c_int;

/// A number of `enum TIMNetworkStatus`, taken as the integer it is: a host may pass any.
/// cbindgen:ignore
pub type TIMNetworkStatus = c_int;

/// The state of the link to the server has changed. `code` and `desc` say why where `status` is
/// `kTIMDisconnected` or `kTIMConnectFailed`.
pub type TIMNetworkStatusListenerCallback = Option<
    unsafe extern "C" fn(status: TIMNetworkStatus, code: i32, desc: *const c_char, user_data: *const c_void),
>;

/// The server has ended the session: another login, an administrator.
pub type TIMKickedOfflineCallback = Option<unsafe extern "C" fn(user_data: *const c_void)>;

/// The UserSig has expired and with it the session: log in with a new one.
pub type TIMUserSigExpiredCallback = Option<unsafe extern "C" fn(user_data: *const c_void)>;

/// The own profile has changed. `json_user_profile` is a UserProfile object, the whole profile as it is now.
pub type TIMSelfInfoUpdatedCallback =
    Option<unsafe extern "C" fn(json_user_profile: *const c_char, user_data: *const c_void)>;

/// The status of users has changed. `json_user_status_array` is an array of TIMUserStatus objects with what
/// holds now, each user once.
pub type TIMUserStatusChangedCallback =
    Option<unsafe extern "C" fn(json_user_status_array: *const c_char, user_data: *const c_void)>;

/// Profiles of subscribed users who are no friends have changed. `json_user_info_array` is an array of
/// UserProfile objects, the whole profiles as they are now.
pub type TIMUserInfoChangedCallback =
    Option<unsafe extern "C" fn(json_user_info_array: *const c_char, user_data: *const c_void)>;

/// A line of the log. `level` is its weight; `log` is the line, without an end of line: time in UTC, letter
/// of the level, area, text. It never holds signatures, tokens or passwords.
pub type TIMLogCallback =
    Option<unsafe extern "C" fn(level: TIMLogLevel, log: *const c_char, user_data: *const c_void)>;
