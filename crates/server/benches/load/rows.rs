//! The rows that a send becomes, written by SQLite alone: no queue, no futures, no sockets.

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};

use super::talker::peer;

const SCHEMA: &str = include_str!("../../src/storage/sqlite/migrations/001_initial.sql");
/// Settings of the server's writer.
const SETTINGS: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;
    PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 10000; PRAGMA journal_size_limit = 67108864;";
/// Bytes of a stored message: a text of 300 bytes and its envelope.
const MESSAGE: usize = 360;

/// A database with `users` accounts and a conversation for each two of them.
pub struct Rows {
    conn: Connection,
    users: i64,
    /// Messages so far; each user's share of them is made in turn.
    count: i64,
    heads: Vec<i64>,
}

impl Rows {
    /// Makes it at `path`.
    pub fn new(path: &Path, users: i64) -> Self {
        let conn = Connection::open(path).unwrap();
        conn.execute_batch(SETTINGS).unwrap();
        conn.execute_batch(SCHEMA).unwrap();
        conn.set_prepared_statement_cache_capacity(16);
        conn.execute_batch("BEGIN").unwrap();
        for user in 0..users {
            let sql = "INSERT INTO accounts (app_id, user_id, epoch, created_ms) VALUES (1, ?1, 1, 1)";
            conn.execute(sql, [format!("user{user}")]).unwrap();
        }
        for low in 0..users {
            for high in low + 1..users {
                let sql = "INSERT INTO conversations (id, low, high) VALUES (?1, ?2, ?3)";
                conn.execute(sql, [low * users + high, low + 1, high + 1])
                    .unwrap();
            }
        }
        conn.execute_batch("COMMIT").unwrap();
        let heads = vec![0; users as usize + 1];
        Self {
            conn,
            users,
            count: 0,
            heads,
        }
    }

    /// Writes messages for `length`, `batch` to a transaction, each user to so many others in turn. Answers
    /// messages a second.
    pub fn rate(&mut self, batch: i64, friends: usize, length: Duration) -> f64 {
        let (start, before) = (Instant::now(), self.count);
        while start.elapsed() < length {
            self.transaction(batch, friends);
        }
        (self.count - before) as f64 / start.elapsed().as_secs_f64()
    }

    fn transaction(&mut self, batch: i64, friends: usize) {
        let blob = [b'x'; MESSAGE];
        let conn = &self.conn;
        let prepare = |sql| conn.prepare_cached(sql).unwrap();
        let mut message = prepare(
            "INSERT INTO messages (id, conversation, conv_seq, sender, unique_id, time_ms, flags, log_seq, message)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, ?8)",
        );
        let mut entry = prepare("INSERT INTO user_log (account, seq, kind, message) VALUES (?1, ?2, 1, ?3)");
        let mut conversation =
            prepare("UPDATE conversations SET last_seq = ?2, last_ms = ?3, preview = ?4 WHERE id = ?1");
        let mut account = prepare("UPDATE accounts SET log_head = ?2 WHERE no = ?1");
        conn.execute_batch("BEGIN IMMEDIATE").unwrap();
        for _ in 0..batch {
            self.count += 1;
            let (id, users) = (self.count, self.users);
            let sender = id % users;
            let receiver = peer(sender as usize, (id / users) as usize, friends, users as usize) as i64;
            let conv = sender.min(receiver) * users + sender.max(receiver);
            for user in [sender, receiver] {
                let head = &mut self.heads[user as usize + 1];
                *head += 1;
                entry.execute([user + 1, *head, id]).unwrap();
            }
            let log_seq = self.heads[sender as usize + 1];
            let unique = (1_700_000_000 + id / users) << 32 | id;
            message
                .execute(params![id, conv, id, sender + 1, unique, id, log_seq, &blob[..]])
                .unwrap();
            conversation.execute([conv, id, id, id]).unwrap();
        }
        for user in 1..=self.users.min(2 * batch) {
            account.execute([user, self.heads[user as usize]]).unwrap();
        }
        conn.execute_batch("COMMIT").unwrap();
    }
}
