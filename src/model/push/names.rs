//! Texts with a meaning of their own as `ios_offline_push_config_sound`.
#![allow(non_upper_case_globals)]

/// Value of `ios_offline_push_config_sound`: no sound.
pub const kIOSOfflinePushNoSound: &str = "push.no_sound";

/// Value of `ios_offline_push_config_sound`: the system's sound.
pub const kIOSOfflinePushDefaultSound: &str = "default";
