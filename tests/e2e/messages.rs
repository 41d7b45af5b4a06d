//! Sending, receiving, history, local data.

use timbre::engine::{EventKind, Op};
use timbre::model::json::Checked;
use timbre::model::messages::objects::MsgLocator;
use timbre::model::messages::{
    ConvKey, HistoryParam, MessageDraft, decode_history_param, decode_local_custom,
};

use crate::support::{Server, text_json, text_list, text_of};

fn page(json: &str) -> HistoryParam {
    decode_history_param(json).unwrap()
}

// MSG-001, MSG-002, MSG-003, MSG-008, MSG-011, MSG-012, MSG-060, MSG-111, MSG-115, P1
#[test]
fn a_text_goes_from_alice_to_bob() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let sent = alice.say("bob", "hello");
    assert_eq!(sent["message_status"], 2);
    assert_eq!(sent["message_sender"], "alice");
    assert_eq!(sent["message_conv_id"], "bob");
    assert_eq!(sent["message_is_from_self"], true);
    let got = bob.until("the message", |e| match e {
        EventKind::NewMessages { json, .. } => Some(json.clone()),
        _ => None,
    });
    let got: serde_json::Value = serde_json::from_str(&got).unwrap();
    let got = &got[0];
    assert_eq!(text_of(got), "hello");
    assert_eq!(got["message_conv_id"], "alice");
    assert_eq!(got["message_is_from_self"], false);
    assert_eq!(got["message_is_read"], false);
    for key in [
        "message_msg_id",
        "message_server_time",
        "message_rand",
        "message_unique_id",
        "message_client_time",
    ] {
        assert_eq!(got[key], sent[key], "{key}");
    }
}

// MSG-018, MSG-019, MSG-020, MSG-028, MSG-074, MSG-075, MSG-079, MSG-076
#[test]
fn every_element_and_flag_arrives_as_it_was_sent() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let json = serde_json::json!({
        "message_elem_array": [
            {"elem_type": 0, "text_elem_content": "one"},
            {"elem_type": 3, "custom_elem_data": "\u{0}b64:/wD+", "custom_elem_desc": "d", "custom_elem_ext": "e"},
            {"elem_type": 6, "face_elem_index": -7, "face_elem_buf": "smile"},
            {"elem_type": 7, "location_elem_desc": "here", "location_elem_longitude": 1.5, "location_elem_latitude": -2.25},
        ],
        "message_cloud_custom_str": "cloud",
        "message_is_excluded_from_unread_count": true,
        "message_custom_str": "mine alone",
        "message_priority": 0,
    });
    let (_, outcome) = alice.send_json("bob", &json.to_string());
    let outcome = outcome.recv().unwrap();
    assert_eq!(outcome.code, 0, "{}", outcome.desc);
    let got = bob.until("the message", |e| match e {
        EventKind::NewMessages { json, .. } => Some(json.clone()),
        _ => None,
    });
    let got: serde_json::Value = serde_json::from_str(&got).unwrap();
    let sent: serde_json::Value = serde_json::from_str(&outcome.json).unwrap();
    assert_eq!(got[0]["message_elem_array"], sent["message_elem_array"]);
    assert_eq!(got[0]["message_elem_array"].as_array().unwrap().len(), 4);
    assert_eq!(
        got[0]["message_elem_array"][1]["custom_elem_data"],
        "\u{0}b64:/wD+"
    );
    assert_eq!(got[0]["message_cloud_custom_str"], "cloud");
    assert_eq!(got[0]["message_custom_str"], "");
    assert_eq!(sent["message_custom_str"], "mine alone");
    assert_eq!(got[0]["message_is_excluded_from_unread_count"], true);
    assert_eq!(
        bob.await_conversation("alice", "the entry", |_| true)["conv_unread_num"],
        0
    );
}

