//! A server in this process, and clients that speak the wire protocol word by word.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use prost::Message as _;
use timbre_protocol::frame::{self, Kind};
use timbre_protocol::log_entry::Change;
use timbre_protocol::{
    Body, ChatMessage, Conversation, Element, HistoryRequest, LogEntry, LoginReply, LoginRequest,
    MarkReadRequest, Platform, PullReply, PullRequest, PushAck, Refusal, Response, SendReply, SendRequest,
    SnapshotReply, SnapshotRequest, TextElement, element, request, response, version,
};
use timbre_server::clock::{Clock, ManualClock, SystemClock, SystemEntropy};
use timbre_server::config::Config;
use timbre_server::server::{self, Running, World};
use timbre_server::storage::App;
use timbre_server::usersig;
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::client::Request;

/// Nothing here takes as long as this; a test that waits longer has found a hang.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A folder that is removed in the end.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let name = format!(
            "timbre-test-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub struct TestServer {
    pub running: Option<Running>,
    pub app: App,
    pub folder: Arc<Folder>,
    pub clock: Arc<dyn Clock>,
}

impl TestServer {
    pub async fn start() -> Self {
        Self::with(|_| ()).await
    }

    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::at(Arc::new(Folder::new()), Arc::new(SystemClock), change).await
    }

    pub async fn with_clock(clock: Arc<ManualClock>, change: impl FnOnce(&mut Config)) -> Self {
        Self::at(Arc::new(Folder::new()), clock, change).await
    }

    pub async fn at(folder: Arc<Folder>, clock: Arc<dyn Clock>, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config {
            listen: "127.0.0.1:0".parse().unwrap(),
            data: folder.0.join("data"),
            client_rps: 0,
            logins_per_min: 0,
            ..Config::default()
        };
        change(&mut config);
        let world = World {
            clock: clock.clone(),
            entropy: Arc::new(SystemEntropy),
        };
        let running = server::start_in(config, world).await.unwrap();
        let app = match running.created_app() {
            Some(app) => app.clone(),
            None => running.service().storage().apps().await.unwrap().remove(0),
        };
        Self {
            running: Some(running),
            app,
            folder,
            clock,
        }
    }

    pub fn running(&self) -> &Running {
        self.running.as_ref().unwrap()
    }

    /// An orderly end; what it knows stays in its folder.
    pub async fn stop(mut self) -> Arc<Folder> {
        self.running.take().unwrap().shutdown().await.unwrap();
        self.folder.clone()
    }

    pub fn sig(&self, user: &str) -> String {
        usersig::sign(
            self.app.id,
            &self.app.keys[0],
            user,
            self.clock.now_s(),
            86_400,
            None,
        )
    }

    pub fn login_request(&self, user: &str, device: u8) -> LoginRequest {
        LoginRequest {
            app_id: self.app.id,
            user_id: user.into(),
            user_sig: self.sig(user),
            device_id: vec![device; 16].into(),
            platform: Platform::Linux as i32,
            ..LoginRequest::default()
        }
    }

    /// A link that has shaken hands.
    pub async fn link(&self) -> Client {
        let client = Client::connect(&self.running().local_addr().to_string()).await;
        Self::greet(client).await
    }

    /// A link opened with this request, which may say anything but the server's address.
    pub async fn link_by(&self, request: Request) -> Client {
        let stream = TcpStream::connect(self.running().local_addr()).await.unwrap();
        let (socket, _) = tokio_tungstenite::client_async(request, stream).await.unwrap();
        Self::greet(Client::over(socket)).await
    }

    async fn greet(mut client: Client) -> Client {
        client.send(Kind::Hello(version::hello("test/1"))).await;
        match client.next().await {
            Some(Kind::Welcome(welcome)) => assert_eq!(welcome.version, 1),
            other => panic!("no Welcome but {other:?}"),
        }
        client
    }

    /// `user`, logged in on a device of that number.
    pub async fn user(&self, user: &str, device: u8) -> Client {
        let mut client = self.link().await;
        client.log_in(self.login_request(user, device)).await.unwrap();
        client
    }
}

