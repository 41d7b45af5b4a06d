//! Receipts, extensions, reactions and receive options over the wire.

use std::sync::Arc;

use bytes::Bytes;
use timbre_protocol::frame::Kind;
use timbre_protocol::online_push::Kind as Online;
use timbre_protocol::{
    Conversation, DeleteExtensionsRequest, DoNotDisturb, ExtensionWrite, ExtensionsReply,
    GetExtensionsRequest, GetReactionsRequest, MessageRef, ReactRequest, ReadReceiptsRequest,
    SendReceiptsRequest, SendRequest, SetDoNotDisturbRequest, SetExtensionsRequest, SetReceiveOptionRequest,
    flags, request, response,
};
use timbre_server::clock::{ManualClock, SystemClock};
use timbre_server::config::Config;
use timbre_server::service::Sweep;

use crate::support::*;

fn with(peer: &str) -> Option<Conversation> {
    Some(Conversation::c2c(peer))
}

fn at(conv_seq: u64) -> Option<MessageRef> {
    Some(MessageRef {
        conv_seq,
        ..MessageRef::default()
    })
}

fn react(peer: &str, conv_seq: u64, reaction: &str) -> ReactRequest {
    ReactRequest {
        conversation: with(peer),
        message: at(conv_seq),
        reaction: reaction.into(),
        remove: false,
    }
}

fn write(key: &str, value: &str, version: u64) -> ExtensionWrite {
    ExtensionWrite {
        key: key.into(),
        value: value.into(),
        version,
    }
}

fn set(peer: &str, writes: Vec<ExtensionWrite>) -> request::Body {
    request::Body::SetExtensions(SetExtensionsRequest {
        conversation: with(peer),
        message: at(1),
        writes,
    })
}

/// Asks with an idempotency key.
async fn ask_keyed(
    client: &mut Client,
    key: &[u8],
    body: request::Body,
) -> Result<Option<response::Body>, (i32, String)> {
    client.ask_keyed(Bytes::copy_from_slice(key), body).await
}

async fn code(client: &mut Client, body: request::Body) -> i32 {
    match client.ask(body).await {
        Ok(_) => 0,
        Err((code, text)) => {
            assert!(!text.is_empty());
            code
        }
    }
}

async fn online(client: &mut Client) -> Online {
    loop {
        match client.event().await {
            Kind::OnlinePush(push) => return push.kind.unwrap(),
            Kind::Push(_) => {}
            other => panic!("no push but {other:?}"),
        }
    }
}

fn codes(reply: Option<response::Body>) -> Vec<i32> {
    let outcomes = |reply: ExtensionsReply| reply.outcomes.iter().map(|o| o.code).collect();
    match reply {
        Some(response::Body::SetExtensions(reply) | response::Body::DeleteExtensions(reply)) => {
            outcomes(reply)
        }
        other => panic!("{other:?}"),
    }
}

// RX-09: a request that comes again with its key is answered as the first one was, and nobody is told twice.
#[tokio::test]
async fn a_repeated_request_takes_effect_once() {
    let server = TestServer::start().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    let send = SendRequest {
        flags: flags::EXTENSIONS,
        ..alice.text("bob", "x")
    };
    alice.send_message(send).await.unwrap();
    let like = || request::Body::React(react("alice", 1, "like"));
    for _ in 0..3 {
        assert!(ask_keyed(&mut bob, &[1; 16], like()).await.is_ok());
    }
    assert_eq!(ask_keyed(&mut bob, &[2; 16], like()).await.unwrap_err().0, 23007);
    assert_eq!(
        code(&mut bob, like()).await,
        23007,
        "without a key each is a call of its own"
    );
    let wow = request::Body::React(react("alice", 1, "wow"));
    assert!(ask_keyed(&mut bob, &[3; 16], wow).await.is_ok());
    for expected in ["like", "wow"] {
        match online(&mut alice).await {
            Online::Reactions(told) => assert_eq!(told.reactions[0].id, expected),
            other => panic!("{other:?}"),
        }
    }
    let first = ask_keyed(&mut bob, &[4; 16], set("alice", vec![write("k", "1", 0)])).await;
    let again = ask_keyed(&mut bob, &[4; 16], set("alice", vec![write("k", "1", 0)])).await;
    assert_eq!(first, again);
    assert_eq!(codes(again.unwrap()), [0]);
    assert_eq!(
        codes(bob.ask(set("alice", vec![write("k", "2", 0)])).await.unwrap()),
        [23001]
    );
    assert_eq!(
        codes(bob.ask(set("alice", vec![write("k", "2", 1)])).await.unwrap()),
        [0]
    );
    for expected in ["1", "2"] {
        match online(&mut alice).await {
            Online::Extensions(told) => assert_eq!(told.extensions[0].value, expected),
            other => panic!("{other:?}"),
        }
    }
    // Another user's key is another one, and a key is 16 bytes.
    let theirs = request::Body::React(react("bob", 1, "like"));
    assert!(ask_keyed(&mut alice, &[1; 16], theirs).await.is_ok());
    assert_eq!(ask_keyed(&mut bob, &[1; 15], like()).await.unwrap_err().0, 6017);
}

