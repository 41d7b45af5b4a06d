//! The engine by hand: a test plays the clock, the link and the server.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use prost::Message as _;
use timbre_protocol::frame::{self, Kind};
use timbre_protocol::{
    Body, ChatMessage, LogEntry, LoginReply, Packet, PullReply, Push, Refusal, Request, SendReply, Welcome,
    log_entry, request, response, version,
};

use super::*;
use crate::model::error::Outcome;
use crate::model::messages::{ConvKey, decode_message};

#[path = "media_tests.rs"]
mod media_tests;
#[path = "preview_tests.rs"]
mod preview_tests;

type Outcomes = Arc<Mutex<Vec<(String, i32)>>>;

/// An engine, its virtual clock, and what came out of it.
struct Rig {
    engine: Engine,
    shared: Arc<Shared>,
    now: Now,
    link: u64,
    events: Vec<EventKind>,
    requests: Vec<Request>,
    connects: Vec<String>,
    disconnects: usize,
    jobs: Vec<transfers::TransferJob>,
    cancelled: Vec<u64>,
    outcomes: Outcomes,
}

impl Rig {
    fn new(urls: &[&str]) -> Self {
        Self::in_folder(urls, None)
    }

    fn in_folder(urls: &[&str], data_dir: Option<PathBuf>) -> Self {
        let config = EngineConfig {
            app_id: 7,
            data_dir,
            device_id: [1; 16],
            platform: Platform::Linux,
            device_type: String::new(),
            system_version: String::new(),
            brand: 0,
            server_urls: urls.iter().map(|u| (*u).to_owned()).collect(),
            env_server_url: None,
            client_name: "test".to_owned(),
            seed: 1,
        };
        let shared = Arc::new(Shared::new(1));
        let mut rig = Self {
            engine: Engine::new(config, shared.clone()),
            shared,
            now: Now {
                mono_ms: 1_000,
                wall_ms: 1_700_000_000_000,
            },
            link: 0,
            events: Vec::new(),
            requests: Vec::new(),
            connects: Vec::new(),
            disconnects: 0,
            jobs: Vec::new(),
            cancelled: Vec::new(),
            outcomes: Outcomes::default(),
        };
        rig.input(Input::Tick);
        rig
    }

    fn input(&mut self, input: Input) {
        self.engine.handle(self.now, input);
        let mut out = Vec::new();
        self.engine.commit(self.now, &mut out);
        for output in out {
            match output {
                Output::Connect(target) => {
                    self.link = target.link;
                    self.connects.push(target.url);
                }
                Output::Transmit { bytes, .. } => {
                    let packet: Packet = frame::decode(bytes).expect("the engine sends packets");
                    for frame in packet.frames {
                        if let Some(Kind::Request(request)) = frame.kind {
                            self.requests.push(request);
                        }
                    }
                }
                Output::Disconnect { .. } => self.disconnects += 1,
                Output::Complete(done, outcome) => done.run(outcome),
                Output::Event(event) => self.events.push(event.kind),
                Output::Progress(progress, outcome) => progress.tell(outcome),
                Output::Transfer(job) => self.jobs.push(job),
                Output::CancelTransfer(id) => self.cancelled.push(id),
                Output::Read(_) | Output::Log { .. } => {}
            }
        }
    }

    fn call(&mut self, name: &str, op: Op) {
        let (outcomes, name) = (self.outcomes.clone(), name.to_owned());
        let done =
            Done::new(move |outcome: Outcome| outcomes.lock().expect("no panic").push((name, outcome.code)));
        self.input(Input::Call(op, done));
    }

    fn login(&mut self, name: &str, user: &str) {
        self.shared.login_called(user);
        self.call(
            name,
            Op::Login {
                user_id: user.to_owned(),
                user_sig: "sig".to_owned(),
            },
        );
    }

    fn send(&mut self, name: &str) -> Identity {
        let identity = self.shared.new_identity(self.now);
        let json = r#"{"message_elem_array":[{"elem_type":0,"text_elem_content":"x"}]}"#;
        let draft = decode_message(json).expect("a message");
        let op = SendOp {
            conv: ConvKey::c2c("bob"),
            draft,
            identity: identity.clone(),
            resend: false,
        };
        self.call(name, Op::Send(Box::new(op)));
        identity
    }

    fn packet(&mut self, kind: Kind) {
        let bytes = frame::encode(&frame::single(kind));
        self.input(Input::Link(LinkEvent::Packet {
            link: self.link,
            bytes,
        }));
    }

