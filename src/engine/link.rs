//! The link: where to connect, when to try again, the handshake, the heartbeat (CORE-050 to CORE-054).
//!
//! Back-off is 1, 2, 4, 8 ... at most 30 seconds with full jitter; a login, an address that arrives, or a hint
//! that the network changed ends it at once. Attempts go on for as long as the core is initialised.

use timbre_protocol::frame::{self, Kind};
use timbre_protocol::{Ping, Pong, Refusal as WireRefusal, Welcome, version};

use super::transfers::Origin;
use super::{ConnectTarget, Engine, EngineConfig, EventKind, LinkEvent, Output};
use crate::model::error::code;

/// `TIMNetworkStatus`.
mod network {
    pub(super) const CONNECTED: i32 = 0;
    pub(super) const DISCONNECTED: i32 = 1;
    pub(super) const CONNECTING: i32 = 2;
    pub(super) const CONNECT_FAILED: i32 = 3;
}

/// How long the server may take to answer `Hello`.
const HANDSHAKE_MS: u64 = 10_000;
/// How long the driver may take to open a WebSocket before the engine gives up on it.
const CONNECT_MS: u64 = 15_000;
/// How long the answer to a `Ping` may take.
const PONG_MS: u64 = 15_000;
/// Back-off is never longer.
const MAX_BACKOFF_MS: u64 = 30_000;

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    /// Not started, or closed for good.
    Off,
    /// No address is known.
    NoAddress,
    Backoff {
        until: u64,
    },
    Connecting {
        until: u64,
    },
    /// `Hello` is sent.
    Handshake {
        until: u64,
    },
    Up,
}

/// What the engine knows of its link.
#[derive(Debug)]
pub(super) struct Link {
    state: State,
    number: u64,
    /// Where the newest link goes, or went.
    origin: Option<Origin>,
    /// From the configuration; win over the custom ones.
    configured: Vec<String>,
    /// Of `set_custom_server_info`.
    custom: Vec<String>,
    pin: String,
    environment: Option<String>,
    /// Which address is next.
    turn: usize,
    failures: u32,
    /// Links on which the server would not resume the session for now: they lengthen the back-off too.
    unresumed: u32,
    heartbeat_ms: u64,
    last_sent: u64,
    last_received: u64,
    ping_deadline: Option<u64>,
}

impl Link {
    pub(super) fn new(config: &EngineConfig) -> Self {
        Self {
            state: State::Backoff { until: 0 },
            number: 0,
            origin: None,
            configured: config.server_urls.clone(),
            custom: Vec::new(),
            pin: String::new(),
            environment: config.env_server_url.clone(),
            turn: 0,
            failures: 0,
            unresumed: 0,
            heartbeat_ms: 120_000,
            last_sent: 0,
            last_received: 0,
            ping_deadline: None,
        }
    }

    fn addresses(&self) -> Vec<&str> {
        if !self.configured.is_empty() {
            return self.configured.iter().map(String::as_str).collect();
        }
        if !self.custom.is_empty() {
            return self.custom.iter().map(String::as_str).collect();
        }
        self.environment
            .iter()
            .flat_map(|e| e.split(','))
            .map(str::trim)
            .filter(|e| !e.is_empty())
            .collect()
    }

    /// The link on which requests may go out.
    pub(super) fn ready(&self) -> Option<u64> {
        (self.state == State::Up).then_some(self.number)
    }

    /// The link on which frames may go out, the handshake included.
    pub(super) fn socket(&self) -> Option<u64> {
        matches!(self.state, State::Up | State::Handshake { .. }).then_some(self.number)
    }

    /// The server of the newest link.
    pub(super) fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    pub(super) fn note_sent(&mut self, now: u64) {
        self.last_sent = now;
    }

    pub(super) fn last_received(&self) -> u64 {
        self.last_received
    }

    pub(super) fn deadline(&self) -> Option<u64> {
        match self.state {
            State::Off | State::NoAddress => None,
            State::Backoff { until } | State::Connecting { until } | State::Handshake { until } => {
                Some(until)
            }
            State::Up => Some(self.ping_deadline.unwrap_or(self.last_sent + self.heartbeat_ms)),
        }
    }

    /// For `timbre_explain`: the state in a word and the time of the next attempt.
    pub(super) fn describe(&self) -> (&'static str, Option<u64>) {
        match self.state {
            State::Off => ("off", None),
            State::NoAddress => ("no_address", None),
            State::Backoff { until } => ("waiting", Some(until)),
            State::Connecting { .. } => ("connecting", None),
            State::Handshake { .. } => ("handshake", None),
            State::Up => ("up", None),
        }
    }
}

