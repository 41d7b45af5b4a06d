//! The thread `timbre-engine`: takes every input that waits, has the engine handle them all, commits once, and
//! only then lets the outputs go, in order.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedSender;

use super::dispatch::{Dispatcher, Entry, Target};
use super::link::Command;
use super::log::{Log, now_ms};
use super::media::Command as TransferCommand;
use super::queue::{Queue, Spinner};
use crate::engine::{Engine, EngineConfig, Input, Now, Output, ReadJob, Shared};

/// Inputs handled between two looks at the clock.
const CLOCK_EVERY: usize = 64;
/// The time zone of the device is looked at this often while there is something to do.
const ZONE_EVERY: Duration = Duration::from_secs(60);
/// An engine that panics this often is not started again.
const MAX_PANICS: u32 = 5;

/// Everything an engine's outputs go to.
pub(crate) struct Ports {
    pub(crate) dispatcher: Arc<Dispatcher>,
    pub(crate) target: Arc<Target>,
    pub(crate) link: UnboundedSender<Command>,
    pub(crate) transfers: UnboundedSender<TransferCommand>,
    pub(crate) reader: Sender<ReadJob>,
    pub(crate) log: Arc<Log>,
    pub(crate) zone: Option<LocalOffset>,
}

/// Seconds that local time is ahead of UTC at a Unix second.
pub type LocalOffset = fn(i64) -> i32;

/// The time zone of the device, as the engine was told last.
struct Zone {
    offset: Option<LocalOffset>,
    told: Option<i32>,
    looked: Instant,
}

impl Zone {
    fn new(offset: Option<LocalOffset>) -> Self {
        Self {
            offset,
            told: None,
            looked: Instant::now(),
        }
    }

    /// What the engine is to be told.
    fn news(&mut self) -> Option<Input> {
        let offset = self.offset?;
        if self.told.is_some() && self.looked.elapsed() < ZONE_EVERY {
            return None;
        }
        self.looked = Instant::now();
        let now = offset(now_ms().div_euclid(1000));
        (self.told.replace(now) != Some(now)).then_some(Input::Zone(now))
    }
}

/// The clock of one client.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    start: Instant,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self {
            start: Instant::now(),
        }
    }

    pub(crate) fn now(self) -> Now {
        let mono_ms = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        Now {
            mono_ms,
            wall_ms: now_ms(),
        }
    }

    fn at(self, mono_ms: u64) -> Option<Instant> {
        self.start.checked_add(Duration::from_millis(mono_ms))
    }
}

/// Runs the engine until the inbox is closed and empty.
pub(crate) fn run(
    config: EngineConfig,
    shared: Arc<Shared>,
    inbox: &Queue<Input>,
    clock: Clock,
    ports: &Ports,
) {
    let mut engine = Engine::new(config.clone(), shared.clone());
    let mut panics = 0;
    let mut batch = VecDeque::new();
    // What the client was started with comes before the first tick, at which the engine connects.
    inbox.take(&mut batch);
    batch.push_back(Input::Tick);
    let mut out = Vec::new();
    let mut spinner = Spinner::default();
    let mut zone = Zone::new(ports.zone);
    loop {
        if let Some(news) = zone.news() {
            batch.push_front(news);
        }
        let busy = !batch.is_empty();
        if batch.is_empty() {
            batch.push_back(Input::Tick);
        }
        let turn = catch_unwind(AssertUnwindSafe(|| {
            turn(&mut engine, &mut batch, clock, &mut out);
        }));
        if turn.is_err() {
            panics += 1;
            ports.log.line(
                6,
                "engine",
                "a bug stopped the engine; it is started again and everybody is logged out",
            );
            end_broken(engine, clock, &mut out);
            // A receiver that is gone has nothing under way.
            let _ = ports.transfers.send(TransferCommand::CancelAll);
            engine = Engine::new(config.clone(), shared.clone());
            zone.told = None;
            if panics == MAX_PANICS {
                ports
                    .log
                    .line(6, "engine", "the engine fails again and again and is stopped");
                inbox.close_with(Input::Shutdown);
            }
        }
        release(&mut out, ports);
        if batch.is_empty() {
            let deadline = engine.next_deadline().and_then(|ms| clock.at(ms));
            inbox.wait(deadline, busy.then_some(&mut spinner));
            if !inbox.take(&mut batch) {
                return;
            }
        }
    }
}

fn turn(engine: &mut Engine, batch: &mut VecDeque<Input>, clock: Clock, out: &mut Vec<Output>) {
    let mut now = clock.now();
    let mut since = 0;
    while let Some(input) = batch.pop_front() {
        if since == CLOCK_EVERY {
            since = 0;
            now = clock.now();
        }
        since += 1;
        engine.handle(now, input);
    }
    engine.commit(clock.now(), out);
}

/// Ends what can still be ended of an engine that has panicked. Completions that it lets fall are answered by
/// their guard.
fn end_broken(mut engine: Engine, clock: Clock, out: &mut Vec<Output>) {
    let ended = catch_unwind(AssertUnwindSafe(move || {
        let mut last = Vec::new();
        engine.handle(clock.now(), Input::Shutdown);
        engine.commit(clock.now(), &mut last);
        last
    }));
    out.extend(ended.unwrap_or_default());
}

/// Lets outputs go. Runs of entries for the dispatcher go in one piece.
fn release(out: &mut Vec<Output>, ports: &Ports) {
    let mut entries = Vec::new();
    for output in out.drain(..) {
        // A link or reader that has ended needs nothing any more.
        match output {
            Output::Complete(done, outcome) => entries.push(Entry::Complete(done, outcome)),
            Output::Progress(progress, outcome) => entries.push(Entry::Progress(progress, outcome)),
            Output::Event(event) => entries.push(Entry::Event(event, ports.target.clone())),
            Output::Log { level, area, text } => ports.log.line(level, area, &text),
            Output::Connect(target) => drop(ports.link.send(Command::Connect(target))),
            Output::Transmit { link, bytes } => drop(ports.link.send(Command::Transmit { link, bytes })),
            Output::Disconnect { link } => drop(ports.link.send(Command::Disconnect { link })),
            Output::Transfer(job) => drop(ports.transfers.send(TransferCommand::Start(job))),
            Output::CancelTransfer(id) => drop(ports.transfers.send(TransferCommand::Cancel(id))),
            Output::Read(job) => drop(ports.reader.send(job)),
        }
    }
    if !entries.is_empty() {
        ports.dispatcher.push_all(entries);
    }
}
