//! Deleting messages and clearing histories.

use serde_json::{Value, json};
use timbre::engine::{CleanScope, EventKind, Op};
use timbre::model::error::Outcome;
use timbre::model::experimental::Operation;
use timbre::model::messages::{ConvKey, decode_named};

use super::{
    clear, delete, delete_list, find, id_of, message_in, modify, modify_op, recall, save, settle, status,
    texts, with_text,
};
use crate::support::{Server, text_of};

// MSG-220, MSG-221, MSG-225, FM-01, FM-04, P7
#[test]
fn a_local_deletion_hides_a_message_on_this_device() {
    let mut server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let first = alice.say("bob", "first");
    let second = alice.say("bob", "second");
    bob.hears(2);
    let order = bob.conversation("alice").unwrap()["conv_active_time"].clone();
    assert_eq!(delete(&bob, "alice", &second, false), Outcome::ok(""));
    assert_eq!(texts(&bob, "alice", false), ["first"]);
    assert_eq!(
        texts(&bob, "alice", true),
        ["first"],
        "its copy in the cloud stays hidden"
    );
    let conv = bob.conversation("alice").unwrap();
    assert_eq!(text_of(&conv["conv_last_msg"]), "first");
    assert_eq!(
        (&conv["conv_active_time"], &conv["conv_unread_num"]),
        (&order, &json!(1))
    );
    assert_eq!(status(&bob, &second), Some(4), "it can still be found");
    assert_eq!(delete(&bob, "alice", &second, false).code, 0, "again is no error");
    assert_eq!(bob.conversation("alice").unwrap()["conv_unread_num"], 1);
    for unknown in [
        json!({"message_elem_array": [], "message_msg_id": "", "message_seq": 0, "message_rand": 0}),
        json!({"message_elem_array": []}),
    ] {
        assert_eq!(delete(&bob, "alice", &unknown, false).code, 0);
        assert_eq!(delete(&bob, "alice", &unknown, true).code, 0);
    }
    assert_eq!(
        texts(&bob, "alice", false),
        ["first"],
        "nothing named, nothing deleted"
    );
    // A message that is not here yet stays hidden when it comes.
    let tablet = server.desktop("bob");
    let clean = Op::CleanUnread {
        scope: CleanScope::All,
        timestamp: 0,
        sequence: 0,
    };
    assert_eq!(tablet.call(clean).code, 0);
    assert_eq!(
        texts(&tablet, "alice", false),
        ["second", "first"],
        "another device keeps it"
    );
    let laptop = server.device("bob", timbre_protocol::Platform::Windows);
    laptop.login(&server);
    assert_eq!(delete(&laptop, "alice", &first, false).code, 0);
    assert_eq!(texts(&laptop, "alice", true), ["second"]);
    // Without a network, and without a login.
    server.stop();
    assert_eq!(delete(&bob, "alice", &first, false).code, 0);
    assert_eq!(texts(&bob, "alice", false), [""; 0]);
    assert_eq!(bob.conversation("alice").unwrap()["conv_is_has_lastmsg"], false);
    let bob = bob.restart();
    let outcome = delete(&bob, "alice", &first, false);
    assert_eq!((outcome.code, &*outcome.desc), (6014, "not init database"));
}

