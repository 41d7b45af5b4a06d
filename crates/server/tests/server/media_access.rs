//! Who may use and read a file, and what messages may say of files.

use std::sync::Arc;

use prost::Message as _;
use timbre_protocol::element::Kind as ElementKind;
use timbre_protocol::frame::Kind;
use timbre_protocol::log_entry::Change;
use timbre_protocol::online_push::Kind as Online;
use timbre_protocol::{
    Body, ChatMessage, Conversation, Element, HistoryRequest, LoginRequest, Media, MediaFile, MediaKind,
    MergedElement, MergedItem, MergedList, Platform, SendRequest, capabilities, flags,
};
use timbre_server::clock::ManualClock;
use timbre_server::config::MediaUrlMode;

use crate::files::*;
use crate::support::*;

fn history(with: &str) -> HistoryRequest {
    HistoryRequest {
        conversation: Some(Conversation::c2c(with)),
        count: 20,
        ..HistoryRequest::default()
    }
}

fn id_of(file: &MediaFile) -> String {
    file.file.as_ref().unwrap().id.clone()
}

// MSG-136: a file is used and read by who uploaded it and by those who take part in a conversation that it came up in.
#[tokio::test]
async fn a_stranger_cannot_use_a_file() {
    let server = TestServer::start().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    let mut eve = server.user("eve", 1).await;
    let file = alice
        .put_up(&server, MediaKind::MediaFile, "f", b"secret")
        .await
        .unwrap();
    let id = id_of(&file);
    // Before it is in a message it is its owner's alone.
    assert_eq!(bob.media_url(&id).await.unwrap_err().0, 114_001);
    assert!(alice.media_url(&id).await.is_ok());
    // A message that is stored nowhere opens it to nobody.
    let mut online = alice.with("bob", vec![file_element(&file)]);
    online.flags = flags::ONLINE_ONLY;
    alice.send_message(online.clone()).await.unwrap();
    let Kind::OnlinePush(push) = bob.event().await else {
        panic!()
    };
    let Some(Online::Message(bytes)) = push.kind else {
        panic!()
    };
    assert_eq!(file_in(&message(&bytes)), file.file.clone().unwrap());
    assert_eq!(bob.media_url(&id).await.unwrap_err().0, 114_001);

    alice.send_file("bob", &file).await.unwrap();
    bob.message().await;
    assert_eq!(bob.media_url(&id).await.unwrap(), file.file.as_ref().unwrap().url);
    // Eve has heard the id and wants to be let in by naming it.
    assert_eq!(eve.send_file("eve", &file).await.unwrap_err().0, 114_001);
    let online = SendRequest {
        flags: flags::ONLINE_ONLY,
        ..eve.with("alice", vec![file_element(&file)])
    };
    assert_eq!(eve.send_message(online).await.unwrap_err().0, 114_001);
    assert_eq!(eve.media_url(&id).await.unwrap_err().0, 114_001);
    assert!(
        eve.history(history("eve")).await.messages.is_empty(),
        "nothing was stored"
    );
    // Bob may pass it on, and that lets Eve in.
    bob.send_file("eve", &file).await.unwrap();
    assert_eq!(file_in(&eve.message().await).id, id);
    assert!(eve.media_url(&id).await.is_ok());
    // What is not there is nobody's.
    let none = "0123456789abcdef0123456789abcdef";
    assert_eq!(alice.media_url(none).await.unwrap_err().0, 114_000);
    let request = alice.with("bob", vec![file_of(none, "https://a.example/x")]);
    assert_eq!(alice.send_message(request).await.unwrap_err().0, 114_000);
    let request = SendRequest {
        flags: flags::ONLINE_ONLY,
        ..alice.with("bob", vec![file_of(none, "")])
    };
    assert_eq!(alice.send_message(request).await.unwrap_err().0, 114_000);
    let refused = alice.with("bob", vec![file_of(&id, ""), file_of(none, "")]);
    assert_eq!(alice.send_message(refused).await.unwrap_err().0, 114_000);
}

