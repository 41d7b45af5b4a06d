//! The JSON of one element (spec 03 section 4): read leniently, written with every key of its own kind and none of
//! another's.

use bytes::Bytes;
use prost::Message as _;
use serde_json::Value;
use timbre_protocol::body::{MERGED_ABSTRACT_CHARS, MERGED_ABSTRACTS, MERGED_DEPTH, MERGED_MESSAGES};
use timbre_protocol::element::Kind;
use timbre_protocol::{
    CustomElement, Element, FaceElement, FileElement, ImageElement, LocationElement, Media, MergedElement,
    MergedList, Picture, SoundElement, TextElement, VideoElement, hex,
};

use super::merged;
use crate::model::error::{Refusal, code};
use crate::model::json::{Object, ObjectWriter, as_bytes, note};

/// The elements that could be decoded, and what is wrong with the first one that could not.
pub(super) fn decode_elements(values: &[Value]) -> (Vec<Element>, Option<Refusal>) {
    let mut elements = Vec::with_capacity(values.len().min(16));
    let mut fault = None;
    for (i, value) in values.iter().enumerate() {
        let decoded = match Object::from_value(value) {
            Some(object) => decode_element(object),
            None => Err(bad_element("it is not an object")),
        };
        match decoded {
            Ok(kind) => elements.push(Element { kind: Some(kind) }),
            Err(refusal) if fault.is_none() => {
                let desc = format!("message_elem_array[{i}]: {}", refusal.desc);
                fault = Some(Refusal::new(refusal.code, desc));
            }
            Err(_) => {}
        }
    }
    (elements, fault)
}

fn decode_element(object: Object<'_>) -> Result<Kind, Refusal> {
    let kind = match object.value("elem_type") {
        None => 0,
        Some(_) => object
            .integer("elem_type")
            .ok_or_else(|| bad_element("elem_type is not a number"))?,
    };
    Ok(match kind {
        0 => Kind::Text(TextElement {
            content: required_string(object, "text_elem_content")?.to_owned(),
        }),
        1 => Kind::Image(read_image(object)?),
        2 => Kind::Sound(SoundElement {
            file: media(
                object,
                "sound_elem_file_id",
                "sound_elem_url",
                "sound_elem_file_size",
            ),
            duration: element_uint(object, "sound_elem_file_time")?,
            path: path(object, "sound_elem_file_path")?,
        }),
        3 => Kind::Custom(CustomElement {
            data: element_bytes(object, "custom_elem_data")?,
            desc: text(object, "custom_elem_desc"),
            ext: text(object, "custom_elem_ext"),
            sound: text(object, "custom_elem_sound"),
        }),
        4 => read_file(object)?,
        6 => {
            if !object.has("face_elem_index") && !object.has("face_elem_buf") {
                return Err(bad_element("face_elem_index is missing"));
            }
            Kind::Face(FaceElement {
                index: element_int(object, "face_elem_index")?,
                data: element_bytes(object, "face_elem_buf")?,
            })
        }
        7 => Kind::Location(LocationElement {
            desc: text(object, "location_elem_desc"),
            longitude: required_float(object, "location_elem_longitude")?,
            latitude: required_float(object, "location_elem_latitude")?,
        }),
        9 => Kind::Video(read_video(object)?),
        12 => Kind::Merged(read_merged(object)?),
        5 | 8 | 10 | 11 => {
            return Err(bad_element(format!(
                "elem_type {kind} is received only and cannot be sent"
            )));
        }
        other => return Err(bad_element(format!("elem_type {other} is unknown"))),
    })
}

fn read_image(object: Object<'_>) -> Result<ImageElement, Refusal> {
    let path = path(object, "image_elem_orig_path")?;
    let level = element_uint(object, "image_elem_level")?;
    if level > 2 {
        return Err(Refusal::invalid("image_elem_level is not 0, 1 or 2"));
    }
    let picture = |id, url, size, width, height| {
        let picture = Picture {
            id: text(object, id),
            url: text(object, url),
            size: number(object, size),
            width: pixels(object, width),
            height: pixels(object, height),
        };
        (!picture.id.is_empty() || !picture.url.is_empty()).then_some(picture)
    };
    Ok(ImageElement {
        level,
        format: pixels(object, "image_elem_format"),
        original: picture(
            "image_elem_orig_id",
            "image_elem_orig_url",
            "image_elem_orig_pic_size",
            "image_elem_orig_pic_width",
            "image_elem_orig_pic_height",
        ),
        large: picture(
            "image_elem_large_id",
            "image_elem_large_url",
            "image_elem_large_pic_size",
            "image_elem_large_pic_width",
            "image_elem_large_pic_height",
        ),
        thumb: picture(
            "image_elem_thumb_id",
            "image_elem_thumb_url",
            "image_elem_thumb_pic_size",
            "image_elem_thumb_pic_width",
            "image_elem_thumb_pic_height",
        ),
        path,
    })
}

