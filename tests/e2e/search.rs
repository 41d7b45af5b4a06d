//! Searching messages: on the device, and on the server.

use serde_json::{Value, json};
use timbre::engine::{Done, Op};
use timbre::model::error::Outcome;
use timbre::model::json::{self, Checked};
use timbre::model::messages::objects::MessageSearchParam;
use timbre::model::messages::{ConvKey, HistoryParam, decode_local_custom};
use timbre::store::Store;
use timbre_protocol::Platform;

use crate::support::{Device, Server, now_s, text_json, text_of};

const NOTHING: &str = r#"{"msg_search_result_search_cursor":"","msg_search_result_total_count":0}"#;

fn param(param: Value) -> Box<Checked<MessageSearchParam>> {
    Box::new(json::decode(&param.to_string(), 1 << 20).unwrap())
}

fn local(device: &Device, p: Value) -> Outcome {
    device.call(Op::SearchLocal(param(p)))
}

fn cloud(device: &Device, p: Value) -> Outcome {
    device.call(Op::SearchCloud(param(p)))
}

fn found(outcome: &Outcome) -> Value {
    assert_eq!((outcome.code, &*outcome.desc), (0, ""), "{}", outcome.json);
    serde_json::from_str(&outcome.json).unwrap()
}

fn find(device: &Device, p: Value) -> Value {
    found(&local(device, p))
}

fn words(keywords: &[&str]) -> Value {
    json!({"msg_search_param_keyword_array": keywords})
}

/// The parameter object with more keys.
fn with(mut p: Value, more: Value) -> Value {
    let (Some(p_keys), Value::Object(more)) = (p.as_object_mut(), more) else {
        panic!("objects");
    };
    p_keys.extend(more);
    p
}

fn total(result: &Value) -> u64 {
    result["msg_search_result_total_count"].as_u64().unwrap()
}

fn items(result: &Value) -> Vec<Value> {
    result["msg_search_result_item_array"].as_array().unwrap().clone()
}

/// `friend:3` for each item, with the texts of its messages in brackets.
fn shape(result: &Value) -> String {
    let shown: Vec<String> = items(result)
        .iter()
        .map(|item| {
            let texts: Vec<String> = item["msg_search_result_item_message_array"]
                .as_array()
                .unwrap()
                .iter()
                .map(text_of)
                .collect();
            format!(
                "{}:{}[{}]",
                item["msg_search_result_item_conv_id"].as_str().unwrap(),
                item["msg_search_result_item_total_message_count"],
                texts.join("|")
            )
        })
        .collect();
    shown.join(" ")
}

fn send(device: &Device, peer: &str, elements: Value) {
    let message = json!({"message_elem_array": elements}).to_string();
    let (_, outcome) = device.send_json(peer, &message);
    let outcome = outcome.recv().unwrap();
    assert_eq!(outcome.code, 0, "{}", outcome.desc);
}

