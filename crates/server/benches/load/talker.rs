//! A user that sends, is pushed to, acknowledges, and pulls when it is told that it fell behind.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use futures_util::{SinkExt as _, StreamExt as _};
use prost::Message as _;
use timbre_protocol::frame::{self, Kind};
use timbre_protocol::log_entry::Change;
use timbre_protocol::{
    Body, ChatMessage, Conversation, Element, LogEntry, PullRequest, PushAck, Response, SendRequest,
    TextElement, element, request, response,
};
use tokio::sync::watch;
use tokio_tungstenite::tungstenite::Message;

use super::link::{Socket, user_id};

/// Bytes of a text.
const TEXT: usize = 300;
/// Pushed entries after which a user acknowledges.
const ACK_ENTRIES: u64 = 64;
/// Request ids of pulls: above those of all sends.
const PULL: u64 = 1 << 40;

/// When a user sends.
#[derive(Clone, Copy)]
pub enum Pace {
    /// So many sends are under way at any time.
    Window(usize),
    /// One send each so often, whether the earlier ones are answered or not.
    Every(Duration),
}

/// What all users of a run have in common.
pub struct Run {
    /// How many there are.
    pub users: usize,
    /// To how many others each sends in turn.
    pub friends: usize,
    /// When they send.
    pub pace: Pace,
    /// Times are counted from here.
    pub start: Instant,
    /// No send begins after this.
    pub end: Instant,
    /// Peers answer with the packets they were sent, and push nothing.
    pub echo: bool,
    /// So far.
    pub totals: Totals,
}

/// Counts of a run.
#[derive(Default)]
pub struct Totals {
    /// Sends written to a socket.
    pub sent: AtomicU64,
    /// Sends answered with success.
    pub answered: AtomicU64,
    /// Users who will not send any more.
    pub finished: AtomicU64,
    /// Messages of others received, each counted every time.
    pub received: AtomicU64,
    /// Sum of a digest of every message sent.
    pub sent_digest: AtomicU64,
    /// The same of every message received.
    pub received_digest: AtomicU64,
}

/// One user.
pub struct Talker {
    run: Arc<Run>,
    number: usize,
    body: Bytes,
    /// Sends made by this user in all runs.
    next: u32,
    open: usize,
    /// When each send under way was written, by `next`.
    written: std::collections::VecDeque<(u32, Instant)>,
    /// The log is applied up to here.
    cursor: u64,
    acked: u64,
    /// The server has stopped pushing; the log is to be pulled up to this number.
    behind: Option<u64>,
    due: Instant,
    finished: bool,
    /// Microseconds from write to answer.
    pub answers: Vec<u32>,
    /// Microseconds from write to push at the receiver.
    pub deliveries: Vec<u32>,
}

impl Talker {
    /// User `number` of `run`, who has made `next` sends and applied the log up to `cursor` before.
    pub fn new(run: Arc<Run>, number: usize, next: u32, cursor: u64) -> Self {
        let text = TextElement {
            content: "x".repeat(TEXT),
        };
        let body = Body {
            elements: vec![Element {
                kind: Some(element::Kind::Text(text)),
            }],
            ..Body::default()
        };
        let part = number as f64 / run.users as f64;
        let due = match run.pace {
            Pace::Window(_) => run.start,
            Pace::Every(period) => run.start + period.mul_f64(part),
        };
        Self {
            run,
            number,
            body: body.encode_to_vec().into(),
            next,
            open: 0,
            written: std::collections::VecDeque::new(),
            cursor,
            acked: cursor,
            behind: None,
            due,
            finished: false,
            answers: Vec::new(),
            deliveries: Vec::new(),
        }
    }

    /// Talks until `stop` is set. Answers what the next run goes on with.
    pub async fn talk(&mut self, socket: &mut Socket, mut stop: watch::Receiver<bool>) -> (u32, u64) {
        let mut stopped = std::pin::pin!(async move { drop(stop.wait_for(|on| *on).await) });
        loop {
            let mut packet = BytesMut::new();
            self.acknowledge(&mut packet);
            self.send(&mut packet);
            if !packet.is_empty() {
                socket.send(Message::Binary(packet.freeze())).await.unwrap();
            }
            let wake = self.due.min(self.run.end);
            let waits = matches!(self.run.pace, Pace::Every(_)) && !self.finished;
            tokio::select! {
                message = socket.next() => {
                    if let Message::Binary(bytes) = message.unwrap().unwrap() {
                        let mut reply = BytesMut::new();
                        for frame in frame::decode(bytes).unwrap().frames {
                            self.hear(frame.kind, &mut reply);
                        }
                        if !reply.is_empty() {
                            socket.send(Message::Binary(reply.freeze())).await.unwrap();
                        }
                    }
                }
                () = tokio::time::sleep_until(wake.into()), if waits => {}
                () = &mut stopped => return (self.next, self.cursor),
            }
        }
    }

