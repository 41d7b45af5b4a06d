//! Initialisation, configuration, login, the events of the session; profiles, user status, user search.

use std::ffi::{CStr, c_char, c_int, c_void};

use timbre_macros::tim_api;

use super::process::process;
use super::support::{Text, accept, decoded};
use super::types::common::TIMCommCallback;
use super::types::manager::*;
use crate::engine::{Op, Unbuilt, status};
use crate::model::error::sync;
use crate::model::session::{InitConfig, Settings};
use crate::model::users::objects::{
    FriendShipGetProfileListParam, TIMUserStatus, UserProfileItem, UserSearchParam,
};

/// The version as C wants it.
const VERSION: &CStr =
    match CStr::from_bytes_with_nul(concat!("8.6.0+timbre.", env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
        Ok(version) => version,
        Err(_) => c"",
    };

/// Starts the library: its threads, its log, its first attempt to reach the server. Needs no network and
/// waits for none; `TIMLogin` may follow at once. Log files older than 7 days are removed.
///
/// - `sdk_app_id`: the app, not 0. Users, messages and groups of one app are out of reach of every other.
/// - `json_sdk_config`: an SdKConfig object; NULL, an empty text, `null` and `{}` mean that every key has its
///   default.
///
/// Returns 0; -3 for text that is no JSON object; -4 for app id 0, for a folder that cannot be created or
/// written, for an unknown word in an enumerated key and for a server address that is none. A second call
/// with the same app id does nothing and returns 0, with another one -4.
// CORE-040, CORE-041, CORE-042, CORE-043, CORE-044, CORE-045, CORE-072, CORE-073, CORE-076; spec 01 section
// 4.1
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMInit(sdk_app_id: u64, json_sdk_config: *const c_char) -> c_int {
    if sdk_app_id == 0 {
        return sync::PARAM;
    }
    match json_sdk_config.optional().and_then(InitConfig::decode) {
        Ok(config) => process().init(sdk_app_id, config),
        Err(code) => code,
    }
}

/// Ends the library. Every operation that is under way ends with 7009, and its callback has run when this
/// returns; called from inside a callback it returns at once and they run right after that callback. Events
/// that wait are dropped. The user is not logged out at the server. `TIMInit` may follow.
///
/// Always returns 0, also when there is nothing to end.
// CORE-060, CORE-061; spec 01 sections 2.5 and 4.2
#[tim_api]
#[unsafe(no_mangle)]
pub extern "C" fn TIMUninit() -> c_int {
    process().uninit();
    sync::SUCC
}

/// The version: the level of this interface, then the release of Timbre, as in `8.6.0+timbre.0.1.0`. The text
/// lives as long as the process. May be called before `TIMInit`.
// CORE-026, CORE-064; spec 01 section 4.3
#[tim_api]
#[unsafe(no_mangle)]
pub extern "C" fn TIMGetSDKVersion() -> *const c_char {
    VERSION.as_ptr()
}

/// The server's clock in Unix seconds, as far as it is known; this device's clock before that.
// CORE-065; spec 01 section 4.4
#[tim_api]
#[unsafe(no_mangle)]
pub extern "C" fn TIMGetServerTime() -> u64 {
    match process().client() {
        Some(client) => client.server_time(),
        None => u64::try_from(crate::driver::wall_ms() / 1000).unwrap_or(0),
    }
}

/// Changes settings; allowed at any time, before `TIMInit` too. Keys that are absent keep their value.
///
/// - `json_config`: a SetConfig object.
/// - `cb`: gets the object that was passed, known keys only. 6017 when a value is not allowed and 7014 when
///   local data cannot be switched off any more; nothing was changed then. May be NULL.
///
/// Returns 0, -3 or -4.
// CORE-043, CORE-048, CORE-066, CORE-067, CORE-068, CORE-069, CORE-070, CORE-071, CORE-074; spec 01 section
// 4.5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetConfig(
    json_config: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let settings = Settings::decode(json_config.string()?)?;
        Ok(Op::Configure(Box::new(settings)))
    })
}

