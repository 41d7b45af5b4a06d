//! What is done with messages that arrive: receive options and do-not-disturb.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use super::receive_opt;
use crate::engine::{Op, OptionOp, Unbuilt};
use crate::ffi::support::{Text, accept};
use crate::ffi::types::common::{TIMCommCallback, TIMReceiveMessageOpt};
use crate::model::error::sync;

/// An array of user ids; `[]` is -3.
fn users(json: Text<'_>) -> Result<Vec<String>, i32> {
    let users = json.list::<String>()?.value;
    if users.is_empty() {
        return Err(sync::JSON);
    }
    Ok(users)
}

/// Sets what is done with the messages of some users. The setting is the user's own, holds on all devices,
/// and needs neither a conversation nor a friendship. The other side does not learn of it.
///
/// - `json_identifier_array`: an array of 1 to 30 user ids; `[]` is -3.
/// - `opt`: `kTIMRecvMsgOpt_Receive`, `kTIMRecvMsgOpt_Not_Receive` or `kTIMRecvMsgOpt_Not_Notify`; other
///   options are answered with 6017, numbers that are no option with -4.
/// - `cb`: gets no result; 0 when it succeeded for one user at least. 7008 beyond 5 calls per second. May be
///   NULL.
///
/// Returns 0, -3 or -4.
// RO-01 to RO-03, RO-06, RO-07; spec 04 section 10.1
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgSetC2CReceiveMessageOpt(
    json_identifier_array: *const c_char,
    opt: TIMReceiveMessageOpt,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let users = users(json_identifier_array)?;
        let opt = receive_opt(opt)?;
        Ok(Op::Options(OptionOp::SetC2c { users, opt }))
    })
}

/// Gets what is done with the messages of some users; without a network, as this device knows it.
///
/// - `json_identifier_array`: an array of 1 to 100 user ids; `[]` is -3.
/// - `cb`: gets an array of GetC2CRecvMsgOptResult objects in the order asked; nothing on failure. 6017 for
///   more than 100 users. May be NULL.
///
/// Returns 0, -3 or -4.
// RO-08; spec 04 section 10.2
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgGetC2CReceiveMessageOpt(
    json_identifier_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        Ok(Op::Options(OptionOp::GetC2c(users(json_identifier_array)?)))
    })
}

/// Sets what is done with the messages of a group or topic. Every member may, for itself only. What was not
/// received stays in the history, and is neither unread nor told when the option changes back.
///
/// - `group_id`: a group or topic.
/// - `opt`: any of `enum TIMReceiveMessageOpt`; numbers that are no option are -4.
/// - `cb`: gets no result. 10007 for somebody who is no member, 10010 when there is no such group. May be
///   NULL.
///
/// Returns 0, -3 or -4.
// RO-01 to RO-03, RO-09, RO-14 to RO-17; spec 04 section 10.3
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgSetGroupReceiveMessageOpt(
    group_id: *const c_char,
    opt: TIMReceiveMessageOpt,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        group_id.string()?;
        receive_opt(opt)?;
        Ok(Unbuilt::TIMMsgSetGroupReceiveMessageOpt.op())
    })
}

/// Sets do-not-disturb for all conversations, every day or for ever. It concerns offline pushes only:
/// messages are received as ever. It replaces what this function or `TIMMsgSetAllReceiveMessageOpt2` has set,
/// on whichever device.
///
/// - `opt`: `kTIMRecvMsgOpt_Not_Notify` for no push, `kTIMRecvMsgOpt_Not_Notify_Except_At` for pushes of
///   messages that mention the user only, `kTIMRecvMsgOpt_Receive` to end it. The other two options are
///   answered with 6017, numbers that are no option with -4.
/// - `start_hour`, `start_minute`, `start_second`: when it begins, in the zone of this device; 6017 when that
///   is no time of day.
/// - `duration`: seconds. 0 ends it; less than 86400: every day from the start, over midnight if need be;
///   more: for ever from today's start.
/// - `cb`: gets no result. 7008 beyond 5 calls per second. May be NULL.
///
/// Returns 0 or -4.
// RO-19, RO-20; spec 04 section 10.4
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgSetAllReceiveMessageOpt(
    opt: TIMReceiveMessageOpt,
    start_hour: i32,
    start_minute: i32,
    start_second: i32,
    duration: u32,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        Ok(Op::Options(OptionOp::SetDaily {
            opt: receive_opt(opt)?,
            start: [start_hour, start_minute, start_second],
            duration,
        }))
    })
}

/// Sets do-not-disturb for all conversations once, for a span of time. It concerns offline pushes only:
/// messages are received as ever. It replaces what this function or `TIMMsgSetAllReceiveMessageOpt` has set,
/// on whichever device.
///
/// - `opt`: as in `TIMMsgSetAllReceiveMessageOpt`.
/// - `start_time_stamp`: Unix seconds at which it begins; 0: now.
/// - `duration`: seconds; 0 ends it.
/// - `cb`: gets no result. 7008 beyond 5 calls per second. May be NULL.
///
/// Returns 0 or -4.
// RO-21; spec 04 section 10.4
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgSetAllReceiveMessageOpt2(
    opt: TIMReceiveMessageOpt,
    start_time_stamp: u32,
    duration: u32,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        Ok(Op::Options(OptionOp::SetOnce {
            opt: receive_opt(opt)?,
            start: start_time_stamp,
            duration,
        }))
    })
}

/// Gets the do-not-disturb setting of all conversations; without a network, as this device knows it.
///
/// - `cb`: gets a TIMReceiveMessageOptInfo object, nothing on failure. 9508 without a network when this
///   device has never known it. May be NULL.
///
/// Returns 0.
// RO-22; spec 04 section 10.4
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMMsgGetAllReceiveMessageOpt(
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || Ok(Op::Options(OptionOp::GetAll)))
}
