//! What a file is, told from its first bytes, and the smaller renditions of images.
//!
//! An image is hostile until it has been decoded: its pixels are counted before, the decoder's memory is bounded, few
//! are decoded at once, and one that cannot be decoded is kept as it is.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read as _};
use std::path::{Path, PathBuf};

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder as _, ImageFormat, ImageReader, Limits};
use tokio::sync::Semaphore;

use super::blocking;

/// Bytes that are looked at to tell what a file is.
pub const HEAD_BYTES: usize = 64;
/// Pixels of the shorter side of the large rendition.
const LARGE: u32 = 720;
/// Pixels of the shorter side of the thumbnail.
const THUMB: u32 = 198;
/// Images that are decoded at once: each may hold four bytes a pixel, twice.
const AT_ONCE: usize = 2;
const JPEG_QUALITY: u8 = 85;
/// What everything is served as that is nothing known.
pub const UNKNOWN: &str = "application/octet-stream";

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// What it is served as.
    pub content_type: &'static str,
    /// Of an image: 1 JPEG, 2 GIF, 3 PNG, 4 BMP, 255 another one; else 0.
    pub format: u32,
}

impl Default for Sort {
    fn default() -> Self {
        Self {
            content_type: UNKNOWN,
            format: 0,
        }
    }
}

/// Tells what a file is from its first [`HEAD_BYTES`] bytes. Only images, sounds and videos are known: nothing that a
/// browser would run is ever called by its name.
pub fn sort(head: &[u8]) -> Sort {
    let image = |format, content_type| Sort { content_type, format };
    let other = |content_type| image(0, content_type);
    let at = |place: usize, bytes: &[u8]| head.get(place..).is_some_and(|rest| rest.starts_with(bytes));
    match head {
        [0xff, 0xd8, 0xff, ..] => image(1, "image/jpeg"),
        _ if at(0, b"GIF87a") || at(0, b"GIF89a") => image(2, "image/gif"),
        _ if at(0, b"\x89PNG\r\n\x1a\n") => image(3, "image/png"),
        _ if at(0, b"BM") && bmp_header(head) => image(4, "image/bmp"),
        _ if at(0, b"RIFF") && at(8, b"WEBP") => image(255, "image/webp"),
        _ if at(0, b"II*\0") || at(0, b"MM\0*") => image(255, "image/tiff"),
        _ if at(4, b"ftyp") => iso(head.get(8..12).unwrap_or_default()),
        _ if at(0, b"RIFF") && at(8, b"WAVE") => other("audio/wav"),
        _ if at(0, b"RIFF") && at(8, b"AVI ") => other("video/x-msvideo"),
        _ if at(0, b"OggS") => other("audio/ogg"),
        _ if at(0, b"fLaC") => other("audio/flac"),
        _ if at(0, b"#!AMR") => other("audio/amr"),
        _ if at(0, b"ID3") => other("audio/mpeg"),
        [0xff, second, ..] if second & 0xf6 == 0xf0 => other("audio/aac"),
        [0xff, second, ..] if second & 0xe0 == 0xe0 && second & 0x06 != 0 => other("audio/mpeg"),
        _ if at(0, b"\x1a\x45\xdf\xa3") && head.windows(4).any(|w| w == b"webm") => other("video/webm"),
        _ if at(0, b"\x1a\x45\xdf\xa3") => other("video/x-matroska"),
        _ if at(0, b"FLV\x01") => other("video/x-flv"),
        _ if at(0, b"\0\0\x01\xba") => other("video/mpeg"),
        _ => other(UNKNOWN),
    }
}

/// "BM" alone begins many a text: the size of the second header has to be one that exists.
fn bmp_header(head: &[u8]) -> bool {
    let size = head.get(14..18).and_then(|bytes| bytes.try_into().ok());
    size.is_some_and(|bytes| matches!(u32::from_le_bytes(bytes), 12 | 16 | 40 | 52 | 56 | 64 | 108 | 124))
}

/// Files of the ISO base media format, by their brand.
fn iso(brand: &[u8]) -> Sort {
    let (format, content_type) = match brand {
        b"avif" | b"avis" => (255, "image/avif"),
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"mif1" | b"msf1" => (255, "image/heic"),
        b"qt  " => (0, "video/quicktime"),
        b"M4A " | b"M4B " | b"M4P " => (0, "audio/mp4"),
        [b'3', b'g', ..] => (0, "video/3gpp"),
        _ => (0, "video/mp4"),
    };
    Sort { content_type, format }
}

