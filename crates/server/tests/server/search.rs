//! Searching messages over the wire.

use std::sync::Arc;

use bytes::Bytes;
use prost::Message as _;
use timbre_protocol::element::Kind as Element;
use timbre_protocol::{
    Body, Conversation, FileElement, ImageElement, SearchReply, SearchRequest, request, response,
};
use timbre_server::clock::ManualClock;

use crate::support::*;

const START_MS: i64 = 1_800_000_000_000;

fn words(keywords: &[&str]) -> SearchRequest {
    SearchRequest {
        keywords: keywords.iter().map(|k| (*k).to_owned()).collect(),
        ..SearchRequest::default()
    }
}

fn with_peer(peer: &str, request: SearchRequest) -> SearchRequest {
    SearchRequest {
        conversation: Some(Conversation::c2c(peer)),
        ..request
    }
}

async fn search(client: &mut Client, request: SearchRequest) -> Result<SearchReply, (i32, String)> {
    match client.ask(request::Body::Search(request)).await? {
        Some(response::Body::Search(reply)) => Ok(reply),
        other => panic!("{other:?}"),
    }
}

/// `bob:2[texts]` for each item.
fn found(reply: &SearchReply) -> String {
    let shown: Vec<String> = reply
        .items
        .iter()
        .map(|item| {
            let texts: Vec<String> = item.messages.iter().map(|m| text_of(&message(m))).collect();
            let id = item.conversation.as_ref().map_or("", |c| c.id.as_str());
            format!("{id}:{}[{}]", item.total, texts.join("|"))
        })
        .collect();
    shown.join(" ")
}

/// A server whose clock stands until it is moved, and that lets a user search as often as it likes.
async fn patient() -> (TestServer, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(START_MS));
    let server = TestServer::with_clock(clock.clone(), |c| c.search_cloud_rate = 0).await;
    (server, clock)
}

