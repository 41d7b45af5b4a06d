//! Connections: [`listener`] accepts them, [`http`] upgrades them, [`media`] serves files, [`session`] speaks the protocol on them and
//! [`socket`] moves its bytes.

pub mod http;
pub mod listener;
pub mod media;
pub mod session;
pub mod socket;
mod watched;
