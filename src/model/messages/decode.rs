//! What hosts pass in: a Message object to be sent or to name a stored one, and the parameters of the history
//! and find functions (spec 03 sections 2.2, 3, 4 and 10.1).

use std::collections::HashSet;

use bytes::Bytes;
use serde_json::Value;
use timbre_protocol::{Body, flags};

use super::element_json::decode_elements;
use super::push::normalise_push_config;
use super::{ConvKey, ConvType, HistoryParam, MessageDraft, Status};
use crate::model::error::{Refusal, sync};
use crate::model::json::{LIMIT, LIMIT_LARGE, Object, as_integer, as_integer_or_text, parse, parse_object};

/// The longest `message_custom_str`, in bytes.
pub const MAX_CUSTOM_STR: usize = 64 << 10;

/// Keys of booleans and the bits they set.
const FLAG_KEYS: [(&str, u32); 8] = [
    ("message_disable_cloud_message_post_hook", flags::NO_POST_HOOK),
    ("message_disable_cloud_message_pre_hook", flags::NO_PRE_HOOK),
    ("message_excluded_from_content_moderation", flags::NO_MODERATION),
    ("message_excluded_from_last_message", flags::NO_PREVIEW),
    ("message_is_excluded_from_unread_count", flags::NO_UNREAD),
    ("message_is_online_msg", flags::ONLINE_ONLY),
    ("message_need_read_receipt", flags::NEED_RECEIPT),
    ("message_support_message_extension", flags::EXTENSIONS),
];

/// Decodes the Message of a send, of at most 16 MiB. Fails with -3 when the text is not JSON or not an object
/// with an array `message_elem_array`. Everything else that forbids sending it is in
/// [`MessageDraft::refusal`].
pub fn decode_message(text: &str) -> Result<MessageDraft, i32> {
    let map = parse_object(text, LIMIT_LARGE)?;
    draft(Object::new(&map))
}

/// [`decode_message`] for one of several Message objects of a list, which has been parsed.
pub fn decode_saved(value: &Value) -> Result<MessageDraft, i32> {
    draft(Object::from_value(value).ok_or(sync::JSON)?)
}

fn draft(object: Object<'_>) -> Result<MessageDraft, i32> {
    let values = object.need_array("message_elem_array")?;
    let mut draft = identify(object);
    draft.flags = FLAG_KEYS
        .iter()
        .filter(|(key, _)| object.boolean(key) == Some(true))
        .fold(0, |bits, (_, bit)| bits | bit);
    if draft.flags & flags::ONLINE_ONLY != 0 {
        draft.flags &= !flags::NEED_RECEIPT;
    }
    draft.priority = match object.integer("message_priority") {
        // The range makes the conversion exact.
        Some(p @ 0..=3) => p as u8,
        _ => 1,
    };
    draft.forward = object.boolean("message_is_forward_message") == Some(true);
    let (elements, fault) = decode_elements(values);
    draft.body = Body {
        elements,
        cloud_custom: object
            .bytes("message_cloud_custom_str")
            .unwrap_or_default()
            .into(),
        push_config: ["message_offline_push_config", "message_offlie_push_config"]
            .iter()
            .find_map(|key| object.object(key))
            .and_then(normalise_push_config)
            .unwrap_or_default(),
        moderation_config: owned(object.string("message_custom_moderation_configuration_id")),
    };
    draft.merged_ids = merged_ids(values);
    draft.cloud_given = object.has("message_cloud_custom_str");
    draft.refusal = fault.or(draft.refusal);
    Ok(draft)
}

/// Decodes the Message of `TIMMsgSetLocalCustomData`: the identity and the two local keys. Same synchronous
/// rule as [`decode_message`]; the elements are not looked at.
pub fn decode_local_custom(text: &str) -> Result<MessageDraft, i32> {
    let map = parse_object(text, LIMIT)?;
    let object = Object::new(&map);
    object.need_array("message_elem_array")?;
    Ok(identify(object))
}