// SL-01, SL-07, SL-10, SL-11, SL-12, SL-13, SL-14, SL-15, SL-16, SL-17, SL-18, SL-25, MSG-159
#[test]
fn what_was_said_is_found_by_conversation_and_page_by_page() {
    let server = Server::start();
    let alice = server.phone("alice");
    for friend in ["bob", "carol", "dave"] {
        server.phone(friend);
        alice.say(friend, &format!("a plan for {friend}"));
    }
    for n in 0..25 {
        alice.say("bob", &format!("plan number {n}"));
    }
    alice.say("carol", "nothing");
    let all = find(&alice, words(&["PLAN"]));
    assert_eq!(total(&all), 3);
    assert_eq!(
        shape(&all),
        "bob:26[] dave:1[a plan for dave] carol:1[a plan for carol]"
    );
    assert_eq!(all["msg_search_result_search_cursor"], "");
    assert_eq!(items(&all)[0]["msg_search_result_item_conv_type"], 1);
    // The latest conversations first, and the same total on every page.
    let paged = |page: u32| {
        let more = json!({"msg_search_param_page_index": page, "msg_search_param_page_size": 2});
        find(&alice, with(words(&["plan"]), more))
    };
    assert_eq!(shape(&paged(0)), "bob:26[] dave:1[a plan for dave]");
    assert_eq!(shape(&paged(1)), "carol:1[a plan for carol]");
    assert_eq!((total(&paged(1)), total(&paged(2))), (3, 3));
    assert!(items(&paged(2)).is_empty());
    // Inside one of them, ten at a time.
    let mut texts = Vec::new();
    for page in 0..4 {
        let more = json!({
            "msg_search_param_conv_id": "bob",
            "msg_search_param_conv_type": 1,
            "msg_search_param_page_index": page,
            "msg_search_param_page_size": 10,
        });
        let one = find(&alice, with(words(&["plan"]), more));
        assert_eq!(total(&one), 26);
        for item in items(&one) {
            assert_eq!(item["msg_search_result_item_total_message_count"], 26);
            let page = item["msg_search_result_item_message_array"].as_array().unwrap();
            texts.extend(page.iter().map(text_of));
        }
        assert_eq!(items(&one).len(), usize::from(page < 3));
    }
    let mut expected: Vec<String> = (0..25).rev().map(|n| format!("plan number {n}")).collect();
    expected.push("a plan for bob".to_owned());
    assert_eq!(texts, expected);
    // From a found message on, both ways, without it.
    let one = find(
        &alice,
        with(
            words(&["number 12"]),
            json!({"msg_search_param_conv_id": "c2c_bob"}),
        ),
    );
    let hit = &items(&one)[0]["msg_search_result_item_message_array"][0];
    let pull = |newer: bool| {
        let last = decode_local_custom(&hit.to_string()).unwrap();
        let page = HistoryParam {
            count: 2,
            newer,
            last: Some(Box::new(last)),
            ..HistoryParam::default()
        };
        alice.history("bob", page).iter().map(text_of).collect::<Vec<_>>()
    };
    assert_eq!(pull(false), ["plan number 11", "plan number 10"]);
    assert_eq!(pull(true), ["plan number 13", "plan number 14"]);
}

// SL-07, SL-25, SL-26
#[test]
fn every_way_to_name_where_to_look() {
    let server = Server::start();
    let (alice, _bob) = (server.phone("alice"), server.phone("bob"));
    alice.say("bob", "needle");
    let scope = |id: Option<&str>, kind: Option<u32>| {
        let mut more = json!({});
        if let Some(id) = id {
            more["msg_search_param_conv_id"] = json!(id);
        }
        if let Some(kind) = kind {
            more["msg_search_param_conv_type"] = json!(kind);
        }
        let result = find(&alice, with(words(&["needle"]), more));
        (total(&result), shape(&result))
    };
    let hit = (1, "bob:1[needle]".to_owned());
    let miss = (0, String::new());
    for (id, kind, expected) in [
        (None, None, &hit),
        (Some(""), Some(0), &hit),
        (None, Some(1), &hit),
        (Some(""), Some(1), &hit),
        (None, Some(2), &miss),
        (Some("bob"), Some(1), &hit),
        (Some("bob"), Some(2), &miss),
        (Some("bob"), None, &hit),
        (Some("bob"), Some(0), &hit),
        (Some("c2c_bob"), None, &hit),
        (Some("c2c_bob"), Some(1), &miss),
        (Some("group_bob"), None, &miss),
        (Some("nobody"), None, &miss),
    ] {
        assert_eq!(&scope(id, kind), expected, "{id:?} {kind:?}");
    }
    let system = local(
        &alice,
        with(words(&["needle"]), json!({"msg_search_param_conv_type": 3})),
    );
    assert_eq!((system.code, &*system.json), (6017, NOTHING));
    assert!(
        system.desc.contains("msg_search_param_conv_type"),
        "{}",
        system.desc
    );
}

