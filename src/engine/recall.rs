//! `TIMMsgRevoke` (spec 04 section 3), and who recalled a message.

use timbre_protocol::{RecallRequest, request, response};

use super::reference::Reference;
use super::requests::Policy;
use super::{Done, Engine, Op};
use crate::model::error::{Outcome, Refusal, code};
use crate::model::json::{ObjectWriter, push_array};
use crate::model::messages::{ConvKey, ConvType, MessageDraft, Status};
use crate::store::StoreError;

impl Engine {
    /// Asks the server to take a message back. Only the server knows whether it is too late.
    pub(super) fn recall(&mut self, conv: ConvKey, message: MessageDraft, done: Done) {
        let op = Op::Recall {
            conv,
            message: Box::new(message),
        };
        let Some((Op::Recall { conv, message }, done)) = self.needs_login(op, done) else {
            return;
        };
        let reference = match self.recallable(&conv, &message) {
            Ok(reference) => reference,
            Err(refusal) => return self.refuse(done, refusal, ""),
        };
        let msg_id = reference.here().map(|m| m.msg_id.clone()).unwrap_or_default();
        if let Some(user) = &mut self.user
            && reference.here().is_some_and(|m| m.status == Status::Sent)
        {
            user.changes.own_recalls.insert(msg_id.clone());
        }
        let body = request::Body::Recall(RecallRequest {
            conversation: Some(conv.to_wire()),
            message: Some(reference.name()),
        });
        self.request(body, Policy::Write, move |engine, result| match result {
            Ok(Some(response::Body::Recall(reply))) => {
                let taken = engine.take_own_recall(reply.message);
                engine.guard(taken);
                engine.complete(done, Outcome::done(""));
            }
            Ok(_) => {
                let refusal = Refusal::new(code::PARSE_RESPONSE_FAILED, "the answer has no content");
                engine.refuse(done, refusal, "");
            }
            Err(refusal) => {
                // After a failure of the network it may have happened all the same.
                if !super::login::is_network(refusal.code)
                    && let Some(user) = &mut engine.user
                {
                    user.changes.own_recalls.remove(&msg_id);
                }
                engine.refuse(done, refusal, "");
            }
        });
    }

    fn recallable(&mut self, conv: &ConvKey, draft: &MessageDraft) -> Result<Reference, Refusal> {
        self.room_for_request()?;
        let Some(user) = &mut self.user else {
            return Err(Refusal::new(code::NOT_LOGGED_IN, "not login"));
        };
        let mut draft = draft.clone();
        draft.conv.get_or_insert_with(|| conv.clone());
        let reference = user.resolve(&draft)?;
        if reference.conv() != conv {
            return Err(Refusal::invalid(
                "json_msg_param: the message belongs to another conversation",
            ));
        }
        reference.must_be_sent(true)?;
        if conv.kind == ConvType::C2c && reference.here().is_some_and(|m| !m.from_self) {
            return Err(Refusal::invalid(
                "json_msg_param: only its sender can recall a message of a one-to-one conversation",
            ));
        }
        Ok(reference)
    }

    /// The server has recalled it: so has this device, which keeps the content.
    fn take_own_recall(&mut self, bytes: bytes::Bytes) -> Result<(), StoreError> {
        let Some(user) = &mut self.user else { return Ok(()) };
        let Some(message) = user.decode(bytes) else {
            return Ok(());
        };
        if let Some(known) = user.find_known(&message)? {
            user.absorb(known, &message)?;
        }
        user.changes.own_recalls.remove(&message.msg_id);
        Ok(())
    }

    /// `get_message_revoker` (RV-16): who recalled each of these messages; nobody, as far as this device knows, is
    /// `""`.
    pub(super) fn message_revokers(&mut self, ids: &[String], done: Done) {
        let json = self.revokers(ids);
        match json {
            Ok(json) => self.complete(done, Outcome::done(json)),
            Err(error) => self.refuse(done, Refusal::new(error.code(), error.to_string()), "[]"),
        }
    }

    fn revokers(&self, ids: &[String]) -> Result<String, StoreError> {
        let mut found = Vec::with_capacity(ids.len());
        for id in ids {
            let message = match &self.user {
                Some(user) => user.store.get(id)?,
                None => None,
            };
            let revoker = message
                .filter(|m| m.status == Status::Revoked)
                .and_then(|m| m.recall)
                .map(|recall| recall.operator)
                .unwrap_or_default();
            found.push((id, revoker));
        }
        let mut json = String::new();
        push_array(&mut json, &found, |out, (id, revoker)| {
            ObjectWriter::new(out)
                .string("response_message_id", id)
                .string("response_message_revoker", revoker);
        });
        Ok(json)
    }
}
