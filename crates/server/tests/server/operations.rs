//! Recalling, modifying, deleting and clearing, over the wire.

use std::sync::Arc;

use bytes::Bytes;
use prost::Message as _;
use timbre_protocol::log_entry::Change;
use timbre_protocol::modify_reply::Result as Fate;
use timbre_protocol::{
    Body, ClearReply, ClearRequest, Conversation, DeleteReply, DeleteRequest, Element, HistoryRequest,
    MessageRef, ModifyReply, ModifyRequest, RecallReply, RecallRequest, SendRequest, element, flags, request,
    response,
};
use timbre_server::clock::ManualClock;
use timbre_server::service::Sweep;

use crate::support::*;

const START_MS: i64 = 1_800_000_000_000;

type Refusal = (i32, String);

fn at(seq: u64) -> MessageRef {
    MessageRef {
        conv_seq: seq,
        ..MessageRef::default()
    }
}

async fn recall(client: &mut Client, peer: &str, name: MessageRef) -> Result<RecallReply, Refusal> {
    let body = request::Body::Recall(RecallRequest {
        conversation: Some(Conversation::c2c(peer)),
        message: Some(name),
    });
    match client.ask(body).await? {
        Some(response::Body::Recall(reply)) => Ok(reply),
        other => panic!("{other:?}"),
    }
}

async fn modify(
    client: &mut Client,
    peer: &str,
    name: MessageRef,
    version: u32,
    body: Bytes,
) -> Result<ModifyReply, Refusal> {
    let body = request::Body::Modify(ModifyRequest {
        conversation: Some(Conversation::c2c(peer)),
        message: Some(name),
        version,
        body,
    });
    match client.ask(body).await? {
        Some(response::Body::Modify(reply)) => Ok(reply),
        other => panic!("{other:?}"),
    }
}

async fn delete(client: &mut Client, peer: &str, names: Vec<MessageRef>) -> Result<DeleteReply, Refusal> {
    let body = request::Body::Delete(DeleteRequest {
        conversation: Some(Conversation::c2c(peer)),
        messages: names,
    });
    match client.ask(body).await? {
        Some(response::Body::Delete(reply)) => Ok(reply),
        other => panic!("{other:?}"),
    }
}

async fn clear(client: &mut Client, peer: &str) -> ClearReply {
    let body = request::Body::Clear(ClearRequest {
        conversation: Some(Conversation::c2c(peer)),
    });
    match client.ask(body).await.unwrap() {
        Some(response::Body::Clear(reply)) => reply,
        other => panic!("{other:?}"),
    }
}

/// What `client` can see of a conversation, oldest first, and the range that the answer covers.
async fn seen(client: &mut Client, peer: &str) -> (Vec<u64>, (u64, u64), bool) {
    let page = client
        .history(HistoryRequest {
            conversation: Some(Conversation::c2c(peer)),
            count: 100,
            newer: true,
            ..HistoryRequest::default()
        })
        .await;
    let seqs = page.messages.iter().map(|m| message(m).conv_seq).collect();
    (seqs, (page.low_seq, page.high_seq), page.finished)
}

async fn history_of(client: &mut Client, peer: &str) -> Vec<Bytes> {
    let request = HistoryRequest {
        conversation: Some(Conversation::c2c(peer)),
        count: 100,
        ..HistoryRequest::default()
    };
    client.history(request).await.messages
}

async fn unread(client: &mut Client, peer: &str) -> u32 {
    let snapshot = client.snapshot().await;
    let state = snapshot
        .conversations
        .into_iter()
        .find(|c| c.conversation.as_ref().unwrap().id == peer);
    state.unwrap().unread
}

