//! The element that tells of a change in a group.

use timbre_macros::JsonObject;

use super::GroupMemberInfo;
use crate::model::enums::groups::{TIMGroupJoinType, TIMGroupTipGroupChangeFlag, TIMGroupTipType};
use crate::model::messages::objects::Message;
use crate::model::users::objects::UserProfile;

/// One changed field of a group, in `group_tips_elem_group_change_info_array` of GroupTipsElem. The flag says
/// which of the value keys counts.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupTipGroupChangeInfo {
    /// The field that changed.
    #[key("group_tips_group_change_info_flag", kTIMGroupTipGroupChangeInfoFlag, out)]
    pub flag: TIMGroupTipGroupChangeFlag,
    /// New text, or user id of the new owner; of a custom field the new value, empty when it was deleted.
    #[key("group_tips_group_change_info_value", kTIMGroupTipGroupChangeInfoValue, out)]
    pub value: String,
    /// Name of the custom field that changed; else empty.
    #[key("group_tips_group_change_info_key", kTIMGroupTipGroupChangeInfoKey, out)]
    pub key: String,
    /// Whether muting all members, or permission groups, are on now; else false.
    #[key(
        "group_tips_group_change_info_bool_value",
        kTIMGroupTipGroupChangeInfoBoolValue,
        out
    )]
    pub bool_value: bool,
    /// New join or invite option as a TIMGroupAddOption, new TIMReceiveMessageOpt, or new member limit of a
    /// topic; else 0.
    #[key(
        "group_tips_group_change_info_int_value",
        kTIMGroupTipGroupChangeInfoIntValue,
        out
    )]
    pub int_value: i32,
    /// New default permissions: a sum of V2TIMCommunityPermissionValue, of a topic of
    /// V2TIMTopicPermissionValue; else 0.
    #[key(
        "group_tips_group_change_info_uint64_value",
        kTIMGroupTipGroupChangeInfoUint64Value,
        out
    )]
    pub uint64_value: u64,
}

/// A member who was muted or unmuted, in `group_tips_elem_member_change_info_array` of GroupTipsElem.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupTipMemberChangeInfo {
    /// User id of the member.
    #[key(
        "group_tips_member_change_info_identifier",
        kTIMGroupTipMemberChangeInfoIdentifier,
        out
    )]
    pub identifier: String,
    /// Seconds of mute as they were set, from the time of the tip on; 0: no longer muted; 4294967295: for
    /// ever.
    #[key(
        "group_tips_member_change_info_shutupTime",
        kTIMGroupTipMemberChangeInfoShutupTime,
        out
    )]
    pub mute_seconds: u32,
}

/// A mark that members got or lost, in `group_tips_elem_member_mark_info_array` of GroupTipsElem.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupTipMemberMarkChangeInfo {
    /// True: the members got the mark; false: they lost it.
    #[key(
        "group_tips_member_mark_change_info_enableMark",
        kTIMGroupTipMemberChangeInfoEnableMark,
        out
    )]
    pub enable_mark: bool,
    /// The mark, 1000 or more.
    #[key(
        "group_tips_member_mark_change_info_markType",
        kTIMGroupTipMemberMarkChangeInfoMarkType,
        out
    )]
    pub mark_type: u32,
    /// User ids of the members.
    #[key(
        "group_tips_member_mark_change_info_userIDList",
        kTIMGroupTipMemberMarkChangeInfoUserIDList,
        out
    )]
    pub user_ids: Vec<String>,
}