    fn open(&mut self) {
        self.input(Input::Link(LinkEvent::Opened { link: self.link }));
        self.packet(Kind::Welcome(Welcome {
            version: version::MAX,
            server: "test".to_owned(),
            server_time_ms: self.now.wall_ms,
            max_packet_bytes: 1 << 20,
            heartbeat_interval_s: 120,
        }));
    }

    fn answer(&mut self, body: response::Body) {
        let request = self.requests.remove(0);
        self.packet(frame::reply(request.id, Some(body)));
    }

    /// Alice is logged in with an applied, empty log.
    fn alice(&mut self) {
        self.open();
        self.login("login", "alice");
        self.answer(response::Body::Login(LoginReply {
            tiny_id: 1_000_001,
            server_time_ms: self.now.wall_ms,
            epoch: 5,
            ..LoginReply::default()
        }));
        assert_eq!(self.took(), [("login".to_owned(), 0)]);
    }

    /// Lets time pass, with a tick at every deadline on the way.
    fn pass(&mut self, ms: u64) {
        let end = self.now.mono_ms + ms;
        while let Some(next) = self.engine.next_deadline().filter(|&d| d <= end) {
            let step = next.saturating_sub(self.now.mono_ms).max(1);
            self.advance(step);
            self.input(Input::Tick);
        }
        self.advance(end.saturating_sub(self.now.mono_ms));
        self.input(Input::Tick);
    }

    fn advance(&mut self, ms: u64) {
        self.now.mono_ms += ms;
        self.now.wall_ms += ms as i64;
    }

    fn took(&mut self) -> Vec<(String, i32)> {
        std::mem::take(&mut self.outcomes.lock().expect("no panic"))
    }

    fn bodies(&self) -> Vec<&request::Body> {
        self.requests.iter().filter_map(|r| r.body.as_ref()).collect()
    }

    fn entry(&self, seq: u64, text: &str) -> LogEntry {
        use timbre_protocol::{Element, TextElement, element};
        let kind = element::Kind::Text(TextElement {
            content: text.to_owned(),
        });
        let body = Body {
            elements: vec![Element { kind: Some(kind) }],
            ..Body::default()
        };
        let message = ChatMessage {
            conv_seq: seq,
            server_time_ms: self.now.wall_ms + seq as i64,
            sender_tiny_id: 1_000_002,
            sender: "bob".to_owned(),
            conv_type: 1,
            target: "alice".to_owned(),
            client_time: 1_700_000_000,
            random: 100 + seq as u32,
            body: body.encode_to_vec().into(),
            ..ChatMessage::default()
        };
        let change = log_entry::Change::Message(message.encode_to_vec().into());
        LogEntry {
            seq,
            change: Some(change),
        }
    }

    fn push(&mut self, entries: &[LogEntry], head: u64) {
        let prev = entries.first().map_or(head, |e| e.seq - 1);
        self.packet(Kind::Push(Push {
            prev,
            entries: entries.to_vec(),
            head,
        }));
    }

    /// Texts thrown since the last look.
    fn thrown(&mut self) -> Vec<String> {
        let mut texts = Vec::new();
        for event in std::mem::take(&mut self.events) {
            if let EventKind::NewMessages { json, .. } = event {
                let list: serde_json::Value = serde_json::from_str(&json).expect("JSON");
                for message in list.as_array().expect("an array") {
                    texts.push(
                        message["message_elem_array"][0]["text_elem_content"]
                            .as_str()
                            .unwrap_or("")
                            .to_owned(),
                    );
                }
            }
        }
        texts
    }
}

fn status_of(event: &EventKind) -> Option<(i32, i32)> {
    match event {
        EventKind::NetworkStatus { status, code, .. } => Some((*status, *code)),
        _ => None,
    }
}