// RV-01, RV-02, RV-17
#[tokio::test]
async fn who_may_recall_what_and_when() {
    let clock = Arc::new(ManualClock::new(START_MS));
    let server = TestServer::with_clock(clock.clone(), |_| ()).await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    for n in 1..=4 {
        alice.say("bob", &format!("m{n}")).await;
    }
    let code = |result: Result<RecallReply, Refusal>| result.unwrap_err().0;
    assert_eq!(
        code(recall(&mut bob, "alice", at(1)).await),
        20002,
        "the sender only"
    );
    assert_eq!(code(recall(&mut alice, "bob", at(9)).await), 20022);
    assert_eq!(code(recall(&mut alice, "carol", at(1)).await), 20022);
    assert_eq!(code(recall(&mut alice, "bob", MessageRef::default()).await), 6017);
    clock.advance(120_000);
    let reply = recall(&mut alice, "bob", at(1)).await.unwrap();
    let tombstone = message(&reply.message);
    assert!(tombstone.body.is_empty());
    assert_eq!(tombstone.recall.unwrap().operator, "alice");
    clock.advance(1);
    assert_eq!(
        code(recall(&mut alice, "bob", at(2)).await),
        20016,
        "too late by a millisecond"
    );
    assert!(
        recall(&mut alice, "bob", at(1)).await.is_ok(),
        "again, whatever the time"
    );
    // The log, the history and the list hold the tombstone alone.
    let entries = bob.pull(0).await.entries;
    assert_eq!(entries.len(), 5, "no second entry");
    let Some(Change::Message(first)) = &entries[0].change else {
        panic!("{entries:?}");
    };
    assert!(message(first).recall.is_some());
    let Some(Change::Recall(note)) = &entries[4].change else {
        panic!("{entries:?}");
    };
    assert_eq!((note.unread, note.hidden, &note.message), (3, false, first));
    assert_eq!(unread(&mut bob, "alice").await, 3);
    assert_eq!(seen(&mut bob, "alice").await.0, [1, 2, 3, 4]);

    let forever = TestServer::with_clock(clock.clone(), |config| config.recall_window_secs = 0).await;
    let (mut alice, _bob) = (forever.user("alice", 1).await, forever.user("bob", 1).await);
    alice.say("bob", "m").await;
    clock.advance(86_400_000);
    assert!(recall(&mut alice, "bob", at(1)).await.is_ok());
}

// RV-17
#[tokio::test]
async fn a_recalled_message_is_unread_no_more() {
    let server = TestServer::start().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    for n in 1..=4 {
        alice.say("bob", &format!("m{n}")).await;
    }
    let silent = SendRequest {
        flags: flags::NO_UNREAD,
        ..alice.text("bob", "silent")
    };
    alice.send_message(silent).await.unwrap();
    let up_to_two = timbre_protocol::MarkReadRequest {
        conversation: Some(Conversation::c2c("alice")),
        up_to_seq: 2,
        ..Default::default()
    };
    bob.mark_read(up_to_two).await;
    assert_eq!(unread(&mut bob, "alice").await, 2);
    recall(&mut alice, "bob", at(1)).await.unwrap();
    recall(&mut alice, "bob", at(5)).await.unwrap();
    assert_eq!(unread(&mut bob, "alice").await, 2, "read, and not counted");
    recall(&mut alice, "bob", at(4)).await.unwrap();
    assert_eq!(unread(&mut bob, "alice").await, 1);
    // A later count knows of it too.
    let up_to_three = timbre_protocol::MarkReadRequest {
        conversation: Some(Conversation::c2c("alice")),
        up_to_seq: 3,
        ..Default::default()
    };
    let reply = bob.mark_read(up_to_three).await;
    assert_eq!(reply.marks[0].unread, 0);
}

