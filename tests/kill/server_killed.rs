//! The server dies ten times under load.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, mpsc};
use std::time::{Duration, Instant};

use serde_json::Value;
use timbre::driver::EventSink;
use timbre::engine::{Done, EventKind};
use timbre::model::messages::{ConvKey, decode_message};
use timbre_protocol::Platform;

use crate::ledger::{disorder, faults, history, number_of, tally, text_json};
use crate::process::{Folder, Server, core, is_synced, log_in};
use crate::{KILLS, MESSAGES};

/// Sends under way at once.
const WINDOW: usize = 500;

struct Ears {
    heard: Mutex<Vec<usize>>,
    synced: Mutex<mpsc::Sender<()>>,
}

impl EventSink for Ears {
    fn event(&self, kind: &EventKind) {
        if let EventKind::NewMessages { json, .. } = kind {
            let messages: Vec<Value> = serde_json::from_str(json).unwrap();
            self.heard.lock().unwrap().extend(messages.iter().map(number_of));
        }
        if is_synced(kind) {
            let _ = self.synced.lock().unwrap().send(());
        }
    }
}

fn ears() -> (Arc<Ears>, mpsc::Receiver<()>) {
    let (sender, receiver) = mpsc::channel();
    (
        Arc::new(Ears {
            heard: Mutex::default(),
            synced: Mutex::new(sender),
        }),
        receiver,
    )
}

/// How the sender stands: what is under way, what is acknowledged, what has to be sent again.
#[derive(Default)]
struct Desk {
    under_way: usize,
    acknowledged: usize,
    again: Vec<String>,
}

// scenario: P1, P2, P3, P4, CORE-053, MSG-107
pub fn the_server_is_killed_ten_times() {
    let folder = Folder::new("server");
    let server = Arc::new(Mutex::new(Server::start(&folder.0)));
    let (url, alice_sig, bob_sig) = {
        let server = server.lock().unwrap();
        (server.url(), server.sig("alice"), server.sig("bob"))
    };
    let (alice_ears, alice_synced) = ears();
    let (bob_ears, bob_synced) = ears();
    let alice = core(
        &url,
        &folder.0.join("alice"),
        Platform::Android,
        alice_ears.clone(),
    );
    let bob = core(&url, &folder.0.join("bob"), Platform::Android, bob_ears.clone());
    assert_eq!(log_in(&alice, "alice", &alice_sig, &alice_synced).code, 0);
    assert_eq!(log_in(&bob, "bob", &bob_sig, &bob_synced).code, 0);

    let desk = Arc::new((Mutex::new(Desk::default()), Condvar::new()));
    let kills = Arc::new(AtomicUsize::new(0));
    let killer = {
        let (desk, server, kills) = (desk.clone(), server.clone(), kills.clone());
        std::thread::spawn(move || {
            for kill in 0..KILLS {
                let (lock, changed) = &*desk;
                let mark = (kill + 1) * MESSAGES / (KILLS + 1);
                let waiting = lock.lock().unwrap();
                drop(changed.wait_while(waiting, |d| d.acknowledged < mark).unwrap());
                let mut server = server.lock().unwrap();
                server.kill();
                kills.fetch_add(1, Ordering::Relaxed);
                server.restart();
            }
        })
    };

    let mut next = 0;
    let mut sent_again = 0;
    loop {
        let json = {
            let (lock, changed) = &*desk;
            let busy = |d: &mut Desk| {
                d.acknowledged < MESSAGES
                    && (d.under_way >= WINDOW || (d.again.is_empty() && next == MESSAGES))
            };
            let mut desk = changed.wait_while(lock.lock().unwrap(), busy).unwrap();
            if desk.acknowledged == MESSAGES {
                break;
            }
            desk.under_way += 1;
            match desk.again.pop() {
                Some(json) => {
                    sent_again += 1;
                    json
                }
                None => {
                    next += 1;
                    text_json(next - 1)
                }
            }
        };
        let desk = desk.clone();
        let done = Done::new(move |outcome| {
            let (lock, changed) = &*desk;
            let mut desk = lock.lock().unwrap();
            desk.under_way -= 1;
            match outcome.code {
                0 => desk.acknowledged += 1,
                _ => desk.again.push(outcome.json),
            }
            changed.notify_all();
        });
        alice.send_message(ConvKey::c2c("bob"), decode_message(&json).unwrap(), done);
    }
    killer.join().unwrap();

    let deadline = Instant::now() + Duration::from_secs(120);
    while bob_ears.heard.lock().unwrap().len() < MESSAGES {
        assert!(
            Instant::now() < deadline,
            "bob heard {} of {MESSAGES}",
            bob_ears.heard.lock().unwrap().len()
        );
        // The sync events of bob's core tell that something may have come; a short wait bounds the look.
        let _ = bob_synced.recv_timeout(Duration::from_millis(50));
    }

    // A device that never saw any of it asks the server for the truth.
    let (witness_ears, witness_synced) = ears();
    let witness = core(&url, &folder.0.join("witness"), Platform::Linux, witness_ears);
    assert_eq!(log_in(&witness, "bob", &bob_sig, &witness_synced).code, 0);
    let stored: Vec<usize> = history(&witness, "alice", true).iter().map(number_of).collect();
    let heard = bob_ears.heard.lock().unwrap().clone();
    let local: Vec<usize> = history(&bob, "alice", false).iter().map(number_of).collect();
    let own: Vec<usize> = history(&alice, "bob", false).iter().map(number_of).collect();

    let (lost_on_server, twice_on_server) = faults(&tally(stored.iter().copied()), MESSAGES);
    let (lost, twice) = faults(&tally(heard.iter().copied()), MESSAGES);
    let out_of_order = disorder(&heard, &stored);
    println!(
        "ledger: server killed {} times, {MESSAGES} acknowledged ({sent_again} sent again by the app), \
         {} stored ({lost_on_server} lost, {twice_on_server} twice), {} received ({lost} lost, {twice} twice, \
         {out_of_order} out of order)",
        kills.load(Ordering::Relaxed),
        stored.len(),
        heard.len(),
    );
    assert_eq!(kills.load(Ordering::Relaxed), KILLS);
    assert_eq!((lost_on_server, twice_on_server), (0, 0));
    assert_eq!((lost, twice, out_of_order), (0, 0, 0));
    assert_eq!(
        local, stored,
        "bob's device holds what the server holds, in its order"
    );
    assert_eq!(
        own, stored,
        "alice's device holds what the server holds, in its order"
    );
    if sent_again == 0 {
        assert!(stored.is_sorted(), "calls keep their order across the kills");
    }
    for client in [alice, bob, witness] {
        client.shutdown();
    }
}
