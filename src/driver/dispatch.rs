//! Runs the host's callbacks: completions and events, one queue, one at a time, in order.
//!
//! What puts an entry in never runs it. Entries run on the thread `timbre-callback`, which starts with the
//! first entry and ends when no client is attached and nothing is left; in pump mode they run inside
//! [`Dispatcher::pump`] and nowhere else. Loopers of other platforms take the place of that thread by calling
//! `pump` from their loop.
//!
//! The end of a client (CORE-060): its engine has put the completion of everything that was pending into the
//! queue; they are run, its events are not. Called from inside a callback, [`Dispatcher::finish`] leaves that
//! to whoever is running the callbacks, as soon as the present one has returned.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard};

use super::EventSink;
use super::log::Log;
use super::queue::{Queue, Spinner};
use crate::engine::transfers::Progress;
use crate::engine::{Done, Event, EventKind, Input, Shared};
use crate::model::error::Outcome;

/// A queue longer than this is worth a warning.
const LONG_QUEUE: usize = 10_000;
/// Log lines that may wait for their callback.
const MAX_LOG_LINES: u64 = 1_000;
/// How long the end of a client waits for a loop that pumps.
const PUMP_PATIENCE: Duration = Duration::from_secs(3);

/// Where callbacks run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CallbackMode {
    /// On the thread `timbre-callback`.
    #[default]
    Thread,
    /// Inside [`Client::run_callbacks`](super::Client::run_callbacks).
    Pump,
}

/// Whom the events of one client go to.
pub(crate) struct Target {
    pub(crate) sink: Arc<dyn EventSink>,
    pub(crate) shared: Arc<Shared>,
    pub(crate) inbox: Arc<Queue<Input>>,
    /// Its end has begun: no event is delivered any more.
    pub(crate) closed: AtomicBool,
    /// What the engine is to hear when the receive callback that runs at this moment has returned.
    pub(crate) throwing: Mutex<Option<Input>>,
    /// Signalled when it has returned.
    pub(crate) thrown: Condvar,
}

impl Target {
    pub(crate) fn new(sink: Arc<dyn EventSink>, shared: Arc<Shared>, inbox: Arc<Queue<Input>>) -> Self {
        Self {
            sink,
            shared,
            inbox,
            closed: AtomicBool::new(false),
            throwing: Mutex::default(),
            thrown: Condvar::new(),
        }
    }

    /// No event is delivered after this. A receive callback that runs at this moment is waited for, so that
    /// the engine still hears that it has returned; with `inside` it is the one that this is called from, and
    /// what it was given counts as given.
    pub(crate) fn close(&self, inside: bool, patience: Option<Duration>) {
        let mut throwing = self.throwing.lock();
        self.closed.store(true, Ordering::Release);
        if !inside {
            let limit = patience.map(|patience| Instant::now() + patience);
            while throwing.is_some() {
                match limit {
                    Some(limit) if self.thrown.wait_until(&mut throwing, limit).timed_out() => break,
                    Some(_) => {}
                    None => self.thrown.wait(&mut throwing),
                }
            }
        }
        if let Some(input) = throwing.take() {
            let _ = self.inbox.push(input);
        }
    }
}

pub(crate) enum Entry {
    Complete(Done, Outcome),
    Progress(Progress, Outcome),
    Event(Event, Arc<Target>),
    Log {
        level: u8,
        line: String,
        sink: Arc<dyn EventSink>,
    },
}

/// See the module.
pub(crate) struct Dispatcher {
    state: Mutex<State>,
    /// The worker sleeps on it.
    wake: Condvar,
    /// Signalled when nobody runs callbacks any more.
    idle: Condvar,
    /// Something may be waiting; read by the spinning worker without the lock.
    waiting: AtomicBool,
    /// Log lines in the queue, and those that found no room since the last one that did.
    log_lines: AtomicU64,
    lost_lines: AtomicU64,
    log: Arc<Log>,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Entry>,
    mode: CallbackMode,
    /// How many clients use this dispatcher.
    clients: usize,
    worker: bool,
    worker_asleep: bool,
    /// The worker's thread, also for a moment after `worker` has become false.
    thread: Option<JoinHandle<()>>,
    /// How many entries were ever put in, and how many of them have run.
    pushed: u64,
    delivered: u64,
    /// Who runs callbacks at this moment.
    runner: Option<usize>,
    warned: bool,
}

