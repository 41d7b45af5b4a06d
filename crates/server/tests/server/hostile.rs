//! Bytes that no honest client sends, and the policy's corner cases.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use timbre_protocol::frame::{self, Kind};
use timbre_protocol::{
    CheckSendRequest, Conversation, HistoryRequest, LoginRequest, MarkReadRequest, Packet, Ping, Platform,
    PullRequest, PushAck, SendKey, SnapshotRequest, request, version,
};
use timbre_server::clock::{Clock as _, Entropy as _, ManualClock, SeededEntropy};
use timbre_server::config::{Config, MultiTerminal};
use timbre_server::gateway::session::{Output, Session};
use timbre_server::service::Service;
use timbre_server::service::session::displaced;
use timbre_server::storage::sqlite::SqliteStorage;
use timbre_server::storage::{App, Device, DeviceState};
use timbre_server::usersig;

use crate::support::*;

/// Every kind of frame that a client sends, with numbers at their edges.
fn honest(user_sig: String) -> Vec<Packet> {
    let conversation = || Some(Conversation::c2c("alice"));
    let login = LoginRequest {
        app_id: 1,
        user_id: "alice".into(),
        user_sig,
        device_id: vec![1; 16].into(),
        ..LoginRequest::default()
    };
    let send = timbre_protocol::SendRequest {
        conversation: conversation(),
        client_time: u32::MAX,
        random: u32::MAX,
        client_seq: u32::MAX,
        body: body("hello"),
        ..timbre_protocol::SendRequest::default()
    };
    let key = SendKey {
        conversation: conversation(),
        client_time: u32::MAX,
        random: 1,
    };
    let history = HistoryRequest {
        conversation: conversation(),
        from_seq: u64::MAX,
        from_time_ms: i64::MIN,
        count: u32::MAX,
        until_seq: u64::MAX,
        newer: true,
    };
    let read = MarkReadRequest {
        conversation: conversation(),
        up_to_seq: u64::MAX,
        up_to_time_ms: i64::MAX,
        ..MarkReadRequest::default()
    };
    let mut kinds = vec![
        Kind::Hello(version::hello("test")),
        frame::request(1, request::Body::Login(login)),
        Kind::Ping(Ping { cursor: u64::MAX }),
        Kind::PushAck(PushAck { cursor: u64::MAX }),
    ];
    let bodies = [
        request::Body::Send(send),
        request::Body::CheckSend(CheckSendRequest { keys: vec![key; 3] }),
        request::Body::History(HistoryRequest {
            from_seq: 0,
            newer: false,
            ..history.clone()
        }),
        request::Body::History(HistoryRequest {
            from_seq: 0,
            from_time_ms: i64::MAX,
            ..history.clone()
        }),
        request::Body::History(history),
        request::Body::Pull(PullRequest {
            after: u64::MAX,
            limit: u32::MAX,
        }),
        request::Body::Snapshot(SnapshotRequest {}),
        request::Body::MarkRead(MarkReadRequest {
            up_to_seq: 0,
            ..read.clone()
        }),
        request::Body::MarkRead(read),
    ];
    kinds.extend(bodies.into_iter().map(|body| frame::request(u64::MAX, body)));
    kinds.into_iter().map(frame::single).collect()
}

// DESIGN 7: no bytes make the server panic; and whatever came, the next honest client is served.
#[test]
fn mutated_packets_do_no_harm() {
    let folder = Folder::new();
    let (storage, mut writer) = SqliteStorage::manual(&folder.0.join("t.db")).unwrap();
    let clock = Arc::new(ManualClock::new(1_800_000_000_000));
    let config = Config {
        client_rps: 0,
        logins_per_min: 0,
        failed_logins_per_min: 0,
        ..Config::default()
    };
    let app = App {
        id: 1,
        keys: vec!["key".into()],
        disabled: false,
    };
    let entropy = Arc::new(SeededEntropy::new(1));
    let service = Service::new(Arc::new(storage), clock.clone(), entropy, config, vec![app]);
    let honest = honest(usersig::sign(1, "key", "alice", clock.now_s(), 600, None));
    let dice = SeededEntropy::new(20_251);
    let roll = |sides: usize| (dice.next_u64() % sides as u64) as usize;
    let mut answered = 0;
    for round in 0..300 {
        let mut session = Session::new(service.clone(), [127, 0, 0, 1].into());
        for (at, packet) in honest.iter().enumerate() {
            let mut bytes = frame::encode(packet).to_vec();
            // One round in ten is honest throughout; the others spoil a packet now and then.
            if round % 10 != 0 && (at > 1 || round % 3 == 0) && roll(4) == 0 {
                for _ in 0..=roll(3) {
                    let place = roll(bytes.len());
                    match roll(3) {
                        0 => bytes[place] = dice.next_u64() as u8,
                        1 => bytes.truncate(place.max(1)),
                        _ => bytes.insert(place, dice.next_u64() as u8),
                    }
                }
            }
            session.receive(Bytes::from(bytes));
            for _ in 0..2 {
                while let Poll::Ready(Output::Packet(packet)) =
                    session.poll_output(&mut Context::from_waker(Waker::noop()))
                {
                    answered += frame::decode(packet).unwrap().frames.len();
                }
                let jobs = writer.take();
                writer.execute(jobs);
                writer.commit();
                writer.publish();
            }
        }
        let closed =
            session.poll_output(&mut Context::from_waker(Waker::noop())) == Poll::Ready(Output::Close);
        assert!(round % 10 != 0 || !closed, "an honest link stays open");
    }
    assert!(answered > 300 * 3, "{answered}");
}

