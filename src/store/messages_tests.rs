#![allow(clippy::unwrap_used)]

use timbre_protocol::{CustomElement, Element, element::Kind};

use super::super::fixtures::{bob, memory, received, sending, text};
use super::*;

/// A store with one conversation and these messages in it.
pub(super) fn with(messages: &[Message]) -> (Store, i64) {
    let mut store = memory();
    let row = store.ensure(&bob()).unwrap();
    for m in messages {
        new(&mut store, row, m);
    }
    (store, row)
}

pub(super) fn new(store: &mut Store, conv_row: i64, m: &Message) -> i64 {
    match store.insert(conv_row, m).unwrap() {
        Insert::New(row) => row,
        Insert::Known(_) => panic!("{} is known", m.msg_id),
    }
}

pub(super) fn older(conv_row: i64, limit: u32) -> PageQuery {
    PageQuery {
        conv_row,
        start: PageStart::End,
        newer: false,
        limit,
        min_time_ms: None,
        max_time_ms: None,
        types: vec![],
    }
}

pub(super) fn newer(conv_row: i64, limit: u32) -> PageQuery {
    PageQuery {
        newer: true,
        ..older(conv_row, limit)
    }
}

/// The random numbers of a page: how the fixtures number messages.
pub(super) fn numbers(store: &Store, query: &PageQuery) -> Vec<u32> {
    store.page(query).unwrap().iter().map(|m| m.rand).collect()
}

pub(super) fn beyond(m: &Message) -> PageStart {
    let (time_ms, ord) = position(m);
    PageStart::Beyond { time_ms, ord }
}

#[test]
fn every_field_comes_back() {
    let mut m = Message {
        sender_tiny: u64::MAX,
        client_time: u32::MAX,
        rand: u32::MAX,
        client_seq: u32::MAX,
        conv_seq: i64::MAX as u64,
        server_time_ms: -1,
        time_ms: i64::MIN,
        status: Status::Revoked,
        flags: u32::MAX,
        priority: 3,
        platform: 255,
        version: u32::MAX,
        custom_int: u32::MAX,
        custom_str: Bytes::from_static(b"\0\xff"),
        origin: Origin::History,
        sender: "\0".into(),
        ..received(1)
    };
    m.body.cloud_custom = Bytes::from_static(b"\xff");
    m.body.push_config = "{}".into();
    m.body.elements.push(Element {
        kind: Some(Kind::Custom(CustomElement::default())),
    });
    let (mut store, conv) = with(&[]);
    m.row = new(&mut store, conv, &m);
    assert_eq!(store.get(&m.msg_id), Ok(Some(m.clone())));
    assert_eq!(store.page(&older(conv, 9)), Ok(vec![m]));
}

#[test]
fn a_known_id_changes_nothing() {
    // P3
    let (mut store, conv) = with(&[received(1)]);
    let other = Message {
        body: text("other"),
        custom_int: 5,
        status: Status::Failed,
        ..received(1)
    };
    assert_eq!(store.insert(conv, &other), Ok(Insert::Known(1)));
    assert_eq!(store.get(&other.msg_id).unwrap().unwrap().body, text("number 1"));
    assert_eq!(store.max_row(), Ok(1));
    // Nor does it disturb the rows that follow, whose number their place is made of.
    let row = new(&mut store, conv, &sending(2, 5));
    let stored = store.get("1000001-1700000000-2").unwrap().unwrap();
    assert_eq!((stored.row, position(&stored)), (row, (5, i64::MAX / 2 + row)));
    assert_eq!(
        store.page(&PageQuery {
            start: beyond(&stored),
            ..older(conv, 9)
        }),
        Ok(vec![])
    );
}

#[test]
fn an_unknown_conversation_takes_no_message() {
    let (mut store, _) = with(&[]);
    assert!(matches!(store.insert(99, &received(1)), Err(StoreError::Sql(_))));
}

