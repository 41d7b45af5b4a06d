//! The end of a batch, and the completions that wait for the log.

use timbre_protocol::PushAck;
use timbre_protocol::frame::Kind;

use super::sync::GAP_MS;
use super::{Done, Engine, EventKind, Output};
use crate::model::conversations::Conversation;
use crate::model::error::Outcome;
use crate::model::messages::{ReadState, message_array};
use crate::store::StoreError;

/// An acknowledgement is sent after this many entries.
const ACK_ENTRIES: u64 = 32;
/// Messages in one receive callback.
const THROW_BATCH: usize = 100;
/// A completion waits this long for the log to show its effect.
const WAITER_MS: u64 = 15_000;

impl Engine {
    /// Ends an operation once the log is applied up to `log_seq`, so that every query shows its effect (P7).
    pub(super) fn complete_at(&mut self, log_seq: u64, done: Done, outcome: Outcome) {
        let now = self.now.mono_ms;
        match &mut self.user {
            Some(user) if user.cursor < log_seq => {
                user.log_waiters.entry(log_seq).or_default().push((done, outcome));
                user.sync.head = user.sync.head.max(log_seq);
                user.sync.waiter_deadline.get_or_insert(now + WAITER_MS);
                if user.sync.is_live() {
                    user.sync.gap_deadline.get_or_insert(now + GAP_MS);
                }
            }
            _ => self.complete(done, outcome),
        }
    }

    pub(super) fn release_waiters(&mut self, upto: u64) {
        let Some(user) = &mut self.user else { return };
        while let Some(first) = user.log_waiters.first_entry() {
            if *first.key() > upto {
                break;
            }
            let waiting = first.remove();
            self.out.extend(
                waiting
                    .into_iter()
                    .map(|(done, outcome)| Output::Complete(done, outcome)),
            );
        }
        if user.log_waiters.is_empty() {
            user.sync.waiter_deadline = None;
        }
    }

    /// Ends what waits for the log.
    pub(super) fn end_log_waiters(&mut self, code: i32, text: &'static str) {
        let Some(user) = &mut self.user else { return };
        let waiters = std::mem::take(&mut user.log_waiters);
        user.sync.waiter_deadline = None;
        for (done, _) in waiters.into_values().flatten() {
            self.complete(done, Outcome::fail(code, text, ""));
        }
    }

    /// Ends what waits for the log or for the reader.
    pub(super) fn end_waiting(&mut self, code: i32, text: &'static str) {
        self.end_log_waiters(code, text);
        let Some(user) = &mut self.user else { return };
        let reads = std::mem::take(&mut user.reads);
        for reading in reads.into_values() {
            self.complete(reading.done, Outcome::fail(code, text, "[]"));
        }
    }

    /// Turns the messages received in this batch into receive callbacks: consecutive ones of one conversation
    /// together, in order.
    pub(super) fn flush_throws(&mut self) -> Result<(), StoreError> {
        if let Some(error) = self.fault.take() {
            return Err(error);
        }
        let Some(user) = &mut self.user else { return Ok(()) };
        for (row, (low, high)) in std::mem::take(&mut user.sync.covering) {
            user.store.cover(row, low, high)?;
        }
        self.flush_recalls();
        let Some(user) = &mut self.user else { return Ok(()) };
        let throws = std::mem::take(&mut user.throws);
        let mut events = Vec::new();
        for run in throws.chunk_by(|a, b| a.conv == b.conv) {
            let state = match run.first() {
                Some(first) => user
                    .conversation(&first.conv)?
                    .map_or_else(ReadState::default, Conversation::read_state),
                None => continue,
            };
            for part in run.chunks(THROW_BATCH) {
                let row = part.iter().map(|m| m.row).max().unwrap_or(0);
                events.push(EventKind::NewMessages {
                    json: message_array(part, |_| state),
                    row,
                });
            }
        }
        for event in events {
            self.event(event);
        }
        self.flush_updates()
    }

    /// Acknowledges what is applied, every so many entries.
    pub(super) fn flush_ack(&mut self) {
        if self
            .user
            .as_ref()
            .is_some_and(|u| u.cursor >= u.sync.acked + ACK_ENTRIES)
        {
            self.send_ack();
        }
    }

    pub(super) fn send_ack(&mut self) {
        if !self.session_established() {
            return;
        }
        let Some(user) = &mut self.user else { return };
        user.sync.acked = user.cursor;
        user.sync.ack_deadline = None;
        let cursor = user.cursor;
        self.transmit(Kind::PushAck(PushAck { cursor }));
    }

    /// Notes a failure of the store; the batch is undone at its end.
    pub(super) fn guard<T>(&mut self, result: Result<T, StoreError>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.fault.get_or_insert(error);
                None
            }
        }
    }
}
