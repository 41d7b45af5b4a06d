//! The local database: receiving messages into it, a page of a long history, and the login of a user who has
//! 1,000,000 messages in 1,000 conversations on this device.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, dead_code)]

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use prost::Message as _;
use rusqlite::{Connection, params};
use timbre::driver::{Client, EventSink, StartConfig};
use timbre::engine::{Done, EventKind, Op};
use timbre::model::messages::{ConvKey, Message, Origin, Status};
use timbre::store::Store;
use timbre::store::messages::{PageQuery, PageStart, position};
use timbre_protocol::element::Kind;
use timbre_protocol::{Body, Element, TextElement};

mod support;

use support::folder::Folder;
use support::row::{Row, median};
use support::server::Server;

const CONVERSATIONS: u64 = 1000;
const MESSAGES: u64 = 1_000_000;
/// Messages in one transaction: what the engine finds waiting when it synchronises.
const BATCH: u64 = 500;
const ROUNDS: usize = 5;
/// Unix milliseconds of the first message.
const EPOCH_MS: i64 = 1_700_000_000_000;

fn main() {
    let folder = Folder::new("store");
    inserts(
        folder.path(),
        "20 conversations active at a time",
        in_bursts,
        40_000,
    )
    .target(">= 100,000 /s")
    .print();
    inserts(folder.path(), "1,000 conversations in turn", in_turn, 20_000).print();
    let server = Server::start(&folder.path().join("server"));
    let device = Device {
        dir: folder.path().join("device"),
        sig: server.sig("alice"),
        server: &server,
    };
    // The server makes the account, the core its database.
    device.log_in();
    fill(&device.database());
    pages(&device.database());
    logins(&device);
}

/// A message's place: the number of its conversation and its sequence there.
type Place = (u64, u64);

/// Message `n` when 20 conversations are active at a time, each for 250 messages, and after 50 such times the first
/// ones again.
fn in_bursts(n: u64) -> Place {
    let (time, within) = (n / 5000, n % 5000);
    (time % 50 * 20 + within % 20, time / 50 * 250 + within / 20 + 1)
}

/// Message `n` when all conversations get one in turn, the worst that indexes can be met with.
fn in_turn(n: u64) -> Place {
    (n % CONVERSATIONS, n / CONVERSATIONS + 1)
}

/// Message `n` of all, at this place.
fn message(n: u64, (peer, seq): Place) -> Message {
    let text = TextElement {
        content: format!("message number {n}, {}", "of usual length ".repeat(3)),
    };
    Message {
        row: 0,
        conv: ConvKey::c2c(format!("friend{peer}")),
        msg_id: format!("{}-1700000000-{n}", 1_000_000 + peer),
        sender: format!("friend{peer}"),
        sender_tiny: 1_000_000 + peer,
        from_self: false,
        client_time: 1_700_000_000,
        rand: n as u32,
        client_seq: n as u32,
        conv_seq: seq,
        server_time_ms: EPOCH_MS + n as i64,
        time_ms: EPOCH_MS + n as i64,
        status: Status::Sent,
        flags: 0,
        priority: 1,
        platform: 2,
        version: 0,
        body: Body {
            elements: vec![Element {
                kind: Some(Kind::Text(text)),
            }],
            ..Body::default()
        },
        sender_nick: String::new(),
        sender_face: String::new(),
        custom_int: 0,
        custom_str: Bytes::new(),
        origin: Origin::Received,
        recall: None,
        receipt: Default::default(),
    }
}

/// The row of a message's conversation.
fn row_of(rows: &[i64], m: &Message) -> i64 {
    rows[(m.sender_tiny - 1_000_000) as usize]
}

fn conversations(store: &mut Store) -> Vec<i64> {
    (0..CONVERSATIONS)
        .map(|n| store.ensure(&ConvKey::c2c(format!("friend{n}"))).unwrap())
        .collect()
}

