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

use crate::service::providers::{ProviderSettings, parse_headers};

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

/// Who may modify a message, the app's back end aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModifyPolicy {
    /// Everybody in the conversation.
    Participants,
    /// Its sender, in groups also owner and admins.
    SenderAndAdmins,
    /// Its sender.
    Sender,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Where files are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaStore {
    /// In a folder.
    Local,
    /// In a bucket of a service that speaks S3.
    S3,
}

/// Who may fetch a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaUrlMode {
    /// Whoever knows its address: the id in it is the secret.
    Public,
    /// Whoever has an address that the server has signed and that has not expired.
    Signed,
}

/// A text that is not shown in logs.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret(pub String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_empty() { "none" } else { "set" })
    }
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
    /// Where files are kept.
    media_store: MediaStore = MediaStore::Local, "media.store" => media_store;
    /// The folder of kept files; none: `media` in the data folder.
    media_dir: Option<PathBuf> = None, "media.dir" => some_path;
    /// The folder of uploads under way; none: `uploads` in the data folder.
    media_upload_dir: Option<PathBuf> = None, "media.upload_dir" => some_path;
    /// Address of the S3 service; empty: Amazon's own.
    media_s3_endpoint: String = String::new(), "media.s3.endpoint" => text;
    /// Its region.
    media_s3_region: String = "us-east-1".into(), "media.s3.region" => text;
    /// The bucket.
    media_s3_bucket: String = String::new(), "media.s3.bucket" => text;
    /// Access key id.
    media_s3_access_key: String = String::new(), "media.s3.access_key" => text;
    /// Secret access key.
    media_s3_secret_key: Secret = Secret::default(), "media.s3.secret_key" => secret;
    /// Talk to the S3 service without TLS.
    media_s3_allow_http: bool = false, "media.s3.allow_http" => boolean;
    /// How files are addressed.
    media_url_mode: MediaUrlMode = MediaUrlMode::Public, "media.url_mode" => media_url_mode;
    /// Seconds for which a signed address is good.
    media_url_ttl_s: u32 = 86_400, "media.url_ttl" => |k, v| int(k, v, 1, 31_536_000);
    /// Scheme and host that files are fetched from, such as `https://files.example.org`; empty: where the client's
    /// WebSocket goes to.
    media_public_url: String = String::new(), "media.public_url" => public_url;
    /// Origins of web pages that may fetch and upload, separated by commas; `*`: any.
    media_cors_origins: String = "*".into(), "media.cors_origins" => text;
    /// Seconds for which a file is kept that no message refers to, and an upload that is not finished.
    media_unused_ttl_s: u32 = 86_400, "media.unused_ttl_s" => |k, v| int(k, v, 1, 31_536_000);
    /// Uploads that one user may have under way.
    media_uploads_max: u32 = 100, "media.uploads_max" => |k, v| int(k, v, 1, 100_000);
    /// Chunks of an upload that may be under way at once.
    media_parallel: u32 = 4, "media.parallel" => |k, v| int(k, v, 1, 16);
    /// Pixels of an image that is made smaller; a larger one is kept as it is.
    media_pixels_max: u64 = 50_000_000, "media.pixels_max" => |k, v| int(k, v, 1, 1 << 30);
    /// Seconds without any progress after which a transfer is broken off.
    media_stall_s: u32 = 30, "media.stall_s" => |k, v| int(k, v, 1, 3600);
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
    /// Messages of one deletion.
    delete_max: u32 = 50, "messages.delete_max" => |k, v| int(k, v, 1, 1000);
    /// Receivers of one batch of sends.
    batch_max: u32 = 500, "messages.batch_max" => |k, v| int(k, v, 1, 1000);
    /// Who may modify a message.
    modify_policy: ModifyPolicy = ModifyPolicy::Participants, "messages.modify_policy" => modify_policy;
    /// Seconds for which a message can be recalled by its sender; 0: always.
    recall_window_secs: u32 = 120, "recall.window_secs" => |k, v| int(k, v, 0, u32::MAX as i64);
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
    /// Conversations of the cloud list; 0: all.
    cloud_max: u32 = 100, "conversations.cloud_max" => |k, v| int(k, v, 0, 500);
    /// Days since the last activation for which a conversation stays in it; 0: for ever.
    cloud_days: u32 = 7, "conversations.cloud_days" => |k, v| int(k, v, 0, 3650);
    /// Messages of one call that sends read receipts.
    receipt_send_batch: u32 = 30, "receipt.send_batch" => |k, v| int(k, v, 1, 1000);
    /// Messages of one call that asks for read receipts.
    receipt_get_batch: u32 = 30, "receipt.get_batch" => |k, v| int(k, v, 1, 1000);
    /// Users of one call that sets the receive option.
    recvopt_batch: u32 = 30, "recvopt.c2c_batch" => |k, v| int(k, v, 1, 1000);
    /// Calls of one user in a second that set receive options; 0: any number.
    recvopt_rate: u32 = 5, "recvopt.c2c_rate" => |k, v| int(k, v, 0, 1_000_000);
    /// Messages can have extensions.
    ext_enabled: bool = true, "ext.enabled" => boolean;
    /// Bytes of an extension's key.
    ext_key_bytes: u32 = 100, "ext.key_bytes" => |k, v| int(k, v, 1, 1000);
    /// Bytes of an extension's value.
    ext_value_bytes: u32 = 1024, "ext.value_bytes" => |k, v| int(k, v, 0, 65_536);
    /// Extensions of one call.
    ext_per_call: u32 = 20, "ext.per_call" => |k, v| int(k, v, 1, 1000);
    /// Extensions of one message.
    ext_per_message: u32 = 300, "ext.per_message" => |k, v| int(k, v, 1, 10_000);
    /// Extensions of one message that are written in a minute; 0: any number.
    ext_rate: u32 = 200, "ext.rate" => |k, v| int(k, v, 0, 1_000_000);
    /// Different reactions to one message.
    reaction_per_message: u32 = 10, "reaction.per_message" => |k, v| int(k, v, 1, 1000);
    /// Users who give the same reaction to one message.
    reaction_users: u32 = 100, "reaction.users" => |k, v| int(k, v, 1, 100_000);
    /// Messages of one call that asks for reactions.
    reaction_batch: u32 = 20, "reaction.batch" => |k, v| int(k, v, 1, 1000);
    /// Users of one page of those who gave a reaction.
    reaction_user_page: u32 = 100, "reaction.user_page" => |k, v| int(k, v, 1, 1000);
    /// Bytes of a reaction.
    reaction_id_bytes: u32 = 100, "reaction.id_bytes" => |k, v| int(k, v, 1, 1000);
    /// Who translates: `none` or `http`.
    translation_provider: bool = false, "translation.provider" => provider;
    /// Address that texts are posted to.
    translation_url: String = String::new(), "translation.url" => text;
    /// Signs the calls; empty: they are not signed.
    translation_secret: String = String::new(), "translation.secret" => text;
    /// Further headers of the calls, each `Name: value`.
    translation_headers: Vec<String> = Vec::new(), "translation.headers" => list;
    /// Languages that may be named; empty: any.
    translation_languages: Vec<String> = Vec::new(), "translation.languages" => list;
    /// Calls under way at a time.
    translation_concurrency: u32 = 8, "translation.concurrency" => |k, v| int(k, v, 1, 10_000);
    /// Calls of one user and day (UTC); 0: any number. Counted while the server runs.
    translation_daily_quota: u32 = 0, "translation.daily_quota" => |k, v| int(k, v, 0, 1_000_000_000);
    /// Texts of one call.
    translate_max_texts: u32 = 20, "translate.max_texts" => |k, v| int(k, v, 1, 1000);
    /// Characters of a text.
    translate_max_chars: u32 = 2000, "translate.max_chars" => |k, v| int(k, v, 1, 100_000);
    /// Translations of one user in a second; 0: any number.
    translate_rate: u32 = 5, "translate.rate" => |k, v| int(k, v, 0, 1_000_000);
    /// Milliseconds that the service may take for an answer; it is asked twice at most.
    translate_timeout_ms: u32 = 10_000, "translate.timeout_ms" => |k, v| int(k, v, 1, 600_000);
    /// Seconds for which a translation is remembered; 0: not at all.
    translate_cache_ttl_secs: u32 = 0, "translate.cache_ttl_secs" => |k, v| int(k, v, 0, 31_536_000);
    /// Who turns recordings into text: `none` or `http`.
    voice_provider: bool = false, "voice.provider" => provider;
    /// Address that recordings are named to.
    voice_url: String = String::new(), "voice.url" => text;
    /// Signs the calls; empty: they are not signed.
    voice_secret: String = String::new(), "voice.secret" => text;
    /// Further headers of the calls, each `Name: value`.
    voice_headers: Vec<String> = Vec::new(), "voice.headers" => list;
    /// Languages that may be named; empty: any.
    voice_languages: Vec<String> = Vec::new(), "voice.languages" => list;
    /// Calls under way at a time.
    voice_concurrency: u32 = 8, "voice.concurrency" => |k, v| int(k, v, 1, 10_000);
    /// Calls of one user and day (UTC); 0: any number. Counted while the server runs.
    voice_daily_quota: u32 = 0, "voice.daily_quota" => |k, v| int(k, v, 0, 1_000_000_000);
    /// Seconds of a recording.
    voice_max_secs: u32 = 60, "voice.max_secs" => |k, v| int(k, v, 1, 86_400);
    /// Recordings of one user in a second; 0: any number.
    voice_rate: u32 = 2, "voice.rate" => |k, v| int(k, v, 0, 1_000_000);
    /// Milliseconds that the service may take for an answer; it is asked twice at most.
    voice_timeout_ms: u32 = 30_000, "voice.timeout_ms" => |k, v| int(k, v, 1, 600_000);
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

    /// What the service that translates is reached with, where there is one.
    pub fn translation_settings(&self) -> Option<ProviderSettings> {
        self.translation_provider.then(|| ProviderSettings {
            url: self.translation_url.clone(),
            secret: self.translation_secret.clone(),
            headers: self.translation_headers.clone(),
            timeout_ms: self.translate_timeout_ms.into(),
            languages: self.translation_languages.clone(),
            concurrency: self.translation_concurrency,
            daily_quota: self.translation_daily_quota,
        })
    }

    /// What the service that turns recordings into text is reached with, where there is one.
    pub fn voice_settings(&self) -> Option<ProviderSettings> {
        self.voice_provider.then(|| ProviderSettings {
            url: self.voice_url.clone(),
            secret: self.voice_secret.clone(),
            headers: self.voice_headers.clone(),
            timeout_ms: self.voice_timeout_ms.into(),
            languages: self.voice_languages.clone(),
            concurrency: self.voice_concurrency,
            daily_quota: self.voice_daily_quota,
        })
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
        check_provider("translation", self.translation_settings())?;
        check_provider("voice", self.voice_settings())?;
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
        if self.media_store == MediaStore::S3 && self.media_s3_bucket.is_empty() {
            return Err(ConfigError::Invalid {
                key: "media.s3.bucket".into(),
                found: "missing".into(),
                expected: "the name of a bucket, when media.store is s3".into(),
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

/// Texts: a list, or one text in which `|` stands between them.
fn list(key: &str, value: &Value) -> Result<Vec<String>, ConfigError> {
    let items = match value {
        Value::Array(items) => items.iter().map(Value::as_str).collect(),
        Value::String(text) => Some(text.split('|').collect::<Vec<_>>()),
        _ => None,
    };
    let items = items.ok_or_else(|| invalid(key, value, "a list of texts"))?;
    let items = items.into_iter().map(str::trim).filter(|item| !item.is_empty());
    Ok(items.map(str::to_owned).collect())
}

fn provider(key: &str, value: &Value) -> Result<bool, ConfigError> {
    match value.as_str() {
        Some("none") => Ok(false),
        Some("http") => Ok(true),
        _ => Err(invalid(key, value, "none or http")),
    }
}

fn check_provider(area: &str, settings: Option<ProviderSettings>) -> Result<(), ConfigError> {
    let Some(settings) = settings else { return Ok(()) };
    let is_http =
        |url: &hyper::Uri| matches!(url.scheme_str(), Some("http" | "https")) && url.host().is_some();
    if !settings.url.parse().is_ok_and(|url| is_http(&url)) {
        return Err(ConfigError::Invalid {
            key: format!("{area}.url"),
            found: format!("\"{}\"", settings.url),
            expected: format!("an http or https address, because {area}.provider is http"),
        });
    }
    parse_headers(&settings.headers)
        .map(drop)
        .map_err(|_| ConfigError::Invalid {
            key: format!("{area}.headers"),
            // A header may hold a password.
            found: "no list of headers".into(),
            expected: "a list of headers written as `Name: value`".into(),
        })
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

fn modify_policy(key: &str, value: &Value) -> Result<ModifyPolicy, ConfigError> {
    match value.as_str() {
        Some("participants") => Ok(ModifyPolicy::Participants),
        Some("sender_and_admins") => Ok(ModifyPolicy::SenderAndAdmins),
        Some("sender") => Ok(ModifyPolicy::Sender),
        _ => Err(invalid(key, value, "participants, sender_and_admins or sender")),
    }
}

fn log_format(key: &str, value: &Value) -> Result<LogFormat, ConfigError> {
    match value.as_str() {
        Some("text") => Ok(LogFormat::Text),
        Some("json") => Ok(LogFormat::Json),
        _ => Err(invalid(key, value, "text or json")),
    }
}

fn media_store(key: &str, value: &Value) -> Result<MediaStore, ConfigError> {
    match value.as_str() {
        Some("local") => Ok(MediaStore::Local),
        Some("s3") => Ok(MediaStore::S3),
        _ => Err(invalid(key, value, "local or s3")),
    }
}

fn media_url_mode(key: &str, value: &Value) -> Result<MediaUrlMode, ConfigError> {
    match value.as_str() {
        Some("public") => Ok(MediaUrlMode::Public),
        Some("signed") => Ok(MediaUrlMode::Signed),
        _ => Err(invalid(key, value, "public or signed")),
    }
}

fn secret(key: &str, value: &Value) -> Result<Secret, ConfigError> {
    match value.as_str() {
        Some(text) => Ok(Secret(text.to_owned())),
        // Its value is not for anybody's log.
        None => Err(invalid(key, &Value::String("...".into()), "a text")),
    }
}

fn public_url(key: &str, value: &Value) -> Result<String, ConfigError> {
    let text = text(key, value)?;
    let text = text.trim_end_matches('/');
    let host = text.strip_prefix("https://").or(text.strip_prefix("http://"));
    if text.is_empty() || host.is_some_and(|host| !host.is_empty() && !host.contains(['?', '#', ' '])) {
        Ok(text.to_owned())
    } else {
        Err(invalid(
            key,
            value,
            "an address that begins with http:// or https://",
        ))
    }
}
