//! Messages of the past: reading, recalling, modifying, deleting, saving and finding them.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use super::{conversation, message, named_messages, some_messages};
use crate::engine::Op;
use crate::ffi::support::accept;
use crate::ffi::types::common::{TIMCommCallback, TIMConvType};
use crate::model::error::sync;
use crate::model::json::LIMIT_LARGE;
use crate::model::messages::{
    decode_delete_param, decode_history_param, decode_message, decode_message_ids, decode_saved,
};

/// Gets a page of a conversation's history. What it brings is not told to the callbacks of
/// `TIMAddRecvNewMsgCallback`.
///
/// - `conv_id`, `conv_type`: the conversation, as in `TIMMsgSendMessage`.
/// - `json_get_msg_param`: a MsgGetMsgListParam object.
/// - `cb`: gets an array of Message objects, `[]` on failure. Fewer than were asked for: there are no more in
///   that direction. When the cloud was asked and does not answer, it gets what this device has, with code 0.
///   May be NULL.
///
/// Returns 0, -3 or -4.
// MSG-140 to MSG-164, MSG-169 to MSG-171; spec 03 section 10
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgGetMsgList(
    conv_id: *const c_char,
    conv_type: TIMConvType,
    json_get_msg_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let conv = conversation(conv_id, conv_type, &[json_get_msg_param])?;
        Ok(Op::GetHistory {
            conv,
            param: Box::new(decode_history_param(json_get_msg_param.string()?)?),
        })
    })
}

/// Recalls a message: everybody who can see it is told by `TIMMsgRevokeCallback`, and its content is gone but
/// for this device's. One-to-one the sender may, in a group also owner and admins, and who has the permission
/// for it in a community; by default within 120 seconds, as the server's clock counts. Recalling again is no
/// error.
///
/// - `conv_id`, `conv_type`: the message's conversation, as in `TIMMsgSendMessage`.
/// - `json_msg_param`: a Message object that names the message.
/// - `cb`: gets no result. 6017 for a message that is not known, not sent, or online-only; 20016 (one-to-one)
///   and 10031 (group) when it is too late; 10007 for somebody who may not. May be NULL.
///
/// Returns 0, -3 or -4.
// RV-01, RV-02, RV-06, RV-07, RV-11 to RV-14, RV-17; spec 04 section 3
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgRevoke(
    conv_id: *const c_char,
    conv_type: TIMConvType,
    json_msg_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let conv = conversation(conv_id, conv_type, &[json_msg_param])?;
        Ok(Op::Recall {
            conv,
            message: Box::new(message(json_msg_param)?),
        })
    })
}

/// Changes the content of a sent message for everybody: `message_cloud_custom_str`, and its elements of text,
/// custom data, stickers and places. By default every participant may. `TIMMsgUpdateCallback` tells all
/// devices of all participants, this one included; unread counts do not change.
///
/// - `json_msg_param`: the Message object as a callback gave it, with the changes. `message_custom_int` and
///   `message_custom_str` are changed on this device.
/// - `cb`: gets the newest Message object, on failure too, unless nobody is logged in. 8006 when somebody
///   else was first, 20026 when the message is not stored any more, 7014 in an AVChatRoom, 6016 when another
///   kind of element was changed. May be NULL.
///
/// Returns 0, -3 or -4.
// MSG-200 to MSG-205, MSG-207; spec 03 section 8
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgModifyMessage(
    json_msg_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        // For its limit, which is smaller than that of a message to be sent.
        message(json_msg_param)?;
        let given = json_msg_param.string()?;
        Ok(Op::Modify {
            draft: Box::new(decode_message(given)?),
            given: given.to_owned(),
        })
    })
}

/// Deletes one message for this user: hides it on this device, or removes it from the cloud too. Nobody else
/// is concerned, and other devices of the user keep what they have.
///
/// - `conv_id`, `conv_type`: the conversation, as in `TIMMsgSendMessage`.
/// - `json_msgdel_param`: a MsgDeleteParam object; -3 without a message in it.
/// - `cb`: gets no result. A message that is not known is no error. May be NULL.
///
/// Returns 0, -3 or -4.
// MSG-220 to MSG-222, MSG-224, MSG-225; spec 03 section 12.1
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgDelete(
    conv_id: *const c_char,
    conv_type: TIMConvType,
    json_msgdel_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let conv = conversation(conv_id, conv_type, &[json_msgdel_param])?;
        let param = decode_delete_param(json_msgdel_param.string()?)?;
        Ok(Op::Delete {
            conv,
            message: Box::new(param.message),
            cloud: param.cloud,
        })
    })
}

