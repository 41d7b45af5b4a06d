#![allow(clippy::unwrap_used)]

use std::sync::atomic::AtomicUsize;
use std::sync::mpsc::channel;

use super::*;
use crate::engine::EventKind;
use crate::model::messages::decode_message;

struct Deaf;

impl EventSink for Deaf {
    fn event(&self, _kind: &EventKind) {}
}

fn client() -> Client {
    started(StartConfig {
        app_id: 1,
        ..StartConfig::default()
    })
}

fn started(config: StartConfig) -> Client {
    // An address where nobody listens, so that a variable of the environment does not matter.
    let config = StartConfig {
        server_urls: vec!["ws://127.0.0.1:9/tim/v1".into()],
        ..config
    };
    Client::start(config, Arc::new(Deaf)).unwrap()
}

const WAIT: Duration = Duration::from_secs(20);

#[test]
fn an_app_id_and_usable_folders_are_required() {
    let start = |config| Client::start(config, Arc::new(Deaf));
    assert!(matches!(start(StartConfig::default()), Err(StartError::AppId)));
    let file = std::env::temp_dir().join(format!("timbre-file-{}", std::process::id()));
    std::fs::write(&file, "").unwrap();
    let config = StartConfig {
        app_id: 1,
        data_dir: Some(file.join("below")),
        ..StartConfig::default()
    };
    assert!(matches!(start(config), Err(StartError::Folder { .. })));
    std::fs::remove_file(file).unwrap();
}

#[test]
fn the_device_keeps_its_id_with_its_folder() {
    let dir = std::env::temp_dir().join(format!("timbre-device-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    device::prepare(&dir).unwrap();
    let first = device::device_id(&dir).unwrap();
    assert_eq!(device::device_id(&dir).unwrap(), first);
    std::fs::write(dir.join("timbre_device"), "damaged").unwrap();
    let second = device::device_id(&dir).unwrap();
    assert_ne!(second, first);
    assert_eq!(device::device_id(&dir).unwrap(), second);
    std::fs::remove_dir_all(dir).unwrap();
}

// A call never runs its callback inside itself, from wherever it is made.
#[test]
fn a_callback_may_call_and_is_answered_later() {
    let client = client();
    let (say, hear) = channel();
    let inner = client.clone();
    client.call(
        Op::GetConvList,
        Done::new(move |_| {
            let caller = thread::current().id();
            let said = say.clone();
            inner.call(
                Op::Logout,
                Done::new(move |o| said.send(("inner", Some(o.code))).unwrap()),
            );
            say.send(("outer", (thread::current().id() == caller).then_some(0)))
                .unwrap();
        }),
    );
    assert_eq!(hear.recv_timeout(WAIT).unwrap(), ("outer", Some(0)));
    assert_eq!(hear.recv_timeout(WAIT).unwrap(), ("inner", Some(0)));
    client.shutdown();
}

// CORE-060: what is pending ends with 7009 before the end returns.
#[test]
fn the_end_answers_what_is_pending() {
    let client = client();
    let (say, hear) = channel();
    client.login(
        "alice",
        "signature",
        Done::new(move |o| say.send(o.code).unwrap()),
    );
    assert_eq!(client.status(), 2, "the status changes inside the call");
    client.shutdown();
    assert_eq!(hear.try_recv().unwrap(), code::INTERRUPT);
    assert_eq!((client.status(), client.login_user()), (3, String::new()));
    assert_eq!(client.call_waiting(Op::Logout).code, code::NOT_INITIALIZED);
    client.shutdown();
}

// Calls race with the end: each is answered exactly once, with whatever code.
#[test]
fn every_call_is_answered_exactly_once_while_the_client_ends() {
    for _ in 0..20 {
        let client = client();
        let answers = Arc::new(AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..3 {
                let (client, answers) = (client.clone(), answers.clone());
                scope.spawn(move || {
                    for _ in 0..300 {
                        let answers = answers.clone();
                        let done = Done::new(move |_| {
                            answers.fetch_add(1, Ordering::Relaxed);
                        });
                        client.call(Op::GetTotalUnread, done);
                    }
                });
            }
            scope.spawn(|| client.shutdown());
        });
        // Calls that came too late are answered by a thread that nobody joins.
        client.call_waiting(Op::GetTotalUnread);
        assert_eq!(answers.load(Ordering::Relaxed), 900);
    }
}

#[test]
fn the_end_from_inside_a_callback_runs_what_is_owed_afterwards() {
    let client = client();
    let (say, hear) = channel();
    let (ending, said) = (client.clone(), say.clone());
    let owed = Done::new(move |o: Outcome| say.send(format!("login {}", o.code)).unwrap());
    client.call(
        Op::Logout,
        Done::new(move |_| {
            ending.login("alice", "signature", owed);
            ending.shutdown();
            said.send("shutdown has returned".into()).unwrap();
        }),
    );
    assert_eq!(hear.recv_timeout(WAIT).unwrap(), "shutdown has returned");
    assert_eq!(hear.recv_timeout(WAIT).unwrap(), "login 7009");
}

#[test]
fn the_last_handle_ends_the_client_even_inside_a_callback() {
    let client = client();
    let (say, hear) = channel();
    let (inside, wait) = channel::<()>();
    let kept = client.clone();
    client.call(
        Op::Logout,
        Done::new(move |_| {
            wait.recv_timeout(WAIT).unwrap();
            let core = Arc::downgrade(&kept.core);
            drop(kept);
            say.send(core.upgrade().is_none()).unwrap();
        }),
    );
    drop(client);
    inside.send(()).unwrap();
    assert!(hear.recv_timeout(WAIT).unwrap());
}

#[test]
fn a_completion_that_is_let_fall_is_answered() {
    let dispatcher = Dispatcher::new(Log::new(false));
    let (say, hear) = channel();
    let done = Owed::guard(Done::new(move |o| say.send(o.code).unwrap()), &dispatcher);
    // As an engine does that panics; a completion dropped without one is caught by a debug assertion.
    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
        let _done = done;
        panic!("on purpose");
    }));
    assert_eq!(hear.recv_timeout(WAIT).unwrap(), code::INTERNAL_ERROR);
}

