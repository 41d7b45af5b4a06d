//! Login codes, accounts, displacing other devices, reconnecting, expiry.

use std::sync::Arc;

use timbre_protocol::frame::Kind;
use timbre_protocol::signed_out::Reason;
use timbre_protocol::{LoginRequest, LogoutRequest, Platform, PullRequest, SignOffRequest, request};
use timbre_server::clock::{Clock as _, ManualClock, SystemClock};
use timbre_server::config::MultiTerminal;
use timbre_server::storage::{AccountChange, App};
use timbre_server::usersig;

use crate::support::*;

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(SystemClock.now_ms()))
}

async fn code_of(server: &TestServer, request: LoginRequest) -> i32 {
    server
        .link()
        .await
        .log_in(request)
        .await
        .err()
        .map_or(0, |(code, text)| {
            assert!(!text.is_empty(), "a refusal says why");
            code
        })
}

async fn signed_out(client: &mut Client) -> Reason {
    match client.event().await {
        Kind::SignedOut(out) => out.reason(),
        other => panic!("no SignedOut but {other:?}"),
    }
}

fn pull() -> request::Body {
    request::Body::Pull(PullRequest::default())
}

// CORE-093: every code of the order of checks, over the wire.
#[tokio::test]
async fn each_wrong_login_has_its_code() {
    let server = TestServer::with(|config| config.failed_logins_per_min = 0).await;
    let good = || server.login_request("alice", 1);
    let (app, key, now) = (server.app.id, server.app.keys[0].clone(), server.clock.now_s());
    let sign = |app, key: &str, user, at, expire| usersig::sign(app, key, user, at, expire, None);
    let cases = [
        (
            70402,
            LoginRequest {
                user_id: String::new(),
                ..good()
            },
        ),
        (
            70402,
            LoginRequest {
                user_id: "x".repeat(33),
                ..good()
            },
        ),
        (
            70402,
            LoginRequest {
                user_id: "al\u{e9}".into(),
                ..good()
            },
        ),
        (
            70402,
            LoginRequest {
                device_id: vec![1; 15].into(),
                ..good()
            },
        ),
        (
            70402,
            LoginRequest {
                platform: 99,
                ..good()
            },
        ),
        (
            70402,
            LoginRequest {
                user_define_data: "x".repeat(65),
                ..good()
            },
        ),
        (
            70020,
            LoginRequest {
                app_id: app + 1,
                ..good()
            },
        ),
        (
            70002,
            LoginRequest {
                user_sig: String::new(),
                ..good()
            },
        ),
        (
            70003,
            LoginRequest {
                user_sig: "x".repeat(5000),
                ..good()
            },
        ),
        (
            70003,
            LoginRequest {
                user_sig: "eJw1".into(),
                ..good()
            },
        ),
        (
            70014,
            LoginRequest {
                user_sig: sign(app + 1, &key, "alice", now, 60),
                ..good()
            },
        ),
        (
            70013,
            LoginRequest {
                user_sig: sign(app, &key, "bob", now, 60),
                ..good()
            },
        ),
        (
            70009,
            LoginRequest {
                user_sig: sign(app, "another key", "alice", now, 60),
                ..good()
            },
        ),
        (
            70005,
            LoginRequest {
                user_sig: sign(app, &key, "alice", -5, 60),
                ..good()
            },
        ),
        (
            70001,
            LoginRequest {
                user_sig: sign(app, &key, "alice", now - 61, 60),
                ..good()
            },
        ),
    ];
    for (code, request) in cases {
        assert_eq!(code_of(&server, request.clone()).await, code, "{request:?}");
    }
    assert_eq!(code_of(&server, good()).await, 0);
    server.running().service().put_app(App {
        keys: Vec::new(),
        ..server.app.clone()
    });
    assert_eq!(code_of(&server, good()).await, 70016);
    server.running().service().put_app(App {
        disabled: true,
        ..server.app.clone()
    });
    assert_eq!(code_of(&server, good()).await, 60016);
}

