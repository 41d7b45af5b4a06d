//! Read receipts of single messages (spec 04 section 5). What happens to them is in the log: an entry for the one
//! whose message was read, one for the devices of the one who has read it.

use timbre_protocol::{
    MessageName, ReadReceiptsRequest, ReceiptNote, ReceiptSentNote, ReceiptState, SendReceiptsRequest, flags,
    request, response,
};

use super::reference::Reference;
use super::requests::Policy;
use super::user::User;
use super::{Done, Engine, EventKind, Op};
use crate::model::enums::common::TIMConvType;
use crate::model::error::{Outcome, Refusal, code};
use crate::model::json::JsonValue as _;
use crate::model::messages::objects::MessageReceipt;
use crate::model::messages::{ConvType, Message, MessageDraft, Status, message_id};
use crate::store::StoreError;

/// A call about receipts.
#[derive(Debug)]
pub enum ReceiptOp {
    /// `TIMMsgSendMessageReadReceipts`.
    Send(Vec<MessageDraft>),
    /// `TIMMsgGetMessageReadReceipts`.
    Get(Vec<MessageDraft>),
    /// `TIMMsgGetGroupMessageReadMemberList`.
    Members(Box<MessageDraft>),
}

impl ReceiptOp {
    /// What `json_params` holds when it fails.
    pub(super) fn empty(&self) -> &'static str {
        match self {
            Self::Send(_) | Self::Get(_) => "",
            Self::Members(_) => "[]",
        }
    }
}

impl Engine {
    pub(super) fn receipts(&mut self, op: ReceiptOp, done: Done) {
        let Some((Op::Receipts(op), done)) = self.needs_login(Op::Receipts(op), done) else {
            return;
        };
        match op {
            ReceiptOp::Send(drafts) => self.send_receipts(&drafts, done),
            ReceiptOp::Get(drafts) => self.get_receipts(&drafts, done),
            ReceiptOp::Members(draft) => self.read_members(&draft, done),
        }
    }

    /// The messages of a call that takes at most `most`, of one conversation.
    pub(super) fn resolve_all(
        &mut self,
        drafts: &[MessageDraft],
        most: u32,
    ) -> Result<Vec<Reference>, Refusal> {
        if drafts.len() > most as usize {
            let text = format!(
                "json_msg_array has {} messages, the limit is {most}",
                drafts.len()
            );
            return Err(Refusal::invalid(text));
        }
        let Some(user) = &mut self.user else {
            return Err(Refusal::new(code::NOT_LOGGED_IN, "not login"));
        };
        let found = drafts
            .iter()
            .map(|draft| user.resolve(draft))
            .collect::<Result<Vec<_>, _>>()?;
        one_conversation(found.iter())?;
        Ok(found)
    }

    fn send_receipts(&mut self, drafts: &[MessageDraft], done: Done) {
        let most = self.user.as_ref().map_or(0, |u| u.limits.receipt_send_batch);
        let found = match self.resolve_all(drafts, most) {
            Ok(found) => found,
            Err(refusal) => return self.refuse(done, refusal, ""),
        };
        let Some(conversation) = found.first().map(|r| r.conv().to_wire()) else {
            return self.complete(done, Outcome::done(""));
        };
        let wanted: Vec<_> = found
            .iter()
            .filter(|r| r.here().is_none_or(wants_receipt))
            .collect();
        if let Err(refusal) = wanted.iter().try_for_each(|r| r.must_be_sent(false)) {
            return self.refuse(done, refusal, "");
        }
        let messages: Vec<_> = wanted.iter().map(|r| r.name()).collect();
        if messages.is_empty() {
            return self.complete(done, Outcome::done(""));
        }
        if let Err(refusal) = self.room_for_request() {
            return self.refuse(done, refusal, "");
        }
        let body = SendReceiptsRequest {
            conversation: Some(conversation),
            messages,
        };
        self.request(
            request::Body::SendReceipts(body),
            Policy::Write,
            move |engine, result| match result {
                Ok(Some(response::Body::SendReceipts(reply))) => {
                    engine.complete_at(reply.log_seq, done, Outcome::done(""));
                }
                other => engine.refuse_answer(other, done, ""),
            },
        );
    }