// MSG-107, MSG-002
#[test]
fn a_send_has_its_id_before_it_returns() {
    let client = client();
    let draft =
        || decode_message(r#"{"message_elem_array":[{"elem_type":0,"text_elem_content":"x"}]}"#).unwrap();
    let first = client.send_message(ConvKey::c2c("bob"), draft(), Done::ignore());
    let second = client.send_message(ConvKey::c2c("bob"), draft(), Done::ignore());
    assert_ne!(first, second);
    let numbers = |id: &str| same_identity(id).map(|i| (i.msg_id, i.rand));
    assert_eq!(
        numbers(&first).unwrap().1.wrapping_add(1),
        numbers(&second).unwrap().1
    );
    assert_eq!(same_identity("not an id"), None);
    client.shutdown();
}

// CORE-066, CORE-067: refused settings change nothing.
#[test]
fn settings_with_a_fault_are_refused_as_a_whole() {
    use crate::model::session::Settings;
    let client = client();
    let set = |text: &str| client.call_waiting(Op::Configure(Box::new(Settings::decode(text).unwrap())));
    let refused =
        set(r#"{"set_config_log_level":0,"set_config_socks5_proxy_info":{"socks5_proxy_info_ip":"h"}}"#);
    assert_eq!(refused.code, code::INVALID_PARAMETERS);
    let text = r#"{"set_config_log_level":4}"#;
    assert_eq!(set(text), Outcome::done(text));
    client.shutdown();
}

// CORE-077
#[test]
fn pump_mode_runs_callbacks_only_when_asked() {
    let client = started(StartConfig {
        app_id: 1,
        callback_mode: CallbackMode::Pump,
        ..StartConfig::default()
    });
    let (say, hear) = channel();
    let here = thread::current().id();
    client.call(
        Op::Logout,
        Done::new(move |_| say.send(thread::current().id()).unwrap()),
    );
    while hear.try_recv().map(|ran_on| assert_eq!(ran_on, here)).is_err() {
        client.run_callbacks(1);
        thread::yield_now();
    }
    client.shutdown();
    assert_eq!(client.run_callbacks(0), -1);
}

#[test]
fn many_clients_live_side_by_side() {
    let clients: Vec<Client> = (0..10).map(|_| client()).collect();
    for client in &clients {
        assert_eq!(client.call_waiting(Op::GetConvList).code, code::NOT_LOGGED_IN);
    }
    for client in clients {
        client.shutdown();
    }
}
