//! One user's WebSocket.

use futures_util::{SinkExt as _, StreamExt as _};
use timbre_protocol::frame::{self, Kind};
use timbre_protocol::{LoginRequest, Platform, request, version};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::support::server::Server;

/// A connected WebSocket.
pub type Socket = WebSocketStream<TcpStream>;

/// Connects to `address` (host and port) with a read buffer of so many bytes.
pub async fn connect(address: &str, buffer: usize) -> Socket {
    let stream = TcpStream::connect(address).await.unwrap();
    stream.set_nodelay(true).unwrap();
    let config = WebSocketConfig::default()
        .read_buffer_size(buffer)
        .write_buffer_size(0);
    let url = format!("ws://{address}/tim/v1");
    let connected = tokio_tungstenite::client_async_with_config(url, stream, Some(config)).await;
    connected.unwrap().0
}

/// The id of user `number`.
pub fn user_id(number: usize) -> String {
    format!("user{number}")
}

/// User `number`, logged in.
pub async fn log_in(server: &Server, number: usize, buffer: usize) -> Socket {
    let mut socket = connect(&server.address, buffer).await;
    let user_id = user_id(number);
    let login = LoginRequest {
        app_id: server.app_id,
        user_sig: server.sig(&user_id),
        user_id,
        device_id: vec![1; 16].into(),
        platform: Platform::Linux as i32,
        device_type: "bench".into(),
        system_version: "1".into(),
        sdk_version: "1".into(),
        ..LoginRequest::default()
    };
    let mut packet = frame::single(Kind::Hello(version::hello("bench")));
    let login = frame::request(1, request::Body::Login(login));
    packet.frames.extend(frame::single(login).frames);
    socket
        .send(Message::Binary(frame::encode(&packet)))
        .await
        .unwrap();
    loop {
        let Message::Binary(bytes) = socket.next().await.unwrap().unwrap() else {
            continue;
        };
        for frame in frame::decode(bytes).unwrap().frames {
            if let Some(Kind::Response(response)) = frame.kind {
                assert_eq!(response.code, 0, "{}", response.text);
                return socket;
            }
        }
    }
}
