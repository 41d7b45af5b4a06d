//! What becomes of a message that is here: the server's copy is taken in, a recall or a modification is applied, and
//! the host is told once.
//!
//! Everything that the server says of a known message comes through [`User::absorb`], by whichever way it came (the
//! log, a page of history, the answer to a call), so that each change is made once and told once.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use prost::Message as _;
use timbre_protocol::{ChatMessage, RecallNote};

use super::user::User;
use super::{Engine, EventKind};
use crate::model::messages::{Message, Origin, Status, recall_array};
use crate::store::{StoreError, messages::Insert};

/// Messages in one event.
const EVENT_BATCH: usize = 100;
/// Modifications of unknown messages that are remembered.
const MAX_LATE: usize = 512;

/// See the module comment.
#[derive(Debug, Default)]
pub(super) struct Changes {
    /// Recalled in this batch.
    recalled: Vec<Message>,
    /// Modified, in order; those that a call of this device is modifying wait for the end of the call.
    updated: Vec<Message>,
    /// Recalls that this device has asked for: it keeps the content, and is not told.
    pub(super) own_recalls: HashSet<String>,
    /// Messages that calls of this device are modifying.
    modifying: HashMap<String, u32>,
    /// Modified messages that were not here when it was told. A page of history that was read before the
    /// modification may still be on its way.
    late: HashMap<String, Message>,
}

impl Changes {
    /// A call begins to modify this message: its event comes after the call's end.
    pub(super) fn begin_modifying(&mut self, msg_id: &str) {
        *self.modifying.entry(msg_id.to_owned()).or_default() += 1;
    }

    /// The call has ended.
    pub(super) fn end_modifying(&mut self, msg_id: &str) {
        if let Some(count) = self.modifying.get_mut(msg_id) {
            *count -= 1;
            if *count == 0 {
                self.modifying.remove(msg_id);
            }
        }
    }

    /// A message has new content on this device.
    pub(super) fn note_updated(&mut self, message: &Message) {
        match self.updated.iter_mut().find(|m| m.row == message.row) {
            Some(known) => known.clone_from(message),
            None => self.updated.push(message.clone()),
        }
    }

    pub(super) fn forget_events(&mut self) {
        self.recalled.clear();
        self.updated.clear();
    }

    /// The modifications that may be told now.
    fn take_updated(&mut self) -> Vec<Message> {
        if self.modifying.is_empty() {
            return std::mem::take(&mut self.updated);
        }
        let (wait, due) = std::mem::take(&mut self.updated)
            .into_iter()
            .partition(|m| self.modifying.contains_key(&m.msg_id));
        self.updated = wait;
        due
    }
}

impl User {
    /// Takes in what the server says of a message that is here. Answers the message as it is afterwards.
    pub(super) fn absorb(&mut self, mut known: Message, server: &Message) -> Result<Message, StoreError> {
        if known.is_outbox() {
            self.store
                .acknowledge(known.row, server.conv_seq, server.server_time_ms)?;
            known.status = Status::Sent;
            known.conv_seq = server.conv_seq;
            known.server_time_ms = server.server_time_ms;
            known.time_ms = server.server_time_ms;
        }
        let receipt = known.receipt.with(server.receipt);
        if receipt != known.receipt {
            self.store.set_receipt(known.row, receipt)?;
            known.receipt = receipt;
        }
        match known.status {
            Status::Deleted if server.status == Status::Revoked && !known.body.elements.is_empty() => {
                self.store.hide(known.row, true)?;
                known.body = Default::default();
            }
            Status::Deleted | Status::Revoked => {}
            _ if server.status == Status::Revoked => self.take_recall(&mut known, server)?,
            // Imported here, and in the cloud all the same: it is the cloud's.
            Status::Imported => known = self.take_content(known, server)?,
            _ if server.version > known.version => {
                known = self.take_content(known, server)?;
                self.tell_updated(&known);
                self.refresh_preview(&known)?;
            }
            _ => {}
        }
        Ok(known)
    }

    fn take_recall(&mut self, known: &mut Message, server: &Message) -> Result<(), StoreError> {
        let own = self.changes.own_recalls.remove(&known.msg_id);
        known.recall.clone_from(&server.recall);
        self.store.recall(known, own)?;
        let thrown = self.throws.len();
        self.throws.retain(|m| m.row != known.row);
        // Nobody has been given it yet: there is nothing to take back.
        if !own && self.throws.len() == thrown {
            self.changes.recalled.push(known.clone());
        }
        self.changes.updated.retain(|m| m.row != known.row);
        self.refresh_preview(known)
    }

