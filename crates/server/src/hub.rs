//! Who is connected where.
//!
//! Each signed-in session has a [`Mailbox`]: what is to be sent to it and has not been handed to its link.
//! Filling one never waits. What a device has been pushed and has not acknowledged is bounded
//! ([`WINDOW_ENTRIES`], [`WINDOW_BYTES`]); past that the device is told once that its log has grown, and pulls.
//! What is not bounded by that window (online-only messages) is bounded by [`MAX_QUEUED`]: a session past
//! it has a socket that does not drain, and is given up.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::task::Waker;

use bytes::Bytes;
use parking_lot::Mutex;
use timbre_protocol::log_entry::Change;
use timbre_protocol::online_push::Kind as Online;
use timbre_protocol::{LogEntry, signed_out::Reason};

use crate::storage::{AccountNo, CommitEvent, News, SessionId};

/// Log entries pushed to a session and not acknowledged.
pub const WINDOW_ENTRIES: usize = 512;
/// Bytes of them.
pub const WINDOW_BYTES: usize = 1 << 20;
/// Bytes waiting for a link that does not take them.
pub const MAX_QUEUED: usize = 4 << 20;

const SHARDS: usize = 64;

/// Something to be sent to a session.
#[derive(Debug, Clone, PartialEq)]
pub enum Delivery {
    /// A log entry.
    Entry(LogEntry),
    /// The log has grown to this number; pull.
    Head(u64),
    /// What is in no log, for those who are connected now.
    Online(Online),
}

/// Why a session has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The client is told; its link stays.
    SignedOut(Reason, String),
    /// The same device has a newer link; this one is closed without a word.
    Replaced,
    /// Its socket does not drain; the link is closed.
    Overflowed,
    /// Logged out by itself, or its link is gone.
    Closed,
}

/// What a session's link takes out of its mailbox.
#[derive(Debug, Default)]
pub struct Taken {
    /// In order.
    pub deliveries: VecDeque<Delivery>,
    /// Newest number of the user's log that this session has heard of.
    pub head: u64,
    /// The session is over; nothing comes any more.
    pub ending: Option<Ending>,
}

#[derive(Default)]
struct State {
    deliveries: VecDeque<Delivery>,
    queued: usize,
    /// Number and size of entries that were pushed and not acknowledged.
    window: VecDeque<(u64, u32)>,
    window_bytes: usize,
    paused: bool,
    head: u64,
    /// The newest number that a `Head` has told.
    announced: u64,
    ending: Option<Ending>,
    waker: Option<Waker>,
}

/// A signed-in session as others see it.
pub struct Mailbox {
    /// Its number.
    pub session: SessionId,
    /// Whose.
    pub account: AccountNo,
    /// The user id.
    pub user_id: String,
    /// The app.
    pub app_id: u64,
    /// The device.
    pub device: Bytes,
    /// Its platform.
    pub platform: i32,
    /// Number of this session among those of the device.
    pub generation: u64,
    /// Unix second at which the session ends by itself.
    pub expires_at: i64,
    /// What the client understands: bits of `LoginRequest.capabilities`.
    pub capabilities: u32,
    /// Scheme and host that the client came to, such as `https://im.example.org`.
    pub origin: Arc<str>,
    state: Mutex<State>,
}

impl Mailbox {
    /// A mailbox of a session that ends by itself at the Unix second `expires_at`.
    #[allow(clippy::too_many_arguments)]
    pub fn new(
        session: SessionId,
        app_id: u64,
        account: AccountNo,
        user_id: String,
        device: Bytes,
        platform: i32,
        generation: u64,
        expires_at: i64,
    ) -> Self {
        let state = Mutex::default();
        Self {
            session,
            account,
            user_id,
            app_id,
            device,
            platform,
            generation,
            expires_at,
            capabilities: 0,
            origin: Arc::from(""),
            state,
        }
    }

