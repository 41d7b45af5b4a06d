//! The protocol of one link, as a state machine without I/O.
//!
//! A [`Session`] is fed with [`Session::receive`] (the bytes of one WebSocket message) and emptied with
//! [`Session::poll_output`] (the bytes of the next one to send). It has no socket, timer, task or runtime:
//! - what it waits for (operations of the service, its mailbox) wakes the waker it was last polled with;
//! - what happens with time is in [`Session::deadline_ms`]: whoever drives it calls [`Session::on_time`] then.
//!
//! To run many of them in one thread: build a [`Service`] over `SqliteStorage::manual`, and in each step feed
//! what the network delivers, call `poll_output` with `Waker::noop()` until it is pending, and drive the
//! storage's writer through one of its phases. Dropping a session is losing its link; dropping writer, service
//! and sessions together is the server being killed.
//!
//! Frames take effect in order. A request that changes the session (login, logout, sign-off) holds back what
//! comes after it until it is answered; every other one is started at once, so that writes are queued in the
//! order of their frames, and answered whenever it is done.

use std::collections::VecDeque;
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bytes::{Bytes, BytesMut};
use futures_util::stream::{FuturesUnordered, Stream as _};
use timbre_protocol::frame::{self, Kind};
use timbre_protocol::{
    Frame, Hello, LogEntry, OnlinePush, Pong, Push, Refusal, Request, SignedOut, Welcome, online_push,
    request, response, version,
};

use crate::error::{Refused, code};
use crate::hub::{Delivery, Ending, Mailbox, Taken};
use crate::service::limits::TokenBucket;
use crate::service::{Answer, LoginOperation, Operation, REQUESTS_IN_FLIGHT, Service};

/// Milliseconds within which the first frame must come.
pub const HANDSHAKE_MS: i64 = 10_000;
/// Reads of one session that may be under way: each may hold half a MiB.
const READS_IN_FLIGHT: usize = 4;
/// What the server calls itself.
const SERVER: &str = concat!("timbre-server/", env!("CARGO_PKG_VERSION"));

/// What a link has to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Send this as one binary message.
    Packet(Bytes),
    /// Close the link.
    Close,
}

/// A request that changes the session.
enum Gate {
    Login(u64, LoginOperation),
    Logout(u64, Operation<()>),
    SignOff(u64, Operation<()>),
}

type InFlight = Pin<Box<dyn Future<Output = (u64, bool, Result<Answer, Refused>)> + Send>>;

/// One link.
pub struct Session {
    service: Arc<Service>,
    address: IpAddr,
    origin: Arc<str>,
    greeted: bool,
    login: Option<Arc<Mailbox>>,
    gate: Option<Gate>,
    held: VecDeque<Frame>,
    in_flight: FuturesUnordered<InFlight>,
    reads: usize,
    requests: TokenBucket,
    messages: TokenBucket,
    out: VecDeque<BytesMut>,
    /// Frames in the last packet of `out`.
    last_frames: usize,
    heard_ms: i64,
    /// Nothing is taken in any more.
    closing: bool,
    /// A refusal goes out once everything under way is answered.
    draining: bool,
    /// Close without waiting for what is under way.
    abandoned: bool,
}

impl Session {
    /// A link from `address` that has just been made.
    pub fn new(service: Arc<Service>, address: IpAddr) -> Self {
        let (now_ms, config) = (service.clock().now_ms(), service.config());
        let requests = TokenBucket::new(config.client_rps, config.client_burst, now_ms);
        let messages = TokenBucket::new(config.c2c_msg_per_s, 0, now_ms);
        Self {
            service,
            address,
            origin: Arc::from(""),
            greeted: false,
            login: None,
            gate: None,
            held: VecDeque::new(),
            in_flight: FuturesUnordered::new(),
            reads: 0,
            requests,
            messages,
            out: VecDeque::new(),
            last_frames: 0,
            heard_ms: now_ms,
            closing: false,
            draining: false,
            abandoned: false,
        }
    }

    /// The same link, made to this scheme and host.
    pub fn to_origin(mut self, origin: String) -> Self {
        self.origin = origin.into();
        self
    }

    /// A link that is refused as soon as it is made.
    pub fn refused(service: Arc<Service>, address: IpAddr, code: i32, text: &str) -> Self {
        let mut session = Self::new(service, address);
        session.refuse_link(code, text.to_owned());
        session
    }

    /// Whether another message may be received: the driver leaves what comes in the socket until then.
    pub fn wants_input(&self) -> bool {
        !self.closing && self.held.is_empty() && self.may_start()
    }

