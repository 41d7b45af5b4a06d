//! The JSON objects of the C API: what hosts pass in, decoded leniently as spec 01 section 2.2 says, and what
//! they get back, encoded exactly as section 2.3 says. One module per area; no I/O, no state.
#![forbid(unsafe_code)]

pub mod conversations;
pub mod error;
pub mod experimental;
pub mod json;
pub mod messages;
pub mod session;
