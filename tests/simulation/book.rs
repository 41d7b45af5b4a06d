//! The book: what the apps asked for and were told, and what the server's disk holds. It survives every kill,
//! and everything that happens is held against it at once.

use std::collections::{BTreeMap, BTreeSet};

use prost::Message as _;
use serde_json::Value;
use timbre_protocol::{ChatMessage, flags};

use crate::files;
use crate::wire;
use crate::world::World;

/// Identity of a message: sender, client time, random number.
pub(crate) type Key = (String, u32, u32);

/// A call of the send function, and what became of it.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) device: usize,
    pub(crate) install: u32,
    pub(crate) text: String,
    pub(crate) to: String,
    pub(crate) flags: u32,
    pub(crate) msg_id: String,
    /// A success callback was seen.
    pub(crate) acknowledged: bool,
    /// The last callback was a failure, and it has not been sent again since.
    pub(crate) failed: bool,
}

/// A message on the server's disk.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    /// Both users, sorted.
    pub(crate) pair: (String, String),
    pub(crate) conv_seq: u64,
    pub(crate) time_ms: i64,
    pub(crate) flags: u32,
    pub(crate) text: String,
}

impl Stored {
    /// The conversation's name for one of its users; none for anybody else.
    pub(crate) fn conversation_of(&self, user: &str) -> Option<&str> {
        match &self.pair {
            (a, b) if a == user => Some(b),
            (a, b) if b == user => Some(a),
            _ => None,
        }
    }
}

/// What the receive callback of one installation was given.
#[derive(Debug, Default)]
pub(crate) struct Throws {
    /// Every message it was given, with the message id it was given under.
    pub(crate) seen: BTreeMap<Key, String>,
    /// By conversation: sequence of the last message, for the order.
    last: BTreeMap<String, u64>,
    /// Callbacks that have run without the engine having committed that.
    unnoted: Vec<(i64, Vec<Key>)>,
    /// Messages that may come once more, with the row to be noted: the process died before it had done so.
    may_repeat: BTreeMap<Key, i64>,
    /// Online-only messages.
    online: BTreeSet<Key>,
    /// Ids of messages that it was told to be recalled.
    pub(crate) recalls: BTreeSet<String>,
}

/// See the module.
#[derive(Debug, Default)]
pub(crate) struct Book {
    pub(crate) sends: BTreeMap<Key, Sent>,
    pub(crate) stored: BTreeMap<Key, Stored>,
    /// By pair of users: newest sequence and its time.
    pub(crate) heads: BTreeMap<(String, String), (u64, i64)>,
    pub(crate) throws: [Throws; 3],
    /// By device: the log is owed from this number on, because the device had a database then.
    pub(crate) base: [Option<u64>; 3],
    /// By user and conversation: a success callback said that everything up to here is read.
    pub(crate) read: BTreeMap<(String, String), u64>,
    /// A success callback said that it is recalled.
    pub(crate) recalled: BTreeSet<Key>,
    /// A success callback said that it has at least this version.
    pub(crate) versions: BTreeMap<Key, u64>,
    /// Modifications asked for, by whomever.
    pub(crate) edits: u64,
    /// Texts used by each device.
    pub(crate) texts: [u64; 3],
    last_id: i64,
}

impl Book {
    /// The engine has committed that the callback up to this row has run.
    pub(crate) fn throw_noted(&mut self, device: usize, row: i64) {
        let throws = &mut self.throws[device];
        throws.unnoted.retain(|(r, _)| *r > row);
        throws.may_repeat.retain(|_, r| *r > row);
    }

    /// What was thrown and not noted may come again, and nothing else.
    pub(crate) fn process_ended(&mut self, device: usize, user: &str) {
        let throws = &mut self.throws[device];
        for (row, keys) in std::mem::take(&mut throws.unnoted) {
            throws.may_repeat.extend(keys.into_iter().map(|key| (key, row)));
        }
        for key in throws.may_repeat.keys() {
            let Some(stored) = self.stored.get(key) else {
                continue;
            };
            let last = stored
                .conversation_of(user)
                .and_then(|conv| throws.last.get_mut(conv));
            if let Some(last) = last {
                *last = (*last).min(stored.conv_seq - 1);
            }
        }
    }