// MSG-136: a picture that has been passed on often is still found by those who have it.
#[tokio::test]
async fn a_file_in_many_conversations_is_found_from_the_users_side() {
    let server = TestServer::start().await;
    let mut alice = server.user("alice", 1).await;
    let file = alice
        .put_up(&server, MediaKind::MediaFile, "f", b"viral")
        .await
        .unwrap();
    let mut eve = server.user("eve", 1).await;
    alice.say("eve", "no file here").await;
    eve.message().await;
    let mut last = None;
    for number in 0..70 {
        let name = format!("user{number}");
        let user = server.user(&name, 1).await;
        alice.send_file(&name, &file).await.unwrap();
        last = Some(user);
    }
    assert!(last.unwrap().media_url(&id_of(&file)).await.is_ok());
    assert_eq!(eve.media_url(&id_of(&file)).await.unwrap_err().0, 114_001);
}

// MSG-136: an address of the app's own is carried as it is; one under an id of ours, and of other schemes, is not.
#[tokio::test]
async fn foreign_addresses_are_carried_and_false_ones_are_not() {
    let server = TestServer::start().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    for good in [
        "https://cdn.example/a?b=c#d",
        "http://cdn.example",
        "HTTPS://CDN.example/",
    ] {
        let request = alice.with("bob", vec![file_of("", good)]);
        alice.send_message(request).await.unwrap();
        assert_eq!(
            file_in(&bob.message().await),
            Media {
                url: good.into(),
                ..Media::default()
            }
        );
    }
    for bad in [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "ftp://a.example/f",
        "//a.example/f",
        "/f",
        "https://",
        "data:text/html,x",
        "\u{e9}ttp://x",
    ] {
        let request = alice.with("bob", vec![file_of("", bad)]);
        let (code, text) = alice.send_message(request).await.unwrap_err();
        assert_eq!(code, 6017, "{bad}");
        assert!(text.contains("neither http nor https"), "{text}");
        // Nor hidden in a merged message.
        let request = alice.with("bob", vec![merged(inline(vec![file_of("", bad)]))]);
        assert_eq!(alice.send_message(request).await.unwrap_err().0, 6017, "{bad}");
    }
    let file = alice
        .put_up(&server, MediaKind::MediaFile, "f", b"ours")
        .await
        .unwrap();
    let id = id_of(&file);
    for url in ["https://evil.example/tim/v1/media/x", "file:///etc/passwd", ""] {
        let request = alice.with("bob", vec![file_of(&id, url)]);
        alice.send_message(request).await.unwrap();
        assert_eq!(file_in(&bob.message().await), file.file.clone().unwrap());
    }
    // Not by a Host of the sender's choice either.
    let mut request = tokio_tungstenite::tungstenite::client::IntoClientRequest::into_client_request(
        format!("ws://evil.example{}", timbre_protocol::PATH),
    )
    .unwrap();
    request
        .headers_mut()
        .insert("x-forwarded-proto", "https".parse().unwrap());
    let mut sly = server.link_by(request).await;
    let android = LoginRequest {
        platform: Platform::Android as i32,
        ..server.login_request("alice", 9)
    };
    sly.log_in(android).await.unwrap();
    // Numbers that her first device has not used.
    (0..100).for_each(|_| drop(sly.text("bob", "")));
    sly.send_file("bob", &file).await.unwrap();
    assert_eq!(file_in(&bob.message().await), file.file.clone().unwrap());
    let page = bob.history(history("alice")).await;
    assert_eq!(file_in(&message(&page.messages[0])), file.file.clone().unwrap());
    assert!(!page.messages.iter().any(|m| m.windows(4).any(|w| w == b"evil")));
}

// P3: a repeated send is answered although its file is gone, and a file changes nothing in the order of sends.
#[tokio::test]
async fn a_send_with_a_file_keeps_its_place_and_its_key() {
    let server = TestServer::start().await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    let file = alice
        .put_up(&server, MediaKind::MediaFile, "f", b"x")
        .await
        .unwrap();
    let mut ids = Vec::new();
    let mut requests = Vec::new();
    for round in 0..10 {
        let request = match round % 2 {
            0 => alice.with("bob", vec![file_element(&file)]),
            _ => alice.text("bob", "between"),
        };
        ids.push(
            alice
                .start(timbre_protocol::request::Body::Send(request.clone()))
                .await,
        );
        requests.push(request);
    }
    for (at, id) in ids.into_iter().enumerate() {
        let Some(timbre_protocol::response::Body::Send(sent)) = alice.answer(id).await.body else {
            panic!()
        };
        assert_eq!(sent.conv_seq, at as u64 + 1);
    }
    let again = alice.send_message(requests[4].clone()).await.unwrap();
    assert_eq!(again.conv_seq, 5);
    // The same key decides, whatever the body names now.
    let other = SendRequest {
        body: body_of(vec![file_of("gone", "")]).encode_to_vec().into(),
        ..requests[4].clone()
    };
    assert_eq!(alice.send_message(other).await.unwrap(), again);
    let mut got = 0;
    while got < 10 {
        got += bob.pushed().await.len();
    }
    bob.quiet().await;
}

