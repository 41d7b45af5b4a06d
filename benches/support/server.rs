//! A server process of the program's own: free port, fresh data, no limits on rates.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use timbre_server::clock::{Clock as _, SystemClock};
use timbre_server::usersig;

/// A running server, killed when it is dropped.
pub struct Server {
    process: Process,
    /// Host and port.
    pub address: String,
    /// The app that it made.
    pub app_id: u64,
    key: String,
}

impl Server {
    /// Starts the binary that `TIMBRE_SERVER` names, or the one beside this program, with its data in `data`.
    pub fn start(data: &Path) -> Self {
        let mut command = Command::new(binary());
        command.args(["--listen", "127.0.0.1:0", "--log-level", "warn", "--data"]);
        command.arg(data);
        for (name, _) in std::env::vars_os() {
            if name.to_str().is_some_and(|name| name.starts_with("TIMBRE_")) {
                command.env_remove(name);
            }
        }
        command
            .env("TIMBRE_LIMITS__CLIENT_RPS", "0")
            .env("TIMBRE_LIMITS__CONNS_PER_IP", "0")
            .env("TIMBRE_LIMITS__LOGINS_PER_MIN", "0");
        let (process, lines) = Process::start(command, "listening on");
        let created: Vec<_> = lines
            .iter()
            .find(|line| line.starts_with("created app"))
            .unwrap()
            .split(' ')
            .collect();
        let (app_id, key) = (created[2].parse().unwrap(), created[6].to_owned());
        let url = lines.last().unwrap();
        let address = url
            .split("://")
            .nth(1)
            .unwrap()
            .split('/')
            .next()
            .unwrap()
            .to_owned();
        Self {
            process,
            address,
            app_id,
            key,
        }
    }

    /// The address of its WebSocket.
    pub fn url(&self) -> String {
        format!("ws://{}/tim/v1", self.address)
    }

    /// A UserSig for a day.
    pub fn sig(&self, user: &str) -> String {
        usersig::sign(self.app_id, &self.key, user, SystemClock.now_s(), 86_400, None)
    }

    /// The process.
    pub fn process(&self) -> &Process {
        &self.process
    }
}

/// A child that is killed when it is dropped.
pub struct Process(Child);

impl Process {
    /// Starts it and reads its standard output up to the line that begins with `ready`. Answers these lines.
    pub fn start(mut command: Command, ready: &str) -> (Self, Vec<String>) {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", command.get_program().display()));
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut told = Vec::new();
        while !told.last().is_some_and(|line: &String| line.starts_with(ready)) {
            told.push(lines.next().expect("the process says when it is ready").unwrap());
        }
        (Self(child), told)
    }

    /// Bytes that are resident.
    pub fn resident(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() * 1024.0
    }

    /// Seconds of processor time that it has used.
    pub fn cpu(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0.id())).unwrap();
        let fields: Vec<_> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) / 100.0
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn binary() -> PathBuf {
    let name = format!("timbre-server{}", std::env::consts::EXE_SUFFIX);
    // This program is in the folder `deps` of its profile.
    let beside = || {
        std::env::current_exe()
            .unwrap()
            .parent()
            .unwrap()
            .with_file_name(name)
    };
    std::env::var_os("TIMBRE_SERVER").map_or_else(beside, PathBuf::from)
}
