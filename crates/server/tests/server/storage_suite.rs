//! What every storage must do, written against the trait alone.

use std::sync::Arc;

use bytes::Bytes;
use timbre_protocol::{ChatMessage, flags};
use timbre_server::error::Refused;
use timbre_server::storage::*;

use crate::support::*;

/// Lets everybody in.
pub fn admit() -> Judge {
    Arc::new(|_, _| Verdict::Admit {
        kick: Vec::new(),
        login_ms: 5,
    })
}

pub fn open(user: &str, device: u8, judge: Judge) -> OpenSession {
    OpenSession {
        app_id: 1,
        user_id: user.into(),
        create_epoch: Some(u64::MAX - 1),
        max_accounts: 0,
        device: vec![device; 16].into(),
        platform: 7,
        info: DeviceInfo::default(),
        zone_offset_s: 0,
        now_ms: 1000,
        judge,
    }
}

pub fn message_to(receiver: &str, sender: AccountNo, random: u32, text: &str) -> AppendMessage {
    let message = ChatMessage {
        random,
        body: body(text),
        ..ChatMessage::default()
    };
    AppendMessage {
        app_id: 1,
        sender,
        receiver: receiver.into(),
        client_time: u32::MAX,
        random,
        flags: 0,
        now_ms: 1_000_000 + i64::from(random),
        envelope: prost::Message::encode_to_vec(&message).into(),
        origin: 77,
    }
}

pub fn stored(appended: Appended) -> (u64, u64, bool) {
    match appended {
        Appended::Stored {
            conv_seq,
            log_seq,
            repeated,
            ..
        } => (conv_seq, log_seq, repeated),
        other => panic!("{other:?}"),
    }
}

async fn account(storage: &dyn Storage, user: &str) -> AccountNo {
    match storage.open_session(open(user, 1, admit())).await.unwrap() {
        SessionOpened::Opened { account, .. } => account.no,
        other => panic!("{other:?}"),
    }
}

/// Runs everything on an empty storage.
pub async fn run(storage: &dyn Storage) {
    apps(storage).await;
    sessions(storage).await;
    messages(storage).await;
    reading(storage).await;
    expiry(storage).await;
}

async fn apps(storage: &dyn Storage) {
    assert_eq!(storage.apps().await.unwrap(), []);
    let mut app = App {
        id: u64::from(u32::MAX),
        keys: vec!["a".into()],
        disabled: false,
    };
    storage.put_app(app.clone()).await.unwrap();
    app.keys.push("b".into());
    app.disabled = true;
    storage.put_app(app.clone()).await.unwrap();
    assert_eq!(storage.apps().await.unwrap(), [app]);
}

async fn sessions(storage: &dyn Storage) {
    let unknown = OpenSession {
        create_epoch: None,
        ..open("ann", 1, admit())
    };
    assert_eq!(
        storage.open_session(unknown).await.unwrap(),
        SessionOpened::UnknownUser
    );
    // A refusal makes no account.
    let refused = Refused::new(1, "no");
    let (text, judge) = (refused.clone(), refused.clone());
    let judge: Judge = Arc::new(move |_, _| Verdict::Refuse {
        refused: judge.clone(),
        clear_mark: false,
    });
    assert_eq!(
        storage.open_session(open("ann", 1, judge)).await.unwrap(),
        SessionOpened::Refused(text)
    );
    assert_eq!(storage.account(1, "ann").await.unwrap(), None);

    let ann = match storage.open_session(open("ann", 1, admit())).await.unwrap() {
        SessionOpened::Opened {
            account,
            generation: 1,
            kicked,
        } if kicked.is_empty() => account,
        other => panic!("{other:?}"),
    };
    assert_eq!((ann.epoch, ann.head, ann.floor), (u64::MAX - 1, 0, 0));
    assert_eq!(storage.account(1, "ann").await.unwrap(), Some(ann.clone()));
    assert_eq!(storage.account(2, "ann").await.unwrap(), None, "another app");
    let full = OpenSession {
        max_accounts: 1,
        ..open("ben", 1, admit())
    };
    assert_eq!(
        storage.open_session(full).await.unwrap(),
        SessionOpened::TooManyAccounts
    );

    let device = |number: u8| Bytes::from(vec![number; 16]);
    let kick = Kick {
        device: device(1),
        mark: true,
        same_platform: true,
    };
    let judge: Judge = Arc::new(move |_, devices| {
        assert_eq!((devices.len(), devices[0].state), (1, DeviceState::Online));
        Verdict::Admit {
            kick: vec![kick.clone()],
            login_ms: 6,
        }
    });
    match storage.open_session(open("ann", 2, judge)).await.unwrap() {
        SessionOpened::Opened { account, kicked, .. } => assert_eq!((account.no, kicked.len()), (ann.no, 1)),
        other => panic!("{other:?}"),
    }
    let view = |number, generation| storage.session_view(ann.no, device(number), generation);
    assert!(!view(1, 1).await.unwrap().current, "kicked");
    assert!(view(2, 1).await.unwrap().current);
    // Closing a session that has been followed by another changes nothing.
    storage.open_session(open("ann", 2, admit())).await.unwrap();
    let close = |generation| CloseSession {
        account: ann.no,
        device: device(2),
        generation,
        end: SessionEnd::Away,
        now_ms: 2000,
    };
    storage.close_session(close(Some(1))).await.unwrap();
    assert!(view(2, 2).await.unwrap().current);
    storage.close_session(close(None)).await.unwrap();
    assert!(!view(2, 2).await.unwrap().current);
    let seen: Judge = Arc::new(|_, devices| {
        let states: Vec<_> = devices
            .iter()
            .map(|d| (d.state, d.kick_mark, d.seen_ms))
            .collect();
        let expected = [
            (DeviceState::Kicked, true, 1000),
            (DeviceState::Away, false, 2000),
        ];
        assert_eq!(states, expected);
        Verdict::Refuse {
            refused: Refused::new(2, "seen"),
            clear_mark: true,
        }
    });
    let result = storage.open_session(open("ann", 1, seen)).await.unwrap();
    assert_eq!(result, SessionOpened::Refused(Refused::new(2, "seen")));
    let cleared: Judge = Arc::new(|_, devices| {
        assert!(!devices[0].kick_mark, "it has been reported");
        Verdict::Admit {
            kick: Vec::new(),
            login_ms: 7,
        }
    });
    storage.open_session(open("ann", 1, cleared)).await.unwrap();
    storage.forget_presence(3000).await.unwrap();
    assert!(!view(1, 2).await.unwrap().current);
    let change = AccountChange {
        sig_not_before: Some(9),
        banned: Some(true),
    };
    assert!(storage.change_account(1, "ann", change).await.unwrap());
    assert!(!storage.change_account(1, "zoe", change).await.unwrap());
    let ann = storage.account(1, "ann").await.unwrap().unwrap();
    assert_eq!((ann.sig_not_before, ann.banned), (9, true));
}

