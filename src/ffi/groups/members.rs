//! The members of a group.

use std::ffi::{c_char, c_int, c_void};

use timbre_macros::tim_api;

use crate::engine::Unbuilt;
use crate::ffi::support::accept;
use crate::ffi::types::common::{TIMCommCallback, c_bool};
use crate::model::error::sync;
use crate::model::groups::objects::{
    GroupDeleteMemberParam, GroupGetMemberInfoListParam, GroupInviteMemberParam, GroupMemberSearchParam,
    GroupModifyMemberInfoParam,
};

/// Gets members of a group: all of them page by page, or those asked for. Members may, and everybody if the
/// group is visible. An AVChatRoom gives one page of the newest users in it, at most 1000. Without a
/// connection the answer comes from this device.
///
/// - `json_group_getmeminfos_param`: a GroupGetMemberInfoListParam object.
/// - `cb`: gets a GroupGetMemberInfoListResult object; an empty one on failure. Codes: 10007 for a caller who
///   may not; 10054 for a position out of range; 10010 for a group that is not there. May be NULL.
///
/// Returns 0, -3 or -4.
// GRP-140 to GRP-142, GRP-145, GRP-147 to GRP-149, GRP-155; spec 06 section 6.15
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupGetMemberInfoList(
    json_group_getmeminfos_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let param = json_group_getmeminfos_param.object::<GroupGetMemberInfoListParam>()?;
        Ok(Unbuilt::TIMGroupGetMemberInfoList.checked(param.refusal))
    })
}

/// Searches the members that are stored on this device, those of AVChatRooms never being so. A member is
/// found when one of the keywords is a part of one of the fields; upper and lower case are the same.
///
/// - `json_group_search_group_members_param`: a GroupMemberSearchParam object, of which keywords, groups and
///   fields count.
/// - `cb`: gets an array of GroupSearchGroupMembersResult objects, one for each group in which somebody was
///   found; `[]` on failure. May be NULL.
///
/// Returns 0, -3 or -4.
// GRP-222, GRP-223; spec 06 section 6.16
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupSearchGroupMembers(
    json_group_search_group_members_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let param = json_group_search_group_members_param.object::<GroupMemberSearchParam>()?;
        Ok(Unbuilt::TIMGroupSearchGroupMembers.checked(param.refusal))
    })
}

/// Searches members on the server, by user id, nickname and name in the group: in the given groups of the
/// user, or in all of them.
///
/// - `json_group_search_cloud_group_members_param`: a GroupMemberSearchParam object, with 1 to 5 keywords
///   (6017).
/// - `cb`: gets a GroupMemberSearchResult object; an empty one on failure. May be NULL.
///
/// Returns 0, -3 or -4.
// GRP-225; spec 06 section 6.17
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupSearchCloudGroupMembers(
    json_group_search_cloud_group_members_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let param = json_group_search_cloud_group_members_param.object::<GroupMemberSearchParam>()?;
        Ok(Unbuilt::TIMGroupSearchCloudGroupMembers.checked(param.refusal))
    })
}

/// Changes what a user is in a group: name in the group, custom fields, mute, role, or the own receive
/// option; all that is asked for, or nothing. Members change their own name and fields, the owner those of
/// all, admins those of ordinary members. The owner mutes admins and members, admins mute members; the owner
/// gives roles. Mutes and roles are told by tips and group reports, the rest is not told.
///
/// - `json_group_modifymeminfo_param`: a GroupModifyMemberInfoParam object.
/// - `cb`: codes: 10007 for what the caller or the type of the group may not do, and for a user who is no
///   member; 8506 for a name that is too long; 10004 for a custom field that is not declared; 6017 for a role
///   that is none; 10010 for a group that is not there. May be NULL.
///
/// Returns 0, -3 or -4.
// GRP-04, GRP-10, GRP-101, GRP-157 to GRP-160, GRP-170 to GRP-173, GRP-190 to GRP-192, GRP-194; spec 06
// section 6.18
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupModifyMemberInfo(
    json_group_modifymeminfo_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let param = json_group_modifymeminfo_param.object::<GroupModifyMemberInfoParam>()?;
        Ok(Unbuilt::TIMGroupModifyMemberInfo.checked(param.refusal))
    })
}

/// Invites users into a group. As the group's invite option says, they become members at once, or when the
/// owner or an admin agrees, or nobody may invite. Owner and admins need nobody's agreement. Into an
/// AVChatRoom nobody is invited.
///
/// - `json_group_invite_param`: a GroupInviteMemberParam object.
/// - `cb`: gets an array of GroupInviteMemberResult objects, one for each user, in the order given, with code
///   0 even if all failed; `[]` on failure of the whole call. Codes: 8510 and 10005 for the number of users;
///   10007 for a caller who may not; 10014 for a full group; 10010 for a group that is not there. May be
///   NULL.
///
/// Returns 0, -3 or -4.
// GRP-06, GRP-58 to GRP-61, GRP-63 to GRP-65; spec 06 section 6.19
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupInviteMember(
    json_group_invite_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let param = json_group_invite_param.object::<GroupInviteMemberParam>()?;
        Ok(Unbuilt::TIMGroupInviteMember.checked(param.refusal))
    })
}

/// Removes members from a group, if wanted for a time in which they cannot come back. The owner removes all,
/// admins remove ordinary members; in Work groups and AVChatRooms only the owner may. Whoever is removed gets
/// the group report `kTIMGroupReport_BeKicked`, all others a tip.
///
/// - `json_group_delete_param`: a GroupDeleteMemberParam object.
/// - `cb`: gets an array of GroupDeleteMemberResult objects, one for each user, in the order given; `[]` on
///   failure of the whole call. Codes: 6017 and 10005 for the number of users; 10007 for a caller who may
///   not; 10010 for a group that is not there. May be NULL.
///
/// Returns 0, -3 or -4.
// GRP-09, GRP-180 to GRP-184; spec 06 section 6.20
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupDeleteMember(
    json_group_delete_param: *const c_char,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let param = json_group_delete_param.object::<GroupDeleteMemberParam>()?;
        Ok(Unbuilt::TIMGroupDeleteMember.checked(param.refusal))
    })
}

/// Gives a mark to members of an AVChatRoom or community, or takes it from them. Only the owner may. Users
/// who are no members or, in an AVChatRoom, not online are skipped, and a mark is lost by leaving.
/// `TIMGroupGetMemberInfoList` can list the members that have a mark.
///
/// - `group_id`: the group.
/// - `member_array`: an array of user ids, at least one (-3) and at most 100 (10005).
/// - `mark_type`: the mark, 1000 or more (6017).
/// - `enable_mark`: true gives the mark, false takes it.
/// - `cb`: codes: 8515 for a group of another type; 10007 for a caller who is not the owner; 10004 for more
///   than 10 marks in a group or more than 1000 members with one mark. May be NULL.
///
/// Returns 0, -3 or -4.
// GRP-165 to GRP-168; spec 06 section 6.21
#[tim_api]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn TIMGroupMarkGroupMemberList(
    group_id: *const c_char,
    member_array: *const c_char,
    mark_type: u32,
    enable_mark: c_bool,
    cb: TIMCommCallback,
    user_data: *const c_void,
) -> c_int {
    accept(cb, user_data, || {
        let _ = (mark_type, enable_mark);
        member_array.given()?;
        group_id.string()?;
        let members = member_array.list::<String>()?;
        if members.value.is_empty() {
            return Err(sync::JSON);
        }
        Ok(Unbuilt::TIMGroupMarkGroupMemberList.checked(members.refusal))
    })
}
