//! The experimental API: many rarely needed operations behind one function.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use super::process::process;
use super::support::{Text, UserData, accept};
use super::types::cloud_def::TIMCommCallback;
use super::types::experimental::TIMExperimentalNotifyCallback;
use crate::engine::Op;
use crate::model::experimental::Operation;

/// Carries out one of the operations of TIMInternalOperation.
///
/// - `json_param`: a RequestParam object: the operation's name and its parameters.
/// - `cb`: always runs; gets what the operation answers, 7013 for one that Timbre does not support. May be
///   NULL.
///
/// Returns 0, -4, or -3 for an unknown operation or a missing parameter.
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn callExperimentalAPI(
    json_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    // SAFETY: a text of the C API.
    let param = unsafe { Text::new(json_param) };
    accept(cb, user_data, || {
        let operation = Operation::decode(param.given()?.text()?)?;
        Ok(Op::Experimental(Box::new(operation)))
    })
}

/// Registers the callback for notifications that no other callback brings, in place of the one before; NULL
/// removes it.
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetExperimentalNotifyCallback(
    cb: TIMExperimentalNotifyCallback,
    user_data: *const c_void,
) {
    process()
        .registrations
        .experimental_notify
        .set(cb, UserData(user_data));
}
