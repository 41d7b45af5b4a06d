//! What the app on each device expects of the answers and events that it gets.

use std::collections::BTreeMap;

use serde_json::Value;
use timbre::engine::{EventKind, Op};
use timbre::model::error::Outcome;
use timbre::model::messages::{ConvKey, HistoryParam};
use timbre_protocol::flags;

use crate::book::{Key, content_of, is_text_of, key_of};
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
    /// The message is taken back.
    Recall {
        key: Key,
        msg_id: String,
        session: u32,
    },
    /// The message has new content.
    Modify {
        key: Key,
        msg_id: String,
        session: u32,
    },
    /// After a recall or a modification succeeded: the message is found with at least this version, or recalled.
    IsChanged {
        version: Option<u64>,
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

/// Codes with which a call may end that the network, a logout or the end of the process kept from its own end.
fn is_excused(code: i32) -> bool {
    (9500..9600).contains(&code) || matches!(code, 6014 | 6023 | 7009 | -10114)
}

/// The receiver has never logged in yet.
const NO_SUCH_USER: i32 = 20003;
/// The message is too old to be recalled.
const TOO_LATE: i32 = 20016;
/// Somebody else has modified the message meanwhile.
const CONFLICT: i32 = 8006;

impl World {
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
                } else {
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
            Asked::Recall { key, msg_id, session } => {
                self.note(format_args!("{name} recall ends with {code}"));
                if code == 0 {
                    self.book.recalled.insert(key);
                    self.look_for_change(device, msg_id, None, session);
                } else if !is_excused(code) && !matches!(code, 6017 | TOO_LATE) {
                    self.fail(format!("{name}: the recall ended with {code} {}", outcome.desc));
                }
            }
            Asked::Modify { key, msg_id, session } => {
                self.note(format_args!("{name} modification ends with {code}"));
                if code == 0 {
                    let message: Value = serde_json::from_str(&outcome.json).unwrap_or_default();
                    let version = message["message_version"].as_u64().unwrap_or(0);
                    let known = self.book.versions.entry(key).or_default();
                    *known = (*known).max(version);
                    self.look_for_change(device, msg_id, Some(version), session);
                } else if !is_excused(code) && !matches!(code, 6017 | CONFLICT) {
                    self.fail(format!(
                        "{name}: the modification ended with {code} {}",
                        outcome.desc
                    ));
                }
            }
            Asked::IsChanged { version, session } => {
                let found: Value = serde_json::from_str(&outcome.json).unwrap_or_default();
                let recalled = found[0]["message_status"] == 6;
                let reached = version.is_some_and(|v| found[0]["message_version"].as_u64() >= Some(v));
                if self.same_session(device, session) && !recalled && !reached {
                    self.fail(format!(
                        "{name}: a message was changed and a query does not show it (P7): {}",
                        outcome.json
                    ));
                }
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

    /// P7: asked inside the callback.
    fn look_for_change(&mut self, device: usize, msg_id: String, version: Option<u64>, session: u32) {
        if self.same_session(device, session) {
            let op = Op::FindMessages { ids: vec![msg_id] };
            self.call(device, op, Asked::IsChanged { version, session });
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
            let process = self.devices[device].process.as_ref();
            let Some(session) = process.filter(|p| p.logged_in).map(|p| p.session) else {
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
            if !self.same_session(device, session) {
                continue;
            }
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
        // Somebody may have changed or recalled it in this moment already.
        let gone = found[0]["message_status"] == 6;
        if !gone && (found[0]["message_status"] != 2 || !is_text_of(content_of(&found[0]), &label)) {
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
            (EventKind::MessagesRecalled { json }, _) => {
                let list: Value = serde_json::from_str(json).unwrap_or_default();
                for message in list.as_array().into_iter().flatten() {
                    let id = message["message_msg_id"].as_str().unwrap_or_default().to_owned();
                    self.note(format_args!("{name} is told of the recall of {id}"));
                    if !self.book.throws[device].recalls.insert(id.clone()) {
                        self.fail(format!("{name}: told twice of the recall of {id} (P3)"));
                    }
                }
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
