//! The JSON objects of the conversation list.

use timbre_macros::JsonObject;

use crate::model::enums::common::{TIMConvType, TIMReceiveMessageOpt};
use crate::model::enums::conversations::TIMGroupAtType;
use crate::model::enums::groups::TIMGroupType;
use crate::model::messages::objects::Message;

/// An unfinished message that is kept with a conversation on this device and nowhere else. `TIMConvSetDraft`
/// takes it, and `conv_draft` of a ConvInfo gives it back.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct Draft {
    /// The message, of which only `message_elem_array` matters. Elements of every type are kept as given.
    /// Without it, and without anything in it but empty texts, the draft is removed.
    #[key("draft_msg", kTIMDraftMsg, out)]
    pub msg: Option<Message>,
    /// A text of the app's own, given back as it is; empty by default.
    #[key("draft_user_define", kTIMDraftUserDefine, out)]
    pub user_define: String,
    /// Unix seconds of the last edit. 0, nothing, or more than 32 bits can hold is replaced by the present
    /// time.
    #[key("draft_edit_time", kTIMDraftEditTime, out)]
    pub edit_time: u32,
}

/// A message of a group that mentions the user and was not read yet.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupAtInfo {
    /// Sequence of the message in the group.
    #[key("conv_group_at_info_seq", kTIMGroupAtInfoSeq, out)]
    pub seq: u64,
    /// Whom the message mentions.
    #[key("conv_group_at_info_at_type", kTIMGroupAtInfoAtType, out)]
    pub at_type: TIMGroupAtType,
}

/// A conversation of the user's list. `TIMConvGetConvList`, `TIMConvGetConvInfo`,
/// `TIMConvGetConversationListByFilter` and `TIMConvCreate` give it, and so do `TIMConvEventCallback` and
/// the callbacks of conversation groups.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct ConvInfo {
    /// Id of the other user, or of the group; without any prefix.
    #[key("conv_id", kTIMConvId, out)]
    pub id: String,
    /// `kTIMConv_C2C` or `kTIMConv_Group`.
    #[key("conv_type", kTIMConvType, out)]
    pub kind: TIMConvType,
    /// URL of the avatar of the other user or of the group; empty when unknown.
    #[key("conv_face_url", kTIMConvFaceUrl, out)]
    pub face_url: String,
    /// Number of unread messages. Always 0 for groups that do not count, such as an AVChatRoom.
    #[key("conv_unread_num", kTIMConvUnReadNum, out)]
    pub unread: u64,
    /// Place in the list: a larger number stands higher, and no two conversations share one. It is no time
    /// to show. Messages and drafts raise it, and pinning adds an amount that puts pinned conversations
    /// first.
    #[key("conv_active_time", kTIMConvActiveTime, out)]
    pub active_time: u64,
    /// True exactly when `conv_last_msg` is there.
    #[key("conv_is_has_lastmsg", kTIMConvIsHasLastMsg, out)]
    pub has_last_msg: bool,
    /// The newest message that counts as the last one. Left out when there is none.
    #[key("conv_last_msg", kTIMConvLastMsg, out)]
    pub last_msg: Option<Message>,
    /// True exactly when `conv_draft` is there.
    #[key("conv_is_has_draft", kTIMConvIsHasDraft, out)]
    pub has_draft: bool,
    /// The draft. Left out when there is none.
    #[key("conv_draft", kTIMConvDraft, out)]
    pub draft: Option<Draft>,
    /// What is done with messages that arrive here; `kTIMRecvMsgOpt_Receive` when nothing was set.
    #[key("conv_recv_opt", kTIMConvRecvOpt, out)]
    pub recv_opt: TIMReceiveMessageOpt,
    /// Type of the group. Left out for a one-to-one conversation, and as long as it is not known.
    #[key("conv_group_type", kTIMConvGroupType, out)]
    pub group_type: Option<TIMGroupType>,
    /// Unread messages that mention the user, by ascending sequence, at most 100; `[]` for a one-to-one
    /// conversation.
    #[key("conv_group_at_info_array", kTIMConvGroupAtInfoArray, out)]
    pub group_at_info_array: Vec<GroupAtInfo>,
    /// True when the conversation is pinned to the top of the list.
    #[key("conv_is_pinned", kTIMConvIsPinned, out)]
    pub is_pinned: bool,
    /// Name to show: the group's name or else its id; the friend's remark, else the user's nickname, else
    /// the id.
    #[key("conv_show_name", kTIMConvShowName, out)]
    pub show_name: String,
    /// Marks, one number for each, ascending: a TIMConversationMarkType or a power of two from 2^32 to 2^63.
    #[key("conv_mark_array", kTIMConvMarkArray, out)]
    pub mark_array: Vec<u64>,
    /// Text that the app has set for the conversation, at most 256 bytes; empty when there is none.
    #[key("conv_custom_data", kTIMConvCustomData, out)]
    pub custom_data: String,
    /// Names of the conversation groups that the conversation is in, in the order in which the groups were
    /// created.
    #[key("conv_conversation_group_array", kTIMConvConversationGroupArray, out)]
    pub conversation_group_array: Vec<String>,
    /// Unix seconds of the newest message that the user has read, on any device; 0 for a group.
    #[key("conv_c2c_read_timestamp", kTIMConvC2CReadTimestamp, out)]
    pub c2c_read_timestamp: u64,
    /// Sequence of the newest message that the user has read, on any device; 0 for a one-to-one
    /// conversation.
    #[key("conv_group_read_sequence", kTIMConvGroupReadSequence, out)]
    pub group_read_sequence: u64,
    /// Deprecated; never there.
    #[key("conv_owner", kTIMConvOwner, out)]
    pub owner: Option<String>,
}

