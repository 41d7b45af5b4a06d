//! Transfers against a server that this file plays, request by request.
#![allow(clippy::unwrap_used)]

use std::collections::VecDeque;
use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use super::*;
use crate::engine::transfers::{Get, Origin, Prepare, Prepared, Put, Source, Target};

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("timbre-media-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(&self.0)
            .unwrap()
            .map(|e| e.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The transfers of a client, without an engine.
struct Rig {
    commands: UnboundedSender<Command>,
    inbox: Arc<Queue<Input>>,
    last: u64,
}

impl Rig {
    fn new() -> Self {
        let (commands, receiver) = unbounded_channel();
        let inbox = Arc::new(Queue::new());
        tokio::spawn(run(receiver, inbox.clone(), Arc::default()));
        Self {
            commands,
            inbox,
            last: 0,
        }
    }

    fn start(&mut self, work: Work) -> u64 {
        self.last += 1;
        let job = TransferJob { id: self.last, work };
        self.commands.send(Command::Start(job)).unwrap();
        self.last
    }

    /// What is told until the first job ends: progress, and the end.
    async fn end(&mut self) -> (Vec<(u64, u64)>, TransferEvent) {
        let mut progress = Vec::new();
        let mut found = VecDeque::new();
        loop {
            self.inbox.take(&mut found);
            while let Some(input) = found.pop_front() {
                match input {
                    Input::Transfer {
                        event: TransferEvent::Progress { done, total },
                        ..
                    } => progress.push((done, total)),
                    Input::Transfer { event, .. } => return (progress, event),
                    other => panic!("{other:?}"),
                }
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn run(&mut self, work: Work) -> (Vec<(u64, u64)>, TransferEvent) {
        self.start(work);
        self.end().await
    }

    async fn prepare(&mut self, path: &Path, picture: bool, level: u32, max: u64) -> Result<Prepared, i32> {
        let prepare = Prepare {
            source: Source::File(path.to_owned()),
            picture,
            level,
            max,
        };
        match self.run(Work::Prepare(prepare)).await.1 {
            TransferEvent::Prepared(prepared) => Ok(prepared),
            TransferEvent::Failed(Failure::Refused(refusal)) => Err(refusal.code),
            other => panic!("{other:?}"),
        }
    }
}

/// One request as it came.
#[derive(Debug, Clone)]
struct Asked {
    head: String,
    body: Vec<u8>,
}

impl Asked {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// Plays a server: `answer` makes of the number of the request and the request what is written back; the
/// connection is closed after an answer that says `connection: close`.
async fn server(
    answer: impl Fn(usize, &Asked) -> Vec<u8> + Send + Sync + 'static,
) -> (String, Arc<Mutex<Vec<Asked>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let host = listener.local_addr().unwrap().to_string();
    let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
    let (all, answer) = (asked.clone(), Arc::new(answer));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (all, answer) = (all.clone(), answer.clone());
            tokio::spawn(async move { serve(stream, &all, &*answer).await });
        }
    });
    (host, asked)
}

async fn serve(
    mut stream: TcpStream,
    all: &Mutex<Vec<Asked>>,
    answer: &(dyn Fn(usize, &Asked) -> Vec<u8> + Send + Sync),
) -> Option<()> {
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.ok()?);
        }
        let head = String::from_utf8(head).unwrap();
        let mut asked = Asked {
            head,
            body: Vec::new(),
        };
        let length = asked.header("content-length").map_or(0, |n| n.parse().unwrap());
        asked.body.resize(length, 0);
        stream.read_exact(&mut asked.body).await.ok()?;
        let number = {
            let mut all = all.lock();
            all.push(asked.clone());
            all.len() - 1
        };
        let answer = answer(number, &asked);
        stream.write_all(&answer).await.ok()?;
        if String::from_utf8_lossy(&answer).contains("connection: close") {
            return None;
        }
    }
}

fn ok(headers: &str, body: &[u8]) -> Vec<u8> {
    status("200 OK", headers, body)
}

