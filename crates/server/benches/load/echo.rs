//! What a server that only moves WebSocket messages can do: the reference for the wire and for idle memory.

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::support::server::Process;

/// The argument with which a bench starts itself as an echo server.
const ARGUMENT: &str = "echo";

/// Runs the echo server, for ever, if this process was started to be one.
pub fn serve_if_asked() {
    if std::env::args().nth(1).as_deref() == Some(ARGUMENT) {
        tokio::runtime::Runtime::new().unwrap().block_on(serve());
    }
}

/// Starts a process of this program that is an echo server. Answers where it listens.
pub fn start() -> (Process, String) {
    let mut command = std::process::Command::new(std::env::current_exe().unwrap());
    command.arg(ARGUMENT);
    let (process, lines) = Process::start(command, "listening on");
    let address = lines[0].rsplit(' ').next().unwrap().to_owned();
    (process, address)
}

async fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("listening on {}", listener.local_addr().unwrap());
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        tokio::spawn(async move {
            let config = WebSocketConfig::default()
                .read_buffer_size(4 << 10)
                .write_buffer_size(0);
            let accepted = tokio_tungstenite::accept_async_with_config(stream, Some(config)).await;
            let Ok(mut socket) = accepted else { return };
            while let Some(Ok(message)) = socket.next().await {
                if message.is_binary() && socket.send(message).await.is_err() {
                    return;
                }
            }
        });
    }
}
