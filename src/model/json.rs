//! JSON across the C border: a reader that is as lenient as spec 01 section 2.2 demands and no more, and a writer
//! that puts keys out in alphabetical order without building a tree first.
//!
//! The reader notes every optional key that it had to ignore because its value has a wrong type; an entry point
//! that wants to log them wraps its decoding in [`noting`].

mod object;
mod read;
mod write;

pub use object::{
    Access, Bytes, Checked, Integer, JsonObject, JsonText, JsonValue, Key, KeyName, Misread, both, decode,
    decode_list, deserialize_object, enum_from, object_from, optional, optional_or_text, pass_over, required,
    required_or_text, serialize_pushed,
};
pub use read::{BYTES_PREFIX, LIMIT, LIMIT_LARGE, MAX_DEPTH, Object, noting, parse, parse_object, refusing};
pub use write::{ObjectWriter, push_array, push_bytes, push_float, push_int, push_string, push_uint};

pub(crate) use read::{as_bytes, as_integer, as_integer_or_text, note};

#[cfg(test)]
#[path = "json_tests.rs"]
mod tests;
