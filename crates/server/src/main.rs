//! `timbre-server`: runs the server, makes UserSigs, shows apps.
#![forbid(unsafe_code)]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use timbre_server::clock::{Clock as _, SystemClock, SystemEntropy};
use timbre_server::config::{Config, LogFormat};
use timbre_server::server::{self, Running};
use timbre_server::storage::{App, Storage as _};
use timbre_server::usersig;
use toml::Value;
use tracing_subscriber::EnvFilter;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The Timbre server. Without a command it runs; without any setting it listens on 127.0.0.1:8787 and keeps
/// its data in ./timbre-server-data.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = false)]
struct Cli {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Args)]
struct Settings {
    /// A TOML file of settings.
    #[arg(long, global = true, env = "TIMBRE_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// The data folder.
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Where to listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Serve without TLS on addresses that other machines reach.
    #[arg(long)]
    allow_plain: bool,
    /// Certificate chain, PEM.
    #[arg(long, value_name = "FILE")]
    tls_cert: Option<PathBuf>,
    /// Private key of the certificate, PEM.
    #[arg(long, value_name = "FILE")]
    tls_key: Option<PathBuf>,
    /// Filter of log lines, such as `info` or `timbre_server=debug`.
    #[arg(long, value_name = "FILTER")]
    log_level: Option<String>,
    /// `text` or `json`.
    #[arg(long, value_name = "FORMAT")]
    log_format: Option<String>,
    /// Any setting by its key, such as `--set limits.client_rps=0`.
    #[arg(long = "set", global = true, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Prints a UserSig.
    Usersig {
        /// The user it is for.
        #[arg(long)]
        user: String,
        /// Seconds for which it is good.
        #[arg(long, default_value_t = 180 * 86_400)]
        expire: i64,
        /// The app; needed only when there are several.
        #[arg(long)]
        app: Option<u64>,
    },
    /// Lists the apps.
    App {
        /// Shows their secret keys too.
        #[arg(long)]
        keys: bool,
    },
}

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("timbre-server: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> Result<(), Failure> {
    let (config, unknown) = settings(&cli.settings)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    match cli.command {
        None => {
            start_log(&config)?;
            for name in unknown {
                tracing::warn!(name, "this environment variable is no setting of the server");
            }
            runtime.block_on(serve(config))
        }
        Some(Command::Usersig { user, expire, app }) => {
            runtime.block_on(print_usersig(&config, &user, expire, app))
        }
        Some(Command::App { keys }) => runtime.block_on(print_apps(&config, keys)),
    }
}

/// File, then environment, then flags. Also answers the environment variables that are no setting.
fn settings(flags: &Settings) -> Result<(Config, Vec<String>), Failure> {
    let mut config = Config::default();
    if let Some(path) = &flags.config {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
        config
            .apply_toml(&text)
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    let ours = ["TIMBRE_CONFIG", "TIMBRE_SERVER_URL"];
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| !ours.contains(&name.as_str()));
    let unknown = config.apply_env(variables)?;
    for setting in &flags.set {
        let (key, value) = setting
            .split_once('=')
            .ok_or_else(|| format!("--set {setting}: KEY=VALUE is needed"))?;
        config.set(key, &Value::String(value.to_owned()))?;
    }
    let path = |path: &PathBuf| path.to_string_lossy().into_owned();
    let given = [
        ("data", flags.data.as_ref().map(path)),
        ("listen", flags.listen.map(|address| address.to_string())),
        ("allow_plain", flags.allow_plain.then(|| "true".to_owned())),
        ("tls.cert", flags.tls_cert.as_ref().map(path)),
        ("tls.key", flags.tls_key.as_ref().map(path)),
        ("log.level", flags.log_level.clone()),
        ("log.format", flags.log_format.clone()),
    ];
    for (key, value) in given {
        if let Some(value) = value {
            config.set(key, &Value::String(value))?;
        }
    }
    config.validate()?;
    Ok((config, unknown))
}

fn start_log(config: &Config) -> Result<(), Failure> {
    let filter =
        EnvFilter::try_new(&config.log_level).map_err(|error| format!("setting `log.level`: {error}"))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().try_init(),
    }
}

async fn serve(config: Config) -> Result<(), Failure> {
    // Before anything is announced: a signal that comes right after must find somebody.
    let mut signals = Signals::new()?;
    let running = server::start(config).await?;
    if let Some(app) = running.created_app() {
        println!("created app {} with secret key {}", app.id, app.keys.join(" "));
    }
    println!("listening on {}", running.url());
    signals.next().await;
    tracing::info!("shutting down; a second signal ends the process at once");
    tokio::select! {
        result = shutdown(running) => result,
        () = signals.next() => std::process::exit(1),
    }
}

/// The signals that ask a server to stop.
#[cfg(unix)]
struct Signals {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Ctrl-C, where there are no signals.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

async fn shutdown(running: Running) -> Result<(), Failure> {
    running.shutdown().await?;
    tracing::info!("stopped");
    Ok(())
}

async fn print_usersig(config: &Config, user: &str, expire: i64, app: Option<u64>) -> Result<(), Failure> {
    let (storage, apps, created) = server::open_data(config, &SystemEntropy).await?;
    announce(created.as_ref());
    let app = match (app, apps.as_slice()) {
        (None, [only]) => only,
        (None, _) => return Err("there are several apps: name one with --app".into()),
        (Some(id), apps) => apps
            .iter()
            .find(|app| app.id == id)
            .ok_or(format!("there is no app {id}"))?,
    };
    let key = app
        .keys
        .first()
        .ok_or(format!("app {} has no active key", app.id))?;
    println!(
        "{}",
        usersig::sign(app.id, key, user, SystemClock.now_s(), expire, None)
    );
    storage.close().await?;
    Ok(())
}

async fn print_apps(config: &Config, keys: bool) -> Result<(), Failure> {
    let (storage, apps, created) = server::open_data(config, &SystemEntropy).await?;
    announce(created.as_ref());
    for app in apps {
        let state = if app.disabled { "disabled" } else { "active" };
        match keys {
            true => println!("{} {state} {}", app.id, app.keys.join(" ")),
            false => println!("{} {state} {} key(s)", app.id, app.keys.len()),
        }
    }
    storage.close().await?;
    Ok(())
}

/// Standard output holds only what was asked for.
fn announce(created: Option<&App>) {
    if let Some(app) = created {
        eprintln!("created app {}", app.id);
    }
}
