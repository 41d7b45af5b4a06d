//! Packets in words, for the trace.

use std::fmt::Write as _;

use bytes::Bytes;
use prost::Message as _;
use timbre_protocol::frame::{self, Kind};
use timbre_protocol::{Body, ChatMessage, element, log_entry, online_push, request, response};

/// One line for a packet.
pub(crate) fn describe(bytes: &Bytes) -> String {
    let Ok(packet) = frame::decode(bytes.clone()) else {
        return "rubble".to_owned();
    };
    let mut out = String::new();
    for frame in packet.frames {
        if !out.is_empty() {
            out.push_str("; ");
        }
        let _ = match frame.kind {
            None => write!(out, "?"),
            Some(Kind::Hello(_)) => write!(out, "hello"),
            Some(Kind::Welcome(_)) => write!(out, "welcome"),
            Some(Kind::Refusal(r)) => write!(out, "refusal {} {}", r.code, r.text),
            Some(Kind::Request(r)) => write!(out, "?{} {}", r.id, asked(r.body.as_ref())),
            Some(Kind::Response(r)) if r.code != 0 => write!(out, "!{} {} {}", r.id, r.code, r.text),
            Some(Kind::Response(r)) => write!(out, "!{} {}", r.id, answered(r.body.as_ref())),
            Some(Kind::Push(p)) => {
                let entries: Vec<String> = p
                    .entries
                    .iter()
                    .map(|e| entry(e.seq, e.change.as_ref()))
                    .collect();
                write!(
                    out,
                    "push after {} [{}] head {}",
                    p.prev,
                    entries.join(", "),
                    p.head
                )
            }
            Some(Kind::PushAck(a)) => write!(out, "ack {}", a.cursor),
            Some(Kind::Ping(p)) => write!(out, "ping {}", p.cursor),
            Some(Kind::Pong(p)) => write!(out, "pong {}", p.head),
            Some(Kind::OnlinePush(p)) => match &p.kind {
                Some(online_push::Kind::Message(bytes)) => write!(out, "online {}", message(bytes)),
                Some(other) => write!(out, "online {other:?}"),
                None => write!(out, "online"),
            },
            Some(Kind::SignedOut(s)) => write!(out, "signed out {}", s.reason),
        };
    }
    out
}

fn asked(body: Option<&request::Body>) -> String {
    use request::Body as B;
    match body {
        Some(B::Login(l)) => {
            format!(
                "login {} cursor {} epoch {:x} resume {}",
                l.user_id, l.cursor, l.epoch, l.resume
            )
        }
        Some(B::Logout(_)) => "logout".to_owned(),
        Some(B::SignOff(_)) => "sign off".to_owned(),
        Some(B::Send(s)) => format!("send {}", text_of(&s.body)),
        Some(B::CheckSend(c)) => format!("check {} sends", c.keys.len()),
        Some(B::History(h)) => {
            format!(
                "history from {} newer {} count {} until {}",
                h.from_seq, h.newer, h.count, h.until_seq
            )
        }
        Some(B::Pull(p)) => format!("pull after {}", p.after),
        Some(B::Snapshot(_)) => "snapshot".to_owned(),
        Some(B::MarkRead(m)) => format!(
            "read scope {} up to seq {} ms {}",
            m.scope, m.up_to_seq, m.up_to_time_ms
        ),
        // What no line above makes shorter.
        Some(other) => format!("{other:?}"),
        None => "?".to_owned(),
    }
}

fn answered(body: Option<&response::Body>) -> String {
    use response::Body as B;
    match body {
        Some(B::Login(l)) => format!("logged in head {} reset {}", l.head, l.reset),
        Some(B::Send(s)) => format!("sent seq {} log {}", s.conv_seq, s.log_seq),
        Some(B::CheckSend(c)) => {
            let fates: Vec<u64> = c.fates.iter().map(|f| f.conv_seq).collect();
            format!("fates {fates:?}")
        }
        Some(B::History(h)) => {
            let texts: Vec<String> = h.messages.iter().map(message).collect();
            format!(
                "page {}..{} finished {} [{}]",
                h.low_seq,
                h.high_seq,
                h.finished,
                texts.join(" ")
            )
        }
        Some(B::Pull(p)) => {
            let entries: Vec<String> = p
                .entries
                .iter()
                .map(|e| entry(e.seq, e.change.as_ref()))
                .collect();
            format!("log [{}] head {} reset {}", entries.join(", "), p.head, p.reset)
        }
        Some(B::Snapshot(s)) => {
            let states: Vec<String> = s
                .conversations
                .iter()
                .map(|c| {
                    let id = c.conversation.as_ref().map_or("?", |c| c.id.as_str());
                    format!("{id} last {} read {} unread {}", c.last_seq, c.read_seq, c.unread)
                })
                .collect();
            format!("snapshot cursor {} [{}]", s.cursor, states.join(", "))
        }
        Some(B::MarkRead(m)) => format!("{} marks log {}", m.marks.len(), m.log_seq),
        Some(other) => format!("{other:?}"),
        None => "done".to_owned(),
    }
}

fn entry(seq: u64, change: Option<&log_entry::Change>) -> String {
    match change {
        Some(log_entry::Change::Message(bytes)) => format!("{seq}:{}", message(bytes)),
        Some(log_entry::Change::Read(mark)) => format!("{seq}:read {} unread {}", mark.read_seq, mark.unread),
        Some(log_entry::Change::PeerRead(read)) => format!("{seq}:peer read {}", read.read_seq),
        Some(other) => format!("{seq}:{other:?}"),
        None => format!("{seq}:?"),
    }
}

fn message(bytes: &Bytes) -> String {
    match ChatMessage::decode(bytes.clone()) {
        Ok(m) => format!("{}@{}", text_of(&m.body), m.conv_seq),
        Err(_) => "rubble".to_owned(),
    }
}

/// The text of the first element of an encoded body.
pub(crate) fn text_of(body: &[u8]) -> String {
    let first = Body::decode(body)
        .ok()
        .and_then(|b| b.elements.into_iter().next());
    match first.and_then(|e| e.kind) {
        Some(element::Kind::Text(text)) => text.content,
        _ => "?".to_owned(),
    }
}
