//! The JSON objects of the message functions, elements aside: the struct of each one is its documentation,
//! and what decodes and encodes it.

use timbre_macros::JsonObject;

use crate::model::enums::common::{TIMConvType, TIMReceiveMessageOpt};
use crate::model::enums::messages::{
    TIMDownloadType, TIMElemType, TIMKeywordListMatchType, TIMMsgPriority, TIMMsgStatus, TIMPlatform,
};
use crate::model::groups::objects::GroupMemberInfo;
use crate::model::json::Bytes;
use crate::model::messages::elements::Elem;
use crate::model::push::objects::OfflinePushConfig;
use crate::model::users::objects::UserProfile;

/// A message: what the send functions take, and what all results and callbacks about messages give.
/// Many functions take one only to name a stored message. Its id decides then; where this device does not
/// know the id, the conversation with `message_seq` (group), or with `message_seq`, `message_rand` and
/// `message_server_time` (one-to-one), does. Zero in one of the numbers that name a message means that it
/// is not given. Every Message that the core gives can be passed back.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct Message {
    /// The elements, in the order they are shown in. 1 to 100 of them in a send. Has to be there, as an
    /// array, in every Message that is passed in; `[]` in a recalled message.
    #[key("message_elem_array", kTIMMsgElemArray, rw, required)]
    pub elem_array: Vec<Elem>,
    /// The other user in a one-to-one conversation, whoever sent; the group or topic id; empty for group
    /// reports. A send goes where its own argument says, not here.
    #[key("message_conv_id", kTIMMsgConvId, rw)]
    pub conv_id: String,
    /// `kTIMConv_C2C` or `kTIMConv_Group`; `kTIMConv_System` for group reports. Ignored in a send.
    #[key("message_conv_type", kTIMMsgConvType, rw)]
    pub conv_type: TIMConvType,
    /// User id of the sender; `@TIM#SYSTEM` for group tips and reports. Given only for `TIMMsgSaveMsg` and
    /// `TIMMsgImportMsgList`: a send is always from the user who is logged in.
    #[key("message_sender", kTIMMsgSender, rw)]
    pub sender: String,
    /// How early the message is dropped when a group is flooded. `kTIMMsgPriority_Normal` when absent or
    /// out of range; without effect one-to-one.
    #[key("message_priority", kTIMMsgPriority, rw)]
    pub priority: TIMMsgPriority,
    /// Unix seconds on the sender's clock at the send call. Honoured in an import only.
    #[key("message_client_time", kTIMMsgClientTime, rw, or_text)]
    pub client_time: u64,
    /// Unix seconds at which the server accepted it; 0 while it is unsent. The key to order by for display.
    /// Honoured in an import only.
    #[key("message_server_time", kTIMMsgServerTime, rw, or_text)]
    pub server_time: u64,
    /// Sent by the user who is logged in, from whichever device. Ignored when given.
    #[key("message_is_from_self", kTIMMsgIsFormSelf, rw)]
    pub is_from_self: bool,
    /// Kind of the sending device. Ignored when given.
    #[key("message_platform", kTIMMsgPlatform, rw)]
    pub platform: TIMPlatform,
    /// Read by the user who is logged in; own messages always are. Honoured in an import only.
    #[key("message_is_read", kTIMMsgIsRead, rw)]
    pub is_read: bool,
    /// Only for devices that are online at that moment: stored nowhere, not unread, no preview, no push.
    /// False when absent; ignored in an AVChatRoom.
    #[key("message_is_online_msg", kTIMMsgIsOnlineMsg, rw)]
    pub is_online_msg: bool,
    /// One-to-one: the peer has read the conversation up to this own message. True for received messages.
    #[key("message_is_peer_read", kTIMMsgIsPeerRead, out)]
    pub is_peer_read: bool,
    /// One-to-one: the peer has sent a read receipt for this very message.
    #[key("message_receipt_peer_read", kTIMMsgReceiptPeerRead, out)]
    pub receipt_peer_read: bool,
    /// The sender asks readers for a read receipt. False when absent; ignored for online-only messages and
    /// in an AVChatRoom. A group that is too large or of a type without receipts refuses the send.
    #[key("message_need_read_receipt", kTIMMsgNeedReadReceipt, rw)]
    pub need_read_receipt: bool,
    /// Key-value extensions may be attached to it. Set at the send and fixed then; false when absent.
    #[key("message_support_message_extension", kTIMMsgSupportMessageExtension, rw)]
    pub support_message_extension: bool,
    /// The server's broadcast to all AVChatRooms.
    #[key("message_is_broadcast_message", kTIMMsgIsBroadcastMessage, out)]
    pub is_broadcast_message: bool,
    /// Group: the user who is logged in has sent the read receipt for it.
    #[key("message_has_sent_receipt", kTIMMsgHasSentReceipt, out)]
    pub has_sent_receipt: bool,
    /// Where it is in its life. Ignored when given.
    #[key("message_status", kTIMMsgStatus, rw)]
    pub status: TIMMsgStatus,
    /// `message_client_time` times 2^32 plus `message_rand`. JavaScript numbers cannot hold it exactly;
    /// `message_msg_id` is the better name.
    #[key("message_unique_id", kTIMMsgUniqueId, out, or_text)]
    pub unique_id: u64,
    /// The id that names the message everywhere; at most 127 bytes, to be compared byte by byte. Given by
    /// the send call. Passed in, it names an existing message.
    #[key("message_msg_id", kTIMMsgMsgId, out)]
    pub msg_id: String,
    /// A number of 32 bits that the sending core chose; never 0 in a sent message.
    #[key("message_rand", kTIMMsgRand, out, or_text)]
    pub rand: u64,
    /// Group: place in the group, rising and unique. One-to-one: a counter of the sending core, of no
    /// meaning for order. 0 for online-only messages.
    #[key("message_seq", kTIMMsgSeq, out, or_text)]
    pub seq: u64,
    /// A number for the app's use, kept on this device only.
    #[key("message_custom_int", kTIMMsgCustomInt, rw)]
    pub custom_int: Option<u32>,
    /// Text or bytes for the app's use, kept on this device only; at most 64 KiB. Bytes that are not UTF-8
    /// travel as U+0000, `b64:` and base64.
    #[key("message_custom_str", kTIMMsgCustomStr, rw)]
    pub custom_str: Option<Bytes>,
    /// Text or bytes for the app's use that travel with the message and are stored with it; they count
    /// toward its 12288 bytes. Bytes that are not UTF-8 travel as U+0000, `b64:` and base64.
    #[key("message_cloud_custom_str", kTIMMsgCloudCustomStr, rw)]
    pub cloud_custom_str: Bytes,
    /// Unread counts do not grow by it. False when absent; targeted and online-only messages behave as if
    /// it were true.
    #[key("message_is_excluded_from_unread_count", kTIMMsgIsExcludedFromUnreadCount, rw)]
    pub is_excluded_from_unread_count: bool,
    /// Users whom a group message mentions; `kImSDK_MessageAtALL` is everybody. At most 30 entries; not
    /// together with targets, not in an AVChatRoom. Ignored one-to-one; omitted when nobody is mentioned.
    #[key("message_group_at_user_array", kTIMMsgGroupAtUserArray, rw)]
    pub group_at_user_array: Option<Vec<String>>,
    /// True in a send: the elements are those of an existing message, which is forwarded under a new
    /// identity. Never given back.
    #[key("message_is_forward_message", kTIMMsgIsForwardMessage, in)]
    pub is_forward_message: Option<bool>,
    /// The sender's `user_profile_identifier`, nickname and face URL as at the send, and the reader's own
    /// remark for the sender. Ignored when given.
    #[key("message_sender_profile", kTIMMsgSenderProfile, rw)]
    pub sender_profile: UserProfile,
    /// The sender as a member of the group: only id and name card are filled, as at the send. Omitted
    /// one-to-one; ignored when given.
    #[key("message_sender_group_member_info", kTIMMsgSenderGroupMemberInfo, rw)]
    pub sender_group_member_info: Option<GroupMemberInfo>,
    /// Never the preview of its conversation, on any side. False when absent.
    #[key("message_excluded_from_last_message", kTIMMsgExcludedFromLastMessage, rw)]
    pub excluded_from_last_message: bool,
    /// The server's moderation does not look at it. False when absent.
    #[key(
        "message_excluded_from_content_moderation",
        kTIMMsgExcludedFromContentModeration,
        rw
    )]
    pub excluded_from_content_moderation: bool,
    /// Name of the moderation profile to use. Known to the sender only, neither stored nor delivered.
    #[key(
        "message_custom_moderation_configuration_id",
        kTIMMsgCustomModerationConfigurationID,
        rw
    )]
    pub custom_moderation_configuration_id: String,
    /// Moderation found something after the fact; told by `TIMMsgUpdateCallback`.
    #[key("message_has_risk_content", kTIMMsgHasRiskContent, out)]
    pub has_risk_content: bool,
    /// The server does not ask the app's web hook before the send, where the server allows clients to say
    /// so. Omitted when not set.
    #[key(
        "message_disable_cloud_message_pre_hook",
        kTIMMsgDisableCloudMessagePreHook,
        rw
    )]
    pub disable_cloud_message_pre_hook: Option<bool>,
    /// The server does not tell the app's web hook after the send, where the server allows clients to say
    /// so. Omitted when not set.
    #[key(
        "message_disable_cloud_message_post_hook",
        kTIMMsgDisableCloudMessagePostHook,
        rw
    )]
    pub disable_cloud_message_post_hook: Option<bool>,
    /// The only members who get a group message: at most 50, and not together with mentions, nor in a
    /// community, topic or AVChatRoom. Absent or empty: all members. Given back to the sender only.
    #[key("message_target_group_member_array", kTIMMsgTargetGroupMemberArray, in)]
    pub target_group_member_array: Option<Vec<String>>,
    /// How the message is pushed to devices that are offline. A value of a wrong type in it is ignored.
    /// Omitted when nothing was given.
    #[key(
        "message_offline_push_config",
        kTIMMsgOfflinePushConfig,
        rw,
        alias("message_offlie_push_config")
    )]
    pub offline_push_config: Option<OfflinePushConfig>,
    /// Who recalled it; empty unless the status is `kTIMMsg_Revoked`.
    #[key("message_revoker_user_id", kTIMMsgRevokerUserId, out)]
    pub revoker_user_id: String,
    /// Nickname of who recalled it.
    #[key("message_revoker_nick_name", kTIMMsgRevokerNickName, out)]
    pub revoker_nick_name: String,
    /// Face URL of who recalled it.
    #[key("message_revoker_face_url", kTIMMsgRevokerFaceUrl, out)]
    pub revoker_face_url: String,
    /// Why it was recalled; only a recall by the app's back end has a reason.
    #[key("message_revoke_reason", kTIMMsgRevokeReason, out)]
    pub revoke_reason: String,
    /// Who pinned it. Like the other pinner keys filled only by `TIMGetPinnedGroupMessageList` and
    /// `TIMMsgGroupPinnedMessageChangedCallback`.
    #[key("message_pinner_user_id", kTIMMsgPinnerUserId, out)]
    pub pinner_user_id: String,
    /// Nickname of who pinned it.
    #[key("message_pinner_nick_name", kTIMMsgPinnerNickName, out)]
    pub pinner_nick_name: String,
    /// The reader's own remark for who pinned it.
    #[key("message_pinner_friend_remark", kTIMMsgPinnerFriendRemark, out)]
    pub pinner_friend_remark: String,
    /// Name card of who pinned it.
    #[key("message_pinner_name_card", kTIMMsgPinnerNameCard, out)]
    pub pinner_name_card: String,
    /// Face URL of who pinned it.
    #[key("message_pinner_face_url", kTIMMsgPinnerFaceURL, out)]
    pub pinner_face_url: String,
    /// Sent although the sender is muted. Honoured for the group's owner and admins and for app admins; for
    /// others only where the server allows it. Omitted when not set.
    #[key("message_excluded_from_muting", kTIMMsgExcludedFromMuting, rw)]
    pub excluded_from_muting: Option<bool>,
}

