//! How long files live, and where they are kept.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use prost::Message as _;
use timbre_protocol::element::Kind as ElementKind;
use timbre_protocol::log_entry::Change;
use timbre_protocol::{
    Conversation, MediaFile, MediaKind, MessageRef, ModifyRequest, RecallRequest, TextElement, request,
    response,
};
use timbre_server::clock::ManualClock;
use timbre_server::config::{Config, MediaStore, Secret};
use timbre_server::service::Sweep;

use crate::files::*;
use crate::pictures::png;
use crate::process::Process;
use crate::support::*;

const HOUR_MS: i64 = 3_600_000;

async fn sweep(server: &TestServer) {
    while server.running().service().sweep().await.unwrap() == Sweep::More {}
}

fn files_below(folder: &Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    entries
        .map(|entry| entry.unwrap().path())
        .map(|path| if path.is_dir() { files_below(&path) } else { 1 })
        .sum()
}

fn url(file: &MediaFile) -> String {
    file.file.as_ref().unwrap().url.clone()
}

// MSG-144: a file lives exactly as long as the messages that refer to it.
#[tokio::test]
async fn files_go_with_their_last_message() {
    let clock = Arc::new(ManualClock::new(1_800_000_000_000));
    let server = TestServer::with_clock(clock.clone(), |config| config.retention_days = 7).await;
    let folder = server.folder.0.join("data/media");
    let (mut alice, _bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    let image = alice
        .put_up(&server, MediaKind::MediaImage, "i", &png(300, 300, 255))
        .await
        .unwrap();
    let once = alice
        .put_up(&server, MediaKind::MediaFile, "once", b"once")
        .await
        .unwrap();
    let unused = alice
        .put_up(&server, MediaKind::MediaFile, "unused", b"unused")
        .await
        .unwrap();
    assert_eq!(files_below(&folder), 4);
    alice.send_file("bob", &once).await.unwrap();
    // Only the thumbnail is named: the others live with it.
    let thumb = image.thumb.clone().unwrap();
    let request = alice.with("bob", vec![file_of(&thumb.id, "")]);
    alice.send_message(request).await.unwrap();
    clock.advance(20 * HOUR_MS);
    sweep(&server).await;
    assert_eq!(get(&server, &url(&unused)).await.status, 200, "not a day yet");
    // Asked for again: it may be used for another day.
    let request = upload_request(MediaKind::MediaFile, "unused", b"unused");
    assert!(alice.ask_upload(request).await.unwrap().file.is_some());
    clock.advance(10 * HOUR_MS);
    sweep(&server).await;
    assert_eq!(get(&server, &url(&unused)).await.status, 200);
    clock.advance(20 * HOUR_MS);
    sweep(&server).await;
    let gone = get(&server, &url(&unused)).await;
    assert_eq!((gone.status, gone.code()), (404, 114_000));
    assert_eq!(files_below(&folder), 3);
    // Its owner cannot send it any more, and uploads it anew.
    assert_eq!(alice.send_file("bob", &unused).await.unwrap_err().0, 114_000);
    assert_eq!(
        alice.media_url(&unused.file.unwrap().id).await.unwrap_err().0,
        114_000
    );

    clock.advance(4 * 24 * HOUR_MS);
    alice.send_file("bob", &image).await.unwrap();
    clock.advance(3 * 24 * HOUR_MS);
    sweep(&server).await;
    // Seven days and more: the first messages are gone, and the file of one of them.
    assert_eq!(get(&server, &url(&once)).await.status, 404);
    for picture in [&image.original, &image.large, &image.thumb] {
        assert_eq!(get(&server, &picture.as_ref().unwrap().url).await.status, 200);
    }
    clock.advance(5 * 24 * HOUR_MS);
    sweep(&server).await;
    for picture in [&image.original, &image.large, &image.thumb] {
        assert_eq!(get(&server, &picture.as_ref().unwrap().url).await.status, 404);
    }
    assert_eq!(files_below(&folder), 0);
}

// MSG-144, RV-01: a recalled message holds no file; a modified one keeps its own, with the reader's address.
#[tokio::test]
async fn recalled_messages_let_their_files_go_and_modified_ones_keep_them() {
    let clock = Arc::new(ManualClock::new(1_800_000_000_000));
    let server = TestServer::with_clock(clock.clone(), |config| config.recall_window_secs = 0).await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    let file = alice
        .put_up(&server, MediaKind::MediaFile, "f", b"kept")
        .await
        .unwrap();
    let text = |content: &str| {
        ElementKind::Text(TextElement {
            content: content.into(),
        })
    };
    let request = alice.with("bob", vec![file_element(&file), text("first")]);
    let sent = alice.send_message(request).await.unwrap();
    let received = bob.message().await;
    let named = MessageRef {
        conv_seq: sent.conv_seq,
        ..MessageRef::default()
    };
    // With the address as it was received.
    let body = body_of(vec![kinds(&received).remove(0), text("second")]);
    let modify = ModifyRequest {
        conversation: Some(Conversation::c2c("bob")),
        message: Some(named),
        version: 0,
        body: body.encode_to_vec().into(),
    };
    let Some(response::Body::Modify(reply)) = alice.ask(request::Body::Modify(modify)).await.unwrap() else {
        panic!()
    };
    let file_url = |kinds: &[ElementKind]| match &kinds[0] {
        ElementKind::File(file) => file.file.clone().unwrap().url,
        other => panic!("{other:?}"),
    };
    let replied = kinds(&message(&reply.message));
    assert_eq!((file_url(&replied), &replied[1]), (url(&file), &text("second")));
    let Some(Change::Modified(bytes)) = bob.pushed().await.remove(0).change else {
        panic!()
    };
    assert_eq!(file_url(&kinds(&message(&bytes))), url(&file));
    clock.advance(30 * HOUR_MS);
    sweep(&server).await;
    assert_eq!(get(&server, &url(&file)).await.body, b"kept");

    let recall = RecallRequest {
        conversation: Some(Conversation::c2c("bob")),
        message: Some(named),
    };
    alice.ask(request::Body::Recall(recall)).await.unwrap();
    let id = file.file.as_ref().unwrap().id.clone();
    assert_eq!(bob.media_url(&id).await.unwrap_err().0, 114_001);
    sweep(&server).await;
    assert_eq!(get(&server, &url(&file)).await.status, 404);
}

// MSG-069: uploads that nobody goes on with, and what a killed server leaves, take no room for ever.
#[tokio::test]
async fn leftovers_are_swept_away() {
    let clock = Arc::new(ManualClock::new(1_800_000_000_000));
    let server = TestServer::with_clock(clock.clone(), |_| ()).await;
    let (uploads, media) = (
        server.folder.0.join("data/uploads"),
        server.folder.0.join("data/media"),
    );
    let mut alice = server.user("alice", 1).await;
    let reply = alice
        .ask_upload(upload_request(MediaKind::MediaFile, "f", b"abc"))
        .await
        .unwrap();
    clock.advance(20 * HOUR_MS);
    assert_eq!(put_chunk(&server, &reply.path, 0, b"abc").await.status, 200);
    clock.advance(20 * HOUR_MS);
    sweep(&server).await;
    assert_eq!(files_below(&uploads), 1, "a chunk has come meanwhile");
    clock.advance(5 * HOUR_MS);
    sweep(&server).await;
    assert_eq!(files_below(&uploads), 0);
    assert_eq!(put_chunk(&server, &reply.path, 0, b"abc").await.status, 404);
    assert_eq!(alice.commit(&reply.upload_id).await.unwrap_err().0, 114_000);

    // Killed between the bytes and the row: the object was announced.
    let service = server.running().service().clone();
    let key = "ab/abcdefabcdefabcdefabcdefabcdefab";
    let due = service.clock().now_ms() + HOUR_MS;
    service
        .storage()
        .plan_objects(vec![key.into()], due)
        .await
        .unwrap();
    service
        .media()
        .unwrap()
        .store
        .put_bytes(key, "bytes".into())
        .await
        .unwrap();
    sweep(&server).await;
    assert_eq!(files_below(&media), 1);
    clock.advance(HOUR_MS);
    sweep(&server).await;
    assert_eq!(files_below(&media), 0);
    // Killed between the file of an upload and its row: found at the next start.
    let folder = server.stop().await;
    std::fs::write(uploads.join("0123456789abcdef0123456789abcdef.upload"), b"x").unwrap();
    let server = TestServer::at(folder, clock, |_| ()).await;
    sweep(&server).await;
    assert_eq!(files_below(&uploads), 0);
}

/// A service that speaks S3, on a folder.
async fn s3(folder: &Path) -> (std::net::SocketAddr, Arc<AtomicUsize>) {
    std::fs::create_dir_all(folder.join("bucket")).unwrap();
    let mut builder = s3s::service::S3ServiceBuilder::new(s3s_fs::FileSystem::new(folder).unwrap());
    builder.set_auth(s3s::auth::SimpleAuth::from_single("access", "secret"));
    let service = builder.build();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let connections = Arc::new(AtomicUsize::new(0));
    let count = connections.clone();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::Relaxed);
            let service = service.clone();
            tokio::spawn(async move {
                let io = hyper_util::rt::TokioIo::new(stream);
                let _ = hyper::server::conn::http1::Builder::new()
                    .serve_connection(io, service)
                    .await;
            });
        }
    });
    (address, connections)
}

