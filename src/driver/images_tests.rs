#![allow(clippy::unwrap_used)]

use super::scale::Rgb;
use super::*;

/// Left half red, right half blue, its upper left corner white.
fn picture(width: usize, height: usize) -> Rgb {
    let mut pixels = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let colour = match x {
                _ if x < width / 4 && y < height / 4 => [255, 255, 255],
                _ if x < width / 2 => [255, 0, 0],
                _ => [0, 0, 255],
            };
            pixels.extend_from_slice(&colour);
        }
    }
    Rgb {
        width,
        height,
        pixels,
    }
}

fn as_jpeg(width: u16, height: u16, orientation: Option<u8>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut bytes, 95);
    if let Some(orientation) = orientation {
        let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        exif.extend_from_slice(&[orientation, 0, 0, 0, 0, 0, 0]);
        encoder.add_app_segment(1, exif).unwrap();
    }
    let picture = picture(usize::from(width), usize::from(height));
    encoder
        .encode(&picture.pixels, width, height, jpeg_encoder::ColorType::Rgb)
        .unwrap();
    bytes
}

fn as_png(width: u32, height: u32, color: png::ColorType, pixels: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(color);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header().unwrap().write_image_data(pixels).unwrap();
    bytes
}

fn decoded(bytes: &[u8]) -> Rgb {
    let mut decoder = zune_jpeg::JpegDecoder::new(zune_core::bytestream::ZCursor::new(bytes));
    let pixels = decoder.decode().unwrap();
    let info = decoder.info().unwrap();
    Rgb {
        width: info.width.into(),
        height: info.height.into(),
        pixels,
    }
}

/// The colour in the middle of a part of the picture, in words.
fn colour(picture: &Rgb, x: f64, y: f64) -> &'static str {
    let (x, y) = (
        (x * picture.width as f64) as usize,
        (y * picture.height as f64) as usize,
    );
    let at = (y * picture.width + x) * 3;
    let bright: Vec<bool> = picture.pixels[at..at + 3].iter().map(|v| *v > 128).collect();
    match bright[..] {
        [true, false, false] => "red",
        [false, false, true] => "blue",
        [true, true, true] => "white",
        _ => "another",
    }
}

// MSG-077
#[test]
fn level_one_has_a_shorter_side_of_720_and_level_two_of_1080() {
    let original = as_jpeg(3000, 2000, None);
    let small = shrink(&original, 1).unwrap();
    assert_eq!((small.width, small.height), (1080, 720));
    let hd = shrink(&original, 2).unwrap();
    assert_eq!((hd.width, hd.height), (1620, 1080));
    assert!(small.jpeg.len() < hd.jpeg.len() && hd.jpeg.len() < original.len());
    let shown = decoded(&small.jpeg);
    assert_eq!((shown.width, shown.height), (1080, 720));
    assert_eq!(colour(&shown, 0.1, 0.1), "white");
    assert_eq!(colour(&shown, 0.3, 0.9), "red");
    assert_eq!(colour(&shown, 0.9, 0.5), "blue");
    let tall = shrink(&as_jpeg(1000, 4000, None), 1).unwrap();
    assert_eq!((tall.width, tall.height), (720, 2880));
}

// MSG-077
#[test]
fn a_small_image_is_never_enlarged() {
    let small = shrink(&as_jpeg(64, 48, None), 2).unwrap();
    assert_eq!((small.width, small.height), (64, 48));
}

// MSG-077
#[test]
fn an_image_stands_upright_and_has_lost_its_metadata() {
    // The white corner, as a viewer that knows EXIF shows it.
    let corners = [
        (1, (0.1, 0.1)),
        (2, (0.9, 0.1)),
        (3, (0.9, 0.9)),
        (4, (0.1, 0.9)),
        (5, (0.1, 0.1)),
        (6, (0.9, 0.1)),
        (7, (0.9, 0.9)),
        (8, (0.1, 0.9)),
    ];
    for (orientation, (x, y)) in corners {
        let original = as_jpeg(320, 160, Some(orientation));
        let turned = orientation > 4;
        let shown = if turned { (160, 320) } else { (320, 160) };
        assert_eq!(size(&original), shown, "orientation {orientation}");
        let made = shrink(&original, 1).unwrap();
        assert_eq!((made.width, made.height), shown, "orientation {orientation}");
        assert_eq!(
            colour(&decoded(&made.jpeg), x, y),
            "white",
            "orientation {orientation}"
        );
        assert!(!made.jpeg.windows(4).any(|w| w == b"Exif"));
    }
}

// MSG-077
#[test]
fn what_is_transparent_becomes_white() {
    let clear = as_png(16, 16, png::ColorType::Rgba, &[0; 16 * 16 * 4]);
    assert_eq!(size(&clear), (16, 16));
    let made = shrink(&clear, 1).unwrap();
    assert_eq!(colour(&decoded(&made.jpeg), 0.5, 0.5), "white");
    let grey = as_png(16, 16, png::ColorType::Grayscale, &[255; 16 * 16]);
    assert!(shrink(&grey, 2).is_some());
}

// MSG-077
#[test]
fn animations_and_what_cannot_be_decoded_stay_as_they_are() {
    let mut animated = Vec::new();
    let mut encoder = png::Encoder::new(&mut animated, 4, 4);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_animated(2, 0).unwrap();
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[0; 16]).unwrap();
    writer.write_image_data(&[9; 16]).unwrap();
    writer.finish().unwrap();
    let mut torn = as_jpeg(64, 64, None);
    torn.truncate(40);
    let gif = b"GIF89a\x01\0\x01\0\0\0\0;";
    let webp = b"RIFF\x1a\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0\x0f\0\0\x1f\0\0";
    for untouched in [&animated[..], &torn, gif, webp, b"", b"BM"] {
        assert_eq!(shrink(untouched, 1), None);
    }
    assert_eq!(size(gif), (1, 1));
    assert_eq!(size(webp), (16, 32));
}

#[test]
fn a_bomb_of_pixels_is_not_looked_into() {
    // The header alone says 60,000 by 60,000.
    let mut png = as_png(1, 1, png::ColorType::Grayscale, &[0]);
    png[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let checksum = crc(&png[12..29]);
    png[29..33].copy_from_slice(&checksum.to_be_bytes());
    assert_eq!(size(&png), (60_000, 60_000));
    assert_eq!(shrink(&png, 1), None);
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for &byte in bytes {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                crc >> 1 ^ 0xedb8_8320
            } else {
                crc >> 1
            };
        }
    }
    !crc
}

#[test]
fn kinds_are_told_by_the_first_bytes() {
    assert!(kind(&as_jpeg(1, 1, None)).is_some());
    assert!(kind(b"\0\0\0\x18ftypheic").is_some());
    assert!(kind(b"MM\0*").is_some());
    for none in [
        &b""[..],
        b"BM",
        b"RIFF\0\0\0\0WAVE",
        b"%PDF-1.7",
        b"<svg",
        b"\0\0\0\x18ftypmp42",
    ] {
        assert!(kind(none).is_none());
    }
}

#[test]
fn shrinking_keeps_the_mean() {
    let picture = Rgb {
        width: 3,
        height: 2,
        pixels: [30u8, 60, 90, 60, 90, 120].iter().flat_map(|&v| [v; 3]).collect(),
    };
    let one = picture.shrunk(1, 1);
    assert_eq!(one.pixels, [75, 75, 75]);
}
