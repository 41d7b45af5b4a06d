//! What any thread may know of the engine without asking it: the answers of the synchronous functions.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, AtomicU32, AtomicU64, Ordering};

use parking_lot::Mutex;

use super::api::{Identity, Now};
use crate::model::messages::{ConvKey, message_id};

/// `TIMLoginStatus`.
pub mod status {
    /// Logged in.
    pub const LOGGED_IN: u8 = 1;
    /// A login is running.
    pub const LOGGING_IN: u8 = 2;
    /// Nobody is logged in.
    pub const LOGGED_OUT: u8 = 3;
    /// A logout is running.
    pub const LOGGING_OUT: u8 = 4;
}

/// State shared between the engine, which writes it, and the callers of synchronous functions. Each value
/// stands for itself; nothing here is a lock that a callback could meet.
#[derive(Debug)]
pub struct Shared {
    status: AtomicU8,
    generation: AtomicU64,
    tiny_id: AtomicU64,
    offset_ms: AtomicI64,
    offset_known: AtomicBool,
    rand: AtomicU32,
    client_seq: AtomicU32,
    transfers: AtomicU64,
    user: Mutex<String>,
    failed: Mutex<HashMap<String, ConvKey>>,
}

impl Shared {
    /// Nobody logged in; `seed` starts the counters that make message identities.
    pub fn new(seed: u64) -> Self {
        Self {
            status: AtomicU8::new(status::LOGGED_OUT),
            generation: AtomicU64::new(1),
            tiny_id: AtomicU64::new(0),
            offset_ms: AtomicI64::new(0),
            offset_known: AtomicBool::new(false),
            rand: AtomicU32::new(seed as u32),
            client_seq: AtomicU32::new((seed >> 32) as u32),
            transfers: AtomicU64::new(0),
            user: Mutex::default(),
            failed: Mutex::default(),
        }
    }

    /// `TIMGetLoginStatus` (CORE-105).
    pub fn status(&self) -> u8 {
        self.status.load(Ordering::Acquire)
    }

    pub(super) fn set_status(&self, status: u8) {
        self.status.store(status, Ordering::Release);
    }

    /// Called by the front of `TIMLogin` before it queues the call: the status changes before it returns.
    pub fn login_called(&self, user_id: &str) {
        let mut user = self.user.lock();
        if *user != user_id {
            self.tiny_id.store(0, Ordering::Release);
            user.clear();
            user.push_str(user_id);
        }
        let _ = self.status.compare_exchange(
            status::LOGGED_OUT,
            status::LOGGING_IN,
            Ordering::AcqRel,
            Ordering::Acquire,
        );
    }

    /// `TIMGetLoginUserID`: the id while logged in, else empty (CORE-104).
    pub fn login_user(&self) -> String {
        if self.status() == status::LOGGED_IN {
            self.user.lock().clone()
        } else {
            String::new()
        }
    }

    pub(super) fn set_user(&self, user_id: &str, tiny_id: u64) {
        let mut user = self.user.lock();
        user.clear();
        user.push_str(user_id);
        self.tiny_id.store(tiny_id, Ordering::Release);
    }

    /// Number of the current login. An event of an earlier one must not be delivered.
    pub fn generation(&self) -> u64 {
        self.generation.load(Ordering::Acquire)
    }

    /// A number for a transfer. It is never given twice, so that an engine that was started again does not take
    /// the events of the one before for its own.
    pub(super) fn next_transfer(&self) -> u64 {
        self.transfers.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(super) fn next_generation(&self) -> u64 {
        self.generation.fetch_add(1, Ordering::AcqRel) + 1
    }

    /// `TIMGetServerTime`: Unix seconds by the server's clock as far as it is known (CORE-065).
    pub fn server_time(&self, wall_ms: i64) -> u64 {
        u64::try_from(self.server_ms(wall_ms) / 1000).unwrap_or(0)
    }

    /// The server's clock in Unix milliseconds, as far as it is known.
    pub fn server_ms(&self, wall_ms: i64) -> i64 {
        wall_ms.saturating_add(self.offset_ms.load(Ordering::Acquire))
    }

    pub(super) fn set_offset(&self, offset_ms: i64) {
        self.offset_ms.store(offset_ms, Ordering::Release);
        self.offset_known.store(true, Ordering::Release);
    }

    pub(super) fn offset_known(&self) -> bool {
        self.offset_known.load(Ordering::Acquire)
    }

    /// True when a message of this device with this id has failed or was cancelled: sending it again keeps its
    /// identity (MSG-107).
    pub fn is_failed_send(&self, msg_id: &str) -> bool {
        !msg_id.is_empty() && self.failed.lock().contains_key(msg_id)
    }

    /// [`is_failed_send`](Self::is_failed_send), in this conversation: to another one it is another message.
    pub fn is_failed_send_to(&self, msg_id: &str, conv: &ConvKey) -> bool {
        !msg_id.is_empty() && self.failed.lock().get(msg_id) == Some(conv)
    }

    pub(super) fn set_failed_sends(&self, sends: impl IntoIterator<Item = (String, ConvKey)>) {
        *self.failed.lock() = sends.into_iter().collect();
    }

    pub(super) fn note_failed_send(&self, msg_id: &str, conv: &ConvKey) {
        self.failed.lock().insert(msg_id.to_owned(), conv.clone());
    }

    /// It has been sent after all, is being sent again, or has gone.
    pub(super) fn forget_failed_send(&self, msg_id: &str) {
        self.failed.lock().remove(msg_id);
    }

    /// A new message identity (spec 03 section 2.4): the rand and the one-to-one sequence count up from a
    /// random start, the rand is never 0. While the account number is unknown the user's id stands in its
    /// place.
    pub fn new_identity(&self, now: Now) -> Identity {
        let mut rand = self.rand.fetch_add(1, Ordering::Relaxed);
        while rand == 0 {
            rand = self.rand.fetch_add(1, Ordering::Relaxed);
        }
        let client_seq = self.client_seq.fetch_add(1, Ordering::Relaxed);
        let client_time = u32::try_from(now.wall_ms / 1000).unwrap_or(0);
        let msg_id = match self.tiny_id.load(Ordering::Acquire) {
            0 => message_id(&self.user.lock(), client_time, rand),
            tiny => message_id(&tiny.to_string(), client_time, rand),
        };
        Identity {
            msg_id,
            client_time,
            rand,
            client_seq,
        }
    }
}
