//! Types that every area uses.

use std::ffi::{c_char, c_int, c_void};

/// A number of `enum TIMConvType`, taken as the integer it is: a host may pass any.
/// cbindgen:ignore
pub type TIMConvType = c_int;

/// A number of `enum TIMReceiveMessageOpt`, taken as the integer it is: a host may pass any.
/// cbindgen:ignore
pub type TIMReceiveMessageOpt = c_int;

/// How an operation ended. Runs exactly once for each call that returned 0 with a callback, and not for one
/// that returned an error; a function that differs, such as `TIMMsgDownloadElemToPath` with its progress,
/// says so.
/// `code` is 0 or a value of `enum TIMErrCode`, `desc` a sentence in English, `json_params` the result. None
/// of the strings is NULL; all of them live until the callback returns. `user_data` is what was passed to the
/// call.
pub type TIMCommCallback = Option<
    unsafe extern "C" fn(
        code: i32,
        desc: *const c_char,
        json_params: *const c_char,
        user_data: *const c_void,
    ),
>;

/// A `bool` of C, taken as the byte it is: a host may pass any, and all but 0 is true.
/// cbindgen:ignore
pub type c_bool = u8;
