//! What is allowed in the body of a message, counted and checked in one way by both sides (spec 03 sections 3.1,
//! 4 and 6.2).

use crate::element::Kind;
use crate::{Body, Element, MergedElement, Picture};

/// How deep merged messages may stand in each other; deeper ones lose their list.
pub const MERGED_DEPTH: u32 = 100;
/// Messages in one merged message.
pub const MERGED_MESSAGES: usize = 300;
/// Digest lines of a merged message that are kept.
pub const MERGED_ABSTRACTS: usize = 5;
/// Characters of a digest line that are kept.
pub const MERGED_ABSTRACT_CHARS: usize = 100;

/// What is wrong with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyFault {
    /// A value that is not allowed (6017), in words.
    Parameter(String),
    /// An element that is none (6016), in words.
    Element(String),
}

impl Body {
    /// Bytes that count towards `limits.msg_bytes`: the texts of all elements and the cloud custom data. Files and
    /// lists of merged messages do not count.
    pub fn counted_bytes(&self) -> usize {
        self.cloud_custom.len() + self.elements.iter().map(counted).sum::<usize>()
    }

    /// Checks the number and the shapes of the elements.
    pub fn check(&self, elems_max: usize) -> Result<(), BodyFault> {
        let elements = &self.elements;
        if elements.is_empty() {
            return Err(BodyFault::Parameter("the message has no elements".into()));
        }
        if elements.len() > elems_max {
            return Err(BodyFault::Parameter(format!(
                "the message has {} elements, the limit is {elems_max}",
                elements.len()
            )));
        }
        let only = elements.len() == 1;
        for (at, element) in elements.iter().enumerate() {
            check(element, only).map_err(|fault| match fault {
                BodyFault::Parameter(text) => BodyFault::Parameter(format!("element {at}: {text}")),
                BodyFault::Element(text) => BodyFault::Element(format!("element {at}: {text}")),
            })?;
        }
        let sounds = |e: &&Element| matches!(e.kind, Some(Kind::Sound(_)));
        if elements.iter().filter(sounds).count() > 1 {
            return Err(BodyFault::Parameter(
                "the message has more than one sound element".into(),
            ));
        }
        Ok(())
    }

    /// The content that `self` makes of `stored`: elements of text, custom data, faces and locations, and the cloud
    /// custom data are those of `self`. All others have to be those of `stored`, in their order, and are taken from
    /// there, as everything else is.
    pub fn modified_from(&self, stored: &Self) -> Result<Self, BodyFault> {
        let mut fixed = stored.elements.iter().filter(|e| is_fixed(e));
        let mut elements = Vec::with_capacity(self.elements.len());
        for (at, element) in self.elements.iter().enumerate() {
            if !is_fixed(element) {
                elements.push(element.clone());
                continue;
            }
            match fixed.next() {
                Some(own) if is_same_fixed(own, element) => elements.push(own.clone()),
                _ => {
                    return Err(BodyFault::Element(format!(
                        "element {at} is not the one that was sent: only text, custom data, faces and locations \
                         can be modified"
                    )));
                }
            }
        }
        if fixed.next().is_some() {
            return Err(BodyFault::Element(
                "an element is missing: only text, custom data, faces and locations can be removed".into(),
            ));
        }
        Ok(Self {
            elements,
            cloud_custom: self.cloud_custom.clone(),
            ..stored.clone()
        })
    }

    /// Takes off what is for the sending device alone.
    pub fn strip_local(&mut self) {
        for element in &mut self.elements {
            match &mut element.kind {
                Some(Kind::Image(image)) => image.path.clear(),
                Some(Kind::Sound(sound)) => sound.path.clear(),
                Some(Kind::Video(video)) => {
                    video.path.clear();
                    video.snapshot_path.clear();
                }
                Some(Kind::File(file)) => file.path.clear(),
                Some(Kind::Merged(merged)) => merged.own_list.clear(),
                Some(Kind::Text(_) | Kind::Custom(_) | Kind::Face(_) | Kind::Location(_)) | None => {}
            }
        }
    }

