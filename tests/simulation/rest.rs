//! Coming to rest: whether everything has settled once the faults have stopped, and whether what is there then
//! keeps the promises.

use std::collections::BTreeMap;

use prost::Message as _;
use rusqlite::Connection;
use serde_json::Value;
use timbre::engine::Op;
use timbre::model::messages::{ConvKey, HistoryParam, Message, Status};
use timbre::store::Store;
use timbre::store::messages::{PageQuery, PageStart};
use timbre_protocol::flags;

use crate::answers::{Asked, conversation_of, total_of};
use crate::book::{Final, Key, Stored};
use crate::files;
use crate::wire;
use crate::world::World;

/// Virtual milliseconds from the end of the faults within which everything has to settle.
const PATIENCE_MS: u64 = 300_000;

/// One side of a conversation on the server.
#[derive(Debug, Clone, Copy, Default)]
struct Side {
    read_seq: u64,
    unread: u32,
    active: bool,
}

impl World {
    /// Ends the faults, waits until everything has settled, and checks what is there then.
    pub(crate) fn come_to_rest(&mut self) {
        self.calm_down();
        let limit = self.now + PATIENCE_MS;
        loop {
            self.run_until(self.now + 1000);
            if self.failure.is_some() {
                return;
            }
            match self.unrest() {
                None => break,
                Some(why) if self.now >= limit => {
                    return self.fail(format!(
                        "not at rest {PATIENCE_MS} ms after the last fault: {why}"
                    ));
                }
                Some(_) => {}
            }
        }
        self.note(format_args!("at rest"));
        self.check_before_pulls();
        self.ask_for_everything();
        self.wait_for_rest(30_000);
        if self.failure.is_some() {
            return;
        }
        self.check_answers();
        for device in 0..self.devices.len() {
            self.shut_down(device);
            let checked = self.check_database(device);
            if let Err(text) = checked {
                let name = self.devices[device].name;
                self.fail(format!("{name}: {text}"));
            }
        }
    }

    /// Lets time pass until everything has settled, at most `patience_ms`.
    fn wait_for_rest(&mut self, patience_ms: u64) {
        let limit = self.now + patience_ms;
        while self.failure.is_none() {
            self.run_until(self.now + 1000);
            match self.unrest() {
                None => return,
                Some(why) if self.now >= limit => {
                    self.fail(format!("not at rest {patience_ms} ms after the faults: {why}"));
                }
                Some(_) => {}
            }
        }
    }

    /// What has not settled yet.
    fn unrest(&self) -> Option<String> {
        if !self.server.is_idle() {
            return Some("the server has something to do".to_owned());
        }
        let truth = self.server.truth()?;
        for (device, d) in self.devices.iter().enumerate() {
            let Some(process) = &d.process else {
                return Some(format!("{} does not run", d.name));
            };
            if !process.logged_in {
                return Some(format!("{} is not logged in", d.name));
            }
            if self.is_deluded(device) {
                return Some(format!("{} has no connection that works", d.name));
            }
            // A pull whose request stalls for too long is answered with what is here.
            if self.has_bytes_under_way(device) {
                return Some(format!("{} has bytes under way", d.name));
            }
            if !process.is_idle() || !process.asked.is_empty() {
                return Some(format!("{} waits for {:?}", d.name, process.asked.values()));
            }
            let head: i64 = truth
                .query_row(
                    "SELECT log_head FROM accounts WHERE user_id = ?1",
                    [d.user],
                    |row| row.get(0),
                )
                .unwrap();
            let Ok(conn) = files::open_reader(&d.database()) else {
                return Some(format!("{}: no file", d.name));
            };
            let cursor: i64 = conn
                .query_row("SELECT value FROM meta_int WHERE key = 'cursor'", [], |row| {
                    row.get(0)
                })
                .unwrap_or(0);
            if cursor != head {
                return Some(format!("{} has the log up to {cursor} of {head}", d.name));
            }
            let sending: i64 = conn
                .query_row("SELECT count(*) FROM messages WHERE status = 1", [], |row| {
                    row.get(0)
                })
                .unwrap();
            if sending > 0 {
                return Some(format!("{}: {sending} sends have not ended (P6)", d.name));
            }
        }
        None
    }

