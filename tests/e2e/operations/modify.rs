//! Modifying messages.

use serde_json::{Value, json};
use timbre::engine::EventKind;
use timbre_server::config::ModifyPolicy;

use super::{
    find, id_of, message_in, modify, modify_op, page, push_element, recall, recalled, settle, texts, updated,
    with_text,
};
use crate::support::{Server, text_json, text_of};

// MSG-200, MSG-201, MSG-202, MSG-205, MSG-206, MSG-114, P5, P7
#[test]
fn a_modified_message_is_new_for_everybody_who_has_it() {
    let server = Server::start();
    let (phone, desktop, bob) = (
        server.phone("alice"),
        server.desktop("alice"),
        server.phone("bob"),
    );
    let message = phone.say("bob", "frist");
    bob.hears(1);
    desktop.hears(1);
    phone.told();
    // The receiver may, too; the event comes after the end of the call.
    let mut changed = with_text(&find(&bob, &id_of(&message)).unwrap(), "first");
    push_element(
        &mut changed,
        json!({"elem_type": 3, "custom_elem_data": "c", "custom_elem_desc": "d"}),
    );
    changed["message_cloud_custom_str"] = "cloud".into();
    changed["message_custom_int"] = 7.into();
    changed["message_custom_str"] = "mine".into();
    for key in [
        "message_rand",
        "message_seq",
        "message_server_time",
        "message_client_time",
    ] {
        changed[key] = 5.into();
    }
    changed["message_sender"] = "mallory".into();
    let (sender, order) = std::sync::mpsc::channel();
    bob.client.call(
        modify_op(&changed),
        timbre::engine::Done::new(move |outcome| sender.send(outcome).unwrap()),
    );
    let event = updated(&bob);
    let outcome = order.try_recv().expect("the call ends before its event");
    assert_eq!((outcome.code, &*outcome.desc), (0, "OK"), "{}", outcome.json);
    let newest = message_in(&outcome);
    assert_eq!(text_of(&newest), "first");
    assert_eq!(newest["message_version"], 1);
    assert_eq!(newest["message_custom_int"], 7);
    assert_eq!(newest["message_custom_str"], "mine");
    assert_eq!(event, std::slice::from_ref(&newest));
    for device in [&phone, &desktop] {
        let told = updated(device);
        assert_eq!((told.len(), text_of(&told[0])), (1, "first".to_owned()));
        assert_eq!(told[0]["message_elem_array"][1]["custom_elem_data"], "c");
        assert_eq!(told[0]["message_custom_int"], 0, "local data stays local");
        let found = find(device, &id_of(&message)).unwrap();
        assert_eq!(found["message_cloud_custom_str"], "cloud");
        for key in [
            "message_rand",
            "message_seq",
            "message_server_time",
            "message_client_time",
            "message_sender",
            "message_msg_id",
            "message_unique_id",
            "message_status",
        ] {
            assert_eq!(found[key], message[key], "{key}");
        }
        device.await_conversation("bob", "the new preview", |c| {
            text_of(&c["conv_last_msg"]) == "first"
        });
    }
    assert_eq!(bob.conversation("alice").unwrap()["conv_unread_num"], 1);
    let tablet = server.desktop("bob");
    let list = page(&tablet, "alice", 5, true);
    assert_eq!(
        (text_of(&list[0]), &list[0]["message_version"]),
        ("first".to_owned(), &json!(1))
    );
    // The same content again changes nothing.
    let again = modify(&bob, &newest);
    assert_eq!(
        (again.code, message_in(&again)["message_version"].clone()),
        (0, json!(1))
    );
    settle(&bob);
    let stray = bob
        .told()
        .into_iter()
        .find(|e| matches!(e, EventKind::MessagesUpdated { .. }));
    assert_eq!(stray, None);
}

// MSG-202, MSG-203
#[test]
fn who_modifies_an_old_version_gets_the_newest_one() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let message = alice.say("bob", "v0");
    bob.hears(1);
    let old = find(&bob, &id_of(&message)).unwrap();
    assert_eq!(modify(&alice, &with_text(&message, "v1")).code, 0);
    updated(&bob);
    let outcome = modify(&bob, &with_text(&old, "mine"));
    assert_eq!(outcome.code, 8006, "{}", outcome.desc);
    let newest = message_in(&outcome);
    assert_eq!(
        (text_of(&newest), &newest["message_version"]),
        ("v1".to_owned(), &json!(1))
    );
    assert_eq!(modify(&bob, &with_text(&newest, "v2")).code, 0);
    // Many at once: each version is made once, and everybody ends with the same.
    let calls: Vec<_> = (0..10)
        .map(|n| {
            let device = if n % 2 == 0 { &alice } else { &bob };
            let mut wanted = with_text(&newest, &format!("v3 by {n}"));
            wanted["message_version"] = 2.into();
            let (sender, outcome) = std::sync::mpsc::channel();
            device.client.call(
                modify_op(&wanted),
                timbre::engine::Done::new(move |o| sender.send(o).unwrap()),
            );
            outcome
        })
        .collect();
    let codes: Vec<i32> = calls.iter().map(|c| c.recv().unwrap().code).collect();
    assert_eq!(codes.iter().filter(|c| **c == 0).count(), 1, "{codes:?}");
    assert_eq!(codes.iter().filter(|c| **c == 8006).count(), 9, "{codes:?}");
    settle(&alice);
    settle(&bob);
    let (a, b) = (
        find(&alice, &id_of(&message)).unwrap(),
        find(&bob, &id_of(&message)).unwrap(),
    );
    assert_eq!((text_of(&a), &a["message_version"]), (text_of(&b), &json!(3)));
}

