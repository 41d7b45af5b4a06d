//! Recalling, modifying, deleting, clearing, saving, importing, forwarding and batch-sending messages.

use serde_json::{Value, json};
use timbre::engine::{CleanScope, EventKind, Op};
use timbre::model::error::Outcome;
use timbre::model::experimental::Operation;
use timbre::model::json::decode_list;
use timbre::model::messages::objects::MsgLocator;
use timbre::model::messages::{
    ConvKey, decode_batch_param, decode_history_param, decode_local_custom, decode_message, decode_named,
    decode_saved,
};
use timbre_server::config::ModifyPolicy;

use crate::support::{Device, Server, text_json, text_of};

fn id_of(message: &Value) -> String {
    message["message_msg_id"].as_str().unwrap().to_owned()
}

fn recall(device: &Device, peer: &str, message: &Value) -> Outcome {
    device.call(Op::Recall {
        conv: ConvKey::c2c(peer),
        message: Box::new(decode_local_custom(&message.to_string()).unwrap()),
    })
}

fn modify(device: &Device, message: &Value) -> Outcome {
    device.call(modify_op(message))
}

fn modify_op(message: &Value) -> Op {
    let given = message.to_string();
    Op::Modify {
        draft: Box::new(decode_message(&given).unwrap()),
        given,
    }
}

fn with_text(message: &Value, text: &str) -> Value {
    let mut changed = message.clone();
    changed["message_elem_array"] = json!([{"elem_type": 0, "text_elem_content": text}]);
    changed
}

fn push_element(message: &mut Value, element: Value) {
    message["message_elem_array"]
        .as_array_mut()
        .unwrap()
        .push(element);
}

fn delete(device: &Device, peer: &str, message: &Value, cloud: bool) -> Outcome {
    device.call(Op::Delete {
        conv: ConvKey::c2c(peer),
        message: Box::new(decode_named(message)),
        cloud,
    })
}

