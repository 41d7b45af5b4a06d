//! What is attached to messages and how they are received, where the order of things matters.

use timbre_protocol::{
    ConversationState, DoNotDisturb, Extension, ExtensionsChanged, HistoryReply, MessageName, OnlinePush,
    ReactReply, ReceiptNote, SnapshotReply, flags, online_push,
};

use super::super::*;
use super::*;
use crate::model::enums::common::TIMReceiveMessageOpt as Opt;
use crate::model::messages::MessageDraft;

/// A message that this device does not have, named by its numbers.
fn elsewhere() -> MessageDraft {
    MessageDraft {
        conv: Some(ConvKey::c2c("bob")),
        seq: 5,
        rand: 6,
        server_time: 1_700_000_000,
        ..MessageDraft::default()
    }
}

fn react(reaction: &str) -> Op {
    Op::Reactions(ReactionOp::React {
        message: Box::new(elsewhere()),
        reaction: reaction.to_owned(),
        remove: false,
    })
}

fn lose_link(rig: &mut Rig) {
    let link = rig.link;
    rig.input(Input::Link(LinkEvent::Closed {
        link,
        code: 9506,
        text: "reset".to_owned(),
    }));
    rig.requests.clear();
}

fn resume(rig: &mut Rig) {
    rig.pass(2_000);
    rig.open();
    rig.answer(response::Body::Login(LoginReply {
        tiny_id: 1_000_001,
        server_time_ms: rig.now.wall_ms,
        epoch: 5,
        ..LoginReply::default()
    }));
}

fn name(random: u32) -> MessageName {
    MessageName {
        conversation: Some(timbre_protocol::Conversation::c2c("bob")),
        conv_seq: 1,
        sender_tiny_id: 1_000_002,
        client_time: 1_700_000_000,
        random,
    }
}

// RX-09: a core that repeats a request repeats its key, so that the second one is no second reaction.
#[test]
fn a_reaction_whose_answer_was_lost_is_sent_again_under_its_key() {
    let mut rig = Rig::new(&["ws://a/tim/v1"]);
    rig.alice();
    rig.requests.clear();
    rig.call("first", react("like"));
    rig.call("second", react("wow"));
    let keys: Vec<_> = rig.requests.iter().map(|r| r.key.clone()).collect();
    assert!(keys.iter().all(|key| key.len() == 16));
    assert_ne!(keys[0], keys[1], "each call has a key of its own");
    lose_link(&mut rig);
    resume(&mut rig);
    let again: Vec<_> = rig.requests.iter().map(|r| r.key.clone()).collect();
    assert_eq!(again, keys);
    for _ in 0..2 {
        rig.answer(response::Body::React(ReactReply {}));
    }
    assert_eq!(rig.took(), [("first".to_owned(), 0), ("second".to_owned(), 0)]);
    // Reads and settings are idempotent by nature.
    rig.call("read", Op::Options(OptionOp::GetAll));
    assert!(rig.requests[0].key.is_empty());
    rig.input(Input::Shutdown);
}

// RO-22: without a network and without ever having been told there is nothing to answer with.
#[test]
fn do_not_disturb_that_was_never_heard_of_cannot_be_told() {
    let mut rig = Rig::new(&["ws://a/tim/v1"]);
    rig.open();
    rig.login("login", "alice");
    rig.answer(response::Body::Login(LoginReply {
        tiny_id: 1_000_001,
        server_time_ms: rig.now.wall_ms,
        epoch: 5,
        reset: true,
        ..LoginReply::default()
    }));
    lose_link(&mut rig);
    rig.took();
    rig.call("read", Op::Options(OptionOp::GetAll));
    rig.pass(5_001);
    assert_eq!(rig.took(), [("read".to_owned(), 9508)]);
    // Once a snapshot has told it, it can; a first snapshot is no change.
    rig.open();
    rig.answer(response::Body::Login(LoginReply {
        tiny_id: 1_000_001,
        server_time_ms: rig.now.wall_ms,
        epoch: 5,
        reset: true,
        ..LoginReply::default()
    }));
    rig.answer(response::Body::Snapshot(SnapshotReply {
        epoch: 5,
        do_not_disturb: Some(DoNotDisturb {
            kind: 1,
            opt: 2,
            duration_s: 60,
            ..DoNotDisturb::default()
        }),
        ..SnapshotReply::default()
    }));
    lose_link(&mut rig);
    rig.call("read", Op::Options(OptionOp::GetAll));
    rig.pass(5_001);
    assert_eq!(rig.took(), [("read".to_owned(), 0)]);
    let told = |e: &EventKind| matches!(e, EventKind::AllReceiveOption { .. });
    assert!(!rig.events.iter().any(told), "{:?}", rig.events);
}