#[test]
fn deleted_messages_are_found_by_id_only() {
    let (mut store, conv) = with(&[received(1), received(2)]);
    store.set_status(2, Status::Deleted).unwrap();
    assert_eq!(numbers(&store, &older(conv, 9)), [1]);
    assert_eq!(store.newest_preview(conv).unwrap().unwrap().rand, 1);
    assert_eq!(
        store.get(&received(2).msg_id).unwrap().unwrap().status,
        Status::Deleted
    );
    assert_eq!(store.find(&[received(2).msg_id]).unwrap().len(), 1);
}

#[test]
fn find_keeps_the_order_asked() {
    let (store, _) = with(&[received(1), received(2), received(3)]);
    let id = |n| received(n).msg_id;
    let found = store.find(&[id(3), id(9), id(1), id(3)]).unwrap();
    assert_eq!(found.iter().map(|m| m.rand).collect::<Vec<_>>(), [3, 1]);
    assert_eq!(store.find(&[]), Ok(vec![]));
    assert_eq!(store.get(""), Ok(None));
}

#[test]
fn an_acknowledged_message_takes_its_place() {
    // P1: place and time are the server's.
    let (mut store, conv) = with(&[received(1)]);
    let row = new(&mut store, conv, &sending(5, 1500));
    new(&mut store, conv, &received(3));
    assert_eq!(numbers(&store, &newer(conv, 9)), [1, 5, 3]);
    store.acknowledge(row, 4, 4000).unwrap();
    assert_eq!(numbers(&store, &newer(conv, 9)), [1, 3, 5]);
    let m = store.get(&sending(5, 0).msg_id).unwrap().unwrap();
    assert_eq!(
        (m.status, m.conv_seq, m.server_time_ms, m.time_ms),
        (Status::Sent, 4, 4000, 4000)
    );
    assert_eq!(position(&m), (4000, 4));
    assert!(matches!(store.acknowledge(99, 1, 1), Err(StoreError::Sql(_))));
    assert!(matches!(
        store.set_status(99, Status::Sent),
        Err(StoreError::Sql(_))
    ));
}

#[test]
fn replacing_keeps_local_data_and_origin() {
    let first = Message {
        custom_int: 7,
        custom_str: Bytes::from_static(b"mine"),
        ..sending(1, 500)
    };
    let (mut store, _) = with(&[first]);
    let server = Message {
        body: text("changed"),
        version: 1,
        flags: flags::NO_UNREAD,
        custom_int: 99,
        origin: Origin::History,
        conv_seq: 8,
        server_time_ms: 8000,
        time_ms: 8000,
        status: Status::Sent,
        ..sending(1, 0)
    };
    store.replace(1, &server).unwrap();
    let stored = store.get(&server.msg_id).unwrap().unwrap();
    let expected = Message {
        row: 1,
        custom_int: 7,
        custom_str: Bytes::from_static(b"mine"),
        origin: Origin::OwnSend,
        ..server
    };
    assert_eq!(stored, expected);
}

#[test]
fn resending_keeps_the_identity() {
    let first = Message {
        custom_int: 7,
        custom_str: Bytes::from_static(b"mine"),
        ..sending(1, 500)
    };
    let (mut store, conv) = with(&[first, received(2)]);
    store.set_status(1, Status::Failed).unwrap();
    let again = Message {
        body: text("again"),
        flags: flags::NO_PREVIEW,
        priority: 0,
        time_ms: 9000,
        rand: 77,
        client_time: 1,
        ..sending(1, 0)
    };
    store.resend(1, &again).unwrap();
    let m = store.get(&again.msg_id).unwrap().unwrap();
    assert_eq!(
        (m.status, m.body.clone(), m.flags, m.priority),
        (Status::Sending, text("again"), 2, 0)
    );
    assert_eq!((m.rand, m.client_time, m.time_ms), (1, 1_700_000_000, 9000));
    assert_eq!(
        (m.custom_int, &m.custom_str[..]),
        (7, &b"mine"[..]),
        "not part of what is sent"
    );
    assert_eq!(numbers(&store, &older(conv, 9)), [1, 2]);
    assert!(matches!(store.resend(99, &again), Err(StoreError::Sql(_))));
}