/// What happened in a group, told to all its members: the object of `TIMGroupTipsEventCallback`, and an
/// element of the message by which the same tip arrives. The server makes it, and a program that shows it
/// composes the text. Arrays that have no meaning for the type are empty. Sending such an element fails.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupTipsElem {
    /// What happened.
    #[key("group_tips_elem_tip_type", kTIMGroupTipsElemTipType, out)]
    pub tip_type: TIMGroupTipType,
    /// How the new members came, for `kTIMGroupTip_Invite`; else 0.
    #[key("group_tips_elem_join_type", kTIMGroupTipsElemJoinType, out)]
    pub join_type: TIMGroupJoinType,
    /// User id of who did it: also the one who joined or left by himself. `administrator` when the app did
    /// it.
    #[key("group_tips_elem_op_user", kTIMGroupTipsElemOpUser, out)]
    pub op_user: String,
    /// Id of the group or topic.
    #[key("group_tips_elem_group_id", kTIMGroupTipsElemGroupId, out)]
    pub group_id: String,
    /// User ids of those it was done to; empty when the profile changed.
    #[key("group_tips_elem_user_array", kTIMGroupTipsElemUserArray, out)]
    pub user_array: Vec<String>,
    /// Changed fields, for `kTIMGroupTip_GroupInfoChange` and `kTIMGroupTip_TopicInfoChange`.
    #[key(
        "group_tips_elem_group_change_info_array",
        kTIMGroupTipsElemGroupChangeInfoArray,
        out
    )]
    pub group_change_info_array: Vec<GroupTipGroupChangeInfo>,
    /// Muted and unmuted members, for `kTIMGroupTip_MemberInfoChange`.
    #[key(
        "group_tips_elem_member_change_info_array",
        kTIMGroupTipsElemMemberChangeInfoArray,
        out
    )]
    pub member_change_info_array: Vec<GroupTipMemberChangeInfo>,
    /// Profile of `group_tips_elem_op_user`.
    #[key("group_tips_elem_op_user_info", kTIMGroupTipsElemOpUserInfo, out)]
    pub op_user_info: UserProfile,
    /// The same user as a member of the group.
    #[key(
        "group_tips_elem_op_group_memberinfo",
        kTIMGroupTipsElemOpGroupMemberInfo,
        out
    )]
    pub op_group_memberinfo: GroupMemberInfo,
    /// Profiles of the users in `group_tips_elem_user_array`, in the same order.
    #[key(
        "group_tips_elem_changed_user_info_array",
        kTIMGroupTipsElemChangedUserInfoArray,
        out
    )]
    pub changed_user_info_array: Vec<UserProfile>,
    /// The same users as members of the group, in the same order.
    #[key(
        "group_tips_elem_changed_group_memberinfo_array",
        kTIMGroupTipsElemChangedGroupMemberInfoArray,
        out
    )]
    pub changed_group_memberinfo_array: Vec<GroupMemberInfo>,
    /// Members after the event, for those who came, left or were removed; else 0.
    #[key("group_tips_elem_member_num", kTIMGroupTipsElemMemberNum, out)]
    pub member_num: u32,
    /// Platform of the device on which it was done: `Windows`, `Mac`, `Linux`, `Android`, `iPhone`, `iPad`,
    /// `Web`, or `RESTAPI`.
    #[key("group_tips_elem_platform", kTIMGroupTipsElemPlatform, out)]
    pub platform: String,
    /// Changed marks, for `kTIMGroupTip_MemberMarkChange`.
    #[key(
        "group_tips_elem_member_mark_info_array",
        kTIMGroupTipsElemMemberMarkInfoArray,
        out
    )]
    pub member_mark_info_array: Vec<GroupTipMemberMarkChangeInfo>,
    /// The message that was pinned or unpinned, with the keys that identify it and its sender.
    #[key(
        "group_tips_elem_pinned_message_list",
        kTIMGroupTipsElemPinnedMessageList,
        out
    )]
    pub pinned_message_list: Vec<Message>,
    /// Name of the group at that time.
    #[key("group_tips_elem_group_name", kTIMGroupTipsElemGroupName, out)]
    pub group_name: String,
    /// Unix seconds of the event.
    #[key("group_tips_elem_time", kTIMGroupTipsElemTime, out)]
    pub time: u32,
}
