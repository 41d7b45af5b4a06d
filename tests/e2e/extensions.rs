//! Keys and values that users attach to messages.

use serde_json::{Value, json};
use timbre::engine::{EventKind, ExtensionAction, ExtensionOp, Op};
use timbre::model::json::Checked;
use timbre::model::messages::decode_named;
use timbre::model::messages::objects::MessageExtension;
use timbre_protocol::Platform;

use crate::support::{Device, Server, named, page, sent};

const POLL: &str = r#"{"message_support_message_extension":true,"message_elem_array":[{"elem_type":3,"custom_elem_data":"poll"}]}"#;

fn call(device: &Device, message: &Value, action: ExtensionAction) -> (i32, String) {
    let message = decode_named(message);
    let outcome = device.call(Op::Extensions(Box::new(ExtensionOp { message, action })));
    if outcome.code == 0 {
        assert_eq!(outcome.desc, "");
    } else {
        assert!(!outcome.desc.is_empty() && outcome.json.is_empty(), "{outcome:?}");
    }
    (outcome.code, outcome.json)
}

fn set_action(pairs: &[(&str, &str)]) -> ExtensionAction {
    let pair = |(key, value): &(&str, &str)| MessageExtension {
        key: (*key).to_owned(),
        value: (*value).to_owned(),
    };
    ExtensionAction::Set(Checked {
        value: pairs.iter().map(pair).collect(),
        refusal: None,
    })
}

fn delete_action(keys: &[&str]) -> ExtensionAction {
    ExtensionAction::Delete(keys.iter().map(|key| (*key).to_owned()).collect())
}

/// Each key's code, key and value: `0 ann=yes`.
fn outcomes(json: &str) -> Vec<String> {
    let list: Vec<Value> = serde_json::from_str(json).unwrap();
    list.iter()
        .map(|one| {
            let (code, info) = (
                &one["message_extension_result_code"],
                &one["message_extension_result_info"],
            );
            assert_eq!(*code == 0, *info == "", "{one}");
            let item = &one["message_extension_item"];
            let text = |key: &str| item[key].as_str().unwrap().to_owned();
            format!(
                "{code} {}={}",
                text("message_extension_key"),
                text("message_extension_value")
            )
        })
        .collect()
}

fn set(device: &Device, message: &Value, pairs: &[(&str, &str)]) -> Vec<String> {
    let (code, json) = call(device, message, set_action(pairs));
    assert_eq!(code, 0);
    outcomes(&json)
}

fn delete(device: &Device, message: &Value, keys: &[&str]) -> Vec<String> {
    let (code, json) = call(device, message, delete_action(keys));
    assert_eq!(code, 0);
    outcomes(&json)
}

fn pairs(json: &str) -> Vec<String> {
    let list: Vec<Value> = serde_json::from_str(json).unwrap();
    list.iter()
        .map(|one| {
            let text = |key: &str| one[key].as_str().unwrap().to_owned();
            format!(
                "{}={}",
                text("message_extension_key"),
                text("message_extension_value")
            )
        })
        .collect()
}

fn get(device: &Device, message: &Value) -> Vec<String> {
    let (code, json) = call(device, message, ExtensionAction::Get);
    assert_eq!(code, 0);
    pairs(&json)
}

fn changed(device: &Device) -> (String, Vec<String>) {
    device.until("changed extensions", |event| match event {
        EventKind::ExtensionsChanged { msg_id, json } => Some((msg_id.clone(), pairs(json))),
        _ => None,
    })
}

fn deleted(device: &Device) -> (String, Value) {
    device.until("deleted extensions", |event| match event {
        EventKind::ExtensionsDeleted { msg_id, json } => {
            Some((msg_id.clone(), serde_json::from_str(json).unwrap()))
        }
        _ => None,
    })
}

fn newest(device: &Device, peer: &str) -> Value {
    device.history(peer, page(1)).remove(0)
}

fn id_of(message: &Value) -> String {
    message["message_msg_id"].as_str().unwrap().to_owned()
}

/// Whatever is told before a message is told by now.
fn extension_events(device: &Device, sender: &Device) -> usize {
    sender.say(&device.user, "a mark");
    let mut count = 0;
    device.until("the mark", |event| {
        count += usize::from(matches!(
            event,
            EventKind::ExtensionsChanged { .. } | EventKind::ExtensionsDeleted { .. }
        ));
        matches!(event, EventKind::NewMessages { json, .. } if json.contains("a mark")).then_some(())
    });
    count
}

