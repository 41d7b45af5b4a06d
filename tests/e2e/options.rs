//! How messages are received: options for peers, do-not-disturb for everything.

use serde_json::{Value, json};
use timbre::driver::StartConfig;
use timbre::engine::{EventKind, Op, OptionOp};
use timbre::model::enums::common::TIMReceiveMessageOpt as Opt;
use timbre::model::messages::HistoryParam;
use timbre_protocol::Platform;

use crate::support::{Device, Server, page, sent, text_list, text_of};

const RECEIVE: Opt = Opt::kTIMRecvMsgOpt_Receive;
const NOT_RECEIVE: Opt = Opt::kTIMRecvMsgOpt_Not_Receive;
const NOT_NOTIFY: Opt = Opt::kTIMRecvMsgOpt_Not_Notify;

fn try_set(device: &Device, users: &[&str], opt: Opt) -> i32 {
    let users = users.iter().map(|user| (*user).to_owned()).collect();
    let outcome = device.call(Op::Options(OptionOp::SetC2c { users, opt }));
    assert_eq!(outcome.json, "");
    outcome.code
}

fn set(device: &Device, peer: &str, opt: Opt) {
    assert_eq!(try_set(device, &[peer], opt), 0);
}

fn options(device: &Device, users: &[&str]) -> Value {
    let users = users.iter().map(|user| (*user).to_owned()).collect();
    let outcome = device.call(Op::Options(OptionOp::GetC2c(users)));
    assert_eq!((outcome.code, &*outcome.desc), (0, ""));
    serde_json::from_str(&outcome.json).unwrap()
}

/// The newest messages of the cloud, newest first.
fn cloud_texts(device: &Device, peer: &str, count: u32) -> Vec<String> {
    let param = HistoryParam {
        cloud: true,
        ..page(count)
    };
    device.history(peer, param).iter().map(text_of).collect()
}

// RO-01, RO-03, RO-04, RO-24, P7: received without notice: everything but the total.
#[test]
fn a_muted_peer_is_heard_and_counted_but_not_in_the_total() {
    let server = Server::start();
    let (alice, carol) = (server.phone("alice"), server.phone("carol"));
    let (bob, tablet) = (server.phone("bob"), server.desktop("bob"));
    assert_eq!((bob.total_unread(), tablet.total_unread()), (0, 0));
    alice.say("bob", "1");
    bob.hears(1);
    bob.await_conversation("alice", "the message", |c| c["conv_unread_num"] == 1);
    assert_eq!(bob.total_unread(), 1);
    tablet.until("a total of 1", |e| {
        matches!(e, EventKind::TotalUnread(1)).then_some(())
    });

    set(&bob, "alice", NOT_NOTIFY);
    let conv = bob.conversation("alice").unwrap();
    assert_eq!(
        (&conv["conv_recv_opt"], &conv["conv_unread_num"]),
        (&2.into(), &1.into())
    );
    assert_eq!(bob.total_unread(), 0);
    // The other device is told of the conversation and of the total.
    tablet.until("the new option", |e| match e {
        EventKind::Conversations { event: 2, json } => json.contains("\"conv_recv_opt\":2").then_some(()),
        _ => None,
    });
    tablet.until("a total of 0", |e| {
        matches!(e, EventKind::TotalUnread(0)).then_some(())
    });

    alice.say("bob", "2");
    carol.say("bob", "3");
    assert_eq!(bob.hears(2).len(), 2);
    bob.await_conversation("alice", "the second", |c| c["conv_unread_num"] == 2);
    bob.await_conversation("carol", "carol's", |c| c["conv_unread_num"] == 1);
    assert_eq!(bob.total_unread(), 1);
    set(&bob, "alice", RECEIVE);
    assert_eq!(bob.total_unread(), 3);
    assert_eq!(bob.conversation("alice").unwrap()["conv_recv_opt"], 0);
}

