//! What the tests of the store share: folders that go away, and messages of alice and bob.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use bytes::Bytes;
use timbre_protocol::element::Kind;
use timbre_protocol::{Body, Element, TextElement};

use super::Store;
use crate::model::messages::{ConvKey, Message, Origin, Status};

/// A folder that is removed at the end of the test.
pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("timbre-store-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(super) fn file(&self) -> PathBuf {
        self.0.join("user.db")
    }

    pub(super) fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = std::fs::read_dir(&self.0)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort_unstable();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(super) fn bob() -> ConvKey {
    ConvKey::c2c("bob")
}

/// Number `n` of a conversation with bob, received, at `n` seconds.
pub(super) fn received(n: u64) -> Message {
    Message {
        row: 0,
        conv: bob(),
        msg_id: format!("1000002-1700000000-{n}"),
        sender: "bob".into(),
        sender_tiny: 1_000_002,
        from_self: false,
        client_time: 1_700_000_000,
        rand: n as u32,
        client_seq: n as u32,
        conv_seq: n,
        server_time_ms: n as i64 * 1000,
        time_ms: n as i64 * 1000,
        status: Status::Sent,
        flags: 0,
        priority: 1,
        platform: 2,
        version: 0,
        body: text(&format!("number {n}")),
        sender_nick: "Bob".into(),
        sender_face: "http://b/f".into(),
        custom_int: 0,
        custom_str: Bytes::new(),
        origin: Origin::Received,
        recall: None,
        receipt: Default::default(),
    }
}

/// Own send number `n` at a time, without a sequence yet.
pub(super) fn sending(n: u64, time_ms: i64) -> Message {
    Message {
        msg_id: format!("1000001-1700000000-{n}"),
        sender: "alice".into(),
        sender_tiny: 1_000_001,
        from_self: true,
        conv_seq: 0,
        server_time_ms: 0,
        time_ms,
        status: Status::Sending,
        origin: Origin::OwnSend,
        ..received(n)
    }
}

pub(super) fn text(content: &str) -> Body {
    let kind = Kind::Text(TextElement {
        content: content.into(),
    });
    Body {
        elements: vec![Element { kind: Some(kind) }],
        ..Body::default()
    }
}

pub(super) fn memory() -> Store {
    Store::open_in_memory().unwrap()
}

pub(super) fn open(path: &Path) -> Store {
    Store::open(path).unwrap().0
}
