//! The enums of offline push.

use timbre_macros::json_enum;

/// What kind of token a device gives with `TIMMsgSetOfflinePushToken`.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMOfflinePushTokenType {
    /// A token of the device vendor's push service.
    TIMOfflinePushTokenType_Default = 0,
    /// A token of a push service that gathers others; not supported (7013).
    TIMOfflinePushTokenType_TPNS = 1,
    /// A token of Apple's VoIP push; needs an Apple certificate (6017).
    TIMOfflinePushTokenType_VOIP = 2,
}

/// By which of Apple's push services a message is pushed.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMIOSOfflinePushType {
    /// An ordinary notification.
    TIMIOSOfflinePushType_APNS = 0,
    /// A VoIP push, for calls; devices that gave no VoIP token get an ordinary notification.
    TIMIOSOfflinePushType_VOIP = 1,
}

/// What a tap on the notification does on Android.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMAndroidOfflinePushNotifyMode {
    /// A tap opens the app.
    kTIMAndroidOfflinePushNotifyMode_Normal = 0,
    /// A tap is reported to the app, which decides what to do.
    kTIMAndroidOfflinePushNotifyMode_Custom = 1,
}

/// Whether a message is pushed at all.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMOfflinePushFlag {
    /// By the usual rules.
    kTIMOfflinePushFlag_Default = 0,
    /// Never.
    kTIMOfflinePushFlag_NoPush = 1,
}