    /// What synchronisation alone has to have brought: the receive callback for every message since the device
    /// has a database, and those messages in it.
    fn check_before_pulls(&mut self) {
        for device in 0..self.devices.len() {
            if let Err(text) = self.check_synchronised(device) {
                let name = self.devices[device].name;
                self.fail(format!("{name}: {text}"));
            }
        }
    }

    fn check_synchronised(&self, device: usize) -> Result<(), String> {
        let d = &self.devices[device];
        let base = self.book.base[device].ok_or("at rest without a cursor")?;
        let finals = self.finals();
        let here = rows_by_key(&files::open_reader(&d.database()).map_err(|e| e.to_string())?)?;
        for (key, log_seq) in self.log_of(d.user) {
            let (stored, sent) = (&self.book.stored[&key], &self.book.sends[&key]);
            let label = &stored.text;
            if log_seq <= base {
                continue;
            }
            if !here.contains_key(&key) {
                return Err(format!("{label}, log entry {log_seq}, is not here (P2)"));
            }
            let own = sent.device == device && sent.install == d.install;
            let told = own || finals[&key].recalled || self.book.throws[device].seen.contains_key(&key);
            if !told {
                return Err(format!("{label}, log entry {log_seq}, was never thrown (P2)"));
            }
        }
        Ok(())
    }

    /// The messages of a user's log with their numbers.
    fn log_of(&self, user: &str) -> Vec<(Key, u64)> {
        let Some(truth) = self.server.truth() else {
            return Vec::new();
        };
        let sql = "SELECT s.user_id, m.unique_id, l.seq
                   FROM user_log l JOIN messages m ON l.kind = 1 AND m.id = l.message
                        JOIN accounts s ON s.no = m.sender JOIN accounts a ON a.no = l.account
                   WHERE a.user_id = ?1 ORDER BY l.seq";
        let mut select = truth.prepare(sql).unwrap();
        let rows = select.query_map([user], |row| {
            let unique = row.get::<_, i64>(1)?.cast_unsigned();
            let key = (row.get(0)?, (unique >> 32) as u32, unique as u32);
            Ok((key, row.get(2)?))
        });
        rows.unwrap().map(Result::unwrap).collect()
    }

    /// Every device pulls the whole history of every conversation and asks for what it shows.
    fn ask_for_everything(&mut self) {
        for device in 0..self.devices.len() {
            for conv in ["alice", "bob"] {
                let param = HistoryParam {
                    count: 1000,
                    cloud: true,
                    ..HistoryParam::default()
                };
                let op = Op::GetHistory {
                    conv: ConvKey::c2c(conv),
                    param: Box::new(param),
                };
                self.call(device, op, Asked::Look);
            }
        }
        self.wait_for_rest(30_000);
        for device in 0..self.devices.len() {
            self.call(device, Op::GetTotalUnread, Asked::Keep("total".to_owned()));
            self.call(device, Op::GetConvList, Asked::Keep("list".to_owned()));
        }
    }

    /// What the queries answered agrees with what the events told, and with one another.
    fn check_answers(&mut self) {
        for device in 0..self.devices.len() {
            let Some(process) = &self.devices[device].process else {
                continue;
            };
            let view = &process.view;
            let total = total_of(&view.kept["total"]);
            let list: Value = serde_json::from_str(&view.kept["list"]).unwrap_or_default();
            let mut sum = 0;
            let mut problem = None;
            for conv in list.as_array().into_iter().flatten() {
                let (id, state) = conversation_of(conv);
                sum += i64::try_from(state.0).unwrap();
                if let Some(told) = view.convs.get(&id).filter(|told| **told != state) {
                    problem = Some(format!(
                        "the events told {told:?} of {id}, the list says {state:?} (P5)"
                    ));
                }
            }
            if total != Some(sum) {
                problem = Some(format!("the total is {total:?}, the list adds up to {sum} (P5)"));
            }
            if let Some(told) = view.total.filter(|told| *told != sum) {
                problem = Some(format!("the event told the total {told}, it is {sum} (P5)"));
            }
            if let Some(problem) = problem {
                let name = self.devices[device].name;
                self.fail(format!("{name}: {problem}"));
            }
        }
    }

