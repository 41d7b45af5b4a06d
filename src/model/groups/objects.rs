//! The objects of groups themselves; members, requests, group tips and the rest have files of their own.

use timbre_macros::JsonObject;

use crate::model::enums::common::TIMReceiveMessageOpt;
use crate::model::enums::groups::{
    TIMGroupAddOption, TIMGroupMemberRole, TIMGroupSearchFieldKey, TIMGroupType,
};
use crate::model::enums::messages::TIMKeywordListMatchType;

mod data;
mod members;
mod requests;
mod tips;

pub use data::*;
pub use members::*;
pub use requests::*;
pub use tips::*;

/// What a new group is to be. `TIMGroupCreate` and `TIMCommunityCreate` take it.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct CreateGroupParam {
    /// Name, 1 to 100 bytes; 8502 for another length.
    #[key("create_group_param_group_name", kTIMCreateGroupParamGroupName, in, required)]
    pub group_name: String,
    /// Id, 1 to 48 bytes of printable ASCII that do not begin with `@TGS#`; that of a community begins with
    /// `@TGS#_`. Absent or empty: the server makes one. 8501 or 10015 for another form.
    #[key("create_group_param_group_id", kTIMCreateGroupParamGroupId, in)]
    pub group_id: Option<String>,
    /// Type; default `kTIMGroup_Public`. `kTIMGroup_BChatRoom` is taken as `kTIMGroup_AVChatRoom`. Always a
    /// community for `TIMCommunityCreate`.
    #[key("create_group_param_group_type", kTIMCreateGroupParamGroupType, in)]
    pub group_type: Option<TIMGroupType>,
    /// True: a community whose messages are in topics. Default false, ignored for other types; fixed at
    /// creation. Always true for `TIMCommunityCreate`.
    #[key("create_group_param_is_support_topic", kTIMCreateGroupIsSupportTopic, in)]
    pub is_support_topic: Option<bool>,
    /// Initial members, at most 20 (8507). The creator and repeated users are dropped. 10007 for an
    /// AVChatRoom.
    #[key(
        "create_group_param_group_member_array",
        kTIMCreateGroupParamGroupMemberArray,
        in
    )]
    pub group_member_array: Option<Vec<GroupMemberInfo>>,
    /// Notice, at most 400 bytes (8504); default empty.
    #[key("create_group_param_notification", kTIMCreateGroupParamNotification, in)]
    pub notification: Option<String>,
    /// Introduction, at most 400 bytes (8503); default empty.
    #[key("create_group_param_introduction", kTIMCreateGroupParamIntroduction, in)]
    pub introduction: Option<String>,
    /// Address of the picture, at most 500 bytes (8505); default empty.
    #[key("create_group_param_face_url", kTIMCreateGroupParamFaceUrl, in)]
    pub face_url: Option<String>,
    /// Who may join. Absent or `kTIMGroupAddOpt_Unknown`: what is usual for the type. It cannot be changed
    /// for an AVChatRoom or community: 10007.
    #[key("create_group_param_add_option", kTIMCreateGroupParamAddOption, in)]
    pub add_option: Option<TIMGroupAddOption>,
    /// Who may invite, by the same rules.
    #[key("create_group_param_approve_option", kTIMCreateGroupParamApproveOption, in)]
    pub approve_option: Option<TIMGroupAddOption>,
    /// Most members. Absent or 0: what is usual for the type. 10038 above the limit of the type.
    #[key(
        "create_group_param_max_member_num",
        kTIMCreateGroupParamMaxMemberCount,
        in,
        or_text
    )]
    pub max_member_num: Option<u32>,
    /// Custom fields of the group, declared on the server before (10004 if not), at most 512 bytes each.
    #[key("create_group_param_custom_info", kTIMCreateGroupParamCustomInfo, in)]
    pub custom_info: Option<Vec<GroupInfoCustomString>>,
    /// True: permission groups decide what members of this community may do. Default false, ignored for other
    /// types.
    #[key(
        "create_group_param_enable_permission_group",
        kTIMCreateGroupParamEnablePermissionGroup,
        in
    )]
    pub enable_permission_group: Option<bool>,
    /// What every member of the community may do, a sum of V2TIMCommunityPermissionValue. Absent: with
    /// permission groups members may send messages and read the history, else 0.
    #[key(
        "create_group_param_default_permissions",
        kTIMCreateGroupParamDefaultPermissions,
        in,
        or_text
    )]
    pub default_permissions: Option<u64>,
}

