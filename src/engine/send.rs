//! Sending a message: checked, stored with status 1, sent, and ended as sent or failed, exactly once, whatever
//! dies on the way (P1, P3, P6; spec 03 sections 3.2 and 6).
//!
//! The store has the message, with status 1, before anything of it leaves the core. The request carries the
//! message's identity as its idempotency key, so it may be sent again on every link. When the process dies, the
//! next login finds the rows of status 1 and asks the server for their fate by that key.

use prost::Message as _;
use timbre_protocol::body::BodyFault;
use timbre_protocol::{
    Body, CheckSendRequest, Limits, SendFate, SendKey, SendReply, SendRequest, flags, request, response,
};

use super::requests::Policy;
use super::user::User;
use super::{Done, Engine, Op, SendOp, login, media};
use crate::model::error::{Outcome, Refusal, code};
use crate::model::messages::{ConvKey, ConvType, Message, MessageDraft, Origin, Receipt, Status};
use crate::store::{Store, StoreError, messages::Insert};

/// Keys in one request about the fate of sends.
const CHECK_BATCH: usize = 500;

impl Engine {
    /// `TIMMsgSendMessage`.
    pub(super) fn send(&mut self, op: SendOp, done: Done) {
        let Some((Op::Send(op), done)) = self.needs_login(Op::Send(Box::new(op)), done) else {
            return;
        };
        match self.prepare_send(&op) {
            Ok(message) if media::needs_upload(&message.body, &self.limits()) => {
                self.shared.forget_failed_send(&message.msg_id);
                self.upload(message, |engine, message, result| {
                    engine.on_uploaded(message, result, done);
                });
            }
            Ok(message) => self.transmit_message(message, done),
            Err(refusal) => self.refuse_send(&op, done, refusal),
        }
    }

    /// The files of a message have arrived, or could not.
    fn on_uploaded(&mut self, message: Message, result: Result<(), Refusal>, done: Done) {
        // Ids and addresses count, and have only now become known.
        let checked = result.and_then(|()| check_body(&message.body, &self.limits()));
        match checked {
            Ok(()) => self.transmit_message(message, done),
            Err(refusal) => self.on_send_failed(message, refusal, done),
        }
    }

    /// Everything up to the stored row of status 1. A refusal has changed nothing.
    fn prepare_send(&mut self, op: &SendOp) -> Result<Message, Refusal> {
        self.check_send(op)?;
        self.room_for_request()?;
        let mut message = self.outgoing(op);
        if let Some(user) = &self.user {
            user.merge_own(&mut message.body, &op.draft.merged_ids)?;
            if op.resend
                && let Ok(Some(before)) = user.store.get(&message.msg_id)
            {
                media::keep_uploaded(&mut message.body, &before.body);
            }
        }
        self.inline_lists(&mut message.body);
        let Some(user) = &mut self.user else {
            return Err(Refusal::new(code::NOT_LOGGED_IN, "not login"));
        };
        if message.flags & flags::ONLINE_ONLY != 0 {
            return Ok(message);
        }
        user.store_send(message, op.resend.then_some(&op.draft))
            .map_err(|e| Refusal::new(e.code(), e.to_string()))
    }

