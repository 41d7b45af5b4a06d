//! The objects of group members.

use timbre_macros::JsonObject;

use crate::model::enums::common::TIMReceiveMessageOpt;
use crate::model::enums::groups::{
    HandleGroupMemberResult, TIMGroupMemberRole, TIMGroupMemberSearchFieldKey,
};
use crate::model::enums::messages::TIMKeywordListMatchType;
use crate::model::json::JsonText;

/// A member of a group. Lists, searches, tips and messages give it; as an initial member of `TIMGroupCreate`
/// and `TIMCommunityCreate` only user id, role and custom fields are read.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupMemberInfo {
    /// User id.
    #[key("group_member_info_identifier", kTIMGroupMemberInfoIdentifier, rw, required)]
    pub identifier: String,
    /// Id of the group.
    #[key("group_member_info_group_id", kTIMGroupMemberInfoGroupId, out)]
    pub group_id: String,
    /// Unix seconds of joining.
    #[key("group_member_info_join_time", kTIMGroupMemberInfoJoinTime, out)]
    pub join_time: u32,
    /// Role. For an initial member 0, 200 or 300; 400 is refused with 8509, and so is 300 in a Work group.
    #[key("group_member_info_member_role", kTIMGroupMemberInfoMemberRole, rw)]
    pub member_role: TIMGroupMemberRole,
    /// The user's own receive option; 0 for everybody else.
    #[key("group_member_info_msg_flag", kTIMGroupMemberInfoMsgFlag, out)]
    pub msg_flag: TIMReceiveMessageOpt,
    /// Sequence up to which the user himself has read; 0 for everybody else.
    #[key("group_member_info_msg_seq", kTIMGroupMemberInfoMsgSeq, out)]
    pub msg_seq: u32,
    /// Unix seconds at which the mute ends; 0: not muted; 4294967295: muted for ever.
    #[key("group_member_info_shutup_time", kTIMGroupMemberInfoShutupTime, out)]
    pub shutup_time: u32,
    /// Name in this group, at most 50 bytes; empty for none. Show it before remark, nickname and user id.
    #[key("group_member_info_name_card", kTIMGroupMemberInfoNameCard, out)]
    pub name_card: String,
    /// Nickname of the user's profile.
    #[key("group_member_info_nick_name", kTIMGroupMemberInfoNickName, out)]
    pub nick_name: String,
    /// The caller's remark on this user as a friend; empty for none.
    #[key("group_member_info_friend_remark", kTIMGroupMemberInfoFriendRemark, out)]
    pub friend_remark: String,
    /// The same remark under a second name.
    #[key("group_member_info_remark", kTimbreGroupMemberInfoRemark, out)]
    pub remark: String,
    /// Picture of the user's profile.
    #[key("group_member_info_face_url", kTIMGroupMemberInfoFaceUrl, out)]
    pub face_url: String,
    /// Custom fields of the member: those that the caller may read. `[]` for none.
    #[key("group_member_info_custom_info", kTIMGroupMemberInfoCustomInfo, out)]
    pub custom_info: Vec<GroupMemberInfoCustomString>,
    /// The text `true` or `false`. Only in the pages of `TIMGroupGetMemberInfoList`, and not for an
    /// AVChatRoom; else left out.
    #[key("group_member_info_is_online", kTIMGroupMemberInfoIsOnline, out)]
    pub is_online: Option<String>,
    /// Platforms of the devices that are online. Present when `group_member_info_is_online` is.
    #[key("group_member_info_online_devices", kTIMGroupMemberInfoOnlineDevices, out)]
    pub online_devices: Option<Vec<String>>,
}

