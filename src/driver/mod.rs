//! Threads and the world: everything that the engine is not allowed to have.
//!
//! A [`Client`] is one running core. Its threads: `timbre-engine` (takes every waiting input, has the engine
//! handle it, commits once, lets the outputs go), `timbre-link` (the WebSocket, and files on their way), `timbre-reader` (long
//! queries), and `timbre-callback` (runs every callback, one at a time, in order, with no lock held). Many
//! clients may live in one process, each with its own folder.
#![forbid(unsafe_code)]

mod client;
mod connect;
mod device;
mod dispatch;
mod early;
mod engine_loop;
mod http;
mod images;
mod link;
mod log;
mod media;
mod queue;
mod reader;
mod settings;
mod tls;

use crate::engine::EventKind;

pub use client::{Client, StartConfig, StartError};
pub use device::{default_data_dir, default_log_dir};
pub use dispatch::CallbackMode;
pub use engine_loop::LocalOffset;

pub(crate) use client::{Owed, World, internal_error, seed};
pub(crate) use dispatch::Entry;
pub(crate) use early::answer as early_answer;
pub(crate) use log::now_ms as wall_ms;
pub(crate) use settings::{apply as apply_settings, operate};

/// Who is told of events. Every method runs where the client's callbacks run, never two at a time, and may
/// call the client.
pub trait EventSink: Send + Sync {
    /// Something happened.
    fn event(&self, kind: &EventKind);

    /// True when [`log`](Self::log) is of use; asked for each line, from any thread.
    fn wants_log(&self) -> bool {
        false
    }

    /// A line of the log, at a level of `TIMLogLevel`.
    fn log(&self, level: u8, line: &str) {
        let _ = (level, line);
    }
}
