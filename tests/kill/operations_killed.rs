//! A client dies while it recalls, modifies and deletes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use serde_json::Value;
use timbre::driver::{Client, EventSink};
use timbre::engine::{Done, EventKind, Op};
use timbre::model::error::Outcome;
use timbre::model::messages::{ConvKey, decode_message, decode_named};
use timbre_protocol::Platform;

use crate::client_killed::{Ledger, lines, watch};
use crate::ledger::{history, text_json};
use crate::process::{Folder, ROLE, Server, core, is_synced, kill, log_in};

/// The name of the child's role.
pub const EDITOR: &str = "editor";
/// Messages, a third of which is recalled, a third modified, a third deleted.
const COUNT: usize = 300;
/// Messages of one deletion.
const DELETION: usize = 20;
/// Kills.
const ROUNDS: usize = 6;

/// What happens to a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Recalled,
    Modified,
    Deleted,
}

fn fate(number: usize) -> Fate {
    [Fate::Recalled, Fate::Modified, Fate::Deleted][number % 3]
}

struct Ears {
    synced: Mutex<mpsc::Sender<()>>,
    recalls: Mutex<Vec<String>>,
}

impl Ears {
    fn new() -> (Arc<Self>, mpsc::Receiver<()>) {
        let (sender, synced) = mpsc::channel();
        let ears = Self {
            synced: Mutex::new(sender),
            recalls: Mutex::default(),
        };
        (Arc::new(ears), synced)
    }
}

impl EventSink for Ears {
    fn event(&self, kind: &EventKind) {
        if let EventKind::MessagesRecalled { json } = kind {
            let list: Vec<Value> = serde_json::from_str(json).unwrap();
            let ids = list
                .iter()
                .map(|m| m["message_msg_id"].as_str().unwrap().to_owned());
            self.recalls.lock().unwrap().extend(ids);
        }
        if is_synced(kind) {
            let _ = self.synced.lock().unwrap().send(());
        }
    }
}

fn find(client: &Client, id: &str) -> Value {
    let found = client.call_waiting(Op::FindMessages {
        ids: vec![id.to_owned()],
    });
    let found: Vec<Value> = serde_json::from_str(&found.json).unwrap();
    found.into_iter().next().unwrap_or_default()
}

