//! A server process of its own for C programs to talk to: free port, fresh data, signed-off properly at the end.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::run;
use crate::workspace::Workspace;

/// How long a server may take to start and to stop.
const PATIENCE: Duration = Duration::from_secs(30);

/// The app that a server makes by itself on its first start.
pub(crate) const APP_ID: &str = "1400000001";

/// A running server.
pub(crate) struct Server {
    child: Child,
    binary: PathBuf,
    data: PathBuf,
    /// Where clients find it: `ws://127.0.0.1:PORT/tim/v1`.
    pub(crate) url: String,
}

impl Server {
    /// Starts the built server on a free port with its data, and its log `server.log`, in `dir`.
    pub(crate) fn start(workspace: &Workspace, dir: &Path) -> Result<Self, String> {
        let data = dir.join("server-data");
        let log_path = dir.join("server.log");
        let log = std::fs::File::create(&log_path).map_err(|e| format!("{}: {e}", log_path.display()))?;
        let binary = workspace.server();
        let mut command = Command::new(&binary);
        command.args(["--listen", "127.0.0.1:0", "--data"]).arg(&data);
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .current_dir(dir);
        let mut child = command
            .spawn()
            .map_err(|e| format!("cannot run `{}`: {e}", run::line_of(&command)))?;
        let lines = stdout_lines(&mut child);
        let mut server = Self {
            child,
            binary,
            data,
            url: String::new(),
        };
        let end = Instant::now() + PATIENCE;
        while server.url.is_empty() {
            match lines.recv_timeout(end.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    if let Some(url) = line.strip_prefix("listening on ") {
                        server.url = url.trim().to_owned();
                    }
                }
                Err(_) => {
                    let log = std::fs::read_to_string(&log_path).unwrap_or_default();
                    return Err(format!(
                        "the server did not say where it listens; its log:\n{log}"
                    ));
                }
            }
        }
        Ok(server)
    }

    /// A UserSig for this user, good for a day, made by the server's own command.
    pub(crate) fn user_sig(&self, user: &str) -> Result<String, String> {
        let mut command = Command::new(&self.binary);
        command
            .args(["usersig", "--user", user, "--expire", "86400", "--data"])
            .arg(&self.data);
        let sig = run::capture(&mut command)?.trim().to_owned();
        if sig.is_empty() || sig.contains(char::is_whitespace) {
            return Err(format!("`{}` printed no UserSig", run::line_of(&command)));
        }
        Ok(sig)
    }

    /// Ends the server as an operator would, and waits for it.
    pub(crate) fn stop(mut self) -> Result<(), String> {
        terminate(&self.child)?;
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end {
            match self.child.try_wait() {
                Ok(Some(status)) if status.success() => return Ok(()),
                Ok(Some(status)) => return Err(format!("the server ended with {status}")),
                Ok(None) => std::thread::sleep(Duration::from_millis(5)),
                Err(e) => return Err(format!("waiting for the server: {e}")),
            }
        }
        Err(format!(
            "the server did not end within {} s of being asked to",
            PATIENCE.as_secs()
        ))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Ignored: after `stop` there is nothing left to kill.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn terminate(child: &Child) -> Result<(), String> {
    if cfg!(unix) {
        run::capture(Command::new("kill").args(["-TERM", &child.id().to_string()])).map(drop)
    } else {
        run::capture(Command::new("taskkill").args(["/PID", &child.id().to_string()])).map(drop)
    }
}

fn stdout_lines(child: &mut Child) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        std::thread::spawn(move || {
            // Read to the end even when nobody listens any more: a full pipe would stop the server.
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
    }
    receiver
}