// MSG-136: signed addresses expire; every answer brings fresh ones.
#[tokio::test]
async fn signed_addresses_expire_and_are_renewed() {
    let clock = Arc::new(ManualClock::new(1_800_000_000_000));
    let server = TestServer::with_clock(clock.clone(), |config| {
        config.media_url_mode = MediaUrlMode::Signed;
        config.media_url_ttl_s = 60;
    })
    .await;
    let (mut alice, mut bob) = (server.user("alice", 1).await, server.user("bob", 1).await);
    let file = alice
        .put_up(&server, MediaKind::MediaFile, "f", b"signed")
        .await
        .unwrap();
    let id = id_of(&file);
    alice.send_file("bob", &file).await.unwrap();
    let pushed = file_in(&bob.message().await).url;
    assert!(pushed.contains("?expires=1800000060&sig="), "{pushed}");
    assert_eq!(get(&server, &pushed).await.body, b"signed");
    let (bare, sig) = pushed.split_once('?').unwrap();
    let longer = pushed.replace("1800000060", "1800009999");
    let other = alice
        .put_up(&server, MediaKind::MediaFile, "g", b"other")
        .await
        .unwrap()
        .file
        .unwrap();
    let borrowed = format!("{}?{sig}", other.url.split_once('?').unwrap().0);
    let mut spoiled = pushed.clone();
    let last = spoiled.pop().unwrap();
    spoiled.push(if last == '0' { '1' } else { '0' });
    for wrong in [
        bare,
        &longer,
        &borrowed,
        &spoiled,
        &format!("{bare}?expires=x&sig=y"),
    ] {
        let answer = get(&server, wrong).await;
        assert_eq!((answer.status, answer.code()), (403, 114_001), "{wrong}");
    }
    // Unknown ids are not told from known ones without a signature.
    assert_eq!(get(&server, "/tim/v1/media/00").await.status, 403);
    clock.advance(60_000);
    assert_eq!(get(&server, &pushed).await.status, 200);
    clock.advance(1000);
    let expired = get(&server, &pushed).await;
    assert_eq!((expired.status, expired.code()), (403, 114_001));
    let in_history = file_in(&message(&bob.history(history("alice")).await.messages[0])).url;
    let Some(Change::Message(bytes)) = bob.pull(0).await.entries[0].change.clone() else {
        panic!()
    };
    let in_log = file_in(&message(&bytes)).url;
    let in_list = file_in(&message(&bob.snapshot().await.conversations[0].last_message)).url;
    let asked = bob.media_url(&id).await.unwrap();
    let at_once = alice
        .put_up(&server, MediaKind::MediaFile, "f", b"signed")
        .await
        .unwrap()
        .file
        .unwrap()
        .url;
    for fresh in [in_history, in_log, in_list, asked, at_once] {
        assert_eq!(get(&server, &fresh).await.body, b"signed", "{fresh}");
    }
    // The key outlives the server.
    let fresh = bob.media_url(&id).await.unwrap();
    let (_, path) = fresh.split_once("/tim/").unwrap();
    let folder = server.stop().await;
    let server = TestServer::at(folder, clock, |config| {
        config.media_url_mode = MediaUrlMode::Signed
    })
    .await;
    assert_eq!(get(&server, &format!("/tim/{path}")).await.body, b"signed");
}

fn item(kinds: Vec<ElementKind>) -> MergedItem {
    MergedItem {
        message: Some(ChatMessage {
            sender: "bob".into(),
            body: body_of(kinds).encode_to_vec().into(),
            ..ChatMessage::default()
        }),
        conversation: Some(Conversation::c2c("bob")),
    }
}

fn inline(kinds: Vec<ElementKind>) -> MergedElement {
    MergedElement {
        title: "t".into(),
        compatible_text: "please update".into(),
        list: MergedList {
            items: vec![item(kinds)],
        }
        .encode_to_vec()
        .into(),
        depth: 1,
        count: 1,
        ..MergedElement::default()
    }
}

