//! Puts the parts together and runs them.

use std::fs::{File, TryLockError};
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::clock::{Clock, Entropy, SystemClock, SystemEntropy};
use crate::config::{Config, ConfigError};
use crate::gateway::listener;
use crate::media::Media;
use crate::service::{Service, Sweep};
use crate::storage::media::MediaStorage as _;
use crate::storage::sqlite::{OpenError, SqliteStorage};
use crate::storage::{App, Storage, StorageError};

/// The database's file in the data folder.
pub const DATABASE: &str = "timbre.db";
/// Locked by the server that uses the data folder.
pub const LOCK: &str = "timbre.lock";
/// How long links may take to be answered and closed at a shutdown.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(5);
/// How often old messages are looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(3600);

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A setting is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The data folder cannot be made.
    #[error("data folder {0}: {1}")]
    Data(PathBuf, io::Error),
    /// Another server runs on the data folder.
    #[error("data folder {0} is in use by another server")]
    InUse(PathBuf),
    /// The database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database fails.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The folders or the bucket of files cannot be opened.
    #[error("the store of files: {0}")]
    Media(io::Error),
    /// The certificate cannot be used.
    #[error("TLS certificate: {0}")]
    Tls(io::Error),
    /// The address is taken, or not ours.
    #[error("listening on {0}: {1}")]
    Listen(SocketAddr, io::Error),
}

/// What the outside world is to the server; a test brings its own.
#[derive(Clone)]
pub struct World {
    /// Time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
}

impl Default for World {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
        }
    }
}

/// A server that runs. Dropping it stops it without waiting; [`Running::shutdown`] is the orderly way.
pub struct Running {
    local_addr: SocketAddr,
    tls: bool,
    service: Arc<Service>,
    created: Option<App>,
    drain: watch::Sender<bool>,
    closed: mpsc::Receiver<()>,
    tasks: Vec<JoinHandle<()>>,
    _lock: Lock,
}

/// The data folder is this server's until it is dropped.
struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing is not enough: a child that is just being started has the file open too, for a moment.
        let _ = self.0.unlock();
    }
}

/// Opens the data folder of `config`, making it and a first app where there is none. Answers the storage, all
/// apps, and the app that was made.
pub async fn open_data(
    config: &Config,
    entropy: &dyn Entropy,
) -> Result<(Arc<SqliteStorage>, Vec<App>, Option<App>), StartError> {
    create_private(&config.data).map_err(|error| StartError::Data(config.data.clone(), error))?;
    let storage = Arc::new(SqliteStorage::open(&config.data.join(DATABASE))?);
    let mut apps = storage.apps().await?;
    let mut created = None;
    if apps.is_empty() {
        let app = App {
            id: config.apps_first_id,
            keys: vec![new_key(entropy)],
            disabled: false,
        };
        storage.put_app(app.clone()).await?;
        apps.push(app.clone());
        created = Some(app);
    }
    Ok((storage, apps, created))
}

/// A new secret key: 64 hexadecimal characters.
pub fn new_key(entropy: &dyn Entropy) -> String {
    (0..4).map(|_| format!("{:016x}", entropy.next_u64())).collect()
}

#[cfg(unix)]
fn create_private(path: &std::path::Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
}

#[cfg(not(unix))]
fn create_private(path: &std::path::Path) -> io::Result<()> {
    std::fs::create_dir_all(path)
}

/// Starts a server on the runtime that this is called on.
pub async fn start(config: Config) -> Result<Running, StartError> {
    start_in(config, World::default()).await
}

