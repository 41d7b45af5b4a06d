//! Settings: built-in defaults, then the TOML file, then the environment, then flags; later wins.
//!
//! A key of the file (`limits.client_rps`, written as `client_rps` in `[limits]` or dotted) is in the
//! environment `TIMBRE_` and the key in capitals with each dot as two underscores:
//! `TIMBRE_LIMITS__CLIENT_RPS=0`. Settings of an app may also stand below `[defaults]`. A key that this server
//! does not know, and a value out of its range, are errors that name the key; an unknown *environment*
//! variable is only reported, because the client core reads variables of the same prefix.

use std::net::SocketAddr;
use std::path::PathBuf;

use toml::Value;

/// A setting that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// No such key.
    #[error("unknown setting `{0}`")]
    Unknown(String),
    /// Out of range or of the wrong type.
    #[error("setting `{key}` is {found}, it must be {expected}")]
    Invalid {
        /// The key.
        key: String,
        /// What was given.
        found: String,
        /// What would do.
        expected: String,
    },
    /// The file cannot be read or is not TOML.
    #[error("configuration file {path}: {why}")]
    File {
        /// Its path.
        path: String,
        /// Why.
        why: String,
    },
}

/// Which instances of a user may be signed in at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MultiTerminal {
    /// One platform in total.
    Single,
    /// One mobile or desktop platform, and web.
    Dual,
    /// One mobile platform, one desktop platform, and web.
    Triple,
    /// Every platform.
    Multi,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