fn in_bucket(address: std::net::SocketAddr, secret: &str) -> impl FnOnce(&mut Config) {
    let secret = Secret(secret.into());
    move |config| {
        config.media_store = MediaStore::S3;
        config.media_s3_endpoint = format!("http://{address}");
        config.media_s3_bucket = "bucket".into();
        config.media_s3_access_key = "access".into();
        config.media_s3_secret_key = secret;
        config.media_s3_allow_http = true;
    }
}

// MSG-069, MSG-144: the same with a bucket, in parts where the file is large.
#[tokio::test]
async fn files_are_kept_in_a_bucket() {
    let folder = Folder::new();
    let (address, connections) = s3(&folder.0).await;
    let clock = Arc::new(ManualClock::new(1_800_000_000_000));
    let server = TestServer::with_clock(clock.clone(), in_bucket(address, "secret")).await;
    let mut alice = server.user("alice", 1).await;
    let bytes = noise(18 * CHUNK + 77, 20);
    let large = alice
        .put_up(&server, MediaKind::MediaVideo, "v", &bytes)
        .await
        .unwrap();
    let down = get(&server, &url(&large)).await;
    assert!(down.status == 200 && down.body == bytes);
    let part = http(
        &server,
        "GET",
        &url(&large),
        &[("range", "bytes=9000000-9000009")],
        b"",
    )
    .await;
    assert_eq!((part.status, &part.body[..]), (206, &bytes[9_000_000..9_000_010]));
    let image = png(300, 400, 255);
    let file = alice
        .put_up(&server, MediaKind::MediaImage, "i", &image)
        .await
        .unwrap();
    assert!(get(&server, &url(&file)).await.body == image);
    assert_eq!(
        get(&server, &file.thumb.unwrap().url)
            .await
            .header("content-type"),
        "image/jpeg"
    );
    assert!(connections.load(Ordering::Relaxed) > 0);
    let objects = |folder: &Path| {
        let bucket = folder.join("bucket");
        files_below(&bucket)
    };
    assert_eq!(objects(&folder.0), 3);
    assert_eq!(
        files_below(&server.folder.0.join("data/media")),
        0,
        "nothing stays here"
    );
    assert_eq!(files_below(&server.folder.0.join("data/uploads")), 0);
    clock.advance(25 * HOUR_MS);
    sweep(&server).await;
    assert_eq!(objects(&folder.0), 0);
    assert_eq!(get(&server, &url(&large)).await.status, 404);
}

