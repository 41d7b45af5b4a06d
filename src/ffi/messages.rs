//! Sending, receiving and reading messages.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use super::process::process;
use super::support::{Text, UserData, accept, decoded, write_text};
use super::types::cloud_def::{TIMCommCallback, TIMConvType};
use super::types::message::{TIMMsgReadedReceiptCallback, TIMRecvNewMsgCallback};
use crate::engine::{CleanScope, Op};
use crate::model::error::sync;
use crate::model::messages::{
    ConvKey, ConvType, decode_history_param, decode_local_custom, decode_message, decode_message_ids,
    decode_receipt_message,
};

/// Bytes that callers of `TIMMsgSendMessage` provide for the id.
const MESSAGE_ID_BUFFER: usize = 128;

/// The type of a conversation; anything but one-to-one and group is -4.
pub(super) fn conv_type(number: TIMConvType) -> Result<ConvType, i32> {
    u32::try_from(number)
        .ok()
        .and_then(ConvType::from_number)
        .ok_or(sync::PARAM)
}

/// Sends a message.
///
/// - `conv_id`: the peer's user id, or the id of a group or topic.
/// - `conv_type`: `kTIMConv_C2C` or `kTIMConv_Group`.
/// - `json_msg_param`: a Message object with its elements. One that carries the id of a message that has failed
///   is sent again as that message.
/// - `message_id_buffer`: NULL, or room for 128 bytes; holds the message's id when this returns 0.
/// - `cb`: gets the whole Message object, on failure too. May be NULL.
///
/// Returns 0, -3 or -4.
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgSendMessage(
    conv_id: *const c_char,
    conv_type: TIMConvType,
    json_msg_param: *const c_char,
    message_id_buffer: *mut c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    // SAFETY: texts of the C API.
    let (conv_id, message) = unsafe { (Text::new(conv_id), Text::new(json_msg_param)) };
    let call = decoded(cb, user_data, || {
        let (conv_id, message) = (conv_id.given()?, message.given()?);
        let kind = self::conv_type(conv_type)?;
        let conv = ConvKey {
            kind,
            id: conv_id.text()?.to_owned(),
        };
        Ok((conv, decode_message(message.text()?)?))
    });
    match call {
        Ok(((conv, draft), done)) => {
            let id = process().send(conv, draft, done);
            // SAFETY: NULL or 128 bytes, by the contract above.
            unsafe { write_text(message_id_buffer, MESSAGE_ID_BUFFER, &id) };
            sync::SUCC
        }
        Err(code) => code,
    }
}

/// Adds a callback for received messages. Callbacks run in the order of adding; adding one again replaces its
/// `user_data`. NULL is ignored.
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMAddRecvNewMsgCallback(cb: TIMRecvNewMsgCallback, user_data: *const c_void) {
    process().registrations.add_receiver(cb, UserData(user_data));
}

/// Removes a callback for received messages. One that was not added is ignored.
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMRemoveRecvNewMsgCallback(cb: TIMRecvNewMsgCallback) {
    process().registrations.remove_receiver(cb);
}

/// Gets a page of a conversation's history.
///
/// - `conv_id`, `conv_type`: the conversation, as in `TIMMsgSendMessage`.
/// - `json_get_msg_param`: a MsgGetMsgListParam object.
/// - `cb`: gets an array of Message objects, `[]` on failure. May be NULL.
///
/// Returns 0, -3 or -4.
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgGetMsgList(
    conv_id: *const c_char,
    conv_type: TIMConvType,
    json_get_msg_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    // SAFETY: texts of the C API.
    let (conv_id, param) = unsafe { (Text::new(conv_id), Text::new(json_get_msg_param)) };
    accept(cb, user_data, || {
        let (conv_id, param) = (conv_id.given()?, param.given()?);
        let kind = self::conv_type(conv_type)?;
        let conv = ConvKey {
            kind,
            id: conv_id.text()?.to_owned(),
        };
        Ok(Op::GetHistory {
            conv,
            param: Box::new(decode_history_param(param.text()?)?),
        })
    })
}

/// Finds messages of this device by their ids.
///
/// - `json_message_id_array`: an array of message ids.
/// - `cb`: gets an array of the Message objects that were found, in the order asked; `[]` on failure. May be
///   NULL.
///
/// Returns 0, -3 or -4.
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgFindMessages(
    json_message_id_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    // SAFETY: a text of the C API.
    let ids = unsafe { Text::new(json_message_id_array) };
    accept(cb, user_data, || {
        Ok(Op::FindMessages {
            ids: decode_message_ids(ids.given()?.text()?)?,
        })
    })
}

/// Changes what this device, and no other, keeps with a message: `message_custom_int` and `message_custom_str`.
///
/// - `json_msg_param`: a Message object that names the message by its id and holds the new values.
/// - `cb`: may be NULL.
///
/// Returns 0, -3 or -4.
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgSetLocalCustomData(
    json_msg_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    // SAFETY: a text of the C API.
    let message = unsafe { Text::new(json_msg_param) };
    accept(cb, user_data, || {
        let draft = decode_local_custom(message.given()?.text()?)?;
        Ok(Op::SetLocalCustomData(Box::new(draft)))
    })
}

/// Marks a conversation as read. `TIMConvCleanConversationUnreadMessageCount` does the same and is newer.
///
/// - `conv_id`: as in `TIMMsgSendMessage`; NULL or an empty text: every conversation of the type.
/// - `conv_type`: `kTIMConv_C2C` or `kTIMConv_Group`.
/// - `json_msg_param`: a Message object to read up to; NULL or an empty text: up to the newest one.
/// - `cb`: may be NULL.
///
/// Returns 0, -3 or -4.
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgReportReaded(
    conv_id: *const c_char,
    conv_type: TIMConvType,
    json_msg_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    // SAFETY: texts of the C API.
    let (conv_id, message) = unsafe { (Text::new(conv_id), Text::new(json_msg_param)) };
    accept(cb, user_data, || {
        let kind = self::conv_type(conv_type)?;
        let scope = match (conv_id.optional()?, kind) {
            (Some(id), kind) => CleanScope::One(ConvKey {
                kind,
                id: id.to_owned(),
            }),
            (None, ConvType::C2c) => CleanScope::AllC2c,
            (None, ConvType::Group) => CleanScope::AllGroups,
        };
        Ok(Op::ReportRead {
            scope,
            message: decode_receipt_message(message.optional()?)?,
        })
    })
}

/// Registers the callback for read receipts, in place of the one before; NULL removes it.
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetMsgReadedReceiptCallback(
    cb: TIMMsgReadedReceiptCallback,
    user_data: *const c_void,
) {
    process().registrations.read_receipt.set(cb, UserData(user_data));
}
