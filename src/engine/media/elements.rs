//! Which files the elements of a message have on this device, and where in them goes what the server says of those.

use std::path::PathBuf;

use timbre_protocol::element::Kind;
use timbre_protocol::{Body, Element, Limits, Media, MediaFile, MediaKind, Picture};

use crate::engine::transfers::{Prepare, Prepared, Source};

/// A file of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Image,
    Sound,
    Video,
    Snapshot,
    File,
    Merged,
}

/// Whether anything has to reach the server before the message can.
pub(in crate::engine) fn needs_upload(body: &Body, limits: &Limits) -> bool {
    body.elements
        .iter()
        .any(|element| !missing(element, limits).is_empty())
}

/// Files of `element` that are not on the server. An element that names none at all is among them: looking at its
/// empty path says what is wrong with it.
pub(super) fn missing(element: &Element, limits: &Limits) -> Vec<Role> {
    match &element.kind {
        Some(Kind::Image(image)) => {
            let known = image.original.as_ref().map(|p| (p.id.as_str(), p.url.as_str()));
            roles(Role::Image, known, &image.path)
        }
        Some(Kind::Sound(sound)) => roles(Role::Sound, known(sound.file.as_ref()), &sound.path),
        Some(Kind::File(file)) => roles(Role::File, known(file.file.as_ref()), &file.path),
        Some(Kind::Video(video)) => {
            let mut list = roles(Role::Video, known(video.file.as_ref()), &video.path);
            // A video may do without a picture.
            if !video.snapshot_path.is_empty() && video.snapshot.as_ref().is_none_or(|p| p.id.is_empty()) {
                list.push(Role::Snapshot);
            }
            list
        }
        Some(Kind::Merged(merged)) => {
            let inline = merged.own_list.len() as u64 <= u64::from(limits.merger_inline_max);
            let there = !merged.list.is_empty() || merged.file.is_some();
            if there || inline {
                Vec::new()
            } else {
                vec![Role::Merged]
            }
        }
        Some(Kind::Text(_) | Kind::Custom(_) | Kind::Face(_) | Kind::Location(_)) | None => Vec::new(),
    }
}

fn known(file: Option<&Media>) -> Option<(&str, &str)> {
    file.map(|m| (m.id.as_str(), m.url.as_str()))
}

fn roles(role: Role, known: Option<(&str, &str)>, path: &str) -> Vec<Role> {
    let there = match known {
        Some((id, _)) if !id.is_empty() => true,
        // An address alone is a file that the app hosts, unless there is one here to be uploaded.
        Some((_, url)) => !url.is_empty() && path.is_empty(),
        None => false,
    };
    if there { Vec::new() } else { vec![role] }
}

impl Role {
    pub(super) fn kind(self) -> MediaKind {
        match self {
            Self::Image => MediaKind::MediaImage,
            Self::Sound => MediaKind::MediaSound,
            Self::Video => MediaKind::MediaVideo,
            Self::Snapshot => MediaKind::MediaSnapshot,
            Self::File => MediaKind::MediaFile,
            Self::Merged => MediaKind::MediaMerged,
        }
    }

    fn max(self, limits: &Limits) -> u64 {
        match self {
            Self::Image | Self::Snapshot => limits.image_max,
            Self::Sound => limits.sound_max,
            Self::Video => limits.video_max,
            Self::File => limits.file_max,
            Self::Merged => u64::MAX,
        }
    }

    /// Whether a host is told how far its upload is.
    pub(super) fn is_told(self) -> bool {
        self != Self::Merged
    }

    /// What the driver is to look at.
    pub(super) fn prepare(self, element: &Element, limits: &Limits) -> Prepare {
        let path = |path: &str| Source::File(PathBuf::from(path));
        let (source, level) = match (&element.kind, self) {
            (Some(Kind::Image(image)), _) => (path(&image.path), image.level),
            (Some(Kind::Sound(sound)), _) => (path(&sound.path), 0),
            (Some(Kind::Video(video)), Self::Snapshot) => (path(&video.snapshot_path), 0),
            (Some(Kind::Video(video)), _) => (path(&video.path), 0),
            (Some(Kind::File(file)), _) => (path(&file.path), 0),
            (Some(Kind::Merged(merged)), _) => (Source::Bytes(merged.own_list.clone()), 0),
            _ => (path(""), 0),
        };
        Prepare {
            source,
            picture: matches!(self, Self::Image | Self::Snapshot),
            level,
            max: self.max(limits),
        }
    }

