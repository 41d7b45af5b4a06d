//! What a group keeps for the app: attributes and counters. And how many are online.

use std::ffi::{c_char, c_int, c_void};

use serde_json::Value;
use timbre_macros::tim_api;

use super::fault;
use crate::engine::Unbuilt;
use crate::ffi::support::accept;
use crate::ffi::types::common::TIMCommCallback;
use crate::model::error::Refusal;
use crate::model::groups::objects::{GroupAttributes, GroupCounter};

/// Sets the attributes of a group, in place of all that it had. Any member may. Everybody's view of an
/// attribute counts: when somebody else changed one in between, nothing is written and the call ends with
/// 10056; get the attributes and try again.
///
/// - `group_id`: the group, of any type. Topics have no attributes (10007).
/// - `json_group_attributes`: an array of GroupAttributes objects, or one such object; `[]` deletes all.
/// - `cb`: codes: 10045 to 10048 for a key, a value, a number of keys or a total that is too large; 10056 for
///   a conflict; 8511 for more than 10 writes in 5 seconds, 10049 for more than 5 in a second; 10007 for a
///   user who is no member; 6017 for JSON of another shape. May be NULL.
///
/// Returns 0, -3 or -4.
// GRP-200 to GRP-202, GRP-204, GRP-210, GRP-211; spec 06 section 6.12
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupInitGroupAttributes(
    group_id: *const c_char,
    json_group_attributes: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        json_group_attributes.given()?;
        group_id.string()?;
        let attributes = json_group_attributes.json()?;
        Ok(Unbuilt::TIMGroupInitGroupAttributes.checked(attributes_fault(&attributes)))
    })
}

/// Adds attributes to a group, or changes them; the others stay as they are. Any member may. Conflicts end as
/// with `TIMGroupInitGroupAttributes`.
///
/// - `group_id`: the group, of any type. Topics have no attributes (10007).
/// - `json_group_attributes`: an array of GroupAttributes objects, or one such object. Of two with the same
///   key the last one counts.
/// - `cb`: codes as with `TIMGroupInitGroupAttributes`. May be NULL.
///
/// Returns 0, -3 or -4.
// GRP-200 to GRP-202, GRP-205, GRP-210, GRP-211; spec 06 section 6.12
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupSetGroupAttributes(
    group_id: *const c_char,
    json_group_attributes: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        json_group_attributes.given()?;
        group_id.string()?;
        let attributes = json_group_attributes.json()?;
        Ok(Unbuilt::TIMGroupSetGroupAttributes.checked(attributes_fault(&attributes)))
    })
}

/// Deletes attributes of a group. Any member may. Conflicts end as with `TIMGroupInitGroupAttributes`.
///
/// - `group_id`: the group, of any type. Topics have no attributes (10007).
/// - `json_keys`: an array of keys; `[]` or an empty text deletes all.
/// - `cb`: codes: 10050 for a key that is not there, after which nothing is deleted; 10056, 8511, 10049,
///   10007 and 6017 as with `TIMGroupInitGroupAttributes`. May be NULL.
///
/// Returns 0, -3 or -4.
// GRP-202, GRP-206, GRP-210, GRP-211; spec 06 section 6.12
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupDeleteGroupAttributes(
    group_id: *const c_char,
    json_keys: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        group_id.given()?;
        json_keys.not_null()?;
        group_id.string()?;
        let keys = json_keys.optional_json()?;
        Ok(Unbuilt::TIMGroupDeleteGroupAttributes.checked(keys_fault("json_keys", keys.as_ref())))
    })
}

/// Gets attributes of a group. Any member may.
///
/// - `group_id`: the group, of any type. Topics have no attributes (10007).
/// - `json_keys`: an array of keys. NULL, an empty text or `[]`: all.
/// - `cb`: gets an array of GroupAttributes objects, without keys that are not there; `[]` for none and on
///   failure. Codes: 8511 for more than 20 calls in 5 seconds; 10007 for a user who is no member; 6017 for
///   JSON of another shape. May be NULL.
///
/// Returns 0, -3 or -4.
// GRP-203, GRP-207, GRP-210; spec 06 section 6.12
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupGetGroupAttributes(
    group_id: *const c_char,
    json_keys: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        group_id.string()?;
        let keys = json_keys.optional_json()?;
        Ok(Unbuilt::TIMGroupGetGroupAttributes.checked(keys_fault("json_keys", keys.as_ref())))
    })
}

