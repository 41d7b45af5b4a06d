//! Log entries, snapshots and what they change in the user's store.

use prost::Message as _;
use timbre_protocol::{ChatMessage, ConversationState, LogEntry, flags};

use super::sync::{Ahead, CatchUp, MAX_AHEAD};
use super::user::User;
use crate::model::messages::{ConvKey, ConvType, Message, Origin, Status, message_id};
use crate::store::{StoreError, messages::Insert};

impl User {
    /// Keeps entries until they are next.
    pub(super) fn hold(&mut self, entries: Vec<LogEntry>) {
        for entry in entries {
            if entry.seq > self.cursor && (self.sync.ahead.len() < MAX_AHEAD || entry.seq == self.cursor + 1)
            {
                self.sync.ahead.insert(entry.seq, Ahead::Entry(entry));
            }
        }
    }

    /// A message of the log: stored, counted, to be thrown. Answers the id of the local message that it turned
    /// out to be.
    pub(super) fn receive(&mut self, mut message: Message) -> Result<Option<String>, StoreError> {
        let key = message.conv.clone();
        let row = self.conv_row(&key)?;
        // Beyond what the log has told of before: nobody has been given it, even if a page of history has
        // brought it here already.
        let (last_seq, clear_seq) = self
            .conversation(&key)?
            .map_or((0, 0), |c| (c.last_seq, c.clear_seq));
        let first_told = message.conv_seq > last_seq;
        message.origin = Origin::Received;
        let own = self.find_own(&message)?;
        if message.conv_seq <= clear_seq {
            return self.drop_cleared(own);
        }
        let known = match own {
            Some(own) if own.origin == Origin::History => {
                message = self.receive_known(own, &message, first_told)?;
                None
            }
            Some(own) => {
                message = self.absorb(own, &message)?;
                Some(message.msg_id.clone())
            }
            None => match self.store.insert(row, &message)? {
                Insert::New(message_row) => {
                    message.row = message_row;
                    // A recalled one is stored so that it is in its place, and is no news to anybody.
                    if message.status != Status::Revoked {
                        self.throws.push(message.clone());
                    }
                    None
                }
                Insert::Known(_) => {
                    if let Some(known) = self.store.get(&message.msg_id)? {
                        message = self.receive_known(known, &message, first_told)?;
                    }
                    None
                }
            },
        };
        self.note_seq(row, message.conv_seq)?;
        let conv = self.change(&key)?;
        if message.conv_seq > conv.last_seq {
            conv.last_seq = message.conv_seq;
            if message.counts_as_unread() && message.conv_seq > conv.read_seq {
                conv.unread = conv.unread.saturating_add(1);
                conv.listed = true;
            }
        }
        if message.may_be_preview() {
            self.raise(&key, message.server_time_ms)?;
            self.offer_preview(&message)?;
        }
        Ok(known)
    }

    /// A message of the log that the user has cleared away meanwhile; `own` is what this device has of it.
    fn drop_cleared(&mut self, own: Option<Message>) -> Result<Option<String>, StoreError> {
        let Some(own) = own else { return Ok(None) };
        self.store.remove(own.row)?;
        self.recompute_preview_of(&own)?;
        Ok(Some(own.msg_id))
    }

    /// A message of the log that is here already: what this device keeps of it stays. One that came as history
    /// and is told for the first time now arrives now, after all that was thrown before it.
    fn receive_known(
        &mut self,
        known: Message,
        server: &Message,
        first_told: bool,
    ) -> Result<Message, StoreError> {
        let mut known = self.absorb(known, server)?;
        let shown = !matches!(known.status, Status::Deleted | Status::Revoked);
        if first_told && known.origin == Origin::History && shown {
            known.row = self.store.arrive(known.row)?;
            known.origin = Origin::Received;
            self.throws.push(known.clone());
        }
        Ok(known)
    }

