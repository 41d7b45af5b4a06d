//! The first frames of a link, and everything that is no link.

use bytes::Bytes;
use futures_util::SinkExt as _;
use timbre_protocol::frame::{self, Kind};
use timbre_protocol::{Hello, PullRequest, request, version};
use timbre_server::clock::{Clock as _, ManualClock, SystemClock};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;

use crate::support::*;

fn address(server: &TestServer) -> String {
    server.running().local_addr().to_string()
}

async fn http(server: &TestServer, request: &str) -> String {
    let mut stream = TcpStream::connect(address(server)).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    tokio::time::timeout(PATIENCE, stream.read_to_string(&mut answer))
        .await
        .unwrap()
        .unwrap();
    answer
}

#[tokio::test]
async fn versions_that_do_not_meet_are_refused_with_both_ranges() {
    let server = TestServer::start().await;
    for (min, max, who) in [(7, 9, "update the server"), (0, 0, "update the client")] {
        let mut client = Client::connect(&address(&server)).await;
        client
            .send(Kind::Hello(Hello {
                min_version: min,
                max_version: max,
                client: "test".into(),
            }))
            .await;
        let refusal = client.refusal().await;
        assert_eq!(
            (refusal.code, refusal.min_version, refusal.max_version),
            (9503, version::MIN, version::MAX)
        );
        assert!(refusal.text.ends_with(who), "{}", refusal.text);
    }
}

#[tokio::test]
async fn a_first_frame_that_is_not_hello_is_refused() {
    let server = TestServer::start().await;
    let mut client = Client::connect(&address(&server)).await;
    client.start(request::Body::Pull(PullRequest::default())).await;
    assert_eq!(client.refusal().await.code, 9503);
}

#[tokio::test]
async fn garbage_text_and_oversized_messages_end_the_link_with_words() {
    let server = TestServer::start().await;
    let messages = [
        Message::Binary(Bytes::from_static(b"\xff\xff\xff")),
        Message::Binary(Bytes::from([0x0a, 0x00].repeat(frame::MAX_FRAMES + 1))),
        Message::Text("hello".into()),
        Message::Binary(vec![0; (1 << 20) + 1].into()),
    ];
    for message in messages {
        let mut client = server.link().await;
        client.socket.send(message).await.unwrap();
        assert_eq!(client.refusal().await.code, -10109);
    }
}

#[tokio::test]
async fn a_second_hello_and_a_servers_frame_are_refused() {
    let server = TestServer::start().await;
    let mut client = server.link().await;
    client.send(Kind::Hello(version::hello("test"))).await;
    assert_eq!(client.refusal().await.code, 9503);
    let mut client = server.link().await;
    client.send(Kind::Pong(timbre_protocol::Pong::default())).await;
    assert_eq!(client.refusal().await.code, -10109);
}

#[tokio::test]
async fn a_link_without_hello_is_closed_after_ten_seconds() {
    let clock = std::sync::Arc::new(ManualClock::new(SystemClock.now_ms()));
    let server = TestServer::with_clock(clock.clone(), |_| ()).await;
    let mut client = Client::connect(&address(&server)).await;
    // The socket's timer runs in real time and asks the clock, which stands still: only a clock that has moved
    // ends the link.
    let service = server.running().service().clone();
    let mut session = timbre_server::gateway::session::Session::new(service, [127, 0, 0, 1].into());
    clock.advance(9_999);
    session.on_time();
    assert!(session.wants_input(), "not yet");
    clock.advance(1);
    session.on_time();
    assert!(!session.wants_input(), "closed");
    client.send(Kind::Hello(version::hello("test"))).await;
    assert!(
        matches!(client.next().await, Some(Kind::Welcome(_))),
        "the other link has not been asked yet"
    );
}