// RO-02, RO-13, P7: nothing is delivered, counted or shown; history has it; the sender sees no difference.
#[test]
fn a_peer_that_is_not_received_is_found_in_the_history_alone() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    alice.say("bob", "before");
    bob.hears(1);
    let before = bob.await_conversation("alice", "the message", |c| c["conv_unread_num"] == 1);
    set(&bob, "alice", NOT_RECEIVE);
    bob.until("the new option", |e| match e {
        EventKind::Conversations { event: 2, json } => json.contains("\"conv_recv_opt\":1").then_some(()),
        _ => None,
    });
    let missed = alice.say("bob", "missed");
    assert_eq!(missed["message_status"], 2);
    assert_eq!(newest_text(&alice, "bob"), "missed");
    sent(
        &alice,
        "bob",
        r#"{"message_is_online_msg":true,"message_elem_array":[{"elem_type":0,"text_elem_content":"now"}]}"#,
    );
    // A message of somebody else comes after whatever there was to come.
    let carol = server.phone("carol");
    carol.say("bob", "a mark");
    let told: Vec<String> = bob.hears(1);
    assert_eq!(told, ["a mark"]);
    let conv = bob.conversation("alice").unwrap();
    for key in ["conv_unread_num", "conv_active_time", "conv_last_msg"] {
        assert_eq!(conv[key], before[key], "{key} is frozen");
    }
    assert_eq!(bob.local_texts("alice"), ["before"]);

    assert_eq!(cloud_texts(&bob, "alice", 10), ["missed", "before"]);
    let conv = bob.conversation("alice").unwrap();
    assert_eq!(
        conv["conv_last_msg"], before["conv_last_msg"],
        "history is no preview"
    );
    assert_eq!(conv["conv_unread_num"], 1);
    alice.say("bob", "missed too");
    assert_eq!(cloud_texts(&bob, "alice", 10), ["missed too", "missed", "before"]);
    // The peer may answer, and is shown the own message.
    bob.say("alice", "answer");
    assert_eq!(newest_text(&bob, "alice"), "answer");
    assert_eq!(alice.hears(1), ["answer"]);
}

fn newest_text(device: &Device, peer: &str) -> String {
    text_of(&device.conversation(peer).unwrap()["conv_last_msg"])
}

// RO-02: back to another option the position moves to the newest message: nothing missed is unread or announced.
#[test]
fn what_was_missed_is_read_once_messages_are_received_again() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    alice.say("bob", "before");
    bob.hears(1);
    set(&bob, "alice", NOT_RECEIVE);
    alice.say("bob", "missed 1");
    alice.say("bob", "missed 2");
    alice.told();
    set(&bob, "alice", NOT_NOTIFY);
    let conv = bob.conversation("alice").unwrap();
    assert_eq!(
        (&conv["conv_unread_num"], &conv["conv_recv_opt"]),
        (&0.into(), &2.into())
    );
    alice.say("bob", "after");
    assert_eq!(bob.hears(1), ["after"], "and nothing before it");
    let conv = bob.await_conversation("alice", "the message", |c| c["conv_unread_num"] == 1);
    assert_eq!(text_of(&conv["conv_last_msg"]), "after");
    assert_eq!(
        cloud_texts(&bob, "alice", 10),
        ["after", "missed 2", "missed 1", "before"]
    );
    // The sender is not told that anything was read.
    bob.say("alice", "a mark");
    alice.hears(1);
    let own = alice.history("bob", page(10));
    assert!(
        own.iter()
            .all(|m| m["message_from_self"] != true || m["message_is_peer_read"] == false)
    );
    let read: Vec<_> = own.iter().filter(|m| m["message_is_from_self"] == true).collect();
    assert_eq!(read.len(), 4);
    assert!(
        read.iter().all(|m| m["message_is_peer_read"] == false),
        "{read:?}"
    );
}

// RO-02, P5: a device that comes later ends as one that stayed.
#[test]
fn options_hold_on_devices_that_come_later() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    alice.say("bob", "before");
    bob.hears(1);
    let away = server.desktop("bob").restart();
    set(&bob, "alice", NOT_RECEIVE);
    alice.say("bob", "missed");
    away.login(&server);
    let fresh = server.device("bob", Platform::Windows);
    fresh.login(&server);
    let stayed = bob.conversation("alice").unwrap();
    assert_eq!(text_of(&stayed["conv_last_msg"]), "before");
    for (name, device) in [("away", &away), ("fresh", &fresh)] {
        let conv = device.conversation("alice").unwrap();
        assert_eq!(conv["conv_recv_opt"], 1, "{name}");
        assert_eq!(text_of(&conv["conv_last_msg"]), "before", "{name}");
        assert_eq!(conv["conv_unread_num"], stayed["conv_unread_num"], "{name}");
        let told = device.told();
        let heard = told.iter().filter_map(|e| match e {
            EventKind::NewMessages { json, .. } => Some(text_list(json)),
            _ => None,
        });
        assert!(!heard.flatten().any(|text| text == "missed"), "{name}");
        assert_eq!(cloud_texts(device, "alice", 5), ["missed", "before"], "{name}");
        assert_eq!(
            text_of(&device.conversation("alice").unwrap()["conv_last_msg"]),
            "before",
            "{name}"
        );
    }
    // An option is taken back while a device is away.
    let away = away.restart();
    set(&bob, "alice", RECEIVE);
    away.login(&server);
    assert_eq!(away.conversation("alice").unwrap()["conv_recv_opt"], 0);
}