/// One message for many users, as `TIMMsgBatchSend` takes it.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct MsgBatchSendParam {
    /// The users: 1 to 500 ids, no groups; duplicates are dropped. Missing or empty: 6017 through the
    /// callback.
    #[key(
        "msg_batch_send_param_identifier_array",
        kTIMMsgBatchSendParamIdentifierArray,
        in
    )]
    pub identifier_array: Option<Vec<String>>,
    /// What each of them gets, as a message of its own. Missing: 6017 through the callback.
    #[key("msg_batch_send_param_msg", kTIMMsgBatchSendParamMsg, in)]
    pub msg: Option<Message>,
}

/// How the send to one user of `TIMMsgBatchSend` ended.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct MsgBatchSendResult {
    /// The user.
    #[key("msg_batch_send_result_identifier", kTIMMsgBatchSendResultIdentifier, out)]
    pub identifier: String,
    /// 0, or the code of the error.
    #[key("msg_batch_send_result_code", kTIMMsgBatchSendResultCode, out)]
    pub code: i32,
    /// The error in a sentence; empty when there is none.
    #[key("msg_batch_send_result_desc", kTIMMsgBatchSendResultDesc, out)]
    pub desc: String,
    /// The message as that user's conversation has it.
    #[key("msg_batch_send_result_msg", kTIMMsgBatchSendResultMsg, out)]
    pub msg: Message,
}

