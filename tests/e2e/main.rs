//! End to end: cores talking through a real server, in one process.
// A test program has no users outside itself, and a failed unwrap is a failed test.
#![allow(clippy::unwrap_used, unreachable_pub)]

mod conversations;
mod extensions;
mod gate;
mod history;
mod media;
mod merged;
mod messages;
mod operations;
mod options;
mod reactions;
mod receipts;
mod search;
mod session;
mod support;
mod translation;