/// A picture's size, and its bytes where they are not those of the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendition {
    /// Pixels; 0: not known.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// The picture made smaller, and what it is.
    pub made: Option<(Vec<u8>, Sort)>,
}

/// All sizes of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renditions {
    /// As it is.
    pub original: Rendition,
    /// Shorter side at most 720 pixels.
    pub large: Rendition,
    /// Shorter side at most 198 pixels.
    pub thumb: Rendition,
}

/// Makes renditions.
pub struct Images {
    pixels_max: u64,
    turns: Semaphore,
}

impl Images {
    pub(super) fn new(pixels_max: u64) -> Self {
        Self {
            pixels_max,
            turns: Semaphore::new(AT_ONCE),
        }
    }

    /// Reads the first bytes of a file.
    pub async fn head(path: &Path) -> io::Result<Vec<u8>> {
        let path = path.to_owned();
        blocking(move || {
            let mut head = Vec::with_capacity(HEAD_BYTES);
            File::open(path)?.take(HEAD_BYTES as u64).read_to_end(&mut head)?;
            Ok(head)
        })
        .await
    }

    /// The pixels of a picture as it is shown; zeros: not known.
    pub async fn size(&self, path: &Path) -> (u32, u32) {
        let path = path.to_owned();
        let looked = blocking(move || Ok(open(&path, u64::MAX).map_or((0, 0), |image| image.shown())));
        looked.await.unwrap_or((0, 0))
    }

    /// Makes the renditions of the image at `path`. It never fails: what cannot be made smaller stays as it is.
    pub async fn renditions(&self, path: &Path) -> Renditions {
        // Never closed.
        let _turn = self.turns.acquire().await;
        let (path, pixels_max) = (path.to_owned(), self.pixels_max);
        let shown = self.size(&path).await;
        // A decoder that panics has met an image that cannot be decoded.
        let made = blocking(move || Ok(make(&path, pixels_max))).await;
        made.ok().flatten().unwrap_or_else(|| as_it_is(shown))
    }
}

fn as_it_is((width, height): (u32, u32)) -> Renditions {
    let same = || Rendition {
        width,
        height,
        made: None,
    };
    Renditions {
        original: same(),
        large: same(),
        thumb: same(),
    }
}

/// An image whose header has been read.
struct Opened {
    decoder: Box<dyn image::ImageDecoder>,
    size: (u32, u32),
    turn: Orientation,
}

impl Opened {
    /// Its size once it has been turned as its metadata says.
    fn shown(&self) -> (u32, u32) {
        use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
        let (width, height) = self.size;
        match self.turn {
            Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH => (height, width),
            _ => (width, height),
        }
    }
}

