//! The app on each device: what it does by itself, and what it expects of the answers and events.

use std::collections::BTreeMap;

use serde_json::Value;
use timbre::engine::{CleanScope, EventKind, Identity, Op, SendOp};
use timbre::model::error::Outcome;
use timbre::model::messages::{ConvKey, HistoryParam, MessageDraft};
use timbre_protocol::{Body, Element, TextElement, element, flags};

use crate::book::{Key, Sent, content_of, key_of};
use crate::chance::Fault;
use crate::server;
use crate::world::{Event, World};

/// What an answer is for.
#[derive(Debug)]
pub(crate) enum Asked {
    Login,
    Logout,
    Send {
        key: Key,
    },
    /// Everything up to these sequences is to be read.
    Read {
        floors: Vec<(String, u64)>,
        session: u32,
    },
    /// After a send succeeded: the message is found, as sent.
    Shows {
        key: Key,
        session: u32,
    },
    /// After a read succeeded: these messages are read.
    IsRead {
        conv: String,
        floor: u64,
        session: u32,
    },
    /// The total of unread messages.
    Total,
    /// Any answer will do.
    Look,
    /// The answer is kept under this name.
    Keep(String),
}

/// What the events of this process have told the app.
#[derive(Debug, Default)]
pub(crate) struct View {
    /// The total, once it was asked for.
    pub(crate) total: Option<i64>,
    /// By conversation: unread number and id of the preview.
    pub(crate) convs: BTreeMap<String, (u64, String)>,
    /// A synchronisation has begun and not ended.
    pub(crate) syncing: bool,
    /// Answers that were to be kept.
    pub(crate) kept: BTreeMap<String, String>,
}

/// Codes with which a call may end that the network, or a logout, has kept from its end.
fn is_excused(code: i32) -> bool {
    (9500..9600).contains(&code) || matches!(code, 6014 | 6023 | -10114)
}

/// The receiver has never logged in yet.
const NO_SUCH_USER: i32 = 20003;

impl World {
    pub(crate) fn app_login(&mut self, device: usize) {
        let (name, user) = (self.devices[device].name, self.devices[device].user);
        let wall_ms = self.server_wall_ms();
        let Some(process) = &self.devices[device].process else {
            return;
        };
        if process.logged_in {
            return;
        }
        process.shared.login_called(user);
        self.note(format_args!("{name} logs in"));
        let op = Op::Login {
            user_id: user.to_owned(),
            user_sig: server::sign(user, wall_ms),
        };
        self.call(device, op, Asked::Login);
    }

    pub(crate) fn app_logout(&mut self, device: usize) {
        let name = self.devices[device].name;
        let Some(process) = self.devices[device].process.as_mut().filter(|p| p.logged_in) else {
            return;
        };
        process.logged_in = false;
        process.session += 1;
        self.note(format_args!("{name} logs out"));
        self.call(device, Op::Logout, Asked::Logout);
    }

    /// The app does something of its own accord.
    pub(crate) fn act(&mut self, device: usize) {
        if !self.busy {
            return;
        }
        let wait = self.rng.around(self.plan.act_ms);
        self.after(wait, Event::Act(device));
        if self.devices[device].process.is_none() {
            return;
        }
        let user = self.devices[device].user;
        let peer = if user == "alice" { "bob" } else { "alice" };
        let conv = if self.rng.chance(900) { peer } else { user };
        match self.rng.below(100) {
            0..=63 => {
                let odd = [flags::ONLINE_ONLY, flags::NO_UNREAD, flags::NO_PREVIEW];
                let bits = match self.rng.chance(self.plan.odd_flags_per_mille) {
                    true => odd[self.rng.below(3) as usize],
                    false => 0,
                };
                // Sometimes several at once.
                for _ in 0..if self.rng.chance(100) { 4 } else { 1 } {
                    self.app_send(device, conv, bits);
                }
            }
            64..=69 => self.app_resend(device),
            70..=81 => self.app_read(device, conv),
            82..=92 => self.app_history(device, conv),
            93..=95 => self.call(device, Op::GetConvList, Asked::Look),
            96..=97 => self.call(device, Op::GetConvInfo(vec![ConvKey::c2c(conv)]), Asked::Look),
            _ => self.call(device, Op::GetTotalUnread, Asked::Total),
        }
    }

    /// The app does something inside its receive callback, as apps do.
    fn react(&mut self, device: usize) {
        if self.logout_in_callback.take_if(|d| *d == device).is_some() {
            return self.app_logout(device);
        }
        if !self.busy || !self.rng.chance(self.plan.react_per_mille) {
            return;
        }
        let user = self.devices[device].user;
        let peer = if user == "alice" { "bob" } else { "alice" };
        match self.rng.below(4) {
            0 if self.plan.has(Fault::Logout) => self.app_logout(device),
            0 | 1 => self.app_send(device, peer, 0),
            2 => self.app_read(device, peer),
            _ => self.app_history(device, peer),
        }
    }

