#![allow(clippy::unwrap_used)]

use bytes::Bytes;
use serde_json::{Value, json};
use timbre_protocol::element::Kind;
use timbre_protocol::{Body, CustomElement, Element, FaceElement, LocationElement, TextElement};

use super::*;
use crate::model::messages::{ConvKey, Origin};

/// Keys that every message has, in the order they are written.
const ALWAYS: [&str; 44] = [
    "message_client_time",
    "message_cloud_custom_str",
    "message_conv_id",
    "message_conv_type",
    "message_custom_int",
    "message_custom_moderation_configuration_id",
    "message_custom_str",
    "message_elem_array",
    "message_excluded_from_content_moderation",
    "message_excluded_from_last_message",
    "message_group_receipt_read_count",
    "message_group_receipt_unread_count",
    "message_has_risk_content",
    "message_has_sent_receipt",
    "message_is_broadcast_message",
    "message_is_excluded_from_unread_count",
    "message_is_from_self",
    "message_is_online_msg",
    "message_is_peer_read",
    "message_is_read",
    "message_msg_id",
    "message_need_read_receipt",
    "message_pinner_face_url",
    "message_pinner_friend_remark",
    "message_pinner_name_card",
    "message_pinner_nick_name",
    "message_pinner_user_id",
    "message_platform",
    "message_priority",
    "message_rand",
    "message_receipt_peer_read",
    "message_revoke_reason",
    "message_revoker_face_url",
    "message_revoker_nick_name",
    "message_revoker_user_id",
    "message_risk_type_identified",
    "message_sender",
    "message_sender_profile",
    "message_seq",
    "message_server_time",
    "message_status",
    "message_support_message_extension",
    "message_unique_id",
    "message_version",
];

fn element(kind: Kind) -> Element {
    Element { kind: Some(kind) }
}

fn message() -> Message {
    Message {
        row: 1,
        conv: ConvKey::c2c("bob"),
        msg_id: "1000001-1700000000-7".into(),
        sender: "alice".into(),
        sender_tiny: 0,
        from_self: true,
        client_time: 1_700_000_000,
        rand: 7,
        client_seq: 41,
        conv_seq: 5,
        server_time_ms: 1_700_000_001_999,
        time_ms: 1_700_000_001_999,
        status: Status::Sent,
        flags: 0,
        priority: 1,
        platform: 3,
        version: 2,
        body: Body {
            elements: vec![element(Kind::Text(TextElement { content: "hi".into() }))],
            ..Body::default()
        },
        sender_nick: "Alice".into(),
        sender_face: "http://a/f".into(),
        custom_int: 9,
        custom_str: Bytes::from_static(b"\xff"),
        origin: Origin::OwnSend,
        recall: None,
        receipt: Default::default(),
    }
}

fn text(m: &Message, state: ReadState) -> String {
    let mut out = String::new();
    write_message(&mut out, m, state);
    out
}

fn value(m: &Message) -> Value {
    serde_json::from_str(&text(m, ReadState::default())).unwrap()
}

/// Top-level keys in the order of the text.
fn keys(text: &str) -> Vec<String> {
    let (mut keys, mut depth, mut rest) = (Vec::new(), 0, text);
    while let Some(at) = rest.find(['{', '}', '[', ']', '"']) {
        match rest.as_bytes()[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {
                let string = &rest[at + 1..];
                let end = string.find('"').unwrap();
                if depth == 1 && string[end..].starts_with("\":") {
                    keys.push(string[..end].to_owned());
                }
                rest = &string[end + 1..];
                continue;
            }
        }
        rest = &rest[at + 1..];
    }
    keys
}

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let mut keys: Vec<&str> = ALWAYS.into_iter().chain(more.iter().copied()).collect();
    keys.sort_unstable();
    keys
}

#[test]
fn a_one_to_one_message_has_exactly_these_keys() {
    // MSG-046, spec 03 section 3.1: the A column.
    assert_eq!(keys(&text(&message(), ReadState::default())), with(&[]));
}

