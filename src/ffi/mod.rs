//! The C API: decode arguments, call the driver, and nothing else. The only unsafe code of the workspace.
//!
//! Each function is written once, as C sees it, under [`tim_api`](timbre_macros::tim_api); headers and
//! reference are generated from these files. What every function shares (texts, completions, the process-wide
//! client) is in `support`, event callbacks are in `registrations`.

pub mod communities;
pub mod conversations;
pub mod experimental;
pub mod extensions;
pub mod groups;
pub mod manager;
pub mod messages;
pub mod push;
pub mod relationships;
pub mod signaling;
pub mod types;

#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod process;
mod registrations;
mod support;
mod zone;

#[cfg(test)]
#[path = "ffi_tests.rs"]
mod tests;
