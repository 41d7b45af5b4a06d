//! Kinds, sizes and orientations, read off the first bytes.

/// What a file begins like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::driver) enum Kind {
    Jpeg,
    Png,
    Gif,
    Bmp,
    WebP,
    /// HEIC, AVIF, TIFF: known, and not looked into.
    Other,
}

/// The kind of image that `head` begins like; none of anything else.
pub(in crate::driver) fn kind(head: &[u8]) -> Option<Kind> {
    let brand = head.get(8..12).unwrap_or_default();
    let boxed = head.get(4..8) == Some(b"ftyp");
    Some(match head {
        [0xff, 0xd8, 0xff, ..] => Kind::Jpeg,
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Kind::Png,
        [b'G', b'I', b'F', b'8', ..] => Kind::Gif,
        [b'B', b'M', ..] if head.len() >= 26 => Kind::Bmp,
        [b'R', b'I', b'F', b'F', ..] if brand == b"WEBP" => Kind::WebP,
        [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => Kind::Other,
        _ if boxed
            && matches!(
                brand,
                b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"mif1" | b"msf1" | b"avif" | b"avis"
            ) =>
        {
            Kind::Other
        }
        _ => return None,
    })
}

/// Width and height as the picture is shown; zeroes where its header does not say.
pub(in crate::driver) fn size(head: &[u8]) -> (u32, u32) {
    let size = match kind(head) {
        Some(Kind::Jpeg) => jpeg(head).and_then(|jpeg| {
            let (width, height) = jpeg.size?;
            // From 5 on the picture lies on its side.
            Some(if jpeg.orientation > 4 {
                (height, width)
            } else {
                (width, height)
            })
        }),
        Some(Kind::Png) => Some((be32(head, 16), be32(head, 20))),
        Some(Kind::Gif) => Some((le16(head, 6), le16(head, 8))),
        Some(Kind::Bmp) => Some((le32(head, 18), le32(head, 22).cast_signed().unsigned_abs())),
        Some(Kind::WebP) => webp(head),
        Some(Kind::Other) | None => None,
    };
    size.filter(|(width, height)| *width > 0 && *height > 0)
        .unwrap_or((0, 0))
}

/// What the markers of a JPEG say.
pub(super) struct Jpeg {
    pub(super) size: Option<(u32, u32)>,
    /// 1 to 8, as EXIF counts.
    pub(super) orientation: u8,
}

/// Reads the markers up to the picture's data, or to the end of what is there.
pub(super) fn jpeg(bytes: &[u8]) -> Option<Jpeg> {
    let mut found = Jpeg {
        size: None,
        orientation: 1,
    };
    let mut at = 2;
    loop {
        let Some(&[0xff, marker]) = bytes.get(at..at + 2) else {
            return Some(found);
        };
        match marker {
            // A filling byte.
            0xff => {
                at += 1;
                continue;
            }
            0x01 | 0xd0..=0xd7 => {
                at += 2;
                continue;
            }
            // The data, or the end.
            0xda | 0xd9 => return Some(found),
            _ => {}
        }
        let length = be16(bytes, at + 2) as usize;
        if length < 2 {
            return Some(found);
        }
        let body = bytes.get(at + 4..at + 2 + length);
        match (marker, body) {
            (0xc0..=0xcf, _) if !matches!(marker, 0xc4 | 0xc8 | 0xcc) && at + 9 <= bytes.len() => {
                found.size = Some((be16(bytes, at + 7), be16(bytes, at + 5)));
            }
            (0xe1, Some(body)) => {
                if let Some(tiff) = body.strip_prefix(b"Exif\0\0") {
                    found.orientation = orientation(tiff).unwrap_or(found.orientation);
                }
            }
            _ => {}
        }
        at += 2 + length;
    }
}

/// The orientation in a TIFF header, as EXIF has it.
fn orientation(tiff: &[u8]) -> Option<u8> {
    let little = match tiff.get(..4)? {
        [b'I', b'I', b'*', 0] => true,
        [b'M', b'M', 0, b'*'] => false,
        _ => return None,
    };
    let short = |at: usize| if little { le16(tiff, at) } else { be16(tiff, at) };
    let long = |at: usize| if little { le32(tiff, at) } else { be32(tiff, at) };
    let start = long(4) as usize;
    let entries = short(start) as usize;
    for n in 0..entries {
        let at = start.checked_add(2 + 12 * n)?;
        if at + 12 > tiff.len() {
            return None;
        }
        if short(at) == 0x0112 {
            return u8::try_from(short(at + 8)).ok().filter(|o| (1..=8).contains(o));
        }
    }
    None
}

fn webp(head: &[u8]) -> Option<(u32, u32)> {
    match head.get(12..16)? {
        b"VP8X" => Some((le24(head, 24) + 1, le24(head, 27) + 1)),
        b"VP8L" => {
            let bits = le32(head, 21);
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        b"VP8 " => Some((le16(head, 26) & 0x3fff, le16(head, 28) & 0x3fff)),
        _ => None,
    }
}

// Bytes that are not there count as 0.

fn byte(bytes: &[u8], at: usize) -> u32 {
    u32::from(bytes.get(at).copied().unwrap_or(0))
}

fn be16(bytes: &[u8], at: usize) -> u32 {
    byte(bytes, at) << 8 | byte(bytes, at.saturating_add(1))
}

fn be32(bytes: &[u8], at: usize) -> u32 {
    be16(bytes, at) << 16 | be16(bytes, at.saturating_add(2))
}

fn le16(bytes: &[u8], at: usize) -> u32 {
    byte(bytes, at) | byte(bytes, at.saturating_add(1)) << 8
}

fn le24(bytes: &[u8], at: usize) -> u32 {
    le16(bytes, at) | byte(bytes, at.saturating_add(2)) << 16
}

fn le32(bytes: &[u8], at: usize) -> u32 {
    le16(bytes, at) | le16(bytes, at.saturating_add(2)) << 16
}
