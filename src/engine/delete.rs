//! Deleting messages and clearing histories, for this user only (spec 03 section 12).
//!
//! A deleted message keeps its row, with status 4: by its id a copy that comes from the cloud is known and stays
//! hidden, and it can be found by that id. A cleared history loses its rows; the sequence up to which it is cleared
//! stays with the conversation, and what comes late is dropped by it.

use timbre_protocol::{ClearRequest, DeleteRequest, MessageRef, request, response};

use super::reference::Reference;
use super::requests::Policy;
use super::user::User;
use super::{Done, Engine, Op, send};
use crate::model::error::{Outcome, Refusal, code};
use crate::model::experimental::HistoryScope;
use crate::model::messages::{ConvKey, ConvType, Message, MessageDraft, Origin, Receipt, Status};
use crate::store::StoreError;

/// Deletions in the cloud have to be so far apart.
const INTERVAL_MS: u64 = 1000;

/// What a deletion in the cloud is about.
#[derive(Default)]
struct Deletion {
    conv: Option<ConvKey>,
    names: Vec<MessageRef>,
    /// To be hidden here, once the server has done it.
    here: Vec<Message>,
    /// To be kept as deleted, though they are not here.
    unknown: Vec<MessageDraft>,
}

impl Engine {
    /// `TIMMsgDelete`.
    pub(super) fn delete(&mut self, conv: ConvKey, message: MessageDraft, cloud: bool, done: Done) {
        if cloud {
            return self.delete_list(conv, vec![message], done);
        }
        let Some(user) = &mut self.user else {
            return self.complete(done, Outcome::fail(code::NOT_LOGGED_IN, "not init database", ""));
        };
        let hidden = user.hide_named(&conv, &message);
        if let Ok(Some(id)) = &hidden {
            self.shared.forget_failed_send(id);
        }
        self.answer(done, hidden.map(|_| String::new()), "");
    }

    /// `TIMMsgListDelete`: the server first.
    pub(super) fn delete_list(&mut self, conv: ConvKey, messages: Vec<MessageDraft>, done: Done) {
        let op = Op::DeleteList { conv, messages };
        let Some((Op::DeleteList { conv, messages }, done)) = self.needs_login(op, done) else {
            return;
        };
        let deletion = match self.plan_deletion(&conv, messages) {
            Ok(deletion) => deletion,
            Err(refusal) => return self.refuse(done, refusal, ""),
        };
        self.deleted_at = Some(self.now.mono_ms);
        if deletion.names.is_empty() {
            let hidden = self.hide_all(&deletion);
            return self.answer(done, hidden.map(|()| String::new()), "");
        }
        let body = DeleteRequest {
            conversation: deletion.conv.as_ref().map(ConvKey::to_wire),
            messages: deletion.names.clone(),
        };
        let policy = Policy::Write;
        self.request(
            request::Body::Delete(body),
            policy,
            move |engine, result| match result {
                Ok(Some(response::Body::Delete(reply))) => {
                    let hidden = engine.hide_all(&deletion);
                    match hidden {
                        Ok(()) => engine.complete_at(reply.log_seq, done, Outcome::ok("")),
                        Err(error) => engine.answer(done, Err(error), ""),
                    }
                }
                Ok(_) => {
                    let refusal = Refusal::new(code::PARSE_RESPONSE_FAILED, "the answer has no content");
                    engine.refuse(done, refusal, "");
                }
                Err(refusal) => engine.refuse(done, refusal, ""),
            },
        );
    }

