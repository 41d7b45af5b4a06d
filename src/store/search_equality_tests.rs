//! 100,000 messages of many scripts, thousands of queries, three ways to answer them.
#![allow(clippy::unwrap_used)]

use std::collections::HashMap;

use timbre_protocol::element::Kind;
use timbre_protocol::search::{KINDS, nfc};
use timbre_protocol::{CustomElement, Element, FileElement, ImageElement, TextElement};

use super::super::fixtures::{Folder, open, received};
use super::super::reader::Reader;
use super::tests::{Dice, Text, build_all, build_one, naive_over, query, texts};
use super::*;
use crate::model::messages::Status;

const MESSAGES: u64 = 100_000;
const CONVERSATIONS: u64 = 200;

const ENGLISH: &[&str] = &[
    "the",
    "meeting",
    "is",
    "at",
    "noon",
    "Please",
    "send",
    "me",
    "REPORT",
    "of",
    "last",
    "week",
    "and",
    "I",
    "will",
    "look",
    "into",
    "it",
    "tomorrow",
    "100%",
    "a_b",
    "O'Brien",
    "\"quoted\"",
    "email@example.com",
    "OK",
    "yes",
    "no",
    "maybe",
    "Search",
    "index",
    "coffee",
    "lunch",
    "train",
    "delayed",
    "again",
];
const CHINESE: &str =
    "我们明天开会请把报告发给他今天天气很好消息搜索中文测试你在哪里吃饭了吗火车晚点一下没有问题好的谢谢";
const JAPANESE: &str =
    "こんにちは会議は明日です資料を送ってくださいサーバーメッセージ検索テスト東京大阪ありがとうございます";
const KOREAN: &str = "안녕하세요회의는내일입니다자료를보내주세요메시지검색테스트서울부산감사합니다";
const EMOJI: &[&str] = &["😀", "👍🏽", "👩‍👩‍👧", "🇩🇪", "❤️", "🎉", "🤷‍♂️"];

fn words(dice: &mut Dice) -> String {
    let count = 2 + dice.below(10);
    let words: Vec<&str> = (0..count).map(|_| *dice.pick(ENGLISH)).collect();
    words.join(" ")
}

fn signs(dice: &mut Dice, of: &[char]) -> String {
    (0..3 + dice.below(20)).map(|_| *dice.pick(of)).collect()
}

fn content(dice: &mut Dice, n: u64, scripts: &[Vec<char>; 3]) -> String {
    match n % 6 {
        0 => words(dice),
        1 => signs(dice, &scripts[0]),
        2 => signs(dice, &scripts[1]),
        3 => signs(dice, &scripts[2]),
        4 => {
            let emoji: String = (0..1 + dice.below(4)).map(|_| *dice.pick(EMOJI)).collect();
            format!("{} {emoji}", dice.pick(ENGLISH))
        }
        _ => format!("{}{}{}", words(dice), signs(dice, &scripts[0]), dice.pick(EMOJI)),
    }
}

fn message(dice: &mut Dice, n: u64, scripts: &[Vec<char>; 3]) -> (u64, Message) {
    let content = content(dice, n, scripts);
    let kind = match n % 20 {
        17 => Kind::Custom(CustomElement {
            desc: content,
            ..CustomElement::default()
        }),
        18 => Kind::File(FileElement {
            name: format!("{content}.pdf"),
            ..FileElement::default()
        }),
        19 => Kind::Image(ImageElement::default()),
        _ => Kind::Text(TextElement { content }),
    };
    // Some conversations are busy, most are not.
    let conv = (dice.below(CONVERSATIONS as usize) as u64).min(dice.below(CONVERSATIONS as usize) as u64);
    let mut m = received(n);
    m.conv = ConvKey::c2c(format!("friend{conv}"));
    m.sender = if n.is_multiple_of(3) {
        "alice".to_owned()
    } else {
        m.conv.id.clone()
    };
    m.time_ms = 1_700_000_000_000 + (n / 3) as i64 * 700;
    m.server_time_ms = m.time_ms;
    m.body.elements = vec![Element { kind: Some(kind) }];
    (conv, m)
}

