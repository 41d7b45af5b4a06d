//! The objects of `TIMInit` and `TIMSetConfig`, as the header and the reference show them.

use timbre_macros::JsonObject;

use crate::model::enums::session::TIMLogLevel;
use crate::model::groups::objects::GroupMemberGetInfoOption;

/// How the library is to run in this process. `TIMInit` takes it; every key is optional.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct SdKConfig {
    /// Folder for the databases and the id of this device; made if need be. Default: `timbre_data` in the
    /// working directory if that can be written, else the user's data folder of the platform. A folder that
    /// cannot be made or written: `TIMInit` returns -4.
    #[key("sdk_config_config_file_path", kTIMSdkConfigConfigFilePath, in)]
    pub config_file_path: Option<String>,
    /// Folder for the log files, which are kept for 7 days. Default: `timbre_log` beside the data folder. A
    /// folder that cannot be made or written: `TIMInit` returns -4.
    #[key("sdk_config_log_file_path", kTIMSdkConfigLogFilePath, in)]
    pub log_file_path: Option<String>,
    /// The operating system's id of the thread on which callbacks run where the platform has a message loop.
    /// Default: the thread that calls `TIMInit`, if it is the main thread.
    #[key("sdk_config_main_thread_id", kTIMSdkConfigMainThreadID, in)]
    pub main_thread_id: Option<i64>,
    /// Android: address of the ALooper whose thread runs the callbacks. Default: the looper of the thread
    /// that calls `TIMInit`.
    #[key("sdk_config_main_looper_pointer", kTIMSdkConfigMainLooperPointer, in)]
    pub main_looper_pointer: Option<i64>,
    /// Model of the device, such as `iPad13,4`; at most 128 bytes, the rest is cut. Sent with every login. On
    /// iOS a text that begins with `iPad` makes the platform iPad, any other iPhone.
    #[key("sdk_config_device_type", kTIMSdkConfigDeviceType, in)]
    pub device_type: Option<String>,
    /// Maker of the phone, for information only: 2000 Xiaomi, 2001 Huawei, 2002 Google and others, 2003
    /// Meizu, 2004 OPPO, 2005 vivo, 2006 Honor. Default 0.
    #[key("sdk_config_brand_type", kTIMSdkConfigBrandType, in)]
    pub brand_type: Option<i64>,
    /// Version of the operating system, for information only; at most 64 bytes, the rest is cut.
    #[key("sdk_config_system_version", kTIMSdkConfigSystemVersion, in)]
    pub system_version: Option<String>,
    /// Accepted from older hosts and ignored.
    #[key("sdk_config_api_type", kTIMSdkConfigApiType, in)]
    pub api_type: Option<u64>,
    /// Accepted from older hosts and ignored.
    #[key("sdk_config_java_vm", kTIMSdkConfigJavaVM, in)]
    pub java_vm: Option<u64>,
    /// Addresses of the server, separated by commas and tried in this order: `wss://host`, with a port and a
    /// path if need be (`https`, `http` and `ws` work too; default path `/tim/v1`). Absent: the addresses of
    /// the experimental operation set_custom_server_info, else those of the environment variable
    /// TIMBRE_SERVER_URL. A text that is no address: `TIMInit` returns -4.
    #[key("sdk_config_server_url", kTimbreSdkConfigServerUrl, in)]
    pub server_url: Option<String>,
    /// Where callbacks run: `platform` (default) on the main loop where the platform has one, `thread` on a
    /// thread of the library, `pump` only inside `timbre_run_callbacks`. Any other word: `TIMInit` returns
    /// -4.
    #[key("sdk_config_callback_mode", kTimbreSdkConfigCallbackMode, in)]
    pub callback_mode: Option<String>,
    /// The platform to log in as, in place of the real one: `Windows`, `Mac`, `Linux`, `Android`, `iPhone`,
    /// `iPad` or `Web`. Any other word: `TIMInit` returns -4.
    #[key("sdk_config_platform", kTimbreSdkConfigPlatform, in)]
    pub platform: Option<String>,
}

/// Settings for local data, inside a SetConfig object of `TIMSetConfig`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct UserConfig {
    /// True: databases live in memory only and nothing but the id of this device is written to the data
    /// folder. Default false. Set it before `TIMLogin`; while a user is logged in it is refused with 7014.
    #[key("user_config_is_is_disable_storage", kTIMUserConfigIsDisableStorage, in)]
    pub is_disable_storage: Option<bool>,
    /// Accepted from older hosts and given back; has no effect.
    #[key("user_config_is_read_receipt", kTIMUserConfigIsReadReceipt, in)]
    pub read_receipt: Option<bool>,
    /// Accepted from older hosts and given back; has no effect.
    #[key(
        "user_config_is_ignore_grouptips_unread",
        kTIMUserConfigIsIgnoreGroupTipsUnRead,
        in
    )]
    pub ignore_grouptips_unread: Option<bool>,
    /// Accepted from older hosts and given back; has no effect.
    #[key("user_config_is_sync_report", kTIMUserConfigIsSyncReport, in)]
    pub sync_report: Option<bool>,
    /// Accepted from older hosts and given back; has no effect.
    #[key("user_config_group_getinfo_option", kTIMUserConfigGroupGetInfoOption, in)]
    pub group_option: Option<GroupGetInfoOption>,
    /// Accepted from older hosts and given back; has no effect.
    #[key(
        "user_config_group_member_getinfo_option",
        kTIMUserConfigGroupMemberGetInfoOption,
        in
    )]
    pub group_member_option: Option<GroupMemberGetInfoOption>,
}

