//! The request of `callExperimentalAPI` (spec 01 section 7).

use super::error::{Refusal, sync};
use super::json::{LIMIT, Object, parse_object};
use super::messages::ConvKey;
use super::session::{Secret, server_urls};

mod decode;
pub mod names;
pub mod objects;

/// When an operation may be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// At any time, before `TIMInit` too.
    Any,
    /// After `TIMInit`; 6013 before.
    Initialized,
    /// With an open database; 6014 `not init database` without.
    Database,
    /// With a user logged in; 6014 without.
    LoggedIn,
}

/// One operation with its parameters.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub enum Operation {
    ClearLocalHistoryMessage {
        scope: HistoryScope,
        /// Unix seconds, included; both 0: everything.
        begin: u64,
        /// Unix seconds, included; 0: open.
        end: u64,
    },
    DisableCrashReport(bool),
    DisableHttpRequest(bool),
    EnableQuicChannel(bool),
    FindMergerMessages {
        message_id: String,
        inner_ids: Vec<String>,
    },
    GetBriefGroupMemberList {
        group_id: String,
    },
    GetMessageRevoker(Vec<String>),
    GetOfflinePushState,
    GetServerConfig {
        key: String,
        kind: ConfigKind,
    },
    InitLocalStorage {
        user_id: String,
    },
    /// A known operation, whose parameter has the right type and a value that is not allowed: it ends with this
    /// refusal, after the checks of its stage.
    Invalid {
        operation: &'static str,
        stage: Stage,
        refusal: Refusal,
    },
    IsCommercialAbilityEnabled(u64),
    ReportTuiComponentUsage,
    SendRoomCustomData,
    SendTrtcCustomData,
    SetApplicationId(u8),
    SetCosSaveRegionForConversation,
    SetCustomLoginInfo {
        user_id: String,
        info: String,
    },
    SetCustomServerInfo(CustomServerInfo),
    SetDatabaseEncryptInfo(DatabaseEncryption),
    SetEnv(bool),
    SetIgnoreRepeatLogin(bool),
    SetIpv6Prior(bool),
    SetLogSetting {
        /// Keep logs for ever.
        disable_auto_clean: bool,
        /// At least 150 KiB; none: unchanged.
        max_file_bytes: Option<u64>,
    },
    /// 0 to 10.
    SetMaxRetryCount(u32),
    SetNetworkInfo(NetworkInfo),
    /// 0 unset, 1 on, 2 off.
    SetOfflinePushState(u32),
    /// Seconds, 1 to 120.
    SetPacketRequestTimeout(u32),
    SetSm4GcmCallback,
    SetUiPlatform(u32),
    SsoData,
    StartMessageLongPolling,
    StopMessageLongPolling,
    TinyIdToUserId(Vec<u64>),
    UpdateProxyInfo,
    UserIdToTinyId(Vec<String>),
    WriteLog(LogLine),
}

/// Which local history to clear.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HistoryScope {
    /// `""`: every conversation.
    All,
    /// `c2c`: all one-to-one conversations.
    AllC2c,
    /// `group`: all groups.
    AllGroups,
    /// `c2c_<user>` or `group_<group>`.
    One(ConvKey),
}

/// The type that the caller of `get_server_config` wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigKind {
    /// 1
    Number,
    /// 2
    Text,
}

/// Addresses of a self-hosted server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CustomServerInfo {
    /// Addresses of the link in order of preference; at least one.
    pub link: Vec<ServerAddress>,
    /// Addresses for media; empty: the link's.
    pub media: Vec<ServerAddress>,
    /// `server_public_key`: empty, `plaintext`, a PEM, or `sha256/<base64>`.
    pub public_key: String,
}

/// One server address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerAddress {
    /// Name or address.
    pub host: String,
    /// 1 to 65535.
    pub port: u16,
}

impl CustomServerInfo {
    /// The link addresses as `ws://` or `wss://` URLs.
    pub fn link_urls(&self) -> Vec<String> {
        let scheme = if self.is_plaintext() { "ws" } else { "wss" };
        self.link.iter().map(|a| a.url(scheme)).collect()
    }

    /// The key that asks for connections without TLS, for tests.
    pub fn is_plaintext(&self) -> bool {
        self.public_key == "plaintext"
    }

    /// What pins the server's key: a PEM or `sha256/<base64>`; empty for the usual check of certificates.
    pub fn pin(&self) -> &str {
        if self.is_plaintext() { "" } else { &self.public_key }
    }
}

impl ServerAddress {
    fn url(&self, scheme: &str) -> String {
        let Self { host, port } = self;
        let path = timbre_protocol::PATH;
        if host.contains(':') && !host.starts_with('[') {
            format!("{scheme}://[{host}]:{port}{path}")
        } else {
            format!("{scheme}://{host}:{port}{path}")
        }
    }
}

