//! Offline push.

pub mod names;
pub mod objects;
