//! Callback types and enums of the conversations.

use std::ffi::{c_char, c_int, c_void};

/// A number of `enum TIMConvEvent`, taken as the integer it is: a host may pass any.
/// cbindgen:ignore
pub type TIMConvEvent = c_int;

/// The conversation list has changed: a JSON array of ConvInfo objects, or of unique conversation ids where
/// entries were removed.
pub type TIMConvEventCallback = Option<
    unsafe extern "C" fn(conv_event: TIMConvEvent, json_conv_array: *const c_char, user_data: *const c_void),
>;

/// The number of unread messages of all conversations has changed.
pub type TIMConvTotalUnreadMessageCountChangedCallback =
    Option<unsafe extern "C" fn(total_unread_count: c_int, user_data: *const c_void)>;

/// What the headers show of the numbers above.
pub mod enums {
    /// What happened to the conversation list.
    #[repr(C)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum TIMConvEvent {
        /// Entries were added.
        kTIMConvEvent_Add = 0,
        /// Entries were removed; the payload holds their unique ids.
        kTIMConvEvent_Del = 1,
        /// Entries changed.
        kTIMConvEvent_Update = 2,
        /// A synchronisation begins.
        kTIMConvEvent_Start = 3,
        /// The synchronisation has ended.
        kTIMConvEvent_Finish = 4,
    }
}