/// The child: sends what is not sent yet, then does to each message what has not been done yet.
pub fn child() {
    let variable = |name: &str| std::env::var(name).unwrap();
    let folder = PathBuf::from(variable("TIMBRE_KILL_FOLDER"));
    let path = folder.join("editor.ledger");
    let ledger = Arc::new(Ledger::open(&path));
    let (ears, synced) = Ears::new();
    let client = core(
        &variable("TIMBRE_KILL_URL"),
        &folder.join(EDITOR),
        Platform::Android,
        ears,
    );
    let outcome = log_in(&client, "alice", &variable("TIMBRE_KILL_SIG"), &synced);
    assert_eq!(outcome.code, 0, "{}", outcome.desc);
    let mut ids: BTreeMap<usize, String> = BTreeMap::new();
    let mut done: BTreeSet<usize> = BTreeSet::new();
    for line in lines(&path) {
        let mut words = line.split(' ');
        match (words.next(), words.next(), words.next()) {
            (Some("sent"), Some(n), Some(id)) => drop(ids.insert(n.parse().unwrap(), id.to_owned())),
            (Some("ok"), Some(n), _) => drop(done.insert(n.parse().unwrap())),
            _ => {}
        }
    }
    // Numbers that a kill left open are sent under another identity; nobody counts them.
    let (sender, sent) = mpsc::channel();
    let open: Vec<usize> = (0..COUNT).filter(|n| !ids.contains_key(n)).collect();
    for &number in &open {
        let sender = sender.clone();
        let end = Done::new(move |outcome: Outcome| drop(sender.send((number, outcome))));
        client.send_message(
            ConvKey::c2c("bob"),
            decode_message(&text_json(number)).unwrap(),
            end,
        );
    }
    for _ in &open {
        let (number, outcome) = sent.recv().unwrap();
        assert_eq!(outcome.code, 0, "m{number}: {}", outcome.desc);
        let message: Value = serde_json::from_str(&outcome.json).unwrap();
        let id = message["message_msg_id"].as_str().unwrap().to_owned();
        ledger.note(&format!("sent {number} {id}"));
        ids.insert(number, id);
    }
    ledger.note("editing");
    let conv = ConvKey::c2c("bob");
    let open = |wanted: Fate| {
        let numbers = (0..COUNT).filter(move |n| fate(*n) == wanted);
        numbers.filter(|n| !done.contains(n)).collect::<Vec<_>>()
    };
    let (sender, ended) = mpsc::channel();
    let report = |numbers: Vec<usize>| {
        let sender = sender.clone();
        Done::new(move |outcome: Outcome| drop(sender.send((numbers, outcome))))
    };
    let mut calls = 0;
    let mut deletions = open(Fate::Deleted);
    let mut changes: Vec<usize> = open(Fate::Recalled);
    changes.extend(open(Fate::Modified));
    changes.sort_unstable();
    // A deletion a second, and the rest around it.
    while !(deletions.is_empty() && changes.is_empty()) {
        let now: Vec<usize> = deletions.drain(..deletions.len().min(DELETION)).collect();
        if !now.is_empty() {
            let messages = now
                .iter()
                .map(|n| decode_named(&find(&client, &ids[n])))
                .collect();
            let op = Op::DeleteList {
                conv: conv.clone(),
                messages,
            };
            client.call(op, report(now));
            calls += 1;
        }
        for number in changes.drain(..changes.len().min(40)) {
            let mut message = find(&client, &ids[&number]);
            let op = match fate(number) {
                Fate::Recalled => Op::Recall {
                    conv: conv.clone(),
                    message: Box::new(decode_named(&message)),
                },
                _ => {
                    message["message_elem_array"][0]["text_elem_content"] = format!("m{number}+").into();
                    let given = message.to_string();
                    Op::Modify {
                        draft: Box::new(decode_message(&given).unwrap()),
                        given,
                    }
                }
            };
            client.call(op, report(vec![number]));
            calls += 1;
        }
        while calls > 0 {
            let (numbers, outcome) = ended.recv().unwrap();
            assert_eq!(outcome.code, 0, "{numbers:?}: {}", outcome.desc);
            numbers.iter().for_each(|n| ledger.note(&format!("ok {n}")));
            calls -= 1;
        }
        if !deletions.is_empty() {
            // The interval between two deletions.
            std::thread::sleep(Duration::from_millis(1050));
        }
    }
    client.shutdown();
    ledger.note("end");
}

fn spawn(folder: &Path, url: &str, sig: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .env(ROLE, EDITOR)
        .env("TIMBRE_KILL_FOLDER", folder)
        .env("TIMBRE_KILL_URL", url)
        .env("TIMBRE_KILL_SIG", sig)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap()
}

/// By message id: status, version, and text where it is not recalled.
type States = BTreeMap<String, (u64, u64, String)>;

fn states(client: &Client, peer: &str, cloud: bool) -> States {
    let all = history(client, peer, cloud).into_iter().map(|m| {
        let id = m["message_msg_id"].as_str().unwrap().to_owned();
        let status = m["message_status"].as_u64().unwrap();
        let text = m["message_elem_array"][0]["text_elem_content"]
            .as_str()
            .filter(|_| status != 6)
            .unwrap_or_default();
        (
            id,
            (status, m["message_version"].as_u64().unwrap(), text.to_owned()),
        )
    });
    all.collect()
}

