//! The user's log: applied in order, without gaps, each entry once.
//!
//! The server numbers every change for a user 1, 2, 3, ... A device keeps the number it has applied up to (the
//! cursor, in the same transaction as the change itself). A push is a hint: its entries wait in `ahead` until
//! they are next; when a gap does not close by itself, or a heartbeat names a head beyond the cursor, the
//! device pulls from its cursor. The answer to an own send carries the number of the entry that the send made
//! in the own log; the server does not push that entry to the device that sent it.
//!
//! After a login the phases are: `Snapshot` (only when there is no usable cursor: the conversations as of one
//! moment), `CatchUp` (the unread messages of each of them), `Pulling` (what the log has beyond the cursor),
//! `Live`. A broken link leads back to the start; the cursor is what survives, so that reconnecting costs work
//! in proportion to what changed.
//!
//! A received message is stored with the cursor; the receive callback is told after the commit, and its row is
//! noted as thrown once the callback has returned. A process that dies between the two throws the message
//! again at its next login: at a crash a callback may come twice, never not at all.

use std::collections::{BTreeMap, VecDeque};

use bytes::Bytes;
use prost::Message as _;
use timbre_protocol::{
    ChatMessage, HistoryRequest, LogEntry, LoginReply, OnlinePush, PeerRead, PullReply, PullRequest, Push,
    ReadMark, SnapshotReply, SnapshotRequest, log_entry, online_push, request, response,
};

use super::requests::Policy;
use super::{Engine, EventKind};
use crate::model::error::{Refusal, code};
use crate::model::messages::{ConvKey, ConvType, Message};
use crate::store::StoreError;

/// How long a gap may stay before it is pulled: pushes of one user can overtake each other by a little.
pub(super) const GAP_MS: u64 = 200;
/// An acknowledgement is sent after this much time.
const ACK_MS: u64 = 500;
/// Entries kept while something before them is missing.
pub(super) const MAX_AHEAD: usize = 2048;

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// No session on a link.
    #[default]
    Off,
    Snapshot,
    CatchUp,
    Pulling,
    Live,
}

#[derive(Debug)]
pub(super) enum Ahead {
    Entry(LogEntry),
    /// Made by a send of this device; applied when it was answered.
    Own,
}

/// What `timbre_explain` tells of the last repair.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Repair {
    pub(super) at_ms: i64,
    pub(super) from: u64,
    pub(super) entries: u64,
}

/// See the module comment.
#[derive(Debug, Default)]
pub(super) struct Sync {
    phase: Phase,
    /// Newest number known to exist.
    pub(super) head: u64,
    pub(super) ahead: BTreeMap<u64, Ahead>,
    pub(super) gap_deadline: Option<u64>,
    pub(super) ack_deadline: Option<u64>,
    pub(super) acked: u64,
    retry_at: Option<u64>,
    failures: u32,
    /// The host has been told that a sync began and not that it ended.
    announced: bool,
    /// Conversations whose unread messages are still to be fetched.
    pub(super) catch_up: VecDeque<CatchUp>,
    /// The cursor that holds once the catch-up is done.
    snapshot: Option<(u64, u64)>,
    pub(super) waiter_deadline: Option<u64>,
    pub(super) last_repair: Option<Repair>,
    /// What was received before this login has been thrown again where it was owed.
    rethrown: bool,
    /// Contiguous sequences received in this batch, by conversation row.
    pub(super) covering: BTreeMap<i64, (u64, u64)>,
}

#[derive(Debug)]
pub(super) struct CatchUp {
    pub(super) key: ConvKey,
    pub(super) read_seq: u64,
    /// Where the next page starts.
    pub(super) next: u64,
    pub(super) found: Vec<Message>,
    /// Everything from here on has been fetched; 0: nothing yet.
    pub(super) low: u64,
}

