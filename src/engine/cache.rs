//! The conversations that a batch touches: read once, changed in memory, written and told once at its end.
//!
//! A batch may apply hundreds of messages of one conversation; the host wants one event with the last state
//! (spec 05 section 4.1), and the database one row written.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use super::user::User;
use super::{Engine, EventKind};
use crate::model::conversations::{Conversation, write_conversation};
use crate::model::messages::{ConvKey, Message};
use crate::store::{Store, StoreError};

/// Clean conversations are dropped from memory past this number.
const MAX_CACHED: usize = 1000;
/// Conversations in one event.
const EVENT_BATCH: usize = 100;

#[derive(Debug)]
struct Entry {
    now: Conversation,
    /// As it was when the batch began; none: unchanged since.
    before: Option<Box<Conversation>>,
    /// Order of the first change in this batch.
    turn: u64,
}

/// See the module comment.
#[derive(Debug, Default)]
pub(super) struct ConvCache {
    entries: HashMap<ConvKey, Entry>,
    turn: u64,
    /// Order keys given in this batch, which the store does not know yet.
    bases: HashSet<i64>,
}

impl User {
    /// The conversation as it is now, with the changes of this batch; none when there is no row.
    pub(super) fn conversation(&mut self, key: &ConvKey) -> Result<Option<&Conversation>, StoreError> {
        if !self.convs.entries.contains_key(key) {
            let Some(found) = self.store.conversation(key)? else {
                return Ok(None);
            };
            self.convs.entries.insert(key.clone(), Entry::clean(found));
        }
        Ok(self.convs.entries.get(key).map(|e| &e.now))
    }

    /// The conversation to be changed; its row is made when there is none. What is changed is written and told
    /// at the end of the batch.
    pub(super) fn change(&mut self, key: &ConvKey) -> Result<&mut Conversation, StoreError> {
        if self.conversation(key)?.is_none() {
            let row = self.store.ensure(key)?;
            let fresh = self.store.conversation_by_row(row)?;
            let fresh = fresh.ok_or_else(|| StoreError::Sql("a row just made is not there".to_owned()))?;
            self.convs.entries.insert(key.clone(), Entry::clean(fresh));
        }
        self.convs.turn += 1;
        let turn = self.convs.turn;
        let entry = self
            .convs
            .entries
            .get_mut(key)
            .ok_or_else(|| StoreError::Sql("a conversation left the cache".to_owned()))?;
        if entry.before.is_none() {
            entry.before = Some(Box::new(entry.now.clone()));
            entry.turn = turn;
        }
        Ok(&mut entry.now)
    }

    /// The row number of a conversation, which is made when there is none.
    pub(super) fn conv_row(&mut self, key: &ConvKey) -> Result<i64, StoreError> {
        if let Some(found) = self.conversation(key)? {
            return Ok(found.row);
        }
        self.store.ensure(key)
    }

    /// Raises the order key to `ms` (spec 05 section 3.3): never lowers it, and keeps it unique.
    pub(super) fn raise(&mut self, key: &ConvKey, ms: i64) -> Result<(), StoreError> {
        let (row, base) = {
            let conv = self.change(key)?;
            (conv.row, conv.base)
        };
        let floor = ms.saturating_mul(1000);
        if base >= floor {
            return Ok(());
        }
        let mut wanted = floor;
        while wanted < floor + 999 && self.base_taken(wanted, row)? {
            wanted += 1;
        }
        self.convs.bases.insert(wanted);
        self.change(key)?.base = wanted;
        Ok(())
    }

    fn base_taken(&self, base: i64, row: i64) -> Result<bool, StoreError> {
        Ok(self.convs.bases.contains(&base) || self.store.base_taken(base, row)?)
    }

    /// Makes `message` the preview if it is newer than the present one.
    pub(super) fn offer_preview(&mut self, message: &Message) -> Result<(), StoreError> {
        if !message.may_be_preview() {
            return Ok(());
        }
        let conv = self.change(&message.conv)?;
        let (row, last) = (conv.row, conv.last.as_deref());
        // An own message takes its place by the server's clock when it is acknowledged: when that is before
        // where it stood, another one may be the newest now. Where it stood is not known any more when the
        // conversation was read after that.
        let may_have_moved_back =
            last.is_some_and(|last| last.row == message.row && order(message) <= order(last));
        if may_have_moved_back {
            let newest = self.store.newest_preview(row)?;
            self.change(&message.conv)?.last = newest.map(Box::new);
        } else if last.is_none_or(|last| last.row == message.row || order(message) >= order(last)) {
            conv.last = Some(Box::new(message.clone()));
        }
        let conv = self.change(&message.conv)?;
        conv.listed = true;
        Ok(())
    }

