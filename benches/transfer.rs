//! A file of 100 MB from one core to another through a server process: how fast each way, and how much memory the
//! sending and the receiving core take for it. Each core is a process of its own, so that its peak is its own.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, dead_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use timbre::driver::{Client, EventSink, StartConfig};
use timbre::engine::transfers::Progress;
use timbre::engine::{Done, DownloadOp, EventKind, Op};
use timbre::model::messages::{ConvKey, decode_message};

mod support;

use support::folder::Folder;
use support::row::{Row, median};
use support::server::Server;

const BYTES: usize = 100_000_000;
const ROUNDS: usize = 3;
const MB: f64 = 1_000_000.0;
const PATIENCE: Duration = Duration::from_secs(120);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("send") => return send(&arguments[1..]),
        Some("fetch") => return fetch(&arguments[1..]),
        _ => {}
    }
    let folder = Folder::new("transfer");
    let server = Server::start(&folder.path().join("server"));
    // Bob's account, so that there is somebody to send to.
    drop(Core::start(
        &server.url(),
        server.app_id,
        &folder.path().join("bob"),
        "bob",
        &server.sig("bob"),
    ));
    let (mut up, mut down, mut copies) = (Vec::new(), Vec::new(), Vec::new());
    let (mut sending, mut fetching) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let path = folder.path().join(format!("{round}.bin"));
        std::fs::write(&path, noise(round as u64)).unwrap();
        let copy = folder.path().join("copy");
        let start = Instant::now();
        std::fs::copy(&path, &copy).unwrap();
        std::fs::File::open(&copy).unwrap().sync_all().unwrap();
        copies.push(BYTES as f64 / MB / start.elapsed().as_secs_f64());
        let data = folder.path().join(format!("alice{round}"));
        let told = run("send", &server, "alice", &data, &path.display().to_string());
        up.push(BYTES as f64 / MB / told["seconds"].as_f64().unwrap());
        sending.push(told["grown"].as_f64().unwrap());
        let data = folder.path().join("bob");
        let told = run("fetch", &server, "bob", &data, told["url"].as_str().unwrap());
        down.push(BYTES as f64 / MB / told["seconds"].as_f64().unwrap());
        fetching.push(told["grown"].as_f64().unwrap());
        assert!(std::fs::read(data.join("fetched")).unwrap() == std::fs::read(&path).unwrap());
    }
    let copied = median(&copies);
    Row::new(
        "a core sends a file of 100 MB; reference: copying it on this disk, flushed",
        median(&up),
        "MB/s",
    )
    .reference(copied)
    .print();
    Row::new("a core downloads it; reference: the same", median(&down), "MB/s")
        .reference(copied)
        .print();
    Row::new(
        "memory that the sending core takes for it, at its peak",
        median(&sending),
        "MB",
    )
    .print();
    Row::new(
        "memory that the downloading core takes for it",
        median(&fetching),
        "MB",
    )
    .print();
}

/// Runs one core in a process of its own; what it says.
fn run(what: &str, server: &Server, user: &str, data: &Path, about: &str) -> Value {
    let output = Command::new(std::env::current_exe().unwrap())
        .args([
            what,
            &server.url(),
            &server.app_id.to_string(),
            user,
            &server.sig(user),
        ])
        .arg(data)
        .arg(about)
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(output.status.success(), "{what}");
    serde_json::from_slice(&output.stdout).unwrap()
}

struct Sink(std::sync::Mutex<Sender<()>>);

impl EventSink for Sink {
    fn event(&self, kind: &EventKind) {
        if matches!(kind, EventKind::Conversations { event: 4, .. }) {
            let _ = self.0.lock().unwrap().send(());
        }
    }
}

struct Core(Client);

impl Core {
    fn start(url: &str, app_id: u64, data: &Path, user: &str, sig: &str) -> Self {
        std::fs::create_dir_all(data).unwrap();
        let config = StartConfig {
            app_id,
            data_dir: Some(data.to_owned()),
            server_urls: vec![url.to_owned()],
            ..StartConfig::default()
        };
        let (sender, synced): (_, Receiver<()>) = channel();
        let client = Client::start(config, Arc::new(Sink(std::sync::Mutex::new(sender)))).unwrap();
        let (sender, ended) = channel();
        client.login(user, sig, Done::new(move |outcome| drop(sender.send(outcome))));
        let outcome = ended.recv_timeout(PATIENCE).unwrap();
        assert_eq!(outcome.code, 0, "{}", outcome.desc);
        synced.recv_timeout(PATIENCE).unwrap();
        Self(client)
    }

    fn of(arguments: &[String]) -> Self {
        let [url, app_id, user, sig, data, _] = arguments else {
            panic!("six arguments");
        };
        Self::start(url, app_id.parse().unwrap(), Path::new(data), user, sig)
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        self.0.shutdown();
    }
}

fn send(arguments: &[String]) {
    let core = Core::of(arguments);
    let path = &arguments[5];
    let message = json!({"message_elem_array": [{"elem_type": 4, "file_elem_file_path": path}]});
    let draft = decode_message(&message.to_string()).unwrap();
    let before = peak();
    let start = Instant::now();
    let (sender, ended) = channel();
    core.0.send_message(
        ConvKey::c2c("bob"),
        draft,
        Done::new(move |outcome| drop(sender.send(outcome))),
    );
    let outcome = ended.recv_timeout(PATIENCE).unwrap();
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(outcome.code, 0, "{}", outcome.desc);
    let sent: Value = serde_json::from_str(&outcome.json).unwrap();
    let url = &sent["message_elem_array"][0]["file_elem_url"];
    println!(
        "{}",
        json!({"seconds": seconds, "grown": peak() - before, "url": url})
    );
}

fn fetch(arguments: &[String]) {
    let core = Core::of(arguments);
    let before = peak();
    let start = Instant::now();
    let outcome = core.0.call_waiting(Op::DownloadElem(Box::new(DownloadOp {
        url: arguments[5].clone(),
        id: String::new(),
        path: PathBuf::from(&arguments[4]).join("fetched"),
        progress: Progress::ignore(),
    })));
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(outcome.code, 0, "{}", outcome.desc);
    println!("{}", json!({"seconds": seconds, "grown": peak() - before}));
}

/// The most memory that this process has had resident, in MB.
fn peak() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    let kib: f64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kib * 1024.0 / MB
}

/// Bytes that nothing could shorten.
fn noise(seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut bytes = Vec::with_capacity(BYTES + 8);
    while bytes.len() < BYTES {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(BYTES);
    bytes
}