/// [`decode_local_custom`] for one of several Message objects of a list, which has been parsed. What is no object
/// names no message.
pub fn decode_named(value: &Value) -> MessageDraft {
    Object::from_value(value).map_or_else(MessageDraft::default, identify)
}

/// The parameters of `TIMMsgDelete`.
#[derive(Debug, Clone, PartialEq)]
pub struct DeleteParam {
    /// Names the message.
    pub message: MessageDraft,
    /// In the cloud too.
    pub cloud: bool,
}

/// Decodes the parameters of `TIMMsgDelete`; -3 without a message, and without its elements.
pub fn decode_delete_param(text: &str) -> Result<DeleteParam, i32> {
    let map = parse_object(text, LIMIT)?;
    let param = Object::new(&map);
    let message = param.need_object("msg_delete_param_msg")?;
    message.need_array("message_elem_array")?;
    Ok(DeleteParam {
        message: identify(message),
        cloud: ["msg_delete_param_is_ramble", "msg_delete_param_is_remble"]
            .iter()
            .find_map(|key| param.boolean(key))
            .unwrap_or(false),
    })
}

/// The parameters of `TIMMsgBatchSend`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BatchParam {
    /// Who gets the message, each once, in the order given.
    pub receivers: Vec<String>,
    /// The message; none when there is none that could be one.
    pub message: Option<Box<MessageDraft>>,
}

/// Decodes the parameters of `TIMMsgBatchSend`; -3 for what is no JSON object. Everything else that is wrong with
/// them is answered through the callback.
pub fn decode_batch_param(text: &str) -> Result<BatchParam, i32> {
    let map = parse_object(text, LIMIT)?;
    let param = Object::new(&map);
    let mut receivers = param
        .list("msg_batch_send_param_identifier_array", |v| {
            v.as_str().map(str::to_owned)
        })
        .unwrap_or_default();
    let mut seen = HashSet::new();
    receivers.retain(|id| seen.insert(id.clone()));
    Ok(BatchParam {
        receivers,
        message: param
            .object("msg_batch_send_param_msg")
            .and_then(|message| draft(message).ok())
            .map(Box::new),
    })
}

/// Decodes the Message of `TIMMsgReportReaded`: nothing given, `""`, `{}` and `null` name no message; text that
/// is not JSON, or neither an object nor `null`, is -3. Elements are not needed and not looked at.
pub fn decode_receipt_message(text: Option<&str>) -> Result<Option<Box<MessageDraft>>, i32> {
    let Some(text) = text.filter(|t| !t.is_empty()) else {
        return Ok(None);
    };
    match parse(text, LIMIT)? {
        Value::Null => Ok(None),
        Value::Object(map) if map.is_empty() => Ok(None),
        Value::Object(map) => Ok(Some(Box::new(identify(Object::new(&map))))),
        _ => Err(sync::JSON),
    }
}

/// Decodes the parameters of `TIMMsgGetMsgList`. Fails with -3 when the text is not a JSON object; numbers
/// outside their range are in [`HistoryParam::refusal`].
pub fn decode_history_param(text: &str) -> Result<HistoryParam, i32> {
    let map = parse_object(text, LIMIT)?;
    let object = Object::new(&map);
    let mut refusal = None;
    let mut unsigned = |key: &str, given: Option<i128>, most: u64| match given.map(u64::try_from) {
        None => 0,
        Some(Ok(n)) if n <= most => n,
        Some(_) => {
            refusal.get_or_insert_with(|| Refusal::invalid(format!("{key} is out of range")));
            0
        }
    };
    let key = "msg_getmsglist_param_count";
    // The bound makes the conversion exact.
    let count = unsigned(key, object.integer(key), u64::from(u32::MAX)) as u32;
    let key = "msg_getmsglist_param_time_begin";
    let time_begin = unsigned(key, object.integer_or_text(key), u64::MAX);
    let key = "msg_getmsglist_param_time_period";
    let time_period = unsigned(key, object.integer_or_text(key), u64::MAX);
    Ok(HistoryParam {
        count,
        cloud: ["msg_getmsglist_param_is_ramble", "msg_getmsglist_param_is_remble"]
            .iter()
            .find_map(|key| object.boolean(key))
            .unwrap_or(false),
        newer: object.boolean("msg_getmsglist_param_is_forward").unwrap_or(false),
        last: object
            .object("msg_getmsglist_param_last_msg")
            .filter(|o| !o.is_empty())
            .map(|o| Box::new(identify(o))),
        // Wrappers say -1 for none.
        last_seq: given(object, "msg_getmsglist_param_last_msg_seq"),
        time_begin,
        time_period,
        types: object
            .list("msg_getmsglist_param_message_type_array", |v| {
                i32::try_from(as_integer(v)?).ok()
            })
            .unwrap_or_default(),
        seqs: object
            .list("msg_getmsglist_param_message_seq_array", |v| {
                u64::try_from(as_integer_or_text(v)?).ok()
            })
            .unwrap_or_default(),
        refusal,
    })
}