// RX-09: not even a restart makes it forget.
#[tokio::test]
async fn a_repeated_request_is_known_after_a_restart() {
    let server = TestServer::start().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    alice.say("bob", "x").await;
    let like = || request::Body::React(react("alice", 1, "like"));
    assert!(ask_keyed(&mut bob, &[1; 16], like()).await.is_ok());
    drop((alice, bob));
    let folder = server.stop().await;
    let server = TestServer::at(folder, Arc::new(SystemClock), |_| ()).await;
    let mut bob = server.user("bob", 1).await;
    assert!(ask_keyed(&mut bob, &[1; 16], like()).await.is_ok());
    assert_eq!(ask_keyed(&mut bob, &[2; 16], like()).await.unwrap_err().0, 23007);
}

// RR-05, EX-08, RX-03: everything that is too much or makes no sense is refused, and nothing is changed.
#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let server = TestServer::start().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    let mut carol = server.user("carol", 1).await;
    alice.say("bob", "x").await;
    carol.say("bob", "y").await;
    let refs = |n: usize| vec![at(1).unwrap(); n];
    let receipts = |conversation, n| SendReceiptsRequest {
        conversation,
        messages: refs(n),
    };
    let group = Some(Conversation {
        r#type: 2,
        id: "g".into(),
    });
    let reading = |n| {
        request::Body::ReadReceipts(ReadReceiptsRequest {
            conversation: with("alice"),
            messages: refs(n),
        })
    };
    let reactions = |n, users| {
        request::Body::GetReactions(GetReactionsRequest {
            conversation: with("alice"),
            messages: refs(n),
            users,
        })
    };
    let deletion = |keys: Vec<ExtensionWrite>| {
        request::Body::DeleteExtensions(DeleteExtensionsRequest {
            conversation: with("alice"),
            message: at(1),
            keys,
            ..DeleteExtensionsRequest::default()
        })
    };
    let many = |n: usize| (0..n).map(|n| write(&n.to_string(), "", 0)).collect::<Vec<_>>();
    let nameless = ReactRequest {
        message: Some(MessageRef::default()),
        ..react("alice", 1, "x")
    };
    let cases = [
        (request::Body::SendReceipts(receipts(with("alice"), 31)), 6017),
        (request::Body::SendReceipts(receipts(with("alice"), 0)), 6017),
        (request::Body::SendReceipts(receipts(None, 1)), 6017),
        (request::Body::SendReceipts(receipts(group.clone(), 1)), 10007),
        (reading(31), 6017),
        (reactions(21, 10), 6017),
        (reactions(1, 11), 6017),
        (set("alice", many(21)), 6017),
        (set("alice", vec![]), 6017),
        (set("alice", vec![write("", "", 0)]), 6017),
        (set("alice", vec![write(&"k".repeat(101), "", 0)]), 6017),
        (set("alice", vec![write("k", &"v".repeat(1025), 0)]), 6017),
        (set("alice", vec![write("k", "1", 0), write("k", "2", 0)]), 6017),
        (set("alice", vec![write("k", "1", 0)]), 23002),
        (deletion(vec![]), 6017),
        (deletion(many(21)), 6017),
        (deletion(many(1)), 23002),
        (request::Body::React(react("alice", 1, "")), 6017),
        (request::Body::React(react("alice", 1, &"x".repeat(101))), 6017),
        (request::Body::React(react("alice", 2, "x")), 20022),
        (request::Body::React(react("nobody", 1, "x")), 20022),
        (request::Body::React(nameless), 6017),
        (
            request::Body::React(ReactRequest {
                conversation: group,
                ..react("alice", 1, "x")
            }),
            10007,
        ),
        (
            request::Body::GetExtensions(GetExtensionsRequest {
                conversation: with("alice"),
                message: at(7),
                after_seq: 0,
            }),
            23004,
        ),
    ];
    for (body, expected) in cases {
        let name = format!("{body:?}");
        assert_eq!(code(&mut bob, body).await, expected, "{name}");
    }
    // A conversation of others cannot even be named: each sees only its own ones.
    assert_eq!(
        code(&mut carol, request::Body::React(react("alice", 1, "x"))).await,
        20022
    );
}

