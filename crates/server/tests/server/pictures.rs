//! Images: their renditions, and what does not deserve any.

use std::io::Cursor;

use image::codecs::gif::GifEncoder;
use image::codecs::jpeg::JpegEncoder;
use image::{
    DynamicImage, Frame, GenericImageView as _, ImageEncoder as _, ImageFormat, Rgb, RgbImage, Rgba,
    RgbaImage,
};
use timbre_protocol::element::Kind as ElementKind;
use timbre_protocol::{ImageElement, MediaFile, MediaKind, Picture};

use crate::files::*;
use crate::support::*;

/// A PNG; every pixel has this alpha.
pub fn png(width: u32, height: u32, alpha: u8) -> Vec<u8> {
    let pixels = RgbaImage::from_fn(width, height, |x, y| Rgba([x as u8, y as u8, 128, alpha]));
    encoded(DynamicImage::ImageRgba8(pixels), ImageFormat::Png)
}

fn encoded(image: DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Left half red, right half blue.
fn halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, _| {
        if x < width / 2 {
            Rgb([255, 0, 0])
        } else {
            Rgb([0, 0, 255])
        }
    })
}

/// A JPEG whose metadata says that it is shown turned by 90 degrees clockwise.
fn turned_jpeg(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 95);
    // TIFF, little endian: one entry, tag 0x0112 (orientation), a short, one of them, 6.
    let exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
    encoder.set_exif_metadata(exif).unwrap();
    encoder.encode_image(&halves(width, height)).unwrap();
    bytes
}

fn gif(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new(&mut bytes);
    for shade in [0, 255] {
        let pixels = RgbaImage::from_pixel(width, height, Rgba([shade, 0, 0, 255]));
        encoder.encode_frame(Frame::new(pixels)).unwrap();
    }
    drop(encoder);
    bytes
}

fn size(picture: &Option<Picture>) -> (u32, u32) {
    let picture = picture.as_ref().unwrap();
    (picture.width, picture.height)
}

fn sizes(file: &MediaFile) -> [(u32, u32); 3] {
    [size(&file.original), size(&file.large), size(&file.thumb)]
}

/// Fetches a rendition and checks what is said of it.
async fn fetched(server: &TestServer, picture: &Option<Picture>) -> (Vec<u8>, String) {
    let picture = picture.as_ref().unwrap();
    let down = get(server, &picture.url).await;
    assert_eq!(down.status, 200);
    assert_eq!(down.body.len() as u64, picture.size);
    let content_type = down.header("content-type").to_owned();
    (down.body, content_type)
}

fn ids(file: &MediaFile) -> Vec<String> {
    let all = [&file.original, &file.large, &file.thumb];
    let mut ids: Vec<String> = all.into_iter().map(|p| p.as_ref().unwrap().id.clone()).collect();
    ids.sort();
    ids.dedup();
    ids
}

// MSG-029, MSG-116, MSG-117: an opaque image gets a large and a small JPEG; both users have three sizes.
#[tokio::test]
async fn an_image_has_three_sizes() {
    let server = TestServer::start().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    let original = png(1000, 1601, 255);
    let file = alice
        .put_up(&server, MediaKind::MediaImage, "a.png", &original)
        .await
        .unwrap();
    assert_eq!(file.format, 3);
    assert_eq!(sizes(&file), [(1000, 1601), (720, 1153), (198, 317)]);
    assert_eq!(ids(&file).len(), 3, "each size has its own id");
    assert_eq!(file.file.as_ref().unwrap().id, file.original.as_ref().unwrap().id);
    let request = alice.with(
        "bob",
        vec![ElementKind::Image(ImageElement {
            format: file.format,
            original: file.original.clone(),
            large: file.large.clone(),
            // The sender may say what it likes of sizes and addresses.
            thumb: Some(Picture {
                id: file.thumb.as_ref().unwrap().id.clone(),
                url: "https://elsewhere.example/spy.png".into(),
                size: 1,
                width: 2,
                height: 3,
            }),
            ..ImageElement::default()
        })],
    );
    alice.send_message(request).await.unwrap();
    let ElementKind::Image(got) = kinds(&bob.message().await).remove(0) else {
        panic!()
    };
    assert_eq!(
        (&got.original, &got.large, &got.thumb),
        (&file.original, &file.large, &file.thumb)
    );
    let (bytes, content_type) = fetched(&server, &got.original).await;
    assert!(bytes == original && content_type == "image/png");
    for picture in [&got.large, &got.thumb] {
        let (bytes, content_type) = fetched(&server, picture).await;
        assert_eq!(content_type, "image/jpeg");
        let image = image::load_from_memory_with_format(&bytes, ImageFormat::Jpeg).unwrap();
        assert_eq!(image.dimensions(), size(picture));
        // The picture's colours run from one corner to the other.
        let (left, right) = (image.get_pixel(0, 0).0, image.get_pixel(image.width() / 4, 0).0);
        assert!(right[0] > left[0], "{left:?} {right:?}");
    }
}

