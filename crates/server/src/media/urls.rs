//! Where files are fetched from, and the places of messages that say so.
//!
//! An address is `<origin>/tim/v1/media/<id>`, in signed mode with `?expires=<Unix seconds>&sig=<hexadecimal>`. What a
//! message says of a file that the server knows is the server's word, not the sender's. A stored message has the path
//! alone; the origin is written whenever it goes out, and is the one that its reader came to.

use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use prost::Message as _;
use sha2::Sha256;
use timbre_protocol::body::MERGED_DEPTH;
use timbre_protocol::element::Kind;
use timbre_protocol::{Body, ChatMessage, Media, MergedList, Picture, TextElement, capabilities, hex};

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
        self.url_for(origin, id, now_s, i64::MAX)
    }

    /// An address that is good for no more than `seconds` in signed mode.
    pub fn url_for(&self, origin: &str, id: &str, now_s: i64, seconds: i64) -> String {
        let origin = if self.public_url.is_empty() {
            origin
        } else {
            &self.public_url
        };
        match &self.signed {
            None => format!("{origin}{MEDIA_PATH}{id}"),
            Some((key, ttl)) => {
                let expires = now_s.saturating_add(seconds.min(*ttl));
                let sig = hex::encode(&mac(key, id, expires).finalize().into_bytes());
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
        let sig = field("sig")
            .and_then(hex::decode)
            .ok_or("the address is not signed")?;
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

/// Writes what the server knows of the files that a message names into it, as it is stored: the address is a path, for
/// the origin is that of whoever reads it.
pub fn fill_body(body: &mut Body, rows: &MediaRows) {
    let mut fill = |place: Place<'_>| {
        let Some(row) = rows.get(place.id) else { return };
        *place.url = format!("{MEDIA_PATH}{}", row.id);
        *place.size = row.size;
        if let Some((width, height)) = place.pixels
            && row.width > 0
        {
            (*width, *height) = (row.width, row.height);
        }
    };
    // It was walked through when it came: there is nothing in it that cannot be.
    let _ = places(body, &mut fill);
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

#[cfg(test)]
mod tests {
    use super::*;
    use timbre_protocol::{Element, FileElement, MergedElement, MergedItem};

    fn body(kind: Kind) -> Body {
        Body {
            elements: vec![Element { kind: Some(kind) }],
            ..Body::default()
        }
    }

    fn message(body: &Body) -> Bytes {
        let chat = ChatMessage {
            body: body.encode_to_vec().into(),
            ..ChatMessage::default()
        };
        chat.encode_to_vec().into()
    }

    fn file(id: &str, url: &str) -> Kind {
        Kind::File(FileElement {
            file: Some(Media {
                id: id.into(),
                url: url.into(),
                size: 1,
            }),
            ..FileElement::default()
        })
    }

    /// `inner` in so many merged messages.
    fn nested(inner: Body, depth: u32) -> Body {
        (0..depth).fold(inner, |inner, _| {
            let list = MergedList {
                items: vec![MergedItem {
                    message: Some(ChatMessage {
                        body: inner.encode_to_vec().into(),
                        ..ChatMessage::default()
                    }),
                    conversation: None,
                }],
            };
            body(Kind::Merged(MergedElement {
                compatible_text: "J".into(),
                list: list.encode_to_vec().into(),
                ..MergedElement::default()
            }))
        })
    }

    // MSG-136
    #[test]
    fn a_message_without_files_goes_out_as_it_is() {
        let url = |_: &str| -> String { panic!("nothing to address") };
        for kind in [
            Kind::Text(TextElement {
                content: "J /tim/v1/media /tim/v1/media/x".into(),
            }),
            file("", "https://cdn.example/tim/v1/media/x"),
        ] {
            let message = message(&body(kind));
            for able in [0, capabilities::MERGED_MESSAGES] {
                assert_eq!(outgoing(&message, able, &url), message);
            }
        }
    }

    // MSG-136
    #[test]
    fn lists_are_looked_through_to_a_bound() {
        let found = |depth| {
            let mut ids = Vec::new();
            let mut body = nested(body(file("id", "")), depth);
            let walked = places(&mut body, &mut |place| {
                ids.push(place.id.clone());
                *place.url = "there".into();
            });
            assert_eq!(walked, Ok(()));
            let written = body.encode_to_vec().windows(5).any(|w| w == b"there");
            assert_eq!(written, !ids.is_empty());
            ids.len()
        };
        assert_eq!((found(0), found(1), found(100)), (1, 1, 1));
        assert_eq!((found(101), found(400)), (0, 0));
        let stored = message(&nested(body(file("id", "/tim/v1/media/id")), 3));
        let sent = outgoing(&stored, capabilities::MERGED_MESSAGES, &|id| {
            format!("https://h/{id}")
        });
        assert!(sent.windows(12).any(|w| w == b"https://h/id"));
    }

    // MSG-136
    #[test]
    fn a_signature_is_good_for_one_file_and_time() {
        let config = Config {
            media_url_mode: MediaUrlMode::Signed,
            media_url_ttl_s: 10,
            ..Config::default()
        };
        let (ours, other) = (Urls::new(&config, vec![1; 32]), Urls::new(&config, vec![2; 32]));
        let url = ours.url("https://h", "id", 100);
        let query = url.strip_prefix("https://h/tim/v1/media/id?");
        assert!(query.is_some());
        assert_eq!(ours.check("id", query, 110), Ok(()));
        assert_eq!(ours.check("id", query, 111), Err("the address has expired"));
        assert!(ours.check("ie", query, 100).is_err());
        assert!(other.check("id", query, 100).is_err());
        assert!(ours.check("id", None, 100).is_err());
    }
}
