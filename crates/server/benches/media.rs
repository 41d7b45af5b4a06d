//! Files up to a server process and down again, against the same bytes through a bare HTTP server.
//!
//! Four connections at a time move the chunks of a file of 64 MiB, as a core does. The bare server takes bytes and forgets them, and
//! gives out what it has in memory: what is above it is hashing (every byte twice), writing, and the commits.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, dead_code)]

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::{Method, Request, Response};
use hyper_util::rt::TokioIo;
use sha2::{Digest as _, Sha256};
use timbre_protocol::frame::{self, Kind};
use timbre_protocol::{CommitUploadRequest, Conversation, UploadRequest, request, response};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;

mod load;
#[path = "../../../benches/support/mod.rs"]
mod support;

use support::folder::Folder;
use support::row::{Row, median};
use support::server::{Process, Server};

const FILE: usize = 64 << 20;
const CHUNK: usize = 1 << 20;
const CONNECTIONS: usize = 4;
const ROUNDS: usize = 3;
/// The argument with which this program starts itself as the bare server.
const BARE: &str = "bare";

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    if std::env::args().nth(1).as_deref() == Some(BARE) {
        runtime.block_on(bare());
    }
    runtime.block_on(measure());
}

async fn measure() {
    let folder = Folder::new("media");
    let server = Server::start(&folder.path().join("server"));
    let mut socket = load::link::log_in(&server, 0, 16 << 10).await;
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.arg(BARE);
    let (_bare, lines) = Process::start(command, "listening on");
    let bare = lines[0].rsplit(' ').next().unwrap().to_owned();

    let (mut up, mut bare_up, mut down, mut bare_down) = (vec![], vec![], vec![], vec![]);
    let (mut cpu_up, mut cpu_down) = (vec![], vec![]);
    let mut commits = vec![];
    for round in 0..ROUNDS {
        let bytes = Arc::new(noise(round as u64));
        bare_up.push(megabytes(put(&bare, "/up", &bytes).await));
        let before = server.process().cpu();
        let (seconds, commit, path) = upload(&mut socket, &server.address, round as u64 + 2, &bytes).await;
        cpu_up.push((server.process().cpu() - before) * 1e3 / (FILE >> 20) as f64);
        up.push(megabytes(seconds));
        commits.push(commit * 1e3);
        bare_down.push(megabytes(get(&bare, "/down", None).await));
        let before = server.process().cpu();
        down.push(megabytes(get(&server.address, &path, Some(&bytes)).await));
        cpu_down.push((server.process().cpu() - before) * 1e3 / (FILE >> 20) as f64);
    }
    Row::new(
        "upload of 64 MiB, commit included; reference: a bare HTTP server",
        median(&up),
        "MB/s",
    )
    .reference(median(&bare_up))
    .print();
    Row::new(
        "the same: processor time of the server for one MiB",
        median(&cpu_up),
        "ms",
    )
    .print();
    Row::new("the same: the commit alone", median(&commits), "ms").print();
    Row::new(
        "download of 64 MiB; reference: a bare HTTP server",
        median(&down),
        "MB/s",
    )
    .reference(median(&bare_down))
    .print();
    Row::new(
        "the same: processor time of the server for one MiB",
        median(&cpu_down),
        "ms",
    )
    .print();
}

fn megabytes(seconds: f64) -> f64 {
    FILE as f64 / 1e6 / seconds
}

