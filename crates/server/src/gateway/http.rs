//! The little HTTP that a WebSocket begins with, and `/healthz`.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{CONNECTION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, UPGRADE};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;

use super::session::HANDSHAKE_MS;
use super::socket::websocket_config;
use crate::service::Service;

/// Serves one connection: answers plain requests, and calls `upgraded` with the WebSocket once there is one.
pub async fn serve<S, F, U>(stream: S, service: Arc<Service>, upgraded: F)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    F: FnOnce(WebSocketStream<S>) -> U + Send + Sync + 'static,
    U: Future<Output = ()> + Send,
{
    let (tell, mut told) = tokio::sync::oneshot::channel();
    let tell = parking_lot::Mutex::new(Some(tell));
    let handler = hyper::service::service_fn(move |mut request: Request<Incoming>| {
        let upgrade = wants_websocket(&request);
        if upgrade && let Some(tell) = tell.lock().take() {
            let _ = tell.send(hyper::upgrade::on(&mut request));
        }
        let response = respond(&request, upgrade, &service);
        async move { Ok::<_, Infallible>(response) }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(std::time::Duration::from_millis(HANDSHAKE_MS.unsigned_abs()))
        .max_buf_size(16 << 10)
        .serve_connection(TokioIo::new(stream), handler)
        .with_upgrades();
    // The connection's own buffers are gone before the link is served.
    if Box::pin(connection).await.is_err() {
        return;
    }
    let Ok(upgrade) = told.try_recv() else { return };
    let Ok(raw) = Box::pin(upgrade).await else { return };
    let Ok(parts) = raw.downcast::<TokioIo<S>>() else {
        return;
    };
    let (stream, early) = (parts.io.into_inner(), parts.read_buf.to_vec());
    drop(parts.read_buf);
    let config = Some(websocket_config());
    let socket = Box::pin(WebSocketStream::from_partially_read(
        stream,
        early,
        Role::Server,
        config,
    ))
    .await;
    upgraded(socket).await;
}

fn wants_websocket(request: &Request<Incoming>) -> bool {
    request.method() == Method::GET
        && request.uri().path() == timbre_protocol::PATH
        && has_token(request.headers(), &UPGRADE, "websocket")
        && has_token(request.headers(), &CONNECTION, "upgrade")
        && header(request.headers(), "sec-websocket-version") == Some("13")
        && header(request.headers(), "sec-websocket-key").is_some()
}

fn respond(request: &Request<Incoming>, upgrade: bool, service: &Service) -> Response<Full<Bytes>> {
    match request.uri().path() {
        timbre_protocol::PATH if upgrade => {
            let key = header(request.headers(), "sec-websocket-key").unwrap_or_default();
            let mut response = Response::new(Full::default());
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

fn text(status: StatusCode, body: &'static str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(body.as_bytes())));
    *response.status_mut() = status;
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    response
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
