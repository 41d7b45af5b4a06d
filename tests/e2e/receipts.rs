//! Read receipts of single messages.

use serde_json::Value;
use timbre::engine::{EventKind, Op, ReceiptOp};
use timbre::model::messages::{HistoryParam, MessageDraft, decode_named};

use crate::support::{Device, Server, named, page, sent};

fn ask(extra: &str) -> String {
    format!(
        r#"{{"message_need_read_receipt":true,{extra}"message_elem_array":[{{"elem_type":0,"text_elem_content":"read me"}}]}}"#
    )
}

fn drafts(messages: &[Value]) -> Vec<MessageDraft> {
    messages.iter().map(decode_named).collect()
}

fn send_receipts(device: &Device, messages: &[Value]) -> (i32, String) {
    let outcome = device.call(Op::Receipts(ReceiptOp::Send(drafts(messages))));
    assert_eq!(outcome.json, "");
    (outcome.code, outcome.desc.into_owned())
}

fn get_receipts(device: &Device, messages: &[Value]) -> Vec<Value> {
    let outcome = device.call(Op::Receipts(ReceiptOp::Get(drafts(messages))));
    assert_eq!((outcome.code, &*outcome.desc), (0, ""), "{messages:#?}");
    serde_json::from_str(&outcome.json).unwrap()
}

fn receipt_event(device: &Device) -> Vec<Value> {
    device.until("a receipt", |event| match event {
        EventKind::ReadReceipts { json } => Some(serde_json::from_str(json).unwrap()),
        _ => None,
    })
}

/// The newest message of a conversation as this device has it.
fn newest(device: &Device, peer: &str) -> Value {
    device.history(peer, page(1)).remove(0)
}

// RR-01, RR-03, RR-04, RR-07, RR-09, RR-11, RR-18, RR-21, RR-22, MSG-013, MSG-049, P7
#[test]
fn a_receipt_reaches_the_sender_and_the_readers_devices() {
    let server = Server::start();
    let (alice, bob, tablet) = (server.phone("alice"), server.phone("bob"), server.desktop("bob"));
    let message = sent(&alice, "bob", &ask(""));
    assert_eq!(message["message_need_read_receipt"], true);
    assert_eq!(message["message_receipt_peer_read"], false);
    bob.hears(1);
    tablet.hears(1);
    let received = newest(&bob, "alice");
    assert_eq!(received["message_need_read_receipt"], true);
    assert_eq!(received["message_has_sent_receipt"], false);

    assert_eq!(send_receipts(&bob, &[received]), (0, String::new()));
    assert_eq!(newest(&bob, "alice")["message_has_sent_receipt"], true);
    let conv = bob.conversation("alice").unwrap();
    assert_eq!(conv["conv_unread_num"], 1, "a receipt does not mark as read");
    assert_eq!(conv["conv_last_msg"]["message_has_sent_receipt"], true);

    let told = receipt_event(&alice);
    let one = &told[0];
    assert_eq!(told.len(), 1);
    assert_eq!(one["msg_receipt_conv_id"], "bob");
    assert_eq!(one["msg_receipt_conv_type"], 1);
    assert_eq!(one["msg_receipt_msg_id"], message["message_msg_id"]);
    assert_eq!(one["msg_receipt_is_peer_read"], true);
    let now = crate::support::now_s();
    let time = one["msg_receipt_time_stamp"].as_i64().unwrap();
    assert!((now - 60..=now + 1).contains(&time), "{time}");
    assert_eq!(
        (&one["msg_receipt_read_count"], &one["msg_receipt_unread_count"]),
        (&0.into(), &0.into())
    );
    let own = newest(&alice, "bob");
    assert_eq!(own["message_receipt_peer_read"], true);
    assert_eq!(
        own["message_is_peer_read"], false,
        "the conversation was not read"
    );

    tablet.await_conversation("alice", "the receipt of the phone", |conv| {
        conv["conv_last_msg"]["message_has_sent_receipt"] == true
    });
}

