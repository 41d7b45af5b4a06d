//! The index against a naive look at every message, through everything that can happen to a message.
#![allow(clippy::unwrap_used)]

use std::collections::HashMap;

use timbre_protocol::element::Kind;
use timbre_protocol::search::{KINDS, folded, kinds, nfc};
use timbre_protocol::{
    Body, CustomElement, Element, FaceElement, FileElement, ImageElement, MergedElement, TextElement,
};

use super::super::fixtures::{Folder, memory, open, received, sending, text};
use super::super::messages::{Insert, position};
use super::super::reader::Reader;
use super::*;
use crate::model::messages::Status;

/// Everything happens after a few messages.
pub(super) const TINY: Sizes = Sizes {
    tail: 7,
    stale: 3,
    full: 40 * 32,
    small: 12 * 32,
    fan: 3,
};

/// A query for everything with these keywords.
pub(super) fn query(keywords: &[&str]) -> SearchQuery {
    SearchQuery {
        keywords: keywords.iter().map(|k| nfc(k)).collect(),
        all: false,
        senders: Vec::new(),
        kinds: KINDS,
        scope: Scope::All,
        times: (i64::MIN, i64::MAX),
        page: 0,
        page_size: 0,
    }
}

/// Makes one segment, as the engine and the indexer do together; false when there is nothing to make. `between`
/// runs after the segment was read and before it takes its place.
pub(super) fn build_one(store: &mut Store, sizes: &Sizes, between: impl FnOnce(&mut Store)) -> bool {
    let Some(query) = store.next_build(sizes).unwrap() else {
        store.commit().unwrap();
        return false;
    };
    store.commit().unwrap();
    let built = match store.path() {
        Some(path) => Reader::open(path).unwrap().build(&query, &|| false).unwrap(),
        None => build(store.read(), &query, &|| false).unwrap(),
    };
    let built = built.unwrap();
    between(store);
    let id = store.begin_segment(&built).unwrap();
    let mut from = Some(0);
    while let Some(number) = from {
        from = store.write_segment(id, &built, number, 1000).unwrap();
        // A search may come at every moment.
        store.commit().unwrap();
    }
    store.switch_segment(id, &built).unwrap();
    store.commit().unwrap();
    true
}

pub(super) fn build_all(store: &mut Store, sizes: &Sizes) {
    while build_one(store, sizes, |_| ()) {}
    while store.sweep_segments(None, 3).unwrap() {
        store.commit().unwrap();
    }
    store.commit().unwrap();
}

/// The answer without any index, found as plainly as it can be: every message is read, its texts are folded, and
/// `str::contains` decides.
pub(super) fn naive(store: &Store, query: &SearchQuery) -> Found {
    let messages = every_message(store);
    let folded: Vec<Vec<Text>> = messages.iter().map(|m| texts(&m.body)).collect();
    naive_over(&messages, &folded, query, |conv| {
        store.conversation(conv).unwrap().unwrap().row
    })
}

pub(super) fn every_message(store: &Store) -> Vec<Message> {
    let mut all = Vec::new();
    for row in 1..=store.max_row().unwrap() {
        all.extend(by_row(store.read(), row).unwrap());
    }
    all
}

/// The folded texts that keywords are looked for in, written down a second time.
pub(super) fn texts(body: &Body) -> Vec<Text> {
    let mut texts: Vec<String> = Vec::new();
    for element in &body.elements {
        match &element.kind {
            Some(Kind::Text(t)) => texts.push(folded(&t.content)),
            Some(Kind::Custom(c)) => texts.push(folded(&c.desc)),
            Some(Kind::File(f)) => texts.push(folded(&f.name)),
            Some(Kind::Location(l)) => texts.push(folded(&l.desc)),
            Some(Kind::Merged(m)) => {
                texts.push(folded(&m.title));
                texts.extend(m.abstracts.iter().map(|line| folded(line)));
            }
            _ => {}
        }
    }
    texts.into_iter().map(Text::new).collect()
}

/// A folded text and the characters that it may have, one bit for many of them: most texts need no closer look.
pub(super) struct Text {
    pub(super) text: String,
    may_have: u64,
}

impl Text {
    fn new(text: String) -> Self {
        let may_have = text.chars().fold(0, |bits, c| bits | 1 << (u32::from(c) % 61));
        Self { text, may_have }
    }

