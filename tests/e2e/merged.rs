//! Several messages in one.

use serde_json::{Value, json};
use timbre::engine::{EventKind, Op};
use timbre::model::error::Outcome;
use timbre::model::messages::{HistoryParam, decode_message};

use crate::support::{Device, Folder, Server, text_of};

fn merge(messages: &[Value]) -> String {
    json!({"message_elem_array": [{
        "elem_type": 12,
        "merge_elem_title": "a talk",
        "merge_elem_abstract_array": ["alice: hello", "x".repeat(150)],
        "merge_elem_compatible_text": "your client is too old",
        "merge_elem_message_array": messages,
    }]})
    .to_string()
}

fn sent(device: &Device, peer: &str, json: &str) -> Value {
    let (_, outcome) = device.send_json(peer, json);
    let outcome = outcome.recv().unwrap();
    assert_eq!(outcome.code, 0, "{}", outcome.desc);
    serde_json::from_str(&outcome.json).unwrap()
}

fn heard(device: &Device) -> Value {
    let json = device.until("the message", |e| match e {
        EventKind::NewMessages { json, .. } => Some(json.clone()),
        _ => None,
    });
    serde_json::from_str::<Value>(&json).unwrap()[0].clone()
}

fn unfold(device: &Device, message: &Value) -> Outcome {
    let draft = decode_message(&message.to_string()).unwrap();
    device.call(Op::DownloadMerged(Box::new(draft)))
}

fn unfolded(device: &Device, message: &Value) -> Vec<Value> {
    let outcome = unfold(device, message);
    assert_eq!((outcome.code, &*outcome.desc), (0, ""));
    serde_json::from_str(&outcome.json).unwrap()
}

/// How many messages bob has of alice.
fn history(device: &Device, peer: &str) -> usize {
    let param = HistoryParam {
        count: 100,
        cloud: true,
        ..HistoryParam::default()
    };
    device.history(peer, param).len()
}

