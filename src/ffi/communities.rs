//! Communities: topics and permission groups.

mod callbacks;
mod permission_groups;
mod topics;

pub use callbacks::*;
pub use permission_groups::*;
pub use topics::*;
