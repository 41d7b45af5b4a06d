//! Keys and values that are attached to messages.

use std::collections::HashMap;

use prost::Message as _;
use rusqlite::{Connection, OptionalExtension as _, Row, params};
use timbre_protocol::online_push::Kind as Online;
use timbre_protocol::{
    Extension, ExtensionOutcome, ExtensionWrite, ExtensionsChanged, ExtensionsReply, GetExtensionsReply,
    flags,
};

use super::annotations::{annotate, answered, find_at, note_answer, tell_both};
use super::log::unreadable;
use super::writer::Tx;
use crate::error::code;
use crate::storage::{AtMessage, ExtensionChange, ExtensionsWritten, NotPossible, WriteExtensions};

/// Deleted keys are remembered for so many further changes of their message.
const KEPT: u64 = 1000;
/// Changes after which the older ones are looked for.
const PRUNE_EVERY: u64 = 200;
const MINUTE_MS: i64 = 60_000;

#[derive(Default)]
struct Head {
    seq: u64,
    cleared: u64,
    pruned: u64,
    minute: i64,
    writes: u32,
}

fn head(conn: &Connection, message: i64) -> rusqlite::Result<Head> {
    let found = conn
        .prepare_cached(
            "SELECT extension_seq, cleared_seq, pruned_seq, minute, writes FROM annotated WHERE message = ?1",
        )?
        .query_row([message], |row| {
            Ok(Head {
                seq: row.get(0)?,
                cleared: row.get(1)?,
                pruned: row.get(2)?,
                minute: row.get(3)?,
                writes: row.get(4)?,
            })
        })
        .optional()?;
    Ok(found.unwrap_or_default())
}

struct Kept {
    now: Extension,
    seq: u64,
}

fn kept(row: &Row<'_>) -> rusqlite::Result<Kept> {
    Ok(Kept {
        now: Extension {
            key: row.get(0)?,
            value: row.get(1)?,
            version: row.get(2)?,
            born: row.get(3)?,
            deleted: row.get(4)?,
        },
        seq: row.get(5)?,
    })
}

/// The keys of a message that changed after `after`, deleted ones among them, in the order in which they were
/// made.
fn all(conn: &Connection, message: i64, after: u64) -> rusqlite::Result<Vec<Kept>> {
    conn.prepare_cached(
        "SELECT key, value, version, born, deleted, seq FROM extensions
         WHERE message = ?1 AND seq > ?2 ORDER BY born",
    )?
    .query_map(params![message, after], kept)?
    .collect()
}

pub(super) fn read(
    conn: &Connection,
    at: &AtMessage,
    after: u64,
) -> rusqlite::Result<Option<GetExtensionsReply>> {
    let Some((found, _)) = find_at(conn, at)? else {
        return Ok(None);
    };
    let head = head(conn, found.id)?;
    let full = after == 0 || after < head.pruned || after > head.seq;
    let rows = all(conn, found.id, if full { 0 } else { after })?;
    Ok(Some(GetExtensionsReply {
        extensions: rows.into_iter().map(|row| row.now).collect(),
        latest_seq: head.seq,
        cleared_seq: head.cleared,
        full,
    }))
}

/// A write of several keys under way.
struct Write {
    message: i64,
    keys: HashMap<String, Kept>,
    present: usize,
    most: usize,
    seq: u64,
    changed: Vec<Extension>,
}

impl Write {
    fn now(&self, key: &str) -> Extension {
        self.keys.get(key).map_or_else(
            || Extension {
                key: key.to_owned(),
                deleted: true,
                ..Extension::default()
            },
            |kept| kept.now.clone(),
        )
    }

