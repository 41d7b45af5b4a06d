//! Searching 1,000,000 messages in 1,000 conversations on this device, and what the index costs: time to make it,
//! room, and inserts.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, dead_code)]

use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use bytes::Bytes;
use prost::Message as _;
use rusqlite::{Connection, params};
use timbre::model::messages::{ConvKey, Message, Origin, Status};
use timbre::store::reader::Reader;
use timbre::store::search::{BuildQuery, Built, Scope, SearchQuery, Sizes};
use timbre::store::{Store, search::Found};
use timbre_protocol::element::Kind;
use timbre_protocol::search::{KINDS, nfc};
use timbre_protocol::{Body, Element, TextElement};

mod support;

use support::folder::Folder;
use support::row::{Row, median};

const CONVERSATIONS: u64 = 1000;
const MESSAGES: u64 = 1_000_000;
const BATCH: u64 = 500;
/// Bytes of the index that the engine writes between two batches.
const STEP: usize = 1 << 20;
const QUERIES: usize = 1500;

fn main() {
    let folder = Folder::new("search");
    let corpus = Corpus::new();
    let path = folder.path().join("alice.db");
    inserts(&folder.path().join("bare.db"), &path, &corpus);
    sizes(&path);
    let reader = Reader::open(&path).unwrap();
    for (what, scope, page_size) in [
        ("in all conversations, page of 10", Scope::All, 10),
        ("in one conversation, page of 20", Scope::One(17), 20),
    ] {
        queries(&reader, &corpus, what, scope, page_size);
    }
}

/// Numbers that a seed makes.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// A place in a list whose first entries are much more frequent than its last, as words are.
    fn frequent(&mut self, n: usize) -> usize {
        let x = (self.next() % 1_000_000) as f64 / 1_000_000.0;
        (((n as f64 + 1.0).powf(x) - 1.0) as usize).min(n - 1)
    }
}

/// Texts like those of people: half of them of Latin words, the others of Chinese, Japanese and Korean characters,
/// some with an emoji; words and characters as frequent as in a language.
struct Corpus {
    words: Vec<String>,
    signs: [Vec<char>; 3],
}

impl Corpus {
    fn new() -> Self {
        const SYLLABLES: [&str; 24] = [
            "the", "an", "to", "re", "in", "er", "on", "at", "st", "en", "ou", "ing", "al", "ar", "te", "se",
            "le", "co", "me", "de", "hi", "ri", "ro", "ic",
        ];
        let mut dice = Dice(1);
        let mut words: Vec<String> = (0..20_000)
            .map(|_| {
                (0..1 + dice.below(3))
                    .map(|_| SYLLABLES[dice.frequent(24)])
                    .collect()
            })
            .collect();
        words.dedup();
        let range = |from: u32, to: u32| (from..to).filter_map(char::from_u32).collect();
        Self {
            words,
            signs: [
                range(0x4e00, 0x5a00),
                range(0x3042, 0x30f0),
                range(0xac00, 0xb400),
            ],
        }
    }

    fn text(&self, n: u64) -> String {
        let mut dice = Dice(n * 31 + 7);
        let mut text = String::new();
        if n.is_multiple_of(2) {
            for _ in 0..2 + dice.below(12) {
                text.push_str(&self.words[dice.frequent(self.words.len())]);
                text.push(' ');
            }
        } else {
            let signs = &self.signs[(n / 2 % 3) as usize];
            for _ in 0..4 + dice.below(24) {
                text.push(signs[dice.frequent(signs.len())]);
            }
        }
        if n.is_multiple_of(5) {
            text.push_str(["😀", "👍", "🎉"][dice.below(3)]);
        }
        text
    }

