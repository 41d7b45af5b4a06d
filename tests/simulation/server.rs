//! The server: the real service, sessions and storage, driven by hand.
//!
//! The writer's three phases are events of their own, so that a kill may strike between any two of them.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use rusqlite::Connection;
use timbre_server::clock::{ManualClock, SeededEntropy};
use timbre_server::config::Config;
use timbre_server::gateway::session::{Output, Session};
use timbre_server::service::Service;
use timbre_server::storage::sqlite::{SqliteStorage, Writer};
use timbre_server::storage::{App, Storage as _};
use timbre_server::usersig;

use crate::chance::Plan;
use crate::files;
use crate::network::{Dir, Fate, Payload};
use crate::world::{EPOCH_MS, Event, World};

pub(crate) const APP_ID: u64 = 1_400_000_001;
const KEY: &str = "the key of the simulated app";

/// The server's machine; the process on it is there or not.
pub(crate) struct Server {
    /// Number of the present process, or of the last one.
    pub(crate) life: u32,
    process: Option<Process>,
    clock: Arc<ManualClock>,
    path: PathBuf,
    config: Config,
    seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Idle,
    Executed,
    Committed,
}

struct Process {
    sessions: BTreeMap<u64, Session>,
    service: Arc<Service>,
    writer: Writer,
    /// Reads what is committed, for the book.
    truth: Connection,
    phase: Phase,
    /// A phase event is on its way.
    scheduled: bool,
}

impl Server {
    pub(crate) fn new(dir: &Path, plan: &Plan, seed: u64) -> Self {
        let config = Config {
            heartbeat_interval_s: plan.heartbeat_s,
            heartbeat_timeout_s: plan.heartbeat_s * 3,
            client_rps: 0,
            logins_per_min: 0,
            failed_logins_per_min: 0,
            ..Config::default()
        };
        Self {
            life: 0,
            process: None,
            clock: Arc::new(ManualClock::new(EPOCH_MS)),
            path: dir.join("server.db"),
            config,
            seed,
        }
    }

    pub(crate) fn runs(&self, life: u32) -> bool {
        self.is_up() && self.life == life
    }

    pub(crate) fn is_up(&self) -> bool {
        self.process.is_some()
    }

    /// Nothing waits to be written or told.
    pub(crate) fn is_idle(&self) -> bool {
        self.process
            .as_ref()
            .is_some_and(|p| p.phase == Phase::Idle && p.writer.pending() == 0)
    }

    pub(crate) fn set_clock(&self, wall_ms: i64) {
        self.clock.set(wall_ms);
    }

    pub(crate) fn wants_input(&self, conn: u64) -> bool {
        let session = self.process.as_ref().and_then(|p| p.sessions.get(&conn));
        session.is_none_or(Session::wants_input)
    }

    pub(crate) fn accept(&mut self, conn: u64) {
        if let Some(process) = &mut self.process {
            let session = Session::new(process.service.clone(), IpAddr::V4(Ipv4Addr::LOCALHOST));
            process.sessions.insert(conn, session);
        }
    }

    pub(crate) fn receive(&mut self, conn: u64, bytes: Bytes) {
        if let Some(session) = self.process.as_mut().and_then(|p| p.sessions.get_mut(&conn)) {
            session.receive(bytes);
        }
    }

    pub(crate) fn drop_session(&mut self, conn: u64) {
        if let Some(process) = &mut self.process {
            process.sessions.remove(&conn);
        }
    }

    /// A connection to the database that sees what is committed.
    pub(crate) fn truth(&self) -> Option<&Connection> {
        self.process.as_ref().map(|p| &p.truth)
    }
}

/// A UserSig for `user`, made at this Unix millisecond.
pub(crate) fn sign(user: &str, wall_ms: i64) -> String {
    usersig::sign(APP_ID, KEY, user, wall_ms / 1000, 30 * 86_400, None)
}

impl World {
    pub(crate) fn boot_server(&mut self) {
        if self.server.is_up() {
            return;
        }
        let server = &mut self.server;
        server.life += 1;
        let life = server.life;
        let (storage, mut writer) = SqliteStorage::manual(&server.path).unwrap();
        let storage = Arc::new(storage);
        // As the real start does it, before anybody is served.
        drop(storage.forget_presence(server.clock_ms()));
        let jobs = writer.take();
        writer.execute(jobs);
        writer.commit();
        writer.publish();
        let app = App {
            id: APP_ID,
            keys: vec![KEY.to_owned()],
            disabled: false,
        };
        let entropy = Arc::new(SeededEntropy::new(server.seed ^ u64::from(life) << 48));
        let service = Service::new(
            storage,
            server.clock.clone(),
            entropy,
            server.config.clone(),
            vec![app],
        );
        let truth = files::open_reader(&server.path).unwrap();
        let process = Process {
            sessions: BTreeMap::new(),
            service,
            writer,
            truth,
            phase: Phase::Idle,
            scheduled: false,
        };
        server.process = Some(process);
        self.note(format_args!("server starts, life {life}"));
        self.check_truth_after_restart();
        self.after(1000, Event::ServerTick { life });
    }