/// What `TIMMsgDownloadElemToPath` downloads. One of URL and id has to be there.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct DownloadElemParam {
    /// What it is. Images have no value of their own: any number is accepted.
    #[key("msg_download_elem_param_type", kTIMMsgDownloadElemParamType, in)]
    pub kind: Option<TIMDownloadType>,
    /// Id of the element's file. Used to get a fresh URL when the given one is missing or refused.
    #[key("msg_download_elem_param_id", kTIMMsgDownloadElemParamId, in)]
    pub id: Option<String>,
    /// Ignored.
    #[key("msg_download_elem_param_business_id", kTIMMsgDownloadElemParamBusinessId, in)]
    pub business_id: Option<u32>,
    /// The `http` or `https` URL in the element. Enough by itself.
    #[key("msg_download_elem_param_url", kTIMMsgDownloadElemParamUrl, in)]
    pub url: Option<String>,
}

/// Progress of a download, as the callback of `TIMMsgDownloadElemToPath` gets it while its `desc` is
/// `downloading`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct MsgDownloadElemResult {
    /// Bytes that are there.
    #[key(
        "msg_download_elem_result_current_size",
        kTIMMsgDownloadElemResultCurrentSize,
        out
    )]
    pub current_size: u32,
    /// Bytes of the whole file; 0 while that is not known.
    #[key(
        "msg_download_elem_result_total_size",
        kTIMMsgDownloadElemResultTotalSize,
        out
    )]
    pub total_size: u32,
}

