//! Names of the JSON keys of conversations, for the headers.
#![allow(missing_docs, non_upper_case_globals)]

// ConvInfo
pub const kTIMConvId: &str = "conv_id";
pub const kTIMConvType: &str = "conv_type";
pub const kTIMConvFaceUrl: &str = "conv_face_url";
pub const kTIMConvUnReadNum: &str = "conv_unread_num";
pub const kTIMConvActiveTime: &str = "conv_active_time";
pub const kTIMConvIsHasLastMsg: &str = "conv_is_has_lastmsg";
pub const kTIMConvLastMsg: &str = "conv_last_msg";
pub const kTIMConvIsHasDraft: &str = "conv_is_has_draft";
pub const kTIMConvDraft: &str = "conv_draft";
pub const kTIMConvRecvOpt: &str = "conv_recv_opt";
pub const kTIMConvGroupType: &str = "conv_group_type";
pub const kTIMConvGroupAtInfoArray: &str = "conv_group_at_info_array";
pub const kTIMConvIsPinned: &str = "conv_is_pinned";
pub const kTIMConvShowName: &str = "conv_show_name";
pub const kTIMConvMarkArray: &str = "conv_mark_array";
pub const kTIMConvCustomData: &str = "conv_custom_data";
pub const kTIMConvConversationGroupArray: &str = "conv_conversation_group_array";
pub const kTIMConvC2CReadTimestamp: &str = "conv_c2c_read_timestamp";
pub const kTIMConvGroupReadSequence: &str = "conv_group_read_sequence";

// ConvInfo
pub const kTIMConvOwner: &str = "conv_owner";

// GetConversationListParam
pub const kTIMGetConversationListParamConvId: &str = "get_conversation_list_param_conv_id";
pub const kTIMGetConversationListParamConvType: &str = "get_conversation_list_param_conv_type";

// GetTotalUnreadNumberResult
pub const kTIMConvGetTotalUnreadMessageCountResultUnreadCount: &str =
    "conv_get_total_unread_message_count_result_unread_count";
