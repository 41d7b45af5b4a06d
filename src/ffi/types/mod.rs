//! Types that the headers show, one file for each header, under the names that C hosts know.
#![allow(non_camel_case_types)]

pub mod cloud_def;
pub mod conversation;
pub mod error_codes;
pub mod experimental;
pub mod manager;
pub mod message;