// CORE-050, CORE-051, CORE-052, CORE-054
#[test]
fn the_link_is_tried_again_with_growing_pauses_and_every_address_in_turn() {
    let mut rig = Rig::new(&["ws://a/tim/v1", "ws://b/tim/v1"]);
    for _ in 0..12 {
        let link = rig.link;
        rig.input(Input::Link(LinkEvent::Failed {
            link,
            code: 9511,
            text: "refused".to_owned(),
        }));
        let wait = rig.engine.next_deadline().expect("it goes on") - rig.now.mono_ms;
        assert!(wait <= 30_000, "{wait}");
        rig.pass(30_000);
    }
    assert!(rig.connects.len() >= 12, "{}", rig.connects.len());
    assert_eq!(
        rig.connects[..3],
        ["ws://a/tim/v1", "ws://b/tim/v1", "ws://a/tim/v1"]
    );
    let seen: Vec<_> = rig.events.iter().filter_map(status_of).take(3).collect();
    assert_eq!(seen, [(2, 0), (3, 9511), (2, 0)]);
}

// CORE-052
#[test]
fn a_handshake_that_fails_says_why_and_never_hangs() {
    let mut rig = Rig::new(&["ws://a/tim/v1"]);
    rig.input(Input::Link(LinkEvent::Opened { link: 1 }));
    rig.packet(Kind::Refusal(Refusal {
        code: 9503,
        text: "update the client".to_owned(),
        min_version: 2,
        max_version: 3,
    }));
    let refused = rig.events.iter().any(
        |e| matches!(e, EventKind::NetworkStatus { status: 3, code: 9503, desc } if desc == "update the client"),
    );
    assert!(refused, "{:?}", rig.events);

    let mut silent = Rig::new(&["ws://a/tim/v1"]);
    silent.input(Input::Link(LinkEvent::Opened { link: 1 }));
    silent.pass(10_001);
    assert!(
        silent.events.iter().filter_map(status_of).any(|s| s == (3, 9503)),
        "{:?}",
        silent.events
    );

    let mut newer = Rig::new(&["ws://a/tim/v1"]);
    newer.input(Input::Link(LinkEvent::Opened { link: 1 }));
    newer.packet(Kind::Welcome(Welcome {
        version: 9,
        ..Welcome::default()
    }));
    assert!(newer.events.iter().filter_map(status_of).any(|s| s == (3, 9503)));
    assert_eq!(newer.disconnects, 1);

    let mut garbage = Rig::new(&["ws://a/tim/v1"]);
    garbage.input(Input::Link(LinkEvent::Opened { link: 1 }));
    let bytes = Bytes::from_static(b"HTTP/1.1 200 OK");
    garbage.input(Input::Link(LinkEvent::Packet { link: 1, bytes }));
    assert!(
        garbage
            .events
            .iter()
            .filter_map(status_of)
            .any(|s| s == (3, 6001))
    );
}

// CORE-090, CORE-105
#[test]
fn a_login_without_a_link_ends_after_thirty_seconds() {
    let mut rig = Rig::new(&[]);
    rig.login("login", "alice");
    assert_eq!(rig.shared.status(), status::LOGGING_IN);
    rig.call("read", Op::GetConvInfo(vec![ConvKey::c2c("bob")]));
    let waits = rig.send("send");
    assert_eq!(
        rig.took(),
        [("read".to_owned(), 0)],
        "what is local answers, what is not waits"
    );
    rig.pass(29_000);
    assert_eq!(rig.took(), []);
    rig.pass(1_001);
    assert_eq!(
        rig.took(),
        [("login".to_owned(), 9508), ("send".to_owned(), 6014)]
    );
    assert_eq!(rig.shared.status(), status::LOGGED_OUT);
    assert!(!rig.shared.is_failed_send(&waits.msg_id));
    rig.call("read", Op::GetConvList);
    assert_eq!(
        rig.took(),
        [("read".to_owned(), 0)],
        "the database stays readable after a failed login"
    );
}

// MSG-060, P3: the attempts of a send carry one identity
#[test]
fn a_send_is_tried_three_times_under_one_identity() {
    let mut rig = Rig::new(&["ws://a/tim/v1"]);
    rig.alice();
    rig.send("send");
    let mut tries = Vec::new();
    for _ in 0..400 {
        rig.pass(500);
        let link = rig.link;
        if rig.connects.len() > 1 + tries.len() / 100 && rig.engine.link.ready().is_none() {
            rig.input(Input::Link(LinkEvent::Opened { link }));
            rig.packet(Kind::Welcome(Welcome {
                version: 1,
                ..Welcome::default()
            }));
        }
        for request in std::mem::take(&mut rig.requests) {
            match request.body {
                Some(request::Body::Send(send)) => tries.push((send.client_time, send.random)),
                Some(request::Body::Login(_)) => {
                    let reply = LoginReply {
                        tiny_id: 1_000_001,
                        epoch: 5,
                        ..LoginReply::default()
                    };
                    rig.packet(frame::reply(request.id, Some(response::Body::Login(reply))));
                }
                _ => {}
            }
        }
        if !rig.outcomes.lock().expect("no panic").is_empty() {
            break;
        }
    }
    assert_eq!(rig.took(), [("send".to_owned(), 9520)]);
    assert_eq!(tries.len(), 3, "{tries:?}");
    assert!(tries.iter().all(|t| t == &tries[0]));
}