    fn plan_deletion(&mut self, conv: &ConvKey, drafts: Vec<MessageDraft>) -> Result<Deletion, Refusal> {
        self.room_for_request()?;
        let Some(user) = &mut self.user else {
            return Err(Refusal::new(code::NOT_LOGGED_IN, "not login"));
        };
        let most = user.limits.delete_max as usize;
        if drafts.is_empty() || drafts.len() > most {
            return Err(Refusal::invalid(format!(
                "The size of messages must be between (0, {most}]"
            )));
        }
        let mut deletion = Deletion::default();
        for mut draft in drafts {
            if draft.flags & timbre_protocol::flags::ONLINE_ONLY != 0 {
                return Err(Refusal::invalid(
                    "an online-only message is stored nowhere and cannot be deleted",
                ));
            }
            // The conversation that the message itself names counts.
            draft.conv.get_or_insert_with(|| conv.clone());
            let found = user.resolve(&draft).ok();
            if !is_named(&draft) {
                continue;
            }
            let of = found.as_ref().map(Reference::conv).or(draft.conv.as_ref());
            let of = of.unwrap_or(conv);
            if of != deletion.conv.get_or_insert_with(|| of.clone()) {
                return Err(Refusal::invalid("the messages belong to several conversations"));
            }
            match found {
                Some(Reference::Here(message)) if message.status == Status::Sending => {
                    return Err(Refusal::invalid("a message is still being sent"));
                }
                Some(reference) => {
                    let on_server = reference.here().is_none_or(|m| m.conv_seq > 0);
                    if on_server {
                        deletion.names.push(reference.name());
                    }
                    match reference {
                        Reference::Here(message) => deletion.here.push(*message),
                        Reference::There { .. } => deletion.unknown.push(draft),
                    }
                }
                None => deletion.unknown.push(draft),
            }
        }
        let due = self
            .deleted_at
            .is_none_or(|at| self.now.mono_ms >= at + INTERVAL_MS);
        if !due {
            return Err(Refusal::new(
                code::FREQUENCY_LIMIT,
                "messages can be deleted once a second",
            ));
        }
        Ok(deletion)
    }

    fn hide_all(&mut self, deletion: &Deletion) -> Result<(), StoreError> {
        let Some(user) = &mut self.user else { return Ok(()) };
        for message in &deletion.here {
            // It may have changed while the server was asked.
            if let Some(now) = user.store.get(&message.msg_id)? {
                user.hide_message(&now, true)?;
            }
            self.shared.forget_failed_send(&message.msg_id);
        }
        for draft in &deletion.unknown {
            if let Some(conv) = &draft.conv {
                user.insert_deleted(conv, draft)?;
            }
        }
        Ok(())
    }

    /// `TIMMsgClearHistoryMessage`: the server first.
    pub(super) fn clear_history(&mut self, conv: ConvKey, done: Done) {
        let Some((Op::ClearHistory(conv), done)) = self.needs_login(Op::ClearHistory(conv), done) else {
            return;
        };
        if let Err(refusal) = self.room_for_request() {
            return self.refuse(done, refusal, "");
        }
        let body = request::Body::Clear(ClearRequest {
            conversation: Some(conv.to_wire()),
        });
        self.request(body, Policy::Write, move |engine, result| match result {
            Ok(Some(response::Body::Clear(reply))) => {
                let cleared = engine.take_out(|user| user.clear(&conv, reply.clear_seq));
                match cleared {
                    Ok(()) => engine.complete_at(reply.log_seq, done, Outcome::ok("")),
                    Err(error) => engine.answer(done, Err(error), ""),
                }
            }
            Ok(_) => {
                let refusal = Refusal::new(code::PARSE_RESPONSE_FAILED, "the answer has no content");
                engine.refuse(done, refusal, "");
            }
            Err(refusal) => engine.refuse(done, refusal, ""),
        });
    }

    /// Removes rows; failed sends among them cannot be sent again.
    fn take_out(
        &mut self,
        remove: impl FnOnce(&mut User) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let Some(user) = &mut self.user else { return Ok(()) };
        remove(user)?;
        self.shared.set_failed_sends(user.store.failed_sends()?);
        Ok(())
    }

    /// `clear_local_history_message` (CORE-151): takes messages off this device and leaves the cloud alone.
    pub(super) fn clear_local_history(&mut self, scope: &HistoryScope, begin: u64, end: u64, done: Done) {
        let ms = |s: u64| i64::try_from(s).unwrap_or(i64::MAX).saturating_mul(1000);
        let from_ms = if begin == 0 { i64::MIN } else { ms(begin) };
        let to_ms = if end == 0 {
            i64::MAX
        } else {
            ms(end).saturating_add(999)
        };
        match self.take_out(|user| user.clear_spans(scope, from_ms, to_ms)) {
            Ok(()) => self.complete(done, Outcome::done("")),
            Err(error) => self.refuse(done, Refusal::new(error.code(), error.to_string()), ""),
        }
    }
}