/// Which members `TIMGroupGetMemberInfoList` is to list.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupMemberGetInfoOption {
    /// Roles: a sum of flags, 0 for all; or a mark, 1000 or more, in an AVChatRoom or community. Default 0.
    /// Roles are ignored for an AVChatRoom.
    #[key(
        "group_member_get_info_option_role_flag",
        kTIMGroupMemberGetInfoOptionRoleFlag,
        rw,
        or_text,
        bits(TIMGroupMemberRoleFlag)
    )]
    pub role_flag: u64,
    /// Taken and ignored: every key is always given.
    #[key(
        "group_member_get_info_option_info_flag",
        kTIMGroupMemberGetInfoOptionInfoFlag,
        rw,
        or_text,
        bits(TIMGroupMemberInfoFlag)
    )]
    pub info_flag: u64,
    /// Names of the custom fields wanted; absent or empty: all that the caller may read.
    #[key(
        "group_member_get_info_option_custom_array",
        kTIMGroupMemberGetInfoOptionCustomArray,
        in
    )]
    pub custom_array: Option<Vec<String>>,
}

/// Which members of which group. `TIMGroupGetMemberInfoList` takes it.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupGetMemberInfoListParam {
    /// Id of the group or private topic.
    #[key(
        "group_get_members_info_list_param_group_id",
        kTIMGroupGetMemberInfoListParamGroupId,
        in,
        required
    )]
    pub group_id: String,
    /// User ids: exactly these members are given, without those who are no members, whatever option and
    /// position say. Absent or empty: all members, page by page.
    #[key(
        "group_get_members_info_list_param_identifier_array",
        kTIMGroupGetMemberInfoListParamIdentifierArray,
        in
    )]
    pub identifier_array: Option<Vec<String>>,
    /// Filter; absent: none.
    #[key(
        "group_get_members_info_list_param_option",
        kTIMGroupGetMemberInfoListParamOption,
        in
    )]
    pub option: Option<GroupMemberGetInfoOption>,
    /// Position of the page: 0 or absent for the first, then the one that came with the page before.
    #[key(
        "group_get_members_info_list_param_next_seq",
        kTIMGroupGetMemberInfoListParamNextSeq,
        in,
        or_text
    )]
    pub next_seq: Option<u64>,
}

/// A page of members, from `TIMGroupGetMemberInfoList`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupGetMemberInfoListResult {
    /// Position of the next page; 0: this was the last. Only this number tells: a page may be short, even
    /// empty, before the end.
    #[key(
        "group_get_member_info_list_result_next_seq",
        kTIMGroupGetMemberInfoListResultNexSeq,
        out
    )]
    pub next_seq: u64,
    /// Members: the owner, then admins, then the others by time of joining. Of an AVChatRoom the newest
    /// users, newest first.
    #[key(
        "group_get_member_info_list_result_info_array",
        kTIMGroupGetMemberInfoListResultInfoArray,
        out
    )]
    pub info_array: Vec<GroupMemberInfo>,
    /// The same number under an older name.
    #[key(
        "group_get_memeber_info_list_result_next_seq",
        kTimbreGroupGetMemeberInfoListResultNextSeq,
        out
    )]
    pub memeber_next_seq: u64,
    /// The same array under an older name.
    #[key(
        "group_get_memeber_info_list_result_info_array",
        kTimbreGroupGetMemeberInfoListResultInfoArray,
        out
    )]
    pub memeber_info_array: Vec<GroupMemberInfo>,
}

/// What to search members for. `TIMGroupSearchGroupMembers` and `TIMGroupSearchCloudGroupMembers` take it.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupMemberSearchParam {
    /// Keywords, 1 to 5 texts that are not empty (6017 for more). Absent or empty: nothing is found here,
    /// 6017 in the cloud.
    #[key(
        "group_search_member_params_keyword_list",
        TIMGroupMemberSearchParamKeywordList,
        in
    )]
    pub keyword_list: Option<Vec<String>>,
    /// Ids of the groups to search; absent or empty: all the groups of the user.
    #[key(
        "group_search_member_params_groupid_list",
        TIMGroupMemberSearchParamGroupidList,
        in
    )]
    pub group_ids: Option<Vec<String>>,
    /// Where to look on this device; absent or empty: in all fields.
    #[key(
        "group_search_member_params_field_list",
        TIMGroupMemberSearchParamFieldList,
        in
    )]
    pub field_list: Option<Vec<TIMGroupMemberSearchFieldKey>>,
    /// Whether one keyword is enough or all are needed; default one. For the cloud only.
    #[key(
        "group_member_search_params_keyword_list_match_type",
        TIMGroupMemberSearchParamKeywordListMatchType,
        in
    )]
    pub keyword_list_match_type: Option<TIMKeywordListMatchType>,
    /// Most members per page, 1 to 100 (6017 for another number); default 20. For the cloud only.
    #[key(
        "group_member_search_params_search_count",
        TIMGroupMemberSearchParamSearchCount,
        in,
        or_text
    )]
    pub search_count: Option<u32>,
    /// Cursor of the next page; absent or empty: the first. For the cloud only.
    #[key(
        "group_member_search_params_search_cursor",
        TIMGroupMemberSearchParamSearchCursor,
        in
    )]
    pub search_cursor: Option<String>,
}