async fn messages(storage: &dyn Storage) {
    let (cat, dan) = (account(storage, "cat").await, account(storage, "dan").await);
    let unknown = storage
        .append_message(message_to("zoe", cat, 1, "x"))
        .await
        .unwrap();
    assert_eq!(unknown, Appended::UnknownReceiver);
    // Queued in the order of the calls, whichever is awaited first.
    let first = storage.append_message(message_to("dan", cat, 1, "one"));
    let second = storage.append_message(message_to("cat", dan, 1, "two"));
    let again = storage.append_message(message_to("dan", cat, 1, "one"));
    let third = storage.append_message(message_to("dan", cat, 0, "three"));
    assert_eq!(stored(third.await.unwrap()), (3, 3, false));
    assert_eq!(stored(again.await.unwrap()), (1, 1, true));
    assert_eq!(stored(second.await.unwrap()), (2, 2, false));
    assert_eq!(stored(first.await.unwrap()), (1, 1, false));
    let log = storage
        .log(ReadLog {
            account: cat,
            after: 0,
            limit: 9,
            max_bytes: 1 << 20,
        })
        .await
        .unwrap();
    assert_eq!(
        (shape(&log.entries), log.head, log.reset),
        ("1:one 2:two 3:three".into(), 3, false)
    );
    let page = storage
        .log(ReadLog {
            account: dan,
            after: 1,
            limit: 1,
            max_bytes: 0,
        })
        .await
        .unwrap();
    assert_eq!((shape(&page.entries), page.head), ("2:two".into(), 3));
    let lost = storage
        .log(ReadLog {
            account: dan,
            after: u64::MAX,
            limit: 1,
            max_bytes: 0,
        })
        .await
        .unwrap();
    assert!(lost.reset && lost.entries.is_empty());
    let key = |receiver: &str, random| SendIdentity {
        receiver: receiver.into(),
        client_time: u32::MAX,
        random,
    };
    let found = storage
        .find_sends(1, cat, vec![key("dan", 0), key("dan", 9), key("zoe", 0)])
        .await
        .unwrap();
    let places: Vec<_> = found
        .iter()
        .map(|found| found.map(|found| found.conv_seq))
        .collect();
    assert_eq!(places, [Some(3), None, None]);
    let third = found[0].unwrap();
    assert_eq!(
        third.server_time_ms, 1_000_001,
        "never before the last one, whatever the clock says"
    );
    let ask = ReadHistory {
        app_id: 1,
        account: dan,
        peer: "cat".into(),
        start: HistoryStart::Time(1_000_000),
        newer: true,
        count: 2,
        until_seq: 0,
        max_bytes: 1 << 20,
    };
    let page = storage.history(ask.clone()).await.unwrap();
    let texts: Vec<_> = page
        .messages
        .iter()
        .map(|bytes| text_of(&message(bytes)))
        .collect();
    assert_eq!(
        (texts.join(" "), page.low_seq, page.high_seq, page.finished),
        ("one two".into(), 1, 2, false)
    );
    let small = storage
        .history(ReadHistory {
            max_bytes: 0,
            ..ask.clone()
        })
        .await
        .unwrap();
    assert_eq!(
        (small.messages.len(), small.high_seq),
        (1, 1),
        "one message always"
    );
    let stranger = account(storage, "eve").await;
    let none = storage
        .history(ReadHistory {
            account: stranger,
            ..ask
        })
        .await
        .unwrap();
    assert!(none.messages.is_empty() && none.finished);
}