fn read_file(object: Object<'_>) -> Result<Kind, Refusal> {
    let path = path(object, "file_elem_file_path")?;
    let given = text(object, "file_elem_file_name");
    // Composed, as the keywords are that will look for it: some systems give names of files the other way.
    let name = if given.is_empty() {
        timbre_protocol::search::nfc(&last_part(&path))
    } else {
        given
    };
    Ok(Kind::File(FileElement {
        file: media(
            object,
            "file_elem_file_id",
            "file_elem_url",
            "file_elem_file_size",
        ),
        name,
        path,
    }))
}

fn read_video(object: Object<'_>) -> Result<VideoElement, Refusal> {
    let path = path(object, "video_elem_video_path")?;
    let snapshot_path = self::path(object, "video_elem_image_path")?;
    let snapshot = Picture {
        id: text(object, "video_elem_image_id"),
        url: text(object, "video_elem_image_url"),
        size: number(object, "video_elem_image_size"),
        width: pixels(object, "video_elem_image_width"),
        height: pixels(object, "video_elem_image_height"),
    };
    let has_snapshot = !snapshot.id.is_empty() || !snapshot.url.is_empty() || !snapshot_path.is_empty();
    let kind = |key, path: &str| {
        let given = text(object, key);
        if given.is_empty() { extension(path) } else { given }
    };
    Ok(VideoElement {
        file: media(
            object,
            "video_elem_video_id",
            "video_elem_video_url",
            "video_elem_video_size",
        ),
        r#type: kind("video_elem_video_type", &path),
        duration: element_uint(object, "video_elem_video_duration")?,
        snapshot: has_snapshot.then_some(snapshot),
        snapshot_type: kind("video_elem_image_type", &snapshot_path),
        path,
        snapshot_path,
    })
}

/// A merged message: with its list, or one that was received and is sent on.
fn read_merged(object: Object<'_>) -> Result<MergedElement, Refusal> {
    let title = text(object, "merge_elem_title");
    let abstracts = object
        .list("merge_elem_abstract_array", |v| v.as_str().map(str::to_owned))
        .unwrap_or_default();
    let mut merged = MergedElement {
        title,
        abstracts: abstracts
            .into_iter()
            .take(MERGED_ABSTRACTS)
            .map(|line| line.chars().take(MERGED_ABSTRACT_CHARS).collect())
            .collect(),
        compatible_text: text(object, "merge_elem_compatible_text"),
        ..MergedElement::default()
    };
    let given = object.array("merge_elem_message_array").unwrap_or_default();
    if given.len() > MERGED_MESSAGES {
        return Err(Refusal::invalid(format!(
            "merge_elem_message_array has {} messages, the limit is {MERGED_MESSAGES}",
            given.len()
        )));
    }
    if !given.is_empty() {
        let list = merged::decode_list(given)?;
        merged::set_list(&mut merged, &list);
        return Ok(merged);
    }
    let buffer = text(object, "merge_elem_relay_buffer");
    let key = text(object, "merge_elem_relay_pb_key");
    let over_limit = object.boolean("merge_elem_layer_over_limit") == Some(true);
    if !buffer.is_empty() {
        let list = hex::decode(&buffer).and_then(|bytes| MergedList::decode(&*bytes).ok());
        let list = list.ok_or_else(|| Refusal::invalid("merge_elem_relay_buffer is damaged"))?;
        merged.depth = merged::depth(&list);
        merged.count = u32::try_from(list.items.len()).unwrap_or(u32::MAX);
        merged.list = list.encode_to_vec().into();
    } else if let Some((file, depth, count)) = merged::from_key(&key) {
        merged.file = Some(file);
        merged.depth = depth;
        merged.count = count;
    } else if over_limit {
        merged.depth = MERGED_DEPTH + 1;
    } else {
        return Err(Refusal::invalid("merge_elem_message_array is empty"));
    }
    Ok(merged)
}