// MSG-200, MSG-201, MSG-203, MSG-205
#[tokio::test]
async fn a_modification_makes_one_version_however_often_it_is_asked() {
    let server = TestServer::start().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    let sent = alice.say("bob", "v0").await;
    let before = message(&history_of(&mut bob, "alice").await[0]);
    let reply = modify(&mut bob, "alice", at(1), 0, body("v1")).await.unwrap();
    assert_eq!(reply.result(), Fate::Done);
    let now = message(&reply.message);
    assert_eq!((text_of(&now), now.version), ("v1".to_owned(), 1));
    let mut same = now.clone();
    (same.body, same.version) = (before.body.clone(), 0);
    assert_eq!(same, before, "nothing else has changed");
    // The answer was lost, and the request comes again.
    let again = modify(&mut bob, "alice", at(1), 0, body("v1")).await.unwrap();
    assert_eq!((again.result(), &again.message), (Fate::Done, &reply.message));
    let late = modify(&mut alice, "bob", at(1), 0, body("other")).await.unwrap();
    assert_eq!((late.result(), &late.message), (Fate::Conflict, &reply.message));
    // By the numbers of the sender.
    let name = MessageRef {
        conv_seq: 0,
        client_seq: before.client_seq,
        random: before.random,
        server_time_s: sent.server_time_ms / 1000,
    };
    assert_eq!(
        modify(&mut alice, "bob", name, 1, body("v2"))
            .await
            .unwrap()
            .result(),
        Fate::Done
    );
    for wrong in [
        MessageRef {
            random: name.random + 1,
            ..name
        },
        MessageRef {
            client_seq: name.client_seq + 1,
            ..name
        },
        MessageRef {
            server_time_s: name.server_time_s + 5,
            ..name
        },
    ] {
        let refused = modify(&mut alice, "bob", wrong, 2, body("v3")).await.unwrap_err();
        assert_eq!(refused.0, 20026);
    }
    // Every entry shows the newest content: no log keeps an old one.
    let entries = alice.pull(0).await.entries;
    assert_eq!(shape(&entries), "1:v2 2:modified v2 3:modified v2");
    recall(&mut alice, "bob", at(1)).await.unwrap();
    let entries = bob.pull(0).await.entries;
    let shapes: Vec<String> = entries[1..].iter().map(short).collect();
    assert_eq!(shapes, ["2:-", "3:-", "4:recall 1"]);
    let refused = modify(&mut bob, "alice", at(1), 2, body("v3")).await.unwrap();
    assert_eq!(refused.result(), Fate::Recalled);
}