// SL-02, SL-03, SL-04, SL-05, SL-06, SL-27, SL-28
#[test]
fn keywords_senders_and_types_are_checked_and_combined() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    alice.say("bob", "red apple");
    bob.say("alice", "green apple");
    alice.hears(1);
    send(
        &alice,
        "bob",
        json!([{"elem_type": 6, "face_elem_index": 1, "face_elem_buf": "apple"}]),
    );
    let texts = |p: Value| shape(&find(&alice, with(p, json!({"msg_search_param_conv_id": "bob"}))));
    assert_eq!(texts(words(&["red", "green"])), "bob:2[green apple|red apple]");
    let and = json!({"msg_search_param_keyword_list_match_type": 1});
    assert_eq!(texts(with(words(&["red", "green"]), and.clone())), "");
    assert_eq!(texts(with(words(&["apple", "green"]), and)), "bob:1[green apple]");
    assert_eq!(
        texts(words(&[" Apple ", "", "APPLE", "\u{3000}"])),
        "bob:2[green apple|red apple]"
    );
    let from = |users: &[&str]| json!({"msg_search_param_send_identifier_array": users});
    assert_eq!(texts(from(&["bob"])), "bob:1[green apple]");
    assert_eq!(texts(from(&["alice", "carol"])), "bob:1[red apple]");
    assert_eq!(
        texts(json!({"msg_search_param_send_indentifier_array": ["bob"], "type": 7})),
        "bob:1[green apple]"
    );
    let both = json!({
        "msg_search_param_send_identifier_array": ["alice"],
        "msg_search_param_send_indentifier_array": ["bob"],
    });
    assert_eq!(texts(both), "bob:2[green apple|red apple]");
    let types = |types: &[i32]| json!({"msg_search_param_message_type_array": types});
    assert_eq!(texts(types(&[0])), "bob:2[green apple|red apple]");
    // Faces cannot be searched, not even by their type.
    assert_eq!(texts(types(&[6])), "");
    assert_eq!(texts(types(&[5, 8, 10, 11, 77])), "");
    assert_eq!(texts(types(&[6, 0])), "bob:2[green apple|red apple]");
    let long = "x".repeat(129);
    for (wrong, named) in [
        (json!({}), "keyword_array"),
        (words(&["", "  "]), "keyword_array"),
        (words(&["1", "2", "3", "4", "5", "6"]), "keyword_array"),
        (words(&[&long]), "keyword_array"),
        (from(&["1", "2", "3", "4", "5", "6"]), "send_identifier_array"),
        (
            with(
                words(&["x"]),
                json!({"msg_search_param_keyword_list_match_type": 2}),
            ),
            "keyword_list_match_type",
        ),
    ] {
        let outcome = local(&alice, wrong.clone());
        assert_eq!((outcome.code, &*outcome.json), (6017, NOTHING), "{wrong}");
        assert!(outcome.desc.contains(named), "{wrong}: {}", outcome.desc);
    }
    let most = words(&["1", "2", "3", "4", &"x".repeat(128)]);
    assert_eq!(total(&find(&alice, most)), 0);
}

// SL-08, SL-09
#[test]
fn the_interval_is_closed_on_both_ends() {
    let server = Server::start();
    let (alice, _bob) = (server.phone("alice"), server.phone("bob"));
    let at = alice.say("bob", "tick")["message_server_time"].as_u64().unwrap();
    let count = |position: u64, period: u64| {
        let more = json!({
            "msg_search_param_search_time_position": position,
            "msg_search_param_search_time_period": period,
        });
        total(&find(&alice, with(words(&["tick"]), more)))
    };
    assert_eq!((count(0, 0), count(0, 100_000)), (1, 1));
    assert_eq!((count(at, 0), count(at - 1, 0)), (1, 0));
    assert_eq!((count(at + 10, 10), count(at + 10, 9)), (1, 0));
    assert!(at.abs_diff(now_s() as u64) < 60);
}

