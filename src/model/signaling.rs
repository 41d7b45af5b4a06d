//! Invitations: reading one out of the message that carries it (spec 09 sections 3 and 5.6).

use serde_json::Value;

use super::enums::messages::TIMElemType;
use super::enums::signaling::TIMSignalingActionType;
use super::error::{Outcome, Refusal};
use super::json::{JsonValue as _, LIMIT, Object, as_integer, parse_object};
use objects::SignalingInfo;

pub mod objects;

/// How `TIMGetSignalingInfo` ends for the JSON that it was given.
pub fn answer(message: &Value) -> Outcome {
    let Some(info) = signaling_info(message) else {
        return Refusal::invalid("json_msg is not signaling message").outcome("");
    };
    let mut json = String::new();
    info.push_json(&mut json);
    Outcome::done(json)
}

/// The signaling of a Message object: its only element is a custom element whose data is a JSON object with
/// the mark of invitations. Whatever else apps put into custom messages is none.
pub fn signaling_info(message: &Value) -> Option<SignalingInfo> {
    let elements = Object::from_value(message)?.value("message_elem_array")?;
    let [element] = elements.as_array()?.as_slice() else {
        return None;
    };
    let element = Object::from_value(element)?;
    let custom = i128::from(TIMElemType::kTIMElem_Custom.number());
    if element.value("elem_type").and_then(as_integer) != Some(custom) {
        return None;
    }
    let data = element.value("custom_elem_data")?.as_str()?;
    let map = parse_object(data, LIMIT).ok()?;
    let action = Object::new(&map);
    // Call kits put a text under the same name.
    if number(action, "businessID") != Some(1) {
        return None;
    }
    let invite_id = action.value("inviteID")?.as_str().filter(|id| !id.is_empty())?;
    let action_type = TIMSignalingActionType::from_number(number(action, "actionType")?)
        .filter(|kind| *kind != TIMSignalingActionType::TIMSignalingActionType_Unknown)?;
    let text = |key| action.string(key).unwrap_or_default().to_owned();
    Some(SignalingInfo {
        invite_id: invite_id.to_owned(),
        group_id: text("groupID"),
        inviter: text("inviter"),
        invitee_list: action
            .list("inviteeList", |user| user.as_str().map(str::to_owned))
            .unwrap_or_default(),
        data: text("data"),
        action_type,
        timeout: number(action, "timeout").unwrap_or_default(),
    })
}

/// A whole number of 32 bits. A boolean is none here: this JSON comes from any app, not from a host.
fn number(object: Object<'_>, key: &str) -> Option<i32> {
    let value = object.value(key).filter(|value| value.is_number())?;
    as_integer(value).and_then(|number| i32::try_from(number).ok())
}

#[cfg(test)]
#[path = "signaling_tests.rs"]
mod tests;