impl Dispatcher {
    pub(crate) fn new(log: Arc<Log>) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::default(),
            wake: Condvar::new(),
            idle: Condvar::new(),
            waiting: AtomicBool::new(false),
            log_lines: AtomicU64::new(0),
            lost_lines: AtomicU64::new(0),
            log,
        })
    }

    /// A client begins to use it.
    pub(crate) fn attach(self: &Arc<Self>, mode: CallbackMode) {
        let mut state = self.state.lock();
        state.clients += 1;
        state.mode = mode;
        self.ensure_runner(&mut state);
        drop(state);
        self.wake.notify_all();
    }

    pub(crate) fn push(self: &Arc<Self>, entry: Entry) {
        self.push_all(std::iter::once(entry));
    }

    /// Appends entries, in order.
    pub(crate) fn push_all(self: &Arc<Self>, entries: impl IntoIterator<Item = Entry>) {
        let mut state = self.state.lock();
        let before = state.queue.len();
        state.queue.extend(entries);
        let length = state.queue.len();
        if length == before {
            return;
        }
        state.pushed += (length - before) as u64;
        let warn = length > LONG_QUEUE && !state.warned;
        state.warned = length > LONG_QUEUE / 2 && (state.warned || warn);
        self.waiting.store(true, Ordering::Release);
        self.ensure_runner(&mut state);
        let wake = state.worker_asleep;
        drop(state);
        if wake {
            self.wake.notify_one();
        }
        if warn {
            self.log.line(
                5,
                "callback",
                &format!("{length} callbacks are waiting: is one of them blocked?"),
            );
        }
    }

    /// A line for the log callback; dropped and counted when too many wait.
    pub(crate) fn push_log(self: &Arc<Self>, level: u8, line: String, sink: Arc<dyn EventSink>) {
        if self.log_lines.load(Ordering::Relaxed) >= MAX_LOG_LINES {
            self.lost_lines.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.log_lines.fetch_add(1, Ordering::Relaxed);
        let line = match self.lost_lines.swap(0, Ordering::Relaxed) {
            0 => line,
            lost => format!("{line} [{lost} lines before this one were dropped]"),
        };
        self.push(Entry::Log { level, line, sink });
    }

    /// Runs at most `max` entries (0: all that wait now) on this thread and tells how many ran; 0 inside a
    /// callback or while another thread runs them; none when the mode is not [`CallbackMode::Pump`].
    pub(crate) fn pump(self: &Arc<Self>, max: usize) -> Option<usize> {
        let mut state = self.state.lock();
        if state.mode != CallbackMode::Pump {
            return None;
        }
        if state.runner.is_some() {
            return Some(0);
        }
        let limit = if max == 0 { state.queue.len() } else { max };
        state.runner = Some(this_thread());
        let mut ran = 0;
        // When the last client ends inside one of these callbacks, what is left of it is run at once.
        while ran < limit || state.clients == 0 {
            let Some(entry) = state.queue.pop_front() else {
                break;
            };
            MutexGuard::unlocked(&mut state, || self.deliver(entry));
            state.delivered += 1;
            ran += 1;
        }
        if state.clients == 0 {
            state.mode = CallbackMode::Thread;
        }
        self.rest(&mut state);
        Some(ran)
    }

    /// Ends the events of `target`; see [`Target::close`].
    pub(crate) fn close(&self, target: &Target) {
        let state = self.state.lock();
        let inside = state.runner == Some(this_thread());
        let patience = (state.mode == CallbackMode::Pump).then_some(PUMP_PATIENCE);
        drop(state);
        target.close(inside, patience);
    }

    /// A client has ended: its completions are in the queue and its target is closed. Returns when they have
    /// run; inside a callback at once, and they run right after it.
    pub(crate) fn finish(self: &Arc<Self>) {
        let mut state = self.state.lock();
        state.clients = state.clients.saturating_sub(1);
        if state.runner == Some(this_thread()) {
            return;
        }
        self.ensure_runner(&mut state);
        self.wake.notify_all();
        let fence = state.pushed;
        let limit = (state.mode == CallbackMode::Pump).then(|| Instant::now() + PUMP_PATIENCE);
        loop {
            // Nobody runs callbacks where no thread does it by itself and no loop is at it.
            let running = state.worker || state.runner.is_some();
            let ending = state.clients == 0 && running;
            if !running || (state.delivered >= fence && !ending) {
                break;
            }
            match limit {
                Some(limit) if self.idle.wait_until(&mut state, limit).timed_out() => break,
                Some(_) => {}
                None => self.idle.wait(&mut state),
            }
        }
        if state.clients > 0 {
            // A new client has begun meanwhile: whatever still waits is in its order.
            return;
        }
        let before = state.runner.replace(this_thread());
        while let Some(entry) = state.queue.pop_front() {
            MutexGuard::unlocked(&mut state, || self.deliver(entry));
            state.delivered += 1;
        }
        state.runner = before;
        state.mode = CallbackMode::Thread;
        let worker = if state.worker { None } else { state.thread.take() };
        self.idle.notify_all();
        drop(state);
        if let Some(worker) = worker {
            // Its last act was to say that it is no worker any more.
            let _ = worker.join();
        }
    }

    /// In thread mode there is a worker whenever there is work or a client.
    fn ensure_runner(self: &Arc<Self>, state: &mut State) {
        if state.worker
            || state.mode != CallbackMode::Thread
            || (state.clients == 0 && state.queue.is_empty())
        {
            return;
        }
        let dispatcher = self.clone();
        let spawned = thread::Builder::new()
            .name("timbre-callback".to_owned())
            .spawn(move || dispatcher.work());
        match spawned {
            Ok(thread) => {
                state.worker = true;
                state.thread = Some(thread);
            }
            // The next entry tries again; nothing is lost meanwhile.
            Err(error) => eprintln!("timbre: the callback thread does not start: {error}"),
        }
    }

    fn work(self: Arc<Self>) {
        let me = this_thread();
        let mut batch = VecDeque::new();
        let mut busy = false;
        let mut spinner = Spinner::default();
        let mut state = self.state.lock();
        loop {
            if state.mode != CallbackMode::Thread {
                break;
            }
            if state.runner.is_some() {
                // Another thread is still pumping from an earlier mode.
                self.idle.wait(&mut state);
                continue;
            }
            if !state.queue.is_empty() {
                state.runner = Some(me);
                self.waiting.store(false, Ordering::Release);
                std::mem::swap(&mut state.queue, &mut batch);
                let count = batch.len() as u64;
                MutexGuard::unlocked(&mut state, || {
                    for entry in batch.drain(..) {
                        self.deliver(entry);
                    }
                });
                state.delivered += count;
                self.rest(&mut state);
                busy = true;
                continue;
            }
            if state.clients == 0 {
                break;
            }
            if busy {
                busy = false;
                MutexGuard::unlocked(&mut state, || spinner.spin(&self.waiting));
                continue;
            }
            state.worker_asleep = true;
            self.wake.wait(&mut state);
            state.worker_asleep = false;
        }
        state.worker = false;
        self.idle.notify_all();
    }

    fn rest(&self, state: &mut State) {
        state.runner = None;
        self.idle.notify_all();
    }

    fn deliver(&self, entry: Entry) {
        // The sink and the completion come from outside: neither may take this thread down.
        let result = catch_unwind(AssertUnwindSafe(|| match entry {
            Entry::Complete(done, outcome) => done.run(outcome),
            Entry::Progress(progress, outcome) => progress.tell(outcome),
            Entry::Event(event, target) => deliver_event(&event, &target),
            Entry::Log { level, line, sink } => {
                self.log_lines.fetch_sub(1, Ordering::Relaxed);
                Log::quietly(|| sink.log(level, &line));
            }
        }));
        if result.is_err() {
            self.log.line(6, "callback", "a callback panicked");
        }
    }
}

