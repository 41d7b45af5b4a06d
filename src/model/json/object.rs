//! What `#[derive(JsonObject)]` builds on: how each type of a key is read and written, and what a wrong one does
//! (spec 01 section 2.2).
//!
//! A required key that is missing or of a wrong type ends the decoding with -3. An optional key of a wrong type is
//! ignored and noted. A number outside of its width or of its enum is a fault of value: the first one becomes the
//! refusal (6017) of the [`Checked`] object, which the engine answers once the state allows the call.

use serde::Deserialize as _;
use serde_json::{Map, Value};

use super::Object;
use super::read::{
    as_boolean, as_bytes, as_integer, as_integer_or_text, note, parse, refuse, refusing, type_name,
};
use super::write::{ObjectWriter, push_array, push_bytes, push_float, push_int, push_string, push_uint};
use crate::model::error::{Refusal, sync};

/// One key of an object, for tests and for programs that look at the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// Its constant in the headers.
    pub constant: &'static str,
    /// Who gives it.
    pub access: Access,
    /// Without it the object is refused with -3.
    pub required: bool,
    /// The JSON type, with its article.
    pub expected: &'static str,
}

/// Who gives a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// The host.
    In,
    /// Both.
    InOut,
    /// The core.
    Out,
}

/// A JSON object of the C API.
pub trait JsonObject: Sized {
    /// Its name in the contract.
    const NAME: &'static str;
    /// Its keys, in the order of the header.
    const KEYS: &'static [Key];

    /// Reads it; -3 when a required key is missing or of a wrong type.
    fn read(object: Object<'_>) -> Result<Self, i32>;

    /// Writes its keys.
    fn write(&self, w: &mut ObjectWriter<'_>);
}

/// Why a value cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Misread {
    /// Another JSON type.
    Type,
    /// The right type and a value that is not allowed: what is wrong, to stand behind the key's name.
    Value(String),
    /// An object in it lacks a required key.
    Incomplete,
}

/// A type of a key.
pub trait JsonValue: Sized {
    /// The JSON type, with its article, for a sentence.
    const EXPECTED: &'static str;

    /// Reads it, by the conversions that are allowed.
    fn from_json(value: &Value) -> Result<Self, Misread>;

    /// Appends it.
    fn push_json(&self, out: &mut String);
}

/// A decoded argument, and the first of its values that is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked<T> {
    /// What was read; a key whose value is not allowed counts as absent.
    pub value: T,
    /// 6017, to be answered through the callback once the call is known to be allowed.
    pub refusal: Option<Refusal>,
}

/// Reads one text of at most `limit` bytes as an object; -3 when it is none or lacks a required key.
pub fn decode<T: JsonObject>(text: &str, limit: usize) -> Result<Checked<T>, i32> {
    let root = parse(text, limit)?;
    checked(|| T::read(Object::from_value(&root).ok_or(sync::JSON)?))
}

/// Reads one text of at most `limit` bytes as an array whose every element is a `T`; -3 when it is none.
pub fn decode_list<T: JsonValue>(text: &str, limit: usize) -> Result<Checked<Vec<T>>, i32> {
    let root = parse(text, limit)?;
    let items = root.as_array().ok_or(sync::JSON)?;
    checked(|| {
        let mut list = Vec::with_capacity(items.len());
        for (i, item) in items.iter().enumerate() {
            match T::from_json(item) {
                Ok(item) => list.push(item),
                Err(Misread::Value(why)) => refuse(|| format!("element {i}: {why}")),
                Err(Misread::Type | Misread::Incomplete) => return Err(sync::JSON),
            }
        }
        Ok(list)
    })
}

/// Runs `read` and takes the first refusal of it.
fn checked<T>(read: impl FnOnce() -> Result<T, i32>) -> Result<Checked<T>, i32> {
    let (value, why) = refusing(read);
    Ok(Checked {
        value: value?,
        refusal: why.map(Refusal::invalid),
    })
}

/// An optional key.
pub fn optional<T: JsonValue>(object: Object<'_>, key: impl KeyName) -> Result<Option<T>, i32> {
    take(object, key, T::from_json)
}

/// An object that hosts get and may give back, where nothing reads it: noted when it is none.
pub fn pass_over<T>(object: Object<'_>, key: &'static str) -> Option<T> {
    if let Some(value) = object.value(key)
        && !value.is_object()
    {
        note(key, || format!("{} has no place here; ignored", type_name(value)));
    }
    None
}