    pub(crate) fn device_reinstalled(&mut self, device: usize) {
        self.throws[device] = Throws::default();
        self.base[device] = None;
    }

    /// Sequence of the newest message of a conversation that this device's app was given or has sent.
    pub(crate) fn newest_known(&self, device: usize, user: &str, conv: &str) -> u64 {
        let thrown = self.throws[device].seen.keys();
        let sent = self
            .sends
            .iter()
            .filter(|(_, s)| s.device == device && s.acknowledged)
            .map(|(k, _)| k);
        thrown
            .chain(sent)
            .filter_map(|key| self.stored.get(key))
            .filter(|s| s.conversation_of(user) == Some(conv))
            .map(|s| s.conv_seq)
            .max()
            .unwrap_or(0)
    }
}

fn text<'a>(message: &'a Value, key: &str) -> &'a str {
    message[key].as_str().unwrap_or_default()
}

fn number(message: &Value, key: &str) -> u32 {
    message[key]
        .as_u64()
        .and_then(|n| u32::try_from(n).ok())
        .unwrap_or(0)
}

/// The identity of a Message object.
pub(crate) fn key_of(message: &Value) -> Key {
    let (time, rand) = (
        number(message, "message_client_time"),
        number(message, "message_rand"),
    );
    (text(message, "message_sender").to_owned(), time, rand)
}

/// The text of a Message object's first element.
pub(crate) fn content_of(message: &Value) -> &str {
    text(&message["message_elem_array"][0], "text_elem_content")
}

/// Whether `text` is the text that was sent, or one that a modification has made of it.
pub(crate) fn is_text_of(text: &str, sent: &str) -> bool {
    text.strip_prefix(sent)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('+'))
}

/// What the server's disk says of a message at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Final {
    pub(crate) recalled: bool,
    pub(crate) version: u32,
    pub(crate) text: String,
}

impl World {
    /// What the server's disk says of every message.
    pub(crate) fn finals(&self) -> BTreeMap<Key, Final> {
        let all = self.committed_after(0).into_iter().map(|(_, m)| {
            let state = Final {
                recalled: m.recall.is_some(),
                version: m.version,
                text: if m.recall.is_some() {
                    String::new()
                } else {
                    wire::text_of(&m.body)
                },
            };
            ((m.sender, m.client_time, m.random), state)
        });
        all.collect()
    }

    /// The receive callback of a device's app.
    pub(crate) fn thrown(&mut self, device: usize, json: &str, row: i64) {
        let Ok(Value::Array(messages)) = serde_json::from_str(json) else {
            return self.fail("the receive callback was given no JSON array");
        };
        let mut keys = Vec::new();
        for message in &messages {
            let key = key_of(message);
            let label = content_of(message).to_owned();
            let name = self.devices[device].name;
            self.note(format_args!("{name} receives {label}"));
            self.stats.thrown += 1;
            if let Err(text) = self.check_throw(device, message, &key) {
                self.fail(format!("{name}: {label}: {text}"));
            }
            keys.push(key);
        }
        if row > 0 {
            self.book.throws[device].unnoted.push((row, keys));
        }
    }

    fn check_throw(&mut self, device: usize, message: &Value, key: &Key) -> Result<(), String> {
        let (user, install) = (self.devices[device].user, self.devices[device].install);
        let book = &mut self.book;
        let Some(sent) = book.sends.get(key) else {
            return Err("thrown, and nobody sent it".to_owned());
        };
        if !is_text_of(content_of(message), &sent.text) || number(message, "message_status") != 2 {
            return Err(format!("thrown with another content or status: {message}"));
        }
        if sent.device == device && sent.install == install {
            return Err("an own send was thrown (P3)".to_owned());
        }
        let throws = &mut book.throws[device];
        if sent.flags & flags::ONLINE_ONLY != 0 {
            return match throws.online.insert(key.clone()) {
                true => Ok(()),
                false => Err("an online-only message was thrown twice (P3)".to_owned()),
            };
        }
        let Some(stored) = book.stored.get(key) else {
            return Err("thrown, and it is not on the server's disk (P1)".to_owned());
        };
        let conv = text(message, "message_conv_id");
        if stored.conversation_of(user) != Some(conv) {
            return Err(format!("thrown in the conversation {conv}"));
        }
        let id = text(message, "message_msg_id").to_owned();
        if throws.seen.insert(key.clone(), id).is_some() && throws.may_repeat.remove(key).is_none() {
            return Err("thrown twice (P3)".to_owned());
        }
        let last = throws.last.entry(conv.to_owned()).or_default();
        if stored.conv_seq <= *last {
            return Err(format!(
                "thrown as number {} after number {last} (P4)",
                stored.conv_seq
            ));
        }
        *last = stored.conv_seq;
        Ok(())
    }

