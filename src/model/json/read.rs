//! The lenient reader.

use std::cell::RefCell;

use base64::Engine as _;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use base64::{alphabet, engine::DecodePaddingMode};
use serde_json::{Map, Value};

use crate::model::error::sync;

/// The longest JSON text of most functions, in bytes.
pub const LIMIT: usize = 1 << 20;
/// The longest JSON text of the functions that take whole lists of messages, in bytes.
pub const LIMIT_LARGE: usize = 16 << 20;
/// The deepest nesting of arrays and objects.
pub const MAX_DEPTH: usize = 64;
/// What begins a string that stands for bytes which are not UTF-8; base64 follows.
pub const BYTES_PREFIX: &str = "\0b64:";

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

thread_local! {
    /// Keys ignored by the decoding that runs on this thread, while somebody asks for them.
    static NOTES: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
    /// The first value that is not allowed, while somebody asks for it.
    static REFUSAL: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Runs `decode` and gives back what it answers, with one line for each optional key that was ignored because
/// of its value's type, such as `message_custom_int: expected an integer, found a string`. The lines hold names
/// of keys and types, never values.
pub fn noting<T>(decode: impl FnOnce() -> T) -> (T, Vec<String>) {
    let outer = NOTES.replace(Some(Vec::new()));
    let result = decode();
    let notes = NOTES.replace(outer).unwrap_or_default();
    (result, notes)
}

/// Runs `read` and gives back what it answers, with a sentence on the first value that is not allowed.
pub fn refusing<T>(read: impl FnOnce() -> T) -> (T, Option<String>) {
    let outer = REFUSAL.take();
    let result = read();
    (result, REFUSAL.replace(outer))
}

/// Keeps the sentence for the [`refusing`] around it, unless there is an earlier one.
pub(crate) fn refuse(why: impl FnOnce() -> String) {
    REFUSAL.with_borrow_mut(|first| {
        first.get_or_insert_with(why);
    });
}

/// Notes that `key` was ignored, for the [`noting`] around it.
pub(crate) fn note(key: &str, why: impl FnOnce() -> String) {
    // A hostile list could otherwise buy a line of log with every byte it sends.
    const MOST: usize = 32;
    NOTES.with_borrow_mut(|notes| {
        if let Some(notes) = notes
            && notes.len() < MOST
        {
            notes.push(format!("{key}: {}", why()));
        }
    });
}

/// Parses one JSON text of at most `limit` bytes: a leading byte order mark is skipped, of duplicate keys the
/// last one wins. Every failure is the synchronous code -3.
pub fn parse(text: &str, limit: usize) -> Result<Value, i32> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > limit || depth(text) > MAX_DEPTH {
        return Err(sync::JSON);
    }
    serde_json::from_str(text).map_err(|_| sync::JSON)
}

/// [`parse`], with a root that has to be an object (-3).
pub fn parse_object(text: &str, limit: usize) -> Result<Map<String, Value>, i32> {
    match parse(text, limit)? {
        Value::Object(map) => Ok(map),
        _ => Err(sync::JSON),
    }
}

/// The deepest nesting of brackets outside of strings. Meaningful for JSON; for other text just a number.
fn depth(text: &str) -> usize {
    let (mut deepest, mut now, mut in_string, mut escaped) = (0usize, 0usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                now += 1;
                deepest = deepest.max(now);
            }
            b']' | b'}' if !in_string => now = now.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// An object of the input. A key with the value `null` counts as absent. The plain getters are for optional
/// keys: they answer none for a value of a wrong type, and note it. The `need_` getters are for required keys:
/// they answer -3 when the key is absent or its type is wrong.
#[derive(Clone, Copy)]
pub struct Object<'a>(&'a Map<String, Value>);

impl<'a> Object<'a> {
    /// Reads from `map`.
    pub fn new(map: &'a Map<String, Value>) -> Self {
        Self(map)
    }

    /// The object that `value` is, if it is one.
    pub fn from_value(value: &'a Value) -> Option<Self> {
        value.as_object().map(Self)
    }

