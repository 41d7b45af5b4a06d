//! Callback types and enums of the session: network, login, log.

use std::ffi::{c_char, c_int, c_void};

/// A number of `enum TIMNetworkStatus`, taken as the integer it is: a host may pass any.
/// cbindgen:ignore
pub type TIMNetworkStatus = c_int;

/// A number of `enum TIMLoginStatus`, taken as the integer it is: a host may pass any.
/// cbindgen:ignore
pub type TIMLoginStatus = c_int;

/// A number of `enum TIMLogLevel`, taken as the integer it is: a host may pass any.
/// cbindgen:ignore
pub type TIMLogLevel = c_int;

/// The state of the link to the server has changed. `code` and `desc` say why where `status` is
/// `kTIMDisconnected` or `kTIMConnectFailed`.
pub type TIMNetworkStatusListenerCallback = Option<
    unsafe extern "C" fn(status: TIMNetworkStatus, code: i32, desc: *const c_char, user_data: *const c_void),
>;

/// The server has ended the session: another login, an administrator.
pub type TIMKickedOfflineCallback = Option<unsafe extern "C" fn(user_data: *const c_void)>;

/// The UserSig has expired and with it the session: log in with a new one.
pub type TIMUserSigExpiredCallback = Option<unsafe extern "C" fn(user_data: *const c_void)>;

/// One line of the log, without a line end.
pub type TIMLogCallback =
    Option<unsafe extern "C" fn(level: TIMLogLevel, log: *const c_char, user_data: *const c_void)>;

/// What the headers show of the numbers above.
pub mod enums {
    /// State of the link between this library and the server.
    #[repr(C)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum TIMNetworkStatus {
        /// Connected; the login is a separate step.
        kTIMConnected = 0,
        /// An open link was lost.
        kTIMDisconnected = 1,
        /// An attempt begins.
        kTIMConnecting = 2,
        /// An attempt failed; the next one follows.
        kTIMConnectFailed = 3,
    }

    /// State of the login.
    #[repr(C)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum TIMLoginStatus {
        /// Logged in.
        kTIMLoginStatus_Logined = 1,
        /// A login is running.
        kTIMLoginStatus_Logining = 2,
        /// Nobody is logged in.
        kTIMLoginStatus_UnLogined = 3,
        /// A logout is running.
        kTIMLoginStatus_Logouting = 4,
    }

    /// Weight of a log line.
    #[repr(C)]
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub enum TIMLogLevel {
        /// No lines.
        kTIMLog_Off = 0,
        /// Every line.
        kTIMLog_Test = 1,
        /// Details of details.
        kTIMLog_Verbose = 2,
        /// For those who look for a fault.
        kTIMLog_Debug = 3,
        /// What happens in normal operation.
        kTIMLog_Info = 4,
        /// Something unusual.
        kTIMLog_Warn = 5,
        /// Something failed that should not.
        kTIMLog_Error = 6,
        /// A fault of the library.
        kTIMLog_Assert = 7,
    }
}
