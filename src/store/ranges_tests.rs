#![allow(clippy::unwrap_used)]

use super::super::fixtures::{bob, memory};
use super::*;
use crate::model::messages::ConvKey;

fn store() -> (Store, i64) {
    let mut store = memory();
    let row = store.ensure(&bob()).unwrap();
    (store, row)
}

#[test]
fn neighbours_join() {
    let (mut store, conv) = store();
    for ((low, high), expected) in [
        ((10, 20), vec![(10, 20)]),
        ((30, 40), vec![(10, 20), (30, 40)]),
        ((22, 28), vec![(10, 20), (22, 28), (30, 40)]),
        ((21, 21), vec![(10, 28), (30, 40)]),
        ((12, 15), vec![(10, 28), (30, 40)]),
        ((29, 29), vec![(10, 40)]),
        ((41, 41), vec![(10, 41)]),
        ((9, 9), vec![(9, 41)]),
        ((50, 50), vec![(9, 41), (50, 50)]),
        ((5, 60), vec![(5, 60)]),
        ((1, 1), vec![(1, 1), (5, 60)]),
        ((0, 0), vec![(1, 1), (5, 60)]),
        ((8, 7), vec![(1, 1), (5, 60)]),
        ((0, 4), vec![(1, 60)]),
        (
            (u64::MAX, u64::MAX),
            vec![(1, 60), (i64::MAX as u64, i64::MAX as u64)],
        ),
    ] {
        store.cover(conv, low, high).unwrap();
        assert_eq!(store.ranges(conv), Ok(expected), "after {low}..={high}");
    }
}

#[test]
fn the_range_around_a_sequence() {
    let (mut store, conv) = store();
    store.cover(conv, 3, 5).unwrap();
    store.cover(conv, 8, 9).unwrap();
    for (seq, expected) in [
        (0, None),
        (2, None),
        (3, Some((3, 5))),
        (5, Some((3, 5))),
        (6, None),
        (8, Some((8, 9))),
        (10, None),
        (u64::MAX, None),
    ] {
        assert_eq!(store.covered(conv, seq), Ok(expected), "{seq}");
    }
}

#[test]
fn conversations_have_their_own() {
    let (mut store, conv) = store();
    let other = store.ensure(&ConvKey::c2c("carol")).unwrap();
    store.cover(conv, 1, 5).unwrap();
    store.cover(other, 6, 9).unwrap();
    assert_eq!(
        (store.ranges(conv), store.ranges(other)),
        (Ok(vec![(1, 5)]), Ok(vec![(6, 9)]))
    );
    assert_eq!(store.covered(other, 1), Ok(None));
}

#[test]
fn covering_what_is_covered_writes_nothing() {
    let (mut store, conv) = store();
    store.cover(conv, 1, 9).unwrap();
    store.commit().unwrap();
    store.cover(conv, 2, 8).unwrap();
    assert_eq!(store.commit(), Ok(false));
}

#[test]
fn any_order_of_covering_gives_the_same_ranges() {
    // A set of numbers against the ranges, for a few thousand pseudo-random covers.
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed % below
    };
    for _ in 0..50 {
        let (mut store, conv) = store();
        let mut model = [false; 66];
        for _ in 0..40 {
            let low = 1 + random(60);
            let high = low + random(5);
            store.cover(conv, low, high).unwrap();
            model[low as usize..=high as usize].fill(true);
            let mut expected: Vec<(u64, u64)> = Vec::new();
            for seq in (1..=65).filter(|&seq| model[seq as usize]) {
                match expected.last_mut() {
                    Some((_, h)) if *h + 1 == seq => *h = seq,
                    _ => expected.push((seq, seq)),
                }
            }
            assert_eq!(store.ranges(conv).unwrap(), expected);
        }
    }
}
