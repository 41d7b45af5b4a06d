//! Files: up in chunks, into messages, down again.

use std::sync::Arc;
use std::time::Duration;

use timbre_protocol::element::Kind as ElementKind;
use timbre_protocol::{
    Conversation, HistoryRequest, LoginRequest, MediaKind, Picture, Platform, SoundElement, UploadRequest,
    VideoElement,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::files::*;
use crate::support::*;

// MSG-069, MSG-122: a file travels in chunks, in any order, and is in the message only when it is there.
#[tokio::test]
async fn a_file_goes_up_into_a_message_and_comes_down() {
    let server = TestServer::start().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    let bytes = noise(3 * CHUNK + 4711, 1);
    let reply = alice
        .ask_upload(upload_request(
            MediaKind::MediaFile,
            "../etc/r\u{e9}sum\u{e9} \"2\".pdf",
            &bytes,
        ))
        .await
        .unwrap();
    assert_eq!((reply.chunk_bytes, reply.parallel), (1 << 20, 4));
    assert!(reply.have.is_empty() && reply.file.is_none());
    for number in [3, 0, 2] {
        let chunk = bytes.chunks(CHUNK).nth(number).unwrap();
        let put = put_chunk(&server, &reply.path, number, chunk).await;
        assert_eq!((put.status, put.code()), (200, 0));
    }
    // Not before everything is there.
    let (code, text) = alice.commit(&reply.upload_id).await.unwrap_err();
    assert_eq!(code, 115_066);
    assert!(text.contains("1 of 4 chunks"), "{text}");
    put_chunk(&server, &reply.path, 1, &bytes[CHUNK..2 * CHUNK]).await;
    let file = alice.commit(&reply.upload_id).await.unwrap();
    let media = file.file.clone().unwrap();
    assert_eq!((media.size, file.format), (bytes.len() as u64, 0));
    assert!(file.original.is_none() && file.large.is_none());
    // An answer that was lost is given again.
    assert_eq!(alice.commit(&reply.upload_id).await.unwrap(), file);

    alice.send_file("bob", &file).await.unwrap();
    let got = file_in(&bob.message().await);
    assert_eq!((&got.id, got.size), (&media.id, media.size));
    let down = get(&server, &got.url).await;
    assert_eq!(down.status, 200);
    assert!(down.body == bytes, "every byte comes back");
    assert_eq!(down.header("content-length"), bytes.len().to_string());
    assert_eq!(down.header("content-type"), "application/octet-stream");
    assert_eq!(down.header("x-content-type-options"), "nosniff");
    assert_eq!(
        down.header("content-disposition"),
        "attachment; filename=\"r_sum_ _2_.pdf\"; filename*=UTF-8''r%C3%A9sum%C3%A9%20%222%22.pdf"
    );
    // The file of the upload is gone from its folder.
    let left = std::fs::read_dir(server.folder.0.join("data/uploads"))
        .unwrap()
        .count();
    assert_eq!(left, 0);
}

// MSG-069: what has arrived need not travel again, whatever broke.
#[tokio::test]
async fn an_upload_goes_on_after_a_broken_connection_and_after_a_restart() {
    let server = TestServer::start().await;
    let mut alice = server.user("alice", 1).await;
    let bytes = noise(2 * CHUNK + 9, 2);
    let request = upload_request(MediaKind::MediaVideo, "a.mp4", &bytes);
    let reply = alice.ask_upload(request.clone()).await.unwrap();
    put_chunk(&server, &reply.path, 2, &bytes[2 * CHUNK..]).await;
    // Half a chunk, and the connection breaks.
    let mut half = TcpStream::connect(server.running().local_addr()).await.unwrap();
    let head = format!(
        "PUT {}?chunk=0 HTTP/1.1\r\nHost: x\r\nContent-Length: {CHUNK}\r\nx-timbre-sha256: {}\r\n\r\n",
        reply.path,
        hex(&sha256(&bytes[..CHUNK]))
    );
    half.write_all(head.as_bytes()).await.unwrap();
    half.write_all(&bytes[..CHUNK / 2]).await.unwrap();
    // While the old connection still stands, the chunk comes on a new one.
    let again = alice.ask_upload(request.clone()).await.unwrap();
    assert_eq!((&again.upload_id, &again.have[..]), (&reply.upload_id, &[2][..]));
    assert_eq!(
        put_chunk(&server, &reply.path, 0, &bytes[..CHUNK]).await.status,
        200
    );
    drop(half);
    // A chunk that is there may come again, and what comes in its place is not taken.
    let other = noise(CHUNK, 99);
    assert_eq!(put_chunk(&server, &reply.path, 0, &other).await.status, 200);

    // The server is gone without a word.
    let (folder, clock) = (server.folder.clone(), server.clock.clone());
    let storage = server.running().service().storage().clone();
    drop(server);
    storage.close().await.unwrap();
    drop(storage);
    let server = restart(folder, clock).await;
    let mut alice = server.user("alice", 1).await;
    let again = alice.ask_upload(request.clone()).await.unwrap();
    assert_eq!(
        (&again.upload_id, &again.have[..]),
        (&reply.upload_id, &[0, 2][..])
    );
    put_chunk(&server, &again.path, 1, &bytes[CHUNK..2 * CHUNK]).await;
    let file = alice.commit(&again.upload_id).await.unwrap();
    assert!(get(&server, &file.file.unwrap().url).await.body == bytes);
}

/// The old server's lock goes with its last connection.
async fn restart(folder: Arc<Folder>, clock: Arc<dyn timbre_server::clock::Clock>) -> TestServer {
    TestServer::at(folder, clock, |_| ()).await
}

// MSG-069
#[tokio::test]
async fn damaged_chunks_and_damaged_files_are_refused() {
    let server = TestServer::start().await;
    let mut alice = server.user("alice", 1).await;
    let bytes = noise(CHUNK + 100, 3);
    let request = upload_request(MediaKind::MediaFile, "f", &bytes);
    let reply = alice.ask_upload(request.clone()).await.unwrap();
    let put = async |query: &str, sha256: &str, body: &[u8]| {
        let target = format!("{}{query}", reply.path);
        let answer = http(&server, "PUT", &target, &[("x-timbre-sha256", sha256)], body).await;
        (answer.status, answer.code())
    };
    let (first, last) = (&bytes[..CHUNK], &bytes[CHUNK..]);
    let (first_hash, last_hash) = (hex(&sha256(first)), hex(&sha256(last)));
    let mut spoiled = last.to_vec();
    spoiled[7] ^= 1;
    assert_eq!(put("?chunk=1", &last_hash, &spoiled).await, (422, 115_068));
    assert_eq!(put("?chunk=1", &last_hash, first).await, (413, 114_002));
    assert_eq!(put("?chunk=0", &last_hash, last).await, (400, 6017));
    assert_eq!(put("?chunk=2", &last_hash, last).await, (400, 6017));
    assert_eq!(put("?chunk=x", &last_hash, last).await, (400, 6017));
    assert_eq!(put("", &last_hash, last).await, (400, 6017));
    assert_eq!(put("?chunk=1", "abc", last).await, (400, 6017));
    let unknown = http(
        &server,
        "PUT",
        "/tim/v1/upload/00?chunk=0",
        &[("x-timbre-sha256", &last_hash)],
        last,
    )
    .await;
    assert_eq!((unknown.status, unknown.code()), (404, 114_000));
    assert_eq!(http(&server, "POST", &reply.path, &[], b"").await.status, 405);
    // None of that has left a chunk.
    assert!(alice.ask_upload(request.clone()).await.unwrap().have.is_empty());

    // Chunks that are as they were announced, and yet not the file.
    assert_eq!(put("?chunk=0", &first_hash, first).await, (200, 0));
    let other_hash = hex(&sha256(&spoiled));
    assert_eq!(put("?chunk=1", &other_hash, &spoiled).await, (200, 0));
    assert_eq!(alice.commit(&reply.upload_id).await.unwrap_err().0, 115_066);
    // It begins anew.
    assert_eq!(put("?chunk=1", &last_hash, last).await, (404, 114_000));
    let file = alice
        .put_up(&server, MediaKind::MediaFile, "f", &bytes)
        .await
        .unwrap();
    assert!(get(&server, &file.file.unwrap().url).await.body == bytes);
    // Somebody else's upload is nobody's business.
    let reply = alice
        .ask_upload(upload_request(MediaKind::MediaFile, "g", b"abc"))
        .await
        .unwrap();
    let mut bob = server.user("bob", 1).await;
    assert_eq!(bob.commit(&reply.upload_id).await.unwrap_err().0, 114_000);
}

// MSG-069
#[tokio::test]
async fn what_is_too_large_or_nothing_gets_no_place() {
    let server = TestServer::with(|config| {
        config.media_image_max = 1000;
        config.media_sound_max = 2000;
        config.media_video_max = 3000;
        config.media_file_max = 4000;
        config.media_uploads_max = 2;
    })
    .await;
    let mut alice = server.user("alice", 1).await;
    for (kind, limit) in [
        (MediaKind::MediaImage, 1000),
        (MediaKind::MediaSnapshot, 1000),
        (MediaKind::MediaSound, 2000),
        (MediaKind::MediaVideo, 3000),
        (MediaKind::MediaFile, 4000),
    ] {
        let over = upload_request(kind, "f", &noise(limit + 1, 4));
        let (code, text) = alice.ask_upload(over).await.unwrap_err();
        assert_eq!(code, 114_002);
        assert!(text.contains(&limit.to_string()), "{text}");
    }
    let good = upload_request(MediaKind::MediaFile, "f", &noise(4000, 4));
    let empty = UploadRequest {
        size: 0,
        ..good.clone()
    };
    assert_eq!(alice.ask_upload(empty).await.unwrap_err().0, 6017);
    let no_hash = UploadRequest {
        sha256: vec![1; 31].into(),
        ..good.clone()
    };
    assert_eq!(alice.ask_upload(no_hash).await.unwrap_err().0, 6017);
    let no_kind = UploadRequest {
        kind: 17,
        ..good.clone()
    };
    assert_eq!(alice.ask_upload(no_kind).await.unwrap_err().0, 6017);
    let nobody = UploadRequest {
        conversation: None,
        ..good.clone()
    };
    assert_eq!(alice.ask_upload(nobody).await.unwrap_err().0, 6017);
    let group = UploadRequest {
        conversation: Some(Conversation {
            r#type: 2,
            id: "g".into(),
        }),
        ..good.clone()
    };
    assert_eq!(alice.ask_upload(group).await.unwrap_err().0, 10_010);
    // Two may be under way, and the same one again is not a third.
    alice.ask_upload(good.clone()).await.unwrap();
    alice
        .ask_upload(upload_request(MediaKind::MediaFile, "f", b"2"))
        .await
        .unwrap();
    alice.ask_upload(good.clone()).await.unwrap();
    let third = upload_request(MediaKind::MediaFile, "f", b"3");
    assert_eq!(alice.ask_upload(third).await.unwrap_err().0, 6006);
}

// MSG-069: the same file once more takes no bytes, and gives the same ids; but only to who uploaded it.
#[tokio::test]
async fn a_file_that_is_there_is_not_sent_again() {
    let server = TestServer::start().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    let bytes = noise(5000, 5);
    let file = alice
        .put_up(&server, MediaKind::MediaFile, "one", &bytes)
        .await
        .unwrap();
    let request = upload_request(MediaKind::MediaFile, "two", &bytes);
    assert_eq!(alice.ask_upload(request.clone()).await.unwrap().file, Some(file));
    assert!(bob.ask_upload(request.clone()).await.unwrap().file.is_none());
    let other_kind = UploadRequest {
        kind: MediaKind::MediaSound as i32,
        ..request
    };
    assert!(alice.ask_upload(other_kind).await.unwrap().file.is_none());
}

// MSG-120, MSG-121, MSG-136: ids, sizes and addresses of sound, video and snapshot, without a download.
#[tokio::test]
async fn sounds_videos_and_their_snapshots_are_fetched_one_by_one() {
    let server = TestServer::start().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    let sound = [&b"ID3\x04"[..], &noise(3000, 6)].concat();
    let video = [&b"\0\0\0\x18ftypisom"[..], &noise(200_000, 7)].concat();
    let snapshot = crate::pictures::png(40, 30, 255);
    let up_sound = alice
        .put_up(&server, MediaKind::MediaSound, "s.mp3", &sound)
        .await
        .unwrap();
    let up_video = alice
        .put_up(&server, MediaKind::MediaVideo, "v.mp4", &video)
        .await
        .unwrap();
    let up_snapshot = alice
        .put_up(&server, MediaKind::MediaSnapshot, "v.png", &snapshot)
        .await
        .unwrap();
    assert!(up_snapshot.large.is_none() && up_snapshot.thumb.is_none());
    assert_eq!(up_snapshot.format, 3);
    // What the sender says of sizes is not what counts.
    let told = Picture {
        width: 1,
        height: 1,
        size: 1,
        ..up_snapshot.original.clone().unwrap()
    };
    let request = alice.with(
        "bob",
        vec![
            ElementKind::Sound(SoundElement {
                file: up_sound.file.clone(),
                duration: 12,
                ..SoundElement::default()
            }),
            ElementKind::Video(VideoElement {
                file: up_video.file.clone(),
                r#type: "mp4".into(),
                duration: 34,
                snapshot: Some(told),
                snapshot_type: "png".into(),
                ..VideoElement::default()
            }),
        ],
    );
    alice.send_message(request).await.unwrap();
    let got = kinds(&bob.message().await);
    let (ElementKind::Sound(s), ElementKind::Video(v)) = (&got[0], &got[1]) else {
        panic!("{got:?}")
    };
    let (s_file, v_file, picture) = (
        s.file.as_ref().unwrap(),
        v.file.as_ref().unwrap(),
        v.snapshot.as_ref().unwrap(),
    );
    assert_eq!((s.duration, s_file.size), (12, sound.len() as u64));
    assert_eq!(
        (v.duration, v.r#type.as_str(), v_file.size),
        (34, "mp4", video.len() as u64)
    );
    assert_eq!(
        (picture.width, picture.height, picture.size),
        (40, 30, snapshot.len() as u64)
    );
    for (url, bytes, content_type) in [
        (&s_file.url, &sound, "audio/mpeg"),
        (&v_file.url, &video, "video/mp4"),
        (&picture.url, &snapshot, "image/png"),
    ] {
        let down = get(&server, url).await;
        assert!(&down.body == bytes, "{content_type}");
        assert_eq!(down.header("content-type"), content_type);
        assert!(down.header("content-disposition").starts_with("inline; "));
    }
    for id in [&s_file.id, &v_file.id, &picture.id] {
        assert!(bob.media_url(id).await.unwrap().ends_with(id));
    }
}

// MSG-122: downloads may be resumed, asked about and checked.
#[tokio::test]
async fn parts_of_a_file_are_given_out() {
    let server = TestServer::start().await;
    let mut alice = server.user("alice", 1).await;
    let bytes = noise(CHUNK + 1, 8);
    let file = alice
        .put_up(&server, MediaKind::MediaFile, "f", &bytes)
        .await
        .unwrap();
    let url = file.file.unwrap().url;
    let ask = async |method: &str, headers: &[(&str, &str)]| http(&server, method, &url, headers, b"").await;

    let part = ask("GET", &[("range", "bytes=1048570-")]).await;
    assert_eq!(
        (part.status, part.header("content-range")),
        (206, "bytes 1048570-1048576/1048577")
    );
    assert!(part.body == bytes[1_048_570..]);
    let part = ask("GET", &[("range", "bytes=10-19")]).await;
    assert_eq!((part.status, &part.body[..]), (206, &bytes[10..20]));
    assert_eq!(part.header("content-length"), "10");
    let part = ask("GET", &[("range", "bytes=-3")]).await;
    assert_eq!((part.status, &part.body[..]), (206, &bytes[CHUNK - 2..]));
    let beyond = ask("GET", &[("range", "bytes=1048577-")]).await;
    assert_eq!(
        (beyond.status, beyond.header("content-range")),
        (416, "bytes */1048577")
    );

    let head = ask("HEAD", &[]).await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    assert_eq!(head.header("content-length"), "1048577");
    assert_eq!(head.header("accept-ranges"), "bytes");
    let etag = head.header("etag").to_owned();
    assert_eq!(ask("GET", &[("if-none-match", &etag)]).await.status, 304);
    let whole = ask("GET", &[("range", "bytes=0-1"), ("if-range", "\"other\"")]).await;
    assert_eq!((whole.status, whole.body.len()), (200, bytes.len()));
    let same = ask("GET", &[("range", "bytes=0-1"), ("if-range", &etag)]).await;
    assert_eq!(same.status, 206);

    let unknown = get(&server, "/tim/v1/media/0123456789abcdef0123456789abcdef").await;
    assert_eq!((unknown.status, unknown.code()), (404, 114_000));
    assert_eq!(get(&server, "/tim/v1/media/../../etc/passwd").await.status, 404);
    assert_eq!(ask("DELETE", &[]).await.status, 405);
}

// MSG-069, MSG-122: web pages of the origins that are allowed may do both.
#[tokio::test]
async fn web_pages_are_let_in_by_their_origin() {
    let any = TestServer::start().await;
    let answer = http(
        &any,
        "OPTIONS",
        "/tim/v1/upload/x",
        &[("origin", "https://a.example")],
        b"",
    )
    .await;
    assert_eq!(
        (answer.status, answer.header("access-control-allow-origin")),
        (204, "*")
    );
    assert!(
        answer
            .header("access-control-allow-headers")
            .contains("x-timbre-sha256")
    );
    assert!(answer.header("access-control-allow-methods").contains("PUT"));
    let some =
        TestServer::with(|config| config.media_cors_origins = "https://a.example, https://b.example".into())
            .await;
    for (origin, allowed) in [
        ("https://b.example", "https://b.example"),
        ("https://c.example", ""),
    ] {
        let answer = http(&some, "GET", "/tim/v1/media/x", &[("origin", origin)], b"").await;
        assert_eq!(answer.header("access-control-allow-origin"), allowed);
        assert_eq!(answer.header("vary"), "origin");
    }
}

// MSG-069, MSG-122: who does not go on does not hold the server up.
#[tokio::test]
async fn transfers_that_stall_are_broken_off() {
    let server = TestServer::start().await;
    let bytes = noise(24 * CHUNK, 9);
    let mut alice = server.user("alice", 1).await;
    alice
        .put_up(&server, MediaKind::MediaFile, "f", &bytes)
        .await
        .unwrap();
    let clock = server.clock.clone();
    let folder = server.stop().await;
    let server = TestServer::at(folder, clock, |config| config.media_stall_s = 1).await;
    let mut alice = server.user("alice", 1).await;
    let file = alice
        .put_up(&server, MediaKind::MediaFile, "f", &bytes)
        .await
        .unwrap();
    let id = file.file.unwrap().id;
    let mut reader = TcpStream::connect(server.running().local_addr()).await.unwrap();
    let request = format!("GET /tim/v1/media/{id} HTTP/1.1\r\nHost: x\r\n\r\n");
    reader.write_all(request.as_bytes()).await.unwrap();
    let mut writer = TcpStream::connect(server.running().local_addr()).await.unwrap();
    let reply = alice
        .ask_upload(upload_request(MediaKind::MediaFile, "g", &bytes[..CHUNK]))
        .await
        .unwrap();
    let request = format!(
        "PUT {}?chunk=0 HTTP/1.1\r\nHost: x\r\nContent-Length: {CHUNK}\r\nx-timbre-sha256: {}\r\n\r\nabc",
        reply.path,
        hex(&sha256(&bytes[..CHUNK]))
    );
    writer.write_all(request.as_bytes()).await.unwrap();
    let mut said = Vec::new();
    let _ = tokio::time::timeout(PATIENCE, writer.read_to_end(&mut said))
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&said);
    assert!(
        said.starts_with("HTTP/1.1 408") && said.contains("114005"),
        "{said}"
    );
    // The download is broken off while nobody reads: what the sockets hold is all that is left of it.
    tokio::time::sleep(Duration::from_millis(2500)).await;
    let mut got = Vec::new();
    let _ = tokio::time::timeout(PATIENCE, reader.read_to_end(&mut got))
        .await
        .unwrap();
    assert!(got.len() < bytes.len(), "{}", got.len());
    // The upload can still be finished.
    alice
        .put_up(&server, MediaKind::MediaFile, "g", &bytes[..CHUNK])
        .await
        .unwrap();
}

// MSG-136: the address is that of the server as the client sees it.
#[tokio::test]
async fn addresses_are_those_that_the_client_came_to() {
    let server = TestServer::start().await;
    let address = server.running().local_addr();
    let mut alice = server.user("alice", 1).await;
    let file = alice
        .put_up(&server, MediaKind::MediaFile, "f", b"bytes")
        .await
        .unwrap();
    let id = file.file.clone().unwrap().id;
    assert_eq!(
        file.file.unwrap().url,
        format!("http://{address}/tim/v1/media/{id}")
    );
    server.user("bob", 1).await;
    // Behind a proxy that does TLS.
    let mut request = tokio_tungstenite::tungstenite::client::IntoClientRequest::into_client_request(
        format!("ws://im.example.org{}", timbre_protocol::PATH),
    )
    .unwrap();
    request
        .headers_mut()
        .insert("x-forwarded-proto", "https".parse().unwrap());
    let mut proxied = server.link_by(request).await;
    proxied
        .log_in(LoginRequest {
            platform: Platform::Android as i32,
            ..server.login_request("alice", 2)
        })
        .await
        .unwrap();
    assert_eq!(
        proxied.media_url(&id).await.unwrap(),
        format!("https://im.example.org/tim/v1/media/{id}")
    );
    // What a message says is written anew for each reader.
    alice
        .send_file(
            "bob",
            &timbre_protocol::MediaFile {
                file: Some(timbre_protocol::Media {
                    id: id.clone(),
                    ..Default::default()
                }),
                ..Default::default()
            },
        )
        .await
        .unwrap();
    let history = HistoryRequest {
        conversation: Some(Conversation::c2c("bob")),
        count: 1,
        ..HistoryRequest::default()
    };
    let there = file_in(&message(&proxied.history(history.clone()).await.messages[0]));
    assert!(there.url.starts_with("https://im.example.org/"), "{}", there.url);
    let here = file_in(&message(&alice.history(history).await.messages[0]));
    assert_eq!(here.url, format!("http://{address}/tim/v1/media/{id}"));

    let server =
        TestServer::with(|config| config.media_public_url = "https://files.example.org/im".into()).await;
    let mut alice = server.user("alice", 1).await;
    let file = alice
        .put_up(&server, MediaKind::MediaFile, "f", b"bytes")
        .await
        .unwrap()
        .file
        .unwrap();
    assert_eq!(
        file.url,
        format!("https://files.example.org/im/tim/v1/media/{}", file.id)
    );
}
