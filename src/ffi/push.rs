//! Offline push: the device token, background and foreground.

use std::ffi::{c_char, c_int, c_void};

use serde_json::Value;
use timbre_macros::tim_api;

use super::support::accept;
use super::types::common::TIMCommCallback;
use crate::engine::Unbuilt;
use crate::model::error::sync;
use crate::model::push::objects::OfflinePushToken;

/// Tells the server where to push messages to while this device is not connected or in the background. Call
/// it after each login and whenever the system gives the app a new token; the library sends the last accepted
/// token again at each later login of the same user. Logging out removes it.
///
/// - `json_token`: an OfflinePushToken object. NULL, an empty text, the JSON text `null` and `{}` remove all
///   tokens of this device; an object with an empty token removes the token of its type.
/// - `cb`: gets an empty text. 6014 when nobody is logged in, 6017 for a VoIP token with a certificate that
///   is not Apple's, 7013 on a platform without push services (Windows, Linux) and for a token of a push
///   aggregator, 70402 for an unknown certificate. May be NULL.
///
/// Returns 0, or -3 for what is no JSON object or for a token that is no string.
// PUSH-001, PUSH-008, PUSH-012, PUSH-013, PUSH-029, PUSH-039, PUSH-042; spec 02 section 4.1
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgSetOfflinePushToken(
    json_token: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let Some(given) = json_token.optional_json()? else {
            return Ok(Unbuilt::TIMMsgSetOfflinePushToken.op());
        };
        // Ignoring a token of a wrong type would remove the tokens that are there.
        if !matches!(given["offline_push_token_token"], Value::Null | Value::String(_)) {
            return Err(sync::JSON);
        }
        let token = json_token.object::<OfflinePushToken>()?;
        Ok(Unbuilt::TIMMsgSetOfflinePushToken.checked(token.refusal))
    })
}

/// Reports that the app has gone to the background. From then on messages are pushed to this device although
/// it is connected; they arrive over the connection too. The user stays online. Without a connection the
/// report is kept and sent at the next one. It has no effect on desktop platforms.
///
/// - `unread_count`: what the badge of the app icon counts on from; usually the total unread count. Calling
///   again changes only this number.
/// - `cb`: gets an empty text; 6014 when nobody is logged in. May be NULL.
///
/// Returns 0.
// PUSH-014, PUSH-030, PUSH-031, PUSH-032; spec 02 sections 4.2 and 5.4
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgDoBackground(
    unread_count: u32,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let _ = unread_count;
        Ok(Unbuilt::TIMMsgDoBackground.op())
    })
}

/// Reports that the app has come to the foreground: nothing is pushed to this device while it is connected,
/// and its badge starts from 0 again. A login begins in this state. It has no effect on desktop platforms.
///
/// - `cb`: gets an empty text; 6014 when nobody is logged in. May be NULL.
///
/// Returns 0.
// PUSH-015; spec 02 section 4.3
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgDoForeground(cb: TIMCommCallback, user_data: *const c_void) -> c_int {
    accept(cb, user_data, || Ok(Unbuilt::TIMMsgDoForeground.op()))
}