    fn contains(&self, keyword: &Self) -> bool {
        self.may_have & keyword.may_have == keyword.may_have && self.text.contains(&keyword.text)
    }
}

pub(super) fn naive_over(
    messages: &[Message],
    texts: &[Vec<Text>],
    query: &SearchQuery,
    row_of: impl Fn(&ConvKey) -> i64,
) -> Found {
    let keywords: Vec<Text> = query.keywords.iter().map(|k| Text::new(folded(k))).collect();
    let mut by_conv: HashMap<&ConvKey, Vec<&Message>> = HashMap::new();
    for (m, texts) in messages.iter().zip(texts) {
        let found = |k: &Text| texts.iter().any(|t| t.contains(k));
        let at_s = match m.server_time_ms {
            0 => i64::from(m.client_time),
            ms => ms.div_euclid(1000),
        };
        let matches = !matches!(m.status, Status::Deleted | Status::Revoked)
            && kinds(&m.body) & query.kinds != 0
            && (query.senders.is_empty() || query.senders.contains(&m.sender))
            && (query.times.0..=query.times.1).contains(&at_s)
            && match query.scope {
                Scope::All => true,
                Scope::Type(kind) => m.conv.kind == kind,
                Scope::One(row) => row_of(&m.conv) == row,
            }
            && (keywords.is_empty()
                || if query.all {
                    keywords.iter().all(found)
                } else {
                    keywords.iter().any(found)
                });
        if matches {
            by_conv.entry(&m.conv).or_default().push(m);
        }
    }
    for found in by_conv.values_mut() {
        found.sort_by_key(|m| std::cmp::Reverse((position(m), m.row)));
    }
    let window = |of: usize| {
        let size = query.page_size as usize;
        match (size, query.page) {
            (0, 0) => 0..of,
            (0, _) => 0..0,
            (size, page) => (page as usize * size).min(of)..(page as usize * size + size).min(of),
        }
    };
    if let Scope::One(_) = query.scope {
        let Some((conv, found)) = by_conv.into_iter().next() else {
            return Found::default();
        };
        let page: Vec<Message> = found[window(found.len())].iter().map(|m| (*m).clone()).collect();
        let item = FoundIn {
            conv: conv.clone(),
            total: found.len() as u64,
            messages: page,
        };
        return Found {
            total: found.len() as u64,
            items: if item.messages.is_empty() {
                vec![]
            } else {
                vec![item]
            },
            damaged: false,
        };
    }
    let mut order: Vec<_> = by_conv.into_iter().collect();
    order.sort_by(|a, b| {
        let newest = |found: &[&Message]| found[0].time_ms;
        newest(&b.1).cmp(&newest(&a.1)).then(a.0.cmp(b.0))
    });
    Found {
        total: order.len() as u64,
        items: order[window(order.len())]
            .iter()
            .map(|(conv, found)| FoundIn {
                conv: (*conv).clone(),
                total: found.len() as u64,
                messages: if found.len() == 1 {
                    vec![found[0].clone()]
                } else {
                    vec![]
                },
            })
            .collect(),
        damaged: false,
    }
}

/// Numbers that a seed makes.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    pub(super) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// Few characters, so that texts meet; among them all that other searches take for something else.
const CHARACTERS: &[char] = &[
    'a',
    'b',
    'A',
    'B',
    ' ',
    '%',
    '_',
    '*',
    '"',
    '\'',
    '\\',
    '字',
    '消',
    '息',
    'の',
    'カ',
    '한',
    '글',
    '😀',
    '👩',
    '\u{200d}',
    'é',
    'É',
    'e',
    '\u{301}',
    'ß',
    'ẞ',
    'Σ',
    'ς',
    'Ａ',
    '\u{3000}',
    '\0',
    '\u{10ffff}',
    '0',
];

fn some_text(dice: &mut Dice, most: usize) -> String {
    (0..dice.below(most + 1))
        .map(|_| *dice.pick(CHARACTERS))
        .collect()
}

fn some_body(dice: &mut Dice) -> Body {
    let count = 1 + dice.below(3);
    let element = |dice: &mut Dice| {
        let text = some_text(dice, 12);
        match dice.below(10) {
            0 => Kind::Custom(CustomElement {
                desc: text,
                data: "ab".into(),
                ..CustomElement::default()
            }),
            1 => Kind::File(FileElement {
                name: text,
                ..FileElement::default()
            }),
            2 => Kind::Image(ImageElement::default()),
            3 => Kind::Face(FaceElement::default()),
            4 => Kind::Merged(MergedElement {
                title: text,
                abstracts: vec![some_text(dice, 8), some_text(dice, 8)],
                ..MergedElement::default()
            }),
            _ => Kind::Text(TextElement { content: text }),
        }
    };
    Body {
        elements: (0..count)
            .map(|_| Element {
                kind: Some(element(dice)),
            })
            .collect(),
        ..Body::default()
    }
}

