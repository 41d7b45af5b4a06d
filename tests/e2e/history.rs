//! Pages of history with rows of every kind, online-only messages, finding, and reading everything.

use serde_json::{Value, json};
use timbre::engine::{CleanScope, EventKind, Op};
use timbre::model::messages::{
    ConvKey, decode_history_param, decode_local_custom, decode_message, decode_named, decode_saved,
};

use crate::support::{Device, Server, text_json, text_list, text_of};

fn list(device: &Device, peer: &str, param: Value) -> Vec<Value> {
    device.history(peer, decode_history_param(&param.to_string()).unwrap())
}

fn texts(device: &Device, peer: &str, param: Value) -> Vec<String> {
    list(device, peer, param).iter().map(text_of).collect()
}

fn id_of(message: &Value) -> String {
    message["message_msg_id"].as_str().unwrap().to_owned()
}

fn find(device: &Device, ids: &[&str]) -> Vec<Value> {
    let outcome = device.call(Op::FindMessages {
        ids: ids.iter().map(|id| (*id).to_owned()).collect(),
    });
    assert_eq!((outcome.code, &*outcome.desc), (0, "OK"));
    serde_json::from_str(&outcome.json).unwrap()
}

fn text_message(text: &str) -> Value {
    serde_json::from_str(&text_json(text)).unwrap()
}

fn loses_the_link(device: &Device) {
    device.until("the loss of the link", |e| {
        matches!(e, EventKind::NetworkStatus { status: 1 | 3, .. }).then_some(())
    });
}

const CLOUD: &str = "msg_getmsglist_param_is_ramble";
const COUNT: &str = "msg_getmsglist_param_count";

// MSG-011, MSG-142, MSG-143, MSG-162, MSG-171, FM-01, FM-02, FM-04
#[test]
fn history_shows_every_state_but_the_deleted() {
    let mut server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let item = |text: &str, time: u64| {
        let mut item = text_message(text);
        item["message_server_time"] = time.into();
        item["message_sender"] = "bob".into();
        decode_saved(&item).unwrap()
    };
    let imported = alice.call(Op::Import {
        conv: ConvKey::c2c("bob"),
        drafts: vec![item("years ago", 1_000_000_000)],
    });
    assert_eq!(imported.code, 0);
    let sent = alice.say("bob", "sent");
    let gone = alice.say("bob", "deleted");
    let back = alice.say("bob", "recalled");
    let reply = bob.say("alice", "received");
    alice.hears(1);
    let deleted = alice.call(Op::Delete {
        conv: ConvKey::c2c("bob"),
        message: Box::new(decode_named(&gone)),
        cloud: false,
    });
    assert_eq!(deleted.code, 0);
    let recalled = alice.call(Op::Recall {
        conv: ConvKey::c2c("bob"),
        message: Box::new(decode_named(&back)),
    });
    assert_eq!(recalled.code, 0);
    server.stop();
    loses_the_link(&alice);
    let (_, failed) = alice.send_json("bob", &text_json("failed"));
    assert_eq!(failed.recv().unwrap().code, 9508);
    let (id, waiting) = alice.send_json("bob", &text_json("cancelled"));
    let cancelled = alice.call(Op::CancelSend {
        conv: ConvKey::c2c("bob"),
        msg_id: id,
    });
    assert_eq!(cancelled.code, 0);
    assert_eq!(waiting.recv().unwrap().code, 8021);
    let (sending, _outcome) = alice.send_json("bob", &text_json("sending"));
    let expected = [
        ("sending", 1),
        ("cancelled", 7),
        ("failed", 3),
        ("received", 2),
        ("recalled", 6),
        ("sent", 2),
        ("years ago", 5),
    ];
    // Without a server a cloud pull is a local one, and no error.
    for cloud in [false, true] {
        let found: Vec<(String, u64)> = list(&alice, "bob", json!({COUNT: 20, CLOUD: cloud}))
            .iter()
            .map(|m| (text_of(m), m["message_status"].as_u64().unwrap()))
            .collect();
        let expected: Vec<(String, u64)> = expected.iter().map(|(t, s)| ((*t).to_owned(), *s)).collect();
        assert_eq!(found, expected, "cloud: {cloud}");
    }
    // Found all the same, in the order asked, each once; what is not here is left out.
    let ids = [
        id_of(&gone),
        id_of(&back),
        sending,
        id_of(&gone),
        "no such id".to_owned(),
    ];
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let states: Vec<_> = find(&alice, &ids)
        .iter()
        .map(|m| m["message_status"].as_u64().unwrap())
        .collect();
    assert_eq!(states, [4, 6, 1]);
    assert_eq!(find(&alice, &[]), Vec::<Value>::new());
    // Once the server is back, what it has and what only this device has stand side by side.
    server.restart();
    alice.network_is_back();
    let merged = loop {
        let found = list(&alice, "bob", json!({COUNT: 20, CLOUD: true}));
        if found[0]["message_status"] == 2 {
            break found;
        }
    };
    let merged: Vec<String> = merged.iter().map(text_of).collect();
    assert_eq!(merged.len(), 7, "{merged:?}");
    assert!(!merged.contains(&"deleted".to_owned()));
    assert_eq!(merged[6], "years ago");
    drop((sent, reply));
    // Before any login there is no database to look at.
    let alice = alice.restart();
    let outcome = alice.call(Op::GetHistory {
        conv: ConvKey::c2c("bob"),
        param: Box::new(decode_history_param(&json!({COUNT: 5}).to_string()).unwrap()),
    });
    assert_eq!(
        (outcome.code, &*outcome.desc, outcome.json.as_str()),
        (6014, "not init database", "[]")
    );
    let outcome = alice.call(Op::FindMessages {
        ids: vec!["x".into()],
    });
    assert_eq!(
        (outcome.code, &*outcome.desc, outcome.json.as_str()),
        (6014, "not init database", "[]")
    );
    // A login that fails opens it.
    assert_ne!(alice.try_login("no sig").code, 0);
    assert_eq!(texts(&alice, "bob", json!({COUNT: 1, CLOUD: true})).len(), 1);
}