fn merged(element: MergedElement) -> ElementKind {
    ElementKind::Merged(element)
}

// MSG-183: a client that does not know merged messages gets their text, wherever a message reaches it.
#[tokio::test]
async fn merged_messages_are_a_text_for_old_clients() {
    let server = TestServer::start().await;
    let (mut alice, mut old) = (server.user("alice", 1).await, server.user("bob", 1).await);
    let mut new = server.link().await;
    let able = LoginRequest {
        platform: Platform::Android as i32,
        capabilities: capabilities::MERGED_MESSAGES,
        ..server.login_request("bob", 2)
    };
    new.log_in(able).await.unwrap();
    let element = inline(vec![ElementKind::Text(timbre_protocol::TextElement {
        content: "inside".into(),
    })]);
    let request = alice.with("bob", vec![merged(element.clone())]);
    alice.send_message(request.clone()).await.unwrap();
    let text = |message: &ChatMessage| (text_of(message), message.conv_seq, message.sender.clone());
    let wanted = ("please update".to_owned(), 1, "alice".to_owned());
    assert_eq!(text(&old.message().await), wanted);
    let entries = old.pull(0).await.entries;
    let Some(Change::Message(bytes)) = &entries[0].change else {
        panic!()
    };
    assert_eq!(text(&message(bytes)), wanted);
    assert_eq!(
        text(&message(&old.history(history("alice")).await.messages[0])),
        wanted
    );
    assert_eq!(
        text(&message(&old.snapshot().await.conversations[0].last_message)),
        wanted
    );
    // Once more, to nobody's history.
    let online = SendRequest {
        flags: flags::ONLINE_ONLY,
        ..alice.with("bob", vec![merged(element.clone())])
    };
    alice.send_message(online).await.unwrap();
    let Kind::OnlinePush(push) = old.event().await else {
        panic!()
    };
    let Some(Online::Message(bytes)) = push.kind else {
        panic!()
    };
    assert_eq!(text_of(&message(&bytes)), "please update");
    // The other device has it whole.
    assert_eq!(kinds(&new.message().await), [merged(element.clone())]);
    assert_eq!(
        kinds(&message(&new.history(history("alice")).await.messages[0])),
        [merged(element.clone())]
    );
    assert_eq!(
        kinds(&message(&new.snapshot().await.conversations[0].last_message)),
        [merged(element)]
    );
}

