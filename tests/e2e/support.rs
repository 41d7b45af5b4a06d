//! A server in this process, and people with devices who talk through it.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use timbre::driver::{Client, EventSink, StartConfig};
use timbre::engine::{Done, EventKind, Op};
use timbre::model::error::Outcome;
use timbre::model::experimental::Operation;
use timbre::model::messages::{ConvKey, HistoryParam, decode_message};
use timbre_protocol::Platform;
use timbre_server::config::Config;
use timbre_server::server::{Running, start};

/// Nothing that these tests await takes longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A folder that goes with the test.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
        let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("timbre-e2e-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A running server.
pub struct Server {
    runtime: tokio::runtime::Runtime,
    running: Option<Running>,
    pub url: String,
    pub app_id: u64,
    key: String,
    config: Config,
    _folder: Folder,
}

impl Server {
    pub fn start() -> Self {
        Self::with(|_| ())
    }

    pub fn with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = Folder::new();
        let mut config = Config {
            listen: "127.0.0.1:0".parse().unwrap(),
            data: folder.path().join("server"),
            client_rps: 0,
            logins_per_min: 10_000,
            ..Config::default()
        };
        change(&mut config);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let running = runtime.block_on(start(config.clone())).unwrap();
        let app = running.created_app().unwrap();
        let (app_id, key) = (app.id, app.keys[0].clone());
        let url = running.url();
        // A restart must come back on the same port.
        config.listen = running.local_addr();
        Self {
            runtime,
            running: Some(running),
            url,
            app_id,
            key,
            config,
            _folder: folder,
        }
    }

    pub fn sig(&self, user: &str) -> String {
        self.sig_at(user, now_s(), 86_400)
    }

    pub fn sig_at(&self, user: &str, made: i64, expire: i64) -> String {
        timbre_server::usersig::sign(self.app_id, &self.key, user, made, expire, None)
    }

    pub fn stop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.shutdown()).unwrap();
        }
    }

    pub fn restart(&mut self) {
        self.stop();
        self.running = Some(self.runtime.block_on(start(self.config.clone())).unwrap());
    }

    /// A device of `user`, not logged in.
    pub fn device(&self, user: &str, platform: Platform) -> Device {
        Device::start(self, user, platform, Folder::new())
    }

    /// A logged-in phone.
    pub fn phone(&self, user: &str) -> Device {
        let device = self.device(user, Platform::Android);
        device.login(self);
        device
    }

    /// A logged-in desktop.
    pub fn desktop(&self, user: &str) -> Device {
        let device = self.device(user, Platform::Linux);
        device.login(self);
        device
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

pub fn now_s() -> i64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs() as i64
}

/// Events of a device, in order, to be awaited.
#[derive(Default)]
struct Inbox {
    events: Mutex<VecDeque<EventKind>>,
    changed: Condvar,
}

impl EventSink for Inbox {
    fn event(&self, kind: &EventKind) {
        self.events.lock().unwrap().push_back(kind.clone());
        self.changed.notify_all();
    }
}

/// A core with an app that remembers its events.
pub struct Device {
    pub user: String,
    pub client: Client,
    inbox: Arc<Inbox>,
    config: StartConfig,
    folder: Option<Folder>,
}

impl Device {
    fn start(server: &Server, user: &str, platform: Platform, folder: Folder) -> Self {
        let config = StartConfig {
            app_id: server.app_id,
            data_dir: Some(folder.path().to_owned()),
            server_urls: vec![server.url.clone()],
            platform: Some(platform),
            ..StartConfig::default()
        };
        Self::run(user, config, folder)
    }

    /// A device with a configuration of its own, without a folder to come back to.
    pub fn run_config(user: &str, config: StartConfig) -> Self {
        Self::run(user, config, Folder::new())
    }

    fn run(user: &str, config: StartConfig, folder: Folder) -> Self {
        let inbox = Arc::new(Inbox::default());
        let client = Client::start(config.clone(), inbox.clone()).unwrap();
        Self {
            user: user.to_owned(),
            client,
            inbox,
            config,
            folder: Some(folder),
        }
    }

    /// Ends the core, as `TIMUninit` does, and starts another on the same folder.
    pub fn restart(self) -> Self {
        self.restart_after(|_| ())
    }

    /// The same, with something done to the user's database file in between.
    pub fn restart_after(mut self, change: impl FnOnce(&Path)) -> Self {
        self.client.shutdown();
        let folder = self.folder.take().unwrap();
        let file = format!("{}/{}.db", self.config.app_id, self.user);
        change(&folder.path().join(file));
        Self::run(&self.user.clone(), self.config.clone(), folder)
    }

    pub fn try_login(&self, sig: &str) -> Outcome {
        let (sender, receiver) = std::sync::mpsc::channel();
        let done = Done::new(move |outcome| sender.send(outcome).unwrap());
        self.client.login(self.user.clone(), sig, done);
        receiver
            .recv_timeout(PATIENCE * 2)
            .expect("the login is answered")
    }

    pub fn login(&self, server: &Server) {
        let outcome = self.try_login(&server.sig(&self.user));
        assert_eq!(outcome, Outcome::done(""), "login of {}", self.user);
        self.until("the end of the synchronisation", |e| {
            matches!(e, EventKind::Conversations { event: 4, .. }).then_some(())
        });
    }

    pub fn call(&self, op: Op) -> Outcome {
        let (sender, receiver) = std::sync::mpsc::channel();
        self.client
            .call(op, Done::new(move |outcome| sender.send(outcome).unwrap()));
        receiver.recv_timeout(PATIENCE).expect("the call is answered")
    }

