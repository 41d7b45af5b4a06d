//! End to end: cores talking through a real server, in one process.
#![allow(clippy::unwrap_used)]

mod conversations;
mod messages;
mod session;
mod support;