// MSG-136: files inside merged messages are looked after like those outside, in the message and in a list of its own.
#[tokio::test]
async fn files_inside_merged_messages_have_the_same_rules() {
    let server = TestServer::start().await;
    let mut alice = server.user("alice", 1).await;
    let mut bob = server.link().await;
    let able = LoginRequest {
        capabilities: capabilities::MERGED_MESSAGES,
        ..server.login_request("bob", 1)
    };
    bob.log_in(able).await.unwrap();
    let mut eve = server.user("eve", 1).await;
    let file = alice
        .put_up(&server, MediaKind::MediaFile, "f", b"inner")
        .await
        .unwrap();
    let id = id_of(&file);
    let lying = || vec![file_of(&id, "https://evil.example/x")];
    // Nested, so that it has to be looked for.
    let nested = inline(vec![merged(inline(lying()))]);
    let request = eve.with("alice", vec![merged(nested.clone())]);
    assert_eq!(eve.send_message(request).await.unwrap_err().0, 114_001);
    let request = alice.with("bob", vec![merged(nested)]);
    alice.send_message(request).await.unwrap();
    let ElementKind::Merged(got) = kinds(&bob.message().await).remove(0) else {
        panic!()
    };
    assert_eq!(inner_file(&got.list, 2), file.file.clone().unwrap());
    assert!(bob.media_url(&id).await.is_ok());

    // A long list is a file of its own; what it names goes with it.
    let other = alice
        .put_up(&server, MediaKind::MediaFile, "g", b"other")
        .await
        .unwrap();
    let mut items: Vec<_> = (0..200)
        .map(|n| {
            item(vec![ElementKind::Text(timbre_protocol::TextElement {
                content: format!("{n} {}", "x".repeat(100)),
            })])
        })
        .collect();
    items.push(item(vec![file_of(&id_of(&other), "https://evil.example/x")]));
    let list = MergedList { items }.encode_to_vec();
    let up = alice
        .put_up(&server, MediaKind::MediaMerged, "", &list)
        .await
        .unwrap();
    let long = MergedElement {
        list: Default::default(),
        file: up.file.clone(),
        ..inline(vec![])
    };
    assert_eq!(bob.media_url(&id_of(&other)).await.unwrap_err().0, 114_001);
    let request = alice.with("bob", vec![merged(long.clone())]);
    alice.send_message(request).await.unwrap();
    let ElementKind::Merged(got) = kinds(&bob.message().await).remove(0) else {
        panic!()
    };
    let list_file = got.file.unwrap();
    let down = get(&server, &list_file.url).await;
    assert_eq!(down.header("content-length"), down.body.len().to_string());
    assert_eq!(list_file.size, list.len() as u64);
    let kept = MergedList::decode(&down.body[..]).unwrap();
    assert_eq!(kept.items.len(), 201);
    let last = file_in(kept.items[200].message.as_ref().unwrap());
    assert_eq!(last.url, other.file.as_ref().unwrap().url);
    assert!(bob.media_url(&id_of(&other)).await.is_ok());
    assert_eq!(eve.media_url(&id_of(&other)).await.unwrap_err().0, 114_001);
    // A list that names what its sender may not read.
    let stolen = MergedList {
        items: vec![item(vec![file_of(&id, "")])],
    }
    .encode_to_vec();
    let up = eve
        .put_up(&server, MediaKind::MediaMerged, "", &stolen)
        .await
        .unwrap();
    let element = MergedElement {
        list: Default::default(),
        file: up.file.clone(),
        ..inline(vec![])
    };
    let request = eve.with("eve", vec![merged(element)]);
    assert_eq!(eve.send_message(request).await.unwrap_err().0, 114_001);
    let false_address = MergedList {
        items: vec![item(vec![file_of("", "file:///etc/passwd")])],
    };
    let false_address = false_address.encode_to_vec();
    let refused = eve
        .put_up(&server, MediaKind::MediaMerged, "", &false_address)
        .await;
    assert_eq!(refused.unwrap_err().0, 6017);
    let greedy = MergedList {
        items: vec![item((0..3001).map(|n| file_of(&n.to_string(), "")).collect())],
    };
    let refused = eve
        .put_up(&server, MediaKind::MediaMerged, "", &greedy.encode_to_vec())
        .await;
    assert_eq!(refused.unwrap_err().0, 6017);
    // What is no list is refused.
    for wrong in [&b"\x0a\xff"[..], b"", b"\x0a\x04\x0a\x02\x6a\xff"] {
        if !wrong.is_empty() {
            assert_eq!(
                eve.put_up(&server, MediaKind::MediaMerged, "", wrong)
                    .await
                    .unwrap_err()
                    .0,
                6016
            );
            let element = MergedElement {
                list: wrong.to_vec().into(),
                ..inline(vec![])
            };
            let request = eve.with("eve", vec![merged(element)]);
            assert_eq!(eve.send_message(request).await.unwrap_err().0, 6016);
        }
    }
    let many = MergedList {
        items: vec![MergedItem::default(); 301],
    }
    .encode_to_vec();
    assert_eq!(
        eve.put_up(&server, MediaKind::MediaMerged, "", &many)
            .await
            .unwrap_err()
            .0,
        6016
    );
    let element = MergedElement {
        list: many.into(),
        ..inline(vec![])
    };
    let request = eve.with("eve", vec![merged(element)]);
    assert_eq!(eve.send_message(request).await.unwrap_err().0, 6017);
    let element = MergedElement {
        list: vec![0; 12_289].into(),
        ..inline(vec![])
    };
    let request = eve.with("eve", vec![merged(element)]);
    assert_eq!(eve.send_message(request).await.unwrap_err().0, 80_002);
}

fn inner_file(list: &bytes::Bytes, depth: u32) -> Media {
    let list = MergedList::decode(list.clone()).unwrap();
    let body = Body::decode(list.items[0].message.as_ref().unwrap().body.clone()).unwrap();
    match body.elements.into_iter().next() {
        Some(Element {
            kind: Some(ElementKind::Merged(merged)),
        }) if depth > 1 => inner_file(&merged.list, depth - 1),
        Some(Element {
            kind: Some(ElementKind::File(file)),
        }) => file.file.unwrap(),
        other => panic!("{other:?}"),
    }
}