// MSG-150, MSG-151, MSG-153, MSG-156, MSG-159, MSG-164, MSG-170
#[test]
fn a_page_starts_where_it_is_told_to() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let sent: Vec<Value> = (0..9).map(|n| alice.say("bob", &format!("t{n}"))).collect();
    bob.hears(9);
    let custom = r#"{"message_elem_array":[{"elem_type":3,"custom_elem_data":"c"}]}"#;
    assert_eq!(alice.send_json("bob", custom).1.recv().unwrap().code, 0);
    for cloud in [false, true] {
        // Around a message that was found: it is in neither page.
        let around = |forward: bool| {
            texts(
                &alice,
                "bob",
                json!({COUNT: 3, CLOUD: cloud, "msg_getmsglist_param_last_msg": sent[4],
                       "msg_getmsglist_param_is_forward": forward}),
            )
        };
        assert_eq!(around(false), ["t3", "t2", "t1"]);
        assert_eq!(around(true), ["t5", "t6", "t7"]);
        // By its numbers, as another device would name it.
        let numbers = json!({
            "message_elem_array": [],
            "message_seq": sent[4]["message_seq"],
            "message_rand": sent[4]["message_rand"],
            "message_server_time": sent[4]["message_server_time"],
        });
        let by_numbers = json!({COUNT: 2, CLOUD: cloud, "msg_getmsglist_param_last_msg": numbers});
        assert_eq!(texts(&alice, "bob", by_numbers), ["t3", "t2"]);
        // A sequence and a list of sequences mean nothing in a one-to-one conversation.
        let sequence = json!({COUNT: 1, CLOUD: cloud, "msg_getmsglist_param_last_msg_seq": 2,
            "msg_getmsglist_param_message_seq_array": [1, 2]});
        assert_eq!(
            texts(&alice, "bob", sequence),
            [""],
            "the newest, which is no text"
        );
        let both = json!({COUNT: 1, CLOUD: cloud, "msg_getmsglist_param_last_msg": sent[4],
            "msg_getmsglist_param_last_msg_seq": 2});
        assert_eq!(texts(&alice, "bob", both), ["t3"], "the message wins");
        // In small pages: the last one of each is the start of the next.
        let mut all = Vec::new();
        let mut param = json!({COUNT: 4, CLOUD: cloud});
        loop {
            let page = list(&alice, "bob", param.clone());
            let Some(last) = page.last() else { break };
            param["msg_getmsglist_param_last_msg"] = last.clone();
            all.extend(page.iter().map(text_of));
        }
        assert_eq!(all, ["", "t8", "t7", "t6", "t5", "t4", "t3", "t2", "t1", "t0"]);
    }
    let kinds = |kinds: Value, cloud: bool| {
        texts(
            &alice,
            "bob",
            json!({COUNT: 2, CLOUD: cloud, "msg_getmsglist_param_message_type_array": kinds}),
        )
    };
    assert_eq!(kinds(json!([0]), false), ["t8", "t7"]);
    assert_eq!(kinds(json!([3]), false), [""]);
    assert_eq!(kinds(json!([]), false), ["", "t8"]);
    assert_eq!(kinds(json!([0]), true), ["", "t8"], "a cloud pull has no filter");
}

