//! The conversation list, unread counts, read positions (spec 05 sections 5.2, 5.3, 5.10, 6; 04 section 6).

use timbre_protocol::mark_read_request::Scope;
use timbre_protocol::{MarkReadRequest, request, response};

use super::requests::Policy;
use super::{CleanScope, Done, Engine, Op, ReadQuery, cache, send};
use crate::model::conversations::{conv_array, total_unread};
use crate::model::error::{Outcome, Refusal, code};
use crate::model::messages::{ConvKey, ConvType, MessageDraft};

impl Engine {
    /// `TIMConvGetConvList` (CONV-38).
    pub(super) fn get_conv_list(&mut self, done: Done) {
        let Some(user) = &self.user else {
            return self.complete(
                done,
                Outcome::fail(code::NOT_LOGGED_IN, "not init database", "[]"),
            );
        };
        if user.store.path().is_some() {
            return self.ask_reader(ReadQuery::Conversations, done, "[]");
        }
        let flushed = self.flush_conversations();
        self.guard(flushed);
        let Some(user) = &mut self.user else { return };
        match user.store.list() {
            Ok(list) => self.complete(done, Outcome::done(conv_array(&list))),
            Err(error) => self.refuse(done, Refusal::new(error.code(), error.to_string()), "[]"),
        }
    }

    /// `TIMConvGetConvInfo` (CONV-62): the entries that exist, in the order asked.
    pub(super) fn get_conv_info(&mut self, keys: &[ConvKey], done: Done) {
        let Some(user) = &mut self.user else {
            return self.complete(
                done,
                Outcome::fail(code::NOT_LOGGED_IN, "not init database", "[]"),
            );
        };
        if keys.is_empty() {
            let text = "json_get_conv_list_param names no conversation";
            return self.complete(done, Outcome::fail(code::INVALID_PARAMETERS, text, "[]"));
        }
        let mut found = Vec::new();
        for key in keys {
            match user.conversation(key) {
                Ok(Some(conv)) if conv.listed => found.push(conv.clone()),
                Ok(_) => {}
                Err(error) => {
                    return self.refuse(done, Refusal::new(error.code(), error.to_string()), "[]");
                }
            }
        }
        self.complete(done, Outcome::done(conv_array(&found)));
    }

    /// `TIMConvGetTotalUnreadMessageCount` (CONV-70): arms the change callback.
    pub(super) fn get_total_unread(&mut self, done: Done) {
        let Some(user) = &self.user else {
            return self.complete(
                done,
                Outcome::fail(code::NOT_LOGGED_IN, "not init database", total_unread(0)),
            );
        };
        if let Some(total) = user.told_total {
            // As of the last batch; what this batch changed is told by the callback at its end.
            let total = u64::try_from(total).unwrap_or(0);
            return self.complete(done, Outcome::done(total_unread(total)));
        }
        let flushed = self.flush_conversations();
        self.guard(flushed);
        let Some(user) = &mut self.user else { return };
        match cache::stored_total(&user.store) {
            Ok(total) => {
                user.told_total = Some(total);
                self.complete(
                    done,
                    Outcome::done(total_unread(u64::try_from(total).unwrap_or(0))),
                );
            }
            Err(error) => {
                self.refuse(
                    done,
                    Refusal::new(error.code(), error.to_string()),
                    total_unread(0),
                );
            }
        }
    }

    /// `TIMConvCleanConversationUnreadMessageCount` (CONV-77 to CONV-82).
    pub(super) fn clean_unread(&mut self, scope: CleanScope, timestamp: u64, sequence: u64, done: Done) {
        let op = Op::CleanUnread {
            scope,
            timestamp,
            sequence,
        };
        let Some((
            Op::CleanUnread {
                scope,
                timestamp,
                sequence,
            },
            done,
        )) = self.needs_login(op, done)
        else {
            return;
        };
        let mut body = mark_request(&scope);
        if let CleanScope::One(key) = &scope {
            match key.kind {
                ConvType::C2c => body.up_to_time_ms = end_of_second(timestamp),
                ConvType::Group => body.up_to_seq = sequence,
            }
        }
        self.mark_read(body, done, Outcome::done(""));
    }