    fn get_receipts(&mut self, drafts: &[MessageDraft], done: Done) {
        let most = self.user.as_ref().map_or(0, |u| u.limits.receipt_get_batch);
        let found = match self.resolve_all(drafts, most) {
            Ok(found) => found,
            Err(refusal) => return self.refuse(done, refusal, ""),
        };
        let asks = |m: &Message| m.from_self && m.flags & flags::NEED_RECEIPT != 0;
        let wanted: Vec<_> = found.into_iter().filter(|r| r.here().is_none_or(asks)).collect();
        let Some(conversation) = wanted.first().map(|r| r.conv().to_wire()) else {
            return self.complete(done, Outcome::done("[]"));
        };
        let checked = wanted.iter().try_for_each(|r| r.must_be_sent(false));
        if let Err(refusal) = checked.and_then(|()| self.room_for_request()) {
            return self.refuse(done, refusal, "");
        }
        let body = ReadReceiptsRequest {
            conversation: Some(conversation),
            messages: wanted.iter().map(Reference::name).collect(),
        };
        self.request(
            request::Body::ReadReceipts(body),
            Policy::Read,
            move |engine, result| match result {
                Ok(Some(response::Body::ReadReceipts(reply))) => {
                    let Some(user) = &mut engine.user else {
                        return engine.complete(done, Outcome::fail(code::NOT_LOGGED_IN, "not login", ""));
                    };
                    let told = user.receipt_list(&wanted, &reply.receipts);
                    match told {
                        Ok(told) => {
                            let mut json = String::new();
                            told.push_json(&mut json);
                            engine.complete(done, Outcome::done(json));
                        }
                        Err(error) => {
                            engine.refuse(done, Refusal::new(error.code(), error.to_string()), "");
                        }
                    }
                }
                other => engine.refuse_answer(other, done, ""),
            },
        );
    }

    /// The callback has no code: whatever this ends with is an empty last page, and a line of the log.
    fn read_members(&mut self, draft: &MessageDraft, done: Done) {
        let Some(user) = &mut self.user else {
            return self.complete(done, Outcome::fail(code::NOT_LOGGED_IN, "not login", "[]"));
        };
        let refusal = match user.resolve(draft) {
            Err(refusal) => refusal,
            Ok(found) if found.conv().kind == ConvType::C2c => {
                Refusal::invalid("json_msg: a one-to-one message has no list of readers")
            }
            Ok(_) => Refusal::new(code::NOT_SUPPORTED, "not supported: messages of groups"),
        };
        self.refuse(done, refusal, "[]");
    }

    /// Ends an operation whose answer is none, or not the one that was asked for.
    pub(super) fn refuse_answer(
        &mut self,
        answer: Result<Option<response::Body>, Refusal>,
        done: Done,
        empty: &'static str,
    ) {
        let refusal = match answer {
            Ok(_) => Refusal::new(code::PARSE_RESPONSE_FAILED, "the answer has no content"),
            Err(refusal) => refusal,
        };
        self.refuse(done, refusal, empty);
    }

    /// The peer has sent receipts for own messages.
    pub(super) fn apply_receipts(&mut self, note: &ReceiptNote) -> Result<(), StoreError> {
        let Some(user) = &mut self.user else { return Ok(()) };
        let mut told = Vec::new();
        for name in &note.messages {
            told.push(user.note_peer_receipt(name, note.time_ms)?);
        }
        if !told.is_empty() {
            let mut json = String::new();
            told.push_json(&mut json);
            self.event(EventKind::ReadReceipts { json });
        }
        Ok(())
    }

