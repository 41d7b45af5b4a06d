#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};

use super::*;

fn decode(value: Value) -> Result<Element, Refusal> {
    let (elements, fault) = decode_elements(&[value]);
    match fault {
        Some(fault) => Err(fault),
        None => Ok(elements.into_iter().next().unwrap()),
    }
}

fn encode(element: &Element) -> Value {
    let mut out = String::new();
    write_element(&mut out, element);
    serde_json::from_str(&out).unwrap()
}

/// Everything a message of bob's has that was sent.
fn sent(text: &str) -> Value {
    json!({
        "message_elem_array": [{"elem_type": 0, "text_elem_content": text}],
        "message_status": 2, "message_sender": "bob", "message_conv_id": "bob", "message_conv_type": 1,
        "message_msg_id": "144115200000000012-1700000000-7", "message_client_time": 1_700_000_000,
        "message_server_time": 1_700_000_001, "message_rand": 7, "message_seq": 41,
    })
}

fn merged(list: Value) -> Value {
    json!({
        "elem_type": 12, "merge_elem_title": "t", "merge_elem_abstract_array": ["a"],
        "merge_elem_compatible_text": "old", "merge_elem_message_array": list,
    })
}

// MSG-027, MSG-117, MSG-120, MSG-121, MSG-122
#[test]
fn what_a_host_gets_can_be_given_back() {
    let picture = |part: &str, id: &str, side: u32| {
        json!({
            format!("image_elem_{part}_id"): id, format!("image_elem_{part}_url"): "http://h/p",
            format!("image_elem_{part}_pic_size"): 10, format!("image_elem_{part}_pic_width"): side,
            format!("image_elem_{part}_pic_height"): side + 1,
        })
    };
    let mut image = json!({
        "elem_type": 1, "image_elem_level": 2, "image_elem_format": 3, "image_elem_orig_path": "/a/b.png",
    });
    for part in [
        picture("orig", "o", 9),
        picture("large", "l", 8),
        picture("thumb", "t", 7),
    ] {
        let part = part.as_object().unwrap().clone();
        image.as_object_mut().unwrap().extend(part);
    }
    let rest = [
        image,
        json!({
            "elem_type": 2, "sound_elem_business_id": 0, "sound_elem_file_id": "s",
            "sound_elem_file_path": "/a/s.m4a", "sound_elem_file_size": 5, "sound_elem_file_time": 3,
            "sound_elem_url": "http://h/s",
        }),
        json!({
            "elem_type": 4, "file_elem_business_id": 0, "file_elem_file_id": "f", "file_elem_file_name": "n",
            "file_elem_file_path": "/a/n", "file_elem_file_size": 6, "file_elem_url": "http://h/f",
        }),
        json!({
            "elem_type": 9, "video_elem_business_id": 0, "video_elem_image_height": 4, "video_elem_image_id": "i",
            "video_elem_image_path": "/a/v.jpg", "video_elem_image_size": 2, "video_elem_image_type": "jpg",
            "video_elem_image_url": "http://h/i", "video_elem_image_width": 3, "video_elem_video_duration": 8,
            "video_elem_video_id": "v", "video_elem_video_path": "/a/v.mp4", "video_elem_video_size": 9,
            "video_elem_video_type": "mp4", "video_elem_video_url": "http://h/v",
        }),
    ];
    for value in rest {
        assert_eq!(encode(&decode(value.clone()).unwrap()), value);
    }
}

// MSG-073, SL-21
#[test]
fn names_and_kinds_come_from_the_path_when_they_are_not_given() {
    let file = encode(&decode(json!({"elem_type": 4, "file_elem_file_path": "/home/x/报告.pdf"})).unwrap());
    assert_eq!(file["file_elem_file_name"], "报告.pdf");
    assert!(file.get("file_elem_url").is_none(), "an empty URL is left out");
    let windows = encode(&decode(json!({"elem_type": 4, "file_elem_file_path": "C:\\x\\y.txt"})).unwrap());
    assert_eq!(windows["file_elem_file_name"], "y.txt");
    let apart = encode(
        &decode(json!({"elem_type": 4, "file_elem_file_path": "/x/re\u{301}sume\u{301}.txt"})).unwrap(),
    );
    assert_eq!(
        apart["file_elem_file_name"], "r\u{e9}sum\u{e9}.txt",
        "composed, so that a search finds it"
    );
    let video = json!({
        "elem_type": 9, "video_elem_video_path": "/x/clip.MOV", "video_elem_image_path": "/x/.hidden",
    });
    let video = encode(&decode(video).unwrap());
    assert_eq!(video["video_elem_video_type"], "MOV");
    assert_eq!(video["video_elem_image_type"], "");
}