// RO-07
#[tokio::test]
async fn a_client_that_does_not_count_its_calls_is_stopped() {
    let clock = Arc::new(ManualClock::new(1_800_000_000_000));
    let server = TestServer::with_clock(clock.clone(), |_| ()).await;
    let mut bob = server.user("bob", 1).await;
    drop(server.user("ann", 1).await);
    let option = || {
        request::Body::SetReceiveOption(SetReceiveOptionRequest {
            user_ids: vec!["ann".into()],
            opt: 2,
        })
    };
    let mut refused = 0;
    for _ in 0..15 {
        refused += i32::from(code(&mut bob, option()).await == -10113);
    }
    assert_eq!(
        refused, 5,
        "twice the rate at once, for calls draw together on their way"
    );
    clock.advance(1000);
    assert_eq!(code(&mut bob, option()).await, 0);
    for wrong in [3, 4, 5, 257] {
        let body = SetReceiveOptionRequest {
            user_ids: vec!["ann".into()],
            opt: wrong,
        };
        assert_eq!(
            code(&mut bob, request::Body::SetReceiveOption(body)).await,
            6017,
            "opt {wrong}"
        );
    }
}

// RO-19: the zone of the setting follows the device that has made it, at each of its logins.
#[tokio::test]
async fn do_not_disturb_follows_the_zone_of_the_device_that_has_set_it() {
    let server = TestServer::with(|config| config.max_instances_linux = 2).await;
    let mut phone = server.user("bob", 1).await;
    let body = SetDoNotDisturbRequest {
        opt: 2,
        daily: true,
        start_of_day: 79_200,
        duration_s: 28_800,
        zone_offset_s: 3600,
        ..SetDoNotDisturbRequest::default()
    };
    phone.ask(request::Body::SetDoNotDisturb(body)).await.unwrap();
    assert_eq!(shape(&phone.pushed().await), "1:quiet 2");
    let zone = async || {
        let storage = server.running().service().storage();
        let account = storage.account(server.app.id, "bob").await.unwrap().unwrap();
        let setting: DoNotDisturb = storage.do_not_disturb(account.no).await.unwrap();
        setting.zone_offset_s
    };
    let log_in = async |device: u8, zone_offset_s: i32| {
        let mut link = server.link().await;
        let mut login = server.login_request("bob", device);
        login.zone_offset_s = zone_offset_s;
        link.log_in(login).await.unwrap();
        link
    };
    assert_eq!(zone().await, 3600);
    let _tablet = log_in(2, 7200).await;
    assert_eq!(zone().await, 3600, "another device");
    let mut phone = log_in(1, 28_800).await;
    assert_eq!(zone().await, 28_800);
    phone.quiet().await;
}