// RR-06: own messages, those without the flag and those that have one are passed over, without a word.
#[test]
fn a_whole_page_can_be_handed_over() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    sent(&alice, "bob", &ask(""));
    alice.say("bob", "no receipt wanted");
    bob.hears(2);
    sent(&bob, "alice", &ask(""));
    let all = bob.history("alice", page(10));
    assert_eq!(all.len(), 3);
    assert_eq!(send_receipts(&bob, &all).0, 0);
    assert_eq!(receipt_event(&alice).len(), 1);
    // A second time there is nothing to send, not even without a network.
    let all = bob.history("alice", page(10));
    assert_eq!(send_receipts(&bob, &all).0, 0);
    let own: Vec<Value> = all
        .into_iter()
        .filter(|m| m["message_is_from_self"] == true)
        .collect();
    assert_eq!(send_receipts(&bob, &own).0, 0);
    alice.say("bob", "a mark");
    bob.hears(1);
    let later = alice.told();
    assert!(
        !later.iter().any(|e| matches!(e, EventKind::ReadReceipts { .. })),
        "{later:?}"
    );
}

// RR-05: at most 30, of one conversation.
#[test]
fn too_many_and_mixed_and_unknown_messages_are_refused() {
    let server = Server::start();
    let (alice, bob, carol) = (server.phone("alice"), server.phone("bob"), server.phone("carol"));
    sent(&alice, "bob", &ask(""));
    sent(&carol, "bob", &ask(""));
    bob.hears(2);
    let (from_alice, from_carol) = (newest(&bob, "alice"), newest(&bob, "carol"));
    let many = |n: usize| vec![from_alice.clone(); n];
    let (code, text) = send_receipts(&bob, &many(31));
    assert_eq!(code, 6017);
    assert!(text.contains("31") && text.contains("30"), "{text}");
    let outcome = bob.call(Op::Receipts(ReceiptOp::Get(drafts(&many(31)))));
    assert_eq!((outcome.code, outcome.json.as_str()), (6017, ""));
    assert_eq!(send_receipts(&bob, &[from_alice.clone(), from_carol]).0, 6017);
    let nobody = named("not-there-1");
    assert_eq!(send_receipts(&bob, &[nobody]).0, 6017);
    // Thirty are allowed; one message several times is one.
    assert_eq!(send_receipts(&bob, &many(30)).0, 0);
    assert_eq!(receipt_event(&alice).len(), 1);
}

// RR-10, RR-11: the state of a page, own messages that ask for receipts alone.
#[test]
fn receipts_are_pulled_in_the_order_asked() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let first = sent(&alice, "bob", &ask(""));
    let second = sent(&alice, "bob", &ask(""));
    let plain = alice.say("bob", "no receipt");
    bob.hears(3);
    sent(&bob, "alice", &ask(""));
    alice.hears(1);
    let theirs = newest(&alice, "bob");
    let asked = [second.clone(), plain, theirs, first.clone()];
    let told = get_receipts(&alice, &asked);
    let ids = |list: &[Value]| {
        list.iter()
            .map(|r| r["msg_receipt_msg_id"].clone())
            .collect::<Vec<_>>()
    };
    let expected = [second["message_msg_id"].clone(), first["message_msg_id"].clone()];
    assert_eq!(ids(&told), expected);
    for one in &told {
        assert_eq!(
            (&one["msg_receipt_is_peer_read"], &one["msg_receipt_time_stamp"]),
            (&false.into(), &0.into())
        );
    }
    let received = bob.history("alice", page(10));
    let read = received
        .iter()
        .find(|m| m["message_msg_id"] == first["message_msg_id"])
        .unwrap();
    assert_eq!(send_receipts(&bob, std::slice::from_ref(read)).0, 0);
    let told = get_receipts(&alice, &asked);
    assert_eq!(told[0]["msg_receipt_is_peer_read"], false);
    assert_eq!(told[1]["msg_receipt_is_peer_read"], true);
    assert!(told[1]["msg_receipt_time_stamp"].as_i64().unwrap() > 0);
    assert_eq!(get_receipts(&alice, &asked[1..3]), Vec::<Value>::new());
}