// MSG-070 to MSG-073, MSG-077
#[test]
fn media_with_values_that_are_not_allowed_are_refused() {
    let cases = [
        (json!({"elem_type": 1, "image_elem_orig_path": 7}), 6016),
        (
            json!({"elem_type": 1, "image_elem_orig_path": "/a", "image_elem_level": 3}),
            6017,
        ),
        (
            json!({"elem_type": 2, "sound_elem_file_path": "/a", "sound_elem_file_time": -1}),
            6017,
        ),
        (
            json!({"elem_type": 2, "sound_elem_file_path": "/a", "sound_elem_file_time": "x"}),
            6016,
        ),
        (json!({"elem_type": 4, "file_elem_file_path": []}), 6016),
        (merged(json!([])), 6017),
    ];
    for (value, code) in cases {
        assert_eq!(decode(value.clone()).unwrap_err().code, code, "{value}");
    }
}

// MSG-034, MSG-180, MSG-181, MSG-182
#[test]
fn only_messages_that_were_sent_can_be_merged() {
    let mut failed = sent("x");
    failed["message_status"] = json!(3);
    let mut recalled = sent("x");
    recalled["message_status"] = json!(6);
    let mut online = sent("x");
    online["message_is_online_msg"] = json!(true);
    let mut tip = sent("x");
    tip["message_elem_array"] = json!([{"elem_type": 5}]);
    for bad in [failed, recalled, online, tip] {
        let refusal = decode(merged(json!([sent("ok"), bad]))).unwrap_err();
        assert!(refusal.desc.contains("merge_elem_message_array[1]"), "{refusal}");
    }
    let many = vec![sent("x"); 301];
    assert_eq!(decode(merged(json!(many))).unwrap_err().code, 6017);
    let most = vec![sent("x"); 300];
    assert!(decode(merged(json!(most))).is_ok());
}

// MSG-180, MSG-184, MSG-186
#[test]
fn a_merged_message_keeps_its_list_and_its_depth() {
    let long = "字".repeat(150);
    let mut inner = merged(json!([sent("deep")]));
    inner["merge_elem_abstract_array"] = json!([long, "2", "3", "4", "5", "6"]);
    let inner = decode(inner).unwrap();
    let shown = encode(&inner);
    assert_eq!(shown["merge_elem_abstract_array"].as_array().unwrap().len(), 5);
    assert_eq!(
        shown["merge_elem_abstract_array"][0]
            .as_str()
            .unwrap()
            .chars()
            .count(),
        100
    );
    let list = &shown["merge_elem_message_array"];
    assert_eq!(list[0]["message_elem_array"][0]["text_elem_content"], "deep");
    assert_eq!(list[0]["message_msg_id"], "144115200000000012-1700000000-7");
    assert_eq!(list[0]["message_server_time"], 1_700_000_001);

    let mut outer = sent("");
    outer["message_elem_array"] = json!([shown]);
    let outer = decode(merged(json!([outer]))).unwrap();
    match outer.kind {
        Some(Kind::Merged(outer)) => assert_eq!((outer.depth, outer.count), (2, 1)),
        other => panic!("{other:?}"),
    }
}

// MSG-186
#[test]
fn a_list_that_is_nested_too_deep_is_dropped() {
    let mut item = Element {
        kind: Some(Kind::Merged(MergedElement {
            title: "t".into(),
            compatible_text: "old".into(),
            depth: MERGED_DEPTH,
            file: Some(Media {
                id: "m1".into(),
                size: 20_000,
                ..Media::default()
            }),
            count: 3,
            ..MergedElement::default()
        })),
    };
    let shown = encode(&item);
    assert_eq!(shown["merge_elem_layer_over_limit"], false);
    assert_eq!(
        shown["merge_elem_relay_pb_key"],
        shown["merge_elem_relay_json_key"]
    );
    // Sent on, it is the same list.
    let mut again = decode(shown.clone()).unwrap();
    assert_eq!(encode(&again), encode(&item));
    let mut message = sent("");
    message["message_elem_array"] = json!([shown]);
    again = decode(merged(json!([message]))).unwrap();
    let shown = encode(&again);
    assert_eq!(shown["merge_elem_layer_over_limit"], true);
    assert_eq!(shown["merge_elem_message_array"], json!([]));
    assert_eq!(shown["merge_elem_title"], "");
    item = decode(shown).unwrap();
    assert!(matches!(item.kind, Some(Kind::Merged(m)) if m.is_too_deep()));
}
