//! Files over HTTP: chunks of uploads come in, kept files go out, both piece by piece.

use std::io;
use std::ops::Range;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::http::request::Parts;
use hyper::{Method, Request, Response, StatusCode};
use timbre_protocol::{MediaKind, hex};
use tokio::time::timeout;

use crate::error::{Refused, code};
use crate::media::store::ByteStream;
use crate::media::uploads::{ChunkWriter, OpenUpload};
use crate::media::urls::{MEDIA_PATH, UPLOAD_PATH};
use crate::media::{CHUNK_BYTES, Media};
use crate::service::Service;
use crate::storage::media::MediaRow;

/// Bytes that are collected before they are written.
const WRITE_BYTES: usize = 128 << 10;
/// How long one chunk may take, however steadily it trickles.
const CHUNK_TIMEOUT: Duration = Duration::from_secs(300);
/// How long a chunk that is refused is still taken off the line.
const LINGER: Duration = Duration::from_secs(3);
/// Header with the hash of a chunk.
const SHA256: HeaderName = HeaderName::from_static("x-timbre-sha256");

/// The body of an answer.
pub enum Reply {
    /// Here it is.
    Full(Option<Bytes>),
    /// It comes from the store.
    File {
        /// What comes.
        bytes: ByteStream,
        /// How much is still to come.
        left: u64,
    },
}