    /// The checks of spec 03 section 6.2 that concern this build's elements.
    fn check_send(&self, op: &SendOp) -> Result<(), Refusal> {
        let draft = &op.draft;
        match op.conv.kind {
            ConvType::C2c => login::check_user_id(&op.conv.id)
                .map_err(|r| Refusal::new(code::INVALID_MSG_RECEIVER, format!("conv_id: {}", r.desc)))?,
            ConvType::Group => {
                return Err(Refusal::new(
                    code::NOT_SUPPORTED,
                    "not supported: messages to groups",
                ));
            }
        }
        if let Some(refusal) = &draft.refusal {
            return Err(refusal.clone());
        }
        let Some(user) = &self.user else {
            return Err(Refusal::new(code::NOT_LOGGED_IN, "not login"));
        };
        check_body(&draft.body, &user.limits)?;
        if draft.given_id.is_empty() {
            return Ok(());
        }
        if draft.forward && !op.resend {
            return check_forward(draft, &user.store);
        }
        let known = user
            .store
            .get(&draft.given_id)
            .map_err(|e| Refusal::new(e.code(), e.to_string()))?;
        if op.resend && known.as_ref().is_some_and(|m| m.status == Status::Sending) {
            return Err(in_progress());
        }
        if op.resend {
            // Its identity has been told already: it cannot become another message.
            if known.is_some_and(|m| m.conv != op.conv) {
                return Err(Refusal::invalid(
                    "message_msg_id: a message that was not sent belongs to another conversation",
                ));
            }
        } else {
            match known.map(|m| m.status) {
                Some(Status::Sending) => {
                    return Err(in_progress());
                }
                Some(Status::Failed | Status::Cancelled) | None => {}
                Some(_) => {
                    return Err(Refusal::invalid(
                        "message_msg_id: this message has been sent already",
                    ));
                }
            }
        }
        Ok(())
    }

    fn outgoing(&self, op: &SendOp) -> Message {
        let (user_id, tiny) = self.user.as_ref().map_or(("", 0), |u| (u.id.as_str(), u.tiny_id));
        let online = op.draft.flags & flags::ONLINE_ONLY != 0;
        // What this device keeps with the original does not go along.
        let forwarded = op.draft.forward && !op.resend;
        Message {
            row: 0,
            conv: op.conv.clone(),
            msg_id: op.identity.msg_id.clone(),
            sender: user_id.to_owned(),
            sender_tiny: tiny,
            from_self: true,
            client_time: op.identity.client_time,
            rand: op.identity.rand,
            client_seq: if online { 0 } else { op.identity.client_seq },
            conv_seq: 0,
            server_time_ms: 0,
            time_ms: self.server_ms(),
            status: Status::Sending,
            flags: op.draft.flags,
            priority: if op.draft.priority > 3 {
                1
            } else {
                op.draft.priority
            },
            platform: message_platform(self.config.platform),
            version: 0,
            body: op.draft.body.clone(),
            sender_nick: String::new(),
            sender_face: String::new(),
            custom_int: op.draft.custom_int.filter(|_| !forwarded).unwrap_or(0),
            custom_str: op
                .draft
                .custom_str
                .clone()
                .filter(|_| !forwarded)
                .unwrap_or_default(),
            origin: Origin::OwnSend,
            recall: None,
            receipt: Receipt::default(),
        }
    }

    pub(super) fn transmit_message(&mut self, message: Message, done: Done) {
        let online = message.flags & flags::ONLINE_ONLY != 0;
        self.shared.forget_failed_send(&message.msg_id);
        let mut body = message.body.clone();
        body.strip_local();
        let body = SendRequest {
            conversation: Some(message.conv.to_wire()),
            client_time: message.client_time,
            random: message.rand,
            client_seq: message.client_seq,
            flags: message.flags,
            priority: u32::from(message.priority),
            body: body.encode_to_vec().into(),
        };
        let policy = if online { Policy::SendOnce } else { Policy::Send };
        let (conv, msg_id) = (message.conv.clone(), message.msg_id.clone());
        let request = self.request(request::Body::Send(body), policy, move |engine, result| {
            engine.sends.remove(&message.msg_id);
            match result {
                Ok(Some(response::Body::Send(reply))) => engine.on_sent(message, &reply, done),
                Ok(_) => {
                    let refusal = Refusal::new(
                        code::PARSE_RESPONSE_FAILED,
                        "the answer to the send has no content",
                    );
                    engine.on_send_failed(message, refusal, done);
                }
                Err(refusal) => engine.on_send_failed(message, refusal, done),
            }
        });
        self.sends.insert(msg_id, (conv, request));
    }

