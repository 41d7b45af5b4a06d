//! The list inside a merged message (spec 03 section 9): a snapshot of messages, as bytes, as JSON and as the text
//! that names it.

use bytes::Bytes;
use prost::Message as _;
use serde_json::Value;
use timbre_protocol::element::Kind;
use timbre_protocol::{Body, ChatMessage, Media, MergedElement, MergedItem, MergedList};

use super::element_json::decode_elements;
use super::{ConvKey, ConvType, Message, Origin, Status};
use crate::model::error::Refusal;
use crate::model::json::Object;

/// Makes the snapshot of the Message objects of a host. A refusal names the index of the message that cannot be
/// merged.
pub(super) fn decode_list(values: &[Value]) -> Result<MergedList, Refusal> {
    let mut items = Vec::with_capacity(values.len());
    for (i, value) in values.iter().enumerate() {
        let item = Object::from_value(value)
            .ok_or_else(|| Refusal::invalid("it is not an object"))
            .and_then(decode_item)
            .map_err(|why| Refusal::new(why.code, format!("merge_elem_message_array[{i}]: {}", why.desc)))?;
        items.push(item);
    }
    Ok(MergedList { items })
}

fn decode_item(object: Object<'_>) -> Result<MergedItem, Refusal> {
    match object.integer("message_status") {
        None | Some(2 | 5) => {}
        Some(6) => return Err(Refusal::invalid("the message has been recalled")),
        Some(_) => return Err(Refusal::invalid("the message has not been sent")),
    }
    if object.boolean("message_is_online_msg") == Some(true) {
        return Err(Refusal::invalid("the message is online-only"));
    }
    let elements = object.array("message_elem_array").unwrap_or_default();
    if elements.is_empty() {
        return Err(Refusal::invalid("the message has no elements"));
    }
    let (elements, fault) = decode_elements(elements);
    if let Some(fault) = fault {
        return Err(fault);
    }
    let mut body = Body {
        elements,
        cloud_custom: object
            .bytes("message_cloud_custom_str")
            .unwrap_or_default()
            .into(),
        ..Body::default()
    };
    inline_nested(&mut body);
    body.strip_local();
    let text = |key: &str| object.string(key).unwrap_or_default().to_owned();
    let number = |key: &str| {
        object
            .integer_or_text(key)
            .and_then(|n| u64::try_from(n).ok())
            .unwrap_or(0)
    };
    let small = |key: &str| u32::try_from(number(key)).unwrap_or(0);
    let profile = object.object("message_sender_profile");
    let of_profile = |key: &str| {
        profile
            .and_then(|p| p.string(key).map(str::to_owned))
            .unwrap_or_default()
    };
    let msg_id = text("message_msg_id");
    let tiny = msg_id.split('-').next().and_then(|n| n.parse().ok()).unwrap_or(0);
    let kind = match number("message_conv_type") {
        2 => ConvType::Group,
        _ => ConvType::C2c,
    };
    let seq = number("message_seq");
    Ok(MergedItem {
        conversation: Some(timbre_protocol::Conversation {
            r#type: kind.number(),
            id: text("message_conv_id"),
        }),
        message: Some(ChatMessage {
            conv_seq: if kind == ConvType::Group { seq } else { 0 },
            client_seq: if kind == ConvType::C2c {
                u32::try_from(seq).unwrap_or(0)
            } else {
                0
            },
            server_time_ms: i64::try_from(number("message_server_time"))
                .unwrap_or(0)
                .saturating_mul(1000),
            sender_tiny_id: tiny,
            sender: text("message_sender"),
            conv_type: kind.number(),
            target: text("message_conv_id"),
            client_time: small("message_client_time"),
            random: small("message_rand"),
            priority: small("message_priority").min(3),
            platform: small("message_platform"),
            body: body.encode_to_vec().into(),
            sender_nick: of_profile("user_profile_nick_name"),
            sender_face: of_profile("user_profile_face_url"),
            version: small("message_version"),
            ..ChatMessage::default()
        }),
    })
}

/// Puts messages that `find` knows by the ids of the items in the place of the given ones. One of them that was not
/// sent, or is not there any more, is a refusal that names its index.
pub fn with_own(
    element: &mut MergedElement,
    ids: &[String],
    mut find: impl FnMut(&str) -> Result<Option<Message>, Refusal>,
) -> Result<(), Refusal> {
    let Ok(mut list) = MergedList::decode(element.own_list.clone()) else {
        return Ok(());
    };
    let mut changed = false;
    for (i, (item, id)) in list.items.iter_mut().zip(ids).enumerate() {
        if id.is_empty() {
            continue;
        }
        let Some(message) = find(id)? else { continue };
        let fault = match message.status {
            Status::Sent | Status::Imported if message.body.elements.is_empty() => {
                "the message has no elements"
            }
            Status::Sent | Status::Imported => {
                *item = snapshot(message);
                changed = true;
                continue;
            }
            Status::Revoked => "the message has been recalled",
            Status::Deleted => "the message has been deleted",
            Status::Sending | Status::Failed | Status::Cancelled => "the message has not been sent",
        };
        return Err(Refusal::invalid(format!(
            "message_elem_array[0]: merge_elem_message_array[{i}]: {fault}"
        )));
    }
    if changed {
        set_list(element, &list);
    }
    Ok(())
}

