//! The experimental API: many rarely needed operations behind one function.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use super::process::process;
use super::support::accept;
use super::types::common::TIMCommCallback;
use super::types::experimental::TIMExperimentalNotifyCallback;
use crate::engine::Op;
use crate::model::experimental::Operation;

/// Carries out one rarely needed operation; the constants whose names begin with `kTIMInternalOperation` say
/// what each one does, which parameters it takes and when it may be called.
///
/// - `json_param`: a RequestParam object: the operation's name and its parameters.
/// - `cb`: gets what the operation answers, an empty text for most; 6013 or 6014 when it is called too early,
///   6017 for a value that is not allowed, 7013 for an operation that is known and not supported. May be
///   NULL.
///
/// Returns 0, -4, or -3 for what is no JSON object, for an operation that is missing or unknown, and for a
/// required parameter that is missing or has a wrong type.
// CORE-130, CORE-131, CORE-132, CORE-133, CORE-134, CORE-135, CORE-136, CORE-137, CORE-138, CORE-139,
// CORE-140, CORE-141, CORE-142, CORE-143, CORE-144, CORE-145, CORE-146, CORE-147, CORE-148, CORE-149,
// CORE-150, CORE-151, CORE-152, CORE-153, CORE-154, CORE-155, CORE-156, CORE-157, CORE-158, CORE-159,
// CORE-160, CORE-161, CORE-162, CORE-163, CORE-164, CORE-165; spec 01 section 7
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn callExperimentalAPI(
    json_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let operation = Operation::decode(json_param.string()?)?;
        Ok(Op::Experimental(Box::new(operation)))
    })
}

/// Registers the callback for notifications that no other callback brings, in place of the one before; NULL
/// removes it. It tells why a user was logged out, of notices of the server's administrator, and of a clock
/// that is wrong by more than 300 seconds.
// CORE-166; spec 01 section 4.14
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMSetExperimentalNotifyCallback(
    cb: TIMExperimentalNotifyCallback,
    user_data: *const c_void,
) {
    process().registrations.experimental_notify.set(cb, user_data);
}