    /// The process dies as it is: what is not committed never happened.
    pub(crate) fn kill_server(&mut self) {
        let Some(process) = self.server.process.take() else {
            return;
        };
        self.stats.server_kills += 1;
        self.note(format_args!("server is killed, writer {:?}", process.phase));
        let power_cut = self.rng.chance(500);
        let path = self.server.path.clone();
        files::kill(&path, power_cut, move || {
            let Process {
                sessions,
                service,
                writer,
                truth,
                ..
            } = process;
            drop((truth, sessions, service, writer));
        });
        if let Err(text) = files::check(&path) {
            self.fail(format!("the server's database is damaged after a kill: {text}"));
        }
        let whole_machine = self.rng.chance(200);
        let conns: Vec<u64> = self
            .net
            .conns
            .iter()
            .filter(|(_, c)| c.server)
            .map(|(&n, _)| n)
            .collect();
        for conn in conns {
            let fate = match self.rng.below(3) {
                _ if whole_machine => Fate::Silence,
                0 => Fate::Farewell,
                _ => Fate::Reset,
            };
            self.end_died(conn, Dir::Down, fate);
        }
    }

    /// What a session has to say goes out; what it asks of the writer is scheduled.
    pub(crate) fn poll_session(&mut self, conn: u64) {
        let mut packets = Vec::new();
        let mut closed = false;
        if let Some(session) = self
            .server
            .process
            .as_mut()
            .and_then(|p| p.sessions.get_mut(&conn))
        {
            let mut cx = Context::from_waker(Waker::noop());
            while let Poll::Ready(output) = session.poll_output(&mut cx) {
                match output {
                    Output::Packet(bytes) => packets.push(bytes),
                    Output::Close => {
                        closed = true;
                        break;
                    }
                }
            }
        }
        for bytes in packets {
            self.send(conn, Dir::Down, Payload::Packet(bytes));
        }
        if closed {
            self.note(format_args!("the server closes #{conn}"));
            self.server_end(conn);
        }
        self.wake_writer();
    }

    fn wake_writer(&mut self) {
        let life = self.server.life;
        let slow = self.busy && self.rng.chance(self.plan.slow_disk_per_mille);
        let wait = if slow {
            self.rng.between(20, 4000)
        } else {
            self.rng.between(0, 4)
        };
        if let Some(process) = &mut self.server.process
            && (process.writer.pending() > 0 || process.phase != Phase::Idle)
            && !std::mem::replace(&mut process.scheduled, true)
        {
            self.after(wait, Event::Phase { life });
        }
    }

    /// The writer's next phase.
    pub(crate) fn phase(&mut self) {
        let life = self.server.life;
        let Some(process) = &mut self.server.process else {
            return;
        };
        process.scheduled = false;
        match process.phase {
            Phase::Idle => {
                let jobs = process.writer.take();
                process.writer.execute(jobs);
                process.phase = Phase::Executed;
            }
            Phase::Executed => {
                process.writer.commit();
                process.phase = Phase::Committed;
                self.learn_truth();
            }
            Phase::Committed => {
                process.writer.publish();
                process.phase = Phase::Idle;
            }
        }
        // Whoever has been told something is awake now, whichever phase told him.
        let sessions = self.server.process.iter().flat_map(|p| p.sessions.keys());
        for conn in sessions.copied().collect::<Vec<_>>() {
            self.soon(0, 3, Event::Poll { life, conn });
        }
        self.wake_writer();
    }

    pub(crate) fn server_tick(&mut self) {
        let life = self.server.life;
        let Some(process) = &mut self.server.process else {
            return;
        };
        process.service.tick();
        for session in process.sessions.values_mut() {
            session.on_time();
        }
        let conns: Vec<u64> = process.sessions.keys().copied().collect();
        for conn in conns {
            self.poll_session(conn);
        }
        self.wake_writer();
        self.after(1000, Event::ServerTick { life });
    }
}

impl Server {
    fn clock_ms(&self) -> i64 {
        use timbre_server::clock::Clock as _;
        self.clock.now_ms()
    }
}