    /// The database of a device against the server's disk and the book (P1 to P6).
    fn check_database(&self, device: usize) -> Result<(), String> {
        let d = &self.devices[device];
        let finals = self.finals();
        for key in &self.book.recalled {
            if !finals[key].recalled {
                return Err(format!(
                    "{} was recalled, and is not (P1)",
                    self.book.sends[key].text
                ));
            }
        }
        for (key, version) in &self.book.versions {
            if u64::from(finals[key].version) < *version {
                return Err(format!(
                    "version {version} of {} is lost (P1)",
                    self.book.sends[key].text
                ));
            }
        }
        let path = d.database();
        files::check(&path)?;
        let (store, _) = Store::open(&path).map_err(|e| e.to_string())?;
        for conv in ["alice", "bob"] {
            let on_server: BTreeMap<u64, (&Key, &Stored)> = self
                .book
                .stored
                .iter()
                .filter(|(_, s)| s.conversation_of(d.user) == Some(conv))
                .map(|(key, s)| (s.conv_seq, (key, s)))
                .collect();
            let key = ConvKey::c2c(conv);
            let Some(local) = store.conversation(&key).map_err(|e| e.to_string())? else {
                if on_server.is_empty() {
                    continue;
                }
                return Err(format!("there is no conversation with {conv} (P2)"));
            };
            let messages = all_messages(&store, local.row)?;
            self.check_messages(device, conv, &messages, &on_server, &finals)?;
            let ranges = store.ranges(local.row).map_err(|e| e.to_string())?;
            let last = on_server.len() as u64;
            if last > 0 && ranges != [(1, last)] {
                return Err(format!(
                    "ranges with {conv} are {ranges:?}, {last} messages exist"
                ));
            }
            let preview = messages
                .iter()
                .rev()
                .find(|m| m.may_be_preview() && m.status != Status::Deleted)
                .map(|m| m.msg_id.as_str());
            let shown = local.last.as_ref().map(|m| m.msg_id.as_str());
            if local.listed && shown != preview {
                return Err(format!(
                    "the preview with {conv} is {shown:?}, the newest is {preview:?} (P5)"
                ));
            }
            let Some((mine, theirs)) = self.sides(d.user, conv) else {
                continue;
            };
            if mine.active && !local.listed {
                return Err(format!("the conversation with {conv} is not in the list (P5)"));
            }
            let unread = on_server
                .values()
                .filter(|(k, s)| {
                    s.conv_seq > mine.read_seq
                        && k.0 != d.user
                        && s.flags & flags::NO_UNREAD == 0
                        && !finals[*k].recalled
                })
                .count();
            let counts = (unread, mine.unread as usize, local.unread as usize);
            if counts.0 != counts.1 || counts.0 != counts.2 {
                return Err(format!(
                    "unread with {conv}: counted, server, here: {counts:?} (P5)"
                ));
            }
            // A conversation that was in no list when this device took its snapshot brings no position with
            // it: what that leaves out can only be own messages.
            let unseen = |s: &Stored| s.conv_seq > local.read_seq && s.conv_seq <= mine.read_seq;
            let differs = on_server.values().any(|(k, s)| k.0 != d.user && unseen(s));
            if differs || local.read_seq > mine.read_seq {
                return Err(format!(
                    "read up to {} of {} with {conv} (P5)",
                    local.read_seq, mine.read_seq
                ));
            }
            let floor = self
                .book
                .read
                .get(&(d.user.to_owned(), conv.to_owned()))
                .copied()
                .unwrap_or(0);
            if mine.read_seq < floor {
                return Err(format!(
                    "{conv} was told to be read up to {floor}, it is up to {}",
                    mine.read_seq
                ));
            }
            // The peer's position is told when it passes one of our messages.
            let between = |s: &Stored| s.conv_seq > local.peer_read_seq && s.conv_seq <= theirs.read_seq;
            let missed = on_server.values().any(|(k, s)| k.0 == d.user && between(s)) && conv != d.user;
            if missed || local.peer_read_seq > theirs.read_seq {
                let text = format!(
                    "{conv} has read up to {}, here {} (P5)",
                    theirs.read_seq, local.peer_read_seq
                );
                return Err(text);
            }
        }
        Ok(())
    }

