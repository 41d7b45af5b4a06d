//! What users attach to a message: extensions and reactions.

use std::ffi::{c_char, c_int, c_void};

use serde_json::Value;
use timbre_macros::tim_api;

use super::{message, some_messages};
use crate::engine::Unbuilt;
use crate::ffi::support::accept;
use crate::ffi::types::common::TIMCommCallback;
use crate::model::error::sync;
use crate::model::json::LIMIT;
use crate::model::messages::objects::MessageExtension;

/// Attaches keys and values to a message that was sent with `message_support_message_extension`; a key that
/// is there gets the new value. Everybody who can see the message may. When two change one key at a time the
/// first wins, and the other gets 23001 for that key, with the value it has now, and may try again.
///
/// - `json_msg`: a Message object that names the message.
/// - `json_extension_array`: an array of 1 to 20 MessageExtension objects.
/// - `cb`: gets an array of MessageExtensionResult objects in the order given, and 0 even if each of them has
///   failed; nothing on failure of the whole call. 6017 for a message that takes no extensions, for no
///   extension or more than 20, and for a key or value of a wrong length; 10007 for somebody who may not. May
///   be NULL.
///
/// Returns 0, -3 or -4.
// EX-01 to EX-10; spec 04 section 11.2
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgSetMessageExtensions(
    json_msg: *const c_char,
    json_extension_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        json_msg.given()?;
        json_extension_array.given()?;
        message(json_msg)?;
        let extensions = json_extension_array.list::<MessageExtension>()?;
        Ok(Unbuilt::TIMMsgSetMessageExtensions.checked(extensions.refusal))
    })
}

/// Gets all keys and values that are attached to a message; without a network, as this device knows them.
///
/// - `json_msg`: a Message object that names the message.
/// - `cb`: gets an array of MessageExtension objects, the key first set first; nothing on failure. 23004 when
///   the server does not know the message. May be NULL.
///
/// Returns 0, -3 or -4.
// EX-11; spec 04 section 11.4
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgGetMessageExtensions(
    json_msg: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        message(json_msg)?;
        Ok(Unbuilt::TIMMsgGetMessageExtensions.op())
    })
}

/// Removes keys from a message. Everybody who can see the message may.
///
/// - `json_msg`: a Message object that names the message.
/// - `json_extension_key_array`: an array of at most 20 keys, as texts or as MessageExtension objects; `[]`:
///   all of the message's keys.
/// - `cb`: gets an array of MessageExtensionResult objects in the order given, and 0 even if each of them has
///   failed; nothing on failure of the whole call. 6017 for more than 20 keys, 10007 for somebody who may
///   not. May be NULL.
///
/// Returns 0, -3 or -4.
// EX-09, EX-12, EX-13; spec 04 section 11.5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgDeleteMessageExtensions(
    json_msg: *const c_char,
    json_extension_key_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        json_msg.given()?;
        json_extension_key_array.given()?;
        message(json_msg)?;
        let keys = json_extension_key_array.list::<Value>()?.value;
        if !keys.iter().all(|key| key.is_string() || key.is_object()) {
            return Err(sync::JSON);
        }
        Ok(Unbuilt::TIMMsgDeleteMessageExtensions.op())
    })
}

/// Gives a reaction to a message, for example an emoji. Everybody who can see the message may; not in an
/// AVChatRoom. A user may give several to one message.
///
/// - `json_msg`: a Message object that names the message.
/// - `reaction_id`: name of the reaction, 1 to 100 bytes of the app's choice.
/// - `cb`: gets no result. 23005 beyond 10 reactions to one message, 23006 beyond 100 users of one reaction,
///   23007 when the user has given it already. May be NULL.
///
/// Returns 0, -3 or -4.
// RX-01, RX-07 to RX-09; spec 04 section 12.1
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgAddMessageReaction(
    json_msg: *const c_char,
    reaction_id: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        json_msg.given()?;
        reaction_id.string()?;
        message(json_msg)?;
        Ok(Unbuilt::TIMMsgAddMessageReaction.op())
    })
}

/// Takes the user's own reaction to a message back.
///
/// - `json_msg`: a Message object that names the message.
/// - `reaction_id`: name of the reaction.
/// - `cb`: gets no result. 23008 when nobody has given that reaction, 23009 when others have and the user has
///   not. May be NULL.
///
/// Returns 0, -3 or -4.
// RX-02, RX-09; spec 04 section 12.1
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgRemoveMessageReaction(
    json_msg: *const c_char,
    reaction_id: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        json_msg.given()?;
        reaction_id.string()?;
        message(json_msg)?;
        Ok(Unbuilt::TIMMsgRemoveMessageReaction.op())
    })
}

/// Gets the reactions to some messages; without a network, as far as this device has asked before.
///
/// - `json_msg_array`: an array of 1 to 20 Message objects of one conversation; `[]` is -3.
/// - `max_user_count_per_reaction`: how many users to name of each reaction, 0 to 10.
/// - `cb`: gets an array of MessageReactionResult objects in the order asked, each with a code of its own;
///   nothing on failure of the whole call. 6017 for more than 20 messages or more than 10 users. May be NULL.
///
/// Returns 0, -3 or -4.
// RX-03, RX-10; spec 04 section 12.2
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgGetMessageReactions(
    json_msg_array: *const c_char,
    max_user_count_per_reaction: u32,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let _ = max_user_count_per_reaction;
        some_messages(json_msg_array, LIMIT, sync::JSON)?;
        Ok(Unbuilt::TIMMsgGetMessageReactions.op())
    })
}

/// Gets a page of the users who have given one reaction to a message.
///
/// - `json_msg`: a Message object that names the message.
/// - `reaction_id`: name of the reaction.
/// - `next_seq`: 0 at first, then what the last page gave.
/// - `count`: users of a page, 1 to 100; other numbers are answered with 6017.
/// - `cb`: gets a MessageReactionUserResult object, nothing on failure. May be NULL.
///
/// Returns 0, -3 or -4.
// RX-04; spec 04 section 12.3
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgGetAllUserListOfMessageReaction(
    json_msg: *const c_char,
    reaction_id: *const c_char,
    next_seq: u32,
    count: u32,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let _ = (next_seq, count);
        json_msg.given()?;
        reaction_id.string()?;
        message(json_msg)?;
        Ok(Unbuilt::TIMMsgGetAllUserListOfMessageReaction.op())
    })
}