    fn may_start(&self) -> bool {
        self.gate.is_none()
            && self.reads < READS_IN_FLIGHT
            && self.in_flight.len() < REQUESTS_IN_FLIGHT as usize
            && !self.closing
    }

    /// One binary message has come.
    pub fn receive(&mut self, bytes: Bytes) {
        if self.closing {
            return;
        }
        self.heard_ms = self.service.clock().now_ms();
        let limit = self.service.config().request_bytes as usize;
        if bytes.len() > limit {
            return self.refuse_link(
                code::PACKET_WRONG,
                format!("packet of {} bytes, the limit is {limit}", bytes.len()),
            );
        }
        match frame::decode(bytes) {
            Ok(packet) => {
                self.held.extend(packet.frames);
                self.start_held();
            }
            Err(error) => self.refuse_link(code::PACKET_WRONG, error.to_string()),
        }
    }

    /// Something has come that is not a binary message.
    pub fn receive_other(&mut self, what: &str) {
        self.refuse_link(
            code::PACKET_WRONG,
            format!("{what}: only binary messages of at most 1 MiB are taken"),
        );
    }

    /// When [`Session::on_time`] has to be called, Unix milliseconds.
    pub fn deadline_ms(&self) -> i64 {
        if self.greeted {
            self.heard_ms
                .saturating_add(i64::from(self.service.config().heartbeat_timeout_s) * 1000)
        } else {
            self.heard_ms.saturating_add(HANDSHAKE_MS)
        }
    }

    /// Closes the link when its deadline has passed.
    pub fn on_time(&mut self) {
        if self.closing || self.service.clock().now_ms() < self.deadline_ms() {
            return;
        }
        if self.greeted {
            self.abandon();
        } else {
            self.refuse_link(code::HANDSHAKE, "no Hello within 10 seconds".into());
        }
    }

    /// The server shuts down: what is under way is answered, then the client is told and the link closed.
    pub fn drain(&mut self) {
        if !self.closing {
            self.closing = true;
            self.draining = true;
            self.held = VecDeque::new();
        }
    }

    /// The session has ended in a way that leaves nothing to be sent; wakes the waker when that comes.
    pub fn is_lost(&self, cx: &Context<'_>) -> bool {
        let ending = self
            .login
            .as_ref()
            .filter(|_| self.gate.is_none())
            .and_then(|l| l.watch(cx.waker()));
        self.abandoned || matches!(ending, Some(Ending::Replaced | Ending::Overflowed))
    }

    /// What is to be done next. Pending: nothing until the waker is woken or something is received.
    pub fn poll_output(&mut self, cx: &mut Context<'_>) -> Poll<Output> {
        loop {
            let gate_opened = self.poll_gate(cx);
            // The mailbox is emptied before the answers are looked at: what it holds was committed after them.
            let taken = match &self.login {
                Some(login) if self.gate.is_none() && !self.abandoned => login.take(cx.waker()),
                _ => Taken::default(),
            };
            self.poll_in_flight(cx);
            self.forward(taken);
            let held = self.held.len();
            self.start_held();
            if !gate_opened && self.held.len() == held {
                break;
            }
        }
        if self.abandoned {
            return Poll::Ready(Output::Close);
        }
        if let Some(packet) = self.out.pop_front() {
            return Poll::Ready(Output::Packet(packet.freeze()));
        }
        if self.closing && self.in_flight.is_empty() && self.gate.is_none() {
            if std::mem::take(&mut self.draining) {
                self.push(Kind::Refusal(refusal(
                    code::OVERLOAD,
                    "the server is shutting down".into(),
                )));
                return self.poll_output(cx);
            }
            return Poll::Ready(Output::Close);
        }
        Poll::Pending
    }

    /// True: a request that changes the session has been answered.
    fn poll_gate(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(mut gate) = self.gate.take() else {
            return false;
        };
        let answer = match &mut gate {
            Gate::Login(id, login) => match login.as_mut().poll(cx) {
                Poll::Pending => None,
                Poll::Ready(Ok((mailbox, reply))) => {
                    self.login = Some(mailbox);
                    Some(frame::reply(*id, Some(response::Body::Login(reply))))
                }
                Poll::Ready(Err(refused)) => Some(frame::refuse(*id, refused.code, refused.text)),
            },
            Gate::Logout(id, operation) | Gate::SignOff(id, operation) => match operation.as_mut().poll(cx) {
                Poll::Pending => None,
                Poll::Ready(Ok(())) => Some(frame::reply(*id, None)),
                Poll::Ready(Err(refused)) => Some(frame::refuse(*id, refused.code, refused.text)),
            },
        };
        match answer {
            Some(answer) => {
                self.push(answer);
                true
            }
            None => {
                self.gate = Some(gate);
                false
            }
        }
    }

