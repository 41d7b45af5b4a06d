//! The OfflinePushConfig object of a message (spec 02 section 5.3, 03 section 3.4): known keys only, values of a
//! wrong type dropped, because a message never fails for its push configuration.

use serde_json::Value;

use crate::model::json::{Object, ObjectWriter, parse};

/// The longest configuration that is looked at, in bytes of JSON.
const MAX_TEXT: usize = 64 << 10;

/// How a key reads, and its value when nothing is given.
#[derive(Clone, Copy)]
enum Field {
    Text,
    Flag,
    /// With the value that it has when absent.
    Number(u32),
    /// A text; the numbers 1 and 0 stand for `NORMAL` and `LOW`.
    Importance,
    Part(&'static [(&'static str, Field)]),
}

use Field::{Flag, Importance, Number, Part, Text};

const ANDROID: &[(&str, Field)] = &[
    ("android_offline_push_config_fcm_channel_id", Text),
    ("android_offline_push_config_fcm_image", Text),
    ("android_offline_push_config_honor_image", Text),
    ("android_offline_push_config_honor_importance", Importance),
    ("android_offline_push_config_huawei_category", Text),
    ("android_offline_push_config_huawei_image", Text),
    ("android_offline_push_config_meizu_notify_type", Number(0)),
    ("android_offline_push_config_notify_mode", Number(0)),
    ("android_offline_push_config_oppo_category", Text),
    ("android_offline_push_config_oppo_channel_id", Text),
    ("android_offline_push_config_oppo_notify_level", Number(0)),
    ("android_offline_push_config_sound", Text),
    ("android_offline_push_config_title", Text),
    ("android_offline_push_config_vivo_category", Text),
    ("android_offline_push_config_vivo_classification", Number(1)),
    ("android_offline_push_config_xiaomi_channel_id", Text),
];

const HARMONY: &[(&str, Field)] = &[
    ("harmony_offline_push_config_category", Text),
    ("harmony_offline_push_config_ignore_badge", Number(0)),
    ("harmony_offline_push_config_image", Text),
    ("harmony_offline_push_config_title", Text),
];

const IOS: &[(&str, Field)] = &[
    ("ios_offline_push_config_enable_background_notification", Flag),
    ("ios_offline_push_config_ignore_badge", Flag),
    ("ios_offline_push_config_image", Text),
    ("ios_offline_push_config_interruption_level", Text),
    ("ios_offline_push_config_push_type", Number(0)),
    ("ios_offline_push_config_sound", Text),
    ("ios_offline_push_config_title", Text),
];

const ROOT: &[(&str, Field)] = &[
    ("offline_push_config_android_config", Part(ANDROID)),
    ("offline_push_config_desc", Text),
    ("offline_push_config_ext", Text),
    ("offline_push_config_flag", Number(0)),
    ("offline_push_config_harmony_config", Part(HARMONY)),
    ("offline_push_config_ios_config", Part(IOS)),
    ("offline_push_config_title", Text),
];

/// The object with every known key, compact and in alphabetical order; none when it says nothing that its
/// absence would not say. Typed hosts send such an empty object with every message.
pub(super) fn normalise_push_config(object: Object<'_>) -> Option<String> {
    let mut out = String::with_capacity(1536);
    write_part(&mut out, ROOT, Some(object)).then_some(out)
}

/// [`normalise_push_config`] for a text that came over the wire: whatever a foreign client put there, what
/// goes on to the host is JSON.
pub(super) fn normalise_push_text(text: &str) -> Option<String> {
    let Value::Object(map) = parse(text, MAX_TEXT).ok()? else {
        return None;
    };
    normalise_push_config(Object::new(&map))
}

/// Writes one object; true when any value differs from its default.
fn write_part(out: &mut String, fields: &[(&'static str, Field)], object: Option<Object<'_>>) -> bool {
    let mut set = false;
    let mut writer = ObjectWriter::new(out);
    for &(key, field) in fields {
        match field {
            Text => {
                let value = object.and_then(|o| o.string(key)).unwrap_or_default();
                set |= !value.is_empty();
                writer.string(key, value);
            }
            Importance => {
                let value = match object.and_then(|o| o.value(key)) {
                    Some(Value::String(text)) => text,
                    Some(Value::Number(n)) if n.as_u64() == Some(1) => "NORMAL",
                    Some(Value::Number(n)) if n.as_u64() == Some(0) => "LOW",
                    _ => "",
                };
                set |= !value.is_empty();
                writer.string(key, value);
            }
            Flag => {
                let value = object.and_then(|o| o.boolean(key)).unwrap_or(false);
                set |= value;
                writer.boolean(key, value);
            }
            Number(zero) => {
                let value = object
                    .and_then(|o| o.integer(key))
                    .and_then(|n| u32::try_from(n).ok());
                let value = value.unwrap_or(zero);
                set |= value != zero;
                writer.uint(key, u64::from(value));
            }
            Part(fields) => {
                let part = object.and_then(|o| o.object(key));
                writer.raw(key, |out| set |= write_part(out, fields, part));
            }
        }
    }
    set
}

#[cfg(test)]
#[path = "push_tests.rs"]
mod tests;
