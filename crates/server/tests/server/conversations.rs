//! The log, the conversation list, read positions.

use std::sync::Arc;

use timbre_protocol::mark_read_request::Scope;
use timbre_protocol::{
    Conversation, HistoryRequest, MarkReadReply, MarkReadRequest, SendRequest, flags, request,
};
use timbre_server::clock::ManualClock;
use timbre_server::service::Sweep;

use crate::support::*;

fn one(peer: &str) -> MarkReadRequest {
    MarkReadRequest {
        conversation: Some(Conversation::c2c(peer)),
        ..MarkReadRequest::default()
    }
}

/// `bob 3 unread 0 @7`
fn marks(reply: &MarkReadReply) -> String {
    let mark = |mark: &timbre_protocol::ReadMark| {
        format!(
            "{} {} unread {}",
            mark.conversation.as_ref().unwrap().id,
            mark.read_seq,
            mark.unread
        )
    };
    let marks: Vec<_> = reply.marks.iter().map(mark).collect();
    format!("{} @{}", marks.join(", "), reply.log_seq)
}

// CONV-6.4: the position moves, all own devices and the peer are told.
#[tokio::test]
async fn reading_moves_the_position_and_tells_both_sides() {
    let server = TestServer::with(|config| config.max_instances_linux = 2).await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    for n in 1..=3 {
        alice.say("bob", &n.to_string()).await;
    }
    let mut got = Vec::new();
    while got.len() < 3 {
        got.extend(bob.pushed().await);
    }
    let mut tablet = server.user("bob", 2).await;
    assert_eq!(bob.snapshot().await.conversations[0].unread, 3);

    let reply = bob
        .mark_read(MarkReadRequest {
            up_to_seq: 2,
            ..one("alice")
        })
        .await;
    assert_eq!(marks(&reply), "alice 2 unread 1 @4");
    assert_eq!(shape(&bob.pushed().await), "4:read 2", "the caller too");
    assert_eq!(shape(&tablet.pushed().await), "4:read 2");
    assert_eq!(shape(&alice.pushed().await), "4:peer 2");

    // Never back, and not beyond the newest.
    assert_eq!(
        marks(
            &bob.mark_read(MarkReadRequest {
                up_to_seq: 1,
                ..one("alice")
            })
            .await
        ),
        " @4"
    );
    let reply = bob
        .mark_read(MarkReadRequest {
            up_to_seq: 99,
            ..one("alice")
        })
        .await;
    assert_eq!(marks(&reply), "alice 3 unread 0 @5");
    let state = alice.snapshot().await.conversations.remove(0);
    assert_eq!((state.peer_read_seq, state.read_seq), (3, 0));
    assert_eq!(marks(&bob.mark_read(one("alice")).await), " @5", "nothing to do");
    assert_eq!(marks(&bob.mark_read(one("nobody")).await), " @5");
}

#[tokio::test]
async fn reading_by_time_and_reading_everything() {
    let clock = Arc::new(ManualClock::new(1_800_000_000_000));
    let server = TestServer::with_clock(clock.clone(), |_| ()).await;
    let (mut alice, mut carol) = (server.user("alice", 1).await, server.user("carol", 1).await);
    let mut bob = server.user("bob", 1).await;
    for _ in 0..3 {
        clock.advance(1000);
        alice.say("bob", "x").await;
    }
    carol.say("bob", "x").await;
    let request = MarkReadRequest {
        up_to_time_ms: 1_800_000_002_500,
        ..one("alice")
    };
    assert_eq!(marks(&bob.mark_read(request).await), "alice 2 unread 1 @5");
    let all = |scope: Scope| MarkReadRequest {
        scope: scope as i32,
        ..MarkReadRequest::default()
    };
    assert_eq!(marks(&bob.mark_read(all(Scope::AllGroups)).await), " @0");
    assert_eq!(
        marks(&bob.mark_read(all(Scope::All)).await),
        "alice 3 unread 0, carol 1 unread 0 @7"
    );
    assert_eq!(marks(&bob.mark_read(all(Scope::AllC2c)).await), " @7");
    let wrong = MarkReadRequest {
        scope: 9,
        ..MarkReadRequest::default()
    };
    assert_eq!(bob.ask(request::Body::MarkRead(wrong)).await.unwrap_err().0, 6017);
}

#[tokio::test]
async fn reading_ones_own_messages_tells_the_peer_nothing() {
    let server = TestServer::start().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    alice.say("bob", "x").await;
    assert_eq!(shape(&bob.pushed().await), "1:x");
    assert_eq!(marks(&alice.mark_read(one("bob")).await), "bob 1 unread 0 @2");
    bob.quiet().await;
}