// ON-01, ON-02, ON-03, ON-04, ON-05, ON-06, ON-11, ON-12, MSG-035, MSG-052, MSG-053, MSG-063, MSG-065, FM-03
#[test]
fn an_online_message_reaches_who_is_there_and_nothing_remembers_it() {
    let server = Server::start();
    let (phone, desktop) = (server.phone("alice"), server.desktop("alice"));
    let (bob, away) = (server.phone("bob"), server.desktop("bob"));
    // Not there: neither now nor later.
    away.client.shutdown();
    let mut typing = json!({"message_elem_array": [{"elem_type": 3, "custom_elem_data": "typing"}]});
    typing["message_is_online_msg"] = true.into();
    typing["message_need_read_receipt"] = true.into();
    typing["message_support_message_extension"] = true.into();
    let (id, outcome) = phone.send_json("bob", &typing.to_string());
    let outcome = outcome.recv().unwrap();
    assert_eq!((outcome.code, &*outcome.desc), (0, "OK"));
    let sent: Value = serde_json::from_str(&outcome.json).unwrap();
    assert_eq!(
        (&sent["message_status"], &sent["message_seq"]),
        (&json!(2), &json!(0))
    );
    assert_eq!(sent["message_is_online_msg"], true);
    assert_eq!(
        sent["message_need_read_receipt"], false,
        "a receipt for it has no meaning"
    );
    for device in [&bob, &desktop] {
        let got = device.until("the message", |e| match e {
            EventKind::NewMessages { json, row } => Some((json.clone(), *row)),
            _ => None,
        });
        let list: Value = serde_json::from_str(&got.0).unwrap();
        assert_eq!(list[0]["message_elem_array"][0]["custom_elem_data"], "typing");
        assert_eq!(list[0]["message_is_online_msg"], true);
        assert_eq!(list[0]["message_need_read_receipt"], false);
        assert_eq!(got.1, 0, "it has no row");
    }
    // A message that is kept, so that everything before it has arrived.
    phone.say("bob", "kept");
    assert_eq!(bob.hears(1), ["kept"]);
    assert_eq!(desktop.hears(1), ["kept"]);
    let away = away.restart();
    away.login(&server);
    let fresh = server.device("bob", timbre_protocol::Platform::Windows);
    fresh.login(&server);
    for (device, peer) in [
        (&phone, "bob"),
        (&desktop, "bob"),
        (&bob, "alice"),
        (&away, "alice"),
        (&fresh, "alice"),
    ] {
        assert_eq!(find(device, &[&id]), Vec::<Value>::new());
        assert_eq!(texts(device, peer, json!({COUNT: 9})), ["kept"]);
        assert_eq!(texts(device, peer, json!({COUNT: 9, CLOUD: true})), ["kept"]);
        let conv = device.conversation(peer).unwrap();
        assert_eq!(text_of(&conv["conv_last_msg"]), "kept");
        let unread = if peer == "alice" { 1 } else { 0 };
        assert_eq!(conv["conv_unread_num"], unread);
    }
    // Nobody is there: still a success.
    bob.client.shutdown();
    away.client.shutdown();
    fresh.client.shutdown();
    assert_eq!(
        phone.send_json("bob", &typing.to_string()).1.recv().unwrap().code,
        0
    );
    let bob = bob.restart();
    assert_eq!(bob.try_login(&server.sig("bob")).code, 0);
    let mut heard = Vec::new();
    bob.until("the end of the synchronisation", |e| match e {
        EventKind::NewMessages { json, .. } => {
            heard.extend(text_list(json));
            None
        }
        EventKind::Conversations { event: 4, .. } => Some(()),
        _ => None,
    });
    assert_eq!(heard, [""; 0]);
}

