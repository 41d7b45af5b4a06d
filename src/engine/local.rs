//! Messages that only this device has: `TIMMsgSaveMsg` and `TIMMsgImportMsgList` (spec 03 section 11).

use timbre_protocol::flags;

use super::user::User;
use super::{Done, Engine, Identity};
use crate::model::error::{Outcome, Refusal, code};
use crate::model::messages::{
    ConvKey, IMPORTED_UNREAD, Message, MessageDraft, Origin, Receipt, Status, message_id,
};
use crate::store::{StoreError, messages::Insert};

/// Messages of one import.
const MAX_IMPORT: usize = 1000;
/// Flags of the host that a message on one device can have.
const KEPT: u32 = flags::NO_UNREAD | flags::NO_PREVIEW;

impl Engine {
    /// Puts one message into a conversation, with the time of now.
    pub(super) fn save_message(&mut self, conv: &ConvKey, draft: &MessageDraft, done: Done) {
        if self.user.is_none() {
            return self.complete(done, Outcome::fail(code::NOT_LOGGED_IN, "not init database", ""));
        }
        let message = match self.local_message(conv, draft, false) {
            Ok(message) => message,
            Err(refusal) => return self.refuse(done, refusal, ""),
        };
        let Some(user) = &mut self.user else { return };
        let saved = user.insert_local(message);
        let json = saved.map(|saved| saved.map_or_else(String::new, |m| self.message_json(&m)));
        self.answer(done, json, "");
    }

    /// Puts many messages into a conversation, at the times that they have: all of them, or none.
    pub(super) fn import_messages(&mut self, conv: &ConvKey, drafts: &[MessageDraft], done: Done) {
        if self.user.is_none() {
            return self.complete(done, Outcome::fail(code::NOT_LOGGED_IN, "not init database", ""));
        }
        if drafts.len() > MAX_IMPORT {
            let text = format!(
                "json_msg_array has {} messages, the limit is {MAX_IMPORT}",
                drafts.len()
            );
            return self.refuse(done, Refusal::invalid(text), "");
        }
        let mut messages = Vec::with_capacity(drafts.len());
        for (i, draft) in drafts.iter().enumerate() {
            match self.local_message(conv, draft, true) {
                Ok(message) => messages.push(message),
                Err(refusal) => {
                    let refusal =
                        Refusal::new(refusal.code, format!("json_msg_array[{i}]: {}", refusal.desc));
                    return self.refuse(done, refusal, "");
                }
            }
        }
        let Some(user) = &mut self.user else { return };
        let mut imported = Ok(());
        for (message, draft) in messages.into_iter().zip(drafts) {
            imported = user.import(message, draft);
            if imported.is_err() {
                break;
            }
        }
        match imported {
            Ok(()) => self.complete(done, Outcome::ok("")),
            Err(error) => {
                // What was written of it goes with the batch.
                let outcome = Refusal::new(error.code(), error.to_string()).outcome("");
                self.guard::<()>(Err(error));
                self.complete(done, outcome);
            }
        }
    }