/// The members found in one group, from `TIMGroupSearchGroupMembers` and `TIMGroupSearchCloudGroupMembers`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupSearchGroupMembersResult {
    /// Id of the group.
    #[key(
        "group_search_member_result_groupid",
        TIMGroupSearchGroupMembersResultGroupID,
        out
    )]
    pub group_id: String,
    /// Members that were found in it.
    #[key(
        "group_search_member_result_member_info_list",
        TIMGroupSearchGroupMembersResultMemberInfoList,
        out
    )]
    pub member_info_list: Vec<GroupMemberInfo>,
}

/// A page of members found by `TIMGroupSearchCloudGroupMembers`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupMemberSearchResult {
    /// True: this was the last page.
    #[key(
        "group_member_search_result_is_finished",
        TIMGroupMemberSearchResultIsFinished,
        out
    )]
    pub is_finished: bool,
    /// Members found in all.
    #[key(
        "group_member_search_result_total_count",
        TIMGroupMemberSearchResultTotalCount,
        out
    )]
    pub total_count: u32,
    /// Cursor for the next page; empty after the last one.
    #[key(
        "group_member_search_result_next_cursor",
        TIMGroupMemberSearchResultNextCursor,
        out
    )]
    pub next_cursor: String,
    /// Groups with the members found in them: an array of GroupSearchGroupMembersResult objects, written as a
    /// text that holds the JSON; the text `[]` when nothing was found.
    #[key(
        "group_member_search_result_member_list",
        TIMGroupMemberSearchResultMemberList,
        out
    )]
    pub member_list: JsonText<Vec<GroupSearchGroupMembersResult>>,
}

/// One custom field of a member, with its value. Fields are declared on the server; one that is not ends a
/// call with 10004.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupMemberInfoCustomString {
    /// Name of the field, 1 to 16 bytes. The name of this key in GroupInfoCustomString is taken too.
    #[key(
        "group_member_info_custom_string_info_key",
        kTIMGroupMemberInfoCustomStringInfoKey,
        in,
        alias("group_info_custom_string_info_key")
    )]
    pub key: String,
    /// Value, at most 64 bytes; empty: none, and deletes a value that is there. The name of this key in
    /// GroupInfoCustomString is taken too.
    #[key(
        "group_member_info_custom_string_info_value",
        kTIMGroupMemberInfoCustomStringInfoValue,
        in,
        alias("group_info_custom_string_info_value")
    )]
    pub value: String,
}

