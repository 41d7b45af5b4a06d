//! Moves the bytes of one WebSocket: one task, small buffers, no channel.

use std::pin::pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::{Sink as _, Stream as _};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::watch;
use tokio::time::{Instant, Sleep};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::{Message, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, error::CapacityError};

use super::session::{Output, Session};
use crate::service::Service;

/// How long a closing link may take to send what it has left.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// Settings of every socket: an idle connection must be small.
pub fn websocket_config() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(4 << 10)
        .write_buffer_size(0)
        .max_write_buffer_size(4 << 20)
        .max_message_size(Some(1 << 20))
        .max_frame_size(Some(1 << 20))
}

/// Serves one link until either side closes it.
pub async fn serve<S>(
    mut socket: WebSocketStream<S>,
    session: Session,
    service: &Service,
    drain: watch::Receiver<bool>,
) where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let refused = {
        let link = Link {
            socket: &mut socket,
            session,
            unsent: false,
            reading: true,
        };
        run(link, service, drain).await
    };
    if refused.is_ok() {
        // Lets the last frame arrive: the close handshake, for a while.
        let _ = tokio::time::timeout(CLOSE_TIMEOUT, close(&mut socket)).await;
    }
}

async fn close<S: AsyncRead + AsyncWrite + Unpin>(socket: &mut WebSocketStream<S>) -> Result<(), Error> {
    std::future::poll_fn(|cx| std::pin::Pin::new(&mut *socket).poll_close(cx)).await?;
    // What the client had sent before it saw the close is read, so that no reset overtakes our last frame.
    while let Some(message) = std::future::poll_fn(|cx| std::pin::Pin::new(&mut *socket).poll_next(cx)).await
    {
        message?;
    }
    Ok(())
}

/// The link is gone, or not worth a goodbye.
struct Lost;

struct Link<'a, S> {
    socket: &'a mut WebSocketStream<S>,
    session: Session,
    /// Something was handed to the socket and not flushed.
    unsent: bool,
    /// The socket can still be read.
    reading: bool,
}

async fn run<S>(
    mut link: Link<'_, S>,
    service: &Service,
    mut drain: watch::Receiver<bool>,
) -> Result<(), Lost>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut timer = pin!(tokio::time::sleep(until(&link.session, service)));
    let mut draining = pin!(drain.wait_for(|on| *on));
    let mut drained = false;
    std::future::poll_fn(move |cx| {
        if !drained && draining.as_mut().poll(cx).is_ready() {
            drained = true;
            link.session.drain();
        }
        while timer.as_mut().poll(cx).is_ready() {
            link.session.on_time();
            rearm(timer.as_mut(), &link.session, service);
        }
        link.poll(cx)
    })
    .await
}

fn until(session: &Session, service: &Service) -> Duration {
    let left = session.deadline_ms().saturating_sub(service.clock().now_ms());
    Duration::from_millis(u64::try_from(left).unwrap_or(0)).max(Duration::from_millis(100))
}

fn rearm(timer: std::pin::Pin<&mut Sleep>, session: &Session, service: &Service) {
    timer.reset(Instant::now() + until(session, service));
}

impl<S: AsyncRead + AsyncWrite + Unpin> Link<'_, S> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Lost>> {
        loop {
            if self.session.is_lost(cx) {
                return Poll::Ready(Err(Lost));
            }
            // One message at a time is handed to the socket: what waits behind it is batched into the next.
            match self.poll_send(cx) {
                Poll::Ready(Ok(true)) => return Poll::Ready(Ok(())),
                Poll::Ready(Ok(false)) => continue,
                Poll::Ready(Err(Lost)) => return Poll::Ready(Err(Lost)),
                Poll::Pending => {}
            }
            // A peer that does not read is not read from.
            if self.unsent || !self.reading || !self.session.wants_input() {
                return Poll::Pending;
            }
            match std::pin::Pin::new(&mut *self.socket).poll_next(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Some(Ok(message))) => self.receive(message),
                Poll::Ready(Some(Err(Error::Capacity(CapacityError::MessageTooLong { .. })))) => {
                    self.reading = false;
                    self.session.receive_other("a message that is too large");
                }
                Poll::Ready(Some(Err(_)) | None) => return Poll::Ready(Err(Lost)),
            }
        }
    }

    /// True: the session wants the link closed.
    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool, Lost>> {
        if self.unsent {
            match std::pin::Pin::new(&mut *self.socket).poll_flush(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Err(_)) => return Poll::Ready(Err(Lost)),
                Poll::Ready(Ok(())) => self.unsent = false,
            }
        }
        match self.session.poll_output(cx) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Output::Close) => Poll::Ready(Ok(true)),
            Poll::Ready(Output::Packet(packet)) => {
                let mut socket = std::pin::Pin::new(&mut *self.socket);
                match socket.as_mut().poll_ready(cx) {
                    Poll::Ready(Ok(())) => {}
                    // Everything before it was flushed, so there is room.
                    Poll::Ready(Err(_)) | Poll::Pending => return Poll::Ready(Err(Lost)),
                }
                if socket.start_send(Message::Binary(packet)).is_err() {
                    return Poll::Ready(Err(Lost));
                }
                self.unsent = true;
                Poll::Ready(Ok(false))
            }
        }
    }

    fn receive(&mut self, message: Message) {
        match message {
            Message::Binary(bytes) => self.session.receive(bytes),
            Message::Text(_) => self.session.receive_other("a text message"),
            // The library answers pings by itself; a close ends the stream.
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) | Message::Frame(_) => {}
        }
    }
}
