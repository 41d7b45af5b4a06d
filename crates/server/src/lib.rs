//! The Timbre server.
#![forbid(unsafe_code)]
