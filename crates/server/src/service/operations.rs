//! Recalling, modifying, deleting and clearing messages (spec 03 sections 8 and 12, 04 section 3).

use std::sync::Arc;

use bytes::Bytes;
use prost::Message as _;
use timbre_protocol::body::BodyFault;
use timbre_protocol::modify_reply::Result as Fate;
use timbre_protocol::{
    Body, ChatMessage, ClearReply, ClearRequest, DeleteReply, DeleteRequest, MessageRef, ModifyReply,
    ModifyRequest, Recall, RecallReply, RecallRequest,
};

use super::messages::c2c_peer;
use super::{Service, storage_refused};
use crate::config::ModifyPolicy;
use crate::error::{Refused, code};
use crate::hub::Mailbox;
use crate::storage::{
    ClearHistory, DeleteMessages, Edit, Modified, ModifyMessage, RecallMessage, Recalled, StorageError,
};

impl Service {
    /// Takes a message of the session's user back.
    pub(super) async fn recall(&self, session: &Mailbox, req: RecallRequest) -> Result<RecallReply, Refused> {
        let peer = c2c_peer(req.conversation.as_ref(), code::GROUP_NOT_FOUND)?.to_owned();
        let now_ms = self.clock.now_ms();
        let window_ms = i64::from(self.config.recall_window_secs) * 1000;
        let op = RecallMessage {
            app_id: session.app_id,
            account: session.account,
            peer,
            message: named(req.message)?,
            not_before_ms: if window_ms == 0 { 0 } else { now_ms - window_ms },
            recall: Recall {
                operator: session.user_id.clone(),
                time_ms: now_ms,
                ..Recall::default()
            },
        };
        let refused = |code, text| Err(Refused::new(code, text));
        match self.storage.recall_message(op).await.map_err(internal)? {
            Recalled::Done(message) => Ok(RecallReply { message }),
            Recalled::NotFound => refused(code::RECALL_NOT_FOUND, "there is no such message"),
            Recalled::NotSender => refused(code::NOT_THE_SENDER, "the message was sent by somebody else"),
            Recalled::TooLate => refused(code::RECALL_TIME, "the message is too old to be recalled"),
            Recalled::ByAnother => refused(code::RECALLED_ALREADY, "somebody else has recalled the message"),
        }
    }

    /// Changes the content of a message.
    pub(super) async fn modify(&self, session: &Mailbox, req: ModifyRequest) -> Result<ModifyReply, Refused> {
        let peer = c2c_peer(req.conversation.as_ref(), code::GROUP_DENIED)?.to_owned();
        let op = ModifyMessage {
            app_id: session.app_id,
            account: session.account,
            peer,
            message: named(req.message)?,
            version: req.version,
            sender_only: self.config.modify_policy != ModifyPolicy::Participants,
            edit: self.edit(&req.body)?,
        };
        let (result, message) = match self.storage.modify_message(op).await.map_err(internal)? {
            Modified::Done(message) => (Fate::Done, message),
            Modified::Conflict(message) => (Fate::Conflict, message),
            Modified::Recalled(message) => (Fate::Recalled, message),
            Modified::Denied(message) => (Fate::Denied, message),
            Modified::Refused(refused) => return Err(refused),
            Modified::NotFound => {
                return Err(Refused::new(code::MODIFY_NOT_FOUND, "there is no such message"));
            }
        };
        Ok(ModifyReply {
            result: result.into(),
            message: self.outgoing(session, &message),
        })
    }

    /// What a modification makes of the stored message.
    fn edit(&self, wanted: &Bytes) -> Result<Edit, Refused> {
        let wanted = self.read_body(wanted)?;
        let (most, limit) = (self.config.elems_max as usize, self.config.msg_bytes as usize);
        Ok(Arc::new(move |message: &ChatMessage| {
            let stored = Body::decode(message.body.clone())
                .map_err(|error| Refused::new(code::MESSAGE_INTERNAL, format!("the stored body: {error}")))?;
            let body = wanted.modified_from(&stored).map_err(body_fault)?;
            body.check(most).map_err(body_fault)?;
            let size = body.counted_bytes();
            if size > limit {
                let text = format!("the message has {size} bytes, the limit is {limit}");
                return Err(Refused::new(code::BODY_SIZE, text));
            }
            Ok(body)
        }))
    }

    /// Makes messages invisible for the session's user.
    pub(super) async fn delete(&self, session: &Mailbox, req: DeleteRequest) -> Result<DeleteReply, Refused> {
        let peer = c2c_peer(req.conversation.as_ref(), code::GROUP_DENIED)?.to_owned();
        let (count, most) = (req.messages.len(), self.config.delete_max as usize);
        if count == 0 || count > most {
            let text = format!("{count} messages, 1 to {most} are allowed");
            return Err(Refused::new(code::INVALID_PARAMETERS, text));
        }
        let op = DeleteMessages {
            app_id: session.app_id,
            account: session.account,
            peer,
            messages: req.messages,
        };
        let log_seq = self.storage.delete_messages(op).await.map_err(internal)?;
        Ok(DeleteReply { log_seq })
    }

    /// Makes everything that a conversation has now invisible for the session's user.
    pub(super) async fn clear(&self, session: &Mailbox, req: ClearRequest) -> Result<ClearReply, Refused> {
        let peer = c2c_peer(req.conversation.as_ref(), code::GROUP_DENIED)?.to_owned();
        let op = ClearHistory {
            app_id: session.app_id,
            account: session.account,
            peer,
        };
        let cleared = self.storage.clear_history(op).await.map_err(internal)?;
        Ok(ClearReply {
            clear_seq: cleared.clear_seq,
            log_seq: cleared.log_seq,
        })
    }
}

fn named(message: Option<MessageRef>) -> Result<MessageRef, Refused> {
    message
        .filter(|m| m.conv_seq > 0 || m.server_time_s > 0)
        .ok_or_else(|| Refused::new(code::INVALID_PARAMETERS, "message names no message"))
}

fn internal(error: StorageError) -> Refused {
    storage_refused(&error, code::MESSAGE_INTERNAL)
}

fn body_fault(fault: BodyFault) -> Refused {
    match fault {
        BodyFault::Parameter(text) => Refused::new(code::INVALID_PARAMETERS, text),
        BodyFault::Element(text) => Refused::new(code::INVALID_ELEMENT, text),
    }
}
