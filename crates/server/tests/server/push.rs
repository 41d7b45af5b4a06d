//! Pushing: the window, slow readers, what is missed while away.

use futures_util::SinkExt as _;
use timbre_protocol::frame::{self, Kind};
use timbre_protocol::{LoginRequest, Push, PushAck, SendRequest, flags, request};
use timbre_server::hub::WINDOW_ENTRIES;
use tokio_tungstenite::tungstenite::Message;

use crate::support::*;

/// Sends `count` messages without waiting for each answer.
async fn burst(client: &mut Client, to: &str, count: usize, text: &str) {
    let mut last = 0;
    for _ in 0..count {
        let send = client.text(to, text);
        last = client.start(request::Body::Send(send)).await;
        if last.is_multiple_of(100) {
            client.answer(last).await;
        }
    }
    client.answer(last).await;
}

async fn push(client: &mut Client) -> Push {
    match client.event().await {
        Kind::Push(push) => push,
        other => panic!("no Push but {other:?}"),
    }
}

// DESIGN 3: past the window the server stops pushing; the device pulls; acknowledging starts it again.
#[tokio::test]
async fn past_the_window_one_empty_push_then_silence_until_the_device_acknowledges() {
    let server = TestServer::start().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    let total = WINDOW_ENTRIES + 100;
    burst(&mut alice, "bob", total, "x").await;
    let mut entries = 0;
    let announcement = loop {
        let push = push(&mut bob).await;
        assert_eq!(
            push.prev,
            if push.entries.is_empty() {
                push.head
            } else {
                entries
            }
        );
        if push.entries.is_empty() {
            break push;
        }
        entries += push.entries.len() as u64;
    };
    assert_eq!(entries, WINDOW_ENTRIES as u64);
    assert!(announcement.head > entries);
    bob.quiet().await;
    // An acknowledgement of a part is not enough.
    bob.send(Kind::PushAck(PushAck { cursor: 10 })).await;
    alice.say("bob", "still silent").await;
    bob.quiet().await;
    // The device has pulled; what it acknowledges is less than there is, so it is told.
    assert_eq!(bob.pull(entries).await.entries.len(), 101);
    bob.send(Kind::PushAck(PushAck { cursor: entries + 50 })).await;
    let head = push(&mut bob).await;
    assert_eq!((head.entries.len(), head.head), (0, total as u64 + 1));
    bob.send(Kind::PushAck(PushAck { cursor: head.head })).await;
    bob.quiet().await;
    alice.say("bob", "again").await;
    assert_eq!(shape(&bob.pushed().await), format!("{}:again", total + 2));
}

#[tokio::test]
async fn the_window_is_bounded_in_bytes_too() {
    let server = TestServer::start().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    burst(&mut alice, "bob", 100, &"x".repeat(12_000)).await;
    let mut entries = 0;
    loop {
        let push = push(&mut bob).await;
        if push.entries.is_empty() {
            break;
        }
        entries += push.entries.len();
    }
    assert!((80..90).contains(&entries), "{entries} entries of 12 kB");
}

#[tokio::test]
async fn a_ping_acknowledges_and_its_answer_tells_the_head() {
    let server = TestServer::start().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    alice.say("bob", "x").await;
    bob.pushed().await;
    for client in [&mut alice, &mut bob] {
        client.send(Kind::Ping(timbre_protocol::Ping { cursor: 1 })).await;
        match client.event().await {
            Kind::Pong(pong) => assert_eq!(pong.head, 1),
            other => panic!("{other:?}"),
        }
    }
}

// A socket that does not drain is given up; nobody waits for it.
#[tokio::test]
async fn a_reader_that_reads_nothing_delays_nobody_and_is_closed() {
    let server = TestServer::start().await;
    let mut alice = server.user("alice", 1).await;
    let stuck = server.user("stuck", 1).await;
    let mut bob = server.user("bob", 1).await;
    let hub = || server.running().service().hub().count();
    assert_eq!(hub(), 3);
    let big = "x".repeat(12_000);
    // Online-only messages are bounded by no window. The kernel's buffers take a few MiB of them.
    for _ in 0..4000 {
        let send = SendRequest {
            flags: flags::ONLINE_ONLY,
            ..alice.text("stuck", &big)
        };
        alice.send_message(send).await.unwrap();
        if hub() == 2 {
            break;
        }
    }
    assert_eq!(hub(), 2, "the stuck session is still there");
    alice.say("bob", "hello").await;
    assert_eq!(shape(&bob.pushed().await), "1:hello");
    drop(stuck);
}

// P2: what came while nobody was connected is found by the cursor.
#[tokio::test]
async fn a_device_that_was_away_goes_on_from_its_cursor() {
    let server = TestServer::start().await;
    let mut alice = server.user("alice", 1).await;
    let mut bob = server.link().await;
    let epoch = bob.log_in(server.login_request("bob", 1)).await.unwrap().epoch;
    alice.say("bob", "one").await;
    assert_eq!(shape(&bob.pushed().await), "1:one");
    drop(bob);
    alice.say("bob", "two").await;
    let mut bob = server.link().await;
    let resume = LoginRequest {
        resume: true,
        cursor: 1,
        epoch,
        ..server.login_request("bob", 1)
    };
    let reply = bob.log_in(resume).await.unwrap();
    assert_eq!((reply.head, reply.reset), (2, false));
    assert_eq!(shape(&bob.pull(1).await.entries), "2:two");
    alice.say("bob", "three").await;
    assert_eq!(shape(&bob.pushed().await), "3:three");
}

#[tokio::test]
async fn frames_behind_a_login_in_one_packet_wait_for_it() {
    let server = TestServer::start().await;
    let mut alice = server.link().await;
    let mut packet = frame::single(frame::request(
        1,
        request::Body::Login(server.login_request("alice", 1)),
    ));
    let send = alice.text("alice", "note");
    packet
        .frames
        .extend(frame::single(frame::request(2, request::Body::Send(send))).frames);
    alice
        .socket
        .send(Message::Binary(frame::encode(&packet)))
        .await
        .unwrap();
    assert_eq!(alice.answer(1).await.code, 0);
    assert_eq!(alice.answer(2).await.code, 0);
}

#[test]
fn of_two_logins_of_a_device_the_newer_one_stays_whichever_registers_last() {
    use timbre_server::hub::{Ending, Hub, Mailbox};
    for newer_first in [true, false] {
        let hub = Hub::default();
        let mailbox = |generation| {
            let device = vec![1; 16].into();
            std::sync::Arc::new(Mailbox::new(
                generation,
                1,
                5,
                "alice".into(),
                device,
                7,
                generation,
                100,
            ))
        };
        let (older, newer) = (mailbox(1), mailbox(2));
        let order = if newer_first {
            [&newer, &older]
        } else {
            [&older, &newer]
        };
        for one in order {
            hub.register(one.clone());
        }
        assert!(newer.is_live() && hub.count() == 1);
        assert_eq!(older.watch(std::task::Waker::noop()), Some(Ending::Replaced));
        assert_eq!(
            hub.expired(100).iter().map(|m| m.session).collect::<Vec<_>>(),
            [2]
        );
        assert!(hub.expired(99).is_empty());
    }
}