/// Decodes the message ids of `TIMMsgFindMessages`: JSON that is not an array of strings counts as an empty
/// list, text that is not JSON is -3.
pub fn decode_message_ids(text: &str) -> Result<Vec<String>, i32> {
    let root = parse(text, LIMIT)?;
    let ids = root
        .as_array()
        .and_then(|ids| ids.iter().map(|id| id.as_str().map(str::to_owned)).collect());
    Ok(ids.unwrap_or_default())
}

/// What names a message, and the data that this device keeps beside it.
fn identify(object: Object<'_>) -> MessageDraft {
    let mut refusal = None;
    let custom_int = object
        .integer("message_custom_int")
        .and_then(|n| match u32::try_from(n) {
            Ok(n) => Some(n),
            Err(_) => {
                refusal = Some(Refusal::invalid(
                    "message_custom_int is not a 32-bit unsigned number",
                ));
                None
            }
        });
    let custom_str = object.bytes("message_custom_str").map(Bytes::from);
    let custom_str = custom_str.filter(|s| {
        let fits = s.len() <= MAX_CUSTOM_STR;
        if !fits {
            refusal = Some(Refusal::invalid("message_custom_str is longer than 65536 bytes"));
        }
        fits
    });
    MessageDraft {
        refusal,
        flags: match object.boolean("message_is_online_msg") {
            Some(true) => flags::ONLINE_ONLY,
            _ => 0,
        },
        priority: 1,
        custom_int,
        custom_str,
        given_id: owned(object.string("message_msg_id")),
        server_time: given(object, "message_server_time"),
        seq: given(object, "message_seq"),
        rand: given(object, "message_rand"),
        client_time: given(object, "message_client_time"),
        sender: owned(object.string("message_sender")),
        is_read: object.boolean("message_is_read"),
        version: object
            .integer_or_text("message_version")
            .and_then(|n| u32::try_from(n).ok()),
        given_status: object
            .integer("message_status")
            .and_then(|n| Status::from_number(u8::try_from(n).ok()?)),
        conv: conversation(object),
        ..MessageDraft::default()
    }
}

/// The ids of the messages in a merged element.
fn merged_ids(elements: &[Value]) -> Vec<String> {
    let list = elements
        .iter()
        .filter_map(Object::from_value)
        .find_map(|element| element.array("merge_elem_message_array"));
    let id = |message: &Value| {
        let message = Object::from_value(message);
        owned(message.and_then(|m| m.string("message_msg_id")))
    };
    list.unwrap_or_default().iter().map(id).collect()
}

/// A number that names something, 0 when it is absent or can name nothing.
fn given(object: Object<'_>, key: &str) -> u64 {
    object
        .integer_or_text(key)
        .and_then(|n| u64::try_from(n).ok())
        .unwrap_or(0)
}

fn conversation(object: Object<'_>) -> Option<ConvKey> {
    let id = object.string("message_conv_id").filter(|id| !id.is_empty())?;
    let kind = object.integer("message_conv_type")?;
    let kind = ConvType::from_number(u32::try_from(kind).ok()?)?;
    Some(ConvKey {
        kind,
        id: id.to_owned(),
    })
}

fn owned(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

#[cfg(test)]
#[path = "decode_tests.rs"]
mod tests;
