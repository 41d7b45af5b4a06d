//! The objects of attributes, counters and topics.

use timbre_macros::JsonObject;

use crate::model::conversations::objects::GroupAtInfo;
use crate::model::enums::common::TIMReceiveMessageOpt;
use crate::model::messages::objects::Message;

/// One attribute of a group. The attribute functions take and give arrays of them. A group has at most 16
/// (10047), of 16 KB together (10048).
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupAttributes {
    /// Name, 1 to 32 bytes (10045).
    #[key("group_attribute_key", TIMGroupAttributeKey, in, alias("group_atrribute_key"))]
    pub key: String,
    /// Value, at most 4096 bytes (10046); may be empty.
    #[key(
        "group_attribute_value",
        TIMGroupAttributeValue,
        in,
        alias("group_atrribute_value")
    )]
    pub value: String,
}

/// One counter of a group. The counter functions take and give arrays of them. A group has at most 20
/// (10063).
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupCounter {
    /// Name, 1 to 128 bytes (10004).
    #[key("group_counter_key", kTIMGroupCounterKey, rw)]
    pub key: String,
    /// Value, any number of 64 bits with a sign. Default 0.
    #[key("group_counter_value", kTIMGroupCounterValue, rw, or_text)]
    pub value: i64,
}

/// The number from `TIMGroupGetOnlineMemberCount`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupGetOnlineMemberCountResult {
    /// Users who are members and have a connected device; of an AVChatRoom the users in it.
    #[key(
        "group_get_online_member_count_result",
        TIMGroupGetOnlineMemberCountResult,
        out
    )]
    pub result: i32,
}

/// A topic of a community, in the form of the older topic functions: `TIMGroupCreateTopicInCommunity` and
/// `TIMGroupSetTopicInfo` take it, `TIMGroupGetTopicInfoList` and the callback of
/// `TIMSetGroupTopicChangedCallback` give it. The object also holds the further keys of TopicInfo, with the
/// same meaning.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct TIMGroupTopicInfo {
    /// Id of the topic: the id of its community, `@TOPIC#_`, and a part of its own, 96 bytes in all. At
    /// creation absent or empty: the server makes one. Needed for a change (6017).
    #[key("group_topic_info_topic_id", kTIMGroupTopicInfoTopicID, rw)]
    pub topic_id: String,
    /// Name, 1 to 150 bytes (8502). Needed at creation (6017).
    #[key("group_topic_info_topic_name", kTIMGroupTopicInfoTopicName, rw)]
    pub topic_name: Option<String>,
    /// Introduction, at most 400 bytes (8503).
    #[key("group_topic_info_introduction", kTIMGroupTopicInfoIntroduction, rw)]
    pub introduction: Option<String>,
    /// Notice, at most 400 bytes (8504).
    #[key("group_topic_info_notification", kTIMGroupTopicInfoNotification, rw)]
    pub notification: Option<String>,
    /// Address of the picture, at most 500 bytes (8505).
    #[key("group_topic_info_topic_face_url", kTIMGroupTopicInfoTopicFaceURL, rw)]
    pub face_url: Option<String>,
    /// True: all members are muted in this topic but the owner and admins.
    #[key("group_topic_info_is_all_muted", kTIMGroupTopicInfoIsAllMuted, rw)]
    pub is_all_muted: Option<bool>,
    /// Unix seconds at which the user's own mute in this topic ends; 0: not muted. Ignored when given.
    #[key(
        "group_topic_info_self_mute_time",
        kTIMGroupTopicInfoSelfMuteTime,
        rw,
        or_text
    )]
    pub self_mute_time: u32,
    /// Text for the app, at most 3000 bytes (6017); given back byte for byte.
    #[key("group_topic_info_custom_string", kTIMGroupTopicInfoCustomString, rw)]
    pub custom_string: Option<String>,
    /// Receive option that is in force for the user here: that of the community, unless the topic has one of
    /// its own.
    #[key("group_topic_info_recv_opt", kTIMGroupTopicInfoRecvOpt, out)]
    pub recv_opt: TIMReceiveMessageOpt,
    /// Draft of the user. It stays on this device; empty: none.
    #[key("group_topic_info_draft_text", kTIMGroupTopicInfoDraftText, rw)]
    pub draft_text: Option<String>,
    /// Unread messages of the user.
    #[key("group_topic_info_unread_count", kTIMGroupTopicInfoUnreadCount, out)]
    pub unread_count: u64,
    /// Newest message; left out when there is none.
    #[key("group_topic_info_last_message", kTIMGroupTopicInfoLastMessage, out, unread)]
    pub last_message: Option<Message>,
    /// Unread messages that mention the user or all, the newest 100.
    #[key(
        "group_topic_info_group_at_info_array",
        kTIMGroupTopicInfoGroupAtInfoArray,
        out
    )]
    pub group_at_info_array: Vec<GroupAtInfo>,
    /// What `TIMGroupSetTopicInfo` is to change: a sum of flags, not absent and not 0 (6017). 512 means the
    /// custom string too; 16384 means the draft when `group_topic_info_draft_text` is there, else the default
    /// permissions. Not needed at creation, and never given out.
    #[key(
        "group_modify_info_param_modify_flag",
        kTIMGroupTopicInfoModifyFlag,
        in,
        or_text,
        bits(TIMGroupModifyInfoFlag)
    )]
    pub modify_flag: Option<u32>,
}

/// What became of one topic, from `TIMGroupDeleteTopicFromCommunity` and the functions that change topic
/// permissions.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct TIMGroupTopicOperationResult {
    /// 0; 10007: not allowed; 10010: no such topic; 10004: of another community; 110002: could not be
    /// deleted; 110003: was deleted before.
    #[key(
        "group_topic_operation_result_error_code",
        kTIMGroupTopicOperationResultErrorCode,
        out
    )]
    pub code: i32,
    /// What the code means; empty for 0.
    #[key(
        "group_topic_operation_result_error_message",
        kTIMGroupTopicOperationResultErrorMessage,
        out
    )]
    pub message: String,
    /// Id of the topic.
    #[key(
        "group_topic_operation_result_topic_id",
        kTIMGroupTopicOperationResultTopicID,
        out
    )]
    pub topic_id: String,
}

/// One topic, from `TIMGroupGetTopicInfoList`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct TIMGroupTopicInfoResult {
    /// 0; 10010: no such topic; 110003: it was deleted; 10007: not allowed.
    #[key("group_topic_info_result_error_code", kTIMGroupTopicInfoResultErrorCode, out)]
    pub code: i32,
    /// What the code means; empty for 0.
    #[key(
        "group_topic_info_result_error_message",
        kTIMGroupTopicInfoResultErrorMessage,
        out
    )]
    pub message: String,
    /// The topic; when the code is not 0 only its id is filled.
    #[key("group_topic_info_result_topic_info", kTIMGroupTopicInfoResultTopicInfo, out)]
    pub topic_info: TIMGroupTopicInfo,
}
