//! Starting, killing and restarting the processes.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use timbre::driver::{Client, EventSink, StartConfig};
use timbre::engine::{Done, EventKind};
use timbre::model::error::Outcome;
use timbre_protocol::Platform;

/// Names what a child process is to do.
pub const ROLE: &str = "TIMBRE_KILL_ROLE";

/// A folder that goes with the scenario.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("timbre-kill-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }
}

/// A `timbre-server` process.
pub struct Server {
    program: PathBuf,
    data: PathBuf,
    child: Option<Child>,
    pub port: u16,
}

impl Server {
    pub fn start(folder: &Path) -> Self {
        let mut server = Self {
            program: server_program(),
            data: folder.join("server"),
            child: None,
            port: 0,
        };
        server.launch();
        server
    }

    fn launch(&mut self) {
        let mut child = Command::new(&self.program)
            .arg("--data")
            .arg(&self.data)
            .args(["--listen", &format!("127.0.0.1:{}", self.port)])
            .env("TIMBRE_LIMITS__CLIENT_RPS", "0")
            .env("TIMBRE_LIMITS__LOGINS_PER_MIN", "0")
            .env("TIMBRE_RECALL__WINDOW_SECS", "0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines
            .by_ref()
            .map(Result::unwrap)
            .find_map(|line| {
                line.strip_prefix("listening on ws://127.0.0.1:")
                    .map(str::to_owned)
            })
            .expect("the server says where it listens");
        self.port = address.split('/').next().unwrap().parse().unwrap();
        self.child = Some(child);
    }

    /// SIGKILL, and the process is gone when this returns.
    pub fn kill(&mut self) {
        kill(self.child.as_mut().unwrap());
        self.child = None;
    }

    pub fn restart(&mut self) {
        self.launch();
    }

    pub fn url(&self) -> String {
        format!("ws://127.0.0.1:{}/tim/v1", self.port)
    }

    /// A UserSig by the server's own command.
    pub fn sig(&self, user: &str) -> String {
        let output = Command::new(&self.program)
            .args(["usersig", "--user", user, "--data"])
            .arg(&self.data)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            kill(child);
        }
    }
}

/// SIGKILL, and waits for the end.
pub fn kill(child: &mut Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// The server's program, which stands beside this one's folder; built when it is not there.
fn server_program() -> PathBuf {
    if let Some(path) = std::env::var_os("TIMBRE_SERVER") {
        return path.into();
    }
    let own = std::env::current_exe().unwrap();
    let folder = own.parent().unwrap().parent().unwrap();
    let program = folder.join(format!("timbre-server{}", std::env::consts::EXE_SUFFIX));
    if !program.exists() {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let mut build = Command::new(cargo);
        build.args([
            "build",
            "--package",
            "timbre-server",
            "--bin",
            "timbre-server",
            "--target-dir",
        ]);
        assert!(build.arg(folder.parent().unwrap()).status().unwrap().success());
    }
    program
}

/// The app id that a server gives its first app.
pub const APP_ID: u64 = 1_400_000_001;

/// A core whose events go to `sink`.
pub fn core(url: &str, data: &Path, platform: Platform, sink: Arc<dyn EventSink>) -> Client {
    let config = StartConfig {
        app_id: APP_ID,
        data_dir: Some(data.to_owned()),
        server_urls: vec![url.to_owned()],
        platform: Some(platform),
        ..StartConfig::default()
    };
    Client::start(config, sink).unwrap()
}

/// Logs in and waits for the end of the synchronisation that follows.
pub fn log_in(client: &Client, user: &str, sig: &str, synced: &std::sync::mpsc::Receiver<()>) -> Outcome {
    while synced.try_recv().is_ok() {}
    let (sender, receiver) = std::sync::mpsc::channel();
    client.login(user, sig, Done::new(move |outcome| sender.send(outcome).unwrap()));
    let outcome = receiver.recv().unwrap();
    if outcome.code == 0 {
        synced
            .recv_timeout(std::time::Duration::from_secs(60))
            .expect("the synchronisation ends");
    }
    outcome
}

/// True for the event that ends a synchronisation.
pub fn is_synced(event: &EventKind) -> bool {
    matches!(event, EventKind::Conversations { event: 4, .. })
}
