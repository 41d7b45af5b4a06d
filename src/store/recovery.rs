//! A damaged database: it is set aside, never deleted, and what only this device knew is carried over as far as
//! it can be read: the outbox, imported messages, messages with local custom data, and the list entries of their
//! conversations.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, Row};

use super::messages::{COLUMNS, Insert, message_columns, read_key, read_message};
use super::{Result, Store, StoreError, schema};
use crate::model::messages::{ConvKey, Message};

/// Moves the file at `path`, with its write-ahead log, to the first free `<name>.corrupt-<n>`.
pub(super) fn set_aside(path: &Path) -> Result<PathBuf> {
    let failed = |e: io::Error| StoreError::Io(format!("setting the damaged file aside: {e}"));
    let target = (1u32..)
        .map(|n| with_suffix(path, &format!(".corrupt-{n}")))
        .find(|candidate| !candidate.exists())
        .ok_or_else(|| StoreError::Io("no name is left for the damaged file".to_owned()))?;
    std::fs::rename(path, &target).map_err(failed)?;
    // The log may hold what the file lacks, and must not be taken for the new file's.
    rename_if_there(&with_suffix(path, "-wal"), &with_suffix(&target, "-wal")).map_err(failed)?;
    rename_if_there(&with_suffix(path, "-journal"), &with_suffix(&target, "-journal")).map_err(failed)?;
    match std::fs::remove_file(with_suffix(path, "-shm")) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(failed(e)),
        _ => Ok(target),
    }
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn rename_if_there(from: &Path, to: &Path) -> io::Result<()> {
    match std::fs::rename(from, to) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Copies what can be read of the damaged file at `from` into `store` and commits it; the number of messages.
/// Only failures of `store` are failures.
pub(super) fn carry_over(from: &Path, store: &mut Store) -> Result<u64> {
    let Ok(old) = schema::connect_reader(from) else {
        return Ok(0);
    };
    let conversations = read_conversations(&old);
    let mut messages = Vec::new();
    let reached = read_messages(&old, Direction::Up, i64::MAX, &conversations, &mut messages);
    if let Some(stop) = reached {
        // Something is broken on the way: what lies behind it is read from the other end.
        read_messages(&old, Direction::Down, stop, &conversations, &mut messages);
    }
    messages.sort_by_key(|m| m.row);
    messages.dedup_by_key(|m| m.row);

    store.durable();
    let mut rows = HashMap::new();
    let mut carried = 0;
    for m in &messages {
        let conv_row = match rows.get(&m.conv) {
            Some(&row) => row,
            None => {
                let row = store.ensure(&m.conv)?;
                rows.insert(m.conv.clone(), row);
                row
            }
        };
        carried += u64::from(matches!(store.insert(conv_row, m)?, Insert::New(_)));
    }
    for old in conversations.values() {
        let Some(&row) = rows.get(&old.key) else { continue };
        let Some(mut conversation) = store.conversation_by_row(row)? else {
            continue;
        };
        conversation.listed = old.listed;
        conversation.base = old.base;
        conversation.pinned = old.pinned;
        conversation.show_name.clone_from(&old.show_name);
        conversation.last = store.newest_preview(row)?.map(Box::new);
        store.save(&conversation)?;
    }
    store.commit()?;
    Ok(carried)
}

/// What is carried over of a conversation.
struct OldConversation {
    key: ConvKey,
    listed: bool,
    base: i64,
    pinned: bool,
    show_name: String,
}

/// The readable conversations by row: from the table in both directions, and their keys from its index for those
/// whose page is lost.
fn read_conversations(old: &Connection) -> HashMap<i64, OldConversation> {
    const SOURCES: [&str; 3] = [
        "SELECT row, kind, id, listed, base, pinned, show_name FROM conversations NOT INDEXED ORDER BY row",
        "SELECT row, kind, id, listed, base, pinned, show_name FROM conversations NOT INDEXED ORDER BY row DESC",
        "SELECT row, kind, id, 0, 0, 0, '' FROM conversations
         INDEXED BY sqlite_autoindex_conversations_1 ORDER BY kind, id",
    ];
    let read = |r: &Row<'_>| -> rusqlite::Result<(i64, OldConversation)> {
        let conversation = OldConversation {
            key: read_key(r, 1)?,
            listed: r.get(3)?,
            base: r.get(4)?,
            pinned: r.get(5)?,
            show_name: r.get(6)?,
        };
        Ok((r.get(0)?, conversation))
    };
    let mut found = HashMap::new();
    for sql in SOURCES {
        let mut whole = false;
        if let Ok(mut select) = old.prepare(sql)
            && let Ok(mut rows) = select.query([])
        {
            while let Ok(row) = rows.next() {
                let Some(row) = row else {
                    whole = true;
                    break;
                };
                // A row that reads but makes no sense is passed over.
                if let Ok((number, conversation)) = read(row) {
                    found.entry(number).or_insert(conversation);
                }
            }
        }
        if whole {
            break;
        }
    }
    found
}

#[derive(Clone, Copy, PartialEq)]
enum Direction {
    Down,
    Up,
}

/// Reads messages worth carrying by row, in one direction, into `found`, until `stop` or until the file does not
/// go on; in that case answers the last row that was reached.
fn read_messages(
    old: &Connection,
    direction: Direction,
    stop: i64,
    conversations: &HashMap<i64, OldConversation>,
    found: &mut Vec<Message>,
) -> Option<i64> {
    // The condition is not left to SQLite: it would not say which rows it passed before the broken one.
    let sql = concat!(
        "SELECT ",
        message_columns!(),
        ", m.conv, m.status IN (1, 3, 5, 7) OR m.custom_int <> 0 OR length(m.custom_str) > 0
         FROM messages m NOT INDEXED ORDER BY m.row "
    );
    let sql = format!("{sql}{}", if direction == Direction::Up { "ASC" } else { "DESC" });
    let mut reached = 0;
    let Ok(mut select) = old.prepare(&sql) else {
        return Some(reached);
    };
    let Ok(mut rows) = select.query([]) else {
        return Some(reached);
    };
    loop {
        let row = match rows.next() {
            Ok(Some(row)) => row,
            Ok(None) => return None,
            Err(_) => return Some(reached),
        };
        let Ok(number) = row.get::<_, i64>(0) else {
            continue;
        };
        if direction == Direction::Down && number <= stop {
            return None;
        }
        reached = number;
        let wanted = row.get::<_, bool>(COLUMNS + 1).unwrap_or(false);
        let conversation = row.get(COLUMNS).ok().and_then(|r: i64| conversations.get(&r));
        if let (true, Some(conversation)) = (wanted, conversation) {
            // A row that reads but makes no sense is passed over.
            found.extend(read_message(row, 0, conversation.key.clone()));
        }
    }
}

#[cfg(test)]
#[path = "recovery_tests.rs"]
mod tests;