fn some_query(dice: &mut Dice, convs: &[i64]) -> SearchQuery {
    let mut q = query(&[]);
    for _ in 0..dice.below(4) {
        let keyword = some_text(dice, 5);
        let keyword = nfc(keyword.trim());
        if !keyword.is_empty() {
            q.keywords.push(keyword);
        }
    }
    q.all = dice.chance(50);
    if dice.chance(25) {
        q.senders = vec![(*dice.pick(&["bob", "alice", "nobody"])).to_owned()];
    }
    if dice.chance(25) {
        q.kinds = 1 << *dice.pick(&[0, 1, 3, 4, 12]);
    }
    q.scope = match dice.below(4) {
        0 => Scope::One(*dice.pick(convs)),
        1 => Scope::Type(*dice.pick(&[ConvType::C2c, ConvType::Group])),
        _ => Scope::All,
    };
    if dice.chance(25) {
        let from = dice.below(300) as i64;
        q.times = (from, from + dice.below(100) as i64);
    }
    if dice.chance(50) {
        q.page_size = 1 + dice.below(4) as u64;
        q.page = dice.below(3) as u64;
    }
    q
}

/// A store to which things happen at random.
struct World {
    store: Store,
    convs: Vec<(ConvKey, i64)>,
    rows: Vec<i64>,
    number: u64,
}

impl World {
    fn new(mut store: Store) -> Self {
        let keys = [
            ConvKey::c2c("bob"),
            ConvKey::c2c("carol"),
            ConvKey {
                kind: ConvType::Group,
                id: "bob".into(),
            },
        ];
        let convs = keys
            .into_iter()
            .map(|key| {
                let row = store.ensure(&key).unwrap();
                (key, row)
            })
            .collect();
        Self {
            store,
            convs,
            rows: Vec::new(),
            number: 0,
        }
    }

    fn happen(&mut self, dice: &mut Dice) {
        let store = &mut self.store;
        let known = (!self.rows.is_empty()).then(|| *dice.pick(&self.rows));
        let current = known.and_then(|row| by_row(store.read(), row).unwrap());
        match (dice.below(14), current) {
            (0, Some(mut m)) => {
                m.body = some_body(dice);
                store.replace(m.row, &m).unwrap();
            }
            (1, Some(m)) => {
                let status = *dice.pick(&[
                    Status::Deleted,
                    Status::Revoked,
                    Status::Sent,
                    Status::Failed,
                    Status::Cancelled,
                    Status::Imported,
                ]);
                store.set_status(m.row, status).unwrap();
            }
            (2, Some(m)) => {
                store
                    .acknowledge(m.row, 1 + dice.below(400) as u64, dice.below(300_000) as i64 + 1)
                    .unwrap();
            }
            (3, Some(m)) => self.rows.push(store.arrive(m.row).unwrap()),
            (4, Some(m)) => {
                store
                    .write()
                    .unwrap()
                    .execute("DELETE FROM messages WHERE row = ?1", [m.row])
                    .unwrap();
            }
            (5, _) if dice.chance(5) => {
                let conv = dice.pick(&self.convs).1;
                store
                    .write()
                    .unwrap()
                    .execute("DELETE FROM messages WHERE conv = ?1", [conv])
                    .unwrap();
            }
            _ => {
                self.number += 1;
                let n = self.number;
                let (key, conv) = dice.pick(&self.convs).clone();
                let mut m = if dice.chance(30) {
                    sending(n, dice.below(300_000) as i64)
                } else {
                    let mut m = received(n);
                    m.time_ms = dice.below(300_000) as i64 + 1;
                    m.server_time_ms = m.time_ms;
                    m
                };
                m.client_time = dice.below(300) as u32;
                m.conv = key;
                m.body = some_body(dice);
                match store.insert(conv, &m).unwrap() {
                    Insert::New(row) => self.rows.push(row),
                    Insert::Known(_) => panic!("the id of {n} is new"),
                }
            }
        }
    }
}

