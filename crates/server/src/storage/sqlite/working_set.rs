//! Rows that one transaction reads once, changes many times and writes back once.
//!
//! The numbers of messages and log entries are allocated from these rows. They are read inside the
//! transaction and live no longer than it: a batch of many sends between the same users costs one read and
//! one write of each row, and there is no cache that could disagree with the database.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::options;
use crate::storage::AccountNo;

/// The columns that [`ConversationRow::read`] reads.
macro_rules! conversation_columns {
    () => {
        "id, low, high, last_seq, last_ms, preview, \
         low_read_seq, low_read_ms, low_unread, low_active_ms, \
         high_read_seq, high_read_ms, high_unread, high_active_ms, \
         low_clear_seq, high_clear_seq"
    };
}
pub(super) use conversation_columns;

/// One side of a conversation.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Side {
    pub(super) read_seq: u64,
    pub(super) read_ms: i64,
    pub(super) unread: u32,
    pub(super) active_ms: i64,
    /// Everything up to here is invisible for this side.
    pub(super) clear_seq: u64,
}

/// A conversation's row.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct ConversationRow {
    pub(super) id: i64,
    pub(super) low: AccountNo,
    pub(super) high: AccountNo,
    pub(super) last_seq: u64,
    pub(super) last_ms: i64,
    pub(super) preview: i64,
    pub(super) low_side: Side,
    pub(super) high_side: Side,
    pub(super) dirty: bool,
}

impl ConversationRow {
    /// The side of `account`; the low one of a conversation with oneself.
    pub(super) fn side(&mut self, account: AccountNo) -> &mut Side {
        if account == self.low {
            &mut self.low_side
        } else {
            &mut self.high_side
        }
    }

    /// The other user.
    pub(super) fn peer_of(&self, account: AccountNo) -> AccountNo {
        if account == self.low { self.high } else { self.low }
    }

    /// Columns in the order of `conversation_columns!`.
    pub(super) fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        let side = |at: usize, cleared: usize| -> rusqlite::Result<Side> {
            Ok(Side {
                read_seq: row.get(at)?,
                read_ms: row.get(at + 1)?,
                unread: row.get(at + 2)?,
                active_ms: row.get(at + 3)?,
                clear_seq: row.get(cleared)?,
            })
        };
        Ok(Self {
            id: row.get(0)?,
            low: row.get(1)?,
            high: row.get(2)?,
            last_seq: row.get(3)?,
            last_ms: row.get(4)?,
            preview: row.get(5)?,
            low_side: side(6, 14)?,
            high_side: side(10, 15)?,
            dirty: false,
        })
    }
}

#[derive(Debug, Clone, Copy)]
struct Head {
    seq: u64,
    dirty: bool,
}

/// The rows of the running transaction.
#[derive(Default)]
pub(super) struct WorkingSet {
    heads: HashMap<AccountNo, Head>,
    conversations: HashMap<(AccountNo, AccountNo), ConversationRow>,
    accounts: HashMap<(u64, String), Option<AccountNo>>,
    receive_options: HashMap<(AccountNo, AccountNo), u8>,
    message_id: Option<Head>,
}

impl WorkingSet {
    /// Forgets everything: the transaction is over.
    pub(super) fn clear(&mut self) {
        self.heads.clear();
        self.conversations.clear();
        self.accounts.clear();
        self.receive_options.clear();
        self.message_id = None;
    }

    /// Writes back what has changed.
    pub(super) fn flush(&mut self, conn: &Connection) -> rusqlite::Result<()> {
        if let Some(last) = self.message_id.as_mut().filter(|last| last.dirty) {
            conn.prepare_cached("UPDATE counters SET value = ?1 WHERE name = 'message'")?
                .execute([last.seq])?;
            last.dirty = false;
        }
        let mut heads = conn.prepare_cached("UPDATE accounts SET log_head = ?2 WHERE no = ?1")?;
        for (account, head) in self.heads.iter_mut().filter(|(_, head)| head.dirty) {
            heads.execute(params![account, head.seq])?;
            head.dirty = false;
        }
        let mut conversations = conn.prepare_cached(
            "UPDATE conversations SET last_seq = ?2, last_ms = ?3, preview = ?4,
                low_read_seq = ?5, low_read_ms = ?6, low_unread = ?7, low_active_ms = ?8,
                high_read_seq = ?9, high_read_ms = ?10, high_unread = ?11, high_active_ms = ?12,
                low_clear_seq = ?13, high_clear_seq = ?14
             WHERE id = ?1",
        )?;
        for row in self.conversations.values_mut().filter(|row| row.dirty) {
            let (low, high) = (&row.low_side, &row.high_side);
            conversations.execute(params![
                row.id,
                row.last_seq,
                row.last_ms,
                row.preview,
                low.read_seq,
                low.read_ms,
                low.unread,
                low.active_ms,
                high.read_seq,
                high.read_ms,
                high.unread,
                high.active_ms,
                low.clear_seq,
                high.clear_seq,
            ])?;
            row.dirty = false;
        }
        Ok(())
    }