// MSG-116: what is small already is not made larger, and not encoded again.
#[tokio::test]
async fn a_small_image_is_its_own_rendition() {
    let server = TestServer::start().await;
    let mut alice = server.user("alice", 1).await;
    let tiny = png(198, 700, 255);
    let file = alice
        .put_up(&server, MediaKind::MediaImage, "t", &tiny)
        .await
        .unwrap();
    assert_eq!(sizes(&file), [(198, 700); 3]);
    assert_eq!(ids(&file).len(), 3);
    for picture in [&file.original, &file.large, &file.thumb] {
        assert!(fetched(&server, picture).await.0 == tiny);
    }
    let middle = png(900, 720, 255);
    let file = alice
        .put_up(&server, MediaKind::MediaImage, "m", &middle)
        .await
        .unwrap();
    assert_eq!(sizes(&file), [(900, 720), (900, 720), (248, 198)]);
    assert!(fetched(&server, &file.large).await.0 == middle);
    assert_eq!(fetched(&server, &file.thumb).await.1, "image/jpeg");
    // Shared bytes are kept once.
    let objects = objects(&server);
    assert_eq!(objects, 1 + 2);
}

fn objects(server: &TestServer) -> usize {
    let media = server.folder.0.join("data/media");
    let folders = std::fs::read_dir(media).unwrap();
    folders
        .map(|folder| std::fs::read_dir(folder.unwrap().path()).unwrap().count())
        .sum()
}

// MSG-116
#[tokio::test]
async fn transparency_animation_and_orientation_are_kept() {
    let server = TestServer::start().await;
    let mut alice = server.user("alice", 1).await;
    let glass = png(800, 800, 100);
    let file = alice
        .put_up(&server, MediaKind::MediaImage, "g", &glass)
        .await
        .unwrap();
    assert_eq!(sizes(&file), [(800, 800), (720, 720), (198, 198)]);
    let (bytes, content_type) = fetched(&server, &file.thumb).await;
    assert_eq!(content_type, "image/png");
    assert_eq!(image::load_from_memory(&bytes).unwrap().get_pixel(5, 5).0[3], 100);

    let moving = gif(400, 900);
    let file = alice
        .put_up(&server, MediaKind::MediaImage, "m", &moving)
        .await
        .unwrap();
    assert_eq!((file.format, sizes(&file)), (2, [(400, 900); 3]));
    assert_eq!(ids(&file).len(), 3);
    let (bytes, content_type) = fetched(&server, &file.thumb).await;
    assert!(bytes == moving && content_type == "image/gif");

    // Lies on its side: red left half, shown with red above.
    let turned = turned_jpeg(1600, 800);
    let file = alice
        .put_up(&server, MediaKind::MediaImage, "t", &turned)
        .await
        .unwrap();
    assert_eq!(
        (file.format, sizes(&file)),
        (1, [(800, 1600), (720, 1440), (198, 396)])
    );
    for picture in [&file.large, &file.thumb] {
        let image = image::load_from_memory(&fetched(&server, picture).await.0).unwrap();
        assert_eq!(image.dimensions(), size(picture));
        let (above, below) = (
            image.get_pixel(100, 10).0,
            image.get_pixel(100, image.height() - 10).0,
        );
        assert!(above[0] > 200 && above[2] < 60, "{above:?}");
        assert!(below[2] > 200 && below[0] < 60, "{below:?}");
    }
    let webp = encoded(DynamicImage::ImageRgb8(halves(300, 400)), ImageFormat::WebP);
    let file = alice
        .put_up(&server, MediaKind::MediaImage, "w", &webp)
        .await
        .unwrap();
    assert_eq!(
        (file.format, sizes(&file)),
        (255, [(300, 400), (300, 400), (198, 264)])
    );
    let bmp = encoded(DynamicImage::ImageRgb8(halves(300, 400)), ImageFormat::Bmp);
    let file = alice
        .put_up(&server, MediaKind::MediaImage, "b", &bmp)
        .await
        .unwrap();
    assert_eq!((file.format, size(&file.thumb)), (4, (198, 264)));
    assert_eq!(fetched(&server, &file.original).await.1, "image/bmp");
}