// ON-04, MSG-065
#[test]
fn an_online_message_is_not_kept_when_it_cannot_be_sent() {
    let mut server = Server::start();
    let alice = server.phone("alice");
    server.stop();
    loses_the_link(&alice);
    let json = r#"{"message_elem_array":[{"elem_type":0,"text_elem_content":"typing"}],"message_is_online_msg":true}"#;
    let (id, outcome) = alice.send_json("bob", json);
    let outcome = outcome.recv().unwrap();
    assert_eq!(outcome.code, 9508, "{}", outcome.desc);
    let message: Value = serde_json::from_str(&outcome.json).unwrap();
    assert_eq!(message["message_status"], 3);
    assert_eq!(find(&alice, &[&id]), Vec::<Value>::new());
    assert_eq!(alice.conversation("bob"), None);
}

// RD-03, RD-04, RD-05, RD-07, RD-12
#[test]
fn reading_can_be_reported_for_one_and_for_everything() {
    let server = Server::start();
    let (alice, bob, carol) = (server.phone("alice"), server.phone("bob"), server.phone("carol"));
    let report = |scope: CleanScope, message: Option<&Value>| {
        alice.call(Op::ReportRead {
            scope,
            message: message.map(|m| Box::new(decode_local_custom(&m.to_string()).unwrap())),
        })
    };
    let counts = || {
        ["bob", "carol"].map(|peer| {
            let conv = alice.conversation(peer).unwrap();
            conv["conv_unread_num"].as_u64().unwrap()
        })
    };
    for scope in [CleanScope::AllC2c, CleanScope::All] {
        bob.say("alice", "1");
        let last = carol.say("alice", "2");
        alice.hears(2);
        assert_eq!(counts(), [1, 1]);
        let outcome = report(CleanScope::AllGroups, None);
        assert_eq!((outcome.code, outcome.json.as_str()), (0, ""));
        assert_eq!(counts(), [1, 1], "there are no groups");
        alice.told();
        assert_eq!(report(scope, None).code, 0);
        assert_eq!(counts(), [0, 0]);
        alice.until("the own conversation event", |e| {
            matches!(e, EventKind::Conversations { event: 2, .. }).then_some(())
        });
        for peer in [&bob, &carol] {
            let receipt = peer.until("the receipt", |e| match e {
                EventKind::ReadReceipts { json } => Some(json.clone()),
                _ => None,
            });
            let receipt: Value = serde_json::from_str(&receipt).unwrap();
            assert_eq!(receipt[0]["msg_receipt_conv_id"], "alice");
        }
        // Never back, and no word of it.
        let receipts = |e: &EventKind| matches!(e, EventKind::ReadReceipts { .. });
        let position = find(&alice, &[&id_of(&last)]).remove(0);
        assert_eq!(
            report(CleanScope::One(ConvKey::c2c("carol")), Some(&position)).code,
            0
        );
        carol.say("bob", "everything before has come");
        assert!(!carol.told().iter().any(receipts));
    }
    let foreign = bob.say("carol", "elsewhere");
    carol.hears(1);
    assert_eq!(
        report(CleanScope::One(ConvKey::c2c("bob")), Some(&foreign)).code,
        6017
    );
}

