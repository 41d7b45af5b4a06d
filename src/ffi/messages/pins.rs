//! Pinned messages of groups.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use super::message;
use crate::engine::Unbuilt;
use crate::ffi::support::accept;
use crate::ffi::types::common::{TIMCommCallback, c_bool};

/// Pins a message of a group or topic, or unpins it. By default owner and admins may, in a Work group every
/// member; there are no pins in an AVChatRoom.
///
/// - `group_id`: the group or topic.
/// - `json_msg`: a Message object that names a message of it.
/// - `is_pinned`: whether it is to be pinned. Unpinning one that is not pinned is no error.
/// - `cb`: gets no result. 10070 when 10 messages are pinned already, 10071 when this one is, 6017 for a
///   message of another group or of a kind that cannot be pinned, 10007 for somebody who may not. May be
///   NULL.
///
/// Returns 0, -3 or -4.
// PN-01 to PN-04, PN-09; spec 04 sections 13.1 and 13.2
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMPinGroupMessage(
    group_id: *const c_char,
    json_msg: *const c_char,
    is_pinned: c_bool,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let _ = is_pinned;
        json_msg.given()?;
        group_id.string()?;
        message(json_msg)?;
        Ok(Unbuilt::TIMPinGroupMessage.op())
    })
}

/// Gets the pinned messages of a group or topic; without a network, the list that this device got last.
///
/// - `group_id`: the group or topic, of which the user is a member.
/// - `cb`: gets an array of Message objects with their pinner keys, the one pinned last first; `[]` on
///   failure. 10007 for somebody who is no member, 9508 without a network when the list was never got. May be
///   NULL.
///
/// Returns 0, -3 or -4.
// PN-05, PN-06; spec 04 section 13.3
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGetPinnedGroupMessageList(
    group_id: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        group_id.string()?;
        Ok(Unbuilt::TIMGetPinnedGroupMessageList.op())
    })
}