// RO-06, RO-08: one answer for each user; a setting needs neither conversation nor friendship.
#[test]
fn options_are_set_and_read_for_lists_of_users() {
    let server = Server::with(|config| config.recvopt_rate = 0);
    let bob = server.phone("bob");
    for user in ["ann", "ben"] {
        drop(server.phone(user));
    }
    assert_eq!(
        try_set(&bob, &["ann", "nobody", "bob"], NOT_NOTIFY),
        0,
        "one succeeded"
    );
    let expected = |ann: u32| {
        json!([
            {"msg_recv_msg_opt_result_identifier": "ben", "msg_recv_msg_opt_result_opt": 0},
            {"msg_recv_msg_opt_result_identifier": "ann", "msg_recv_msg_opt_result_opt": ann},
            {"msg_recv_msg_opt_result_identifier": "nobody", "msg_recv_msg_opt_result_opt": 0},
        ])
    };
    assert_eq!(options(&bob, &["ben", "ann", "nobody"]), expected(2));
    assert!(bob.conversation("ann").is_none(), "no conversation comes of it");
    assert_eq!(
        try_set(&bob, &["nobody", "bob"], NOT_NOTIFY),
        90048,
        "the first one's reason"
    );
    assert_eq!(try_set(&bob, &["bob", "nobody"], NOT_NOTIFY), 7003);
    assert_eq!(try_set(&bob, &[&"x".repeat(33)], NOT_NOTIFY), 7003);
    assert_eq!(
        try_set(&bob, &["ann"], Opt::kTIMRecvMsgOpt_Not_Notify_Except_At),
        6017
    );
    assert_eq!(
        try_set(&bob, &["ann"], Opt::kTIMRecvMsgOpt_Not_Receive_Except_At),
        6017
    );
    assert_eq!(options(&bob, &["ben", "ann", "nobody"]), expected(2));
    let many: Vec<String> = (0..101).map(|n| format!("u{n}")).collect();
    let users: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(try_set(&bob, &users[..31], NOT_NOTIFY), 6017);
    assert_eq!(try_set(&bob, &users[..30], NOT_NOTIFY), 90048);
    assert_eq!(
        try_set(&bob, &["ann"; 40], RECEIVE),
        0,
        "ann forty times is one user"
    );
    let outcome = bob.call(Op::Options(OptionOp::GetC2c(many.clone())));
    assert_eq!((outcome.code, outcome.json.as_str()), (6017, ""));
    assert_eq!(options(&bob, &users[..100]).as_array().unwrap().len(), 100);
}

// RO-07: five calls a second; what is refused is not asked for.
#[test]
fn setting_options_is_limited_to_five_calls_a_second() {
    let server = Server::start();
    let bob = server.phone("bob");
    drop(server.phone("ann"));
    let begin = std::time::Instant::now();
    let codes: Vec<i32> = (0..8).map(|_| try_set(&bob, &["ann"], NOT_NOTIFY)).collect();
    if begin.elapsed() < std::time::Duration::from_secs(1) {
        assert_eq!(codes, [0, 0, 0, 0, 0, 7008, 7008, 7008]);
    }
    // Do-not-disturb has a limit of its own.
    let begin = std::time::Instant::now();
    let codes: Vec<i32> = (0..6)
        .map(|_| quiet_daily(&bob, NOT_NOTIFY, [1, 2, 3], 4))
        .collect();
    if begin.elapsed() < std::time::Duration::from_secs(1) {
        assert_eq!(codes, [0, 0, 0, 0, 0, 7008]);
    }
}