/// Which page of a conversation `TIMMsgGetMsgList` gets.
/// The page begins at the message given, else at the sequence, else at the time, else at the newest message
/// (towards newer: now). A starting point and a time range together narrow each other down.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct MsgGetMsgListParam {
    /// The message to begin at, which is not part of the page: the last one of the page before. `{}` and
    /// null are none.
    #[key("msg_getmsglist_param_last_msg", kTIMMsgGetMsgListParamLastMsg, in)]
    pub last_msg: Option<Message>,
    /// How many messages are wanted; 20 is good. 0 is answered with 6017, unless sequences are listed.
    #[key("msg_getmsglist_param_count", kTIMMsgGetMsgListParamCount, in)]
    pub count: Option<u32>,
    /// True: the cloud is asked, and its page merged with this device's. False, the default: this device
    /// only. The older spelling `msg_getmsglist_param_is_remble` is read too.
    #[key(
        "msg_getmsglist_param_is_ramble",
        kTIMMsgGetMsgListParamIsRamble,
        in,
        alias("msg_getmsglist_param_is_remble")
    )]
    pub is_ramble: Option<bool>,
    /// Only messages whose first element is of one of these kinds. `[]`, the default: all. Ignored when the
    /// cloud is asked.
    #[key(
        "msg_getmsglist_param_message_type_array",
        kTIMMsgGetMsgListMessageTypeArray,
        in
    )]
    pub message_type_array: Option<Vec<TIMElemType>>,
    /// True: towards newer, oldest message first. False, the default: towards older, newest message first.
    #[key("msg_getmsglist_param_is_forward", kTIMMsgGetMsgListParamIsForward, in)]
    pub is_forward: Option<bool>,
    /// Group: the sequence to begin at, which is part of the page. 0, the default, is none, and so is -1.
    /// Ignored one-to-one and beside a message to begin at.
    #[key(
        "msg_getmsglist_param_last_msg_seq",
        kTIMMsgGetMsgListParamLastMsgSeq,
        in,
        or_text
    )]
    pub last_msg_seq: Option<u64>,
    /// Unix seconds at which the time range begins; 0, the default: now.
    #[key(
        "msg_getmsglist_param_time_begin",
        kTIMMsgGetMsgListParamTimeBegin,
        in,
        or_text
    )]
    pub time_begin: Option<u64>,
    /// Seconds that the time range spans, back from its beginning or, towards newer, on from it, both ends
    /// included; 0, the default: no limit.
    #[key(
        "msg_getmsglist_param_time_period",
        kTIMMsgGetMsgListParamTimePeriod,
        in,
        or_text
    )]
    pub time_period: Option<u64>,
    /// Group: exactly these sequences, at most 100, those that are missing left out. Starting point, time
    /// range and kinds are ignored then. Ignored one-to-one.
    #[key(
        "msg_getmsglist_param_message_seq_array",
        kTIMMsgGetMsgListParamMessageSeqArray,
        in
    )]
    pub message_seq_array: Option<Vec<u64>>,
}

