//! Uploading and fetching files word by word: what the tests of media stand on.

use std::collections::HashMap;

use prost::Message as _;
use sha2::{Digest as _, Sha256};
use timbre_protocol::element::Kind as ElementKind;
use timbre_protocol::{
    Body, ChatMessage, CommitUploadRequest, Conversation, Element, FileElement, Media, MediaFile, MediaKind,
    MediaUrlRequest, SendRequest, UploadReply, UploadRequest, request, response,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::*;

pub const CHUNK: usize = 1 << 20;

/// An answer to an HTTP request.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HashMap<String, String>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// The code of a refusal.
    pub fn code(&self) -> i64 {
        let json: serde_json::Value = serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{} {:?}", self.status, String::from_utf8_lossy(&self.body)));
        assert!(json["text"].is_string());
        json["code"].as_i64().unwrap()
    }
}

/// One request on a connection of its own. `target` is a path, or an address of which host and path are used.
pub async fn http(
    server: &TestServer,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let address = server.running().local_addr().to_string();
    http_at(&address, method, target, headers, body).await
}

/// The same to whatever listens there.
pub async fn http_at(
    address: &str,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let path = match target.split_once("://") {
        Some((scheme, rest)) => {
            assert_eq!(scheme, "http");
            let (host, path) = rest.split_once('/').unwrap();
            assert_eq!(host, address, "the address is that of this server");
            format!("/{path}")
        }
        None => target.to_owned(),
    };
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    if method == "PUT" {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let exchange = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        // A server that refuses early closes before it has read everything.
        let _ = stream.write_all(body).await;
        let mut all = Vec::new();
        let _ = stream.read_to_end(&mut all).await;
        all
    };
    parse(
        &tokio::time::timeout(PATIENCE, exchange)
            .await
            .expect("the server says nothing"),
    )
}

fn parse(all: &[u8]) -> Answer {
    let end = all
        .windows(4)
        .position(|w| w == b"\r\n\r\n")
        .expect("an HTTP answer");
    let head = std::str::from_utf8(&all[..end]).unwrap();
    let mut lines = head.split("\r\n");
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines
        .map(|line| line.split_once(':').unwrap())
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    Answer {
        status,
        headers,
        body: all[end + 4..].to_vec(),
    }
}

pub async fn get(server: &TestServer, target: &str) -> Answer {
    http(server, "GET", target, &[], b"").await
}

pub fn sha256(bytes: &[u8]) -> Vec<u8> {
    Sha256::digest(bytes).to_vec()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Bytes that no compressor and no offset mistake leaves unnoticed.
pub fn noise(size: usize, seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut bytes = Vec::with_capacity(size + 8);
    while bytes.len() < size {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(size);
    bytes
}

pub fn upload_request(kind: MediaKind, name: &str, bytes: &[u8]) -> UploadRequest {
    UploadRequest {
        conversation: Some(Conversation::c2c("bob")),
        kind: kind as i32,
        size: bytes.len() as u64,
        sha256: sha256(bytes).into(),
        name: name.into(),
    }
}

impl Client {
    pub async fn ask_upload(&mut self, request: UploadRequest) -> Result<UploadReply, (i32, String)> {
        match self.ask(request::Body::Upload(request)).await? {
            Some(response::Body::Upload(reply)) => Ok(reply),
            other => panic!("{other:?}"),
        }
    }

    pub async fn commit(&mut self, upload_id: &str) -> Result<MediaFile, (i32, String)> {
        let upload_id = upload_id.to_owned();
        match self
            .ask(request::Body::CommitUpload(CommitUploadRequest { upload_id }))
            .await?
        {
            Some(response::Body::CommitUpload(reply)) => Ok(reply.file.unwrap()),
            other => panic!("{other:?}"),
        }
    }

    pub async fn media_url(&mut self, id: &str) -> Result<String, (i32, String)> {
        match self
            .ask(request::Body::MediaUrl(MediaUrlRequest { id: id.into() }))
            .await?
        {
            Some(response::Body::MediaUrl(reply)) => Ok(reply.url),
            other => panic!("{other:?}"),
        }
    }

    /// A whole upload.
    pub async fn put_up(
        &mut self,
        server: &TestServer,
        kind: MediaKind,
        name: &str,
        bytes: &[u8],
    ) -> Result<MediaFile, (i32, String)> {
        let reply = self.ask_upload(upload_request(kind, name, bytes)).await?;
        if let Some(file) = reply.file {
            return Ok(file);
        }
        for (number, chunk) in bytes.chunks(CHUNK).enumerate() {
            if !reply.have.contains(&(number as u32)) {
                let put = put_chunk(server, &reply.path, number, chunk).await;
                assert_eq!((put.status, put.code()), (200, 0), "chunk {number}");
            }
        }
        self.commit(&reply.upload_id).await
    }

    pub fn with(&mut self, to: &str, kinds: Vec<ElementKind>) -> SendRequest {
        let mut request = self.text(to, "");
        request.body = body_of(kinds).encode_to_vec().into();
        request
    }

    /// Sends a file that has been uploaded.
    pub async fn send_file(&mut self, to: &str, file: &MediaFile) -> Result<u64, (i32, String)> {
        let request = self.with(to, vec![file_element(file)]);
        self.send_message(request).await.map(|sent| sent.conv_seq)
    }

    /// The next message that is pushed.
    pub async fn message(&mut self) -> ChatMessage {
        let mut entries = self.pushed().await;
        assert_eq!(entries.len(), 1, "{entries:?}");
        match entries.remove(0).change {
            Some(timbre_protocol::log_entry::Change::Message(bytes)) => message(&bytes),
            other => panic!("{other:?}"),
        }
    }
}

pub async fn put_chunk(server: &TestServer, path: &str, number: usize, chunk: &[u8]) -> Answer {
    let target = format!("{path}?chunk={number}");
    http(
        server,
        "PUT",
        &target,
        &[("x-timbre-sha256", &hex(&sha256(chunk)))],
        chunk,
    )
    .await
}

pub fn body_of(kinds: Vec<ElementKind>) -> Body {
    Body {
        elements: kinds
            .into_iter()
            .map(|kind| Element { kind: Some(kind) })
            .collect(),
        ..Body::default()
    }
}

pub fn file_element(file: &MediaFile) -> ElementKind {
    ElementKind::File(FileElement {
        file: file.file.clone(),
        name: "a file".into(),
        ..FileElement::default()
    })
}

/// A file element that says so much of a file.
pub fn file_of(id: &str, url: &str) -> ElementKind {
    ElementKind::File(FileElement {
        file: Some(Media {
            id: id.into(),
            url: url.into(),
            size: 0,
        }),
        ..FileElement::default()
    })
}

/// The elements of a message.
pub fn kinds(message: &ChatMessage) -> Vec<ElementKind> {
    let body = Body::decode(message.body.clone()).unwrap();
    body.elements
        .into_iter()
        .map(|element| element.kind.unwrap())
        .collect()
}

/// The file of a message with one file element.
pub fn file_in(message: &ChatMessage) -> Media {
    match kinds(message).remove(0) {
        ElementKind::File(file) => file.file.unwrap(),
        other => panic!("{other:?}"),
    }
}
