//! Reactions to messages.

use serde_json::Value;
use timbre::engine::{EventKind, Op, ReactionOp};
use timbre::model::messages::decode_named;
use timbre_protocol::Platform;

use crate::support::{Device, Server, named, sent, text_json};

fn id_of(message: &Value) -> String {
    message["message_msg_id"].as_str().unwrap().to_owned()
}

fn react_op(message: &Value, reaction: &str, remove: bool) -> Op {
    Op::Reactions(ReactionOp::React {
        message: Box::new(decode_named(message)),
        reaction: reaction.to_owned(),
        remove,
    })
}

fn add(device: &Device, message: &Value, reaction: &str) -> i32 {
    let outcome = device.call(react_op(message, reaction, false));
    assert_eq!(
        (outcome.code == 0, outcome.json.as_str()),
        (outcome.desc.is_empty(), "")
    );
    outcome.code
}

fn remove(device: &Device, message: &Value, reaction: &str) -> i32 {
    device.call(react_op(message, reaction, true)).code
}

fn try_reactions(device: &Device, messages: &[Value], users: u32) -> (i32, String) {
    let messages = messages.iter().map(decode_named).collect();
    let outcome = device.call(Op::Reactions(ReactionOp::Get { messages, users }));
    (outcome.code, outcome.json)
}

/// `like 2 [alice,bob] mine`
fn reaction_lines(list: &Value) -> Vec<String> {
    let line = |one: &Value| {
        let users: Vec<_> = one["message_reaction_partial_user_info_array"]
            .as_array()
            .unwrap()
            .iter()
            .map(|user| user["user_profile_identifier"].as_str().unwrap())
            .collect();
        let mine = if one["message_reaction_reacted_by_myself"] == true {
            " mine"
        } else {
            ""
        };
        let (id, total) = (
            &one["message_reaction_id"],
            &one["message_reaction_total_user_count"],
        );
        format!("{} {total} [{}]{mine}", id.as_str().unwrap(), users.join(","))
    };
    list.as_array().unwrap().iter().map(line).collect()
}

fn reactions(device: &Device, message: &Value, users: u32) -> Vec<String> {
    let (code, json) = try_reactions(device, std::slice::from_ref(message), users);
    assert_eq!(code, 0);
    let list: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(list[0]["message_reaction_result_code"], 0, "{json}");
    assert_eq!(list[0]["message_reaction_result_info"], "");
    assert_eq!(
        list[0]["message_reaction_result_msg_id"],
        message["message_msg_id"]
    );
    reaction_lines(&list[0]["message_reaction_result_reaction_list"])
}

fn reacted(device: &Device) -> (String, Vec<String>) {
    device.until("a changed reaction", |event| match event {
        EventKind::ReactionsChanged { json } => {
            let list: Value = serde_json::from_str(json).unwrap();
            assert_eq!(list.as_array().unwrap().len(), 1);
            let id = list[0]["message_reaction_change_info_msg_id"]
                .as_str()
                .unwrap()
                .to_owned();
            Some((
                id,
                reaction_lines(&list[0]["message_reaction_change_info_reaction_list"]),
            ))
        }
        _ => None,
    })
}

// RX-01, RX-02, RX-03, RX-05, RX-06, RX-10
#[test]
fn reactions_are_told_to_both_sides_each_with_its_own_flag() {
    let server = Server::start();
    let (alice, bob, tablet) = (server.phone("alice"), server.phone("bob"), server.desktop("bob"));
    let message = alice.say("bob", "look");
    bob.hears(1);
    tablet.hears(1);
    assert_eq!(add(&bob, &message, "like"), 0);
    assert_eq!(
        reacted(&alice),
        (id_of(&message), vec!["like 1 [bob]".to_owned()])
    );
    assert_eq!(reacted(&bob).1, ["like 1 [bob] mine"], "the caller too");
    assert_eq!(reacted(&tablet).1, ["like 1 [bob] mine"]);
    assert_eq!(add(&alice, &message, "like"), 0);
    assert_eq!(
        reacted(&bob).1,
        ["like 2 [bob,alice] mine"],
        "earliest first, only what changed"
    );
    assert_eq!(add(&alice, &message, "🎉"), 0);
    assert_eq!(reacted(&bob).1, ["🎉 1 [alice]"]);
    assert_eq!(
        reactions(&bob, &message, 10),
        ["like 2 [bob,alice] mine", "🎉 1 [alice]"]
    );
    assert_eq!(
        reactions(&alice, &message, 1),
        ["like 2 [bob] mine", "🎉 1 [alice] mine"]
    );
    assert_eq!(reactions(&alice, &message, 0), ["like 2 [] mine", "🎉 1 [] mine"]);
    assert_eq!(remove(&bob, &message, "like"), 0);
    for _ in 0..3 {
        reacted(&alice);
    }
    assert_eq!(reacted(&bob).1, ["like 1 [alice]"]);
    assert_eq!(remove(&alice, &message, "🎉"), 0);
    assert_eq!(reacted(&bob).1, ["🎉 0 []"], "it goes from the screen");
    assert_eq!(reactions(&bob, &message, 10), ["like 1 [alice]"]);
    let conv = bob.conversation("alice").unwrap();
    assert_eq!(
        (&conv["conv_unread_num"], &conv["conv_last_msg"]["message_msg_id"]),
        (&1.into(), &message["message_msg_id"])
    );
}