/// What to change of a member. `TIMGroupModifyMemberInfo` takes it. A key counts only when its flag is set.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupModifyMemberInfoParam {
    /// Id of the group, or of a topic for a mute there.
    #[key(
        "group_modify_member_info_group_id",
        kTIMGroupModifyMemberInfoParamGroupId,
        in,
        required
    )]
    pub group_id: String,
    /// User id of the member.
    #[key(
        "group_modify_member_info_identifier",
        kTIMGroupModifyMemberInfoParamIdentifier,
        in,
        required
    )]
    pub identifier: String,
    /// What to change: a sum of flags.
    #[key(
        "group_modify_member_info_modify_flag",
        kTIMGroupModifyMemberInfoParamModifyFlag,
        in,
        required,
        or_text,
        bits(TIMGroupMemberModifyInfoFlag)
    )]
    pub modify_flag: u32,
    /// The user's own receive option; nobody may set that of somebody else (10007).
    #[key(
        "group_modify_member_info_msg_flag",
        kTIMGroupModifyMemberInfoParamMsgFlag,
        in
    )]
    pub msg_flag: Option<TIMReceiveMessageOpt>,
    /// 200 or 300, by the owner only; 400 hands the group over. 6017 for another number.
    #[key(
        "group_modify_member_info_member_role",
        kTIMGroupModifyMemberInfoParamMemberRole,
        in
    )]
    pub member_role: Option<TIMGroupMemberRole>,
    /// Seconds of mute from now on; 0: no longer muted; 4294967295: for ever.
    #[key(
        "group_modify_member_info_shutup_time",
        kTIMGroupModifyMemberInfoParamShutupTime,
        in,
        or_text
    )]
    pub mute_seconds: Option<u32>,
    /// Name in this group, at most 50 bytes (8506); empty: none.
    #[key(
        "group_modify_member_info_name_card",
        kTIMGroupModifyMemberInfoParamNameCard,
        in
    )]
    pub name_card: Option<String>,
    /// Custom fields to set or, with an empty value, to delete; others stay as they are.
    #[key(
        "group_modify_member_info_custom_info",
        kTIMGroupModifyMemberInfoParamCustomInfo,
        in
    )]
    pub custom_info: Option<Vec<GroupMemberInfoCustomString>>,
}

/// Whom to invite into which group. `TIMGroupInviteMember` takes it.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupInviteMemberParam {
    /// Id of the group or private topic.
    #[key(
        "group_invite_member_param_group_id",
        kTIMGroupInviteMemberParamGroupId,
        in,
        required
    )]
    pub group_id: String,
    /// User ids, 1 to 20: 8510 for none, 10005 for more.
    #[key(
        "group_invite_member_param_identifier_array",
        kTIMGroupInviteMemberParamIdentifierArray,
        in,
        required
    )]
    pub identifier_array: Vec<String>,
    /// Text for the invited and for those who decide on the invitation, at most 1000 bytes; default empty.
    #[key("group_invite_member_param_user_data", kTIMGroupInviteMemberParamUserData, in)]
    pub user_data: Option<String>,
}

/// What became of one invitation, from `TIMGroupInviteMember`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupInviteMemberResult {
    /// User id of the invited.
    #[key(
        "group_invite_member_result_identifier",
        kTIMGroupInviteMemberResultIdentifier,
        out
    )]
    pub identifier: String,
    /// What became of it.
    #[key("group_invite_member_result_result", kTIMGroupInviteMemberResultResult, out)]
    pub result: HandleGroupMemberResult,
}

/// Whom to remove from which group. `TIMGroupDeleteMember` takes it.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupDeleteMemberParam {
    /// Id of the group or private topic.
    #[key(
        "group_delete_member_param_group_id",
        kTIMGroupDeleteMemberParamGroupId,
        in,
        required
    )]
    pub group_id: String,
    /// User ids, 1 to 20: 6017 for none, 10005 for more.
    #[key(
        "group_delete_member_param_identifier_array",
        kTIMGroupDeleteMemberParamIdentifierArray,
        in,
        required
    )]
    pub identifier_array: Vec<String>,
    /// Reason, at most 1000 bytes; the removed user gets it. Default empty.
    #[key("group_delete_member_param_user_data", kTIMGroupDeleteMemberParamUserData, in)]
    pub user_data: Option<String>,
    /// Seconds for which the user can neither come back nor send. 0 or absent: none, but without end in an
    /// AVChatRoom.
    #[key(
        "group_delete_member_param_duration",
        kTIMGroupDeleteMemberParamDuration,
        in,
        or_text
    )]
    pub duration: Option<u32>,
}

/// What became of one removal, from `TIMGroupDeleteMember`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupDeleteMemberResult {
    /// User id.
    #[key(
        "group_delete_member_result_identifier",
        kTIMGroupDeleteMemberResultIdentifier,
        out
    )]
    pub identifier: String,
    /// `kTIMGroupMember_HandledSuc`, or `kTIMGroupMember_HandledErr` for one who is no member or whom the
    /// caller may not remove.
    #[key("group_delete_member_result_result", kTIMGroupDeleteMemberResultResult, out)]
    pub result: HandleGroupMemberResult,
}
