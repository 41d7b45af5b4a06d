//! The operations of `callExperimentalAPI`, by name.
#![allow(non_upper_case_globals)]

/// Sends a raw command to the servers of another product. Not supported: 7013.
pub const kTIMInternalOperationSSOData: &str = "internal_operation_sso_data";

/// Asks for the numbers of users: `request_userid_tinyid_param`. Answers `response_internal_operation` and
/// `response_userid_tinyid_res`, without users that do not exist; 70107 when none exists. Needs a login.
pub const kTIMInternalOperationUserId2TinyId: &str = "internal_operation_userid_tinyid";

/// Asks for the users behind numbers: `request_tinyid_userid_param`. Answers `response_internal_operation`
/// and `response_tinyid_userid_res`, without numbers that nobody has; 70107 when nobody has any. Needs a
/// login.
pub const kTIMInternalOperationTinyId2UserId: &str = "internal_operation_tinyid_userid";

/// Chooses between a test environment and the real one: `request_set_env_param`. There is no test
/// environment: it is noted and without effect. Answers `response_internal_operation` and
/// `response_set_env_res`. Allowed at any time.
pub const kTIMInternalOperationSetEnv: &str = "internal_operation_set_env";

/// Turns crash reports off: `request_disable_crash_report_param`. There are none, so it has no effect.
/// Allowed at any time.
pub const kTIMInternalOperationDisableCrashReport: &str = "internal_operation_disable_crash_report";

/// Tries IPv6 addresses of the server first: `request_set_ipv6_prior_param`. Allowed at any time.
pub const kTIMInternalOperationSetIPv6Prior: &str = "internal_operation_set_ipv6_prior";

/// Sets how often a login and the sending of a message are tried again: `request_set_max_retry_count_param`;
/// 2 before the first setting. Allowed at any time.
pub const kTIMInternalOperationSetMaxRetryCount: &str = "internal_operation_set_max_retry_count";

/// Sets how long one attempt of a login or of sending a message waits for its answer:
/// `request_set_packet_request_timeout_param`; 15 seconds before the first setting. Allowed at any time.
pub const kTIMInternalOperationSetPacketRequestTimeout: &str =
    "internal_operation_set_packet_request_timeout";

/// Names the server to connect to: `request_set_custom_server_info_param`. A server in the configuration of
/// `TIMInit` goes before it. After `TIMInit` the connection is closed and made anew. Allowed at any time.
pub const kTIMInternalOperationSetCustomServerInfo: &str = "internal_operation_set_custom_server_info";

/// Turns QUIC on or off: `request_enable_quic_channel_param`. There is no QUIC: true ends with 7013. Allowed
/// at any time.
pub const kTIMInternalOperationEnableQuicChannel: &str = "internal_operation_enable_quic_channel";

/// Replaces the encryption of the connection. Not supported, the connection has TLS: 7013.
pub const kTIMInternalOperationSetSM4GCMCallback: &str = "internal_operation_set_sm4_gcm_callback";

/// Opens a user's local database without a login: `request_init_local_storage_user_id_param`. The
/// conversation list, the history and other reads from this device then work offline. 7014 while another user
/// is logged in, 7010 when the database cannot be opened. Needs `TIMInit`.
pub const kTIMInternalOperationInitLocalStorage: &str = "internal_operation_init_local_storage";

/// Chooses where the media of a conversation are stored. Not supported: 7013.
pub const kTIMInternalOperationSetCosSaveRegionForConversation: &str =
    "internal_operation_set_cos_save_region_for_conversation";

/// Says which UI framework the app uses: `request_set_ui_platform_param`. It is noted and told to the server
/// at login. Allowed at any time.
pub const kTIMInternalOperationSetUIPlatform: &str = "internal_operation_set_ui_platform";

/// Encrypts local databases that are made from now on: `request_set_database_encrypt_info_param`. The key of
/// a database never changes: one that cannot be opened makes `TIMLogin` end with 7010. 7014 while a database
/// is open; 7013 when the library was built without encryption. Allowed at any time.
pub const kTIMInternalOperationSetDatabaseEncryptInfo: &str = "internal_operation_set_database_encrypt_info";

/// Asks whether paid abilities are enabled: `request_is_commercial_ability_enabled_param`. All are: answers a
/// CommercialAbilityResult object. Allowed at any time.
pub const kTIMInternalOperationIsCommercialAbilityEnabled: &str =
    "internal_operation_is_commercial_ability_enabled";

/// Turns offline push for this device on or off: `request_set_offline_push_state_param`. The token stays, and
/// so does the setting after logout; without a login it is kept and sent at the next one. Allowed at any
/// time.
pub const kTIMInternalOperationSetOfflinePushState: &str = "internal_operation_set_offline_push_state";

/// Asks whether offline push is on for this device. Answers `response_get_offline_push_state_res`. Allowed at
/// any time.
pub const kTIMInternalOperationGetOfflinePushState: &str = "internal_operation_get_offline_push_state";