    /// `message` is gone or hidden: when it was the preview, the newest one that is left takes its place.
    pub(super) fn recompute_preview_of(&mut self, message: &Message) -> Result<(), StoreError> {
        let is_preview = self
            .conversation(&message.conv)?
            .and_then(|c| c.last.as_ref())
            .is_some_and(|last| last.row == message.row);
        if is_preview {
            self.recompute_preview(&message.conv)?;
        }
        Ok(())
    }

    /// The newest message that may be the preview is it; none when none may.
    pub(super) fn recompute_preview(&mut self, key: &ConvKey) -> Result<(), StoreError> {
        let row = self.change(key)?.row;
        let newest = self.store.newest_preview(row)?;
        self.change(key)?.last = newest.map(Box::new);
        Ok(())
    }

    /// The stored form of a message changed: shows in the preview if it is the one.
    pub(super) fn refresh_preview(&mut self, message: &Message) -> Result<(), StoreError> {
        let is_preview = self
            .conversation(&message.conv)?
            .and_then(|c| c.last.as_ref())
            .is_some_and(|last| last.row == message.row);
        if is_preview {
            self.change(&message.conv)?.last = Some(Box::new(message.clone()));
        }
        Ok(())
    }
}

fn order(message: &Message) -> (i64, i64) {
    crate::store::messages::position(message)
}

impl Entry {
    fn clean(now: Conversation) -> Self {
        Self {
            now,
            before: None,
            turn: 0,
        }
    }
}

impl Engine {
    /// Writes the conversations that this batch changed, and tells the host: new entries, changed ones, the
    /// total of unread messages.
    pub(super) fn flush_conversations(&mut self) -> Result<(), StoreError> {
        let total = self.flush_changed()?;
        for kind in std::mem::take(&mut self.tail) {
            self.event(kind);
        }
        if let Some(total) = total {
            self.event(EventKind::TotalUnread(total));
        }
        Ok(())
    }

    /// Answers the new total when it is to be told.
    fn flush_changed(&mut self) -> Result<Option<i32>, StoreError> {
        let Some(user) = &mut self.user else {
            return Ok(None);
        };
        let mut changed: Vec<&mut Entry> = user
            .convs
            .entries
            .values_mut()
            .filter(|e| e.before.is_some())
            .collect();
        if changed.is_empty() {
            return Ok(None);
        }
        changed.sort_by_key(|e| e.turn);
        user.convs.bases.clear();
        let (mut added, mut updated) = (Array::default(), Array::default());
        let mut total_change = 0;
        for entry in changed {
            let Some(before) = entry.before.take() else {
                continue;
            };
            if *before == entry.now {
                continue;
            }
            user.store.save(&entry.now)?;
            total_change += counted(&entry.now) - counted(&before);
            if !entry.now.listed {
                continue;
            }
            if !before.listed {
                added.push(&entry.now);
            } else if visible(&before) != visible(&entry.now) {
                updated.push(&entry.now);
            }
        }
        if user.convs.entries.len() > MAX_CACHED {
            user.convs.entries.clear();
        }
        let total = match &mut user.told_total {
            Some(told) if total_change != 0 => {
                *told += total_change;
                Some(i32::try_from(*told).unwrap_or(i32::MAX))
            }
            _ => None,
        };
        for (event, array) in [(0, added), (2, updated)] {
            for json in array.finish() {
                self.event(EventKind::Conversations { event, json });
            }
        }
        Ok(total)
    }
}

/// What the host can see of a conversation: no event is due when that has not changed.
fn visible(conv: &Conversation) -> String {
    let mut json = String::new();
    write_conversation(&mut json, conv);
    json
}

/// What a conversation adds to the total (spec 05 section 6.3).
fn counted(conv: &Conversation) -> i64 {
    if conv.listed && !(1..=3).contains(&conv.recv_opt) {
        i64::from(conv.unread)
    } else {
        0
    }
}

/// JSON arrays of at most [`EVENT_BATCH`] conversations.
#[derive(Default)]
struct Array {
    full: Vec<String>,
    open: String,
    count: usize,
}

impl Array {
    fn push(&mut self, conv: &Conversation) {
        let _ = self.open.write_char(if self.count == 0 { '[' } else { ',' });
        write_conversation(&mut self.open, conv);
        self.count += 1;
        if self.count == EVENT_BATCH {
            self.close();
        }
    }

    fn close(&mut self) {
        if self.count > 0 {
            self.open.push(']');
            self.full.push(std::mem::take(&mut self.open));
            self.count = 0;
        }
    }

    fn finish(mut self) -> Vec<String> {
        self.close();
        self.full
    }
}

/// The total as the store has it.
pub(super) fn stored_total(store: &Store) -> Result<i64, StoreError> {
    store.total_unread().map(|n| i64::try_from(n).unwrap_or(i64::MAX))
}
