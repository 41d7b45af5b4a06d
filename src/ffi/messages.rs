//! Sending, receiving, reading, changing and searching messages.

use serde_json::Value;

use super::support::Text;
use super::types::common::{TIMConvType, TIMReceiveMessageOpt};
use crate::model::enums::common as enums;
use crate::model::error::sync;
use crate::model::json::{self, Object};
use crate::model::messages::{ConvKey, ConvType, MessageDraft, decode_local_custom, decode_named};

mod annotations;
mod events;
mod history;
mod legacy;
mod options;
mod pins;
mod receipts;
mod search;
mod send;
mod translation;

pub use annotations::*;
pub use events::*;
pub use history::*;
pub use legacy::*;
pub use options::*;
pub use pins::*;
pub use receipts::*;
pub use search::*;
pub use send::*;
pub use translation::*;

/// The type of a conversation; anything but one-to-one and group is -4.
pub(super) fn conv_type(number: TIMConvType) -> Result<ConvType, i32> {
    u32::try_from(number)
        .ok()
        .and_then(ConvType::from_number)
        .ok_or(sync::PARAM)
}

/// The conversation of a call whose `others` are required too: no text is looked at before all of them are
/// known to be there and the type is known to be one.
fn conversation(conv_id: Text<'_>, conv_type: TIMConvType, others: &[Text<'_>]) -> Result<ConvKey, i32> {
    let conv_id = conv_id.given()?;
    for text in others {
        text.given()?;
    }
    let kind = self::conv_type(conv_type)?;
    Ok(ConvKey {
        kind,
        id: conv_id.text()?.to_owned(),
    })
}

/// What is done with messages that arrive; a number that is no such option is -4.
fn receive_opt(number: TIMReceiveMessageOpt) -> Result<enums::TIMReceiveMessageOpt, i32> {
    enums::TIMReceiveMessageOpt::from_number(number).ok_or(sync::PARAM)
}

/// The Message object that names the message of a call. What else it says is not trusted, so no value of it
/// can be refused.
fn message(json: Text<'_>) -> Result<MessageDraft, i32> {
    decode_local_custom(json.string()?)
}

/// The Message objects of a call, in a text of at most `limit` bytes.
fn messages(json: Text<'_>, limit: usize) -> Result<Vec<Value>, i32> {
    let list = json::decode_list::<Value>(json.string()?, limit)?.value;
    for item in &list {
        Object::from_value(item)
            .ok_or(sync::JSON)?
            .need_array("message_elem_array")?;
    }
    Ok(list)
}

/// [`messages`], at least one; an empty list is `none`.
fn some_messages(json: Text<'_>, limit: usize, none: i32) -> Result<Vec<Value>, i32> {
    let list = messages(json, limit)?;
    if list.is_empty() {
        return Err(none);
    }
    Ok(list)
}

/// [`some_messages`] that only name the messages of a call.
fn named_messages(json: Text<'_>, limit: usize, none: i32) -> Result<Vec<MessageDraft>, i32> {
    Ok(some_messages(json, limit, none)?
        .iter()
        .map(decode_named)
        .collect())
}
