//! Sending, repeating, asking after sends, history.

use std::sync::Arc;

use prost::Message as _;
use timbre_protocol::frame::{self, Kind};
use timbre_protocol::log_entry::Change;
use timbre_protocol::online_push::Kind as Online;
use timbre_protocol::{
    Body, CheckSendRequest, Conversation, CustomElement, Element, FaceElement, HistoryReply, HistoryRequest,
    LocationElement, SendKey, SendRequest, TextElement, element, flags, request, response,
};
use timbre_server::clock::ManualClock;

use crate::support::*;

// MSG-060, P1: a send is answered with its place, and the receiver gets it.
#[tokio::test]
async fn a_message_arrives_and_both_logs_hold_it() {
    let server = TestServer::start().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 2).await);
    let sent = alice.say("bob", "hello").await;
    assert_eq!((sent.conv_seq, sent.log_seq), (1, 1));
    assert_eq!(shape(&bob.pushed().await), "1:hello");
    assert_eq!(shape(&alice.pull(0).await.entries), "1:hello");
    let Some(Change::Message(bytes)) = bob.pull(0).await.entries[0].change.clone() else {
        panic!()
    };
    let message = message(&bytes);
    assert_eq!(
        (message.sender.as_str(), message.target.as_str()),
        ("alice", "bob")
    );
    assert_eq!(
        (message.conv_seq, message.server_time_ms),
        (1, sent.server_time_ms)
    );
    assert_eq!(
        (message.client_time, message.random, message.priority),
        (1_700_000_000, 1, 1)
    );
    alice.quiet().await;
}

// P3: the same key twice is one message.
#[tokio::test]
async fn a_repeated_send_is_answered_and_changes_nothing() {
    let server = TestServer::start().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    let first = alice.text("bob", "once");
    let sent = alice.send_message(first.clone()).await.unwrap();
    alice.say("bob", "twice").await;
    assert_eq!(alice.send_message(first.clone()).await.unwrap(), sent);
    // Whatever came of its content: the key decides.
    let now_empty = SendRequest {
        body: body(""),
        ..first.clone()
    };
    assert_eq!(alice.send_message(now_empty).await.unwrap(), sent);
    // Another conversation is another message.
    let elsewhere = SendRequest {
        conversation: Some(Conversation::c2c("alice")),
        ..first
    };
    assert_eq!(alice.send_message(elsewhere).await.unwrap().log_seq, 3);
    let mut got = bob.pushed().await;
    while got.len() < 2 {
        got.extend(bob.pushed().await);
    }
    assert_eq!(shape(&got), "1:once 2:twice");
    bob.quiet().await;
    assert_eq!(shape(&alice.pull(0).await.entries), "1:once 2:twice 3:once");
}

// P4: what is sent without waiting takes its places in that order.
#[tokio::test]
async fn a_burst_keeps_its_order() {
    let server = TestServer::start().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    let mut ids = Vec::new();
    for n in 0..300 {
        let send = alice.text("bob", &n.to_string());
        ids.push(alice.start(request::Body::Send(send)).await);
    }
    let mut places = Vec::new();
    for _ in &ids {
        match alice.next().await {
            Some(Kind::Response(answer)) => {
                let Some(response::Body::Send(reply)) = answer.body else {
                    panic!("{answer:?}")
                };
                places.push((answer.id, reply.conv_seq));
            }
            other => panic!("{other:?}"),
        }
    }
    places.sort_unstable();
    assert_eq!(places, ids.into_iter().zip(1..=300).collect::<Vec<_>>());
    let mut got = Vec::new();
    while got.len() < 300 {
        got.extend(bob.pushed().await);
    }
    let expected = (0..300)
        .map(|n| format!("{}:{n}", n + 1))
        .collect::<Vec<_>>()
        .join(" ");
    assert_eq!(shape(&got), expected);
}

#[tokio::test]
async fn sending_to_oneself_and_own_other_devices() {
    let server = TestServer::with(|config| config.max_instances_linux = 2).await;
    let (mut one, mut two) = (server.user("alice", 1).await, server.user("alice", 2).await);
    let note = one.say("alice", "note").await;
    assert_eq!((note.conv_seq, note.log_seq), (1, 1));
    assert_eq!(shape(&two.pushed().await), "1:note");
    one.quiet().await;
    assert_eq!(one.snapshot().await.conversations[0].unread, 0);
}