// scenario: P5, P6, RV-01, RV-03, MSG-200, MSG-206, MSG-222
pub fn a_client_is_killed_while_it_changes_messages() {
    let folder = Folder::new("operations");
    let server = Server::start(&folder.0);
    let (url, alice_sig, bob_sig) = (server.url(), server.sig("alice"), server.sig("bob"));
    let ledger = folder.0.join("editor.ledger");
    let open = |data: &str, user: &str, sig: &str, platform| {
        let (ears, synced) = Ears::new();
        let client = core(&url, &folder.0.join(data), platform, ears.clone());
        assert_eq!(log_in(&client, user, sig, &synced).code, 0);
        (client, ears)
    };
    let (bob, ears) = open("bob", "bob", &bob_sig, Platform::Android);
    let mut editor = spawn(&folder.0, &url, &alice_sig);
    watch("the first change", || {
        lines(&ledger).iter().any(|l| l == "editing")
    });
    let done = || lines(&ledger).iter().filter(|l| l.starts_with("ok ")).count();
    for round in 0..ROUNDS {
        let mark = (round + 1) * COUNT / (ROUNDS + 2);
        watch("a change", || done() >= mark);
        kill(&mut editor);
        // As it was left: what the server did is here too, and what it did not do is nowhere.
        let (alice, _) = open(EDITOR, "alice", &alice_sig, Platform::Android);
        let (witness, _) = open(&format!("witness {round}"), "alice", &alice_sig, Platform::Linux);
        let cloud = states(&witness, "bob", true);
        for (id, state) in &cloud {
            let found = find(&alice, id);
            let status = found["message_status"].as_u64();
            let text = found["message_elem_array"][0]["text_elem_content"].as_str();
            assert_eq!(status, Some(state.0), "{id}");
            assert_eq!(found["message_version"].as_u64(), Some(state.1), "{id}");
            if state.0 != 6 {
                assert_eq!(text, Some(state.2.as_str()), "{id}");
            }
        }
        alice.shutdown();
        witness.shutdown();
        editor = spawn(&folder.0, &url, &alice_sig);
    }
    watch("the end of the editor", || {
        lines(&ledger).iter().any(|l| l == "end")
    });
    assert!(editor.wait().unwrap().success());
    drop(server_settles(&bob));

    let (alice, _) = open(EDITOR, "alice", &alice_sig, Platform::Android);
    let (witness, _) = open("last witness", "alice", &alice_sig, Platform::Linux);
    let local = states(&alice, "bob", false);
    assert_eq!(local, states(&witness, "bob", true), "the device and the cloud");
    let received = states(&bob, "alice", false);
    let mut numbers = 0;
    for line in lines(&ledger) {
        let mut words = line.split(' ');
        let (Some("sent"), Some(number), Some(id)) = (words.next(), words.next(), words.next()) else {
            continue;
        };
        let number: usize = number.parse().unwrap();
        let expected = match fate(number) {
            Fate::Recalled => (6, 0, String::new()),
            Fate::Modified => (2, 1, format!("m{number}+")),
            Fate::Deleted => (2, 0, format!("m{number}")),
        };
        assert_eq!(received[id], expected, "the receiver has m{number}");
        match fate(number) {
            Fate::Deleted => assert!(!local.contains_key(id), "m{number} is deleted"),
            _ => assert_eq!(local[id], expected, "m{number}"),
        }
        numbers += 1;
    }
    assert_eq!(numbers, COUNT);
    let recalls = ears.recalls.lock().unwrap().clone();
    let once: BTreeSet<&String> = recalls.iter().collect();
    assert_eq!(
        (recalls.len(), once.len()),
        (COUNT / 3, COUNT / 3),
        "each told once"
    );
    println!("ledger: the client was killed {ROUNDS} times while it changed {COUNT} messages");
    for client in [alice, bob, witness] {
        client.shutdown();
    }
}

/// Everything that the server has for this client so far has come: an answer that waits for the log says so.
fn server_settles(client: &Client) -> Outcome {
    client.call_waiting(Op::CleanUnread {
        scope: timbre::engine::CleanScope::AllC2c,
        timestamp: 0,
        sequence: 0,
    })
}
