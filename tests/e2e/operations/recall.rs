//! Recalling messages.

use serde_json::{Value, json};
use timbre::engine::{EventKind, Op, OptionOp};
use timbre::model::enums::common::TIMReceiveMessageOpt;
use timbre::model::error::Outcome;
use timbre::model::experimental::Operation;
use timbre::model::json::decode_list;
use timbre::model::messages::ConvKey;
use timbre::model::messages::objects::MsgLocator;

use super::{delete, find, id_of, message_in, page, recall, recalled, save, settle, status, with_text};
use crate::support::{Device, Server, text_json, text_of};

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

// RV-17, RO-02: what was never delivered does not count as unread, so taking it back makes nothing read.
#[test]
fn recalling_what_was_not_received_leaves_the_unread_count() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    alice.say("bob", "heard");
    bob.hears(1);
    let option = OptionOp::SetC2c {
        users: vec!["alice".to_owned()],
        opt: TIMReceiveMessageOpt::kTIMRecvMsgOpt_Not_Receive,
    };
    assert_eq!(bob.call(Op::Options(option)).code, 0);
    let kept_out = alice.say("bob", "not heard");
    assert_eq!(recall(&alice, "bob", &kept_out).code, 0);
    // Whatever the recall has changed is in what a new device is told.
    let tablet = server.desktop("bob");
    assert_eq!(tablet.conversation("alice").unwrap()["conv_unread_num"], 1);
}