/// Logs a user in; the first login makes the account. The status is "logging in" when this returns. Local
/// data can be read from then on, also when the login fails for want of a network. A login of another user
/// ends the present one; a login of the same user with a new signature renews it. No login is needed after an
/// interruption of the network.
///
/// - `user_id`: 1 to 32 bytes of printable ASCII, else 7003.
/// - `user_sig`: the signature that the app's own server has made for this user.
/// - `cb`: gets an empty text. 6206 and 70001: the signature has expired; other codes from 70002 to 70052: it
///   is not good or the user may not log in; 6208: this device was logged out by another login in the
///   meantime, a further call succeeds; 6023: another login or a logout came first; 9508: no network for 30
///   seconds. The library does not try again by itself. May be NULL.
///
/// Returns 0, -3 for text that is not UTF-8, or -4.
// CORE-056, CORE-090, CORE-091, CORE-092, CORE-093, CORE-094, CORE-097, CORE-099, CORE-100, CORE-101,
// CORE-102, CORE-103, CORE-113, CORE-115; spec 01 section 4.6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMLogin(
    user_id: *const c_char,
    user_sig: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    let call = decoded(cb, user_data, || {
        let (user_id, user_sig) = (user_id.given()?, user_sig.given()?);
        Ok((user_id.text()?.to_owned(), user_sig.text()?.to_owned()))
    });
    match call {
        Ok(((user_id, user_sig), done)) => {
            process().login(user_id, user_sig, done);
            sync::SUCC
        }
        Err(code) => code,
    }
}

/// Logs the user out: no messages and no offline pushes any more. Local data stays on the device. A login
/// that is under way ends with 6023, other calls of the user end with 6014.
///
/// - `cb`: gets an empty text. Without a login it gets 0; 7502 when a logout is running already. May be NULL.
///
/// Returns 0.
// CORE-061, CORE-111, CORE-112; spec 01 section 4.7
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMLogout(cb: TIMCommCallback, user_data: *const c_void) -> c_int {
    accept(cb, user_data, || Ok(Op::Logout))
}

/// Writes the id of the user who is logged in, or an empty text, into `user_id_buffer`, which has room for
/// 128 bytes.
///
/// Returns 0, or -4 for NULL.
// CORE-104; spec 01 section 4.8
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGetLoginUserID(user_id_buffer: *mut c_char) -> c_int {
    if user_id_buffer.is_null() {
        return sync::PARAM;
    }
    let user = process().client().map(|c| c.login_user()).unwrap_or_default();
    user_id_buffer.write(&user);
    sync::SUCC
}

/// The state of the login.
// CORE-105; spec 01 section 4.9
#[tim_api]
#[unsafe(no_mangle)]
pub extern "C" fn TIMGetLoginStatus() -> TIMLoginStatus {
    process()
        .client()
        .map_or(status::LOGGED_OUT, |c| c.status())
        .into()
}

/// Registers the callback for the state of the link to the server, in place of the one before; NULL removes
/// it. It runs when an attempt to connect starts, succeeds or fails and when the link is lost; a new attempt
/// follows by itself. Allowed at any time; what happened before is not told again.
// CORE-050, CORE-051, CORE-052, CORE-053, CORE-054, CORE-055; spec 01 section 4.11
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetNetworkStatusListenerCallback(
    cb: TIMNetworkStatusListenerCallback,
    user_data: *const c_void,
) {
    process().registrations.network_status.set(cb, user_data);
}

/// Registers the callback for the end of the session by the server, in place of the one before; NULL removes
/// it. It runs once, after the status has become "not logged in", when another login, an administrator or a
/// ban has ended the session.
// CORE-096, CORE-106, CORE-107, CORE-108, CORE-116; spec 01 section 4.12
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetKickedOfflineCallback(cb: TIMKickedOfflineCallback, user_data: *const c_void) {
    process().registrations.kicked_offline.set(cb, user_data);
}

/// Registers the callback for an expired UserSig, in place of the one before; NULL removes it. It runs once,
/// after the status has become "not logged in". Log in again with a new signature; the old one gets 6206.
// CORE-095; spec 01 section 4.13
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetUserSigExpiredCallback(
    cb: TIMUserSigExpiredCallback,
    user_data: *const c_void,
) {
    process().registrations.user_sig_expired.set(cb, user_data);
}

/// Registers the callback for log lines, in place of the one before; NULL removes it. It may run often and
/// must not do much. `set_config_callback_log_level` of `TIMSetConfig` chooses which lines it gets.
// CORE-047, CORE-048; spec 01 section 4.10
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetLogCallback(cb: TIMLogCallback, user_data: *const c_void) {
    process().registrations.set_log(cb, user_data);
}

/// Registers the callback for changes of the own profile, in place of the one before; NULL removes it. It
/// runs on every device of the user that is online, whoever made the change: this device, another one or the
/// app's server; and after a login that finds the profile changed since the last one on this device.
// USR-004, USR-005, USR-026; spec 02 section 2.4
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetSelfInfoUpdatedCallback(
    cb: TIMSelfInfoUpdatedCallback,
    user_data: *const c_void,
) {
    process().registrations.self_info_updated.set(cb, user_data);
}