#[tokio::test]
async fn accounts_that_may_not_be_made_and_accounts_that_may_not_log_in() {
    let server = TestServer::with(|config| config.max_accounts = 1).await;
    assert_eq!(code_of(&server, server.login_request("alice", 1)).await, 0);
    assert_eq!(code_of(&server, server.login_request("bob", 1)).await, 70398);
    let storage = server.running().service().storage().clone();
    let change = |change| storage.change_account(server.app.id, "alice", change);
    change(AccountChange {
        banned: Some(true),
        ..AccountChange::default()
    })
    .await
    .unwrap();
    assert_eq!(code_of(&server, server.login_request("alice", 1)).await, 70051);
    let later = server.clock.now_s() + 100;
    change(AccountChange {
        banned: Some(false),
        sig_not_before: Some(later),
    })
    .await
    .unwrap();
    assert_eq!(code_of(&server, server.login_request("alice", 1)).await, 70052);

    let closed = TestServer::with(|config| config.auto_register = false).await;
    assert_eq!(code_of(&closed, closed.login_request("alice", 1)).await, 70107);
    let strict = TestServer::with(|config| config.strict_user_id = true).await;
    assert_eq!(
        code_of(&strict, strict.login_request("alice smith", 1)).await,
        70402
    );
    assert_eq!(
        code_of(&strict, strict.login_request("alice_smith-1", 1)).await,
        0
    );
}

#[tokio::test]
async fn too_many_logins_are_refused_for_a_minute() {
    let clock = clock();
    let server = TestServer::with_clock(clock.clone(), |config| {
        config.logins_per_min = 3;
        config.failed_logins_per_min = 2;
    })
    .await;
    for _ in 0..3 {
        assert_eq!(code_of(&server, server.login_request("alice", 1)).await, 0);
    }
    assert_eq!(code_of(&server, server.login_request("alice", 1)).await, 70050);
    let resume = LoginRequest {
        resume: true,
        ..server.login_request("alice", 1)
    };
    assert_eq!(code_of(&server, resume).await, 0, "coming back is not counted");
    assert_eq!(code_of(&server, server.login_request("bob", 1)).await, 0);
    clock.advance(60_000);
    assert_eq!(code_of(&server, server.login_request("alice", 1)).await, 0);

    let wrong = || LoginRequest {
        user_sig: "x".into(),
        ..server.login_request("carol", 1)
    };
    assert_eq!(code_of(&server, wrong()).await, 70003);
    assert_eq!(code_of(&server, wrong()).await, 70003);
    assert_eq!(code_of(&server, server.login_request("carol", 1)).await, 70050);
    clock.advance(60_000);
    assert_eq!(code_of(&server, server.login_request("carol", 1)).await, 0);
}

#[tokio::test]
async fn the_tiny_id_and_the_epoch_stay_and_reset_follows_the_cursor() {
    let server = TestServer::start().await;
    let first = server
        .link()
        .await
        .log_in(server.login_request("alice", 1))
        .await
        .unwrap();
    assert!(first.reset && first.tiny_id > 0 && first.epoch > 0 && first.limits.unwrap().msg_bytes == 12_288);
    let mut bob = server.user("bob", 1).await;
    for n in 0..3 {
        bob.say("alice", &n.to_string()).await;
    }
    for (cursor, epoch, reset) in [
        (2, first.epoch, false),
        (3, first.epoch, false),
        (4, first.epoch, true),
        (2, first.epoch ^ 1, true),
        (0, first.epoch, false),
        (0, 0, true),
    ] {
        let request = LoginRequest {
            cursor,
            epoch,
            ..server.login_request("alice", 1)
        };
        let reply = server.link().await.log_in(request).await.unwrap();
        assert_eq!(
            (reply.tiny_id, reply.epoch, reply.head),
            (first.tiny_id, first.epoch, 3)
        );
        assert_eq!(reply.reset, reset, "cursor {cursor}");
    }
}