    /// This user has sent receipts, on whichever device.
    pub(super) fn apply_receipts_sent(&mut self, note: &ReceiptSentNote) -> Result<(), StoreError> {
        let Some(user) = &mut self.user else { return Ok(()) };
        for name in &note.messages {
            if let Some(mut message) = user.find_by_name(name)? {
                message.receipt.sent = true;
                user.store.set_receipt(message.row, message.receipt)?;
                user.refresh_preview(&message)?;
            }
        }
        Ok(())
    }
}

/// Refuses messages of several conversations.
pub(super) fn one_conversation<'a>(found: impl Iterator<Item = &'a Reference>) -> Result<(), Refusal> {
    let mut found = found.map(Reference::conv);
    let Some(first) = found.next() else { return Ok(()) };
    if found.all(|conv| conv == first) {
        return Ok(());
    }
    Err(Refusal::invalid(
        "json_msg_array: the messages belong to several conversations",
    ))
}

/// What needs no receipt is passed over without a word: a host may hand over a whole page of history.
fn wants_receipt(message: &Message) -> bool {
    !message.from_self
        && message.flags & flags::NEED_RECEIPT != 0
        && !message.receipt.sent
        && !matches!(message.status, Status::Deleted | Status::Revoked)
}

impl User {
    /// The local message that the server names.
    pub(super) fn find_by_name(&self, name: &MessageName) -> Result<Option<Message>, StoreError> {
        let id = derived_id(name);
        if let Some(found) = self.store.get(&id)? {
            return Ok(Some(found));
        }
        if name.sender_tiny_id != self.tiny_id {
            return Ok(None);
        }
        // One that was made before the account number was known.
        let peer = name.conversation.as_ref().map_or("", |c| c.id.as_str());
        for sender in [self.id.as_str(), ""] {
            let id = message_id(sender, name.client_time, name.random);
            if let Some(found) = self.store.get(&id)?.filter(|m| m.conv.id == peer) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn note_peer_receipt(&mut self, name: &MessageName, time_ms: i64) -> Result<MessageReceipt, StoreError> {
        let mut told = receipt(name, time_ms);
        if let Some(mut message) = self.find_by_name(name)? {
            told.msg_id.clone_from(&message.msg_id);
            if message.receipt.peer_read_ms == 0 {
                message.receipt.peer_read_ms = time_ms;
                self.store.set_receipt(message.row, message.receipt)?;
                self.refresh_preview(&message)?;
            }
        }
        Ok(told)
    }

    fn receipt_list(
        &mut self,
        wanted: &[Reference],
        states: &[ReceiptState],
    ) -> Result<Vec<MessageReceipt>, StoreError> {
        let mut told = Vec::new();
        for (reference, state) in wanted.iter().zip(states) {
            let Some(name) = state.name.as_ref().filter(|_| state.known) else {
                continue;
            };
            let mut one = if state.peer_read_ms > 0 {
                self.note_peer_receipt(name, state.peer_read_ms)?
            } else {
                receipt(name, 0)
            };
            if let Some(message) = reference.here() {
                one.msg_id.clone_from(&message.msg_id);
            }
            told.push(one);
        }
        Ok(told)
    }
}

/// The id of a message that the server names.
pub(super) fn derived_id(name: &MessageName) -> String {
    message_id(&name.sender_tiny_id.to_string(), name.client_time, name.random)
}

fn receipt(name: &MessageName, time_ms: i64) -> MessageReceipt {
    MessageReceipt {
        conv_id: name
            .conversation
            .as_ref()
            .map(|c| c.id.clone())
            .unwrap_or_default(),
        conv_type: TIMConvType::kTIMConv_C2C,
        msg_id: derived_id(name),
        time_stamp: u64::try_from(time_ms / 1000).unwrap_or(0),
        is_peer_read: time_ms > 0,
        read_count: 0,
        unread_count: 0,
    }
}