/// The new group, from `TIMGroupCreate` and `TIMCommunityCreate`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct CreateGroupResult {
    /// Id of the group.
    #[key("create_group_result_groupid", kTIMCreateGroupResultGroupId, out)]
    pub group_id: String,
    /// User ids of initial members who were left out because they are in too many groups. Left out when there
    /// are none.
    #[key(
        "create_group_result_over_limit_array",
        kTimbreCreateGroupResultOverLimitArray,
        out
    )]
    pub over_limit_array: Option<Vec<String>>,
    /// User ids of initial members who could not be added for another reason, such as an unknown account or
    /// the app's refusal. Left out when there are none.
    #[key("create_group_result_failed_array", kTimbreCreateGroupResultFailedArray, out)]
    pub failed_array: Option<Vec<String>>,
}

/// What the user is in a group, in `group_base_info_self_info` of GroupBaseInfo.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupSelfInfo {
    /// Unix seconds of joining; 0 if the user is no member.
    #[key("group_self_info_join_time", kTIMGroupSelfInfoJoinTime, out)]
    pub join_time: u32,
    /// Role; 0 if the user is no member.
    #[key("group_self_info_role", kTIMGroupSelfInfoRole, out)]
    pub role: TIMGroupMemberRole,
    /// Unread messages; of a community with topics the sum over its topics.
    #[key("group_self_info_unread_num", kTIMGroupSelfInfoUnReadNum, out)]
    pub unread_num: u32,
    /// Receive option, set with `TIMMsgSetGroupReceiveMessageOpt`.
    #[key("group_self_info_msg_flag", kTIMGroupSelfInfoMsgFlag, out)]
    pub msg_flag: TIMReceiveMessageOpt,
}

/// The short form of a group. It never comes alone: lists of groups and search results give objects with the
/// keys of both GroupBaseInfo and GroupDetailInfo.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupBaseInfo {
    /// Id of the group.
    #[key("group_base_info_group_id", kTIMGroupBaseInfoGroupId, out)]
    pub group_id: String,
    /// Name.
    #[key("group_base_info_group_name", kTIMGroupBaseInfoGroupName, out)]
    pub group_name: String,
    /// Type.
    #[key("group_base_info_group_type", kTIMGroupBaseInfoGroupType, out)]
    pub group_type: TIMGroupType,
    /// Address of the picture; empty for none.
    #[key("group_base_info_face_url", kTIMGroupBaseInfoFaceUrl, out)]
    pub face_url: String,
    /// Number that grows by 1 with every change of the profile.
    #[key("group_base_info_info_seq", kTIMGroupBaseInfoInfoSeq, out)]
    pub info_seq: u32,
    /// Sequence of the newest message; 0 when there is none. The first message of a group has 1.
    #[key("group_base_info_latest_seq", kTIMGroupBaseInfoLatestSeq, out)]
    pub latest_seq: u32,
    /// The same number under an older name.
    #[key("group_base_info_lastest_seq", kTimbreGroupBaseInfoLastestSeq, out)]
    pub lastest_seq: u32,
    /// Sequence up to which the user has read.
    #[key("group_base_info_readed_seq", kTIMGroupBaseInfoReadedSeq, out)]
    pub readed_seq: u32,
    /// The user's own receive option.
    #[key("group_base_info_msg_flag", kTIMGroupBaseInfoMsgFlag, out)]
    pub msg_flag: TIMReceiveMessageOpt,
    /// True: all members are muted but the owner and admins.
    #[key("group_base_info_is_shutup_all", kTIMGroupBaseInfoIsShutupAll, out)]
    pub is_shutup_all: bool,
    /// What the user is in the group.
    #[key("group_base_info_self_info", kTIMGroupBaseInfoSelfInfo, out)]
    pub self_info: GroupSelfInfo,
}