/// Counts the members of a group who have a connected device; of an AVChatRoom, the users in it. Members may
/// ask, of an AVChatRoom everybody.
///
/// - `group_id`: the group.
/// - `cb`: gets a GroupGetOnlineMemberCountResult object; one with 0 on failure. Codes: 8512 for more than
///   one call in 60 seconds for the same group; 10007 for a user who is no member. May be NULL.
///
/// Returns 0, -3 or -4.
// GRP-195; spec 06 section 6.13
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupGetOnlineMemberCount(
    group_id: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        group_id.string()?;
        Ok(Unbuilt::TIMGroupGetOnlineMemberCount.op())
    })
}

/// Sets counters of a group, new ones and old ones. The last writer wins. Any member may.
///
/// - `group_id`: the group. Communities and topics have no counters (10007).
/// - `json_group_counter_array`: an array of GroupCounter objects.
/// - `cb`: gets an array of GroupCounter objects with what is stored now; `[]` on failure. Codes: 10063 for
///   more than 20 counters in the group; 10004 for a key of a wrong length; 8516 for more than 20 writes in 5
///   seconds; 10007 for a user who is no member. May be NULL.
///
/// Returns 0, -3 or -4.
// GRP-215; spec 06 section 6.14
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupSetGroupCounters(
    group_id: *const c_char,
    json_group_counter_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        json_group_counter_array.given()?;
        group_id.string()?;
        let counters = json_group_counter_array.list::<GroupCounter>()?;
        Ok(Unbuilt::TIMGroupSetGroupCounters.checked(counters.refusal))
    })
}

/// Gets counters of a group. Any member may.
///
/// - `group_id`: the group. Communities and topics have no counters (10007).
/// - `json_group_counter_key_array`: an array of keys. An empty text or `[]`: all.
/// - `cb`: gets an array of GroupCounter objects, without keys that are not there; `[]` on failure. Codes:
///   8516 for more than 20 calls in 5 seconds; 10007 for a user who is no member; 6017 for JSON of another
///   shape. May be NULL.
///
/// Returns 0, -3 or -4.
// GRP-215; spec 06 section 6.14
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupGetGroupCounters(
    group_id: *const c_char,
    json_group_counter_key_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        group_id.given()?;
        json_group_counter_key_array.not_null()?;
        group_id.string()?;
        let keys = json_group_counter_key_array.optional_json()?;
        let fault = keys_fault("json_group_counter_key_array", keys.as_ref());
        Ok(Unbuilt::TIMGroupGetGroupCounters.checked(fault))
    })
}

/// Adds to a counter of a group, in one step on the server. A counter that is not there begins at 0. Any
/// member may.
///
/// - `group_id`: the group. Communities and topics have no counters (10007).
/// - `group_counter_key`: the counter, at most 128 bytes (10004).
/// - `group_counter_value`: how much to add; 0 and negative numbers are allowed.
/// - `cb`: gets an array of one GroupCounter object with the new value; `[]` on failure. Codes: 10004 for a
///   result out of 64 bits; 10063, 8516 and 10007 as with `TIMGroupSetGroupCounters`. May be NULL.
///
/// Returns 0, -3 or -4.
// GRP-215, GRP-216; spec 06 section 6.14
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupIncreaseGroupCounter(
    group_id: *const c_char,
    group_counter_key: *const c_char,
    group_counter_value: i64,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let _ = group_counter_value;
        let (group, key) = (group_id.given()?, group_counter_key.given()?);
        group.text()?;
        key.text()?;
        Ok(Unbuilt::TIMGroupIncreaseGroupCounter.op())
    })
}

/// Takes from a counter of a group, in one step on the server. A counter that is not there begins at 0. Any
/// member may.
///
/// - `group_id`: the group. Communities and topics have no counters (10007).
/// - `group_counter_key`: the counter, at most 128 bytes (10004).
/// - `group_counter_value`: how much to take; 0 and negative numbers are allowed.
/// - `cb`: as with `TIMGroupIncreaseGroupCounter`. May be NULL.
///
/// Returns 0, -3 or -4.
// GRP-215, GRP-216; spec 06 section 6.14
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupDecreaseGroupCounter(
    group_id: *const c_char,
    group_counter_key: *const c_char,
    group_counter_value: i64,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let _ = group_counter_value;
        let (group, key) = (group_id.given()?, group_counter_key.given()?);
        group.text()?;
        key.text()?;
        Ok(Unbuilt::TIMGroupDecreaseGroupCounter.op())
    })
}

/// What is wrong with attributes: an array of them, or one alone.
fn attributes_fault(attributes: &Value) -> Option<Refusal> {
    if attributes.is_object() {
        fault::<GroupAttributes>("json_group_attributes", attributes)
    } else {
        fault::<Vec<GroupAttributes>>("json_group_attributes", attributes)
    }
}

/// What is wrong with an array of keys, of which there may be none.
fn keys_fault(name: &str, keys: Option<&Value>) -> Option<Refusal> {
    fault::<Vec<String>>(name, keys?)
}