impl Engine {
    pub(super) fn on_link(&mut self, event: LinkEvent) {
        let number = match &event {
            LinkEvent::Opened { link }
            | LinkEvent::Failed { link, .. }
            | LinkEvent::Closed { link, .. }
            | LinkEvent::Packet { link, .. } => *link,
        };
        if number != self.link.number {
            return;
        }
        match event {
            LinkEvent::Opened { .. } => self.on_opened(),
            LinkEvent::Failed { code, text, .. } => self.on_connect_failed(code, text),
            LinkEvent::Closed { code, text, .. } => match self.link.state {
                State::Up => self.on_link_lost(code, text),
                State::Connecting { .. } | State::Handshake { .. } => self.on_connect_failed(code, text),
                State::Off | State::NoAddress | State::Backoff { .. } => {}
            },
            LinkEvent::Packet { bytes, .. } => self.on_packet(bytes),
        }
    }

    fn on_packet(&mut self, bytes: bytes::Bytes) {
        if self.link.socket().is_none() {
            return;
        }
        self.link.last_received = self.now.mono_ms;
        self.link.ping_deadline = None;
        let packet = match frame::decode(bytes) {
            Ok(packet) => packet,
            Err(error) => {
                self.log(
                    6,
                    "link",
                    format!("the server sent something else than a packet: {error}"),
                );
                return self.drop_link(code::PARSE_RESPONSE_FAILED, "undecodable packet");
            }
        };
        for frame in packet.frames {
            match frame.kind {
                Some(Kind::Welcome(welcome)) => self.on_welcome(&welcome),
                Some(Kind::Refusal(refusal)) => return self.on_wire_refusal(refusal),
                Some(Kind::Response(response)) => self.on_response(response),
                Some(Kind::Push(push)) => self.on_push(push),
                Some(Kind::OnlinePush(push)) => self.on_online_push(push),
                Some(Kind::Pong(pong)) => self.on_pong(&pong),
                Some(Kind::SignedOut(signed_out)) => self.on_signed_out(&signed_out),
                // A newer server may send frames that this build does not know, and must not send the rest.
                Some(Kind::Hello(_) | Kind::Request(_) | Kind::PushAck(_) | Kind::Ping(_)) | None => {}
            }
        }
    }

    fn on_opened(&mut self) {
        if !matches!(self.link.state, State::Connecting { .. }) {
            return;
        }
        let until = self.now.mono_ms + HANDSHAKE_MS;
        self.link.state = State::Handshake { until };
        self.link.last_received = self.now.mono_ms;
        let hello = version::hello(&self.config.client_name);
        self.transmit(Kind::Hello(hello));
    }

    fn on_welcome(&mut self, welcome: &Welcome) {
        if !matches!(self.link.state, State::Handshake { .. }) {
            return;
        }
        if !(version::MIN..=version::MAX).contains(&welcome.version) {
            return self.on_connect_failed(
                code::NET_AUTH_INVALID,
                format!(
                    "the server chose protocol version {}, which was not offered",
                    welcome.version
                ),
            );
        }
        self.link.state = State::Up;
        self.link.failures = 0;
        self.link.ping_deadline = None;
        self.set_heartbeat(welcome.heartbeat_interval_s);
        self.learn_time(welcome.server_time_ms);
        self.log(
            4,
            "link",
            format!(
                "connected to {}, protocol version {}",
                welcome.server, welcome.version
            ),
        );
        self.network(network::CONNECTED, 0, "");
        self.session_on_link_up();
    }

    fn on_wire_refusal(&mut self, refusal: WireRefusal) {
        let code = if refusal.code == 0 {
            code::NET_AUTH_INVALID
        } else {
            refusal.code
        };
        if self.link.state == State::Up {
            self.drop_link(code, &refusal.text);
        } else {
            self.on_connect_failed(code, refusal.text);
        }
    }

    fn on_pong(&mut self, pong: &Pong) {
        self.learn_time(pong.server_time_ms);
        self.sync_on_head(pong.head);
    }

    fn on_connect_failed(&mut self, code: i32, text: String) {
        if !matches!(
            self.link.state,
            State::Connecting { .. } | State::Handshake { .. }
        ) {
            return;
        }
        self.out.push(Output::Disconnect {
            link: self.link.number,
        });
        self.link.failures += 1;
        self.link.turn += 1;
        self.back_off();
        self.network(network::CONNECT_FAILED, code, &text);
        self.session_on_connect_failed(code, &text);
    }

    fn on_link_lost(&mut self, code: i32, text: String) {
        self.link.failures = 0;
        self.back_off();
        self.network(network::DISCONNECTED, code, &text);
        self.session_on_link_down();
        self.sync_on_link_down();
        self.requests_on_link_down();
    }

    /// Gives the present link up.
    pub(super) fn drop_link(&mut self, code: i32, text: &str) {
        match self.link.state {
            State::Up => {
                self.out.push(Output::Disconnect {
                    link: self.link.number,
                });
                self.on_link_lost(code, text.to_owned());
            }
            State::Connecting { .. } | State::Handshake { .. } => {
                self.on_connect_failed(code, text.to_owned());
            }
            State::Off | State::NoAddress | State::Backoff { .. } => {}
        }
    }

