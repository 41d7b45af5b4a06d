//! Names of the JSON keys of the experimental API, for the headers.
#![allow(missing_docs, non_upper_case_globals)]

// TIMInternalOperation
pub const kTIMInternalOperationSSOData: &str = "internal_operation_sso_data";
pub const kTIMInternalOperationUserId2TinyId: &str = "internal_operation_userid_tinyid";
pub const kTIMInternalOperationTinyId2UserId: &str = "internal_operation_tinyid_userid";
pub const kTIMInternalOperationSetEnv: &str = "internal_operation_set_env";
pub const kTIMInternalOperationDisableCrashReport: &str = "internal_operation_disable_crash_report";
pub const kTIMInternalOperationSetIPv6Prior: &str = "internal_operation_set_ipv6_prior";
pub const kTIMInternalOperationSetMaxRetryCount: &str = "internal_operation_set_max_retry_count";
pub const kTIMInternalOperationSetPacketRequestTimeout: &str =
    "internal_operation_set_packet_request_timeout";
pub const kTIMInternalOperationSetCustomServerInfo: &str = "internal_operation_set_custom_server_info";
pub const kTIMInternalOperationEnableQuicChannel: &str = "internal_operation_enable_quic_channel";
pub const kTIMInternalOperationSetSM4GCMCallback: &str = "internal_operation_set_sm4_gcm_callback";
pub const kTIMInternalOperationInitLocalStorage: &str = "internal_operation_init_local_storage";
pub const kTIMInternalOperationSetCosSaveRegionForConversation: &str =
    "internal_operation_set_cos_save_region_for_conversation";
pub const kTIMInternalOperationSetUIPlatform: &str = "internal_operation_set_ui_platform";
pub const kTIMInternalOperationSetDatabaseEncryptInfo: &str = "internal_operation_set_database_encrypt_info";
pub const kTIMInternalOperationIsCommercialAbilityEnabled: &str =
    "internal_operation_is_commercial_ability_enabled";
pub const kTIMInternalOperationSetOfflinePushState: &str = "internal_operation_set_offline_push_state";
pub const kTIMInternalOperationGetOfflinePushState: &str = "internal_operation_get_offline_push_state";
pub const kTIMInternalOperationGetMessageRevoker: &str = "internal_operation_get_message_revoker";
pub const kTIMInternalOperationSetLogSetting: &str = "internal_operation_set_log_setting";
pub const kTIMInternalOperationWriteLog: &str = "internal_operation_write_log";
pub const kTIMInternalOperationClearLocalHistoryMessage: &str =
    "internal_operation_clear_local_history_message";
pub const kTIMInternalOperationUpdateProxyInfo: &str = "internal_operation_update_proxy_info";
pub const kTIMInternalOperationReportTUIComponentUsage: &str = "internal_operation_report_tuicomponent_usage";
pub const kTIMInternalOperationSendTRTCCustomData: &str = "internal_operation_send_trtc_custom_data";
pub const kTIMInternalOperationSendRoomCustomData: &str = "internal_operation_send_room_custom_data";
pub const kTIMInternalOperationSetApplicationID: &str = "internal_operation_set_application_id";
pub const kTIMInternalOperationGetServerConfig: &str = "internal_operation_get_server_config";
pub const kTIMInternalOperationSetIgnoreRepeatLogin: &str = "internal_operation_set_ignore_repeat_login";
pub const kTIMInternalOperationStartMessageLongPolling: &str =
    "internal_operation_start_message_long_polling";
pub const kTIMInternalOperationStopMessageLongPolling: &str = "internal_operation_stop_message_long_polling";
pub const kTIMInternalOperationFindMergerMessages: &str = "internal_operation_find_merger_messages";
pub const kTIMInternalOperationGetBriefGroupMemberList: &str =
    "internal_operation_get_brief_group_member_list";
pub const kTIMInternalOperationSetCustomLoginInfo: &str = "internal_operation_set_custom_login_info";
pub const kTIMInternalOperationDisableHttpRequest: &str = "internal_operation_disable_http_request";
pub const kTIMInternalOperationSetNetworkInfo: &str = "internal_operation_set_network_info";