/// An optional list that has two spellings: what is under both is one list.
pub fn both<T: JsonValue>(
    object: Object<'_>,
    key: &'static str,
    alias: &'static str,
) -> Result<Option<Vec<T>>, i32>
where
    Vec<T>: JsonValue,
{
    let list: Option<Vec<T>> = optional(object, key)?;
    Ok(match (list, optional::<Vec<T>>(object, alias)?) {
        (Some(mut list), Some(more)) => {
            list.extend(more);
            Some(list)
        }
        (list, more) => list.or(more),
    })
}

/// An optional number that may come as a decimal string.
pub fn optional_or_text<T: Integer>(object: Object<'_>, key: impl KeyName) -> Result<Option<T>, i32> {
    take(object, key, |value| integer(as_integer_or_text(value)))
}

/// A required key. A value that is not allowed is noted as the refusal, and the type's default stands in for it.
pub fn required<T: JsonValue + Default>(object: Object<'_>, key: impl KeyName) -> Result<T, i32> {
    need(object, key, T::from_json)
}

/// A required number that may come as a decimal string.
pub fn required_or_text<T: Integer + Default>(object: Object<'_>, key: impl KeyName) -> Result<T, i32> {
    need(object, key, |value| integer(as_integer_or_text(value)))
}

/// A key, or one of two spellings of it.
pub trait KeyName {
    /// The spelling that `object` has, and its value.
    fn find<'a>(&self, object: Object<'a>) -> Option<(&'static str, &'a Value)>;
}

impl KeyName for &'static str {
    fn find<'a>(&self, object: Object<'a>) -> Option<(&'static str, &'a Value)> {
        object.value(self).map(|value| (*self, value))
    }
}

impl KeyName for (&'static str, &'static str) {
    fn find<'a>(&self, object: Object<'a>) -> Option<(&'static str, &'a Value)> {
        KeyName::find(&self.0, object).or_else(|| KeyName::find(&self.1, object))
    }
}

fn take<T>(
    object: Object<'_>,
    key: impl KeyName,
    read: impl FnOnce(&Value) -> Result<T, Misread>,
) -> Result<Option<T>, i32> {
    let Some((key, value)) = key.find(object) else {
        return Ok(None);
    };
    match read(value) {
        Ok(read) => Ok(Some(read)),
        Err(Misread::Type) => {
            note(key, || format!("{} has no place here; ignored", type_name(value)));
            Ok(None)
        }
        Err(Misread::Value(why)) => {
            refuse(|| format!("{key}: {why}"));
            Ok(None)
        }
        Err(Misread::Incomplete) => Err(sync::JSON),
    }
}

fn need<T: Default>(
    object: Object<'_>,
    key: impl KeyName,
    read: impl FnOnce(&Value) -> Result<T, Misread>,
) -> Result<T, i32> {
    let (key, value) = key.find(object).ok_or(sync::JSON)?;
    match read(value) {
        Ok(read) => Ok(read),
        Err(Misread::Value(why)) => {
            refuse(|| format!("{key}: {why}"));
            Ok(T::default())
        }
        Err(Misread::Type | Misread::Incomplete) => Err(sync::JSON),
    }
}

/// [`JsonValue::from_json`] of every object.
pub fn object_from<T: JsonObject>(value: &Value) -> Result<T, Misread> {
    let object = Object::from_value(value).ok_or(Misread::Type)?;
    T::read(object).map_err(|_| Misread::Incomplete)
}

/// serde's reading of every object: the same rules, a refusal being an error.
pub fn deserialize_object<'de, T: JsonObject, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    use serde::de::Error as _;
    let map = Map::deserialize(deserializer)?;
    match checked(|| T::read(Object::new(&map))) {
        Ok(Checked { value, refusal: None }) => Ok(value),
        Ok(Checked {
            refusal: Some(why), ..
        }) => Err(D::Error::custom(why)),
        Err(_) => Err(D::Error::custom(format!(
            "{}: a required key is missing or has a wrong type",
            T::NAME
        ))),
    }
}

/// serde's writing of a type that only [`JsonValue`] describes.
pub fn serialize_pushed<T: JsonValue, S: serde::Serializer>(
    value: &T,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    use serde::Serialize as _;
    use serde::ser::Error as _;
    let mut text = String::new();
    value.push_json(&mut text);
    serde_json::from_str::<Value>(&text)
        .map_err(S::Error::custom)?
        .serialize(serializer)
}

/// [`JsonValue::from_json`] of every enum.
pub fn enum_from<T>(value: &Value, name: &str, from: impl FnOnce(i32) -> Option<T>) -> Result<T, Misread> {
    let number = as_integer(value).ok_or(Misread::Type)?;
    i32::try_from(number)
        .ok()
        .and_then(from)
        .ok_or_else(|| Misread::Value(format!("{number} is no value of {name}")))
}