// P4, MSG-132
#[test]
fn many_sends_at_once_arrive_once_and_in_order() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let texts: Vec<String> = (0..500).map(|n| format!("m{n}")).collect();
    let outcomes: Vec<_> = texts
        .iter()
        .map(|t| alice.send_json("bob", &text_json(t)).1)
        .collect();
    for outcome in outcomes {
        assert_eq!(outcome.recv().unwrap().code, 0);
    }
    assert_eq!(bob.hears(500), texts);
    assert_eq!(bob.local_texts("alice"), texts);
    assert_eq!(alice.local_texts("bob"), texts);
}

// MSG-092, MSG-133, P2, P3
#[test]
fn another_device_of_the_sender_gets_the_message_and_the_sending_one_does_not() {
    let server = Server::start();
    let bob = server.phone("bob");
    let (phone, desktop) = (server.phone("alice"), server.desktop("alice"));
    phone.told();
    phone.say("bob", "from the phone");
    assert_eq!(desktop.hears(1), ["from the phone"]);
    desktop.say("bob", "from the desktop");
    assert_eq!(phone.hears(1), ["from the desktop"]);
    assert_eq!(bob.hears(2), ["from the phone", "from the desktop"]);
    let stray = phone
        .told()
        .into_iter()
        .find(|e| matches!(e, EventKind::NewMessages { .. }));
    assert_eq!(stray, None);
    assert_eq!(phone.local_texts("bob"), desktop.local_texts("bob"));
}

// MSG-134, CONV-45, CONV-48, CONV-49, CONV-57, P2
#[test]
fn what_was_missed_comes_at_the_next_login() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    alice.say("bob", "before");
    assert_eq!(bob.hears(1), ["before"]);
    let bob = {
        bob.client.shutdown();
        let texts: Vec<String> = (0..30).map(|n| format!("missed {n}")).collect();
        texts.iter().for_each(|t| drop(alice.say("bob", t)));
        bob.restart()
    };
    assert_eq!(bob.try_login(&server.sig("bob")).code, 0);
    let mut heard = Vec::new();
    let mut events = Vec::new();
    bob.until("the end of the synchronisation", |e| match e {
        EventKind::NewMessages { json, .. } => {
            heard.extend(text_list(json));
            None
        }
        EventKind::Conversations { event, .. } => {
            events.push(*event);
            (*event == 4).then_some(())
        }
        _ => None,
    });
    assert_eq!(heard.len(), 30);
    assert_eq!((heard[0].as_str(), heard[29].as_str()), ("missed 0", "missed 29"));
    assert_eq!(events.first(), Some(&3), "{events:?}");
    assert_eq!(bob.conversation("alice").unwrap()["conv_unread_num"], 31);
}