impl Sync {
    pub(super) fn deadline(&self) -> Option<u64> {
        [
            self.gap_deadline,
            self.ack_deadline,
            self.retry_at,
            self.waiter_deadline,
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// For `timbre_explain`.
    pub(super) fn describe(&self) -> (&'static str, u64, usize, Option<u64>) {
        let phase = match self.phase {
            Phase::Off => "off",
            Phase::Snapshot => "snapshot",
            Phase::CatchUp => "catch_up",
            Phase::Pulling => "pulling",
            Phase::Live => "live",
        };
        (
            phase,
            self.head,
            self.ahead.len(),
            self.gap_deadline.or(self.retry_at),
        )
    }

    /// True when everything known to exist is applied.
    pub(super) fn is_live(&self) -> bool {
        self.phase == Phase::Live
    }
}

impl Engine {
    // ---- phases ----

    /// A session has been established on the link.
    pub(super) fn start_sync(&mut self, reply: &LoginReply) {
        let Some(user) = &mut self.user else { return };
        let sync = &mut user.sync;
        sync.head = reply.head;
        sync.acked = user.cursor;
        sync.failures = 0;
        if !std::mem::replace(&mut sync.rethrown, true) {
            let owed = user.store.unthrown(user.thrown);
            if let Some(owed) = self.guard(owed)
                && let Some(user) = &mut self.user
            {
                user.throws = owed;
            }
        }
        self.resolve_leftover_sends();
        self.begin_sync(reply.reset);
    }

    fn begin_sync(&mut self, reset: bool) {
        let Some(user) = &mut self.user else { return };
        user.sync.retry_at = None;
        if !std::mem::replace(&mut user.sync.announced, true) {
            self.event(EventKind::Conversations {
                event: 3,
                json: String::new(),
            });
        }
        if reset {
            self.take_snapshot();
        } else {
            self.advance();
        }
    }

    fn take_snapshot(&mut self) {
        let Some(user) = &mut self.user else { return };
        user.sync.phase = Phase::Snapshot;
        user.sync.catch_up.clear();
        self.request(
            request::Body::Snapshot(SnapshotRequest {}),
            Policy::Sync,
            |engine, result| match result {
                Ok(Some(response::Body::Snapshot(snapshot))) => {
                    let applied = engine.apply_snapshot(snapshot);
                    engine.guard(applied);
                    engine.catch_up();
                }
                Ok(_) => engine.sync_failed(&Refusal::new(code::PARSE_RESPONSE_FAILED, "not a snapshot")),
                Err(refusal) => engine.sync_failed(&refusal),
            },
        );
    }

    fn apply_snapshot(&mut self, snapshot: SnapshotReply) -> Result<(), StoreError> {
        let Some(user) = &mut self.user else { return Ok(()) };
        // What changed in messages that are here was in the part of the log that is passed over.
        user.store.forget_ranges()?;
        user.sync.snapshot = Some((snapshot.cursor, snapshot.epoch));
        user.sync.head = user.sync.head.max(snapshot.cursor);
        for state in snapshot.conversations {
            user.apply_state(&state)?;
        }
        let setting = snapshot.do_not_disturb.unwrap_or_default();
        self.apply_snapshot_options(&snapshot.receive_options, &setting)
    }

    /// Fetches the unread messages of the next conversation that has some; then goes on with the log.
    fn catch_up(&mut self) {
        let Some(user) = &mut self.user else { return };
        let Some(next) = user.sync.catch_up.front() else {
            if let Some((cursor, epoch)) = user.sync.snapshot.take() {
                let done = user.finish_snapshot(cursor, epoch);
                self.guard(done);
            }
            return self.advance();
        };
        user.sync.phase = Phase::CatchUp;
        let limit = user.limits.c2c_unread_per_conversation.max(1) as usize;
        let left = limit.saturating_sub(next.found.len());
        let body = HistoryRequest {
            conversation: Some(next.key.to_wire()),
            from_seq: next.next,
            from_time_ms: 0,
            newer: false,
            count: u32::try_from(left)
                .unwrap_or(100)
                .min(user.limits.history_page.max(1)),
            until_seq: next.read_seq + 1,
        };
        self.request(
            request::Body::History(body),
            Policy::Sync,
            move |engine, result| match result {
                Ok(Some(response::Body::History(page))) => {
                    let Some(user) = &mut engine.user else { return };
                    let Some(current) = user.sync.catch_up.front_mut() else {
                        return;
                    };
                    let id = user.id.clone();
                    let wires = page
                        .messages
                        .into_iter()
                        .filter_map(|m| ChatMessage::decode(m).ok());
                    current
                        .found
                        .extend(wires.filter_map(|m| Message::from_wire(&id, m)));
                    if page.low_seq > 0 {
                        current.low = page.low_seq;
                    }
                    let complete = page.finished
                        || page.low_seq == 0
                        || page.low_seq <= current.read_seq + 1
                        || current.found.len() >= limit;
                    if complete {
                        if let Some(done) = user.sync.catch_up.pop_front() {
                            let stored = user.store_catch_up(done);
                            engine.guard(stored);
                        }
                    } else {
                        current.next = page.low_seq - 1;
                    }
                    engine.catch_up();
                }
                Ok(_) => engine.sync_failed(&Refusal::new(code::PARSE_RESPONSE_FAILED, "not a history page")),
                Err(refusal) => engine.sync_failed(&refusal),
            },
        );
    }

    /// Goes on with the log: pulls what is beyond the cursor, or is live.
    fn advance(&mut self) {
        self.drain();
        let Some(user) = &mut self.user else { return };
        if user.cursor < user.sync.head {
            return self.pull();
        }
        user.sync.phase = Phase::Live;
        user.sync.failures = 0;
        user.sync.gap_deadline = None;
        if std::mem::take(&mut user.sync.announced) {
            self.event_after_conversations(EventKind::Conversations {
                event: 4,
                json: String::new(),
            });
        }
    }

    fn pull(&mut self) {
        let Some(user) = &mut self.user else { return };
        user.sync.phase = Phase::Pulling;
        user.sync.gap_deadline = None;
        let after = user.cursor;
        let body = PullRequest { after, limit: 500 };
        self.request(
            request::Body::Pull(body),
            Policy::Sync,
            move |engine, result| match result {
                Ok(Some(response::Body::Pull(reply))) => engine.on_pulled(after, reply),
                Ok(_) => engine.sync_failed(&Refusal::new(code::PARSE_RESPONSE_FAILED, "not log entries")),
                Err(refusal) => engine.sync_failed(&refusal),
            },
        );
    }

    fn on_pulled(&mut self, after: u64, reply: PullReply) {
        let Some(user) = &mut self.user else { return };
        if user.sync.phase != Phase::Pulling {
            return;
        }
        if reply.reset {
            return self.begin_sync(true);
        }
        let entries = reply.entries.len() as u64;
        let at_ms = self.now.wall_ms;
        user.sync.last_repair = Some(Repair {
            at_ms,
            from: after + 1,
            entries,
        });
        user.sync.head = user.sync.head.max(reply.head);
        let before = user.cursor;
        user.hold(reply.entries);
        self.drain();
        let Some(user) = &mut self.user else { return };
        if user.cursor == before && user.cursor < user.sync.head {
            // Nothing usable came though there is more: asking again at once would be a loop.
            return self.sync_failed(&Refusal::new(
                code::PARSE_RESPONSE_FAILED,
                "the log does not go on",
            ));
        }
        self.advance();
    }

    fn sync_failed(&mut self, refusal: &Refusal) {
        let wait_for = self.rng.next();
        let Some(user) = &mut self.user else { return };
        let sync = &mut user.sync;
        if sync.phase == Phase::Off {
            return;
        }
        sync.failures += 1;
        let ceiling = 1000u64 << sync.failures.min(5);
        sync.retry_at = Some(self.now.mono_ms + 200 + wait_for % ceiling);
        let announced = std::mem::take(&mut sync.announced);
        self.log(5, "sync", format!("synchronisation failed: {refusal}"));
        if announced {
            self.event_after_conversations(EventKind::Conversations {
                event: 5,
                json: String::new(),
            });
        }
    }

    pub(super) fn sync_on_link_down(&mut self) {
        let Some(user) = &mut self.user else { return };
        let sync = &mut user.sync;
        let announced = std::mem::take(&mut sync.announced);
        sync.phase = Phase::Off;
        sync.ahead.clear();
        sync.catch_up.clear();
        sync.snapshot = None;
        (sync.gap_deadline, sync.ack_deadline, sync.retry_at) = (None, None, None);
        if announced {
            self.event_after_conversations(EventKind::Conversations {
                event: 5,
                json: String::new(),
            });
        }
    }

    pub(super) fn sync_on_session_end(&mut self) {
        self.sync_on_link_down();
        if let Some(user) = &mut self.user {
            user.sync.rethrown = false;
            user.told_total = None;
            user.throws.clear();
        }
    }

    pub(super) fn sync_on_time(&mut self) {
        let now = self.now.mono_ms;
        let Some(user) = &mut self.user else { return };
        if user.sync.deadline().is_none_or(|d| d > now) {
            return;
        }
        let due = |deadline: &mut Option<u64>| deadline.take_if(|d| *d <= now).is_some();
        let gap = due(&mut user.sync.gap_deadline);
        let retry = due(&mut user.sync.retry_at);
        if due(&mut user.sync.ack_deadline) {
            self.send_ack();
        }
        if retry {
            let reset = self
                .user
                .as_ref()
                .is_some_and(|u| matches!(u.sync.phase, Phase::Snapshot | Phase::CatchUp) || u.epoch == 0);
            self.begin_sync(reset);
        } else if gap && self.user.as_ref().is_some_and(|u| u.sync.is_live()) {
            self.pull();
        }
        if self
            .user
            .as_mut()
            .is_some_and(|u| due(&mut u.sync.waiter_deadline))
        {
            // Saying success now would promise what no query shows yet (P7).
            self.end_log_waiters(
                code::WAIT_ACK_TIMEOUT,
                "the server has done it, this device has not seen it in time",
            );
        }
    }

    /// A heartbeat named the log's newest number.
    pub(super) fn sync_on_head(&mut self, head: u64) {
        if self.session_established() {
            // Those whose fate could not be learnt when it was asked last.
            self.resolve_leftover_sends();
        }
        let Some(user) = &mut self.user else { return };
        user.sync.head = user.sync.head.max(head);
        if user.sync.is_live() && user.cursor < user.sync.head {
            self.pull();
        }
    }

    pub(super) fn synced_cursor(&self) -> u64 {
        self.user
            .as_ref()
            .filter(|_| self.session_established())
            .map_or(0, |u| u.cursor)
    }

    // ---- entries ----

    pub(super) fn on_push(&mut self, push: Push) {
        if !self.session_established() {
            return;
        }
        let Some(user) = &mut self.user else { return };
        user.sync.head = user.sync.head.max(push.head);
        if !matches!(user.sync.phase, Phase::Pulling | Phase::Live) {
            return;
        }
        let only_a_hint = push.entries.is_empty();
        user.hold(push.entries);
        self.drain();
        let now = self.now.mono_ms;
        let Some(user) = &mut self.user else { return };
        if !user.sync.is_live() {
            return;
        }
        if user.cursor >= user.sync.head {
            user.sync.gap_deadline = None;
        } else if only_a_hint {
            self.pull();
        } else {
            user.sync.gap_deadline.get_or_insert(now + GAP_MS);
        }
    }

    /// The answer to an own send: its entry in the log is done.
    pub(super) fn note_own_entry(&mut self, log_seq: u64) {
        let now = self.now.mono_ms;
        let Some(user) = &mut self.user else { return };
        if log_seq == 0 || log_seq <= user.cursor {
            return;
        }
        user.sync.head = user.sync.head.max(log_seq);
        user.sync.ahead.insert(log_seq, Ahead::Own);
        if matches!(user.sync.phase, Phase::Pulling | Phase::Live) {
            self.drain();
        }
        let Some(user) = &mut self.user else { return };
        if user.cursor >= user.sync.head {
            user.sync.gap_deadline = None;
        } else if user.sync.is_live() {
            user.sync.gap_deadline.get_or_insert(now + GAP_MS);
        }
    }

    /// Applies what is next, for as long as it is there.
    fn drain(&mut self) {
        loop {
            let Some(user) = &mut self.user else { return };
            let next = user.cursor + 1;
            while user.sync.ahead.first_key_value().is_some_and(|(&n, _)| n < next) {
                user.sync.ahead.pop_first();
            }
            let Some(ahead) = user.sync.ahead.remove(&next) else {
                break;
            };
            let applied = match ahead {
                Ahead::Own => Ok(()),
                Ahead::Entry(entry) => self.apply(entry),
            };
            let Some(user) = &mut self.user else { return };
            let moved = applied.and_then(|()| user.set_cursor(next));
            if self.guard(moved).is_none() {
                return;
            }
            self.release_waiters(next);
        }
        let now = self.now.mono_ms;
        let Some(user) = &mut self.user else { return };
        if user.cursor > user.sync.acked {
            user.sync.ack_deadline.get_or_insert(now + ACK_MS);
        }
    }

    fn apply(&mut self, entry: LogEntry) -> Result<(), StoreError> {
        match entry.change {
            Some(log_entry::Change::Message(bytes)) => self.apply_message(entry.seq, bytes),
            Some(log_entry::Change::Read(mark)) => self.apply_read_mark(&mark),
            Some(log_entry::Change::PeerRead(read)) => self.apply_peer_read(&read),
            Some(log_entry::Change::Recall(note)) => match &mut self.user {
                Some(user) => user.apply_recall(note),
                None => Ok(()),
            },
            Some(log_entry::Change::Modified(bytes)) => match &mut self.user {
                Some(user) => user.apply_modified(bytes),
                None => Ok(()),
            },
            Some(log_entry::Change::Receipts(note)) => self.apply_receipts(&note),
            Some(log_entry::Change::ReceiptsSent(note)) => self.apply_receipts_sent(&note),
            Some(log_entry::Change::ReceiveOption(option)) => match &mut self.user {
                Some(user) => user.apply_receive_option(&option),
                None => Ok(()),
            },
            Some(log_entry::Change::DoNotDisturb(setting)) => self.apply_do_not_disturb(&setting),
            // About a message that this user has deleted, or of a kind that a newer server knows: passed over, so
            // that the rest still arrives.
            None => Ok(()),
        }
    }

    fn apply_message(&mut self, log_seq: u64, bytes: Bytes) -> Result<(), StoreError> {
        let Some(user) = &mut self.user else { return Ok(()) };
        let wire = ChatMessage::decode(bytes).ok();
        let Some(message) = wire.and_then(|wire| user.message_from_wire(wire)) else {
            self.log(
                6,
                "sync",
                format!("log entry {log_seq} holds no readable message"),
            );
            return Ok(());
        };
        let known = user.receive(message)?;
        if let Some(msg_id) = known {
            // An own send whose answer has not come yet, or came as a failure, is on the server after all.
            self.shared.forget_failed_send(&msg_id);
        }
        Ok(())
    }

    fn apply_read_mark(&mut self, mark: &ReadMark) -> Result<(), StoreError> {
        let (Some(user), Some(conversation)) = (&mut self.user, &mark.conversation) else {
            return Ok(());
        };
        let Some(kind) = ConvType::from_number(conversation.r#type) else {
            return Ok(());
        };
        let conv = user.change(&ConvKey {
            kind,
            id: conversation.id.clone(),
        })?;
        if mark.read_seq >= conv.read_seq {
            conv.read_seq = mark.read_seq;
            conv.read_time_ms = mark.read_time_ms;
        }
        // What was kept from this user by the receive option is in no entry of its own.
        conv.last_seq = conv.last_seq.max(mark.read_seq);
        conv.unread = mark.unread;
        Ok(())
    }

    fn apply_peer_read(&mut self, read: &PeerRead) -> Result<(), StoreError> {
        let Some(user) = &mut self.user else { return Ok(()) };
        let conv = user.change(&ConvKey::c2c(&read.peer))?;
        if read.read_seq <= conv.peer_read_seq {
            return Ok(());
        }
        conv.peer_read_seq = read.read_seq;
        conv.peer_read_time_ms = read.read_time_ms;
        // The receipt of a conversation, not of one message: its message id is empty (RR-19).
        let receipt = serde_json::json!([{
            "msg_receipt_conv_id": read.peer,
            "msg_receipt_conv_type": 1,
            "msg_receipt_is_peer_read": true,
            "msg_receipt_msg_id": "",
            "msg_receipt_read_count": 0,
            "msg_receipt_time_stamp": read.read_time_ms / 1000,
            "msg_receipt_unread_count": 0,
        }]);
        self.event(EventKind::ReadReceipts {
            json: receipt.to_string(),
        });
        Ok(())
    }

    /// What is in no log.
    pub(super) fn on_online_push(&mut self, push: OnlinePush) {
        if !self.session_established() {
            return;
        }
        match push.kind {
            Some(online_push::Kind::Message(bytes)) => self.on_online_message(bytes),
            Some(online_push::Kind::Extensions(change)) => {
                let applied = self.on_extensions(&change);
                self.guard(applied);
            }
            Some(online_push::Kind::Reactions(change)) => {
                let applied = self.on_reactions(change);
                self.guard(applied);
            }
            // Of a kind that a newer server knows.
            None => {}
        }
    }

    /// An online-only message: thrown, stored nowhere.
    fn on_online_message(&mut self, bytes: Bytes) {
        let Some(user) = &mut self.user else { return };
        let wire = ChatMessage::decode(bytes).ok();
        if let Some(message) = wire.and_then(|wire| user.message_from_wire(wire)) {
            user.throws.push(message);
        }
    }
}
