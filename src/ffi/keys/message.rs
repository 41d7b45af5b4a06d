//! Names of the JSON keys of messages, for the headers.
#![allow(missing_docs, non_upper_case_globals)]

// ElemType
pub const kTIMElemType: &str = "elem_type";

// TextElem
pub const kTIMTextElemContent: &str = "text_elem_content";

// CustomElem
pub const kTIMCustomElemData: &str = "custom_elem_data";
pub const kTIMCustomElemDesc: &str = "custom_elem_desc";
pub const kTIMCustomElemExt: &str = "custom_elem_ext";
pub const kTIMCustomElemSound: &str = "custom_elem_sound";

// FaceElem
pub const kTIMFaceElemIndex: &str = "face_elem_index";
pub const kTIMFaceElemBuf: &str = "face_elem_buf";

// LocationElem
pub const kTIMLocationElemDesc: &str = "location_elem_desc";
pub const kTIMLocationElemLongitude: &str = "location_elem_longitude";
pub const kTIMLocationElemLatitude: &str = "location_elem_latitude";

// Message
pub const kTIMMsgElemArray: &str = "message_elem_array";
pub const kTIMMsgConvId: &str = "message_conv_id";
pub const kTIMMsgConvType: &str = "message_conv_type";
pub const kTIMMsgSender: &str = "message_sender";
pub const kTIMMsgPriority: &str = "message_priority";
pub const kTIMMsgClientTime: &str = "message_client_time";
pub const kTIMMsgServerTime: &str = "message_server_time";
pub const kTIMMsgIsFormSelf: &str = "message_is_from_self";
pub const kTIMMsgPlatform: &str = "message_platform";
pub const kTIMMsgIsRead: &str = "message_is_read";
pub const kTIMMsgIsOnlineMsg: &str = "message_is_online_msg";
pub const kTIMMsgIsPeerRead: &str = "message_is_peer_read";
pub const kTIMMsgReceiptPeerRead: &str = "message_receipt_peer_read";
pub const kTIMMsgNeedReadReceipt: &str = "message_need_read_receipt";
pub const kTIMMsgSupportMessageExtension: &str = "message_support_message_extension";
pub const kTIMMsgIsBroadcastMessage: &str = "message_is_broadcast_message";
pub const kTIMMsgHasSentReceipt: &str = "message_has_sent_receipt";
pub const kTIMMsgStatus: &str = "message_status";
pub const kTIMMsgUniqueId: &str = "message_unique_id";
pub const kTIMMsgMsgId: &str = "message_msg_id";
pub const kTIMMsgRand: &str = "message_rand";
pub const kTIMMsgSeq: &str = "message_seq";
pub const kTIMMsgCustomInt: &str = "message_custom_int";
pub const kTIMMsgCustomStr: &str = "message_custom_str";
pub const kTIMMsgCloudCustomStr: &str = "message_cloud_custom_str";
pub const kTIMMsgIsExcludedFromUnreadCount: &str = "message_is_excluded_from_unread_count";
pub const kTIMMsgGroupAtUserArray: &str = "message_group_at_user_array";
pub const kTIMMsgIsForwardMessage: &str = "message_is_forward_message";
pub const kTIMMsgSenderProfile: &str = "message_sender_profile";
pub const kTIMMsgSenderGroupMemberInfo: &str = "message_sender_group_member_info";
pub const kTIMMsgExcludedFromLastMessage: &str = "message_excluded_from_last_message";
pub const kTIMMsgExcludedFromContentModeration: &str = "message_excluded_from_content_moderation";
pub const kTIMMsgCustomModerationConfigurationID: &str = "message_custom_moderation_configuration_id";
pub const kTIMMsgHasRiskContent: &str = "message_has_risk_content";
pub const kTIMMsgDisableCloudMessagePreHook: &str = "message_disable_cloud_message_pre_hook";
pub const kTIMMsgDisableCloudMessagePostHook: &str = "message_disable_cloud_message_post_hook";
pub const kTIMMsgTargetGroupMemberArray: &str = "message_target_group_member_array";
pub const kTIMMsgOfflinePushConfig: &str = "message_offline_push_config";
pub const kTIMMsgRevokerUserId: &str = "message_revoker_user_id";
pub const kTIMMsgRevokerNickName: &str = "message_revoker_nick_name";
pub const kTIMMsgRevokerFaceUrl: &str = "message_revoker_face_url";
pub const kTIMMsgRevokeReason: &str = "message_revoke_reason";
pub const kTIMMsgPinnerUserId: &str = "message_pinner_user_id";
pub const kTIMMsgPinnerNickName: &str = "message_pinner_nick_name";
pub const kTIMMsgPinnerFriendRemark: &str = "message_pinner_friend_remark";
pub const kTIMMsgPinnerNameCard: &str = "message_pinner_name_card";
pub const kTIMMsgPinnerFaceURL: &str = "message_pinner_face_url";
pub const kTIMMsgExcludedFromMuting: &str = "message_excluded_from_muting";

// MsgGetMsgListParam
pub const kTIMMsgGetMsgListParamLastMsg: &str = "msg_getmsglist_param_last_msg";
pub const kTIMMsgGetMsgListParamCount: &str = "msg_getmsglist_param_count";
pub const kTIMMsgGetMsgListParamIsRamble: &str = "msg_getmsglist_param_is_ramble";
pub const kTIMMsgGetMsgListMessageTypeArray: &str = "msg_getmsglist_param_message_type_array";
pub const kTIMMsgGetMsgListParamIsForward: &str = "msg_getmsglist_param_is_forward";
pub const kTIMMsgGetMsgListParamLastMsgSeq: &str = "msg_getmsglist_param_last_msg_seq";
pub const kTIMMsgGetMsgListParamTimeBegin: &str = "msg_getmsglist_param_time_begin";
pub const kTIMMsgGetMsgListParamTimePeriod: &str = "msg_getmsglist_param_time_period";
pub const kTIMMsgGetMsgListParamMessageSeqArray: &str = "msg_getmsglist_param_message_seq_array";

// MessageReceipt
pub const kTIMMsgReceiptConvId: &str = "msg_receipt_conv_id";
pub const kTIMMsgReceiptConvType: &str = "msg_receipt_conv_type";
pub const kTIMMsgReceiptMsgId: &str = "msg_receipt_msg_id";
pub const kTIMMsgReceiptTimeStamp: &str = "msg_receipt_time_stamp";
pub const kTIMMsgReceiptIsPeerRead: &str = "msg_receipt_is_peer_read";
pub const kTIMMsgReceiptReadCount: &str = "msg_receipt_read_count";
pub const kTIMMsgReceiptUnreadCount: &str = "msg_receipt_unread_count";

// MessageInternalField
pub const kTIMMsgSenderTinyId: &str = "message_sender_tiny_id";
pub const kTIMMsgReceiverTinyId: &str = "message_receiver_tiny_id";
pub const kTIMMsgGroupReceiptReadCount: &str = "message_group_receipt_read_count";
pub const kTIMMsgGroupReceiptUnreadCount: &str = "message_group_receipt_unread_count";
pub const kTIMMsgVersion: &str = "message_version";
pub const kTIMMsgRiskTypeIdentified: &str = "message_risk_type_identified";