/// Registers the callback for changes of user status, in place of the one before; NULL removes it. It runs
/// for users subscribed with `TIMSubscribeUserStatus`, for the own custom status on every device of the user,
/// the one that set it included, and for friends where the server is set up to tell. What stands at the login
/// is not told.
// USR-060, USR-072, USR-073, USR-076, USR-077, USR-080; spec 02 sections 3.3 and 3.7
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetUserStatusChangedCallback(
    cb: TIMUserStatusChangedCallback,
    user_data: *const c_void,
) {
    process().registrations.user_status_changed.set(cb, user_data);
}

/// Registers the callback for changed profiles of users subscribed with `TIMSubscribeUserInfo`, in place of
/// the one before; NULL removes it. Changes of friends are told by the callback of
/// `TIMSetUpdateFriendProfileCallback` instead.
// USR-032; spec 02 section 2.4
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetUserInfoChangedCallback(
    cb: TIMUserInfoChangedCallback,
    user_data: *const c_void,
) {
    process().registrations.user_info_changed.set(cb, user_data);
}

/// Gets the profiles of any users: the own one, those of friends and of strangers. The own profile and those
/// of friends are kept up to date on this device; those of others are asked for at most every 10 minutes.
/// Works on what is stored here when there is no network or the login has failed.
///
/// - `json_get_user_profile_list_param`: a FriendShipGetProfileListParam object.
/// - `cb`: gets an array of UserProfile objects in the order asked, each user once, unknown users left out;
///   empty on failure. 6017: no list of ids or too long a one; 7003: not one good id among them; 40003: none
///   of the users exists; 9508: no network and nobody of them stored here. May be NULL.
///
/// Returns 0, -3 or -4.
// USR-001, USR-002, USR-021, USR-022, USR-024, USR-031; spec 02 section 2.2
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMProfileGetUserProfileList(
    json_get_user_profile_list_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let param = json_get_user_profile_list_param.object::<FriendShipGetProfileListParam>()?;
        Ok(Unbuilt::TIMProfileGetUserProfileList.checked(param.refusal))
    })
}

/// Changes the own profile; those of others cannot be changed. The callback of
/// `TIMSetSelfInfoUpdatedCallback` follows on this device and on the user's others, unless every value was
/// the same as before.
///
/// - `json_modify_self_user_profile_param`: a UserProfileItem object. All of it is applied, or nothing.
/// - `cb`: gets an empty text. 6017: nothing to modify; 40601: a text is too long; 40605 and 40610: a number
///   is not allowed; 9001, 40008 and 40009: a custom field is not allowed; 40005: a word in it is forbidden;
///   9508: no network. May be NULL.
///
/// Returns 0, -3 or -4.
// USR-003, USR-006, USR-007, USR-008, USR-009, USR-010, USR-011, USR-012, USR-013, USR-014, USR-015, USR-016,
// USR-019, USR-020, USR-023, USR-038; spec 02 section 2.3
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMProfileModifySelfUserProfile(
    json_modify_self_user_profile_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let item = json_modify_self_user_profile_param.object::<UserProfileItem>()?;
        Ok(Unbuilt::TIMProfileModifySelfUserProfile.checked(item.refusal))
    })
}

/// Asks to be told when the profiles of these users change, by the callback of
/// `TIMSetUserInfoChangedCallback`. This device can have 200 such subscriptions; beyond that the oldest ends,
/// and subscribing again makes a user the newest. They are renewed after an interruption of the network and
/// end with the logout and with the process.
///
/// - `json_user_id_list`: an array of 1 to 100 user ids, else 6017. The own id, friends and unknown users do
///   no harm.
/// - `cb`: gets an empty text. 72012: switched off on the server; 40003: none of the users exists; 9508: no
///   network. May be NULL.
///
/// Returns 0, -3 or -4.
// USR-032; spec 02 section 2.5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSubscribeUserInfo(
    json_user_id_list: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        json_user_id_list.list::<String>()?;
        Ok(Unbuilt::TIMSubscribeUserInfo.op())
    })
}

/// Ends subscriptions that `TIMSubscribeUserInfo` has made on this device.
///
/// - `json_user_id_list`: an array of user ids, of whom those not subscribed are ignored; NULL, an empty
///   text, `null` and `[]` mean all.
/// - `cb`: gets an empty text. 72012: switched off on the server; 9508: no network. May be NULL.
///
/// Returns 0 or -3.
// USR-033; spec 02 section 2.5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMUnsubscribeUserInfo(
    json_user_id_list: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        ids_or_all(json_user_id_list)?;
        Ok(Unbuilt::TIMUnsubscribeUserInfo.op())
    })
}

