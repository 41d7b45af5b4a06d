//! The client core of Timbre: an instant-messaging engine behind the flat `TIM*` C API.
//!
//! Hosts use the C API (`include/`, implemented in the `ffi` module). Rust programs (tests, bots, load
//! generators) use [`driver::Client`], of which many may live in one process.
//!
//! `ffi` decodes arguments and calls the [`driver`]; the driver owns threads, sockets and clocks and feeds the
//! [`engine`]; the engine is a function over its [`store`] that has none of these; [`model`] holds the JSON
//! objects of the C API.

pub mod driver;
pub mod engine;
pub mod ffi;
pub mod model;
pub mod store;

/// What `TIMGetSDKVersion` answers: the level of the C interface, then the release of Timbre (CORE-064).
pub const SDK_VERSION: &str = concat!("8.6.0+timbre.", env!("CARGO_PKG_VERSION"));