// CORE-5.3: one instance of a platform.
#[tokio::test]
async fn a_second_device_of_a_platform_displaces_the_first() {
    let server = TestServer::start().await;
    let mut first = server.user("alice", 1).await;
    let mut second = server.user("alice", 2).await;
    assert_eq!(signed_out(&mut first).await, Reason::SamePlatform);
    assert_eq!(
        first.ask(pull()).await.unwrap_err().0,
        6014,
        "the link stays, the session is gone"
    );
    // It was told; logging in again is an ordinary login.
    first.log_in(server.login_request("alice", 1)).await.unwrap();
    assert_eq!(signed_out(&mut second).await, Reason::SamePlatform);
    // A core that logs in again by itself must not throw its user's other device out.
    let resume = LoginRequest {
        resume: true,
        ..server.login_request("alice", 2)
    };
    assert_eq!(code_of(&server, resume).await, 6208);
    first.quiet().await;
}

#[tokio::test]
async fn the_policy_decides_between_platforms() {
    let cases = [
        (MultiTerminal::Single, Platform::Android, Platform::Web, true),
        (MultiTerminal::Dual, Platform::Android, Platform::Web, false),
        (MultiTerminal::Dual, Platform::Android, Platform::Windows, true),
        (MultiTerminal::Triple, Platform::Android, Platform::Windows, false),
        (MultiTerminal::Triple, Platform::Android, Platform::Ipad, true),
        (MultiTerminal::Multi, Platform::Android, Platform::Ipad, false),
    ];
    for (policy, old, new, displaced) in cases {
        let server = TestServer::with(|config| config.multi_terminal = policy).await;
        let mut first = server.link().await;
        let on = |platform, device| LoginRequest {
            platform: platform as i32,
            ..server.login_request("alice", device)
        };
        first.log_in(on(old, 1)).await.unwrap();
        server.link().await.log_in(on(new, 2)).await.unwrap();
        if displaced {
            assert_eq!(
                signed_out(&mut first).await,
                Reason::OtherPlatform,
                "{policy:?} {old:?} {new:?}"
            );
        } else {
            first.quiet().await;
        }
    }
}

#[tokio::test]
async fn with_two_instances_the_oldest_goes() {
    let server = TestServer::with(|config| config.max_instances_linux = 2).await;
    let (mut first, mut second) = (server.user("alice", 1).await, server.user("alice", 2).await);
    let _third = server.user("alice", 3).await;
    assert_eq!(signed_out(&mut first).await, Reason::SamePlatform);
    second.quiet().await;
}

#[tokio::test]
async fn a_device_displaced_while_away_is_told_once() {
    let server = TestServer::start().await;
    let phone = |device| LoginRequest {
        platform: Platform::Android as i32,
        ..server.login_request("alice", device)
    };
    let mut first = server.link().await;
    first.log_in(phone(1)).await.unwrap();
    drop(first);
    away(&server).await;
    server.link().await.log_in(phone(2)).await.unwrap();
    assert_eq!(code_of(&server, phone(1)).await, 6208);
    assert_eq!(code_of(&server, phone(1)).await, 0, "told once");
}

/// Waits until the server has noticed that nobody is connected.
async fn away(server: &TestServer) {
    let hub = server.running().service().hub();
    let gone = async {
        while hub.count() > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, gone).await.unwrap();
}

#[tokio::test]
async fn a_refused_login_displaces_nobody() {
    let server = TestServer::start().await;
    let mut first = server.user("alice", 1).await;
    let wrong = LoginRequest {
        user_sig: "x".into(),
        ..server.login_request("alice", 2)
    };
    assert_eq!(code_of(&server, wrong).await, 70003);
    first.quiet().await;
}

#[tokio::test]
async fn the_same_device_on_a_new_link_replaces_the_old_one_silently() {
    let server = TestServer::start().await;
    let mut old = server.user("alice", 1).await;
    let mut new = server.link().await;
    new.log_in(LoginRequest {
        resume: true,
        ..server.login_request("alice", 1)
    })
    .await
    .unwrap();
    assert_eq!(old.next().await, None, "closed without a word");
    new.quiet().await;
    assert_eq!(server.running().service().hub().count(), 1);
}