/// Deletes in the cloud; waits for the interval between two deletions when there was one just now.
fn delete_list(device: &Device, peer: &str, messages: &[&Value]) -> Outcome {
    loop {
        let outcome = device.call(Op::DeleteList {
            conv: ConvKey::c2c(peer),
            messages: messages.iter().map(|m| decode_named(m)).collect(),
        });
        if outcome.code != 7008 {
            return outcome;
        }
        // Only time makes it possible.
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}

fn clear(device: &Device, peer: &str) -> Outcome {
    device.call(Op::ClearHistory(ConvKey::c2c(peer)))
}

fn save(device: &Device, peer: &str, message: &Value) -> Outcome {
    device.call(Op::Save {
        conv: ConvKey::c2c(peer),
        draft: Box::new(decode_message(&message.to_string()).unwrap()),
    })
}

fn import(device: &Device, peer: &str, messages: &[Value]) -> Outcome {
    device.call(Op::Import {
        conv: ConvKey::c2c(peer),
        drafts: messages.iter().map(|m| decode_saved(m).unwrap()).collect(),
    })
}

fn find(device: &Device, id: &str) -> Option<Value> {
    let outcome = device.call(Op::FindMessages {
        ids: vec![id.to_owned()],
    });
    assert_eq!((outcome.code, &*outcome.desc), (0, "OK"));
    let found: Vec<Value> = serde_json::from_str(&outcome.json).unwrap();
    found.into_iter().next()
}

fn status(device: &Device, message: &Value) -> Option<i64> {
    find(device, &id_of(message)).map(|m| m["message_status"].as_i64().unwrap())
}

fn page(device: &Device, peer: &str, count: u32, cloud: bool) -> Vec<Value> {
    let param = json!({
        "msg_getmsglist_param_count": count,
        "msg_getmsglist_param_is_ramble": cloud,
    });
    device.history(peer, decode_history_param(&param.to_string()).unwrap())
}

/// Texts of the newest messages, newest first.
fn texts(device: &Device, peer: &str, cloud: bool) -> Vec<String> {
    page(device, peer, 100, cloud).iter().map(text_of).collect()
}

fn recalled(device: &Device) -> Vec<Value> {
    device.until("the recall", |e| match e {
        EventKind::MessagesRecalled { json } => Some(serde_json::from_str(json).unwrap()),
        _ => None,
    })
}

fn updated(device: &Device) -> Vec<Value> {
    device.until("the modification", |e| match e {
        EventKind::MessagesUpdated { json } => Some(serde_json::from_str(json).unwrap()),
        _ => None,
    })
}

fn message_in(outcome: &Outcome) -> Value {
    serde_json::from_str(&outcome.json).unwrap()
}

/// Everything that the server has done for this user so far has arrived: a change of its own has come back.
fn settle(device: &Device) {
    let note = device.say(&device.user, "settled");
    assert_eq!(status(device, &note), Some(2));
    let outcome = device.call(Op::CleanUnread {
        scope: CleanScope::One(ConvKey::c2c(&device.user)),
        timestamp: 0,
        sequence: 0,
    });
    assert_eq!(outcome.code, 0, "{}", outcome.desc);
}

// RV-01, RV-03, RV-05, RV-15, RV-16, RV-17, MSG-011, MSG-114, P5, P7
#[test]
fn a_recalled_message_is_gone_everywhere_but_on_the_device_that_recalled_it() {
    let server = Server::start();
    let (phone, desktop, bob) = (
        server.phone("alice"),
        server.desktop("alice"),
        server.phone("bob"),
    );
    let message = phone.say("bob", "oops");
    let id = id_of(&message);
    assert_eq!(bob.hears(1), ["oops"]);
    assert_eq!(desktop.hears(1), ["oops"]);
    assert_eq!(bob.total_unread(), 1);
    phone.told();
    assert_eq!(recall(&phone, "bob", &message), Outcome::done(""));

    let expected = |conv: &str, is_self: bool| {
        json!([{
            "message_msg_id": id,
            "message_locator_conv_id": conv,
            "message_locator_conv_type": 1,
            "message_locator_is_revoked": true,
            "message_locator_time": message["message_server_time"],
            "message_locator_seq": message["message_seq"],
            "message_locator_rand": message["message_rand"],
            "message_locator_is_self": is_self,
            "message_locator_unique_id": message["message_unique_id"],
            "message_revoker_user_id": "alice",
            "message_revoker_nick_name": "",
            "message_revoker_face_url": "",
            "message_revoke_reason": "",
        }])
    };
    let told = recalled(&bob);
    assert_eq!(Value::from(told.clone()), expected("alice", false));
    assert_eq!(Value::from(recalled(&desktop)), expected("bob", true));
    bob.until("the new total", |e| {
        matches!(e, EventKind::TotalUnread(0)).then_some(())
    });
    assert_eq!(bob.total_unread(), 0);
    for (device, peer) in [(&phone, "bob"), (&desktop, "bob"), (&bob, "alice")] {
        let found = find(device, &id).unwrap();
        assert_eq!(found["message_status"], 6);
        assert_eq!(found["message_revoker_user_id"], "alice");
        let last = device.conversation(peer).unwrap()["conv_last_msg"].clone();
        assert_eq!(
            (&last["message_msg_id"], &last["message_status"]),
            (&found["message_msg_id"], &json!(6)),
            "the last message stays in its place"
        );
        let kept = text_of(&found);
        assert_eq!(kept, if std::ptr::eq(device, &phone) { "oops" } else { "" });
        let list = page(device, peer, 10, true);
        assert_eq!((list.len(), &list[0]["message_status"]), (1, &json!(6)));
        let revokers = json!({
            "request_internal_operation": "internal_operation_get_message_revoker",
            "request_message_revoker_message_id_array": [id, "unknown"],
        });
        let operation = Operation::decode(&revokers.to_string()).unwrap();
        let outcome = device.call(Op::Experimental(Box::new(operation)));
        assert_eq!(outcome.code, 0);
        assert_eq!(
            message_in(&outcome),
            json!([
                {"response_message_id": id, "response_message_revoker": "alice"},
                {"response_message_id": "unknown", "response_message_revoker": ""},
            ])
        );
    }
    // The element of the event finds the message.
    let locators = decode_list::<MsgLocator>(&Value::from(told).to_string(), 1 << 20).unwrap();
    let by_locator = bob.call(Op::FindByLocators {
        conv: ConvKey::c2c("alice"),
        locators,
    });
    assert_eq!(message_in(&by_locator)[0]["message_msg_id"], id.as_str());

    // Again: no error, and nobody hears of it twice.
    assert_eq!(recall(&phone, "bob", &message), Outcome::done(""));
    phone.say("bob", "after");
    assert_eq!(bob.hears(1), ["after"]);
    settle(&phone);
    for device in [&phone, &bob] {
        let stray = device
            .told()
            .into_iter()
            .find(|e| matches!(e, EventKind::MessagesRecalled { .. }));
        assert_eq!(stray, None);
    }
    // A device that never had it.
    let tablet = server.desktop("bob");
    let list = page(&tablet, "alice", 10, true);
    assert_eq!(list[1]["message_status"], 6);
    assert_eq!(list[1]["message_elem_array"], json!([]));
    assert_eq!(list[1]["message_revoker_user_id"], "alice");
}

// RV-06, FM-07
#[test]
fn any_message_object_that_names_it_will_do() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let sent: Vec<Value> = (0..4).map(|n| alice.say("bob", &format!("t{n}"))).collect();
    bob.hears(4);
    let list = page(&alice, "bob", 4, false);
    assert_eq!(recall(&alice, "bob", &list[3]).code, 0, "from a list");
    let found = find(&alice, &id_of(&sent[1])).unwrap();
    assert_eq!(recall(&alice, "bob", &found).code, 0, "from a find");
    let id_only = json!({"message_elem_array": [], "message_msg_id": id_of(&sent[2])});
    assert_eq!(recall(&alice, "bob", &id_only).code, 0, "by its id");
    let numbers = |keys: &[&str]| {
        let mut named = json!({"message_elem_array": []});
        keys.iter().for_each(|k| named[*k] = sent[3][*k].clone());
        named
    };
    // A device that has nothing of it asks the server by the same numbers.
    let tablet = server.desktop("alice");
    let name = numbers(&[
        "message_conv_id",
        "message_conv_type",
        "message_seq",
        "message_rand",
        "message_server_time",
    ]);
    assert_eq!(status(&tablet, &sent[0]), None);
    assert_eq!(recall(&tablet, "bob", &name).code, 0, "by its numbers");
    let mut gone = Vec::new();
    while gone.len() < 4 {
        gone.extend(recalled(&bob).iter().map(id_of));
    }
    assert_eq!(gone, sent.iter().map(id_of).collect::<Vec<_>>());
    let incomplete = numbers(&["message_conv_id", "message_conv_type", "message_seq"]);
    let outcome = recall(&alice, "bob", &incomplete);
    assert_eq!((outcome.code, outcome.json.as_str()), (6017, ""));
}