macro_rules! config {
    ($(
        $(#[$doc:meta])*
        $field:ident: $type:ty = $default:expr, $key:literal => $parse:expr;
    )*) => {
        /// All settings. Each field's comment gives its key's effect; see the module's comment for the sources.
        #[derive(Debug, Clone, PartialEq)]
        pub struct Config {
            $( $(#[$doc])* pub $field: $type, )*
        }

        impl Default for Config {
            fn default() -> Self {
                Self { $( $field: $default, )* }
            }
        }

        /// The keys of all settings.
        pub const KEYS: &[&str] = &[$($key),*];

        impl Config {
            /// Sets one setting by its key.
            pub fn set(&mut self, key: &str, value: &Value) -> Result<(), ConfigError> {
                let short = key.strip_prefix("defaults.").unwrap_or(key);
                let short = if short == "retention_days" { "retention_days.c2c" } else { short };
                match short {
                    $( $key => {
                        let parse: fn(&str, &Value) -> Result<$type, ConfigError> = $parse;
                        self.$field = parse(key, value)?;
                    } )*
                    _ => return Err(ConfigError::Unknown(key.to_owned())),
                }
                Ok(())
            }
        }
    };
}

config! {
    /// Where the WebSocket endpoint listens.
    listen: SocketAddr = SocketAddr::from(([127, 0, 0, 1], 8787)), "listen" => address;
    /// Serve without TLS on an address that other machines reach (behind a proxy that does TLS).
    allow_plain: bool = false, "allow_plain" => boolean;
    /// The data folder.
    data: PathBuf = PathBuf::from("timbre-server-data"), "data" => path;
    /// Filter of log lines, as `tracing` reads it: `info`, `timbre_server=debug`.
    log_level: String = "info".into(), "log.level" => text;
    /// Form of log lines.
    log_format: LogFormat = LogFormat::Text, "log.format" => log_format;
    /// Certificate chain, PEM.
    tls_cert: Option<PathBuf> = None, "tls.cert" => some_path;
    /// Its private key, PEM.
    tls_key: Option<PathBuf> = None, "tls.key" => some_path;
    /// Id of the app that is made in an empty data folder.
    apps_first_id: u64 = 1_400_000_001, "apps.first_id" => |k, v| int(k, v, 1, u32::MAX as i64);
    /// An account is made at its first login.
    auto_register: bool = true, "auto_register" => boolean;
    /// Accounts of an app; 0: any number.
    max_accounts: u64 = 0, "max_accounts" => |k, v| int(k, v, 0, i64::MAX);
    /// User ids hold letters, digits, `_` and `-` only.
    strict_user_id: bool = false, "strict_user_id" => boolean;
    /// Which platforms may be signed in together.
    multi_terminal: MultiTerminal = MultiTerminal::Multi, "multi_terminal" => multi_terminal;
    /// Instances on Android.
    max_instances_android: u32 = 1, "max_instances.android" => |k, v| int(k, v, 1, 3);
    /// Instances on iPhone.
    max_instances_iphone: u32 = 1, "max_instances.iphone" => |k, v| int(k, v, 1, 3);
    /// Instances on iPad.
    max_instances_ipad: u32 = 1, "max_instances.ipad" => |k, v| int(k, v, 1, 3);
    /// Instances on Windows.
    max_instances_windows: u32 = 1, "max_instances.windows" => |k, v| int(k, v, 1, 3);
    /// Instances on macOS.
    max_instances_mac: u32 = 1, "max_instances.mac" => |k, v| int(k, v, 1, 3);
    /// Instances on Linux.
    max_instances_linux: u32 = 1, "max_instances.linux" => |k, v| int(k, v, 1, 3);
    /// Instances on the web.
    max_instances_web: u32 = 1, "max_instances.web" => |k, v| int(k, v, 1, 10);
    /// Cap of a UserSig's validity, seconds; 0: none.
    usersig_max_expire_s: i64 = 0, "usersig_max_expire_s" => |k, v| int(k, v, 0, i64::MAX);
    /// Silence after which a client sends a heartbeat, seconds.
    heartbeat_interval_s: u32 = 120, "heartbeat_interval_s" => |k, v| int(k, v, 10, 600);
    /// Silence after which a link is dead, seconds; at least twice the interval.
    heartbeat_timeout_s: u32 = 400, "heartbeat_timeout_s" => |k, v| int(k, v, 20, 86_400);
    /// Days for which a device that is away stays signed in.
    offline_ttl_days: u32 = 7, "offline_ttl_days" => |k, v| int(k, v, 1, 30);
    /// Requests per second of one session; 0: any number.
    client_rps: u32 = 50, "limits.client_rps" => |k, v| int(k, v, 0, 1_000_000);
    /// Requests at once of one session; 0: as many as `limits.client_rps`.
    client_burst: u32 = 200, "limits.client_burst" => |k, v| int(k, v, 0, 1_000_000);
    /// Logins of one user in 60 seconds, those of a core that comes back by itself not counted; 0: any number.
    logins_per_min: u32 = 10, "limits.logins_per_min" => |k, v| int(k, v, 0, 1_000_000);
    /// Failed logins of one user from one address in 60 seconds; 0: any number.
    failed_logins_per_min: u32 = 10, "limits.failed_logins_per_min" => |k, v| int(k, v, 0, 1_000_000);
    /// Connections from one address; 0: any number.
    conns_per_ip: u32 = 200, "limits.conns_per_ip" => |k, v| int(k, v, 0, 10_000_000);
    /// Bytes of an image.
    media_image_max: u64 = 28 << 20, "media.image_max" => |k, v| int(k, v, 1, 1 << 40);
    /// Bytes of a sound.
    media_sound_max: u64 = 28 << 20, "media.sound_max" => |k, v| int(k, v, 1, 1 << 40);
    /// Bytes of a video.
    media_video_max: u64 = 100 << 20, "media.video_max" => |k, v| int(k, v, 1, 1 << 40);
    /// Bytes of a file of any other kind.
    media_file_max: u64 = 100 << 20, "media.file_max" => |k, v| int(k, v, 1, 1 << 40);
    /// Bytes of a list of merged messages that travels inside its message; a longer one becomes a file.
    merger_inline_max: u32 = 12_288, "merger.inline_max" => |k, v| int(k, v, 0, 262_144);
    /// Bytes of a packet from a client.
    request_bytes: u32 = 1 << 20, "limits.request_bytes" => |k, v| int(k, v, 65_536, 1 << 20);
    /// Characters of a UserSig.
    usersig_bytes: u32 = 4096, "limits.usersig_bytes" => |k, v| int(k, v, 256, 4096);
    /// Bytes of the user-defined data of a login.
    user_define_bytes: u32 = 64, "limits.user_define_bytes" => |k, v| int(k, v, 0, 65_536);
    /// Bytes of the custom info of a login.
    custom_login_info_bytes: u32 = 1024, "limits.custom_login_info_bytes" => |k, v| int(k, v, 0, 65_536);
    /// Bytes of a device's type.
    device_type_bytes: u32 = 128, "limits.device_type_bytes" => |k, v| int(k, v, 0, 4096);
    /// Bytes of a device's system version.
    system_version_bytes: u32 = 64, "limits.system_version_bytes" => |k, v| int(k, v, 0, 4096);
    /// Bytes of a message's elements and cloud custom data.
    msg_bytes: u32 = 12_288, "limits.msg_bytes" => |k, v| int(k, v, 1024, 65_536);
    /// Elements of a message.
    elems_max: u32 = 100, "messages.elems_max" => |k, v| int(k, v, 1, 1000);
    /// Messages of a history page.
    history_page: u32 = 100, "messages.history_page" => |k, v| int(k, v, 1, 1000);
    /// Extra pages that the core fetches by itself.
    auto_pages: u32 = 3, "messages.auto_pages" => |k, v| int(k, v, 0, 100);
    /// Days for which a repeated send is recognised; at least 7, and as long as the message is kept.
    idempotency_days: u32 = 7, "messages.idempotency_days" => |k, v| int(k, v, 7, 3650);
    /// Days for which one-to-one messages are kept; 0: for ever.
    retention_days: u32 = 7, "retention_days.c2c" => |k, v| int(k, v, 0, 3650);
    /// One-to-one messages per second of one session; 0: any number.
    c2c_msg_per_s: u32 = 0, "limits.c2c_msg_per_s" => |k, v| int(k, v, 0, 1_000_000);
    /// Conversations with unread messages that a fresh device fetches.
    c2c_unread_conversations: u32 = 100, "sync.c2c_unread_conversations" => |k, v| int(k, v, 0, 10_000);
    /// Messages of each that it fetches.
    c2c_unread_per_conversation: u32 = 250, "sync.c2c_unread_per_conversation" => |k, v| int(k, v, 0, 10_000);
    /// Days that it goes back.
    c2c_unread_days: u32 = 7, "sync.c2c_unread_days" => |k, v| int(k, v, 0, 3650);
    /// Keywords of one search.
    search_keywords: u32 = 5, "search.keywords" => |k, v| int(k, v, 1, 64);
    /// Senders of one search.
    search_senders: u32 = 5, "search.senders" => |k, v| int(k, v, 1, 100);
    /// Characters of a keyword.
    search_keyword_chars: u32 = 128, "search.keyword_chars" => |k, v| int(k, v, 1, 1024);
    /// Messages on this server can be searched.
    search_cloud_enabled: bool = true, "search.cloud.enabled" => boolean;
    /// Results of a page that is asked for without a number.
    search_cloud_default_count: u32 = 20, "search.cloud.default_count" => |k, v| int(k, v, 1, 1000);
    /// Results of a page at most.
    search_cloud_max_count: u32 = 100, "search.cloud.max_count" => |k, v| int(k, v, 1, 1000);
    /// Seconds for which the cursor of a page leads to the next one.
    search_cloud_cursor_ttl_s: u32 = 600, "search.cloud.cursor_ttl_secs" => |k, v| int(k, v, 1, 86_400);
    /// Cloud searches of one user in a second; 0: any number.
    search_cloud_rate: u32 = 2, "search.cloud.rate" => |k, v| int(k, v, 0, 1000);
    /// Conversations of the cloud list; 0: all.
    cloud_max: u32 = 100, "conversations.cloud_max" => |k, v| int(k, v, 0, 500);
    /// Days since the last activation for which a conversation stays in it; 0: for ever.
    cloud_days: u32 = 7, "conversations.cloud_days" => |k, v| int(k, v, 0, 3650);
}

impl Config {
    /// Reads the file's text.
    pub fn apply_toml(&mut self, text: &str) -> Result<(), ConfigError> {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| ConfigError::File {
            path: String::new(),
            why: error.to_string(),
        })?;
        self.apply_table("", &table)
    }

    fn apply_table(&mut self, prefix: &str, table: &toml::Table) -> Result<(), ConfigError> {
        for (name, value) in table {
            let key = if prefix.is_empty() {
                name.clone()
            } else {
                format!("{prefix}.{name}")
            };
            match value {
                Value::Table(inner) => self.apply_table(&key, inner)?,
                value => self.set(&key, value)?,
            }
        }
        Ok(())
    }

    /// Reads variables of the environment. Answers the names with our prefix that are no setting.
    pub fn apply_env<I>(&mut self, variables: I) -> Result<Vec<String>, ConfigError>
    where
        I: IntoIterator<Item = (String, String)>,
    {
        let mut unknown = Vec::new();
        for (name, value) in variables {
            let Some(rest) = name.strip_prefix("TIMBRE_") else {
                continue;
            };
            let key = rest.to_ascii_lowercase().replace("__", ".");
            match self.set(&key, &Value::String(value)) {
                Err(ConfigError::Unknown(_)) => unknown.push(name),
                other => other?,
            }
        }
        Ok(unknown)
    }

    /// Checks what concerns more than one setting.
    pub fn validate(&self) -> Result<(), ConfigError> {
        if self.heartbeat_timeout_s < 2 * self.heartbeat_interval_s {
            return Err(ConfigError::Invalid {
                key: "heartbeat_timeout_s".into(),
                found: self.heartbeat_timeout_s.to_string(),
                expected: format!(
                    "at least twice heartbeat_interval_s ({})",
                    self.heartbeat_interval_s
                ),
            });
        }
        if self.tls_cert.is_some() != self.tls_key.is_some() {
            let missing = if self.tls_cert.is_some() {
                "tls.key"
            } else {
                "tls.cert"
            };
            return Err(ConfigError::Invalid {
                key: missing.into(),
                found: "missing".into(),
                expected: "given together with the other one of tls.cert and tls.key".into(),
            });
        }
        if self.tls_cert.is_none() && !self.allow_plain && !self.listen.ip().is_loopback() {
            return Err(ConfigError::Invalid {
                key: "listen".into(),
                found: self.listen.to_string(),
                expected: "a loopback address, unless tls.cert and tls.key are given or allow_plain is set"
                    .into(),
            });
        }
        Ok(())
    }
}

fn invalid(key: &str, value: &Value, expected: impl Into<String>) -> ConfigError {
    let found = match value {
        Value::String(text) => format!("\"{text}\""),
        other => other.to_string(),
    };
    ConfigError::Invalid {
        key: key.to_owned(),
        found,
        expected: expected.into(),
    }
}

fn int<T: TryFrom<i64>>(key: &str, value: &Value, min: i64, max: i64) -> Result<T, ConfigError> {
    let number = match value {
        Value::Integer(number) => Some(*number),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    let expected = || match max {
        i64::MAX => format!("an integer of at least {min}"),
        _ => format!("an integer from {min} to {max}"),
    };
    number
        .filter(|number| (min..=max).contains(number))
        .and_then(|number| T::try_from(number).ok())
        .ok_or_else(|| invalid(key, value, expected()))
}

fn boolean(key: &str, value: &Value) -> Result<bool, ConfigError> {
    match value {
        Value::Boolean(on) => Ok(*on),
        Value::String(text) if matches!(text.as_str(), "true" | "1") => Ok(true),
        Value::String(text) if matches!(text.as_str(), "false" | "0") => Ok(false),
        _ => Err(invalid(key, value, "true or false")),
    }
}

fn text(key: &str, value: &Value) -> Result<String, ConfigError> {
    value
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| invalid(key, value, "a text"))
}

fn path(key: &str, value: &Value) -> Result<PathBuf, ConfigError> {
    let text = text(key, value)?;
    if text.is_empty() {
        Err(invalid(key, value, "a path"))
    } else {
        Ok(PathBuf::from(text))
    }
}

fn some_path(key: &str, value: &Value) -> Result<Option<PathBuf>, ConfigError> {
    path(key, value).map(Some)
}

fn address(key: &str, value: &Value) -> Result<SocketAddr, ConfigError> {
    text(key, value)?
        .parse()
        .map_err(|_| invalid(key, value, "an address with a port, such as 127.0.0.1:8787"))
}

fn multi_terminal(key: &str, value: &Value) -> Result<MultiTerminal, ConfigError> {
    match value.as_str() {
        Some("single") => Ok(MultiTerminal::Single),
        Some("dual") => Ok(MultiTerminal::Dual),
        Some("triple") => Ok(MultiTerminal::Triple),
        Some("multi") => Ok(MultiTerminal::Multi),
        _ => Err(invalid(key, value, "single, dual, triple or multi")),
    }
}

fn log_format(key: &str, value: &Value) -> Result<LogFormat, ConfigError> {
    match value.as_str() {
        Some("text") => Ok(LogFormat::Text),
        Some("json") => Ok(LogFormat::Json),
        _ => Err(invalid(key, value, "text or json")),
    }
}