    /// The ids of all files that its elements name, in their order; those inside lists of merged messages are not
    /// among them.
    pub fn media_ids(&self) -> Vec<&str> {
        let mut ids = Vec::new();
        for element in &self.elements {
            match &element.kind {
                Some(Kind::Image(image)) => {
                    for picture in [&image.original, &image.large, &image.thumb]
                        .into_iter()
                        .flatten()
                    {
                        ids.push(picture.id.as_str());
                    }
                }
                Some(Kind::Sound(sound)) => ids.extend(sound.file.iter().map(|m| m.id.as_str())),
                Some(Kind::Video(video)) => {
                    ids.extend(video.file.iter().map(|m| m.id.as_str()));
                    ids.extend(video.snapshot.iter().map(|p| p.id.as_str()));
                }
                Some(Kind::File(file)) => ids.extend(file.file.iter().map(|m| m.id.as_str())),
                Some(Kind::Merged(merged)) => ids.extend(merged.file.iter().map(|m| m.id.as_str())),
                Some(Kind::Text(_) | Kind::Custom(_) | Kind::Face(_) | Kind::Location(_)) | None => {}
            }
        }
        ids.retain(|id| !id.is_empty());
        ids
    }
}

impl MergedElement {
    /// Nested too deep: title, digests and list are gone.
    pub fn is_too_deep(&self) -> bool {
        self.depth > MERGED_DEPTH
    }
}

/// Whether a modification has to leave an element as it is.
fn is_fixed(element: &Element) -> bool {
    !matches!(
        element.kind,
        Some(Kind::Text(_) | Kind::Custom(_) | Kind::Face(_) | Kind::Location(_))
    )
}

/// Whether two elements that no modification changes are the same: of one kind, with the same files.
fn is_same_fixed(a: &Element, b: &Element) -> bool {
    let media = |a: &Option<crate::Media>, b: &Option<crate::Media>| {
        let of = |m: &Option<crate::Media>| m.clone().map(|m| (m.id, m.url)).unwrap_or_default();
        let (a, b) = (of(a), of(b));
        if a.0.is_empty() && b.0.is_empty() {
            a.1 == b.1
        } else {
            a.0 == b.0
        }
    };
    let picture = |a: &Option<Picture>, b: &Option<Picture>| {
        let of = |p: &Option<Picture>| p.clone().map(|p| (p.id, p.url)).unwrap_or_default();
        let (a, b) = (of(a), of(b));
        if a.0.is_empty() && b.0.is_empty() {
            a.1 == b.1
        } else {
            a.0 == b.0
        }
    };
    match (&a.kind, &b.kind) {
        (Some(Kind::Image(a)), Some(Kind::Image(b))) => picture(&a.original, &b.original),
        (Some(Kind::Sound(a)), Some(Kind::Sound(b))) => media(&a.file, &b.file),
        (Some(Kind::Video(a)), Some(Kind::Video(b))) => {
            media(&a.file, &b.file) && picture(&a.snapshot, &b.snapshot)
        }
        (Some(Kind::File(a)), Some(Kind::File(b))) => media(&a.file, &b.file),
        // A host's JSON may hold the list in another form than the message does.
        (Some(Kind::Merged(a)), Some(Kind::Merged(b))) => {
            (&a.title, &a.abstracts, &a.compatible_text) == (&b.title, &b.abstracts, &b.compatible_text)
        }
        (None, None) => true,
        _ => false,
    }
}

fn counted(element: &Element) -> usize {
    let media = |m: &Option<crate::Media>| m.as_ref().map_or(0, |m| m.id.len() + m.url.len());
    let picture = |p: &Option<Picture>| p.as_ref().map_or(0, |p| p.id.len() + p.url.len());
    match &element.kind {
        Some(Kind::Text(text)) => text.content.len(),
        Some(Kind::Custom(c)) => c.data.len() + c.desc.len() + c.ext.len() + c.sound.len(),
        Some(Kind::Face(face)) => face.data.len(),
        Some(Kind::Location(location)) => location.desc.len(),
        Some(Kind::Image(i)) => picture(&i.original) + picture(&i.large) + picture(&i.thumb),
        Some(Kind::Sound(sound)) => media(&sound.file),
        Some(Kind::Video(v)) => {
            media(&v.file) + picture(&v.snapshot) + v.r#type.len() + v.snapshot_type.len()
        }
        Some(Kind::File(file)) => media(&file.file) + file.name.len(),
        Some(Kind::Merged(m)) => {
            m.title.len() + m.compatible_text.len() + m.abstracts.iter().map(String::len).sum::<usize>()
        }
        None => 0,
    }
}

