//! Sending, asking after sends, history.

use bytes::Bytes;
use prost::Message as _;
use timbre_protocol::body::BodyFault;
use timbre_protocol::online_push::Kind as Online;
use timbre_protocol::{
    Body, ChatMessage, CheckSendReply, CheckSendRequest, Conversation, HistoryReply, HistoryRequest,
    Platform, SendFate, SendReply, SendRequest, flags, frame,
};

use super::{REPLY_BYTES, Service, storage_refused, valid_user_id};
use crate::error::{Refused, code};
use crate::hub::Mailbox;
use crate::storage::{AccountNo, AppendMessage, Appended, HistoryStart, ReadHistory, SendIdentity};

/// TIMConvType.
const C2C: u32 = 1;
const GROUP: u32 = 2;

impl Service {
    /// Sends a message of the session's user.
    pub(super) async fn send(&self, session: &Mailbox, req: SendRequest) -> Result<SendReply, Refused> {
        let receiver = c2c_peer(req.conversation.as_ref(), code::GROUP_NOT_FOUND)?;
        let body = match self.check_send_shape(&req) {
            Ok(body) => body,
            // A repeated send is answered as the first one was, whatever the limits have become since.
            Err(refused) => return self.stored_answer(session, &req, receiver).await.ok_or(refused),
        };
        let message = ChatMessage {
            sender_tiny_id: session.account.unsigned_abs(),
            sender: session.user_id.clone(),
            conv_type: C2C,
            target: receiver.to_owned(),
            client_time: req.client_time,
            random: req.random,
            client_seq: req.client_seq,
            // Nobody sends a receipt for what is stored nowhere.
            flags: if req.flags & flags::ONLINE_ONLY != 0 {
                req.flags & !flags::NEED_RECEIPT
            } else {
                req.flags
            },
            priority: req.priority,
            platform: message_platform(session.platform),
            body,
            ..ChatMessage::default()
        };
        if req.flags & flags::ONLINE_ONLY != 0 {
            return self.send_online(session, receiver, message).await;
        }
        let op = AppendMessage {
            app_id: session.app_id,
            sender: session.account,
            receiver: receiver.to_owned(),
            client_time: req.client_time,
            random: req.random,
            flags: req.flags,
            now_ms: self.clock.now_ms(),
            envelope: message.encode_to_vec().into(),
            origin: session.session,
        };
        match self.storage.append_message(op).await {
            Ok(Appended::Stored {
                conv_seq,
                server_time_ms,
                log_seq,
                ..
            }) => Ok(SendReply {
                conv_seq,
                server_time_ms,
                log_seq,
            }),
            Ok(Appended::UnknownReceiver) => Err(unknown_receiver()),
            Err(error) => Err(storage_refused(&error, code::MESSAGE_INTERNAL)),
        }
    }

    async fn stored_answer(&self, session: &Mailbox, req: &SendRequest, receiver: &str) -> Option<SendReply> {
        let (client_time, random) = (req.client_time, req.random);
        let key = SendIdentity {
            receiver: receiver.to_owned(),
            client_time,
            random,
        };
        let found = self
            .storage
            .find_sends(session.app_id, session.account, vec![key])
            .await
            .ok()?;
        let found = found.first().copied().flatten()?;
        let (conv_seq, server_time_ms, log_seq) = (found.conv_seq, found.server_time_ms, found.log_seq);
        Some(SendReply {
            conv_seq,
            server_time_ms,
            log_seq,
        })
    }

    /// Reaches whoever is connected, and is stored nowhere.
    async fn send_online(
        &self,
        session: &Mailbox,
        receiver: &str,
        mut message: ChatMessage,
    ) -> Result<SendReply, Refused> {
        let account = self.storage.account(session.app_id, receiver).await;
        let account = account.map_err(|error| storage_refused(&error, code::MESSAGE_INTERNAL))?;
        let account = account.ok_or_else(unknown_receiver)?;
        let wanted = self.receives(session, account.no).await?;
        let server_time_ms = self.clock.now_ms();
        message.server_time_ms = server_time_ms;
        let message = Bytes::from(message.encode_to_vec());
        let mut mailboxes = if wanted {
            self.hub.sessions(account.no)
        } else {
            Vec::new()
        };
        if account.no != session.account {
            mailboxes.extend(self.hub.sessions(session.account));
        }
        for mailbox in mailboxes
            .iter()
            .filter(|mailbox| mailbox.session != session.session)
        {
            mailbox.deliver_online(Online::Message(message.clone()));
        }
        Ok(SendReply {
            conv_seq: 0,
            server_time_ms,
            log_seq: 0,
        })
    }

    /// Whether `receiver` wants to be given the messages of the session's user.
    async fn receives(&self, session: &Mailbox, receiver: AccountNo) -> Result<bool, Refused> {
        let sender = vec![session.user_id.clone()];
        let options = self
            .storage
            .receive_options(session.app_id, receiver, sender)
            .await;
        let options = options.map_err(|error| storage_refused(&error, code::MESSAGE_INTERNAL))?;
        Ok(options.first() != Some(&1))
    }