#[tokio::test]
async fn logging_in_again_on_the_same_link_renews_and_changes_the_user() {
    let server = TestServer::start().await;
    let mut client = server.user("alice", 1).await;
    client.log_in(server.login_request("alice", 1)).await.unwrap();
    client.quiet().await;
    let wrong = LoginRequest {
        user_sig: "x".into(),
        ..server.login_request("alice", 1)
    };
    assert_eq!(client.log_in(wrong).await.unwrap_err().0, 70003);
    client
        .ask(pull())
        .await
        .expect("a refused renewal leaves the session as it was");
    client.log_in(server.login_request("bob", 1)).await.unwrap();
    assert_eq!(server.running().service().hub().count(), 1, "alice is logged out");
    let mut carol = server.user("carol", 1).await;
    carol.say("bob", "hi bob").await;
    assert_eq!(shape(&client.pushed().await), "1:hi bob");
}

// CORE-095: the session ends at the second its UserSig does.
#[tokio::test]
async fn a_session_ends_when_its_usersig_does_unless_it_is_renewed() {
    let clock = clock();
    let server = TestServer::with_clock(clock.clone(), |_| ()).await;
    let sig = |user: &str, expire| {
        usersig::sign(
            server.app.id,
            &server.app.keys[0],
            user,
            server.clock.now_s(),
            expire,
            None,
        )
    };
    let with = |user: &str, expire| LoginRequest {
        user_sig: sig(user, expire),
        ..server.login_request(user, 1)
    };
    let (mut alice, mut bob) = (server.link().await, server.link().await);
    let reply = alice.log_in(with("alice", 100)).await.unwrap();
    assert_eq!(reply.sig_expires_at, server.clock.now_s() + 100);
    bob.log_in(with("bob", 100)).await.unwrap();
    bob.log_in(with("bob", 500)).await.unwrap();
    clock.set((reply.sig_expires_at - 1) * 1000);
    server.running().service().tick();
    alice.quiet().await;
    clock.set(reply.sig_expires_at * 1000);
    server.running().service().tick();
    assert_eq!(signed_out(&mut alice).await, Reason::SigExpired);
    assert_eq!(alice.ask(pull()).await.unwrap_err().0, 6014);
    bob.quiet().await;
    assert_eq!(
        code_of(&server, with("alice", 60)).await,
        0,
        "an expired session was not kicked"
    );
}

#[tokio::test]
async fn the_cap_shortens_the_session() {
    let server = TestServer::with(|config| config.usersig_max_expire_s = 1000).await;
    let now = server.clock.now_s();
    let reply = server
        .link()
        .await
        .log_in(server.login_request("alice", 1))
        .await
        .unwrap();
    assert!((now + 1000..now + 1010).contains(&reply.sig_expires_at));
}

#[tokio::test]
async fn logout_and_sign_off_free_the_place() {
    let server = TestServer::start().await;
    let mut alice = server.user("alice", 1).await;
    assert_eq!(alice.ask(request::Body::Logout(LogoutRequest {})).await, Ok(None));
    assert_eq!(alice.ask(pull()).await.unwrap_err().0, 6014);
    assert_eq!(server.running().service().hub().count(), 0);
    server
        .link()
        .await
        .log_in(server.login_request("alice", 2))
        .await
        .unwrap();
    away(&server).await;

    let off = |user_sig| SignOffRequest {
        app_id: server.app.id,
        user_id: "alice".into(),
        user_sig,
        device_id: vec![2; 16].into(),
    };
    let mut other = server.link().await;
    assert_eq!(
        other
            .ask(request::Body::SignOff(off("x".into())))
            .await
            .unwrap_err()
            .0,
        70003
    );
    assert_eq!(
        other.ask(request::Body::SignOff(off(server.sig("alice")))).await,
        Ok(None)
    );
    server
        .link()
        .await
        .log_in(server.login_request("alice", 3))
        .await
        .unwrap();
    // Device 2 was signed off, so nobody has displaced it.
    assert_eq!(code_of(&server, server.login_request("alice", 2)).await, 0);
}

#[tokio::test]
async fn requests_before_a_login_are_refused() {
    let server = TestServer::start().await;
    let mut client = server.link().await;
    assert_eq!(client.ask(pull()).await.unwrap_err().0, 6014);
    assert_eq!(
        client
            .ask(request::Body::Logout(LogoutRequest {}))
            .await
            .unwrap_err()
            .0,
        6014
    );
}
