//! The JSON objects of the C API: what hosts pass in, decoded leniently as spec 01 section 2.2 says, and what
//! they get back, encoded exactly as section 2.3 says; with them its enums and its error codes. Headers and reference
//! are generated from these files. One module per area; no I/O, no state.
#![forbid(unsafe_code)]

pub mod communities;
pub mod conversations;
pub mod enums;
pub mod error;
pub mod experimental;
pub mod groups;
pub mod json;
pub mod messages;
pub mod push;
pub mod relationships;
pub mod session;
pub mod signaling;
pub mod users;

#[cfg(test)]
mod objects_tests;
