//! Requests to the server and what happens with their answers.
//!
//! A request is kept with a continuation until it is answered, refused or out of time. It waits for a link on
//! which the session is established, is sent in the order of the calls, and is sent again with the same
//! content (and so the same idempotency key) on a new link or after a time-out, as its [`Policy`] allows.
//! Dropping the engine drops continuations; what must survive is in the store (a message being sent has
//! status 1 there).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use bytes::Bytes;
use timbre_protocol::frame::{self, Kind};
use timbre_protocol::{Response, request, response};

use super::{Engine, Output};
use crate::model::error::{Refusal, code};

/// The most requests that may be outstanding (9507 beyond).
pub(super) const MAX_IN_FLIGHT: usize = 1000;
/// The largest request in bytes (9522 beyond).
const MAX_REQUEST_BYTES: usize = 1_000_000;
/// The most bytes of requests handed to the link in one WebSocket message.
const MAX_BATCH_BYTES: usize = 256 * 1024;

type Continuation = Box<dyn FnOnce(&mut Engine, Result<Option<response::Body>, Refusal>) + Send>;

/// How long a request may wait for a link, for an answer, and how often it is tried (spec 01 section 3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Policy {
    /// Sent before a session exists: login, sign-off. One attempt on the present link.
    Login,
    /// The session's retry count and per-attempt time-out; waits 15 s for a link.
    Send,
    /// An online-only message: no further attempt.
    SendOnce,
    /// Reads: 5 s for a link, 10 s for an answer.
    Read,
    /// Writes: 15 s for a link, 15 s for the answer.
    Write,
    /// What the server asks somebody else for: 5 s for a link, so many milliseconds and 5 s for the answer.
    Patient(u32),
    /// Synchronisation: lost with its link, because the next one starts anew.
    Sync,
}

struct Pending {
    body: request::Body,
    /// Idempotency key; empty for what is idempotent by nature.
    key: Bytes,
    policy: Policy,
    /// On which link it was sent.
    sent: Option<u64>,
    attempts: u32,
    /// When it is given up, or the present attempt is.
    deadline: u64,
    sent_at: u64,
    continuation: Continuation,
}

/// The requests under way.
#[derive(Default)]
pub(super) struct Requests {
    last_id: u64,
    pending: BTreeMap<u64, Pending>,
    /// Those that wait to be handed to the link.
    unsent: BTreeSet<u64>,
    /// No deadline is earlier than this; it may be too early, never too late.
    earliest: Option<u64>,
}

impl fmt::Debug for Requests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Requests")
            .field("pending", &self.pending.len())
            .finish()
    }
}

impl Requests {
    /// When to look again. May be early, never late: keeping the exact minimum would cost a walk per call.
    pub(super) fn deadline(&self) -> Option<u64> {
        self.earliest
    }

    fn note_deadline(&mut self, deadline: u64) {
        self.earliest = Some(self.earliest.map_or(deadline, |e| e.min(deadline)));
    }

    fn remove(&mut self, id: u64) -> Option<Pending> {
        self.unsent.remove(&id);
        let pending = self.pending.remove(&id);
        if self.pending.is_empty() {
            self.earliest = None;
        }
        pending
    }

    pub(super) fn in_flight(&self) -> usize {
        self.pending.len()
    }
}

impl Engine {
    /// Sends `body` under `policy`; `continuation` gets the answer, or why there is none.
    pub(super) fn request(
        &mut self,
        body: request::Body,
        policy: Policy,
        continuation: impl FnOnce(&mut Self, Result<Option<response::Body>, Refusal>) + Send + 'static,
    ) -> u64 {
        self.request_with(body, Bytes::new(), policy, Box::new(continuation))
    }

    /// The same for a request that must not take effect twice: it carries a key.
    pub(super) fn request_once(
        &mut self,
        body: request::Body,
        policy: Policy,
        continuation: impl FnOnce(&mut Self, Result<Option<response::Body>, Refusal>) + Send + 'static,
    ) -> u64 {
        let key: Vec<u8> = [self.rng.next(), self.rng.next()]
            .iter()
            .flat_map(|half| half.to_le_bytes())
            .collect();
        self.request_with(body, key.into(), policy, Box::new(continuation))
    }