// RO-08, RO-22: without a network this device's copy is the answer.
#[test]
fn options_are_known_without_a_network() {
    let mut server = Server::start();
    let bob = server.phone("bob");
    drop(server.phone("ann"));
    set(&bob, "ann", NOT_NOTIFY);
    assert_eq!(quiet_daily(&bob, NOT_NOTIFY, [22, 0, 0], 28_800), 0);
    server.stop();
    assert_eq!(
        options(&bob, &["ann", "ben"])[0]["msg_recv_msg_opt_result_opt"],
        2
    );
    assert_eq!(quiet(&bob), info(2, [22, 0, 0], 0, 28_800));
    assert_eq!(try_set(&bob, &["ann"], RECEIVE), 9508);
    assert_eq!(options(&bob, &["ann"])[0]["msg_recv_msg_opt_result_opt"], 2);
}

fn quiet_daily(device: &Device, opt: Opt, start: [i32; 3], duration: u32) -> i32 {
    let op = OptionOp::SetDaily { opt, start, duration };
    let outcome = device.call(Op::Options(op));
    assert_eq!(outcome.json, "");
    outcome.code
}

fn quiet_once(device: &Device, opt: Opt, start: u32, duration: u32) -> i32 {
    let op = OptionOp::SetOnce { opt, start, duration };
    device.call(Op::Options(op)).code
}

fn quiet(device: &Device) -> Value {
    let outcome = device.call(Op::Options(OptionOp::GetAll));
    assert_eq!((outcome.code, &*outcome.desc), (0, ""));
    serde_json::from_str(&outcome.json).unwrap()
}

fn info(level: i32, [hour, minute, second]: [i32; 3], time_stamp: u32, duration: u32) -> Value {
    json!({
        "msg_all_recv_msg_opt_level": level,
        "msg_all_recv_msg_opt_start_hour": hour,
        "msg_all_recv_msg_opt_start_minute": minute,
        "msg_all_recv_msg_opt_start_second": second,
        "msg_all_recv_msg_opt_start_time_stamp": time_stamp,
        "msg_all_recv_msg_duration": duration,
    })
}

fn quiet_event(device: &Device) -> Value {
    device.until("the new setting", |event| match event {
        EventKind::AllReceiveOption { json } => Some(serde_json::from_str(json).unwrap()),
        _ => None,
    })
}

// RO-19, RO-20, RO-21, RO-22, RO-23, P7: set on one device, told to all, read on all.
#[test]
fn do_not_disturb_is_told_to_all_devices_of_the_user() {
    let server = Server::start();
    let (bob, tablet) = (server.phone("bob"), server.desktop("bob"));
    assert_eq!(quiet(&bob), info(0, [0, 0, 0], 0, 0), "nothing is set");
    assert_eq!(quiet_daily(&bob, NOT_NOTIFY, [22, 15, 30], 28_800), 0);
    let nightly = info(2, [22, 15, 30], 0, 28_800);
    for device in [&bob, &tablet] {
        assert_eq!(quiet_event(device), nightly);
        assert_eq!(quiet(device), nightly);
    }
    // For ever: told as it was given.
    assert_eq!(
        quiet_daily(
            &tablet,
            Opt::kTIMRecvMsgOpt_Not_Notify_Except_At,
            [7, 0, 0],
            100_000
        ),
        0
    );
    let forever = info(3, [7, 0, 0], 0, 100_000);
    for device in [&bob, &tablet] {
        assert_eq!(quiet_event(device), forever);
        assert_eq!(quiet(device), forever);
    }
    // Once; the last write of either function wins.
    let start = u32::try_from(crate::support::now_s()).unwrap() + 3600;
    assert_eq!(quiet_once(&bob, NOT_NOTIFY, start, 60), 0);
    let once = info(2, [0, 0, 0], start, 60);
    assert_eq!(quiet_event(&tablet), once);
    assert_eq!(quiet(&tablet), once);
    // One that is over is none.
    assert_eq!(quiet_once(&bob, NOT_NOTIFY, start - 7200, 60), 0);
    assert_eq!(quiet_event(&tablet), info(0, [0, 0, 0], 0, 0));
    assert_eq!(quiet_once(&bob, NOT_NOTIFY, 0, 3600), 0, "from now");
    let begun = quiet_event(&tablet);
    assert_eq!(begun["msg_all_recv_msg_duration"], 3600);
    let at = begun["msg_all_recv_msg_opt_start_time_stamp"].as_i64().unwrap();
    assert!((crate::support::now_s() - at).abs() < 60);
    assert_eq!(quiet_daily(&bob, RECEIVE, [1, 1, 1], 500), 0);
    assert_eq!(quiet_event(&tablet), info(0, [0, 0, 0], 0, 0));
    assert_eq!(quiet(&bob), info(0, [0, 0, 0], 0, 0));
}

