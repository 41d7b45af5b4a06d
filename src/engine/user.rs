//! Everything that belongs to one user on this device while the user's database is open.

use std::collections::BTreeMap;
use std::path::Path;

use timbre_protocol::{ChatMessage, Limits, LoginReply};

use super::cache::ConvCache;
use super::sync::Sync;
use super::{Done, Engine};
use crate::model::error::{Outcome, code};
use crate::model::messages::Message;
use crate::store::{Opened, Store, StoreError};

/// An open database and what the engine keeps in memory beside it.
#[derive(Debug)]
pub(super) struct User {
    pub(super) id: String,
    pub(super) store: Store,
    /// 0 until the first login on this device.
    pub(super) tiny_id: u64,
    /// The user's log is applied up to here.
    pub(super) cursor: u64,
    pub(super) epoch: u64,
    pub(super) saved_offset: i64,
    /// Generation of the login at which the database was opened.
    pub(super) opened_in: u64,
    /// The receive callback has run for every received message up to this row.
    pub(super) thrown: i64,
    /// Messages received in this batch, in order, whose receive callback is due.
    pub(super) throws: Vec<Message>,
    pub(super) convs: ConvCache,
    /// What the host is still to be told of messages that have changed.
    pub(super) changes: super::changes::Changes,
    /// The total of unread messages as last told to the host; none while nobody has asked for it.
    pub(super) told_total: Option<i64>,
    pub(super) sync: Sync,
    /// Completions that wait until the log is applied up to a number.
    pub(super) log_waiters: BTreeMap<u64, Vec<(Done, Outcome)>>,
    pub(super) limits: Limits,
    /// Work that the reader has, by ticket.
    pub(super) reads: BTreeMap<u64, super::history::Reading>,
    pub(super) last_ticket: u64,
    /// The server has been asked for the fate of the sends of earlier runs.
    pub(super) leftovers_asked: bool,
    /// Rows up to this one were there when the database was opened.
    pub(super) last_row_of_earlier_run: i64,
}

/// What is remembered of a database that was closed: a receive callback that was running then ends later.
#[derive(Debug)]
pub(super) struct Closed {
    id: String,
    /// Generations of the logins that its events belong to: from this one on, up to but without `next`.
    first: u64,
    next: u64,
    /// The receive callback has run for every message up to this row, as far as is known.
    thrown: i64,
}

impl User {
    /// Opens the database `<dir>/<user>.db`, or one in memory. The notes are for the log.
    pub(super) fn open(dir: Option<&Path>, id: &str) -> Result<(Self, Vec<String>), StoreError> {
        match dir {
            None => Self::with(Store::open_in_memory()?, None, id),
            Some(dir) => {
                let (store, opened) = Store::open(&dir.join(file_name(id)))?;
                Self::with(store, Some(opened), id)
            }
        }
    }

    fn with(store: Store, opened: Option<Opened>, id: &str) -> Result<(Self, Vec<String>), StoreError> {
        let mut notes = Vec::new();
        if let Some(Opened::Rebuilt { set_aside, carried }) = opened {
            notes.push(format!(
                "the database was damaged: set aside as {}, {carried} local rows carried over",
                set_aside.display()
            ));
        }
        let mut user = Self {
            id: id.to_owned(),
            store,
            tiny_id: 0,
            cursor: 0,
            epoch: 0,
            saved_offset: 0,
            opened_in: 0,
            thrown: 0,
            throws: Vec::new(),
            convs: ConvCache::default(),
            changes: Default::default(),
            told_total: None,
            sync: Sync::default(),
            log_waiters: BTreeMap::new(),
            limits: default_limits(),
            reads: BTreeMap::new(),
            last_ticket: 0,
            leftovers_asked: false,
            last_row_of_earlier_run: 0,
        };
        user.last_row_of_earlier_run = user.store.max_row()?;
        user.load()?;
        Ok((user, notes))
    }