// MSG-222, MSG-224, MSG-225, MSG-161, FM-04, P7
#[test]
fn a_deletion_in_the_cloud_is_for_this_user_and_for_good() {
    let server = Server::start();
    let (alice, bob, tablet) = (server.phone("alice"), server.phone("bob"), server.desktop("bob"));
    let sent: Vec<Value> = (0..5).map(|n| alice.say("bob", &format!("t{n}"))).collect();
    bob.hears(5);
    tablet.hears(5);
    let order = bob.conversation("alice").unwrap()["conv_active_time"].clone();
    // A wrong conversation argument does not matter: the messages say where they are.
    let found: Vec<Value> = [4, 2]
        .iter()
        .map(|n| find(&bob, &id_of(&sent[*n])).unwrap())
        .collect();
    assert_eq!(
        delete_list(&bob, "carol", &[&found[0], &found[1]]),
        Outcome::ok("")
    );
    assert_eq!(texts(&bob, "alice", false), ["t3", "t1", "t0"]);
    assert_eq!(texts(&bob, "alice", true), ["t3", "t1", "t0"]);
    let conv = bob.conversation("alice").unwrap();
    assert_eq!(text_of(&conv["conv_last_msg"]), "t3");
    assert_eq!(
        (&conv["conv_active_time"], &conv["conv_unread_num"]),
        (&order, &json!(3))
    );
    let gone = find(&bob, &id_of(&sent[4])).unwrap();
    assert_eq!(
        (&gone["message_status"], &gone["message_elem_array"]),
        (&json!(4), &json!([]))
    );
    // By the other function; a message that only this device has goes with it.
    let outcome = loop {
        let outcome = delete(&bob, "alice", &found[0], true);
        if outcome.code != 7008 {
            break outcome;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    };
    assert_eq!(outcome.code, 0, "again is no error");
    let saved = message_in(&save(&bob, "alice", &with_text(&json!({}), "saved")));
    assert_eq!(delete_list(&bob, "alice", &[&saved]).code, 0);
    assert_eq!(status(&bob, &saved), Some(4));
    // The peer, and the device that had them, keep them; the unread number is everybody's.
    assert_eq!(texts(&alice, "bob", true).len(), 5);
    assert_eq!(texts(&tablet, "alice", false).len(), 5);
    tablet.await_conversation("alice", "the unread number", |c| c["conv_unread_num"] == 3);
    // A device that does not have them never gets them.
    let laptop = server.device("bob", timbre_protocol::Platform::Windows);
    laptop.login(&server);
    assert_eq!(texts(&laptop, "alice", false), ["t3", "t1", "t0"]);
    assert_eq!(texts(&laptop, "alice", true), ["t3", "t1", "t0"]);
    let conv = laptop.conversation("alice").unwrap();
    assert_eq!(
        (text_of(&conv["conv_last_msg"]), &conv["conv_unread_num"]),
        ("t3".to_owned(), &json!(3))
    );
    // What is recalled or modified after it was deleted stays away.
    assert_eq!(modify(&alice, &with_text(&sent[4], "new")).code, 0);
    assert_eq!(recall(&alice, "bob", &sent[2]).code, 0);
    settle(&alice);
    settle(&bob);
    assert_eq!(status(&bob, &sent[2]), Some(4));
    assert_eq!(texts(&bob, "alice", true), ["t3", "t1", "t0"]);
    assert_eq!(bob.conversation("alice").unwrap()["conv_unread_num"], 3);
    let phone = server.device("bob", timbre_protocol::Platform::Iphone);
    phone.login(&server);
    assert_eq!(texts(&phone, "alice", true), ["t3", "t1", "t0"]);
}

// MSG-223
#[test]
fn deletions_in_the_cloud_have_limits() {
    let mut server = Server::with(|config| config.delete_max = 3);
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let sent: Vec<Value> = (0..4).map(|n| alice.say("bob", &format!("t{n}"))).collect();
    let other = alice.say("alice", "note");
    bob.hears(4);
    let names: Vec<&Value> = sent.iter().collect();
    let outcome = delete_list(&alice, "bob", &names);
    assert_eq!(
        (outcome.code, &*outcome.desc),
        (6017, "The size of messages must be between (0, 3]")
    );
    assert_eq!(
        delete_list(&alice, "bob", &[&sent[0], &other]).code,
        6017,
        "two conversations"
    );
    let online = json!({"message_elem_array": [], "message_msg_id": "1-2-3", "message_is_online_msg": true});
    assert_eq!(delete_list(&alice, "bob", &[&online]).code, 6017);
    assert_eq!(delete_list(&alice, "bob", &names[..3]).code, 0);
    let too_soon = delete(&alice, "bob", &sent[3], true);
    assert_eq!((too_soon.code, too_soon.json.as_str()), (7008, ""));
    assert_eq!(texts(&alice, "bob", false), ["t3"]);
    server.stop();
    alice.until("the loss of the link", |e| {
        matches!(e, EventKind::NetworkStatus { status: 1 | 3, .. }).then_some(())
    });
    let outcome = delete_list(&alice, "bob", &[&sent[3]]);
    assert_eq!(outcome.code, 9508, "{}", outcome.desc);
    assert_eq!(texts(&alice, "bob", false), ["t3"], "nothing has changed");
}

// MSG-230, MSG-232, MSG-224, P7
#[test]
fn a_cleared_history_is_empty_for_this_user() {
    let server = Server::start();
    let (alice, bob, tablet) = (server.phone("alice"), server.phone("bob"), server.desktop("bob"));
    for n in 0..5 {
        alice.say("bob", &format!("old {n}"));
    }
    bob.hears(5);
    tablet.hears(5);
    save(&bob, "alice", &with_text(&json!({}), "note"));
    assert_eq!(bob.total_unread(), 5);
    let order = bob.conversation("alice").unwrap()["conv_active_time"].clone();
    assert_eq!(clear(&bob, "alice"), Outcome::ok(""));
    assert_eq!(texts(&bob, "alice", false), [""; 0]);
    assert_eq!(texts(&bob, "alice", true), [""; 0]);
    let conv = bob.conversation("alice").unwrap();
    assert_eq!(conv["conv_is_has_lastmsg"], false);
    assert_eq!(
        (&conv["conv_active_time"], &conv["conv_unread_num"]),
        (&order, &json!(0))
    );
    assert_eq!(bob.total_unread(), 0);
    assert_eq!(clear(&bob, "alice").code, 0, "again is no error");
    assert_eq!(clear(&bob, "nobody").code, 0, "no history is no error");
    // The peer and the other device keep theirs; a fresh one has nothing.
    assert_eq!(texts(&alice, "bob", true).len(), 5);
    assert_eq!(texts(&tablet, "alice", false).len(), 5);
    tablet.await_conversation("alice", "the unread number", |c| c["conv_unread_num"] == 0);
    let laptop = server.device("bob", timbre_protocol::Platform::Windows);
    laptop.login(&server);
    assert_eq!(texts(&laptop, "alice", true), [""; 0]);
    assert_eq!(
        laptop.conversation("alice").unwrap()["conv_is_has_lastmsg"],
        false
    );
    // It goes on from there.
    alice.say("bob", "new");
    for device in [&bob, &laptop] {
        assert_eq!(device.hears(1), ["new"]);
        assert_eq!(texts(device, "alice", true), ["new"]);
        device.await_conversation("alice", "the new message", |c| {
            c["conv_unread_num"] == 1 && text_of(&c["conv_last_msg"]) == "new"
        });
    }
    let bob = bob.restart();
    bob.login(&server);
    assert_eq!(texts(&bob, "alice", true), ["new"]);
}

// MSG-230
#[test]
fn without_a_network_nothing_is_cleared_recalled_or_modified() {
    let mut server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let message = alice.say("bob", "stays");
    bob.hears(1);
    server.stop();
    alice.until("the loss of the link", |e| {
        matches!(e, EventKind::NetworkStatus { status: 1 | 3, .. }).then_some(())
    });
    let start = |op: Op| {
        let (sender, outcome) = std::sync::mpsc::channel();
        let done = timbre::engine::Done::new(move |o| sender.send(o).unwrap());
        alice.client.call(op, done);
        outcome
    };
    let calls = [
        start(Op::ClearHistory(ConvKey::c2c("bob"))),
        start(Op::Recall {
            conv: ConvKey::c2c("bob"),
            message: Box::new(decode_named(&message)),
        }),
        start(modify_op(&with_text(&message, "new"))),
    ];
    let outcomes: Vec<Outcome> = calls.iter().map(|c| c.recv().unwrap()).collect();
    assert!(outcomes.iter().all(|o| o.code == 9508), "{outcomes:?}");
    assert_eq!(
        text_of(&message_in(&outcomes[2])),
        "stays",
        "the message as it is here"
    );
    assert_eq!(texts(&alice, "bob", false), ["stays"]);
    assert_eq!(status(&alice, &message), Some(2));
}

// CORE-151, P7
#[test]
fn local_history_can_be_cleared_and_pulled_again() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    for n in 0..3 {
        alice.say("bob", &format!("t{n}"));
    }
    bob.hears(3);
    save(&bob, "alice", &with_text(&json!({}), "note"));
    let clear = |conv: &str, begin: u64, end: u64| {
        let json = json!({
            "request_internal_operation": "internal_operation_clear_local_history_message",
            "request_clear_local_history_message_conversation_id_param": conv,
            "request_clear_local_history_message_begin_timestamp_param": begin,
            "request_clear_local_history_message_end_timestamp_param": end,
        });
        let operation = Operation::decode(&json.to_string()).unwrap();
        assert_eq!(bob.call(Op::Experimental(Box::new(operation))), Outcome::done(""));
    };
    clear("c2c_alice", 1, 1000);
    clear("group", 0, 0);
    clear("c2c_nobody", 0, 0);
    assert_eq!(texts(&bob, "alice", false).len(), 4, "nothing of that was meant");
    clear("c2c", 0, 0);
    assert_eq!(texts(&bob, "alice", false), [""; 0]);
    let conv = bob.conversation("alice").unwrap();
    assert_eq!(
        (&conv["conv_is_has_lastmsg"], &conv["conv_unread_num"]),
        (&json!(false), &json!(0))
    );
    bob.told();
    assert_eq!(
        texts(&bob, "alice", true),
        ["t2", "t1", "t0"],
        "the cloud has them still"
    );
    let stray = bob
        .told()
        .into_iter()
        .find(|e| matches!(e, EventKind::NewMessages { .. }));
    assert_eq!(stray, None);
}
