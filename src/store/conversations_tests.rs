#![allow(clippy::unwrap_used)]

use super::super::fixtures::{bob, memory, received};
use super::super::messages::Insert;
use super::*;
use crate::model::messages::{ConvType, Status};

fn group() -> ConvKey {
    ConvKey {
        kind: ConvType::Group,
        id: "bob".into(),
    }
}

fn entry(store: &mut Store, id: &str, change: impl FnOnce(&mut Conversation)) -> i64 {
    let row = store.ensure(&ConvKey::c2c(id)).unwrap();
    let mut c = store.conversation_by_row(row).unwrap().unwrap();
    c.listed = true;
    change(&mut c);
    store.save(&c).unwrap();
    row
}

#[test]
fn a_new_row_is_not_in_the_list() {
    let mut store = memory();
    let row = store.ensure(&bob()).unwrap();
    assert_eq!(store.ensure(&bob()), Ok(row));
    assert_ne!(store.ensure(&group()), Ok(row), "type and id make the key");
    let expected = Conversation {
        row,
        key: bob(),
        listed: false,
        base: 0,
        pinned: false,
        unread: 0,
        read_seq: 0,
        read_time_ms: 0,
        peer_read_seq: 0,
        peer_read_time_ms: 0,
        recv_opt: 0,
        show_name: String::new(),
        face_url: String::new(),
        last_seq: 0,
        clear_seq: 0,
        last: None,
    };
    assert_eq!(store.conversation(&bob()), Ok(Some(expected.clone())));
    assert_eq!(store.conversation_by_row(row), Ok(Some(expected)));
    assert_eq!(store.list(), Ok(vec![]));
    assert_eq!(
        store.conversation(&ConvKey::c2c("Bob")),
        Ok(None),
        "ids are case-sensitive"
    );
    assert_eq!(store.conversation_by_row(99), Ok(None));
}

#[test]
fn every_column_comes_back() {
    let mut store = memory();
    let row = store.ensure(&group()).unwrap();
    let Ok(Insert::New(message_row)) = store.insert(row, &received(1)) else {
        panic!()
    };
    let mut last = received(1);
    last.row = message_row;
    last.conv = group();
    let full = Conversation {
        row,
        key: group(),
        listed: true,
        base: i64::MAX,
        pinned: true,
        unread: u32::MAX,
        read_seq: i64::MAX as u64,
        read_time_ms: i64::MIN,
        peer_read_seq: 4,
        peer_read_time_ms: 5,
        recv_opt: 4,
        show_name: "n".into(),
        face_url: "f".into(),
        last_seq: 6,
        clear_seq: 4,
        last: Some(Box::new(last)),
    };
    store.save(&full).unwrap();
    assert_eq!(store.conversation(&group()), Ok(Some(full.clone())));
    assert_eq!(store.list(), Ok(vec![full.clone()]));
    // A preview that is not stored, and none at all.
    for last in [Some(Box::new(received(9))), None] {
        store.save(&Conversation { last, ..full.clone() }).unwrap();
        assert_eq!(
            store.conversation(&group()),
            Ok(Some(Conversation {
                last: None,
                ..full.clone()
            }))
        );
    }
    assert!(matches!(
        store.save(&Conversation { row: 99, ..full }),
        Err(StoreError::Sql(_))
    ));
}

#[test]
fn the_list_is_in_order() {
    let mut store = memory();
    entry(&mut store, "low", |c| c.base = 1);
    entry(&mut store, "pinned", |c| (c.base, c.pinned) = (2, true));
    entry(&mut store, "high", |c| c.base = 9);
    entry(&mut store, "pinned too", |c| (c.base, c.pinned) = (3, true));
    entry(&mut store, "hidden", |c| (c.base, c.listed) = (99, false));
    let list = store.list().unwrap();
    let ids: Vec<_> = list.iter().map(|c| &c.key.id[..]).collect();
    assert_eq!(ids, ["pinned too", "pinned", "high", "low"]);
    assert!(list.is_sorted_by_key(|c| std::cmp::Reverse(c.order_key())));
}

#[test]
fn totals_leave_out_what_is_muted_or_not_listed() {
    // Spec 05 section 6.3.
    let mut store = memory();
    assert_eq!(store.total_unread(), Ok(0));
    for opt in 0..=4 {
        entry(&mut store, &format!("{opt}"), |c| {
            (c.recv_opt, c.unread) = (opt, 1 << opt)
        });
    }
    entry(&mut store, "hidden", |c| (c.listed, c.unread) = (false, 100));
    assert_eq!(store.total_unread(), Ok(1 + 16));
    entry(&mut store, "many", |c| c.unread = u32::MAX);
    entry(&mut store, "too", |c| c.unread = u32::MAX);
    assert_eq!(store.total_unread(), Ok(17 + 2 * u64::from(u32::MAX)));
}

#[test]
fn order_keys_that_are_taken() {
    let mut store = memory();
    assert_eq!(store.largest_base(), Ok(0));
    let a = entry(&mut store, "a", |c| c.base = 1000);
    let b = entry(&mut store, "b", |c| c.base = 2000);
    assert_eq!(store.largest_base(), Ok(2000));
    assert_eq!(store.base_taken(1000, a), Ok(false), "by itself");
    assert_eq!(store.base_taken(1000, b), Ok(true));
    assert_eq!(store.base_taken(1001, b), Ok(false));
}

#[test]
fn a_deleted_message_is_no_preview() {
    let mut store = memory();
    let row = store.ensure(&bob()).unwrap();
    store.insert(row, &received(1)).unwrap();
    entry(&mut store, "bob", |c| {
        c.last = Some(Box::new(crate::model::messages::Message {
            row: 1,
            ..received(1)
        }))
    });
    assert!(store.list().unwrap()[0].last.is_some());
    store.set_status(1, Status::Deleted).unwrap();
    assert_eq!(store.list().unwrap()[0].last, None);
    assert_eq!(store.conversation(&bob()).unwrap().unwrap().last, None);
}
