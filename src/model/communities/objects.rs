//! The JSON objects of communities: topics, permission groups, and the results of the calls on them.

use timbre_macros::JsonObject;

use crate::model::conversations::objects::GroupAtInfo;
use crate::model::enums::common::TIMReceiveMessageOpt;
use crate::model::enums::groups::TIMGroupAddOption;
use crate::model::groups::objects::GroupMemberInfo;
use crate::model::messages::objects::Message;

/// A topic of a community. `TIMCommunityCreateTopicInCommunity` and `TIMCommunitySetTopicInfo` take it,
/// `TIMCommunityGetTopicInfoList` and `TIMCommunityChangeTopicInfoCallback` give it. Unread number, mute,
/// receive option and draft are those of the user who is logged in.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct TopicInfo {
    /// Topic id: the id of the community, `@TOPIC#_`, and a part of its own; at most 96 bytes. Required to
    /// change a topic (6017); without it a new topic gets an automatic id.
    #[key("group_topic_info_topic_id", kTIMCommunityTopicInfoTopicID, rw)]
    pub topic_id: String,
    /// `Public` for every member of the community, `Private` for members of the topic only. Default `Public`.
    #[key("group_topic_info_topic_type", kTIMCommunityTopicInfoTopicType, rw)]
    pub topic_type: Option<String>,
    /// Name, 1 to 150 bytes (else 8502). Required for a new topic (6017).
    #[key("group_topic_info_topic_name", kTIMCommunityTopicInfoTopicName, rw)]
    pub topic_name: Option<String>,
    /// Introduction, at most 400 bytes (else 8503). Empty when unset.
    #[key("group_topic_info_introduction", kTIMCommunityTopicInfoIntroduction, rw)]
    pub introduction: Option<String>,
    /// Notice, at most 400 bytes (else 8504). Empty when unset.
    #[key("group_topic_info_notification", kTIMCommunityTopicInfoNotification, rw)]
    pub notification: Option<String>,
    /// URL of the picture, at most 500 bytes (else 8505). Empty when unset.
    #[key("group_topic_info_topic_face_url", kTIMCommunityTopicInfoFaceURL, rw)]
    pub topic_face_url: Option<String>,
    /// True mutes everybody in this topic but the owner and, without permission groups, the admins.
    #[key("group_topic_info_is_all_muted", kTIMCommunityTopicInfoIsAllMuted, rw)]
    pub is_all_muted: Option<bool>,
    /// Unix second at which the user's own mute ends, in this topic or in the community, the later of the
    /// two; 0 for no mute.
    #[key("group_topic_info_self_mute_time", kTIMCommunityTopicInfoSelfMuteTime, out)]
    pub self_mute_time: u32,
    /// Text of the application, at most 3000 bytes (else 6017), given back unchanged. Empty when unset.
    #[key("group_topic_info_custom_string", kTIMCommunityTopicInfoCustomString, rw)]
    pub custom_string: Option<String>,
    /// The receive option in force for the user: not receiving the community wins, then the community's
    /// option if the topic inherits it, else the topic's own.
    #[key("group_topic_info_recv_opt", kTIMCommunityTopicInfoRecvOpt, out)]
    pub recv_opt: TIMReceiveMessageOpt,
    /// The user's draft, kept on this device only. Empty for none.
    #[key("group_topic_info_draft_text", kTIMCommunityTopicInfoDraftText, rw)]
    pub draft_text: Option<String>,
    /// Number of messages that the user has not read.
    #[key("group_topic_info_unread_count", kTIMCommunityTopicInfoUnreadCount, out)]
    pub unread_count: u64,
    /// The newest message; the key is left out when there is none.
    #[key("group_topic_info_last_message", kTIMCommunityTopicInfoLastMessage, out)]
    pub last_message: Option<Message>,
    /// Sequence of the last message that the user has read; 0 for none.
    #[key("topic_info_read_sequence", kTIMCommunityTopicInfoReadSequence, out)]
    pub read_sequence: u64,
    /// Unread messages that mention the user or everybody, the newest 100; marking as read empties it.
    #[key(
        "group_topic_info_group_at_info_array",
        kTIMCommunityTopicInfoGroupAtInfoArray,
        out
    )]
    pub group_at_info_array: Vec<GroupAtInfo>,
    /// What `TIMCommunitySetTopicInfo` changes; its key must then be there too. Missing or 0 is 6017 there,
    /// through the callback; other functions do not look at it.
    #[key(
        "group_modify_info_param_modify_flag",
        kTIMCommunityTopicInfoModifyFlag,
        in,
        or_text,
        bits(TIMCommunityTopicModifyInfoFlag)
    )]
    pub modify_flag: Option<u32>,
    /// Unix second at which the topic was created.
    #[key("topic_create_time", kTIMCommunityTopicCreateTime, out)]
    pub create_time: u32,
    /// How a request to join a private topic is handled; the core gives it back too. Default `Any`; without
    /// effect in a public topic.
    #[key("group_topic_info_topic_add_opt", kTIMCommunityTopicInfoTopicAddOpt, in)]
    pub topic_add_opt: Option<TIMGroupAddOption>,
    /// How an invitation to a private topic is handled; the core gives it back too. Default `Any`; without
    /// effect in a public topic.
    #[key(
        "group_topic_info_topic_approve_opt",
        kTIMCommunityTopicInfoTopicApproveOpt,
        in
    )]
    pub topic_approve_opt: Option<TIMGroupAddOption>,
    /// First members of a private topic, at most 100 (else 10005); only the user id of each is looked at.
    /// Also read when a public topic becomes private. Users outside of the community are left out.
    #[key("group_topic_info_member_list", kTIMCommunityTopicInfoMemberlist, in)]
    pub member_list: Option<Vec<GroupMemberInfo>>,
    /// Most members of a private topic, 1 to 10000, which is the default. Given at creation; not changed
    /// later.
    #[key(
        "group_topic_info_member_max_count",
        kTIMCommunityTopicInfoMemberMaxCount,
        rw,
        or_text
    )]
    pub member_max_count: Option<u32>,
    /// Rights of every member in this topic, a sum of `V2TIMTopicPermissionValue`; default 0. In force only
    /// while the community has permission groups on.
    #[key(
        "default_permissions",
        kTIMCommunityTopicInfoDefaultPermissions,
        rw,
        or_text,
        bits(V2TIMTopicPermissionValue)
    )]
    pub default_permissions: Option<u64>,
    /// True while the user's receive option follows the community, which is the default.
    #[key(
        "group_topic_info_is_inherit_message_receive_option_from_community",
        kTIMCommunityTopicInfoIsInheritMessageReceiveOptionFromCommunity,
        out
    )]
    pub is_inherit_message_receive_option_from_community: bool,
    /// The same number as `topic_info_read_sequence`.
    #[key("group_topic_info_read_sequence", kTimbreTopicInfoReadSequence, out)]
    pub read_sequence_again: u64,
    /// The same number as `topic_create_time`.
    #[key("create_time", kTimbreTopicInfoCreateTime, out)]
    pub create_time_again: u32,
}