/// An HTTP proxy for the upload and download of media, inside a SetConfig object of `TIMSetConfig`. It is
/// used from the next transfer on.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct HttpProxyInfo {
    /// Name or address of the proxy; `http://` may stand before it. An empty text with port 0 takes the proxy
    /// away again.
    #[key("http_proxy_info_ip", kTIMHttpProxyInfoIp, in, required)]
    pub ip: String,
    /// 1 to 65535; absent counts as 0. A host without a port and a port without a host are refused with 6017.
    #[key("http_proxy_info_port", kTIMHttpProxyInfoPort, in, required)]
    pub port: i32,
    /// User name for a proxy that asks for one (basic authentication). Default: none.
    #[key("http_proxy_info_username", kTIMHttpProxyInfoUserName, in)]
    pub username: Option<String>,
    /// Password that goes with the user name. Default: none.
    #[key("http_proxy_info_password", kTIMHttpProxyInfoPassword, in)]
    pub password: Option<String>,
}

/// A SOCKS5 proxy for all traffic, inside a SetConfig object of `TIMSetConfig`. An HTTP proxy goes before it
/// for media. It is used from the next connection on: set it before `TIMInit`, or call the experimental
/// operation update_proxy_info afterwards.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct Socks5ProxyInfo {
    /// Name or address of the proxy. An empty text with port 0 takes the proxy away again.
    #[key("socks5_proxy_info_ip", kTIMSocks5ProxyInfoIp, in, required)]
    pub ip: String,
    /// 1 to 65535; absent counts as 0. A host without a port and a port without a host are refused with 6017.
    #[key("socks5_proxy_info_port", kTIMSocks5ProxyInfoPort, in, required)]
    pub port: i32,
    /// User name for a proxy that asks for one. Default: none.
    #[key("socks5_proxy_info_username", kTIMSocks5ProxyInfoUserName, in)]
    pub username: Option<String>,
    /// Password that goes with the user name. Default: none.
    #[key("socks5_proxy_info_password", kTIMSocks5ProxyInfoPassword, in)]
    pub password: Option<String>,
}

/// Switches on the proxies that the system is configured with, inside a SetConfig object of `TIMSetConfig`.
/// On platforms without such a configuration the environment variables ALL_PROXY and HTTPS_PROXY are read. A
/// SOCKS5 or HTTP proxy that was set explicitly goes before it. Set it before `TIMInit`.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct PACProxyInfo {
    /// User name for the proxies found. Default: none.
    #[key("pac_proxy_info_username", kTIMPACProxyInfoUserName, in)]
    pub username: Option<String>,
    /// Password that goes with the user name. Default: none.
    #[key("pac_proxy_info_password", kTIMPACProxyInfoPassword, in)]
    pub password: Option<String>,
}

/// Settings that may change at any time. `TIMSetConfig` takes it, and its callback gives it back with the
/// keys that are known. A key that is absent keeps its value; one value that is not allowed (6017) leaves all
/// as they were.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct SetConfig {
    /// The lowest level that is written to the log file, 0 (no file) to 7. Default 3, debug.
    #[key("set_config_log_level", kTIMSetConfigLogLevel, in)]
    pub log_level: Option<TIMLogLevel>,
    /// The lowest level that the callback of `TIMSetLogCallback` gets, 0 (none) to 7. Default 3, debug.
    #[key("set_config_callback_log_level", kTIMSetConfigCallbackLogLevel, in)]
    pub callback_log_level: Option<TIMLogLevel>,
    /// True: the log also goes to the console of the platform. Default true.
    #[key("set_config_is_log_output_console", kTIMSetConfigIsLogOutputConsole, in)]
    pub is_log_output_console: Option<bool>,
    /// Settings for local data.
    #[key("set_config_user_config", kTIMSetConfigUserConfig, in)]
    pub user_config: Option<UserConfig>,
    /// Text of at most 64 bytes that is sent with every later login; the state change webhook and the list of
    /// sessions show it. Longer: 6017. Default: none.
    #[key("set_config_user_define_data", kTIMSetConfigUserDefineData, in)]
    pub user_define_data: Option<String>,
    /// HTTP proxy for media.
    #[key("set_config_http_proxy_info", kTIMSetConfigHttpProxyInfo, in)]
    pub http_proxy_info: Option<HttpProxyInfo>,
    /// SOCKS5 proxy for all traffic.
    #[key("set_config_socks5_proxy_info", kTIMSetConfigSocks5ProxyInfo, in)]
    pub socks5_proxy_info: Option<Socks5ProxyInfo>,
    /// Switches the proxies of the system on.
    #[key("set_config_pac_proxy_info", kTIMSetConfigPACProxyInfo, in)]
    pub pac_proxy_info: Option<PACProxyInfo>,
    /// Kept and given back. Names are resolved by the system in any case.
    #[key("set_config_is_only_local_dns_source", kTIMSetConfigIsOnlyLocalDNSSource, in)]
    pub is_only_local_dns_source: Option<bool>,
}

/// What older hosts wish to know of groups, inside a UserConfig object. Accepted and given back by
/// `TIMSetConfig`, without effect: all fields of a group are always given.
#[derive(Debug, Clone, Default, PartialEq, JsonObject)]
pub struct GroupGetInfoOption {
    /// Sum of the fields wished for. Has no effect.
    #[key(
        "group_get_info_option_info_flag",
        kTIMGroupGetInfoOptionInfoFlag,
        rw,
        bits(TIMGroupGetInfoFlag)
    )]
    pub info_flag: Option<u64>,
    /// Names of the custom fields wished for. Has no effect.
    #[key("group_get_info_option_custom_array", kTIMGroupGetInfoOptionCustomArray, in)]
    pub custom_array: Option<Vec<String>>,
}