    fn poll_in_flight(&mut self, cx: &mut Context<'_>) {
        while let Poll::Ready(Some((id, read, result))) = Pin::new(&mut self.in_flight).poll_next(cx) {
            self.reads -= usize::from(read);
            self.push(answer(id, result));
        }
    }

    /// Turns what was in the mailbox into frames: runs of entries without a gap share one push.
    fn forward(&mut self, taken: Taken) {
        let mut run: Vec<LogEntry> = Vec::new();
        let mut run_bytes = 0;
        for delivery in taken.deliveries {
            match delivery {
                Delivery::Entry(mut entry) => {
                    if let Some(login) = &self.login {
                        self.service
                            .outgoing_entries(login, std::slice::from_mut(&mut entry));
                    }
                    let follows = run.last().is_none_or(|last| last.seq + 1 == entry.seq);
                    if !follows || run_bytes > frame::MAX_PACKET_BYTES / 2 {
                        self.push_entries(std::mem::take(&mut run), taken.head);
                        run_bytes = 0;
                    }
                    run_bytes += prost::Message::encoded_len(&entry);
                    run.push(entry);
                }
                Delivery::Head(head) => {
                    self.push_entries(std::mem::take(&mut run), taken.head);
                    let head = head.max(taken.head);
                    self.push(Kind::Push(Push {
                        prev: head,
                        entries: Vec::new(),
                        head,
                    }));
                }
                Delivery::Online(kind) => {
                    let kind = self.outgoing_online(kind);
                    self.push_entries(std::mem::take(&mut run), taken.head);
                    self.push(Kind::OnlinePush(OnlinePush { kind: Some(kind) }));
                }
            }
        }
        self.push_entries(run, taken.head);
        match taken.ending {
            None => {}
            Some(Ending::SignedOut(reason, text)) => {
                self.login = None;
                self.push(Kind::SignedOut(SignedOut {
                    reason: reason as i32,
                    text,
                }));
            }
            Some(Ending::Closed) => self.login = None,
            Some(Ending::Replaced | Ending::Overflowed) => self.abandon(),
        }
    }

    fn outgoing_online(&self, kind: online_push::Kind) -> online_push::Kind {
        match (kind, &self.login) {
            (online_push::Kind::Message(message), Some(login)) => {
                online_push::Kind::Message(self.service.outgoing(login, &message))
            }
            (kind, _) => kind,
        }
    }

    fn push_entries(&mut self, entries: Vec<LogEntry>, head: u64) {
        if let (Some(first), Some(last)) = (entries.first(), entries.last()) {
            let (prev, head) = (first.seq - 1, head.max(last.seq));
            self.push(Kind::Push(Push { prev, entries, head }));
        }
    }

    fn start_held(&mut self) {
        while self.may_start() {
            let Some(frame) = self.held.pop_front() else {
                // A burst must not leave its memory behind.
                self.held = VecDeque::new();
                return;
            };
            // A frame of a kind that this version does not know is skipped.
            if let Some(kind) = frame.kind {
                self.on_frame(kind);
            }
        }
    }

    fn on_frame(&mut self, kind: Kind) {
        match kind {
            Kind::Hello(hello) if !self.greeted => self.on_hello(&hello),
            _ if !self.greeted => self.refuse_link(code::HANDSHAKE, "the first frame must be Hello".into()),
            Kind::Request(request) => self.on_request(request),
            Kind::PushAck(ack) => {
                if let Some(login) = &self.login {
                    login.acknowledge(ack.cursor);
                }
            }
            Kind::Ping(ping) => {
                let head = self.login.as_ref().map_or(0, |login| {
                    login.acknowledge(ping.cursor);
                    login.head()
                });
                let server_time_ms = self.service.clock().now_ms();
                self.push(Kind::Pong(Pong { server_time_ms, head }));
            }
            Kind::Hello(_) => self.refuse_link(code::HANDSHAKE, "a second Hello".into()),
            _ => self.refuse_link(code::PACKET_WRONG, "a frame that only the server sends".into()),
        }
    }

    fn on_hello(&mut self, hello: &Hello) {
        if self.service.is_draining() {
            return self.refuse_link(code::OVERLOAD, "the server is shutting down".into());
        }
        match version::agree(hello, version::MIN, version::MAX) {
            Ok(version) => {
                self.greeted = true;
                let config = self.service.config();
                let welcome = Welcome {
                    version,
                    server: SERVER.into(),
                    server_time_ms: self.service.clock().now_ms(),
                    max_packet_bytes: config.request_bytes,
                    heartbeat_interval_s: config.heartbeat_interval_s,
                };
                self.push(Kind::Welcome(welcome));
            }
            Err(refusal) => self.close_with(refusal),
        }
    }

