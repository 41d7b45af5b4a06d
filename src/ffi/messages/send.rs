//! Sending messages, and the files in them.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use super::conversation;
use crate::engine::{DownloadOp, Op};
use crate::ffi::process::process;
use crate::ffi::support::{accept, decoded, progress};
use crate::ffi::types::common::{TIMCommCallback, TIMConvType};
use crate::model::error::sync;
use crate::model::messages::objects::DownloadElemParam;
use crate::model::messages::{decode_batch_param, decode_local_custom, decode_message};

/// Sends a message.
///
/// - `conv_id`: the peer's user id, or the id of a group or topic.
/// - `conv_type`: `kTIMConv_C2C` or `kTIMConv_Group`.
/// - `json_msg_param`: a Message object with its elements. One that carries the id of a message that has
///   failed is sent again as that message. At most 16 MiB of JSON.
/// - `message_id_buffer`: NULL, or room for 128 bytes; holds the message's id when this returns 0.
/// - `cb`: gets the whole Message object, on failure too. 6016 for an element that cannot be sent, 6017 for a
///   value that is not allowed, 8001 for a message that is too long, 9508 and 9520 without a network. May be
///   NULL.
///
/// Returns 0, -3 or -4.
// MSG-001, MSG-060 to MSG-079, MSG-107, MSG-108, MSG-188, ON-01, RR-01, AT-01, TG-01; spec 03 section 6
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
    let call = decoded(cb, user_data, || {
        let conv = conversation(conv_id, conv_type, &[json_msg_param])?;
        Ok((conv, decode_message(json_msg_param.string()?)?))
    });
    match call {
        Ok(((conv, draft), done)) => {
            let id = process().send(conv, draft, done);
            message_id_buffer.write(&id);
            sync::SUCC
        }
        Err(code) => code,
    }
}

/// Cancels a message that is being sent by this device, while it waits for the network or its files are
/// uploaded. The send then ends with 8021, and the message has the status `kTIMMsg_Cancel`.
///
/// - `conv_id`, `conv_type`: the conversation, as in `TIMMsgSendMessage`.
/// - `message_id`: the id that the send has given.
/// - `cb`: gets the Message object, `{}` on failure. 8020 when there is nothing to cancel any more: the id is
///   not known, or the message is on its way, sent, failed or cancelled. May be NULL.
///
/// Returns 0, -3 or -4.
// MSG-103; spec 03 section 6.8
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgCancelSend(
    conv_id: *const c_char,
    conv_type: TIMConvType,
    message_id: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        Ok(Op::CancelSend {
            conv: conversation(conv_id, conv_type, &[message_id])?,
            msg_id: message_id.string()?.to_owned(),
        })
    })
}

/// Sends one message to many users. Each of them gets a message of its own, in the one-to-one conversation
/// with the sender; files are uploaded once.
///
/// - `json_batch_send_param`: a MsgBatchSendParam object; 1 to 500 users.
/// - `cb`: gets an array of MsgBatchSendResult objects, one for each user, and the code of the first send
///   that has failed; `[]` when nothing was sent at all. 6017 when there are no users or no message, 90011
///   for more than 500 users. May be NULL.
///
/// Returns 0, -3 or -4.
// MSG-104; spec 03 sections 2.1 and 6.9
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgBatchSend(
    json_batch_send_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        // Whatever is wrong inside of the object is answered through the callback.
        Ok(Op::BatchSend(decode_batch_param(
            json_batch_send_param.string()?,
        )?))
    })
}

/// Downloads a file of a message element: an image, a recording, a video, its picture, or a file. Nothing is
/// kept besides the file, and every call downloads anew.
///
/// - `json_download_elem_param`: a DownloadElemParam object; the URL alone is enough.
/// - `path`: the file to write. Missing folders are made; a file that is there is replaced once the new one
///   is complete. A folder is answered with 6022.
/// - `cb`: runs several times: for progress with code 0, the desc `downloading` and a MsgDownloadElemResult
///   object, and once at the end with another desc and no result. 6017 when there is neither URL nor id, 6009
///   when the download has failed, 6010 for an invalid URL, 6022 when the file cannot be written. May be
///   NULL.
///
/// Returns 0, -3 or -4.
// MSG-118 to MSG-122, MSG-126, MSG-135; spec 03 section 7.3
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgDownloadElemToPath(
    json_download_elem_param: *const c_char,
    path: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        json_download_elem_param.given()?;
        let path = path.string()?;
        // Any number is good as a type, so no value can be refused.
        let param = json_download_elem_param.object::<DownloadElemParam>()?.value;
        Ok(Op::DownloadElem(Box::new(DownloadOp {
            url: param.url.unwrap_or_default(),
            id: param.id.unwrap_or_default(),
            path: path.into(),
            progress: progress(cb, user_data),
        })))
    })
}

/// Gets the messages inside a merged message. Those that are merged messages themselves are opened by another
/// call with them. They do not enter this device's history.
///
/// - `json_single_msg`: the Message object with the merged element. At most 16 MiB of JSON.
/// - `cb`: gets an array of Message objects in their order, `[]` on failure. 6017 when there is no merged
///   element, 8005 when merged messages are nested too deep, 6009 when the list is not stored any more. May
///   be NULL.
///
/// Returns 0, -3 or -4.
// MSG-184 to MSG-186; spec 03 section 9.3
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgDownloadMergerMessage(
    json_single_msg: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        // The sender's own message holds the whole list, which was as large when it was sent.
        let draft = decode_message(json_single_msg.string()?)?;
        Ok(Op::DownloadMerged(Box::new(draft)))
    })
}

/// Changes what this device, and no other, keeps with a message: `message_custom_int` and
/// `message_custom_str`.
///
/// - `json_msg_param`: a Message object that names the message by its id and holds the new values. A key that
///   is absent leaves its value as it is.
/// - `cb`: gets no result. A message that is not known is no error. May be NULL.
///
/// Returns 0, -3 or -4.
// MSG-024, MSG-025, MSG-031, MSG-207; spec 03 section 11.3
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgSetLocalCustomData(
    json_msg_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let draft = decode_local_custom(json_msg_param.string()?)?;
        Ok(Op::SetLocalCustomData(Box::new(draft)))
    })
}