/// One topic of the list that `TIMCommunityGetTopicInfoList` gives.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct TopicInfoResult {
    /// 0, or why this topic is not given: 10007 no right to it, 10010 unknown, 110003 deleted.
    #[key(
        "group_topic_info_result_error_code",
        kTIMCommunityTopicInfoResultErrorCode,
        out
    )]
    pub code: i32,
    /// A sentence on the code; empty for 0.
    #[key(
        "group_topic_info_result_error_message",
        kTIMCommunityTopicInfoResultErrorMessage,
        out
    )]
    pub message: String,
    /// The topic; after an error it tells no more than the id.
    #[key(
        "group_topic_info_result_topic_info",
        kTIMCommunityTopicInfoResultTopicInfo,
        out
    )]
    pub topic_info: TopicInfo,
}

/// What became of one topic of a call: `TIMCommunityDeleteTopicFromCommunity`, and the three functions that
/// add, delete and modify the topic permissions of a permission group.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct TopicOperationResult {
    /// 0, or why it failed: 10004 a topic of another community or a wrong entry, 10007 no right, 10010
    /// unknown, 110002 could not be deleted, 110003 deleted before.
    #[key(
        "group_topic_operation_result_error_code",
        kTIMCommunityTopicOperationResultErrorCode,
        out
    )]
    pub code: i32,
    /// A sentence on the code; empty for 0.
    #[key(
        "group_topic_operation_result_error_message",
        kTIMCommunityTopicOperationResultErrorMessage,
        out
    )]
    pub message: String,
    /// Which topic.
    #[key(
        "group_topic_operation_result_topic_id",
        kTIMCommunityTopicOperationResultTopicID,
        out
    )]
    pub topic_id: String,
}