impl Body for Reply {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        match &mut *self {
            Self::Full(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            // It is asked for more only when the socket has taken what there was.
            Self::File { bytes, left } => {
                let next = std::task::ready!(bytes.as_mut().poll_next(cx));
                Poll::Ready(match next {
                    Some(Ok(piece)) => {
                        *left = left.saturating_sub(piece.len() as u64);
                        Some(Ok(Frame::data(piece)))
                    }
                    Some(Err(error)) => {
                        tracing::error!(%error, "a file could not be read");
                        Some(Err(error))
                    }
                    None => None,
                })
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            Self::Full(bytes) => bytes.is_none(),
            Self::File { left, .. } => *left == 0,
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(match self {
            Self::Full(bytes) => bytes.as_ref().map_or(0, |bytes| bytes.len() as u64),
            Self::File { left, .. } => *left,
        })
    }
}

/// An answer that is all there.
pub fn full(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Response<Reply> {
    let body = body.into();
    let mut response = Response::new(Reply::Full((!body.is_empty()).then_some(body)));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

/// Whether a request is for [`respond`].
pub fn is_media(path: &str) -> bool {
    path.starts_with(MEDIA_PATH) || path.starts_with(UPLOAD_PATH)
}

/// Answers a request for a file or with a chunk.
pub async fn respond(
    service: &Arc<Service>,
    request: Request<Incoming>,
    secure: bool,
    refused: bool,
) -> Response<Reply> {
    let origin = request.headers().get(header::ORIGIN).cloned();
    let mut response = if request.method() == Method::OPTIONS {
        preflight()
    } else if refused {
        let text = "too many connections from this address";
        refusal(&Refused::new(code::CONNECT_LIMIT, text))
    } else if service.is_draining() {
        refusal(&Refused::new(code::OVERLOAD, "the server is shutting down"))
    } else {
        let answered = answer(service, request, secure).await;
        answered.unwrap_or_else(|refused| refusal(&refused))
    };
    allow_origin(
        &service.config().media_cors_origins,
        origin.as_ref(),
        response.headers_mut(),
    );
    response
}

async fn answer(
    service: &Arc<Service>,
    request: Request<Incoming>,
    secure: bool,
) -> Result<Response<Reply>, Refused> {
    let path = request.uri().path().to_owned();
    let method = request.method().clone();
    match (path.strip_prefix(MEDIA_PATH), path.strip_prefix(UPLOAD_PATH)) {
        (Some(id), _) if method == Method::GET || method == Method::HEAD => {
            get(service, &request, id, secure).await
        }
        (_, Some(id)) if method == Method::PUT => put(service, request, id).await,
        (media, _) => {
            let mut response = full(StatusCode::METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", "");
            let allowed = if media.is_some() {
                "GET, HEAD, OPTIONS"
            } else {
                "PUT, OPTIONS"
            };
            response
                .headers_mut()
                .insert(header::ALLOW, HeaderValue::from_static(allowed));
            Ok(response)
        }
    }
}

/// Takes one chunk in.
async fn put(
    service: &Arc<Service>,
    request: Request<Incoming>,
    id: &str,
) -> Result<Response<Reply>, Refused> {
    let (parts, mut body) = request.into_parts();
    let put = put_chunk(service, &parts, &mut body, id).await;
    if put.is_err() {
        // A client that is still sending would find the connection reset, and not the answer.
        let _ = timeout(LINGER, drain(&mut body)).await;
    }
    put
}

async fn drain(body: &mut Incoming) {
    let mut left = 2 * CHUNK_BYTES as usize;
    while let Some(Ok(frame)) = body.frame().await {
        left = left.saturating_sub(frame.data_ref().map_or(0, Bytes::len));
        if left == 0 {
            return;
        }
    }
}

async fn put_chunk(
    service: &Arc<Service>,
    request: &Parts,
    body: &mut Incoming,
    id: &str,
) -> Result<Response<Reply>, Refused> {
    let wrong = |text: String| Refused::new(code::INVALID_PARAMETERS, text);
    let internal = |what: &str| Refused::new(code::MEDIA_FAILED, format!("internal error: {what}"));
    let no_upload = || Refused::new(code::MEDIA_NOT_FOUND, "there is no such upload, or no longer");
    let media = service.media().ok_or_else(no_upload)?;
    let open = media.uploads.get(id).await.map_err(|error| {
        tracing::error!(%error, "an upload could not be opened");
        internal("the upload cannot be opened")
    })?;
    let open = open.ok_or_else(no_upload)?;
    let chunk = request.uri.query().unwrap_or_default();
    let chunk = chunk.split('&').find_map(|field| field.strip_prefix("chunk="));
    let chunk: u32 = chunk
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| wrong("chunk: its number is needed in the query".into()))?;
    let size = open
        .chunk_bytes(chunk)
        .ok_or_else(|| wrong(format!("chunk {chunk} is beyond the end of the file")))?;
    let sha256: [u8; 32] = request
        .headers
        .get(SHA256)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| hex::decode(text.trim())?.try_into().ok())
        .ok_or_else(|| wrong("x-timbre-sha256: 64 hexadecimal digits are needed".into()))?;
    if let Some(given) = body.size_hint().exact()
        && given != size
    {
        let text = format!("chunk {chunk} has {given} bytes, it must have {size}");
        return Err(match given > size {
            true => Refused::new(code::MEDIA_TOO_LARGE, text),
            false => wrong(text),
        });
    }
    let stall = Duration::from_secs(u64::from(service.config().media_stall_s));
    let take = take_chunk(&open, chunk, size, &sha256, body, stall);
    let taken = match timeout(CHUNK_TIMEOUT, take).await {
        Ok(taken) => taken?,
        Err(_) => return Err(Refused::new(code::MEDIA_TIMEOUT, "the chunk came too slowly")),
    };
    if taken {
        let now_ms = service.clock().now_ms();
        let told = media.uploads.arrived(&open, chunk, now_ms).await;
        if !told.map_err(|_| internal("the database refused the chunk"))? {
            return Err(no_upload());
        }
    }
    Ok(full(
        StatusCode::OK,
        "application/json",
        r#"{"code":0,"text":""}"#,
    ))
}

/// Reads the body into the chunk. False: the chunk was there already.
async fn take_chunk(
    open: &Arc<OpenUpload>,
    chunk: u32,
    size: u64,
    sha256: &[u8; 32],
    body: &mut Incoming,
    stall: Duration,
) -> Result<bool, Refused> {
    let mut writer = open.begin(chunk);
    let (mut received, mut waiting) = (0, Vec::new());
    loop {
        let frame = match timeout(stall, body.frame()).await {
            Ok(frame) => frame,
            Err(_) => {
                let text = "the chunk does not go on";
                return Err(Refused::new(code::MEDIA_TIMEOUT, text));
            }
        };
        let Some(frame) = frame else { break };
        let frame = frame.map_err(|_| Refused::new(code::MEDIA_CANCELLED, "the connection broke"))?;
        let Ok(bytes) = frame.into_data() else { continue };
        received += bytes.len() as u64;
        if received > size {
            let text = format!("chunk {chunk} has more than its {size} bytes");
            return Err(Refused::new(code::MEDIA_TOO_LARGE, text));
        }
        if writer.is_some() {
            waiting.extend_from_slice(&bytes);
            if waiting.len() >= WRITE_BYTES {
                let full = std::mem::replace(&mut waiting, Vec::with_capacity(WRITE_BYTES + (16 << 10)));
                writer = write(writer, full).await?;
            }
        }
    }
    if received != size {
        let text = format!("chunk {chunk} has {received} bytes, it must have {size}");
        return Err(Refused::new(code::INVALID_PARAMETERS, text));
    }
    writer = write(writer, waiting).await?;
    let Some(writer) = writer else {
        return Ok(false);
    };
    if writer.finish(sha256).map_err(|error| write_refused(&error))? {
        return Ok(true);
    }
    let text = format!("chunk {chunk} does not have the hash that x-timbre-sha256 says");
    Err(Refused::new(code::CHUNK_HASH, text))
}

async fn write(writer: Option<ChunkWriter>, bytes: Vec<u8>) -> Result<Option<ChunkWriter>, Refused> {
    match writer {
        Some(writer) if !bytes.is_empty() => {
            let written = writer.write(bytes).await;
            written.map(Some).map_err(|error| write_refused(&error))
        }
        writer => Ok(writer),
    }
}

fn write_refused(error: &io::Error) -> Refused {
    if error.kind() == io::ErrorKind::Interrupted {
        let text = "the chunk is being sent once more, or the upload is over";
        return Refused::new(code::MEDIA_CANCELLED, text);
    }
    tracing::error!(%error, "a chunk could not be written");
    Refused::new(
        code::MEDIA_FAILED,
        "internal error: the chunk could not be written",
    )
}

/// Gives a file out.
async fn get(
    service: &Arc<Service>,
    request: &Request<Incoming>,
    id: &str,
    secure: bool,
) -> Result<Response<Reply>, Refused> {
    let not_found = || Refused::new(code::MEDIA_NOT_FOUND, "there is no such file, or no longer");
    service.check_address(id, request.uri().query())?;
    let media = service.media().ok_or_else(not_found)?;
    let row = service.storage().media(id).await.map_err(|error| {
        tracing::warn!(%error, "a file could not be looked up");
        Refused::new(code::OVERLOAD, "the server is overloaded; try again later")
    })?;
    let row = row.ok_or_else(not_found)?;
    if row.kind == MediaKind::MediaMerged as i32 {
        let origin = super::http::origin(request.headers(), secure, service.config().listen);
        return list(service, media, &row, &origin, request.method() == Method::HEAD).await;
    }
    let headers = request.headers();
    let etag = format!("\"{}\"", row.id);
    let asked = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let known = asked(header::IF_NONE_MATCH).is_some_and(|tags| {
        tags.trim() == "*"
            || tags
                .split(',')
                .any(|tag| tag.trim().trim_start_matches("W/") == etag)
    });
    if known {
        let mut response = Response::new(Reply::Full(None));
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        describe(response.headers_mut(), &row, &etag);
        response.headers_mut().remove(header::CONTENT_TYPE);
        return Ok(response);
    }
    // A range of another version of the file would be of no use; there are no other versions.
    let same = asked(header::IF_RANGE).is_none_or(|tag| tag == etag);
    let range = match asked(header::RANGE).filter(|_| same) {
        Some(text) => range_of(text, row.size),
        None => Asked::Whole,
    };
    let (status, range) = match range {
        Asked::Whole => (StatusCode::OK, 0..row.size),
        Asked::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Asked::Beyond => {
            let text = format!("the file has {} bytes", row.size);
            let mut response = refusal(&Refused::new(code::INVALID_PARAMETERS, text));
            *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
            set(
                response.headers_mut(),
                header::CONTENT_RANGE,
                format!("bytes */{}", row.size),
            );
            return Ok(response);
        }
    };
    let length = range.end - range.start;
    let body = if request.method() == Method::HEAD {
        Reply::Full(None)
    } else {
        let bytes = media.store.get(&row.object, range.clone()).await;
        let bytes = bytes.map_err(|error| store_refused(&error, id))?;
        Reply::File { bytes, left: length }
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    describe(headers, &row, &etag);
    set(headers, header::CONTENT_LENGTH, length.to_string());
    if status == StatusCode::PARTIAL_CONTENT {
        let last = range.end - 1;
        set(
            headers,
            header::CONTENT_RANGE,
            format!("bytes {}-{last}/{}", range.start, row.size),
        );
    }
    Ok(response)
}

/// Gives a list of merged messages out, whole: the addresses in it are made for whoever asks.
async fn list(
    service: &Arc<Service>,
    media: &Media,
    row: &MediaRow,
    origin: &str,
    head: bool,
) -> Result<Response<Reply>, Refused> {
    let broken = || Refused::new(code::MEDIA_FAILED, "internal error: the list cannot be read");
    let _turn = media.lists.acquire().await.map_err(|_| broken())?;
    let bytes = media.store.get_all(&row.object, row.size).await;
    let bytes = bytes.map_err(|error| store_refused(&error, &row.id))?;
    let (service, origin) = (service.clone(), origin.to_owned());
    let made = tokio::task::spawn_blocking(move || service.list_for(&origin, bytes)).await;
    let made = made.ok().flatten().ok_or_else(broken)?;
    let length = made.len();
    let mut response = Response::new(Reply::Full(Some(made).filter(|_| !head)));
    let headers = response.headers_mut();
    describe(headers, row, "");
    for name in [header::ETAG, header::ACCEPT_RANGES] {
        headers.remove(name);
    }
    set(headers, header::CACHE_CONTROL, "no-store".into());
    set(headers, header::CONTENT_LENGTH, length.to_string());
    Ok(response)
}

fn store_refused(error: &io::Error, id: &str) -> Refused {
    tracing::error!(%error, id, "a file is not in the store");
    match error.kind() {
        io::ErrorKind::NotFound => Refused::new(code::MEDIA_NOT_FOUND, "there is no such file, or no longer"),
        _ => Refused::new(code::MEDIA_FAILED, "internal error: the store refused the file"),
    }
}

/// What is said of a file whatever is asked of it.
fn describe(headers: &mut HeaderMap, row: &MediaRow, etag: &str) {
    set(headers, header::CONTENT_TYPE, row.content_type.clone());
    set(headers, header::ETAG, etag.to_owned());
    set(headers, header::ACCEPT_RANGES, "bytes".into());
    set(
        headers,
        header::CACHE_CONTROL,
        "private, max-age=31536000, immutable".into(),
    );
    // What an upload says it is counts for nothing, and a browser must not guess either.
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff".into());
    set(
        headers,
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; sandbox".into(),
    );
    let shown = row
        .content_type
        .split('/')
        .next()
        .is_some_and(|kind| matches!(kind, "image" | "audio" | "video"));
    let disposition = if shown { "inline" } else { "attachment" };
    let name = if row.name.is_empty() {
        disposition.to_owned()
    } else {
        let plain: String = row
            .name
            .chars()
            .map(|c| match c {
                ' ' | '!' | '#'..='[' | ']'..='~' => c,
                _ => '_',
            })
            .collect();
        format!(
            "{disposition}; filename=\"{plain}\"; filename*=UTF-8''{}",
            escaped(&row.name)
        )
    };
    set(headers, header::CONTENT_DISPOSITION, name);
}

fn escaped(name: &str) -> String {
    let mut out = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// What a `Range` header asks for.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Whole,
    Part(Range<u64>),
    Beyond,
}

/// One range is given; of several, and of what is no range, the whole file is the answer.
fn range_of(text: &str, size: u64) -> Asked {
    let Some(range) = text
        .trim()
        .strip_prefix("bytes=")
        .filter(|text| !text.contains(','))
    else {
        return Asked::Whole;
    };
    let Some((first, last)) = range.trim().split_once('-') else {
        return Asked::Whole;
    };
    let (first, last) = (first.trim(), last.trim());
    let number = |text: &str| {
        text.parse::<u64>()
            .ok()
            .filter(|_| text.bytes().all(|b| b.is_ascii_digit()))
    };
    match (number(first), number(last)) {
        (None, Some(count)) if first.is_empty() => match count {
            0 => Asked::Beyond,
            count => Asked::Part(size.saturating_sub(count)..size),
        },
        (Some(first), None) if last.is_empty() && first < size => Asked::Part(first..size),
        (Some(first), Some(last)) if first <= last && first < size => {
            Asked::Part(first..last.saturating_add(1).min(size))
        }
        (Some(first), _) if first >= size => Asked::Beyond,
        _ => Asked::Whole,
    }
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: String) {
    if let Ok(value) = HeaderValue::try_from(value) {
        headers.insert(name, value);
    }
}

fn preflight() -> Response<Reply> {
    let mut response = Response::new(Reply::Full(None));
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    let mut add = |name, value| headers.insert(name, HeaderValue::from_static(value));
    add(header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, PUT, OPTIONS");
    add(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        "content-type, range, if-range, if-none-match, x-timbre-sha256",
    );
    add(header::ACCESS_CONTROL_MAX_AGE, "86400");
    response
}

fn allow_origin(allowed: &str, origin: Option<&HeaderValue>, headers: &mut HeaderMap) {
    let any = allowed.split(',').any(|one| one.trim() == "*");
    let value = if any {
        Some(HeaderValue::from_static("*"))
    } else {
        headers.append(header::VARY, HeaderValue::from_static("origin"));
        let given = origin.and_then(|origin| origin.to_str().ok());
        let listed = given.is_some_and(|given| allowed.split(',').any(|one| one.trim() == given));
        origin.filter(|_| listed).cloned()
    };
    if let Some(value) = value {
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, value);
        headers.insert(
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            HeaderValue::from_static(
                "accept-ranges, content-disposition, content-length, content-range, etag",
            ),
        );
    }
}

/// A refusal in JSON, with the status that fits it.
fn refusal(refused: &Refused) -> Response<Reply> {
    let status = match refused.code {
        code::MEDIA_NOT_FOUND => StatusCode::NOT_FOUND,
        code::MEDIA_DENIED => StatusCode::FORBIDDEN,
        code::MEDIA_TOO_LARGE => StatusCode::PAYLOAD_TOO_LARGE,
        code::MEDIA_TIMEOUT => StatusCode::REQUEST_TIMEOUT,
        code::MEDIA_CANCELLED => StatusCode::CONFLICT,
        code::CHUNK_HASH => StatusCode::UNPROCESSABLE_ENTITY,
        code::INVALID_PARAMETERS => StatusCode::BAD_REQUEST,
        code::OVERLOAD | code::CONNECT_LIMIT => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let body = serde_json::json!({ "code": refused.code, "text": refused.text });
    full(status, "application/json", body.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_browsers_write_them() {
        let asked = |text| range_of(text, 1000);
        assert_eq!(asked("bytes=0-99"), Asked::Part(0..100));
        assert_eq!(asked("bytes=900-"), Asked::Part(900..1000));
        assert_eq!(asked("bytes=-1"), Asked::Part(999..1000));
        assert_eq!(asked("bytes=-5000"), Asked::Part(0..1000));
        assert_eq!(asked("bytes=10-5000"), Asked::Part(10..1000));
        assert_eq!(asked("bytes=1000-"), Asked::Beyond);
        assert_eq!(asked("bytes=-0"), Asked::Beyond);
        assert_eq!(asked("bytes=18446744073709551615-"), Asked::Beyond);
        for whole in [
            "bytes=5-2",
            "bytes=0-1,5-6",
            "lines=1-2",
            "bytes=a-b",
            "bytes=",
            "bytes=-",
            "bytes=+1-+2",
        ] {
            assert_eq!(asked(whole), Asked::Whole, "{whole}");
        }
    }
}