/// Appends one element.
pub(super) fn write_element(out: &mut String, element: &Element) {
    let mut w = ObjectWriter::new(out);
    match &element.kind {
        Some(Kind::Text(text)) => {
            w.uint("elem_type", 0).string("text_elem_content", &text.content);
        }
        Some(Kind::Custom(custom)) => {
            w.bytes("custom_elem_data", &custom.data)
                .string("custom_elem_desc", &custom.desc)
                .string("custom_elem_ext", &custom.ext)
                .string("custom_elem_sound", &custom.sound)
                .uint("elem_type", 3);
        }
        Some(Kind::Face(face)) => {
            w.uint("elem_type", 6)
                .bytes("face_elem_buf", &face.data)
                .int("face_elem_index", i64::from(face.index));
        }
        Some(Kind::Location(location)) => {
            w.uint("elem_type", 7)
                .string("location_elem_desc", &location.desc)
                .float("location_elem_latitude", location.latitude)
                .float("location_elem_longitude", location.longitude);
        }
        Some(Kind::Image(image)) => write_image(&mut w, image),
        Some(Kind::Sound(sound)) => write_sound(&mut w, sound),
        Some(Kind::Video(video)) => write_video(&mut w, video),
        Some(Kind::File(file)) => write_file(&mut w, file),
        Some(Kind::Merged(merged)) => write_merged(&mut w, merged),
        // A kind of a later version: the place is kept, so that indices stay what the sender meant.
        None => {
            w.int("elem_type", -1);
        }
    }
}

fn write_image(w: &mut ObjectWriter<'_>, image: &ImageElement) {
    let (none, level) = (Picture::default(), u64::from(image.level));
    let original = image.original.as_ref().unwrap_or(&none);
    let large = image.large.as_ref().unwrap_or(&none);
    let thumb = image.thumb.as_ref().unwrap_or(&none);
    w.uint("elem_type", 1)
        .uint("image_elem_format", u64::from(image.format))
        .string("image_elem_large_id", &large.id)
        .uint("image_elem_large_pic_height", u64::from(large.height))
        .uint("image_elem_large_pic_size", large.size)
        .uint("image_elem_large_pic_width", u64::from(large.width))
        .string("image_elem_large_url", &large.url)
        .uint("image_elem_level", level)
        .string("image_elem_orig_id", &original.id)
        .string("image_elem_orig_path", &image.path)
        .uint("image_elem_orig_pic_height", u64::from(original.height))
        .uint("image_elem_orig_pic_size", original.size)
        .uint("image_elem_orig_pic_width", u64::from(original.width))
        .string("image_elem_orig_url", &original.url)
        .string("image_elem_thumb_id", &thumb.id)
        .uint("image_elem_thumb_pic_height", u64::from(thumb.height))
        .uint("image_elem_thumb_pic_size", thumb.size)
        .uint("image_elem_thumb_pic_width", u64::from(thumb.width))
        .string("image_elem_thumb_url", &thumb.url);
}

fn write_sound(w: &mut ObjectWriter<'_>, sound: &SoundElement) {
    let none = Media::default();
    let file = sound.file.as_ref().unwrap_or(&none);
    w.uint("elem_type", 2)
        .uint("sound_elem_business_id", 0)
        .string("sound_elem_file_id", &file.id)
        .string("sound_elem_file_path", &sound.path)
        .uint("sound_elem_file_size", file.size)
        .uint("sound_elem_file_time", u64::from(sound.duration));
    url(w, "sound_elem_url", &file.url);
}

