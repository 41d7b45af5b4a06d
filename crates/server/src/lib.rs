//! The Timbre server.
//!
//! The parts, outermost first; each knows only those below it:
//!
//! - [`gateway`] takes connections and speaks the wire protocol;
//! - [`service`] alone knows the rules: who may do what, in which order things are checked, which code a
//!   refusal has;
//! - [`hub`] knows who is connected where, [`storage`] keeps rows and knows no rules, [`media`] keeps files.
//!
//! [`server::start`] puts them together and runs them.
#![forbid(unsafe_code)]

pub mod clock;
pub mod config;
pub mod error;
pub mod gateway;
pub mod hub;
pub mod media;
pub mod server;
pub mod service;
pub mod storage;
pub mod usersig;