/// Numbers that name one message of a conversation: taken by `TIMMsgFindByMsgLocatorList`, and given by
/// `TIMMsgRevokeCallback` together with the id and the revoker keys of the message.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct MsgLocator {
    /// The peer, group or topic, as this user sees it. Ignored when given.
    #[key("message_locator_conv_id", kTIMMsgLocatorConvId, rw)]
    pub conv_id: String,
    /// `kTIMConv_C2C` or `kTIMConv_Group`. Ignored when given.
    #[key("message_locator_conv_type", kTIMMsgLocatorConvType, rw)]
    pub conv_type: TIMConvType,
    /// True names a recalled message, false one that is not.
    #[key("message_locator_is_revoked", kTIMMsgLocatorIsRevoked, rw, required)]
    pub is_revoked: bool,
    /// Its `message_server_time`.
    #[key("message_locator_time", kTIMMsgLocatorTime, rw, required, or_text)]
    pub time: u64,
    /// Its `message_seq`.
    #[key("message_locator_seq", kTIMMsgLocatorSeq, rw, required, or_text)]
    pub seq: u64,
    /// Its `message_is_from_self`.
    #[key("message_locator_is_self", kTIMMsgLocatorIsSelf, rw, required)]
    pub is_self: bool,
    /// Its `message_rand`.
    #[key("message_locator_rand", kTIMMsgLocatorRand, rw, required, or_text)]
    pub rand: u64,
    /// Its `message_unique_id`; 0: not looked at.
    #[key("message_locator_unique_id", kTIMMsgLocatorUniqueId, rw, required, or_text)]
    pub unique_id: u64,
}

/// What `TIMMsgSearchLocalMessages` and `TIMMsgSearchCloudMessages` look for. Every condition has to hold.
/// Without a keyword there has to be a sender or a kind.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct MessageSearchParam {
    /// Up to 5 keywords of at most 128 characters, each matched as a part of the text, without regard to
    /// case. `[]`, the default: any text.
    #[key("msg_search_param_keyword_array", kTIMMsgSearchParamKeywordArray, in)]
    pub keyword_array: Vec<String>,
    /// Numbers of `TIMElemType`, one of which the message has to have. `[]`, the default: all that can be
    /// searched. Kinds that cannot be searched and unknown numbers are ignored.
    #[key("msg_search_param_message_type_array", kTIMMsgSearchParamMessageTypeArray, in)]
    pub message_type_array: Option<Vec<i32>>,
    /// The conversation to search. Empty, the default: all of the type. Without a type, a prefix `c2c_` or
    /// `group_` tells it.
    #[key("msg_search_param_conv_id", kTIMMsgSearchParamConvId, in)]
    pub conv_id: Option<String>,
    /// Type of the conversation, or of all conversations to search; 0, the default: any.
    #[key("msg_search_param_conv_type", kTIMMsgSearchParamConvType, in)]
    pub conv_type: Option<TIMConvType>,
    /// Unix seconds, the newest time that is searched; 0, the default: now.
    #[key(
        "msg_search_param_search_time_position",
        kTIMMsgSearchParamSearchTimePosition,
        in,
        or_text
    )]
    pub search_time_position: Option<u64>,
    /// Seconds back from there, both ends included; 0, the default: no limit.
    #[key(
        "msg_search_param_search_time_period",
        kTIMMsgSearchParamSearchTimePeriod,
        in,
        or_text
    )]
    pub search_time_period: Option<u64>,
    /// Number of the page, from 0. Local search only.
    #[key("msg_search_param_page_index", kTIMMsgSearchParamPageIndex, in)]
    pub page_index: Option<u32>,
    /// Conversations of a page, or messages when one conversation is searched; 0, the default: everything
    /// in one page. Local search only.
    #[key("msg_search_param_page_size", kTIMMsgSearchParamPageSize, in)]
    pub page_size: Option<u32>,
    /// One of the keywords, the default, or all of them.
    #[key(
        "msg_search_param_keyword_list_match_type",
        kTIMMsgSearchParamKeywordListMatchType,
        in
    )]
    pub keyword_list_match_type: Option<TIMKeywordListMatchType>,
    /// Up to 5 senders, one of whom the message has to be from. `[]`, the default: anybody. The older
    /// spelling `msg_search_param_send_indentifier_array` is read too.
    #[key(
        "msg_search_param_send_identifier_array",
        kTIMMsgSearchParamSenderIdentifierArray,
        in,
        alias("msg_search_param_send_indentifier_array")
    )]
    pub sender_identifier_array: Option<Vec<String>>,
    /// Conversations or messages of a page, 1 to 100; 0, the default: 20. Cloud search only.
    #[key("msg_search_param_search_count", kTIMMsgSearchParamSearchCount, in)]
    pub search_count: Option<u32>,
    /// Where to go on: empty at first, then what the last result gave, for ten minutes. Cloud search only.
    #[key("msg_search_param_search_cursor", kTIMMsgSearchParamSearchCursor, in)]
    pub search_cursor: Option<String>,
}