    /// The host's hint that the network has changed ends the back-off.
    pub fn network_is_back(&self) {
        let json = serde_json::json!({
            "request_internal_operation": "internal_operation_set_network_info",
            "request_set_network_info_network_connected_param": true,
        });
        let operation = Operation::decode(&json.to_string()).unwrap();
        assert_eq!(self.call(Op::Experimental(Box::new(operation))).code, 0);
    }

    /// Sends without waiting; answers the message id and where the outcome will be.
    pub fn send_json(&self, peer: &str, json: &str) -> (String, std::sync::mpsc::Receiver<Outcome>) {
        let (sender, receiver) = std::sync::mpsc::channel();
        let done = Done::new(move |outcome| drop(sender.send(outcome)));
        let id = self
            .client
            .send_message(ConvKey::c2c(peer), decode_message(json).unwrap(), done);
        (id, receiver)
    }

    /// Sends a text and waits for the acknowledgement; answers the message.
    pub fn say(&self, peer: &str, text: &str) -> Value {
        let (id, outcome) = self.send_json(peer, &text_json(text));
        let outcome = outcome.recv_timeout(PATIENCE).expect("the send is answered");
        assert_eq!((outcome.code, &*outcome.desc), (0, "OK"), "{}", outcome.json);
        let message: Value = serde_json::from_str(&outcome.json).unwrap();
        assert_eq!(message["message_msg_id"], Value::from(id));
        message
    }

    /// The first event, now or later, for which `pick` answers something; events before it are dropped.
    pub fn until<T>(&self, what: &str, mut pick: impl FnMut(&EventKind) -> Option<T>) -> T {
        let deadline = Instant::now() + PATIENCE;
        let mut events = self.inbox.events.lock().unwrap();
        loop {
            while let Some(event) = events.pop_front() {
                if let Some(found) = pick(&event) {
                    return found;
                }
            }
            let left = deadline.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "{}: {what} did not come", self.user);
            events = self.inbox.changed.wait_timeout(events, left).unwrap().0;
        }
    }

    /// What has been told so far and not yet looked at.
    pub fn told(&self) -> Vec<EventKind> {
        self.inbox.events.lock().unwrap().drain(..).collect()
    }

    /// The texts of the next `count` received messages, in order.
    pub fn hears(&self, count: usize) -> Vec<String> {
        let mut texts = Vec::new();
        while texts.len() < count {
            let batch = self.until(
                &format!("message {} of {count}", texts.len() + 1),
                |event| match event {
                    EventKind::NewMessages { json, .. } => Some(json.clone()),
                    _ => None,
                },
            );
            texts.extend(text_list(&batch));
        }
        texts
    }

    pub fn conversation(&self, peer: &str) -> Option<Value> {
        let outcome = self.call(Op::GetConvInfo(vec![ConvKey::c2c(peer)]));
        assert_eq!(outcome.code, 0);
        let list: Value = serde_json::from_str(&outcome.json).unwrap();
        list.as_array().unwrap().first().cloned()
    }

    /// Waits until the conversation with `peer` satisfies `check`; events tell when to look again.
    pub fn await_conversation(&self, peer: &str, what: &str, check: impl Fn(&Value) -> bool) -> Value {
        loop {
            if let Some(conv) = self.conversation(peer).filter(&check) {
                return conv;
            }
            self.until(what, |e| {
                matches!(e, EventKind::Conversations { .. }).then_some(())
            });
        }
    }

    pub fn total_unread(&self) -> u64 {
        let outcome = self.call(Op::GetTotalUnread);
        let value: Value = serde_json::from_str(&outcome.json).unwrap();
        value["conv_get_total_unread_message_count_result_unread_count"]
            .as_u64()
            .unwrap()
    }

    pub fn history(&self, peer: &str, param: HistoryParam) -> Vec<Value> {
        let outcome = self.call(Op::GetHistory {
            conv: ConvKey::c2c(peer),
            param: Box::new(param),
        });
        assert_eq!(outcome.code, 0, "{}", outcome.desc);
        serde_json::from_str(&outcome.json).unwrap()
    }

    /// Texts of the local history, oldest first.
    pub fn local_texts(&self, peer: &str) -> Vec<String> {
        let mut found = self.history(
            peer,
            HistoryParam {
                count: 1000,
                ..HistoryParam::default()
            },
        );
        found.reverse();
        found.iter().map(text_of).collect()
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        self.client.shutdown();
    }
}

pub fn text_json(text: &str) -> String {
    serde_json::json!({"message_elem_array": [{"elem_type": 0, "text_elem_content": text}]}).to_string()
}

/// Sends a Message object and waits for the acknowledgement; answers the message.
pub fn sent(device: &Device, peer: &str, json: &str) -> Value {
    let (_, outcome) = device.send_json(peer, json);
    let outcome = outcome.recv_timeout(PATIENCE).expect("the send is answered");
    assert_eq!(outcome.code, 0, "{}", outcome.desc);
    serde_json::from_str(&outcome.json).unwrap()
}

/// The Message object that names a message by its id alone.
pub fn named(id: &str) -> Value {
    serde_json::json!({"message_msg_id": id, "message_elem_array": []})
}

/// The newest messages of this device.
pub fn page(count: u32) -> HistoryParam {
    HistoryParam {
        count,
        ..HistoryParam::default()
    }
}

pub fn text_of(message: &Value) -> String {
    message["message_elem_array"][0]["text_elem_content"]
        .as_str()
        .unwrap_or("")
        .to_owned()
}

pub fn text_list(json: &str) -> Vec<String> {
    let list: Vec<Value> = serde_json::from_str(json).unwrap();
    list.iter().map(text_of).collect()
}
