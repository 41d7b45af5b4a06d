//! A run: all users talk for a while, then everything that was sent is waited for and compared.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::link::Socket;
use super::talker::{Pace, Run, Talker, Totals};

/// After the last send everything arrives within this, or is lost.
const PATIENCE: Duration = Duration::from_secs(20);

/// A connected user between runs.
pub struct User {
    /// Its socket.
    pub socket: Socket,
    /// Sends made so far.
    pub next: u32,
    /// Its log is applied up to here.
    pub cursor: u64,
}

/// What came out of a run.
pub struct Outcome {
    /// Sends answered a second, from the first send to the last answer.
    pub rate: f64,
    /// Sorted microseconds from send to answer.
    pub answers: Vec<u32>,
    /// Sorted microseconds from send to receipt at the other user.
    pub deliveries: Vec<u32>,
}

/// How users talk.
#[derive(Clone, Copy)]
pub struct Style {
    /// To how many others each sends in turn.
    pub friends: usize,
    /// When.
    pub pace: Pace,
    /// The peer is the echo server.
    pub echo: bool,
}

/// Lets `users` talk for `length` and checks that sent, answered and received are the same messages.
pub async fn run(users: &mut Vec<User>, style: Style, length: Duration) -> Outcome {
    let Style { friends, pace, echo } = style;
    let start = Instant::now();
    let run = Arc::new(Run {
        users: users.len(),
        friends,
        pace,
        start,
        end: start + length,
        echo,
        totals: Totals::default(),
    });
    let (stop, stopped) = watch::channel(false);
    let tasks: Vec<_> = users
        .drain(..)
        .enumerate()
        .map(|(number, mut user)| {
            let mut talker = Talker::new(run.clone(), number, user.next, user.cursor);
            let stopped = stopped.clone();
            tokio::spawn(async move {
                (user.next, user.cursor) = talker.talk(&mut user.socket, stopped).await;
                (user, talker)
            })
        })
        .collect();
    let ended = wait(&run).await;
    let _ = stop.send(true);
    let (mut answers, mut deliveries) = (Vec::new(), Vec::new());
    for task in tasks {
        let (user, mut talker) = task.await.unwrap();
        users.push(user);
        answers.append(&mut talker.answers);
        deliveries.append(&mut talker.deliveries);
    }
    check(&run);
    answers.sort_unstable();
    deliveries.sort_unstable();
    Outcome {
        rate: get(&run.totals.answered) as f64 / (ended - start).as_secs_f64(),
        answers,
        deliveries,
    }
}

/// Until every send is answered and received; the moment at which the last was answered.
async fn wait(run: &Run) -> Instant {
    tokio::time::sleep_until(run.end.into()).await;
    let mut answered = None;
    while Instant::now() < run.end + PATIENCE {
        let finished = get(&run.totals.finished) == run.users as u64;
        let sent = get(&run.totals.sent);
        if answered.is_none() && finished && get(&run.totals.answered) == sent {
            answered = Some(Instant::now());
        }
        if answered.is_some() && (run.echo || get(&run.totals.received) >= sent) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    answered.unwrap_or_else(Instant::now)
}

fn check(run: &Run) {
    let totals = &run.totals;
    assert_eq!(get(&totals.answered), get(&totals.sent), "every send is answered");
    if !run.echo {
        assert_eq!(
            get(&totals.received),
            get(&totals.sent),
            "every send is received once"
        );
        assert_eq!(
            get(&totals.received_digest),
            get(&totals.sent_digest),
            "what is received is what was sent"
        );
    }
}

fn get(number: &AtomicU64) -> u64 {
    number.load(Ordering::Acquire)
}