/// One conversation of a MessageSearchResult.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct MessageSearchResultItem {
    /// The peer, group or topic.
    #[key("msg_search_result_item_conv_id", kTIMMsgSearchResultItemConvId, out)]
    pub conv_id: String,
    /// `kTIMConv_C2C` or `kTIMConv_Group`.
    #[key("msg_search_result_item_conv_type", kTIMMsgSearchResultItemConvType, out)]
    pub conv_type: TIMConvType,
    /// All messages of the conversation that match, not just those of this page.
    #[key(
        "msg_search_result_item_total_message_count",
        kTIMMsgSearchResultItemTotalMessageCount,
        out
    )]
    pub total_message_count: u32,
    /// One conversation searched: the page of messages, newest first. All conversations searched: the
    /// message when exactly one matches, else `[]`.
    #[key(
        "msg_search_result_item_message_array",
        kTIMMsgSearchResultItemMessageArray,
        out
    )]
    pub message_array: Vec<Message>,
}

/// What `TIMMsgSearchLocalMessages` and `TIMMsgSearchCloudMessages` found. When they fail, it has neither
/// items nor their key.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct MessageSearchResult {
    /// Messages that match when one conversation was searched, else conversations with a match; the same on
    /// every page. The cloud counts up to 10000.
    #[key("msg_search_result_total_count", kTIMMsgSearchResultTotalCount, out)]
    pub total_count: u32,
    /// The conversations of this page, the one with the newest match first. At most one when one
    /// conversation was searched.
    #[key("msg_search_result_item_array", kTIMMsgSearchResultItemArray, out)]
    pub item_array: Vec<MessageSearchResultItem>,
    /// Cloud search: where the next page begins; empty on the last one. Always empty for the local search.
    #[key("msg_search_result_search_cursor", kTIMMsgSearchResultSearchCursor, out)]
    pub search_cursor: String,
}

/// What `TIMMsgDelete` deletes.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct MsgDeleteParam {
    /// The message. Missing, or without `message_elem_array`: -3.
    #[key("msg_delete_param_msg", kTIMMsgDeleteParamMsg, in)]
    pub msg: Option<Message>,
    /// True: deleted in the cloud too, and for good. False, the default: hidden on this device. The older
    /// spelling `msg_delete_param_is_remble` is read too.
    #[key(
        "msg_delete_param_is_ramble",
        kTIMMsgDeleteParamIsRamble,
        in,
        alias("msg_delete_param_is_remble")
    )]
    pub is_ramble: Option<bool>,
}

/// One user's entry in the result of `TIMMsgGetC2CReceiveMessageOpt`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GetC2CRecvMsgOptResult {
    /// The user.
    #[key(
        "msg_recv_msg_opt_result_identifier",
        kTIMMsgGetC2CRecvMsgOptResultIdentifier,
        out
    )]
    pub identifier: String,
    /// What is done with messages of that user; `kTIMRecvMsgOpt_Receive` when nothing was set.
    #[key("msg_recv_msg_opt_result_opt", kTIMMsgGetC2CRecvMsgOptResultOpt, out)]
    pub opt: TIMReceiveMessageOpt,
}

