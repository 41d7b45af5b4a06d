//! The server over real WebSockets, in this process and as a process of its own.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod support;

mod annotations;
mod conversations;
mod files;
mod handshake;
mod hostile;
mod login;
mod media;
mod media_access;
mod media_life;
mod messages;
mod operations;
mod pictures;
mod process;
mod push;
mod search;
mod storage;
mod storage_suite;