    /// The local row of an own message that comes back from the server. A message made before the account
    /// number was known has the user's id in its message id.
    pub(super) fn find_own(&self, message: &Message) -> Result<Option<Message>, StoreError> {
        if !message.from_self {
            return Ok(None);
        }
        if let Some(found) = self.store.get(&message.msg_id)? {
            return Ok(Some(found));
        }
        for sender in [self.id.as_str(), ""] {
            let id = message_id(sender, message.client_time, message.rand);
            if let Some(found) = self.store.get(&id)?.filter(|m| m.conv == message.conv) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// This sequence is here. Ranges are written once per batch.
    pub(super) fn note_seq(&mut self, row: i64, seq: u64) -> Result<(), StoreError> {
        if seq == 0 {
            return Ok(());
        }
        match self.sync.covering.get_mut(&row) {
            Some((_, high)) if *high + 1 == seq => *high = seq,
            Some((low, high)) if (*low..=*high).contains(&seq) => {}
            Some(range) => {
                let (low, high) = std::mem::replace(range, (seq, seq));
                self.store.cover(row, low, high)?;
            }
            None => {
                self.sync.covering.insert(row, (seq, seq));
            }
        }
        Ok(())
    }

    /// One conversation of a snapshot.
    pub(super) fn apply_state(&mut self, state: &ConversationState) -> Result<(), StoreError> {
        let Some(conversation) = &state.conversation else {
            return Ok(());
        };
        let Some(kind) = ConvType::from_number(conversation.r#type) else {
            return Ok(());
        };
        let key = ConvKey {
            kind,
            id: conversation.id.clone(),
        };
        let conv = self.change(&key)?;
        conv.listed = true;
        conv.last_seq = conv.last_seq.max(state.last_seq);
        conv.read_seq = conv.read_seq.max(state.read_seq);
        conv.read_time_ms = conv.read_time_ms.max(state.read_time_ms);
        conv.peer_read_seq = conv.peer_read_seq.max(state.peer_read_seq);
        conv.peer_read_time_ms = conv.peer_read_time_ms.max(state.peer_read_time_ms);
        conv.unread = state.unread;
        self.raise(&key, state.active_ms)?;
        let preview = ChatMessage::decode(state.last_message.clone())
            .ok()
            .filter(|m| m.conv_seq > 0);
        if let Some(preview) = preview.and_then(|m| self.message_from_wire(m))
            && (state.unread == 0 || preview.conv_seq <= state.read_seq)
        {
            // An unread preview comes with the catch-up, which throws it.
            self.store_history(preview)?;
        }
        if state.unread > 0 {
            self.sync.catch_up.push_back(CatchUp {
                key,
                read_seq: state.read_seq,
                next: state.last_seq,
                found: Vec::new(),
                low: 0,
            });
        }
        Ok(())
    }

    /// The unread messages of one conversation, fetched newest first.
    pub(super) fn store_catch_up(&mut self, mut found: CatchUp) -> Result<(), StoreError> {
        let row = self.conv_row(&found.key)?;
        found.found.sort_by_key(|m| m.conv_seq);
        if let Some(last) = found.found.last()
            && found.low > 0
        {
            self.store.cover(row, found.low, last.conv_seq)?;
        }
        let clear_seq = self.conversation(&found.key)?.map_or(0, |c| c.clear_seq);
        for mut message in found.found {
            if message.conv_seq <= clear_seq {
                continue;
            }
            if let Some(known) = self.find_known(&message)? {
                let known = self.absorb(known, &message)?;
                self.offer_preview(&known)?;
                continue;
            }
            message.origin = if message.from_self || message.flags & flags::NOT_DELIVERED != 0 {
                Origin::History
            } else {
                Origin::Received
            };
            if let Insert::New(message_row) = self.store.insert(row, &message)? {
                message.row = message_row;
                self.offer_preview(&message)?;
                if message.origin == Origin::Received && message.status != Status::Revoked {
                    self.throws.push(message);
                }
            }
        }
        Ok(())
    }

    pub(super) fn finish_snapshot(&mut self, cursor: u64, epoch: u64) -> Result<(), StoreError> {
        self.epoch = epoch;
        self.store.set_meta("epoch", epoch as i64)?;
        self.set_cursor(cursor)
    }
}