    /// The message that `draft` describes, with an identity of its own; an import keeps what it was given.
    fn local_message(&self, conv: &ConvKey, draft: &MessageDraft, import: bool) -> Result<Message, Refusal> {
        if let Some(refusal) = &draft.refusal {
            return Err(refusal.clone());
        }
        if draft.body.elements.is_empty() {
            return Err(Refusal::invalid("message_elem_array is empty"));
        }
        let small = |name: &'static str, n: u64| {
            u32::try_from(n).map_err(|_| Refusal::invalid(format!("{name} is not a 32-bit unsigned number")))
        };
        let (user_id, tiny) = self.user.as_ref().map_or(("", 0), |u| (u.id.as_str(), u.tiny_id));
        let sender = if draft.sender.is_empty() {
            user_id
        } else {
            &draft.sender
        };
        let from_self = sender == user_id;
        let made = self.shared.new_identity(self.now);
        let now_ms = self.server_ms();
        let mut time_ms = now_ms;
        let mut identity = Identity {
            msg_id: String::new(),
            ..made
        };
        if import {
            if draft.client_time > 0 {
                identity.client_time = small("message_client_time", draft.client_time)?;
            }
            if draft.rand > 0 {
                identity.rand = small("message_rand", draft.rand)?;
            }
            let second = [draft.server_time, draft.client_time]
                .into_iter()
                .find(|t| *t > 0);
            if let Some(second) = second {
                time_ms = i64::try_from(second)
                    .ok()
                    .and_then(|s| s.checked_mul(1000))
                    .ok_or_else(|| Refusal::invalid("message_server_time is out of range"))?;
            }
            identity.msg_id.clone_from(&draft.given_id);
        }
        if identity.msg_id.len() > 127 {
            return Err(Refusal::invalid("message_msg_id is longer than 127 bytes"));
        }
        if identity.msg_id.is_empty() {
            let first = if from_self && tiny != 0 {
                tiny.to_string()
            } else {
                sender.to_owned()
            };
            identity.msg_id = message_id(&first, identity.client_time, identity.rand);
        }
        let mut bits = draft.flags & KEPT;
        if import && !from_self && draft.is_read == Some(false) {
            bits |= IMPORTED_UNREAD;
        }
        Ok(Message {
            row: 0,
            conv: conv.clone(),
            msg_id: identity.msg_id,
            sender: sender.to_owned(),
            sender_tiny: if from_self { tiny } else { 0 },
            from_self,
            client_time: identity.client_time,
            rand: identity.rand,
            client_seq: identity.client_seq,
            conv_seq: 0,
            server_time_ms: time_ms,
            time_ms,
            status: Status::Imported,
            flags: bits,
            priority: draft.priority.min(3),
            platform: 0,
            version: 0,
            body: draft.body.clone(),
            sender_nick: String::new(),
            sender_face: String::new(),
            custom_int: draft.custom_int.unwrap_or(0),
            custom_str: draft.custom_str.clone().unwrap_or_default(),
            origin: Origin::History,
            recall: None,
            receipt: Receipt::default(),
        })
    }
}

impl User {
    /// Stores a message of this device alone, which nobody else can give back, and shows it in the list. None when
    /// its id is taken.
    fn insert_local(&mut self, mut message: Message) -> Result<Option<Message>, StoreError> {
        self.store.durable();
        let row = self.conv_row(&message.conv)?;
        let Insert::New(message_row) = self.store.insert(row, &message)? else {
            return Ok(None);
        };
        message.row = message_row;
        if message.may_be_preview() {
            let listed = self.conversation(&message.conv)?.is_some_and(|c| c.listed);
            if !listed {
                // It makes the entry, and does not move one that is there.
                self.raise(&message.conv, message.time_ms)?;
            }
            self.offer_preview(&message)?;
        }
        Ok(Some(message))
    }

    /// Imports one message, unless it is here already.
    fn import(&mut self, message: Message, draft: &MessageDraft) -> Result<(), StoreError> {
        if draft.rand > 0 && self.has_same(&message)? {
            return Ok(());
        }
        self.insert_local(message).map(drop)
    }

    /// Whether a message of this sender, client time and random number is in the conversation.
    fn has_same(&mut self, message: &Message) -> Result<bool, StoreError> {
        if self.find_own(message)?.is_some() || self.store.get(&message.msg_id)?.is_some() {
            return Ok(true);
        }
        let by_name = message_id(&message.sender, message.client_time, message.rand);
        if self.store.get(&by_name)?.is_some_and(|m| m.conv == message.conv) {
            return Ok(true);
        }
        let row = self.conv_row(&message.conv)?;
        let same_second = self.store.at_second(row, message.time_ms / 1000)?;
        Ok(same_second.iter().any(|m| {
            m.sender == message.sender && m.client_time == message.client_time && m.rand == message.rand
        }))
    }
}