fn noise(seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = Vec::with_capacity(FILE);
    while bytes.len() < FILE {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes
}

/// Puts all chunks of `bytes`. Answers seconds.
async fn put(address: &str, path: &str, bytes: &Arc<Vec<u8>>) -> f64 {
    // A client hashes its chunks before it sends them; that is not the server's time.
    let hashes: Arc<Vec<String>> = Arc::new(
        bytes
            .chunks(CHUNK)
            .map(|chunk| hex(&Sha256::digest(chunk)))
            .collect(),
    );
    let start = Instant::now();
    let mut tasks = Vec::new();
    for first in 0..CONNECTIONS {
        let (bytes, hashes) = (bytes.clone(), hashes.clone());
        let (address, path) = (address.to_owned(), path.to_owned());
        tasks.push(tokio::spawn(async move {
            let mut stream = TcpStream::connect(&address).await.unwrap();
            for (number, chunk) in bytes.chunks(CHUNK).enumerate().skip(first).step_by(CONNECTIONS) {
                let head = format!(
                    "PUT {path}?chunk={number} HTTP/1.1\r\nhost: {address}\r\ncontent-length: {}\r\nx-timbre-sha256: {}\r\n\r\n",
                    chunk.len(),
                    hashes[number]
                );
                stream.write_all(head.as_bytes()).await.unwrap();
                stream.write_all(chunk).await.unwrap();
                let mut answer = Reader::new(&mut stream).await;
                assert_eq!(answer.status, 200);
                answer.skip().await;
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    start.elapsed().as_secs_f64()
}

/// Fetches the file once. Answers seconds; checks the bytes outside of them.
async fn get(address: &str, path: &str, wanted: Option<&Arc<Vec<u8>>>) -> f64 {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let start = Instant::now();
    let head = format!("GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    let answer = Reader::new(&mut stream).await;
    assert_eq!((answer.status, answer.length), (200, FILE));
    let got = answer.all().await;
    let seconds = start.elapsed().as_secs_f64();
    assert!(wanted.is_none_or(|wanted| got == **wanted));
    seconds
}

/// An answer whose head has been read.
struct Reader<'a> {
    stream: &'a mut TcpStream,
    status: u16,
    length: usize,
    early: Vec<u8>,
}

impl<'a> Reader<'a> {
    async fn new(stream: &'a mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        let end = loop {
            let count = stream.read_buf(&mut bytes).await.unwrap();
            assert!(count > 0, "the server hung up");
            if let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let head = std::str::from_utf8(&bytes[..end]).unwrap().to_ascii_lowercase();
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "));
        Self {
            stream,
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            length: length.map_or(0, |length| length.parse().unwrap()),
            early: bytes[end..].to_vec(),
        }
    }

    async fn all(self) -> Vec<u8> {
        let mut bytes = self.early;
        bytes.reserve_exact(self.length);
        while bytes.len() < self.length {
            assert!(self.stream.read_buf(&mut bytes).await.unwrap() > 0);
        }
        bytes
    }

    async fn skip(&mut self) {
        let mut left = vec![0; self.length - self.early.len()];
        self.stream.read_exact(&mut left).await.unwrap();
    }
}

/// Uploads a file as a core does. Answers seconds, those of them for the commit, and the path that it is fetched from.
async fn upload(
    socket: &mut load::link::Socket,
    address: &str,
    id: u64,
    bytes: &Arc<Vec<u8>>,
) -> (f64, f64, String) {
    let upload = UploadRequest {
        conversation: Some(Conversation::c2c("user0")),
        size: FILE as u64,
        sha256: Sha256::digest(&bytes[..]).to_vec().into(),
        name: "bench".into(),
        ..UploadRequest::default()
    };
    let start = Instant::now();
    let Some(response::Body::Upload(reply)) = ask(socket, id * 2, request::Body::Upload(upload)).await else {
        panic!("no place for the file")
    };
    let mut seconds = start.elapsed().as_secs_f64();
    seconds += put(address, &reply.path, bytes).await;
    let start = Instant::now();
    let commit = CommitUploadRequest {
        upload_id: reply.upload_id,
    };
    let answer = ask(socket, id * 2 + 1, request::Body::CommitUpload(commit)).await;
    let Some(response::Body::CommitUpload(reply)) = answer else {
        panic!("no commit")
    };
    let commit = start.elapsed().as_secs_f64();
    let url = reply.file.unwrap().file.unwrap().url;
    let path = url.split_once("://").unwrap().1.split_once('/').unwrap().1;
    (seconds + commit, commit, format!("/{path}"))
}

async fn ask(socket: &mut load::link::Socket, id: u64, body: request::Body) -> Option<response::Body> {
    let packet = frame::encode(&frame::single(frame::request(id, body)));
    socket.send(Message::Binary(packet)).await.unwrap();
    loop {
        let Message::Binary(bytes) = socket.next().await.unwrap().unwrap() else {
            continue;
        };
        for frame in frame::decode(bytes).unwrap().frames {
            if let Some(Kind::Response(response)) = frame.kind
                && response.id == id
            {
                assert_eq!(response.code, 0, "{}", response.text);
                return response.body;
            }
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Takes what is put and forgets it; gives out zeros.
async fn bare() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("listening on {}", listener.local_addr().unwrap());
    let file = Bytes::from(vec![0; FILE]);
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let file = file.clone();
        tokio::spawn(async move {
            let answer = hyper::service::service_fn(move |request: Request<Incoming>| {
                let file = file.clone();
                async move {
                    let got = request.method() == Method::GET;
                    let mut body = request.into_body();
                    while let Some(Ok(_)) = body.frame().await {}
                    Ok::<_, Infallible>(Response::new(Full::new(if got { file } else { Bytes::new() })))
                }
            });
            let _ = hyper::server::conn::http1::Builder::new()
                .serve_connection(TokioIo::new(stream), answer)
                .await;
        });
    }
}
