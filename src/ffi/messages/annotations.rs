//! What users attach to a message: extensions and reactions.

use std::ffi::{c_char, c_int, c_void};

use serde_json::Value;
use timbre_macros::tim_api;

use super::{message, named_messages};
use crate::engine::{ExtensionAction, ExtensionOp, Op, ReactionOp};
use crate::ffi::support::{Text, accept};
use crate::ffi::types::common::TIMCommCallback;
use crate::model::error::sync;
use crate::model::json::LIMIT;
use crate::model::messages::MessageDraft;
use crate::model::messages::objects::MessageExtension;

fn extension_op(message: MessageDraft, action: ExtensionAction) -> Op {
    Op::Extensions(Box::new(ExtensionOp { message, action }))
}

/// A key as a text, or as an object that has it; an object without one has the empty key, which is refused later.
fn extension_key(value: &Value) -> Result<String, i32> {
    match value {
        Value::String(key) => Ok(key.clone()),
        Value::Object(object) => {
            let key = object.get("message_extension_key").and_then(Value::as_str);
            Ok(key.unwrap_or_default().to_owned())
        }
        _ => Err(sync::JSON),
    }
}

fn react(json_msg: Text<'_>, reaction_id: Text<'_>, remove: bool) -> Result<Op, i32> {
    let reaction = reaction_id.string()?.to_owned();
    Ok(Op::Reactions(ReactionOp::React {
        message: Box::new(message(json_msg)?),
        reaction,
        remove,
    }))
}

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
        let message = message(json_msg)?;
        let extensions = json_extension_array.list::<MessageExtension>()?;
        Ok(extension_op(message, ExtensionAction::Set(extensions)))
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
        Ok(extension_op(message(json_msg)?, ExtensionAction::Get))
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
        let message = message(json_msg)?;
        let keys = json_extension_key_array.list::<Value>()?.value;
        let keys = keys.iter().map(extension_key).collect::<Result<_, _>>()?;
        Ok(extension_op(message, ExtensionAction::Delete(keys)))
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
        react(json_msg, reaction_id, false)
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
        react(json_msg, reaction_id, true)
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
        let messages = named_messages(json_msg_array, LIMIT, sync::JSON)?;
        let users = max_user_count_per_reaction;
        Ok(Op::Reactions(ReactionOp::Get { messages, users }))
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
        json_msg.given()?;
        let reaction = reaction_id.string()?.to_owned();
        Ok(Op::Reactions(ReactionOp::Users {
            message: Box::new(message(json_msg)?),
            reaction,
            next: next_seq,
            count,
        }))
    })
}