// RV-14, RV-11
#[test]
fn what_cannot_be_recalled_is_refused_with_its_reason() {
    let mut server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let message = alice.say("bob", "mine");
    bob.hears(1);
    let refused = |device: &Device, peer: &str, message: &Value| {
        let outcome = recall(device, peer, message);
        assert_eq!(
            (outcome.code, outcome.json.as_str()),
            (6017, ""),
            "{}",
            outcome.desc
        );
        outcome.desc.into_owned()
    };
    let received = find(&bob, &id_of(&message)).unwrap();
    assert!(refused(&bob, "alice", &received).contains("sender"));
    assert!(refused(&alice, "carol", &message).contains("another conversation"));
    let unknown = json!({"message_elem_array": [], "message_msg_id": "1-2-3"});
    assert!(refused(&alice, "bob", &unknown).contains("not found"));
    let online = r#"{"message_elem_array":[{"elem_type":0,"text_elem_content":"typing"}],"message_is_online_msg":true}"#;
    let (_, outcome) = alice.send_json("bob", online);
    assert!(refused(&alice, "bob", &message_in(&outcome.recv().unwrap())).contains("online"));
    let saved = message_in(&save(&alice, "bob", &with_text(&json!({}), "note")));
    assert!(refused(&alice, "bob", &saved).contains("this device alone"));
    delete(&alice, "bob", &message, false);
    assert!(refused(&alice, "bob", &message).contains("deleted"));
    let unsent = alice
        .send_json("nobody at all", &text_json("x"))
        .1
        .recv()
        .unwrap();
    assert!(refused(&alice, "nobody at all", &message_in(&unsent)).contains("not sent"));
    server.stop();
    let second = page(&bob, "alice", 1, false);
    assert_eq!(second.len(), 1);
    assert_eq!(status(&bob, &second[0]), Some(2), "nothing has changed");
}