// CORE-090
#[test]
fn more_than_a_thousand_requests_are_refused_and_nothing_of_them_is_stored() {
    let mut rig = Rig::new(&["ws://a/tim/v1"]);
    rig.alice();
    for n in 0..1000 {
        rig.send(&n.to_string());
    }
    assert_eq!(rig.took(), []);
    let over = rig.send("over");
    assert_eq!(rig.took(), [("over".to_owned(), 9507)]);
    rig.call(
        "find",
        Op::FindMessages {
            ids: vec![over.msg_id],
        },
    );
    rig.input(Input::Shutdown);
    let ended = rig.took();
    assert_eq!(ended.len(), 1001);
    assert!(
        ended[1..].iter().all(|(_, code)| *code == 7009),
        "uninit ends each exactly once"
    );
}

// P4, P2
#[test]
fn a_push_that_leaves_a_gap_waits_and_the_gap_is_pulled() {
    let mut rig = Rig::new(&["ws://a/tim/v1"]);
    rig.alice();
    let entries: Vec<LogEntry> = (1..=5).map(|n| rig.entry(n, &n.to_string())).collect();
    rig.push(&entries[..1], 1);
    assert_eq!(rig.thrown(), ["1"]);
    rig.push(&entries[2..4], 4);
    assert_eq!(rig.thrown(), [""; 0], "3 and 4 wait for 2");
    rig.push(&entries[2..4], 4);
    rig.pass(199);
    assert!(rig.bodies().is_empty());
    rig.pass(2);
    assert!(
        matches!(rig.bodies()[..], [request::Body::Pull(p)] if p.after == 1),
        "{:?}",
        rig.bodies()
    );
    rig.answer(response::Body::Pull(PullReply {
        entries: entries[1..5].to_vec(),
        head: 5,
        reset: false,
    }));
    assert_eq!(rig.thrown(), ["2", "3", "4", "5"]);
    rig.push(&entries, 5);
    assert_eq!(rig.thrown(), [""; 0], "what is applied is not applied again");
}

// P4: pushes that overtake each other need no pull
#[test]
fn a_gap_that_closes_by_itself_costs_nothing() {
    let mut rig = Rig::new(&["ws://a/tim/v1"]);
    rig.alice();
    let (one, two) = (rig.entry(1, "1"), rig.entry(2, "2"));
    rig.push(&[two], 2);
    rig.push(&[one], 2);
    assert_eq!(rig.thrown(), ["1", "2"]);
    rig.pass(1_000);
    assert!(rig.bodies().is_empty(), "{:?}", rig.bodies());
}

// P2: even the last push being lost is noticed
#[test]
fn the_heartbeat_finds_a_lost_push_and_a_dead_link() {
    let mut rig = Rig::new(&["ws://a/tim/v1"]);
    rig.alice();
    rig.pass(120_000);
    rig.packet(Kind::Pong(timbre_protocol::Pong {
        server_time_ms: rig.now.wall_ms,
        head: 3,
    }));
    assert!(matches!(rig.bodies()[..], [request::Body::Pull(p)] if p.after == 0));
    let entries: Vec<LogEntry> = (1..=3).map(|n| rig.entry(n, &n.to_string())).collect();
    rig.answer(response::Body::Pull(PullReply {
        entries,
        head: 3,
        reset: false,
    }));
    assert_eq!(rig.thrown(), ["1", "2", "3"]);
    rig.pass(140_000);
    assert!(
        rig.events.iter().filter_map(status_of).any(|s| s == (1, 9520)),
        "{:?}",
        rig.events
    );
}