/// One custom field of a group, with its value. Fields are declared on the server; one that is not ends a
/// call with 10004.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupInfoCustomString {
    /// Name of the field, 1 to 16 bytes.
    #[key("group_info_custom_string_info_key", kTIMGroupInfoCustomStringInfoKey, in)]
    pub key: String,
    /// Value, at most 512 bytes; empty: none, and deletes a value that is there.
    #[key("group_info_custom_string_info_value", kTIMGroupInfoCustomStringInfoValue, in)]
    pub value: String,
}

/// The profile of a group, from `TIMGroupGetGroupInfoList`, from the lists of joined groups and communities
/// and from group searches. Each of them gives the keys of GroupBaseInfo in the same object. A user who is no
/// member gets the public part.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupDetailInfo {
    /// Id of the group.
    #[key("group_detail_info_group_id", kTIMGroupDetailInfoGroupId, out)]
    pub group_id: String,
    /// Type, fixed at creation.
    #[key("group_detail_info_group_type", kTIMGroupDetailInfoGroupType, out)]
    pub group_type: TIMGroupType,
    /// True for a community whose messages are in topics.
    #[key("group_detail_info_is_support_topic", kTIMGroupDetailInfoIsSupportTopic, out)]
    pub is_support_topic: bool,
    /// Name.
    #[key("group_detail_info_group_name", kTIMGroupDetailInfoGroupName, out)]
    pub group_name: String,
    /// Notice; empty for none.
    #[key("group_detail_info_notification", kTIMGroupDetailInfoNotification, out)]
    pub notification: String,
    /// Introduction; empty for none.
    #[key("group_detail_info_introduction", kTIMGroupDetailInfoIntroduction, out)]
    pub introduction: String,
    /// Address of the picture; empty for none.
    #[key("group_detail_info_face_url", kTIMGroupDetailInfoFaceUrl, out)]
    pub face_url: String,
    /// Unix seconds of creation.
    #[key("group_detail_info_create_time", kTIMGroupDetailInfoCreateTime, out)]
    pub create_time: u32,
    /// Number that grows by 1 with every change of the profile; attributes, counters and members do not
    /// count.
    #[key("group_detail_info_info_seq", kTIMGroupDetailInfoInfoSeq, out)]
    pub info_seq: u32,
    /// Unix seconds of the last change of the profile.
    #[key("group_detail_info_last_info_time", kTIMGroupDetailInfoLastInfoTime, out)]
    pub last_info_time: u32,
    /// Sequence that the next message will have: the newest plus 1.
    #[key("group_detail_info_next_msg_seq", kTIMGroupDetailInfoNextMsgSeq, out)]
    pub next_msg_seq: u32,
    /// Unix seconds of the newest stored message; 0 when there is none.
    #[key("group_detail_info_last_msg_time", kTIMGroupDetailInfoLastMsgTime, out)]
    pub last_msg_time: u32,
    /// Number of members; of an AVChatRoom the users in it now.
    #[key("group_detail_info_member_num", kTIMGroupDetailInfoMemberNum, out)]
    pub member_num: u32,
    /// Most members; 0: no limit.
    #[key("group_detail_info_max_member_num", kTIMGroupDetailInfoMaxMemberNum, out)]
    pub max_member_num: u32,
    /// Who may join; never `kTIMGroupAddOpt_Unknown`.
    #[key("group_detail_info_add_option", kTIMGroupDetailInfoAddOption, out)]
    pub add_option: TIMGroupAddOption,
    /// Who may invite; never `kTIMGroupAddOpt_Unknown`.
    #[key("group_detail_info_approve_option", kTIMGroupDetailInfoApproveOption, out)]
    pub approve_option: TIMGroupAddOption,
    /// 1: users who are no members may read the member list. Default 0.
    #[key("group_detail_info_visible", kTIMGroupDetailInfoVisible, out)]
    pub visible: u32,
    /// 1: cloud searches find the group. Default 1.
    #[key("group_detail_info_searchable", kTIMGroupDetailInfoSearchable, out)]
    pub searchable: u32,
    /// True: all members are muted but the owner and admins.
    #[key("group_detail_info_is_shutup_all", kTIMGroupDetailInfoIsShutupAll, out)]
    pub is_shutup_all: bool,
    /// User id of the owner; empty for a Work group whose owner has left.
    #[key("group_detail_info_owner_identifier", kTIMGroupDetailInfoOwnerIdentifier, out)]
    pub owner_identifier: String,
    /// Custom fields that the caller may read, those without a value with an empty one.
    #[key("group_detail_info_custom_info", kTIMGroupDetailInfoCustomInfo, out)]
    pub custom_info: Vec<GroupInfoCustomString>,
    /// True: permission groups are on. Communities only.
    #[key(
        "group_detail_info_enable_permission_group",
        kTIMGroupDetailInfoEnablePermissionGroup,
        out
    )]
    pub enable_permission_group: bool,
    /// What every member of a community with permission groups may do, a sum of
    /// V2TIMCommunityPermissionValue.
    #[key(
        "group_detail_info_default_permissions",
        kTIMGroupDetailInfoDefaultPermissions,
        out
    )]
    pub default_permissions: u32,
    /// Members online when that was last counted; 0 if it never was. `TIMGroupGetOnlineMemberCount` counts
    /// anew.
    #[key(
        "group_detail_info_online_member_num",
        kTIMGroupDetailInfoOnlineMemberNum,
        out
    )]
    pub online_member_num: u32,
}

