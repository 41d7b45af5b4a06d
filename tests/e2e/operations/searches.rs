//! What operations do to searches.

use serde_json::{Value, json};
use timbre::engine::Op;
use timbre::model::json;

use super::*;
use crate::support::Server;

/// Texts that a search for `keyword` finds, newest first: on the device, then on the server.
fn found(device: &Device, peer: &str, keyword: &str) -> [Vec<String>; 2] {
    let param = json!({
        "msg_search_param_keyword_array": [keyword],
        "msg_search_param_conv_id": peer,
        "msg_search_param_conv_type": 1,
    });
    let param = || Box::new(json::decode(&param.to_string(), 1 << 16).unwrap());
    [Op::SearchLocal(param()), Op::SearchCloud(param())].map(|op| {
        let outcome = loop {
            let again = match &op {
                Op::SearchLocal(_) => Op::SearchLocal(param()),
                _ => Op::SearchCloud(param()),
            };
            let outcome = device.call(again);
            if outcome.code != 7008 {
                break outcome;
            }
            // Only time makes it possible.
            std::thread::sleep(std::time::Duration::from_millis(50));
        };
        assert_eq!(outcome.code, 0, "{}", outcome.desc);
        let result: Value = serde_json::from_str(&outcome.json).unwrap();
        let items = result["msg_search_result_item_array"].as_array().unwrap();
        let messages = items
            .iter()
            .flat_map(|item| item["msg_search_result_item_message_array"].as_array().unwrap());
        messages.map(text_of).collect()
    })
}

fn both(texts: &[&str]) -> [Vec<String>; 2] {
    let texts: Vec<String> = texts.iter().map(|t| (*t).to_owned()).collect();
    [texts.clone(), texts]
}

// SL-24, SC-06
#[test]
fn what_is_gone_or_changed_is_found_accordingly() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let one = alice.say("bob", "apple one");
    alice.say("bob", "apple two");
    let three = alice.say("bob", "apple three");
    alice.say("bob", "apple four");
    bob.hears(4);
    let all = ["apple four", "apple three", "apple two", "apple one"];
    assert_eq!(found(&bob, "alice", "Apple"), both(&all));

    assert_eq!(recall(&alice, "bob", &one).code, 0);
    recalled(&bob);
    for (device, peer) in [(&alice, "bob"), (&bob, "alice")] {
        assert_eq!(found(device, peer, "apple"), both(&all[..3]), "{}", device.user);
    }

    let two = page(&bob, "alice", 10, false)
        .into_iter()
        .find(|m| text_of(m) == "apple two")
        .unwrap();
    assert_eq!(delete_list(&bob, "alice", &[&two]).code, 0);
    assert_eq!(found(&bob, "alice", "apple"), both(&all[..2]));
    assert_eq!(
        found(&alice, "bob", "apple"),
        both(&all[..3]),
        "only bob has deleted it"
    );

    assert_eq!(modify(&alice, &with_text(&three, "pear three")).code, 0);
    updated(&bob);
    assert_eq!(found(&bob, "alice", "apple"), both(&all[..1]));
    assert_eq!(found(&bob, "alice", "pear"), both(&["pear three"]));

    assert_eq!(clear(&bob, "alice").code, 0);
    assert_eq!(found(&bob, "alice", "apple"), both(&[]));
    assert_eq!(found(&alice, "bob", "three"), both(&["pear three"]));
}
