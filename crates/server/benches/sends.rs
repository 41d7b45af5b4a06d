//! Durable one-to-one sends of a server process, and how long a message takes to the other user.
//!
//! 100 users, connected and logged in, send each other texts of 300 bytes over the protocol: first each keeps a
//! window of sends under way, which shows how many the server stores, then all together send 15,000 a second, one at
//! a time, which shows how long one takes. After each run what was sent, answered and received is compared. The load is made by
//! this process, on the same machine and the same cores.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, dead_code)]

use std::time::Duration;

mod load;
#[path = "../../../benches/support/mod.rs"]
mod support;

use load::link;
use load::rows::Rows;
use load::run::{Outcome, Style, User, run};
use load::talker::Pace;
use support::folder::Folder;
use support::row::{Row, median, quantile};
use support::server::Server;

const USERS: usize = 100;
/// Others that a user sends to in the plain case; the worst for the indexes is all of them.
const FRIENDS: usize = 10;
const WINDOW: usize = 32;
/// Half of the sends a second that are to be reached.
const HALF: f64 = 15_000.0;
const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(2);
const READ_BUFFER: usize = 16 << 10;
/// Messages in one transaction of the reference: about what the server comes to under this load.
const BATCH: i64 = 1000;

fn main() {
    load::echo::serve_if_asked();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.unwrap().block_on(measure());
}

async fn measure() {
    let folder = Folder::new("sends");
    let server = Server::start(&folder.path().join("server"));
    let mut users = Vec::new();
    for number in 0..USERS {
        users.push(user(link::log_in(&server, number, READ_BUFFER).await));
    }
    let (_echo, address) = load::echo::start();
    let mut echoes = Vec::new();
    for _ in 0..USERS {
        echoes.push(user(link::connect(&address, READ_BUFFER).await));
    }
    let mut rows = Rows::new(&folder.path().join("rows.db"), USERS as i64);
    throughput(&server, &mut users, &mut echoes, &mut rows, FRIENDS).await;
    latency(&mut users, HALF).await;
    throughput(&server, &mut users, &mut echoes, &mut rows, USERS - 1).await;
}

/// Rows of what the server takes when all users send as fast as it answers.
async fn throughput(
    server: &Server,
    users: &mut Vec<User>,
    echoes: &mut Vec<User>,
    rows: &mut Rows,
    friends: usize,
) {
    let pace = Pace::Window(WINDOW);
    let style = Style {
        friends,
        pace,
        echo: false,
    };
    let echo = Style { echo: true, ..style };
    // Makes the conversations.
    run(users, style, ROUND).await;
    let (mut sends, mut bare, mut wire, mut cpu) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        bare.push(rows.rate(BATCH, friends, ROUND / 2));
        wire.push(run(echoes, echo, ROUND / 2).await.rate);
        let before = server.process().cpu();
        let outcome = run(users, style, ROUND).await;
        sends.push(outcome.rate);
        cpu.push((server.process().cpu() - before) * 1e6 / outcome.answers.len() as f64);
    }
    let rate = median(&sends);
    let what = format!("durable sends of 300 B, {USERS} users, each to {friends} others");
    Row::new(
        format!("{what}; reference: the same rows by SQLite alone"),
        rate,
        "/s",
    )
    .reference(median(&bare))
    .target(">= 30,000 /s")
    .print();
    Row::new(
        format!("{what}; reference: a WebSocket echo of the packets"),
        rate,
        "/s",
    )
    .reference(median(&wire))
    .print();
    Row::new(
        "the same: processor time of the server for one",
        median(&cpu),
        "us",
    )
    .print();
}

/// Rows of how long a message takes at `rate` sends a second by all users together.
async fn latency(users: &mut Vec<User>, rate: f64) {
    let pace = Pace::Every(Duration::from_secs_f64(USERS as f64 / rate));
    let style = Style {
        friends: FRIENDS,
        pace,
        echo: false,
    };
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(run(users, style, ROUND).await);
    }
    let part = |pick: fn(&Outcome) -> &[u32], part| {
        let of = |outcome| f64::from(quantile(pick(outcome), part).unwrap()) / 1000.0;
        median(&rounds.iter().map(of).collect::<Vec<_>>())
    };
    let load = format!("at {:.0} sends/s", rounds[0].rate);
    Row::new(
        format!("send -> push at the other user, {load}, median"),
        part(|o| &o.deliveries, 0.5),
        "ms",
    )
    .print();
    Row::new(
        format!("send -> push at the other user, {load}, 99th percentile"),
        part(|o| &o.deliveries, 0.99),
        "ms",
    )
    .target("<= 5 ms")
    .print();
    Row::new(
        format!("send -> answer, {load}, 99th percentile"),
        part(|o| &o.answers, 0.99),
        "ms",
    )
    .print();
}

fn user(socket: link::Socket) -> User {
    User {
        socket,
        next: 0,
        cursor: 0,
    }
}
