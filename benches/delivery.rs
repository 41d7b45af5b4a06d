//! How long a message takes from the send call of one core to the receive callback of another, while the server
//! stores 15,000 messages a second of others. Cores, load and server share the machine.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, dead_code)]

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use timbre::driver::{Client, EventSink, StartConfig};
use timbre::engine::{Done, EventKind};
use timbre::model::messages::{ConvKey, decode_message};

#[path = "../crates/server/benches/load/mod.rs"]
mod load;
mod support;

use load::link;
use load::run::{Style, User, run};
use load::talker::Pace;
use support::folder::Folder;
use support::row::{Row, quantile};
use support::server::Server;

/// Users that make the load, and the sends of all of them a second.
const USERS: usize = 100;
const LOAD: f64 = 15_000.0;
const LENGTH: Duration = Duration::from_secs(8);
/// The core sends one message each so often.
const PERIOD: Duration = Duration::from_millis(10);

fn main() {
    let folder = Folder::new("delivery");
    let server = Server::start(&folder.path().join("server"));
    let start = Instant::now();
    let (bob_told, bob_ready) = channel();
    let (received, receipts) = channel();
    let bob = core(
        &server,
        &folder,
        "bob",
        Sink {
            start,
            ready: bob_told,
            received,
        },
    );
    let (alice_told, alice_ready) = channel();
    let (unused, _) = channel();
    let alice = core(
        &server,
        &folder,
        "alice",
        Sink {
            start,
            ready: alice_told,
            received: unused,
        },
    );
    for ready in [bob_ready, alice_ready] {
        ready.recv_timeout(Duration::from_secs(20)).unwrap();
    }
    let warm = talk(&alice, start, Duration::from_millis(500));
    wait(&receipts, warm);
    let quiet = wait(&receipts, talk(&alice, start, LENGTH / 2));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let mut users = runtime.block_on(users(&server));
    let pace = Pace::Every(Duration::from_secs_f64(USERS as f64 / LOAD));
    let others = runtime.spawn(async move { run(&mut users, style(pace), LENGTH).await.rate });
    let loaded = wait(&receipts, talk(&alice, start, LENGTH));
    let rate = runtime.block_on(others).unwrap();
    alice.shutdown();
    bob.shutdown();
    for (what, took) in [
        ("nobody else sending".to_owned(), quiet),
        (format!("{rate:.0}/s of others"), loaded),
    ] {
        let ms = |part| f64::from(quantile(&took, part).unwrap()) / 1000.0;
        let what = format!("send call -> receive callback of another core, {what}");
        Row::new(format!("{what}, median"), ms(0.5), "ms").print();
        Row::new(format!("{what}, 99th percentile"), ms(0.99), "ms")
            .target("<= 5 ms")
            .print();
    }
}

fn style(pace: Pace) -> Style {
    Style {
        friends: 10,
        pace,
        echo: false,
    }
}

async fn users(server: &Server) -> Vec<User> {
    let mut users = Vec::new();
    for number in 0..USERS {
        users.push(User {
            socket: link::log_in(server, number, 16 << 10).await,
            next: 0,
            cursor: 0,
        });
    }
    // Makes the conversations.
    run(&mut users, style(Pace::Window(8)), Duration::from_secs(2)).await;
    users
}

/// A core of `user`, logged in.
fn core(server: &Server, folder: &Folder, user: &str, sink: Sink) -> Client {
    let config = StartConfig {
        app_id: server.app_id,
        data_dir: Some(folder.path().join(user)),
        server_urls: vec![server.url()],
        ..StartConfig::default()
    };
    let client = Client::start(config, Arc::new(sink)).unwrap();
    let (sender, receiver) = channel();
    client.login(
        user,
        server.sig(user),
        Done::new(move |outcome| sender.send(outcome.code).unwrap()),
    );
    assert_eq!(
        receiver.recv_timeout(Duration::from_secs(20)),
        Ok(0),
        "login of {user}"
    );
    client
}

/// Sends for `length`, in time. Answers how many messages.
fn talk(alice: &Client, start: Instant, length: Duration) -> usize {
    let (begin, mut count) = (Instant::now(), 0);
    while begin.elapsed() < length {
        let now = start.elapsed().as_micros();
        let json = format!(r#"{{"message_elem_array":[{{"elem_type":0,"text_elem_content":"{now}"}}]}}"#);
        alice.send_message(
            ConvKey::c2c("bob"),
            decode_message(&json).unwrap(),
            Done::ignore(),
        );
        count += 1;
        std::thread::sleep((begin + PERIOD * count).saturating_duration_since(Instant::now()));
    }
    count as usize
}

/// Sorted microseconds of the last `count` messages.
fn wait(receipts: &Receiver<u32>, count: usize) -> Vec<u32> {
    let mut took: Vec<_> = Vec::new();
    while took.len() < count {
        took.push(
            receipts
                .recv_timeout(Duration::from_secs(20))
                .expect("every message is received"),
        );
    }
    took.sort_unstable();
    took
}

/// Measures what is received: a text is the microsecond at which it was sent.
struct Sink {
    start: Instant,
    ready: Sender<()>,
    received: Sender<u32>,
}

impl EventSink for Sink {
    fn event(&self, kind: &EventKind) {
        let now = self.start.elapsed().as_micros() as u64;
        match kind {
            EventKind::NewMessages { json, .. } => {
                let messages: Vec<serde_json::Value> = serde_json::from_str(json).unwrap();
                for message in messages {
                    let sent = message["message_elem_array"][0]["text_elem_content"]
                        .as_str()
                        .unwrap();
                    let _ = self.received.send((now - sent.parse::<u64>().unwrap()) as u32);
                }
            }
            // The end of the first synchronisation.
            EventKind::Conversations { event: 4, .. } => {
                let _ = self.ready.send(());
            }
            _ => {}
        }
    }
}