#[test]
fn local_custom_data() {
    // Spec 03 section 11.3.
    let (mut store, _) = with(&[received(1)]);
    let id = received(1).msg_id;
    let data = |store: &Store| {
        let m = store.get(&id).unwrap().unwrap();
        (m.custom_str.to_vec(), m.custom_int)
    };
    assert_eq!(store.set_local_custom(&id, Some(b"\xff"), None), Ok(true));
    assert_eq!(data(&store), (b"\xff".to_vec(), 0));
    assert_eq!(store.set_local_custom(&id, None, Some(u32::MAX)), Ok(true));
    assert_eq!(data(&store), (b"\xff".to_vec(), u32::MAX));
    assert_eq!(store.set_local_custom(&id, Some(b""), Some(0)), Ok(true));
    assert_eq!(data(&store), (vec![], 0));
    assert_eq!(store.set_local_custom(&id, None, None), Ok(true));
    assert_eq!(store.set_local_custom("unknown", Some(b"x"), None), Ok(false));
}

#[test]
fn the_outbox() {
    // P6: what the next start has to settle.
    let foreign_failure = Message {
        status: Status::Failed,
        ..received(9)
    };
    let (mut store, conv) = with(&[sending(3, 1), received(1), sending(2, 2), foreign_failure]);
    for (n, status) in [
        (4, Status::Failed),
        (5, Status::Cancelled),
        (6, Status::Imported),
        (7, Status::Sent),
    ] {
        new(
            &mut store,
            conv,
            &Message {
                status,
                ..sending(n, 3)
            },
        );
    }
    assert_eq!(
        store
            .sending()
            .unwrap()
            .iter()
            .map(|m| m.rand)
            .collect::<Vec<_>>(),
        [3, 2]
    );
    assert_eq!(
        store
            .failed_sends()
            .unwrap()
            .into_iter()
            .map(|(id, _)| id)
            .collect::<Vec<_>>(),
        [sending(4, 0).msg_id, sending(5, 0).msg_id]
    );
    store.acknowledge(1, 2, 2).unwrap();
    store.set_status(3, Status::Failed).unwrap();
    assert_eq!(store.sending(), Ok(vec![]));
    assert_eq!(store.failed_sends().unwrap()[0].0, sending(2, 0).msg_id);
    let plan: String = store
        .read()
        .query_row(
            "EXPLAIN QUERY PLAN SELECT row FROM messages m WHERE m.status IN (1, 3, 7) AND m.status = 1",
            [],
            |r| r.get(3),
        )
        .unwrap();
    assert!(plan.contains("messages_outbox"), "{plan}");
}

#[test]
fn received_messages_that_were_not_thrown() {
    // P3
    let history = Message {
        origin: Origin::History,
        ..received(2)
    };
    let (store, _) = with(&[received(1), history, sending(3, 1), received(4), received(5)]);
    let after = |row| {
        store
            .unthrown(row)
            .unwrap()
            .iter()
            .map(|m| m.rand)
            .collect::<Vec<_>>()
    };
    assert_eq!(after(0), [1, 4, 5]);
    assert_eq!(after(4), [5]);
    assert_eq!(after(5), Vec::<u32>::new());
    assert_eq!(store.max_row(), Ok(5));
}

