//! End to end: cores talking through a real server, in one process.
// A test program has no users outside itself, and a failed unwrap is a failed test.
#![allow(clippy::unwrap_used, unreachable_pub)]

mod annotations;
mod conversations;
mod gate;
mod media;
mod merged;
mod messages;
mod options;
mod receipts;
mod session;
mod support;
mod translation;
