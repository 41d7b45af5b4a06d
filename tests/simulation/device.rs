//! A device: the real engine over a real database, and what the driver does around it, driven by hand.

use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use timbre::engine::{
    Done, Engine, EngineConfig, Event as Told, EventKind, Input, Now, Op, Output, ReadDone, ReadJob, Shared,
};
use timbre::model::error::Outcome;
use timbre::store::Reader;
use timbre_protocol::Platform;

use crate::answers::Asked;
use crate::chance::{Plan, Rng};
use crate::files;
use crate::network::{Dir, Fate, Payload};
use crate::server::APP_ID;
use crate::world::{EPOCH_MS, Event, World};

/// Where in the engine's loop a process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KillPoint {
    /// Between two turns.
    Idle,
    /// Between two inputs of one batch.
    MidBatch,
    /// Everything is handled, nothing is committed.
    BeforeCommit,
    /// Everything is committed, nothing has been let go.
    AfterCommit,
    /// Some outputs have been let go.
    MidRelease,
}

/// A device; the app's process on it is there or not.
pub(crate) struct Device {
    pub(crate) name: &'static str,
    pub(crate) user: &'static str,
    /// First letter of what it sends.
    pub(crate) letter: char,
    platform: Platform,
    /// Which installation of the app this is, from 0.
    pub(crate) install: u32,
    device_id: [u8; 16],
    dir: PathBuf,
    /// Number of the present process, or of the last one.
    pub(crate) life: u32,
    pub(crate) process: Option<Process>,
    /// The connection that the link thread holds.
    pub(crate) conn: Option<u64>,
    pub(crate) skew_ms: i64,
}

/// What dies with a process.
pub(crate) struct Process {
    pub(crate) engine: Engine,
    pub(crate) shared: Arc<Shared>,
    inbox: VecDeque<Input>,
    turn_scheduled: bool,
    deadline: Option<u64>,
    callbacks: VecDeque<Output>,
    callback_scheduled: bool,
    /// Monotonic time at virtual time 0.
    mono_offset: u64,
    pub(crate) armed: Option<KillPoint>,
    results: Arc<Mutex<Vec<(u64, Outcome)>>>,
    /// Calls without an answer.
    pub(crate) asked: BTreeMap<u64, Asked>,
    last_call: u64,
    /// The login has been answered with success, and no logout was called since.
    pub(crate) logged_in: bool,
    /// Counts logouts: what was asked before one may end with "not logged in".
    pub(crate) session: u32,
    pub(crate) view: crate::answers::View,
}

impl Process {
    /// The callback thread has nothing to do and the loop nothing to take.
    pub(crate) fn is_idle(&self) -> bool {
        self.inbox.is_empty() && self.callbacks.is_empty()
    }
}

impl Device {
    /// alice's phone and desktop, bob's phone.
    pub(crate) fn three(dir: &Path, plan: &Plan, rng: &mut Rng) -> Vec<Self> {
        let who = [
            ("alice.phone", "alice", 'a', Platform::Android),
            ("alice.desktop", "alice", 'd', Platform::Windows),
            ("bob.phone", "bob", 'b', Platform::Iphone),
        ];
        who.into_iter()
            .enumerate()
            .map(|(at, (name, user, letter, platform))| {
                let dir = dir.join(name);
                std::fs::create_dir_all(&dir).unwrap();
                Self {
                    name,
                    user,
                    letter,
                    platform,
                    install: 0,
                    device_id: rng.bytes16(),
                    dir,
                    life: 0,
                    process: None,
                    conn: None,
                    skew_ms: plan.skew_ms[at],
                }
            })
            .collect()
    }

    pub(crate) fn runs(&self, life: u32) -> bool {
        self.life == life && self.process.is_some()
    }

    /// The user's database on this device.
    pub(crate) fn database(&self) -> PathBuf {
        self.dir.join(format!("{}.db", self.user))
    }
}

impl World {
    pub(crate) fn device_now(&self, device: usize) -> Now {
        let device = &self.devices[device];
        let offset = device.process.as_ref().map_or(0, |p| p.mono_offset);
        Now {
            mono_ms: self.now + offset,
            wall_ms: EPOCH_MS + self.now.cast_signed() + device.skew_ms,
        }
    }