/// The answer for one of the group ids given to `TIMGroupGetGroupInfoList`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GetGroupInfoResult {
    /// 0; 10010: no such group; 10015: no id of a group; 10007: a Work group that the user is not in.
    #[key("get_groups_info_result_code", kTIMGetGroupInfoResultCode, out)]
    pub code: i32,
    /// What the code means; empty for 0.
    #[key("get_groups_info_result_desc", kTIMGetGroupInfoResultDesc, out)]
    pub desc: String,
    /// Profile, together with the keys of GroupBaseInfo. When the code is not 0 only the ids are filled.
    #[key("get_groups_info_result_info", kTIMGetGroupInfoResultInfo, out)]
    pub info: GroupDetailInfo,
}

/// What to search groups for. `TIMGroupSearchGroups` and `TIMGroupSearchCloudGroups` take it.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupSearchParam {
    /// Keywords, 1 to 5 texts that are not empty (6017 for more). Absent or empty: nothing is found here,
    /// 6017 in the cloud.
    #[key("group_search_params_keyword_list", kTIMGroupSearchParamKeywordList, in)]
    pub keyword_list: Option<Vec<String>>,
    /// Where to look on this device; absent or empty: in both fields. The cloud always looks in both.
    #[key("group_search_params_field_list", kTIMGroupSearchParamFieldList, in)]
    pub field_list: Option<Vec<TIMGroupSearchFieldKey>>,
    /// Whether one keyword is enough or all are needed; default one. For the cloud only.
    #[key(
        "group_search_params_keyword_list_match_type",
        kTIMGroupSearchParamKeywordListMatchType,
        in
    )]
    pub keyword_list_match_type: Option<TIMKeywordListMatchType>,
    /// Most groups per page, 1 to 100 (6017 for another number); default 20. For the cloud only.
    #[key(
        "group_search_params_search_count",
        kTIMGroupSearchParamSearchCount,
        in,
        or_text
    )]
    pub search_count: Option<u32>,
    /// Cursor of the next page; absent or empty: the first. Good for 10 minutes, then 10004. For the cloud
    /// only.
    #[key("group_search_params_search_cursor", kTIMGroupSearchParamSearchCursor, in)]
    pub search_cursor: Option<String>,
}

/// A page of groups found by `TIMGroupSearchCloudGroups`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupSearchResult {
    /// True: this was the last page.
    #[key("group_search_result_is_finished", kTIMGroupSearchResultIsFinished, out)]
    pub is_finished: bool,
    /// Groups found in all.
    #[key("group_search_result_total_count", kTIMGroupSearchResultTotalCount, out)]
    pub total_count: u32,
    /// Cursor for the next page; empty after the last one.
    #[key("group_search_result_next_cursor", kTIMGroupSearchResultNextCursor, out)]
    pub next_cursor: String,
    /// Groups of this page, each with the keys of GroupBaseInfo too.
    #[key("group_search_result_group_list", kTIMGroupSearchResultGroupList, out)]
    pub group_list: Vec<GroupDetailInfo>,
}

