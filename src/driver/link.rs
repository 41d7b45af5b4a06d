//! The thread `timbre-link`: opens the WebSocket that the engine asks for, carries bytes both ways, tells the
//! engine what becomes of it. One link at a time; a new one ends the old one.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::{Sink, StreamExt};
use timbre_protocol::frame::{MAX_FRAMES, count_field};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error as WsError, Message};

use super::connect::{Net, Socket, TlsCache, open};
use super::queue::Queue;
use crate::engine::{ConnectTarget, Input, LinkEvent};
use crate::model::error::code;

/// Waiting packets are joined up to this many bytes in one WebSocket message.
const MAX_JOINED: usize = 512 << 10;
/// How long a farewell may take.
const FAREWELL: Duration = Duration::from_millis(100);
/// `ERR_SVR_SSO_...`: the server takes no more connections.
const SERVER_FULL: i32 = -302;

/// What the engine wants of the link.
#[derive(Debug)]
pub(crate) enum Command {
    Connect(ConnectTarget),
    Transmit { link: u64, bytes: Bytes },
    Disconnect { link: u64 },
}

/// Why a link is not served any more.
enum End {
    /// It was lost, or given up.
    Gone,
    /// Another one is wanted.
    Replaced(ConnectTarget),
    /// The client ends.
    Stop,
}

/// Runs until the senders of `commands` are gone.
pub(crate) async fn run(mut commands: UnboundedReceiver<Command>, inbox: Arc<Queue<Input>>, net: Arc<Net>) {
    let mut tls = TlsCache::default();
    let mut next = None;
    loop {
        let target = match next.take() {
            Some(target) => target,
            None => match commands.recv().await {
                Some(Command::Connect(target)) => target,
                // Meant for a link that is gone already.
                Some(Command::Transmit { .. } | Command::Disconnect { .. }) => continue,
                None => return,
            },
        };
        match link(target, &mut commands, &inbox, &net, &mut tls).await {
            End::Gone => {}
            End::Replaced(target) => next = Some(target),
            End::Stop => return,
        }
    }
}

fn tell(inbox: &Queue<Input>, event: LinkEvent) {
    // A closed inbox belongs to a client that is ending; nobody needs to know any more.
    let _ = inbox.push(Input::Link(event));
}

async fn link(
    target: ConnectTarget,
    commands: &mut UnboundedReceiver<Command>,
    inbox: &Queue<Input>,
    net: &Net,
    tls: &mut TlsCache,
) -> End {
    let number = target.link;
    let opening = open(&target, net, tls);
    tokio::pin!(opening);
    let opened = loop {
        tokio::select! {
            biased;
            command = commands.recv() => match command {
                None => return End::Stop,
                Some(Command::Connect(target)) => return End::Replaced(target),
                Some(Command::Disconnect { link }) if link == number => return End::Gone,
                Some(_) => {}
            },
            opened = &mut opening => break opened,
        }
    };
    match opened {
        Ok(socket) => {
            tell(inbox, LinkEvent::Opened { link: number });
            serve(socket, number, commands, inbox).await
        }
        Err(refusal) => {
            let text = refusal.desc.into_owned();
            tell(
                inbox,
                LinkEvent::Failed {
                    link: number,
                    code: refusal.code,
                    text,
                },
            );
            End::Gone
        }
    }
}

async fn serve(
    mut socket: Socket,
    number: u64,
    commands: &mut UnboundedReceiver<Command>,
    inbox: &Queue<Input>,
) -> End {
    let mut outgoing = Outgoing::default();
    loop {
        // Reading goes on while a write is stuck, and a command is heard while both are: a peer that reads
        // nothing can delay neither its own messages nor the end of the link.
        let closed = tokio::select! {
            biased;
            command = commands.recv() => match command {
                Some(Command::Transmit { link, bytes }) => {
                    if link == number {
                        outgoing.waiting.push_back(bytes);
                    }
                    continue;
                }
                Some(Command::Disconnect { link }) if link != number => continue,
                command => {
                    farewell(socket, &mut outgoing).await;
                    return match command {
                        Some(Command::Connect(target)) => End::Replaced(target),
                        Some(_) => End::Gone,
                        None => End::Stop,
                    };
                }
            },
            message = socket_io(&mut socket, &mut outgoing) => match message {
                Ok(Message::Binary(bytes)) => {
                    tell(inbox, LinkEvent::Packet { link: number, bytes });
                    continue;
                }
                Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => continue,
                Ok(Message::Text(_)) => (code::NET_DISCONNECT, "the server sent text, not packets".to_owned()),
                Ok(Message::Close(frame)) => closed_by_server(frame.as_ref()),
                Err(error) => lost(&error),
            },
        };
        let (code, text) = closed;
        tell(
            inbox,
            LinkEvent::Closed {
                link: number,
                code,
                text,
            },
        );
        return End::Gone;
    }
}