fn status(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut answer = format!(
        "HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n",
        body.len()
    )
    .into_bytes();
    answer.extend_from_slice(body);
    answer
}

fn get(url: String, target: Target) -> Work {
    Work::Get(Get {
        url,
        server: None,
        target,
    })
}

fn put(host: &str, source: Source, size: u64, have: Vec<u32>) -> Work {
    Work::Put(Put {
        source,
        size,
        server: Origin {
            url: format!("ws://{host}/tim/v1"),
            pin: String::new(),
        },
        path: "/upload/secret".to_owned(),
        chunk_bytes: 1000,
        parallel: 4,
        have,
    })
}

fn code_of(event: &TransferEvent) -> Option<i32> {
    match event {
        TransferEvent::Failed(Failure::Refused(refusal)) => Some(refusal.code),
        _ => None,
    }
}

// MSG-069, MSG-032
#[tokio::test]
async fn a_file_is_looked_at_before_it_leaves() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    let bytes: Vec<u8> = (0..3_000_000u32).map(|n| n as u8).collect();
    let path = folder.file("a", &bytes);
    let found = rig.prepare(&path, false, 0, 3_000_000).await.unwrap();
    assert_eq!(found.size, 3_000_000);
    assert_eq!(found.sha256[..], Sha256::digest(&bytes)[..]);
    assert_eq!(found.source, Source::File(path.clone()));
    assert_eq!(
        rig.prepare(&path, false, 0, 2_999_999).await,
        Err(code::FILE_TOO_LARGE)
    );
    assert_eq!(
        rig.prepare(&path, true, 0, u64::MAX).await,
        Err(code::NOT_AN_IMAGE)
    );
    for missing in [
        folder.0.join("none"),
        folder.0.clone(),
        folder.file("empty", b""),
        "".into(),
    ] {
        let refused = rig.prepare(&missing, false, 0, u64::MAX).await;
        assert_eq!(refused, Err(code::FILE_SIZE_EMPTY), "{}", missing.display());
    }
}

// MSG-077
#[tokio::test]
async fn an_image_of_a_level_is_made_smaller_and_others_stay_untouched() {
    let folder = Folder::new();
    let mut rig = Rig::new();
    let mut jpeg = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut jpeg, 90);
    let pixels = vec![90; 1600 * 900 * 3];
    encoder
        .encode(&pixels, 1600, 900, jpeg_encoder::ColorType::Rgb)
        .unwrap();
    let path = folder.file("a.jpg", &jpeg);
    let original = rig.prepare(&path, true, 0, u64::MAX).await.unwrap();
    assert_eq!(original.source, Source::File(path.clone()));
    assert_eq!((original.width, original.height), (1600, 900));
    let small = rig.prepare(&path, true, 1, u64::MAX).await.unwrap();
    assert_eq!((small.width, small.height), (1280, 720));
    let Source::Bytes(bytes) = &small.source else {
        panic!("{small:?}");
    };
    assert_eq!(small.size, bytes.len() as u64);
    assert_eq!(small.sha256[..], Sha256::digest(bytes)[..]);
    let gif = folder.file("a.gif", b"GIF89a\x02\0\x03\0\0\0\0;");
    let found = rig.prepare(&gif, true, 1, u64::MAX).await.unwrap();
    assert_eq!(found.source, Source::File(gif));
    assert_eq!((found.width, found.height), (2, 3));
}

// MSG-069
#[tokio::test]
async fn an_upload_puts_each_missing_chunk_with_its_digest() {
    let folder = Folder::new();
    let bytes: Vec<u8> = (0..4500u32).map(|n| (n / 7) as u8).collect();
    let path = folder.file("a", &bytes);
    let (host, asked) = server(|_, _| ok("", b"")).await;
    let mut rig = Rig::new();
    let (_, end) = rig
        .run(put(&host, Source::File(path), 4500, vec![1, 1, 99]))
        .await;
    assert!(matches!(end, TransferEvent::Finished(_)), "{end:?}");
    let mut asked = asked.lock().clone();
    asked.sort_by_key(|a| a.head.clone());
    let lines: Vec<&str> = asked.iter().map(|a| a.head.lines().next().unwrap()).collect();
    let line = |n| format!("PUT /upload/secret?chunk={n} HTTP/1.1");
    assert_eq!(lines, [line(0), line(2), line(3), line(4)]);
    for (request, chunk) in asked.iter().zip([0, 2, 3, 4]) {
        let part = &bytes[chunk * 1000..(chunk * 1000 + 1000).min(4500)];
        assert_eq!(request.body, part);
        let digest: String = Sha256::digest(part).iter().map(|b| format!("{b:02x}")).collect();
        assert_eq!(request.header("x-timbre-sha256"), Some(&*digest));
        assert_eq!(request.header("host"), Some(&*host));
    }
}