// MSG-142, MSG-143, MSG-148, MSG-156, MSG-038
#[test]
fn a_fresh_device_gets_the_unread_messages_and_pulls_the_rest_as_history() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    for n in 0..40 {
        alice.say("bob", &format!("old {n}"));
    }
    assert_eq!(bob.hears(40).len(), 40);
    let scope = timbre::engine::CleanScope::One(ConvKey::c2c("alice"));
    assert_eq!(
        bob.call(Op::CleanUnread {
            scope,
            timestamp: 0,
            sequence: 0
        })
        .code,
        0
    );
    for n in 0..5 {
        alice.say("bob", &format!("new {n}"));
    }
    let tablet = server.desktop("bob");
    assert_eq!(tablet.conversation("alice").unwrap()["conv_unread_num"], 5);
    assert_eq!(
        tablet.local_texts("alice"),
        ["new 0", "new 1", "new 2", "new 3", "new 4"]
    );
    let first = tablet.history(
        "alice",
        page(r#"{"msg_getmsglist_param_count":20,"msg_getmsglist_param_is_ramble":true}"#),
    );
    let texts: Vec<String> = first.iter().map(text_of).collect();
    assert_eq!(
        (texts.len(), texts[0].as_str(), texts[19].as_str()),
        (20, "new 4", "old 25")
    );
    let mut param = page(r#"{"msg_getmsglist_param_count":100,"msg_getmsglist_param_is_ramble":true}"#);
    param.last = Some(Box::new(MessageDraft {
        given_id: first[19]["message_msg_id"].as_str().unwrap().to_owned(),
        ..MessageDraft::default()
    }));
    let rest: Vec<String> = tablet.history("alice", param).iter().map(text_of).collect();
    assert_eq!(
        (rest.len(), rest[0].as_str(), rest[24].as_str()),
        (25, "old 24", "old 0")
    );
    assert_eq!(tablet.local_texts("alice").len(), 45);
    let stray = tablet
        .told()
        .into_iter()
        .find(|e| matches!(e, EventKind::NewMessages { .. }));
    assert_eq!(stray, None, "history is never thrown");
}

// MSG-063, MSG-035, CONV-87
#[test]
fn an_online_message_is_thrown_and_stored_nowhere() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let json = r#"{"message_elem_array":[{"elem_type":0,"text_elem_content":"typing"}],"message_is_online_msg":true}"#;
    let (id, outcome) = alice.send_json("bob", json);
    assert_eq!(outcome.recv().unwrap().code, 0);
    assert_eq!(bob.hears(1), ["typing"]);
    for device in [&alice, &bob] {
        let found = device.call(Op::FindMessages {
            ids: vec![id.clone()],
        });
        assert_eq!(found.json, "[]");
    }
    assert_eq!(bob.conversation("alice"), None);
}

// MSG-107, CORE-165, P3
#[test]
fn a_failed_message_is_sent_again_under_its_identity() {
    let mut server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    server.stop();
    alice.until("the loss of the link", |e| {
        matches!(e, EventKind::NetworkStatus { status: 1 | 3, .. }).then_some(())
    });
    let (id, outcome) = alice.send_json("bob", &text_json("later"));
    let outcome = outcome.recv().unwrap();
    assert_eq!(outcome.code, 9508, "{}", outcome.desc);
    let failed: serde_json::Value = serde_json::from_str(&outcome.json).unwrap();
    assert_eq!(failed["message_status"], 3);
    server.restart();
    // Both have backed off for longer and longer meanwhile.
    alice.network_is_back();
    bob.network_is_back();
    let (again, outcome) = alice.send_json("bob", &outcome.json);
    assert_eq!(again, id);
    let outcome = outcome.recv().unwrap();
    assert_eq!(outcome.code, 0, "{}", outcome.desc);
    assert_eq!(bob.hears(1), ["later"]);
    let (_, outcome) = alice.send_json("bob", &outcome.json);
    assert_eq!(
        outcome.recv().unwrap().code,
        6017,
        "what has been sent is not sent again"
    );
}

// MSG-024, MSG-025
#[test]
fn local_custom_data_stays_on_its_device() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let message = alice.say("bob", "x");
    bob.hears(1);
    let id = message["message_msg_id"].as_str().unwrap();
    let json = serde_json::json!({"message_elem_array": [], "message_msg_id": id, "message_custom_str": "s", "message_custom_int": 7});
    let draft = decode_local_custom(&json.to_string()).unwrap();
    assert_eq!(alice.call(Op::SetLocalCustomData(Box::new(draft))).code, 0);
    let find = |device: &crate::support::Device| {
        let found = device.call(Op::FindMessages {
            ids: vec![id.to_owned(), "unknown".to_owned()],
        });
        let found: Vec<serde_json::Value> = serde_json::from_str(&found.json).unwrap();
        assert_eq!(found.len(), 1);
        (
            found[0]["message_custom_str"].clone(),
            found[0]["message_custom_int"].clone(),
        )
    };
    assert_eq!(find(&alice), ("s".into(), 7.into()));
    assert_eq!(find(&bob), ("".into(), 0.into()));
}