// EX-01, EX-02, EX-03, EX-07, EX-10, EX-14, P7: a poll: both sides vote and see each other's votes.
#[test]
fn a_poll_is_filled_in_by_both_sides_and_told_to_all_devices() {
    let server = Server::start();
    let (alice, bob, tablet) = (server.phone("alice"), server.phone("bob"), server.desktop("bob"));
    let poll = sent(&alice, "bob", POLL);
    assert_eq!(poll["message_support_message_extension"], true);
    bob.hears(1);
    tablet.hears(1);
    let at_bob = newest(&bob, "alice");
    assert_eq!(set(&alice, &poll, &[("alice", "tea")]), ["0 alice=tea"]);
    for device in [&alice, &bob, &tablet] {
        assert_eq!(changed(device), (id_of(&poll), vec!["alice=tea".to_owned()]));
    }
    assert_eq!(
        set(
            &bob,
            &at_bob,
            &[("bob", "coffee"), ("note", ""), ("bob", "water")]
        ),
        ["0 bob=water", "0 note="],
        "the last of two values for one key wins"
    );
    for device in [&alice, &bob, &tablet] {
        assert_eq!(changed(device).1, ["bob=water", "note="]);
    }
    // A key that is there gets the new value, and keeps its place.
    assert_eq!(set(&alice, &poll, &[("alice", "milk")]), ["0 alice=milk"]);
    for device in [&alice, &bob, &tablet] {
        assert_eq!(changed(device).1, ["alice=milk"]);
        assert_eq!(get(device, &poll), ["alice=milk", "bob=water", "note="]);
    }
    // The same value again is a success that nobody is told of.
    assert_eq!(set(&alice, &poll, &[("alice", "milk")]), ["0 alice=milk"]);
    assert_eq!(extension_events(&bob, &alice), 0);
    let conv = bob.conversation("alice").unwrap();
    assert_eq!(conv["conv_unread_num"], 2, "the poll and the mark alone");
}

// EX-12, EX-15
#[test]
fn keys_are_deleted_one_by_one_and_all_at_once() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let poll = sent(&alice, "bob", POLL);
    bob.hears(1);
    set(&alice, &poll, &[("a", "1"), ("b", "2"), ("c", "3")]);
    changed(&bob);
    // Anybody who sees the message may delete any key.
    assert_eq!(delete(&bob, &poll, &["b", "x"]), ["0 b=", "23004 x="]);
    for device in [&alice, &bob] {
        assert_eq!(
            deleted(device),
            (id_of(&poll), json!([{"message_extension_key": "b"}]))
        );
        assert_eq!(get(device, &poll), ["a=1", "c=3"]);
    }
    // A deleted key can be set again; it is a new one by its place.
    assert_eq!(set(&bob, &poll, &[("b", "4")]), ["0 b=4"]);
    assert_eq!(get(&bob, &poll), ["a=1", "c=3", "b=4"]);
    changed(&alice);
    assert_eq!(delete(&alice, &poll, &[]), ["0 a=", "0 c=", "0 b="]);
    let keys = deleted(&bob).1;
    assert_eq!(
        keys,
        json!([
            {"message_extension_key": "a"}, {"message_extension_key": "c"}, {"message_extension_key": "b"},
        ])
    );
    assert_eq!(get(&alice, &poll), Vec::<String>::new());
    assert_eq!(
        delete(&alice, &poll, &[]),
        Vec::<String>::new(),
        "nothing is left to delete"
    );
    assert_eq!(delete(&alice, &poll, &["a"]), ["23004 a="]);
}