// RO-23: a snapshot that brings another setting than the one known tells of it, once.
#[test]
fn a_snapshot_tells_of_a_setting_that_has_changed() {
    let mut rig = Rig::new(&["ws://a/tim/v1"]);
    rig.alice();
    let quiet = |opt| {
        Some(DoNotDisturb {
            kind: 1,
            opt,
            duration_s: 60,
            ..DoNotDisturb::default()
        })
    };
    let mut told = Vec::new();
    for opt in [2, 2, 3, 3] {
        lose_link(&mut rig);
        rig.pass(30_000);
        rig.open();
        rig.answer(response::Body::Login(LoginReply {
            tiny_id: 1_000_001,
            server_time_ms: rig.now.wall_ms,
            epoch: 5,
            reset: true,
            ..LoginReply::default()
        }));
        rig.answer(response::Body::Snapshot(SnapshotReply {
            epoch: 5,
            do_not_disturb: quiet(opt),
            ..SnapshotReply::default()
        }));
        let events = std::mem::take(&mut rig.events);
        told.push(
            events
                .iter()
                .filter(|e| matches!(e, EventKind::AllReceiveOption { .. }))
                .count(),
        );
    }
    assert_eq!(told, [0, 0, 1, 0]);
}

// EX-11: pushes that overtake each other leave the newest version, and a gap is asked for.
#[test]
fn an_extension_that_comes_late_does_not_undo_a_newer_one() {
    let mut rig = Rig::new(&["ws://a/tim/v1"]);
    rig.alice();
    rig.requests.clear();
    let push = |version: u64, value: &str, prev_seq: u64| {
        let change = ExtensionsChanged {
            name: Some(name(7)),
            extensions: vec![Extension {
                key: "k".to_owned(),
                value: value.to_owned(),
                version,
                born: 1,
                deleted: false,
            }],
            prev_seq,
            latest_seq: prev_seq + 1,
        };
        Kind::OnlinePush(OnlinePush {
            kind: Some(online_push::Kind::Extensions(change)),
        })
    };
    rig.packet(push(1, "old", 0));
    rig.packet(push(3, "new", 2));
    rig.packet(push(2, "late", 1));
    let draft = MessageDraft {
        given_id: "1000002-1700000000-7".to_owned(),
        ..elsewhere()
    };
    let get = || {
        Op::Extensions(Box::new(ExtensionOp {
            message: draft.clone(),
            action: ExtensionAction::Get,
        }))
    };
    rig.call("get", get());
    match rig.bodies()[0] {
        request::Body::GetExtensions(asked) => {
            assert_eq!(asked.after_seq, 2, "the third came too early to count")
        }
        other => panic!("{other:?}"),
    }
    lose_link(&mut rig);
    let set = Op::Extensions(Box::new(ExtensionOp {
        message: draft.clone(),
        action: ExtensionAction::Delete(vec!["k".to_owned()]),
    }));
    rig.call("delete", set);
    resume(&mut rig);
    let versions: Vec<_> = rig
        .bodies()
        .iter()
        .filter_map(|body| match body {
            request::Body::DeleteExtensions(asked) => Some(asked.keys[0].version),
            _ => None,
        })
        .collect();
    assert_eq!(versions, [3]);
    rig.input(Input::Shutdown);
}

