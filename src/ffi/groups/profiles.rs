//! The life of a group, and its profile.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use crate::engine::Unbuilt;
use crate::ffi::support::{Text, accept};
use crate::ffi::types::common::TIMCommCallback;
use crate::model::error::{Refusal, sync};
use crate::model::groups::objects::{CreateGroupParam, GroupModifyInfoParam, GroupSearchParam};
use crate::model::json::{Checked, JsonObject as _, Object, as_integer_or_text, refusing};

/// Creates a group, whose owner the caller becomes. Initial members become members without being asked. The
/// device that creates an AVChatRoom is in it at once.
///
/// - `json_group_create_param`: a CreateGroupParam object.
/// - `cb`: gets a CreateGroupResult object. An initial member who cannot be added does not make the call
///   fail. Codes: 8501 and 10015 for a group id of a wrong form, 10021 for one that is in use, 10025 if by a
///   group of the caller; 8502 to 8505 for texts that are too long; 8507 for too many initial members, 8509
///   for one with a role that is not allowed; 10004 for a custom field that is not declared; 10007 for what
///   the type does not allow; 10036, 10037 and 10038 for limits; 10016 when the app refuses; 11000 while
///   communities are switched off. May be NULL.
///
/// Returns 0, -3 or -4.
// GRP-01 to GRP-03, GRP-14 to GRP-17, GRP-30 to GRP-49; spec 06 section 6.3
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupCreate(
    json_group_create_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let param = json_group_create_param.object::<CreateGroupParam>()?;
        Ok(Unbuilt::TIMGroupCreate.checked(param.refusal))
    })
}

/// Dismisses a group, with its history, for all members. Only the owner may, and nobody may dismiss a Work
/// group. Every member gets the group report `kTIMGroupReport_Delete`. Messages on devices stay until the app
/// deletes them.
///
/// - `group_id`: the group.
/// - `cb`: codes: 10007 for a caller who is not the owner, or a Work group; 10010 for a group that is not
///   there; 10015 for a topic. May be NULL.
///
/// Returns 0, -3 or -4.
// GRP-95, GRP-96; spec 06 section 6.4
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupDelete(
    group_id: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        group_id.string()?;
        Ok(Unbuilt::TIMGroupDelete.op())
    })
}

/// Joins a group, or asks to join it when the group wants the owner or an admin to agree. The answer to such
/// a request comes as a group report. An AVChatRoom has to be joined again after each start of the program.
///
/// - `group_id`: the group, or a private topic.
/// - `hello_msg`: text for those who decide, at most 300 bytes. NULL or an empty text: none.
/// - `cb`: 0 both for a user who is a member now and for one who has to wait. Codes: 8508 for a Work group
///   and 10007 for another one that nobody may join, 10007 also for a banned user; 10013 for a user who is a
///   member already, but not of an AVChatRoom; 10014 for a full group; 10037 for a user with too many groups;
///   10016 when the app refuses; 10010 for a group that is not there. May be NULL.
///
/// Returns 0, -3 or -4.
// GRP-05, GRP-19, GRP-50 to GRP-57, GRP-66; spec 06 section 6.5
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupJoin(
    group_id: *const c_char,
    hello_msg: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        group_id.string()?;
        hello_msg.optional()?;
        Ok(Unbuilt::TIMGroupJoin.op())
    })
}

/// Leaves a group. The owner can leave only a Work group, which then has no owner; any other one he hands
/// over or dismisses. A group whose last member leaves is gone.
///
/// - `group_id`: the group, or a private topic.
/// - `cb`: codes: 10009 for the owner; 10007 for a user who is no member; 10010 for a group that is not
///   there. May be NULL.
///
/// Returns 0, -3 or -4.
// GRP-07, GRP-90 to GRP-94; spec 06 section 6.6
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupQuit(
    group_id: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        group_id.string()?;
        Ok(Unbuilt::TIMGroupQuit.op())
    })
}

/// Gets the groups that the user is in, the last joined first. AVChatRooms and communities with topics are
/// never among them; `TIMCommunityGetJoinedCommunityList` gives the latter. The answer comes from this
/// device, after the sync that follows a login.
///
/// - `cb`: gets an array of objects, each with the keys of both GroupBaseInfo and GroupDetailInfo; an empty
///   text on failure. Code 8514 for more than 10 calls in a second. May be NULL.
///
/// Returns 0.
// GRP-85, GRP-86, GRP-124, GRP-138; spec 06 section 6.7
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupGetJoinedGroupList(cb: TIMCommCallback, user_data: *const c_void) -> c_int {
    accept(cb, user_data, || Ok(Unbuilt::TIMGroupGetJoinedGroupList.op()))
}