    fn request_with(
        &mut self,
        body: request::Body,
        key: Bytes,
        policy: Policy,
        continuation: Continuation,
    ) -> u64 {
        let wait = match policy {
            Policy::Login | Policy::Send | Policy::SendOnce | Policy::Write | Policy::Sync => 15_000,
            Policy::Read | Policy::Patient(_) => 5_000,
        };
        self.requests.last_id += 1;
        let id = self.requests.last_id;
        self.requests.unsent.insert(id);
        self.requests.note_deadline(self.now.mono_ms + wait);
        self.requests.pending.insert(
            id,
            Pending {
                body,
                key,
                policy,
                sent: None,
                attempts: 0,
                deadline: self.now.mono_ms + wait,
                sent_at: 0,
                continuation,
            },
        );
        id
    }

    /// Takes a request back; its continuation never runs.
    pub(super) fn forget_request(&mut self, id: u64) {
        self.requests.remove(id);
    }

    /// Nobody wants the answer any more. One that has left is waited for all the same: when nothing at all comes, the
    /// link is dead, and whoever takes back each request before its time must not hide that.
    pub(super) fn disown_request(&mut self, id: u64) {
        match self.requests.pending.get_mut(&id) {
            Some(pending) if pending.sent.is_some() => pending.continuation = Box::new(|_, _| {}),
            _ => self.forget_request(id),
        }
    }

    /// Ends a request with `refusal`, unless any attempt of it was handed to a link already; false then, and for one
    /// that is not there.
    pub(super) fn cancel_request(&mut self, id: u64, refusal: Refusal) -> bool {
        if self.requests.pending.get(&id).is_none_or(|p| p.attempts > 0) {
            return false;
        }
        let Some(pending) = self.requests.remove(id) else {
            return false;
        };
        (pending.continuation)(self, Err(refusal));
        true
    }

    /// Refuses a call that would be one request too many (9507).
    pub(super) fn room_for_request(&self) -> Result<(), Refusal> {
        if self.requests.in_flight() + self.media.len() < MAX_IN_FLIGHT {
            return Ok(());
        }
        Err(Refusal::new(
            code::REQ_COUNT_LIMIT,
            "more than 1,000 requests are in flight",
        ))
    }

    pub(super) fn on_response(&mut self, response: Response) {
        let Some(pending) = self.requests.remove(response.id) else {
            // The answer to an attempt that was given up.
            return;
        };
        let result = match response.code {
            0 => Ok(response.body),
            code => Err(Refusal::new(code, response.text)),
        };
        (pending.continuation)(self, result);
    }

    /// The link is gone: what was sent on it may have been lost. It waits for the next link, at most 15 s.
    pub(super) fn requests_on_link_down(&mut self) {
        let (now, timeout) = (self.now.mono_ms, self.knobs.packet_timeout_ms);
        let mut lost = Vec::new();
        for (&id, pending) in &mut self.requests.pending {
            // What belongs to this link alone goes with it, even if it was never handed over: the next link
            // begins with a login and a synchronisation of its own.
            let of_this_link = matches!(pending.policy, Policy::Login | Policy::Sync);
            if pending.sent.take().is_none() && !of_this_link {
                continue;
            }
            match pending.policy {
                Policy::Login | Policy::SendOnce | Policy::Sync => lost.push(id),
                Policy::Send => pending.deadline = now + timeout.max(15_000),
                Policy::Read | Policy::Write | Policy::Patient(_) if pending.attempts >= 2 => lost.push(id),
                Policy::Read | Policy::Patient(_) => pending.deadline = pending.deadline.min(now + 5_000),
                Policy::Write => {}
            }
            self.requests.unsent.insert(id);
        }
        self.requests.earliest = self.requests.pending.values().map(|p| p.deadline).min();
        for id in lost {
            self.fail_request(
                id,
                code::NET_DISCONNECT,
                "the connection was lost before the answer",
            );
        }
    }

