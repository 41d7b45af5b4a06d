//! The enums of the C API, one file for each area. Headers are generated from these files; hosts pass and get the
//! numbers.

pub mod common;
pub mod communities;
pub mod conversations;
pub mod groups;
pub mod messages;
pub mod push;
pub mod relationships;
pub mod session;
pub mod signaling;
pub mod users;