#[test]
fn keys_that_are_there_when_set() {
    // The G and W columns.
    let mut m = message();
    m.conv = ConvKey {
        kind: ConvType::Group,
        id: "g".into(),
    };
    m.sender_tiny = 1_000_001;
    m.flags = flags::NO_POST_HOOK | flags::NO_PRE_HOOK;
    m.body.push_config = r#"{"offline_push_config_title":"t"}"#.into();
    let expected = with(&[
        "message_disable_cloud_message_post_hook",
        "message_disable_cloud_message_pre_hook",
        "message_offline_push_config",
        "message_sender_group_member_info",
        "message_sender_tiny_id",
    ]);
    let text = text(&m, ReadState::default());
    assert_eq!(keys(&text), expected);
    let back: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        back["message_sender_group_member_info"]["group_member_info_identifier"],
        "alice"
    );
    assert_eq!(back["message_seq"], 5, "a group's messages show their place");
    assert_eq!(
        back["message_offline_push_config"]["offline_push_config_title"],
        "t"
    );
}

#[test]
fn values_of_a_sent_message() {
    let v = value(&message());
    for (key, expected) in [
        ("message_client_time", json!(1_700_000_000)),
        ("message_conv_id", json!("bob")),
        ("message_conv_type", json!(1)),
        ("message_custom_int", json!(9)),
        ("message_custom_str", json!("\0b64:/w==")),
        (
            "message_elem_array",
            json!([{"elem_type": 0, "text_elem_content": "hi"}]),
        ),
        ("message_group_receipt_unread_count", json!(-1)),
        ("message_is_from_self", json!(true)),
        ("message_msg_id", json!("1000001-1700000000-7")),
        ("message_platform", json!(3)),
        ("message_priority", json!(1)),
        ("message_rand", json!(7)),
        ("message_sender", json!("alice")),
        (
            "message_sender_profile",
            json!({"user_profile_face_url": "http://a/f", "user_profile_friend_remark": "",
                "user_profile_identifier": "alice", "user_profile_nick_name": "Alice"}),
        ),
        ("message_seq", json!(41)),
        ("message_server_time", json!(1_700_000_001)),
        ("message_status", json!(2)),
        ("message_unique_id", json!(1_700_000_000u64 << 32 | 7)),
        ("message_version", json!(2)),
    ] {
        assert_eq!(v[key], expected, "{key}");
    }
}

#[test]
fn flags_come_back_as_the_keys_that_set_them() {
    for (bit, key) in [
        (flags::NO_UNREAD, "message_is_excluded_from_unread_count"),
        (flags::NO_PREVIEW, "message_excluded_from_last_message"),
        (flags::NEED_RECEIPT, "message_need_read_receipt"),
        (flags::EXTENSIONS, "message_support_message_extension"),
        (flags::NO_MODERATION, "message_excluded_from_content_moderation"),
        (flags::ONLINE_ONLY, "message_is_online_msg"),
    ] {
        assert_eq!(value(&message())[key], false, "{key}");
        let mut m = message();
        m.flags = bit;
        assert_eq!(value(&m)[key], true, "{key}");
    }
}

#[test]
fn read_flags() {
    let read = |m: &Message, read_seq, peer_read_seq| {
        let v: Value = serde_json::from_str(&text(
            m,
            ReadState {
                read_seq,
                peer_read_seq,
            },
        ))
        .unwrap();
        (
            v["message_is_read"].as_bool().unwrap(),
            v["message_is_peer_read"].as_bool().unwrap(),
        )
    };
    let own = message();
    assert_eq!(read(&own, 0, 4), (true, false));
    assert_eq!(read(&own, 0, 5), (true, true));
    let unsent = Message {
        conv_seq: 0,
        server_time_ms: 0,
        status: Status::Sending,
        ..message()
    };
    assert_eq!(
        read(&unsent, 9, 9),
        (true, false),
        "what has no place was read by nobody"
    );
    let received = Message {
        from_self: false,
        ..message()
    };
    assert_eq!(read(&received, 4, 0), (false, true));
    assert_eq!(read(&received, 5, 0), (true, true));
    let online = Message {
        flags: flags::ONLINE_ONLY,
        conv_seq: 0,
        ..received.clone()
    };
    assert_eq!(read(&online, 9, 0), (false, true));
    let imported = Message {
        status: Status::Imported,
        conv_seq: 0,
        ..received.clone()
    };
    assert_eq!(read(&imported, 0, 0), (true, true));
    let group = Message {
        conv: ConvKey {
            kind: ConvType::Group,
            id: "g".into(),
        },
        ..message()
    };
    assert_eq!(read(&group, 0, 9), (true, false), "groups have no peer");
}

#[test]
fn sequences_of_unsent_and_online_messages() {
    let online = Message {
        flags: flags::ONLINE_ONLY,
        ..message()
    };
    assert_eq!(value(&online)["message_seq"], 0);
    let unsent = Message {
        conv_seq: 0,
        server_time_ms: 0,
        status: Status::Failed,
        ..message()
    };
    let v = value(&unsent);
    assert_eq!(
        (&v["message_seq"], &v["message_server_time"], &v["message_status"]),
        (&json!(41), &json!(0), &json!(3))
    );
}