    /// `TIMMsgCancelSend` (MSG-103): a message that waits, for the login or for a link, is taken back. Once any
    /// attempt has left it may have arrived, and nothing can be cancelled any more.
    pub(super) fn cancel_send(&mut self, conv: ConvKey, msg_id: String, done: Done) {
        let cancelled = || {
            Refusal::new(
                code::SEND_CANCELLED,
                "the send was cancelled before it left this device",
            )
        };
        if let Some((op, send_done)) = self.take_waiting_send(&conv, &msg_id) {
            let json = self.refused_message(&op, Status::Cancelled);
            self.refuse(send_done, cancelled(), json.clone());
            return self.complete(done, Outcome::ok(json));
        }
        let Some((Op::CancelSend { conv, msg_id }, done)) =
            self.needs_login(Op::CancelSend { conv, msg_id }, done)
        else {
            return;
        };
        let request = self
            .sends
            .get(&msg_id)
            .filter(|(c, _)| *c == conv)
            .map(|(_, id)| *id);
        let ended = request.is_some_and(|id| self.cancel_request(id, cancelled()))
            || self.cancel_upload(&conv, &msg_id, cancelled());
        let stored = self.user.as_ref().map(|user| user.store.get(&msg_id)).transpose();
        let json = match stored.map(Option::flatten) {
            Err(error) => Err(error),
            // Kept nowhere, because it was for those online only.
            Ok(None) if ended => Ok("{}".to_owned()),
            Ok(Some(message)) if ended && message.status == Status::Cancelled => {
                Ok(self.message_json(&message))
            }
            // Not ended, or ended as sent: a message that is sent again may have arrived the first time.
            Ok(_) => {
                let refusal = Refusal::new(
                    code::INVALID_CANCEL,
                    "message_id: no message with this id waits to be sent",
                );
                return self.refuse(done, refusal, "{}");
            }
        };
        self.answer(done, json, "{}");
    }

    fn on_sent(&mut self, mut message: Message, reply: &SendReply, done: Done) {
        message.status = Status::Sent;
        message.server_time_ms = reply.server_time_ms;
        message.conv_seq = reply.conv_seq;
        message.time_ms = reply.server_time_ms;
        if message.row != 0 {
            let stored = self.store_sent(&message);
            self.guard(stored);
        }
        let json = self.message_json(&message);
        self.complete(done, Outcome::ok(json));
        self.note_own_entry(reply.log_seq);
    }

    fn store_sent(&mut self, message: &Message) -> Result<(), StoreError> {
        let Some(user) = &mut self.user else { return Ok(()) };
        let status = user
            .store
            .acknowledge(message.row, message.conv_seq, message.server_time_ms)?;
        match status {
            Some(Status::Sent) => user.show_sent(message),
            // Deleted, recalled or cleared away while it was being sent.
            _ => Ok(()),
        }
    }

    /// The server, or time, has ended the send. Where the message came back as a synchronised copy meanwhile it
    /// has been sent all the same.
    fn on_send_failed(&mut self, mut message: Message, refusal: Refusal, done: Done) {
        let interrupted = refusal.code == code::INTERRUPT;
        let status = match refusal.code {
            code::SEND_CANCELLED => Status::Cancelled,
            _ => Status::Failed,
        };
        if message.row != 0
            && let Some(user) = &mut self.user
            && !interrupted
        {
            let stored = match user.store.get(&message.msg_id) {
                Ok(Some(now)) if now.status == Status::Sent => {
                    let json = self.message_json(&now);
                    return self.complete(done, Outcome::ok(json));
                }
                Ok(Some(now)) if now.status == Status::Sending => {
                    self.shared.note_failed_send(&message.msg_id, &message.conv);
                    user.show_ended(&message, status)
                }
                // Deleted or cleared away while it was being sent.
                Ok(_) => Ok(()),
                Err(error) => Err(error),
            };
            self.guard(stored);
        }
        message.status = status;
        let json = self.message_json(&message);
        self.refuse(done, refusal, json);
    }