    /// Reads from the store what is kept in memory of it.
    pub(super) fn load(&mut self) -> Result<(), StoreError> {
        let number = |store: &Store, key| store.meta(key).map(|n| n.unwrap_or(0));
        self.tiny_id = number(&self.store, "tiny_id")? as u64;
        self.cursor = number(&self.store, "cursor")? as u64;
        self.epoch = number(&self.store, "epoch")? as u64;
        self.thrown = number(&self.store, "thrown")?;
        self.saved_offset = number(&self.store, "time_offset_ms")?;
        self.convs = ConvCache::default();
        self.throws.clear();
        self.changes.forget_events();
        Ok(())
    }

    pub(super) fn set_cursor(&mut self, cursor: u64) -> Result<(), StoreError> {
        self.cursor = cursor;
        self.store.set_meta("cursor", cursor as i64)
    }

    /// Whether this can be the database that gave `row` when it was open before: one that lives in memory, or
    /// was made anew, gives the same numbers to other messages.
    fn is_same_file(&self, row: i64) -> bool {
        self.store.path().is_some() && row <= self.last_row_of_earlier_run
    }

    /// The receive callback has run for every received message up to `row`.
    pub(super) fn note_thrown(&mut self, row: i64) -> Result<(), StoreError> {
        if row > self.thrown {
            self.thrown = row;
            self.store.set_meta("thrown", row)?;
        }
        Ok(())
    }

    pub(super) fn on_login(&mut self, reply: &LoginReply) {
        if let Some(limits) = &reply.limits {
            self.limits = *limits;
        }
        if reply.tiny_id != self.tiny_id {
            self.tiny_id = reply.tiny_id;
            // A failure shows again at the batch's commit, which then undoes everything.
            let _ = self.store.set_meta("tiny_id", reply.tiny_id as i64);
        }
    }

    /// Forgets what was to be told.
    pub(super) fn drop_events(&mut self) {
        self.throws.clear();
        self.changes.forget_events();
        self.told_total = None;
    }

    /// A message off the wire as this user sees it.
    pub(super) fn message_from_wire(&self, wire: ChatMessage) -> Option<Message> {
        Message::from_wire(&self.id, wire)
    }
}

impl Engine {
    pub(super) fn open_user(&mut self, user_id: &str) -> Result<(), StoreError> {
        if self.user.as_ref().is_some_and(|u| u.id == user_id) {
            return Ok(());
        }
        self.close_user();
        let in_memory = self.knobs.disable_storage;
        let dir = self.config.data_dir.as_deref().filter(|_| !in_memory);
        let (mut user, notes) = User::open(dir, user_id)?;
        user.opened_in = self.shared.generation();
        if let Some(closed) = self.closed.as_ref().filter(|c| c.id == user_id)
            && user.is_same_file(closed.thrown)
        {
            user.note_thrown(closed.thrown)?;
        }
        for note in notes {
            self.log(5, "store", note);
        }
        self.shared.set_user(user_id, user.tiny_id);
        self.shared.set_failed_sends(user.store.failed_sends()?);
        if let Some(offset) = user.store.meta("time_offset_ms")?
            && !self.shared.offset_known()
        {
            self.shared.set_offset(offset);
        }
        self.user = Some(user);
        Ok(())
    }

    /// Commits and closes the user's database.
    pub(super) fn close_user(&mut self) {
        // What is still to be written is written; nobody is told of it any more.
        let told = self.out.len();
        let flushed = self.flush_conversations();
        self.out.truncate(told);
        if let Err(error) = flushed {
            self.log(6, "store", format!("closing: {error}"));
        }
        if let Some(mut user) = self.user.take() {
            let next = self.shared.generation().max(user.opened_in + 1);
            self.closed = Some(Closed {
                id: user.id.clone(),
                first: user.opened_in,
                next,
                thrown: user.thrown,
            });
            user.drop_events();
            if let Err(error) = user.store.commit() {
                self.log(6, "store", format!("closing: {error}"));
            }
            user.store.close();
        }
    }

    /// The receive callback has returned.
    pub(super) fn on_thrown(&mut self, generation: u64, row: i64) {
        let Some(closed) = &mut self.closed else {
            return self.note_thrown(generation, row);
        };
        if !(closed.first..closed.next).contains(&generation) {
            return self.note_thrown(generation, row);
        }
        // The app has logged out while its callback ran. What it was given is not to be thrown again at the
        // next login, which may have opened the database already.
        closed.thrown = closed.thrown.max(row);
        if let Some(user) = self
            .user
            .as_mut()
            .filter(|u| u.id == closed.id && u.is_same_file(row))
        {
            let noted = user.note_thrown(row);
            self.guard(noted);
        }
    }

