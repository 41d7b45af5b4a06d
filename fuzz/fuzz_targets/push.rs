//! Any function of this family, with any arguments.
#![no_main]

use timbre::ffi::fuzz::{Family, run};

libfuzzer_sys::fuzz_target!(|data: &[u8]| run(Family::Push, data));