// MSG-069: a bucket that refuses leaves the upload as it is.
#[tokio::test]
async fn a_bucket_that_refuses_loses_nothing() {
    let folder = Folder::new();
    let (address, _) = s3(&folder.0).await;
    let server = TestServer::with(in_bucket(address, "wrong")).await;
    let mut alice = server.user("alice", 1).await;
    let (code, _) = alice
        .put_up(&server, MediaKind::MediaFile, "f", b"abc")
        .await
        .unwrap_err();
    assert_eq!(code, 6008);
    let data = server.stop().await;
    let server = TestServer::at(
        data,
        Arc::new(timbre_server::clock::SystemClock),
        in_bucket(address, "secret"),
    )
    .await;
    let mut alice = server.user("alice", 1).await;
    let reply = alice
        .ask_upload(upload_request(MediaKind::MediaFile, "f", b"abc"))
        .await
        .unwrap();
    assert_eq!(reply.have, [0]);
    let file = alice.commit(&reply.upload_id).await.unwrap();
    assert_eq!(get(&server, &url(&file)).await.body, b"abc");
}

/// Uploads a file to a process. Answers the path that it is fetched from.
async fn upload_to(server: &Process, alice: &mut Client, kind: MediaKind, bytes: &[u8]) -> String {
    let reply = alice.ask_upload(upload_request(kind, "f", bytes)).await.unwrap();
    let file = match reply.file {
        Some(file) => file,
        None => {
            for (number, chunk) in bytes.chunks(CHUNK).enumerate() {
                if reply.have.contains(&(number as u32)) {
                    continue;
                }
                let target = format!("{}?chunk={number}", reply.path);
                let hash = hex(&sha256(chunk));
                let put = http_at(
                    &server.address,
                    "PUT",
                    &target,
                    &[("x-timbre-sha256", &hash)],
                    chunk,
                )
                .await;
                assert_eq!(put.status, 200);
            }
            alice.commit(&reply.upload_id).await.unwrap()
        }
    };
    let url = url(&file);
    let (_, path) = url.split_once("/tim/").unwrap();
    format!("/tim/{path}")
}

