//! Packets to bytes and back, with every bound checked before anything is allocated.

use bytes::{Bytes, BytesMut};
use prost::Message as _;

use crate::{Frame, Packet, Request, Response, frame::Kind as FrameKind, request, response};

pub use crate::generated::frame::Kind;

/// The largest packet either side takes, in bytes.
pub const MAX_PACKET_BYTES: usize = 1 << 20;
/// The most frames in one packet: a frame of no content costs two bytes on the wire and a hundred in memory.
pub const MAX_FRAMES: usize = 8192;
/// Frames after which a sender starts another packet.
pub const FULL_FRAMES: usize = 4096;
/// The most items of a repeated field inside one request.
pub const MAX_ITEMS: usize = 1000;

/// Why bytes are not a packet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Not protobuf, or not this schema.
    #[error("undecodable packet: {0}")]
    Malformed(String),
    /// More than [`MAX_PACKET_BYTES`].
    #[error("packet of {size} bytes, the limit is {limit}")]
    TooLarge {
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        limit: usize,
    },
    /// More frames or items than the limits allow.
    #[error("packet with more than {limit} {what}")]
    TooMany {
        /// What there are too many of.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
}

/// Decodes one packet. Byte fields of the result share the memory of `bytes`.
pub fn decode(bytes: Bytes) -> Result<Packet, FrameError> {
    if bytes.len() > MAX_PACKET_BYTES {
        return Err(FrameError::TooLarge {
            size: bytes.len(),
            limit: MAX_PACKET_BYTES,
        });
    }
    if count_field(&bytes, 1)? > MAX_FRAMES {
        return Err(FrameError::TooMany {
            what: "frames",
            limit: MAX_FRAMES,
        });
    }
    Packet::decode(bytes).map_err(|e| FrameError::Malformed(e.to_string()))
}

/// Encodes one packet.
pub fn encode(packet: &Packet) -> Bytes {
    let mut out = BytesMut::with_capacity(packet.encoded_len());
    encode_into(packet, &mut out);
    out.freeze()
}

/// Appends `packet`, encoded, to `out`. Encoded packets may be joined: the concatenation of two is the packet
/// that holds the frames of both.
pub fn encode_into(packet: &Packet, out: &mut BytesMut) {
    // Growing a BytesMut cannot fail but by running out of memory.
    packet.encode(out).expect("a BytesMut grows as needed");
}

/// The packet that holds just `kind`.
pub fn single(kind: Kind) -> Packet {
    Packet {
        frames: vec![Frame { kind: Some(kind) }],
    }
}

/// A request frame.
pub fn request(id: u64, body: request::Body) -> Kind {
    keyed_request(id, Bytes::new(), body)
}

/// A request frame with an idempotency key.
pub fn keyed_request(id: u64, key: Bytes, body: request::Body) -> Kind {
    FrameKind::Request(Request {
        id,
        key,
        body: Some(body),
    })
}

/// A successful answer.
pub fn reply(id: u64, body: Option<response::Body>) -> Kind {
    FrameKind::Response(Response {
        id,
        code: 0,
        text: String::new(),
        body,
    })
}

/// A refusal of one request.
pub fn refuse(id: u64, code: i32, text: impl Into<String>) -> Kind {
    FrameKind::Response(Response {
        id,
        code,
        text: text.into(),
        body: None,
    })
}

/// How often field `number` stands at the top level of an encoded message: the length of a repeated field,
/// known before anything is decoded.
pub fn count_field(bytes: &[u8], number: u32) -> Result<usize, FrameError> {
    let malformed = |text: &str| FrameError::Malformed(text.to_owned());
    let mut rest = bytes;
    let mut count = 0;
    while !rest.is_empty() {
        let tag = varint(&mut rest).ok_or_else(|| malformed("cut off in a tag"))?;
        if tag >> 3 == u64::from(number) {
            count += 1;
        }
        let skip = match tag & 7 {
            0 => {
                varint(&mut rest).ok_or_else(|| malformed("cut off in a number"))?;
                0
            }
            1 => 8,
            2 => varint(&mut rest).ok_or_else(|| malformed("cut off in a length"))?,
            5 => 4,
            _ => return Err(malformed("unknown wire type")),
        };
        let skip = usize::try_from(skip).map_err(|_| malformed("length out of range"))?;
        rest = rest
            .get(skip..)
            .ok_or_else(|| malformed("a field runs past the end"))?;
    }
    Ok(count)
}

fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0u64;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Ping, Pong};

    #[test]
    fn a_packet_survives_the_round_trip_and_packets_join() {
        let a = single(Kind::Ping(Ping { cursor: 7 }));
        let b = single(Kind::Pong(Pong {
            server_time_ms: -1,
            head: u64::MAX,
        }));
        let mut joined = BytesMut::from(&encode(&a)[..]);
        encode_into(&b, &mut joined);
        let both = decode(joined.freeze()).expect("two packets in a row are one");
        assert_eq!(both.frames, [a.frames, b.frames].concat());
    }

    #[test]
    fn too_many_frames_are_refused_before_they_are_decoded() {
        let bytes = Bytes::from([0x0a, 0x00].repeat(MAX_FRAMES + 1));
        assert_eq!(
            decode(bytes),
            Err(FrameError::TooMany {
                what: "frames",
                limit: MAX_FRAMES
            })
        );
    }

    #[test]
    fn oversized_and_broken_packets_are_refused() {
        assert!(matches!(
            decode(vec![0; MAX_PACKET_BYTES + 1].into()),
            Err(FrameError::TooLarge { .. })
        ));
        for broken in [
            &[0x0a][..],
            &[0x0a, 0x05, 1],
            &[0x0b],
            &[0xff; 11],
            b"GET / HTTP/1.1\r\n",
        ] {
            assert!(matches!(
                decode(Bytes::copy_from_slice(broken)),
                Err(FrameError::Malformed(_))
            ));
        }
    }
}