/// Received messages a second, through the store and by SQLite alone, in turn, into databases that grow alike.
fn inserts(folder: &Path, what: &str, place: fn(u64) -> Place, count: u64) -> Row {
    let (mut store, _) = Store::open(&folder.join(format!("ours-{count}.db"))).unwrap();
    let rows = conversations(&mut store);
    store.commit().unwrap();
    let bare = bare(&folder.join(format!("bare-{count}.db")), &rows);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS as u64 {
        let made: Vec<_> = (round * count..(round + 1) * count)
            .map(|n| message(n, place(n)))
            .collect();
        let batches = || made.chunks(BATCH as usize);
        theirs.push(timed(|| {
            batches().for_each(|batch| insert_bare(&bare, &rows, batch))
        }));
        ours.push(timed(|| {
            batches().for_each(|batch| insert(&mut store, &rows, batch))
        }));
    }
    store.close();
    let rate = |seconds: &[f64]| count as f64 / median(seconds);
    let what =
        format!("received messages into the local store, {what}; reference: the same rows by SQLite alone");
    Row::new(what, rate(&ours), "/s").reference(rate(&theirs))
}

fn timed(f: impl FnOnce()) -> f64 {
    let start = Instant::now();
    f();
    start.elapsed().as_secs_f64()
}

fn insert(store: &mut Store, rows: &[i64], batch: &[Message]) {
    for m in batch {
        store.insert(row_of(rows, m), m).unwrap();
    }
    store.commit().unwrap();
}

/// A database with the store's tables and settings.
fn bare(path: &Path, rows: &[i64]) -> Connection {
    let conn = Connection::open(path).unwrap();
    let settings = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8000;
        PRAGMA wal_autocheckpoint = 4000; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 4194304;";
    conn.execute_batch(settings).unwrap();
    conn.execute_batch(include_str!("../src/store/migrations/001_initial.sql"))
        .unwrap();
    for row in rows {
        conn.execute(
            "INSERT INTO conversations (row, kind, id) VALUES (?1, 1, 'friend' || ?1)",
            [row],
        )
        .unwrap();
    }
    conn
}

fn insert_bare(conn: &Connection, rows: &[i64], batch: &[Message]) {
    conn.execute_batch("BEGIN").unwrap();
    let mut insert = conn
        .prepare_cached(
            "INSERT INTO messages (
                 conv, msg_id, time_ms, ord, status, origin, kind, flags, from_self, conv_seq, server_time_ms,
                 client_time, rand, client_seq, sender, sender_tiny, priority, platform, version, sender_nick,
                 sender_face, custom_int, custom_str, body)
             VALUES (?1, ?2, ?3, ?4, 2, 1, 0, 0, 0, ?4, ?3, ?5, ?6, ?7, ?8, ?9, 1, 2, 0, '', '', 0, x'', ?10)",
        )
        .unwrap();
    for m in batch {
        let conv = row_of(rows, m);
        let (seq, tiny) = (m.conv_seq.cast_signed(), m.sender_tiny.cast_signed());
        let body = m.body.encode_to_vec();
        let values = params![
            conv,
            m.msg_id,
            m.time_ms,
            seq,
            m.client_time,
            m.rand,
            m.client_seq,
            m.sender,
            tiny,
            body
        ];
        insert.execute(values).unwrap();
    }
    conn.execute_batch("COMMIT").unwrap();
}

/// 1,000,000 received messages and the list entries that they make.
fn fill(path: &Path) {
    let (mut store, _) = Store::open(path).unwrap();
    let rows = conversations(&mut store);
    for first in (0..MESSAGES).step_by(BATCH as usize) {
        let made: Vec<_> = (first..first + BATCH).map(|n| message(n, in_bursts(n))).collect();
        insert(&mut store, &rows, &made);
    }
    for (n, row) in (0..).zip(rows) {
        let mut conv = store.conversation_by_row(row).unwrap().unwrap();
        let number = (150 + n / 20) * 5000 + 4980 + n % 20;
        let last = message(number, in_bursts(number));
        assert_eq!(last.conv_seq, MESSAGES / CONVERSATIONS);
        conv.listed = true;
        conv.base = last.time_ms;
        conv.last_seq = last.conv_seq;
        conv.read_seq = last.conv_seq - n % 3;
        conv.unread = (n % 3) as _;
        conv.last = store.get(&last.msg_id).unwrap().map(Box::new);
        store.save(&conv).unwrap();
    }
    // The core owes no receive callback for them.
    store.set_meta("thrown", MESSAGES.cast_signed()).unwrap();
    store.commit().unwrap();
    store.close();
}

