//! Users: profiles, status, search.

pub mod objects;