/// A permission group: a named set of rights, and the members of a community who hold them.
/// `TIMCommunityCreatePermissionGroupInCommunity` and `TIMCommunityModifyPermissionGroupInfoInCommunity` take
/// it, the lists and the create and change callbacks give it.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct PermissionGroupInfo {
    /// The community it belongs to. Required in calls; without it they end with 6017, through the callback.
    #[key("community_group_id", kTIMCommunityGroupID, rw)]
    pub community_group_id: String,
    /// Its id: `@PMG#_` and a part of its own, at most 64 bytes, unique in the community. Required to change
    /// one (6017); without it a new one gets an automatic id.
    #[key("permission_group_id", kTIMPermissionGroupID, rw)]
    pub permission_group_id: String,
    /// Name, at most 150 bytes. Default empty.
    #[key("permission_group_name", kTIMPermissionGroupName, rw)]
    pub name: Option<String>,
    /// Text of the application, at most 3000 bytes. Default empty.
    #[key("permission_custom_data", kTIMPermissionCustomData, rw)]
    pub custom_data: Option<String>,
    /// Rights of its members in the community, a sum of `V2TIMCommunityPermissionValue`; default 0. A bit
    /// that is none of them is 10004.
    #[key(
        "group_permission",
        kTIMGroupPermission,
        rw,
        or_text,
        bits(V2TIMCommunityPermissionValue)
    )]
    pub permission: Option<u64>,
    /// Number of its members.
    #[key("permission_group_member_count", kTIMPermissionGroupMemberCount, out)]
    pub member_count: u64,
    /// What `TIMCommunityModifyPermissionGroupInfoInCommunity` changes. Missing or 0: every key that is
    /// there.
    #[key(
        "permission_group_modify_info_flag",
        kTIMPermissionGroupModifyInfoFlag,
        in,
        or_text,
        bits(TIMPermissionGroupModifyInfoFlag)
    )]
    pub modify_flag: Option<u32>,
}

/// The rights that a permission group gives in one topic. `TIMCommunityAddTopicPermissionToPermissionGroup`
/// and `TIMCommunityModifyTopicPermissionInPermissionGroup` take arrays of it, the callbacks on such changes
/// give them.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct TopicPermission {
    /// Topic id.
    #[key("topic_permission_key", kTIMTopicPermissionKey, rw)]
    pub key: String,
    /// Rights, a sum of `V2TIMTopicPermissionValue`; default 0. A bit that is none of them is 10004.
    #[key(
        "topic_permission_value",
        kTIMTopicPermissionValue,
        rw,
        or_text,
        bits(V2TIMTopicPermissionValue)
    )]
    pub value: u64,
}

/// One permission group of the lists that `TIMCommunityGetPermissionGroupListInCommunity` and
/// `TIMCommunityGetJoinedPermissionGroupListInCommunity` give.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct PermissionGroupInfoResult {
    /// 0, or 10004 for an unknown id.
    #[key(
        "permission_group_info_result_error_code",
        kTIMPermissionGroupInfoResultErrorCode,
        out
    )]
    pub code: i32,
    /// A sentence on the code; empty for 0.
    #[key(
        "permission_group_info_result_error_message",
        kTIMPermissionGroupInfoResultErrorMessage,
        out
    )]
    pub message: String,
    /// The permission group; after an error it tells no more than the id.
    #[key("permission_group_info_result", kTIMPermissionGroupInfoResult, out)]
    pub info: PermissionGroupInfo,
    /// The same object as `permission_group_info_result`.
    #[key(
        "permission_group_info_result_permission_group_info",
        kTimbrePermissionGroupInfoResultPermissionGroupInfo,
        out
    )]
    pub info_again: PermissionGroupInfo,
}

/// What became of one permission group of a call of `TIMCommunityDeletePermissionGroupFromCommunity`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct PermissionGroupOperationResult {
    /// 0, or why it failed: 10004 for an unknown id, 10007 for a missing right.
    #[key(
        "permission_group_operation_result_error_code",
        kTIMPermissionGroupOperationResultErrorCode,
        out
    )]
    pub code: i32,
    /// A sentence on the code; empty for 0.
    #[key(
        "permission_group_operation_result_error_message",
        kTIMPermissionGroupOperationResultErrorMessage,
        out
    )]
    pub message: String,
    /// Which permission group.
    #[key(
        "permission_group_operation_result_id",
        kTIMPermissionGroupOperationResultID,
        out
    )]
    pub permission_group_id: String,
}

