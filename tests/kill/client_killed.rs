//! The sending and the receiving client die ten times each under load.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::time::{Duration, Instant};

use serde_json::Value;
use timbre::driver::{Client, EventSink};
use timbre::engine::{Done, EventKind, Op};
use timbre::model::messages::{ConvKey, decode_message};
use timbre_protocol::Platform;

use crate::ledger::{disorder, faults, history, number_of, tally, text_json};
use crate::process::{Folder, ROLE, Server, core, is_synced, kill, log_in};
use crate::{KILLS, MESSAGES};

/// Sends under way at once.
const WINDOW: usize = 300;

/// An append-only file of lines; a line is on disk for everybody as soon as the call returns, whoever dies.
pub struct Ledger(Mutex<File>);

impl Ledger {
    pub fn open(path: &Path) -> Self {
        Self(Mutex::new(
            OpenOptions::new().create(true).append(true).open(path).unwrap(),
        ))
    }

    pub fn note(&self, line: &str) {
        self.0
            .lock()
            .unwrap()
            .write_all(format!("{line}\n").as_bytes())
            .unwrap();
    }
}

pub fn lines(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    // A line cut off by a kill was never written in full; a single small write is all or nothing.
    text.lines().map(str::to_owned).collect()
}

struct Ears {
    ledger: Arc<Ledger>,
    synced: Mutex<mpsc::Sender<()>>,
}

impl EventSink for Ears {
    fn event(&self, kind: &EventKind) {
        if let EventKind::NewMessages { json, .. } = kind {
            let messages: Vec<Value> = serde_json::from_str(json).unwrap();
            let numbers: Vec<String> = messages.iter().map(|m| number_of(m).to_string()).collect();
            self.ledger.note(&format!("got {}", numbers.join(" ")));
        }
        if is_synced(kind) {
            let _ = self.synced.lock().unwrap().send(());
        }
    }
}

/// What a child process does: `alice` sends what is not yet acknowledged, `bob` listens until he is killed.
pub fn child(role: &str) {
    let variable = |name: &str| std::env::var(name).unwrap();
    let folder = PathBuf::from(variable("TIMBRE_KILL_FOLDER"));
    let ledger_path = folder.join(format!("{role}.ledger"));
    let ledger = Arc::new(Ledger::open(&ledger_path));
    let (sender, synced) = mpsc::channel();
    let sink = Arc::new(Ears {
        ledger: ledger.clone(),
        synced: Mutex::new(sender),
    });
    let client = core(
        &variable("TIMBRE_KILL_URL"),
        &folder.join(role),
        Platform::Android,
        sink,
    );
    let outcome = log_in(&client, role, &variable("TIMBRE_KILL_SIG"), &synced);
    assert_eq!(outcome.code, 0, "{role}: {}", outcome.desc);
    if role == "alice" {
        send_all(&client, &ledger, &ledger_path);
    } else {
        ledger.note("listening");
        // Until SIGKILL, or until the parent closes the pipe.
        let _ = std::io::stdin().read_line(&mut String::new());
    }
    client.shutdown();
    ledger.note("end");
}

/// Sends every number that the ledger does not call acknowledged. What was under way at a kill is asked of the
/// local store first: it must be sent or failed by now (P6).
fn send_all(client: &Client, ledger: &Arc<Ledger>, path: &Path) {
    let mut tried: HashMap<usize, String> = HashMap::new();
    let mut acknowledged = vec![false; MESSAGES];
    for line in lines(path) {
        let mut words = line.split(' ');
        match (words.next(), words.next(), words.next()) {
            (Some("try"), Some(n), Some(id)) => drop(tried.insert(n.parse().unwrap(), id.to_owned())),
            (Some("ok"), Some(n), _) => acknowledged[n.parse::<usize>().unwrap()] = true,
            _ => {}
        }
    }
    let desk = Arc::new((Mutex::new((0usize, 0usize)), Condvar::new()));
    let open = acknowledged.iter().enumerate().filter(|(_, done)| !**done);
    for (number, _) in open {
        let mut json = text_json(number);
        if let Some(id) = tried.get(&number) {
            match settled(client, id) {
                Some(message) if message["message_status"] == 2 => {
                    ledger.note(&format!("ok {number}"));
                    continue;
                }
                Some(message) => json = message.to_string(),
                // The kill came before the engine's commit: nothing of it has left the core.
                None => {}
            }
        }
        let (lock, changed) = &*desk;
        changed
            .wait_while(lock.lock().unwrap(), |(under_way, _)| *under_way >= WINDOW)
            .unwrap()
            .0 += 1;
        let (desk, noted) = (desk.clone(), ledger.clone());
        let done = Done::new(move |outcome| {
            assert_eq!(outcome.code, 0, "m{number}: {}", outcome.desc);
            noted.note(&format!("ok {number}"));
            let (lock, changed) = &*desk;
            lock.lock().unwrap().0 -= 1;
            changed.notify_all();
        });
        let id = client.send_message(ConvKey::c2c("bob"), decode_message(&json).unwrap(), done);
        ledger.note(&format!("try {number} {id}"));
    }
    let (lock, changed) = &*desk;
    drop(
        changed
            .wait_while(lock.lock().unwrap(), |(under_way, _)| *under_way > 0)
            .unwrap(),
    );
}