// SL-19, SL-20, SL-21, SL-22, SL-23
#[test]
fn other_elements_are_found_by_what_can_be_read_of_them_on_both_devices() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    send(
        &alice,
        "bob",
        json!([{"elem_type": 3, "custom_elem_data": "hidden data", "custom_elem_desc": "An invitation",
            "custom_elem_ext": "hidden ext"}]),
    );
    send(
        &alice,
        "bob",
        json!([{"elem_type": 7, "location_elem_desc": "东方明珠", "location_elem_longitude": 121.5, "location_elem_latitude": 31.2}]),
    );
    // A push that says something else does not change what is found.
    let pushed = json!({
        "message_elem_array": [{"elem_type": 3, "custom_elem_data": "x", "custom_elem_desc": "Quarterly figures"}],
        "message_offline_push_config": {"offline_push_config_desc": "New message"},
    });
    assert_eq!(
        alice.send_json("bob", &pushed.to_string()).1.recv().unwrap().code,
        0
    );
    let hosted = json!([
        {"elem_type": 4, "file_elem_file_name": "预算 Budget.xlsx", "file_elem_url": "https://files.example/1"},
        {"elem_type": 1, "image_elem_orig_url": "https://files.example/beach.png"},
    ]);
    send(&alice, "bob", hosted);
    bob.until("four messages", {
        let mut seen = 0;
        move |e| match e {
            timbre::engine::EventKind::NewMessages { json, .. } => {
                seen += serde_json::from_str::<Vec<Value>>(json).unwrap().len();
                (seen == 4).then_some(())
            }
            _ => None,
        }
    });
    for device in [&alice, &bob] {
        let count = |keyword: &str| total(&find(device, words(&[keyword])));
        assert_eq!(count("INVITATION"), 1);
        assert_eq!(count("figures"), 1);
        assert_eq!((count("明"), count("方明珠")), (1, 1));
        assert_eq!((count("算"), count("budget.X")), (1, 1));
        for hidden in ["hidden", "data", "ext", "New message", "beach", "files.example"] {
            assert_eq!(count(hidden), 0, "{hidden}");
        }
        let by_type = |kind: i32| {
            let p = json!({"msg_search_param_message_type_array": [kind], "msg_search_param_page_size": 5});
            items(&find(device, p)).first().map_or(0, |i| {
                i["msg_search_result_item_total_message_count"].as_u64().unwrap()
            })
        };
        assert_eq!((by_type(3), by_type(7), by_type(0), by_type(2)), (2, 1, 0, 0));
        assert_eq!((by_type(4), by_type(1)), (1, 1));
    }
}

// SL-29
#[test]
fn keywords_of_one_character_up_and_nothing_is_a_wildcard() {
    let server = Server::start();
    let (alice, _bob) = (server.phone("alice"), server.phone("bob"));
    for text in [
        "我们明天开会",
        "会議は明日です",
        "회의는 내일입니다",
        "100% a_b \"q\" 'x'",
        "👩‍👩‍👧 family",
        "ＦＵＬＬ　ｗｉｄｔｈ Straße ÉCOLE",
    ] {
        alice.say("bob", text);
    }
    let count = |keyword: &str| {
        let result = find(
            &alice,
            with(words(&[keyword]), json!({"msg_search_param_conv_id": "bob"})),
        );
        total(&result)
    };
    for (keyword, expected) in [
        ("明", 2),
        ("会", 2),
        ("明天", 1),
        ("天开会", 1),
        ("の", 0),
        ("日です", 1),
        ("의", 1),
        ("내일", 1),
        ("%", 1),
        ("_", 1),
        ("a%b", 0),
        ("\"q\" '", 1),
        ("' OR '1'='1", 0),
        ("👧", 1),
        ("👩‍👩", 1),
        ("full width", 1),
        ("École", 1),
        ("e\u{301}cole", 1),
        ("strasse", 0),
        ("STRA", 1),
    ] {
        assert_eq!(count(keyword), expected, "{keyword}");
    }
}

// SL-01
#[test]
fn searching_needs_a_user_and_no_network() {
    let mut server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.device("bob", Platform::Android));
    let early = local(&bob, words(&["x"]));
    assert_eq!(
        (early.code, &*early.desc, &*early.json),
        (6014, "not init database", NOTHING)
    );
    let early = cloud(&bob, words(&["x"]));
    assert_eq!(
        (early.code, &*early.desc, &*early.json),
        (6014, "not login", NOTHING)
    );
    bob.login(&server);
    alice.say("bob", "kept here");
    server.stop();
    assert_eq!(shape(&find(&alice, words(&["kept"]))), "bob:1[kept here]");
    // What could not be sent is found too: it stands in the conversation.
    let (_, outcome) = alice.send_json("bob", &text_json("kept in the outbox"));
    assert_eq!(
        shape(&find(&alice, words(&["outbox"]))),
        "bob:1[kept in the outbox]"
    );
    drop(outcome);
    let offline = cloud(&alice, words(&["kept"]));
    assert_eq!((offline.code, &*offline.json), (9508, NOTHING));
}

