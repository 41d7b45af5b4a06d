//! Friends, blocklist, official accounts, following.

pub mod objects;