    /// Sends a text that nobody has sent before.
    pub(crate) fn app_send(&mut self, device: usize, conv: &str, bits: u32) {
        let now = self.device_now(device);
        let Some(process) = &self.devices[device].process else {
            return;
        };
        let identity = process.shared.new_identity(now);
        self.book.texts[device] += 1;
        let d = &self.devices[device];
        let text = format!("{}{}", d.letter, self.book.texts[device]);
        let key = (d.user.to_owned(), identity.client_time, identity.rand);
        let sent = Sent {
            device,
            install: d.install,
            text,
            to: conv.to_owned(),
            flags: bits,
            msg_id: identity.msg_id.clone(),
            acknowledged: false,
            failed: false,
        };
        self.hand_over(device, key, sent, identity, false);
    }

    /// Sends a message again that has failed.
    fn app_resend(&mut self, device: usize) {
        let install = self.devices[device].install;
        let Some(process) = &self.devices[device].process else {
            return;
        };
        let failed: Vec<&Key> = self
            .book
            .sends
            .iter()
            .filter(|(_, s)| s.device == device && s.install == install && s.failed)
            .filter(|(_, s)| process.shared.is_failed_send(&s.msg_id))
            .map(|(key, _)| key)
            .collect();
        if failed.is_empty() {
            return;
        }
        let key = failed[self.rng.below(failed.len() as u64) as usize].clone();
        let sent = Sent {
            failed: false,
            ..self.book.sends[&key].clone()
        };
        // What the id spells out; the counter is not in it.
        let identity = Identity {
            msg_id: sent.msg_id.clone(),
            client_time: key.1,
            rand: key.2,
            client_seq: 0,
        };
        self.hand_over(device, key, sent, identity, true);
    }

    fn hand_over(&mut self, device: usize, key: Key, sent: Sent, identity: Identity, resend: bool) {
        let (name, again) = (self.devices[device].name, if resend { " again" } else { "" });
        self.note(format_args!(
            "{name} sends {}{again} to {} flags {}",
            sent.text, sent.to, sent.flags
        ));
        let element = Element {
            kind: Some(element::Kind::Text(TextElement {
                content: sent.text.clone(),
            })),
        };
        let draft = MessageDraft {
            body: Body {
                elements: vec![element],
                ..Body::default()
            },
            flags: sent.flags,
            priority: 1,
            given_id: if resend {
                sent.msg_id.clone()
            } else {
                String::new()
            },
            ..MessageDraft::default()
        };
        let op = SendOp {
            conv: ConvKey::c2c(&sent.to),
            draft,
            identity,
            resend,
        };
        self.book.sends.insert(key.clone(), sent);
        self.call(device, Op::Send(Box::new(op)), Asked::Send { key });
    }

    /// Marks as read: one conversation, up to a message, up to a time, or everything.
    fn app_read(&mut self, device: usize, conv: &str) {
        let (name, user) = (self.devices[device].name, self.devices[device].user);
        let Some(session) = self.devices[device].process.as_ref().map(|p| p.session) else {
            return;
        };
        let one = CleanScope::One(ConvKey::c2c(conv));
        let newest = self.book.newest_known(device, user, conv);
        let given: Vec<(String, i64)> = self.book.throws[device]
            .seen
            .iter()
            .filter_map(|(key, id)| Some((self.book.stored.get(key)?, id)))
            .filter(|(stored, _)| stored.conversation_of(user) == Some(conv))
            .map(|(stored, id)| (id.clone(), stored.time_ms))
            .collect();
        let pick = self.rng.next();
        let (op, floors) = match self.rng.below(4) {
            0 if !given.is_empty() => {
                let (msg_id, time_ms) = given[pick as usize % given.len()].clone();
                let floor = self.newest_at(user, conv, time_ms);
                if pick >> 63 == 0 {
                    let message = MessageDraft {
                        given_id: msg_id,
                        ..MessageDraft::default()
                    };
                    let op = Op::ReportRead {
                        scope: one,
                        message: Some(Box::new(message)),
                    };
                    (op, vec![(conv.to_owned(), floor)])
                } else {
                    let timestamp = u64::try_from(time_ms / 1000).unwrap();
                    let op = Op::CleanUnread {
                        scope: one,
                        timestamp,
                        sequence: 0,
                    };
                    (op, vec![(conv.to_owned(), floor)])
                }
            }
            1 => {
                let op = Op::CleanUnread {
                    scope: CleanScope::AllC2c,
                    timestamp: 0,
                    sequence: 0,
                };
                // A conversation in which only own messages are new is passed over.
                (op, Vec::new())
            }
            _ => {
                let op = Op::CleanUnread {
                    scope: one,
                    timestamp: 0,
                    sequence: 0,
                };
                (op, vec![(conv.to_owned(), newest)])
            }
        };
        self.note(format_args!("{name} reads {floors:?}"));
        self.call(device, op, Asked::Read { floors, session });
    }

