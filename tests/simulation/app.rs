//! The app on each device: what it does by itself.

use timbre::engine::{CleanScope, Identity, Op, SendOp};
use timbre::model::messages::{ConvKey, HistoryParam, MessageDraft};
use timbre_protocol::{Body, Element, TextElement, element, flags};

use crate::answers::Asked;
use crate::book::{Key, Sent};
use crate::chance::Fault;
use crate::server;
use crate::world::{Event, World};

/// The app recalls and modifies one of so many of the latest messages.
const LATEST: usize = 12;

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
            82..=86 => self.app_history(device, conv),
            87..=88 => self.app_recall(device),
            89..=92 => self.app_modify(device, conv),
            93..=95 => self.call(device, Op::GetConvList, Asked::Look),
            96..=97 => self.call(device, Op::GetConvInfo(vec![ConvKey::c2c(conv)]), Asked::Look),
            _ => self.call(device, Op::GetTotalUnread, Asked::Total),
        }
    }

    /// The app does something inside its receive callback, as apps do.
    pub(crate) fn react(&mut self, device: usize) {
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

    /// Takes one of its last messages back.
    fn app_recall(&mut self, device: usize) {
        let (name, install) = (self.devices[device].name, self.devices[device].install);
        let Some(session) = self.devices[device].process.as_ref().map(|p| p.session) else {
            return;
        };
        let own: Vec<(Key, String, String)> = self
            .book
            .sends
            .iter()
            .rev()
            .filter(|(_, s)| s.device == device && s.install == install && s.acknowledged)
            .filter(|(_, s)| s.flags & flags::ONLINE_ONLY == 0)
            .take(LATEST)
            .map(|(key, s)| (key.clone(), s.to.clone(), s.msg_id.clone()))
            .collect();
        if own.is_empty() {
            return;
        }
        let (key, conv, msg_id) = own[self.rng.below(own.len() as u64) as usize].clone();
        let label = self.book.sends[&key].text.clone();
        self.note(format_args!("{name} recalls {label}"));
        let op = Op::Recall {
            conv: ConvKey::c2c(conv),
            message: Box::new(MessageDraft {
                given_id: msg_id.clone(),
                ..MessageDraft::default()
            }),
        };
        self.call(device, op, Asked::Recall { key, msg_id, session });
    }

    /// Changes the text of one of the last messages of a conversation, whoever sent it.
    fn app_modify(&mut self, device: usize, conv: &str) {
        let (name, user) = (self.devices[device].name, self.devices[device].user);
        let Some(session) = self.devices[device].process.as_ref().map(|p| p.session) else {
            return;
        };
        let known: Vec<(Key, String)> = self.book.throws[device]
            .seen
            .iter()
            .rev()
            .filter(|(key, _)| {
                let stored = self.book.stored.get(*key);
                stored.is_some_and(|s| s.conversation_of(user) == Some(conv))
            })
            .take(LATEST)
            .map(|(key, id)| (key.clone(), id.clone()))
            .collect();
        if known.is_empty() {
            return;
        }
        let (key, msg_id) = known[self.rng.below(known.len() as u64) as usize].clone();
        self.book.edits += 1;
        let text = format!("{}+{}", self.book.sends[&key].text, self.book.edits);
        self.note(format_args!("{name} modifies to {text}"));
        let element = Element {
            kind: Some(element::Kind::Text(TextElement { content: text })),
        };
        let op = Op::Modify {
            draft: Box::new(MessageDraft {
                given_id: msg_id.clone(),
                body: Body {
                    elements: vec![element],
                    ..Body::default()
                },
                ..MessageDraft::default()
            }),
            given: "{}".to_owned(),
        };
        self.call(device, op, Asked::Modify { key, msg_id, session });
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
}