    /// Checks everything about a send but its receiver. Answers the body as this server writes it: what it
    /// does not know is not stored.
    fn check_send_shape(&self, req: &SendRequest) -> Result<Bytes, Refused> {
        let wrong = |text: String| Err(Refused::new(code::INVALID_PARAMETERS, text));
        if req.flags & !flags::KNOWN != 0 {
            return wrong(format!("flags {:#x} holds unknown bits", req.flags));
        }
        if req.priority > 3 {
            return wrong(format!("priority {} is not 0 to 3", req.priority));
        }
        let count = frame::count_field(&req.body, 1)
            .map_err(|error| Refused::new(code::INVALID_ELEMENT, format!("body: {error}")))?;
        let most = self.config.elems_max as usize;
        if count == 0 || count > most {
            return wrong(format!(
                "the message has {count} elements, 1 to {most} are allowed"
            ));
        }
        let mut body = Body::decode(req.body.clone())
            .map_err(|error| Refused::new(code::INVALID_ELEMENT, format!("body: {error}")))?;
        let limit = self.config.msg_bytes as usize;
        let size = body.counted_bytes();
        if size > limit {
            return Err(Refused::new(
                code::BODY_SIZE,
                format!("the message has {size} bytes, the limit is {limit}"),
            ));
        }
        for (name, config) in [
            ("push_config", &body.push_config),
            ("moderation_config", &body.moderation_config),
        ] {
            if config.len() > limit {
                let text = format!("{name} has {} bytes, the limit is {limit}", config.len());
                return Err(Refused::new(code::BODY_SIZE, text));
            }
        }
        body.check(most).map_err(|fault| match fault {
            BodyFault::Parameter(text) => Refused::new(code::INVALID_PARAMETERS, text),
            BodyFault::Element(text) => Refused::new(code::INVALID_ELEMENT, text),
        })?;
        body.strip_local();
        Ok(body.encode_to_vec().into())
    }

    /// What became of sends.
    pub(super) async fn check_send(
        &self,
        session: &Mailbox,
        req: CheckSendRequest,
    ) -> Result<CheckSendReply, Refused> {
        if req.keys.len() > frame::MAX_ITEMS {
            let text = format!("{} keys, the limit is {}", req.keys.len(), frame::MAX_ITEMS);
            return Err(Refused::new(code::INVALID_PARAMETERS, text));
        }
        let keys = req
            .keys
            .into_iter()
            .map(|key| SendIdentity {
                // Anything but a one-to-one conversation holds no send; nobody has the empty name.
                receiver: key
                    .conversation
                    .filter(|c| c.r#type == C2C)
                    .map(|c| c.id)
                    .unwrap_or_default(),
                client_time: key.client_time,
                random: key.random,
            })
            .collect();
        let found = self
            .storage
            .find_sends(session.app_id, session.account, keys)
            .await
            .map_err(|error| storage_refused(&error, code::MESSAGE_INTERNAL))?;
        let fates = found
            .into_iter()
            .map(|found| match found {
                Some(found) => SendFate {
                    stored: true,
                    conv_seq: found.conv_seq,
                    server_time_ms: found.server_time_ms,
                },
                None => SendFate::default(),
            })
            .collect();
        Ok(CheckSendReply { fates })
    }

    /// A page of a conversation's history.
    pub(super) async fn history(
        &self,
        session: &Mailbox,
        req: HistoryRequest,
    ) -> Result<HistoryReply, Refused> {
        let peer = c2c_peer(req.conversation.as_ref(), code::GROUP_DENIED)?.to_owned();
        if req.count == 0 {
            return Err(Refused::new(code::INVALID_PARAMETERS, "count is zero"));
        }
        let start = match (req.from_seq, req.from_time_ms) {
            (0, 0) => HistoryStart::End,
            (0, ms) => HistoryStart::Time(ms),
            (seq, _) => HistoryStart::Seq(seq),
        };
        let op = ReadHistory {
            app_id: session.app_id,
            account: session.account,
            peer,
            start,
            newer: req.newer,
            count: req.count.min(self.config.history_page),
            until_seq: req.until_seq,
            max_bytes: REPLY_BYTES,
        };
        let page = self.storage.history(op).await;
        let page = page.map_err(|error| storage_refused(&error, code::MESSAGE_INTERNAL))?;
        Ok(HistoryReply {
            messages: page.messages,
            low_seq: page.low_seq,
            high_seq: page.high_seq,
            finished: page.finished,
        })
    }
}

fn unknown_receiver() -> Refused {
    Refused::new(code::INVALID_ID, "the receiver does not exist")
}

/// The other side of a one-to-one conversation. `group` is the code that a group is refused with.
pub(super) fn c2c_peer(conversation: Option<&Conversation>, group: i32) -> Result<&str, Refused> {
    let Some(conversation) = conversation else {
        return Err(Refused::new(code::INVALID_PARAMETERS, "conversation is missing"));
    };
    match conversation.r#type {
        // The strict form of ids is a rule for new accounts only.
        C2C if valid_user_id(&conversation.id, false) => Ok(&conversation.id),
        // An id that nobody can have is nobody's.
        C2C => Err(unknown_receiver()),
        GROUP => Err(Refused::new(group, "no such group")),
        other => {
            let text = format!("conversation type {other} is neither one-to-one (1) nor group (2)");
            Err(Refused::new(code::INVALID_PARAMETERS, text))
        }
    }
}

/// TIMPlatform of a device's platform: Linux and the web have none of their own.
fn message_platform(platform: i32) -> u32 {
    match Platform::try_from(platform) {
        Ok(Platform::Windows) => 1,
        Ok(Platform::Android) => 2,
        Ok(Platform::Iphone | Platform::Ipad) => 3,
        Ok(Platform::Mac) => 4,
        Ok(Platform::Other | Platform::Web | Platform::Linux) | Err(_) => 0,
    }
}