/// Microseconds for a page of 20, each of another conversation at another place.
fn pages(path: &Path) {
    let (store, _) = Store::open(path).unwrap();
    let mut took = Vec::new();
    for n in 0..1000u64 {
        let number = n * 611_953 % MESSAGES;
        let at = message(number, in_bursts(number));
        let (time_ms, ord) = position(&at);
        let row = store.conversation(&at.conv).unwrap().unwrap().row;
        let query = PageQuery {
            conv_row: row,
            start: PageStart::Beyond { time_ms, ord },
            newer: at.conv_seq < 21,
            limit: 20,
            min_time_ms: None,
            max_time_ms: None,
            types: Vec::new(),
        };
        let start = Instant::now();
        let page = store.page(&query).unwrap();
        took.push(start.elapsed().as_secs_f64() * 1e6);
        assert_eq!(page.len(), 20);
    }
    Row::new(
        "history page of 20 out of 1,000,000 local messages",
        median(&took),
        "us",
    )
    .target("<= 200 us")
    .print();
    store.close();
}

/// A device that starts, logs in, lists its conversations, and ends.
struct Device<'a> {
    dir: PathBuf,
    sig: String,
    server: &'a Server,
}

impl Device<'_> {
    fn database(&self) -> PathBuf {
        self.dir.join(self.server.app_id.to_string()).join("alice.db")
    }

    /// How long it took from the call of login to the list, and how many entries that has.
    fn log_in(&self) -> (Duration, usize) {
        let (told, status) = std::sync::mpsc::channel();
        let config = StartConfig {
            app_id: self.server.app_id,
            data_dir: Some(self.dir.clone()),
            server_urls: vec![self.server.url()],
            ..StartConfig::default()
        };
        let client = Client::start(config, Arc::new(Sink(told))).unwrap();
        // Connected: what is measured is the login.
        status.recv_timeout(Duration::from_secs(20)).unwrap();
        let (sender, receiver) = std::sync::mpsc::channel();
        let start = Instant::now();
        let then = client.clone();
        let done = Done::new(move |login| {
            assert_eq!(login.code, 0, "{}", login.desc);
            then.call(
                Op::GetConvList,
                Done::new(move |list| drop(sender.send((start.elapsed(), list)))),
            );
        });
        client.login("alice", self.sig.clone(), done);
        let (took, list) = receiver.recv_timeout(Duration::from_secs(20)).unwrap();
        assert_eq!(list.code, 0, "{}", list.desc);
        client.shutdown();
        let entries: Vec<serde_json::Value> = serde_json::from_str(&list.json).unwrap();
        (took, entries.len())
    }
}

/// Tells when the link is up.
struct Sink(std::sync::mpsc::Sender<()>);

impl EventSink for Sink {
    fn event(&self, kind: &EventKind) {
        if matches!(kind, EventKind::NetworkStatus { status: 0, .. }) {
            let _ = self.0.send(());
        }
    }
}

fn logins(device: &Device<'_>) {
    let mut took = Vec::new();
    for _ in 0..9 {
        let (time, entries) = device.log_in();
        assert_eq!(entries as u64, CONVERSATIONS);
        took.push(time.as_secs_f64() * 1e3);
    }
    let what = "login with 1,000,000 local messages and 1,000 conversations, to the conversation list";
    Row::new(what, median(&took), "ms").target("<= 50 ms").print();
}