// EX-09: of two who change one key at a time the first wins; the other is told the value, and may try again.
#[test]
fn of_two_writers_of_one_key_the_first_wins_and_the_second_may_try_again() {
    let server = Server::start();
    let alice = server.phone("alice");
    let bob = server.device("bob", Platform::Android);
    let poll = sent_to_unknown(&server, &alice, &bob);
    // Bob's device does not see alice's write: it is away while it happens, and has never asked.
    let away = bob.restart();
    assert_eq!(set(&alice, &poll, &[("seat", "alice")]), ["0 seat=alice"]);
    away.login(&server);
    assert_eq!(set(&away, &poll, &[("seat", "bob")]), ["23001 seat=alice"]);
    assert_eq!(
        set(&away, &poll, &[("seat", "bob"), ("mine", "1")]),
        ["0 seat=bob", "0 mine=1"]
    );
    assert_eq!(changed(&alice).1, ["seat=alice"]);
    assert_eq!(
        changed(&alice).1,
        ["seat=bob", "mine=1"],
        "one event for each real change"
    );
    // The same with a key that was deleted meanwhile, and with a deletion that comes late.
    let away = away.restart();
    assert_eq!(delete(&alice, &poll, &["seat"]), ["0 seat="]);
    assert_eq!(set(&alice, &poll, &[("mine", "2")]), ["0 mine=2"]);
    away.login(&server);
    assert_eq!(set(&away, &poll, &[("seat", "late")]), ["23001 seat="]);
    assert_eq!(set(&away, &poll, &[("seat", "late")]), ["0 seat=late"]);
    assert_eq!(delete(&away, &poll, &["mine"]), ["23001 mine=2"]);
    assert_eq!(delete(&away, &poll, &["mine"]), ["0 mine="]);
    assert_eq!(get(&alice, &poll), ["seat=late"]);
}

/// A poll that bob's device has got.
fn sent_to_unknown(server: &Server, alice: &Device, bob: &Device) -> Value {
    bob.login(server);
    let poll = sent(alice, "bob", POLL);
    bob.hears(1);
    poll
}

// EX-09: two at the very same moment: exactly one of them wins.
#[test]
fn two_writers_at_one_moment_get_one_success_and_one_conflict() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let poll = sent(&alice, "bob", POLL);
    bob.hears(1);
    let both = std::thread::scope(|scope| {
        let at_alice = scope.spawn(|| set(&alice, &poll, &[("seat", "alice")]));
        let at_bob = scope.spawn(|| set(&bob, &poll, &[("seat", "bob")]));
        [at_alice.join().unwrap(), at_bob.join().unwrap()].concat()
    });
    let now = get(&alice, &poll).remove(0);
    if both[0].starts_with("0 ") && both[1].starts_with("0 ") {
        // The second one had heard of the first before it wrote: that is no conflict.
        assert!(now == "seat=alice" || now == "seat=bob");
    } else {
        let mut expected = [format!("0 {now}"), format!("23001 {now}")];
        let mut both = both;
        expected.sort();
        both.sort();
        assert_eq!(both, expected);
    }
    assert_eq!(get(&bob, &poll), [now]);
}

// EX-11: without a network the copy of this device is the answer, an empty one too.
#[test]
fn extensions_are_read_without_a_network() {
    let mut server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let (poll, never) = (sent(&alice, "bob", POLL), sent(&alice, "bob", POLL));
    bob.hears(2);
    set(&alice, &poll, &[("a", "1"), ("b", "2")]);
    changed(&bob);
    set(&bob, &poll, &[("c", "3")]);
    server.stop();
    assert_eq!(get(&bob, &poll), ["a=1", "b=2", "c=3"]);
    assert_eq!(get(&bob, &never), Vec::<String>::new());
    let (code, _) = call(&bob, &poll, set_action(&[("d", "4")]));
    assert_eq!(code, 9508);
    assert_eq!(get(&bob, &poll), ["a=1", "b=2", "c=3"]);
}

// EX-11: a device that has missed changes asks for these alone, and ends with the same.
#[test]
fn a_device_that_was_away_reads_what_it_has_missed() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let poll = sent(&alice, "bob", POLL);
    bob.hears(1);
    set(&alice, &poll, &[("a", "1"), ("b", "2")]);
    assert_eq!(get(&bob, &poll), ["a=1", "b=2"]);
    let away = bob.restart();
    delete(&alice, &poll, &["a"]);
    set(&alice, &poll, &[("b", "3"), ("c", "4")]);
    away.login(&server);
    assert_eq!(get(&away, &poll), ["b=3", "c=4"]);
    let away = away.restart();
    delete(&alice, &poll, &[]);
    away.login(&server);
    assert_eq!(get(&away, &poll), Vec::<String>::new());
    let fresh = server.desktop("bob");
    set(&alice, &poll, &[("z", "9")]);
    // It has no such message, and is told all the same, under its id.
    assert_eq!(changed(&fresh), (id_of(&poll), vec!["z=9".to_owned()]));
}