// MSG-201
#[tokio::test]
async fn a_modification_has_the_limits_of_a_send() {
    let server = TestServer::start().await;
    let (mut alice, _bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    alice.say("bob", "text").await;
    let file = Body {
        elements: vec![Element {
            kind: Some(element::Kind::File(timbre_protocol::FileElement {
                name: "n".into(),
                ..Default::default()
            })),
        }],
        ..Body::default()
    };
    let long = body(&"x".repeat(12_289));
    let cases = [
        (Bytes::new(), 6017),
        (Bytes::from_static(&[0xff; 9]), 6016),
        (body(""), 6017),
        (long, 80_002),
        (file.encode_to_vec().into(), 6016),
    ];
    for (body, code) in cases {
        let refused = modify(&mut alice, "bob", at(1), 0, body).await.unwrap_err();
        assert_eq!(refused.0, code, "{}", refused.1);
    }
    let refused = modify(&mut alice, "carol", at(1), 0, body("x"))
        .await
        .unwrap_err();
    assert_eq!(refused.0, 20026);
    assert_eq!(text_of(&message(&history_of(&mut alice, "bob").await[0])), "text");
}

// MSG-222, MSG-223, MSG-224
#[tokio::test]
async fn a_deleted_message_is_invisible_for_one_user_for_ever() {
    let server = TestServer::start().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    for n in 1..=5 {
        alice.say("bob", &format!("m{n}")).await;
    }
    let head = bob.pull(0).await.head;
    let reply = delete(&mut bob, "alice", vec![at(5), at(2), at(2), at(99)])
        .await
        .unwrap();
    assert_eq!(reply.log_seq, head + 1, "the unread number has changed");
    assert_eq!(unread(&mut bob, "alice").await, 3);
    assert_eq!(seen(&mut bob, "alice").await, (vec![1, 3, 4], (1, 5), true));
    assert_eq!(seen(&mut alice, "bob").await.0, [1, 2, 3, 4, 5]);
    let preview =
        |snapshot: timbre_protocol::SnapshotReply| message(&snapshot.conversations[0].last_message).conv_seq;
    assert_eq!(preview(bob.snapshot().await), 4);
    assert_eq!(preview(alice.snapshot().await), 5);
    let entries = bob.pull(0).await.entries;
    assert_eq!(shape(&entries), "1:m1 2:- 3:m3 4:m4 5:- 6:read 0");
    let Some(Change::Read(mark)) = &entries[5].change else {
        panic!("{entries:?}");
    };
    assert_eq!(mark.unread, 3);
    let again = delete(&mut bob, "alice", vec![at(5)]).await.unwrap();
    assert_eq!(again.log_seq, 0, "nothing has changed");
    // Recalled later: known to be of no interest, and counted once.
    recall(&mut alice, "bob", at(5)).await.unwrap();
    assert_eq!(unread(&mut bob, "alice").await, 3);
    let Some(Change::Recall(note)) = bob.pull(6).await.entries.remove(0).change else {
        panic!("no recall");
    };
    assert_eq!((note.hidden, note.unread), (true, 3));
    for wrong in [vec![], vec![at(1); 51]] {
        assert_eq!(delete(&mut bob, "alice", wrong).await.unwrap_err().0, 6017);
    }
    assert_eq!(delete(&mut bob, "nobody", vec![at(1)]).await.unwrap().log_seq, 0);
    // Reading counts what is left.
    let reply = bob
        .mark_read(timbre_protocol::MarkReadRequest {
            conversation: Some(Conversation::c2c("alice")),
            up_to_seq: 3,
            ..Default::default()
        })
        .await;
    assert_eq!(reply.marks[0].unread, 1);
}

// MSG-230, MSG-232
#[tokio::test]
async fn a_cleared_conversation_begins_anew_for_one_user() {
    let clock = Arc::new(ManualClock::new(START_MS));
    let server = TestServer::with_clock(clock.clone(), |config| config.retention_days = 7).await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    assert_eq!(clear(&mut bob, "alice").await, ClearReply::default());
    for n in 1..=3 {
        alice.say("bob", &format!("m{n}")).await;
    }
    let cleared = clear(&mut bob, "alice").await;
    assert_eq!((cleared.clear_seq, cleared.log_seq), (3, 4));
    assert_eq!(clear(&mut bob, "alice").await.log_seq, 0, "nothing left to tell");
    assert_eq!(seen(&mut bob, "alice").await, (vec![], (1, 3), true));
    let state = bob.snapshot().await.conversations.remove(0);
    assert_eq!((state.unread, state.last_message.len()), (0, 0));
    assert_eq!(shape(&bob.pull(0).await.entries), "1:- 2:- 3:- 4:read 0");
    assert_eq!(seen(&mut alice, "bob").await.0, [1, 2, 3]);
    alice.say("bob", "m4").await;
    assert_eq!(seen(&mut bob, "alice").await, (vec![4], (1, 4), true));
    assert_eq!(unread(&mut bob, "alice").await, 1);
    let reply = bob
        .mark_read(timbre_protocol::MarkReadRequest {
            conversation: Some(Conversation::c2c("alice")),
            up_to_seq: 1,
            ..Default::default()
        })
        .await;
    assert_eq!(reply.marks[0].unread, 1, "what is cleared does not come back");
    // A recall of what is cleared changes nothing here.
    recall(&mut alice, "bob", at(2)).await.unwrap();
    assert_eq!(unread(&mut bob, "alice").await, 1);
    assert_eq!(seen(&mut bob, "alice").await.0, [4]);
    // Retention takes the traces too.
    delete(&mut bob, "alice", vec![at(4)]).await.unwrap();
    clock.advance(8 * 86_400_000);
    while server.running().service().sweep().await.unwrap() == Sweep::More {}
    assert_eq!(seen(&mut alice, "bob").await.0, [0; 0]);
    assert_eq!(recall(&mut alice, "bob", at(4)).await.unwrap_err().0, 20022);
}
