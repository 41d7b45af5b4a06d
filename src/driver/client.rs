//! One running core, as a Rust type.

use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use parking_lot::Mutex;
use timbre_protocol::Platform;

use super::connect::Net;
use super::dispatch::{CallbackMode, Dispatcher, Entry, Target};
use super::engine_loop::{Clock, LocalOffset, Ports};
use super::log::Log;
use super::queue::Queue;
use super::{EventSink, device, early, engine_loop, link, media, reader, settings};
use crate::engine::{Done, EngineConfig, Identity, Input, Op, SendOp, Shared};
use crate::model::error::{Outcome, code};
use crate::model::messages::{ConvKey, MessageDraft};
use crate::model::session::server_urls;

/// The environment variable that names a server when nothing else does.
const SERVER_VARIABLE: &str = "TIMBRE_SERVER_URL";

/// What a client is started with. Only `app_id` has to be given.
#[derive(Debug, Clone, Default)]
pub struct StartConfig {
    /// The app; not 0.
    pub app_id: u64,
    /// Folder for databases and the device id, created where missing; none: nothing is written to disk.
    pub data_dir: Option<PathBuf>,
    /// Folder for log files, created where missing; none: no files.
    pub log_dir: Option<PathBuf>,
    /// Log lines go to standard error too.
    pub log_to_console: bool,
    /// `ws://` or `wss://` addresses, in order of preference.
    pub server_urls: Vec<String>,
    /// What the device is; none: what this was built for.
    pub platform: Option<Platform>,
    /// Model, at most 128 bytes.
    pub device_type: String,
    /// At most 64 bytes.
    pub system_version: String,
    /// Maker of the device, a number of `sdk_config_brand_type`.
    pub brand: i64,
    /// Where callbacks run.
    pub callback_mode: CallbackMode,
    /// Seconds that local time is ahead of UTC at a Unix second, for settings that go by the time of day; none:
    /// UTC.
    pub local_offset: Option<LocalOffset>,
}

/// Why a client did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The app id is 0.
    #[error("the app id is 0")]
    AppId,
    /// A folder cannot be created or written.
    #[error("the folder {} cannot be used: {error}", path.display())]
    Folder {
        /// Which one.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A thread does not start.
    #[error("a thread does not start: {0}")]
    Thread(io::Error),
}

/// What outlives a client of the C API, and is its own for every other one.
pub(crate) struct World {
    pub(crate) log: Arc<Log>,
    pub(crate) dispatcher: Arc<Dispatcher>,
    pub(crate) net: Arc<Net>,
}

impl World {
    pub(crate) fn new(log_to_console: bool, sink: Arc<dyn EventSink>) -> Self {
        let log = Log::new(log_to_console);
        let dispatcher = Dispatcher::new(log.clone());
        log.attach(dispatcher.clone(), sink);
        Self {
            log,
            dispatcher,
            net: Arc::default(),
        }
    }
}

/// One running core. Handles are cheap to clone; the core ends with [`shutdown`](Self::shutdown), or when the
/// last handle goes.
#[derive(Clone)]
pub struct Client {
    core: Arc<Core>,
}

struct Core {
    app_id: u64,
    world: Arc<World>,
    /// The log's folder and sink belong to this client alone.
    owns_world: bool,
    shared: Arc<Shared>,
    inbox: Arc<Queue<Input>>,
    target: Arc<Target>,
    clock: Clock,
    threads: Mutex<Vec<JoinHandle<()>>>,
    ended: AtomicBool,
    finished: AtomicBool,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("app_id", &self.core.app_id)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Starts a core: its threads, its log, its first attempt to connect. Waits for nothing.
    pub fn start(config: StartConfig, sink: Arc<dyn EventSink>) -> Result<Self, StartError> {
        let world = Arc::new(World::new(config.log_to_console, sink.clone()));
        let started = Self::start_in(world.clone(), true, config, Vec::new(), sink);
        if started.is_err() {
            world.log.detach();
        }
        started
    }

