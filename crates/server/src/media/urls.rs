//! Where files are fetched from, and the places of messages that say so.
//!
//! An address is `<origin>/tim/v1/media/<id>`, in signed mode with `?expires=<Unix seconds>&sig=<hexadecimal>`. What a
//! message says of a file that the server knows is the server's word, not the sender's: the address is written when
//! the message is stored and again whenever it goes out, for the origin that its reader came to.

use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use prost::Message as _;
use sha2::Sha256;
use timbre_protocol::body::MERGED_DEPTH;
use timbre_protocol::element::Kind;
use timbre_protocol::{Body, ChatMessage, Media, MergedList, Picture, TextElement, capabilities};

use crate::config::{Config, MediaUrlMode};
use crate::storage::media::MediaRows;

/// Path of files that are fetched; the id follows.
pub const MEDIA_PATH: &str = "/tim/v1/media/";
/// Path of uploads; the upload's id follows.
pub const UPLOAD_PATH: &str = "/tim/v1/upload/";

/// Makes and checks addresses.
pub struct Urls {
    public_url: String,
    /// Key of the signatures and seconds for which they are good; none in public mode.
    signed: Option<(Vec<u8>, i64)>,
}

impl Urls {
    /// The addresses that `config` asks for, signed with `key` in signed mode.
    pub fn new(config: &Config, key: Vec<u8>) -> Self {
        let signed = match config.media_url_mode {
            MediaUrlMode::Public => None,
            MediaUrlMode::Signed => Some((key, i64::from(config.media_url_ttl_s))),
        };
        Self {
            public_url: config.media_public_url.clone(),
            signed,
        }
    }

    /// The address of a file for whoever came to `origin`.
    pub fn url(&self, origin: &str, id: &str, now_s: i64) -> String {
        let origin = if self.public_url.is_empty() {
            origin
        } else {
            &self.public_url
        };
        match &self.signed {
            None => format!("{origin}{MEDIA_PATH}{id}"),
            Some((key, ttl)) => {
                let expires = now_s.saturating_add(*ttl);
                let sig = hex(&mac(key, id, expires).finalize().into_bytes());
                format!("{origin}{MEDIA_PATH}{id}?expires={expires}&sig={sig}")
            }
        }
    }

    /// Whether the query of an address lets its bearer read the file. The error says why not.
    pub fn check(&self, id: &str, query: Option<&str>, now_s: i64) -> Result<(), &'static str> {
        let Some((key, _)) = &self.signed else {
            return Ok(());
        };
        let field = |name: &str| {
            query?
                .split('&')
                .find_map(|field| field.strip_prefix(name)?.strip_prefix('='))
        };
        let expires: i64 = field("expires")
            .and_then(|text| text.parse().ok())
            .ok_or("the address is not signed")?;
        let sig = field("sig").and_then(unhex).ok_or("the address is not signed")?;
        mac(key, id, expires)
            .verify_slice(&sig)
            .map_err(|_| "the signature of the address is wrong")?;
        if now_s > expires {
            return Err("the address has expired");
        }
        Ok(())
    }
}

fn mac(key: &[u8], id: &str, expires: i64) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("an HMAC takes keys of any length");
    mac.update(format!("{id}\n{expires}").as_bytes());
    mac
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Hexadecimal digits as bytes.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    if text.len() % 2 != 0 || !text.is_ascii() {
        return None;
    }
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).ok())
        .collect()
}

/// A place of a message that names a file.
pub struct Place<'a> {
    /// Id of a file of the server, or empty.
    pub id: &'a mut String,
    /// Where it is fetched from.
    pub url: &'a mut String,
    size: &'a mut u64,
    pixels: Option<(&'a mut u32, &'a mut u32)>,
}

/// Why a message cannot be looked through.
#[derive(Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// A list of merged messages cannot be decoded.
    List,
}