/// Tells the threads apart that live at this moment. A host's thread has no handle of the standard library's yet,
/// and need not get one for this.
fn this_thread() -> usize {
    thread_local!(static MARK: u8 = const { 0 });
    MARK.with(|mark| &raw const *mark as usize)
}

fn deliver_event(event: &Event, target: &Target) {
    {
        let mut throwing = target.throwing.lock();
        let current = event.generation == 0 || event.generation == target.shared.generation();
        if target.closed.load(Ordering::Acquire) || !current {
            return;
        }
        *throwing = match &event.kind {
            EventKind::NewMessages { row, .. } if *row > 0 => Some(Input::Thrown {
                generation: event.generation,
                row: *row,
            }),
            _ => None,
        };
    }
    let _told = Told(target);
    target.sink.event(&event.kind);
}

/// Tells the engine that a receive callback has returned, or was left by a panic.
struct Told<'a>(&'a Target);

impl Drop for Told<'_> {
    fn drop(&mut self) {
        let mut throwing = self.0.throwing.lock();
        if let Some(input) = throwing.take() {
            // A client that has ended remembers nothing of this; the messages are thrown again by the next one.
            let _ = self.0.inbox.push(input);
        }
        self.0.thrown.notify_all();
    }
}

#[cfg(test)]
#[path = "dispatch_tests.rs"]
mod tests;
