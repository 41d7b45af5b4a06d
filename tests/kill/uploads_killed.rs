//! The client dies while it sends files, the server while it stores them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, mpsc};

use serde_json::{Value, json};
use timbre::driver::{Client, EventSink};
use timbre::engine::transfers::Progress;
use timbre::engine::{Done, DownloadOp, EventKind, Op};
use timbre::model::error::Outcome;
use timbre::model::messages::{ConvKey, decode_message};
use timbre_protocol::Platform;

use crate::client_killed::{Ledger, lines, settled, watch};
use crate::ledger::{faults, history, tally};
use crate::process::{Folder, ROLE, Server, core, is_synced, kill, log_in};

/// The name of the child's role.
pub const SENDER: &str = "sender";
/// Files, each of its own content and size.
const FILES: usize = 24;
/// Kills of the client, and of the server after every second of them.
const ROUNDS: usize = 8;
/// Sends under way at once.
const WINDOW: usize = 3;

struct Ears {
    ledger: Option<Arc<Ledger>>,
    synced: Mutex<mpsc::Sender<()>>,
    heard: Mutex<Vec<usize>>,
}

impl Ears {
    fn new(ledger: Option<Arc<Ledger>>) -> (Arc<Self>, mpsc::Receiver<()>) {
        let (sender, synced) = mpsc::channel();
        let ears = Self {
            ledger,
            synced: Mutex::new(sender),
            heard: Mutex::default(),
        };
        (Arc::new(ears), synced)
    }
}

impl EventSink for Ears {
    fn event(&self, kind: &EventKind) {
        match kind {
            EventKind::UploadProgress { done, total, .. } if *done > 0 && done < total => {
                if let Some(ledger) = &self.ledger {
                    ledger.note("part");
                }
            }
            EventKind::NewMessages { json, .. } => {
                let messages: Vec<Value> = serde_json::from_str(json).unwrap();
                self.heard.lock().unwrap().extend(messages.iter().map(number_of));
            }
            _ => {}
        }
        if is_synced(kind) {
            let _ = self.synced.lock().unwrap().send(());
        }
    }
}

/// The number in a message's file name `<number>.bin`.
fn number_of(message: &Value) -> usize {
    let name = message["message_elem_array"][0]["file_elem_file_name"]
        .as_str()
        .unwrap();
    name.strip_suffix(".bin").unwrap().parse().unwrap()
}

/// 2 to 6 MiB that no other file has.
fn content(number: usize) -> Vec<u8> {
    let size = (2 << 20) + (number * 977_777) % (4 << 20);
    let mut state = number as u64 + 1;
    (0..size)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        })
        .collect()
}

fn path_of(folder: &Path, number: usize) -> PathBuf {
    folder.join(format!("{number}.bin"))
}

/// The child: what is not sent is sent, what failed is sent again, until every file has arrived.
pub fn child() {
    let variable = |name: &str| std::env::var(name).unwrap();
    let folder = PathBuf::from(variable("TIMBRE_KILL_FOLDER"));
    let ledger = Arc::new(Ledger::open(&folder.join("sender.ledger")));
    let (ears, synced) = Ears::new(Some(ledger.clone()));
    let client = core(
        &variable("TIMBRE_KILL_URL"),
        &folder.join(SENDER),
        Platform::Android,
        ears,
    );
    let outcome = log_in(&client, "alice", &variable("TIMBRE_KILL_SIG"), &synced);
    assert_eq!(outcome.code, 0, "{}", outcome.desc);
    // What a kill has left is sent or failed once its fate is known, never anything else (P6).
    let mut left = BTreeMap::new();
    for message in history(&client, "bob", false) {
        let id = message["message_msg_id"].as_str().unwrap();
        let message = settled(&client, id).expect("a row that is there stays there");
        let twice = left.insert(number_of(&message), message);
        assert_eq!(twice, None, "a file has two messages");
    }
    let conv = ConvKey::c2c("bob");
    let (sender, ended) = mpsc::channel::<(usize, Outcome)>();
    let mut under_way = 0;
    let mut waiting: Vec<(usize, String)> = (0..FILES)
        .filter_map(|number| match left.remove(&number) {
            Some(message) if message["message_status"] == 2 => None,
            Some(message) => Some((number, message.to_string())),
            None => {
                let path = path_of(&folder, number);
                let json = json!({"message_elem_array": [{"elem_type": 4, "file_elem_file_path": path}]});
                Some((number, json.to_string()))
            }
        })
        .rev()
        .collect();
    ledger.note("sending");
    loop {
        while under_way < WINDOW
            && let Some((number, json)) = waiting.pop()
        {
            let sender = sender.clone();
            let done = Done::new(move |outcome: Outcome| drop(sender.send((number, outcome))));
            client.send_message(conv.clone(), decode_message(&json).unwrap(), done);
            under_way += 1;
        }
        if under_way == 0 {
            break;
        }
        let (number, outcome) = ended.recv().unwrap();
        under_way -= 1;
        if outcome.code == 0 {
            ledger.note(&format!("ok {number}"));
        } else {
            // The server was away for too long: once more, as that message.
            waiting.push((number, outcome.json));
        }
    }
    client.shutdown();
    ledger.note("end");
}