/// A choice of conversations: those that meet every condition that is given; `{}` is no condition.
/// `TIMConvGetConversationListByFilter`, `TIMConvGetUnreadMessageCountByFilter`,
/// `TIMConvSubscribeUnreadMessageCountByFilter` and `TIMConvUnsubscribeUnreadMessageCountByFilter` take it;
/// `TIMConvTotalUnreadMessageCountChangedByFilterCallback` gives it back.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct TIMConversationListFilter {
    /// Only conversations of this type. `kTIMConv_Invalid` is no condition; a number other than 0, 1 and 2
    /// makes the function return -4.
    #[key("conversation_list_filter_conv_type", kTIMConversationListFilterConvType, in)]
    pub conv_type: Option<TIMConvType>,
    /// Only members of the conversation group with this name. The empty text chooses those that are in no
    /// group.
    #[key(
        "conversation_list_filter_conversation_group",
        kTIMConversationListFilterConversationGroup,
        in
    )]
    pub conversation_group: Option<String>,
    /// Only conversations with at least one of these marks, which may be bits OR-ed together; 0 chooses
    /// those without any. A decimal string is taken too.
    #[key(
        "conversation_list_filter_mark_type",
        kTIMConversationListFilterMarkType,
        in,
        or_text,
        bits(TIMConversationMarkType)
    )]
    pub mark_type: Option<u64>,
    /// true: only conversations with unread messages; false: only those without.
    #[key(
        "conversation_list_filter_has_unread_count",
        kTIMConversationListFilterHasUnreadCount,
        in
    )]
    pub has_unread_count: Option<bool>,
    /// true: only conversations with unread messages that mention the user; false: only those without.
    #[key(
        "conversation_list_filter_has_group_at_info",
        kTIMConversationListFilterHasGroupAtInfo,
        in
    )]
    pub has_group_at_info: Option<bool>,
}

/// A page of the conversation list, as `TIMConvGetConversationListByFilter` gives it.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct TIMConversationListResult {
    /// The conversations, the one that stands highest in the list first.
    #[key("conversation_list_result_conv_list", TIMConversationListResultConvList, out)]
    pub conv_list: Vec<ConvInfo>,
    /// What to pass as `next_seq` for the following page; 0 when there is none.
    #[key("conversation_list_result_next_seq", TIMConversationListResultNextSeq, out)]
    pub next_seq: u64,
    /// True when no further conversation matches.
    #[key(
        "conversation_list_result_is_finished",
        TIMConversationListResultIsFinished,
        out
    )]
    pub is_finished: bool,
}

/// A conversation to get, for `TIMConvGetConvInfo`. One without id or type is skipped.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GetConversationListParam {
    /// Id of the other user, or of the group; without any prefix.
    #[key("get_conversation_list_param_conv_id", kTIMGetConversationListParamConvId, in)]
    pub id: Option<String>,
    /// `kTIMConv_C2C` or `kTIMConv_Group`.
    #[key(
        "get_conversation_list_param_conv_type",
        kTIMGetConversationListParamConvType,
        in
    )]
    pub kind: Option<TIMConvType>,
}

/// A number of unread messages, as `TIMConvGetTotalUnreadMessageCount` and
/// `TIMConvGetUnreadMessageCountByFilter` give it.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GetTotalUnreadNumberResult {
    /// The number; at most 2147483647. Conversations with a TIMReceiveMessageOpt of 1, 2 or 3 are left out.
    #[key(
        "conv_get_total_unread_message_count_result_unread_count",
        kTIMConvGetTotalUnreadMessageCountResultUnreadCount,
        out
    )]
    pub unread_count: i32,
}

/// What became of one conversation of a call for several. There is one for each id, in the order of the
/// call.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct TIMConversationOperationResult {
    /// Unique id of the conversation: `c2c_` and a user id, or `group_` and a group id.
    #[key(
        "conversation_operation_result_conversation_id",
        kTIMConversationOperationResultConversationID,
        out
    )]
    pub conversation_id: String,
    /// 0, or why it was not done: 6004 for a malformed id, 50001 for an unknown user, 51007 for a group that
    /// is gone, of a wrong type or without the user, 51008 when there are too many conversations.
    #[key(
        "conversation_operation_result_result_code",
        kTIMConversationOperationResultResultCode,
        out
    )]
    pub code: i32,
    /// Why it was not done, in English; empty on success.
    #[key(
        "conversation_operation_result_result_info",
        kTIMConversationOperationResultResultInfo,
        out
    )]
    pub info: String,
}