    /// [`start`](Self::start) in surroundings that outlive it; the engine handles `first` before anything else.
    pub(crate) fn start_in(
        world: Arc<World>,
        owns_world: bool,
        config: StartConfig,
        first: Vec<Op>,
        sink: Arc<dyn EventSink>,
    ) -> Result<Self, StartError> {
        if config.app_id == 0 {
            return Err(StartError::AppId);
        }
        let mut device_id = device::random();
        let mut data_dir = None;
        if let Some(dir) = &config.data_dir {
            let own = dir.join(config.app_id.to_string());
            usable(dir, || {
                device::prepare(dir)?;
                device_id = device::device_id(dir)?;
                device::prepare(&own)
            })?;
            data_dir = Some(own);
        }
        if let Some(dir) = &config.log_dir {
            usable(dir, || device::prepare(dir))?;
            world.log.open(dir);
        }
        let engine_config = EngineConfig {
            app_id: config.app_id,
            data_dir,
            device_id,
            platform: config
                .platform
                .unwrap_or_else(|| this_platform(&config.device_type)),
            device_type: config.device_type,
            system_version: config.system_version,
            brand: config.brand,
            server_urls: config.server_urls,
            env_server_url: server_of_environment(&world.log),
            client_name: concat!("timbre/", env!("CARGO_PKG_VERSION")).to_owned(),
            seed: seed(),
        };
        let shared = Arc::new(Shared::new(seed()));
        let inbox = Arc::new(Queue::new());
        let target = Arc::new(Target::new(sink, shared.clone(), inbox.clone()));
        let core = Core {
            app_id: config.app_id,
            world,
            owns_world,
            shared,
            inbox,
            target,
            clock: Clock::start(),
            threads: Mutex::default(),
            ended: AtomicBool::new(false),
            finished: AtomicBool::new(false),
        };
        for op in first {
            // The inbox has just been made: it is not closed.
            let _ = core.inbox.push(Input::Call(op, Done::ignore()));
        }
        core.world.dispatcher.attach(config.callback_mode);
        // From here on dropping the core ends what has been started.
        core.start_threads(engine_config, config.local_offset)
            .map_err(StartError::Thread)?;
        Ok(Self { core: Arc::new(core) })
    }

    /// The app.
    pub fn app_id(&self) -> u64 {
        self.core.app_id
    }

    /// Hands a call to the engine. `done` runs exactly once, where callbacks run, never inside this function.
    pub fn call(&self, op: Op, done: Done) {
        self.core.call(op, done);
    }

    /// [`call`](Self::call), and waits for its end. Not for use inside a callback, where it would wait for
    /// itself for ever.
    pub fn call_waiting(&self, op: Op) -> Outcome {
        let (sender, receiver) = mpsc::sync_channel(1);
        self.call(op, Done::new(move |outcome| drop(sender.send(outcome))));
        receiver.recv().unwrap_or_else(|_| internal_error())
    }

    /// `TIMLogin`: the status changes before it returns.
    pub fn login(&self, user_id: impl Into<String>, user_sig: impl Into<String>, done: Done) {
        let user_id = user_id.into();
        self.core.shared.login_called(&user_id);
        self.call(
            Op::Login {
                user_id,
                user_sig: user_sig.into(),
            },
            done,
        );
    }

    /// `TIMLogout`.
    pub fn logout(&self, done: Done) {
        self.call(Op::Logout, done);
    }

    /// `TIMMsgSendMessage`. Answers the message's id, which is that of the message in `draft` when it names one
    /// of this device that has failed or was cancelled (MSG-107).
    pub fn send_message(&self, conv: ConvKey, draft: MessageDraft, done: Done) -> String {
        let known = Some(&draft.given_id).filter(|id| self.core.shared.is_failed_send_to(id, &conv));
        let again = known.and_then(|id| same_identity(id));
        let resend = again.is_some();
        let identity = again.unwrap_or_else(|| self.core.shared.new_identity(self.core.clock.now()));
        let msg_id = identity.msg_id.clone();
        self.call(
            Op::Send(Box::new(SendOp {
                conv,
                draft,
                identity,
                resend,
            })),
            done,
        );
        msg_id
    }

