//! An image as it is sent at levels 1 and 2 (MSG-077): a JPEG, upright, without metadata, at most so large.

use std::io::Cursor;

use zune_core::bytestream::ZCursor;
use zune_core::colorspace::ColorSpace;
use zune_core::options::DecoderOptions;
use zune_jpeg::JpegDecoder;

use super::header::{Kind, jpeg, kind};
use super::scale::Rgb;

/// Pixels of an image that is looked into: with three bytes each they take 120 MB.
const MAX_PIXELS: usize = 40_000_000;

/// A smaller image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::driver) struct Shrunk {
    /// The file.
    pub(in crate::driver) jpeg: Vec<u8>,
    /// Pixels.
    pub(in crate::driver) width: u32,
    /// Pixels.
    pub(in crate::driver) height: u32,
}

/// Makes the JPEG of `level` 1 or 2 of an image. None for what is sent untouched: GIF and other animations, kinds
/// that are not decoded here, damaged and very large images.
pub(in crate::driver) fn shrink(bytes: &[u8], level: u32) -> Option<Shrunk> {
    let (side, quality) = match level {
        1 => (720, 75),
        2 => (1080, 85),
        _ => return None,
    };
    let (picture, orientation) = match kind(bytes)? {
        Kind::Jpeg => (decode_jpeg(bytes)?, jpeg(bytes)?.orientation),
        Kind::Png => (decode_png(bytes)?, 1),
        Kind::Gif | Kind::Bmp | Kind::WebP | Kind::Other => return None,
    };
    let (width, height) = within(picture.width, picture.height, side);
    let picture = picture.shrunk(width, height).upright(orientation);
    let (width, height) = (
        u16::try_from(picture.width).ok()?,
        u16::try_from(picture.height).ok()?,
    );
    let mut jpeg = Vec::new();
    jpeg_encoder::Encoder::new(&mut jpeg, quality)
        .encode(&picture.pixels, width, height, jpeg_encoder::ColorType::Rgb)
        .ok()?;
    Some(Shrunk {
        jpeg,
        width: u32::from(width),
        height: u32::from(height),
    })
}

/// The size at which the shorter side is at most `side`, in proportion.
fn within(width: usize, height: usize, side: usize) -> (usize, usize) {
    let shorter = width.min(height);
    if shorter <= side {
        return (width, height);
    }
    let scaled = |n: usize| ((n * side + shorter / 2) / shorter).max(1);
    (scaled(width), scaled(height))
}

fn decode_jpeg(bytes: &[u8]) -> Option<Rgb> {
    let options = DecoderOptions::default()
        .jpeg_set_out_colorspace(ColorSpace::RGB)
        .set_max_width(65_535)
        .set_max_height(65_535);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().ok()?;
    let info = decoder.info()?;
    let (width, height) = (usize::from(info.width), usize::from(info.height));
    if width * height > MAX_PIXELS {
        return None;
    }
    let pixels = decoder.decode().ok()?;
    (pixels.len() == width * height * 3).then_some(Rgb {
        width,
        height,
        pixels,
    })
}

fn decode_png(bytes: &[u8]) -> Option<Rgb> {
    let limits = png::Limits {
        bytes: MAX_PIXELS * 4,
    };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let info = reader.info();
    let (width, height) = (info.width as usize, info.height as usize);
    // An animation would be lost.
    if info.is_animated() || width.checked_mul(height)? > MAX_PIXELS {
        return None;
    }
    let mut buffer = vec![0; reader.output_buffer_size()?];
    let frame = reader.next_frame(&mut buffer).ok()?;
    buffer.truncate(frame.buffer_size());
    // What is transparent is shown on white.
    let over = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    };
    let pixels: Vec<u8> = match frame.color_type {
        png::ColorType::Rgb => buffer,
        png::ColorType::Grayscale => buffer.iter().flat_map(|&v| [v; 3]).collect(),
        png::ColorType::GrayscaleAlpha => buffer
            .chunks_exact(2)
            .flat_map(|p| [over(p[0], p[1]); 3])
            .collect(),
        png::ColorType::Rgba => buffer
            .chunks_exact(4)
            .flat_map(|p| [over(p[0], p[3]), over(p[1], p[3]), over(p[2], p[3])])
            .collect(),
        png::ColorType::Indexed => return None,
    };
    (pixels.len() == width * height * 3).then_some(Rgb {
        width,
        height,
        pixels,
    })
}
