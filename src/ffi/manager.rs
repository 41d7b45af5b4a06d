//! Initialisation, configuration, login, and the events of the session.

use std::ffi::{CStr, c_char, c_int, c_void};

use timbre_macros::tim_api;

use super::process::process;
use super::support::{Text, UserData, accept, decoded, write_text};
use super::types::cloud_def::TIMCommCallback;
use super::types::manager::{
    TIMKickedOfflineCallback, TIMLogCallback, TIMLoginStatus, TIMNetworkStatusListenerCallback,
    TIMUserSigExpiredCallback,
};
use crate::engine::{Op, status};
use crate::model::error::sync;
use crate::model::session::{InitConfig, Settings};

/// Bytes that callers of `TIMGetLoginUserID` provide.
const USER_ID_BUFFER: usize = 128;

/// The version as C wants it.
const VERSION: &CStr =
    match CStr::from_bytes_with_nul(concat!("8.6.0+timbre.", env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
        Ok(version) => version,
        Err(_) => c"",
    };

/// Starts the library: its threads, its log, its first attempt to reach the server. Needs no network and waits
/// for none; `TIMLogin` may follow at once.
///
/// - `sdk_app_id`: the app, not 0.
/// - `json_sdk_config`: an SdkConfig object; NULL, an empty text and `{}` mean that every key has its default.
///
/// Returns 0; -3 for text that is no JSON object; -4 for app id 0, for a folder that cannot be created or
/// written, and for an unknown word in an enumerated key. A second call with the same app id does nothing and
/// returns 0, with another one -4.
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMInit(sdk_app_id: u64, json_sdk_config: *const c_char) -> c_int {
    // SAFETY: NULL or a text that stays until this function returns, as every text of the C API.
    let config = unsafe { Text::new(json_sdk_config) };
    if sdk_app_id == 0 {
        return sync::PARAM;
    }
    match config.optional().and_then(InitConfig::decode) {
        Ok(config) => process().init(sdk_app_id, config),
        Err(code) => code,
    }
}

/// Ends the library. Every operation that is under way ends with 7009, and its callback has run when this
/// returns; called from inside a callback it returns at once and they run right after that callback. Events
/// that wait are dropped. The user is not logged out at the server. `TIMInit` may follow.
///
/// Always returns 0, also when there is nothing to end.
#[tim_api]
#[unsafe(no_mangle)]
pub extern "C" fn TIMUninit() -> c_int {
    process().uninit();
    sync::SUCC
}

/// The version: the level of this interface, then the release of Timbre, as in `8.6.0+timbre.0.1.0`. The text
/// lives as long as the process. May be called before `TIMInit`.
#[tim_api]
#[unsafe(no_mangle)]
pub extern "C" fn TIMGetSDKVersion() -> *const c_char {
    VERSION.as_ptr()
}

/// The server's clock in Unix seconds, as far as it is known; this device's clock before that.
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
/// - `cb`: gets the object that was passed, known keys only; 6017 when a value is not allowed, and then
///   nothing was changed. May be NULL.
///
/// Returns 0, -3 or -4.
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetConfig(
    json_config: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    // SAFETY: a text of the C API.
    let config = unsafe { Text::new(json_config) };
    accept(cb, user_data, || {
        let settings = Settings::decode(config.given()?.text()?)?;
        Ok(Op::Configure(Box::new(settings)))
    })
}

/// Logs a user in; the first login makes the account. The status is "logging in" when this returns. Local
/// data can be read from then on, also when the login fails for want of a network. A login of another user
/// ends the present one.
///
/// - `user_id`: 1 to 32 bytes of printable ASCII.
/// - `user_sig`: the signature that the app's own server has made for this user.
/// - `cb`: may be NULL.
///
/// Returns 0 or -4.
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMLogin(
    user_id: *const c_char,
    user_sig: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    // SAFETY: texts of the C API.
    let (user_id, user_sig) = unsafe { (Text::new(user_id), Text::new(user_sig)) };
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

/// Logs the user out: no messages and no offline pushes any more. Local data stays on the device.
///
/// - `cb`: may be NULL. Without a login it gets 0.
///
/// Returns 0.
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMLogout(cb: TIMCommCallback, user_data: *const c_void) -> c_int {
    accept(cb, user_data, || Ok(Op::Logout))
}

/// Writes the id of the user who is logged in, or an empty text, into `user_id_buffer`, which has room for 128
/// bytes.
///
/// Returns 0, or -4 for NULL.
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGetLoginUserID(user_id_buffer: *mut c_char) -> c_int {
    if user_id_buffer.is_null() {
        return sync::PARAM;
    }
    let user = process().client().map(|c| c.login_user()).unwrap_or_default();
    // SAFETY: not NULL, and 128 bytes by the contract above.
    unsafe { write_text(user_id_buffer, USER_ID_BUFFER, &user) };
    sync::SUCC
}

/// The state of the login.
#[tim_api]
#[unsafe(no_mangle)]
pub extern "C" fn TIMGetLoginStatus() -> TIMLoginStatus {
    process()
        .client()
        .map_or(status::LOGGED_OUT, |c| c.status())
        .into()
}

/// Registers the callback for the state of the link to the server, in place of the one before; NULL removes
/// it. Allowed at any time; what happened before is not told again.
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetNetworkStatusListenerCallback(
    cb: TIMNetworkStatusListenerCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .network_status
        .set(cb, UserData(user_data));
}

/// Registers the callback for the end of the session by the server, in place of the one before; NULL removes
/// it.
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetKickedOfflineCallback(cb: TIMKickedOfflineCallback, user_data: *const c_void) {
    process()
        .registrations
        .kicked_offline
        .set(cb, UserData(user_data));
}

/// Registers the callback for an expired UserSig, in place of the one before; NULL removes it.
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetUserSigExpiredCallback(
    cb: TIMUserSigExpiredCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .user_sig_expired
        .set(cb, UserData(user_data));
}

/// Registers the callback for log lines, in place of the one before; NULL removes it. It may run often and must
/// not do much. `set_config_callback_log_level` of `TIMSetConfig` chooses which lines it gets.
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetLogCallback(cb: TIMLogCallback, user_data: *const c_void) {
    process().registrations.set_log(cb, UserData(user_data));
}