// MSG-032: a file of 100 MiB goes up and down without ever being in memory as a whole; one byte more is refused.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_large_file_takes_little_memory() {
    let folder = Folder::new();
    let server = Process::start(&folder, &[]);
    let app = server.created.clone().unwrap();
    let mut alice = server.user(&app, "alice").await;
    upload_to(&server, &mut alice, MediaKind::MediaFile, &noise(3 * CHUNK, 1)).await;
    let before = server.most_memory();
    let mut bytes = noise(100 * CHUNK, 2);
    let path = upload_to(&server, &mut alice, MediaKind::MediaFile, &bytes).await;
    let readers: Vec<_> = (0..4)
        .map(|_| {
            let (address, path) = (server.address.clone(), path.clone());
            tokio::spawn(async move { http_at(&address, "GET", &path, &[], b"").await.body })
        })
        .collect();
    for reader in readers {
        assert!(reader.await.unwrap() == bytes);
    }
    let grown = server.most_memory() - before;
    assert!(grown < 24 << 20, "{grown} bytes more");
    bytes.push(1);
    let over = alice
        .ask_upload(upload_request(MediaKind::MediaFile, "f", &bytes))
        .await;
    assert_eq!(over.unwrap_err().0, 114_002);
}

// P1, MSG-069: a server that is killed at any moment shows no file that is not completely there, keeps every file whose
// commit was answered, and goes on with the upload that was under way.
#[tokio::test]
async fn a_kill_leaves_no_half_file() {
    let folder = Folder::new();
    let data = folder.0.join("timbre-server-data");
    let mut app = None;
    let mut answered: Vec<(String, Vec<u8>)> = Vec::new();
    let mut under_way = None;
    for round in 0..16_u64 {
        let server = Process::start(&folder, &[]);
        let app = app.get_or_insert_with(|| server.created.clone().unwrap());
        for (path, bytes) in &answered {
            let down = http_at(&server.address, "GET", path, &[], b"").await;
            assert!(down.status == 200 && down.body == *bytes);
        }
        let mut alice = server.user(app, "alice").await;
        // What was cut off last time, or the next one: a file, then an image with its renditions.
        let (kind, bytes) = under_way.take().unwrap_or_else(|| match round % 2 {
            0 => (MediaKind::MediaFile, noise(2 * CHUNK + 5, 100 + round)),
            _ => (MediaKind::MediaImage, png(700 + round as u32, 300, 255)),
        });
        let done = tokio::select! {
            path = upload_to(&server, &mut alice, kind, &bytes) => Some(path),
            () = tokio::time::sleep(std::time::Duration::from_millis(5 + 13 * round)) => None,
        };
        server.signal("-KILL");
        drop(server);
        match done {
            Some(path) => answered.push((path, bytes)),
            None => under_way = Some((kind, bytes)),
        }
        let conn = rusqlite::Connection::open(data.join("timbre.db")).unwrap();
        let mut rows = conn.prepare("SELECT object, size FROM media").unwrap();
        let rows = rows.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, u64>(1)?)));
        for row in rows.unwrap() {
            let (object, size) = row.unwrap();
            let there = std::fs::metadata(data.join("media").join(&object)).map(|file| file.len());
            assert_eq!(there.ok(), Some(size), "{object}");
        }
    }
    assert!(!answered.is_empty());
    let server = Process::start(&folder, &[]);
    if let Some((kind, bytes)) = under_way {
        let mut alice = server.user(&app.unwrap(), "alice").await;
        answered.push((upload_to(&server, &mut alice, kind, &bytes).await, bytes));
    }
    for (path, bytes) in &answered {
        assert!(http_at(&server.address, "GET", path, &[], b"").await.body == *bytes);
    }
}
