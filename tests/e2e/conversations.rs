//! The conversation list, unread counts, read positions.

use timbre::engine::{CleanScope, EventKind, Op};
use timbre::model::messages::ConvKey;

use crate::support::{Device, Server, text_json};

fn clean(device: &Device, scope: CleanScope) {
    let outcome = device.call(Op::CleanUnread {
        scope,
        timestamp: 0,
        sequence: 0,
    });
    assert_eq!((outcome.code, outcome.json.as_str()), (0, ""), "{}", outcome.desc);
}

fn list(device: &Device) -> Vec<String> {
    let outcome = device.call(Op::GetConvList);
    assert_eq!(outcome.code, 0);
    let list: serde_json::Value = serde_json::from_str(&outcome.json).unwrap();
    list.as_array()
        .unwrap()
        .iter()
        .map(|c| c["conv_id"].as_str().unwrap().to_owned())
        .collect()
}

// CONV-01, CONV-05, CONV-12, CONV-17, CONV-18, CONV-32, CONV-33, CONV-38, CONV-51, CONV-62
#[test]
fn a_message_makes_an_entry_on_both_sides_newest_first() {
    let server = Server::start();
    let alice = server.phone("alice");
    let (bob, carol) = (server.phone("bob"), server.phone("carol"));
    alice.say("bob", "to bob");
    alice.say("carol", "to carol");
    assert_eq!(list(&alice), ["carol", "bob"]);
    alice.say("bob", "again");
    assert_eq!(list(&alice), ["bob", "carol"]);
    bob.hears(2);
    carol.hears(1);
    let entry = bob.await_conversation("alice", "the entry", |c| c["conv_unread_num"] == 2);
    assert_eq!(entry["conv_type"], 1);
    assert_eq!(entry["conv_show_name"], "alice");
    assert_eq!(entry["conv_is_has_lastmsg"], true);
    assert_eq!(
        entry["conv_last_msg"]["message_elem_array"][0]["text_elem_content"],
        "again"
    );
    assert!(
        entry.get("conv_group_type").is_none(),
        "a type would read as Public"
    );
    let both = alice.call(Op::GetConvInfo(vec![
        ConvKey::c2c("carol"),
        ConvKey::c2c("nobody"),
        ConvKey::c2c("bob"),
    ]));
    let both: serde_json::Value = serde_json::from_str(&both.json).unwrap();
    let ids: Vec<_> = both
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["conv_id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["carol", "bob"]);
}

// CONV-10, CONV-70, CONV-71, CONV-77, CONV-79, CONV-80, RR-19, RD-01, RD-08, MSG-022, MSG-023, P7
#[test]
fn reading_clears_the_count_and_tells_the_peer() {
    let server = Server::start();
    let (alice, bob, carol) = (server.phone("alice"), server.phone("bob"), server.phone("carol"));
    assert_eq!(bob.total_unread(), 0);
    alice.say("bob", "1");
    let last = alice.say("bob", "2");
    carol.say("bob", "3");
    bob.until("a total of 3", |e| {
        matches!(e, EventKind::TotalUnread(3)).then_some(())
    });
    assert_eq!(bob.total_unread(), 3);
    clean(&bob, CleanScope::One(ConvKey::c2c("alice")));
    let entry = bob.conversation("alice").unwrap();
    assert_eq!((&entry["conv_unread_num"], bob.total_unread()), (&0.into(), 1));
    assert_eq!(entry["conv_c2c_read_timestamp"], last["message_server_time"]);
    assert_eq!(entry["conv_last_msg"]["message_is_read"], true);
    let receipt = alice.until("the receipt", |e| match e {
        EventKind::ReadReceipts { json } => Some(json.clone()),
        _ => None,
    });
    let receipt: serde_json::Value = serde_json::from_str(&receipt).unwrap();
    assert_eq!(receipt[0]["msg_receipt_conv_id"], "bob");
    assert_eq!(receipt[0]["msg_receipt_msg_id"], "");
    assert_eq!(receipt[0]["msg_receipt_is_peer_read"], true);
    assert_eq!(receipt[0]["msg_receipt_time_stamp"], last["message_server_time"]);
    let entry = alice.await_conversation("bob", "the flipped preview", |c| {
        c["conv_last_msg"]["message_is_peer_read"] == true
    });
    assert_eq!(entry["conv_unread_num"], 0);
    clean(&bob, CleanScope::All);
    assert_eq!(bob.total_unread(), 0);
    bob.told();
    clean(&bob, CleanScope::AllC2c);
    clean(&bob, CleanScope::AllGroups);
    assert!(bob.told().is_empty(), "clearing nothing is told to nobody");
}

// CONV-81, CONV-86, RD-05, RD-06, RD-10
#[test]
fn reading_up_to_a_message_leaves_the_later_ones_unread() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let first = alice.say("bob", "first");
    // The position is a time in seconds: what follows must come in a later one.
    while alice.client.server_time() <= first["message_server_time"].as_u64().unwrap() {
        std::thread::yield_now();
    }
    alice.say("bob", "second");
    bob.hears(2);
    let json = serde_json::to_string(&first).unwrap();
    let message = timbre::model::messages::decode_receipt_message(Some(&json)).unwrap();
    let mut message = message.unwrap();
    // The message as bob got it stands in the conversation with alice.
    message.conv = Some(ConvKey::c2c("alice"));
    let scope = CleanScope::One(ConvKey::c2c("alice"));
    let outcome = bob.call(Op::ReportRead {
        scope: scope.clone(),
        message: Some(message),
    });
    assert_eq!((outcome.code, &*outcome.desc), (0, "OK"));
    assert_eq!(bob.conversation("alice").unwrap()["conv_unread_num"], 1);
    let outcome = bob.call(Op::ReportRead { scope, message: None });
    assert_eq!(outcome.code, 0);
    assert_eq!(bob.conversation("alice").unwrap()["conv_unread_num"], 0);
}