// SL-01, SL-29
#[test]
fn the_index_is_made_in_the_background_and_answers_like_the_scan() {
    let server = Server::start();
    let (alice, _bob) = (server.phone("alice"), server.phone("bob"));
    for some in 0..3 {
        let waiting: Vec<_> = (some * 500..some * 500 + 500)
            .map(|n| alice.send_json("bob", &text_json(&format!("message 消息 {n}"))).1)
            .collect();
        for outcome in waiting {
            assert_eq!(outcome.recv().unwrap().code, 0);
        }
    }
    let one = |keyword: &str| {
        let more = json!({"msg_search_param_conv_id": "bob", "msg_search_param_page_size": 3});
        let result = find(&alice, with(words(&[keyword]), more));
        (total(&result), shape(&result))
    };
    let ask = || [one("息 149"), one("消"), one("message 消息 77"), one("nowhere")];
    let before = ask();
    assert_eq!(before[0].0, 11);
    assert_eq!(before[1].0, 1500);
    // However the pieces of work fall, the index is there in the end, and the answers are the same.
    let mut device = alice;
    for turn in 0.. {
        let mut segments = 0;
        device = device.restart_after(|path| {
            let (store, _) = Store::open(path).unwrap();
            segments = store.search_segments().unwrap().len();
            store.close();
        });
        device.login(&server);
        for (keyword, expected) in ["息 149", "消", "message 消息 77", "nowhere"].iter().zip(&before) {
            assert_eq!(find_one(&device, "bob", keyword), expected.0, "{keyword}");
        }
        if segments > 0 {
            break;
        }
        assert!(turn < 50, "no segment was made");
        device.say("bob", "something else");
    }
    // An index full of nonsense makes no difference either, and does not stay.
    let mut damaged = Vec::new();
    device = device.restart_after(|path| {
        let conn = rusqlite::Connection::open(path).unwrap();
        conn.execute("UPDATE search_blobs SET data = x'ffffff'", [])
            .unwrap();
        let (store, _) = Store::open(path).unwrap();
        damaged = store.search_segments().unwrap();
    });
    device.login(&server);
    assert!(!damaged.is_empty());
    for _ in 0..2 {
        assert_eq!(find_one(&device, "bob", "息 149"), 11);
    }
    let device = device.restart_after(|path| {
        let (store, _) = Store::open(path).unwrap();
        let now = store.search_segments().unwrap();
        assert!(
            now.iter().all(|s| damaged.iter().all(|d| d.id != s.id)),
            "{now:?}"
        );
    });
    drop(device);
}

fn find_one(device: &Device, peer: &str, keyword: &str) -> u64 {
    let more = json!({"msg_search_param_conv_id": peer, "msg_search_param_page_size": 3});
    total(&find(device, with(words(&[keyword]), more)))
}

// SC-01, SC-02, SC-03
#[test]
fn the_cloud_is_searched_page_by_page_with_a_cursor() {
    let server = Server::with(|c| c.search_cloud_rate = 0);
    let alice = server.phone("alice");
    let friends = ["bob", "carol", "dave", "erin", "frank"];
    for friend in friends {
        server.phone(friend);
        alice.say(friend, &format!("Cloud plan for {friend} 云"));
    }
    for n in 0..7 {
        alice.say("bob", &format!("cloud {n}"));
    }
    // A fresh device knows nothing of it, and nothing of what is found is stored there.
    let fresh = server.desktop("alice");
    let mut cursor = String::new();
    let mut seen = Vec::new();
    for _ in 0..3 {
        let more = json!({"msg_search_param_search_count": 2, "msg_search_param_search_cursor": cursor});
        let page = found(&cloud(&fresh, with(words(&["CLOUD"]), more)));
        assert_eq!(total(&page), 5);
        seen.push(shape(&page));
        cursor = page["msg_search_result_search_cursor"]
            .as_str()
            .unwrap()
            .to_owned();
        assert_eq!(cursor.is_empty(), seen.len() == 3);
    }
    assert_eq!(
        seen.join(" "),
        "bob:8[] frank:1[Cloud plan for frank 云] erin:1[Cloud plan for erin 云] dave:1[Cloud plan for dave 云] \
         carol:1[Cloud plan for carol 云]"
    );
    assert_eq!(
        fresh.local_texts("frank").len(),
        1,
        "only the list's preview is here"
    );
    assert!(fresh.local_texts("bob").len() <= 1);
    // One conversation: messages, newest first.
    let one = json!({
        "msg_search_param_conv_id": "bob",
        "msg_search_param_conv_type": 1,
        "msg_search_param_search_count": 5,
    });
    let first = found(&cloud(&fresh, with(words(&["cloud"]), one.clone())));
    assert_eq!(shape(&first), "bob:8[cloud 6|cloud 5|cloud 4|cloud 3|cloud 2]");
    let cursor = first["msg_search_result_search_cursor"].clone();
    let next = with(one.clone(), json!({"msg_search_param_search_cursor": cursor}));
    let second = found(&cloud(&fresh, with(words(&["cloud"]), next.clone())));
    assert_eq!(shape(&second), "bob:8[cloud 1|cloud 0|Cloud plan for bob 云]");
    assert_eq!(second["msg_search_result_search_cursor"], "");
    // The cursor belongs to this search of this user.
    for wrong in [
        with(words(&["clouds"]), next.clone()),
        with(
            words(&["cloud"]),
            with(next.clone(), json!({"msg_search_param_search_count": 4})),
        ),
        with(
            words(&["cloud"]),
            with(one, json!({"msg_search_param_search_cursor": "AAAA"})),
        ),
    ] {
        let outcome = cloud(&fresh, wrong);
        assert_eq!((outcome.code, &*outcome.json), (6017, NOTHING));
    }
    let bob = server.phone("bob");
    let stolen = with(next, json!({"msg_search_param_conv_id": "alice"}));
    assert_eq!(cloud(&bob, with(words(&["cloud"]), stolen)).code, 6017);
    // Nobody finds what others said to each other.
    let carol = server.phone("carol");
    assert_eq!(
        shape(&found(&cloud(&carol, words(&["cloud"])))),
        "alice:1[Cloud plan for carol 云]"
    );
    let other = json!({"msg_search_param_conv_id": "bob"});
    assert_eq!(total(&found(&cloud(&carol, with(words(&["cloud"]), other)))), 0);
    let too_many = json!({"msg_search_param_search_count": 101});
    let outcome = cloud(&alice, with(words(&["cloud"]), too_many));
    assert_eq!((outcome.code, &*outcome.json), (6017, NOTHING));
}