fn elements(kinds: Vec<element::Kind>) -> bytes::Bytes {
    let elements = kinds
        .into_iter()
        .map(|kind| Element { kind: Some(kind) })
        .collect();
    Body {
        elements,
        ..Body::default()
    }
    .encode_to_vec()
    .into()
}

fn text(content: &str) -> element::Kind {
    element::Kind::Text(TextElement {
        content: content.into(),
    })
}

// MSG-14.1: sizes and element rules again on the server.
#[tokio::test]
async fn what_may_not_be_sent() {
    let server = TestServer::start().await;
    let mut alice = server.user("alice", 1).await;
    server.user("bob", 1).await;
    let location = |longitude| LocationElement {
        longitude,
        ..LocationElement::default()
    };
    let long = "x".repeat(12_289);
    let bodies = [
        (6017, Body::default().encode_to_vec().into()),
        (6017, body("")),
        (
            6017,
            elements(vec![element::Kind::Custom(CustomElement {
                sound: "s".into(),
                ..CustomElement::default()
            })]),
        ),
        (6017, elements(vec![text("x"); 101])),
        (
            6016,
            Body {
                elements: vec![Element { kind: None }],
                ..Body::default()
            }
            .encode_to_vec()
            .into(),
        ),
        (6016, elements(vec![element::Kind::Location(location(f64::NAN))])),
        (6016, b"\x0a\xff".to_vec().into()),
        (80002, body(&long)),
        (
            80002,
            Body {
                cloud_custom: long.clone().into(),
                ..Body::decode(body("x")).unwrap()
            }
            .encode_to_vec()
            .into(),
        ),
        (
            80002,
            Body {
                push_config: long.clone(),
                ..Body::decode(body("x")).unwrap()
            }
            .encode_to_vec()
            .into(),
        ),
        (0, body(&long[1..])),
        (0, elements(vec![text(""), text("x")])),
        (
            0,
            elements(vec![element::Kind::Face(FaceElement {
                index: -1,
                data: bytes::Bytes::new(),
            })]),
        ),
        (0, elements(vec![element::Kind::Location(location(720.0))])),
    ];
    for (code, body) in bodies {
        let send = SendRequest {
            body: body.clone(),
            ..alice.text("bob", "")
        };
        let answer = alice.send_message(send).await;
        assert_eq!(
            answer.as_ref().err().map_or(0, |(code, _)| *code),
            code,
            "{answer:?} {} bytes",
            body.len()
        );
    }
    let to = |id: &str, r#type| {
        Some(Conversation {
            r#type,
            id: id.into(),
        })
    };
    let requests = [
        (
            20003,
            SendRequest {
                conversation: to("nobody", 1),
                ..alice.text("", "x")
            },
        ),
        (
            20003,
            SendRequest {
                conversation: to("", 1),
                ..alice.text("", "x")
            },
        ),
        (
            20003,
            SendRequest {
                conversation: to("nobody", 1),
                flags: flags::ONLINE_ONLY,
                ..alice.text("", "x")
            },
        ),
        (
            10010,
            SendRequest {
                conversation: to("group", 2),
                ..alice.text("", "x")
            },
        ),
        (
            6017,
            SendRequest {
                conversation: to("bob", 3),
                ..alice.text("", "x")
            },
        ),
        (
            6017,
            SendRequest {
                conversation: None,
                ..alice.text("", "x")
            },
        ),
        (
            6017,
            SendRequest {
                flags: 256,
                ..alice.text("bob", "x")
            },
        ),
        (
            6017,
            SendRequest {
                priority: 4,
                ..alice.text("bob", "x")
            },
        ),
    ];
    for (code, send) in requests {
        assert_eq!(
            alice.send_message(send.clone()).await.unwrap_err().0,
            code,
            "{send:?}"
        );
    }
}