/// The do-not-disturb setting of a user for all conversations: given by `TIMMsgGetAllReceiveMessageOpt` and
/// `TIMMsgAllMessageReceiveOptionCallback`. All six are 0 when nothing is set or its time is over.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct TIMReceiveMessageOptInfo {
    /// Hour at which a daily or permanent setting begins, 0 to 23, in the zone of the device that made it.
    #[key("msg_all_recv_msg_opt_start_hour", kTIMMsgAllRecvMsgOptStartHour, out)]
    pub start_hour: u32,
    /// Minute at which it begins, 0 to 59.
    #[key("msg_all_recv_msg_opt_start_minute", kTIMMsgAllRecvMsgOptStartMinute, out)]
    pub start_minute: u32,
    /// Second at which it begins, 0 to 59.
    #[key("msg_all_recv_msg_opt_start_second", kTIMMsgAllRecvMsgOptStartSecond, out)]
    pub start_second: u32,
    /// Unix seconds at which a setting for one time begins; 0 for the other kinds.
    #[key(
        "msg_all_recv_msg_opt_start_time_stamp",
        kTIMMsgAllRecvMsgOptStartTimeStamp,
        out
    )]
    pub start_time_stamp: u32,
    /// Seconds that it lasts; 86400 and more in a setting with an hour: for ever.
    #[key("msg_all_recv_msg_duration", kTIMMsgAllRecvMsgDuration, out)]
    pub duration: u32,
    /// What is done meanwhile: no push (`kTIMRecvMsgOpt_Not_Notify`), or only for messages that mention the
    /// user (`kTIMRecvMsgOpt_Not_Notify_Except_At`).
    #[key("msg_all_recv_msg_opt_level", kTIMMsgAllRecvMsgOptLevel, out)]
    pub level: TIMReceiveMessageOpt,
}

/// One text in the result of `TIMMsgTranslateText`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct MessageTranslateTextResult {
    /// The text as it was given.
    #[key("msg_translate_text_source_text", kTIMMsgTranslateTextSourceText, out)]
    pub source_text: String,
    /// Its translation.
    #[key("msg_translate_text_target_text", kTIMMsgTranslateTextTargetText, out)]
    pub target_text: String,
}

/// A read receipt: given by `TIMMsgReadedReceiptCallback` and `TIMMsgGetMessageReadReceipts`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct MessageReceipt {
    /// The peer, group or topic.
    #[key("msg_receipt_conv_id", kTIMMsgReceiptConvId, out)]
    pub conv_id: String,
    /// `kTIMConv_C2C` or `kTIMConv_Group`.
    #[key("msg_receipt_conv_type", kTIMMsgReceiptConvType, out)]
    pub conv_type: TIMConvType,
    /// The message. Empty: the peer has read the whole conversation up to the time below.
    #[key("msg_receipt_msg_id", kTIMMsgReceiptMsgId, out)]
    pub msg_id: String,
    /// One-to-one: Unix seconds of the receipt, or up to which the conversation is read; 0 when there is no
    /// receipt yet. 0 for groups.
    #[key("msg_receipt_time_stamp", kTIMMsgReceiptTimeStamp, out)]
    pub time_stamp: u64,
    /// One-to-one: the peer has read it. False for groups.
    #[key("msg_receipt_is_peer_read", kTIMMsgReceiptIsPeerRead, out)]
    pub is_peer_read: bool,
    /// Group: members who have read it. 0 one-to-one.
    #[key("msg_receipt_read_count", kTIMMsgReceiptReadCount, out)]
    pub read_count: u64,
    /// Group: members who got it and have not read it. 0 one-to-one.
    #[key("msg_receipt_unread_count", kTIMMsgReceiptUnreadCount, out)]
    pub unread_count: u64,
}

/// A key and its value that are attached to a message: taken by `TIMMsgSetMessageExtensions`, given by
/// `TIMMsgGetMessageExtensions` and the two extension callbacks.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct MessageExtension {
    /// The key, 1 to 100 bytes. When several users write, each should use a key of its own, such as its
    /// user id.
    #[key("message_extension_key", kTIMMsgExtensionKey, rw)]
    pub key: String,
    /// The value, at most 1024 bytes. `TIMMsgExtensionsDeletedCallback` leaves it out.
    #[key("message_extension_value", kTIMMsgExtensionValue, rw)]
    pub value: String,
}

/// How one key fared in `TIMMsgSetMessageExtensions` or `TIMMsgDeleteMessageExtensions`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct MessageExtensionResult {
    /// 0; 23001 when somebody else changed the key first; 23004 when a key to delete is not there; 6017
    /// beyond 300 keys of one message.
    #[key("message_extension_result_code", kTIMMsgExtensionResultCode, out)]
    pub code: u32,
    /// The error in a sentence; empty when there is none.
    #[key("message_extension_result_info", kTIMMsgExtensionResultInfo, out)]
    pub info: String,
    /// The key and its value now: the one written, the present one after 23001, empty for a deleted key.
    #[key("message_extension_item", kTIMMsgExtensionItem, out)]
    pub item: MessageExtension,
}