    /// The server's content in the place of what is here; what only this device has stays.
    fn take_content(&mut self, known: Message, server: &Message) -> Result<Message, StoreError> {
        let mut now = server.clone();
        // Elements that cannot be modified are the same, but hold this device's paths.
        if let Ok(body) = server.body.modified_from(&known.body) {
            now.body.elements = body.elements;
        }
        now.row = known.row;
        now.msg_id = known.msg_id;
        now.conv = known.conv;
        now.custom_int = known.custom_int;
        now.custom_str = known.custom_str;
        now.origin = known.origin;
        now.receipt = known.receipt;
        self.store.replace(now.row, &now)?;
        Ok(now)
    }

    /// The host is told of new content, unless it is about to be given the message anyway.
    fn tell_updated(&mut self, message: &Message) {
        match self.throws.iter_mut().find(|m| m.row == message.row) {
            Some(thrown) => thrown.clone_from(message),
            None => self.changes.note_updated(message),
        }
    }

    /// The row of a message that came from the server.
    pub(super) fn find_known(&self, server: &Message) -> Result<Option<Message>, StoreError> {
        match self.find_own(server)? {
            Some(own) => Ok(Some(own)),
            None => self.store.get(&server.msg_id),
        }
    }

    /// A message off the wire, if there is one in `bytes`.
    pub(super) fn decode(&self, bytes: Bytes) -> Option<Message> {
        let wire = ChatMessage::decode(bytes).ok()?;
        self.message_from_wire(wire)
    }

    /// A recall in the log.
    pub(super) fn apply_recall(&mut self, note: RecallNote) -> Result<(), StoreError> {
        let Some(mut message) = self.decode(note.message) else {
            // Retention has taken it, and the whole log up to here will follow.
            return Ok(());
        };
        let key = message.conv.clone();
        let clear_seq = self.conversation(&key)?.map_or(0, |c| c.clear_seq);
        match self.find_known(&message)? {
            Some(known) => drop(self.absorb(known, &message)?),
            // A late copy of it must not come to life.
            None if !note.hidden && message.conv_seq > clear_seq => {
                let row = self.conv_row(&key)?;
                message.origin = Origin::History;
                self.store.insert(row, &message)?;
            }
            None => {}
        }
        if self.conversation(&key)?.is_some() {
            self.change(&key)?.unread = note.unread;
        }
        Ok(())
    }

    /// A modification in the log.
    pub(super) fn apply_modified(&mut self, bytes: Bytes) -> Result<(), StoreError> {
        let Some(message) = self.decode(bytes) else {
            return Ok(());
        };
        match self.find_known(&message)? {
            Some(known) => drop(self.absorb(known, &message)?),
            None => {
                if self.changes.late.len() >= MAX_LATE {
                    self.changes.late.clear();
                }
                self.changes.late.insert(message.msg_id.clone(), message);
            }
        }
        Ok(())
    }

    /// A message that enters as history: stored, with newer content where that was told before it came.
    pub(super) fn insert_history(
        &mut self,
        row: i64,
        message: Message,
    ) -> Result<Option<Message>, StoreError> {
        let late = self.changes.late.remove(&message.msg_id);
        let mut message = match late.filter(|late| late.version > message.version) {
            Some(late) if message.status != Status::Revoked => Message {
                origin: message.origin,
                ..late
            },
            _ => message,
        };
        match self.store.insert(row, &message)? {
            Insert::New(message_row) => {
                message.row = message_row;
                Ok(Some(message))
            }
            Insert::Known(_) => Ok(None),
        }
    }
}

impl Engine {
    /// Tells of recalls: before the messages that were received in this batch.
    pub(super) fn flush_recalls(&mut self) {
        let Some(user) = &mut self.user else { return };
        let recalled = std::mem::take(&mut user.changes.recalled);
        for part in recalled.chunks(EVENT_BATCH) {
            self.event(EventKind::MessagesRecalled {
                json: recall_array(part),
            });
        }
    }

    /// Tells of modifications: after the messages that were received in this batch.
    pub(super) fn flush_updates(&mut self) -> Result<(), StoreError> {
        let Some(user) = &mut self.user else { return Ok(()) };
        let updated = user.changes.take_updated();
        for part in updated.chunks(EVENT_BATCH) {
            let json = self.messages_json(part)?;
            self.event(EventKind::MessagesUpdated { json });
        }
        Ok(())
    }
}