/// Writes what waits while it waits for the next message. Nothing is lost when it is dropped in between.
async fn socket_io(socket: &mut Socket, outgoing: &mut Outgoing) -> Result<Message, WsError> {
    poll_fn(|cx| {
        if let Poll::Ready(Err(error)) = outgoing.poll(socket, cx) {
            return Poll::Ready(Err(error));
        }
        match socket.poll_next_unpin(cx) {
            Poll::Ready(Some(message)) => Poll::Ready(message),
            Poll::Ready(None) => Poll::Ready(Err(WsError::ConnectionClosed)),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Sends what is still waiting and a close frame, if that is quickly done.
async fn farewell(mut socket: Socket, outgoing: &mut Outgoing) {
    let close = async {
        poll_fn(|cx| outgoing.poll(&mut socket, cx)).await?;
        socket.close(None).await
    };
    // Whatever fails here, the connection ends with the socket.
    let _ = timeout(FAREWELL, close).await;
}

/// Packets on their way out.
#[derive(Default)]
struct Outgoing {
    waiting: VecDeque<Bytes>,
    /// Something was handed to the WebSocket and not flushed yet.
    dirty: bool,
}

impl Outgoing {
    fn poll(&mut self, socket: &mut Socket, cx: &mut Context<'_>) -> Poll<Result<(), WsError>> {
        let mut socket = Pin::new(socket);
        while !self.waiting.is_empty() {
            std::task::ready!(socket.as_mut().poll_ready(cx))?;
            let bytes = self.join();
            socket.as_mut().start_send(Message::Binary(bytes))?;
            self.dirty = true;
        }
        if self.dirty {
            std::task::ready!(socket.as_mut().poll_flush(cx))?;
            self.dirty = false;
        }
        Poll::Ready(Ok(()))
    }

    /// Takes the first packet and as many of those after it as one message may hold.
    fn join(&mut self) -> Bytes {
        let Some(first) = self.waiting.pop_front() else {
            return Bytes::new();
        };
        let frames = |bytes: &[u8]| count_field(bytes, 1).unwrap_or(MAX_FRAMES);
        let mut total = frames(&first);
        let mut joined: Option<BytesMut> = None;
        while let Some(next) = self.waiting.front() {
            let length = joined.as_ref().map_or(first.len(), BytesMut::len);
            let count = frames(next);
            if length + next.len() > MAX_JOINED || total + count > MAX_FRAMES {
                break;
            }
            total += count;
            let joined = joined.get_or_insert_with(|| BytesMut::from(&first[..]));
            joined.extend_from_slice(next);
            self.waiting.pop_front();
        }
        joined.map_or(first, BytesMut::freeze)
    }
}

fn closed_by_server(frame: Option<&CloseFrame>) -> (i32, String) {
    match frame {
        Some(frame) if frame.code == CloseCode::Again => (
            SERVER_FULL,
            format!("the server takes no more connections: {}", frame.reason.as_str()),
        ),
        Some(frame) => (
            code::NET_DISCONNECT,
            format!(
                "the server closed the connection: {} {}",
                frame.code,
                frame.reason.as_str()
            ),
        ),
        None => (
            code::NET_DISCONNECT,
            "the server closed the connection".to_owned(),
        ),
    }
}

fn lost(error: &WsError) -> (i32, String) {
    let code = match error {
        WsError::Io(e) if e.kind() == std::io::ErrorKind::ConnectionReset => code::NET_RESET,
        _ => code::NET_DISCONNECT,
    };
    (code, format!("the connection was lost: {error}"))
}

#[cfg(test)]
#[path = "link_tests.rs"]
mod tests;