    /// Sequence of the newest stored message of the second in which `time_ms` lies.
    fn newest_at(&self, user: &str, conv: &str, time_ms: i64) -> u64 {
        let end = time_ms / 1000 * 1000 + 999;
        let all = self
            .book
            .stored
            .values()
            .filter(|s| s.conversation_of(user) == Some(conv) && s.time_ms <= end);
        all.map(|s| s.conv_seq).max().unwrap_or(0)
    }

    fn app_history(&mut self, device: usize, conv: &str) {
        let cloud = self.rng.chance(600);
        let count = u32::try_from(self.rng.between(1, 30)).unwrap();
        let name = self.devices[device].name;
        self.note(format_args!(
            "{name} looks at {count} messages with {conv}, cloud {cloud}"
        ));
        let param = HistoryParam {
            count,
            cloud,
            ..HistoryParam::default()
        };
        self.call(
            device,
            Op::GetHistory {
                conv: ConvKey::c2c(conv),
                param: Box::new(param),
            },
            Asked::Look,
        );
    }

    /// A completion callback.
    pub(crate) fn answered(&mut self, device: usize, asked: Asked, outcome: &Outcome) {
        let name = self.devices[device].name;
        let code = outcome.code;
        match asked {
            Asked::Login => {
                self.note(format_args!("{name} login ends with {code}"));
                let life = self.devices[device].life;
                if code == 0 {
                    if let Some(process) = &mut self.devices[device].process {
                        process.logged_in = true;
                        process.view = View::default();
                    }
                } else if is_excused(code) {
                    self.soon(500, 5000, Event::Login { device, life });
                } else if code != 7009 {
                    self.fail(format!("{name}: the login was refused: {code} {}", outcome.desc));
                }
            }
            Asked::Logout => {
                self.note(format_args!("{name} logout ends with {code}"));
                let life = self.devices[device].life;
                self.soon(0, 8000, Event::Login { device, life });
            }
            Asked::Send { key } => self.send_ended(device, &key, outcome),
            Asked::Read { floors, session } => self.read_ended(device, floors, session, outcome),
            Asked::Shows { key, session } => self.check_shows(device, &key, session, outcome),
            Asked::IsRead { conv, floor, session } => {
                self.check_is_read(device, &conv, floor, session, outcome)
            }
            Asked::Total => {
                if let Some(process) = &mut self.devices[device].process
                    && code == 0
                {
                    process.view.total = total_of(&outcome.json);
                }
            }
            Asked::Look => {}
            Asked::Keep(what) => {
                if let Some(process) = &mut self.devices[device].process {
                    process.view.kept.insert(what, outcome.json.clone());
                }
            }
        }
    }

    fn send_ended(&mut self, device: usize, key: &Key, outcome: &Outcome) {
        let (name, code) = (self.devices[device].name, outcome.code);
        let Some(sent) = self.book.sends.get_mut(key) else {
            return;
        };
        let label = sent.text.clone();
        sent.failed = code != 0;
        sent.acknowledged |= code == 0;
        let (online, msg_id) = (sent.flags & flags::ONLINE_ONLY != 0, sent.msg_id.clone());
        self.note(format_args!("{name} send of {label} ends with {code}"));
        if code == 0 {
            self.stats.acknowledged += 1;
            if online {
                return;
            }
            // P1
            if !self.book.stored.contains_key(key) {
                self.fail(format!(
                    "{name}: {label} was acknowledged and is not on the server's disk (P1)"
                ));
            }
            // P7: asked inside the callback.
            let Some(session) = self.devices[device].process.as_ref().map(|p| p.session) else {
                return;
            };
            self.call(
                device,
                Op::FindMessages { ids: vec![msg_id] },
                Asked::Shows {
                    key: key.clone(),
                    session,
                },
            );
        } else if !is_excused(code) && code != NO_SUCH_USER {
            self.fail(format!("{name}: {label} ended with {code} {}", outcome.desc));
        }
    }

