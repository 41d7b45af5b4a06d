#![allow(clippy::unwrap_used)]

use std::sync::atomic::AtomicUsize;
use std::sync::mpsc::{Receiver, Sender, channel};

use super::*;

/// Writes down what it is told, in order.
struct Recorder(Mutex<Sender<String>>);

impl EventSink for Recorder {
    fn event(&self, kind: &EventKind) {
        self.0.lock().send(format!("event {kind:?}")).unwrap();
    }

    fn wants_log(&self) -> bool {
        true
    }

    fn log(&self, _level: u8, line: &str) {
        self.0.lock().send(format!("log {line}")).unwrap();
    }
}

struct World {
    dispatcher: Arc<Dispatcher>,
    target: Arc<Target>,
    heard: Receiver<String>,
    say: Sender<String>,
}

fn world(mode: CallbackMode) -> World {
    let (say, heard) = channel();
    let dispatcher = Dispatcher::new(Log::new(false));
    dispatcher.attach(mode);
    let target = Arc::new(Target::new(
        Arc::new(Recorder(Mutex::new(say.clone()))),
        Arc::new(Shared::new(0)),
        Arc::new(Queue::new()),
    ));
    World {
        dispatcher,
        target,
        heard,
        say,
    }
}

impl World {
    fn completion(&self, name: &str) -> Entry {
        let (say, name) = (self.say.clone(), name.to_owned());
        Entry::Complete(Done::new(move |_| say.send(name).unwrap()), Outcome::done(""))
    }

    fn event(&self, generation: u64, kind: EventKind) -> Entry {
        Entry::Event(Event { generation, kind }, self.target.clone())
    }

    fn next(&self) -> String {
        self.heard.recv_timeout(Duration::from_secs(10)).unwrap()
    }

    fn silent(&self) -> bool {
        self.heard.try_recv().is_err()
    }
}

// CORE-075: one queue for completions and events, on the callback thread, in order.
#[test]
fn entries_run_in_order_on_a_thread_of_their_own() {
    let w = world(CallbackMode::Thread);
    let (say, name) = (w.say.clone(), "second".to_owned());
    let threaded = Done::new(move |_| {
        say.send(format!(
            "{name} on {}",
            thread::current().name().unwrap_or_default()
        ))
        .unwrap();
    });
    w.dispatcher.push_all([
        w.completion("first"),
        Entry::Complete(threaded, Outcome::done("")),
        w.event(0, EventKind::KickedOffline),
        w.completion("last"),
    ]);
    let heard: Vec<String> = (0..4).map(|_| w.next()).collect();
    assert_eq!(
        heard,
        [
            "first",
            "second on timbre-callback",
            "event KickedOffline",
            "last"
        ]
    );
    w.dispatcher.finish();
}

#[test]
fn an_event_of_an_earlier_login_is_not_delivered() {
    let w = world(CallbackMode::Pump);
    let now = w.target.shared.generation();
    w.dispatcher.push_all([
        w.event(now, EventKind::TotalUnread(1)),
        w.event(now + 1, EventKind::TotalUnread(2)),
        w.event(0, EventKind::TotalUnread(3)),
    ]);
    assert_eq!(w.dispatcher.pump(0), Some(3));
    assert_eq!(
        [w.next(), w.next()],
        ["event TotalUnread(1)", "event TotalUnread(3)"]
    );
    assert!(w.silent());
    w.dispatcher.finish();
}

// P3: only a callback that has returned counts as having thrown the messages.
#[test]
fn thrown_messages_are_reported_after_their_callback() {
    let w = world(CallbackMode::Pump);
    let generation = w.target.shared.generation();
    w.dispatcher.push_all([
        w.event(
            generation,
            EventKind::NewMessages {
                json: "[]".into(),
                row: 7,
            },
        ),
        w.event(
            generation,
            EventKind::NewMessages {
                json: "[]".into(),
                row: 0,
            },
        ),
        w.event(
            generation + 1,
            EventKind::NewMessages {
                json: "[]".into(),
                row: 9,
            },
        ),
    ]);
    w.dispatcher.pump(0);
    let mut told = VecDeque::new();
    w.target.inbox.take(&mut told);
    assert!(
        matches!(told.make_contiguous(), [Input::Thrown { row: 7, .. }]),
        "{told:?}"
    );
    w.dispatcher.finish();
}

// CORE-060: completions are owed, events are not.
#[test]
fn the_end_runs_completions_and_drops_events() {
    let w = world(CallbackMode::Pump);
    w.dispatcher.push_all([
        w.completion("one"),
        w.event(0, EventKind::KickedOffline),
        w.completion("two"),
    ]);
    w.target.closed.store(true, Ordering::Release);
    w.dispatcher.finish();
    assert_eq!([w.next(), w.next()], ["one", "two"]);
    assert!(w.silent());
}

#[test]
fn the_end_inside_a_callback_leaves_the_rest_to_the_callback_thread() {
    let w = world(CallbackMode::Thread);
    let (dispatcher, say) = (w.dispatcher.clone(), w.say.clone());
    let ending = Done::new(move |_| {
        dispatcher.finish();
        say.send("finish has returned".into()).unwrap();
    });
    w.dispatcher
        .push_all([Entry::Complete(ending, Outcome::done("")), w.completion("owed")]);
    assert_eq!([w.next(), w.next()], ["finish has returned", "owed"]);
}