/// How to encrypt databases created from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseEncryption {
    /// 0 none, 1 XOR, 2 TEA, 3 SM4, 4 AES.
    pub kind: u8,
    /// 32 hexadecimal digits; none: the core makes a key and keeps it.
    pub key: Option<Secret>,
}

/// What the host knows of the device's network.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NetworkInfo {
    /// Kind of network, the host's numbers.
    pub network_type: Option<i32>,
    /// IP versions, the host's numbers.
    pub ip_type: Option<i32>,
    /// Names the network; a changed name is a changed network.
    pub network_id: Option<String>,
    /// False: no network at all.
    pub connected: Option<bool>,
}

/// A line that the host wants in the log file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// `TIMLogLevel` 0..=7.
    pub level: u8,
    /// The text.
    pub content: String,
    /// Source file, may be empty.
    pub file: String,
    /// Function, may be empty.
    pub function: String,
    /// Line in the source file.
    pub line: i64,
}

impl Operation {
    /// Decodes the argument of `callExperimentalAPI`. -3: not a JSON object, `request_internal_operation` missing
    /// or unknown, or a required parameter of the operation missing or of a wrong type.
    pub fn decode(text: &str) -> Result<Self, i32> {
        let map = parse_object(text, LIMIT)?;
        decode::operation(Object::new(&map))
    }

    /// The name without `internal_operation_`, as refusals and logs show it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::ClearLocalHistoryMessage { .. } => "clear_local_history_message",
            Self::DisableCrashReport(_) => "disable_crash_report",
            Self::DisableHttpRequest(_) => "disable_http_request",
            Self::EnableQuicChannel(_) => "enable_quic_channel",
            Self::FindMergerMessages { .. } => "find_merger_messages",
            Self::GetBriefGroupMemberList { .. } => "get_brief_group_member_list",
            Self::GetMessageRevoker(_) => "get_message_revoker",
            Self::GetOfflinePushState => "get_offline_push_state",
            Self::GetServerConfig { .. } => "get_server_config",
            Self::InitLocalStorage { .. } => "init_local_storage",
            Self::Invalid { operation, .. } => operation,
            Self::IsCommercialAbilityEnabled(_) => "is_commercial_ability_enabled",
            Self::ReportTuiComponentUsage => "report_tuicomponent_usage",
            Self::SendRoomCustomData => "send_room_custom_data",
            Self::SendTrtcCustomData => "send_trtc_custom_data",
            Self::SetApplicationId(_) => "set_application_id",
            Self::SetCosSaveRegionForConversation => "set_cos_save_region_for_conversation",
            Self::SetCustomLoginInfo { .. } => "set_custom_login_info",
            Self::SetCustomServerInfo(_) => "set_custom_server_info",
            Self::SetDatabaseEncryptInfo(_) => "set_database_encrypt_info",
            Self::SetEnv(_) => "set_env",
            Self::SetIgnoreRepeatLogin(_) => "set_ignore_repeat_login",
            Self::SetIpv6Prior(_) => "set_ipv6_prior",
            Self::SetLogSetting { .. } => "set_log_setting",
            Self::SetMaxRetryCount(_) => "set_max_retry_count",
            Self::SetNetworkInfo(_) => "set_network_info",
            Self::SetOfflinePushState(_) => "set_offline_push_state",
            Self::SetPacketRequestTimeout(_) => "set_packet_request_timeout",
            Self::SetSm4GcmCallback => "set_sm4_gcm_callback",
            Self::SetUiPlatform(_) => "set_ui_platform",
            Self::SsoData => "sso_data",
            Self::StartMessageLongPolling => "start_message_long_polling",
            Self::StopMessageLongPolling => "stop_message_long_polling",
            Self::TinyIdToUserId(_) => "tinyid_userid",
            Self::UpdateProxyInfo => "update_proxy_info",
            Self::UserIdToTinyId(_) => "userid_tinyid",
            Self::WriteLog(_) => "write_log",
        }
    }

    /// When it may be called. What is refused anyway is refused at any time.
    pub fn stage(&self) -> Stage {
        match self {
            Self::Invalid { stage, .. } => *stage,
            Self::ClearLocalHistoryMessage { .. }
            | Self::FindMergerMessages { .. }
            | Self::GetBriefGroupMemberList { .. }
            | Self::GetServerConfig { .. }
            | Self::TinyIdToUserId(_)
            | Self::UserIdToTinyId(_) => Stage::LoggedIn,
            Self::GetMessageRevoker(_) => Stage::Database,
            Self::InitLocalStorage { .. } => Stage::Initialized,
            _ => Stage::Any,
        }
    }
}

#[cfg(test)]
#[path = "experimental_tests.rs"]
mod tests;
