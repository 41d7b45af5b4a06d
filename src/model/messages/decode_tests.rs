#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};
use timbre_protocol::{TextElement, flags};

use timbre_protocol::element::Kind;
use timbre_protocol::{CustomElement, FaceElement, LocationElement};

use super::*;
use crate::model::error::sync;
use crate::model::json::{MAX_DEPTH, noting};

fn decode(value: Value) -> MessageDraft {
    decode_message(&value.to_string()).unwrap()
}

/// A message with this one element.
fn of(element: Value) -> MessageDraft {
    decode(json!({"message_elem_array": [element]}))
}

fn kind(element: Value) -> Kind {
    let draft = of(element.clone());
    assert_eq!(draft.refusal, None, "{element}");
    draft.body.elements.into_iter().next().unwrap().kind.unwrap()
}

fn fault(element: Value) -> (i32, String) {
    let refusal = of(element.clone())
        .refusal
        .unwrap_or_else(|| panic!("accepted: {element}"));
    (refusal.code, refusal.desc.into_owned())
}

#[test]
fn shape_errors_are_synchronous() {
    // Observed: {} is -3 like text that is no JSON.
    for text in [
        "",
        "x",
        "{",
        "[]",
        "1",
        "null",
        "\"m\"",
        "{}",
        r#"{"message_elem_array":null}"#,
        r#"{"message_elem_array":{}}"#,
        r#"{"message_elem_array":"[]"}"#,
        r#"{"message_conv_id":"a"}"#,
    ] {
        assert_eq!(decode_message(text), Err(sync::JSON), "{text}");
        assert_eq!(decode_local_custom(text), Err(sync::JSON), "{text}");
    }
    let deep = format!(
        r#"{{"message_elem_array":{}{}}}"#,
        "[".repeat(MAX_DEPTH),
        "]".repeat(MAX_DEPTH)
    );
    assert_eq!(decode_message(&deep), Err(sync::JSON));
    let long = |n| format!(r#"{{"message_elem_array":[],"x":"{}"}}"#, "y".repeat(n));
    assert!(
        decode_message(&long(2 << 20)).is_ok(),
        "sends may take up to 16 MiB"
    );
    assert_eq!(decode_message(&long(16 << 20)), Err(sync::JSON));
    assert_eq!(decode_local_custom(&long(2 << 20)), Err(sync::JSON));
}

#[test]
fn an_empty_element_list_is_for_the_send_to_judge() {
    let draft = decode(json!({"message_elem_array": []}));
    assert_eq!(
        draft,
        MessageDraft {
            priority: 1,
            ..MessageDraft::default()
        }
    );
}

#[test]
fn each_element_kind_is_decoded() {
    // Spec 03 sections 4.1 to 4.4.
    assert_eq!(
        kind(json!({"text_elem_content": "hi"})),
        Kind::Text(TextElement { content: "hi".into() })
    );
    assert_eq!(
        kind(json!({"elem_type": 0, "text_elem_content": "a\u{0}b"})),
        Kind::Text(TextElement {
            content: "a\0b".into()
        })
    );
    assert_eq!(
        kind(
            json!({"elem_type": 3, "custom_elem_data": "\u{0}b64:/w==", "custom_elem_desc": "d",
            "custom_elem_ext": "e", "custom_elem_sound": "s"})
        ),
        Kind::Custom(CustomElement {
            data: Bytes::from_static(b"\xff"),
            desc: "d".into(),
            ext: "e".into(),
            sound: "s".into()
        })
    );
    assert_eq!(
        kind(json!({"elem_type": 6, "face_elem_index": -3})),
        Kind::Face(FaceElement {
            index: -3,
            data: Bytes::new()
        })
    );
    assert_eq!(
        kind(json!({"elem_type": 6.0, "face_elem_buf": "tt"})),
        Kind::Face(FaceElement {
            index: 0,
            data: Bytes::from_static(b"tt")
        })
    );
    assert_eq!(
        kind(json!({"elem_type": 7, "location_elem_longitude": 113, "location_elem_latitude": -22.5})),
        Kind::Location(LocationElement {
            desc: String::new(),
            longitude: 113.0,
            latitude: -22.5
        })
    );
}

#[test]
fn zero_values_of_other_element_kinds_are_ignored() {
    // The C# wrapper sends every key of every element class.
    let zeroes = json!({
        "custom_elem_data": "", "custom_elem_desc": null, "face_elem_index": 0, "face_elem_buf": "",
        "image_elem_orig_path": "", "image_elem_level": 0, "sound_elem_file_size": 0, "file_elem_file_name": null,
        "video_elem_video_duration": 0, "location_elem_longitude": 0.0, "merge_elem_message_array": [],
        "group_tips_elem_tip_type": 0, "text_elem_content": "hi", "elem_type": 0, "xyz": {"unknown": [1]},
    });
    let (draft, notes) = noting(|| of(zeroes));
    assert_eq!(draft.refusal, None);
    assert_eq!(draft.body.elements.len(), 1);
    assert_eq!(notes, Vec::<String>::new());
}

#[test]
fn element_faults_name_the_key() {
    // Spec 03 section 6.2.
    let faults = [
        (json!({}), 6016, "text_elem_content is missing"),
        (
            json!({"text_elem_content": null}),
            6016,
            "text_elem_content is missing",
        ),
        (
            json!({"text_elem_content": 5}),
            6016,
            "text_elem_content is not a string",
        ),
        (json!({"elem_type": "0"}), 6016, "elem_type is not a number"),
        (json!({"elem_type": 0.5}), 6016, "elem_type is not a number"),
        (json!({"elem_type": -1}), 6016, "elem_type -1 is unknown"),
        (json!({"elem_type": 13}), 6016, "elem_type 13 is unknown"),
        (
            json!({"elem_type": u64::MAX}),
            6016,
            "elem_type 18446744073709551615 is unknown",
        ),
        (
            json!({"elem_type": 5}),
            6016,
            "elem_type 5 is received only and cannot be sent",
        ),
        (
            json!({"elem_type": 8}),
            6016,
            "elem_type 8 is received only and cannot be sent",
        ),
        (
            json!({"elem_type": 10}),
            6016,
            "elem_type 10 is received only and cannot be sent",
        ),
        (
            json!({"elem_type": 11}),
            6016,
            "elem_type 11 is received only and cannot be sent",
        ),
        (
            json!({"elem_type": 3, "custom_elem_data": "\u{0}b64:*"}),
            6016,
            "custom_elem_data holds broken base64",
        ),
        (json!({"elem_type": 6}), 6016, "face_elem_index is missing"),
        (
            json!({"elem_type": 6, "face_elem_index": "1"}),
            6016,
            "face_elem_index is not a number",
        ),
        (
            json!({"elem_type": 6, "face_elem_index": 1u64 << 31}),
            6017,
            "face_elem_index is not a 32-bit number",
        ),
        (
            json!({"elem_type": 7, "location_elem_longitude": 1}),
            6016,
            "location_elem_latitude is missing",
        ),
        (
            json!({"elem_type": 7, "location_elem_longitude": "1", "location_elem_latitude": 1}),
            6016,
            "location_elem_longitude is not a number",
        ),
        (json!(1), 6016, "it is not an object"),
        (json!(null), 6016, "it is not an object"),
        (json!([]), 6016, "it is not an object"),
    ];
    for (element, code, desc) in faults {
        assert_eq!(fault(element), (code, format!("message_elem_array[0]: {desc}")));
    }
}

#[test]
fn the_first_fault_counts_and_the_good_elements_stay() {
    let draft = decode(json!({"message_elem_array": [
        {"text_elem_content": "a"}, {"elem_type": 1, "image_elem_level": 9}, {"elem_type": 77}, {"text_elem_content": "b"},
    ]}));
    assert_eq!(draft.refusal.as_ref().unwrap().code, 6017);
    assert!(draft.refusal.unwrap().desc.starts_with("message_elem_array[1]: "));
    assert_eq!(draft.body.elements.len(), 2);
}

#[test]
fn optional_element_keys_of_a_wrong_type_are_dropped_with_a_note() {
    let (draft, notes) = noting(|| {
        of(json!({"elem_type": 3, "custom_elem_data": 5, "custom_elem_desc": [], "custom_elem_ext": "e"}))
    });
    assert_eq!(draft.refusal, None);
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(notes[0].starts_with("custom_elem_data: ") && notes[1].starts_with("custom_elem_desc: "));
}

#[test]
fn flags_of_the_message() {
    // Spec 03 section 3.1.
    let keys = [
        ("message_is_excluded_from_unread_count", flags::NO_UNREAD),
        ("message_excluded_from_last_message", flags::NO_PREVIEW),
        ("message_need_read_receipt", flags::NEED_RECEIPT),
        ("message_support_message_extension", flags::EXTENSIONS),
        ("message_excluded_from_content_moderation", flags::NO_MODERATION),
        ("message_disable_cloud_message_pre_hook", flags::NO_PRE_HOOK),
        ("message_disable_cloud_message_post_hook", flags::NO_POST_HOOK),
        ("message_is_online_msg", flags::ONLINE_ONLY),
    ];
    for (key, bit) in keys {
        for (value, expected) in [
            (json!(true), bit),
            (json!(1), bit),
            (json!(false), 0),
            (json!(0), 0),
            (json!("true"), 0),
            (json!(2), 0),
            (Value::Null, 0),
        ] {
            assert_eq!(
                decode(json!({"message_elem_array": [], key: value})).flags,
                expected,
                "{key} {value}"
            );
        }
    }
    let receipt = decode(
        json!({"message_elem_array": [], "message_need_read_receipt": true,
        "message_is_online_msg": true}),
    );
    assert_eq!(
        receipt.flags,
        flags::ONLINE_ONLY,
        "online messages have no receipts"
    );
}

#[test]
fn priority_out_of_range_is_normal() {
    // Spec 03 section 3.1.
    for (given, expected) in [
        (json!(0), 0),
        (json!(1), 1),
        (json!(2), 2),
        (json!(3), 3),
        (json!(4), 1),
        (json!(-1), 1),
        (json!(256), 1),
        (json!("0"), 1),
        (Value::Null, 1),
    ] {
        assert_eq!(
            decode(json!({"message_elem_array": [], "message_priority": given})).priority,
            expected
        );
    }
}

#[test]
fn identity_keys_and_their_zeroes() {
    let zeroes = decode(
        json!({"message_elem_array": [], "message_unique_id": 0, "message_rand": 0, "message_seq": 0,
        "message_client_time": 0, "message_msg_id": "", "message_conv_id": "", "message_conv_type": 0}),
    );
    assert_eq!(
        zeroes,
        MessageDraft {
            priority: 1,
            ..MessageDraft::default()
        }
    );
    let given = decode(
        json!({"message_elem_array": [], "message_msg_id": "1-2-3", "message_rand": "4294967295",
        "message_seq": u64::MAX, "message_server_time": 17, "message_conv_id": "c2c_x", "message_conv_type": 1,
        "message_is_forward_message": true, "message_status": 99, "message_sender": "mallory"}),
    );
    assert_eq!(
        given,
        MessageDraft {
            priority: 1,
            given_id: "1-2-3".into(),
            sender: "mallory".into(),
            rand: u64::from(u32::MAX),
            seq: u64::MAX,
            server_time: 17,
            conv: Some(ConvKey::c2c("c2c_x")),
            forward: true,
            ..MessageDraft::default()
        }
    );
    for (key, value) in [
        ("message_seq", json!(-1)),
        ("message_rand", json!("x")),
        ("message_server_time", json!({})),
    ] {
        assert_eq!(
            decode(json!({"message_elem_array": [], key: value})),
            zeroes,
            "{key}"
        );
    }
    for kind in [json!(0), json!(3), json!("1"), json!(-1), Value::Null] {
        let draft =
            decode(json!({"message_elem_array": [], "message_conv_id": "a", "message_conv_type": kind}));
        assert_eq!(draft.conv, None, "{kind}");
    }
}

#[test]
fn local_and_cloud_custom_data() {
    // Spec 03 section 3.1.
    let draft = decode(
        json!({"message_elem_array": [], "message_custom_int": 4294967295u32,
        "message_custom_str": "\u{0}b64:AP8=", "message_cloud_custom_str": "cloud",
        "message_custom_moderation_configuration_id": "m1"}),
    );
    assert_eq!(draft.custom_int, Some(u32::MAX));
    assert_eq!(draft.custom_str.as_deref(), Some(&b"\0\xff"[..]));
    assert_eq!(&draft.body.cloud_custom[..], b"cloud");
    assert_eq!(draft.body.moderation_config, "m1");
    assert_eq!(draft.refusal, None);
    for int in [json!(-1), json!(1u64 << 32)] {
        let refusal = decode(json!({"message_elem_array": [], "message_custom_int": int}))
            .refusal
            .unwrap();
        assert_eq!(
            (refusal.code, refusal.desc.contains("message_custom_int")),
            (6017, true)
        );
    }
    for (length, refused) in [(MAX_CUSTOM_STR, false), (MAX_CUSTOM_STR + 1, true)] {
        let draft = decode(json!({"message_elem_array": [], "message_custom_str": "x".repeat(length)}));
        assert_eq!(draft.refusal.map(|r| r.code), refused.then_some(6017), "{length}");
    }
}

#[test]
fn local_custom_data_leaves_absent_keys_alone() {
    let only_int = decode_local_custom(
        r#"{"message_elem_array":[{"elem_type":99}],"message_msg_id":"i","message_custom_int":0}"#,
    )
    .unwrap();
    assert_eq!((only_int.custom_int, only_int.custom_str), (Some(0), None));
    assert_eq!(
        (only_int.refusal, &only_int.given_id[..]),
        (None, "i"),
        "elements are not looked at"
    );
}

#[test]
fn receipts_may_name_no_message() {
    for text in [None, Some(""), Some("{}"), Some("null")] {
        assert_eq!(decode_receipt_message(text), Ok(None), "{text:?}");
    }
    for text in ["x", "{", "[]", "1", " "] {
        assert_eq!(decode_receipt_message(Some(text)), Err(sync::JSON), "{text}");
    }
    let draft = decode_receipt_message(Some(r#"{"message_msg_id":"1-2-3"}"#))
        .unwrap()
        .unwrap();
    assert_eq!(draft.given_id, "1-2-3");
}

#[test]
fn history_parameters() {
    // Spec 03 section 10.1.
    let full = decode_history_param(
        &json!({
            "msg_getmsglist_param_count": 20, "msg_getmsglist_param_is_ramble": true,
            "msg_getmsglist_param_is_forward": 1, "msg_getmsglist_param_last_msg": {"message_msg_id": "1-2-3"},
            "msg_getmsglist_param_last_msg_seq": "9", "msg_getmsglist_param_time_begin": 100,
            "msg_getmsglist_param_time_period": 50, "msg_getmsglist_param_message_type_array": [0, 3],
            "msg_getmsglist_param_message_seq_array": [1, "2"],
        })
        .to_string(),
    )
    .unwrap();
    let last = MessageDraft {
        priority: 1,
        given_id: "1-2-3".into(),
        ..MessageDraft::default()
    };
    assert_eq!(
        full,
        HistoryParam {
            count: 20,
            cloud: true,
            newer: true,
            last: Some(Box::new(last)),
            last_seq: 9,
            time_begin: 100,
            time_period: 50,
            types: vec![0, 3],
            seqs: vec![1, 2],
            refusal: None,
        }
    );
    for text in [
        "{}",
        r#"{"msg_getmsglist_param_last_msg":{},"msg_getmsglist_param_last_msg_seq":-1}"#,
        r#"{"msg_getmsglist_param_last_msg":null,"msg_getmsglist_param_message_type_array":null}"#,
        r#"{"msg_getmsglist_param_count":"20","msg_getmsglist_param_message_type_array":["x"]}"#,
    ] {
        assert_eq!(decode_history_param(text), Ok(HistoryParam::default()), "{text}");
    }
    assert!(
        decode_history_param(r#"{"msg_getmsglist_param_is_remble":true}"#)
            .unwrap()
            .cloud
    );
    let all = format!(r#"{{"msg_getmsglist_param_count":{}}}"#, i32::MAX);
    assert_eq!(decode_history_param(&all).unwrap().count, i32::MAX as u32);
    for text in ["", "x", "[]", "null", "3"] {
        assert_eq!(decode_history_param(text), Err(sync::JSON), "{text}");
    }
}

#[test]
fn history_numbers_out_of_range_are_refused_later() {
    for key in ["count", "time_begin", "time_period"] {
        let key = format!("msg_getmsglist_param_{key}");
        let refusal = decode_history_param(&json!({ &key: -1 }).to_string())
            .unwrap()
            .refusal
            .unwrap();
        assert_eq!((refusal.code, refusal.desc.starts_with(&key)), (6017, true));
    }
}

#[test]
fn message_ids() {
    assert_eq!(
        decode_message_ids(r#"["a","b","a"]"#),
        Ok(vec!["a".into(), "b".into(), "a".into()])
    );
    for text in ["{}", "null", "1", "\"a\"", "[1]", r#"["a",1]"#, "[]"] {
        assert_eq!(decode_message_ids(text), Ok(vec![]), "{text}");
    }
    for text in ["", "x", "[\"a\""] {
        assert_eq!(decode_message_ids(text), Err(sync::JSON), "{text}");
    }
}

#[test]
fn no_mutation_of_a_message_panics() {
    // Each value in turn is replaced by one of every type.
    let good = json!({
        "message_elem_array": [{"elem_type": 3, "custom_elem_data": "x"}], "message_custom_int": 1,
        "message_priority": 1, "message_seq": 1, "message_conv_id": "a", "message_conv_type": 1,
        "message_custom_str": "s", "message_is_online_msg": true, "message_msg_id": "m",
        "message_offline_push_config": {"offline_push_config_ios_config": {"ios_offline_push_config_title": "t"}},
    });
    let others = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1e308),
        json!(u64::MAX),
        json!("\0b64:"),
        json!([[]]),
        json!({}),
    ];
    for key in good.as_object().unwrap().keys() {
        for other in &others {
            let mut bad = good.clone();
            bad[key] = other.clone();
            let text = bad.to_string();
            let _ = decode_message(&text);
            let _ = decode_local_custom(&text);
            let _ = decode_receipt_message(Some(&text));
            let _ = decode_history_param(&json!({"msg_getmsglist_param_last_msg": bad}).to_string());
            for cut in 0..text.len() {
                if text.is_char_boundary(cut) {
                    assert_eq!(decode_message(&text[..cut]), Err(sync::JSON));
                }
            }
        }
    }
}