// RX-07, RX-09: ten different ones; neither twice nor what is not there; compared byte by byte.
#[test]
fn reactions_have_limits_and_are_given_once() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let message = alice.say("bob", "look");
    bob.hears(1);
    for n in 0..10 {
        assert_eq!(add(&bob, &message, &format!("r{n}")), 0);
    }
    assert_eq!(add(&bob, &message, "r10"), 23005);
    assert_eq!(
        add(&alice, &message, "r9"),
        0,
        "one that is there is no further one"
    );
    assert_eq!(add(&bob, &message, "r9"), 23007);
    assert_eq!(remove(&alice, &message, "R9"), 23008);
    assert_eq!(remove(&alice, &message, "r1"), 23009);
    assert_eq!(remove(&bob, &message, "r1"), 0);
    assert_eq!(remove(&bob, &message, "r1"), 23008);
    assert_eq!(add(&bob, &message, "r10"), 0);
    assert_eq!(add(&bob, &message, &"x".repeat(101)), 6017);
    assert_eq!(add(&bob, &named("unknown"), "x"), 6017);
    let (_, failed) = alice.send_json(
        "nobody-at-all",
        r#"{"message_elem_array":[{"elem_type":0,"text_elem_content":"x"}]}"#,
    );
    let failed: Value = serde_json::from_str(&failed.recv().unwrap().json).unwrap();
    assert_eq!(add(&alice, &failed, "x"), 6017);
}

// RX-08: as many users as may give one.
#[test]
fn a_reaction_has_a_limit_of_users() {
    let server = Server::with(|config| config.reaction_users = 1);
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let message = alice.say("bob", "look");
    bob.hears(1);
    assert_eq!(add(&bob, &message, "like"), 0);
    assert_eq!(add(&alice, &message, "like"), 23006);
    assert_eq!(add(&alice, &message, "other"), 0);
}

// RX-04
#[test]
fn the_users_of_a_reaction_come_in_pages() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let message = alice.say("bob", "look");
    bob.hears(1);
    let users = |device: &Device, next: u32, count: u32| {
        let outcome = device.call(Op::Reactions(ReactionOp::Users {
            message: Box::new(decode_named(&message)),
            reaction: "like".into(),
            next,
            count,
        }));
        if outcome.code != 0 {
            return (outcome.code, vec![], 0, true);
        }
        let page: Value = serde_json::from_str(&outcome.json).unwrap();
        let ids = page["message_reaction_user_result_user_info_array"]
            .as_array()
            .unwrap()
            .iter();
        let ids = ids
            .map(|u| u["user_profile_identifier"].as_str().unwrap().to_owned())
            .collect();
        let next = page["message_reaction_user_result_next_seq"].as_u64().unwrap();
        (
            0,
            ids,
            u32::try_from(next).unwrap(),
            page["message_reaction_user_result_is_finished"] == true,
        )
    };
    assert_eq!(users(&alice, 0, 10), (0, vec![], 0, true), "nobody yet");
    assert_eq!(add(&bob, &message, "like"), 0);
    assert_eq!(add(&alice, &message, "like"), 0);
    let (_, first, next, finished) = users(&alice, 0, 1);
    assert_eq!((first, finished), (vec!["bob".to_owned()], false));
    // Who takes it back meanwhile makes nobody be passed over.
    assert_eq!(remove(&bob, &message, "like"), 0);
    assert_eq!(users(&alice, next, 1), (0, vec!["alice".to_owned()], 0, true));
    assert_eq!(add(&bob, &message, "like"), 0);
    assert_eq!(
        users(&alice, 0, 100),
        (0, vec!["alice".to_owned(), "bob".to_owned()], 0, true)
    );
    for count in [0, 101] {
        assert_eq!(users(&alice, 0, count).0, 6017);
    }
}

// RX-03: a batch, each message with a code of its own; without a network what was asked for before.
#[test]
fn reactions_of_a_batch_are_answered_one_by_one_and_kept() {
    let mut server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    let (first, second) = (alice.say("bob", "1"), alice.say("bob", "2"));
    let elsewhere = sent(&alice, "alice", &text_json("to myself"));
    bob.hears(2);
    assert_eq!(add(&bob, &first, "like"), 0);
    let many = vec![first.clone(); 21];
    assert_eq!(try_reactions(&bob, &many, 10), (6017, String::new()));
    assert_eq!(try_reactions(&bob, std::slice::from_ref(&first), 11).0, 6017);
    assert_eq!(
        try_reactions(&alice, &[first.clone(), elsewhere], 10).0,
        6017,
        "two conversations"
    );
    let codes = |device: &Device, messages: &[Value]| {
        let (code, json) = try_reactions(device, messages, 10);
        let list: Value = serde_json::from_str(&json).unwrap_or_default();
        let list = list.as_array().cloned().unwrap_or_default();
        let codes: Vec<_> = list
            .iter()
            .map(|one| one["message_reaction_result_code"].as_i64().unwrap())
            .collect();
        (code, codes)
    };
    let asked = [named("unknown"), first.clone()];
    assert_eq!(codes(&bob, &asked), (0, vec![6017, 0]));
    // What is told of a message that was asked for goes into the copy of it.
    reacted(&bob);
    assert_eq!(add(&alice, &first, "wow"), 0);
    reacted(&bob);
    server.stop();
    assert_eq!(
        reactions(&bob, &first, 10),
        ["like 1 [bob] mine", "wow 1 [alice]"]
    );
    assert_eq!(codes(&bob, &[first.clone(), second.clone()]), (0, vec![0, 9508]));
    assert_eq!(try_reactions(&bob, &[second], 10), (9508, String::new()));
    assert_eq!(add(&bob, &first, "late"), 9508);
}

#[test]
fn nobody_logged_in_is_the_first_thing_said() {
    let server = Server::start();
    let alice = server.device("alice", Platform::Linux);
    let message = named("a");
    assert_eq!(add(&alice, &message, &"x".repeat(101)), 6014);
    assert_eq!(try_reactions(&alice, &[message], 99), (6014, String::new()));
}