// RequestParam
pub const kTIMRequestInternalOperation: &str = "request_internal_operation";
pub const kTIMRequestSSODataParam: &str = "request_sso_data_param";
pub const kTIMRequestUserId2TinyIdParam: &str = "request_userid_tinyid_param";
pub const kTIMRequestTinyId2UserIdParam: &str = "request_tinyid_userid_param";
pub const kTIMRequestSetEnvParam: &str = "request_set_env_param";
pub const kTIMRequestDisableCrashReportParam: &str = "request_disable_crash_report_param";
pub const kTIMRequestSetIPv6PriorParam: &str = "request_set_ipv6_prior_param";
pub const kTIMRequestSetMaxRetryCountParam: &str = "request_set_max_retry_count_param";
pub const kTIMRequestSetPacketRequestTimeoutParam: &str = "request_set_packet_request_timeout_param";
pub const kTIMRequestSetCustomServerInfoParam: &str = "request_set_custom_server_info_param";
pub const kTIMRequestEnableQuicChannelParam: &str = "request_enable_quic_channel_param";
pub const kTIMRequestSetSM4GCMCallbackParam: &str = "request_set_sm4_gcm_callback_param";
pub const kTIMRequestInitLocalStorageParam: &str = "request_init_local_storage_user_id_param";
pub const kTIMRequestSetCosSaveRegionForConversationParam: &str =
    "request_set_cos_save_region_for_conversation_param";
pub const kTIMRequestSetUIPlatformParam: &str = "request_set_ui_platform_param";
pub const kTIMRequestSetDatabaseEncryptInfoParam: &str = "request_set_database_encrypt_info_param";
pub const kTIMRequestIsCommercialAbilityEnabledParam: &str = "request_is_commercial_ability_enabled_param";
pub const kTIMRequestSetOfflinePushStateParam: &str = "request_set_offline_push_state_param";
pub const kTIMRequestMessageRevokerMessageIdArray: &str = "request_message_revoker_message_id_array";
pub const kTIMRequestSetLogSettingParam: &str = "request_set_log_setting_param";
pub const kTIMRequestWriteLogLogLevelParam: &str = "request_write_log_log_level_param";
pub const kTIMRequestWriteLogLogContentParam: &str = "request_write_log_log_content_param";
pub const kTIMRequestWriteLogFileNameParam: &str = "request_write_log_file_name_param";
pub const kTIMRequestWriteLogFuncNameParam: &str = "request_write_log_func_name_param";
pub const kTIMRequestWriteLogLineNumberParam: &str = "request_write_log_line_number_param";
pub const kTIMRequestClearLocalHistoryMessageConversationIDParam: &str =
    "request_clear_local_history_message_conversation_id_param";
pub const kTIMRequestClearLocalHistoryMessageBeginTimestampParam: &str =
    "request_clear_local_history_message_begin_timestamp_param";
pub const kTIMRequestClearLocalHistoryMessageEndTimestampParam: &str =
    "request_clear_local_history_message_end_timestamp_param";
pub const kTIMRequestReportTUIComponentUsageUIComponentTypeParam: &str =
    "report_tuicomponent_usage_uicomponent_type_param";
pub const kTIMRequestReportTUIComponentUsageUIStyleTypeParam: &str =
    "report_tuicomponent_usage_uistyle_type_param";
pub const kTIMRequestSendTRTCCustomDataParam: &str = "request_send_trtc_custom_data_param";
pub const kTIMRequestSendRoomCustomDataServiceCommandParam: &str =
    "request_send_room_custom_data_service_command_param";
pub const kTIMRequestSendRoomCustomDataRequestContentParam: &str =
    "request_send_room_custom_data_request_content_param";
pub const kTIMRequestSendRoomCustomDataTimeoutParam: &str = "request_send_room_custom_data_timeout_param";
pub const kTIMRequestSendRoomCustomDataMaxRetryCountParam: &str =
    "request_send_room_custom_data_max_retry_count_param";
pub const kTIMRequestSetApplicationIDParam: &str = "request_set_application_id_param";
pub const kTIMRequestGetServerConfigKeyParam: &str = "request_get_server_config_key_param";
pub const kTIMRequestGetServerConfigValueTypeParam: &str = "request_get_server_config_value_type_param";
pub const kTIMRequestSetIgnoreRepeatLoginParam: &str = "request_set_ignore_repeat_login_param";
pub const kTIMRequestStartMessageLongPollingIDParam: &str = "request_start_message_long_polling_id_param";
pub const kTIMRequestStartMessageLongPollingKeyParam: &str = "request_start_message_long_polling_key_param";
pub const kTIMRequestStartMessageLongPollingSequenceParam: &str =
    "request_start_message_long_polling_sequence_param";
pub const kTIMRequestStopMessageLongPollingIDParam: &str = "request_stop_message_long_polling_id_param";
pub const kTIMRequestFindMergerMessagesMessageIDParam: &str = "request_find_merger_messages_message_id_param";
pub const kTIMRequestFindMergerMessagesMergerMessageIDListParam: &str =
    "request_find_merger_messages_merger_message_id_list_param";
