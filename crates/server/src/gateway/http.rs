//! The little HTTP that a WebSocket begins with, `/healthz`, and the way to the files.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::Poll;

use hyper::body::Incoming;
use hyper::header::{CONNECTION, HeaderMap, HeaderName, HeaderValue, UPGRADE};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::media::{self, Reply};
use super::session::HANDSHAKE_MS;
use super::socket::websocket_config;
use super::watched::{Stall, Watched};
use crate::service::Service;

/// What is known of a connection before anything has come on it.
pub struct Incomer {
    /// It came by TLS.
    pub secure: bool,
    /// Its address has too many connections.
    pub refused: bool,
    /// Turns true when the server shuts down.
    pub drain: watch::Receiver<bool>,
}

/// Serves one connection: answers plain requests, and calls `upgraded` with the WebSocket, and the scheme and host
/// that it was opened for, once there is one.
pub async fn serve<S, F, U>(stream: S, service: Arc<Service>, incomer: Incomer, upgraded: F)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    F: FnOnce(WebSocketStream<S>, String) -> U + Send + Sync + 'static,
    U: Future<Output = ()> + Send,
{
    let (tell, mut told) = tokio::sync::oneshot::channel();
    let tell = Arc::new(parking_lot::Mutex::new(Some(tell)));
    let stall = Stall::default();
    let Incomer {
        secure,
        refused,
        mut drain,
    } = incomer;
    let limit = std::time::Duration::from_secs(u64::from(service.config().media_stall_s));
    let handler = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        let upgrade = wants_websocket(&request);
        if upgrade && let Some(tell) = tell.lock().take() {
            let origin = origin(request.headers(), secure, service.config().listen);
            let _ = tell.send((hyper::upgrade::on(&mut request), origin));
        }
        let service = service.clone();
        async move {
            let response = if media::is_media(request.uri().path()) {
                media::respond(&service, request, secure, refused).await
            } else {
                respond(&request, upgrade, &service)
            };
            Ok::<_, Infallible>(response)
        }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(std::time::Duration::from_millis(HANDSHAKE_MS.unsigned_abs()))
        .max_buf_size(16 << 10)
        .serve_connection(TokioIo::new(Watched::new(stream, stall.clone())), handler)
        .with_upgrades();
    // The connection's own buffers are gone before the link is served.
    let mut connection = Box::pin(connection);
    let served = {
        let mut stalled = std::pin::pin!(stall.lasts(limit));
        let mut draining = std::pin::pin!(drain.wait_for(|on| *on));
        let mut closing = false;
        std::future::poll_fn(|cx| {
            if !closing && draining.as_mut().poll(cx).is_ready() {
                closing = true;
                Pin::new(&mut *connection).graceful_shutdown();
            }
            match connection.as_mut().poll(cx) {
                Poll::Ready(done) => Poll::Ready(done.is_ok()),
                Poll::Pending => stalled.as_mut().poll(cx).map(|()| false),
            }
        })
        .await
    };
    drop(connection);
    if !served {
        return;
    }
    let Ok((upgrade, origin)) = told.try_recv() else {
        return;
    };
    let Ok(raw) = Box::pin(upgrade).await else { return };
    let Ok(parts) = raw.downcast::<TokioIo<Watched<S>>>() else {
        return;
    };
    let (stream, early) = (parts.io.into_inner().into_inner(), parts.read_buf.to_vec());
    drop(parts.read_buf);
    let config = Some(websocket_config());
    let socket = Box::pin(WebSocketStream::from_partially_read(
        stream,
        early,
        Role::Server,
        config,
    ))
    .await;
    upgraded(socket, origin).await;
}

/// Scheme and host that a client came to: files have their addresses there too.
pub(super) fn origin(headers: &HeaderMap, secure: bool, listen: SocketAddr) -> String {
    let forwarded = header(headers, "x-forwarded-proto").and_then(|protos| protos.split(',').next());
    let scheme = match forwarded.map(str::trim) {
        Some("https") => "https",
        _ if secure => "https",
        _ => "http",
    };
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte);
    match header(headers, "host") {
        Some(host) if (1..=255).contains(&host.len()) && host.bytes().all(allowed) => {
            format!("{scheme}://{host}")
        }
        _ => format!("{scheme}://{listen}"),
    }
}

fn wants_websocket(request: &Request<Incoming>) -> bool {
    request.method() == Method::GET
        && request.uri().path() == timbre_protocol::PATH
        && has_token(request.headers(), &UPGRADE, "websocket")
        && has_token(request.headers(), &CONNECTION, "upgrade")
        && header(request.headers(), "sec-websocket-version") == Some("13")
        && header(request.headers(), "sec-websocket-key").is_some()
}

fn respond(request: &Request<Incoming>, upgrade: bool, service: &Service) -> Response<Reply> {
    match request.uri().path() {
        timbre_protocol::PATH if upgrade => {
            let key = header(request.headers(), "sec-websocket-key").unwrap_or_default();
            let mut response = Response::new(Reply::Full(None));
            *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
            let headers = response.headers_mut();
            headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
            headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
            if let Ok(accept) = HeaderValue::try_from(derive_accept_key(key.as_bytes())) {
                headers.insert(HeaderName::from_static("sec-websocket-accept"), accept);
            }
            response
        }
        timbre_protocol::PATH => {
            let mut response = text(
                StatusCode::UPGRADE_REQUIRED,
                "a WebSocket (version 13) is needed here\n",
            );
            response
                .headers_mut()
                .insert(UPGRADE, HeaderValue::from_static("websocket"));
            response
                .headers_mut()
                .insert("sec-websocket-version", HeaderValue::from_static("13"));
            response
        }
        "/healthz" if service.is_draining() => text(StatusCode::SERVICE_UNAVAILABLE, "shutting down\n"),
        "/healthz" => text(StatusCode::OK, "ok\n"),
        _ => text(StatusCode::NOT_FOUND, "not found\n"),
    }
}

fn text(status: StatusCode, body: &'static str) -> Response<Reply> {
    media::full(status, "text/plain; charset=utf-8", body)
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn has_token(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|part| part.trim().eq_ignore_ascii_case(token))
}