    /// The number of a user; none: no such user.
    pub(super) fn account(
        &mut self,
        conn: &Connection,
        app_id: u64,
        user_id: &str,
    ) -> rusqlite::Result<Option<AccountNo>> {
        match self.accounts.entry((app_id, user_id.to_owned())) {
            Entry::Occupied(known) => Ok(*known.get()),
            Entry::Vacant(unknown) => Ok(*unknown.insert(find_account(conn, app_id, user_id)?)),
        }
    }

    /// An account has been made: what was looked up in vain is there now.
    pub(super) fn account_made(&mut self, app_id: u64, user_id: &str) {
        self.accounts.remove(&(app_id, user_id.to_owned()));
    }

    /// The receive option of `account` for the messages of `peer`.
    pub(super) fn receive_option(
        &mut self,
        conn: &Connection,
        account: AccountNo,
        peer: AccountNo,
    ) -> rusqlite::Result<u8> {
        match self.receive_options.entry((account, peer)) {
            Entry::Occupied(known) => Ok(*known.get()),
            Entry::Vacant(unknown) => Ok(*unknown.insert(options::of_peer(conn, account, peer)?)),
        }
    }

    /// Sets it.
    pub(super) fn set_receive_option(
        &mut self,
        conn: &Connection,
        account: AccountNo,
        peer: AccountNo,
        opt: u8,
    ) -> rusqlite::Result<()> {
        if opt == 0 {
            conn.prepare_cached("DELETE FROM receive_options WHERE account = ?1 AND peer = ?2")?
                .execute([account, peer])?;
        } else {
            conn.prepare_cached(
                "INSERT OR REPLACE INTO receive_options (account, peer, opt) VALUES (?1, ?2, ?3)",
            )?
            .execute(params![account, peer, opt])?;
        }
        self.receive_options.insert((account, peer), opt);
        Ok(())
    }

    /// Newest number of a user's log.
    pub(super) fn head(&mut self, conn: &Connection, account: AccountNo) -> rusqlite::Result<u64> {
        Ok(self.head_row(conn, account)?.seq)
    }

    /// The next number of a user's log, taken.
    pub(super) fn next_log_seq(&mut self, conn: &Connection, account: AccountNo) -> rusqlite::Result<u64> {
        let head = self.head_row(conn, account)?;
        head.seq += 1;
        head.dirty = true;
        Ok(head.seq)
    }

    fn head_row(&mut self, conn: &Connection, account: AccountNo) -> rusqlite::Result<&mut Head> {
        match self.heads.entry(account) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(unknown) => {
                let seq = conn
                    .prepare_cached("SELECT log_head FROM accounts WHERE no = ?1")?
                    .query_row([account], |row| row.get(0))?;
                Ok(unknown.insert(Head { seq, dirty: false }))
            }
        }
    }

    /// The newest message id given; `take` gives the next one.
    pub(super) fn message_id(&mut self, conn: &Connection, take: bool) -> rusqlite::Result<i64> {
        let last = match &mut self.message_id {
            Some(last) => last,
            none => {
                let seq = conn
                    .prepare_cached("SELECT value FROM counters WHERE name = 'message'")?
                    .query_row([], |row| row.get(0))?;
                none.insert(Head { seq, dirty: false })
            }
        };
        if take {
            last.seq += 1;
            last.dirty = true;
        }
        Ok(last.seq.cast_signed())
    }

    /// The conversation of two users; made when there is none and `make` is set.
    pub(super) fn conversation(
        &mut self,
        conn: &Connection,
        a: AccountNo,
        b: AccountNo,
        make: bool,
    ) -> rusqlite::Result<Option<&mut ConversationRow>> {
        let key = (a.min(b), a.max(b));
        match self.conversations.entry(key) {
            Entry::Occupied(known) => Ok(Some(known.into_mut())),
            Entry::Vacant(unknown) => {
                let found = find_conversation(conn, a, b)?;
                let row = match found {
                    Some(row) => row,
                    None if make => {
                        conn.prepare_cached("INSERT INTO conversations (low, high) VALUES (?1, ?2)")?
                            .execute(params![key.0, key.1])?;
                        let id = conn.last_insert_rowid();
                        ConversationRow {
                            id,
                            low: key.0,
                            high: key.1,
                            ..ConversationRow::default()
                        }
                    }
                    None => return Ok(None),
                };
                Ok(Some(unknown.insert(row)))
            }
        }
    }
}

/// Looks an account's number up.
pub(super) fn find_account(
    conn: &Connection,
    app_id: u64,
    user_id: &str,
) -> rusqlite::Result<Option<AccountNo>> {
    conn.prepare_cached("SELECT no FROM accounts WHERE app_id = ?1 AND user_id = ?2")?
        .query_row(params![app_id.cast_signed(), user_id], |row| row.get(0))
        .optional()
}

/// Looks a conversation's row up.
pub(super) fn find_conversation(
    conn: &Connection,
    a: AccountNo,
    b: AccountNo,
) -> rusqlite::Result<Option<ConversationRow>> {
    let sql = concat!(
        "SELECT ",
        conversation_columns!(),
        " FROM conversations WHERE low = ?1 AND high = ?2"
    );
    conn.prepare_cached(sql)?
        .query_row(params![a.min(b), a.max(b)], ConversationRow::read)
        .optional()
}