// RV-03, RV-17, P2, P5
#[test]
fn a_device_that_was_away_learns_of_recalls_before_new_messages() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let seen = alice.say("bob", "seen");
    assert_eq!(bob.hears(1), ["seen"]);
    bob.client.shutdown();
    let never = alice.say("bob", "never seen");
    alice.say("bob", "stays");
    assert_eq!(recall(&alice, "bob", &seen).code, 0);
    assert_eq!(recall(&alice, "bob", &never).code, 0);
    let bob = bob.restart();
    assert_eq!(bob.try_login(&server.sig("bob")).code, 0);
    let mut order = Vec::new();
    bob.until("the end of the synchronisation", |e| match e {
        EventKind::MessagesRecalled { json } => {
            let list: Vec<Value> = serde_json::from_str(json).unwrap();
            order.extend(list.iter().map(|m| format!("recall {}", id_of(m))));
            None
        }
        EventKind::NewMessages { json, .. } => {
            let list: Vec<Value> = serde_json::from_str(json).unwrap();
            order.extend(list.iter().map(|m| format!("new {}", text_of(m))));
            None
        }
        EventKind::Conversations { event: 4, .. } => Some(()),
        _ => None,
    });
    assert_eq!(
        order,
        [format!("recall {}", id_of(&seen)), "new stays".to_owned()]
    );
    assert_eq!(bob.conversation("alice").unwrap()["conv_unread_num"], 1);
    let states: Vec<_> = page(&bob, "alice", 10, true)
        .iter()
        .map(|m| m["message_status"].as_i64().unwrap())
        .collect();
    assert_eq!(states, [2, 6, 6]);
    // A fresh device sees the same.
    let tablet = server.desktop("bob");
    assert_eq!(tablet.conversation("alice").unwrap()["conv_unread_num"], 1);
    let all = page(&tablet, "alice", 10, true);
    assert_eq!(all.len(), 3);
}

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

