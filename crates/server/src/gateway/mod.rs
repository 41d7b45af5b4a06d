//! Connections: [`listener`] accepts them, [`http`] upgrades them, [`session`] speaks the protocol on them and
//! [`socket`] moves its bytes.

pub mod http;
pub mod listener;
pub mod session;
pub mod socket;
