//! Measures a server process from outside: durable one-to-one sends per second, and what an idle connection
//! costs. Run with `cargo run --profile server -p timbre-server --example load -- sends` or `-- idle`, after
//! building the server with the same profile.
#![allow(clippy::unwrap_used, missing_docs)]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use futures_util::{SinkExt as _, StreamExt as _};
use prost::Message as _;
use timbre_protocol::frame::{self, Kind};
use timbre_protocol::{
    Body, Conversation, Element, LoginRequest, Platform, PushAck, SendRequest, TextElement, element, request,
    version,
};
use timbre_server::clock::{Clock as _, SystemClock};
use timbre_server::usersig;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

struct Server {
    child: Child,
    address: String,
    app_id: u64,
    key: String,
}

impl Server {
    fn start(data: &str) -> Self {
        let binary = std::env::current_exe()
            .unwrap()
            .parent()
            .unwrap()
            .with_file_name("timbre-server");
        let mut child = Command::new(binary)
            .args(["--data", data, "--listen", "127.0.0.1:0", "--log-level", "warn"])
            .args(["--set", "limits.client_rps=0", "--set", "limits.conns_per_ip=0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map(Result::unwrap);
        let created = lines.next().unwrap();
        let words: Vec<_> = created.split(' ').collect();
        let (app_id, key) = (words[2].parse().unwrap(), words[6].to_owned());
        let listening = lines.next().unwrap();
        let address = listening
            .split("://")
            .nth(1)
            .unwrap()
            .split('/')
            .next()
            .unwrap()
            .to_owned();
        Self {
            child,
            address,
            app_id,
            key,
        }
    }

    fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    fn cpu(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<_> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
    }

    async fn user(&self, number: usize) -> WebSocketStream<TcpStream> {
        let stream = TcpStream::connect(&self.address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let config = WebSocketConfig::default()
            .read_buffer_size(16 << 10)
            .write_buffer_size(0);
        let url = format!("ws://{}/tim/v1", self.address);
        let (mut socket, _) = tokio_tungstenite::client_async_with_config(url, stream, Some(config))
            .await
            .unwrap();
        let user_id = format!("user{number}");
        let login = LoginRequest {
            app_id: self.app_id,
            user_sig: usersig::sign(
                self.app_id,
                &self.key,
                &user_id,
                SystemClock.now_s(),
                86_400,
                None,
            ),
            user_id,
            device_id: vec![1; 16].into(),
            platform: Platform::Linux as i32,
            ..LoginRequest::default()
        };
        let mut packet = frame::single(Kind::Hello(version::hello("load")));
        packet
            .frames
            .extend(frame::single(frame::request(1, request::Body::Login(login))).frames);
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
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let args: Vec<String> = std::env::args().collect();
    let number = |at: usize, default: usize| args.get(at).map_or(default, |text| text.parse().unwrap());
    let data = std::env::temp_dir().join(format!("timbre-load-{}", std::process::id()));
    let server = Arc::new(Server::start(data.to_str().unwrap()));
    match args.get(1).map(String::as_str) {
        Some("idle") => idle(&server, number(2, 5000)).await,
        Some("sends") => sends(&server, number(2, 200), number(3, 32), number(4, 10) as u64).await,
        _ => eprintln!("usage: load idle [CONNECTIONS] | load sends [USERS] [WINDOW] [SECONDS]"),
    }
    drop(server);
    let _ = std::fs::remove_dir_all(data);
}

async fn idle(server: &Server, count: usize) {
    let before = server.resident_kib();
    let mut links = Vec::with_capacity(count);
    for number in 0..count {
        links.push(server.user(number).await);
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    let after = server.resident_kib();
    let each = (after - before) as f64 / count as f64;
    println!("{count} idle logged-in connections: {before} KiB -> {after} KiB, {each:.1} KiB each");
}

async fn sends(server: &Arc<Server>, users: usize, window: usize, seconds: u64) {
    let mut links = Vec::new();
    for number in 0..users {
        links.push(server.user(number).await);
    }
    let (sent, pushed) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)));
    let waits = Arc::new(parking_lot::Mutex::new(Vec::new()));
    let started = Instant::now();
    let cpu = server.cpu();
    let end = started + Duration::from_secs(seconds);
    let tasks: Vec<_> = links
        .into_iter()
        .enumerate()
        .map(|(number, link)| {
            let (sent, pushed, waits) = (sent.clone(), pushed.clone(), waits.clone());
            tokio::spawn(async move { talk(link, number, users, window, end, &sent, &pushed, &waits).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let seconds = started.elapsed().as_secs_f64();
    let (sent, pushed) = (sent.load(Ordering::Relaxed), pushed.load(Ordering::Relaxed));
    let mut waits = std::mem::take(&mut *waits.lock());
    waits.sort_unstable();
    let at = |part: f64| {
        waits
            .get((waits.len() as f64 * part) as usize)
            .map_or(0, |us| us / 100) as f64
            / 10.0
    };
    println!(
        "{users} users, window {window}: {:.0} durable sends/s, {:.0} pushed entries/s, answer p50 {} ms p99 {} ms, \
         server CPU {:.2} cores, {} KiB resident",
        sent as f64 / seconds,
        pushed as f64 / seconds,
        at(0.5),
        at(0.99),
        (server.cpu() - cpu) / seconds,
        server.resident_kib(),
    );
}

#[allow(clippy::too_many_arguments)]
async fn talk(
    mut link: WebSocketStream<TcpStream>,
    number: usize,
    users: usize,
    window: usize,
    end: Instant,
    sent: &AtomicU64,
    pushed: &AtomicU64,
    waits: &parking_lot::Mutex<Vec<u64>>,
) {
    let element = Element {
        kind: Some(element::Kind::Text(TextElement {
            content: "a message of usual length, more or less".into(),
        })),
    };
    let body = Bytes::from(
        Body {
            elements: vec![element],
            ..Body::default()
        }
        .encode_to_vec(),
    );
    let (mut next, mut open, mut acked) = (0u32, 0usize, 0u64);
    let mut mine = Vec::new();
    let mut cursor = 0;
    let mut batch_at = Instant::now();
    loop {
        if open == 0 || (open <= window / 2 && Instant::now() < end) {
            if Instant::now() >= end {
                break;
            }
            let mut packet = BytesMut::new();
            if cursor > acked {
                acked = cursor;
                frame::encode_into(&frame::single(Kind::PushAck(PushAck { cursor })), &mut packet);
            }
            batch_at = Instant::now();
            while open < window {
                next += 1;
                open += 1;
                let peer = (number + 1 + (next as usize * 7) % (users - 1)) % users;
                let send = SendRequest {
                    conversation: Some(Conversation::c2c(format!("user{peer}"))),
                    client_time: number as u32,
                    random: next,
                    client_seq: next,
                    body: body.clone(),
                    ..SendRequest::default()
                };
                frame::encode_into(
                    &frame::single(frame::request(u64::from(next) + 1, request::Body::Send(send))),
                    &mut packet,
                );
            }
            link.send(Message::Binary(packet.freeze())).await.unwrap();
        }
        let Message::Binary(bytes) = link.next().await.unwrap().unwrap() else {
            continue;
        };
        for frame in frame::decode(bytes).unwrap().frames {
            match frame.kind {
                Some(Kind::Response(response)) => {
                    assert_eq!(response.code, 0, "{}", response.text);
                    open -= 1;
                    sent.fetch_add(1, Ordering::Relaxed);
                    mine.push(batch_at.elapsed().as_micros() as u64);
                }
                Some(Kind::Push(push)) => {
                    pushed.fetch_add(push.entries.len() as u64, Ordering::Relaxed);
                    cursor = cursor.max(push.head);
                }
                _ => {}
            }
        }
    }
    waits.lock().extend(mine);
}