// SL-24, SL-29
#[test]
fn the_answer_is_the_naive_one_whatever_happens_to_messages() {
    let (mut compared, mut matched, mut segments) = (0u64, 0u64, 0);
    for seed in 0..8 {
        let mut dice = Dice(seed);
        let mut world = World::new(memory());
        for _ in 0..400 {
            world.happen(&mut dice);
            if dice.chance(30) {
                let turns = dice.below(4);
                let mut inner = Dice(dice.next());
                let mut rows = world.rows.clone();
                let mut convs = world.convs.clone();
                let mut number = world.number;
                build_one(&mut world.store, &TINY, |store| {
                    // Things happen while the segment is made.
                    let taken = std::mem::replace(store, memory());
                    let mut busy = World {
                        store: taken,
                        convs: std::mem::take(&mut convs),
                        rows: std::mem::take(&mut rows),
                        number,
                    };
                    for _ in 0..turns {
                        busy.happen(&mut inner);
                    }
                    busy.store.commit().unwrap();
                    *store = busy.store;
                    (convs, rows, number) = (busy.convs, busy.rows, busy.number);
                });
                if !rows.is_empty() {
                    (world.rows, world.number) = (rows, number);
                }
            }
            if dice.chance(5) {
                world.store.sweep_segments(None, 2).unwrap();
            }
            if dice.chance(1) {
                world.store.drop_search_index().unwrap();
            }
            if dice.chance(20) {
                let convs: Vec<i64> = world.convs.iter().map(|c| c.1).collect();
                let q = some_query(&mut dice, &convs);
                let found = world.store.search(&q).unwrap();
                assert!(!found.damaged, "seed {seed}: {q:?}");
                assert_eq!(found, naive(&world.store, &q), "seed {seed}: {q:?}");
                compared += 1;
                matched += found.total;
            }
        }
        segments = segments.max(world.store.search_segments().unwrap().len());
    }
    println!("queries {compared}, matches {matched}, at most {segments} segments, differences 0");
    assert!(compared > 500 && matched > 500 && segments > 3);
}

fn fill(store: &mut Store, count: u64, content: impl Fn(u64) -> String) -> i64 {
    let conv = store.ensure(&ConvKey::c2c("bob")).unwrap();
    for n in 1..=count {
        let mut m = received(n);
        m.body = text(&content(n));
        store.insert(conv, &m).unwrap();
    }
    store.commit().unwrap();
    conv
}

// SL-29
#[test]
fn a_missing_index_is_made_and_one_that_cannot_be_read_is_gone_around() {
    let folder = Folder::new();
    let mut store = open(&folder.file());
    fill(&mut store, 300, |n| format!("number {n} 消息"));
    let q = query(&["r 12", "息"]);
    let before = store.search(&q).unwrap();
    assert_eq!(before, naive(&store, &q));
    build_all(&mut store, &TINY);
    let segments = store.search_segments().unwrap();
    assert!(segments.len() > 2 && segments.len() < 40, "{segments:?}");
    assert_eq!(segments[0].low, 1);
    for pair in segments.windows(2) {
        assert_eq!(pair[0].high + 1, pair[1].low);
    }
    assert_eq!(store.search(&q).unwrap(), before);
    let blobs: Vec<(i64, i64, i64, Vec<u8>)> = store
        .read()
        .prepare("SELECT list, term, part, data FROM search_blobs")
        .unwrap()
        .query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))
        .unwrap()
        .collect::<rusqlite::Result<_>>()
        .unwrap();
    let put = |store: &mut Store, blob: &(i64, i64, i64, Vec<u8>), data: &[u8]| {
        store
            .write()
            .unwrap()
            .execute(
                "UPDATE search_blobs SET data = ?4 WHERE list = ?1 AND term = ?2 AND part = ?3",
                rusqlite::params![blob.0, blob.1, blob.2, data],
            )
            .unwrap();
    };
    // Cut off, and full of nonsense: no panic, and never an error for the caller.
    let mut damaged = 0;
    for blob in &blobs {
        for data in [&blob.3[..blob.3.len() / 2], &[0xff; 40][..]] {
            put(&mut store, blob, data);
            let found = store.search(&q).unwrap();
            damaged += u32::from(found.damaged);
            if found.damaged {
                assert_eq!(
                    Found {
                        damaged: false,
                        ..found
                    },
                    before
                );
            }
        }
        put(&mut store, blob, &blob.3);
    }
    assert!(damaged > 10);
    store.drop_search_index().unwrap();
    assert!(store.search_segments().unwrap().is_empty());
    assert_eq!(store.search(&q).unwrap(), before);
    build_all(&mut store, &TINY);
    assert_eq!(store.search(&q).unwrap(), before);
    let dead: i64 = store
        .read()
        .query_row(
            "SELECT count(*) FROM search_blobs WHERE list / 16 NOT IN (SELECT id FROM search_segments)",
            [],
            |r| r.get(0),
        )
        .unwrap();
    assert_eq!(dead, 0);
}