/// What became of one user of a call of `TIMCommunityAddCommunityMembersToPermissionGroup` or
/// `TIMCommunityRemoveCommunityMembersFromPermissionGroup`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct PermissionGroupMemberOperationResult {
    /// Which user.
    #[key(
        "permission_group_member_operation_result_identifier",
        kTIMPermissionGroupMemberOperationResultIdentifier,
        out
    )]
    pub identifier: String,
    /// 0, or why it failed: 10004 not in the permission group (remove), 10007 the owner or no member of the
    /// community, 10013 in the permission group before (add).
    #[key(
        "permission_group_member_operation_result_error_code",
        kTIMPermissionGroupMemberOperationResultErrorCode,
        out
    )]
    pub code: i32,
}

/// A page of the members of a permission group, from `TIMCommunityGetCommunityMemberListInPermissionGroup`.
/// After a failure both keys are empty.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct PermissionGroupMemberInfoResult {
    /// Where the next page begins; empty after the last page.
    #[key(
        "permission_group_member_info_result_next_cursor",
        kTIMPermissionGroupMemberInfoResultNextCursor,
        out
    )]
    pub next_cursor: String,
    /// At most 50 members.
    #[key(
        "permission_group_member_info_result_array",
        kTIMPermissionGroupMemberInfoResultArray,
        out
    )]
    pub members: Vec<GroupMemberInfo>,
}

/// The rights that a permission group gives in one topic, from
/// `TIMCommunityGetTopicPermissionInPermissionGroup`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct TopicPermissionResult {
    /// 0, or why the rights are not given: 10007 no right to see the topic, 10010 unknown, 110003 deleted.
    #[key("topic_permission_result_error_code", kTIMTopicPermissionResultErrorCode, out)]
    pub code: i32,
    /// A sentence on the code; empty for 0.
    #[key(
        "topic_permission_result_error_message",
        kTIMTopicPermissionResultErrorMessage,
        out
    )]
    pub message: String,
    /// Which topic.
    #[key("topic_permission_result_topic_id", kTIMTopicPermissionResultTopicID, out)]
    pub topic_id: String,
    /// The rights, a sum of `V2TIMTopicPermissionValue`; 0 when the permission group has no entry for the
    /// topic.
    #[key(
        "topic_permission_result_topic_permission",
        kTIMTopicPermissionResultTopicPermission,
        out,
        bits(V2TIMTopicPermissionValue)
    )]
    pub topic_permission: u64,
    /// The community.
    #[key("topic_permission_result_group_id", kTIMTopicPermissionResultGroupID, out)]
    pub group_id: String,
    /// The permission group.
    #[key(
        "topic_permission_result_permission_group_id",
        kTIMTopicPermissionResultPermissionGroupID,
        out
    )]
    pub permission_group_id: String,
}

/// What has changed in a permission group: the argument of the callbacks for members added and removed and
/// for topic permissions added, deleted and modified. The lists that a callback is not about are `[]`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct PermissionGroupCallback {
    /// The permission group.
    #[key("permission_group_id", kTIMPermissionGroupId, rw)]
    pub permission_group_id: String,
    /// Topics whose rights were added or modified, with the rights they have now.
    #[key("topic_permission_map", kTIMTopicPermissionMap, out)]
    pub topic_permission_map: Vec<TopicPermission>,
    /// Ids of the topics whose rights were deleted.
    #[key("topic_id_list", kTIMTopicIDList, out)]
    pub topic_id_list: Vec<String>,
    /// Ids of the users who were added or removed.
    #[key("member_id_list", kTIMMemberIDList, out)]
    pub member_id_list: Vec<String>,
    /// The same list as `member_id_list`.
    #[key("member_id_array", kTimbrePermissionGroupCallbackMemberIDArray, out)]
    pub member_id_array: Vec<String>,
    /// The same text as `permission_group_id`.
    #[key(
        "permission_group_info_permission_group_id",
        kTimbrePermissionGroupCallbackPermissionGroupID,
        out
    )]
    pub permission_group_id_again: String,
    /// The same list as `topic_permission_map`.
    #[key(
        "permission_group_callback_topic_permission_map",
        kTimbrePermissionGroupCallbackTopicPermissionMap,
        out
    )]
    pub topic_permission_map_again: Vec<TopicPermission>,
    /// The same list as `topic_id_list`.
    #[key(
        "permission_group_callback_topic_id_list",
        kTimbrePermissionGroupCallbackTopicIDList,
        out
    )]
    pub topic_id_list_again: Vec<String>,
    /// The same list as `member_id_list`.
    #[key(
        "permission_group_callback_member_id_list",
        kTimbrePermissionGroupCallbackMemberIDList,
        out
    )]
    pub member_id_list_again: Vec<String>,
}