/// Asks who recalled messages, as far as this device knows: `request_message_revoker_message_id_array`.
/// Answers an array of objects with `response_message_id` and `response_message_revoker`; `[]` on failure.
/// Needs an open database (6014 otherwise).
pub const kTIMInternalOperationGetMessageRevoker: &str = "internal_operation_get_message_revoker";

/// Sets how log files are kept: `request_set_log_setting_param`. Allowed at any time.
pub const kTIMInternalOperationSetLogSetting: &str = "internal_operation_set_log_setting";

/// Writes a line into the log of the library: `request_write_log_log_level_param`,
/// `request_write_log_log_content_param`, and where it comes from. The level of the log decides whether it
/// stands there. Before `TIMInit` the last 1000 lines are kept until there is a file. Allowed at any time.
pub const kTIMInternalOperationWriteLog: &str = "internal_operation_write_log";

/// Deletes messages from this device, in one conversation or more and between two times:
/// `request_clear_local_history_message_conversation_id_param` and its two times, both included. The server
/// keeps its messages; conversations change with what is left. Needs a login.
pub const kTIMInternalOperationClearLocalHistoryMessage: &str =
    "internal_operation_clear_local_history_message";

/// Connects anew, with the proxies that `TIMSetConfig` was given. Allowed at any time.
pub const kTIMInternalOperationUpdateProxyInfo: &str = "internal_operation_update_proxy_info";

/// Reports that a UI component is used. Nothing is reported to anyone. Allowed at any time.
pub const kTIMInternalOperationReportTUIComponentUsage: &str = "internal_operation_report_tuicomponent_usage";

/// Sends data to the servers of an audio and video product. Not supported: 7013.
pub const kTIMInternalOperationSendTRTCCustomData: &str = "internal_operation_send_trtc_custom_data";

/// Sends data to the servers of a room product. Not supported: 7013.
pub const kTIMInternalOperationSendRoomCustomData: &str = "internal_operation_send_room_custom_data";

/// Sets a number for the app: `request_set_application_id_param`. It is noted. Allowed at any time.
pub const kTIMInternalOperationSetApplicationID: &str = "internal_operation_set_application_id";

/// Reads a setting for clients that the server's administrator has made:
/// `request_get_server_config_key_param` and `request_get_server_config_value_type_param`. Answers
/// `response_internal_operation` and `response_get_server_config_res`; 7011 when there is none of that name
/// and type. Needs a login.
pub const kTIMInternalOperationGetServerConfig: &str = "internal_operation_get_server_config";

/// Lets a login of the user who is logged in already succeed at once, without asking the server:
/// `request_set_ignore_repeat_login_param`; false before the first setting. Allowed at any time.
pub const kTIMInternalOperationSetIgnoreRepeatLogin: &str = "internal_operation_set_ignore_repeat_login";

/// Begins to fetch messages of a live group over HTTP. Not supported, they come over the connection: 7013.
pub const kTIMInternalOperationStartMessageLongPolling: &str =
    "internal_operation_start_message_long_polling";

/// Ends to fetch messages of a live group over HTTP. Not supported: 7013.
pub const kTIMInternalOperationStopMessageLongPolling: &str = "internal_operation_stop_message_long_polling";

/// Finds messages inside a merged message: `request_find_merger_messages_message_id_param` and
/// `request_find_merger_messages_merger_message_id_list_param`. Answers an array of the Message objects that
/// were found, in the order asked; `[]` on failure. Needs a login.
pub const kTIMInternalOperationFindMergerMessages: &str = "internal_operation_find_merger_messages";

/// Gets the ids and roles of all members of a group that the user is in:
/// `request_get_brief_group_member_list_group_id_param`. Answers an array of objects with
/// `group_member_info_identifier` and `group_member_info_member_role`; `[]` on failure, 10007 for a group
/// that the user is not in. Needs a login.
pub const kTIMInternalOperationGetBriefGroupMemberList: &str =
    "internal_operation_get_brief_group_member_list";

/// Attaches a text to later logins of a user, for the server's webhooks and administrator:
/// `request_set_custom_login_info_user_id_param` and `request_set_custom_login_info_custom_info_param`.
/// Allowed at any time.
pub const kTIMInternalOperationSetCustomLoginInfo: &str = "internal_operation_set_custom_login_info";

/// Forbids HTTP: `request_disable_http_request_param`. While it is forbidden, uploads and downloads of media
/// end with 6010. Allowed at any time.
pub const kTIMInternalOperationDisableHttpRequest: &str = "internal_operation_disable_http_request";

/// Tells what the host knows of the device's network: the parameters `request_set_network_info_...`. Without
/// a network the library does not try to connect, and calls fail early; with one, or with another one than
/// before, it connects at once. Allowed at any time.
pub const kTIMInternalOperationSetNetworkInfo: &str = "internal_operation_set_network_info";