fn device(number: u8, platform: Platform, state: DeviceState, login_ms: i64, seen_ms: i64) -> Device {
    let id = vec![number; 16].into();
    Device {
        id,
        platform: platform as i32,
        state,
        kick_mark: false,
        login_ms,
        seen_ms,
        generation: 1,
    }
}

/// Numbers of the devices that go, `!` behind those that are told at their next login.
fn gone(config: &Config, newcomer: Platform, others: &[Device], now_ms: i64) -> String {
    let others: Vec<_> = others.iter().collect();
    let kicked = displaced(config, newcomer as i32, &others, now_ms);
    let mut names: Vec<_> = kicked
        .iter()
        .map(|kick| format!("{}{}", kick.device[0], if kick.mark { "!" } else { "" }))
        .collect();
    names.sort();
    names.join(" ")
}

// CORE-5.3, 5.4: who holds a place, and for how long.
#[test]
fn who_goes_when_somebody_comes() {
    use DeviceState::{Away, Kicked, Online, SignedOut};
    const DAY: i64 = 86_400_000;
    let multi = Config::default();
    let android = |number, state, seen| device(number, Platform::Android, state, 0, seen);
    let devices = [
        android(1, Online, 0),
        android(2, Away, 0),
        android(3, SignedOut, 0),
        android(4, Kicked, 0),
        device(5, Platform::Iphone, Online, 0, 0),
    ];
    assert_eq!(gone(&multi, Platform::Android, &devices, 1), "1 2!");
    assert_eq!(
        gone(&multi, Platform::Android, &devices, 7 * DAY),
        "1",
        "away for too long counts as logged out"
    );
    assert_eq!(gone(&multi, Platform::Mac, &devices, 1), "");
    let web = [device(1, Platform::Web, Away, 0, 0)];
    assert_eq!(
        gone(&multi, Platform::Web, &web, 399_999),
        "1",
        "a browser is never marked"
    );
    assert_eq!(gone(&multi, Platform::Web, &web, 400_000), "");
    let three = Config {
        max_instances_android: 3,
        ..Config::default()
    };
    let order = [30, 10, 20, 40].map(|login| device(login as u8, Platform::Android, Online, login, 0));
    assert_eq!(
        gone(&three, Platform::Android, &order, 1),
        "10 20",
        "two of the newest stay"
    );
    let all = [
        Platform::Android,
        Platform::Ipad,
        Platform::Windows,
        Platform::Linux,
        Platform::Web,
    ]
    .into_iter()
    .enumerate()
    .map(|(at, platform)| device(at as u8 + 1, platform, Online, 0, 0))
    .collect::<Vec<_>>();
    let under = |policy, newcomer| {
        gone(
            &Config {
                multi_terminal: policy,
                ..Config::default()
            },
            newcomer,
            &all,
            1,
        )
    };
    assert_eq!(under(MultiTerminal::Single, Platform::Mac), "1 2 3 4 5");
    assert_eq!(under(MultiTerminal::Dual, Platform::Mac), "1 2 3 4");
    assert_eq!(under(MultiTerminal::Triple, Platform::Mac), "3 4");
    assert_eq!(under(MultiTerminal::Multi, Platform::Mac), "");
    assert_eq!(under(MultiTerminal::Dual, Platform::Web), "5");
}