// RR-09: a device that was away, one that comes new, and a message handed over by its numbers alone.
#[test]
fn receipts_are_learnt_later_by_every_device() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let message = sent(&alice, "bob", &ask(""));
    bob.hears(1);
    let away = alice.restart();
    // The tablet has no history: it names the message by what the phone knows of it.
    let mut numbers = newest(&bob, "alice");
    numbers["message_msg_id"] = "".into();
    let tablet = server.device("bob", timbre_protocol::Platform::Linux);
    tablet.login(&server);
    assert_eq!(send_receipts(&tablet, &[numbers]).0, 0);

    away.login(&server);
    let back = newest(&away, "bob");
    assert_eq!(back["message_receipt_peer_read"], true, "told by the log");
    let fresh = server.desktop("alice");
    let pulled = fresh
        .history(
            "bob",
            HistoryParam {
                cloud: true,
                ..page(5)
            },
        )
        .remove(0);
    assert_eq!(pulled["message_msg_id"], message["message_msg_id"]);
    assert_eq!(
        pulled["message_receipt_peer_read"], true,
        "told by the message itself"
    );
    let fresh = server.device("bob", timbre_protocol::Platform::Windows);
    fresh.login(&server);
    let pulled = fresh
        .history(
            "alice",
            HistoryParam {
                cloud: true,
                ..page(5)
            },
        )
        .remove(0);
    assert_eq!(pulled["message_has_sent_receipt"], true);
}

// RR-01: a receipt cannot be asked for where nothing is stored: the flag is dropped.
#[test]
fn an_online_only_message_asks_for_no_receipt() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let message = sent(&alice, "bob", &ask(r#""message_is_online_msg":true,"#));
    assert_eq!(message["message_need_read_receipt"], false);
    let heard = bob.until("the message", |e| match e {
        EventKind::NewMessages { json, .. } => Some(serde_json::from_str::<Value>(json).unwrap()[0].clone()),
        _ => None,
    });
    assert_eq!(heard["message_need_read_receipt"], false);
    assert_eq!(send_receipts(&bob, &[heard]).0, 6017, "it is stored nowhere");
}

// The callback has no code; a one-to-one message ends it with an empty last page.
#[test]
fn a_one_to_one_message_has_no_list_of_readers() {
    let server = Server::start();
    let (alice, _bob) = (server.phone("alice"), server.phone("bob"));
    let message = sent(&alice, "bob", &ask(""));
    for one in [message, named("unknown")] {
        let outcome = alice.call(Op::Receipts(ReceiptOp::Members(Box::new(decode_named(&one)))));
        assert_eq!(
            (outcome.code, outcome.json.as_str()),
            (6017, "[]"),
            "{}",
            outcome.desc
        );
    }
}

// RR-10: without a network there is no answer; what is known stands on the message.
#[test]
fn without_a_network_receipts_are_not_told() {
    let mut server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let message = sent(&alice, "bob", &ask(""));
    bob.hears(1);
    let received = newest(&bob, "alice");
    server.stop();
    let outcome = alice.call(Op::Receipts(ReceiptOp::Get(drafts(&[message]))));
    assert_eq!(
        (outcome.code, outcome.json.as_str()),
        (9508, ""),
        "{}",
        outcome.desc
    );
    assert_eq!(send_receipts(&bob, &[received]).0, 9508);
    assert_eq!(newest(&bob, "alice")["message_has_sent_receipt"], false);
}

#[test]
fn nobody_logged_in_is_the_first_thing_said() {
    let server = Server::start();
    let alice = server.device("alice", timbre_protocol::Platform::Linux);
    let some = || drafts(&[named("a")]);
    let member = || Box::new(decode_named(&named("a")));
    for (op, empty) in [
        (ReceiptOp::Send(some()), ""),
        (ReceiptOp::Get(some()), ""),
        (ReceiptOp::Members(member()), "[]"),
    ] {
        let outcome = alice.call(Op::Receipts(op));
        assert_eq!((outcome.code, outcome.json.as_str()), (6014, empty));
    }
}