fn write_video(w: &mut ObjectWriter<'_>, video: &VideoElement) {
    let (none, no_picture) = (Media::default(), Picture::default());
    let file = video.file.as_ref().unwrap_or(&none);
    let snapshot = video.snapshot.as_ref().unwrap_or(&no_picture);
    w.uint("elem_type", 9)
        .uint("video_elem_business_id", 0)
        .uint("video_elem_image_height", u64::from(snapshot.height))
        .string("video_elem_image_id", &snapshot.id)
        .string("video_elem_image_path", &video.snapshot_path)
        .uint("video_elem_image_size", snapshot.size)
        .string("video_elem_image_type", &video.snapshot_type);
    url(w, "video_elem_image_url", &snapshot.url);
    w.uint("video_elem_image_width", u64::from(snapshot.width))
        .uint("video_elem_video_duration", u64::from(video.duration))
        .string("video_elem_video_id", &file.id)
        .string("video_elem_video_path", &video.path)
        .uint("video_elem_video_size", file.size)
        .string("video_elem_video_type", &video.r#type);
    url(w, "video_elem_video_url", &file.url);
}

fn write_file(w: &mut ObjectWriter<'_>, element: &FileElement) {
    let none = Media::default();
    let file = element.file.as_ref().unwrap_or(&none);
    w.uint("elem_type", 4)
        .uint("file_elem_business_id", 0)
        .string("file_elem_file_id", &file.id)
        .string("file_elem_file_name", &element.name)
        .string("file_elem_file_path", &element.path)
        .uint("file_elem_file_size", file.size);
    url(w, "file_elem_url", &file.url);
}

/// The list itself is given back to the sending device alone; elsewhere `TIMMsgDownloadMergerMessage` opens it.
fn write_merged(w: &mut ObjectWriter<'_>, element: &MergedElement) {
    let own = merged::items(&element.own_list);
    let key = merged::to_key(element);
    w.uint("elem_type", 12)
        .array("merge_elem_abstract_array", &element.abstracts, |out, line| {
            crate::model::json::push_string(out, line);
        })
        .string("merge_elem_compatible_text", &element.compatible_text)
        .boolean("merge_elem_layer_over_limit", element.is_too_deep())
        .array("merge_elem_message_array", &own, |out, m| {
            super::write_message(out, m, super::ReadState::default());
        })
        .string("merge_elem_relay_buffer", &hex::encode(&element.list))
        .string("merge_elem_relay_json_key", &key)
        .string("merge_elem_relay_pb_key", &key)
        .string("merge_elem_title", &element.title);
}

fn url(w: &mut ObjectWriter<'_>, key: &'static str, url: &str) {
    if !url.is_empty() {
        w.string(key, url);
    }
}

/// A file that is on a server already.
fn media(object: Object<'_>, id: &str, url: &str, size: &str) -> Option<Media> {
    let media = Media {
        id: text(object, id),
        url: text(object, url),
        size: number(object, size),
    };
    (!media.id.is_empty() || !media.url.is_empty()).then_some(media)
}

/// A path: absent or empty when there is none.
fn path(object: Object<'_>, key: &str) -> Result<String, Refusal> {
    match object.value(key) {
        None => Ok(String::new()),
        Some(value) => value
            .as_str()
            .map(str::to_owned)
            .ok_or_else(|| bad_element(format!("{key} is not a string"))),
    }
}

/// The last component of a path, of either kind of separator.
fn last_part(path: &str) -> String {
    path.rsplit(['/', '\\']).next().unwrap_or_default().to_owned()
}

/// The extension of a path without its dot.
fn extension(path: &str) -> String {
    let name = last_part(path);
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => extension.to_owned(),
        _ => String::new(),
    }
}

fn text(object: Object<'_>, key: &str) -> String {
    object.string(key).unwrap_or_default().to_owned()
}

/// A size that the server knows better: what is no size counts as 0.
fn number(object: Object<'_>, key: &str) -> u64 {
    object
        .integer_or_text(key)
        .and_then(|n| u64::try_from(n).ok())
        .unwrap_or(0)
}

fn pixels(object: Object<'_>, key: &str) -> u32 {
    u32::try_from(number(object, key)).unwrap_or(0)
}

fn required_string<'a>(object: Object<'a>, key: &str) -> Result<&'a str, Refusal> {
    match object.value(key) {
        None => Err(bad_element(format!("{key} is missing"))),
        Some(value) => value
            .as_str()
            .ok_or_else(|| bad_element(format!("{key} is not a string"))),
    }
}

fn required_float(object: Object<'_>, key: &str) -> Result<f64, Refusal> {
    match object.value(key) {
        None => Err(bad_element(format!("{key} is missing"))),
        Some(value) => value
            .as_f64()
            .ok_or_else(|| bad_element(format!("{key} is not a number"))),
    }
}

/// Bytes of an optional key: a wrong type counts as absent, base64 that is none does not.
fn element_bytes(object: Object<'_>, key: &str) -> Result<Bytes, Refusal> {
    match object.value(key) {
        Some(value @ Value::String(_)) => {
            let bytes = as_bytes(value).ok_or_else(|| bad_element(format!("{key} holds broken base64")))?;
            Ok(bytes.into())
        }
        Some(_) => {
            note(key, || "expected a string; ignored".to_owned());
            Ok(Bytes::new())
        }
        None => Ok(Bytes::new()),
    }
}

/// A 32-bit number, 0 when absent.
fn element_int(object: Object<'_>, key: &str) -> Result<i32, Refusal> {
    if !object.has(key) {
        return Ok(0);
    }
    let number = object
        .integer(key)
        .ok_or_else(|| bad_element(format!("{key} is not a number")))?;
    i32::try_from(number).map_err(|_| Refusal::invalid(format!("{key} is not a 32-bit number")))
}

/// A number of 0 or more that fits 31 bits, 0 when absent.
fn element_uint(object: Object<'_>, key: &str) -> Result<u32, Refusal> {
    u32::try_from(element_int(object, key)?).map_err(|_| Refusal::invalid(format!("{key} is negative")))
}

pub(super) fn bad_element(desc: impl Into<std::borrow::Cow<'static, str>>) -> Refusal {
    Refusal::new(code::INVALID_MSG_ELEM, desc)
}

#[cfg(test)]
#[path = "element_json_tests.rs"]
mod tests;
