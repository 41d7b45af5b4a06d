//! The JSON objects of `callExperimentalAPI`. Which keys a request needs depends on its operation.

use serde_json::Value;
use timbre_macros::JsonObject;

/// A raw command for the servers of another product; not supported.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct SSODataParam {
    /// Name of the command.
    #[key("sso_data_param_cmd", kTIMSSODataParamCmd, in, required)]
    pub cmd: String,
    /// Its bytes in base64.
    #[key("sso_data_param_body", kTIMSSODataParamBody, in, required)]
    pub body: String,
    /// Seconds to wait for the answer; 15 when absent.
    #[key("sso_data_param_timeout", kTIMSSODataParamTimeout, in)]
    pub timeout: Option<u64>,
}

/// The answer to a raw command; never given.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct SSODataRes {
    /// Name of the command.
    #[key("sso_data_res_cmd", kTIMSSODataResCmd, out, required)]
    pub cmd: String,
    /// Its bytes in base64.
    #[key("sso_data_res_body", kTIMSSODataResBody, out, required)]
    pub body: String,
}

/// A user's id and its number; part of the answers of `userid_tinyid` and `tinyid_userid`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct UserInfo {
    /// The user's id.
    #[key("user_info_userid", kTIMUserInfoUserId, out)]
    pub userid: String,
    /// The number that the server has given to the user, from 1000001 on.
    #[key("user_info_tinyid", kTIMUserInfoTinyId, out)]
    pub tinyid: u64,
}

/// One address of a server; part of CustomServerInfo.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct ServerAddress {
    /// An IP address or a host name.
    #[key("server_address_ip", kTIMServerAddressIp, in, required)]
    pub ip: String,
    /// 1 to 65535; 6017 for another number.
    #[key("server_address_port", kTIMServerAddressPort, in, required)]
    pub port: i32,
    /// Not needed; the address shows it.
    #[key("server_address_is_ipv6", kTIMServerAddressIsIPv6, in)]
    pub is_ipv6: Option<bool>,
    /// True: the address is skipped, for there is no QUIC.
    #[key("server_address_is_quic", kTIMServerAddressIsQuic, in)]
    pub is_quic: Option<bool>,
}

/// Where a server of one's own is and how it proves itself; given to `set_custom_server_info`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct CustomServerInfo {
    /// Addresses to connect to, the preferred one first; 6017 when none can be used.
    #[key(
        "longconnection_address_array",
        kTIMCustomServerInfoLongConnectionAddressArray,
        in,
        required
    )]
    pub longconnection_address_array: Vec<ServerAddress>,
    /// Addresses for media over HTTP; absent: the addresses to connect to.
    #[key(
        "shortconnection_address_array",
        kTIMCustomServerInfoShortConnectionAddressArray,
        in
    )]
    pub shortconnection_address_array: Option<Vec<ServerAddress>>,
    /// How the server proves itself, always over TLS. Empty: by a certificate that the system trusts. A
    /// public key in PEM form, or `sha256/` and the base64 of its hash: by this key. `plaintext`: no TLS, for
    /// tests.
    #[key("server_public_key", kTIMCustomServerInfoServerPublicKey, in, required)]
    pub server_public_key: String,
}

/// Whether to use QUIC. No operation takes it: `enable_quic_channel` takes a boolean.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct QuicChannelInfo {
    /// True to use it.
    #[key("quic_channel_info_enable_quic", kTIMQuicChannelInfoEnableQuic, in, required)]
    pub enable_quic: bool,
}

/// Addresses of two functions that encrypt and decrypt; not supported.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct SM4GCMCallbackParam {
    /// Address of the function that encrypts.
    #[key(
        "sm4_gcm_callback_param_encrypt",
        kTIMSM4GCMCallbackParamEncrypt,
        in,
        required
    )]
    pub encrypt: u64,
    /// Address of the function that decrypts.
    #[key(
        "sm4_gcm_callback_param_decrypt",
        kTIMSM4GCMCallbackParamDecrypt,
        in,
        required
    )]
    pub decrypt: u64,
}

