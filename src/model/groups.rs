//! Groups and their members.

pub mod objects;
