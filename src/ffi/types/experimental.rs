//! The callback type of the notifications that no other callback brings.

use std::ffi::{c_char, c_void};

/// A notification that no other callback brings. `key` says of what kind, `data` is its text:
///
/// - `kicked_reason`: why the user was logged out: `same_platform`, `other_platform`, `rest_api`, `banned` or
///   `deleted`.
/// - `server_notice`: a text from the server's administrator.
/// - `clock_skew`: how many seconds the server's clock is ahead of this device's, negative when it is behind;
///   only given beyond 300 seconds.
///
/// Later versions may bring other keys; a host ignores those that it does not know.
pub type TIMExperimentalNotifyCallback =
    Option<unsafe extern "C" fn(key: *const c_char, data: *const c_char, user_data: *const c_void)>;