// MSG-069
#[tokio::test]
async fn a_chunk_is_tried_again_and_what_the_server_says_is_told() {
    let source = Source::Bytes(Bytes::from_static(&[7; 900]));
    let (host, asked) = server(|n, _| match n {
        0 => b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 5".to_vec(),
        1 => status(
            "409 Conflict",
            "",
            br#"{"code":114003,"text":"an older attempt came late"}"#,
        ),
        _ => ok("", b""),
    })
    .await;
    let mut rig = Rig::new();
    let (_, end) = rig.run(put(&host, source.clone(), 900, vec![])).await;
    assert!(matches!(end, TransferEvent::Finished(_)), "{end:?}");
    assert_eq!(asked.lock().len(), 3);

    let (host, asked) =
        server(|_, _| status("413 Too Large", "", br#"{"code":114002,"text":"too large"}"#)).await;
    let (_, end) = rig.run(put(&host, source.clone(), 900, vec![])).await;
    let TransferEvent::Failed(failure) = end else {
        panic!("{end:?}")
    };
    let told = Failure::Http {
        status: 413,
        code: 114_002,
        text: "too large".to_owned(),
    };
    assert_eq!(failure, told);
    assert_eq!(asked.lock().len(), 1, "a refusal is not asked for twice");

    let (host, asked) = server(|_, _| status("400 Bad", "", br#"{"code":115068,"text":"damaged"}"#)).await;
    let (_, end) = rig.run(put(&host, source.clone(), 900, vec![])).await;
    assert!(
        matches!(end, TransferEvent::Failed(Failure::Http { code: 115_068, .. })),
        "{end:?}"
    );
    assert_eq!(
        asked.lock().len(),
        3,
        "a damaged chunk may be better the next time"
    );

    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nobody = listener.local_addr().unwrap().to_string();
    drop(listener);
    let (_, end) = rig.run(put(&nobody, source, 900, vec![])).await;
    assert!(
        matches!(end, TransferEvent::Failed(Failure::Unreachable(_))),
        "{end:?}"
    );
}

// MSG-069
#[tokio::test]
async fn a_file_that_shrinks_during_its_upload_is_a_read_error() {
    let folder = Folder::new();
    let path = folder.file("a", &[1; 1500]);
    let (host, _) = server(|_, _| ok("", b"")).await;
    let mut rig = Rig::new();
    let (_, end) = rig.run(put(&host, Source::File(path), 2500, vec![])).await;
    assert_eq!(code_of(&end), Some(code::RES_READ_FAILED));
}

// MSG-118, MSG-119, MSG-135
#[tokio::test]
async fn a_download_makes_folders_replaces_the_file_and_says_how_far_it_is() {
    let folder = Folder::new();
    let path = folder.0.join("deep/er/file");
    let (host, _) = server(|_, _| ok("", &[5; 300_000])).await;
    let mut rig = Rig::new();
    for old in [false, true] {
        if old {
            std::fs::write(&path, "old").unwrap();
        }
        let target = Target::File(path.clone());
        let (progress, end) = rig.run(get(format!("http://{host}/x"), target)).await;
        assert!(matches!(end, TransferEvent::Finished(_)), "{end:?}");
        assert_eq!(std::fs::read(&path).unwrap(), [5; 300_000]);
        assert_eq!(progress.last(), Some(&(300_000, 300_000)));
        assert!(progress.windows(2).all(|p| p[0].0 < p[1].0), "{progress:?}");
        assert_eq!(progress.iter().filter(|(done, total)| done == total).count(), 1);
    }
    assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
}

// MSG-118
#[tokio::test]
async fn a_broken_download_goes_on_where_it_stopped() {
    let folder = Folder::new();
    let whole: Vec<u8> = (0..100_000u32).map(|n| (n / 3) as u8).collect();
    let bytes = whole.clone();
    let (host, asked) = server(move |n, asked| {
        let from: usize = asked
            .header("range")
            .map_or(0, |r| r[6..r.len() - 1].parse().unwrap());
        let left = bytes.len() - from;
        let mut answer = if from == 0 {
            format!("HTTP/1.1 200 OK\r\netag: \"v1\"\r\nconnection: close\r\ncontent-length: {left}\r\n\r\n")
        } else {
            let end = bytes.len() - 1;
            format!(
                "HTTP/1.1 206 Partial\r\ncontent-range: bytes {from}-{end}/{}\r\nconnection: close\r\ncontent-length: {left}\r\n\r\n",
                bytes.len()
            )
        }
        .into_bytes();
        // Each connection breaks after 40,000 bytes.
        let part = left.min(40_000);
        answer.extend_from_slice(&bytes[from..from + part]);
        assert!(n < 5, "three connections are enough");
        answer
    })
    .await;
    let mut rig = Rig::new();
    let path = folder.0.join("file");
    let (_, end) = rig
        .run(get(format!("http://{host}/x"), Target::File(path.clone())))
        .await;
    assert!(matches!(end, TransferEvent::Finished(_)), "{end:?}");
    assert_eq!(std::fs::read(&path).unwrap(), whole);
    let asked = asked.lock();
    let ranges: Vec<_> = asked.iter().map(|a| a.header("range")).collect();
    assert_eq!(ranges, [None, Some("bytes=40000-"), Some("bytes=80000-")]);
    assert_eq!(asked[1].header("if-range"), Some("\"v1\""));
    assert_eq!(folder.names(), ["file"]);
}

// MSG-118
#[tokio::test]
async fn a_server_that_cannot_go_on_begins_anew() {
    let folder = Folder::new();
    let (host, _) = server(|n, _| match n {
        0 => {
            let mut answer = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 10\r\n\r\n".to_vec();
            answer.extend_from_slice(b"old b");
            answer
        }
        _ => ok("", b"new bytes!"),
    })
    .await;
    let mut rig = Rig::new();
    let path = folder.0.join("file");
    let (_, end) = rig
        .run(get(format!("http://{host}/x"), Target::File(path.clone())))
        .await;
    assert!(matches!(end, TransferEvent::Finished(_)), "{end:?}");
    assert_eq!(std::fs::read(&path).unwrap(), b"new bytes!");
}

// MSG-118
#[tokio::test]
async fn what_fails_leaves_nothing_and_keeps_the_old_file() {
    let folder = Folder::new();
    let path = folder.file("file", b"old");
    let (host, _) = server(|_, asked| match asked.head.split(' ').nth(1).unwrap() {
        "/gone" => status("404 Not Found", "", b"no"),
        "/file-scheme" => status("302 Found", "location: file:///etc/passwd\r\n", b""),
        "/loop" => status("302 Found", "location: /loop\r\n", b""),
        "/there" => status("302 Found", "location: here\r\n", b""),
        "/here" => ok("", b"new"),
        _ => status("500 Broken", "", b""),
    })
    .await;
    let mut rig = Rig::new();
    let mut failed = async |url: String, target: &Path| {
        let (_, end) = rig.run(get(url, Target::File(target.to_owned()))).await;
        assert_eq!(std::fs::read(&path).unwrap(), b"old");
        end
    };
    let end = failed(format!("http://{host}/gone"), &path).await;
    assert!(
        matches!(end, TransferEvent::Failed(Failure::Http { status: 404, .. })),
        "{end:?}"
    );
    let end = failed(format!("http://{host}/file-scheme"), &path).await;
    assert_eq!(code_of(&end), Some(code::DOWNLOAD_FAILED));
    let end = failed(format!("http://{host}/loop"), &path).await;
    assert_eq!(code_of(&end), Some(code::DOWNLOAD_FAILED));
    let end = failed("http://".into(), &path).await;
    assert_eq!(code_of(&end), Some(code::HTTP_REQ_FAILED));
    let end = failed(format!("http://{host}/here"), &folder.0).await;
    assert_eq!(code_of(&end), Some(code::IO_OPERATION_FAILED));
    let end = failed(format!("http://{host}/here"), &path.join("below a file")).await;
    assert_eq!(code_of(&end), Some(code::IO_OPERATION_FAILED));
    assert_eq!(folder.names(), ["file"]);
    let (_, end) = rig
        .run(get(format!("http://{host}/there"), Target::File(path.clone())))
        .await;
    assert!(matches!(end, TransferEvent::Finished(_)), "{end:?}");
    assert_eq!(std::fs::read(&path).unwrap(), b"new");
}

// MSG-185
#[tokio::test]
async fn a_download_to_memory_is_bounded() {
    let (host, _) = server(|_, _| ok("", &[1; 5000])).await;
    let mut rig = Rig::new();
    let (_, end) = rig
        .run(get(format!("http://{host}/x"), Target::Memory(5000)))
        .await;
    assert!(matches!(end, TransferEvent::Finished(bytes) if bytes.len() == 5000));
    let (_, end) = rig
        .run(get(format!("http://{host}/x"), Target::Memory(4999)))
        .await;
    assert_eq!(code_of(&end), Some(code::DOWNLOAD_FAILED));
}

/// A server behind TLS whose key the client pins; its port, its certificate as PEM.
async fn secure_server() -> (u16, String) {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            if let Ok(mut stream) = acceptor.accept(stream).await {
                let mut request = [0; 1024];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(&ok("connection: close\r\n", b"secret")).await;
                let _ = stream.shutdown().await;
            }
        }
    });
    (port, made.cert.pem())
}

// CORE-138, MSG-118
#[tokio::test]
async fn the_pin_of_the_link_is_good_for_files_of_its_own_server_alone() {
    let (own, pin) = secure_server().await;
    let (other, other_pin) = secure_server().await;
    let mut rig = Rig::new();
    let mut fetched = async |port: u16, pin: &str| {
        let work = Work::Get(Get {
            url: format!("https://localhost:{port}/file"),
            server: Some(Origin {
                url: format!("wss://localhost:{own}/tim/v1"),
                pin: pin.to_owned(),
            }),
            target: Target::Memory(100),
        });
        match rig.run(work).await.1 {
            TransferEvent::Finished(bytes) => Some(bytes),
            TransferEvent::Failed(Failure::Unreachable(_)) => None,
            other => panic!("{other:?}"),
        }
    };
    let secret = Some(Bytes::from_static(b"secret"));
    assert_eq!(fetched(own, &pin).await, secret);
    assert_eq!(fetched(own, &other_pin).await, None);
    assert_eq!(
        fetched(other, &other_pin).await,
        None,
        "another server, whatever its key"
    );
}

// MSG-103
#[tokio::test]
async fn a_cancelled_download_leaves_nothing_and_is_heard_of_no_more() {
    let folder = Folder::new();
    let (told, mut begun) = unbounded_channel();
    let (host, _) = server(move |_, _| {
        let _ = told.send(());
        // The rest never comes.
        b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\nsome".to_vec()
    })
    .await;
    let mut rig = Rig::new();
    let path = folder.0.join("file");
    let id = rig.start(get(format!("http://{host}/x"), Target::File(path.clone())));
    begun.recv().await.unwrap();
    rig.commands.send(Command::Cancel(id)).unwrap();
    // The next job ends, and nothing of the cancelled one was told.
    let file = folder.file("a", b"x");
    let found = rig.prepare(&file, false, 0, 10).await;
    assert!(found.is_ok());
    while folder.names() != ["a"] {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
