//! Communities, topics and permission groups.

pub mod objects;
