//! Batches and forwarded messages.

use serde_json::{Value, json};
use timbre::engine::Op;
use timbre::model::messages::decode_batch_param;

use super::{find, id_of, message_in, push_element, recall, recalled, save, texts, with_text};
use crate::support::{Server, text_json};

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