// MSG-010, MSG-047, MSG-051
#[test]
fn the_numbers_of_a_message_name_it_and_no_other() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let sent: Vec<Value> = (0..3).map(|n| alice.say("bob", &format!("t{n}"))).collect();
    bob.hears(3);
    let number = |m: &Value, key: &str| m[key].as_u64().unwrap();
    for pair in sent.windows(2) {
        let (rand, next) = (number(&pair[0], "message_rand"), number(&pair[1], "message_rand"));
        assert_ne!(rand, 0);
        assert!(
            next == rand + 1 || next == rand + 2 || next < rand,
            "{rand} {next}"
        );
    }
    for message in &sent {
        let (time, rand) = (
            number(message, "message_client_time"),
            number(message, "message_rand"),
        );
        assert_eq!(number(message, "message_unique_id"), time << 32 | rand);
        let tiny = number(message, "message_sender_tiny_id");
        assert_eq!(id_of(message), format!("{tiny}-{time}-{rand}"));
        let profile = &message["message_sender_profile"];
        assert_eq!(profile["user_profile_identifier"], "alice");
        assert_eq!(profile.as_object().unwrap().len(), 4);
        // The receiver knows it by the same names.
        let got = find(&bob, &[&id_of(message)]);
        assert_eq!(got[0]["message_unique_id"], message["message_unique_id"]);
        assert_eq!(got[0]["message_sender_profile"], *profile);
    }
    let draft = decode_message(&text_json("x")).unwrap();
    assert_eq!(draft.flags, 0);
}

// MSG-021: what an offline push is to say travels with the message; what is unknown or of a wrong type does not.
#[test]
fn the_push_options_of_a_message_travel_with_it() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let json = serde_json::json!({
        "message_elem_array": [{"elem_type": 3, "custom_elem_data": "d"}],
        "message_offline_push_config": {
            "offline_push_config_title": "alice", "offline_push_config_desc": "has written",
            "offline_push_config_flag": 1, "offline_push_config_ext": 7, "unheard_of": true,
        },
    });
    let outcome = alice.send_json("bob", &json.to_string()).1.recv().unwrap();
    assert_eq!(outcome.code, 0, "{}", outcome.desc);
    bob.until("the message", |e| {
        matches!(e, EventKind::NewMessages { .. }).then_some(())
    });
    for (device, peer) in [(&alice, "bob"), (&bob, "alice")] {
        let message = list(device, peer, json!({"msg_getmsglist_param_count": 1})).remove(0);
        let config = &message["message_offline_push_config"];
        assert_eq!(config["offline_push_config_title"], "alice", "{}", device.user);
        assert_eq!(config["offline_push_config_desc"], "has written");
        assert_eq!(config["offline_push_config_flag"], 1);
        assert_eq!(config["offline_push_config_ext"], "", "it was no text");
        assert!(config.get("unheard_of").is_none());
    }
}

// MSG-160: an invitation stands in the history as the custom message that carried it, and can be read there.
#[test]
fn invitations_are_read_out_of_the_history() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let action = serde_json::json!({
        "businessID": 1, "actionType": 1, "inviteID": "i1", "inviter": "alice", "inviteeList": ["bob"],
        "groupID": "", "data": "{\"room\":7}", "timeout": 30,
    });
    let json =
        serde_json::json!({"message_elem_array": [{"elem_type": 3, "custom_elem_data": action.to_string()}]});
    assert_eq!(
        alice.send_json("bob", &json.to_string()).1.recv().unwrap().code,
        0
    );
    alice.say("bob", "no invitation");
    bob.hears(2);
    let found = list(&bob, "alice", json!({"msg_getmsglist_param_count": 9}));
    let info = timbre::model::signaling::signaling_info(&found[1]).unwrap();
    assert_eq!(
        (info.invite_id.as_str(), info.inviter.as_str(), info.timeout),
        ("i1", "alice", 30)
    );
    assert_eq!(info.data, "{\"room\":7}");
    assert_eq!(timbre::model::signaling::signaling_info(&found[0]), None);
}