    fn note_thrown(&mut self, generation: u64, row: i64) {
        if let Some(user) = self.user.as_mut().filter(|u| generation >= u.opened_in) {
            let noted = user.note_thrown(row);
            self.guard(noted);
        }
    }

    pub(super) fn remember_offset(&mut self, offset: i64) {
        if let Some(user) = &mut self.user
            && (offset - user.saved_offset).abs() > 1000
        {
            user.saved_offset = offset;
            if let Err(error) = user.store.set_meta("time_offset_ms", offset) {
                self.log(5, "store", format!("the time offset was not kept: {error}"));
            }
        }
    }

    /// The batch was undone: memory follows the disk again. A damaged file is set aside and made anew from what
    /// can still be read of it; the server gives back the rest.
    pub(super) fn reload_user(&mut self, error: &StoreError) {
        self.end_waiting(code::DATABASE_FAILURE, "the local database failed");
        let Some(mut user) = self.user.take() else { return };
        user.store.rollback();
        let path = user.store.path().map(Path::to_owned);
        let reloaded = match (error, path) {
            (StoreError::Corrupt(_), Some(path)) => {
                // Requests hold row numbers of the old file.
                self.fail_requests(false, code::DATABASE_FAILURE, "the local database is damaged");
                let (id, opened_in) = (user.id.clone(), user.opened_in);
                user.store.close();
                Store::rebuild(&path)
                    .and_then(|(store, opened)| User::with(store, Some(opened), &id))
                    .map(|(mut user, notes)| {
                        user.opened_in = opened_in;
                        notes.into_iter().for_each(|note| self.log(6, "store", note));
                        user
                    })
            }
            _ => user.load().map(|()| user),
        };
        // Failures of the old file are of no interest any more.
        self.fault = None;
        match reloaded {
            Ok(user) => self.user = Some(user),
            Err(error) => self.log(6, "store", format!("the database cannot be used: {error}")),
        }
    }
}

/// The file name of a user's database: letters, digits, `_` and `-` stand for themselves, every other byte as
/// `%xx`, so that no user id leaves the folder and two ids never share a file.
fn file_name(user_id: &str) -> String {
    let mut name = String::with_capacity(user_id.len() + 3);
    for byte in user_id.bytes() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' => name.push(char::from(byte)),
            // Upper case is escaped too: some file systems do not tell it from lower case.
            _ => name.push_str(&format!("%{byte:02x}")),
        }
    }
    name + ".db"
}

pub(super) fn default_limits() -> Limits {
    Limits {
        msg_bytes: 12_288,
        elems_max: 100,
        history_page: 100,
        auto_pages: 3,
        c2c_unread_conversations: 100,
        c2c_unread_per_conversation: 250,
        c2c_unread_days: 7,
        heartbeat_interval_s: 120,
        requests_in_flight: 1000,
        delete_max: 50,
        batch_max: 500,
        receipt_send_batch: 30,
        receipt_get_batch: 30,
        recvopt_batch: 30,
        recvopt_rate: 5,
        ext_key_bytes: 100,
        ext_value_bytes: 1024,
        ext_per_call: 20,
        reaction_batch: 20,
        reaction_id_bytes: 100,
        reaction_user_page: 100,
        translate_max_texts: 20,
        translate_max_chars: 2000,
        translation: false,
        voice: false,
        translate_wait_ms: 30_000,
        voice_wait_ms: 90_000,
        image_max: 28 << 20,
        sound_max: 28 << 20,
        video_max: 100 << 20,
        file_max: 100 << 20,
        merger_inline_max: 12_288,
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn file_names_are_harmless_and_distinct() {
        assert_eq!(file_name("alice_01-x"), "alice_01-x.db");
        assert_eq!(file_name("../A b"), "%2e%2e%2f%41%20b.db");
    }
}