    /// The name under which a browser is to save the file.
    pub(super) fn name(self, element: &Element, source: &Source) -> String {
        match (&element.kind, self) {
            (Some(Kind::File(file)), _) if !file.name.is_empty() => return file.name.clone(),
            _ => {}
        }
        let original = match &element.kind {
            Some(Kind::Image(image)) => image.path.as_str(),
            Some(Kind::Sound(sound)) => &sound.path,
            Some(Kind::Video(video)) if self == Self::Snapshot => &video.snapshot_path,
            Some(Kind::Video(video)) => &video.path,
            Some(Kind::File(file)) => &file.path,
            _ => "",
        };
        let name = original.rsplit(['/', '\\']).next().unwrap_or_default();
        match source {
            // An image that was made smaller is a JPEG now, whatever it was.
            Source::Bytes(_) if self == Self::Image => {
                let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
                format!("{stem}.jpg")
            }
            _ => name.to_owned(),
        }
    }

    /// Writes into `element` where its file is now.
    pub(super) fn fill(self, element: &mut Element, file: MediaFile, prepared: &Prepared) {
        let plain = file.file.clone().unwrap_or_default();
        let whole = |picture: Option<Picture>| {
            let mut picture = picture.unwrap_or_else(|| Picture {
                id: plain.id.clone(),
                url: plain.url.clone(),
                size: plain.size,
                ..Picture::default()
            });
            if picture.size == 0 {
                picture.size = prepared.size;
            }
            picture
        };
        let media = Media {
            size: if plain.size == 0 {
                prepared.size
            } else {
                plain.size
            },
            ..plain.clone()
        };
        match (&mut element.kind, self) {
            (Some(Kind::Image(image)), _) => {
                let mut original = whole(file.original);
                if original.width == 0 || original.height == 0 {
                    (original.width, original.height) = (prepared.width, prepared.height);
                }
                image.format = file.format;
                image.large = Some(file.large.unwrap_or_else(|| original.clone()));
                image.thumb = Some(file.thumb.unwrap_or_else(|| original.clone()));
                image.original = Some(original);
            }
            (Some(Kind::Sound(sound)), _) => sound.file = Some(media),
            (Some(Kind::Video(video)), Self::Snapshot) => {
                let mut picture = whole(file.original);
                let given = video.snapshot.take().unwrap_or_default();
                let of_header = |seen: u32, made: u32| if made == 0 { seen } else { made };
                picture.width = of_header(of_header(prepared.width, picture.width), given.width);
                picture.height = of_header(of_header(prepared.height, picture.height), given.height);
                video.snapshot = Some(picture);
            }
            (Some(Kind::Video(video)), _) => video.file = Some(media),
            (Some(Kind::File(element)), _) => element.file = Some(media),
            (Some(Kind::Merged(merged)), _) => merged.file = Some(media),
            _ => {}
        }
    }
}

/// A list of merged messages that is short enough travels in its message.
pub(super) fn inline_lists(body: &mut Body, limits: &Limits) {
    for element in &mut body.elements {
        if let Some(Kind::Merged(merged)) = &mut element.kind
            && merged.list.is_empty()
            && merged.file.is_none()
            && merged.own_list.len() as u64 <= u64::from(limits.merger_inline_max)
        {
            merged.list = merged.own_list.clone();
        }
    }
}

/// A message is sent again: files that its first attempt has uploaded, of the same places, are not uploaded again.
pub(in crate::engine) fn keep_uploaded(body: &mut Body, before: &Body) {
    for (element, old) in body.elements.iter_mut().zip(&before.elements) {
        match (&mut element.kind, &old.kind) {
            (Some(Kind::Image(new)), Some(Kind::Image(old)))
                if new.original.is_none() && new.path == old.path && new.level == old.level =>
            {
                new.format = old.format;
                new.original = old.original.clone();
                new.large = old.large.clone();
                new.thumb = old.thumb.clone();
            }
            (Some(Kind::Sound(new)), Some(Kind::Sound(old)))
                if new.file.is_none() && new.path == old.path =>
            {
                new.file = old.file.clone();
            }
            (Some(Kind::File(new)), Some(Kind::File(old))) if new.file.is_none() && new.path == old.path => {
                new.file = old.file.clone();
            }
            (Some(Kind::Video(new)), Some(Kind::Video(old))) => {
                if new.file.is_none() && new.path == old.path {
                    new.file = old.file.clone();
                }
                let known = |p: &Option<Picture>| p.as_ref().is_some_and(|p| !p.id.is_empty());
                if !known(&new.snapshot) && known(&old.snapshot) && new.snapshot_path == old.snapshot_path {
                    new.snapshot = old.snapshot.clone();
                }
            }
            (Some(Kind::Merged(new)), Some(Kind::Merged(old)))
                if new.list.is_empty() && new.file.is_none() && new.own_list == old.own_list =>
            {
                new.file = old.file.clone();
            }
            _ => {}
        }
    }
}