// CORE-053
#[test]
fn a_dead_link_is_noticed_though_every_login_gives_way_to_another() {
    let mut rig = Rig::new(&["ws://a/tim/v1"]);
    rig.open();
    // Each with a UserSig of its own, as a host makes them that asks its own server before each attempt.
    for n in 0..10 {
        let login = Op::Login {
            user_id: "alice".to_owned(),
            user_sig: format!("sig{n}"),
        };
        rig.call("login", login);
        rig.pass(4_000);
    }
    assert!(rig.disconnects > 0, "nothing has come for 40 s");
    rig.open();
    let login = rig.requests.pop().expect("the last login goes on");
    let reply = response::Body::Login(LoginReply::default());
    rig.packet(frame::reply(login.id, Some(reply)));
    let mut ends = vec![("login".to_owned(), 6023); 9];
    ends.push(("login".to_owned(), 0));
    assert_eq!(rig.took(), ends);
}

// P3: an own send is answered, its log entry is done, and the next push goes on from it
#[test]
fn an_own_send_and_a_push_meet_in_the_log() {
    let mut rig = Rig::new(&["ws://a/tim/v1"]);
    rig.alice();
    let identity = rig.send("send");
    let entry = rig.entry(2, "answer");
    rig.push(&[entry], 2);
    assert_eq!(rig.thrown(), [""; 0]);
    let reply = SendReply {
        conv_seq: 1,
        server_time_ms: rig.now.wall_ms,
        log_seq: 1,
    };
    rig.answer(response::Body::Send(reply));
    assert_eq!(rig.took(), [("send".to_owned(), 0)]);
    assert_eq!(rig.thrown(), ["answer"]);
    rig.pass(1_000);
    assert!(rig.bodies().is_empty(), "no pull is needed");
    rig.call(
        "find",
        Op::FindMessages {
            ids: vec![identity.msg_id],
        },
    );
    assert_eq!(rig.took(), [("find".to_owned(), 0)]);
}

// P2, P3, P6: an own send whose answer was lost comes back with the log
#[test]
fn a_send_that_was_called_failed_is_sent_after_all_when_the_log_says_so() {
    let mut rig = Rig::new(&["ws://a/tim/v1"]);
    rig.alice();
    let identity = rig.send("send");
    let request = rig.requests.remove(0);
    rig.packet(frame::refuse(request.id, 20005, "internal"));
    assert_eq!(rig.took(), [("send".to_owned(), 20005)]);
    assert!(rig.shared.is_failed_send(&identity.msg_id));
    let mut entry = rig.entry(1, "x");
    if let Some(log_entry::Change::Message(bytes)) = &mut entry.change {
        let mut message = ChatMessage::decode(bytes.clone()).expect("a message");
        message.sender = "alice".to_owned();
        message.sender_tiny_id = 1_000_001;
        message.target = "bob".to_owned();
        message.client_time = identity.client_time;
        message.random = identity.rand;
        *bytes = message.encode_to_vec().into();
    }
    rig.push(&[entry], 1);
    assert!(!rig.shared.is_failed_send(&identity.msg_id));
    assert_eq!(rig.thrown(), [""; 0], "it is completed, not thrown");
}

// CORE-095, CORE-096
#[test]
fn a_signed_out_session_ends_what_it_owes_with_6014() {
    let mut rig = Rig::new(&["ws://a/tim/v1"]);
    rig.alice();
    rig.send("send");
    rig.packet(Kind::SignedOut(timbre_protocol::SignedOut {
        reason: 1,
        text: String::new(),
    }));
    assert_eq!(rig.took(), [("send".to_owned(), 6014)]);
    assert_eq!(rig.shared.status(), status::LOGGED_OUT);
    assert!(rig.events.contains(&EventKind::KickedOffline));
    assert_eq!(rig.disconnects, 0, "the link stays");
    rig.call("list", Op::GetConvList);
    rig.send("again");
    assert_eq!(rig.took(), [("list".to_owned(), 0), ("again".to_owned(), 6014)]);
}

// CORE-060: nothing is handled after the end
#[test]
fn after_the_end_calls_are_answered_and_nothing_else_happens() {
    let mut rig = Rig::new(&["ws://a/tim/v1"]);
    rig.alice();
    rig.input(Input::Shutdown);
    assert_eq!(rig.disconnects, 1);
    rig.call("list", Op::GetConvList);
    assert_eq!(rig.took(), [("list".to_owned(), 6013)]);
    assert_eq!(rig.engine.next_deadline(), None);
}