    pub(crate) fn boot_device(&mut self, device: usize) {
        if self.devices[device].process.is_some() {
            return;
        }
        let (identities, jitter) = (self.rng.next(), self.rng.next());
        let mono_offset = self.rng.below(1_000_000);
        let shared = Arc::new(Shared::new(identities));
        let d = &mut self.devices[device];
        d.life += 1;
        let config = EngineConfig {
            app_id: APP_ID,
            data_dir: Some(d.dir.clone()),
            device_id: d.device_id,
            platform: d.platform,
            device_type: "simulated".to_owned(),
            system_version: String::new(),
            brand: 0,
            server_urls: vec!["ws://simulated".to_owned()],
            env_server_url: None,
            client_name: "simulation".to_owned(),
            seed: jitter,
        };
        d.process = Some(Process {
            engine: Engine::new(config, shared.clone()),
            shared,
            inbox: VecDeque::new(),
            turn_scheduled: false,
            deadline: None,
            callbacks: VecDeque::new(),
            callback_scheduled: false,
            mono_offset,
            armed: None,
            results: Arc::default(),
            asked: BTreeMap::new(),
            last_call: 0,
            logged_in: false,
            session: 0,
            view: crate::answers::View::default(),
        });
        let (name, life) = (d.name, d.life);
        self.note(format_args!("{name} starts, life {life}"));
        self.input(device, Input::Tick);
        self.soon(0, 300, Event::Login { device, life });
    }

    /// Something for the engine's loop.
    pub(crate) fn input(&mut self, device: usize, input: Input) {
        let life = self.devices[device].life;
        let Some(process) = &mut self.devices[device].process else {
            return;
        };
        process.inbox.push_back(input);
        if !std::mem::replace(&mut process.turn_scheduled, true) {
            self.soon(0, 2, Event::Turn { device, life });
        }
    }

    /// A call of the app; its answer is what `asked` waits for.
    pub(crate) fn call(&mut self, device: usize, op: Op, asked: Asked) {
        let Some(process) = &mut self.devices[device].process else {
            return;
        };
        process.last_call += 1;
        let id = process.last_call;
        process.asked.insert(id, asked);
        let results = process.results.clone();
        let done = Done::new(move |outcome| results.lock().unwrap().push((id, outcome)));
        self.input(device, Input::Call(op, done));
    }

    pub(crate) fn deadline(&mut self, device: usize) {
        let now = self.now;
        let Some(process) = &mut self.devices[device].process else {
            return;
        };
        match process.deadline {
            Some(at) if at <= now => {
                process.deadline = None;
                self.input(device, Input::Tick);
            }
            // Another deadline has taken its place.
            _ => {}
        }
    }

    /// One turn of the engine's loop: everything that waits (or a part of it), one commit, the outputs.
    pub(crate) fn turn(&mut self, device: usize) {
        let now = self.device_now(device);
        let part = self.rng.chance(self.plan.part_per_mille);
        let dice = self.rng.next();
        let Some(process) = &mut self.devices[device].process else {
            return;
        };
        process.turn_scheduled = false;
        let count = match process.inbox.len() as u64 {
            0 => 0,
            waiting if part => 1 + dice % waiting,
            waiting => waiting,
        } as usize;
        let mut batch: VecDeque<Input> = process.inbox.drain(..count).collect();
        let point = process.armed.take_if(|_| count > 0);
        let stop = dice as usize % (count + 1);
        let mut noted = Vec::new();
        let mut at = 0;
        while let Some(input) = batch.pop_front() {
            if point == Some(KillPoint::MidBatch) && at == stop {
                // The rest of the batch is lost with the process, as are the calls in it.
                batch.push_front(input);
                process.inbox.append(&mut batch);
                return self.kill_device(device, KillPoint::MidBatch, Vec::new());
            }
            if let Input::Thrown { row, .. } = &input {
                noted.push(*row);
            }
            process.engine.handle(now, input);
            at += 1;
        }
        if let Some(point @ (KillPoint::BeforeCommit | KillPoint::MidBatch)) = point {
            return self.kill_device(device, point, Vec::new());
        }
        let mut out = Vec::new();
        process.engine.commit(now, &mut out);
        // After a logout the database is closed: the engine remembers, the disk does not know until the next
        // login.
        for row in noted.into_iter().filter(|_| process.logged_in) {
            self.book.throw_noted(device, row);
        }
        self.learn_base(device);
        if point == Some(KillPoint::AfterCommit) {
            return self.kill_device(device, KillPoint::AfterCommit, out);
        }
        let stop = if point == Some(KillPoint::MidRelease) {
            dice as usize % (out.len() + 1)
        } else {
            out.len()
        };
        let rest = out.split_off(stop);
        for output in out {
            self.release(device, output);
        }
        if point == Some(KillPoint::MidRelease) {
            return self.kill_device(device, KillPoint::MidRelease, rest);
        }
        self.rearm(device);
    }