pub const kTIMRequestGetBriefGroupMemberListGroupIDParam: &str =
    "request_get_brief_group_member_list_group_id_param";
pub const kTIMRequestSetCustomLoginInfoUserIDParam: &str = "request_set_custom_login_info_user_id_param";
pub const kTIMRequestSetCustomLoginInfoCustomInfoParam: &str =
    "request_set_custom_login_info_custom_info_param";
pub const kTIMRequestDisableHttpRequestParam: &str = "request_disable_http_request_param";
pub const kTIMRequestSetNetworkInfoNetworkTypeParam: &str = "request_set_network_info_network_type_param";
pub const kTIMRequestSetNetworkInfoIPTypeParam: &str = "request_set_network_info_ip_type_param";
pub const kTIMRequestSetNetworkInfoNetworkIdParam: &str = "request_set_network_info_network_id_param";
pub const kTIMRequestSetNetworkInfoWifiNetworkHandleParam: &str =
    "request_set_network_info_wifi_network_handle_param";
pub const kTIMRequestSetNetworkInfoXgNetworkHandleParam: &str =
    "request_set_network_info_xg_network_handle_param";
pub const kTIMRequestSetNetworkInfoNetworkConnectedParam: &str =
    "request_set_network_info_network_connected_param";
pub const kTIMRequestSetNetworkInfoInitializeCostTimeParam: &str =
    "request_set_network_info_initialize_cost_time_param";

// ResponseInfo
pub const kTIMResponseInternalOperation: &str = "response_internal_operation";
pub const kTIMResponseSSODataRes: &str = "response_sso_data_res";
pub const kTIMResponseUserId2TinyIdRes: &str = "response_userid_tinyid_res";
pub const kTIMResponseTinyId2UserIdRes: &str = "response_tinyid_userid_res";
pub const kTIMResponseSetEvnRes: &str = "response_set_env_res";
pub const kTIMResponseGetOfflinePushStateRes: &str = "response_get_offline_push_state_res";
pub const kTIMResponseMessageId: &str = "response_message_id";
pub const kTIMResponseMessageRevoker: &str = "response_message_revoker";

// SSODataParam
pub const kTIMSSODataParamCmd: &str = "sso_data_param_cmd";
pub const kTIMSSODataParamBody: &str = "sso_data_param_body";
pub const kTIMSSODataParamTimeout: &str = "sso_data_param_timeout";

// SSODataRes
pub const kTIMSSODataResCmd: &str = "sso_data_res_cmd";
pub const kTIMSSODataResBody: &str = "sso_data_res_body";

// UserInfo
pub const kTIMUserInfoUserId: &str = "user_info_userid";
pub const kTIMUserInfoTinyId: &str = "user_info_tinyid";

// ServerAddress
pub const kTIMServerAddressIp: &str = "server_address_ip";
pub const kTIMServerAddressPort: &str = "server_address_port";
pub const kTIMServerAddressIsIPv6: &str = "server_address_is_ipv6";
pub const kTIMServerAddressIsQuic: &str = "server_address_is_quic";

// CustomServerInfo
pub const kTIMCustomServerInfoLongConnectionAddressArray: &str = "longconnection_address_array";
pub const kTIMCustomServerInfoShortConnectionAddressArray: &str = "shortconnection_address_array";
pub const kTIMCustomServerInfoServerPublicKey: &str = "server_public_key";

// QuicChannelInfo
pub const kTIMQuicChannelInfoEnableQuic: &str = "quic_channel_info_enable_quic";

// SM4GCMCallbackParam
pub const kTIMSM4GCMCallbackParamEncrypt: &str = "sm4_gcm_callback_param_encrypt";
pub const kTIMSM4GCMCallbackParamDecrypt: &str = "sm4_gcm_callback_param_decrypt";

// CosSaveRegionForConversationParam
pub const kTIMCosSaveRegionForConversationParamConversationID: &str =
    "cos_save_region_for_conversation_param_conversation_id";
pub const kTIMCosSaveRegionForConversationParamCosSaveRegion: &str =
    "cos_save_region_for_conversation_param_cos_save_region";

// DatabaseEncryptInfo
pub const kTIMDatabaseEncryptInfoEncryptType: &str = "database_encrypt_info_encrypt_type";
pub const kTIMDatabaseEncryptInfoEncryptKey: &str = "database_encrypt_info_encrypt_key";

// CommercialAbilityResult
pub const kTIMCommercialAbilityResultEnabled: &str = "commercial_ability_result_enabled";

// LogSetting
pub const kTIMLogSettingDisableAutoClean: &str = "log_setting_disable_auto_clean";
pub const kTIMLogSettingMaxFileSize: &str = "log_setting_max_file_size";