fn spawn(folder: &Path, url: &str, sig: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .env(ROLE, SENDER)
        .env("TIMBRE_KILL_FOLDER", folder)
        .env("TIMBRE_KILL_URL", url)
        .env("TIMBRE_KILL_SIG", sig)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap()
}

fn fetched(client: &Client, message: &Value, folder: &Path) -> Vec<u8> {
    let path = folder.join("fetched");
    let element = &message["message_elem_array"][0];
    let outcome = client.call_waiting(Op::DownloadElem(Box::new(DownloadOp {
        url: element["file_elem_url"].as_str().unwrap().to_owned(),
        id: element["file_elem_file_id"].as_str().unwrap().to_owned(),
        path: path.clone(),
        progress: Progress::ignore(),
    })));
    assert_eq!(outcome.code, 0, "{}", outcome.desc);
    std::fs::read(path).unwrap()
}

// scenario: P1, P2, P3, P6, MSG-069
pub fn files_are_sent_through_kills_of_both_sides() {
    let folder = Folder::new("uploads");
    let mut server = Server::start(&folder.0);
    let (url, alice_sig, bob_sig) = (server.url(), server.sig("alice"), server.sig("bob"));
    for number in 0..FILES {
        std::fs::write(path_of(&folder.0, number), content(number)).unwrap();
    }
    let (ears, synced) = Ears::new(None);
    let bob = core(&url, &folder.0.join("bob"), Platform::Android, ears.clone());
    assert_eq!(log_in(&bob, "bob", &bob_sig, &synced).code, 0);
    let ledger = folder.0.join("sender.ledger");
    let count = |what: &str| lines(&ledger).iter().filter(|l| l.starts_with(what)).count();
    let mut sender = spawn(&folder.0, &url, &alice_sig);
    for round in 0..ROUNDS {
        // In the middle of a file, and a little further each time.
        let parts = count("part");
        watch("a part of a file", || {
            count("part") > parts + round % 3 || count("end") > 0
        });
        kill(&mut sender);
        if round % 2 == 1 {
            sender = spawn(&folder.0, &url, &alice_sig);
            let parts = count("part");
            watch("a part of a file", || count("part") > parts || count("end") > 0);
            server.kill();
            server.restart();
        } else {
            sender = spawn(&folder.0, &url, &alice_sig);
        }
    }
    watch("the end of the sender", || count("end") > 0);
    assert!(sender.wait().unwrap().success());

    let heard = || ears.heard.lock().unwrap().clone();
    watch("the last file", || tally(heard()).len() == FILES);
    assert_eq!(faults(&tally(heard()), FILES), (0, 0), "files that bob was given");
    let received = history(&bob, "alice", true);
    let numbers = tally(received.iter().map(number_of));
    assert_eq!(faults(&numbers, FILES), (0, 0), "files in bob's history");
    for message in &received {
        let number = number_of(message);
        assert_eq!(message["message_status"], 2);
        assert!(
            fetched(&bob, message, &folder.0) == content(number),
            "file {number}"
        );
    }
    println!(
        "ledger: {FILES} files arrived whole through {ROUNDS} kills of the client and {} of the server",
        ROUNDS / 2
    );
    bob.shutdown();
}