    /// The server took, or for now did not take, the session's login on this link.
    pub(super) fn note_resumed(&mut self, resumed: bool) {
        self.link.unresumed = if resumed { 0 } else { self.link.unresumed + 1 };
    }

    /// Closes the link for good, without telling the host.
    pub(super) fn close_link(&mut self) {
        if matches!(
            self.link.state,
            State::Up | State::Connecting { .. } | State::Handshake { .. }
        ) {
            self.out.push(Output::Disconnect {
                link: self.link.number,
            });
        }
        self.link.state = State::Off;
    }

    /// Does not wait for the back-off to pass: a login was called, an address arrived, the network changed.
    pub(super) fn connect_now(&mut self) {
        if matches!(self.link.state, State::Backoff { .. } | State::NoAddress) {
            self.link.failures = 0;
            self.link.state = State::Backoff {
                until: self.now.mono_ms,
            };
            self.link_on_time();
        }
    }

    /// `set_custom_server_info`: link addresses in order of preference. Reconnects where they are the ones in
    /// use.
    pub(super) fn set_custom_servers(&mut self, urls: Vec<String>, pin: String) {
        self.link.custom = urls;
        self.link.pin = pin;
        if !self.link.configured.is_empty() {
            self.log(
                5,
                "link",
                "the address of the configuration wins over the custom server".to_owned(),
            );
            return;
        }
        self.link.turn = 0;
        self.drop_link(code::NET_DISCONNECT, "the server address changed");
        self.connect_now();
    }

    pub(super) fn set_heartbeat(&mut self, seconds: u32) {
        if seconds > 0 {
            self.link.heartbeat_ms = u64::from(seconds.clamp(1, 600)) * 1000;
        }
    }

    pub(super) fn link_on_time(&mut self) {
        let now = self.now.mono_ms;
        match self.link.state {
            State::Backoff { until } if until <= now => self.connect(),
            State::Connecting { until } if until <= now => {
                self.on_connect_failed(
                    code::NET_CONN_TIMEOUT,
                    "the server could not be reached in time".to_owned(),
                );
            }
            State::Handshake { until } if until <= now => {
                self.on_connect_failed(
                    code::NET_AUTH_INVALID,
                    "no answer to the handshake: is this a Timbre server?".to_owned(),
                );
            }
            State::Up => match self.link.ping_deadline {
                Some(deadline) if deadline <= now => {
                    self.drop_link(code::WAIT_ACK_TIMEOUT, "no answer to the heartbeat");
                }
                None if self.link.last_sent + self.link.heartbeat_ms <= now => {
                    self.link.ping_deadline = Some(now + PONG_MS);
                    let cursor = self.synced_cursor();
                    self.transmit(Kind::Ping(Ping { cursor }));
                }
                _ => {}
            },
            _ => {}
        }
    }

    fn connect(&mut self) {
        let addresses = self.link.addresses();
        if addresses.is_empty() {
            self.link.state = State::NoAddress;
            self.network(
                network::CONNECT_FAILED,
                code::HOST_GETADDRINFO_FAILED,
                "no server address configured",
            );
            self.session_on_connect_failed(code::HOST_GETADDRINFO_FAILED, "no server address configured");
            return;
        }
        let url = addresses[self.link.turn % addresses.len()].to_owned();
        self.link.number += 1;
        self.link.state = State::Connecting {
            until: self.now.mono_ms + CONNECT_MS,
        };
        self.network(network::CONNECTING, 0, "");
        let target = ConnectTarget {
            link: self.link.number,
            url,
            pin: self.link.pin.clone(),
        };
        self.link.origin = Some(Origin {
            url: target.url.clone(),
            pin: target.pin.clone(),
        });
        self.out.push(Output::Connect(target));
    }

    fn back_off(&mut self) {
        let failures = self.link.failures.max(self.link.unresumed);
        let ceiling = (1000u64 << failures.saturating_sub(1).min(5)).min(MAX_BACKOFF_MS);
        let wait = self.rng.below(ceiling + 1);
        self.link.state = State::Backoff {
            until: self.now.mono_ms + wait,
        };
        self.link.ping_deadline = None;
    }

    fn learn_time(&mut self, server_time_ms: i64) {
        if server_time_ms <= 0 {
            return;
        }
        let offset = server_time_ms - self.now.wall_ms;
        let skewed = offset.abs() > 300_000 && !self.shared.offset_known();
        self.shared.set_offset(offset);
        self.remember_offset(offset);
        if skewed {
            self.event_for_all(EventKind::Notify {
                key: "clock_skew",
                data: (offset / 1000).to_string(),
            });
        }
    }

    fn network(&mut self, status: i32, code: i32, desc: &str) {
        if code != 0 {
            self.log(5, "link", format!("network status {status}: {desc} ({code})"));
        }
        self.event_for_all(EventKind::NetworkStatus {
            status,
            code,
            desc: desc.to_owned(),
        });
    }
}