    /// `TIMGetLoginStatus`: 1 logged in, 2 logging in, 3 not logged in, 4 logging out.
    pub fn status(&self) -> u8 {
        self.core.shared.status()
    }

    /// `TIMGetLoginUserID`: empty unless logged in.
    pub fn login_user(&self) -> String {
        self.core.shared.login_user()
    }

    /// `TIMGetServerTime`, Unix seconds.
    pub fn server_time(&self) -> u64 {
        self.core.shared.server_time(self.core.clock.now().wall_ms)
    }

    /// Pump mode: runs at most `max` callbacks (0: all that wait now) on this thread and tells how many ran; 0
    /// inside a callback, -1 in another mode.
    pub fn run_callbacks(&self, max: i32) -> i32 {
        let max = usize::try_from(max).unwrap_or(0);
        match self.core.world.dispatcher.pump(max) {
            Some(ran) => i32::try_from(ran).unwrap_or(i32::MAX),
            None => -1,
        }
    }

    /// Ends the core (spec 01 section 2.5): pending operations end with 7009, and their completions have run
    /// when this returns; inside a callback they run right after it. No event is told any more. A second call
    /// does nothing.
    pub fn shutdown(&self) {
        self.core.end();
        self.core.finish();
    }

    /// The first half of [`shutdown`](Self::shutdown): the threads have ended and the database is closed.
    pub(crate) fn end(&self) {
        self.core.end();
    }

    /// The second half: callbacks that are owed have run.
    pub(crate) fn finish(&self) {
        self.core.finish();
    }
}

impl Core {
    fn start_threads(&self, engine_config: EngineConfig, zone: Option<LocalOffset>) -> io::Result<()> {
        let (link_sender, commands) = tokio::sync::mpsc::unbounded_channel();
        let (transfers, transfer_commands) = tokio::sync::mpsc::unbounded_channel();
        let (reader_sender, jobs) = mpsc::channel();
        let mut threads = self.threads.lock();
        let (inbox, net) = (self.inbox.clone(), self.world.net.clone());
        let made = Arc::new(Queue::new());
        let tell = made.clone();
        threads.push(named("timbre-link", move || {
            // Made here, so that nothing of it stays behind on the host's thread.
            let runtime = match link_runtime() {
                Ok(runtime) => runtime,
                Err(error) => return tell.close_with(Err(error)),
            };
            tell.close_with(Ok(()));
            drop(tell);
            runtime.block_on(async {
                tokio::join!(
                    link::run(commands, inbox.clone(), net.clone()),
                    media::run(transfer_commands, inbox, net),
                )
            });
            // A name that is still being resolved must not hold up the end.
            runtime.shutdown_background();
        })?);
        made.wait(None, None);
        let mut outcome = VecDeque::new();
        made.take(&mut outcome);
        outcome.into_iter().collect::<io::Result<()>>()?;
        let inbox = self.inbox.clone();
        threads.push(named("timbre-reader", move || reader::run(&jobs, &inbox))?);
        let (shared, inbox, clock) = (self.shared.clone(), self.inbox.clone(), self.clock);
        let ports = Ports {
            dispatcher: self.world.dispatcher.clone(),
            target: self.target.clone(),
            link: link_sender,
            transfers,
            reader: reader_sender,
            log: self.world.log.clone(),
            zone,
        };
        threads.push(named("timbre-engine", move || {
            engine_loop::run(engine_config, shared, &inbox, clock, &ports);
        })?);
        Ok(())
    }

    fn call(&self, op: Op, done: Done) {
        let done = Owed::guard(done, &self.world.dispatcher);
        let Some((op, done)) = settings::take(&self.world, op, done) else {
            return;
        };
        if let Err(Input::Call(op, done)) = self.inbox.push(Input::Call(op, done)) {
            self.world
                .dispatcher
                .push(Entry::Complete(done, early::answer(op)));
        }
    }