// MSG-029: no image is refused with 6031; an image that cannot be decoded is taken as it is.
#[tokio::test]
async fn what_is_no_image_is_refused_and_a_broken_one_is_kept() {
    let server = TestServer::start().await;
    let mut alice = server.user("alice", 1).await;
    for kind in [MediaKind::MediaImage, MediaKind::MediaSnapshot] {
        let (code, _) = alice
            .put_up(&server, kind, "x.png", b"<html>no</html>")
            .await
            .unwrap_err();
        assert_eq!(code, 6031);
    }
    // The upload is over with that.
    let again = upload_request(MediaKind::MediaImage, "x.png", b"<html>no</html>");
    assert!(alice.ask_upload(again).await.unwrap().have.is_empty());
    let mut broken = png(900, 1000, 255);
    broken.truncate(broken.len() / 2);
    let file = alice
        .put_up(&server, MediaKind::MediaImage, "b.png", &broken)
        .await
        .unwrap();
    assert_eq!((file.format, sizes(&file)), (3, [(900, 1000); 3]));
    assert!(fetched(&server, &file.thumb).await.0 == broken);
    let unreadable = alice
        .put_up(
            &server,
            MediaKind::MediaImage,
            "h.heic",
            b"\0\0\0\x18ftypheic....",
        )
        .await
        .unwrap();
    assert_eq!((unreadable.format, sizes(&unreadable)), (255, [(0, 0); 3]));
    let stub = alice
        .put_up(&server, MediaKind::MediaSnapshot, "j", b"\xff\xd8\xff\xe0")
        .await
        .unwrap();
    assert_eq!((stub.format, size(&stub.original)), (1, (0, 0)));
}

// MSG-029: an image of a few bytes that unfolds to gigabytes is not unfolded.
#[tokio::test]
async fn a_bomb_is_kept_as_it_is() {
    let server = TestServer::with(|config| config.media_pixels_max = 2_000_000).await;
    let mut alice = server.user("alice", 1).await;
    // 60,000 by 60,000 in the header, and a few real rows.
    let mut bomb = png(2000, 1001, 255);
    bomb[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let crc = crc32(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.to_be_bytes());
    let file = alice
        .put_up(&server, MediaKind::MediaImage, "bomb.png", &bomb)
        .await
        .unwrap();
    assert_eq!(sizes(&file), [(60_000, 60_000); 3]);
    // One honest pixel too many.
    let large = png(2000, 1001, 255);
    let file = alice
        .put_up(&server, MediaKind::MediaImage, "large.png", &large)
        .await
        .unwrap();
    assert_eq!(sizes(&file), [(2000, 1001); 3]);
    let allowed = png(2000, 1000, 255);
    let file = alice
        .put_up(&server, MediaKind::MediaImage, "ok.png", &allowed)
        .await
        .unwrap();
    assert_eq!(sizes(&file)[2], (396, 198));
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
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

// MSG-117: what a file says it is counts for nothing.
#[tokio::test]
async fn a_type_is_told_from_the_bytes() {
    let server = TestServer::start().await;
    let mut alice = server.user("alice", 1).await;
    let page = b"<html><script>alert(1)</script></html>";
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>";
    for (bytes, name) in [
        (&page[..], "page.html"),
        (&page[..], "p.png"),
        (&svg[..], "s.svg"),
    ] {
        let file = alice
            .put_up(&server, MediaKind::MediaFile, name, bytes)
            .await
            .unwrap();
        let down = get(&server, &file.file.unwrap().url).await;
        assert_eq!(down.header("content-type"), "application/octet-stream");
        assert_eq!(down.header("x-content-type-options"), "nosniff");
        assert!(down.header("content-disposition").starts_with("attachment"));
        assert!(down.header("content-security-policy").contains("sandbox"));
    }
    // An image that calls itself a page is an image.
    let file = alice
        .put_up(&server, MediaKind::MediaImage, "x.html", &png(10, 10, 255))
        .await
        .unwrap();
    assert_eq!(fetched(&server, &file.original).await.1, "image/png");
}
