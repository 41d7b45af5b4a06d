//! Callback types of the experimental API.

use std::ffi::{c_char, c_void};

/// Something that no other callback tells: `kicked_reason`, `server_notice`, `clock_skew`. Ignore keys that you do
/// not know.
pub type TIMExperimentalNotifyCallback =
    Option<unsafe extern "C" fn(key: *const c_char, data: *const c_char, user_data: *const c_void)>;
