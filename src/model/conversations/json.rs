//! The ConvInfo object out, the parameters of the conversation functions in.

use std::collections::HashSet;

use super::{Conversation, write_message};
use crate::model::json::{LIMIT, Object, ObjectWriter, note, parse, push_array};
use crate::model::messages::{ConvKey, ConvType};

/// The array of `conversations`.
pub fn conv_array(conversations: &[Conversation]) -> String {
    let mut out = String::with_capacity(conversations.len() * 2560 + 2);
    push_array(&mut out, conversations, write_conversation);
    out
}

/// Appends the ConvInfo object.
pub fn write_conversation(out: &mut String, c: &Conversation) {
    let (read_seconds, read_seq) = match c.key.kind {
        ConvType::C2c => (u64::try_from(c.read_time_ms / 1000).unwrap_or(0), 0),
        ConvType::Group => (0, c.read_seq),
    };
    let show_name = if c.show_name.is_empty() {
        &c.key.id
    } else {
        &c.show_name
    };
    let mut w = ObjectWriter::new(out);
    w.int("conv_active_time", c.order_key())
        .uint("conv_c2c_read_timestamp", read_seconds)
        .empty_array("conv_conversation_group_array")
        .string("conv_custom_data", "")
        .string("conv_face_url", &c.face_url)
        .empty_array("conv_group_at_info_array")
        .uint("conv_group_read_sequence", read_seq)
        .string("conv_id", &c.key.id)
        .boolean("conv_is_has_draft", false)
        .boolean("conv_is_has_lastmsg", c.last.is_some())
        .boolean("conv_is_pinned", c.pinned);
    if let Some(last) = &c.last {
        w.raw("conv_last_msg", |out| write_message(out, last, c.read_state()));
    }
    w.empty_array("conv_mark_array")
        .uint("conv_recv_opt", u64::from(c.recv_opt))
        .string("conv_show_name", show_name)
        .uint("conv_type", u64::from(c.key.kind.number()))
        .uint("conv_unread_num", u64::from(c.unread));
}

/// Decodes the list of `TIMConvGetConvInfo` (spec 05 section 5.3): text that is not JSON is -3; an item without
/// a usable id and type is skipped, an item given twice counts once, and anything but an array is an empty list.
pub fn decode_conv_params(text: &str) -> Result<Vec<ConvKey>, i32> {
    let root = parse(text, LIMIT)?;
    let mut seen = HashSet::new();
    let mut keys = Vec::new();
    for item in root.as_array().map(Vec::as_slice).unwrap_or_default() {
        match conv_param(item) {
            Some(key) if seen.insert(key.clone()) => keys.push(key),
            Some(_) => {}
            None => note("get_conversation_list_param_conv_id", || {
                "item without id and type; skipped".into()
            }),
        }
    }
    Ok(keys)
}

fn conv_param(item: &serde_json::Value) -> Option<ConvKey> {
    let object = Object::from_value(item)?;
    let id = object
        .string("get_conversation_list_param_conv_id")
        .filter(|id| !id.is_empty())?;
    let kind = u32::try_from(object.integer("get_conversation_list_param_conv_type")?).ok()?;
    Some(ConvKey {
        kind: ConvType::from_number(kind)?,
        id: id.to_owned(),
    })
}

/// The result object of the total unread count, which hosts read as a 32-bit signed number.
pub fn total_unread(n: u64) -> String {
    let mut out = String::new();
    ObjectWriter::new(&mut out).uint(
        "conv_get_total_unread_message_count_result_unread_count",
        n.min(i32::MAX as u64),
    );
    out
}

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