    fn store(&mut self, conn: &Connection, now: Extension) -> rusqlite::Result<()> {
        conn.prepare_cached(
            "INSERT OR REPLACE INTO extensions (message, key, value, version, seq, born, deleted)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?
        .execute(params![
            self.message,
            now.key,
            now.value,
            now.version,
            self.seq,
            now.born,
            now.deleted
        ])?;
        self.changed.push(now.clone());
        let seq = self.seq;
        self.keys.insert(now.key.clone(), Kept { now, seq });
        Ok(())
    }

    fn set(&mut self, conn: &Connection, write: &ExtensionWrite) -> rusqlite::Result<ExtensionOutcome> {
        let now = self.now(&write.key);
        if now.version != write.version {
            return Ok(conflict(now));
        }
        if !now.deleted && now.value == write.value {
            return Ok(done(now));
        }
        if now.deleted && self.present >= self.most {
            let text = format!(
                "the message has {} keys already, the limit is {}",
                self.present, self.most
            );
            return Ok(outcome(code::INVALID_PARAMETERS, text, now));
        }
        self.seq += 1;
        self.present += usize::from(now.deleted);
        let next = Extension {
            value: write.value.clone(),
            version: now.version + 1,
            born: if now.deleted { self.seq } else { now.born },
            deleted: false,
            key: now.key,
        };
        self.store(conn, next.clone())?;
        Ok(done(next))
    }

    fn delete(&mut self, conn: &Connection, key: &str, version: u64) -> rusqlite::Result<ExtensionOutcome> {
        let now = self.now(key);
        if now.version != version {
            return Ok(conflict(now));
        }
        if now.deleted {
            return Ok(outcome(
                code::EXTENSION_NOT_EXIST,
                "the message has no such key".to_owned(),
                now,
            ));
        }
        self.seq += 1;
        self.present -= 1;
        let next = Extension {
            value: String::new(),
            version: now.version + 1,
            deleted: true,
            ..now
        };
        self.store(conn, next.clone())?;
        Ok(done(next))
    }
}

fn outcome(code: i32, text: String, now: Extension) -> ExtensionOutcome {
    ExtensionOutcome {
        code,
        text,
        now: Some(now),
    }
}

fn done(now: Extension) -> ExtensionOutcome {
    outcome(0, String::new(), now)
}

fn conflict(now: Extension) -> ExtensionOutcome {
    let text = "the key was changed by somebody else first".to_owned();
    outcome(code::EXTENSION_CONFLICT, text, now)
}

pub(super) fn write(tx: &mut Tx<'_>, op: &WriteExtensions) -> rusqlite::Result<ExtensionsWritten> {
    let account = op.at.account;
    if let Some(answer) = answered(tx.conn, account, &op.key)? {
        let reply = ExtensionsReply::decode(&answer[..]).map_err(|_| unreadable(0, "a kept answer"))?;
        return Ok(Ok(reply));
    }
    let Some((found, peer)) = find_at(tx.conn, &op.at)? else {
        return Ok(Err(NotPossible::Unknown));
    };
    if found.flags & flags::EXTENSIONS == 0 {
        return Ok(Err(NotPossible::Flag));
    }
    let head = head(tx.conn, found.id)?;
    let minute = op.now_ms.div_euclid(MINUTE_MS);
    let count = match &op.change {
        ExtensionChange::Set(list) | ExtensionChange::Delete(list) => list.len(),
        ExtensionChange::Clear(_) => 1,
    };
    let before = if head.minute == minute { head.writes } else { 0 };
    let writes = before.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
    if op.per_minute > 0 && writes > op.per_minute {
        return Ok(Err(NotPossible::TooOften));
    }
    let rows = all(tx.conn, found.id, 0)?;
    let present: Vec<(String, u64, u64)> = rows
        .iter()
        .filter(|row| !row.now.deleted)
        .map(|row| (row.now.key.clone(), row.now.version, row.seq))
        .collect();
    let mut work = Write {
        message: found.id,
        present: present.len(),
        most: op.per_message as usize,
        keys: rows.into_iter().map(|row| (row.now.key.clone(), row)).collect(),
        seq: head.seq,
        changed: Vec::new(),
    };
    let mut outcomes = Vec::new();
    match &op.change {
        ExtensionChange::Set(list) => {
            for item in list {
                outcomes.push(work.set(tx.conn, item)?);
            }
        }
        ExtensionChange::Delete(list) => {
            for item in list {
                outcomes.push(work.delete(tx.conn, &item.key, item.version)?);
            }
        }
        ExtensionChange::Clear(known) => {
            for (key, version, seq) in present {
                outcomes.push(if seq > *known {
                    conflict(work.now(&key))
                } else {
                    work.delete(tx.conn, &key, version)?
                });
            }
        }
    }
    let cleared = match &op.change {
        ExtensionChange::Clear(_) if !work.changed.is_empty() => work.seq,
        _ => head.cleared,
    };
    annotate(tx.conn, found.id)?;
    tx.conn
        .prepare_cached(
            "UPDATE annotated SET extension_seq = ?2, cleared_seq = ?3, minute = ?4, writes = ?5 WHERE message = ?1",
        )?
        .execute(params![found.id, work.seq, cleared, minute, writes])?;
    prune(tx.conn, found.id, &head, work.seq)?;
    let reply = ExtensionsReply { outcomes };
    note_answer(tx.conn, account, &op.key, &reply.encode_to_vec(), op.now_ms)?;
    if !work.changed.is_empty() {
        let (changed, latest) = (work.changed, work.seq);
        tell_both(tx, &found, [account, peer], |_, _, name| {
            Ok(Online::Extensions(ExtensionsChanged {
                name: Some(name),
                extensions: changed.clone(),
                prev_seq: head.seq,
                latest_seq: latest,
            }))
        })?;
    }
    Ok(Ok(reply))
}

/// Forgets keys that were deleted long ago.
fn prune(conn: &Connection, message: i64, head: &Head, seq: u64) -> rusqlite::Result<()> {
    let upto = seq.saturating_sub(KEPT);
    if upto < head.pruned + PRUNE_EVERY {
        return Ok(());
    }
    conn.prepare_cached("DELETE FROM extensions WHERE message = ?1 AND deleted = 1 AND seq <= ?2")?
        .execute(params![message, upto])?;
    conn.prepare_cached("UPDATE annotated SET pruned_seq = ?2 WHERE message = ?1")?
        .execute(params![message, upto])?;
    Ok(())
}