    fn rearm(&mut self, device: usize) {
        let (now, life) = (self.now, self.devices[device].life);
        let Some(process) = &mut self.devices[device].process else {
            return;
        };
        if !process.inbox.is_empty() && !std::mem::replace(&mut process.turn_scheduled, true) {
            self.soon(0, 2, Event::Turn { device, life });
            return;
        }
        let wanted = process
            .engine
            .next_deadline()
            .map(|mono| mono.saturating_sub(process.mono_offset).max(now + 1));
        if let Some(at) = wanted
            && process.deadline.is_none_or(|known| at < known || known < now)
        {
            process.deadline = Some(at);
            self.after(at - now, Event::Deadline { device, life });
        }
    }

    /// Lets one output go, as the driver does.
    fn release(&mut self, device: usize, output: Output) {
        let (name, life) = (self.devices[device].name, self.devices[device].life);
        match output {
            Output::Connect(target) => {
                if let Some(old) = self.devices[device].conn {
                    self.client_end(old, true);
                }
                self.note(format_args!("{name} connects, attempt {}", target.link));
                self.dial(device, &target);
            }
            Output::Transmit { link, bytes } => {
                if let Some(conn) = self.link_conn(device, link) {
                    self.send(conn, Dir::Up, Payload::Packet(bytes));
                }
            }
            Output::Disconnect { link } => {
                if let Some(conn) = self.link_conn(device, link) {
                    self.note(format_args!("{name} disconnects #{conn}"));
                    self.client_end(conn, true);
                }
            }
            output @ (Output::Complete(..) | Output::Event(_)) => {
                let Some(process) = &mut self.devices[device].process else {
                    return;
                };
                process.callbacks.push_back(output);
                if !std::mem::replace(&mut process.callback_scheduled, true) {
                    self.soon(0, 5, Event::Callback { device, life });
                }
            }
            // Nobody sends or downloads a file here.
            Output::Progress(..) | Output::Transfer(_) | Output::CancelTransfer(_) => {}
            Output::Read(job) => self.soon(1, 40, Event::Read { device, life, job }),
            Output::Log { level, area, text } => {
                self.note(format_args!("{name} log {level} {area}: {text}"));
                if area == "store" {
                    self.fail(format!("{name}: the store complains (P6): {text}"));
                }
            }
        }
    }

    fn link_conn(&self, device: usize, link: u64) -> Option<u64> {
        let conn = self.devices[device].conn?;
        self.net.conns.get(&conn).filter(|c| c.link == link).map(|_| conn)
    }

    /// The reader's answer to one job.
    pub(crate) fn read(&mut self, device: usize, job: &ReadJob) {
        let result = Reader::open(&job.path).and_then(|reader| job.query.run(&reader, &|| false));
        self.input(
            device,
            Input::Read(ReadDone {
                ticket: job.ticket,
                result,
            }),
        );
    }

    /// The callback thread runs one callback.
    pub(crate) fn run_callback(&mut self, device: usize) {
        let life = self.devices[device].life;
        let Some(process) = &mut self.devices[device].process else {
            return;
        };
        process.callback_scheduled = false;
        let callback = process.callbacks.pop_front();
        if !process.callbacks.is_empty() {
            process.callback_scheduled = true;
            // A callback may take its time.
            let wait = if self.rng.chance(20) {
                self.rng.between(1, 500)
            } else {
                self.rng.between(0, 3)
            };
            self.after(wait, Event::Callback { device, life });
        }
        match callback {
            Some(Output::Complete(done, outcome)) => {
                done.run(outcome);
                self.hand_out_results(device);
            }
            Some(Output::Event(event)) => self.tell(device, event),
            _ => {}
        }
    }