/// A width of whole numbers.
pub trait Integer: TryFrom<i128> {
    /// How to call it in a sentence.
    const NAME: &'static str;
}

fn integer<T: Integer>(number: Option<i128>) -> Result<T, Misread> {
    let number = number.ok_or(Misread::Type)?;
    T::try_from(number).map_err(|_| Misread::Value(format!("{number} is not {}", T::NAME)))
}

macro_rules! integers {
    ($($ty:ident, $name:literal, $push:ident as $wide:ident;)*) => {$(
        impl Integer for $ty {
            const NAME: &'static str = $name;
        }

        impl JsonValue for $ty {
            const EXPECTED: &'static str = "a number";

            fn from_json(value: &Value) -> Result<Self, Misread> {
                integer(as_integer(value))
            }

            fn push_json(&self, out: &mut String) {
                $push(out, $wide::from(*self));
            }
        }
    )*};
}

integers! {
    u8, "a number of 8 bits without a sign", push_uint as u64;
    u32, "a number of 32 bits without a sign", push_uint as u64;
    u64, "a number of 64 bits without a sign", push_uint as u64;
    i32, "a number of 32 bits", push_int as i64;
    i64, "a number of 64 bits", push_int as i64;
}

impl JsonValue for bool {
    const EXPECTED: &'static str = "a boolean";

    fn from_json(value: &Value) -> Result<Self, Misread> {
        as_boolean(value).ok_or(Misread::Type)
    }

    fn push_json(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }
}

impl JsonValue for f64 {
    const EXPECTED: &'static str = "a number";

    fn from_json(value: &Value) -> Result<Self, Misread> {
        value.as_f64().ok_or(Misread::Type)
    }

    fn push_json(&self, out: &mut String) {
        push_float(out, *self);
    }
}

impl JsonValue for String {
    const EXPECTED: &'static str = "a string";

    fn from_json(value: &Value) -> Result<Self, Misread> {
        value.as_str().map(str::to_owned).ok_or(Misread::Type)
    }

    fn push_json(&self, out: &mut String) {
        push_string(out, self);
    }
}

impl<T: JsonValue> JsonValue for Vec<T> {
    const EXPECTED: &'static str = "an array";

    /// One element that cannot be read makes the whole array one that cannot be read.
    fn from_json(value: &Value) -> Result<Self, Misread> {
        value
            .as_array()
            .ok_or(Misread::Type)?
            .iter()
            .map(T::from_json)
            .collect()
    }

    fn push_json(&self, out: &mut String) {
        push_array(out, self, |out, item| item.push_json(out));
    }
}

/// Any JSON, kept as it is.
impl JsonValue for Value {
    const EXPECTED: &'static str = "any JSON";

    fn from_json(value: &Value) -> Result<Self, Misread> {
        Ok(value.clone())
    }

    fn push_json(&self, out: &mut String) {
        out.push_str(&self.to_string());
    }
}

/// Bytes that travel as a string: as they are when they are UTF-8, else behind
/// [`BYTES_PREFIX`](super::BYTES_PREFIX).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bytes(pub Vec<u8>);

impl JsonValue for Bytes {
    const EXPECTED: &'static str = "a string";

    fn from_json(value: &Value) -> Result<Self, Misread> {
        as_bytes(value).map(Self).ok_or(Misread::Type)
    }

    fn push_json(&self, out: &mut String) {
        push_bytes(out, &self.0);
    }
}

impl serde::Serialize for Bytes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_pushed(self, serializer)
    }
}

/// JSON inside a JSON string, as the two cloud searches give their lists.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JsonText<T>(pub T);

impl<T: JsonValue> JsonValue for JsonText<T> {
    const EXPECTED: &'static str = "a string that holds JSON";

    fn from_json(value: &Value) -> Result<Self, Misread> {
        let text = value.as_str().ok_or(Misread::Type)?;
        let inner =
            parse(text, super::LIMIT).map_err(|_| Misread::Value("the text is no JSON".to_owned()))?;
        T::from_json(&inner).map(Self)
    }

    fn push_json(&self, out: &mut String) {
        let mut text = String::new();
        self.0.push_json(&mut text);
        push_string(out, &text);
    }
}

impl<T: JsonValue> serde::Serialize for JsonText<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = String::new();
        self.0.push_json(&mut text);
        serializer.serialize_str(&text)
    }
}