#[test]
fn a_recalled_message_says_who_recalled_it() {
    let v = value(&Message {
        status: Status::Revoked,
        body: Body::default(),
        recall: Some(Box::new(Recall {
            operator: "carol".into(),
            operator_nick: "Carol".into(),
            operator_face: "http://c/f".into(),
            reason: "spam".into(),
            time_ms: 1,
        })),
        ..message()
    });
    assert_eq!(
        (&v["message_elem_array"], &v["message_status"]),
        (&json!([]), &json!(6))
    );
    assert_eq!(v["message_revoker_user_id"], "carol");
    assert_eq!(v["message_revoker_nick_name"], "Carol");
    assert_eq!(v["message_revoker_face_url"], "http://c/f");
    assert_eq!(v["message_revoke_reason"], "spam");
}

#[test]
fn elements_have_all_their_keys_and_no_others() {
    let mut m = message();
    m.body.elements = vec![
        element(Kind::Custom(CustomElement {
            data: Bytes::from_static(b"\0b64:x"),
            ..CustomElement::default()
        })),
        element(Kind::Face(FaceElement {
            index: -1,
            data: Bytes::new(),
        })),
        element(Kind::Location(LocationElement {
            desc: "d".into(),
            longitude: f64::NAN,
            latitude: -1.5,
        })),
        Element { kind: None },
    ];
    assert!(text(&m, ReadState::default()).contains(concat!(
        r#""message_elem_array":["#,
        r#"{"custom_elem_data":"\u0000b64:AGI2NDp4","custom_elem_desc":"","custom_elem_ext":"","custom_elem_sound":"","#,
        r#""elem_type":3},"#,
        r#"{"elem_type":6,"face_elem_buf":"","face_elem_index":-1},"#,
        r#"{"elem_type":7,"location_elem_desc":"d","location_elem_latitude":-1.5,"location_elem_longitude":0.0},"#,
        r#"{"elem_type":-1}],"#
    )));
}

#[test]
fn what_a_foreign_client_wrote_cannot_break_the_json() {
    for config in [
        "{",
        "[]",
        "\"x\"",
        "{}",
        "},\"message_status\":1,{",
        &"[".repeat(100_000),
    ] {
        let mut m = message();
        m.body.push_config = config.into();
        assert_eq!(keys(&text(&m, ReadState::default())), with(&[]), "{config:.20}");
    }
    let mut m = message();
    m.sender_nick = "\"},\u{0}\u{1f}\\".into();
    m.msg_id = "\n".into();
    m.server_time_ms = i64::MIN;
    let v = value(&m);
    assert_eq!(
        v["message_sender_profile"]["user_profile_nick_name"],
        "\"},\0\u{1f}\\"
    );
    assert_eq!(v["message_server_time"], 0);
}

#[test]
fn the_moderation_profile_stays_with_the_sender() {
    let mut m = message();
    m.body.moderation_config = "m1".into();
    assert_eq!(value(&m)["message_custom_moderation_configuration_id"], "m1");
    m.from_self = false;
    assert_eq!(value(&m)["message_custom_moderation_configuration_id"], "");
}

#[test]
fn an_array_of_messages() {
    assert_eq!(message_array(&[], |_| ReadState::default()), "[]");
    let array = message_array(&[message(), message()], |_| ReadState {
        read_seq: 0,
        peer_read_seq: 5,
    });
    let back: Value = serde_json::from_str(&array).unwrap();
    assert_eq!(back.as_array().unwrap().len(), 2);
    assert_eq!(back[1]["message_is_peer_read"], true);
}

#[test]
fn what_goes_out_can_come_in_again() {
    // A host sends back what it was given, to name or to forward a message.
    let mut m = message();
    m.body.push_config = crate::model::messages::decode_message(
        r#"{"message_elem_array":[],"message_offline_push_config":{"offline_push_config_flag":1}}"#,
    )
    .unwrap()
    .body
    .push_config;
    let draft = crate::model::messages::decode_message(&text(&m, ReadState::default())).unwrap();
    assert_eq!(draft.body, m.body);
    assert_eq!((draft.given_id, draft.seq, draft.rand), (m.msg_id, 41, 7));
    assert_eq!((draft.conv, draft.custom_str), (Some(m.conv), Some(m.custom_str)));
}