/// A message as it is now, without what is for this device alone.
fn snapshot(message: Message) -> MergedItem {
    let mut body = Body {
        elements: message.body.elements,
        cloud_custom: message.body.cloud_custom,
        ..Body::default()
    };
    inline_nested(&mut body);
    body.strip_local();
    let in_group = message.conv.kind == ConvType::Group;
    MergedItem {
        conversation: Some(message.conv.to_wire()),
        message: Some(ChatMessage {
            conv_seq: if in_group { message.conv_seq } else { 0 },
            client_seq: if in_group { 0 } else { message.client_seq },
            server_time_ms: message.server_time_ms,
            sender_tiny_id: message.sender_tiny,
            sender: message.sender,
            conv_type: message.conv.kind.number(),
            target: message.conv.id,
            client_time: message.client_time,
            random: message.rand,
            priority: u32::from(message.priority),
            platform: u32::from(message.platform),
            body: body.encode_to_vec().into(),
            sender_nick: message.sender_nick,
            sender_face: message.sender_face,
            version: message.version,
            ..ChatMessage::default()
        }),
    }
}

/// The list of a merged element that is to be sent, with what follows from it.
pub(super) fn set_list(element: &mut MergedElement, list: &MergedList) {
    element.depth = depth(list);
    element.count = u32::try_from(list.items.len()).unwrap_or(u32::MAX);
    element.own_list = list.encode_to_vec().into();
    if element.is_too_deep() {
        element.title.clear();
        element.abstracts.clear();
        element.own_list = Bytes::new();
    }
}

/// A merged message that stands in another one and has its list only on this device takes it along.
fn inline_nested(body: &mut Body) {
    for element in &mut body.elements {
        if let Some(Kind::Merged(merged)) = &mut element.kind
            && merged.list.is_empty()
            && merged.file.as_ref().is_none_or(|f| f.id.is_empty())
        {
            merged.list = std::mem::take(&mut merged.own_list);
        }
    }
}

/// The depth of a merged message with this list.
pub(super) fn depth(list: &MergedList) -> u32 {
    let bodies = list.items.iter().filter_map(|item| item.message.as_ref());
    let deepest = bodies
        .filter_map(|message| Body::decode(message.body.clone()).ok())
        .flat_map(|body| body.elements)
        .filter_map(|element| match element.kind {
            Some(Kind::Merged(merged)) => Some(merged.depth.max(1)),
            _ => None,
        })
        .max();
    deepest.unwrap_or(0).saturating_add(1)
}

/// The messages of an encoded list, as a host gets them; none of a list that cannot be read.
pub fn items(list: &Bytes) -> Vec<Message> {
    let Ok(list) = MergedList::decode(list.clone()) else {
        return Vec::new();
    };
    list.items.into_iter().filter_map(item).collect()
}

fn item(item: MergedItem) -> Option<Message> {
    let conversation = item.conversation.unwrap_or_default();
    let mut message = Message::from_wire("", item.message?)?;
    if let Some(kind) = ConvType::from_number(conversation.r#type) {
        message.conv = ConvKey {
            kind,
            id: conversation.id,
        };
    }
    message.status = Status::Sent;
    message.origin = Origin::History;
    Some(message)
}

/// The text under which a host sees a list that is a file of its own; empty for one that travels in the message.
pub(super) fn to_key(merged: &MergedElement) -> String {
    match &merged.file {
        Some(file) if !file.id.is_empty() => {
            format!("{}/{}/{}/{}", file.id, file.size, merged.depth, merged.count)
        }
        _ => String::new(),
    }
}

/// What [`to_key`] says: the file, the depth and the number of messages.
pub(super) fn from_key(key: &str) -> Option<(Media, u32, u32)> {
    let mut parts = key.split('/');
    let id = parts.next().filter(|id| !id.is_empty())?.to_owned();
    let size = parts.next()?.parse().ok()?;
    let depth = parts.next()?.parse().ok()?;
    let count = parts.next()?.parse().ok()?;
    let media = Media {
        id,
        size,
        ..Media::default()
    };
    parts.next().is_none().then_some((media, depth, count))
}