// ERR-15, CORE-063: a function whose area is not built checks state and values as it always will, then says so.
#[test]
fn what_is_not_built_answers_after_all_checks() {
    let mut rig = Rig::new(&["ws://a"]);
    let calls = |rig: &mut Rig| {
        for function in Unbuilt::ALL {
            let refusal = crate::model::error::Refusal::invalid("a value");
            rig.call("value", function.checked(Some(refusal)));
            rig.call("plain", function.op());
        }
        rig.took()
    };
    for (name, code) in calls(&mut rig) {
        assert_eq!(code, 6014, "{name}");
    }
    rig.alice();
    let answers = calls(&mut rig);
    assert_eq!(answers.len(), 2 * Unbuilt::ALL.len());
    for (name, code) in answers {
        assert_eq!(code, if name == "plain" { 7013 } else { 6017 });
    }
}

fn cancel(identity: &Identity, peer: &str) -> Op {
    Op::CancelSend {
        conv: ConvKey::c2c(peer),
        msg_id: identity.msg_id.clone(),
    }
}

// MSG-103
#[test]
fn a_send_that_waits_for_a_link_can_be_cancelled() {
    let mut rig = Rig::new(&["ws://a"]);
    rig.alice();
    rig.input(Input::Link(LinkEvent::Closed {
        link: rig.link,
        code: 9514,
        text: String::new(),
    }));
    let sent = rig.send("send");
    rig.call("elsewhere", cancel(&sent, "carol"));
    rig.call("cancel", cancel(&sent, "bob"));
    rig.call("again", cancel(&sent, "bob"));
    let took: Vec<(String, i32)> = rig.took();
    let took: Vec<(&str, i32)> = took.iter().map(|(n, c)| (n.as_str(), *c)).collect();
    assert_eq!(
        took,
        [
            ("elsewhere", 8020),
            ("send", 8021),
            ("cancel", 0),
            ("again", 8020)
        ]
    );
    let stored = |rig: &Rig| {
        let user = rig.engine.user.as_ref().expect("alice's database");
        user.store
            .get(&sent.msg_id)
            .expect("no failure")
            .expect("the message")
            .status
    };
    assert_eq!(stored(&rig), crate::model::messages::Status::Cancelled);
    // Nothing of it leaves once there is a link again.
    rig.requests.clear();
    rig.pass(60_000);
    rig.open();
    assert!(
        !rig.bodies()
            .iter()
            .any(|body| matches!(body, request::Body::Send(_)))
    );
}

// MSG-103
#[test]
fn a_send_that_waits_for_the_login_can_be_cancelled() {
    let mut rig = Rig::new(&["ws://a"]);
    rig.open();
    rig.login("login", "alice");
    let sent = rig.send("send");
    rig.call("cancel", cancel(&sent, "bob"));
    assert_eq!(rig.took(), [("send".to_owned(), 8021), ("cancel".to_owned(), 0)]);
    rig.input(Input::Shutdown);
}

// MSG-103
#[test]
fn a_send_that_has_left_cannot_be_cancelled() {
    let mut rig = Rig::new(&["ws://a"]);
    rig.alice();
    let sent = rig.send("send");
    rig.call("cancel", cancel(&sent, "bob"));
    assert_eq!(rig.took(), [("cancel".to_owned(), 8020)]);
    // Not even while it waits for its next attempt: the first one may have arrived.
    rig.input(Input::Link(LinkEvent::Closed {
        link: rig.link,
        code: 9514,
        text: String::new(),
    }));
    rig.call("cancel", cancel(&sent, "bob"));
    assert_eq!(rig.took(), [("cancel".to_owned(), 8020)]);
    rig.input(Input::Shutdown);
}

// MSG-103: a message that turns out to have arrived is sent, not cancelled.
#[test]
fn what_the_log_calls_sent_is_not_called_cancelled() {
    let mut rig = Rig::new(&["ws://a"]);
    rig.alice();
    rig.input(Input::Link(LinkEvent::Closed {
        link: rig.link,
        code: 9514,
        text: String::new(),
    }));
    let sent = rig.send("send");
    let user = rig.engine.user.as_mut().expect("alice's database");
    let message = user
        .store
        .get(&sent.msg_id)
        .expect("no failure")
        .expect("the message");
    user.store
        .acknowledge(message.row, 1, 1_700_000_000_000)
        .expect("no failure");
    rig.call("cancel", cancel(&sent, "bob"));
    assert_eq!(rig.took(), [("send".to_owned(), 0), ("cancel".to_owned(), 8020)]);
}

#[path = "annotations_tests.rs"]
mod annotations;
