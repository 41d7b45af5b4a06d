//! What the measuring programs share: rows, medians, folders, a server process.

pub mod folder;
pub mod row;
pub mod server;
