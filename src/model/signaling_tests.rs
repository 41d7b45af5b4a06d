#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};

use super::*;

/// A stored invitation in the form of spec 09 section 3.
fn action() -> Value {
    json!({
        "businessID": 1, "actionType": 1, "inviteID": "0199c1d2-7a40-7c11-9f0e-51b7a2c0de01",
        "inviter": "ada", "inviteeList": ["bob"], "groupID": "", "data": "{\"room\":7}", "timeout": 30,
        "onlineUserOnly": false,
    })
}

fn with(key: &str, value: Value) -> Value {
    let mut action = action();
    action[key] = value;
    action
}

fn without(key: &str) -> Value {
    let mut action = action();
    action.as_object_mut().unwrap().remove(key);
    action
}

fn element(data: &str) -> Value {
    json!({"elem_type": 3, "custom_elem_data": data, "custom_elem_desc": "", "custom_elem_ext": "",
        "custom_elem_sound": ""})
}

/// A message with this text as the data of its custom element.
fn message(data: &str) -> Value {
    json!({"message_msg_id": "m1", "message_conv_type": 1, "message_elem_array": [element(data)]})
}

fn carrying(action: &Value) -> Option<SignalingInfo> {
    signaling_info(&message(&action.to_string()))
}

// SIG-13: the answer holds every key, the list as an array.
#[test]
fn a_signaling_message_is_read() {
    let outcome = answer(&message(&action().to_string()));
    assert_eq!((outcome.code, &*outcome.desc), (0, ""));
    let json: Value = serde_json::from_str(&outcome.json).unwrap();
    assert_eq!(
        json,
        json!({
            "signaling_info_invite_id": "0199c1d2-7a40-7c11-9f0e-51b7a2c0de01", "signaling_info_group_id": "",
            "signaling_info_inviter": "ada", "signaling_info_invitee_list": ["bob"],
            "signaling_info_data": "{\"room\":7}", "signaling_info_action_type": 1,
            "signaling_info_timeout": 30,
        })
    );
}

// SIG-13: all five actions, in a group too.
#[test]
fn each_action_is_read() {
    for kind in 1..=5 {
        let mut action = with("actionType", json!(kind));
        action["groupID"] = json!("g1");
        action["inviteeList"] = json!(["bob", "cy"]);
        let info = carrying(&action).unwrap();
        assert_eq!(info.action_type.number(), kind);
        assert_eq!(info.group_id, "g1");
        assert_eq!(info.invitee_list, ["bob", "cy"]);
    }
    for kind in [json!(0), json!(6), json!(-1), json!("1"), json!(1.5), json!(null)] {
        assert_eq!(carrying(&with("actionType", kind)), None);
    }
}

// SIG-13: only the mark, the id and the action have to be there.
#[test]
fn missing_keys_have_their_empty_values() {
    let info = carrying(&json!({"businessID": 1, "actionType": 4, "inviteID": "i"})).unwrap();
    let expected = SignalingInfo {
        invite_id: "i".to_owned(),
        action_type: TIMSignalingActionType::TIMSignalingActionType_RejectInvite,
        ..SignalingInfo::default()
    };
    assert_eq!(info, expected);
    let odd = json!({"businessID": 1, "actionType": 4, "inviteID": "i", "inviter": 5, "inviteeList": "bob",
        "groupID": null, "data": {}, "timeout": "30"});
    assert_eq!(carrying(&odd), Some(expected.clone()));
    let odd = json!({"businessID": 1, "actionType": 4, "inviteID": "i", "inviteeList": ["bob", 1],
        "timeout": 4_294_967_296_u64});
    assert_eq!(carrying(&odd), Some(expected));
}

// SIG-13: a wrapper may have dropped keys with empty values, and its numbers may have a fraction of 0.
#[test]
fn a_message_may_have_been_written_again() {
    let bare = json!({"message_elem_array": [{"elem_type": 3.0, "custom_elem_data": action().to_string()}]});
    assert!(signaling_info(&bare).is_some());
    assert!(carrying(&with("businessID", json!(1.0))).is_some());
}

// SIG-13: the mark decides.
#[test]
fn a_message_without_the_mark_is_none() {
    for key in ["businessID", "actionType", "inviteID"] {
        assert_eq!(carrying(&without(key)), None, "{key}");
    }
    for mark in [
        json!("av_call"),
        json!("1"),
        json!(2),
        json!(true),
        json!(1.5),
        json!([1]),
    ] {
        assert_eq!(carrying(&with("businessID", mark)), None);
    }
    for id in [json!(""), json!(7), json!(null)] {
        assert_eq!(carrying(&with("inviteID", id)), None);
    }
}

// SIG-48: whatever apps put into custom messages is no signaling, and no trouble.
#[test]
fn odd_custom_data_is_no_signaling() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let nested = with(
        "x",
        serde_json::from_str(&format!("{}{}", "[".repeat(64), "]".repeat(64))).unwrap(),
    );
    let nested = nested.to_string();
    let long = format!("[\"{}\"]", "x".repeat(12 << 10));
    let all = [
        "",
        " ",
        "hello",
        "[]",
        "[1]",
        "7",
        "-0.5",
        "null",
        "true",
        "\"text\"",
        "{",
        "{}",
        "\u{0}b64:/w==",
        &deep,
        &nested,
        &long,
    ];
    for data in all {
        let outcome = answer(&message(data));
        assert_eq!(outcome.code, 6017);
        assert_eq!(outcome.desc, "json_msg is not signaling message");
        assert_eq!(outcome.json, "");
    }
}

// SIG-13: any JSON may be asked about.
#[test]
fn other_messages_are_no_signaling() {
    let data = action().to_string();
    let custom = element(&data);
    for other in [
        json!(null),
        json!([]),
        json!("x1"),
        json!({}),
        json!({"message_elem_array": null}),
        json!({"message_elem_array": []}),
        json!({"message_elem_array": {}}),
        json!({"message_elem_array": [data]}),
        json!({"message_elem_array": [custom, custom]}),
        json!({"message_elem_array": [custom, {"elem_type": 0, "text_elem_content": "hi"}]}),
        json!({"message_elem_array": [{"elem_type": 0, "text_elem_content": data}]}),
        json!({"message_elem_array": [{"elem_type": "3", "custom_elem_data": data}]}),
        json!({"message_elem_array": [{"custom_elem_data": data}]}),
        json!({"message_elem_array": [{"elem_type": 3, "custom_elem_data": action()}]}),
        json!({"message_elem_array": [{"elem_type": 3}]}),
        json!({"message_elem_array": [{"elem_type": 12, "merge_elem_title": "t"}]}),
    ] {
        assert_eq!(signaling_info(&other), None, "{other}");
    }
}