// RO-23: durable: what changed while a device was away is told once after its login.
#[test]
fn a_change_of_do_not_disturb_that_was_missed_is_told_at_the_next_login() {
    let server = Server::start();
    let bob = server.phone("bob");
    let away = server.desktop("bob").restart();
    assert_eq!(quiet_daily(&bob, NOT_NOTIFY, [23, 0, 0], 3600), 0);
    assert_eq!(away.try_login(&server.sig("bob")).code, 0);
    assert_eq!(quiet_event(&away), info(2, [23, 0, 0], 0, 3600));
    assert_eq!(quiet(&away), info(2, [23, 0, 0], 0, 3600));
    // A device that has never known another setting has missed no change.
    let fresh = server.device("bob", Platform::Windows);
    assert_eq!(fresh.try_login(&server.sig("bob")).code, 0);
    assert_eq!(quiet(&fresh), info(2, [23, 0, 0], 0, 3600));
    assert!(
        !fresh
            .told()
            .iter()
            .any(|e| matches!(e, EventKind::AllReceiveOption { .. }))
    );
}

// RO-19, RO-21: what is no setting changes nothing; messages come as ever.
#[test]
fn what_is_no_setting_is_refused_and_messages_come_as_ever() {
    let server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    assert_eq!(quiet_daily(&bob, NOT_NOTIFY, [0, 0, 0], 86_399), 0);
    for (start, duration) in [([24, 0, 0], 1), ([-1, 0, 0], 1), ([0, 60, 0], 1), ([0, 0, 60], 0)] {
        assert_eq!(quiet_daily(&bob, NOT_NOTIFY, start, duration), 6017, "{start:?}");
    }
    for opt in [NOT_RECEIVE, Opt::kTIMRecvMsgOpt_Not_Receive_Except_At] {
        assert_eq!(quiet_daily(&bob, opt, [0, 0, 0], 1), 6017);
        assert_eq!(quiet_once(&bob, opt, 0, 1), 6017);
    }
    assert_eq!(quiet(&bob), info(2, [0, 0, 0], 0, 86_399));
    assert_eq!(bob.total_unread(), 0);
    alice.say("bob", "at night");
    assert_eq!(bob.hears(1), ["at night"]);
    bob.until("a total of 1", |e| {
        matches!(e, EventKind::TotalUnread(1)).then_some(())
    });
}

// RO-19: the time of day is that of the device which has set it, and follows it to another zone.
#[test]
fn the_time_zone_of_the_setting_device_goes_with_the_setting() {
    let server = Server::start();
    let traveller = |offset: fn(i64) -> i32| {
        let config = StartConfig {
            app_id: server.app_id,
            server_urls: vec![server.url.clone()],
            platform: Some(Platform::Android),
            local_offset: Some(offset),
            ..StartConfig::default()
        };
        let device = Device::run_config("bob", config);
        device.login(&server);
        device
    };
    let zone = || server.stored_setting("bob").zone_offset_s;
    let shanghai = traveller(|_| 8 * 3600);
    assert_eq!(quiet_daily(&shanghai, NOT_NOTIFY, [22, 0, 0], 28_800), 0);
    assert_eq!(zone(), 8 * 3600);
    let setting = server.stored_setting("bob");
    assert_eq!((setting.start_of_day, setting.duration_s), (22 * 3600, 28_800));
    // Another device in another zone changes nothing by logging in.
    let berlin = traveller(|_| 3600);
    assert_eq!(zone(), 8 * 3600);
    assert_eq!(quiet_daily(&berlin, NOT_NOTIFY, [21, 0, 0], 28_800), 0);
    assert_eq!(zone(), 3600);
}

#[test]
fn nobody_logged_in_is_the_first_thing_said() {
    let server = Server::start();
    let bob = server.device("bob", Platform::Linux);
    assert_eq!(try_set(&bob, &["ann"], NOT_NOTIFY), 6014);
    assert_eq!(quiet_daily(&bob, NOT_RECEIVE, [99, 0, 0], 1), 6014);
    assert_eq!(quiet_once(&bob, NOT_NOTIFY, 0, 1), 6014);
    for op in [OptionOp::GetAll, OptionOp::GetC2c(vec!["ann".into()])] {
        let outcome = bob.call(Op::Options(op));
        assert_eq!(
            (outcome.code, &*outcome.desc, outcome.json.as_str()),
            (6014, "not login", "")
        );
    }
}