    fn end(&self) {
        if self.ended.swap(true, Ordering::AcqRel) {
            return;
        }
        let threads = std::mem::take(&mut *self.threads.lock());
        self.world.dispatcher.close(&self.target);
        self.inbox.close_with(Input::Shutdown);
        // The engine first: the others end when it lets go of them.
        for thread in threads.into_iter().rev() {
            if thread.join().is_err() {
                self.world.log.line(6, "driver", "a thread has panicked");
            }
        }
        if self.owns_world {
            self.world.log.detach();
        }
        self.world.log.close();
    }

    fn finish(&self) {
        if self.finished.swap(true, Ordering::AcqRel) {
            return;
        }
        self.world.dispatcher.finish();
    }
}

impl Drop for Core {
    fn drop(&mut self) {
        self.end();
        self.finish();
    }
}

/// A completion that is answered with 7012 when it is let fall.
pub(crate) struct Owed {
    done: Option<Done>,
    dispatcher: Arc<Dispatcher>,
}

impl Owed {
    /// `done`, guarded.
    pub(crate) fn guard(done: Done, dispatcher: &Arc<Dispatcher>) -> Done {
        let mut owed = Self {
            done: Some(done),
            dispatcher: dispatcher.clone(),
        };
        Done::new(move |outcome| {
            if let Some(done) = owed.done.take() {
                done.run(outcome);
            }
        })
    }
}

impl Drop for Owed {
    fn drop(&mut self) {
        if let Some(done) = self.done.take() {
            self.dispatcher.push(Entry::Complete(done, internal_error()));
        }
    }
}

/// A random number.
pub(crate) fn seed() -> u64 {
    let [a, b, c, d, e, f, g, h, ..] = device::random();
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}

/// 7012.
pub(crate) fn internal_error() -> Outcome {
    Outcome::fail(code::INTERNAL_ERROR, "internal error", "")
}

fn link_runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .enable_time()
        .thread_name("timbre-link")
        // Names are resolved, files read and written there.
        .max_blocking_threads(4)
        .thread_keep_alive(Duration::from_secs(2))
        .build()
}

fn named(name: &str, f: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name(name.to_owned()).spawn(f)
}

fn usable(dir: &Path, check: impl FnOnce() -> io::Result<()>) -> Result<(), StartError> {
    check().map_err(|error| StartError::Folder {
        path: dir.to_owned(),
        error,
    })
}

fn server_of_environment(log: &Log) -> Option<String> {
    let given = std::env::var(SERVER_VARIABLE).ok()?;
    match server_urls(&given) {
        Ok(urls) => Some(urls.join(",")),
        Err(refusal) => {
            log.line(
                5,
                "driver",
                &format!("{SERVER_VARIABLE} is ignored: {}", refusal.desc),
            );
            None
        }
    }
}

fn this_platform(device_type: &str) -> Platform {
    if cfg!(target_os = "windows") {
        Platform::Windows
    } else if cfg!(target_os = "android") {
        Platform::Android
    } else if cfg!(target_os = "macos") {
        Platform::Mac
    } else if cfg!(target_os = "ios") {
        if device_type.starts_with("iPad") {
            Platform::Ipad
        } else {
            Platform::Iphone
        }
    } else if cfg!(target_family = "wasm") {
        Platform::Web
    } else {
        Platform::Linux
    }
}

/// The identity that the id of an earlier send spells out.
fn same_identity(msg_id: &str) -> Option<Identity> {
    let mut parts = msg_id.rsplitn(3, '-');
    let rand = parts.next()?.parse().ok()?;
    let client_time = parts.next()?.parse().ok()?;
    parts.next()?;
    Some(Identity {
        msg_id: msg_id.to_owned(),
        client_time,
        rand,
        client_seq: 0,
    })
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