/// A part of a text of the corpus, or something that is nowhere in it.
fn keyword(dice: &mut Dice, messages: &[Message]) -> String {
    if dice.chance(8) {
        return (*dice.pick(&[
            "zq",
            "不存在的",
            "%",
            "_",
            "quoted\" ",
            "ｒｅｐｏｒｔ",
            "…",
            "REPORT 100%x",
            "\\",
        ]))
        .to_owned();
    }
    loop {
        let m = dice.pick(messages);
        let text = match &m.body.elements[0].kind {
            Some(Kind::Text(t)) => &t.content,
            Some(Kind::Custom(c)) => &c.desc,
            Some(Kind::File(f)) => &f.name,
            _ => continue,
        };
        let characters: Vec<char> = text.chars().collect();
        let len = (1 + dice.below(20)).min(characters.len());
        let start = dice.below(characters.len() - len + 1);
        let part: String = characters[start..start + len].iter().collect();
        let part = nfc(part.trim());
        if !part.is_empty() {
            return if dice.chance(20) {
                part.to_uppercase()
            } else {
                part
            };
        }
    }
}

// SL-02, SL-03, SL-05, SL-06, SL-07, SL-08, SL-09, SL-10, SL-11, SL-12, SL-13, SL-14, SL-15, SL-29
#[test]
fn search_equality() {
    let scripts = [CHINESE, JAPANESE, KOREAN].map(|s| s.chars().collect::<Vec<_>>());
    let mut dice = Dice(20);
    let folder = Folder::new();
    let mut store = open(&folder.file());
    let rows: Vec<i64> = (0..CONVERSATIONS)
        .map(|n| store.ensure(&ConvKey::c2c(format!("friend{n}"))).unwrap())
        .collect();
    let mut messages = Vec::new();
    for n in 1..=MESSAGES {
        let (conv, mut m) = message(&mut dice, n, &scripts);
        store.insert(rows[conv as usize], &m).unwrap();
        m.row = n as i64;
        messages.push(m);
        if n.is_multiple_of(1000) {
            store.commit().unwrap();
        }
        if n == 60_000 {
            build_all(&mut store, &Sizes::default());
        }
        if n > 90_000 && n.is_multiple_of(2000) {
            build_one(&mut store, &Sizes::default(), |_| ());
        }
    }
    // Some are recalled, deleted, edited after they were indexed.
    for n in (0..90_000).step_by(601) {
        let m = &mut messages[n];
        match n % 3 {
            0 => {
                m.status = Status::Revoked;
                store.set_status(m.row, Status::Revoked).unwrap();
            }
            1 => {
                m.status = Status::Deleted;
                store.set_status(m.row, Status::Deleted).unwrap();
            }
            _ => {
                let kind = Kind::Text(TextElement {
                    content: "Edited 已编辑".into(),
                });
                m.body.elements = vec![Element { kind: Some(kind) }];
                store.replace(m.row, m).unwrap();
            }
        }
    }
    store.commit().unwrap();
    let row_of: HashMap<&ConvKey, i64> = messages
        .iter()
        .map(|m| (&m.conv, m.conv.id["friend".len()..].parse::<usize>().unwrap()))
        .map(|(key, n)| (key, rows[n]))
        .collect();
    let folded: Vec<Vec<Text>> = messages.iter().map(|m| texts(&m.body)).collect();
    let reader = Reader::open(&folder.file()).unwrap();
    let segments = store.search_segments().unwrap();
    assert!(segments.len() > 2, "{segments:?}");

    let like = Connection::open_in_memory().unwrap();
    like.execute_batch("CREATE TABLE texts (text TEXT)").unwrap();
    for (m, texts) in messages.iter().zip(&folded) {
        if !matches!(m.status, Status::Deleted | Status::Revoked) {
            let texts: Vec<&str> = texts.iter().map(|t| t.text.as_str()).collect();
            like.execute("INSERT INTO texts VALUES (?1)", [texts.join("\n")])
                .unwrap();
        }
    }

    let (mut queries, mut hits, mut likes, mut pages, mut differences) = (0u64, 0u64, 0u64, 0u64, 0u64);
    let mut lengths = [0u32; 21];
    for round in 0..420 {
        let first = keyword(&mut dice, &messages);
        let mut q = query(&[&first]);
        lengths[first.chars().count().min(20)] += 1;
        match round % 7 {
            0 | 1 => {}
            2 => q.keywords.push(keyword(&mut dice, &messages)),
            3 => {
                q.keywords = vec![
                    keyword(&mut dice, &messages).chars().take(2).collect(),
                    keyword(&mut dice, &messages).chars().take(2).collect(),
                ];
                q.keywords.iter_mut().for_each(|k| *k = k.trim().to_owned());
                q.keywords.retain(|k| !k.is_empty());
                q.all = true;
            }
            4 => q.senders = vec!["alice".into(), format!("friend{}", dice.below(50))],
            5 => {
                let from = 1_700_000_000 + dice.below(23_000) as i64;
                q.times = (from, from + dice.below(4000) as i64);
            }
            _ => {
                q.kinds = 1 << *dice.pick(&[0, 3, 4]);
                if dice.chance(20) {
                    (q.kinds, q.keywords) = (1 << 1, Vec::new());
                }
            }
        }
        if round % 3 == 1 {
            q.scope = Scope::One(rows[dice.below(20)]);
        }
        q.page_size = *dice.pick(&[0, 3, 10]);
        q.page = if q.page_size == 0 { 0 } else { dice.below(3) as u64 };
        let expected = naive_over(&messages, &folded, &q, |key| row_of[key]);
        let found = reader.search(&q).unwrap();
        queries += 1;
        hits += found.items.iter().map(|i| i.total).sum::<u64>();
        differences += u64::from(found != expected);
        assert_eq!(found, expected, "{q:?}");
        // For ASCII, case and all, LIKE says the same.
        let plain =
            q.senders.is_empty() && q.times.0 == i64::MIN && q.kinds == KINDS && q.scope == Scope::All;
        if plain && q.keywords.len() == 1 && q.keywords[0].is_ascii() {
            let escaped = q.keywords[0]
                .replace('\\', "\\\\")
                .replace('%', "\\%")
                .replace('_', "\\_");
            let count: u64 = like
                .query_row(
                    "SELECT count(*) FROM texts WHERE text LIKE ?1 ESCAPE '\\'",
                    [format!("%{escaped}%")],
                    |r| r.get::<_, i64>(0).map(|n| n as u64),
                )
                .unwrap();
            let whole = SearchQuery {
                page: 0,
                page_size: 0,
                ..q.clone()
            };
            let found = reader.search(&whole).unwrap();
            assert_eq!(found.items.iter().map(|i| i.total).sum::<u64>(), count, "{q:?}");
            likes += 1;
        }
        // Page after page gives everything once, and every page the same totals.
        if round % 50 == 0 {
            let whole = SearchQuery {
                page: 0,
                page_size: 0,
                ..q.clone()
            };
            let whole = reader.search(&whole).unwrap();
            let (mut walked, mut size) = (Vec::new(), 0);
            for page in 0.. {
                let at = SearchQuery {
                    page,
                    page_size: 7,
                    ..q.clone()
                };
                let part = reader.search(&at).unwrap();
                assert_eq!(part.total, whole.total);
                if part.items.is_empty() {
                    break;
                }
                pages += 1;
                size += part.items.iter().map(|i| i.messages.len()).sum::<usize>();
                walked.extend(part.items.into_iter().map(|i| (i.conv, i.total)));
            }
            let expected = whole.items.iter().map(|i| (i.conv.clone(), i.total));
            walked.dedup();
            assert!(walked.iter().cloned().eq(expected), "{q:?}");
            assert_eq!(size, whole.items.iter().map(|i| i.messages.len()).sum::<usize>());
        }
    }
    println!(
        "messages {MESSAGES}, segments {}, queries {queries}, matches {hits}, against LIKE {likes}, pages walked \
         {pages}, differences {differences}; keywords by length {:?}",
        segments.len(),
        &lengths[1..]
    );
    assert!(lengths[1..].iter().all(|n| *n > 0), "{lengths:?}");
    assert!(hits > 100_000 && likes > 15);
}
