//! Searching for messages.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use crate::engine::Op;
use crate::ffi::support::accept;
use crate::ffi::types::common::TIMCommCallback;
use crate::model::messages::objects::MessageSearchParam;

/// Searches the messages of this device: texts, descriptions of custom data, names of files and places,
/// titles and lines of merged messages. A keyword matches anywhere in a text, of any script, without regard
/// to case. Recalled and deleted messages are not found. Works without a network.
///
/// - `json_search_message_param`: a MessageSearchParam object.
/// - `cb`: gets a MessageSearchResult object; without items on failure. 6017 when there is neither keyword
///   nor sender nor kind, or too many of them. May be NULL.
///
/// Returns 0, -3 or -4.
// SL-01 to SL-27, SL-29; spec 04 section 15
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgSearchLocalMessages(
    json_search_message_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let param = json_search_message_param.object::<MessageSearchParam>()?;
        Ok(Op::SearchLocal(Box::new(param)))
    })
}

/// Searches the user's messages on the server, as `TIMMsgSearchLocalMessages` searches those of this device.
/// Communities, topics and AVChatRooms are not searched. What is found does not enter this device's history.
///
/// - `json_search_message_param`: a MessageSearchParam object; the cursor leads from page to page.
/// - `cb`: gets a MessageSearchResult object; without items on failure. 60020 when the server does not offer
///   it, 7008 beyond 2 calls per second, 6017 for a cursor that is too old, 9508 without a network. May be
///   NULL.
///
/// Returns 0, -3 or -4.
// SC-01 to SC-06; spec 04 section 16
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgSearchCloudMessages(
    json_search_message_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let param = json_search_message_param.object::<MessageSearchParam>()?;
        Ok(Op::SearchCloud(Box::new(param)))
    })
}