    fn hand_out_results(&mut self, device: usize) {
        let Some(process) = &mut self.devices[device].process else {
            return;
        };
        let results = std::mem::take(&mut *process.results.lock().unwrap());
        for (id, outcome) in results {
            let Some(process) = &mut self.devices[device].process else {
                return;
            };
            match process.asked.remove(&id) {
                Some(asked) => self.answered(device, asked, &outcome),
                None => self.fail("a completion callback ran twice"),
            }
        }
    }

    fn tell(&mut self, device: usize, event: Told) {
        let Some(process) = &self.devices[device].process else {
            return;
        };
        if event.generation != 0 && event.generation != process.shared.generation() {
            let name = self.devices[device].name;
            self.note(format_args!("{name} event of an earlier login is not told"));
            return;
        }
        let generation = event.generation;
        self.told(device, &event.kind);
        if let EventKind::NewMessages { row, .. } = event.kind
            && row > 0
        {
            self.input(device, Input::Thrown { generation, row });
        }
    }

    /// The process dies as it is. `unreleased` are outputs that it had not let go.
    pub(crate) fn kill_device(&mut self, device: usize, point: KillPoint, unreleased: Vec<Output>) {
        let name = self.devices[device].name;
        let database = self.devices[device].database();
        let Some(process) = self.devices[device].process.take() else {
            return;
        };
        self.stats.device_kills += 1;
        self.note(format_args!("{name} is killed, {point:?}"));
        let as_is = self.rng.chance(500);
        files::kill(&database, as_is, move || drop((unreleased, process)));
        if let Err(text) = files::check(&database) {
            self.fail(format!(
                "{name}: the database is damaged after a kill (P6): {text}"
            ));
        }
        self.book.process_ended(device, self.devices[device].user);
        if let Some(conn) = self.devices[device].conn.take() {
            let fate = [Fate::Farewell, Fate::Reset, Fate::Silence][self.rng.below(3) as usize];
            self.end_died(conn, Dir::Up, fate);
        }
    }

    /// The app is removed with its data, and installed again.
    pub(crate) fn reinstall(&mut self, device: usize) {
        if let Some(conn) = self.devices[device].conn.take() {
            // Nothing that the old installation had on its way may arrive after the new one's login.
            self.end_died(conn, Dir::Up, Fate::Silence);
        }
        self.kill_device(device, KillPoint::Idle, Vec::new());
        let id = self.rng.bytes16();
        let d = &mut self.devices[device];
        d.device_id = id;
        d.install += 1;
        files::remove(&d.database());
        let name = d.name;
        self.note(format_args!("{name} is installed anew"));
        self.book.device_reinstalled(device);
    }

    /// Ends the process in good order, as `TIMUninit` does: what waits is handled, what is pending ends, no
    /// event is told any more.
    pub(crate) fn shut_down(&mut self, device: usize) {
        let (now, name) = (self.device_now(device), self.devices[device].name);
        let Some(process) = &mut self.devices[device].process else {
            return;
        };
        let mut out: Vec<Output> = process.callbacks.drain(..).collect();
        let inputs: Vec<Input> = process.inbox.drain(..).collect();
        for input in inputs.into_iter().chain([Input::Shutdown]) {
            if let (Input::Thrown { row, .. }, true) = (&input, process.logged_in) {
                self.book.throw_noted(device, *row);
            }
            process.engine.handle(now, input);
        }
        process.engine.commit(now, &mut out);
        process.logged_in = false;
        process.session += 1;
        self.note(format_args!("{name} ends"));
        for output in out {
            match output {
                Output::Complete(done, outcome) => done.run(outcome),
                Output::Event(_) => {}
                output => self.release(device, output),
            }
        }
        self.hand_out_results(device);
        let Some(process) = self.devices[device].process.take() else {
            return;
        };
        let unanswered: Vec<_> = process.asked.into_values().collect();
        if !unanswered.is_empty() || !process.inbox.is_empty() {
            self.fail(format!("{name}: ended without an answer to {unanswered:?}"));
        }
        // The engine that was shut down has closed its files; dropping it must be safe.
        drop(process.engine);
        self.book.process_ended(device, self.devices[device].user);
        if let Some(conn) = self.devices[device].conn {
            self.client_end(conn, true);
        }
    }

    /// Lets go of whatever still runs, unanswered.
    pub(crate) fn abandon(&mut self) {
        for device in 0..self.devices.len() {
            if let Some(process) = self.devices[device].process.take() {
                files::kill(&self.devices[device].database(), false, move || drop(process));
            }
        }
    }
}