// SL-24
#[test]
fn what_changes_is_noted_and_leads_to_a_new_segment() {
    let mut store = memory();
    let conv = fill(&mut store, 40, |n| format!("number {n}"));
    build_all(&mut store, &TINY);
    let stale = |store: &Store| -> i64 {
        store
            .read()
            .query_row("SELECT count(*) FROM search_stale", [], |r| r.get(0))
            .unwrap()
    };
    assert_eq!(stale(&store), 0);
    // Beyond the index nothing is noted, and what does not concern searches never is.
    let mut late = received(100);
    late.body = text("late");
    let Insert::New(row) = store.insert(conv, &late).unwrap() else {
        panic!("it is new")
    };
    store.set_status(row, Status::Deleted).unwrap();
    store
        .set_local_custom(&received(1).msg_id, Some(b"x"), None)
        .unwrap();
    assert_eq!(stale(&store), 0);
    for n in 1..=4 {
        let mut m = store.get(&received(n).msg_id).unwrap().unwrap();
        m.body = text("edited");
        store.replace(m.row, &m).unwrap();
        assert_eq!(stale(&store), n as i64);
        assert_eq!(store.search(&query(&["edited"])).unwrap().items[0].total, n);
    }
    assert_eq!(store.search(&query(&["number"])).unwrap().items[0].total, 36);
    assert!(build_one(&mut store, &TINY, |_| ()));
    assert!(stale(&store) <= 3);
    assert_eq!(store.search(&query(&["edited"])).unwrap().items[0].total, 4);
    assert_eq!(store.search(&query(&["number"])).unwrap().items[0].total, 36);
}

// SL-10, SL-11, SL-15
#[test]
fn pages_of_one_conversation_come_newest_first_with_the_same_total() {
    let mut store = memory();
    let conv = fill(&mut store, 95, |n| format!("page {}", n % 2));
    build_all(&mut store, &TINY);
    let mut seen = Vec::new();
    for page in 0..7 {
        let found = store
            .search(&SearchQuery {
                scope: Scope::One(conv),
                page,
                page_size: 10,
                ..query(&["page 1"])
            })
            .unwrap();
        assert_eq!(found.total, 48);
        for item in &found.items {
            assert_eq!(item.total, 48);
            seen.extend(item.messages.iter().map(|m| m.conv_seq));
        }
        assert_eq!(found.items.len(), usize::from(page < 5));
    }
    let expected: Vec<u64> = (1..=95).rev().filter(|n| n % 2 == 1).collect();
    assert_eq!(seen, expected);
    let none = SearchQuery {
        scope: Scope::One(conv + 1),
        ..query(&["page"])
    };
    assert_eq!(store.search(&none).unwrap(), Found::default());
}

// SL-29
#[test]
fn long_texts_and_many_scripts_fill_a_segment() {
    let mut store = memory();
    let sizes = Sizes {
        tail: 10,
        ..Sizes::default()
    };
    // Thousands of different characters, and lists that take several blobs.
    let wide: String = (0x4e00..0x9fff).filter_map(char::from_u32).collect();
    fill(&mut store, 12, |n| match n {
        5 => wide.clone(),
        6 => "x".repeat(200_000),
        n => format!("plain {n}"),
    });
    build_all(&mut store, &sizes);
    for keyword in [
        "\u{4e00}",
        "\u{9000}\u{9001}",
        "\u{9ffc}\u{9ffd}\u{9ffe}",
        "xxxx",
        "plain 12",
        "\u{9001}\u{9000}",
    ] {
        let q = query(&[keyword]);
        assert_eq!(store.search(&q).unwrap(), naive(&store, &q), "{keyword}");
    }
    assert!(store.search_segments().unwrap()[0].size > 200_000);
}