    /// Message `n`: 20 conversations are active at a time, each for 250 messages.
    fn message(&self, n: u64) -> Message {
        let (time, within) = (n / 5000, n % 5000);
        let (peer, seq) = (time % 50 * 20 + within % 20, time / 50 * 250 + within / 20 + 1);
        let text = TextElement {
            content: self.text(n),
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
            server_time_ms: 1_700_000_000_000 + n as i64,
            time_ms: 1_700_000_000_000 + n as i64,
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

    /// A part of a text, of 1 to 20 characters, or something that may be nowhere.
    fn keyword(&self, dice: &mut Dice) -> String {
        loop {
            let of = self.text(dice.next() % MESSAGES);
            let characters: Vec<char> = of.chars().collect();
            let len = (1 + dice.below(20)).min(characters.len());
            let start = dice.below(characters.len() - len + 1);
            let mut part: String = characters[start..start + len].iter().collect();
            if dice.below(10) == 0 {
                part.push_str(&self.words[dice.below(self.words.len())]);
                part = part.chars().take(20).collect();
            }
            let part = nfc(part.trim());
            if !part.is_empty() {
                return part;
            }
        }
    }
}

/// Makes segments on a thread of its own, as the core does.
struct Indexer {
    jobs: Sender<BuildQuery>,
    made: Receiver<Built>,
    busy: bool,
    writing: Option<(i64, Built, usize)>,
    took: Duration,
}

impl Indexer {
    fn start(path: &Path) -> Self {
        let (jobs, taken) = channel::<BuildQuery>();
        let (done, made) = channel();
        let path = path.to_owned();
        std::thread::spawn(move || {
            for job in taken {
                let built = Reader::open(&path)
                    .unwrap()
                    .build(&job, &|| false)
                    .unwrap()
                    .unwrap();
                if done.send(built).is_err() {
                    return;
                }
            }
        });
        Self {
            jobs,
            made,
            busy: false,
            writing: None,
            took: Duration::ZERO,
        }
    }

    /// One step between two batches; false when there is nothing to do and nothing under way.
    fn step(&mut self, store: &mut Store, wait: bool) -> bool {
        let start = Instant::now();
        let went_on = self.turn(store, wait);
        store.commit().unwrap();
        self.took += start.elapsed();
        went_on
    }

    fn turn(&mut self, store: &mut Store, wait: bool) -> bool {
        if let Some((id, built, from)) = self.writing.take() {
            match store.write_segment(id, &built, from, STEP).unwrap() {
                Some(next) => self.writing = Some((id, built, next)),
                None => store.switch_segment(id, &built).unwrap(),
            }
            return true;
        }
        if self.busy {
            let built = if wait {
                Some(self.made.recv().unwrap())
            } else {
                self.made.try_recv().ok()
            };
            if let Some(built) = built {
                self.busy = false;
                let id = store.begin_segment(&built).unwrap();
                self.writing = Some((id, built, 0));
            }
            return true;
        }
        if store.sweep_segments(None, 64).unwrap() {
            return true;
        }
        let Some(job) = store.next_build(&Sizes::default()).unwrap() else {
            return false;
        };
        store.commit().unwrap();
        self.busy = true;
        self.jobs.send(job).unwrap();
        true
    }
}

/// A million messages, indexed while they come, against the same rows by SQLite alone.
fn inserts(bare: &Path, path: &Path, corpus: &Corpus) {
    let (mut store, _) = Store::open(path).unwrap();
    let rows: Vec<i64> = (0..CONVERSATIONS)
        .map(|n| store.ensure(&ConvKey::c2c(format!("friend{n}"))).unwrap())
        .collect();
    store.commit().unwrap();
    let row_of = |m: &Message| rows[(m.sender_tiny - 1_000_000) as usize];
    let conn = Connection::open(bare).unwrap();
    conn.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8000;
         PRAGMA wal_autocheckpoint = 4000; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;
         PRAGMA journal_size_limit = 4194304;",
    )
    .unwrap();
    conn.execute_batch(include_str!("../src/store/migrations/001_initial.sql"))
        .unwrap();
    for row in &rows {
        conn.execute(
            "INSERT INTO conversations (row, kind, id) VALUES (?1, 1, 'friend' || ?1)",
            [row],
        )
        .unwrap();
    }
    let mut indexer = Indexer::start(path);
    let (mut ours, mut alone, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..10 {
        let part = MESSAGES / 10;
        let made: Vec<Message> = (round * part..(round + 1) * part)
            .map(|n| corpus.message(n))
            .collect();
        let start = Instant::now();
        for batch in made.chunks(BATCH as usize) {
            insert_bare(&conn, batch, row_of);
        }
        theirs.push(part as f64 / start.elapsed().as_secs_f64());
        let (start, before) = (Instant::now(), indexer.took);
        for batch in made.chunks(BATCH as usize) {
            for m in batch {
                store.insert(row_of(m), m).unwrap();
            }
            store.commit().unwrap();
            indexer.step(&mut store, false);
        }
        let whole = start.elapsed();
        ours.push(part as f64 / whole.as_secs_f64());
        alone.push(part as f64 / (whole - (indexer.took - before)).as_secs_f64());
    }
    let start = Instant::now();
    while indexer.step(&mut store, true) {}
    let rest = start.elapsed().as_secs_f64();
    Row::new(
        "received messages into the local store while another thread indexes them, index written between batches; \
         reference: the same rows by SQLite alone, without an index",
        median(&ours),
        "/s",
    )
    .reference(median(&theirs))
    .target(">= 100,000 /s")
    .print();
    Row::new("the inserts of that alone", median(&alone), "/s")
        .reference(median(&theirs))
        .print();
    Row::new("until the index has caught up with 1,000,000 messages", rest, "s").print();
    store.drop_search_index().unwrap();
    while store.sweep_segments(None, 5000).unwrap() {
        store.commit().unwrap();
    }
    store.commit().unwrap();
    let start = Instant::now();
    while indexer.step(&mut store, true) {}
    Row::new(
        "index of 1,000,000 messages from nothing",
        start.elapsed().as_secs_f64(),
        "s",
    )
    .print();
    println!("segments: {:?}", store.search_segments().unwrap());
    store.close();
}

fn insert_bare(conn: &Connection, batch: &[Message], row_of: impl Fn(&Message) -> i64) {
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
        insert
            .execute(params![
                row_of(m),
                m.msg_id,
                m.time_ms,
                m.conv_seq.cast_signed(),
                m.client_time,
                m.rand,
                m.client_seq,
                m.sender,
                m.sender_tiny.cast_signed(),
                m.body.encode_to_vec()
            ])
            .unwrap();
    }
    conn.execute_batch("COMMIT").unwrap();
}

fn sizes(path: &Path) {
    let conn = Connection::open(path).unwrap();
    let count = |sql: &str| conn.query_row(sql, [], |r| r.get::<_, i64>(0)).unwrap() as f64;
    let index = count("SELECT sum(length(data) + 12) FROM search_blobs");
    let texts = count("SELECT sum(length(body)) FROM messages");
    Row::new(
        "search index of 1,000,000 messages; reference: the bodies of the messages",
        index / 1e6,
        "MB",
    )
    .reference(texts / 1e6)
    .print();
}

fn queries(reader: &Reader, corpus: &Corpus, what: &str, scope: Scope, page_size: u64) {
    let mut dice = Dice(99);
    let mut took = Vec::new();
    let mut slow: Vec<(f64, String, u64)> = Vec::new();
    for _ in 0..QUERIES {
        let query = SearchQuery {
            keywords: vec![corpus.keyword(&mut dice)],
            all: false,
            senders: Vec::new(),
            kinds: KINDS,
            scope,
            times: (i64::MIN, i64::MAX),
            page: 0,
            page_size,
        };
        let start = Instant::now();
        let found: Found = reader.search(&query).unwrap();
        let ms = start.elapsed().as_secs_f64() * 1e3;
        assert!(!found.damaged);
        took.push(ms);
        slow.push((ms, query.keywords[0].clone(), found.total));
    }
    took.sort_by(f64::total_cmp);
    slow.sort_by(|a, b| b.0.total_cmp(&a.0));
    let at = |part: f64| took[((took.len() - 1) as f64 * part) as usize];
    let name = format!("search of 1,000,000 local messages, keywords of 1 to 20 characters, {what}");
    Row::new(format!("{name}: median"), at(0.5), "ms").print();
    Row::new(format!("{name}: 95th percentile"), at(0.95), "ms")
        .target("<= 20 ms")
        .print();
    println!("slowest: {:?}", &slow[..5]);
}