#[test]
fn the_end_inside_a_pumped_callback_runs_the_rest_beyond_the_maximum() {
    let w = world(CallbackMode::Pump);
    let dispatcher = w.dispatcher.clone();
    let ending = Done::new(move |_| dispatcher.finish());
    w.dispatcher
        .push_all([Entry::Complete(ending, Outcome::done("")), w.completion("owed")]);
    assert_eq!(w.dispatcher.pump(1), Some(2));
    assert_eq!(w.next(), "owed");
    // Without a client there is nobody who would pump: the thread takes over.
    w.dispatcher.push(w.completion("late"));
    assert_eq!(w.next(), "late");
}

// CORE-077
#[test]
fn pumping_counts_bounds_and_does_not_nest() {
    let w = world(CallbackMode::Pump);
    let dispatcher = w.dispatcher.clone();
    let say = w.say.clone();
    let nested = Done::new(move |_| say.send(format!("{:?}", dispatcher.pump(0))).unwrap());
    w.dispatcher.push_all([
        Entry::Complete(nested, Outcome::done("")),
        w.completion("b"),
        w.completion("c"),
    ]);
    assert_eq!(w.dispatcher.pump(2), Some(2));
    assert_eq!([w.next(), w.next()], ["Some(0)", "b"]);
    assert!(w.silent());
    assert_eq!(w.dispatcher.pump(0), Some(1));
    assert_eq!(w.dispatcher.pump(0), Some(0));
    w.dispatcher.finish();
    assert_eq!(w.dispatcher.pump(0), None);
}

#[test]
fn a_callback_that_panics_harms_nobody_else() {
    let w = world(CallbackMode::Thread);
    w.dispatcher.push_all([
        Entry::Complete(Done::new(|_| panic!("on purpose")), Outcome::done("")),
        w.completion("after"),
    ]);
    assert_eq!(w.next(), "after");
    w.dispatcher.finish();
}

#[test]
fn a_flood_of_log_lines_is_cut_and_counted() {
    let w = world(CallbackMode::Pump);
    for n in 0..MAX_LOG_LINES + 5 {
        w.dispatcher
            .push_log(4, format!("line {n}"), w.target.sink.clone());
    }
    assert_eq!(w.dispatcher.pump(0), Some(MAX_LOG_LINES as usize));
    w.dispatcher.push_log(4, "after".into(), w.target.sink.clone());
    w.dispatcher.pump(0);
    let last = w.heard.try_iter().last().unwrap();
    assert_eq!(last, "log after [5 lines before this one were dropped]");
    w.dispatcher.finish();
}

// Many threads put in while a client ends: nothing is lost, nothing runs twice.
#[test]
fn entries_pushed_while_clients_come_and_go_run_exactly_once() {
    let w = world(CallbackMode::Thread);
    let ran = Arc::new(AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..5_000 {
                    let ran = ran.clone();
                    let done = Done::new(move |_| {
                        ran.fetch_add(1, Ordering::Relaxed);
                    });
                    w.dispatcher.push(Entry::Complete(done, Outcome::done("")));
                }
            });
        }
        scope.spawn(|| {
            for _ in 0..200 {
                w.dispatcher.finish();
                w.dispatcher.attach(CallbackMode::Thread);
            }
        });
    });
    w.dispatcher.finish();
    assert_eq!(ran.load(Ordering::Relaxed), 20_000);
}

/// Says that it has been called, and returns when it is told to.
struct Slow {
    called: Mutex<Sender<()>>,
    go: Mutex<Receiver<()>>,
    returned: AtomicBool,
}

impl EventSink for Slow {
    fn event(&self, _kind: &EventKind) {
        self.called.lock().send(()).unwrap();
        self.go.lock().recv().unwrap();
        self.returned.store(true, Ordering::Release);
    }
}

// CORE-060, P3: a client that ends while its receive callback runs still learns that the messages were given.
#[test]
fn the_end_of_a_client_waits_for_the_receive_callback_that_runs() {
    let (called, is_called) = channel();
    let (go, wait) = channel();
    let sink = Arc::new(Slow {
        called: Mutex::new(called),
        go: Mutex::new(wait),
        returned: AtomicBool::new(false),
    });
    let dispatcher = Dispatcher::new(Log::new(false));
    dispatcher.attach(CallbackMode::Thread);
    let shared = Arc::new(Shared::new(0));
    let target = Arc::new(Target::new(sink.clone(), shared.clone(), Arc::new(Queue::new())));
    let event = |row| {
        let kind = EventKind::NewMessages {
            json: "[]".to_owned(),
            row,
        };
        let generation = shared.generation();
        Entry::Event(Event { generation, kind }, target.clone())
    };
    dispatcher.push_all([event(7), event(8)]);
    is_called.recv().unwrap();
    let ending = {
        let (dispatcher, target) = (dispatcher.clone(), target.clone());
        thread::spawn(move || {
            dispatcher.close(&target);
            assert!(
                sink.returned.load(Ordering::Acquire),
                "the callback had not returned"
            );
            // What the engine would find before its last input.
            let mut inputs = VecDeque::new();
            target.inbox.take(&mut inputs);
            inputs
        })
    };
    while !target.closed.load(Ordering::Acquire) {
        thread::yield_now();
    }
    go.send(()).unwrap();
    let inputs = ending.join().unwrap();
    let inputs: Vec<Input> = inputs.into();
    assert!(matches!(inputs[..], [Input::Thrown { row: 7, .. }]), "{inputs:?}");
    dispatcher.finish();
    assert!(is_called.try_recv().is_err(), "the second event is not told");
}