// MSG-202, MSG-204, MSG-201
#[test]
fn what_cannot_be_modified_is_refused_and_stays_as_it_is() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let message = alice.say("bob", "text");
    bob.hears(1);
    let unknown = with_text(&json!({"message_msg_id": "1-2-3"}), "new");
    let outcome = modify(&alice, &unknown);
    assert_eq!(
        (outcome.code, message_in(&outcome)),
        (20026, unknown),
        "as it was given"
    );
    let mut elsewhere = with_text(&message, "new");
    elsewhere["message_msg_id"] = "".into();
    elsewhere["message_rand"] = 1.into();
    let outcome = modify(&alice, &elsewhere);
    assert_eq!(outcome.code, 20026, "the server knows none either");
    assert_eq!(message_in(&outcome), elsewhere);
    let online = r#"{"message_elem_array":[{"elem_type":0,"text_elem_content":"typing"}],"message_is_online_msg":true}"#;
    let (_, outcome) = alice.send_json("bob", online);
    let online = with_text(&message_in(&outcome.recv().unwrap()), "new");
    let outcome = modify(&alice, &online);
    assert_eq!((outcome.code, message_in(&outcome)), (20026, online));

    let refused = |wanted: &Value, code: i32| {
        let outcome = modify(&alice, wanted);
        assert_eq!(outcome.code, code, "{}", outcome.desc);
        assert_eq!(text_of(&message_in(&outcome)), "text", "the newest message");
        assert_eq!(text_of(&find(&bob, &id_of(&message)).unwrap()), "text");
    };
    refused(&with_text(&message, &"x".repeat(12_289)), 8001);
    let mut wrong = message.clone();
    wrong["message_elem_array"] = json!([]);
    refused(&wrong, 6017);
    wrong["message_elem_array"] = json!([{"elem_type": 0, "text_elem_content": 5}]);
    refused(&wrong, 6016);
    wrong["message_elem_array"] =
        json!([{"elem_type": 4, "file_elem_file_id": "f", "file_elem_file_name": "n"}]);
    refused(&wrong, 6016);
    wrong["message_elem_array"] = message["message_elem_array"].clone();
    wrong["message_custom_int"] = (-1).into();
    refused(&wrong, 6017);

    let unsent = alice
        .send_json("nobody at all", &text_json("x"))
        .1
        .recv()
        .unwrap();
    let outcome = modify(&alice, &with_text(&message_in(&unsent), "new"));
    assert_eq!(
        (outcome.code, message_in(&outcome)["message_status"].clone()),
        (6017, json!(3))
    );
    // Recalled on this device, and recalled by somebody who was faster.
    assert_eq!(recall(&alice, "bob", &message).code, 0);
    let outcome = modify(&alice, &with_text(&message, "new"));
    assert_eq!(
        (outcome.code, message_in(&outcome)["message_status"].clone()),
        (6017, json!(6))
    );
    recalled(&bob);
    let outcome = modify(&bob, &with_text(&message, "new"));
    assert_eq!(
        (outcome.code, message_in(&outcome)["message_status"].clone()),
        (6017, json!(6))
    );
}

// MSG-200
#[test]
fn the_operator_can_leave_modifying_to_the_sender() {
    let server = Server::with(|config| config.modify_policy = ModifyPolicy::Sender);
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let message = alice.say("bob", "mine");
    bob.hears(1);
    let outcome = modify(&bob, &with_text(&message, "yours"));
    assert_eq!(
        (outcome.code, text_of(&message_in(&outcome))),
        (7014, "mine".to_owned())
    );
    assert_eq!(modify(&alice, &with_text(&message, "still mine")).code, 0);
    assert_eq!(text_of(&updated(&bob)[0]), "still mine");
}

// MSG-206, P2, P5
#[test]
fn a_modification_reaches_a_device_that_was_away() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let held = alice.say("bob", "held");
    assert_eq!(bob.hears(1), ["held"]);
    bob.client.shutdown();
    let fresh = alice.say("bob", "fresh");
    let outcome = modify(&alice, &with_text(&held, "held 1"));
    assert_eq!(
        modify(&alice, &with_text(&message_in(&outcome), "held 2")).code,
        0
    );
    assert_eq!(modify(&alice, &with_text(&fresh, "fresh 1")).code, 0);
    let bob = bob.restart();
    assert_eq!(bob.try_login(&server.sig("bob")).code, 0);
    let mut order = Vec::new();
    bob.until("the end of the synchronisation", |e| match e {
        EventKind::MessagesUpdated { json } | EventKind::NewMessages { json, .. } => {
            let list: Vec<Value> = serde_json::from_str(json).unwrap();
            order.extend(list.iter().map(text_of));
            None
        }
        EventKind::Conversations { event: 4, .. } => Some(()),
        _ => None,
    });
    assert_eq!(order, ["fresh 1", "held 2"], "new messages come as they are now");
    assert_eq!(texts(&bob, "alice", false), ["fresh 1", "held 2"]);
    assert_eq!(texts(&bob, "alice", true), ["fresh 1", "held 2"]);
}
