//! Types that the headers show beside the enums of [`crate::model::enums`]: callbacks, and numbers under the names
//! that C hosts know. One file for each header.
#![allow(non_camel_case_types)]

pub mod common;
pub mod communities;
pub mod conversations;
pub mod experimental;
pub mod groups;
pub mod manager;
pub mod messages;
pub mod relationships;
pub mod signaling;
