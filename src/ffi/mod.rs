//! The C API: decode arguments, call the driver, and nothing else. The only unsafe code of the workspace.
//!
//! Each function is written once, as C sees it, under [`tim_api`](timbre_macros::tim_api); headers and
//! reference are generated from these files. What every function shares (texts, completions, the process-wide
//! client) is in `support`, event callbacks are in `registrations`.

pub mod conversations;
pub mod experimental;
pub mod extensions;
pub mod keys;
pub mod manager;
pub mod messages;
pub mod types;

mod process;
mod registrations;
mod support;

#[cfg(test)]
#[path = "ffi_tests.rs"]
mod tests;