// CONV-23, CONV-46, CONV-52, RD-01, P5
#[test]
fn the_read_state_roams_between_two_devices() {
    let server = Server::start();
    let alice = server.phone("alice");
    let (phone, desktop) = (server.phone("bob"), server.desktop("bob"));
    for n in 0..4 {
        alice.say("bob", &format!("{n}"));
    }
    phone.hears(4);
    desktop.await_conversation("alice", "four unread", |c| c["conv_unread_num"] == 4);
    clean(&phone, CleanScope::One(ConvKey::c2c("alice")));
    let there = desktop.await_conversation("alice", "the count cleared elsewhere", |c| {
        c["conv_unread_num"] == 0
    });
    let here = phone.conversation("alice").unwrap();
    for key in ["conv_c2c_read_timestamp", "conv_unread_num", "conv_active_time"] {
        assert_eq!(there[key], here[key], "{key}");
    }
    alice.say("bob", "one more");
    desktop.await_conversation("alice", "one unread", |c| c["conv_unread_num"] == 1);
}

// CONV-55, CONV-83, MSG-019, MSG-020
#[test]
fn excluded_messages_do_what_their_flags_say() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    alice.say("bob", "shown");
    let send = |flag: &str, text: &str| {
        let mut json: serde_json::Value = serde_json::from_str(&text_json(text)).unwrap();
        json[flag] = true.into();
        assert_eq!(
            alice.send_json("bob", &json.to_string()).1.recv().unwrap().code,
            0
        );
    };
    bob.hears(1);
    let before = bob.await_conversation("alice", "the entry", |c| c["conv_unread_num"] == 1);
    send("message_excluded_from_last_message", "hidden");
    bob.hears(1);
    let after = bob.await_conversation("alice", "the count", |c| c["conv_unread_num"] == 2);
    assert_eq!(
        after["conv_last_msg"]["message_elem_array"][0]["text_elem_content"],
        "shown"
    );
    assert_eq!(after["conv_active_time"], before["conv_active_time"]);
    send("message_is_excluded_from_unread_count", "uncounted");
    bob.hears(1);
    let last = bob.await_conversation("alice", "the preview", |c| {
        c["conv_last_msg"]["message_elem_array"][0]["text_elem_content"] == "uncounted"
    });
    assert_eq!(last["conv_unread_num"], 2);
}

// CONV-31, CORE-102, MSG-171
#[test]
fn the_list_is_readable_without_a_server() {
    let mut server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    alice.say("bob", "kept");
    bob.hears(1);
    server.stop();
    let bob = bob.restart();
    bob.client
        .login("bob", server.sig("bob"), timbre::engine::Done::ignore());
    assert_eq!(list(&bob), ["alice"]);
    assert_eq!(bob.local_texts("alice"), ["kept"]);
}

#[test]
fn explain_names_what_is_here_and_what_is_not() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    for n in 0..3 {
        alice.say("bob", &format!("{n}"));
    }
    bob.hears(3);
    let outcome = bob.call(Op::Explain(ConvKey::c2c("alice")));
    let value: serde_json::Value = serde_json::from_str(&outcome.json).unwrap();
    assert_eq!(value["conversation"]["last_seq"], 3);
    assert_eq!(
        value["conversation"]["complete_ranges"],
        serde_json::json!([[1, 3]])
    );
    assert_eq!(value["conversation"]["holes"], serde_json::json!([]));
    assert_eq!(value["log"]["missing"], 0);
    assert_eq!(value["link"]["state"], "up");
    let unknown = bob.call(Op::Explain(ConvKey::c2c("zed")));
    let value: serde_json::Value = serde_json::from_str(&unknown.json).unwrap();
    assert_eq!(value["conversation"]["known"], false);
}
