//! Login, logout, kicking, expiry, reconnecting.

use timbre::engine::{EventKind, Op};
use timbre::model::experimental::Operation;
use timbre_protocol::Platform;

use crate::support::{Server, now_s};

// CORE-090, CORE-091, CORE-104, CORE-105, CORE-111, CORE-065
#[test]
fn login_and_logout() {
    let server = Server::start();
    let alice = server.device("alice", Platform::Android);
    assert_eq!(
        (alice.client.status(), alice.client.login_user()),
        (3, String::new())
    );
    alice.login(&server);
    assert_eq!(
        (alice.client.status(), alice.client.login_user()),
        (1, "alice".to_owned())
    );
    assert!(alice.client.server_time().abs_diff(now_s() as u64) <= 2);
    assert_eq!(alice.call(Op::Logout).code, 0);
    assert_eq!(
        (alice.client.status(), alice.client.login_user()),
        (3, String::new())
    );
    assert_eq!(alice.call(Op::Logout).code, 0, "a second logout is no error");
    assert_eq!(alice.call(Op::GetConvList).code, 6014);
    alice.login(&server);
}

// CORE-094, ERR-02, CORE-115
#[test]
fn what_is_wrong_with_a_signature_is_said_by_its_code() {
    let server = Server::start();
    let alice = server.device("alice", Platform::Android);
    let good = server.sig("alice");
    assert_eq!(alice.try_login(&server.sig("bob")).code, 70013);
    assert_eq!(alice.try_login(&good[..good.len() - 8]).code, 70003);
    let expired = server.sig_at("alice", now_s() - 100, 50);
    assert!(matches!(alice.try_login(&expired).code, 70001 | 6206));
    assert_eq!(
        alice.try_login(&expired).code,
        6206,
        "the same text is not asked about again"
    );
    assert_eq!(alice.client.status(), 3);
    assert_eq!(alice.try_login(&good).code, 0);
}

// CORE-095, ERR-03
#[test]
fn a_signature_that_expires_ends_the_session() {
    let server = Server::start();
    let alice = server.device("alice", Platform::Android);
    let short = server.sig_at("alice", now_s(), 2);
    assert_eq!(alice.try_login(&short).code, 0);
    alice.until("the expiry", |e| {
        matches!(e, EventKind::UserSigExpired).then_some(())
    });
    assert_eq!(alice.client.status(), 3);
    assert_eq!(alice.try_login(&short).code, 6206);
    assert_eq!(alice.try_login(&server.sig("alice")).code, 0);
}

// CORE-096, CORE-106, CORE-107, CORE-108
#[test]
fn a_second_phone_kicks_the_first_and_the_desktop_stays() {
    let server = Server::start();
    let (first, desktop) = (server.phone("alice"), server.desktop("alice"));
    let second = server.phone("alice");
    let reason = first.until("being kicked", |e| match e {
        EventKind::Notify {
            key: "kicked_reason",
            data,
        } => Some(data.clone()),
        _ => None,
    });
    assert_eq!(reason, "same_platform");
    assert_eq!(
        (
            first.client.status(),
            second.client.status(),
            desktop.client.status()
        ),
        (3, 1, 1)
    );
    let outcome = first.call(Op::ReportRead {
        scope: timbre::engine::CleanScope::AllC2c,
        message: None,
    });
    assert_eq!((outcome.code, &*outcome.desc), (6014, "not login"));
    assert_eq!(
        first.try_login(&server.sig("alice")).code,
        0,
        "logging in again takes it back"
    );
    second.until("being kicked in turn", |e| {
        matches!(e, EventKind::KickedOffline).then_some(())
    });
}

// CORE-097, ERR-04
#[test]
fn being_kicked_while_away_is_told_once_at_the_next_login() {
    let server = Server::start();
    let first = server.phone("alice");
    first.client.shutdown();
    let _second = server.phone("alice");
    let first = first.restart();
    assert_eq!(first.try_login(&server.sig("alice")).code, 6208);
    assert_eq!(first.try_login(&server.sig("alice")).code, 0);
}

