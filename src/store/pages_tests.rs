#![allow(clippy::unwrap_used)]

use timbre_protocol::{CustomElement, Element, element::Kind};

use super::super::fixtures::{received, sending};
use super::tests::{beyond, new, newer, numbers, older, with};
use super::*;

#[test]
fn local_messages_stand_behind_what_was_there() {
    let (mut store, conv) = with(&[received(1), received(2)]);
    let at_2 = new(&mut store, conv, &sending(100, 2000));
    let also_at_2 = new(&mut store, conv, &sending(101, 2000));
    assert!(also_at_2 > at_2);
    new(&mut store, conv, &received(3));
    // A late arrival of the same millisecond goes before them: it has a sequence.
    new(
        &mut store,
        conv,
        &Message {
            time_ms: 2000,
            server_time_ms: 2000,
            conv_seq: 2,
            ..received(4)
        },
    );
    assert_eq!(numbers(&store, &newer(conv, 99)), [1, 2, 4, 100, 101, 3]);
    assert_eq!(numbers(&store, &older(conv, 99)), [3, 101, 100, 4, 2, 1]);
}

#[test]
fn positions_are_those_of_the_pages() {
    let (mut store, conv) = with(&[received(1), received(2), received(3)]);
    for n in 10..13 {
        new(&mut store, conv, &sending(n, 2000));
    }
    let all = store.page(&newer(conv, 99)).unwrap();
    for (i, m) in all.iter().enumerate() {
        let rest = store
            .page(&PageQuery {
                start: beyond(m),
                ..newer(conv, 99)
            })
            .unwrap();
        assert_eq!(rest, all[i + 1..]);
        let before = store
            .page(&PageQuery {
                start: beyond(m),
                ..older(conv, 99)
            })
            .unwrap();
        assert!(before.iter().rev().eq(&all[..i]));
    }
}

#[test]
fn pages_of_every_size_join_without_gap_or_overlap() {
    // Spec 03 section 10.2.
    let (mut store, conv) = with(&[]);
    for n in 1..=50 {
        // Five messages share each second.
        let at = n as i64 / 5 * 1000;
        new(
            &mut store,
            conv,
            &Message {
                time_ms: at,
                server_time_ms: at,
                ..received(n)
            },
        );
    }
    for limit in 1..=51 {
        for direction in [older(conv, limit), newer(conv, limit)] {
            let mut query = direction;
            let mut seen = Vec::new();
            loop {
                let page = store.page(&query).unwrap();
                seen.extend(page.iter().map(|m| m.rand));
                match page.last() {
                    Some(last) if page.len() == limit as usize => query.start = beyond(last),
                    _ => break,
                }
            }
            let mut expected: Vec<u32> = (1..=50).collect();
            if !query.newer {
                expected.reverse();
            }
            assert_eq!(seen, expected, "pages of {limit}");
        }
    }
    assert_eq!(store.page(&older(conv, 0)), Ok(vec![]));
    assert_eq!(store.page(&older(conv + 1, 9)), Ok(vec![]));
    assert_eq!(numbers(&store, &older(conv, u32::MAX)).len(), 50);
}

#[test]
fn time_bounds_include_both_ends() {
    let all: Vec<_> = (1..=9).map(received).collect();
    let (store, conv) = with(&all);
    let bounded = |query: PageQuery, min: Option<i64>, max: Option<i64>| {
        numbers(
            &store,
            &PageQuery {
                min_time_ms: min,
                max_time_ms: max,
                ..query
            },
        )
    };
    assert_eq!(bounded(older(conv, 99), Some(3000), Some(5000)), [5, 4, 3]);
    assert_eq!(bounded(newer(conv, 99), Some(3000), Some(5000)), [3, 4, 5]);
    assert_eq!(bounded(older(conv, 99), Some(3001), Some(4999)), [4]);
    assert_eq!(bounded(older(conv, 2), None, Some(5000)), [5, 4]);
    assert_eq!(bounded(newer(conv, 2), Some(5000), None), [5, 6]);
    assert_eq!(
        bounded(older(conv, 99), Some(5000), Some(4000)),
        Vec::<u32>::new()
    );
    for query in [older(conv, 99), newer(conv, 99)] {
        assert_eq!(bounded(query.clone(), Some(i64::MIN), Some(i64::MAX)).len(), 9);
        assert_eq!(bounded(query, Some(i64::MAX), Some(i64::MIN)).len(), 0);
    }
    // A start and a bound together: what lies in both.
    let start = |n: u64| beyond(&received(n));
    assert_eq!(
        bounded(
            PageQuery {
                start: start(7),
                ..older(conv, 99)
            },
            Some(3000),
            Some(5000)
        ),
        [5, 4, 3]
    );
    assert_eq!(
        bounded(
            PageQuery {
                start: start(4),
                ..older(conv, 99)
            },
            Some(3000),
            Some(5000)
        ),
        [3]
    );
    assert_eq!(
        bounded(
            PageQuery {
                start: start(4),
                ..newer(conv, 99)
            },
            Some(3000),
            Some(5000)
        ),
        [5]
    );
    assert_eq!(
        bounded(
            PageQuery {
                start: start(1),
                ..newer(conv, 99)
            },
            Some(3000),
            Some(5000)
        ),
        [3, 4, 5]
    );
}

#[test]
fn pages_of_certain_kinds() {
    let custom = Message {
        body: Body {
            elements: vec![Element {
                kind: Some(Kind::Custom(CustomElement::default())),
            }],
            ..Body::default()
        },
        ..received(2)
    };
    let none = Message {
        body: Body::default(),
        ..received(3)
    };
    let (store, conv) = with(&[received(1), custom, none]);
    for (types, expected) in [
        (vec![], vec![3, 2, 1]),
        (vec![0], vec![1]),
        (vec![3], vec![2]),
        (vec![-1], vec![3]),
        (vec![0, 3, 3], vec![2, 1]),
        (vec![9], vec![]),
        (vec![i32::MAX, i32::MIN, 62, 63, 64], vec![]),
    ] {
        assert_eq!(
            numbers(
                &store,
                &PageQuery {
                    types: types.clone(),
                    ..older(conv, 9)
                }
            ),
            expected,
            "{types:?}"
        );
    }
}
