//! The SQLite storage: the common suite, and its writer stopped between any two phases.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use parking_lot::Mutex;
use timbre_protocol::frame::{self, Kind};
use timbre_protocol::{LoginRequest, Platform, request, response, version};
use timbre_server::clock::{Clock as _, ManualClock, SeededEntropy};
use timbre_server::config::Config;
use timbre_server::gateway::session::{Output, Session};
use timbre_server::service::Service;
use timbre_server::storage::sqlite::{SqliteStorage, Writer};
use timbre_server::storage::*;
use timbre_server::usersig;

use crate::storage_suite::{self, admit, message_to, open, stored};
use crate::support::*;

fn now<T>(future: &mut StorageFuture<T>) -> Option<Result<T, StorageError>> {
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => Some(result),
        Poll::Pending => None,
    }
}

fn step(writer: &mut Writer) {
    let jobs = writer.take();
    writer.execute(jobs);
    writer.commit();
    writer.publish();
}

/// A database with alice (1) and bob (2).
fn two_users(folder: &Folder) -> (SqliteStorage, Writer) {
    let (storage, mut writer) = SqliteStorage::manual(&folder.0.join("t.db")).unwrap();
    for user in ["alice", "bob"] {
        drop(storage.open_session(open(user, 1, admit())));
    }
    assert_eq!(writer.pending(), 2);
    step(&mut writer);
    (storage, writer)
}

fn head(storage: &SqliteStorage, account: AccountNo) -> u64 {
    let mut read = storage.log(ReadLog {
        account,
        after: 0,
        limit: 1,
        max_bytes: 0,
    });
    now(&mut read).unwrap().unwrap().head
}

#[tokio::test]
async fn the_suite_passes_with_a_writer_thread() {
    let folder = Folder::new();
    let path = folder.0.join("t.db");
    let storage = SqliteStorage::open(&path).unwrap();
    storage_suite::run(&storage).await;
    storage.close().await.unwrap();
    assert_eq!(storage.apps().await, Err(StorageError::Closed));
    assert_eq!(storage.forget_presence(1).await, Err(StorageError::Closed));
    // Opened again, it holds what it held.
    let storage = SqliteStorage::open(&path).unwrap();
    assert_eq!(storage.apps().await.unwrap().len(), 1);
}

// P1: no answer and no push before the commit; killed between the phases.
#[test]
fn nobody_hears_of_anything_before_the_commit() {
    let folder = Folder::new();
    let (storage, mut writer) = two_users(&folder);
    let heard = Arc::new(Mutex::new(Vec::new()));
    let ears = heard.clone();
    storage.on_commit(Arc::new(move |events| ears.lock().extend(events.drain(..))));
    let mut send = storage.append_message(message_to("bob", 1, 1, "x"));
    let jobs = writer.take();
    writer.execute(jobs);
    assert!(now(&mut send).is_none() && heard.lock().is_empty());
    assert_eq!(
        head(&storage, 2),
        0,
        "a reader sees nothing of an open transaction"
    );
    writer.commit();
    assert!(now(&mut send).is_none() && heard.lock().is_empty());
    assert_eq!(head(&storage, 2), 1);
    writer.publish();
    assert_eq!(stored(now(&mut send).unwrap().unwrap()), (1, 1, false));
    let heard: Vec<_> = heard
        .lock()
        .iter()
        .map(|e| match &e.news {
            News::Entry(entry) => (e.account, short(entry), e.origin),
            News::Online(kind) => panic!("{kind:?}"),
        })
        .collect();
    assert_eq!(heard, [(1, "1:x".into(), Some(77)), (2, "1:x".into(), None)]);
}

#[test]
fn killed_before_the_commit_nothing_is_left_and_after_it_everything() {
    for committed in [false, true] {
        let folder = Folder::new();
        let (storage, mut writer) = two_users(&folder);
        let mut send = storage.append_message(message_to("bob", 1, 1, "x"));
        let jobs = writer.take();
        writer.execute(jobs);
        if committed {
            writer.commit();
        }
        drop(writer);
        assert_eq!(
            now(&mut send),
            Some(Err(StorageError::Closed)),
            "the caller learns that it is unknown"
        );
        drop(storage);

        let (storage, mut writer) = SqliteStorage::manual(&folder.0.join("t.db")).unwrap();
        assert_eq!(
            (head(&storage, 1), head(&storage, 2)),
            (u64::from(committed), u64::from(committed))
        );
        let mut again = storage.append_message(message_to("bob", 1, 1, "x"));
        step(&mut writer);
        assert_eq!(
            stored(now(&mut again).unwrap().unwrap()),
            (1, 1, committed),
            "sent again, it is there once"
        );
        assert_eq!((head(&storage, 1), head(&storage, 2)), (1, 1));
    }
}

