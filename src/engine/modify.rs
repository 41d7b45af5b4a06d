//! `TIMMsgModifyMessage` (spec 03 section 8).

use prost::Message as _;
use timbre_protocol::body::BodyFault;
use timbre_protocol::modify_reply::Result as Fate;
use timbre_protocol::{Body, ModifyReply, ModifyRequest, request, response};

use super::reference::Reference;
use super::requests::Policy;
use super::{Done, Engine, Op, send};
use crate::model::error::{Outcome, Refusal, code};
use crate::model::messages::{ConvType, Message, MessageDraft, Status};
use crate::store::StoreError;

/// There is no such message; a number of the web table that the C table lacks (spec 03 section 14.5).
const NOT_FOUND: i32 = 20026;

/// The call, with everything that its end needs.
struct Call {
    draft: Box<MessageDraft>,
    /// The Message as the host gave it.
    given: String,
    /// The id of the row; empty when this device does not have the message.
    msg_id: String,
    done: Done,
}

/// What a call comes to.
enum Plan {
    /// The message is on this device alone, and has this content now.
    Local(Box<Message>),
    /// The server decides.
    Ask(ModifyRequest),
}

impl Engine {
    /// Changes the content of a message for everybody who has it.
    pub(super) fn modify(&mut self, draft: MessageDraft, given: String, done: Done) {
        let draft = Box::new(draft);
        let Some((Op::Modify { draft, given }, done)) = self.needs_login(Op::Modify { draft, given }, done)
        else {
            return;
        };
        let reference = self.user.as_mut().map(|user| user.resolve(&draft));
        let Some(Ok(reference)) = reference else {
            let refusal = Refusal::new(NOT_FOUND, "there is no such message");
            return self.refuse(done, refusal, given);
        };
        let call = Call {
            draft,
            given,
            msg_id: reference.here().map(|m| m.msg_id.clone()).unwrap_or_default(),
            done,
        };
        match self.plan(&call.draft, &reference) {
            Ok(Plan::Local(message)) => {
                let changed = self.modify_local(&message);
                match changed {
                    Ok(()) => self.end_modify(call, None),
                    Err(error) => self.end_modify(call, Some(Refusal::new(error.code(), error.to_string()))),
                }
            }
            Ok(Plan::Ask(body)) => self.ask_to_modify(call, body),
            Err(refusal) => self.end_modify(call, Some(refusal)),
        }
    }

    fn plan(&self, draft: &MessageDraft, reference: &Reference) -> Result<Plan, Refusal> {
        let local = reference.here().is_some_and(|m| m.status == Status::Imported);
        if !local {
            reference.must_be_sent(false)?;
        }
        if let Some(refusal) = &draft.refusal {
            return Err(refusal.clone());
        }
        let Some(user) = &self.user else {
            return Err(Refusal::new(code::NOT_LOGGED_IN, "not login"));
        };
        let mut wanted = draft.body.clone();
        if let Some(known) = reference.here() {
            if !draft.cloud_given {
                wanted.cloud_custom.clone_from(&known.body.cloud_custom);
            }
            wanted = wanted.modified_from(&known.body).map_err(|fault| match fault {
                BodyFault::Parameter(text) => Refusal::invalid(format!("message_elem_array: {text}")),
                BodyFault::Element(text) => {
                    Refusal::new(code::INVALID_MSG_ELEM, format!("message_elem_array: {text}"))
                }
            })?;
        }
        send::check_body(&wanted, &user.limits)?;
        if local && let Some(known) = reference.here() {
            return Ok(Plan::Local(Box::new(Message {
                body: wanted,
                ..known.clone()
            })));
        }
        self.room_for_request()?;
        wanted.strip_local();
        let version = draft.version.or(reference.here().map(|m| m.version)).unwrap_or(0);
        Ok(Plan::Ask(ModifyRequest {
            conversation: Some(reference.conv().to_wire()),
            message: Some(reference.name()),
            version,
            body: Body {
                push_config: String::new(),
                moderation_config: String::new(),
                ..wanted
            }
            .encode_to_vec()
            .into(),
        }))
    }