/// One kind of reaction to a message, for example an emoji, and who gave it.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct MessageReaction {
    /// Name of the reaction, 1 to 100 bytes, as the app chose it.
    #[key("message_reaction_id", kTIMMsgReactionID, out)]
    pub id: String,
    /// Users who gave it, at most 100. 0 in a change: nobody does any more.
    #[key("message_reaction_total_user_count", kTIMMsgReactionTotalUserCount, out)]
    pub total_user_count: u32,
    /// The first of them, at most 10, earliest first: id, nickname and face URL.
    #[key(
        "message_reaction_partial_user_info_array",
        kTIMMsgReactionPartialUserInfoList,
        out
    )]
    pub partial_user_info_array: Vec<UserProfile>,
    /// The user who is logged in gave it.
    #[key("message_reaction_reacted_by_myself", kTIMMsgReactionReactedByMyself, out)]
    pub reacted_by_myself: bool,
}

/// The reactions to one message in the result of `TIMMsgGetMessageReactions`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct MessageReactionResult {
    /// 0, or why this message has no answer: 6017 unknown, 10007 not allowed, 9508 offline and not asked
    /// before.
    #[key("message_reaction_result_code", kTIMMsgReactionResultCode, out)]
    pub code: u32,
    /// The error in a sentence; empty when there is none.
    #[key("message_reaction_result_info", kTIMMsgReactionResultInfo, out)]
    pub info: String,
    /// The message.
    #[key("message_reaction_result_msg_id", kTIMMsgReactionResultMsgId, out)]
    pub msg_id: String,
    /// The reactions, the one first used first; `[]` when there are none.
    #[key(
        "message_reaction_result_reaction_list",
        kTIMMsgReactionResultReactionList,
        out
    )]
    pub reaction_list: Vec<MessageReaction>,
}

/// A page of the users who gave one reaction, from `TIMMsgGetAllUserListOfMessageReaction`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct MessageReactionUserResult {
    /// The users, earliest first: id, nickname and face URL.
    #[key(
        "message_reaction_user_result_user_info_array",
        kTIMMsgReactionUserResultUserInfoArray,
        out
    )]
    pub user_info_array: Vec<UserProfile>,
    /// What to pass for the next page; 0 on the last one.
    #[key(
        "message_reaction_user_result_next_seq",
        kTIMMsgReactionUserResultNextSeq,
        out
    )]
    pub next_seq: u32,
    /// True on the last page.
    #[key(
        "message_reaction_user_result_is_finished",
        kTIMMsgReactionUserResultIsFinished,
        out
    )]
    pub is_finished: bool,
}

/// The reactions to one message that changed, in `TIMMsgReactionsChangedCallback`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct MessageReactionChangeInfo {
    /// The message.
    #[key("message_reaction_change_info_msg_id", kTIMMsgReactionChangeInfoMsgId, out)]
    pub msg_id: String,
    /// The reactions that changed, each as it is now. A count of 0 removes it from the screen.
    #[key(
        "message_reaction_change_info_reaction_list",
        kTIMMsgReactionChangeInfoReactionList,
        out
    )]
    pub reaction_list: Vec<MessageReaction>,
}

/// Further keys that a Message carries beside those of its own object. Apps have no need of them, but pass
/// them back when they pass back the Message.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct MessageInternalField {
    /// Account number of the sender. Omitted while it is not known.
    #[key("message_sender_tiny_id", kTIMMsgSenderTinyId, out, or_text)]
    pub sender_tiny_id: Option<u64>,
    /// Account number of the receiver of a one-to-one message. Omitted while it is not known.
    #[key("message_receiver_tiny_id", kTIMMsgReceiverTinyId, out, or_text)]
    pub receiver_tiny_id: Option<u64>,
    /// Group: members who have read it, as last heard; 0 when not known. `TIMMsgGetMessageReadReceipts`
    /// asks anew.
    #[key("message_group_receipt_read_count", kTIMMsgGroupReceiptReadCount, out)]
    pub group_receipt_read_count: i32,
    /// Group: members who have not read it, as last heard; -1 when not known.
    #[key("message_group_receipt_unread_count", kTIMMsgGroupReceiptUnreadCount, out)]
    pub group_receipt_unread_count: i32,
    /// How often the message was modified. Passed back to `TIMMsgModifyMessage` it tells which version was
    /// changed; absent: the one on this device.
    #[key("message_version", kTIMMsgVersion, out, or_text)]
    pub version: u64,
    /// What kind of content moderation found; 0: none.
    #[key("message_risk_type_identified", kTIMMsgRiskTypeIdentified, out)]
    pub risk_type_identified: u32,
}