#[tokio::test]
async fn a_silent_link_is_dead_after_the_heartbeat_timeout() {
    // CORE-5.4: only what is received counts.
    let clock = std::sync::Arc::new(ManualClock::new(1_000_000_000_000));
    let server = TestServer::with_clock(clock.clone(), |config| config.heartbeat_timeout_s = 240).await;
    let service = server.running().service().clone();
    let mut session = timbre_server::gateway::session::Session::new(service, [127, 0, 0, 1].into());
    session.receive(frame::encode(&frame::single(Kind::Hello(version::hello("test")))));
    assert_eq!(session.deadline_ms(), clock.now_ms() + 240_000);
    clock.advance(200_000);
    session.receive(frame::encode(&frame::single(Kind::Ping(
        timbre_protocol::Ping::default(),
    ))));
    assert_eq!(session.deadline_ms(), clock.now_ms() + 240_000);
    clock.advance(240_000);
    session.on_time();
    assert!(!session.wants_input());
}

#[tokio::test]
async fn plain_requests_are_answered_by_status() {
    let server = TestServer::start().await;
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    assert!(http(&server, &get("/healthz")).await.starts_with("HTTP/1.1 200"));
    assert!(
        http(&server, &get("/elsewhere"))
            .await
            .starts_with("HTTP/1.1 404")
    );
    let upgrade = http(&server, &get("/tim/v1")).await;
    assert!(
        upgrade.starts_with("HTTP/1.1 426") && upgrade.contains("upgrade: websocket"),
        "{upgrade}"
    );
    let nonsense = http(&server, "\x16\x03\x01 nonsense\r\n\r\n").await;
    assert!(
        nonsense.starts_with("HTTP/1.1 400") || nonsense.is_empty(),
        "{nonsense}"
    );
}

#[tokio::test]
async fn connections_beyond_the_limit_of_an_address_are_told_so() {
    let server = TestServer::with(|config| config.conns_per_ip = 2).await;
    let first = server.link().await;
    let _second = server.link().await;
    let mut third = Client::connect(&address(&server)).await;
    assert_eq!(third.refusal().await.code, -302);
    drop(first);
    // The server notices the closed socket before it accepts this one, or a little after.
    loop {
        let mut again = Client::connect(&address(&server)).await;
        again.send(Kind::Hello(version::hello("test"))).await;
        if let Some(Kind::Welcome(_)) = again.next().await {
            break;
        }
    }
}

#[tokio::test]
async fn requests_beyond_the_rate_are_refused_and_heartbeats_are_free() {
    let clock = std::sync::Arc::new(ManualClock::new(SystemClock.now_ms()));
    let server = TestServer::with_clock(clock.clone(), |config| {
        config.client_rps = 2;
        config.client_burst = 4;
    })
    .await;
    let mut alice = server.user("alice", 1).await;
    for _ in 0..3 {
        alice.pull(0).await;
    }
    let pull = || request::Body::Pull(PullRequest::default());
    assert_eq!(alice.ask(pull()).await.unwrap_err().0, -10113);
    alice.quiet().await;
    clock.advance(500);
    alice.pull(0).await;
    assert_eq!(alice.ask(pull()).await.unwrap_err().0, -10113);
}

#[tokio::test]
async fn a_request_without_an_id_or_a_body_is_refused_and_the_link_lives() {
    let server = TestServer::start().await;
    let mut alice = server.user("alice", 1).await;
    alice
        .send(frame::request(0, request::Body::Pull(PullRequest::default())))
        .await;
    assert_eq!(alice.answer(0).await.code, 6017);
    alice
        .send(Kind::Request(timbre_protocol::Request {
            id: 77,
            key: Bytes::new(),
            body: None,
        }))
        .await;
    assert_eq!(alice.answer(77).await.code, 6017);
    alice.quiet().await;
}

#[tokio::test]
async fn a_server_that_shuts_down_says_so() {
    let server = TestServer::start().await;
    let mut alice = server.user("alice", 1).await;
    let stopping = tokio::spawn(server.stop());
    assert_eq!(alice.refusal().await.code, -10114);
    stopping.await.unwrap();
}
