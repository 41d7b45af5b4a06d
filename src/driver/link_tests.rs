#![allow(clippy::unwrap_used)]

use std::time::Instant;

use futures_util::SinkExt;
use timbre_protocol::frame::{self, Kind, MAX_PACKET_BYTES};
use timbre_protocol::{Ping, Pong};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio_tungstenite::WebSocketStream;

use super::*;

struct World {
    commands: UnboundedSender<Command>,
    inbox: Arc<Queue<Input>>,
    listener: TcpListener,
    heard: VecDeque<Input>,
}

async fn world() -> World {
    let (commands, receiver) = unbounded_channel();
    let inbox = Arc::new(Queue::new());
    tokio::spawn(run(receiver, inbox.clone(), Arc::default()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    World {
        commands,
        inbox,
        listener,
        heard: VecDeque::new(),
    }
}

impl World {
    fn connect(&self, link: u64) {
        let url = format!("ws://{}/tim/v1", self.listener.local_addr().unwrap());
        self.commands
            .send(Command::Connect(ConnectTarget {
                link,
                url,
                pin: String::new(),
            }))
            .unwrap();
    }

    async fn accept(&self) -> WebSocketStream<TcpStream> {
        let (stream, _) = self.listener.accept().await.unwrap();
        tokio_tungstenite::accept_async(stream).await.unwrap()
    }

    async fn next(&mut self) -> LinkEvent {
        let inbox = self.inbox.clone();
        if self.heard.is_empty() {
            self.heard = tokio::task::spawn_blocking(move || {
                let mut heard = VecDeque::new();
                inbox.wait(Some(Instant::now() + Duration::from_secs(10)), None);
                inbox.take(&mut heard);
                heard
            })
            .await
            .unwrap();
        }
        match self.heard.pop_front() {
            Some(Input::Link(event)) => event,
            other => panic!("no link event but {other:?}"),
        }
    }
}

fn ping(cursor: u64) -> Bytes {
    frame::encode(&frame::single(Kind::Ping(Ping { cursor })))
}

#[tokio::test]
async fn bytes_go_both_ways_and_waiting_packets_are_joined() {
    let mut w = world().await;
    w.connect(1);
    let mut socket = w.accept().await;
    assert!(matches!(w.next().await, LinkEvent::Opened { link: 1 }));
    for cursor in 0..5000 {
        w.commands
            .send(Command::Transmit {
                link: 1,
                bytes: ping(cursor),
            })
            .unwrap();
    }
    let (mut got, mut messages) = (Vec::new(), 0);
    while got.len() < 5000 {
        let Message::Binary(bytes) = socket.next().await.unwrap().unwrap() else {
            continue;
        };
        messages += 1;
        let packet = frame::decode(bytes).unwrap();
        assert!(packet.frames.len() <= MAX_FRAMES);
        got.extend(packet.frames.into_iter().map(|f| match f.kind {
            Some(Kind::Ping(p)) => p.cursor,
            other => panic!("{other:?}"),
        }));
    }
    assert_eq!(got, (0..5000).collect::<Vec<u64>>());
    assert!(messages < 5000, "nothing was joined");
    let pong = frame::encode(&frame::single(Kind::Pong(Pong {
        server_time_ms: 1,
        head: 2,
    })));
    socket.send(Message::Binary(pong.clone())).await.unwrap();
    assert!(matches!(w.next().await, LinkEvent::Packet { link: 1, bytes } if bytes == pong));
}

#[test]
fn joined_packets_stay_below_the_limits() {
    let big = frame::encode(&frame::single(Kind::Refusal(timbre_protocol::Refusal {
        text: "x".repeat(200 << 10),
        ..Default::default()
    })));
    let mut out = Outgoing {
        waiting: VecDeque::from(vec![big.clone(); 5]),
        dirty: false,
    };
    assert_eq!(out.join().len(), 2 * big.len());
    assert_eq!(out.waiting.len(), 3);
    let mut out = Outgoing {
        waiting: (0..MAX_FRAMES as u64 + 1).map(ping).collect(),
        dirty: false,
    };
    assert_eq!(frame::decode(out.join()).unwrap().frames.len(), MAX_FRAMES);
    assert_eq!(out.waiting.len(), 1);
}

#[tokio::test]
async fn a_new_link_ends_the_old_one_and_an_old_number_reaches_nothing() {
    let mut w = world().await;
    w.connect(1);
    let mut first = w.accept().await;
    assert!(matches!(w.next().await, LinkEvent::Opened { link: 1 }));
    w.connect(2);
    let mut second = w.accept().await;
    assert!(matches!(w.next().await, LinkEvent::Opened { link: 2 }));
    assert!(
        matches!(first.next().await, Some(Ok(Message::Close(_)))),
        "the old one is told good-bye"
    );
    w.commands.send(Command::Disconnect { link: 1 }).unwrap();
    w.commands
        .send(Command::Transmit {
            link: 1,
            bytes: ping(1),
        })
        .unwrap();
    w.commands
        .send(Command::Transmit {
            link: 2,
            bytes: ping(2),
        })
        .unwrap();
    assert_eq!(second.next().await.unwrap().unwrap(), Message::Binary(ping(2)));
}

// CORE-053
#[tokio::test]
async fn the_way_it_ended_is_told() {
    let mut w = world().await;
    let closes: [(u64, Option<CloseFrame>, i32); 3] = [
        (1, None, code::NET_DISCONNECT),
        (
            2,
            Some(CloseFrame {
                code: CloseCode::Again,
                reason: "full".into(),
            }),
            SERVER_FULL,
        ),
        (
            3,
            Some(CloseFrame {
                code: CloseCode::Away,
                reason: "".into(),
            }),
            code::NET_DISCONNECT,
        ),
    ];
    for (link, frame, wanted) in closes {
        w.connect(link);
        let mut socket = w.accept().await;
        assert!(matches!(w.next().await, LinkEvent::Opened { .. }));
        socket.send(Message::Close(frame)).await.unwrap();
        match w.next().await {
            LinkEvent::Closed { link: l, code, .. } => assert_eq!((l, code), (link, wanted)),
            other => panic!("{other:?}"),
        }
    }
    w.connect(4);
    let socket = w.accept().await;
    assert!(matches!(w.next().await, LinkEvent::Opened { .. }));
    drop(socket);
    assert!(matches!(w.next().await, LinkEvent::Closed { link: 4, .. }));
}

// Hostile input: a server that sends more than a packet may hold, or no packets at all.
#[tokio::test]
async fn oversized_messages_and_text_end_the_link() {
    let mut w = world().await;
    let bad = [
        Message::Binary(vec![0; MAX_PACKET_BYTES + 1].into()),
        Message::text("hello"),
    ];
    for (link, message) in (1..).zip(bad) {
        w.connect(link);
        let mut socket = w.accept().await;
        assert!(matches!(w.next().await, LinkEvent::Opened { .. }));
        // The other side may hang up while this is still being written.
        let _ = socket.send(message).await;
        assert!(matches!(w.next().await, LinkEvent::Closed { link: l, .. } if l == link));
    }
}

// A server that stops reading must not keep the client from ending the link.
#[tokio::test]
async fn a_stuck_write_does_not_hold_up_the_end() {
    let mut w = world().await;
    w.connect(1);
    let stuck = w.accept().await;
    assert!(matches!(w.next().await, LinkEvent::Opened { .. }));
    let big = Bytes::from(vec![0u8; 512 << 10]);
    for _ in 0..64 {
        w.commands
            .send(Command::Transmit {
                link: 1,
                bytes: big.clone(),
            })
            .unwrap();
    }
    w.connect(2);
    let _socket = w.accept().await;
    assert!(matches!(w.next().await, LinkEvent::Opened { link: 2 }));
    drop(stuck);
}