    /// Ends a send that never began: nothing is stored, the message comes back with status 3.
    pub(super) fn refuse_send(&mut self, op: &SendOp, done: Done, refusal: Refusal) {
        let json = self.refused_message(op, Status::Failed);
        self.refuse(done, refusal, json);
    }

    /// The message of a send that never began, as the host gets it back.
    fn refused_message(&mut self, op: &SendOp, status: Status) -> String {
        let mut message = self.outgoing(op);
        message.status = status;
        self.message_json(&message)
    }

    /// Asks what became of the sends of an earlier run (P6): stored ones are sent, unknown ones failed.
    pub(super) fn resolve_leftover_sends(&mut self) {
        let Some(user) = &mut self.user else { return };
        if std::mem::replace(&mut user.leftovers_asked, true) {
            return;
        }
        let rows = user.store.sending();
        let Some(rows) = self.guard(rows) else { return };
        // Those of this run have a request that will end them.
        let upto = self.user.as_ref().map_or(0, |u| u.last_row_of_earlier_run);
        let rows: Vec<Message> = rows.into_iter().filter(|m| m.row <= upto).collect();
        for chunk in rows.chunks(CHECK_BATCH) {
            self.check_fates(chunk.to_vec());
        }
    }

    fn check_fates(&mut self, messages: Vec<Message>) {
        let keys = messages
            .iter()
            .map(|m| SendKey {
                conversation: Some(m.conv.to_wire()),
                client_time: m.client_time,
                random: m.rand,
            })
            .collect();
        let body = request::Body::CheckSend(CheckSendRequest { keys });
        self.request(body, Policy::Sync, move |engine, result| match result {
            Ok(Some(response::Body::CheckSend(reply))) => {
                for (message, fate) in messages.iter().zip(&reply.fates) {
                    let settled = engine.settle(message, fate);
                    engine.guard(settled);
                }
            }
            // Asked again at the next login, reconnect or heartbeat.
            _ => {
                if let Some(user) = &mut engine.user {
                    user.leftovers_asked = false;
                }
            }
        });
    }

    fn settle(&mut self, message: &Message, fate: &SendFate) -> Result<(), StoreError> {
        let Some(user) = &mut self.user else { return Ok(()) };
        let Some(now) = user
            .store
            .get(&message.msg_id)?
            .filter(|m| m.status == Status::Sending)
        else {
            return Ok(());
        };
        if !fate.stored {
            self.shared.note_failed_send(&now.msg_id, &now.conv);
            return user.show_ended(&now, Status::Failed);
        }
        user.store
            .acknowledge(now.row, fate.conv_seq, fate.server_time_ms)?;
        user.show_sent(&Message {
            status: Status::Sent,
            conv_seq: fate.conv_seq,
            server_time_ms: fate.server_time_ms,
            time_ms: fate.server_time_ms,
            ..now
        })
    }
}

impl User {
    /// The row of status 1, durable at the batch's commit, and the conversation's preview.
    fn store_send(
        &mut self,
        mut message: Message,
        resend: Option<&MessageDraft>,
    ) -> Result<Message, StoreError> {
        self.store.durable();
        let row = self.conv_row(&message.conv)?;
        let known = match resend {
            Some(draft) => self.store.get(&message.msg_id)?.map(|old| (old, draft)),
            None => None,
        };
        match known.filter(|(old, _)| old.conv == message.conv) {
            Some((old, draft)) => {
                // Sent again: the identity stays, content is what was given now, local data only where given.
                message.row = old.row;
                message.client_time = old.client_time;
                message.rand = old.rand;
                message.client_seq = old.client_seq;
                self.store.resend(old.row, &message)?;
                self.store.set_local_custom(
                    &message.msg_id,
                    draft.custom_str.as_deref(),
                    draft.custom_int,
                )?;
                message.custom_str = draft.custom_str.clone().unwrap_or(old.custom_str);
                message.custom_int = draft.custom_int.unwrap_or(old.custom_int);
            }
            None => match self.store.insert(row, &message)? {
                Insert::New(message_row) => message.row = message_row,
                Insert::Known(_) => {
                    return Err(StoreError::Sql(format!("message id {} is taken", message.msg_id)));
                }
            },
        }
        if message.may_be_preview() {
            let now = message.time_ms;
            self.raise(&message.conv, now)?;
            self.offer_preview(&message)?;
        }
        Ok(message)
    }

