//! A small HTTP/1.1 client for files: addresses, connections over the same proxies, TLS and pins as the link, and
//! bodies that say how much of them has gone out.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper::header::{HOST, HeaderValue, USER_AGENT};
use hyper::{Request, Response, Uri};
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::connect::{Address, CONNECT, Net, TlsCache, stream};
use crate::engine::transfers::Origin;

/// What a connection holds of what the server sends before it is taken.
const BUFFER: usize = 64 << 10;
/// Bytes of a body that are handed to the connection at once.
const FRAME: usize = 64 << 10;
/// Larger answers of a server in words are cut.
const MAX_TEXT: usize = 4 << 10;

/// An `http` or `https` address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Url {
    pub(super) address: Address,
    /// Path and query.
    pub(super) path: String,
}

impl Url {
    /// None for anything else than an absolute `http` or `https` URL. User names in it are dropped: nothing here
    /// sends any.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.split('#').next().unwrap_or_default();
        let uri: Uri = text.parse().ok()?;
        let secure = match uri.scheme_str() {
            Some(scheme) if scheme.eq_ignore_ascii_case("http") => false,
            Some(scheme) if scheme.eq_ignore_ascii_case("https") => true,
            _ => return None,
        };
        let host = uri.host()?.trim_start_matches('[').trim_end_matches(']');
        if host.is_empty() {
            return None;
        }
        let path = uri.path_and_query().map_or("/", |p| p.as_str());
        Some(Self {
            address: Address {
                secure,
                host: host.to_owned(),
                port: uri.port_u16().unwrap_or(if secure { 443 } else { 80 }),
            },
            path: if path.starts_with('/') {
                path.to_owned()
            } else {
                format!("/{path}")
            },
        })
    }

    /// `path` on the server that a link goes to.
    pub(super) fn on(server: &Origin, path: &str) -> Option<Self> {
        Some(Self {
            address: Address::parse(&server.url).ok()?,
            path: path.to_owned(),
        })
    }

    /// Where a `Location` leads to from here.
    pub(super) fn join(&self, location: &str) -> Option<Self> {
        if let Some((scheme, _)) = location.split_once(':')
            && !scheme.is_empty()
            && scheme
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
        {
            return Self::parse(location);
        }
        let scheme = if self.address.secure { "https" } else { "http" };
        let text = if location.starts_with("//") {
            format!("{scheme}:{location}")
        } else if location.starts_with('/') {
            format!("{scheme}://{}{location}", self.authority())
        } else {
            let path = self.path.split('?').next().unwrap_or("/");
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            format!("{scheme}://{}{folder}/{location}", self.authority())
        };
        Self::parse(&text)
    }

    /// Host and port, as they stand in a `Host` header.
    fn authority(&self) -> String {
        let Address { secure, host, port } = &self.address;
        let host = if host.contains(':') {
            format!("[{host}]")
        } else {
            host.clone()
        };
        match (secure, port) {
            (false, 80) | (true, 443) => host,
            _ => format!("{host}:{port}"),
        }
    }

    /// The start of a request for it.
    pub(super) fn request(&self, method: hyper::Method, body: Outgoing) -> Option<Request<Outgoing>> {
        let mut request = Request::new(body);
        *request.method_mut() = method;
        *request.uri_mut() = self.path.parse().ok()?;
        let headers = request.headers_mut();
        headers.insert(HOST, HeaderValue::try_from(self.authority()).ok()?);
        let agent = concat!("timbre/", env!("CARGO_PKG_VERSION"));
        headers.insert(USER_AGENT, HeaderValue::from_static(agent));
        Some(request)
    }
}

/// Makes connections.
pub(super) struct Dialer {
    net: Arc<Net>,
    /// For the server of this client, with its pin, and for all others, which have none.
    own: Mutex<TlsCache>,
    others: Mutex<TlsCache>,
}

/// An open connection; it ends with the value.
pub(super) struct Connection {
    sender: SendRequest<Outgoing>,
    task: JoinHandle<()>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Dialer {
    pub(super) fn new(net: Arc<Net>) -> Self {
        Self {
            net,
            own: Mutex::default(),
            others: Mutex::default(),
        }
    }

    /// Connects to where `url` is. The pin of `server` is asked for at its own address and nowhere else. The error
    /// is a sentence.
    pub(super) async fn connect(&self, url: &Url, server: Option<&Origin>) -> Result<Connection, String> {
        let own = server.filter(|s| Address::parse(&s.url).is_ok_and(|a| a == url.address));
        let config = match (url.address.secure, own) {
            (false, _) => None,
            (true, Some(server)) => Some(self.own.lock().get(&server.pin)),
            (true, None) => Some(self.others.lock().get("")),
        };
        let config = config.transpose().map_err(|e| e.desc.into_owned())?;
        let opening = async {
            let io = stream(&url.address, config, &self.net)
                .await
                .map_err(|e| e.desc.into_owned())?;
            Builder::new()
                .max_buf_size(BUFFER)
                .handshake(TokioIo::new(io))
                .await
                .map_err(|e| e.to_string())
        };
        let (sender, connection) = timeout(CONNECT, opening)
            .await
            .map_err(|_| "the connection was not made within 10 seconds".to_owned())??;
        let task = tokio::spawn(async move {
            // What goes wrong is told to whoever waits for an answer.
            let _ = connection.await;
        });
        Ok(Connection { sender, task })
    }
}

impl Connection {
    /// Sends a request when the one before it has been answered.
    pub(super) async fn send(&mut self, request: Request<Outgoing>) -> Result<Response<Incoming>, String> {
        self.sender.ready().await.map_err(|e| e.to_string())?;
        self.sender.send_request(request).await.map_err(|e| e.to_string())
    }
}

/// The next bytes of an answer; none at its end.
pub(super) async fn next(body: &mut Incoming, patience: Duration) -> Result<Option<Bytes>, String> {
    let frame = timeout(patience, poll_fn(|cx| Pin::new(&mut *body).poll_frame(cx)));
    match frame.await {
        Err(_) => Err("the server has fallen silent".to_owned()),
        Ok(None) => Ok(None),
        Ok(Some(Err(error))) => Err(error.to_string()),
        // Trailers are of no interest.
        Ok(Some(Ok(frame))) => Ok(Some(frame.into_data().unwrap_or_default())),
    }
}

/// The beginning of an answer, as text. The rest of it is read as far as that is worth keeping the connection for.
pub(super) async fn text(body: &mut Incoming, patience: Duration) -> Result<String, String> {
    let mut bytes = Vec::new();
    while let Some(more) = next(body, patience).await? {
        if bytes.len() + more.len() > MAX_TEXT {
            return Err("the answer is too long".to_owned());
        }
        bytes.extend_from_slice(&more);
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A body of a request: bytes, of which `gone` counts those that were handed to the connection.
pub(super) struct Outgoing {
    left: Bytes,
    gone: Arc<AtomicU64>,
}

impl Outgoing {
    pub(super) fn new(bytes: Bytes, gone: Arc<AtomicU64>) -> Self {
        Self { left: bytes, gone }
    }

    pub(super) fn none() -> Self {
        Self::new(Bytes::new(), Arc::default())
    }
}

impl Body for Outgoing {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.left.is_empty() {
            return Poll::Ready(None);
        }
        let size = self.left.len().min(FRAME);
        let piece = self.left.split_to(size);
        self.gone.fetch_add(size as u64, Ordering::Relaxed);
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.len() as u64)
    }
}

#[cfg(test)]
#[path = "http_tests.rs"]
mod tests;