// MSG-210, MSG-212, MSG-213, MSG-022
#[test]
fn a_saved_message_is_on_this_device_alone() {
    let server = Server::start();
    let (alice, _bob) = (server.phone("alice"), server.phone("bob"));
    alice.say("bob", "real");
    let order = alice.conversation("bob").unwrap()["conv_active_time"].clone();
    alice.told();
    let mut given = with_text(&json!({}), "note");
    given["message_sender"] = "bob".into();
    given["message_server_time"] = 5.into();
    given["message_client_time"] = 5.into();
    given["message_custom_int"] = 3.into();
    given["message_custom_str"] = "local".into();
    given["message_cloud_custom_str"] = "cloud".into();
    given["message_is_excluded_from_unread_count"] = true.into();
    let outcome = save(&alice, "bob", &given);
    assert_eq!((outcome.code, &*outcome.desc), (0, "OK"));
    let saved = message_in(&outcome);
    assert_eq!(saved["message_status"], 5);
    assert_eq!(saved["message_sender"], "bob");
    assert_eq!(saved["message_is_from_self"], false);
    assert_eq!(saved["message_is_read"], true);
    assert_eq!(saved["message_custom_int"], 3);
    assert_eq!(saved["message_custom_str"], "local");
    assert_eq!(saved["message_cloud_custom_str"], "cloud");
    assert_eq!(saved["message_is_excluded_from_unread_count"], true);
    assert!(
        saved["message_server_time"].as_u64().unwrap() > 1_000_000_000,
        "now"
    );
    assert_eq!(saved["message_server_time"], saved["message_client_time"]);
    assert_eq!(find(&alice, &id_of(&saved)), Some(saved.clone()));
    assert_eq!(texts(&alice, "bob", true), ["note", "real"]);
    let conv = alice.conversation("bob").unwrap();
    assert_eq!(text_of(&conv["conv_last_msg"]), "note");
    assert_eq!(
        (&conv["conv_unread_num"], &conv["conv_active_time"]),
        (&json!(0), &order)
    );
    let told = alice.told();
    assert!(
        told.iter()
            .any(|e| matches!(e, EventKind::Conversations { event: 2, .. })),
        "{told:?}"
    );
    assert!(
        !told.iter().any(|e| matches!(e, EventKind::NewMessages { .. })),
        "{told:?}"
    );
    // In a conversation that was not there; by the user himself.
    let own = message_in(&save(&alice, "carol", &with_text(&json!({}), "new")));
    assert_eq!(
        (&own["message_is_from_self"], &own["message_sender"]),
        (&json!(true), &json!("alice"))
    );
    assert_eq!(
        text_of(&alice.conversation("carol").unwrap()["conv_last_msg"]),
        "new"
    );
    // It is changed here, without a server.
    let outcome = modify(&alice, &with_text(&saved, "note 2"));
    assert_eq!(
        (outcome.code, text_of(&message_in(&outcome))),
        (0, "note 2".to_owned())
    );
    assert_eq!(text_of(&updated(&alice)[0]), "note 2");
    // No other device has it.
    let tablet = server.desktop("alice");
    assert_eq!(texts(&tablet, "bob", true), ["real"]);
    assert_eq!(tablet.conversation("carol"), None);
    let outcome = save(&alice, "bob", &json!({"message_elem_array": []}));
    assert_eq!((outcome.code, outcome.json.as_str()), (6017, ""));
    let alice = alice.restart();
    let outcome = save(&alice, "bob", &given);
    assert_eq!((outcome.code, &*outcome.desc), (6014, "not init database"));
}

// MSG-215, MSG-022
#[test]
fn imported_messages_stand_at_their_own_times() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let real = bob.say("alice", "real");
    alice.hears(1);
    let at = |time: u64, rand: u64, text: &str| {
        let mut m = with_text(&json!({}), text);
        m["message_sender"] = "bob".into();
        m["message_server_time"] = time.into();
        m["message_client_time"] = time.into();
        m["message_rand"] = rand.into();
        m
    };
    let mut unread = at(1_600_000_100, 2, "b");
    unread["message_is_read"] = false.into();
    let items = [
        at(1_600_000_000, 1, "a"),
        unread,
        at(1_600_000_100, 3, "c"),
        at(1_600_000_100, 3, "twice"),
        real.clone(),
    ];
    alice.told();
    assert_eq!(import(&alice, "bob", &items), Outcome::ok(""));
    assert_eq!(texts(&alice, "bob", true), ["real", "c", "b", "a"]);
    let list = page(&alice, "bob", 10, false);
    assert_eq!(list[3]["message_server_time"], 1_600_000_000);
    assert_eq!(list[3]["message_status"], 5);
    let read: Vec<_> = list
        .iter()
        .map(|m| m["message_is_read"].as_bool().unwrap())
        .collect();
    assert_eq!(read, [false, true, false, true]);
    let conv = alice.conversation("bob").unwrap();
    assert_eq!(
        text_of(&conv["conv_last_msg"]),
        "real",
        "nothing imported is newer"
    );
    assert_eq!(conv["conv_unread_num"], 1);
    let stray = alice
        .told()
        .into_iter()
        .find(|e| matches!(e, EventKind::NewMessages { .. }));
    assert_eq!(stray, None);
    // Again: all of them are there.
    assert_eq!(import(&alice, "bob", &items).code, 0);
    assert_eq!(texts(&alice, "bob", false).len(), 4);
    // All or nothing.
    let wrong = [
        at(1_600_000_200, 9, "d"),
        json!({"message_elem_array": [{"elem_type": 99}]}),
    ];
    let outcome = import(&alice, "bob", &wrong);
    assert_eq!(outcome.code, 6016);
    assert!(outcome.desc.starts_with("json_msg_array[1]"), "{}", outcome.desc);
    let many: Vec<Value> = (0..1001).map(|n| at(1_600_000_000, 1000 + n, "x")).collect();
    assert_eq!(import(&alice, "bob", &many).code, 6017);
    assert_eq!(texts(&alice, "bob", false).len(), 4);
    assert_eq!(import(&alice, "bob", &many[..1000]).code, 0);
    assert_eq!(page(&alice, "bob", 2000, false).len(), 1004);
    // Into a conversation that was not there, which they make.
    let others = [at(1_500_000_000, 8, "old"), at(1_500_000_001, 8, "new")];
    assert_eq!(import(&alice, "dave", &others).code, 0);
    assert_eq!(
        text_of(&alice.conversation("dave").unwrap()["conv_last_msg"]),
        "new"
    );
}

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

