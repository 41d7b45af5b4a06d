//! A message off the wire.

use prost::Message as _;
use timbre_protocol::{Body, ChatMessage, flags};

use super::{ConvKey, ConvType, Message, Origin, Receipt, Status};

/// The text that names a message (spec 03 section 2.4): `<tiny id>-<client time>-<rand>`.
pub fn message_id(sender: &str, client_time: u32, rand: u32) -> String {
    format!("{sender}-{client_time}-{rand}")
}

impl Message {
    /// A message off the wire as `user` sees it: the conversation of a one-to-one message is the other user, in
    /// both directions (MSG-008). None when it is not readable or not for this user.
    pub fn from_wire(user: &str, wire: ChatMessage) -> Option<Self> {
        let from_self = wire.sender == user;
        let kind = ConvType::from_number(wire.conv_type)?;
        let id = match kind {
            ConvType::C2c if !from_self => wire.sender.clone(),
            _ => wire.target,
        };
        let body = Body::decode(wire.body).ok()?;
        Some(Self {
            row: 0,
            conv: ConvKey { kind, id },
            msg_id: message_id(&wire.sender_tiny_id.to_string(), wire.client_time, wire.random),
            sender: wire.sender,
            sender_tiny: wire.sender_tiny_id,
            from_self,
            client_time: wire.client_time,
            rand: wire.random,
            client_seq: if wire.flags & flags::ONLINE_ONLY != 0 {
                0
            } else {
                wire.client_seq
            },
            conv_seq: wire.conv_seq,
            server_time_ms: wire.server_time_ms,
            time_ms: wire.server_time_ms,
            status: if wire.recall.is_some() {
                Status::Revoked
            } else {
                Status::Sent
            },
            flags: wire.flags,
            priority: u8::try_from(wire.priority).unwrap_or(1),
            platform: u8::try_from(wire.platform).unwrap_or(0),
            version: wire.version,
            body,
            sender_nick: wire.sender_nick,
            sender_face: wire.sender_face,
            custom_int: 0,
            custom_str: Default::default(),
            origin: Origin::Received,
            recall: wire.recall.map(Box::new),
            receipt: Receipt {
                sent: !from_self && wire.receipt_ms > 0,
                peer_read_ms: if from_self { wire.receipt_ms } else { 0 },
            },
        })
    }
}
