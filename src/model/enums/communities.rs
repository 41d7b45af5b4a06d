//! The enums of communities: what a call changes, and the rights that permissions are made of.

use timbre_macros::json_enum;

/// What `TIMCommunitySetTopicInfo` changes of a topic; a sum of these. Some bits mean something else in
/// `TIMGroupModifyInfoFlag`.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMCommunityTopicModifyInfoFlag {
    /// Nothing; refused with 6017.
    kTIMCommunityTopicModifyInfoFlag_None = 0,
    /// The name, `group_topic_info_topic_name`.
    kTIMCommunityTopicModifyInfoFlag_Name = 1,
    /// The notice, `group_topic_info_notification`.
    kTIMCommunityTopicModifyInfoFlag_Notification = 2,
    /// The introduction, `group_topic_info_introduction`.
    kTIMCommunityTopicModifyInfoFlag_Introduction = 4,
    /// The picture, `group_topic_info_topic_face_url`.
    kTIMCommunityTopicModifyInfoFlag_FaceUrl = 8,
    /// Whether everybody is muted, `group_topic_info_is_all_muted`.
    kTIMCommunityTopicModifyInfoFlag_MuteALl = 256,
    /// The text of the application, `group_topic_info_custom_string`.
    kTIMCommunityTopicModifyInfoFlag_CustomString = 2048,
    /// The draft, `group_topic_info_draft_text`. Stays on this device; alone it needs no connection.
    kTIMCommunityTopicModifyInfoFlag_Draft = 16384,
    /// The rights of every member in the topic, `default_permissions`.
    kTIMCommunityTopicModifyInfoFlag_DefaultPermissions = 32768,
    /// Public or private, `group_topic_info_topic_type`.
    kTIMCommunityTopicModifyInfoFlag_TopicType = 16777216,
    /// How requests to join are handled, `group_topic_info_topic_add_opt`.
    kTIMCommunityTopicModifyInfoFlag_TopicAddOption = 33554432,
    /// How invitations are handled, `group_topic_info_topic_approve_opt`.
    kTIMCommunityTopicModifyInfoFlag_TopicApproveOption = 67108864,
}

/// What `TIMCommunityModifyPermissionGroupInfoInCommunity` changes of a permission group; a sum of these.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TIMPermissionGroupModifyInfoFlag {
    /// Not said: every key that is there.
    kTIMPermissionGroupModifyInfoFlag_None = 0,
    /// The name, `permission_group_name`.
    kTIMPermissionGroupModifyInfoFlag_Name = 1,
    /// The rights in the community, `group_permission`.
    kTIMPermissionGroupModifyInfoFlag_GroupPermission = 2,
    /// The text of the application, `permission_custom_data`.
    kTIMPermissionGroupModifyInfoFlag_CustomData = 4,
}

/// Rights in a whole community; a sum of these makes a permission. They are in force while the community has
/// permission groups on. A user has the default permissions of the community and those of each permission
/// group with this user in it; the owner has all rights. The bits are not those of
/// `V2TIMTopicPermissionValue`.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum V2TIMCommunityPermissionValue {
    /// Change the profile, the options and the default permissions of the community, and mute everybody.
    V2TIM_COMMUNITY_PERMISSION_MANAGE_GROUP_INFO = 1,
    /// Remove members without a ban, decide on requests and invitations, edit what others have as members.
    V2TIM_COMMUNITY_PERMISSION_MANAGE_GROUP_MEMBER = 2,
    /// Create, change and delete permission groups and their topic permissions.
    V2TIM_COMMUNITY_PERMISSION_MANAGE_PERMISSION_GROUP_INFO = 4,
    /// Add members to permission groups and remove them.
    V2TIM_COMMUNITY_PERMISSION_MANAGE_PERMISSION_GROUP_MEMBER = 8,
    /// Create, change and delete topics.
    V2TIM_COMMUNITY_PERMISSION_MANAGE_TOPIC_IN_COMMUNITY = 16,
    /// Mute members, in the community or in any topic.
    V2TIM_COMMUNITY_PERMISSION_MUTE_MEMBER = 32,
    /// Send messages in every topic.
    V2TIM_COMMUNITY_PERMISSION_SEND_MESSAGE = 64,
    /// Mention everybody, in every topic in which the user may send.
    V2TIM_COMMUNITY_PERMISSION_AT_ALL = 128,
    /// Read messages from before the user joined, in every topic.
    V2TIM_COMMUNITY_PERMISSION_GET_HISTORY_MESSAGE = 256,
    /// Recall messages of others, in every topic.
    V2TIM_COMMUNITY_PERMISSION_REVOKE_OTHER_MEMBER_MESSAGE = 512,
    /// Remove members with a ban, and lift bans.
    V2TIM_COMMUNITY_PERMISSION_BAN_MEMBER = 1024,
}

/// Rights in one topic; a sum of these makes a permission. They are in force while the community has
/// permission groups on, and add to what the user has in the whole community. The bits are not those of
/// `V2TIMCommunityPermissionValue`.
#[json_enum]
#[repr(C)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum V2TIMTopicPermissionValue {
    /// Change and delete the topic, and set its default permissions.
    V2TIM_TOPIC_PERMISSION_MANAGE_TOPIC = 1,
    /// Add, modify and delete the permissions of the topic in any permission group.
    V2TIM_TOPIC_PERMISSION_MANAGE_TOPIC_PERMISSION = 2,
    /// Mute members in the topic.
    V2TIM_TOPIC_PERMISSION_MUTE_MEMBER = 4,
    /// Send messages in the topic.
    V2TIM_TOPIC_PERMISSION_SEND_MESSAGE = 8,
    /// Read messages from before the user joined.
    V2TIM_TOPIC_PERMISSION_GET_HISTORY_MESSAGE = 16,
    /// Recall messages of others in the topic.
    V2TIM_TOPIC_PERMISSION_REVOKE_OTHER_MEMBER_MESSAGE = 32,
    /// Mention everybody in the topic, if the user may send there.
    V2TIM_TOPIC_PERMISSION_AT_ALL = 64,
}