// MSG-104, MSG-065
#[test]
fn a_batch_sends_a_message_of_its_own_to_each() {
    let server = Server::with(|config| config.batch_max = 4);
    let alice = server.phone("alice");
    let (bob, carol) = (server.phone("bob"), server.phone("carol"));
    let batch = |param: Value| alice.call(Op::BatchSend(decode_batch_param(&param.to_string()).unwrap()));
    let text = with_text(&json!({"message_custom_int": 4}), "hi all");
    let outcome = batch(json!({
        "msg_batch_send_param_identifier_array": ["carol", "bob", "carol"],
        "msg_batch_send_param_msg": text,
    }));
    assert_eq!((outcome.code, &*outcome.desc), (0, "OK"));
    let results = message_in(&outcome);
    let results = results.as_array().unwrap();
    let to: Vec<_> = results
        .iter()
        .map(|r| r["msg_batch_send_result_identifier"].as_str().unwrap())
        .collect();
    assert_eq!(to, ["carol", "bob"], "each once, in their order");
    for result in results {
        assert_eq!(result["msg_batch_send_result_code"], 0);
        assert_eq!(result["msg_batch_send_result_desc"], "");
        let message = &result["msg_batch_send_result_msg"];
        assert_eq!(message["message_status"], 2);
        assert_eq!(
            message["message_conv_id"],
            result["msg_batch_send_result_identifier"]
        );
    }
    let ids: Vec<String> = results
        .iter()
        .map(|r| id_of(&r["msg_batch_send_result_msg"]))
        .collect();
    assert_ne!(ids[0], ids[1]);
    assert_eq!(
        (bob.hears(1), carol.hears(1)),
        (vec!["hi all".into()], vec!["hi all".into()])
    );
    assert_eq!(texts(&alice, "bob", true), ["hi all"]);
    assert_eq!(texts(&alice, "carol", true), ["hi all"]);
    // The first failure is the code of the whole; the others are sent all the same.
    let outcome = batch(json!({
        "msg_batch_send_param_identifier_array": ["bob", "no such user", "b\u{7f}"],
        "msg_batch_send_param_msg": text,
    }));
    assert_eq!(outcome.code, 20003, "{}", outcome.desc);
    let results = message_in(&outcome);
    let codes: Vec<_> = results
        .as_array()
        .unwrap()
        .iter()
        .map(|r| {
            (
                r["msg_batch_send_result_code"].as_i64().unwrap(),
                r["msg_batch_send_result_msg"]["message_status"].as_i64().unwrap(),
            )
        })
        .collect();
    assert_eq!(codes, [(0, 2), (20003, 3), (6032, 3)]);
    assert_eq!(bob.hears(1), ["hi all"]);
    for (param, code) in [
        (json!({}), 6017),
        (
            json!({"msg_batch_send_param_identifier_array": [], "msg_batch_send_param_msg": text}),
            6017,
        ),
        (json!({"msg_batch_send_param_identifier_array": ["bob"]}), 6017),
        (
            json!({"msg_batch_send_param_identifier_array": ["bob"], "msg_batch_send_param_msg": {}}),
            6017,
        ),
        (
            json!({"msg_batch_send_param_identifier_array": ["a", "b", "c", "d", "e"], "msg_batch_send_param_msg": text}),
            90_011,
        ),
    ] {
        let outcome = batch(param.clone());
        assert_eq!((outcome.code, outcome.json.as_str()), (code, "[]"), "{param}");
    }
}

