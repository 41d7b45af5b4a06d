//! What an idle connection costs the server: 5,000 users are logged in and silent.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub, dead_code)]

use std::time::Duration;

use futures_util::StreamExt as _;

mod load;
#[path = "../../../benches/support/mod.rs"]
mod support;

use load::link;
use support::folder::Folder;
use support::row::Row;
use support::server::{Process, Server};

const CONNECTIONS: usize = 5000;
/// Connections that are being made at a time.
const AT_ONCE: usize = 32;
const READ_BUFFER: usize = 4 << 10;
/// The argument that says that the limit of open files has been raised.
const RAISED: &str = "raised";

fn main() {
    load::echo::serve_if_asked();
    if std::env::args().nth(1).as_deref() != Some(RAISED) {
        return raise();
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.unwrap().block_on(measure());
}

/// Runs this program again, with as many open files as it may have: the children inherit the limit.
fn raise() {
    let status = std::process::Command::new("sh")
        .args(["-c", "ulimit -n $(ulimit -Hn); exec \"$0\" \"$1\""])
        .arg(std::env::current_exe().unwrap())
        .arg(RAISED)
        .status();
    assert!(status.unwrap().success());
}

async fn measure() {
    let (echo, address) = load::echo::start();
    let bare = growth(&echo, |_| link::connect(&address, READ_BUFFER)).await;
    let folder = Folder::new("idle");
    let server = Server::start(&folder.path().join("server"));
    let ours = growth(server.process(), |number| {
        link::log_in(&server, number, READ_BUFFER)
    })
    .await;
    Row::new(
        format!("memory of an idle connection, {CONNECTIONS} users; reference: WebSocket echo"),
        ours,
        "KiB",
    )
    .reference(bare)
    .target("<= 12 KiB")
    .print();
}

/// KiB by which a process grows for each connection that `connect` makes.
async fn growth<F: Future<Output = link::Socket>>(process: &Process, connect: impl Fn(usize) -> F) -> f64 {
    // What the first connection brings about is not the connection's.
    let _first = connect(CONNECTIONS).await;
    let before = process.resident();
    let making = futures_util::stream::iter(0..CONNECTIONS)
        .map(connect)
        .buffer_unordered(AT_ONCE);
    let links: Vec<_> = making.collect().await;
    // Buffers of the last logins are given back, the log is copied into the database.
    tokio::time::sleep(Duration::from_secs(2)).await;
    (process.resident() - before) / 1024.0 / links.len() as f64
}