    fn on_request(&mut self, request: Request) {
        let id = request.id;
        if let Err(refused) = self.start(request) {
            self.push(frame::refuse(id, refused.code, refused.text));
        }
    }

    fn start(&mut self, request: Request) -> Result<(), Refused> {
        use request::Body;
        let id = request.id;
        if id == 0 {
            return Err(Refused::new(
                code::INVALID_PARAMETERS,
                "a request's id must not be 0",
            ));
        }
        let now_ms = self.service.clock().now_ms();
        if !self.requests.take(now_ms) {
            return Err(Refused::new(
                code::FREQ_LIMIT,
                "too many requests on this link; try again in a second",
            ));
        }
        if self.service.is_draining() {
            return Err(Refused::new(code::OVERLOAD, "the server is shutting down"));
        }
        let body = request.body.ok_or_else(|| {
            Refused::new(
                code::INVALID_PARAMETERS,
                "the request is empty, or unknown to this server",
            )
        })?;
        match body {
            Body::Login(login) => {
                let current = self.login.clone();
                self.gate = Some(Gate::Login(
                    id,
                    self.service
                        .login(current, self.address, self.origin.clone(), login),
                ));
                return Ok(());
            }
            Body::SignOff(off) => {
                self.gate = Some(Gate::SignOff(id, self.service.sign_off(self.address, off)));
                return Ok(());
            }
            _ => {}
        }
        let login = self.login.as_ref().filter(|login| login.is_live());
        let login =
            login.ok_or_else(|| Refused::new(code::NOT_LOGGED_IN, "nobody is logged in on this link"))?;
        if matches!(body, Body::Logout(_)) {
            self.gate = Some(Gate::Logout(id, self.service.logout(login)));
            return Ok(());
        }
        if matches!(body, Body::Send(_)) && !self.messages.take(now_ms) {
            return Err(Refused::new(
                code::FREQ_LIMIT,
                "more messages a second than limits.c2c_msg_per_s allows",
            ));
        }
        let read = matches!(
            body,
            Body::History(_)
                | Body::Pull(_)
                | Body::Snapshot(_)
                | Body::GetExtensions(_)
                | Body::GetReactions(_)
        );
        let mut operation = self.service.handle(login, request.key, body);
        // This first poll queues the write; the ones to come only look for its result.
        match operation.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => self.push(answer(id, result)),
            Poll::Pending => {
                self.reads += usize::from(read);
                self.in_flight
                    .push(Box::pin(async move { (id, read, operation.await) }));
            }
        }
        Ok(())
    }

    /// Adds a frame to what is to be sent.
    fn push(&mut self, kind: Kind) {
        let packet = frame::single(kind);
        let size = prost::Message::encoded_len(&packet);
        match self.out.back_mut() {
            Some(last)
                if last.len() + size <= frame::MAX_PACKET_BYTES && self.last_frames < frame::FULL_FRAMES =>
            {
                self.last_frames += 1;
                frame::encode_into(&packet, last);
            }
            _ => {
                self.last_frames = 1;
                let mut next = BytesMut::with_capacity(size);
                frame::encode_into(&packet, &mut next);
                self.out.push_back(next);
            }
        }
    }

    fn refuse_link(&mut self, code: i32, text: String) {
        tracing::debug!(address = %self.address, code, text, "link refused");
        self.close_with(refusal(code, text));
    }

    fn close_with(&mut self, refusal: Refusal) {
        if !self.closing {
            self.push(Kind::Refusal(refusal));
            self.closing = true;
            self.held = VecDeque::new();
        }
    }

    fn abandon(&mut self) {
        self.closing = true;
        self.abandoned = true;
        self.held = VecDeque::new();
        self.out = VecDeque::new();
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(Gate::Login(_, login)) = self.gate.take() {
            self.service.adopt(login);
        }
        if let Some(login) = self.login.take() {
            self.service.link_lost(&login);
        }
    }
}

fn refusal(code: i32, text: String) -> Refusal {
    Refusal {
        code,
        text,
        min_version: version::MIN,
        max_version: version::MAX,
    }
}

fn answer(id: u64, result: Result<Answer, Refused>) -> Kind {
    match result {
        Ok(body) => frame::reply(id, body),
        Err(refused) => frame::refuse(id, refused.code, refused.text),
    }
}