/// The local message with this id, once it is no longer being sent.
pub fn settled(client: &Client, id: &str) -> Option<Value> {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let found = client.call_waiting(Op::FindMessages {
            ids: vec![id.to_owned()],
        });
        let found: Vec<Value> = serde_json::from_str(&found.json).unwrap();
        let message = found.into_iter().next()?;
        if message["message_status"] != 1 {
            return Some(message);
        }
        assert!(Instant::now() < deadline, "{id} is still being sent");
        std::thread::yield_now();
    }
}

fn spawn(role: &str, folder: &Path, url: &str, sig: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .env(ROLE, role)
        .env("TIMBRE_KILL_FOLDER", folder)
        .env("TIMBRE_KILL_URL", url)
        .env("TIMBRE_KILL_SIG", sig)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap()
}

fn received(path: &Path) -> Vec<usize> {
    let mut numbers = Vec::new();
    for line in lines(path) {
        if let Some(list) = line.strip_prefix("got ") {
            numbers.extend(list.split(' ').map(|n| n.parse::<usize>().unwrap()));
        }
    }
    numbers
}

/// Waits for what another process will write: there is no event for that but the file itself.
pub fn watch(what: &str, mut seen: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(180);
    while !seen() {
        assert!(Instant::now() < deadline, "{what} did not come");
        std::thread::sleep(Duration::from_millis(5));
    }
}

// scenario: P2, P3, P4, P6, MSG-011, MSG-134
pub fn the_clients_are_killed_ten_times() {
    let folder = Folder::new("client");
    let server = Server::start(&folder.0);
    let (url, alice_sig, bob_sig) = (server.url(), server.sig("alice"), server.sig("bob"));
    let (alice_ledger, bob_ledger) = (folder.0.join("alice.ledger"), folder.0.join("bob.ledger"));

    let mut bob = spawn("bob", &folder.0, &url, &bob_sig);
    watch("bob", || lines(&bob_ledger).iter().any(|l| l == "listening"));
    let mut alice = spawn("alice", &folder.0, &url, &alice_sig);
    let acknowledged = || {
        lines(&alice_ledger)
            .iter()
            .filter(|l| l.starts_with("ok "))
            .count()
    };
    for round in 0..KILLS {
        let mark = (round + 1) * MESSAGES / (KILLS + 1);
        watch("an acknowledgement", || acknowledged() >= mark);
        kill(&mut alice);
        kill(&mut bob);
        alice = spawn("alice", &folder.0, &url, &alice_sig);
        bob = spawn("bob", &folder.0, &url, &bob_sig);
    }
    watch("the end of alice", || {
        lines(&alice_ledger).iter().any(|l| l == "end")
    });
    assert!(alice.wait().unwrap().success());
    watch("the last message", || {
        tally(received(&bob_ledger)).len() == MESSAGES
    });
    drop(bob.stdin.take());
    assert!(bob.wait().unwrap().success());

    // The devices' own stores, the server's store, and what the callbacks wrote.
    let quiet = || {
        let (sender, synced) = mpsc::channel();
        let ledger = Arc::new(Ledger::open(&folder.0.join("after.ledger")));
        (
            Arc::new(Ears {
                ledger,
                synced: Mutex::new(sender),
            }),
            synced,
        )
    };
    let open = |role: &str, user: &str, sig: &str, platform| {
        let (sink, synced) = quiet();
        let client = core(&url, &folder.0.join(role), platform, sink);
        assert_eq!(log_in(&client, user, sig, &synced).code, 0);
        client
    };
    let witness = open("witness", "bob", &bob_sig, Platform::Linux);
    let (alice, bob) = (
        open("alice", "alice", &alice_sig, Platform::Android),
        open("bob", "bob", &bob_sig, Platform::Android),
    );
    let stored: Vec<usize> = history(&witness, "alice", true).iter().map(number_of).collect();
    let own = history(&alice, "bob", false);
    let local: Vec<usize> = history(&bob, "alice", false).iter().map(number_of).collect();
    let heard = received(&bob_ledger);

    let (lost_on_server, twice_on_server) = faults(&tally(stored.iter().copied()), MESSAGES);
    let (lost, again) = faults(&tally(heard.iter().copied()), MESSAGES);
    let mut first = Vec::new();
    let mut seen = vec![false; MESSAGES];
    heard
        .iter()
        .filter(|n| !std::mem::replace(&mut seen[**n], true))
        .for_each(|n| first.push(*n));
    let out_of_order = disorder(&first, &stored);
    println!(
        "ledger: both clients killed {KILLS} times, {} acknowledged, {} stored ({lost_on_server} lost, \
         {twice_on_server} twice), {} received ({lost} lost, {out_of_order} out of order, {again} thrown again after \
         a kill), {} in the receiver's store",
        acknowledged(),
        stored.len(),
        first.len(),
        local.len(),
    );
    assert_eq!((lost_on_server, twice_on_server), (0, 0));
    assert_eq!((lost, out_of_order), (0, 0));
    assert!(
        again <= KILLS * 500,
        "{again} messages thrown again is more than what {KILLS} kills can explain"
    );
    assert_eq!(
        local, stored,
        "the receiver's store holds each message once, in order"
    );
    assert_eq!(
        own.iter().map(number_of).collect::<Vec<_>>(),
        stored,
        "so does the sender's"
    );
    assert!(
        own.iter().all(|m| m["message_status"] == 2),
        "nothing is left being sent or failed"
    );
    for client in [alice, bob, witness] {
        client.shutdown();
    }
}