/// Looks for users on the server by words in id or nickname, by gender and by birthday, friends and strangers
/// alike.
///
/// - `json_user_search_param`: a UserSearchParam object.
/// - `cb`: gets a UserSearchResult object; empty on failure. 6017: a bound is out of range, there is nothing
///   to look for, or the cursor is of no use any more; 60020: switched off on the server; 7008: more than 20
///   calls in 5 seconds; 9508: no network. May be NULL.
///
/// Returns 0, -3 or -4.
// USR-034, USR-035; spec 02 section 2.6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSearchUsers(
    json_user_search_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let param = json_user_search_param.object::<UserSearchParam>()?;
        Ok(Unbuilt::TIMSearchUsers.checked(param.refusal))
    })
}

/// Gets the status of users.
///
/// - `json_identifier_array`: an array of 1 to 500 user ids, else 6017.
/// - `cb`: gets an array of TIMUserStatus objects in the order asked, users who do not exist left out; `[]`
///   on failure. 70107: none of them exists; 72001: the status of others is switched off on the server; 7008:
///   more than 20 calls in 5 seconds that ask for others than oneself; 9508: no network. May be NULL.
///
/// Returns 0, -3 or -4.
// USR-050, USR-051, USR-064, USR-065, USR-066, USR-078, USR-079, USR-081; spec 02 section 3.5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGetUserStatus(
    json_identifier_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        json_identifier_array.list::<String>()?;
        Ok(Unbuilt::TIMGetUserStatus.op())
    })
}

/// Sets the own custom status. It belongs to the user: the last device that sets it wins, and the server
/// clears it when the user's last connected device logs out or goes offline. The callback of
/// `TIMSetUserStatusChangedCallback` follows, unless the text was the same as before.
///
/// - `json_current_user_status`: a TIMUserStatus object, of which only `user_status_custom_status` is read:
///   at most 100 bytes, else 6017; an empty text, and an object without the key, clears the status.
/// - `cb`: gets an empty text. 9508: no network. May be NULL.
///
/// Returns 0, -3 or -4.
// USR-050, USR-058, USR-059, USR-060, USR-062, USR-063; spec 02 section 3.4
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetSelfStatus(
    json_current_user_status: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        // Nothing but the custom status is read, so that a wrong value of another key is no refusal.
        json_current_user_status.object::<TIMUserStatus>()?;
        Ok(Unbuilt::TIMSetSelfStatus.op())
    })
}

/// Asks to be told when the status of these users changes, by the callback of
/// `TIMSetUserStatusChangedCallback`. Their present status is not told: `TIMGetUserStatus` gets it. This
/// device can have 200 such subscriptions, friends included; beyond that the oldest ends, and subscribing
/// again makes a user the newest. They are renewed after an interruption of the network and end with the
/// logout and with the process.
///
/// - `json_identifier_array`: an array of 1 to 100 user ids, else 6017. The own id is left out; alone it is
///   6017 too.
/// - `cb`: gets an empty text. 72001: switched off on the server; 70107: none of the users exists; 7008: more
///   than 20 calls in 5 seconds; 9508: no network. May be NULL.
///
/// Returns 0, -3 or -4.
// USR-068, USR-069, USR-070, USR-071, USR-075, USR-078, USR-081; spec 02 section 3.6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSubscribeUserStatus(
    json_identifier_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        json_identifier_array.list::<String>()?;
        Ok(Unbuilt::TIMSubscribeUserStatus.op())
    })
}

/// Ends subscriptions that `TIMSubscribeUserStatus` has made on this device. Friends whom the server tells of
/// without a subscription are still told of.
///
/// - `json_identifier_array`: an array of at most 100 user ids, else 6017, of whom those not subscribed are
///   ignored; NULL, an empty text, `null` and `[]` mean all.
/// - `cb`: gets an empty text. 72001: switched off on the server; 7008: more than 20 calls in 5 seconds;
///   9508: no network. May be NULL.
///
/// Returns 0 or -3.
// USR-074, USR-078; spec 02 section 3.6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMUnsubscribeUserStatus(
    json_identifier_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        ids_or_all(json_identifier_array)?;
        Ok(Unbuilt::TIMUnsubscribeUserStatus.op())
    })
}

/// Some user ids, or none for everybody: NULL, an empty text, `null` and `[]`.
fn ids_or_all(list: Text<'_>) -> Result<Vec<String>, i32> {
    match list.optional_json()? {
        Some(_) => Ok(list.list()?.value),
        None => Ok(Vec::new()),
    }
}