// EX-04, EX-05, EX-08, EX-13: what takes no extensions, and what is no extension.
#[test]
fn what_takes_no_extensions_and_what_is_too_much_is_refused() {
    let server = Server::with(|config| {
        config.ext_per_message = 25;
        config.ext_rate = 0;
    });
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let (plain, poll) = (alice.say("bob", "plain"), sent(&alice, "bob", POLL));
    bob.hears(2);
    let one = || set_action(&[("k", "v")]);
    for action in [one(), ExtensionAction::Get, delete_action(&["k"])] {
        assert_eq!(call(&alice, &plain, action).0, 6017, "sent without the flag");
    }
    assert_eq!(call(&alice, &named("unknown"), one()).0, 6017);
    let (_, failed) = alice.send_json("nobody-at-all", POLL);
    let failed: Value = serde_json::from_str(&failed.recv().unwrap().json).unwrap();
    assert_eq!(failed["message_status"], 3);
    assert_eq!(call(&alice, &failed, one()).0, 6017, "it was never sent");
    let (long_key, long_value) = ("k".repeat(101), "v".repeat(1025));
    let many: Vec<String> = (0..26).map(|n| format!("k{n}")).collect();
    let named_keys: Vec<(&str, &str)> = many.iter().map(|key| (key.as_str(), "v")).collect();
    for pairs in [
        &[][..],
        &[(long_key.as_str(), "")],
        &[("", "v")],
        &[("k", long_value.as_str())],
        &named_keys[..21],
    ] {
        assert_eq!(call(&alice, &poll, set_action(pairs)).0, 6017);
    }
    let keys: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(call(&alice, &poll, delete_action(&keys[..21])).0, 6017);
    assert_eq!(call(&alice, &poll, delete_action(&[""])).0, 6017);
    assert_eq!(get(&alice, &poll), Vec::<String>::new(), "nothing was changed");
    // The longest that there may be; then as many as a message may have, and one more.
    assert_eq!(set(&alice, &poll, &[(&long_key[1..], &long_value[1..])]).len(), 1);
    assert!(
        set(&alice, &poll, &named_keys[..20])
            .iter()
            .all(|o| o.starts_with("0 "))
    );
    let last = set(&bob, &poll, &named_keys[20..]);
    assert_eq!(last.iter().filter(|o| o.starts_with("0 ")).count(), 4);
    assert_eq!(last[4..], ["6017 k24=", "6017 k25="]);
    assert_eq!(
        set(&bob, &poll, &[("k0", "new")]),
        ["0 k0=new"],
        "a key that is there is no new one"
    );
    assert_eq!(get(&alice, &poll).len(), 25);
}

// EX-08, EX-16: how often, and the operator's switch.
#[test]
fn writes_are_limited_and_can_be_switched_off() {
    let server = Server::with(|config| config.ext_rate = 5);
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let poll = sent(&alice, "bob", POLL);
    bob.hears(1);
    let five = [("1", ""), ("2", ""), ("3", ""), ("4", ""), ("5", "")];
    let again = || call(&bob, &poll, set_action(&[("6", "")])).0;
    set(&alice, &poll, &five);
    // The minute may end in between.
    let codes = [again(), again(), again(), again(), again(), again(), again()];
    assert!(codes.contains(&23003), "{codes:?}");
    let server = Server::with(|config| config.ext_enabled = false);
    let (alice, _bob) = (server.phone("alice"), server.phone("bob"));
    let poll = sent(&alice, "bob", POLL);
    assert_eq!(call(&alice, &poll, set_action(&[("k", "v")])).0, 23002);
}

#[test]
fn nobody_logged_in_is_the_first_thing_said() {
    let server = Server::start();
    let alice = server.device("alice", Platform::Linux);
    let message = named("a");
    assert_eq!(call(&alice, &message, set_action(&[])).0, 6014);
    assert_eq!(call(&alice, &message, ExtensionAction::Get).0, 6014);
    assert_eq!(call(&alice, &message, delete_action(&[])).0, 6014);
}