/// Gets the profiles of groups, also of those the user is not in. The server is asked each time; without a
/// connection the call succeeds when this device has all of them.
///
/// - `json_group_getinfo_param`: an array of group ids, at least one (6017).
/// - `cb`: gets an array of GetGroupInfoResult objects, one for each id, in the order asked, each with a code
///   of its own; `[]` on failure. Code 8513 for more than 10 calls in a second. May be NULL.
///
/// Returns 0, -3 or -4.
// GRP-110, GRP-111, GRP-113, GRP-124; spec 06 section 6.8
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupGetGroupInfoList(
    json_group_getinfo_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let ids = json_group_getinfo_param.list::<String>()?;
        Ok(Unbuilt::TIMGroupGetGroupInfoList.checked(ids.refusal))
    })
}

/// Searches the groups that are stored on this device: those the user is in, and those whose profile was
/// fetched. A group is found when one of the keywords is a part of its id or name; upper and lower case are
/// the same.
///
/// - `json_group_search_groups_param`: a GroupSearchParam object, of which keywords and fields count.
/// - `cb`: gets an array of objects, each with the keys of both GroupBaseInfo and GroupDetailInfo: groups of
///   the user first, then those with newer messages; `[]` without keywords and on failure. May be NULL.
///
/// Returns 0, -3 or -4.
// GRP-220, GRP-221; spec 06 section 6.10
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupSearchGroups(
    json_group_search_groups_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let param = json_group_search_groups_param.object::<GroupSearchParam>()?;
        Ok(Unbuilt::TIMGroupSearchGroups.checked(param.refusal))
    })
}

/// Searches all groups of the server that may be found, by id and name. AVChatRooms are never found, and Work
/// groups only by their members.
///
/// - `json_group_search_groups_param`: a GroupSearchParam object, with 1 to 5 keywords (6017).
/// - `cb`: gets a GroupSearchResult object; an empty one on failure. May be NULL.
///
/// Returns 0, -3 or -4.
// GRP-120, GRP-224; spec 06 section 6.11
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupSearchCloudGroups(
    json_group_search_groups_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let param = json_group_search_groups_param.object::<GroupSearchParam>()?;
        Ok(Unbuilt::TIMGroupSearchCloudGroups.checked(param.refusal))
    })
}

/// Changes the profile of a group: all that is asked for, or nothing. Name, notice, introduction and picture
/// may be changed by all members of a Work group, by owner and admins of a Public group, Meeting or
/// community, and by the owner of an AVChatRoom; the other fields by owner and admins; the owner only by the
/// owner. Members are told by a tip of what changed, the caller too.
///
/// - `json_group_modifyinfo_param`: a GroupModifyInfoParam object.
/// - `cb`: codes: 10007 for what the caller or the type of the group may not change; 8502 to 8505 for texts
///   that are too long; 10038 for a member limit out of range; 10004 for a custom field that is not declared;
///   6017 for a flag without its key; 10010 for a group that is not there. May be NULL.
///
/// Returns 0, -3 or -4.
// GRP-08, GRP-81, GRP-82, GRP-98 to GRP-100, GRP-114 to GRP-122, GRP-174 to GRP-176, GRP-194; spec 06 section
// 6.9
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupModifyGroupInfo(
    json_group_modifyinfo_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let param = modify_info(json_group_modifyinfo_param)?;
        Ok(Unbuilt::TIMGroupModifyGroupInfo.checked(param.refusal))
    })
}

/// A GroupModifyInfoParam whose flag may be negative: hosts that write the enum's value as it is in C send
/// -2147483648
/// for bit 31.
fn modify_info(text: Text<'_>) -> Result<Checked<GroupModifyInfoParam>, i32> {
    let mut root = text.json()?;
    if let Some(flag) = root.get_mut("group_modify_info_param_modify_flag")
        && let Some(number @ ..0) = as_integer_or_text(flag)
        && let Ok(number) = i32::try_from(number)
    {
        *flag = number.cast_unsigned().into();
    }
    let object = Object::from_value(&root).ok_or(sync::JSON)?;
    let (value, why) = refusing(|| GroupModifyInfoParam::read(object));
    Ok(Checked {
        value: value?,
        refusal: why.map(Refusal::invalid),
    })
}
