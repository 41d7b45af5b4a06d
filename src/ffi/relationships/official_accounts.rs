//! Official accounts.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use super::required_texts;
use crate::engine::Unbuilt;
use crate::ffi::support::accept;
use crate::ffi::types::common::TIMCommCallback;

/// Subscribes to an official account. From then on what it publishes arrives as messages of the one-to-one
/// conversation with its id, and the caller may write to it.
///
/// - `official_account_id`: its id, of at most 48 bytes; it begins with `@TOA#_`.
/// - `cb`: gets an empty text; subscribing again is a success. 30003 for an unknown account, 30014 for one
///   that has as many subscribers as it may have. May be NULL.
///
/// Returns 0, -3 for text that is not UTF-8, or -4.
// REL-130; spec 08 section 4.13
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSubscribeOfficialAccount(
    official_account_id: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        official_account_id.string()?;
        Ok(Unbuilt::TIMSubscribeOfficialAccount.op())
    })
}

/// Ends the subscription of an official account. The conversation with it stays.
///
/// - `unsubscribe_official_account_id`: its id.
/// - `cb`: gets an empty text; also when there was no subscription. May be NULL.
///
/// Returns 0, -3 for text that is not UTF-8, or -4.
// REL-131; spec 08 section 4.13
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMUnsubscribeOfficialAccount(
    unsubscribe_official_account_id: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        unsubscribe_official_account_id.string()?;
        Ok(Unbuilt::TIMUnsubscribeOfficialAccount.op())
    })
}

/// Gets data of official accounts, whether the caller subscribes to them or not.
///
/// - `json_official_account_id_list`: an array of at most 100 account ids. NULL, an empty text, the JSON
///   `null` or `[]` for all to which the caller subscribes.
/// - `cb`: gets an array of GetOfficialAccountInfoResult objects, each with a code of its own: 0, or 30003
///   with empty data for an unknown account; an empty text on failure. 6017 for too many ids. May be NULL.
///
/// Returns 0, -3 for text that is not JSON, or -4 for JSON that is not an array of texts.
// REL-132; spec 08 section 4.13
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGetOfficialAccountsInfo(
    json_official_account_id_list: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        if json_official_account_id_list.optional_json()?.is_some() {
            required_texts(json_official_account_id_list)?;
        }
        Ok(Unbuilt::TIMGetOfficialAccountsInfo.op())
    })
}
