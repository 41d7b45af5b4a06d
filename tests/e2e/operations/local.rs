//! Messages that only one device has.

use serde_json::{Value, json};
use timbre::engine::EventKind;
use timbre::model::error::Outcome;

use super::{find, id_of, import, message_in, modify, page, save, texts, updated, with_text};
use crate::support::{Server, text_of};

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