    /// Reads what the server has committed since the last time.
    pub(crate) fn learn_truth(&mut self) {
        for (id, message) in self.committed_after(self.book.last_id) {
            self.book.last_id = id;
            if let Err(text) = self.enter(message) {
                self.fail(text);
            }
        }
    }

    fn committed_after(&self, id: i64) -> Vec<(i64, ChatMessage)> {
        let Some(truth) = self.server.truth() else {
            return Vec::new();
        };
        let mut select = truth
            .prepare_cached("SELECT id, message FROM messages WHERE id > ?1 ORDER BY id")
            .unwrap();
        let rows = select
            .query_map([id], |row| Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?)))
            .unwrap();
        rows.map(|row| {
            let (id, blob) = row.unwrap();
            (id, ChatMessage::decode(&blob[..]).unwrap())
        })
        .collect()
    }

    fn enter(&mut self, m: ChatMessage) -> Result<(), String> {
        let label = wire::text_of(&m.body);
        self.note(format_args!(
            "committed {label} as {} to {} number {}",
            m.sender, m.target, m.conv_seq
        ));
        let book = &mut self.book;
        let mut pair = (m.sender.clone(), m.target.clone());
        if pair.0 > pair.1 {
            pair = (pair.1, pair.0);
        }
        let key = (m.sender, m.client_time, m.random);
        let Some(sent) = book.sends.get(&key) else {
            return Err(format!("{label} is stored, and nobody sent it"));
        };
        if sent.text != label || sent.to != m.target || sent.flags != m.flags {
            return Err(format!("{label} is stored as something else than what was sent"));
        }
        let head = book.heads.entry(pair.clone()).or_insert((0, 0));
        if m.conv_seq != head.0 + 1 || m.server_time_ms < head.1 {
            return Err(format!(
                "{label} is stored as number {} after {}",
                m.conv_seq, head.0
            ));
        }
        *head = (m.conv_seq, m.server_time_ms);
        let stored = Stored {
            pair,
            conv_seq: m.conv_seq,
            time_ms: m.server_time_ms,
            flags: m.flags,
            text: label.clone(),
        };
        match book.stored.insert(key, stored) {
            None => Ok(()),
            Some(first) => Err(format!(
                "{label} is stored twice, as {} and {} (P3)",
                first.conv_seq, m.conv_seq
            )),
        }
    }

    /// A restart of the server neither loses nor invents anything.
    pub(crate) fn check_truth_after_restart(&mut self) {
        // What was committed and not yet read into the book when the process died.
        self.learn_truth();
        let Some(truth) = self.server.truth() else { return };
        let count: i64 = truth
            .query_row("SELECT count(*) FROM messages", [], |row| row.get(0))
            .unwrap();
        let known = self.book.stored.len();
        if usize::try_from(count) != Ok(known) {
            self.fail(format!(
                "the server holds {count} messages after its restart, {known} were committed (P1)"
            ));
        }
    }

    /// Notes from which number on the device is owed its user's log: it has a cursor from now on.
    pub(crate) fn learn_base(&mut self, device: usize) {
        let path = self.devices[device].database();
        if self.book.base[device].is_some() || !path.exists() {
            return;
        }
        let Ok(conn) = files::open_reader(&path) else {
            return;
        };
        let meta = |key: &str| {
            conn.query_row("SELECT value FROM meta_int WHERE key = ?1", [key], |row| {
                row.get::<_, i64>(0)
            })
            .unwrap_or(0)
        };
        if meta("epoch") != 0 {
            self.book.base[device] = u64::try_from(meta("cursor")).ok();
        }
    }
}
