#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};

use crate::model::messages::{MessageDraft, decode_message};

fn decode(value: Value) -> MessageDraft {
    decode_message(&value.to_string()).unwrap()
}

#[test]
fn push_configuration_is_normalised() {
    // Spec 03 section 3.4.
    let config = |value: Value| {
        decode(json!({"message_elem_array": [], "message_offline_push_config": value}))
            .body
            .push_config
    };
    for empty in [
        json!(null),
        json!({}),
        json!("x"),
        json!({"unknown": 1}),
        json!({"offline_push_config_flag": 0}),
    ] {
        assert_eq!(config(empty.clone()), "", "{empty}");
    }
    let text = config(json!({
        "offline_push_config_title": "t", "offline_push_config_flag": 1, "unknown": 5, "offline_push_config_desc": 7,
        "offline_push_config_android_config": {"android_offline_push_config_honor_importance": 0},
    }));
    let back: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(back["offline_push_config_title"], "t");
    assert_eq!(
        back["offline_push_config_desc"], "",
        "a wrong type counts as absent"
    );
    let mut keys: Vec<_> = back.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        [
            "offline_push_config_android_config",
            "offline_push_config_desc",
            "offline_push_config_ext",
            "offline_push_config_flag",
            "offline_push_config_harmony_config",
            "offline_push_config_ios_config",
            "offline_push_config_title",
        ]
    );
    let android = &back["offline_push_config_android_config"];
    assert_eq!(android["android_offline_push_config_honor_importance"], "LOW");
    assert_eq!(android["android_offline_push_config_vivo_classification"], 1);
    assert_eq!(android["android_offline_push_config_notify_mode"], 0);
    assert_eq!(android.as_object().unwrap().len(), 16);
    let ios = &back["offline_push_config_ios_config"];
    assert_eq!(ios["ios_offline_push_config_push_type"], 0);
    assert_eq!(ios["ios_offline_push_config_ignore_badge"], false);
    assert_eq!(ios.as_object().unwrap().len(), 7);
    // The misspelled key counts where the right one is absent.
    let old = decode(
        json!({"message_elem_array": [], "message_offlie_push_config": {"offline_push_config_ext": "e"}}),
    );
    assert!(old.body.push_config.contains(r#""offline_push_config_ext":"e""#));
}