// CORE-100, CORE-101
#[test]
fn logging_in_as_somebody_else_signs_the_first_off() {
    let server = Server::start();
    let bob = server.phone("bob");
    let mut device = server.phone("alice");
    bob.say("alice", "for alice");
    assert_eq!(device.hears(1), ["for alice"]);
    device.user = "carol".to_owned();
    device.login(&server);
    assert_eq!(device.client.login_user(), "carol");
    assert_eq!(
        device.call(Op::GetConvList).json,
        "[]",
        "carol has her own database"
    );
    bob.say("carol", "for carol");
    assert_eq!(device.hears(1), ["for carol"]);
}

// CORE-053, CORE-098, CORE-050, CORE-051, P2
#[test]
fn the_session_survives_a_restart_of_the_server() {
    let mut server = Server::start();
    let (alice, bob) = (server.phone("alice"), server.phone("bob"));
    server.restart();
    for device in [&alice, &bob] {
        device.until("the loss", |e| {
            matches!(e, EventKind::NetworkStatus { status: 1, .. }).then_some(())
        });
        device.until("the new link", |e| {
            matches!(e, EventKind::NetworkStatus { status: 0, .. }).then_some(())
        });
    }
    alice.say("bob", "after");
    assert_eq!(bob.hears(1), ["after"]);
    assert_eq!((alice.client.status(), bob.client.status()), (1, 1));
}

// CORE-076, CORE-138, CORE-052
#[test]
fn the_server_address_may_come_later() {
    let server = Server::start();
    let folder = crate::support::Folder::new();
    let config = timbre::driver::StartConfig {
        app_id: server.app_id,
        data_dir: Some(folder.path().to_owned()),
        ..timbre::driver::StartConfig::default()
    };
    let alice = crate::support::Device::run_config("alice", config);
    let text = alice.until("that there is no address", |e| match e {
        EventKind::NetworkStatus {
            status: 3,
            code: 9516,
            desc,
        } => Some(desc.clone()),
        _ => None,
    });
    assert_eq!(text, "no server address configured");
    let port: u16 = server
        .url
        .trim_end_matches("/tim/v1")
        .rsplit(':')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    let json = serde_json::json!({
        "request_internal_operation": "internal_operation_set_custom_server_info",
        "request_set_custom_server_info_param": {
            "longconnection_address_array": [{"server_address_ip": "127.0.0.1", "server_address_port": port}],
            "server_public_key": "plaintext",
        },
    });
    let operation = Operation::decode(&json.to_string()).unwrap();
    assert_eq!(alice.call(Op::Experimental(Box::new(operation))).code, 0);
    alice.login(&server);
}

// CORE-114, CORE-158, CORE-099
#[test]
fn repeated_logins_are_harmless() {
    let server = Server::start();
    let alice = server.phone("alice");
    assert_eq!(alice.try_login(&server.sig("alice")).code, 0);
    let json = r#"{"request_internal_operation":"internal_operation_set_ignore_repeat_login","request_set_ignore_repeat_login_param":true}"#;
    assert_eq!(
        alice
            .call(Op::Experimental(Box::new(Operation::decode(json).unwrap())))
            .code,
        0
    );
    assert_eq!(alice.try_login("not even a signature").code, 0);
    assert_eq!(alice.client.status(), 1);
}

// CORE-099, CORE-103
#[test]
fn a_login_overtaken_by_another_ends_with_6023() {
    let server = Server::start();
    let device = server.device("alice", Platform::Android);
    let (sender, receiver) = std::sync::mpsc::channel();
    for (user, sig) in [("alice", server.sig("alice")), ("bob", server.sig("bob"))] {
        let sender = sender.clone();
        let done = timbre::engine::Done::new(move |outcome| sender.send((user, outcome.code)).unwrap());
        device.client.login(user, sig, done);
    }
    assert_eq!(receiver.recv().unwrap(), ("alice", 6023));
    assert_eq!(receiver.recv().unwrap(), ("bob", 0));
    assert_eq!(device.client.login_user(), "bob");
}