/// Reads an image's header. None: it has none that can be read.
fn open(path: &Path, pixels_max: u64) -> Option<Opened> {
    let mut head = Vec::with_capacity(HEAD_BYTES);
    File::open(path)
        .ok()?
        .take(HEAD_BYTES as u64)
        .read_to_end(&mut head)
        .ok()?;
    let format = match sort(&head).content_type {
        "image/jpeg" => ImageFormat::Jpeg,
        "image/png" => ImageFormat::Png,
        "image/gif" => ImageFormat::Gif,
        "image/bmp" => ImageFormat::Bmp,
        "image/webp" => ImageFormat::WebP,
        _ => return None,
    };
    let mut reader = ImageReader::with_format(BufReader::new(File::open(path).ok()?), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(pixels_max.saturating_mul(5).max(64 << 20));
    reader.limits(limits);
    let mut decoder = reader.into_decoder().ok()?;
    let size = decoder.dimensions();
    let turn = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Some(Opened {
        decoder: Box::new(decoder),
        size,
        turn,
    })
}

fn make(path: &PathBuf, pixels_max: u64) -> Option<Renditions> {
    let opened = open(path, pixels_max)?;
    let (width, height) = opened.shown();
    let mut all = as_it_is((width, height));
    let animated = {
        let mut head = [0; 6];
        File::open(path).ok()?.read_exact(&mut head).ok()?;
        head.starts_with(b"GIF8")
    };
    let pixels = u64::from(width) * u64::from(height);
    if animated || width.min(height) <= THUMB || pixels > pixels_max {
        return Some(all);
    }
    let (mut image, mut turn) = (DynamicImage::from_decoder(opened.decoder).ok()?, opened.turn);
    let opaque = !has_transparency(&image);
    // The thumbnail is made of the large picture: it has enough pixels, and far fewer than the original.
    if let Some((picture, rendition)) = scaled(&image, turn, LARGE, opaque) {
        (image, turn) = (picture, Orientation::NoTransforms);
        all.large = rendition;
    }
    if let Some((_, rendition)) = scaled(&image, turn, THUMB, opaque) {
        all.thumb = rendition;
    }
    Some(all)
}

fn has_transparency(image: &DynamicImage) -> bool {
    match image {
        DynamicImage::ImageRgba8(pixels) => pixels.pixels().any(|p| p.0[3] != u8::MAX),
        DynamicImage::ImageLumaA8(pixels) => pixels.pixels().any(|p| p.0[1] != u8::MAX),
        DynamicImage::ImageRgba16(pixels) => pixels.pixels().any(|p| p.0[3] != u16::MAX),
        DynamicImage::ImageLumaA16(pixels) => pixels.pixels().any(|p| p.0[1] != u16::MAX),
        other => other.color().has_alpha(),
    }
}

/// Both sides when the shorter one is `side`: rounded, at least 1. None: it is not larger than that.
pub fn scaled_size(width: u32, height: u32, side: u32) -> Option<(u32, u32)> {
    let short = width.min(height);
    if short <= side {
        return None;
    }
    let scale = |length: u32| {
        let scaled = (u64::from(length) * u64::from(side) * 2 + u64::from(short)) / (2 * u64::from(short));
        u32::try_from(scaled).unwrap_or(u32::MAX).max(1)
    };
    Some((scale(width), scale(height)))
}

/// The image made smaller, then turned: what is small is turned without a second copy of all pixels.
fn scaled(
    image: &DynamicImage,
    turn: Orientation,
    side: u32,
    opaque: bool,
) -> Option<(DynamicImage, Rendition)> {
    let (width, height) = scaled_size(image.width(), image.height(), side)?;
    // Averaging first is cheap; the good filter then sees few pixels.
    let coarse = (width.saturating_mul(2), height.saturating_mul(2));
    let mut picture = if image.width() > coarse.0.saturating_mul(2) {
        image
            .thumbnail_exact(coarse.0, coarse.1)
            .resize_exact(width, height, FilterType::CatmullRom)
    } else {
        image.resize_exact(width, height, FilterType::CatmullRom)
    };
    picture.apply_orientation(turn);
    let mut bytes = Cursor::new(Vec::new());
    let (picture, kind) = if opaque {
        let picture = DynamicImage::ImageRgb8(picture.into_rgb8());
        picture
            .write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY))
            .ok()?;
        (picture, "image/jpeg")
    } else {
        let picture = DynamicImage::ImageRgba8(picture.into_rgba8());
        picture.write_with_encoder(PngEncoder::new(&mut bytes)).ok()?;
        (picture, "image/png")
    };
    let rendition = Rendition {
        width: picture.width(),
        height: picture.height(),
        made: Some((
            bytes.into_inner(),
            Sort {
                content_type: kind,
                format: if opaque { 1 } else { 3 },
            },
        )),
    };
    Some((picture, rendition))
}

#[cfg(test)]
mod tests {
    use super::*;

    // MSG-116
    #[test]
    fn sides_are_scaled_proportionally_and_rounded() {
        assert_eq!(scaled_size(198, 5000, THUMB), None);
        assert_eq!(scaled_size(199, 199, THUMB), Some((198, 198)));
        assert_eq!(scaled_size(4000, 3000, LARGE), Some((960, 720)));
        assert_eq!(scaled_size(3000, 4001, LARGE), Some((720, 960)));
        assert_eq!(scaled_size(1001, 1999, LARGE), Some((720, 1438)));
    }

    #[test]
    fn a_type_is_told_from_bytes_alone() {
        let told = |head: &[u8]| (sort(head).content_type, sort(head).format);
        assert_eq!(told(b"GIF89a..."), ("image/gif", 2));
        assert_eq!(told(b"RIFF....WEBPVP8 "), ("image/webp", 255));
        assert_eq!(told(b"\0\0\0\x18ftypheic"), ("image/heic", 255));
        assert_eq!(told(b"\0\0\0\x18ftypisom"), ("video/mp4", 0));
        assert_eq!(told(b"ID3\x04"), ("audio/mpeg", 0));
        assert_eq!(told(b"\xff\xf1\x50"), ("audio/aac", 0));
        assert_eq!(told(b"\xff\xfb\x90"), ("audio/mpeg", 0));
        for nothing in [
            &b"<html><script>"[..],
            b"<svg xmlns=",
            b"%PDF-1.7",
            b"BM is how this text begins",
            b"",
            b"\xff",
        ] {
            assert_eq!(told(nothing), (UNKNOWN, 0));
        }
    }
}
