//! The checks of `cargo xtask test` that no cargo command makes: headers, symbols, size, contract, C programs.

pub(crate) mod contract;
pub(crate) mod dependencies;
pub(crate) mod dist;
pub(crate) mod headers;
pub(crate) mod programs;
pub(crate) mod size;
pub(crate) mod symbols;