/// Calls `at` with every place of `body` that names a file, lists of merged messages included. Lists that stand too
/// deep in each other are taken out.
pub fn places(body: &mut Body, at: &mut dyn FnMut(Place<'_>)) -> Result<(), Unreadable> {
    walk(body, 0, at)
}

/// The same for a list of merged messages.
pub fn places_of_list(list: &mut MergedList, at: &mut dyn FnMut(Place<'_>)) -> Result<(), Unreadable> {
    walk_list(list, 1, at)
}

fn walk(body: &mut Body, depth: u32, at: &mut dyn FnMut(Place<'_>)) -> Result<(), Unreadable> {
    for element in &mut body.elements {
        match &mut element.kind {
            Some(Kind::Image(image)) => {
                for one in [&mut image.original, &mut image.large, &mut image.thumb] {
                    picture(one, at);
                }
            }
            Some(Kind::Sound(sound)) => media(&mut sound.file, at),
            Some(Kind::Video(video)) => {
                media(&mut video.file, at);
                picture(&mut video.snapshot, at);
            }
            Some(Kind::File(file)) => media(&mut file.file, at),
            Some(Kind::Merged(merged)) => {
                media(&mut merged.file, at);
                if depth >= MERGED_DEPTH {
                    merged.list = Bytes::new();
                }
                if !merged.list.is_empty() {
                    let mut list = MergedList::decode(merged.list.clone()).map_err(|_| Unreadable::List)?;
                    walk_list(&mut list, depth + 1, at)?;
                    merged.list = list.encode_to_vec().into();
                }
            }
            Some(Kind::Text(_) | Kind::Custom(_) | Kind::Face(_) | Kind::Location(_)) | None => {}
        }
    }
    Ok(())
}

fn walk_list(list: &mut MergedList, depth: u32, at: &mut dyn FnMut(Place<'_>)) -> Result<(), Unreadable> {
    for message in list.items.iter_mut().filter_map(|item| item.message.as_mut()) {
        let mut body = Body::decode(message.body.clone()).map_err(|_| Unreadable::List)?;
        walk(&mut body, depth, at)?;
        message.body = body.encode_to_vec().into();
    }
    Ok(())
}

fn media(place: &mut Option<Media>, at: &mut dyn FnMut(Place<'_>)) {
    if let Some(media) = place {
        at(Place {
            id: &mut media.id,
            url: &mut media.url,
            size: &mut media.size,
            pixels: None,
        });
    }
}

fn picture(place: &mut Option<Picture>, at: &mut dyn FnMut(Place<'_>)) {
    if let Some(picture) = place {
        at(Place {
            id: &mut picture.id,
            url: &mut picture.url,
            size: &mut picture.size,
            pixels: Some((&mut picture.width, &mut picture.height)),
        });
    }
}

/// Writes what the server knows of a file into a place that names it.
pub fn fill(place: Place<'_>, rows: &MediaRows, url: &dyn Fn(&str) -> String) {
    let Some(row) = rows.get(place.id) else { return };
    *place.url = url(&row.id);
    *place.size = row.size;
    if let Some((width, height)) = place.pixels
        && row.width > 0
    {
        (*width, *height) = (row.width, row.height);
    }
}

/// Whether an app may give this as the address of a file of its own.
pub fn is_foreign_url(url: &str) -> bool {
    let scheme = |name: &str| {
        let head = url.get(..name.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(name)) && url.len() > name.len()
    };
    scheme("http://") || scheme("https://")
}

/// A stored message as the reader gets it: addresses that it can fetch from, and text in the place of merged messages
/// for one that does not know them. A message that has neither is given back as it is, undecoded.
pub fn outgoing(message: &Bytes, able: u32, url: &dyn Fn(&str) -> String) -> Bytes {
    let downgrade = able & capabilities::MERGED_MESSAGES == 0 && message.contains(&MERGED_TAG);
    if !downgrade && !names_files(message) {
        return message.clone();
    }
    let changed = || {
        let mut chat = ChatMessage::decode(message.clone()).ok()?;
        let mut body = Body::decode(chat.body.clone()).ok()?;
        let mut changed = downgrade && without_merged(&mut body);
        let mut address = |place: Place<'_>| {
            if !place.id.is_empty() {
                let url = url(place.id);
                changed |= *place.url != url;
                *place.url = url;
            }
        };
        places(&mut body, &mut address).ok()?;
        chat.body = body.encode_to_vec().into();
        changed.then(|| Bytes::from(chat.encode_to_vec()))
    };
    changed().unwrap_or_else(|| message.clone())
}

/// First byte of a merged element: without one there is none.
const MERGED_TAG: u8 = 9 << 3 | 2;

fn without_merged(body: &mut Body) -> bool {
    let mut changed = false;
    for element in &mut body.elements {
        if let Some(Kind::Merged(merged)) = &mut element.kind {
            let content = std::mem::take(&mut merged.compatible_text);
            element.kind = Some(Kind::Text(TextElement { content }));
            changed = true;
        }
    }
    changed
}

/// Whether an address of the server's own stands in the message: every file that it knows has one when it is stored.
fn names_files(message: &[u8]) -> bool {
    let path = MEDIA_PATH.as_bytes();
    let mut rest = message;
    while let Some(at) = rest.iter().position(|byte| *byte == b'/') {
        rest = &rest[at..];
        if rest.starts_with(path) {
            return true;
        }
        rest = &rest[1..];
    }
    false
}