#[test]
fn history_that_arrives_is_owed_its_callback() {
    // P2, P3
    let history = Message {
        origin: Origin::History,
        ..received(2)
    };
    let (mut store, conv) = with(&[received(1), history, received(3)]);
    let mut entry = store.conversation_by_row(conv).unwrap().unwrap();
    entry.last = store.newest_preview(conv).unwrap().map(Box::new);
    store.save(&entry).unwrap();
    // The third is the preview; the second arrives behind it and stays where it stands in the order.
    assert_eq!(store.arrive(2), Ok(4));
    assert_eq!(numbers(&store, &newer(conv, 9)), [1, 2, 3]);
    let owed: Vec<_> = store.unthrown(3).unwrap().iter().map(|m| m.rand).collect();
    assert_eq!(owed, [2]);
    // As the preview it keeps its place too, and the next message gets the next row.
    assert_eq!(store.arrive(3), Ok(5));
    let preview = store.conversation_by_row(conv).unwrap().unwrap().last;
    assert_eq!(preview.map(|m| m.row), Some(5));
    assert_eq!(new(&mut store, conv, &received(6)), 6);
    assert!(store.arrive(2).is_err(), "the old row is gone");
}

#[test]
fn the_preview() {
    // Spec 05 section 3.4.
    let hidden = Message {
        flags: flags::NO_PREVIEW,
        ..received(3)
    };
    let online = Message {
        flags: flags::ONLINE_ONLY,
        ..received(4)
    };
    let (mut store, conv) = with(&[received(1), received(2), hidden, online]);
    assert_eq!(store.newest_preview(conv).unwrap().unwrap().rand, 2);
    new(
        &mut store,
        conv,
        &Message {
            status: Status::Failed,
            ..sending(9, 2000)
        },
    );
    assert_eq!(
        store.newest_preview(conv).unwrap().unwrap().rand,
        9,
        "failed sends take part"
    );
    assert_eq!(store.newest_preview(conv + 1), Ok(None));
}

#[test]
fn the_newest_sequence_at_a_time() {
    let (mut store, conv) = with(&[received(1), received(2), received(3)]);
    new(&mut store, conv, &sending(9, 2500));
    for (time, expected) in [
        (999, None),
        (1000, Some((1, 1000))),
        (2999, Some((2, 2000))),
        (i64::MAX, Some((3, 3000))),
    ] {
        assert_eq!(store.newest_seq_at(conv, time), Ok(expected), "{time}");
    }
}

#[test]
fn unread_messages_are_counted() {
    // Spec 05 section 6.1.
    let (mut store, conv) = with(&[received(1), received(2)]);
    new(
        &mut store,
        conv,
        &Message {
            flags: flags::NO_UNREAD,
            ..received(3)
        },
    );
    new(
        &mut store,
        conv,
        &Message {
            from_self: true,
            ..received(4)
        },
    );
    new(
        &mut store,
        conv,
        &Message {
            flags: flags::NO_PREVIEW,
            ..received(5)
        },
    );
    new(
        &mut store,
        conv,
        &Message {
            status: Status::Deleted,
            ..received(6)
        },
    );
    new(
        &mut store,
        conv,
        &Message {
            status: Status::Revoked,
            ..received(7)
        },
    );
    new(
        &mut store,
        conv,
        &Message {
            conv_seq: 0,
            status: Status::Imported,
            ..received(8)
        },
    );
    for (after, expected) in [(0, 3), (1, 2), (2, 1), (4, 1), (5, 0), (99, 0), (u64::MAX, 0)] {
        assert_eq!(store.count_unread(conv, after), Ok(expected), "after {after}");
    }
}

#[test]
fn a_row_that_makes_no_sense_is_damage() {
    for column in [
        "status = 99",
        "origin = 7",
        "body = x'ff'",
        "priority = -1",
        "client_time = -1",
    ] {
        let (mut store, conv) = with(&[received(1)]);
        store
            .write()
            .unwrap()
            .execute(&format!("UPDATE messages SET {column}"), [])
            .unwrap();
        let page = store.page(&older(conv, 9));
        assert!(matches!(page, Err(StoreError::Corrupt(_))), "{column}: {page:?}");
    }
}