/// Where the media of a conversation are to be stored; not supported.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct CosSaveRegionForConversationParam {
    /// The conversation.
    #[key(
        "cos_save_region_for_conversation_param_conversation_id",
        kTIMCosSaveRegionForConversationParamConversationID,
        in,
        required
    )]
    pub conversation_id: String,
    /// The region.
    #[key(
        "cos_save_region_for_conversation_param_cos_save_region",
        kTIMCosSaveRegionForConversationParamCosSaveRegion,
        in,
        required
    )]
    pub cos_save_region: String,
}

/// How to encrypt local databases; given to `set_database_encrypt_info`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct DatabaseEncryptInfo {
    /// 0 none, 4 AES; 1 to 3 are not supported (7013), other numbers not allowed (6017).
    #[key(
        "database_encrypt_info_encrypt_type",
        kTIMDatabaseEncryptInfoEncryptType,
        in,
        required
    )]
    pub kind: i32,
    /// The key as 32 hexadecimal digits (6017 otherwise). Empty or absent: the library makes a key and keeps
    /// it.
    #[key("database_encrypt_info_encrypt_key", kTIMDatabaseEncryptInfoEncryptKey, in)]
    pub key: Option<String>,
}

/// What `is_commercial_ability_enabled` answers.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct CommercialAbilityResult {
    /// Always true.
    #[key(
        "commercial_ability_result_enabled",
        kTIMCommercialAbilityResultEnabled,
        out,
        required
    )]
    pub enabled: bool,
}

/// How log files are kept; given to `set_log_setting`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct LogSetting {
    /// True: old log files are kept for ever.
    #[key(
        "log_setting_disable_auto_clean",
        kTIMLogSettingDisableAutoClean,
        in,
        required
    )]
    pub disable_auto_clean: bool,
    /// Bytes of one log file before the next one begins, at least 153600 (6017 below); 100 MB before the
    /// first setting; absent: unchanged.
    #[key("log_setting_max_file_size", kTIMLogSettingMaxFileSize, in)]
    pub max_file_size: Option<u64>,
}

