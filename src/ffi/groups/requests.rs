//! Requests to join, and invitations that somebody has to decide on.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use super::fault;
use crate::engine::Unbuilt;
use crate::ffi::support::accept;
use crate::ffi::types::common::TIMCommCallback;
use crate::model::groups::objects::{GroupHandlePendencyParam, GroupPendencyOption};

/// Gets the requests of all groups that the user can decide on, newest first: requests to join and
/// invitations in groups whose owner or admin he is, and invitations to himself. Decided ones stay listed.
/// The server keeps the newest 50, for 30 days.
///
/// - `json_group_getpendency_list_param`: a GroupPendencyOption object. Any other JSON asks for the first
///   page.
/// - `cb`: gets a GroupPendencyResult object; an empty text on failure. May be NULL.
///
/// Returns 0, -3 or -4.
// GRP-68, GRP-77 to GRP-79; spec 06 section 6.22
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupGetPendencyList(
    json_group_getpendency_list_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let option = json_group_getpendency_list_param.json()?;
        let fault = fault::<GroupPendencyOption>("json_group_getpendency_list_param", &option);
        Ok(Unbuilt::TIMGroupGetPendencyList.checked(fault.filter(|_| option.is_object())))
    })
}

/// Accepts or refuses a request. The first decision counts; who asked is told of it by a group report, and
/// the members of a new member by a tip.
///
/// - `json_group_handle_pendency_param`: a GroupHandlePendencyParam object.
/// - `cb`: codes: 10024 for a request that was decided before; 10004 for one that is not there; 10007 for a
///   caller who may not decide; 10014 for a full group and 10037 for a user with too many groups, after which
///   the request is still open. May be NULL.
///
/// Returns 0, -3 or -4.
// GRP-69 to GRP-72, GRP-74, GRP-80; spec 06 section 6.22
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupHandlePendency(
    json_group_handle_pendency_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let param = json_group_handle_pendency_param.object::<GroupHandlePendencyParam>()?;
        Ok(Unbuilt::TIMGroupHandlePendency.checked(param.refusal))
    })
}

/// Marks requests as read, on all devices of the user. They stay listed. The mark only moves forward.
///
/// - `time_stamp`: requests up to this Unix second become read; 0: up to now. Numbers from 1000000000000 on
///   are milliseconds.
/// - `cb`: may be NULL.
///
/// Returns 0.
// GRP-73, GRP-78; spec 06 section 6.22
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupReportPendencyReaded(
    time_stamp: u64,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let _ = time_stamp;
        Ok(Unbuilt::TIMGroupReportPendencyReaded.op())
    })
}