// What is attached goes with its message.
#[tokio::test]
async fn retention_takes_what_is_attached_along() {
    let clock = Arc::new(ManualClock::new(1_800_000_000_000));
    let server = TestServer::with_clock(clock.clone(), |_| ()).await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    let annotate = async |alice: &mut Client, bob: &mut Client, seq: u64| {
        let send = SendRequest {
            flags: flags::EXTENSIONS | flags::NEED_RECEIPT,
            ..alice.text("bob", "x")
        };
        assert_eq!(alice.send_message(send).await.unwrap().conv_seq, seq);
        let receipt = SendReceiptsRequest {
            conversation: with("alice"),
            messages: vec![at(seq).unwrap()],
        };
        bob.ask(request::Body::SendReceipts(receipt)).await.unwrap();
        let extension = SetExtensionsRequest {
            conversation: with("alice"),
            message: at(seq),
            writes: vec![write("k", "v", 0)],
        };
        bob.ask(request::Body::SetExtensions(extension)).await.unwrap();
        bob.ask(request::Body::React(react("alice", seq, "like")))
            .await
            .unwrap();
    };
    annotate(&mut alice, &mut bob, 1).await;
    clock.advance(8 * 86_400_000);
    annotate(&mut alice, &mut bob, 2).await;
    let path = server.folder.0.join("data").join("timbre.db");
    let count = |table: &str| -> i64 {
        let conn = rusqlite::Connection::open(&path).unwrap();
        conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
            .unwrap()
    };
    let tables = ["receipts", "extensions", "reactions", "annotated"];
    assert_eq!(tables.map(count), [2; 4]);
    while server.running().service().sweep().await.unwrap() == Sweep::More {}
    assert_eq!(tables.map(count), [1; 4], "the newer one keeps what it has");
    assert_eq!(
        code(&mut bob, request::Body::React(react("alice", 1, "like"))).await,
        20022
    );
    assert_eq!(
        code(&mut bob, request::Body::React(react("alice", 2, "like"))).await,
        23007
    );
}

// RO-02: what is not received makes no entry in the log of the receiver, and a fresh snapshot shows the options.
#[tokio::test]
async fn a_message_that_is_not_received_is_in_the_senders_log_alone() {
    let server = TestServer::start().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    let body = SetReceiveOptionRequest {
        user_ids: vec!["alice".into()],
        opt: 1,
    };
    bob.ask(request::Body::SetReceiveOption(body)).await.unwrap();
    assert_eq!(shape(&bob.pushed().await), "1:option alice 1");
    alice.say("bob", "missed").await;
    bob.quiet().await;
    let snapshot = bob.snapshot().await;
    assert_eq!((snapshot.cursor, snapshot.conversations.len()), (1, 0));
    assert_eq!(snapshot.receive_options[0].peer, "alice");
    assert_eq!(alice.snapshot().await.conversations[0].last_seq, 1);
    assert_eq!(alice.snapshot().await.receive_options.len(), 0);
    let body = SetReceiveOptionRequest {
        user_ids: vec!["alice".into()],
        opt: 0,
    };
    bob.ask(request::Body::SetReceiveOption(body)).await.unwrap();
    let mut told = bob.pushed().await;
    while told.len() < 2 {
        told.extend(bob.pushed().await);
    }
    assert_eq!(shape(&told), "2:option alice 0 3:read 1");
    alice.say("bob", "heard").await;
    assert_eq!(shape(&bob.pushed().await), "4:heard");
    assert_eq!(bob.snapshot().await.conversations[0].unread, 1);
    assert_eq!(
        alice.snapshot().await.conversations[0].peer_read_seq,
        0,
        "the sender is told nothing"
    );
}

// TV-06: a service needs an address, and headers must be headers.
#[test]
fn settings_of_services_are_checked() {
    let text = |url: &str, headers: &str| {
        format!(
            "[translation]\nprovider = \"http\"\nurl = \"{url}\"\nheaders = {headers}\nlanguages = \"en|de\"\n"
        )
    };
    let read = |toml: &str| {
        let mut config = Config::default();
        config.apply_toml(toml)?;
        config.validate().map(|()| config)
    };
    let config = read(&text("https://example.org/t", r#"["A: b:c", "D:e"]"#)).unwrap();
    let settings = config.translation_settings().unwrap();
    assert_eq!(settings.headers, ["A: b:c", "D:e"]);
    assert_eq!(settings.languages, ["en", "de"]);
    assert_eq!(settings.timeout_ms, 10_000);
    assert!(config.voice_settings().is_none());
    for (toml, key) in [
        (text("", "[]"), "translation.url"),
        (text("ftp://example.org", "[]"), "translation.url"),
        (text("example.org", "[]"), "translation.url"),
        (
            text("http://example.org", r#"["no header"]"#),
            "translation.headers",
        ),
        (text("http://example.org", "7"), "translation.headers"),
        ("[voice]\nprovider = \"grpc\"\n".to_owned(), "voice.provider"),
        ("[voice]\nprovider = \"http\"\n".to_owned(), "voice.url"),
    ] {
        let error = read(&toml).unwrap_err().to_string();
        assert!(error.contains(key), "{toml}: {error}");
        assert!(
            !error.contains("no header"),
            "a header may hold a password: {error}"
        );
    }
}