/// What to change in the profile of a group. `TIMGroupModifyGroupInfo` takes it. A key counts only when its
/// flag is set, and has to be there then (6017).
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupModifyInfoParam {
    /// Id of the group.
    #[key(
        "group_modify_info_param_group_id",
        kTIMGroupModifyInfoParamGroupId,
        in,
        required
    )]
    pub group_id: String,
    /// What to change: a sum of flags, not 0 (6017). `kTIMGroupModifyInfoFlag_Owner` is 2147483648 here;
    /// -2147483648 is taken too.
    #[key(
        "group_modify_info_param_modify_flag",
        kTIMGroupModifyInfoParamModifyFlag,
        in,
        required,
        or_text,
        bits(TIMGroupModifyInfoFlag)
    )]
    pub modify_flag: u32,
    /// Name, 1 to 100 bytes (8502).
    #[key("group_modify_info_param_group_name", kTIMGroupModifyInfoParamGroupName, in)]
    pub group_name: Option<String>,
    /// Notice, at most 400 bytes (8504).
    #[key(
        "group_modify_info_param_notification",
        kTIMGroupModifyInfoParamNotification,
        in
    )]
    pub notification: Option<String>,
    /// Introduction, at most 400 bytes (8503).
    #[key(
        "group_modify_info_param_introduction",
        kTIMGroupModifyInfoParamIntroduction,
        in
    )]
    pub introduction: Option<String>,
    /// Address of the picture, at most 500 bytes (8505).
    #[key("group_modify_info_param_face_url", kTIMGroupModifyInfoParamFaceUrl, in)]
    pub face_url: Option<String>,
    /// Who may join: 0, 1 or 2. Fixed for an AVChatRoom and a community (10007).
    #[key("group_modify_info_param_add_option", kTIMGroupModifyInfoParamAddOption, in)]
    pub add_option: Option<TIMGroupAddOption>,
    /// Who may invite: 0, 1 or 2. Fixed for an AVChatRoom and a community (10007).
    #[key(
        "group_modify_info_param_approve_option",
        kTIMGroupModifyInfoParamApproveOption,
        in
    )]
    pub approve_option: Option<TIMGroupAddOption>,
    /// Most members: not 0 (10004), not below the members there are and not above the limit of the type
    /// (10038).
    #[key(
        "group_modify_info_param_max_member_num",
        kTIMGroupModifyInfoParamMaxMemberNum,
        in,
        or_text
    )]
    pub max_member_num: Option<u32>,
    /// 1 or true: users who are no members may read the member list; 0 or false: they may not.
    #[key(
        "group_modify_info_param_visible",
        kTIMGroupModifyInfoParamVisible,
        in,
        or_text
    )]
    pub visible: Option<u32>,
    /// 1 or true: cloud searches find the group; 0 or false: they do not.
    #[key(
        "group_modify_info_param_searchable",
        kTIMGroupModifyInfoParamSearchAble,
        in,
        or_text
    )]
    pub searchable: Option<u32>,
    /// True: mute all members but the owner and admins; false: end that. 10007 for a Work group.
    #[key(
        "group_modify_info_param_is_shutup_all",
        kTIMGroupModifyInfoParamIsShutupAll,
        in
    )]
    pub is_shutup_all: Option<bool>,
    /// User id of the new owner, who has to be a member (10007).
    #[key("group_modify_info_param_owner", kTIMGroupModifyInfoParamOwner, in)]
    pub owner: Option<String>,
    /// Custom fields to set or, with an empty value, to delete; others stay as they are.
    #[key("group_modify_info_param_custom_info", kTIMGroupModifyInfoParamCustomInfo, in)]
    pub custom_info: Option<Vec<GroupInfoCustomString>>,
    /// True: switch permission groups on in a community.
    #[key(
        "group_modify_info_param_enable_permission_group",
        kTIMGroupModifyInfoParamEnablePermissionGroup,
        in
    )]
    pub enable_permission_group: Option<bool>,
    /// What every member of the community may do, a sum of V2TIMCommunityPermissionValue.
    #[key(
        "group_modify_info_param_default_permissions",
        kTIMGroupModifyInfoParamDefaultPermissions,
        in,
        or_text
    )]
    pub default_permissions: Option<u32>,
}
