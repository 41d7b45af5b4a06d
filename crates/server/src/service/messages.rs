//! Sending, asking after sends, history.

use std::sync::Arc;

use bytes::Bytes;
use prost::Message as _;
use timbre_protocol::body::{BodyFault, MERGED_MESSAGES};
use timbre_protocol::online_push::Kind as Online;
use timbre_protocol::{
    Body, ChatMessage, CheckSendReply, CheckSendRequest, Conversation, HistoryReply, HistoryRequest,
    Platform, SendFate, SendReply, SendRequest, element, flags, frame,
};

use super::media::fault_refused;
use super::{REPLY_BYTES, Service, storage_refused, valid_user_id};
use crate::error::{Refused, code};
use crate::hub::Mailbox;
use crate::media::urls;
use crate::storage::media::{MediaRows, MediaUse};
use crate::storage::{AccountNo, AppendMessage, Appended, HistoryStart, ReadHistory, SendIdentity};

/// TIMConvType.
const C2C: u32 = 1;
const GROUP: u32 = 2;

impl Service {
    /// Sends a message of the session's user.
    pub(super) async fn send(
        self: &Arc<Self>,
        session: &Mailbox,
        req: SendRequest,
    ) -> Result<SendReply, Refused> {
        let receiver = c2c_peer(req.conversation.as_ref(), code::GROUP_NOT_FOUND)?;
        let (body, files) = match self.check_send_shape(&req) {
            Ok(checked) => checked,
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
            ..ChatMessage::default()
        };
        let stored = |message: &ChatMessage, body: &Body| ChatMessage {
            body: body.encode_to_vec().into(),
            ..message.clone()
        };
        if req.flags & flags::ONLINE_ONLY != 0 {
            let body = self.body_with_files(session, body, files).await?;
            return self.send_online(session, receiver, stored(&message, &body)).await;
        }
        let envelope = match files.is_empty() {
            true => stored(&message, &body).encode_to_vec().into(),
            false => Bytes::new(),
        };
        let op = AppendMessage {
            app_id: session.app_id,
            sender: session.account,
            receiver: receiver.to_owned(),
            client_time: req.client_time,
            random: req.random,
            flags: req.flags,
            now_ms: self.clock.now_ms(),
            envelope,
            origin: session.session,
        };
        let appended = if files.is_empty() {
            self.storage.append_message(op)
        } else {
            let envelope = move |rows: &MediaRows| {
                let mut body = body.clone();
                urls::fill_body(&mut body, rows);
                stored(&message, &body).encode_to_vec().into()
            };
            let envelope = Arc::new(envelope);
            self.storage
                .append_with_media(op, MediaUse { ids: files, envelope })
        };
        match appended.await {
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
            Ok(Appended::Media(fault)) => Err(fault_refused(&fault)),
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

    /// The body of a message that is stored nowhere, with what is known of its files.
    async fn body_with_files(
        &self,
        session: &Mailbox,
        mut body: Body,
        files: Vec<String>,
    ) -> Result<Body, Refused> {
        if !files.is_empty() {
            let rows = self
                .storage
                .readable_media(session.app_id, session.account, files)
                .await;
            let rows = rows
                .map_err(|error| storage_refused(&error, code::MESSAGE_INTERNAL))?
                .map_err(|fault| fault_refused(&fault))?;
            urls::fill_body(&mut body, &rows);
        }
        Ok(body)
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

    /// Checks everything about a send but its receiver. Answers the body as this server writes it (what it
    /// does not know is not stored) and the ids of the files that it names.
    fn check_send_shape(&self, req: &SendRequest) -> Result<(Body, Vec<String>), Refused> {
        let wrong = |text: String| Err(Refused::new(code::INVALID_PARAMETERS, text));
        if req.flags & !flags::KNOWN != 0 {
            return wrong(format!("flags {:#x} holds unknown bits", req.flags));
        }
        if req.priority > 3 {
            return wrong(format!("priority {} is not 0 to 3", req.priority));
        }
        let mut body = self.read_body(&req.body)?;
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
        body.check(self.config.elems_max as usize)
            .map_err(|fault| match fault {
                BodyFault::Parameter(text) => Refused::new(code::INVALID_PARAMETERS, text),
                BodyFault::Element(text) => Refused::new(code::INVALID_ELEMENT, text),
            })?;
        body.strip_local();
        let files = self.check_files(&mut body)?;
        Ok((body, files))
    }

    /// Checks what a body says of files: those of the server are named by their ids, all others by an address of the
    /// web. Answers the ids.
    fn check_files(&self, body: &mut Body) -> Result<Vec<String>, Refused> {
        for element in &body.elements {
            let Some(element::Kind::Merged(merged)) = &element.kind else {
                continue;
            };
            let (size, limit) = (merged.list.len(), self.config.merger_inline_max as usize);
            if size > limit {
                let text = format!(
                    "the list of merged messages has {size} bytes, the limit is {limit}: a longer one is a file"
                );
                return Err(Refused::new(code::BODY_SIZE, text));
            }
            let count = frame::count_field(&merged.list, 1).map_err(|error| {
                Refused::new(code::INVALID_ELEMENT, format!("list of merged messages: {error}"))
            })?;
            if count > MERGED_MESSAGES {
                let text = format!("{count} merged messages, the limit is {MERGED_MESSAGES}");
                return Err(Refused::new(code::INVALID_PARAMETERS, text));
            }
        }
        let (mut files, mut foreign) = (Vec::new(), None);
        let walked = urls::places(body, &mut |place| {
            if !place.id.is_empty() {
                files.push(place.id.clone());
            } else if !place.url.is_empty() && !urls::is_foreign_url(place.url) {
                foreign = Some(place.url.clone());
            }
        });
        if walked.is_err() {
            let text = "the list of merged messages cannot be decoded";
            return Err(Refused::new(code::INVALID_ELEMENT, text));
        }
        if let Some(url) = foreign {
            let shown: String = url.chars().take(100).collect();
            let text = format!("the address {shown:?} is neither http nor https");
            return Err(Refused::new(code::INVALID_PARAMETERS, text));
        }
        files.sort_unstable();
        files.dedup();
        Ok(files)
    }

    /// Decodes a body, whose elements are counted before anything is allocated.
    pub(super) fn read_body(&self, bytes: &Bytes) -> Result<Body, Refused> {
        let damaged = |error: String| Refused::new(code::INVALID_ELEMENT, format!("body: {error}"));
        let count = frame::count_field(bytes, 1).map_err(|error| damaged(error.to_string()))?;
        let most = self.config.elems_max as usize;
        if count == 0 || count > most {
            let text = format!("the message has {count} elements, 1 to {most} are allowed");
            return Err(Refused::new(code::INVALID_PARAMETERS, text));
        }
        Body::decode(bytes.clone()).map_err(|error| damaged(error.to_string()))
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
        let messages = page
            .messages
            .iter()
            .map(|message| self.outgoing(session, message));
        Ok(HistoryReply {
            messages: messages.collect(),
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