fn check(element: &Element, only: bool) -> Result<(), BodyFault> {
    let parameter = |text: &str| Err(BodyFault::Parameter(text.to_owned()));
    match &element.kind {
        None => Err(BodyFault::Element("its kind is missing or unknown".into())),
        Some(Kind::Text(text)) if only && text.content.is_empty() => parameter("text_elem_content is empty"),
        Some(Kind::Custom(c)) if c.data.is_empty() && c.desc.is_empty() && c.ext.is_empty() => {
            parameter("custom_elem_data, _desc and _ext are all empty")
        }
        Some(Kind::Location(l)) if !l.longitude.is_finite() || !l.latitude.is_finite() => Err(
            BodyFault::Element("longitude and latitude must be finite numbers".into()),
        ),
        Some(Kind::Merged(_)) if !only => parameter("a merged message stands beside other elements"),
        Some(Kind::Merged(m)) if m.compatible_text.is_empty() => {
            parameter("merge_elem_compatible_text is empty")
        }
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FileElement, ImageElement, Media, SoundElement, TextElement};

    fn body(kinds: Vec<Kind>) -> Body {
        Body {
            elements: kinds
                .into_iter()
                .map(|kind| Element { kind: Some(kind) })
                .collect(),
            ..Body::default()
        }
    }

    fn text(content: &str) -> Kind {
        Kind::Text(TextElement {
            content: content.into(),
        })
    }

    // MSG-076
    #[test]
    fn shapes_are_checked() {
        let merged = Kind::Merged(MergedElement {
            compatible_text: "old".into(),
            ..MergedElement::default()
        });
        let sound = || Kind::Sound(SoundElement::default());
        assert!(body(vec![]).check(100).is_err());
        assert!(body(vec![text("")]).check(100).is_err());
        assert!(body(vec![text(""), text("a")]).check(100).is_ok());
        assert!(body(vec![text("a"), text("b")]).check(1).is_err());
        assert!(body(vec![merged.clone()]).check(100).is_ok());
        assert!(body(vec![merged, text("a")]).check(100).is_err());
        assert!(
            body(vec![Kind::Merged(MergedElement::default())])
                .check(100)
                .is_err()
        );
        assert!(body(vec![sound()]).check(100).is_ok());
        assert!(body(vec![sound(), sound()]).check(100).is_err());
        let none = Body {
            elements: vec![Element { kind: None }],
            ..Body::default()
        };
        assert!(matches!(none.check(100), Err(BodyFault::Element(_))));
    }

    // MSG-201
    #[test]
    fn a_modification_leaves_files_as_they_are() {
        let file = |id: &str| {
            Kind::File(FileElement {
                file: Some(Media {
                    id: id.into(),
                    ..Media::default()
                }),
                ..FileElement::default()
            })
        };
        let mut stored = body(vec![text("a"), file("one"), file("two")]);
        stored.push_config = "{}".into();
        let mut wanted = body(vec![file("one"), text("b"), text("c"), file("two")]);
        wanted.cloud_custom = "cloud".into();
        let made = wanted.modified_from(&stored).unwrap();
        assert_eq!(made.elements, wanted.elements);
        assert_eq!(
            (&made.cloud_custom[..], made.push_config.as_str()),
            (&b"cloud"[..], "{}")
        );
        assert!(
            body(vec![file("one"), file("two")])
                .modified_from(&stored)
                .is_ok()
        );
        for wrong in [
            vec![text("a")],
            vec![file("one")],
            vec![file("two"), file("one")],
            vec![file("one"), file("two"), file("two")],
            vec![file("one"), Kind::Image(ImageElement::default())],
        ] {
            let refused = body(wrong).modified_from(&stored);
            assert!(matches!(refused, Err(BodyFault::Element(_))), "{refused:?}");
        }
    }

    // MSG-125
    #[test]
    fn what_is_local_does_not_travel_and_does_not_count() {
        let mut body = body(vec![
            Kind::File(FileElement {
                name: "four".into(),
                path: "/home/alice/secret/four".into(),
                file: Some(Media {
                    id: "id".into(),
                    url: String::new(),
                    size: 9,
                }),
            }),
            Kind::Image(ImageElement {
                path: "/home/alice/secret/two".into(),
                original: Some(Picture {
                    id: "first".into(),
                    ..Picture::default()
                }),
                ..ImageElement::default()
            }),
        ]);
        assert_eq!(body.counted_bytes(), 4 + 2 + 5);
        assert_eq!(body.media_ids(), ["id", "first"]);
        body.strip_local();
        assert!(!format!("{body:?}").contains("secret"));
    }
}