    /// The same session, of a client that understands this and came there.
    pub fn of_client(mut self, capabilities: u32, origin: Arc<str>) -> Self {
        self.capabilities = capabilities;
        self.origin = origin;
        self
    }

    /// The session has not ended.
    pub fn is_live(&self) -> bool {
        self.state.lock().ending.is_none()
    }

    /// Newest number of the user's log that this session has heard of.
    pub fn head(&self) -> u64 {
        self.state.lock().head
    }

    /// The log is known to reach at least to `head`.
    pub fn raise_head(&self, head: u64) {
        let mut state = self.state.lock();
        state.head = state.head.max(head);
    }

    /// A log entry; `own`: this session made it and learns of it by the answer to its request.
    pub fn deliver(&self, entry: &LogEntry, own: bool) {
        let mut state = self.state.lock();
        state.head = state.head.max(entry.seq);
        if own || state.paused || state.ending.is_some() {
            return;
        }
        let size = entry_size(entry);
        let full = state.window.len() >= WINDOW_ENTRIES
            || (state.window_bytes + size > WINDOW_BYTES && !state.window.is_empty());
        if full {
            state.paused = true;
            state.announced = entry.seq;
            self.queue(&mut state, Delivery::Head(entry.seq), 16);
            return;
        }
        state
            .window
            .push_back((entry.seq, u32::try_from(size).unwrap_or(u32::MAX)));
        state.window_bytes += size;
        self.queue(&mut state, Delivery::Entry(entry.clone()), size);
    }

    /// What is in no log.
    pub fn deliver_online(&self, push: Online) {
        let mut state = self.state.lock();
        if state.ending.is_none() {
            let size = push.encoded_len() + 32;
            self.queue(&mut state, Delivery::Online(push), size);
        }
    }

    fn queue(&self, state: &mut State, delivery: Delivery, size: usize) {
        state.queued += size;
        if state.queued > MAX_QUEUED {
            end(state, Ending::Overflowed);
            return;
        }
        state.deliveries.push_back(delivery);
        if let Some(waker) = state.waker.take() {
            waker.wake();
        }
    }

    /// The device has everything up to `cursor`.
    pub fn acknowledge(&self, cursor: u64) {
        let mut state = self.state.lock();
        while let Some(&(seq, size)) = state.window.front() {
            if seq > cursor {
                break;
            }
            state.window.pop_front();
            state.window_bytes = state.window_bytes.saturating_sub(size as usize);
        }
        if state.paused && state.window.is_empty() {
            state.paused = false;
            // What came since the announcement was told to nobody.
            let head = state.head;
            if head > state.announced.max(cursor) {
                state.announced = head;
                self.queue(&mut state, Delivery::Head(head), 16);
            }
        }
    }

    /// Everything that waits; `waker` is woken when there is more.
    pub fn take(&self, waker: &Waker) -> Taken {
        let mut state = self.state.lock();
        if !state.waker.as_ref().is_some_and(|known| known.will_wake(waker)) {
            state.waker = Some(waker.clone());
        }
        state.queued = 0;
        Taken {
            deliveries: std::mem::take(&mut state.deliveries),
            head: state.head,
            ending: state.ending.clone(),
        }
    }

    /// Whether the session has ended; `waker` is woken when it does.
    pub fn watch(&self, waker: &Waker) -> Option<Ending> {
        let mut state = self.state.lock();
        if !state.waker.as_ref().is_some_and(|known| known.will_wake(waker)) {
            state.waker = Some(waker.clone());
        }
        state.ending.clone()
    }

    /// Ends the session. False: it had ended before.
    fn end(&self, ending: Ending) -> bool {
        let mut state = self.state.lock();
        let live = state.ending.is_none();
        if live {
            end(&mut state, ending);
        }
        live
    }
}