// SC-01, SC-04, SC-05
#[test]
fn the_cloud_may_be_switched_off_and_is_not_asked_too_often() {
    let server = Server::with(|c| c.search_cloud_enabled = false);
    let alice = server.phone("alice");
    let off = cloud(&alice, words(&["x"]));
    assert_eq!((off.code, &*off.json), (60020, NOTHING));

    let server = Server::start();
    let (alice, _bob) = (server.phone("alice"), server.phone("bob"));
    alice.say("bob", "hello");
    // A group this user is in none of: nothing.
    let group = with(words(&["hello"]), json!({"msg_search_param_conv_type": 2}));
    assert_eq!(total(&found(&cloud(&alice, group))), 0);
    let (sender, outcomes) = std::sync::mpsc::channel();
    for _ in 0..4 {
        let sender = sender.clone();
        let done = Done::new(move |outcome: Outcome| drop(sender.send(outcome)));
        alice.client.call(Op::SearchCloud(param(words(&["hello"]))), done);
    }
    let codes: Vec<i32> = (0..4).map(|_| outcomes.recv().unwrap().code).collect();
    assert!(codes.iter().filter(|c| **c == 7008).count() >= 2, "{codes:?}");
    assert!(codes.contains(&0) || codes.contains(&7008), "{codes:?}");
}

// SC-01
#[test]
fn what_the_device_knows_is_merged_into_what_the_cloud_found() {
    let server = Server::with(|c| c.search_cloud_rate = 0);
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    bob.say("alice", "remember this");
    alice.hears(1);
    let mine = find(&alice, words(&["remember"]));
    let message = &items(&mine)[0]["msg_search_result_item_message_array"][0];
    let mut noted = message.clone();
    noted["message_custom_str"] = json!("a note");
    let draft = decode_local_custom(&noted.to_string()).unwrap();
    assert_eq!(alice.call(Op::SetLocalCustomData(Box::new(draft))).code, 0);
    let result = found(&cloud(&alice, words(&["remember"])));
    let hit = &items(&result)[0]["msg_search_result_item_message_array"][0];
    assert_eq!(hit["message_custom_str"], "a note");
    assert_eq!(hit["message_msg_id"], message["message_msg_id"]);
    assert_eq!(hit["message_is_read"], false);
    assert_eq!(hit["message_elem_array"], message["message_elem_array"]);
    assert_eq!(
        items(&result)[0]["msg_search_result_item_conv_id"],
        ConvKey::c2c("bob").id
    );
}