// CONV-3.6: how the flags act on the list.
#[tokio::test]
async fn flags_decide_about_unread_preview_and_entry() {
    let clock = Arc::new(ManualClock::new(1_800_000_000_000));
    let server = TestServer::with_clock(clock.clone(), |_| ()).await;
    let mut bob = server.user("bob", 1).await;
    // Flags; then bob's entry: unread, has a preview, activation; then whether the sender has one.
    let cases = [
        ("normal", 0, Some((1, true)), true),
        ("no-unread", flags::NO_UNREAD, Some((0, true)), true),
        ("no-preview", flags::NO_PREVIEW, Some((1, false)), false),
        ("neither", flags::NO_UNREAD | flags::NO_PREVIEW, None, false),
    ];
    for (name, flags, at_bob, at_sender) in cases {
        clock.advance(1000);
        let mut sender = server.user(name, 1).await;
        let send = SendRequest {
            flags,
            ..sender.text("bob", name)
        };
        let time = sender.send_message(send).await.unwrap().server_time_ms;
        let list = bob.snapshot().await.conversations;
        let entry = list
            .iter()
            .find(|entry| entry.conversation.as_ref().unwrap().id == name);
        let found = entry.map(|entry| (entry.unread, !entry.last_message.is_empty()));
        assert_eq!(found, at_bob, "{name}");
        if let Some(entry) = entry {
            assert_eq!(entry.active_ms, time);
        }
        assert_eq!(
            !sender.snapshot().await.conversations.is_empty(),
            at_sender,
            "{name}"
        );
    }
    // Kept out of the preview, it does not raise an entry that is there.
    let before = bob.snapshot().await.conversations;
    clock.advance(1000);
    let mut sender = server.user("normal", 1).await;
    let send = SendRequest {
        flags: flags::NO_PREVIEW,
        random: 77,
        ..sender.text("bob", "hidden")
    };
    sender.send_message(send).await.unwrap();
    let after = bob.snapshot().await.conversations;
    let of = |list: &[timbre_protocol::ConversationState]| {
        let entry = list
            .iter()
            .find(|e| e.conversation.as_ref().unwrap().id == "normal")
            .unwrap();
        (
            entry.active_ms,
            text_of(&message(&entry.last_message)),
            entry.unread,
            entry.last_seq,
        )
    };
    let (active, text, ..) = of(&before);
    assert_eq!(of(&after), (active, text, 2, 2));
}

#[tokio::test]
async fn the_snapshot_is_limited_and_newest_first() {
    let clock = Arc::new(ManualClock::new(1_800_000_000_000));
    let server = TestServer::with_clock(clock.clone(), |config| config.cloud_max = 2).await;
    let mut bob = server.user("bob", 1).await;
    for name in ["u1", "u2", "u3"] {
        clock.advance(1000);
        server.user(name, 1).await.say("bob", name).await;
    }
    bob.say("bob", "note").await;
    let snapshot = bob.snapshot().await;
    let ids: Vec<_> = snapshot
        .conversations
        .iter()
        .map(|c| c.conversation.clone().unwrap().id)
        .collect();
    assert_eq!(ids, ["bob", "u3"]);
    assert_eq!(snapshot.cursor, 4);
    clock.advance(8 * 86_400_000);
    assert!(
        bob.snapshot().await.conversations.is_empty(),
        "conversations.cloud_days"
    );
}

#[tokio::test]
async fn pulling_goes_on_from_any_number_and_says_when_it_cannot() {
    let server = TestServer::start().await;
    let mut alice = server.user("alice", 1).await;
    for n in 1..=4 {
        alice.say("alice", &n.to_string()).await;
    }
    let page = alice.pull(2).await;
    assert_eq!(
        (shape(&page.entries), page.head, page.reset),
        ("3:3 4:4".into(), 4, false)
    );
    let page = alice.pull(4).await;
    assert_eq!((page.entries.len(), page.reset), (0, false));
    for beyond in [5, u64::MAX] {
        let page = alice.pull(beyond).await;
        assert_eq!((page.entries.len(), page.head, page.reset), (0, 4, true));
    }
}

#[tokio::test]
async fn a_pull_is_bounded_in_entries_and_bytes() {
    let server = TestServer::start().await;
    let mut alice = server.user("alice", 1).await;
    let big = "x".repeat(12_000);
    for _ in 0..50 {
        alice.say("alice", &big).await;
    }
    let page = alice.pull(0).await;
    assert!(
        page.entries.len() < 50 && page.entries.len() > 30,
        "{} entries",
        page.entries.len()
    );
    for n in 0..500 {
        let send = alice.text("alice", &n.to_string());
        alice.start(request::Body::Send(send)).await;
    }
    let mut after = 50;
    // The sends are queued before the pull is read, but a pull does not wait for them.
    let mut entries = Vec::new();
    while entries.len() < 500 {
        let page = alice.pull(after).await;
        assert!(page.entries.len() <= 500);
        after += page.entries.len() as u64;
        entries.extend(page.entries);
    }
    assert_eq!(entries.last().unwrap().seq, 550);
}

// MSG-038, MSG-144: retention.
#[tokio::test]
async fn old_messages_go_and_the_log_with_them() {
    let clock = Arc::new(ManualClock::new(1_800_000_000_000));
    let server = TestServer::with_clock(clock.clone(), |config| config.retention_days = 1).await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    let first = alice.text("bob", "old");
    let sent = alice.send_message(first.clone()).await.unwrap();
    clock.advance(86_400_000 + 1);
    alice.say("bob", "new").await;
    let service = server.running().service().clone();
    assert_eq!(service.sweep().await, Ok(Sweep::Done));
    let ask = HistoryRequest {
        conversation: Some(Conversation::c2c("bob")),
        count: 10,
        ..Default::default()
    };
    let page = alice.history(ask).await;
    assert_eq!(
        page.messages
            .iter()
            .map(|m| text_of(&message(m)))
            .collect::<Vec<_>>(),
        ["new"]
    );
    assert_eq!(
        (page.low_seq, page.high_seq, page.finished),
        (1, 2, true),
        "sequence 1 will never come"
    );
    assert!(bob.pull(0).await.reset);
    assert_eq!(shape(&bob.pull(1).await.entries), "2:new");
    // Its key is known for a week all the same.
    assert_eq!(alice.send_message(first.clone()).await.unwrap(), sent);
    clock.advance(7 * 86_400_000);
    while service.sweep().await == Ok(Sweep::More) {}
    assert!(alice.pull(1).await.reset);
    assert_ne!(alice.send_message(first).await.unwrap().conv_seq, sent.conv_seq);
}