fn end(state: &mut State, ending: Ending) {
    if matches!(ending, Ending::Overflowed | Ending::Replaced) {
        state.deliveries = VecDeque::new();
    }
    state.ending = Some(ending);
    state.window = VecDeque::new();
    if let Some(waker) = state.waker.take() {
        waker.wake();
    }
}

fn entry_size(entry: &LogEntry) -> usize {
    match &entry.change {
        Some(Change::Message(message) | Change::Modified(message)) => message.len() + 16,
        _ => 16 + prost::Message::encoded_len(entry),
    }
}

type Shard = Mutex<HashMap<AccountNo, Vec<Arc<Mailbox>>>>;

/// All signed-in sessions of this process.
pub struct Hub {
    shards: Vec<Shard>,
    expiries: Mutex<BTreeSet<(i64, AccountNo, SessionId)>>,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            expiries: Mutex::default(),
        }
    }
}

impl Hub {
    /// Lets `mailbox` receive. An older session of the same device ends silently; when the device has a newer
    /// one already, `mailbox` ends so.
    pub fn register(&self, mailbox: Arc<Mailbox>) {
        let replaced = {
            let mut shard = self.shard(mailbox.account).lock();
            let sessions = shard.entry(mailbox.account).or_default();
            let same_device = |other: &Arc<Mailbox>| other.device == mailbox.device;
            if sessions
                .iter()
                .any(|other| same_device(other) && other.generation > mailbox.generation)
            {
                vec![mailbox]
            } else {
                let replaced: Vec<_> = sessions.extract_if(.., |old| same_device(old)).collect();
                self.expiries
                    .lock()
                    .insert((mailbox.expires_at, mailbox.account, mailbox.session));
                sessions.push(mailbox);
                replaced
            }
        };
        for old in replaced {
            self.expiries
                .lock()
                .remove(&(old.expires_at, old.account, old.session));
            old.end(Ending::Replaced);
        }
    }

    /// Ends a session. False: it had ended before.
    pub fn end(&self, mailbox: &Mailbox, ending: Ending) -> bool {
        {
            let mut shard = self.shard(mailbox.account).lock();
            if let Some(sessions) = shard.get_mut(&mailbox.account) {
                sessions.retain(|other| other.session != mailbox.session);
                if sessions.is_empty() {
                    shard.remove(&mailbox.account);
                }
            }
        }
        self.expiries
            .lock()
            .remove(&(mailbox.expires_at, mailbox.account, mailbox.session));
        mailbox.end(ending)
    }

    /// The sessions of a user.
    pub fn sessions(&self, account: AccountNo) -> Vec<Arc<Mailbox>> {
        self.shard(account)
            .lock()
            .get(&account)
            .cloned()
            .unwrap_or_default()
    }

    /// How many sessions are signed in.
    pub fn count(&self) -> usize {
        self.expiries.lock().len()
    }

    /// The sessions whose time has passed at the Unix second `now`.
    pub fn expired(&self, now: i64) -> Vec<Arc<Mailbox>> {
        let due: Vec<_> = {
            let expiries = self.expiries.lock();
            expiries
                .iter()
                .take_while(|(at, ..)| *at <= now)
                .copied()
                .collect()
        };
        due.into_iter()
            .filter_map(|(_, account, session)| {
                self.sessions(account)
                    .into_iter()
                    .find(|mailbox| mailbox.session == session)
            })
            .collect()
    }

    /// Hands the news of a commit to whoever is connected.
    pub fn fan_out(&self, events: &mut Vec<CommitEvent>) {
        for event in events.drain(..) {
            let shard = self.shard(event.account).lock();
            for mailbox in shard.get(&event.account).into_iter().flatten() {
                match &event.news {
                    News::Entry(entry) => mailbox.deliver(entry, event.origin == Some(mailbox.session)),
                    News::Online(kind) => mailbox.deliver_online(kind.clone()),
                }
            }
        }
    }

    fn shard(&self, account: AccountNo) -> &Shard {
        &self.shards[account.unsigned_abs() as usize % SHARDS]
    }
}