/// Deletes messages for this user, on this device and in the cloud, for good. Nobody else is concerned, and
/// other devices of the user keep what they have.
///
/// - `conv_id`, `conv_type`: the conversation, as in `TIMMsgSendMessage`.
/// - `json_msg_array`: an array of 1 to 50 Message objects of one conversation; `[]` is -3. At most 16 MiB of
///   JSON.
/// - `cb`: gets no result. 6017 for more than 50 messages or for several conversations, 7008 beyond one call
///   per second, 10035 in an AVChatRoom, 9508 without a network. May be NULL.
///
/// Returns 0, -3 or -4.
// MSG-222 to MSG-225; spec 03 section 12.2
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgListDelete(
    conv_id: *const c_char,
    conv_type: TIMConvType,
    json_msg_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let conv = conversation(conv_id, conv_type, &[json_msg_array])?;
        let messages = named_messages(json_msg_array, LIMIT_LARGE, sync::JSON)?;
        Ok(Op::DeleteList { conv, messages })
    })
}

/// Deletes all messages of a conversation for this user, on this device and in the cloud, for good. The
/// conversation itself stays, without a last message and with nothing unread.
///
/// - `conv_id`, `conv_type`: the conversation, as in `TIMMsgSendMessage`.
/// - `cb`: gets no result. 9508 without a network; nothing has changed then. May be NULL.
///
/// Returns 0, -3 or -4.
// MSG-230 to MSG-232; spec 03 section 12.3
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgClearHistoryMessage(
    conv_id: *const c_char,
    conv_type: TIMConvType,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        Ok(Op::ClearHistory(conversation(conv_id, conv_type, &[])?))
    })
}

/// Puts a message into a conversation on this device only, with the time of now and the status
/// `kTIMMsg_LocalImported`. It is not unread, and no other device ever has it.
///
/// - `conv_id`, `conv_type`: the conversation, as in `TIMMsgSendMessage`; it is made when it is not there.
/// - `json_msg_param`: a Message object with elements of any kind; `message_sender` when it is to be from
///   somebody else than the user. Files are not uploaded. At most 16 MiB of JSON.
/// - `cb`: gets the Message object with its id, nothing on failure. May be NULL.
///
/// Returns 0, -3 or -4.
// MSG-210 to MSG-214; spec 03 section 11.1
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgSaveMsg(
    conv_id: *const c_char,
    conv_type: TIMConvType,
    json_msg_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let conv = conversation(conv_id, conv_type, &[json_msg_param])?;
        Ok(Op::Save {
            conv,
            draft: Box::new(decode_message(json_msg_param.string()?)?),
        })
    })
}

/// Puts many messages into a conversation on this device only, at the times that they have: all of them, or
/// none. Those that are there already are skipped.
///
/// - `conv_id`, `conv_type`: the conversation, as in `TIMMsgSendMessage`; it is made when it is not there.
/// - `json_msg_array`: an array of 1 to 1000 Message objects as in `TIMMsgSaveMsg`; their sender, their times
///   and whether they are read are kept. `[]` is -3. At most 16 MiB of JSON.
/// - `cb`: gets no result. 6017 for more than 1000 messages. May be NULL.
///
/// Returns 0, -3 or -4.
// MSG-215; spec 03 section 11.2
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgImportMsgList(
    conv_id: *const c_char,
    conv_type: TIMConvType,
    json_msg_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let conv = conversation(conv_id, conv_type, &[json_msg_array])?;
        let messages = some_messages(json_msg_array, LIMIT_LARGE, sync::JSON)?;
        Ok(Op::Import {
            conv,
            drafts: messages.iter().map(decode_saved).collect::<Result<_, _>>()?,
        })
    })
}

/// Finds messages of this device by their ids, deleted and recalled ones included.
///
/// - `json_message_id_array`: an array of message ids. JSON that is no array of texts counts as `[]`.
/// - `cb`: gets an array of the Message objects that were found, in the order asked; `[]` on failure. May be
///   NULL.
///
/// Returns 0, -3 or -4.
// FM-01 to FM-04, FM-07, MSG-168, MSG-169; spec 03 section 13, 04 section 7.1
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgFindMessages(
    json_message_id_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        Ok(Op::FindMessages {
            ids: decode_message_ids(json_message_id_array.string()?)?,
        })
    })
}

/// Finds messages of this device by the numbers that name them in their conversation.
///
/// - `conv_id`, `conv_type`: the conversation, as in `TIMMsgSendMessage`.
/// - `json_msg_locator_array`: an array of at most 100 MsgLocator objects; `[]` finds nothing.
/// - `cb`: gets an array of the Message objects that were found, in the order asked; `[]` on failure. May be
///   NULL.
///
/// Returns 0, -3 or -4.
// FM-06; spec 03 section 13, 04 section 7.2
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgFindByMsgLocatorList(
    conv_id: *const c_char,
    conv_type: TIMConvType,
    json_msg_locator_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        Ok(Op::FindByLocators {
            conv: conversation(conv_id, conv_type, &[json_msg_locator_array])?,
            locators: json_msg_locator_array.list()?,
        })
    })
}
