//! What is attached to messages: read receipts, extensions, reactions (who may, how much, how often).

use std::collections::HashSet;

use bytes::Bytes;
use timbre_protocol::{
    Conversation, DeleteExtensionsRequest, ExtensionWrite, ExtensionsReply, GetExtensionsReply,
    GetExtensionsRequest, GetReactionUsersReply, GetReactionUsersRequest, GetReactionsReply,
    GetReactionsRequest, MessageReactions, MessageRef, ReactReply, ReactRequest, ReadReceiptsReply,
    ReadReceiptsRequest, SendReceiptsReply, SendReceiptsRequest, SetExtensionsRequest,
};

use super::messages::c2c_peer;
use super::{Service, storage_refused};
use crate::error::{Refused, code};
use crate::hub::Mailbox;
use crate::storage::{
    AtMessage, AtMessages, ExtensionChange, NotPossible, React, Reacted, ReadReactionUsers, StorageError,
    WriteExtensions,
};

/// Users that an answer names of each reaction.
const NAMED_USERS: u32 = 10;
/// Bytes of an idempotency key.
const KEY_BYTES: usize = 16;

impl Service {
    /// Notes that messages were read.
    pub(super) async fn send_receipts(
        &self,
        session: &Mailbox,
        req: SendReceiptsRequest,
    ) -> Result<SendReceiptsReply, Refused> {
        let most = self.config.receipt_send_batch;
        let op = several(session, req.conversation.as_ref(), req.messages, most)?;
        let log_seq = self.storage.send_receipts(op, self.clock.now_ms()).await;
        let log_seq = log_seq.map_err(internal)?;
        Ok(SendReceiptsReply { log_seq })
    }

    /// The receipts of own messages.
    pub(super) async fn read_receipts(
        &self,
        session: &Mailbox,
        req: ReadReceiptsRequest,
    ) -> Result<ReadReceiptsReply, Refused> {
        let most = self.config.receipt_get_batch;
        let op = several(session, req.conversation.as_ref(), req.messages, most)?;
        let receipts = self.storage.receipts(op).await.map_err(internal)?;
        Ok(ReadReceiptsReply { receipts })
    }

    /// Sets extensions.
    pub(super) async fn set_extensions(
        &self,
        session: &Mailbox,
        key: Bytes,
        req: SetExtensionsRequest,
    ) -> Result<ExtensionsReply, Refused> {
        let at = one(session, req.conversation.as_ref(), req.message)?;
        if req.writes.is_empty() {
            return wrong("writes is empty".into());
        }
        self.check_writes(&req.writes)?;
        self.write_extensions(at, key, ExtensionChange::Set(req.writes))
            .await
    }

    /// Deletes extensions.
    pub(super) async fn delete_extensions(
        &self,
        session: &Mailbox,
        key: Bytes,
        req: DeleteExtensionsRequest,
    ) -> Result<ExtensionsReply, Refused> {
        let at = one(session, req.conversation.as_ref(), req.message)?;
        if req.all {
            return self
                .write_extensions(at, key, ExtensionChange::Clear(req.known_seq))
                .await;
        }
        if req.keys.is_empty() {
            return wrong("keys is empty".into());
        }
        self.check_writes(&req.keys)?;
        self.write_extensions(at, key, ExtensionChange::Delete(req.keys))
            .await
    }

    fn check_writes(&self, writes: &[ExtensionWrite]) -> Result<(), Refused> {
        let config = &self.config;
        if writes.len() > config.ext_per_call as usize {
            let text = format!(
                "{} keys in one call, the limit is {}",
                writes.len(),
                config.ext_per_call
            );
            return wrong(text);
        }
        let mut seen = HashSet::new();
        for write in writes {
            let (key, value) = (write.key.len(), write.value.len());
            if key == 0 || key > config.ext_key_bytes as usize {
                return wrong(format!(
                    "a key has {key} bytes, 1 to {} are allowed",
                    config.ext_key_bytes
                ));
            }
            if value > config.ext_value_bytes as usize {
                return wrong(format!(
                    "the value of a key has {value} bytes, the limit is {}",
                    config.ext_value_bytes
                ));
            }
            if !seen.insert(&write.key) {
                return wrong(format!("the key {:?} is given twice", write.key));
            }
        }
        Ok(())
    }

    async fn write_extensions(
        &self,
        at: AtMessage,
        key: Bytes,
        change: ExtensionChange,
    ) -> Result<ExtensionsReply, Refused> {
        if !self.config.ext_enabled {
            return Err(Refused::new(
                code::EXTENSION_NOT_POSSIBLE,
                "ext.enabled is off on this server",
            ));
        }
        let op = WriteExtensions {
            at,
            key: checked_key(key)?,
            change,
            per_message: self.config.ext_per_message,
            per_minute: self.config.ext_rate,
            now_ms: self.clock.now_ms(),
        };
        let written = self.storage.write_extensions(op).await.map_err(internal)?;
        written.map_err(|reason| match reason {
            NotPossible::Unknown => unknown_extension(),
            NotPossible::Flag => Refused::new(
                code::EXTENSION_NOT_POSSIBLE,
                "the message was sent without message_support_message_extension",
            ),
            NotPossible::TooOften => Refused::new(
                code::EXTENSION_TOO_OFTEN,
                "too many writes to the extensions of this message; try again in a minute",
            ),
        })
    }

    /// What changed of a message's extensions.
    pub(super) async fn get_extensions(
        &self,
        session: &Mailbox,
        req: GetExtensionsRequest,
    ) -> Result<GetExtensionsReply, Refused> {
        let at = one(session, req.conversation.as_ref(), req.message)?;
        let found = self.storage.extensions(at, req.after_seq).await;
        found.map_err(internal)?.ok_or_else(unknown_extension)
    }