// MSG-034, MSG-180, MSG-183, MSG-184, MSG-185
#[test]
fn a_short_list_travels_in_its_message() {
    let server = Server::start();
    let (alice, bob, carol) = (server.phone("alice"), server.phone("bob"), server.phone("carol"));
    let said = alice.say("bob", "hello");
    bob.hears(1);
    bob.say("alice", "yes?");
    let answer = heard(&alice);
    let message = sent(&alice, "carol", &merge(&[said.clone(), answer]));
    assert_eq!(
        message["message_elem_array"][0]["merge_elem_message_array"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    let got = heard(&carol);
    let element = &got["message_elem_array"][0];
    assert_eq!(element["merge_elem_title"], "a talk");
    assert_eq!(element["merge_elem_abstract_array"][1], "x".repeat(100));
    assert_eq!(element["merge_elem_compatible_text"], "your client is too old");
    assert_eq!(element["merge_elem_message_array"], json!([]));
    assert_eq!(element["merge_elem_relay_pb_key"], "");
    assert_ne!(element["merge_elem_relay_buffer"], "");
    let list = unfolded(&carol, &got);
    assert_eq!(list.iter().map(text_of).collect::<Vec<_>>(), ["hello", "yes?"]);
    assert_eq!(list[0]["message_sender"], "alice");
    assert_eq!(list[1]["message_sender"], "bob");
    assert_eq!(list[0]["message_msg_id"], said["message_msg_id"]);
    assert_eq!(list[0]["message_conv_id"], "bob");
    assert_eq!(list[0]["message_server_time"], said["message_server_time"]);
    assert_eq!(list[0]["message_status"], 2);
    assert_eq!(history(&carol, "alice"), 1, "what is inside stands in no history");
    let ids = vec![said["message_msg_id"].as_str().unwrap().to_owned()];
    assert_eq!(carol.call(Op::FindMessages { ids }).json, "[]");
}

// MSG-034, MSG-184, MSG-185
#[test]
fn a_long_list_is_fetched_once_and_then_kept() {
    let mut server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let said: Vec<Value> = (0..30)
        .map(|n| alice.say("bob", &format!("{n} {}", "x".repeat(1000))))
        .collect();
    bob.hears(30);
    let message = sent(&alice, "bob", &merge(&said));
    let own = &message["message_elem_array"][0];
    assert_eq!(own["merge_elem_message_array"].as_array().map(Vec::len), Some(30));
    let got = heard(&bob);
    let element = &got["message_elem_array"][0];
    assert_eq!(element["merge_elem_relay_buffer"], "");
    assert_ne!(element["merge_elem_relay_pb_key"], "");
    assert_eq!(
        element["merge_elem_relay_pb_key"],
        element["merge_elem_relay_json_key"]
    );
    assert_eq!(element["merge_elem_message_array"], json!([]));
    let list = unfolded(&bob, &got);
    assert_eq!(list.len(), 30);
    assert_eq!(text_of(&list[29]), text_of(&said[29]));
    // Another device that has never fetched it, once the network is gone.
    let desktop = server.desktop("bob");
    server.stop();
    for device in [&bob, &desktop] {
        device.until("the end of the link", |e| {
            matches!(e, EventKind::NetworkStatus { status: 1 | 3, .. }).then_some(())
        });
    }
    assert_eq!(unfolded(&bob, &got).len(), 30);
    assert_eq!(
        unfolded(&alice, &message).len(),
        30,
        "the sender has never needed it"
    );
    let outcome = unfold(&desktop, &got);
    assert_eq!((outcome.code, &*outcome.json), (9508, "[]"));
}

// MSG-181, MSG-185
#[test]
fn merged_messages_are_merged_again() {
    let server = Server::start();
    let (alice, bob, carol) = (server.phone("alice"), server.phone("bob"), server.phone("carol"));
    let folder = Folder::new();
    let path = folder.path().join("a.txt");
    std::fs::write(&path, "inside").unwrap();
    let with_file = json!({"message_elem_array": [{"elem_type": 4, "file_elem_file_path": path}]});
    let file = sent(&alice, "bob", &with_file.to_string());
    heard(&bob);
    let short = sent(&alice, "bob", &merge(&[alice.say("bob", "deep"), file]));
    let long: Vec<Value> = (0..20)
        .map(|n| alice.say("bob", &format!("{n} {}", "y".repeat(1000))))
        .collect();
    let long = sent(&alice, "bob", &merge(&long));
    sent(&alice, "carol", &merge(&[short, long]));
    let got = heard(&carol);
    let outer = unfolded(&carol, &got);
    assert_eq!(outer.len(), 2);
    let inner = unfolded(&carol, &outer[0]);
    assert_eq!(text_of(&inner[0]), "deep");
    let list = unfolded(&carol, &outer[1]);
    assert_eq!(
        list.len(),
        20,
        "the file of the inner list is carol's to read too"
    );
    // A file of a message inside is hers as well.
    let url = inner[1]["message_elem_array"][0]["file_elem_url"]
        .as_str()
        .unwrap();
    assert!(url.starts_with("http"), "{url}");
    assert_eq!(inner[1]["message_elem_array"][0]["file_elem_file_path"], "");
}

// MSG-182, MSG-183
#[test]
fn what_was_not_sent_is_not_merged() {
    let server = Server::start();
    let (alice, _bob) = (server.phone("alice"), server.phone("bob"));
    let missing = json!({"message_elem_array": [{"elem_type": 4, "file_elem_file_path": "/no/such/file"}]});
    let (_, outcome) = alice.send_json("bob", &missing.to_string());
    let outcome = outcome.recv().unwrap();
    assert_eq!(outcome.code, 7006);
    let mut failed: Value = serde_json::from_str(&outcome.json).unwrap();
    let refused = |failed: &Value| {
        let (_, outcome) = alice.send_json("bob", &merge(&[alice.say("bob", "fine"), failed.clone()]));
        let outcome = outcome.recv().unwrap();
        assert_eq!(outcome.code, 6017);
        assert!(
            outcome.desc.contains("merge_elem_message_array[1]"),
            "{}",
            outcome.desc
        );
    };
    refused(&failed);
    // Whatever the app makes of it.
    failed["message_status"] = 2.into();
    refused(&failed);
}

// MSG-184
#[test]
fn a_message_without_a_list_cannot_be_opened() {
    let server = Server::start();
    let (alice, _bob) = (server.phone("alice"), server.phone("bob"));
    let outcome = unfold(&alice, &alice.say("bob", "text"));
    assert_eq!(
        (outcome.code, &*outcome.desc, &*outcome.json),
        (6017, "no relay element exist", "[]")
    );
}