    /// True for `{}`.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value of `key`, whatever its type; none for `null`.
    pub fn value(&self, key: &str) -> Option<&'a Value> {
        self.0.get(key).filter(|v| !v.is_null())
    }

    /// True when `key` is there and not `null`.
    pub fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// A string.
    pub fn string(&self, key: &str) -> Option<&'a str> {
        self.optional(key, "a string", Value::as_str)
    }

    /// A boolean: `true`, `false`, 0 or 1.
    pub fn boolean(&self, key: &str) -> Option<bool> {
        self.optional(key, "a boolean", as_boolean)
    }

    /// An integer of any size that fits: a number without a fraction, or a boolean.
    pub fn integer(&self, key: &str) -> Option<i128> {
        self.optional(key, "an integer", as_integer)
    }

    /// [`integer`](Self::integer), also as a decimal string: for 64-bit values of the message area.
    pub fn integer_or_text(&self, key: &str) -> Option<i128> {
        self.optional(key, "an integer", as_integer_or_text)
    }

    /// A number with a fraction or without.
    pub fn float(&self, key: &str) -> Option<f64> {
        self.optional(key, "a number", Value::as_f64)
    }

    /// Bytes: a string, or a string of [`BYTES_PREFIX`] and base64.
    pub fn bytes(&self, key: &str) -> Option<Vec<u8>> {
        self.optional(key, "a string", as_bytes)
    }

    /// An object.
    pub fn object(&self, key: &str) -> Option<Object<'a>> {
        self.optional(key, "an object", Object::from_value)
    }

    /// An array.
    pub fn array(&self, key: &str) -> Option<&'a [Value]> {
        self.optional(key, "an array", |v| v.as_array().map(Vec::as_slice))
    }

    /// An array whose every element `read` accepts.
    pub fn list<T>(&self, key: &str, read: impl Fn(&'a Value) -> Option<T>) -> Option<Vec<T>> {
        self.optional(key, "an array of one type", |v| {
            v.as_array()?.iter().map(&read).collect()
        })
    }

    /// A string, required.
    pub fn need_string(&self, key: &str) -> Result<&'a str, i32> {
        self.need(key, Value::as_str)
    }

    /// A boolean, required.
    pub fn need_boolean(&self, key: &str) -> Result<bool, i32> {
        self.need(key, as_boolean)
    }

    /// An integer, required.
    pub fn need_integer(&self, key: &str) -> Result<i128, i32> {
        self.need(key, as_integer)
    }

    /// An integer or a decimal string, required.
    pub fn need_integer_or_text(&self, key: &str) -> Result<i128, i32> {
        self.need(key, as_integer_or_text)
    }

    /// An object, required.
    pub fn need_object(&self, key: &str) -> Result<Object<'a>, i32> {
        self.need(key, Object::from_value)
    }

    /// An array, required.
    pub fn need_array(&self, key: &str) -> Result<&'a [Value], i32> {
        self.need(key, |v| v.as_array().map(Vec::as_slice))
    }

    /// An array of strings, required.
    pub fn need_strings(&self, key: &str) -> Result<Vec<String>, i32> {
        self.need_array(key)?
            .iter()
            .map(|v| v.as_str().map(str::to_owned).ok_or(sync::JSON))
            .collect()
    }

    /// An array of integers, required.
    pub fn need_integers(&self, key: &str) -> Result<Vec<i128>, i32> {
        self.need_array(key)?
            .iter()
            .map(|v| as_integer(v).ok_or(sync::JSON))
            .collect()
    }

    fn need<T>(&self, key: &str, read: impl FnOnce(&'a Value) -> Option<T>) -> Result<T, i32> {
        self.value(key).and_then(read).ok_or(sync::JSON)
    }

    fn optional<T>(&self, key: &str, expected: &str, read: impl FnOnce(&'a Value) -> Option<T>) -> Option<T> {
        let value = self.value(key)?;
        let result = read(value);
        if result.is_none() {
            note(key, || {
                format!("expected {expected}, found {}; ignored", type_name(value))
            });
        }
        result
    }
}

/// An integer in the widths JSON numbers can carry exactly, from the allowed conversions.
pub(crate) fn as_integer(value: &Value) -> Option<i128> {
    match value {
        Value::Bool(b) => Some(i128::from(*b)),
        Value::Number(n) => match (n.as_i64(), n.as_u64(), n.as_f64()) {
            (Some(i), ..) => Some(i128::from(i)),
            (_, Some(u), _) => Some(i128::from(u)),
            // Saturates for numbers no caller accepts anyway.
            (_, _, Some(f)) if f.is_finite() && f.fract() == 0.0 => Some(f as i128),
            _ => None,
        },
        _ => None,
    }
}

/// [`as_integer`], or the decimal string of a 64-bit value.
pub(crate) fn as_integer_or_text(value: &Value) -> Option<i128> {
    match value {
        Value::String(s) if s.len() <= 20 => s.parse().ok(),
        other => as_integer(other),
    }
}

/// A boolean: `true`, `false`, 0 or 1.
pub(crate) fn as_boolean(value: &Value) -> Option<bool> {
    match (value, as_integer(value)?) {
        (_, 0) => Some(false),
        (_, 1) => Some(true),
        _ => None,
    }
}

/// Bytes of a string value; none for another type, and for base64 that is none.
pub(crate) fn as_bytes(value: &Value) -> Option<Vec<u8>> {
    let text = value.as_str()?;
    match text.strip_prefix(BYTES_PREFIX) {
        Some(encoded) => BASE64.decode(encoded).ok(),
        None => Some(text.as_bytes().to_vec()),
    }
}

/// What to call the type of `value` in a sentence.
pub(crate) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