    /// Gives or takes back a reaction.
    pub(super) async fn react(
        &self,
        session: &Mailbox,
        key: Bytes,
        req: ReactRequest,
    ) -> Result<ReactReply, Refused> {
        let at = one(session, req.conversation.as_ref(), req.message)?;
        let (size, most) = (req.reaction.len(), self.config.reaction_id_bytes);
        if size == 0 || size > most as usize {
            return wrong(format!("the reaction has {size} bytes, 1 to {most} are allowed"));
        }
        let (per_message, users) = (self.config.reaction_per_message, self.config.reaction_users);
        let op = React {
            at,
            key: checked_key(key)?,
            reaction: req.reaction,
            remove: req.remove,
            per_message,
            users,
            now_ms: self.clock.now_ms(),
        };
        let (code, text) = match self.storage.react(op).await.map_err(internal)? {
            Reacted::Done => return Ok(ReactReply {}),
            Reacted::Unknown => (code::MESSAGE_NOT_FOUND, "there is no such message".to_owned()),
            Reacted::TooManyReactions => (
                code::REACTION_COUNT_LIMIT,
                format!("the message has {per_message} different reactions already"),
            ),
            Reacted::TooManyUsers => (
                code::REACTION_USER_COUNT_LIMIT,
                format!("{users} users have given this reaction already"),
            ),
            Reacted::Given => (
                code::REACTION_ALREADY_CONTAIN_USER,
                "the user has given this reaction already".to_owned(),
            ),
            Reacted::NobodyGave => (
                code::REACTION_NOT_EXISTS,
                "nobody has given this reaction".to_owned(),
            ),
            Reacted::OthersGave => (
                code::REACTION_NOT_CONTAIN_USER,
                "others have given this reaction, the user has not".to_owned(),
            ),
        };
        Err(Refused::new(code, text))
    }

    /// The reactions to some messages.
    pub(super) async fn get_reactions(
        &self,
        session: &Mailbox,
        req: GetReactionsRequest,
    ) -> Result<GetReactionsReply, Refused> {
        let most = self.config.reaction_batch;
        if req.users > NAMED_USERS {
            return wrong(format!("users is {}, 0 to {NAMED_USERS} are allowed", req.users));
        }
        let op = several(session, req.conversation.as_ref(), req.messages, most)?;
        let found = self.storage.reactions(op, req.users).await.map_err(internal)?;
        let messages = found
            .into_iter()
            .map(|reactions| match reactions {
                Some(reactions) => MessageReactions {
                    reactions,
                    ..MessageReactions::default()
                },
                None => MessageReactions {
                    code: code::INVALID_PARAMETERS,
                    text: "there is no such message".into(),
                    reactions: Vec::new(),
                },
            })
            .collect();
        Ok(GetReactionsReply { messages })
    }

    /// A page of the users of one reaction.
    pub(super) async fn get_reaction_users(
        &self,
        session: &Mailbox,
        req: GetReactionUsersRequest,
    ) -> Result<GetReactionUsersReply, Refused> {
        let at = one(session, req.conversation.as_ref(), req.message)?;
        let most = self.config.reaction_user_page;
        if req.count == 0 || req.count > most {
            return wrong(format!("count is {}, 1 to {most} are allowed", req.count));
        }
        let op = ReadReactionUsers {
            at,
            reaction: req.reaction,
            after: req.after,
            count: req.count,
        };
        let page = self.storage.reaction_users(op).await.map_err(internal)?;
        Ok(GetReactionUsersReply {
            users: page.users,
            next: page.next,
            finished: page.finished,
        })
    }
}

fn wrong<T>(text: String) -> Result<T, Refused> {
    Err(Refused::new(code::INVALID_PARAMETERS, text))
}

#[allow(clippy::needless_pass_by_value)] // as map_err calls it
fn internal(error: StorageError) -> Refused {
    storage_refused(&error, code::MESSAGE_INTERNAL)
}

fn unknown_extension() -> Refused {
    Refused::new(code::EXTENSION_NOT_EXIST, "there is no such message")
}

fn checked_key(key: Bytes) -> Result<Bytes, Refused> {
    match key.len() {
        0 | KEY_BYTES => Ok(key),
        other => wrong(format!(
            "the request's key has {other} bytes, {KEY_BYTES} are needed"
        )),
    }
}

fn check_named(message: &MessageRef) -> Result<(), Refused> {
    let named = message.conv_seq > 0 || (message.client_seq > 0 && message.server_time_s > 0);
    match named {
        true => Ok(()),
        false => wrong("a message is named by nothing".into()),
    }
}

fn one(
    session: &Mailbox,
    conversation: Option<&Conversation>,
    message: Option<MessageRef>,
) -> Result<AtMessage, Refused> {
    let peer = c2c_peer(conversation, code::GROUP_DENIED)?.to_owned();
    let Some(message) = message else {
        return wrong("message is missing".into());
    };
    check_named(&message)?;
    Ok(AtMessage {
        app_id: session.app_id,
        account: session.account,
        peer,
        message,
    })
}

fn several(
    session: &Mailbox,
    conversation: Option<&Conversation>,
    messages: Vec<MessageRef>,
    most: u32,
) -> Result<AtMessages, Refused> {
    let peer = c2c_peer(conversation, code::GROUP_DENIED)?.to_owned();
    if messages.is_empty() || messages.len() > most as usize {
        return wrong(format!(
            "{} messages in one call, 1 to {most} are allowed",
            messages.len()
        ));
    }
    messages.iter().try_for_each(check_named)?;
    Ok(AtMessages {
        app_id: session.app_id,
        account: session.account,
        peer,
        messages,
    })
}
