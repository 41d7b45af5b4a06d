//! The world of one run: virtual time, the queue of what is to happen, and everybody in it.
//!
//! There is one thread and no other clock than [`World::now`]. Whatever happens is an [`Event`] in a queue
//! ordered by time and, at the same millisecond, by a number drawn from the seed. An event that belongs to a
//! process carries the number of its life, so that a process never acts on behalf of the one before it.

use std::collections::BTreeMap;
use std::fmt::Arguments;
use std::path::Path;

use timbre::engine::ReadJob;

use crate::book::Book;
use crate::chance::{Fault, Plan, Rng};
use crate::device::Device;
use crate::network::{Dir, Net};
use crate::server::Server;
use crate::trace::Trace;

/// The server's wall clock at virtual time 0, Unix milliseconds.
pub(crate) const EPOCH_MS: i64 = 1_700_000_000_000;

/// Something that is to happen.
#[derive(Debug)]
pub(crate) enum Event {
    /// A device's process starts.
    Boot(usize),
    /// The engine's loop takes what waits.
    Turn { device: usize, life: u32 },
    /// The deadline that the engine named.
    Deadline { device: usize, life: u32 },
    /// The callback thread runs the next callback.
    Callback { device: usize, life: u32 },
    /// The reader answers.
    Read { device: usize, life: u32, job: ReadJob },
    /// The app logs in.
    Login { device: usize, life: u32 },
    /// The app does something.
    Act(usize),
    /// A connection request reaches the server's machine.
    Dial(u64),
    /// The head of a pipe reaches its end.
    Pump { conn: u64, dir: Dir },
    /// One end of a broken connection is told.
    Broken { conn: u64, dir: Dir },
    /// A partition is over.
    Mend { device: usize, until: u64 },
    /// The server's process starts.
    ServerBoot,
    /// A session on the server is looked at.
    Poll { life: u32, conn: u64 },
    /// The server's writer does its next phase.
    Phase { life: u32 },
    /// The server's second has passed.
    ServerTick { life: u32 },
    /// A fault strikes.
    Strike(Fault, u64),
}

/// Numbers of one run.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Stats {
    pub(crate) acknowledged: u64,
    pub(crate) thrown: u64,
    pub(crate) server_kills: u64,
    pub(crate) device_kills: u64,
}

/// Everything.
pub(crate) struct World {
    pub(crate) now: u64,
    pub(crate) rng: Rng,
    pub(crate) plan: Plan,
    pub(crate) trace: Trace,
    pub(crate) net: Net,
    pub(crate) server: Server,
    pub(crate) devices: Vec<Device>,
    pub(crate) book: Book,
    pub(crate) stats: Stats,
    /// Faults strike and apps act; false once the run is to come to rest.
    pub(crate) busy: bool,
    /// Whose app logs out inside its next receive callback.
    pub(crate) logout_in_callback: Option<usize>,
    /// The first promise that was broken.
    pub(crate) failure: Option<String>,
    queue: BTreeMap<(u64, u64), Event>,
    order: u64,
}

impl World {
    /// A world in which nothing has happened yet; its files are below `dir`.
    pub(crate) fn new(seed: u64, plan: impl FnOnce(&mut Rng) -> Plan, dir: &Path, whole_trace: bool) -> Self {
        let mut rng = Rng::new(seed);
        let plan = plan(&mut rng);
        let server = Server::new(dir, &plan, rng.next());
        let devices = Device::three(dir, &plan, &mut rng);
        let mut world = Self {
            now: 0,
            rng,
            plan,
            trace: Trace::new(whole_trace),
            net: Net::default(),
            server,
            devices,
            book: Book::default(),
            stats: Stats::default(),
            busy: true,
            logout_in_callback: None,
            failure: None,
            queue: BTreeMap::new(),
            order: 0,
        };
        world.note(format_args!("seed {seed}: {:?}", world.plan.clone()));
        world.after(0, Event::ServerBoot);
        for device in 0..world.devices.len() {
            let start = world.plan.first_start[device];
            world.after(start, Event::Boot(device));
            if world.plan.act_ms > 0 {
                world.after(start + 1, Event::Act(device));
            }
        }
        for (fault, mean) in world.plan.faults.clone() {
            let wait = world.rng.around(mean);
            world.after(wait, Event::Strike(fault, mean));
        }
        world
    }

    /// Adds a line to the trace.
    pub(crate) fn note(&mut self, text: Arguments<'_>) {
        self.trace.line(self.now, text);
    }

    /// A promise is broken. The first one counts.
    pub(crate) fn fail(&mut self, text: impl Into<String>) {
        if self.failure.is_none() {
            let text = text.into();
            self.trace.line(self.now, format_args!("FAILED: {text}"));
            self.failure = Some(text);
        }
    }

    /// Lets `event` happen in `ms` milliseconds.
    pub(crate) fn after(&mut self, ms: u64, event: Event) {
        self.order += 1;
        let tie = (self.rng.next() & 0xffff_ffff) << 32 | self.order;
        self.queue.insert((self.now + ms, tie), event);
    }

    /// Lets `event` happen at a moment within `low..=high` milliseconds from now.
    pub(crate) fn soon(&mut self, low: u64, high: u64, event: Event) {
        let ms = self.rng.between(low, high);
        self.after(ms, event);
    }

    /// Unix milliseconds by the server's clock.
    pub(crate) fn server_wall_ms(&self) -> i64 {
        EPOCH_MS + self.now.cast_signed()
    }

    /// Runs until virtual time `until`, or until a promise is broken.
    pub(crate) fn run_until(&mut self, until: u64) {
        while self.failure.is_none() {
            let Some(entry) = self.queue.first_entry().filter(|e| e.key().0 <= until) else {
                self.now = self.now.max(until);
                return;
            };
            self.now = entry.key().0;
            let event = entry.remove();
            self.server.set_clock(EPOCH_MS + self.now.cast_signed());
            self.happen(event);
        }
    }

    fn happen(&mut self, event: Event) {
        let alive = |device: usize, life: u32| self.devices[device].runs(life);
        match event {
            Event::Boot(device) => self.boot_device(device),
            Event::Turn { device, life } if alive(device, life) => self.turn(device),
            Event::Deadline { device, life } if alive(device, life) => self.deadline(device),
            Event::Callback { device, life } if alive(device, life) => self.run_callback(device),
            Event::Read { device, life, job } if alive(device, life) => self.read(device, &job),
            Event::Login { device, life } if alive(device, life) => self.app_login(device),
            Event::Act(device) => self.act(device),
            Event::Dial(conn) => self.on_dial(conn),
            Event::Pump { conn, dir } => self.pump(conn, dir),
            Event::Broken { conn, dir } => self.on_broken(conn, dir),
            Event::Mend { device, until } => self.mend(device, until),
            Event::ServerBoot => self.boot_server(),
            Event::Poll { life, conn } if self.server.runs(life) => self.poll_session(conn),
            Event::Phase { life } if self.server.runs(life) => self.phase(),
            Event::ServerTick { life } if self.server.runs(life) => self.server_tick(),
            Event::Strike(fault, mean) => self.strike(fault, mean),
            // Of a process that has died.
            Event::Turn { .. }
            | Event::Deadline { .. }
            | Event::Callback { .. }
            | Event::Read { .. }
            | Event::Login { .. }
            | Event::Poll { .. }
            | Event::Phase { .. }
            | Event::ServerTick { .. } => {}
        }
    }
}