impl User {
    /// Hides the message that `draft` names on this device; one that is not here stays hidden when it comes. Answers
    /// the id of the one that was here.
    fn hide_named(&mut self, conv: &ConvKey, draft: &MessageDraft) -> Result<Option<String>, StoreError> {
        let mut draft = draft.clone();
        draft.conv.get_or_insert_with(|| conv.clone());
        match self.find_named(&draft)? {
            Some(message) => {
                self.hide_message(&message, false)?;
                Ok(Some(message.msg_id))
            }
            None => {
                let conv = draft.conv.clone().unwrap_or_else(|| conv.clone());
                self.insert_deleted(&conv, &draft)?;
                Ok(None)
            }
        }
    }

    /// Marks a message as deleted. With `erase` its content goes, and the server tells what is unread from now on.
    fn hide_message(&mut self, message: &Message, erase: bool) -> Result<(), StoreError> {
        if message.status == Status::Deleted && !erase {
            return Ok(());
        }
        self.store.hide(message.row, erase)?;
        self.throws.retain(|m| m.row != message.row);
        let counted = message.counts_as_unread() && message.conv_seq > 0;
        if !erase && counted {
            let conv = self.change(&message.conv)?;
            if message.conv_seq > conv.read_seq {
                conv.unread = conv.unread.saturating_sub(1);
            }
        }
        self.recompute_preview_of(message)
    }

    /// A message that is not here is deleted: a row without content, by whose id its copy will be known.
    fn insert_deleted(&mut self, conv: &ConvKey, draft: &MessageDraft) -> Result<(), StoreError> {
        if draft.given_id.is_empty() {
            return Ok(());
        }
        let row = self.conv_row(conv)?;
        let small = |n: u64| u32::try_from(n).unwrap_or(0);
        let time_ms = i64::try_from(draft.server_time).unwrap_or(0).saturating_mul(1000);
        let message = Message {
            row: 0,
            conv: conv.clone(),
            msg_id: draft.given_id.clone(),
            sender: draft.sender.clone(),
            sender_tiny: 0,
            from_self: draft.sender == self.id,
            client_time: small(draft.client_time),
            rand: small(draft.rand),
            client_seq: if conv.kind == ConvType::C2c {
                small(draft.seq)
            } else {
                0
            },
            conv_seq: if conv.kind == ConvType::Group {
                draft.seq
            } else {
                0
            },
            server_time_ms: time_ms,
            time_ms,
            status: Status::Deleted,
            flags: 0,
            priority: 1,
            platform: 0,
            version: 0,
            body: Default::default(),
            sender_nick: String::new(),
            sender_face: String::new(),
            custom_int: 0,
            custom_str: Default::default(),
            origin: Origin::History,
            recall: None,
            receipt: Receipt::default(),
        };
        self.store.insert(row, &message)?;
        Ok(())
    }

    /// Everything up to `clear_seq` has been cleared, and what only this device has.
    fn clear(&mut self, key: &ConvKey, clear_seq: u64) -> Result<(), StoreError> {
        let Some(row) = self.conversation(key)?.map(|c| c.row) else {
            return Ok(());
        };
        self.store.clear(row, clear_seq)?;
        self.store.cover(row, 1, clear_seq)?;
        self.throws
            .retain(|m| m.conv != *key || m.conv_seq == 0 || m.conv_seq > clear_seq);
        let conv = self.change(key)?;
        conv.clear_seq = conv.clear_seq.max(clear_seq);
        conv.last_seq = conv.last_seq.max(clear_seq);
        self.recompute_preview(key)
    }

    fn clear_spans(&mut self, scope: &HistoryScope, from_ms: i64, to_ms: i64) -> Result<(), StoreError> {
        let mut keys = match scope {
            HistoryScope::One(key) => vec![key.clone()],
            _ => self.store.conversation_keys()?,
        };
        keys.retain(|key| match scope {
            HistoryScope::AllC2c => key.kind == ConvType::C2c,
            HistoryScope::AllGroups => key.kind == ConvType::Group,
            HistoryScope::All | HistoryScope::One(_) => true,
        });
        for key in keys {
            let Some((row, read_seq)) = self.conversation(&key)?.map(|c| (c.row, c.read_seq)) else {
                continue;
            };
            self.store.clear_span(row, from_ms, to_ms)?;
            self.sync.covering.remove(&row);
            let unread = self.store.count_unread(row, read_seq)?;
            let conv = self.change(&key)?;
            conv.unread = conv.unread.min(unread);
            self.recompute_preview(&key)?;
        }
        Ok(())
    }
}

/// Whether a draft says which message it means.
fn is_named(draft: &MessageDraft) -> bool {
    send::names_message(draft) || draft.rand != 0
}
