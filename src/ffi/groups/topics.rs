//! The older functions of communities and topics.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use super::fault;
use crate::engine::Unbuilt;
use crate::ffi::support::accept;
use crate::ffi::types::common::TIMCommCallback;
use crate::model::groups::objects::TIMGroupTopicInfo;

/// Gets the communities with topics that the user is in, as `TIMCommunityGetJoinedCommunityList` does.
///
/// - `cb`: gets an array of objects, each with the keys of both GroupBaseInfo and GroupDetailInfo, the last
///   joined first; `[]` on failure. Code 8514 for more than 10 calls in a second. May be NULL.
///
/// Returns 0.
// COM-04; spec 07 section 5.2
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupGetJoinedCommunityList(
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || Ok(Unbuilt::TIMGroupGetJoinedCommunityList.op()))
}

/// Creates a topic in a community, as `TIMCommunityCreateTopicInCommunity` does. The owner and admins may;
/// with permission groups, whoever may manage topics.
///
/// - `group_id`: the community.
/// - `json_topic_info`: a TIMGroupTopicInfo object with a name (6017) and no flag.
/// - `cb`: gets the bare id of the topic, which is no JSON; an empty text on failure. Codes: 10007 for a
///   caller who may not, or a community without topics; 10010 for one that is not there; 10004 and 10015 for
///   an id of a wrong form, 10021 for one that is in use; 8502 to 8504 and 6017 for texts that are too long;
///   10016 when the app refuses; 11000 while topics are switched off. May be NULL.
///
/// Returns 0, -3 or -4.
// COM-20 to COM-23, COM-39, COM-43; spec 07 section 5.3
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupCreateTopicInCommunity(
    group_id: *const c_char,
    json_topic_info: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        json_topic_info.given()?;
        group_id.string()?;
        let topic = json_topic_info.json()?;
        let fault = fault::<TIMGroupTopicInfo>("json_topic_info", &topic);
        Ok(Unbuilt::TIMGroupCreateTopicInCommunity.checked(fault))
    })
}

/// Deletes topics of a community for good, with their history, as `TIMCommunityDeleteTopicFromCommunity`
/// does. Messages on devices stay until the app deletes them.
///
/// - `group_id`: the community.
/// - `json_topic_id_array`: an array of topic ids, at least one (6017).
/// - `cb`: gets an array of TIMGroupTopicOperationResult objects, one for each id, in the order given; `[]`
///   on failure. May be NULL.
///
/// Returns 0, -3 or -4.
// COM-24; spec 07 section 5.4
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupDeleteTopicFromCommunity(
    group_id: *const c_char,
    json_topic_id_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        json_topic_id_array.given()?;
        group_id.string()?;
        let ids = json_topic_id_array.json()?;
        let fault = fault::<Vec<String>>("json_topic_id_array", &ids);
        Ok(Unbuilt::TIMGroupDeleteTopicFromCommunity.checked(fault))
    })
}

/// Changes a topic: all that is asked for, or nothing. `TIMCommunitySetTopicInfo` does the same with flags of
/// its own. The owner and admins may; with permission groups, whoever may manage the topic. The draft stays
/// on this device, and everybody may set his own.
///
/// - `json_topic_info`: a TIMGroupTopicInfo object with the id, the flags, and the key of each flag (6017).
/// - `cb`: codes: 10007 for a caller who may not; 10010 and 110003 for a topic that is not there; 8502 to
///   8504 and 6017 for texts that are too long. May be NULL.
///
/// Returns 0, -3 or -4.
// COM-27 to COM-29, COM-41, COM-45; spec 07 section 5.5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupSetTopicInfo(
    json_topic_info: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let topic = json_topic_info.json()?;
        let fault = fault::<TIMGroupTopicInfo>("json_topic_info", &topic);
        Ok(Unbuilt::TIMGroupSetTopicInfo.checked(fault))
    })
}

/// Gets topics of a community, as `TIMCommunityGetTopicInfoList` does. Members of the community may. Without
/// a connection the answer comes from this device.
///
/// - `group_id`: the community.
/// - `json_topic_id_array`: an array of topic ids; `[]`: all topics, the oldest first.
/// - `cb`: gets an array of TIMGroupTopicInfoResult objects, in the order asked; `[]` on failure. Code 10007
///   for a user who is no member. May be NULL.
///
/// Returns 0, -3 or -4.
// COM-34, COM-35, COM-42; spec 07 section 5.6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupGetTopicInfoList(
    group_id: *const c_char,
    json_topic_id_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        json_topic_id_array.given()?;
        group_id.string()?;
        let ids = json_topic_id_array.json()?;
        let fault = fault::<Vec<String>>("json_topic_id_array", &ids);
        Ok(Unbuilt::TIMGroupGetTopicInfoList.checked(fault))
    })
}