    fn check_messages(
        &self,
        device: usize,
        conv: &str,
        messages: &[Message],
        on_server: &BTreeMap<u64, (&Key, &Stored)>,
        finals: &BTreeMap<Key, Final>,
    ) -> Result<(), String> {
        let d = &self.devices[device];
        let mut expected = on_server.iter();
        for message in messages {
            let key = (message.sender.clone(), message.client_time, message.rand);
            let stored = self.book.stored.get(&key);
            match message.status {
                Status::Sent | Status::Revoked => {
                    self.check_content(message, finals.get(&key))?;
                    let next = expected
                        .next()
                        .map(|(_, (key, s))| ((*key).clone(), s.conv_seq, s.time_ms));
                    let found = (key, message.conv_seq, message.server_time_ms);
                    if next.as_ref() != Some(&found) {
                        return Err(format!(
                            "with {conv} stands {found:?} where {next:?} should (P2 to P5)"
                        ));
                    }
                }
                Status::Failed => {
                    let sent = self
                        .book
                        .sends
                        .get(&key)
                        .ok_or("a failed send that nobody made")?;
                    if stored.is_some() || sent.acknowledged {
                        return Err(format!("{} is failed here and on the server (P6)", sent.text));
                    }
                    if sent.device != device || sent.install != d.install {
                        return Err(format!("{} failed on another device", sent.text));
                    }
                }
                other => return Err(format!("a message of status {other:?} at rest (P6)")),
            }
        }
        match expected.next() {
            None => Ok(()),
            Some((seq, (_, stored))) => Err(format!(
                "{} is missing, number {seq} with {conv} (P2)",
                stored.text
            )),
        }
    }

    /// A message has the content that the server has, or is recalled here and there.
    fn check_content(&self, message: &Message, stored: Option<&Final>) -> Result<(), String> {
        let here = Final {
            recalled: message.status == Status::Revoked,
            version: message.version,
            text: wire::text_of(&message.body.encode_to_vec()),
        };
        let agrees = stored.is_some_and(|stored| {
            if stored.recalled {
                // The device that recalled it keeps what it had.
                here.recalled
            } else {
                *stored == here
            }
        });
        if agrees {
            return Ok(());
        }
        Err(format!("{here:?} is here, {stored:?} on the server (P5)"))
    }

    /// The user's side and the other's of a conversation, as the server holds them.
    fn sides(&self, user: &str, conv: &str) -> Option<(Side, Side)> {
        let truth = self.server.truth()?;
        let sql = "SELECT a.user_id, b.user_id, c.low_read_seq, c.low_unread, c.low_active_ms > 0,
                          c.high_read_seq, c.high_unread, c.high_active_ms > 0
                   FROM conversations c JOIN accounts a ON a.no = c.low JOIN accounts b ON b.no = c.high";
        let mut select = truth.prepare(sql).ok()?;
        let rows = select.query_map([], |row| {
            let side = |at: usize| -> rusqlite::Result<Side> {
                Ok(Side {
                    read_seq: row.get(at)?,
                    unread: row.get(at + 1)?,
                    active: row.get(at + 2)?,
                })
            };
            Ok((
                row.get::<_, String>(0)?,
                row.get::<_, String>(1)?,
                side(2)?,
                side(5)?,
            ))
        });
        for row in rows.ok()? {
            let (low, high, low_side, high_side) = row.ok()?;
            if low == user && high == conv {
                return Some((low_side, if low == high { low_side } else { high_side }));
            }
            if high == user && low == conv {
                return Some((high_side, low_side));
            }
        }
        None
    }
}

/// Everything of a conversation in its local order.
pub(crate) fn all_messages(store: &Store, conv_row: i64) -> Result<Vec<Message>, String> {
    let query = PageQuery {
        conv_row,
        start: PageStart::End,
        newer: true,
        limit: u32::MAX >> 1,
        min_time_ms: None,
        max_time_ms: None,
        types: Vec::new(),
    };
    store.page(&query).map_err(|e| e.to_string())
}

fn rows_by_key(conn: &Connection) -> Result<BTreeMap<Key, i64>, String> {
    let mut select = conn
        .prepare("SELECT sender, client_time, rand, row FROM messages WHERE status IN (2, 6)")
        .map_err(|e| e.to_string())?;
    let rows = select.query_map([], |row| {
        Ok(((row.get(0)?, row.get(1)?, row.get(2)?), row.get(3)?))
    });
    rows.and_then(Iterator::collect).map_err(|e| e.to_string())
}