/// Starts a server in a world of the caller's making.
pub async fn start_in(config: Config, world: World) -> Result<Running, StartError> {
    config.validate()?;
    let tls = match (&config.tls_cert, &config.tls_key) {
        (Some(certificate), Some(key)) => Some(listener::tls(certificate, key).map_err(StartError::Tls)?),
        _ => None,
    };
    let lock = lock(&config)?;
    let (storage, apps, created) = open_data(&config, &*world.entropy).await?;
    storage.forget_presence(world.clock.now_ms()).await?;
    let socket = TcpListener::bind(config.listen).await;
    let socket = socket.map_err(|error| StartError::Listen(config.listen, error))?;
    let local_addr = socket
        .local_addr()
        .map_err(|error| StartError::Listen(config.listen, error))?;
    let fresh: Vec<u8> = (0..4)
        .flat_map(|_| world.entropy.next_u64().to_be_bytes())
        .collect();
    let key = storage.secret("media", fresh).await?;
    let media = Media::open(&config, storage.clone()).map_err(StartError::Media)?;
    let service = Service::new(storage, world.clock, world.entropy, config, apps);
    service.keep_files(media, key);
    let (drain, drained) = watch::channel(false);
    let (alive, closed) = mpsc::channel(1);
    let is_tls = tls.is_some();
    let tasks = vec![
        tokio::spawn(listener::accept(socket, tls, service.clone(), drained, alive)),
        tokio::spawn(tick(service.clone())),
        tokio::spawn(sweep(service.clone())),
    ];
    tracing::info!(%local_addr, tls = is_tls, "listening");
    Ok(Running {
        local_addr,
        tls: is_tls,
        service,
        created,
        drain,
        closed,
        tasks,
        _lock: lock,
    })
}

fn lock(config: &Config) -> Result<Lock, StartError> {
    let failed = |error| StartError::Data(config.data.clone(), error);
    create_private(&config.data).map_err(failed)?;
    let file = File::create(config.data.join(LOCK)).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => Err(StartError::InUse(config.data.clone())),
        Err(TryLockError::Error(error)) => Err(failed(error)),
    }
}

async fn tick(service: Arc<Service>) {
    let mut second = tokio::time::interval(Duration::from_secs(1));
    loop {
        second.tick().await;
        service.tick();
    }
}

async fn sweep(service: Arc<Service>) {
    let mut hour = tokio::time::interval(SWEEP_EVERY);
    loop {
        hour.tick().await;
        loop {
            match service.sweep().await {
                // Lets sends in between.
                Ok(Sweep::More) => tokio::time::sleep(Duration::from_millis(20)).await,
                Ok(Sweep::Done) => break,
                Err(error) => {
                    tracing::warn!(%error, "the retention sweep failed; it is tried again in an hour");
                    break;
                }
            }
        }
    }
}

impl Running {
    /// Where it listens.
    pub fn local_addr(&self) -> SocketAddr {
        self.local_addr
    }

    /// The address that a client connects to.
    pub fn url(&self) -> String {
        let scheme = if self.tls { "wss" } else { "ws" };
        format!("{scheme}://{}{}", self.local_addr, timbre_protocol::PATH)
    }

    /// The service.
    pub fn service(&self) -> &Arc<Service> {
        &self.service
    }

    /// The app that was made because there was none.
    pub fn created_app(&self) -> Option<&App> {
        self.created.as_ref()
    }

    /// Stops: takes no more connections, refuses requests with -10114, answers what is under way, closes the
    /// links, and closes the storage once everything queued is durable.
    pub async fn shutdown(mut self) -> Result<(), StorageError> {
        self.service.drain();
        // Nobody listens when no connection was ever accepted.
        let _ = self.drain.send(true);
        let links = async {
            if let Some(accept) = self.tasks.first_mut() {
                let _ = accept.await;
            }
            // Ends when the last connection has dropped its sender.
            while self.closed.recv().await.is_some() {}
        };
        if tokio::time::timeout(DRAIN_TIMEOUT, links).await.is_err() {
            tracing::warn!("some links did not close in time");
        }
        for task in &self.tasks[1..] {
            task.abort();
        }
        self.service.storage().close().await
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.drain.send(true);
        for task in &self.tasks {
            task.abort();
        }
    }
}