// RO-02: what was not delivered is history, even when a catch-up brings it between messages that were.
#[test]
fn a_catch_up_throws_nothing_that_was_not_delivered() {
    let mut rig = Rig::new(&["ws://a/tim/v1"]);
    rig.open();
    rig.login("login", "alice");
    rig.answer(response::Body::Login(LoginReply {
        tiny_id: 1_000_001,
        server_time_ms: rig.now.wall_ms,
        epoch: 5,
        reset: true,
        ..LoginReply::default()
    }));
    rig.answer(response::Body::Snapshot(SnapshotReply {
        epoch: 5,
        conversations: vec![ConversationState {
            conversation: Some(timbre_protocol::Conversation::c2c("bob")),
            last_seq: 3,
            unread: 2,
            active_ms: 1,
            ..ConversationState::default()
        }],
        ..SnapshotReply::default()
    }));
    let page = |seq: u64, flags: u32| match rig.entry(seq, &format!("m{seq}")).change {
        Some(log_entry::Change::Message(bytes)) => {
            let mut message = ChatMessage::decode(bytes).expect("a message");
            message.flags = flags;
            Bytes::from(message.encode_to_vec())
        }
        other => panic!("{other:?}"),
    };
    let messages = vec![page(3, 0), page(2, flags::NOT_DELIVERED), page(1, 0)];
    rig.answer(response::Body::History(HistoryReply {
        messages,
        low_seq: 1,
        high_seq: 3,
        finished: true,
    }));
    assert_eq!(rig.thrown(), ["m1", "m3"]);
}

// RR-09: receipts of a batch are told together, of messages that are not here by the ids that they have.
#[test]
fn a_receipt_for_a_message_that_is_not_here_is_told_under_its_id() {
    let mut rig = Rig::new(&["ws://a/tim/v1"]);
    rig.alice();
    rig.events.clear();
    let note = ReceiptNote {
        messages: vec![name(7), name(8)],
        time_ms: 1_700_000_009_999,
    };
    let entry = LogEntry {
        seq: 1,
        change: Some(log_entry::Change::Receipts(note)),
    };
    rig.push(&[entry], 1);
    let told: Vec<_> = rig
        .events
        .iter()
        .filter_map(|event| match event {
            EventKind::ReadReceipts { json } => Some(json.as_str()),
            _ => None,
        })
        .collect();
    let one = |id: &str| {
        format!(
            "{{\"msg_receipt_conv_id\":\"bob\",\"msg_receipt_conv_type\":1,\"msg_receipt_is_peer_read\":true,\
             \"msg_receipt_msg_id\":\"{id}\",\"msg_receipt_read_count\":0,\"msg_receipt_time_stamp\":1700000009,\
             \"msg_receipt_unread_count\":0}}"
        )
    };
    let expected = format!(
        "[{},{}]",
        one("1000002-1700000000-7"),
        one("1000002-1700000000-8")
    );
    assert_eq!(told, [expected]);
}

// RO-19: the driver tells the time zone; it goes with the login and with the setting.
#[test]
fn the_time_zone_goes_with_the_login_and_with_the_setting() {
    let mut rig = Rig::new(&["ws://a/tim/v1"]);
    rig.input(Input::Zone(3600));
    rig.open();
    rig.login("login", "alice");
    match rig.bodies()[0] {
        request::Body::Login(login) => assert_eq!(login.zone_offset_s, 3600),
        other => panic!("{other:?}"),
    }
    rig.answer(response::Body::Login(LoginReply {
        tiny_id: 1_000_001,
        epoch: 5,
        ..LoginReply::default()
    }));
    rig.input(Input::Zone(-18_000));
    let daily = OptionOp::SetDaily {
        opt: Opt::kTIMRecvMsgOpt_Not_Notify,
        start: [22, 30, 15],
        duration: 60,
    };
    rig.call("daily", Op::Options(daily));
    match rig.bodies()[0] {
        request::Body::SetDoNotDisturb(set) => {
            assert_eq!((set.zone_offset_s, set.start_of_day), (-18_000, 81_015));
        }
        other => panic!("{other:?}"),
    }
    rig.input(Input::Shutdown);
}