#[tokio::test]
async fn what_the_server_does_not_know_in_a_body_is_not_stored() {
    let server = TestServer::start().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    let mut hostile = body("plain").to_vec();
    // Field 99, 5 bytes long.
    hostile.extend_from_slice(b"\x9a\x06\x05evil!");
    let send = SendRequest {
        body: hostile.into(),
        ..alice.text("bob", "")
    };
    alice.send_message(send).await.unwrap();
    let Some(Change::Message(bytes)) = bob.pushed().await.remove(0).change else {
        panic!()
    };
    assert_eq!(message(&bytes).body, body("plain"));
}

// MSG-6.6
#[tokio::test]
async fn online_only_messages_reach_who_is_there_and_are_stored_nowhere() {
    let server = TestServer::with(|config| config.max_instances_linux = 2).await;
    let (mut alice, mut tablet) = (server.user("alice", 1).await, server.user("alice", 2).await);
    let mut bob = server.user("bob", 1).await;
    let typing = SendRequest {
        flags: flags::ONLINE_ONLY,
        ..alice.text("bob", "typing")
    };
    let reply = alice.send_message(typing).await.unwrap();
    assert_eq!((reply.conv_seq, reply.log_seq), (0, 0));
    assert!(reply.server_time_ms > 0);
    for client in [&mut tablet, &mut bob] {
        match client.event().await {
            Kind::OnlinePush(push) => {
                let Some(Online::Message(bytes)) = push.kind else {
                    panic!("{push:?}");
                };
                let message = message(&bytes);
                assert_eq!((text_of(&message).as_str(), message.conv_seq), ("typing", 0));
            }
            other => panic!("{other:?}"),
        }
    }
    alice.quiet().await;
    assert_eq!((alice.pull(0).await.head, bob.pull(0).await.head), (0, 0));
    let page = bob
        .history(HistoryRequest {
            conversation: Some(Conversation::c2c("alice")),
            count: 10,
            ..Default::default()
        })
        .await;
    assert!(page.messages.is_empty() && page.finished);
}

#[tokio::test]
async fn asking_after_sends() {
    let server = TestServer::start().await;
    let mut alice = server.user("alice", 1).await;
    server.user("bob", 1).await;
    let sent = alice.say("bob", "one").await;
    let key = |to: &str, random| SendKey {
        conversation: Some(Conversation::c2c(to)),
        client_time: 1_700_000_000,
        random,
    };
    let keys = vec![key("bob", 2), key("bob", 1), key("nobody", 1), key("alice", 1)];
    match alice
        .ask(request::Body::CheckSend(CheckSendRequest { keys }))
        .await
        .unwrap()
    {
        Some(response::Body::CheckSend(reply)) => {
            let stored: Vec<_> = reply.fates.iter().map(|fate| fate.stored).collect();
            assert_eq!(stored, [false, true, false, false]);
            assert_eq!(
                (reply.fates[1].conv_seq, reply.fates[1].server_time_ms),
                (1, sent.server_time_ms)
            );
        }
        other => panic!("{other:?}"),
    }
    let keys = vec![key("bob", 1); frame::MAX_ITEMS + 1];
    assert_eq!(
        alice
            .ask(request::Body::CheckSend(CheckSendRequest { keys }))
            .await
            .unwrap_err()
            .0,
        6017
    );
}

/// `5 4 3 | 3..5 more`: the sequences of a page, what it covers, and whether that is all.
fn page(reply: &HistoryReply) -> String {
    let seqs: Vec<_> = reply
        .messages
        .iter()
        .map(|bytes| message(bytes).conv_seq.to_string())
        .collect();
    let end = if reply.finished { "all" } else { "more" };
    format!("{} | {}..{} {end}", seqs.join(" "), reply.low_seq, reply.high_seq)
}