    fn read_ended(&mut self, device: usize, floors: Vec<(String, u64)>, session: u32, outcome: &Outcome) {
        let (name, code) = (self.devices[device].name, outcome.code);
        self.note(format_args!("{name} reading {floors:?} ends with {code}"));
        if code != 0 {
            if !is_excused(code) {
                self.fail(format!(
                    "{name}: marking as read ended with {code} {}",
                    outcome.desc
                ));
            }
            return;
        }
        let user = self.devices[device].user;
        for (conv, floor) in floors.into_iter().filter(|(_, floor)| *floor > 0) {
            let known = self.book.read.entry((user.to_owned(), conv.clone())).or_default();
            *known = (*known).max(floor);
            let param = HistoryParam {
                count: 100,
                ..HistoryParam::default()
            };
            let op = Op::GetHistory {
                conv: ConvKey::c2c(&conv),
                param: Box::new(param),
            };
            self.call(device, op, Asked::IsRead { conv, floor, session });
        }
    }

    /// Whether the app is still logged in as when it asked.
    fn same_session(&self, device: usize, session: u32) -> bool {
        self.devices[device]
            .process
            .as_ref()
            .is_some_and(|p| p.logged_in && p.session == session)
    }

    /// P7: after its success callback a message is found as sent.
    fn check_shows(&mut self, device: usize, key: &Key, session: u32, outcome: &Outcome) {
        if !self.same_session(device, session) {
            return;
        }
        let found: Value = serde_json::from_str(&outcome.json).unwrap_or_default();
        let (name, label) = (self.devices[device].name, self.book.sends[key].text.clone());
        if found[0]["message_status"] != 2 || content_of(&found[0]) != label {
            self.fail(format!(
                "{name}: {label} was sent and a query does not show it (P7): {}",
                outcome.json
            ));
        }
    }

    /// P7: after its success callback everything up to there is read.
    fn check_is_read(&mut self, device: usize, conv: &str, floor: u64, session: u32, outcome: &Outcome) {
        if !self.same_session(device, session) {
            return;
        }
        let Ok(Value::Array(messages)) = serde_json::from_str(&outcome.json) else {
            return;
        };
        for message in &messages {
            let Some(stored) = self.book.stored.get(&key_of(message)) else {
                continue;
            };
            if stored.conv_seq <= floor && message["message_is_read"] != true {
                let (name, label, seq) = (self.devices[device].name, content_of(message), stored.conv_seq);
                let text =
                    format!("{name}: {label}, number {seq} with {conv}, is not read up to {floor} (P7)");
                return self.fail(text);
            }
        }
    }

    /// An event callback.
    pub(crate) fn told(&mut self, device: usize, kind: &EventKind) {
        let name = self.devices[device].name;
        let view = self.devices[device].process.as_mut().map(|p| &mut p.view);
        match (kind, view) {
            (EventKind::NewMessages { json, row }, _) => {
                self.thrown(device, json, *row);
                self.react(device);
            }
            (EventKind::KickedOffline | EventKind::UserSigExpired, _) => {
                self.fail(format!("{name}: told {kind:?} without a reason"));
            }
            (EventKind::TotalUnread(total), Some(view)) => {
                view.total = Some(i64::from(*total));
                self.note(format_args!("{name} total unread {total}"));
            }
            (EventKind::Conversations { event: 0 | 2, json }, Some(view)) => {
                let list: Value = serde_json::from_str(json).unwrap_or_default();
                for conv in list.as_array().into_iter().flatten() {
                    let (id, state) = conversation_of(conv);
                    view.convs.insert(id, state);
                }
            }
            (EventKind::Conversations { event, .. }, Some(view)) => {
                let begins = *event == 3;
                if std::mem::replace(&mut view.syncing, begins) == begins {
                    self.fail(format!("{name}: sync event {event} out of turn"));
                }
                self.note(format_args!("{name} sync event {event}"));
            }
            (EventKind::NetworkStatus { status, code, .. }, _) => {
                self.note(format_args!("{name} network status {status} ({code})"));
            }
            _ => {}
        }
    }
}

/// Id, unread number and preview of a ConvInfo object.
pub(crate) fn conversation_of(conv: &Value) -> (String, (u64, String)) {
    let id = conv["conv_id"].as_str().unwrap_or_default().to_owned();
    let last = conv["conv_last_msg"]["message_msg_id"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    (id, (conv["conv_unread_num"].as_u64().unwrap_or(0), last))
}

/// The number in the answer about the total of unread messages.
pub(crate) fn total_of(json: &str) -> Option<i64> {
    let value: Value = serde_json::from_str(json).ok()?;
    value["conv_get_total_unread_message_count_result_unread_count"].as_i64()
}