// MSG-050, MSG-188
#[test]
fn a_forwarded_message_is_a_new_one_with_the_same_content() {
    let server = Server::start();
    let (alice, bob, carol) = (server.phone("alice"), server.phone("bob"), server.phone("carol"));
    let mut original = with_text(&json!({}), "read this");
    push_element(&mut original, json!({"elem_type": 3, "custom_elem_data": "c"}));
    original["message_cloud_custom_str"] = "cloud".into();
    original["message_custom_int"] = 9.into();
    original["message_is_excluded_from_unread_count"] = true.into();
    let outcome = alice.send_json("bob", &original.to_string()).1.recv().unwrap();
    let original = message_in(&outcome);
    bob.hears(1);
    let mut forwarded = find(&bob, &id_of(&original)).unwrap();
    forwarded["message_is_forward_message"] = true.into();
    forwarded["message_custom_int"] = 9.into();
    let outcome = bob.send_json("carol", &forwarded.to_string()).1.recv().unwrap();
    assert_eq!(outcome.code, 0, "{}", outcome.desc);
    let sent = message_in(&outcome);
    assert_eq!(carol.hears(1), ["read this"]);
    let got = find(&carol, &id_of(&sent)).unwrap();
    for message in [&sent, &got] {
        assert_eq!(message["message_elem_array"], original["message_elem_array"]);
        assert_eq!(message["message_cloud_custom_str"], "cloud");
        assert_eq!(message["message_is_excluded_from_unread_count"], true);
        assert_eq!(message["message_custom_int"], 0, "local data does not go along");
        assert_eq!(message["message_sender"], "bob");
        assert_eq!(message["message_version"], 0);
        for key in [
            "message_msg_id",
            "message_rand",
            "message_seq",
            "message_unique_id",
        ] {
            assert_ne!(message[key], original[key], "{key}");
        }
    }
    // What was saved here may be forwarded; what was not sent, was recalled or is for those online only may not.
    let mut saved = message_in(&save(&alice, "bob", &with_text(&json!({}), "saved")));
    saved["message_is_forward_message"] = true.into();
    assert_eq!(
        alice
            .send_json("carol", &saved.to_string())
            .1
            .recv()
            .unwrap()
            .code,
        0
    );
    assert_eq!(carol.hears(1), ["saved"]);
    let mut failed = message_in(&alice.send_json("no such user", &text_json("x")).1.recv().unwrap());
    failed["message_is_forward_message"] = true.into();
    let (id, outcome) = alice.send_json("carol", &failed.to_string());
    let outcome = outcome.recv().unwrap();
    assert_eq!(outcome.code, 6017, "{}", outcome.desc);
    assert_ne!(id, id_of(&failed), "to somebody else it is another message");
    let (id, outcome) = alice.send_json("no such user", &failed.to_string());
    assert_eq!(
        (outcome.recv().unwrap().code, id),
        (20003, id_of(&failed)),
        "sent again"
    );
    assert_eq!(recall(&alice, "bob", &original).code, 0);
    recalled(&bob);
    assert_eq!(
        bob.send_json("carol", &forwarded.to_string())
            .1
            .recv()
            .unwrap()
            .code,
        6017
    );
    let mut online = with_text(&json!({"message_is_online_msg": true}), "typing");
    online["message_is_forward_message"] = true.into();
    assert_eq!(
        alice.send_json("bob", &online.to_string()).1.recv().unwrap().code,
        6017
    );
    assert_eq!(texts(&carol, "bob", true), ["read this"]);
}
