//! The writer: compact JSON straight into a string.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::object::JsonValue;
use super::read::BYTES_PREFIX;

/// Writes one object, key by key. Keys are given in alphabetical order, which debug builds check; dropping the
/// writer closes the object.
pub struct ObjectWriter<'a> {
    out: &'a mut String,
    last: &'static str,
}

impl<'a> ObjectWriter<'a> {
    /// Opens an object at the end of `out`.
    pub fn new(out: &'a mut String) -> Self {
        out.push('{');
        Self { out, last: "" }
    }

    /// Writes `key` and lets `value` write what belongs to it.
    pub fn raw(&mut self, key: &'static str, value: impl FnOnce(&mut String)) -> &mut Self {
        debug_assert!(self.last < key, "{key} comes after {}", self.last);
        if !self.last.is_empty() {
            self.out.push(',');
        }
        self.last = key;
        // Keys are identifiers: nothing in them needs an escape.
        self.out.push('"');
        self.out.push_str(key);
        self.out.push_str("\":");
        value(self.out);
        self
    }

    /// A string.
    pub fn string(&mut self, key: &'static str, value: &str) -> &mut Self {
        self.raw(key, |out| push_string(out, value))
    }

    /// Bytes, in the form [`push_bytes`] describes.
    pub fn bytes(&mut self, key: &'static str, value: &[u8]) -> &mut Self {
        self.raw(key, |out| push_bytes(out, value))
    }

    /// An unsigned number.
    pub fn uint(&mut self, key: &'static str, value: u64) -> &mut Self {
        self.raw(key, |out| push_uint(out, value))
    }

    /// A signed number.
    pub fn int(&mut self, key: &'static str, value: i64) -> &mut Self {
        self.raw(key, |out| push_int(out, value))
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, key: &'static str, value: bool) -> &mut Self {
        self.raw(key, |out| out.push_str(if value { "true" } else { "false" }))
    }

    /// A value of any type that a key can have.
    pub fn value<T: JsonValue>(&mut self, key: &'static str, value: &T) -> &mut Self {
        self.raw(key, |out| value.push_json(out))
    }

    /// A number with a fraction.
    pub fn float(&mut self, key: &'static str, value: f64) -> &mut Self {
        self.raw(key, |out| push_float(out, value))
    }

    /// `[]`.
    pub fn empty_array(&mut self, key: &'static str) -> &mut Self {
        self.raw(key, |out| out.push_str("[]"))
    }

    /// An array, each item written by `each`.
    pub fn array<T>(
        &mut self,
        key: &'static str,
        items: impl IntoIterator<Item = T>,
        each: impl FnMut(&mut String, T),
    ) -> &mut Self {
        self.raw(key, |out| push_array(out, items, each))
    }

    /// An object inside this one.
    pub fn object(&mut self, key: &'static str, fill: impl FnOnce(&mut ObjectWriter<'_>)) -> &mut Self {
        self.raw(key, |out| fill(&mut ObjectWriter::new(out)))
    }
}

impl Drop for ObjectWriter<'_> {
    fn drop(&mut self) {
        self.out.push('}');
    }
}

/// Appends an array, each item written by `each`.
pub fn push_array<T>(
    out: &mut String,
    items: impl IntoIterator<Item = T>,
    mut each: impl FnMut(&mut String, T),
) {
    out.push('[');
    for (i, item) in items.into_iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        each(out, item);
    }
    out.push(']');
}

/// Appends a string in quotes. NUL and the other control characters are escaped, so no C string is cut short.
pub fn push_string(out: &mut String, value: &str) {
    out.reserve(value.len() + 2);
    out.push('"');
    let mut clean = 0;
    for (i, byte) in value.bytes().enumerate() {
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0c => "\\f",
            0..0x20 => "",
            _ => continue,
        };
        // Escaped bytes are ASCII, so the cuts fall between characters.
        out.push_str(&value[clean..i]);
        clean = i + 1;
        if escape.is_empty() {
            const HEX: &[u8; 16] = b"0123456789abcdef";
            out.push_str("\\u00");
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        } else {
            out.push_str(escape);
        }
    }
    out.push_str(&value[clean..]);
    out.push('"');
}

/// Appends bytes as a string: as they are when they are UTF-8, else as U+0000, `b64:` and base64. Text that
/// begins like that form takes it too, so that reading gives back the same bytes always.
pub fn push_bytes(out: &mut String, value: &[u8]) {
    match std::str::from_utf8(value) {
        Ok(text) if !text.starts_with(BYTES_PREFIX) => push_string(out, text),
        _ => {
            out.push_str("\"\\u0000b64:");
            STANDARD.encode_string(value, out);
            out.push('"');
        }
    }
}

/// Appends a number with a fraction in the shortest form that reads back as the same; what JSON has no number
/// for (not a number, infinite) becomes 0.
pub fn push_float(out: &mut String, value: f64) {
    let value = if value.is_finite() { value } else { 0.0 };
    // Writing to a String cannot fail.
    let _ = write!(out, "{value:?}");
}

/// Appends a signed number.
pub fn push_int(out: &mut String, value: i64) {
    if value < 0 {
        out.push('-');
    }
    push_uint(out, value.unsigned_abs());
}

/// Appends an unsigned number.
pub fn push_uint(out: &mut String, mut value: u64) {
    // u64::MAX has 20 digits.
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend(digits[at..].iter().map(|&d| char::from(d)));
}
