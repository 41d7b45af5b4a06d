//! Names of the JSON keys of init, configuration, for the headers.
#![allow(missing_docs, non_upper_case_globals)]

// SdKConfig
pub const kTIMSdkConfigConfigFilePath: &str = "sdk_config_config_file_path";
pub const kTIMSdkConfigLogFilePath: &str = "sdk_config_log_file_path";
pub const kTIMSdkConfigMainThreadID: &str = "sdk_config_main_thread_id";
pub const kTIMSdkConfigMainLooperPointer: &str = "sdk_config_main_looper_pointer";
pub const kTIMSdkConfigDeviceType: &str = "sdk_config_device_type";
pub const kTIMSdkConfigBrandType: &str = "sdk_config_brand_type";
pub const kTIMSdkConfigSystemVersion: &str = "sdk_config_system_version";

// SdKConfig
pub const kTIMSdkConfigApiType: &str = "sdk_config_api_type";

// SdKConfig
pub const kTIMSdkConfigJavaVM: &str = "sdk_config_java_vm";

// UserConfig
pub const kTIMUserConfigIsDisableStorage: &str = "user_config_is_is_disable_storage";

// UserConfig
pub const kTIMUserConfigIsReadReceipt: &str = "user_config_is_read_receipt";
pub const kTIMUserConfigIsIgnoreGroupTipsUnRead: &str = "user_config_is_ignore_grouptips_unread";
pub const kTIMUserConfigIsSyncReport: &str = "user_config_is_sync_report";
pub const kTIMUserConfigGroupGetInfoOption: &str = "user_config_group_getinfo_option";
pub const kTIMUserConfigGroupMemberGetInfoOption: &str = "user_config_group_member_getinfo_option";

// HttpProxyInfo
pub const kTIMHttpProxyInfoIp: &str = "http_proxy_info_ip";
pub const kTIMHttpProxyInfoPort: &str = "http_proxy_info_port";
pub const kTIMHttpProxyInfoUserName: &str = "http_proxy_info_username";
pub const kTIMHttpProxyInfoPassword: &str = "http_proxy_info_password";

// Socks5ProxyInfo
pub const kTIMSocks5ProxyInfoIp: &str = "socks5_proxy_info_ip";
pub const kTIMSocks5ProxyInfoPort: &str = "socks5_proxy_info_port";
pub const kTIMSocks5ProxyInfoUserName: &str = "socks5_proxy_info_username";
pub const kTIMSocks5ProxyInfoPassword: &str = "socks5_proxy_info_password";

// PACProxyInfo
pub const kTIMPACProxyInfoUserName: &str = "pac_proxy_info_username";
pub const kTIMPACProxyInfoPassword: &str = "pac_proxy_info_password";

// SetConfig
pub const kTIMSetConfigLogLevel: &str = "set_config_log_level";
pub const kTIMSetConfigCallbackLogLevel: &str = "set_config_callback_log_level";
pub const kTIMSetConfigIsLogOutputConsole: &str = "set_config_is_log_output_console";
pub const kTIMSetConfigUserConfig: &str = "set_config_user_config";
pub const kTIMSetConfigUserDefineData: &str = "set_config_user_define_data";
pub const kTIMSetConfigHttpProxyInfo: &str = "set_config_http_proxy_info";
pub const kTIMSetConfigSocks5ProxyInfo: &str = "set_config_socks5_proxy_info";
pub const kTIMSetConfigPACProxyInfo: &str = "set_config_pac_proxy_info";
pub const kTIMSetConfigIsOnlyLocalDNSSource: &str = "set_config_is_only_local_dns_source";

// UserProfile
pub const kTIMUserProfileIdentifier: &str = "user_profile_identifier";
pub const kTIMUserProfileNickName: &str = "user_profile_nick_name";
pub const kTIMUserProfileFaceUrl: &str = "user_profile_face_url";
pub const kTIMUserProfileFriendRemark: &str = "user_profile_friend_remark";

// SdKConfig, Timbre's own keys
pub const kTimbreSdkConfigServerUrl: &str = "sdk_config_server_url";
pub const kTimbreSdkConfigCallbackMode: &str = "sdk_config_callback_mode";
pub const kTimbreSdkConfigPlatform: &str = "sdk_config_platform";