    /// A message that no server has.
    fn modify_local(&mut self, message: &Message) -> Result<(), StoreError> {
        let Some(user) = &mut self.user else { return Ok(()) };
        let known = user.store.get(&message.msg_id)?;
        if known.is_some_and(|known| known.body == message.body) {
            return Ok(());
        }
        let now = Message {
            version: message.version.saturating_add(1),
            ..message.clone()
        };
        user.store.replace(now.row, &now)?;
        user.changes.note_updated(&now);
        user.refresh_preview(&now)
    }

    fn ask_to_modify(&mut self, call: Call, body: ModifyRequest) {
        if let Some(user) = &mut self.user {
            user.changes.begin_modifying(&call.msg_id);
        }
        self.request(
            request::Body::Modify(body),
            Policy::Write,
            move |engine, result| {
                let msg_id = call.msg_id.clone();
                match result {
                    Ok(Some(response::Body::Modify(reply))) => engine.on_modified(call, reply),
                    Ok(_) => {
                        let refusal = Refusal::new(code::PARSE_RESPONSE_FAILED, "the answer has no content");
                        engine.end_modify(call, Some(refusal));
                    }
                    Err(refusal) if refusal.code == NOT_FOUND => {
                        let Call { given, done, .. } = call;
                        engine.refuse(done, refusal, given);
                    }
                    Err(refusal) => engine.end_modify(call, Some(refusal)),
                }
                // Only now may the event come.
                if let Some(user) = &mut engine.user {
                    user.changes.end_modifying(&msg_id);
                }
            },
        );
    }

    fn on_modified(&mut self, mut call: Call, reply: ModifyReply) {
        let newest = self.user.as_ref().and_then(|user| user.decode(reply.message));
        let Some(newest) = newest else {
            let refusal = Refusal::new(code::PARSE_RESPONSE_FAILED, "the answer holds no message");
            return self.end_modify(call, Some(refusal));
        };
        let taken = self.take_newest(&newest);
        match self.guard(taken) {
            Some(Some(id)) => call.msg_id = id,
            // Not here: the host gets it as the server has it.
            _ => call.given = self.message_json(&newest),
        }
        let refusal = match Fate::try_from(reply.result) {
            Ok(Fate::Done) => None,
            Ok(Fate::Conflict) => Some(Refusal::new(
                code::MSG_MODIFY_CONFLICT,
                "message_version: the message has been modified meanwhile",
            )),
            Ok(Fate::Recalled) => Some(Refusal::invalid("the message has been recalled")),
            Ok(Fate::Denied) if newest.conv.kind == ConvType::Group => Some(Refusal::new(
                code::SVR_GROUP_PERMISSION_DENY,
                "this user may not modify the message",
            )),
            Ok(Fate::Denied) => Some(Refusal::new(
                code::INVALID_OPERATION,
                "this user may not modify the message",
            )),
            Err(_) => Some(Refusal::new(
                code::PARSE_RESPONSE_FAILED,
                "the answer has an unknown result",
            )),
        };
        self.end_modify(call, refusal);
    }

    /// Stores what the server has; answers the id under which this device has it.
    fn take_newest(&mut self, newest: &Message) -> Result<Option<String>, StoreError> {
        let Some(user) = &mut self.user else {
            return Ok(None);
        };
        match user.find_known(newest)? {
            Some(known) => Ok(Some(user.absorb(known, newest)?.msg_id)),
            None => Ok(None),
        }
    }

    /// Ends the call with the message as this device has it now, or, when it has none, as it was given.
    fn end_modify(&mut self, call: Call, refusal: Option<Refusal>) {
        let Call {
            draft,
            given,
            msg_id,
            done,
        } = call;
        if refusal.is_none()
            && (draft.custom_str.is_some() || draft.custom_int.is_some())
            && let Some(user) = &mut self.user
        {
            let text = draft.custom_str.as_deref();
            let set = user.store.set_local_custom(&msg_id, text, draft.custom_int);
            self.guard(set);
        }
        let stored = self.user.as_ref().map(|user| user.store.get(&msg_id));
        let json = match stored.map(|stored| self.guard(stored)) {
            Some(Some(Some(message))) => self.message_json(&message),
            _ => given,
        };
        match refusal {
            None => self.complete(done, Outcome::ok(json)),
            Some(refusal) => self.refuse(done, refusal, json),
        }
    }
}
