//! Communities and their topics.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use super::super::support::accept;
use super::super::types::common::{TIMCommCallback, c_bool};
use crate::engine::Unbuilt;
use crate::model::groups::objects::CreateGroupParam;

/// Creates a community with topics; the caller becomes its owner. Group type and topic support are always
/// those of such a community, whatever the object says, and the options for requests and invitations are
/// fixed. The community itself carries no messages, its topics do.
///
/// - `json_group_create_param`: a CreateGroupParam object, as for `TIMGroupCreate`. An id of one's own begins
///   with `@TGS#_` (else 8501).
/// - `cb`: gets a CreateGroupResult object, an empty text on failure. Codes: 8502 to 8505 for texts that are
///   too long, 10021 and 10025 for an id in use, 11000 when communities are switched off. May be NULL.
///
/// Returns 0, -3 or -4. -3 also without `create_group_param_group_name`.
// COM-02, COM-07, COM-09, COM-10, COM-70, COM-71; spec 07 section 5.1
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMCommunityCreate(
    json_group_create_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let param = json_group_create_param.object::<CreateGroupParam>()?;
        Ok(Unbuilt::TIMCommunityCreate.checked(param.refusal))
    })
}

/// Gets the communities with topics that the user is in, the last joined first. `TIMGroupGetJoinedGroupList`
/// leaves them out. Without a connection the list comes from the local store.
///
/// - `cb`: gets an array of GroupBaseInfo objects that also have the keys of GroupDetailInfo; the unread
///   number of each is the sum over its topics. `[]` on failure. May be NULL.
///
/// Returns 0.
// COM-04, COM-42, COM-59; spec 07 section 5.2
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMCommunityGetJoinedCommunityList(
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        Ok(Unbuilt::TIMCommunityGetJoinedCommunityList.op())
    })
}

/// Creates a topic. The owner and the admins may; with permission groups on, the owner and those who may
/// manage topics. Every member of the community hears of it.
///
/// - `group_id`: the community, which must support topics.
/// - `json_topic_info`: a TopicInfo object with at least the name.
/// - `cb`: gets the id of the topic as plain text, an empty text on failure. Codes: 6017 for another JSON
///   type or a missing name, 8502 to 8505 for texts of a wrong length, 10004 for too many topics or an id
///   that does not begin with that of the community, 10007 for a missing right or a community without topics,
///   10010 for an unknown community, 10015 and 10021 for an illegal id and one in use, 11000 when topics are
///   switched off. May be NULL.
///
/// Returns 0, -3 or -4.
// COM-20, COM-21, COM-22, COM-23, COM-39, COM-41, COM-43, COM-45; spec 07 section 5.3
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMCommunityCreateTopicInCommunity(
    group_id: *const c_char,
    json_topic_info: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        group_id.given()?;
        json_topic_info.given()?;
        group_id.string()?;
        json_topic_info.json()?;
        Ok(Unbuilt::TIMCommunityCreateTopicInCommunity.op())
    })
}

/// Deletes topics and their messages on the server, for good. Messages on devices stay until they are deleted
/// there. The owner and the admins may; with permission groups on, the owner and those who may manage topics
/// or such a topic.
///
/// - `group_id`: the community.
/// - `json_topic_id_array`: an array of topic ids, not empty.
/// - `cb`: gets an array of TopicOperationResult objects in the order asked, `[]` on failure. Codes: 6017 for
///   another JSON type or an empty array, 10007, 10010. May be NULL.
///
/// Returns 0, -3 or -4.
// COM-24, COM-25, COM-26; spec 07 section 5.4
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMCommunityDeleteTopicFromCommunity(
    group_id: *const c_char,
    json_topic_id_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        group_id.given()?;
        json_topic_id_array.given()?;
        group_id.string()?;
        json_topic_id_array.json()?;
        Ok(Unbuilt::TIMCommunityDeleteTopicFromCommunity.op())
    })
}

/// Changes a topic: all that the flag names, or nothing. The owner and the admins may; with permission groups
/// on, the owner and those who may manage topics or this topic. Everybody may set a draft: it stays on the
/// device, and a call for it alone needs no connection.
///
/// - `json_topic_info`: a TopicInfo object with the topic id, the flag and a key for each bit of it. Keys
///   that the core alone sets are ignored.
/// - `cb`: gets an empty text. Codes: 6017 for another JSON type, a missing id, flag or key, 8502 to 8505 for
///   texts of a wrong length, 10007 for a missing right, 10010 and 110003 for an unknown and a deleted topic.
///   May be NULL.
///
/// Returns 0, -3 or -4.
// COM-27, COM-28, COM-29, COM-41, COM-43, COM-44, COM-45; spec 07 section 5.5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMCommunitySetTopicInfo(
    json_topic_info: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        json_topic_info.json()?;
        Ok(Unbuilt::TIMCommunitySetTopicInfo.op())
    })
}

/// Gets topics of a community that the user is a member of. Without a connection they come from the local
/// store.
///
/// - `group_id`: the community.
/// - `json_topic_id_array`: an array of topic ids; `[]` for all topics, the oldest first.
/// - `cb`: gets an array of TopicInfoResult objects in the order asked, `[]` on failure. Codes: 6017 for
///   another JSON type, 10007 for a user who is no member, 10010 for an unknown community. May be NULL.
///
/// Returns 0, -3 or -4.
// COM-26, COM-34, COM-35, COM-42, COM-58; spec 07 section 5.6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMCommunityGetTopicInfoList(
    group_id: *const c_char,
    json_topic_id_array: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        group_id.given()?;
        json_topic_id_array.given()?;
        group_id.string()?;
        json_topic_id_array.json()?;
        Ok(Unbuilt::TIMCommunityGetTopicInfoList.op())
    })
}

/// Lets the receive option of a topic follow that of the community, which is the default, or not; for the
/// user alone. `TIMMsgSetGroupReceiveMessageOpt` with a topic id ends the following too. A community that is
/// not received silences its topics either way.
///
/// - `topic_id`: the topic.
/// - `is_inherit`: true to follow the community, false to go back to the option that was set for the topic.
/// - `cb`: gets an empty text. Codes: 10015 for an id that is none of a topic, 10007, 10010. May be NULL.
///
/// Returns 0, -3 or -4.
// COM-31, COM-32, COM-33; spec 07 section 5.7
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMCommunitySetTopicInheritMessageReceiveOptionFromCommunity(
    topic_id: *const c_char,
    is_inherit: c_bool,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let _ = is_inherit;
        topic_id.string()?;
        Ok(Unbuilt::TIMCommunitySetTopicInheritMessageReceiveOptionFromCommunity.op())
    })
}