    /// Hands waiting requests to the link, in the order of the calls. Runs once per batch.
    pub(super) fn flush_requests(&mut self) {
        let Some(link) = self.link.ready().filter(|_| !self.requests.unsent.is_empty()) else {
            return;
        };
        let established = self.session_established();
        let (now, timeout) = (self.now.mono_ms, self.knobs.packet_timeout_ms);
        let mut batch = bytes::BytesMut::new();
        let mut too_large = Vec::new();
        for id in std::mem::take(&mut self.requests.unsent) {
            let Some(pending) = self.requests.pending.get_mut(&id) else {
                continue;
            };
            if pending.policy != Policy::Login && !established {
                self.requests.unsent.insert(id);
                continue;
            }
            let bytes = frame::encode(&frame::single(frame::keyed_request(
                id,
                pending.key.clone(),
                pending.body.clone(),
            )));
            if bytes.len() > MAX_REQUEST_BYTES {
                too_large.push(id);
                continue;
            }
            if !batch.is_empty() && batch.len() + bytes.len() > MAX_BATCH_BYTES {
                self.out.push(Output::Transmit {
                    link,
                    bytes: batch.split().freeze(),
                });
            }
            batch.extend_from_slice(&bytes);
            pending.sent = Some(link);
            pending.attempts += 1;
            pending.sent_at = now;
            pending.deadline = now
                + match pending.policy {
                    Policy::Login | Policy::Send | Policy::SendOnce => timeout,
                    Policy::Read => 10_000,
                    Policy::Write | Policy::Sync => 15_000,
                    Policy::Patient(wait_ms) => u64::from(wait_ms) + 5_000,
                };
            let deadline = pending.deadline;
            self.requests.note_deadline(deadline);
        }
        if !batch.is_empty() {
            self.link.note_sent(now);
            self.out.push(Output::Transmit {
                link,
                bytes: batch.freeze(),
            });
        }
        for id in too_large {
            self.fail_request(id, code::PKG_SIZE_LIMIT, "the request is larger than 1 MB");
        }
    }

    pub(super) fn requests_on_time(&mut self) {
        let now = self.now.mono_ms;
        if self.requests.earliest.is_none_or(|d| d > now) {
            return;
        }
        let due: Vec<u64> = self
            .requests
            .pending
            .iter()
            .filter(|(_, p)| p.deadline <= now)
            .map(|(&id, _)| id)
            .collect();
        let tries = self.knobs.max_retry_count + 1;
        let mut silent_link = None;
        for id in due {
            let Some(pending) = self.requests.pending.get_mut(&id) else {
                continue;
            };
            let Some(link) = pending.sent else {
                self.fail_request(id, code::NET_DISCONNECT, "no connection to the server");
                continue;
            };
            if self.link.last_received() <= pending.sent_at {
                silent_link = Some(link);
            }
            if pending.policy == Policy::Send && pending.attempts < tries {
                pending.sent = None;
                pending.deadline = now + 15_000;
                self.requests.unsent.insert(id);
            } else {
                self.fail_request(id, code::WAIT_ACK_TIMEOUT, "the server did not answer in time");
            }
        }
        self.requests.earliest = self.requests.pending.values().map(|p| p.deadline).min();
        if silent_link.is_some() && silent_link == self.link.ready() {
            // Nothing at all has come since the request left: the link is dead without having said so.
            self.drop_link(code::WAIT_ACK_TIMEOUT, "the server has fallen silent");
        }
    }

    fn fail_request(&mut self, id: u64, code: i32, text: &'static str) {
        if let Some(pending) = self.requests.remove(id) {
            (pending.continuation)(self, Err(Refusal::new(code, text)));
        }
    }

    /// Ends every request; with `keep_login` those of a running login stay.
    pub(super) fn fail_requests(&mut self, keep_login: bool, code: i32, text: &'static str) {
        let ids: Vec<u64> = self
            .requests
            .pending
            .iter()
            .filter(|(_, p)| !(keep_login && p.policy == Policy::Login))
            .map(|(&id, _)| id)
            .collect();
        for id in ids {
            self.fail_request(id, code, text);
        }
        self.end_media(code, text);
    }

    pub(super) fn transmit(&mut self, kind: Kind) {
        if let Some(link) = self.link.socket() {
            let bytes: Bytes = frame::encode(&frame::single(kind));
            self.link.note_sent(self.now.mono_ms);
            self.out.push(Output::Transmit { link, bytes });
        }
    }
}
