//! What Timbre adds to the API.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use super::messages::conv_type as checked_type;
use super::process::process;
use super::support::accept;
use super::types::common::{TIMCommCallback, TIMConvType};
use crate::engine::Op;
use crate::model::messages::ConvKey;

/// Pump mode, for programs with a loop of their own (games): runs callbacks that wait, on this thread. It is
/// chosen with `"sdk_config_callback_mode":"pump"` at `TIMInit`; no callback runs anywhere else then.
///
/// - `max`: the most callbacks to run; 0: all that wait now.
///
/// Returns how many ran; 0 inside a callback; -1 when pump mode is not chosen.
#[tim_api]
#[unsafe(no_mangle)]
pub extern "C" fn timbre_run_callbacks(max: c_int) -> c_int {
    match process()
        .world()
        .dispatcher
        .pump(usize::try_from(max).unwrap_or(0))
    {
        Some(ran) => c_int::try_from(ran).unwrap_or(c_int::MAX),
        None => -1,
    }
}

/// Answers the question why a message is missing: what this device knows of a conversation's sequence, its
/// holes, the last repair and the next attempt.
///
/// - `conv_id`, `conv_type`: the conversation, as in `TIMMsgSendMessage`.
/// - `cb`: gets a JSON object. May be NULL.
///
/// Returns 0, -3 or -4.
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn timbre_explain(
    conv_id: *const c_char,
    conv_type: TIMConvType,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let conv_id = conv_id.given()?;
        let kind = checked_type(conv_type)?;
        Ok(Op::Explain(ConvKey {
            kind,
            id: conv_id.text()?.to_owned(),
        }))
    })
}
