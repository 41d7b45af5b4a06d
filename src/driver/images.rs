//! What a picture's first bytes say of it, and smaller pictures made of large ones (spec 03 section 4.5).

mod header;
mod scale;
mod shrink;

pub(super) use header::{kind, size};
pub(super) use shrink::{Shrunk, shrink};

#[cfg(test)]
#[path = "images_tests.rs"]
mod tests;
