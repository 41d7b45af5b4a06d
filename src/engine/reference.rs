//! Which message a call is about (spec 04 section 1.2). A Message object that a host gives only names one: nothing
//! that it says of content, flags or status is trusted.

use timbre_protocol::{MessageRef, flags};

use super::user::User;
use crate::model::error::Refusal;
use crate::model::messages::{ConvKey, ConvType, Message, MessageDraft, Status};
use crate::store::StoreError;

/// A message that a call is about.
#[derive(Debug, Clone)]
pub(super) enum Reference {
    /// This device has it.
    Here(Box<Message>),
    /// It does not, but the server can find it.
    There {
        /// The conversation.
        conv: ConvKey,
        /// Its name there.
        name: MessageRef,
    },
}

impl Reference {
    /// The message's conversation.
    pub(super) fn conv(&self) -> &ConvKey {
        match self {
            Self::Here(message) => &message.conv,
            Self::There { conv, .. } => conv,
        }
    }

    /// Its name for the server.
    pub(super) fn name(&self) -> MessageRef {
        match self {
            Self::Here(message) => MessageRef {
                conv_seq: message.conv_seq,
                client_seq: message.client_seq,
                random: message.rand,
                server_time_s: message.server_time_ms / 1000,
            },
            Self::There { name, .. } => *name,
        }
    }

    /// The message, if it is here.
    pub(super) fn here(&self) -> Option<&Message> {
        match self {
            Self::Here(message) => Some(message),
            Self::There { .. } => None,
        }
    }

    /// Refuses what a server operation cannot be about: only a message of status 2 can, or 6 where `recalled` says
    /// so.
    pub(super) fn must_be_sent(&self, recalled: bool) -> Result<(), Refusal> {
        let text = match self.here().map(|m| m.status) {
            None | Some(Status::Sent) => return Ok(()),
            Some(Status::Revoked) if recalled => return Ok(()),
            Some(Status::Revoked) => "the message has been recalled",
            Some(Status::Sending) => "the message is still being sent",
            Some(Status::Failed | Status::Cancelled) => "the message was not sent",
            Some(Status::Imported) => "the message is on this device alone",
            Some(Status::Deleted) => "the message has been deleted",
        };
        Err(Refusal::invalid(text))
    }
}

impl User {
    /// The message that `draft` names: 6017 when there is none, and for one that is for those online only.
    pub(super) fn resolve(&mut self, draft: &MessageDraft) -> Result<Reference, Refusal> {
        if draft.flags & flags::ONLINE_ONLY != 0 {
            return Err(Refusal::invalid(
                "message not found: online-only messages are stored nowhere",
            ));
        }
        let here = self
            .find_named(draft)
            .map_err(|e| Refusal::new(e.code(), e.to_string()))?;
        if let Some(message) = here {
            return Ok(Reference::Here(Box::new(message)));
        }
        let there = draft
            .conv
            .clone()
            .and_then(|conv| server_name(&conv, draft).map(|name| Reference::There { conv, name }));
        there.ok_or_else(|| Refusal::invalid("message not found"))
    }

    /// The message of this device that `draft` names: by its id, else by the numbers that only it has in its
    /// conversation.
    pub(super) fn find_named(&mut self, draft: &MessageDraft) -> Result<Option<Message>, StoreError> {
        if !draft.given_id.is_empty()
            && let Some(found) = self.store.get(&draft.given_id)?
        {
            return Ok(Some(found));
        }
        let Some(conv) = &draft.conv else { return Ok(None) };
        let Some(name) = server_name(conv, draft) else {
            return Ok(None);
        };
        let Some(row) = self.conversation(conv)?.map(|c| c.row) else {
            return Ok(None);
        };
        if name.server_time_s == 0 {
            return Ok(None);
        }
        let candidates = self.store.at_second(row, name.server_time_s)?;
        Ok(candidates.into_iter().find(|m| match conv.kind {
            ConvType::C2c => m.client_seq == name.client_seq && m.rand == name.random,
            ConvType::Group => m.conv_seq == name.conv_seq,
        }))
    }
}

/// How the server knows the message that `draft` names; none when the draft does not say enough.
fn server_name(conv: &ConvKey, draft: &MessageDraft) -> Option<MessageRef> {
    let server_time_s = i64::try_from(draft.server_time).ok()?;
    match conv.kind {
        ConvType::Group => (draft.seq > 0).then_some(MessageRef {
            conv_seq: draft.seq,
            server_time_s,
            ..MessageRef::default()
        }),
        ConvType::C2c => {
            let client_seq = u32::try_from(draft.seq).ok().filter(|n| *n > 0)?;
            let random = u32::try_from(draft.rand).ok().filter(|n| *n > 0)?;
            (server_time_s > 0).then_some(MessageRef {
                conv_seq: 0,
                client_seq,
                random,
                server_time_s,
            })
        }
    }
}