pub struct Client {
    pub socket: WebSocketStream<TcpStream>,
    frames: VecDeque<Kind>,
    /// What came while something else was waited for.
    pub aside: VecDeque<Kind>,
    next_id: u64,
    next_random: u32,
}

impl Client {
    pub async fn connect(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        let url = format!("ws://{address}{}", timbre_protocol::PATH);
        let (socket, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
        Self::over(socket)
    }

    fn over(socket: WebSocketStream<TcpStream>) -> Self {
        Self {
            socket,
            frames: VecDeque::new(),
            aside: VecDeque::new(),
            next_id: 0,
            next_random: 0,
        }
    }

    pub async fn send(&mut self, kind: Kind) {
        self.send_raw(frame::encode(&frame::single(kind))).await;
    }

    pub async fn send_raw(&mut self, bytes: Bytes) {
        self.socket.send(Message::Binary(bytes)).await.unwrap();
    }

    /// The next frame; none: the link has closed.
    pub async fn next(&mut self) -> Option<Kind> {
        let wait = async {
            loop {
                if let Some(kind) = self.frames.pop_front() {
                    return Some(kind);
                }
                match self.socket.next().await {
                    Some(Ok(Message::Binary(bytes))) => {
                        let packet = frame::decode(bytes).unwrap();
                        self.frames
                            .extend(packet.frames.into_iter().map(|frame| frame.kind.unwrap()));
                    }
                    Some(Ok(_)) => {}
                    Some(Err(_)) | None => return None,
                }
            }
        };
        tokio::time::timeout(PATIENCE, wait)
            .await
            .expect("the server says nothing")
    }

    /// The refusal that the link ends with.
    pub async fn refusal(&mut self) -> Refusal {
        let refusal = match self.next().await {
            Some(Kind::Refusal(refusal)) => refusal,
            other => panic!("no Refusal but {other:?}"),
        };
        assert_eq!(self.next().await, None, "the link closes after a Refusal");
        refusal
    }

    pub async fn start(&mut self, body: request::Body) -> u64 {
        self.next_id += 1;
        self.send(frame::request(self.next_id, body)).await;
        self.next_id
    }

    pub async fn answer(&mut self, id: u64) -> Response {
        loop {
            match self.next().await {
                Some(Kind::Response(response)) if response.id == id => return response,
                Some(other) => self.aside.push_back(other),
                None => panic!("the link closed before the answer to {id}"),
            }
        }
    }

    pub async fn ask(&mut self, body: request::Body) -> Result<Option<response::Body>, (i32, String)> {
        let id = self.start(body).await;
        let response = self.answer(id).await;
        if response.code == 0 {
            Ok(response.body)
        } else {
            Err((response.code, response.text))
        }
    }

    pub async fn log_in(&mut self, request: LoginRequest) -> Result<LoginReply, (i32, String)> {
        match self.ask(request::Body::Login(request)).await? {
            Some(response::Body::Login(reply)) => Ok(reply),
            other => panic!("{other:?}"),
        }
    }

    /// The next frame that is no answer.
    pub async fn event(&mut self) -> Kind {
        match self.aside.pop_front() {
            Some(kind) => kind,
            None => self.next().await.expect("the link closed"),
        }
    }

    /// The entries of the next push, acknowledged.
    pub async fn pushed(&mut self) -> Vec<LogEntry> {
        match self.event().await {
            Kind::Push(push) => {
                for (at, entry) in push.entries.iter().enumerate() {
                    assert_eq!(entry.seq, push.prev + 1 + at as u64, "a push is contiguous");
                }
                self.send(Kind::PushAck(PushAck { cursor: push.head })).await;
                push.entries
            }
            other => panic!("no Push but {other:?}"),
        }
    }

    /// Asserts that nothing but answers has come: everything sent before a Pong comes before it.
    pub async fn quiet(&mut self) {
        self.send(Kind::Ping(timbre_protocol::Ping { cursor: 0 })).await;
        match self.event().await {
            Kind::Pong(_) => {}
            other => panic!("no silence but {other:?}"),
        }
    }

    pub fn text(&mut self, to: &str, text: &str) -> SendRequest {
        self.next_random += 1;
        SendRequest {
            conversation: Some(Conversation::c2c(to)),
            client_time: 1_700_000_000,
            random: self.next_random,
            client_seq: self.next_random,
            body: body(text),
            priority: 1,
            ..SendRequest::default()
        }
    }

    pub async fn send_message(&mut self, request: SendRequest) -> Result<SendReply, (i32, String)> {
        match self.ask(request::Body::Send(request)).await? {
            Some(response::Body::Send(reply)) => Ok(reply),
            other => panic!("{other:?}"),
        }
    }

    pub async fn say(&mut self, to: &str, text: &str) -> SendReply {
        let request = self.text(to, text);
        self.send_message(request).await.unwrap()
    }

    pub async fn pull(&mut self, after: u64) -> PullReply {
        match self
            .ask(request::Body::Pull(PullRequest { after, limit: 0 }))
            .await
            .unwrap()
        {
            Some(response::Body::Pull(reply)) => reply,
            other => panic!("{other:?}"),
        }
    }

    pub async fn snapshot(&mut self) -> SnapshotReply {
        match self
            .ask(request::Body::Snapshot(SnapshotRequest {}))
            .await
            .unwrap()
        {
            Some(response::Body::Snapshot(reply)) => reply,
            other => panic!("{other:?}"),
        }
    }

    pub async fn history(&mut self, request: HistoryRequest) -> timbre_protocol::HistoryReply {
        match self.ask(request::Body::History(request)).await.unwrap() {
            Some(response::Body::History(reply)) => reply,
            other => panic!("{other:?}"),
        }
    }

    pub async fn mark_read(&mut self, request: MarkReadRequest) -> timbre_protocol::MarkReadReply {
        match self.ask(request::Body::MarkRead(request)).await.unwrap() {
            Some(response::Body::MarkRead(reply)) => reply,
            other => panic!("{other:?}"),
        }
    }
}

pub fn body(text: &str) -> Bytes {
    let element = Element {
        kind: Some(element::Kind::Text(TextElement { content: text.into() })),
    };
    Body {
        elements: vec![element],
        ..Body::default()
    }
    .encode_to_vec()
    .into()
}

pub fn message(bytes: &Bytes) -> ChatMessage {
    ChatMessage::decode(bytes.clone()).unwrap()
}

pub fn text_of(message: &ChatMessage) -> String {
    match Body::decode(message.body.clone())
        .unwrap()
        .elements
        .remove(0)
        .kind
    {
        Some(element::Kind::Text(text)) => text.content,
        other => panic!("{other:?}"),
    }
}

/// One entry in short: `3:hello` for a message, `4:read 2` and `5:peer 2` for positions, `6:recall 1`, `7:modified
/// hi`, `8:-` for one without a change.
pub fn short(entry: &LogEntry) -> String {
    let Some(change) = &entry.change else {
        return format!("{}:-", entry.seq);
    };
    match change {
        Change::Message(bytes) => format!("{}:{}", entry.seq, text_of(&message(bytes))),
        Change::Read(mark) => format!("{}:read {}", entry.seq, mark.read_seq),
        Change::PeerRead(mark) => format!("{}:peer {}", entry.seq, mark.read_seq),
        Change::Recall(note) => format!("{}:recall {}", entry.seq, message(&note.message).conv_seq),
        Change::Modified(bytes) => format!("{}:modified {}", entry.seq, text_of(&message(bytes))),
        Change::Receipts(note) => format!("{}:receipts {}", entry.seq, note.messages.len()),
        Change::ReceiptsSent(note) => format!("{}:sent receipts {}", entry.seq, note.messages.len()),
        Change::ReceiveOption(option) => format!("{}:option {} {}", entry.seq, option.peer, option.opt),
        Change::DoNotDisturb(setting) => format!("{}:quiet {}", entry.seq, setting.opt),
    }
}

/// A log in one line.
pub fn shape(entries: &[LogEntry]) -> String {
    entries.iter().map(short).collect::<Vec<_>>().join(" ")
}
