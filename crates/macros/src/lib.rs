//! The attribute that turns a Rust function into a guarded C entry point of libtimbre.
#![forbid(unsafe_code)]