/// What `callExperimentalAPI` takes: the name of an operation and the parameters of that operation.
/// Parameters of other operations are ignored. A parameter that the operation requires and that is missing or
/// of a wrong type makes the call return -3.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct RequestParam {
    /// Name of the operation: the text of one of the constants `kTIMInternalOperation...`.
    #[key("request_internal_operation", kTIMRequestInternalOperation, in, required)]
    pub internal_operation: String,
    /// Required by `sso_data`: an SSODataParam object.
    #[key("request_sso_data_param", kTIMRequestSSODataParam, in)]
    pub sso_data_param: Option<SSODataParam>,
    /// Required by `userid_tinyid`: 1 to 100 user ids.
    #[key("request_userid_tinyid_param", kTIMRequestUserId2TinyIdParam, in)]
    pub userid_tinyid_param: Option<Vec<String>>,
    /// Required by `tinyid_userid`: 1 to 100 numbers of users.
    #[key("request_tinyid_userid_param", kTIMRequestTinyId2UserIdParam, in)]
    pub tinyid_userid_param: Option<Vec<u64>>,
    /// Required by `set_env`: true for the test environment.
    #[key("request_set_env_param", kTIMRequestSetEnvParam, in)]
    pub set_env_param: Option<bool>,
    /// Required by `disable_crash_report`: true for no reports.
    #[key("request_disable_crash_report_param", kTIMRequestDisableCrashReportParam, in)]
    pub disable_crash_report_param: Option<bool>,
    /// Required by `set_ipv6_prior`: true to try IPv6 addresses first.
    #[key("request_set_ipv6_prior_param", kTIMRequestSetIPv6PriorParam, in)]
    pub set_ipv6_prior_param: Option<bool>,
    /// Required by `set_max_retry_count`: 0 to 10; numbers outside are moved to the nearest.
    #[key("request_set_max_retry_count_param", kTIMRequestSetMaxRetryCountParam, in)]
    pub set_max_retry_count_param: Option<u32>,
    /// Required by `set_packet_request_timeout`: seconds, 1 to 120; numbers outside are moved to the nearest.
    #[key(
        "request_set_packet_request_timeout_param",
        kTIMRequestSetPacketRequestTimeoutParam,
        in
    )]
    pub set_packet_request_timeout_param: Option<i64>,
    /// Required by `set_custom_server_info`: a CustomServerInfo object.
    #[key(
        "request_set_custom_server_info_param",
        kTIMRequestSetCustomServerInfoParam,
        in
    )]
    pub set_custom_server_info_param: Option<CustomServerInfo>,
    /// Required by `enable_quic_channel`: false; true is not supported (7013).
    #[key("request_enable_quic_channel_param", kTIMRequestEnableQuicChannelParam, in)]
    pub enable_quic_channel_param: Option<bool>,
    /// Required by `set_sm4_gcm_callback`: an SM4GCMCallbackParam object.
    #[key("request_set_sm4_gcm_callback_param", kTIMRequestSetSM4GCMCallbackParam, in)]
    pub set_sm4_gcm_callback_param: Option<SM4GCMCallbackParam>,
    /// Required by `init_local_storage`: the user's id; 7003 when it is malformed.
    #[key(
        "request_init_local_storage_user_id_param",
        kTIMRequestInitLocalStorageParam,
        in
    )]
    pub init_local_storage_user_id_param: Option<String>,
    /// Required by `set_cos_save_region_for_conversation`: an object with the conversation and the region.
    #[key(
        "request_set_cos_save_region_for_conversation_param",
        kTIMRequestSetCosSaveRegionForConversationParam,
        in
    )]
    pub set_cos_save_region_for_conversation_param: Option<CosSaveRegionForConversationParam>,
    /// Required by `set_ui_platform`: the number of the framework, as a number or a decimal text.
    #[key("request_set_ui_platform_param", kTIMRequestSetUIPlatformParam, in, or_text)]
    pub set_ui_platform_param: Option<u32>,
    /// Required by `set_database_encrypt_info`: a DatabaseEncryptInfo object.
    #[key(
        "request_set_database_encrypt_info_param",
        kTIMRequestSetDatabaseEncryptInfoParam,
        in
    )]
    pub set_database_encrypt_info_param: Option<DatabaseEncryptInfo>,
    /// Required by `is_commercial_ability_enabled`: a set of bits, one for each ability.
    #[key(
        "request_is_commercial_ability_enabled_param",
        kTIMRequestIsCommercialAbilityEnabledParam,
        in
    )]
    pub is_commercial_ability_enabled_param: Option<u64>,
    /// Required by `set_offline_push_state`: 0 not set, 1 on, 2 off; 6017 for another number.
    #[key(
        "request_set_offline_push_state_param",
        kTIMRequestSetOfflinePushStateParam,
        in
    )]
    pub set_offline_push_state_param: Option<u32>,
    /// Required by `get_message_revoker`: 1 to 100 message ids.
    #[key(
        "request_message_revoker_message_id_array",
        kTIMRequestMessageRevokerMessageIdArray,
        in
    )]
    pub message_revoker_message_id_array: Option<Vec<String>>,
    /// Required by `set_log_setting`: a LogSetting object.
    #[key("request_set_log_setting_param", kTIMRequestSetLogSettingParam, in)]
    pub set_log_setting_param: Option<LogSetting>,
    /// Required by `write_log`: a value of `enum TIMLogLevel`; 6017 for another number.
    #[key("request_write_log_log_level_param", kTIMRequestWriteLogLogLevelParam, in)]
    pub write_log_log_level_param: Option<i32>,
    /// Required by `write_log`: the text.
    #[key("request_write_log_log_content_param", kTIMRequestWriteLogLogContentParam, in)]
    pub write_log_log_content_param: Option<String>,
    /// For `write_log`: name of the source file.
    #[key("request_write_log_file_name_param", kTIMRequestWriteLogFileNameParam, in)]
    pub write_log_file_name_param: Option<String>,
    /// For `write_log`: name of the function.
    #[key("request_write_log_func_name_param", kTIMRequestWriteLogFuncNameParam, in)]
    pub write_log_func_name_param: Option<String>,
    /// For `write_log`: line in the source file.
    #[key("request_write_log_line_number_param", kTIMRequestWriteLogLineNumberParam, in)]
    pub write_log_line_number_param: Option<i32>,
    /// Required by `clear_local_history_message`: `c2c_` and a user id, or `group_` and a group id; `c2c` or
    /// `group` for all conversations of that type, an empty text for all; 6017 for another text.
    #[key(
        "request_clear_local_history_message_conversation_id_param",
        kTIMRequestClearLocalHistoryMessageConversationIDParam,
        in
    )]
    pub clear_local_history_message_conversation_id_param: Option<String>,
    /// For `clear_local_history_message`: the first Unix second; 0 when absent.
    #[key(
        "request_clear_local_history_message_begin_timestamp_param",
        kTIMRequestClearLocalHistoryMessageBeginTimestampParam,
        in
    )]
    pub clear_local_history_message_begin_timestamp_param: Option<u64>,
    /// For `clear_local_history_message`: the last Unix second; 0, or absent: no end.
    #[key(
        "request_clear_local_history_message_end_timestamp_param",
        kTIMRequestClearLocalHistoryMessageEndTimestampParam,
        in
    )]
    pub clear_local_history_message_end_timestamp_param: Option<u64>,
    /// For `report_tuicomponent_usage`: the component; of any type, ignored.
    #[key(
        "report_tuicomponent_usage_uicomponent_type_param",
        kTIMRequestReportTUIComponentUsageUIComponentTypeParam,
        in
    )]
    pub report_tuicomponent_usage_uicomponent_type_param: Option<Value>,
    /// For `report_tuicomponent_usage`: its style; of any type, ignored.
    #[key(
        "report_tuicomponent_usage_uistyle_type_param",
        kTIMRequestReportTUIComponentUsageUIStyleTypeParam,
        in
    )]
    pub report_tuicomponent_usage_uistyle_type_param: Option<Value>,
    /// Required by `send_trtc_custom_data`: the content.
    #[key("request_send_trtc_custom_data_param", kTIMRequestSendTRTCCustomDataParam, in)]
    pub send_trtc_custom_data_param: Option<String>,
    /// Required by `send_room_custom_data`: the command.
    #[key(
        "request_send_room_custom_data_service_command_param",
        kTIMRequestSendRoomCustomDataServiceCommandParam,
        in
    )]
    pub send_room_custom_data_service_command_param: Option<String>,
    /// Required by `send_room_custom_data`: the content.
    #[key(
        "request_send_room_custom_data_request_content_param",
        kTIMRequestSendRoomCustomDataRequestContentParam,
        in
    )]
    pub send_room_custom_data_request_content_param: Option<String>,
    /// For `send_room_custom_data`: seconds, 5 to 120.
    #[key(
        "request_send_room_custom_data_timeout_param",
        kTIMRequestSendRoomCustomDataTimeoutParam,
        in
    )]
    pub send_room_custom_data_timeout_param: Option<i64>,
    /// For `send_room_custom_data`: 1 to 10.
    #[key(
        "request_send_room_custom_data_max_retry_count_param",
        kTIMRequestSendRoomCustomDataMaxRetryCountParam,
        in
    )]
    pub send_room_custom_data_max_retry_count_param: Option<u32>,
    /// Required by `set_application_id`: 0 to 255; 6017 for another number.
    #[key("request_set_application_id_param", kTIMRequestSetApplicationIDParam, in)]
    pub set_application_id_param: Option<u8>,
    /// Required by `get_server_config`: the setting's name.
    #[key("request_get_server_config_key_param", kTIMRequestGetServerConfigKeyParam, in)]
    pub get_server_config_key_param: Option<String>,
    /// Required by `get_server_config`, as a number or a decimal text: 1 for a number, 2 for a text; 6017 for
    /// another number.
    #[key(
        "request_get_server_config_value_type_param",
        kTIMRequestGetServerConfigValueTypeParam,
        in,
        or_text
    )]
    pub get_server_config_value_type_param: Option<u32>,
    /// Required by `set_ignore_repeat_login`: true to answer at once.
    #[key(
        "request_set_ignore_repeat_login_param",
        kTIMRequestSetIgnoreRepeatLoginParam,
        in
    )]
    pub set_ignore_repeat_login_param: Option<bool>,
    /// Required by `start_message_long_polling`: the group.
    #[key(
        "request_start_message_long_polling_id_param",
        kTIMRequestStartMessageLongPollingIDParam,
        in
    )]
    pub start_message_long_polling_id_param: Option<String>,
    /// Required by `start_message_long_polling`: its key.
    #[key(
        "request_start_message_long_polling_key_param",
        kTIMRequestStartMessageLongPollingKeyParam,
        in
    )]
    pub start_message_long_polling_key_param: Option<String>,
    /// Required by `start_message_long_polling`: where to begin.
    #[key(
        "request_start_message_long_polling_sequence_param",
        kTIMRequestStartMessageLongPollingSequenceParam,
        in
    )]
    pub start_message_long_polling_sequence_param: Option<String>,
    /// Required by `stop_message_long_polling`: the group.
    #[key(
        "request_stop_message_long_polling_id_param",
        kTIMRequestStopMessageLongPollingIDParam,
        in
    )]
    pub stop_message_long_polling_id_param: Option<String>,
    /// Required by `find_merger_messages`: id of the merged message.
    #[key(
        "request_find_merger_messages_message_id_param",
        kTIMRequestFindMergerMessagesMessageIDParam,
        in
    )]
    pub find_merger_messages_message_id_param: Option<String>,
    /// Required by `find_merger_messages`: ids of messages inside it.
    #[key(
        "request_find_merger_messages_merger_message_id_list_param",
        kTIMRequestFindMergerMessagesMergerMessageIDListParam,
        in
    )]
    pub find_merger_messages_merger_message_id_list_param: Option<Vec<String>>,
    /// Required by `get_brief_group_member_list`: the group.
    #[key(
        "request_get_brief_group_member_list_group_id_param",
        kTIMRequestGetBriefGroupMemberListGroupIDParam,
        in
    )]
    pub get_brief_group_member_list_group_id_param: Option<String>,
    /// Required by `set_custom_login_info`: whose logins.
    #[key(
        "request_set_custom_login_info_user_id_param",
        kTIMRequestSetCustomLoginInfoUserIDParam,
        in
    )]
    pub set_custom_login_info_user_id_param: Option<String>,
    /// For `set_custom_login_info`: the text, at most 1024 bytes (6017); empty or absent: none any more.
    #[key(
        "request_set_custom_login_info_custom_info_param",
        kTIMRequestSetCustomLoginInfoCustomInfoParam,
        in
    )]
    pub set_custom_login_info_custom_info_param: Option<String>,
    /// Required by `disable_http_request`: true to forbid HTTP.
    #[key("request_disable_http_request_param", kTIMRequestDisableHttpRequestParam, in)]
    pub disable_http_request_param: Option<bool>,
    /// For `set_network_info`: kind of the network, in the host's own numbers.
    #[key(
        "request_set_network_info_network_type_param",
        kTIMRequestSetNetworkInfoNetworkTypeParam,
        in
    )]
    pub set_network_info_network_type_param: Option<i32>,
    /// For `set_network_info`: versions of IP, in the host's own numbers.
    #[key(
        "request_set_network_info_ip_type_param",
        kTIMRequestSetNetworkInfoIPTypeParam,
        in
    )]
    pub set_network_info_ip_type_param: Option<i32>,
    /// For `set_network_info`: names the network; another name is another network.
    #[key(
        "request_set_network_info_network_id_param",
        kTIMRequestSetNetworkInfoNetworkIdParam,
        in
    )]
    pub set_network_info_network_id_param: Option<String>,
    /// For `set_network_info`: the system's handle of the wireless network.
    #[key(
        "request_set_network_info_wifi_network_handle_param",
        kTIMRequestSetNetworkInfoWifiNetworkHandleParam,
        in
    )]
    pub set_network_info_wifi_network_handle_param: Option<u64>,
    /// For `set_network_info`: the system's handle of the mobile network.
    #[key(
        "request_set_network_info_xg_network_handle_param",
        kTIMRequestSetNetworkInfoXgNetworkHandleParam,
        in
    )]
    pub set_network_info_xg_network_handle_param: Option<u64>,
    /// For `set_network_info`: false when the device has no network.
    #[key(
        "request_set_network_info_network_connected_param",
        kTIMRequestSetNetworkInfoNetworkConnectedParam,
        in
    )]
    pub set_network_info_network_connected_param: Option<bool>,
    /// For `set_network_info`: how long the host took to find this out.
    #[key(
        "request_set_network_info_initialize_cost_time_param",
        kTIMRequestSetNetworkInfoInitializeCostTimeParam,
        in
    )]
    pub set_network_info_initialize_cost_time_param: Option<i64>,
}