    fn show_sent(&mut self, message: &Message) -> Result<(), StoreError> {
        let row = self.conv_row(&message.conv)?;
        let cleared = self.conversation(&message.conv)?.map_or(0, |c| c.clear_seq);
        if message.conv_seq > 0 && message.conv_seq <= cleared {
            self.store.remove(message.row)?;
            return self.recompute_preview_of(message);
        }
        // The sequence counts as applied only through the log; here it is known to be on this device.
        self.note_seq(row, message.conv_seq)?;
        if message.may_be_preview() {
            self.raise(&message.conv, message.server_time_ms)?;
            self.offer_preview(message)?;
        }
        Ok(())
    }

    /// A send has ended without the server: failed or cancelled.
    fn show_ended(&mut self, message: &Message, status: Status) -> Result<(), StoreError> {
        self.store.set_status(message.row, status)?;
        self.refresh_preview(&Message {
            status,
            ..message.clone()
        })
    }
}

/// Limits and shapes of spec 03 sections 3.1, 4 and 6.2.
pub(super) fn check_body(body: &Body, limits: &Limits) -> Result<(), Refusal> {
    body.check(limits.elems_max as usize)
        .map_err(|fault| match fault {
            BodyFault::Parameter(text) => Refusal::invalid(format!("message_elem_array: {text}")),
            BodyFault::Element(text) => {
                Refusal::new(code::INVALID_MSG_ELEM, format!("message_elem_array: {text}"))
            }
        })?;
    let (bytes, limit) = (body.counted_bytes(), limits.msg_bytes as usize);
    if bytes > limit {
        return Err(Refusal::new(
            code::MSG_BODY_SIZE_LIMIT,
            format!("the message has {bytes} bytes, the limit is {limit}"),
        ));
    }
    Ok(())
}

fn in_progress() -> Refusal {
    Refusal::new(code::IN_PROGRESS, "this message is being sent right now")
}

/// What is forwarded must have been sent, or be on this device alone (spec 03 section 9.4).
fn check_forward(draft: &MessageDraft, store: &Store) -> Result<(), Refusal> {
    if draft.flags & flags::ONLINE_ONLY != 0 {
        return Err(Refusal::invalid(
            "message_is_forward_message: an online-only message cannot be forwarded",
        ));
    }
    let known = store
        .get(&draft.given_id)
        .map_err(|e| Refusal::new(e.code(), e.to_string()))?;
    match known.map(|m| m.status).or(draft.given_status) {
        None | Some(Status::Sent | Status::Imported) => Ok(()),
        Some(Status::Revoked) => Err(Refusal::invalid(
            "message_is_forward_message: the message has been recalled",
        )),
        Some(_) => Err(Refusal::invalid(
            "message_is_forward_message: the message has not been sent",
        )),
    }
}

/// `TIMPlatform` of the sending device.
fn message_platform(platform: timbre_protocol::Platform) -> u8 {
    use timbre_protocol::Platform;
    match platform {
        Platform::Windows => 1,
        Platform::Android => 2,
        Platform::Iphone | Platform::Ipad => 3,
        Platform::Mac => 4,
        Platform::Other | Platform::Web | Platform::Linux => 0,
    }
}

/// Whether a draft names an existing message.
pub(super) fn names_message(draft: &MessageDraft) -> bool {
    !draft.given_id.is_empty() || draft.seq != 0 || draft.server_time != 0
}