#[test]
fn a_job_that_fails_does_not_take_its_batch_with_it() {
    let folder = Folder::new();
    let (storage, mut writer) = two_users(&folder);
    let heard = Arc::new(Mutex::new(0));
    let ears = heard.clone();
    storage.on_commit(Arc::new(move |events| *ears.lock() += events.len()));
    let mut first = storage.append_message(message_to("bob", 1, 1, "x"));
    let mut broken = storage.append_message(message_to("bob", 999, 1, "no such sender"));
    let mut second = storage.append_message(message_to("alice", 2, 1, "y"));
    step(&mut writer);
    assert_eq!(stored(now(&mut first).unwrap().unwrap()), (1, 1, false));
    assert!(matches!(now(&mut broken), Some(Err(StorageError::Failed(_)))));
    assert_eq!(stored(now(&mut second).unwrap().unwrap()), (2, 2, false));
    assert_eq!(*heard.lock(), 4);
}

/// One link of a server that runs in this thread and nowhere else.
struct Link(Session, u64);

impl Link {
    fn frames(&mut self) -> Vec<Kind> {
        let mut kinds = Vec::new();
        while let Poll::Ready(Output::Packet(packet)) =
            self.0.poll_output(&mut Context::from_waker(Waker::noop()))
        {
            kinds.extend(
                frame::decode(packet)
                    .unwrap()
                    .frames
                    .into_iter()
                    .map(|frame| frame.kind.unwrap()),
            );
        }
        kinds
    }

    fn ask(&mut self, body: request::Body) {
        self.1 += 1;
        self.0
            .receive(frame::encode(&frame::single(frame::request(self.1, body))));
    }
}

// DESIGN 8: sessions, service and storage run in one thread, without runtime, timer or real time.
#[test]
fn the_server_can_be_stepped_by_hand() {
    let folder = Folder::new();
    let (storage, mut writer) = SqliteStorage::manual(&folder.0.join("t.db")).unwrap();
    let clock = Arc::new(ManualClock::new(1_800_000_000_000));
    let app = App {
        id: 1,
        keys: vec!["key".into()],
        disabled: false,
    };
    let entropy = Arc::new(SeededEntropy::new(7));
    let service = Service::new(
        Arc::new(storage),
        clock.clone(),
        entropy,
        Config::default(),
        vec![app],
    );
    let mut links: Vec<_> = ["alice", "bob"]
        .into_iter()
        .map(|user| {
            let mut link = Link(Session::new(service.clone(), [127, 0, 0, 1].into()), 0);
            link.0
                .receive(frame::encode(&frame::single(Kind::Hello(version::hello("sim")))));
            link.ask(request::Body::Login(LoginRequest {
                app_id: 1,
                user_id: user.into(),
                user_sig: usersig::sign(1, "key", user, clock.now_s(), 60, None),
                device_id: vec![1; 16].into(),
                platform: Platform::Linux as i32,
                ..LoginRequest::default()
            }));
            assert!(matches!(link.frames()[..], [Kind::Welcome(_)]));
            link
        })
        .collect();
    step(&mut writer);
    for link in &mut links {
        assert!(matches!(&link.frames()[..], [Kind::Response(answer)] if answer.code == 0));
    }
    let send = timbre_protocol::SendRequest {
        conversation: Some(timbre_protocol::Conversation::c2c("bob")),
        client_time: 1,
        random: 1,
        body: body("hello"),
        ..timbre_protocol::SendRequest::default()
    };
    links[0].ask(request::Body::Send(send));
    assert!(
        links[0].frames().is_empty() && links[1].frames().is_empty(),
        "not on disk yet"
    );
    step(&mut writer);
    match &links[0].frames()[..] {
        [Kind::Response(answer)] => {
            let Some(response::Body::Send(reply)) = &answer.body else {
                panic!("{answer:?}")
            };
            assert_eq!((reply.conv_seq, reply.server_time_ms), (1, 1_800_000_000_000));
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(&links[1].frames()[..], [Kind::Push(push)] if shape(&push.entries) == "1:hello"));
    // A link that is lost while its login is under way leaves no session behind.
    drop(links);
    assert_eq!(service.hub().count(), 0);
    let mut link = Link(Session::new(service.clone(), [127, 0, 0, 1].into()), 0);
    link.0
        .receive(frame::encode(&frame::single(Kind::Hello(version::hello("sim")))));
    link.ask(request::Body::Login(LoginRequest {
        app_id: 1,
        user_id: "alice".into(),
        user_sig: usersig::sign(1, "key", "alice", clock.now_s(), 60, None),
        device_id: vec![1; 16].into(),
        ..LoginRequest::default()
    }));
    assert!(matches!(link.frames()[..], [Kind::Welcome(_)]));
    drop(link);
    step(&mut writer);
    service.tick();
    assert_eq!(service.hub().count(), 0);
    step(&mut writer);
    let mut view = service.storage().session_view(1, vec![1; 16].into(), 2);
    assert!(!now(&mut view).unwrap().unwrap().current);
}