/// What operations of `callExperimentalAPI` answer: each gives only the keys that are named for it.
/// Operations without a result answer with an empty text.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct ResponseInfo {
    /// Name of the operation, as it was given; in answers of `userid_tinyid`, `tinyid_userid`, `set_env` and
    /// `get_server_config`.
    #[key("response_internal_operation", kTIMResponseInternalOperation, out)]
    pub internal_operation: Option<String>,
    /// Never given, for `sso_data` is not supported.
    #[key("response_sso_data_res", kTIMResponseSSODataRes, out)]
    pub sso_data_res: Option<SSODataRes>,
    /// Answer of `userid_tinyid`: the users that exist.
    #[key("response_userid_tinyid_res", kTIMResponseUserId2TinyIdRes, out)]
    pub userid_tinyid_res: Option<Vec<UserInfo>>,
    /// Answer of `tinyid_userid`: the users that exist.
    #[key("response_tinyid_userid_res", kTIMResponseTinyId2UserIdRes, out)]
    pub tinyid_userid_res: Option<Vec<UserInfo>>,
    /// Answer of `set_env`: what was given.
    #[key("response_set_env_res", kTIMResponseSetEvnRes, out)]
    pub set_env_res: Option<bool>,
    /// Answer of `get_offline_push_state`: 0 not set, 1 on, 2 off.
    #[key(
        "response_get_offline_push_state_res",
        kTIMResponseGetOfflinePushStateRes,
        out
    )]
    pub get_offline_push_state_res: Option<u32>,
    /// Answer of `get_message_revoker`, an array of objects: a message id that was asked about.
    #[key("response_message_id", kTIMResponseMessageId, out)]
    pub message_id: Option<String>,
    /// Answer of `get_message_revoker`: who recalled the message; empty when it is unknown or was not
    /// recalled.
    #[key("response_message_revoker", kTIMResponseMessageRevoker, out)]
    pub message_revoker: Option<String>,
    /// Answer of `get_server_config`: a number or a text.
    #[key("response_get_server_config_res", kTimbreResponseGetServerConfigRes, out)]
    pub get_server_config_res: Option<Value>,
}
