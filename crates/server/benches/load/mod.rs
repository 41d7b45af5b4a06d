//! The load generator: users that talk the protocol over real sockets, and what they are compared with.

pub mod echo;
pub mod link;
pub mod rows;
pub mod run;
pub mod talker;
