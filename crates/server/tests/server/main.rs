//! The server over real WebSockets, in this process and as a process of its own.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod support;

mod conversations;
mod handshake;
mod hostile;
mod login;
mod messages;
mod process;
mod push;
mod search;
mod storage;
mod storage_suite;
