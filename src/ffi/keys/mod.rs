//! Names of the JSON keys as C constants. The objects themselves are read and written in [`crate::model`]; a test
//! holds the two together.

pub mod conversation;
pub mod experimental;
pub mod manager;
pub mod message;
pub mod offline_push;