// MSG-140: history in both directions, by sequence and by time.
#[tokio::test]
async fn history_pages() {
    let clock = Arc::new(ManualClock::new(1_800_000_000_000));
    let server = TestServer::with_clock(clock.clone(), |_| ()).await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    for n in 1..=5 {
        clock.set(1_800_000_000_000 + n * 1000);
        if n % 2 == 0 {
            bob.say("alice", "x").await
        } else {
            alice.say("bob", "x").await
        };
    }
    let at = |n: i64| 1_800_000_000_000 + n * 1000;
    let ask = |count| HistoryRequest {
        conversation: Some(Conversation::c2c("bob")),
        count,
        ..Default::default()
    };
    let cases = [
        ("5 4 | 4..5 more", ask(2)),
        ("5 4 3 2 1 | 1..5 all", ask(5)),
        ("5 4 3 2 1 | 1..5 all", ask(100)),
        (
            "3 2 | 2..3 more",
            HistoryRequest {
                from_seq: 3,
                ..ask(2)
            },
        ),
        (
            "5 4 | 4..5 more",
            HistoryRequest {
                from_seq: 99,
                ..ask(2)
            },
        ),
        (
            "2 1 | 1..2 all",
            HistoryRequest {
                from_seq: 2,
                ..ask(10)
            },
        ),
        (
            "4 3 | 3..4 more",
            HistoryRequest {
                from_seq: 4,
                until_seq: 3,
                ..ask(10)
            },
        ),
        (
            "3 2 | 2..3 more",
            HistoryRequest {
                from_time_ms: at(3),
                ..ask(2)
            },
        ),
        (
            "3 2 | 2..3 more",
            HistoryRequest {
                from_time_ms: at(4) - 1,
                ..ask(2)
            },
        ),
        (
            " | 0..0 all",
            HistoryRequest {
                from_time_ms: at(1) - 1,
                ..ask(2)
            },
        ),
        (
            "1 2 | 1..2 more",
            HistoryRequest {
                newer: true,
                ..ask(2)
            },
        ),
        (
            "4 5 | 4..5 all",
            HistoryRequest {
                newer: true,
                from_seq: 4,
                ..ask(2)
            },
        ),
        (
            "4 5 | 4..5 all",
            HistoryRequest {
                newer: true,
                from_time_ms: at(4),
                ..ask(9)
            },
        ),
        (
            "2 3 | 2..3 more",
            HistoryRequest {
                newer: true,
                from_seq: 2,
                until_seq: 3,
                ..ask(9)
            },
        ),
        (
            " | 0..0 all",
            HistoryRequest {
                newer: true,
                from_seq: 6,
                ..ask(9)
            },
        ),
        (
            " | 0..0 all",
            HistoryRequest {
                newer: true,
                from_time_ms: at(6),
                ..ask(9)
            },
        ),
        (
            " | 0..0 all",
            HistoryRequest {
                newer: true,
                from_seq: u64::MAX,
                until_seq: u64::MAX,
                ..ask(9)
            },
        ),
        (
            " | 0..0 all",
            HistoryRequest {
                conversation: Some(Conversation::c2c("carol")),
                ..ask(9)
            },
        ),
    ];
    for (expected, request) in cases {
        assert_eq!(
            page(&alice.history(request.clone()).await),
            expected,
            "{request:?}"
        );
    }
    let none = alice.ask(request::Body::History(ask(0))).await;
    assert_eq!(none.unwrap_err().0, 6017);
    let mut carol = server.user("carol", 1).await;
    assert_eq!(
        page(&carol.history(ask(9)).await),
        " | 0..0 all",
        "a conversation of others"
    );
}

#[tokio::test]
async fn server_times_never_go_back_in_a_conversation() {
    let clock = Arc::new(ManualClock::new(1_800_000_000_000));
    let server = TestServer::with_clock(clock.clone(), |_| ()).await;
    let mut alice = server.user("alice", 1).await;
    server.user("bob", 1).await;
    let first = alice.say("bob", "x").await;
    clock.advance(-5000);
    assert_eq!(alice.say("bob", "y").await.server_time_ms, first.server_time_ms);
}

#[tokio::test]
async fn messages_a_second_can_be_limited() {
    let clock = Arc::new(ManualClock::new(1_800_000_000_000));
    let server = TestServer::with_clock(clock.clone(), |config| config.c2c_msg_per_s = 2).await;
    let mut alice = server.user("alice", 1).await;
    alice.say("alice", "1").await;
    alice.say("alice", "2").await;
    let third = alice.text("alice", "3");
    assert_eq!(alice.send_message(third.clone()).await.unwrap_err().0, -10113);
    clock.advance(1000);
    alice.send_message(third).await.unwrap();
}