    /// `TIMMsgReportReaded` (RD-01 to RD-06): the same engine, the position named by a message.
    pub(super) fn report_read(&mut self, scope: CleanScope, message: Option<MessageDraft>, done: Done) {
        let op = Op::ReportRead {
            scope,
            message: message.map(Box::new),
        };
        let Some((Op::ReportRead { scope, message }, done)) = self.needs_login(op, done) else {
            return;
        };
        let mut body = mark_request(&scope);
        if let (CleanScope::One(key), Some(draft)) = (&scope, message) {
            let position = self.read_position(key, &draft);
            match position {
                Ok((seq, time_ms)) => (body.up_to_seq, body.up_to_time_ms) = (seq, time_ms),
                Err(refusal) => return self.refuse(done, refusal, ""),
            }
        }
        self.mark_read(body, done, Outcome::ok(""));
    }

    /// Up to which sequence, or else which time, a message names.
    fn read_position(&mut self, key: &ConvKey, draft: &MessageDraft) -> Result<(u64, i64), Refusal> {
        let Some(user) = &self.user else {
            return Err(Refusal::new(code::NOT_LOGGED_IN, "not login"));
        };
        if draft.conv.as_ref().is_some_and(|conv| conv != key) {
            return Err(Refusal::invalid(
                "json_msg_param: the message belongs to another conversation",
            ));
        }
        if !send::names_message(draft) {
            return Err(Refusal::invalid("json_msg_param names no message"));
        }
        let known = user
            .store
            .get(&draft.given_id)
            .map_err(|e| Refusal::new(e.code(), e.to_string()))?;
        match known {
            Some(known) if known.conv != *key => Err(Refusal::invalid(
                "json_msg_param: the message belongs to another conversation",
            )),
            // Every message of the same second is read with it: the position is a time in seconds.
            Some(known) if key.kind == ConvType::C2c && known.server_time_ms > 0 => {
                let second = u64::try_from(known.server_time_ms / 1000).unwrap_or(0);
                Ok((0, end_of_second(second)))
            }
            Some(known) if known.conv_seq > 0 => Ok((known.conv_seq, 0)),
            _ if draft.server_time > 0 && key.kind == ConvType::C2c => {
                Ok((0, end_of_second(draft.server_time)))
            }
            _ if draft.seq > 0 && key.kind == ConvType::Group => Ok((draft.seq, 0)),
            _ => Err(Refusal::invalid("json_msg_param: message_server_time is missing")),
        }
    }

    fn mark_read(&mut self, body: MarkReadRequest, done: Done, success: Outcome) {
        if let Err(refusal) = self.room_for_request() {
            return self.refuse(done, refusal, "");
        }
        self.request(
            request::Body::MarkRead(body),
            Policy::Write,
            move |engine, result| match result {
                Ok(Some(response::Body::MarkRead(reply))) => engine.complete_at(reply.log_seq, done, success),
                Ok(_) => {
                    let refusal = Refusal::new(code::PARSE_RESPONSE_FAILED, "the answer has no content");
                    engine.refuse(done, refusal, "");
                }
                Err(refusal) => engine.refuse(done, refusal, ""),
            },
        );
    }
}

fn mark_request(scope: &CleanScope) -> MarkReadRequest {
    let (scope, conversation) = match scope {
        CleanScope::One(key) => (Scope::One, Some(key.to_wire())),
        CleanScope::AllC2c => (Scope::AllC2c, None),
        CleanScope::AllGroups => (Scope::AllGroups, None),
        CleanScope::All => (Scope::All, None),
    };
    MarkReadRequest {
        scope: scope.into(),
        conversation,
        up_to_seq: 0,
        up_to_time_ms: 0,
    }
}

/// The last millisecond of a Unix second; 0 for 0.
fn end_of_second(seconds: u64) -> i64 {
    match i64::try_from(seconds) {
        Ok(0) => 0,
        Ok(s) => s.saturating_mul(1000).saturating_add(999),
        Err(_) => i64::MAX,
    }
}
