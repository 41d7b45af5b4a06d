#![allow(clippy::unwrap_used)]

use bytes::Bytes;
use serde_json::{Value, json};
use timbre_protocol::Body;

use super::*;
use crate::model::conversations::PIN_OFFSET;
use crate::model::error::sync;
use crate::model::messages::{Message, Origin, Status};

const ALWAYS: [&str; 17] = [
    "conv_active_time",
    "conv_c2c_read_timestamp",
    "conv_conversation_group_array",
    "conv_custom_data",
    "conv_face_url",
    "conv_group_at_info_array",
    "conv_group_read_sequence",
    "conv_id",
    "conv_is_has_draft",
    "conv_is_has_lastmsg",
    "conv_is_pinned",
    "conv_mark_array",
    "conv_recv_opt",
    "conv_show_name",
    "conv_type",
    "conv_unread_num",
    // Only with conv_is_has_lastmsg.
    "conv_last_msg",
];

fn conversation() -> Conversation {
    Conversation {
        row: 1,
        key: ConvKey::c2c("mira"),
        listed: true,
        base: 1_760_000_000_123_000,
        pinned: false,
        unread: 2,
        read_seq: 7,
        read_time_ms: 1_759_990_000_999,
        peer_read_seq: 3,
        peer_read_time_ms: 5,
        recv_opt: 2,
        show_name: "Mira K.".into(),
        face_url: "f".into(),
        last_seq: 9,
        clear_seq: 0,
        last: None,
    }
}

fn last() -> Message {
    Message {
        row: 3,
        conv: ConvKey::c2c("mira"),
        msg_id: "1-2-3".into(),
        sender: "me".into(),
        sender_tiny: 0,
        from_self: true,
        client_time: 0,
        rand: 0,
        client_seq: 0,
        conv_seq: 3,
        server_time_ms: 0,
        time_ms: 0,
        status: Status::Sent,
        flags: 0,
        priority: 1,
        platform: 0,
        version: 0,
        body: Body::default(),
        sender_nick: String::new(),
        sender_face: String::new(),
        custom_int: 0,
        custom_str: Bytes::new(),
        origin: Origin::OwnSend,
        recall: None,
        receipt: Default::default(),
    }
}

fn text(c: &Conversation) -> String {
    let mut out = String::new();
    write_conversation(&mut out, c);
    out
}

fn keys(text: &str) -> Vec<String> {
    let value: Value = serde_json::from_str(text).unwrap();
    let mut keys: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
    keys.sort_unstable();
    keys
}

#[test]
fn an_entry_has_exactly_these_keys() {
    // CONV-18, CONV-24, spec 05 section 3.1.
    let plain = text(&conversation());
    assert_eq!(keys(&plain), &ALWAYS[..16]);
    let full = text(&Conversation {
        last: Some(Box::new(last())),
        ..conversation()
    });
    let mut all = ALWAYS;
    all.sort_unstable();
    assert_eq!(keys(&full), all);
    assert!(!full.contains("null"));
}

#[test]
fn values_of_a_one_to_one_entry() {
    let v: Value = serde_json::from_str(&text(&conversation())).unwrap();
    for (key, expected) in [
        ("conv_active_time", json!(1_760_000_000_123_000u64)),
        ("conv_c2c_read_timestamp", json!(1_759_990_000)),
        ("conv_group_read_sequence", json!(0)),
        ("conv_face_url", json!("f")),
        ("conv_id", json!("mira")),
        ("conv_is_has_draft", json!(false)),
        ("conv_is_has_lastmsg", json!(false)),
        ("conv_is_pinned", json!(false)),
        ("conv_mark_array", json!([])),
        ("conv_recv_opt", json!(2)),
        ("conv_show_name", json!("Mira K.")),
        ("conv_type", json!(1)),
        ("conv_unread_num", json!(2)),
    ] {
        assert_eq!(v[key], expected, "{key}");
    }
}

#[test]
fn values_of_a_group_entry() {
    let group = Conversation {
        key: ConvKey {
            kind: ConvType::Group,
            id: "g".into(),
        },
        ..conversation()
    };
    let v: Value = serde_json::from_str(&text(&group)).unwrap();
    assert_eq!(
        (&v["conv_group_read_sequence"], &v["conv_c2c_read_timestamp"]),
        (&json!(7), &json!(0))
    );
}

#[test]
fn pinning_adds_its_offset_and_stays_exact_for_javascript() {
    let pinned = Conversation {
        pinned: true,
        ..conversation()
    };
    let v: Value = serde_json::from_str(&text(&pinned)).unwrap();
    let key = v["conv_active_time"].as_i64().unwrap();
    assert_eq!(key, conversation().base + PIN_OFFSET);
    assert!(key < 1 << 53);
}

#[test]
fn an_entry_without_a_name_shows_its_id() {
    let nameless = Conversation {
        show_name: String::new(),
        ..conversation()
    };
    let v: Value = serde_json::from_str(&text(&nameless)).unwrap();
    assert_eq!(v["conv_show_name"], "mira");
}

#[test]
fn the_preview_knows_the_read_positions() {
    let v: Value = serde_json::from_str(&text(&Conversation {
        last: Some(Box::new(last())),
        ..conversation()
    }))
    .unwrap();
    assert_eq!(v["conv_is_has_lastmsg"], true);
    assert_eq!(
        v["conv_last_msg"]["message_is_peer_read"], true,
        "sequence 3, read up to 3"
    );
}

#[test]
fn arrays_and_totals() {
    assert_eq!(conv_array(&[]), "[]");
    let two: Value = serde_json::from_str(&conv_array(&[conversation(), conversation()])).unwrap();
    assert_eq!(two.as_array().unwrap().len(), 2);
    for (n, shown) in [(0, 0), (12, 12), (u64::from(u32::MAX), i32::MAX)] {
        let expected = format!(r#"{{"conv_get_total_unread_message_count_result_unread_count":{shown}}}"#);
        assert_eq!(total_unread(n), expected);
    }
}

#[test]
fn parameters_of_get_conv_info() {
    // Spec 05 section 5.3.
    let item = |id: Value, kind: Value| json!({"get_conversation_list_param_conv_id": id, "get_conversation_list_param_conv_type": kind});
    let list = json!([
        item(json!("b"), json!(1)),
        item(json!("g"), json!(2)),
        item(json!("b"), json!(1.0)),
        item(json!("b"), json!(2)),
        item(json!(""), json!(1)),
        item(json!("x"), json!(0)),
        item(json!("x"), json!(3)),
        item(json!("x"), json!("1")),
        item(json!(1), json!(1)),
        {"get_conversation_list_param_conv_id": "x"},
        {},
        5,
        null,
    ]);
    let group = |id: &str| ConvKey {
        kind: ConvType::Group,
        id: id.into(),
    };
    let expected = vec![ConvKey::c2c("b"), group("g"), group("b")];
    assert_eq!(decode_conv_params(&list.to_string()), Ok(expected));
    for text in ["[]", "{}", "null", "1", "[{}]"] {
        assert_eq!(decode_conv_params(text), Ok(vec![]), "{text}");
    }
    for text in ["", "x", "[", "[1,]"] {
        assert_eq!(decode_conv_params(text), Err(sync::JSON), "{text}");
    }
}