// SC-01, SL-29
#[tokio::test]
async fn keywords_are_matched_as_on_the_device() {
    let (server, _) = patient().await;
    let (mut alice, _bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    for text in ["我们明天开会", "100% a_b", "Ｆull　Width", "first line", "ÉCOLE"] {
        alice.say("bob", text).await;
    }
    for (keywords, all, total) in [
        (&["明"][..], false, 1),
        (&["明天开"], false, 1),
        (&["%"], false, 1),
        (&["a%b"], false, 0),
        (&["full width"], false, 1),
        (&["e\u{301}cole"], false, 1),
        (&["first", "100"], false, 2),
        (&["first", "100"], true, 0),
        (&["LINE", "first"], true, 1),
        (&["' OR 1=1 --"], false, 0),
    ] {
        let request = SearchRequest {
            match_all: all,
            ..with_peer("bob", words(keywords))
        };
        assert_eq!(
            search(&mut alice, request).await.unwrap().total,
            total,
            "{keywords:?}"
        );
    }
}

// SC-01, SC-02, SC-03
#[tokio::test]
async fn a_walk_along_the_cursor_gives_each_conversation_once() {
    let (server, clock) = patient().await;
    let mut alice = server.user("alice", 1).await;
    for n in 0..7 {
        server.user(&format!("friend{n}"), 1).await;
        clock.advance(1000);
        alice.say(&format!("friend{n}"), &format!("hello {n}")).await;
    }
    alice.say("friend3", "hello again").await;
    let mut walked = Vec::new();
    let mut cursor = String::new();
    for page in 0.. {
        let request = SearchRequest {
            count: 3,
            cursor,
            ..words(&["hello"])
        };
        let reply = search(&mut alice, request).await.unwrap();
        assert_eq!(reply.total, 7);
        walked.push(found(&reply));
        cursor = reply.cursor;
        if cursor.is_empty() {
            assert_eq!(page, 2);
            break;
        }
        // What comes in between does not shift the pages.
        clock.advance(1000);
        alice.say("friend0", "hello once more").await;
    }
    assert_eq!(
        walked,
        [
            "friend3:2[] friend6:1[hello 6] friend5:1[hello 5]",
            "friend4:1[hello 4] friend2:1[hello 2] friend1:1[hello 1]",
            "friend0:1[hello 0]"
        ]
    );
    // At one moment: by name.
    let (server, _) = patient().await;
    let mut alice = server.user("alice", 1).await;
    for name in ["carol", "bob", "dave"] {
        server.user(name, 1).await;
        alice.say(name, "tied").await;
    }
    let reply = search(&mut alice, words(&["tied"])).await.unwrap();
    assert_eq!(found(&reply), "bob:1[tied] carol:1[tied] dave:1[tied]");
}

// SC-03
#[tokio::test]
async fn a_cursor_is_good_for_ten_minutes_one_user_and_one_search() {
    let (server, clock) = patient().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    for n in 0..5 {
        alice.say("bob", &format!("n {n}")).await;
    }
    let ask = |peer: &str, cursor: &str| SearchRequest {
        count: 2,
        cursor: cursor.to_owned(),
        ..with_peer(peer, words(&["n"]))
    };
    let first = search(&mut alice, ask("bob", "")).await.unwrap();
    assert_eq!(found(&first), "bob:5[n 4|n 3]");
    let cursor = first.cursor;
    let mut forged = cursor.clone();
    let other = if forged.starts_with('A') { 'B' } else { 'A' };
    forged.replace_range(..1, &other.to_string());
    for (request, who) in [
        (ask("alice", &cursor), "bob"),
        (
            SearchRequest {
                keywords: vec!["N".into()],
                ..ask("bob", &cursor)
            },
            "alice",
        ),
        (
            SearchRequest {
                count: 3,
                ..ask("bob", &cursor)
            },
            "alice",
        ),
        (
            SearchRequest {
                time_period_s: 5,
                ..ask("bob", &cursor)
            },
            "alice",
        ),
        (ask("bob", &forged), "alice"),
        (ask("bob", "%%%"), "alice"),
        (ask("bob", &cursor[..cursor.len() / 2]), "alice"),
    ] {
        let client = if who == "alice" { &mut alice } else { &mut bob };
        assert_eq!(search(client, request).await.unwrap_err().0, 6017, "{who}");
    }
    clock.advance(600_000);
    let second = search(&mut alice, ask("bob", &cursor)).await.unwrap();
    assert_eq!(found(&second), "bob:5[n 2|n 1]");
    clock.advance(1);
    assert_eq!(search(&mut alice, ask("bob", &cursor)).await.unwrap_err().0, 6017);
    let last = search(&mut alice, ask("bob", &second.cursor)).await.unwrap();
    assert_eq!(
        (found(&last), last.cursor),
        ("bob:5[n 0]".to_owned(), String::new())
    );
}

// SC-01, SC-05: nobody finds what is not theirs.
#[tokio::test]
async fn only_the_two_of_a_conversation_find_its_messages() {
    let (server, _) = patient().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    let mut carol = server.user("carol", 1).await;
    alice.say("bob", "secret").await;
    alice.say("alice", "secret to myself").await;
    assert_eq!(search(&mut alice, words(&["secret"])).await.unwrap().total, 2);
    assert_eq!(
        found(&search(&mut bob, words(&["secret"])).await.unwrap()),
        "alice:1[secret]"
    );
    for request in [
        words(&["secret"]),
        with_peer("alice", words(&["secret"])),
        with_peer("bob", words(&["secret"])),
        with_peer("nobody at all", words(&["secret"])),
        SearchRequest {
            senders: vec!["alice".into()],
            ..SearchRequest::default()
        },
        SearchRequest {
            conversation: Some(Conversation {
                r#type: 2,
                id: "bob".into(),
            }),
            ..words(&["secret"])
        },
    ] {
        assert_eq!(search(&mut carol, request).await.unwrap(), SearchReply::default());
    }
}

// SC-01, SL-05, SL-06, SL-08, SL-09
#[tokio::test]
async fn senders_kinds_and_times_narrow_it() {
    let (server, clock) = patient().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    alice.say("bob", "one").await;
    clock.advance(10_000);
    bob.say("alice", "two").await;
    clock.advance(10_000);
    let kinds = [
        Element::File(FileElement {
            name: "one.pdf".into(),
            ..FileElement::default()
        }),
        Element::Image(ImageElement::default()),
    ];
    for kind in kinds {
        let mut request = alice.text("bob", "");
        request.body = Bytes::from(
            Body {
                elements: vec![timbre_protocol::Element { kind: Some(kind) }],
                ..Body::default()
            }
            .encode_to_vec(),
        );
        alice.send_message(request).await.unwrap();
    }
    let start = START_MS as u64 / 1000;
    let base = with_peer("bob", SearchRequest::default());
    let by = |senders: &[&str]| SearchRequest {
        senders: senders.iter().map(|s| (*s).to_owned()).collect(),
        ..base.clone()
    };
    let kind = |bits: u32| SearchRequest {
        kinds: bits,
        ..base.clone()
    };
    let time = |position: u64, period: u64| SearchRequest {
        time_position_s: position,
        time_period_s: period,
        ..kind(1 | 1 << 1 | 1 << 4)
    };
    for (request, total) in [
        (by(&["bob"]), 1),
        (by(&["alice", "nobody"]), 3),
        (by(&["nobody"]), 0),
        (kind(1), 2),
        (kind(1 << 4), 1),
        (kind(1 << 1), 1),
        (kind(1 << 1 | 1 << 4), 2),
        (with_peer("bob", words(&["ONE"])), 2),
        (time(0, 0), 4),
        (time(start, 0), 1),
        (time(start - 1, 0), 0),
        (time(start + 10, 0), 2),
        (time(start + 10, 9), 1),
        (time(start + 10, 10), 2),
        (time(0, 10), 3),
    ] {
        let reply = search(&mut alice, request.clone()).await.unwrap();
        assert_eq!(reply.total, total, "{request:?}");
    }
}

// SC-02, SC-04, SL-02, SL-04
#[tokio::test]
async fn what_is_not_allowed_is_refused() {
    let clock = Arc::new(ManualClock::new(START_MS));
    let server = TestServer::with_clock(clock.clone(), |c| c.max_instances_linux = 2).await;
    let mut alice = server.user("alice", 1).await;
    let cases = [
        SearchRequest::default(),
        words(&["  ", ""]),
        words(&["1", "2", "3", "4", "5", "6"]),
        words(&[&"x".repeat(129)]),
        SearchRequest {
            senders: vec!["a".into(); 6],
            ..SearchRequest::default()
        },
        SearchRequest {
            kinds: 1 << 6,
            ..words(&["x"])
        },
        SearchRequest {
            count: 101,
            ..words(&["x"])
        },
        SearchRequest {
            conversation: Some(Conversation {
                r#type: 3,
                id: String::new(),
            }),
            ..words(&["x"])
        },
    ];
    for request in cases {
        clock.advance(1000);
        assert_eq!(
            search(&mut alice, request.clone()).await.unwrap_err().0,
            6017,
            "{request:?}"
        );
    }
    // Two a second for each user, whichever device asks.
    clock.advance(1000);
    let mut tablet = server.user("alice", 2).await;
    let mut bob = server.user("bob", 1).await;
    assert!(search(&mut alice, words(&["x"])).await.is_ok());
    assert!(search(&mut tablet, words(&["x"])).await.is_ok());
    assert_eq!(search(&mut alice, words(&["x"])).await.unwrap_err().0, -10113);
    assert!(search(&mut bob, words(&["x"])).await.is_ok());
    clock.advance(1000);
    assert!(search(&mut alice, words(&["x"])).await.is_ok());

    let off = TestServer::with(|c| c.search_cloud_enabled = false).await;
    let mut alice = off.user("alice", 1).await;
    let (code, text) = search(&mut alice, words(&["x"])).await.unwrap_err();
    assert_eq!(code, 60020);
    assert!(text.contains("search.cloud.enabled"), "{text}");
}

// SC-03, P7: a message is found once its sender has been answered, and by a server that was started again.
#[tokio::test]
async fn what_was_acknowledged_is_found_at_once_and_after_a_restart() {
    let (server, clock) = patient().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    for n in 0..50 {
        alice.say("bob", &format!("word{n}")).await;
        let reply = search(&mut bob, words(&[&format!("word{n}")])).await.unwrap();
        assert!(reply.total == 1, "{n}");
    }
    let ask = |cursor: &str| SearchRequest {
        count: 1,
        cursor: cursor.to_owned(),
        ..with_peer("bob", words(&["word4"]))
    };
    let first = search(&mut alice, ask("")).await.unwrap();
    let folder = server.stop().await;
    let server = TestServer::at(folder, clock, |c| c.search_cloud_rate = 0).await;
    let mut alice = server.user("alice", 1).await;
    let second = search(&mut alice, ask(&first.cursor)).await.unwrap();
    assert_eq!(found(&first), "bob:11[word49]");
    assert_eq!(found(&second), "bob:11[word48]");
}
