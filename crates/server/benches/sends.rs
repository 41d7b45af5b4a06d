//! Durable one-to-one sends of a server process, and how long a message takes to the other user.
//!
//! 100 users, connected and logged in, send each other texts of 300 bytes over the protocol: first each keeps a
//! window of sends under way, which shows how many the server stores, then all together send at half that rate,
//! which shows how long one takes. After each run what was sent, answered and received is compared. The load is made by
//! this process, on the same machine and the same cores.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, dead_code)]

use std::time::Duration;

mod load;
#[path = "../../../benches/support/mod.rs"]
mod support;

use load::link;
use load::rows::Rows;
use load::run::{Outcome, User, run};
use load::talker::Pace;
use support::folder::Folder;
use support::row::{Row, median, quantile};
use support::server::Server;

const USERS: usize = 100;
const WINDOW: usize = 32;
const ROUNDS: usize = 3;
const ROUND: Duration = Duration::from_secs(3);
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
    let window = Pace::Window(WINDOW);
    // Makes the conversations.
    run(&mut users, window, ROUND, false).await;
    let (mut sends, mut bare, mut wire, mut cpu) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        bare.push(rows.rate(BATCH, ROUND / 2));
        wire.push(run(&mut echoes, window, ROUND / 2, true).await.rate);
        let before = server.process().cpu();
        let outcome = run(&mut users, window, ROUND, false).await;
        sends.push(outcome.rate);
        cpu.push((server.process().cpu() - before) * 1e6 / outcome.answers.len() as f64);
    }
    let rate = median(&sends);
    let what = format!("durable sends of 300 B, {USERS} users, {WINDOW} under way each");
    Row::new(
        format!("{what}; reference: the same rows by SQLite alone"),
        rate,
        "/s",
    )
    .reference(median(&bare))
    .target(">= 30,000 /s")
    .print();
    Row::new(
        format!("{what}; reference: a WebSocket echo of the same packets"),
        rate,
        "/s",
    )
    .reference(median(&wire))
    .print();
    Row::new("processor time of the server for one send", median(&cpu), "us").print();
    let rounds = latency(&mut users, rate / 2.0).await;
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

/// Rounds at `rate` sends a second by all users together.
async fn latency(users: &mut Vec<User>, rate: f64) -> Vec<Outcome> {
    let pace = Pace::Every(Duration::from_secs_f64(USERS as f64 / rate));
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(run(users, pace, ROUND, false).await);
    }
    rounds
}

fn user(socket: link::Socket) -> User {
    User {
        socket,
        next: 0,
        cursor: 0,
    }
}