async fn reading(storage: &dyn Storage) {
    let (fay, gus) = (account(storage, "fay").await, account(storage, "gus").await);
    for random in 1..=4 {
        let flags = if random == 4 { flags::NO_UNREAD } else { 0 };
        let op = AppendMessage {
            flags,
            ..message_to("gus", fay, random, "x")
        };
        storage.append_message(op).await.unwrap();
    }
    let list = |account| {
        storage.snapshot(ReadSnapshot {
            account,
            max: 0,
            active_since_ms: 0,
        })
    };
    let state = list(gus).await.unwrap().conversations.remove(0);
    assert_eq!((state.unread, state.last_seq, state.read_seq), (3, 4, 0));
    let mark = |up_to| {
        storage.mark_read(MarkRead {
            app_id: 1,
            account: gus,
            up_to,
        })
    };
    let marked = mark(ReadUpTo::Seq("fay".into(), 2)).await.unwrap();
    assert_eq!(
        (marked.marks[0].read_seq, marked.marks[0].unread, marked.log_seq),
        (2, 1, 5)
    );
    let nothing = Marked {
        log_seq: 5,
        ..Marked::default()
    };
    assert_eq!(
        mark(ReadUpTo::Seq("fay".into(), 2)).await.unwrap(),
        nothing.clone()
    );
    assert_eq!(
        mark(ReadUpTo::Time("fay".into(), 5)).await.unwrap(),
        nothing.clone()
    );
    assert_eq!(mark(ReadUpTo::Newest("zoe".into())).await.unwrap(), nothing);
    let marked = mark(ReadUpTo::AllC2c).await.unwrap();
    assert_eq!(
        (marked.marks.len(), marked.marks[0].read_seq, marked.log_seq),
        (1, 4, 6)
    );
    let (mine, theirs) = (list(gus).await.unwrap(), list(fay).await.unwrap());
    assert_eq!((mine.cursor, mine.conversations[0].unread), (6, 0));
    assert_eq!((theirs.cursor, theirs.conversations[0].peer_read_seq), (6, 4));
    let log = storage
        .log(ReadLog {
            account: fay,
            after: 4,
            limit: 9,
            max_bytes: 1 << 20,
        })
        .await
        .unwrap();
    assert_eq!(shape(&log.entries), "5:peer 2 6:peer 4");
}

async fn expiry(storage: &dyn Storage) {
    let hal = account(storage, "hal").await;
    for random in 1..=3 {
        let op = AppendMessage {
            now_ms: 2_000_000 + i64::from(random),
            ..message_to("hal", hal, random, "x")
        };
        storage.append_message(op).await.unwrap();
    }
    let expire = |erase, forget| {
        storage.expire(Expire {
            erase_before_ms: erase,
            forget_before_ms: forget,
            batch: 1000,
        })
    };
    let done = expire(2_000_003, 0).await.unwrap();
    assert!(done.erased >= 2 && done.forgotten == 0, "{done:?}");
    assert_eq!(
        expire(2_000_003, 0).await.unwrap(),
        Expired::default(),
        "nothing twice"
    );
    let log = storage
        .log(ReadLog {
            account: hal,
            after: 2,
            limit: 9,
            max_bytes: 1 << 20,
        })
        .await
        .unwrap();
    assert_eq!((shape(&log.entries), log.reset), ("3:x".into(), false));
    let log = storage
        .log(ReadLog {
            account: hal,
            after: 1,
            limit: 9,
            max_bytes: 1 << 20,
        })
        .await
        .unwrap();
    assert!(log.reset);
    assert_eq!(
        stored(
            storage
                .append_message(message_to("hal", hal, 1, "x"))
                .await
                .unwrap()
        ),
        (1, 1, true)
    );
    assert!(expire(2_000_003, 2_000_003).await.unwrap().forgotten >= 2);
    assert_eq!(
        stored(
            storage
                .append_message(message_to("hal", hal, 1, "x"))
                .await
                .unwrap()
        ),
        (4, 4, false)
    );
}