// MSG-149, MSG-151, MSG-154, MSG-155
#[test]
fn local_history_by_start_direction_time_and_type() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let sent: Vec<_> = (0..8).map(|n| alice.say("bob", &format!("t{n}"))).collect();
    let custom = r#"{"message_elem_array":[{"elem_type":3,"custom_elem_data":"c"}]}"#;
    assert_eq!(alice.send_json("bob", custom).1.recv().unwrap().code, 0);
    bob.until("the custom message", |e| match e {
        EventKind::NewMessages { json, .. } => json.contains("custom_elem_data").then_some(()),
        _ => None,
    });
    let texts =
        |param: &str| -> Vec<String> { bob.history("alice", page(param)).iter().map(text_of).collect() };
    assert_eq!(
        texts(r#"{"msg_getmsglist_param_count":3,"msg_getmsglist_param_message_type_array":[0]}"#),
        ["t7", "t6", "t5"]
    );
    let at = |n: usize| serde_json::json!({"msg_getmsglist_param_count": 3, "msg_getmsglist_param_last_msg": sent[n]});
    assert_eq!(texts(&at(4).to_string()), ["t3", "t2", "t1"]);
    let mut newer = at(4);
    newer["msg_getmsglist_param_is_forward"] = true.into();
    assert_eq!(texts(&newer.to_string()), ["t5", "t6", "t7"]);
    assert_eq!(
        texts(r#"{"msg_getmsglist_param_count":9,"msg_getmsglist_param_is_forward":true}"#),
        [""; 0]
    );
    let mut all = page(r#"{"msg_getmsglist_param_count":99,"msg_getmsglist_param_is_forward":true}"#);
    all.time_begin = 1;
    assert_eq!(bob.history("alice", all).len(), 9);
    let mut past = page(r#"{"msg_getmsglist_param_count":99}"#);
    (past.time_begin, past.time_period) = (1000, 500);
    assert_eq!(bob.history("alice", past).len(), 0);
    let outcome = bob.call(Op::GetHistory {
        conv: ConvKey::c2c("alice"),
        param: Box::default(),
    });
    assert_eq!(
        (outcome.code, &*outcome.desc, outcome.json.as_str()),
        (6017, "count is zero", "[]")
    );
}

// MSG-026, P3
#[test]
fn a_message_to_oneself_is_stored_once_and_never_unread() {
    let server = Server::start();
    let (phone, desktop) = (server.phone("alice"), server.desktop("alice"));
    phone.say("alice", "note");
    assert_eq!(desktop.hears(1), ["note"]);
    assert_eq!(phone.local_texts("alice"), ["note"]);
    assert_eq!(desktop.conversation("alice").unwrap()["conv_unread_num"], 0);
}

// ERR-16, MSG-068
#[test]
fn what_cannot_be_sent_is_refused_with_its_reason() {
    let server = Server::start();
    let alice = server.phone("alice");
    let cases = [
        ("nobody", text_json("x"), 20003),
        ("bob", r#"{"message_elem_array":[]}"#.to_owned(), 6017),
        (
            "bob",
            r#"{"message_elem_array":[{"elem_type":0,"text_elem_content":""}]}"#.to_owned(),
            6017,
        ),
        (
            "bob",
            r#"{"message_elem_array":[{"elem_type":99}]}"#.to_owned(),
            6016,
        ),
        (
            "bob",
            r#"{"message_elem_array":[{"elem_type":0,"text_elem_content":5}]}"#.to_owned(),
            6016,
        ),
        ("bob", text_json(&"x".repeat(12_289)), 8001),
        ("b\u{7f}b", text_json("x"), 6032),
        (&"b".repeat(33), text_json("x"), 6032),
    ];
    let _bob = server.phone("bob");
    for (peer, json, code) in cases {
        let outcome = alice.send_json(peer, &json).1.recv().unwrap();
        assert_eq!(
            outcome.code,
            code,
            "{peer} {}: {}",
            json.get(..80).unwrap_or(&json),
            outcome.desc
        );
        let message: serde_json::Value = serde_json::from_str(&outcome.json).unwrap();
        assert_eq!(message["message_status"], 3);
        if code != 20003 {
            let id = message["message_msg_id"].as_str().unwrap().to_owned();
            assert_eq!(
                alice.call(Op::FindMessages { ids: vec![id] }).json,
                "[]",
                "a structural refusal stores nothing"
            );
        }
    }
}

// P2, P6
#[test]
fn a_damaged_database_is_rebuilt_from_the_server() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    for n in 0..20 {
        alice.say("bob", &format!("{n}"));
    }
    let heard = bob.hears(20);
    let bob = bob.restart_after(|file| {
        let length = std::fs::metadata(file).unwrap().len();
        std::fs::write(file, vec![0x5a; usize::try_from(length).unwrap()]).unwrap();
    });
    bob.login(&server);
    assert_eq!(bob.conversation("alice").unwrap()["conv_unread_num"], 20);
    let cloud = r#"{"msg_getmsglist_param_count":100,"msg_getmsglist_param_is_ramble":true}"#;
    let mut texts: Vec<String> = bob.history("alice", page(cloud)).iter().map(text_of).collect();
    texts.reverse();
    assert_eq!(texts, heard);
    alice.say("bob", "after");
    assert_eq!(
        bob.until("the next message", |e| match e {
            EventKind::NewMessages { json, .. } => text_list(json).pop().filter(|t| t == "after"),
            _ => None,
        }),
        "after"
    );
}

// FM-06
#[test]
fn messages_are_found_by_their_locators() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let sent = alice.say("bob", "hello");
    let second = alice.say("bob", "again");
    let locator = |message: &serde_json::Value| MsgLocator {
        time: message["message_server_time"].as_u64().unwrap(),
        seq: message["message_seq"].as_u64().unwrap(),
        rand: message["message_rand"].as_u64().unwrap(),
        is_self: message["message_is_from_self"].as_bool().unwrap(),
        ..MsgLocator::default()
    };
    let find = |peer: &str, locators: Vec<MsgLocator>| {
        let found = alice.call(Op::FindByLocators {
            conv: ConvKey::c2c(peer),
            locators: Checked {
                value: locators,
                refusal: None,
            },
        });
        assert_eq!(found.code, 0);
        let messages: Vec<serde_json::Value> = serde_json::from_str(&found.json).unwrap();
        messages
            .into_iter()
            .map(|m| m["message_msg_id"].clone())
            .collect::<Vec<_>>()
    };
    let (first_id, second_id) = (sent["message_msg_id"].clone(), second["message_msg_id"].clone());
    let both = vec![locator(&second), locator(&sent)];
    assert_eq!(
        find("bob", both),
        [second_id, first_id.clone()],
        "in the order asked"
    );
    let unique = MsgLocator {
        unique_id: sent["message_unique_id"].as_u64().unwrap(),
        ..locator(&sent)
    };
    assert_eq!(find("bob", vec![unique]), [first_id]);
    for wrong in [
        MsgLocator {
            time: 1,
            ..locator(&sent)
        },
        MsgLocator {
            time: u64::MAX,
            ..locator(&sent)
        },
        MsgLocator {
            seq: 1,
            ..locator(&sent)
        },
        MsgLocator {
            rand: 0,
            ..locator(&sent)
        },
        MsgLocator {
            is_self: false,
            ..locator(&sent)
        },
        MsgLocator {
            is_revoked: true,
            ..locator(&sent)
        },
        MsgLocator {
            unique_id: 1,
            ..locator(&sent)
        },
    ] {
        assert!(find("bob", vec![wrong]).is_empty());
    }
    assert!(
        find("carol", vec![locator(&sent)]).is_empty(),
        "another conversation"
    );
    assert!(find("bob", Vec::new()).is_empty());
    drop(bob);
}