    fn acknowledge(&mut self, packet: &mut BytesMut) {
        if self.behind.is_none() && self.cursor >= self.acked + ACK_ENTRIES {
            self.acked = self.cursor;
            let ack = Kind::PushAck(PushAck { cursor: self.cursor });
            frame::encode_into(&frame::single(ack), packet);
        }
    }

    /// Appends the sends that are due.
    fn send(&mut self, packet: &mut BytesMut) {
        let now = Instant::now();
        if now >= self.run.end && !self.finished {
            self.finished = true;
            add(&self.run.totals.finished, 1);
        }
        let count = match self.run.pace {
            Pace::Window(_) if now >= self.run.end => 0,
            // A new lot once half of the last one is answered.
            Pace::Window(window) if self.open <= window / 2 => window - self.open,
            Pace::Window(_) => 0,
            Pace::Every(period) => {
                let mut count = 0;
                while self.due <= now && self.due < self.run.end && !self.finished {
                    self.due += period;
                    count += 1;
                }
                count
            }
        };
        for _ in 0..count {
            self.next += 1;
            self.open += 1;
            self.written.push_back((self.next, now));
            let peer = peer(self.number, self.next as usize, self.run.friends, self.run.users);
            let random = (self.number as u32) << 20 | self.next;
            let send = SendRequest {
                conversation: Some(Conversation::c2c(user_id(peer))),
                client_time: self.micros(),
                random,
                client_seq: self.next,
                body: self.body.clone(),
                ..SendRequest::default()
            };
            let request = frame::request(u64::from(self.next), request::Body::Send(send));
            frame::encode_into(&frame::single(request), packet);
            add(&self.run.totals.sent, 1);
            add(&self.run.totals.sent_digest, digest(random));
        }
    }

    fn hear(&mut self, kind: Option<Kind>, reply: &mut BytesMut) {
        match kind {
            Some(Kind::Response(response)) => self.on_response(response, reply),
            Some(Kind::Push(push)) => {
                if push.entries.is_empty() || self.behind.is_some() {
                    let pulls = self.behind.is_some();
                    self.behind = self.behind.max(Some(push.head));
                    if !pulls {
                        self.pull(reply);
                    }
                } else {
                    self.apply(push.entries);
                }
            }
            // An echo.
            Some(Kind::Request(request)) => self.answered(request.id),
            _ => {}
        }
    }

    fn on_response(&mut self, response: Response, reply: &mut BytesMut) {
        assert_eq!(response.code, 0, "{}", response.text);
        match response.body {
            Some(response::Body::Pull(page)) => {
                assert!(!page.reset, "the log reaches back to where the user stands");
                self.apply(page.entries);
                if self.behind.is_some_and(|head| self.cursor < head) {
                    self.pull(reply);
                } else {
                    self.behind = None;
                    self.acked = self.cursor;
                    let ack = Kind::PushAck(PushAck { cursor: self.cursor });
                    frame::encode_into(&frame::single(ack), reply);
                }
            }
            _ => self.answered(response.id),
        }
    }

    fn answered(&mut self, id: u64) {
        self.open -= 1;
        add(&self.run.totals.answered, 1);
        // Answers come in the order of the sends: one user's writes are queued and committed in order.
        while let Some((next, written)) = self.written.pop_front() {
            if u64::from(next) == id {
                self.answers.push(written.elapsed().as_micros() as u32);
                break;
            }
        }
    }

    fn pull(&self, reply: &mut BytesMut) {
        let pull = PullRequest {
            after: self.cursor,
            limit: 0,
        };
        let request = frame::request(PULL + self.cursor, request::Body::Pull(pull));
        frame::encode_into(&frame::single(request), reply);
    }

    fn apply(&mut self, entries: Vec<LogEntry>) {
        let now = self.micros();
        for entry in entries {
            assert!(
                entry.seq > self.cursor,
                "entry {} after {}",
                entry.seq,
                self.cursor
            );
            self.cursor = entry.seq;
            let Some(Change::Message(message)) = entry.change else {
                continue;
            };
            let message = ChatMessage::decode(message).unwrap();
            if message.random >> 20 != self.number as u32 {
                add(&self.run.totals.received, 1);
                add(&self.run.totals.received_digest, digest(message.random));
                self.deliveries.push(now.saturating_sub(message.client_time));
            }
        }
    }

    fn micros(&self) -> u32 {
        self.run.start.elapsed().as_micros() as u32
    }
}

/// Whom `user` of `users` sends its message number `next` to, of `friends` spread evenly over all.
pub fn peer(user: usize, next: usize, friends: usize, users: usize) -> usize {
    let step = (users - 1) / friends;
    (user + 1 + next % friends * step) % users
}

fn add(total: &AtomicU64, number: u64) {
    total.fetch_add(number, Ordering::Release);
}

/// Spreads the bits of a message's number, so that a lost one and a doubled one do not make up for each other.
fn digest(number: u32) -> u64 {
    let mut x = u64::from(number).wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
