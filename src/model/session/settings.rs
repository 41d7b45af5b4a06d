//! The SetConfig object.

use std::fmt;

use super::{LIMIT, Object, Refusal, Secret, parse_object, sync};
use crate::model::json::ObjectWriter;

/// The longest `set_config_user_define_data`, in bytes.
const MAX_USER_DEFINE_DATA: usize = 64;
/// Keys of UserConfig that are accepted, echoed and have no effect.
const IDLE_FLAGS: [&str; 3] = [
    "user_config_is_ignore_grouptips_unread",
    "user_config_is_read_receipt",
    "user_config_is_sync_report",
];

/// A proxy server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proxy {
    /// Name or address, without scheme.
    pub host: String,
    /// 1 to 65535.
    pub port: u16,
    /// Who to be there.
    pub credentials: ProxyCredentials,
}

/// User name and password of a proxy; both empty for none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProxyCredentials {
    /// User name.
    pub user: String,
    /// Password.
    pub password: Secret,
}

/// What a proxy object asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProxyChange {
    /// An empty host with port 0: no proxy any more.
    Cancel,
    /// This proxy from now on.
    Use(Proxy),
}

/// The decoded SetConfig: what is none keeps its value.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Settings {
    /// `set_config_log_level`: `TIMLogLevel` of the file, 0..=7.
    pub log_level: Option<u8>,
    /// `set_config_callback_log_level`: `TIMLogLevel` of the callback, 0..=7.
    pub callback_log_level: Option<u8>,
    /// `set_config_is_log_output_console`.
    pub log_to_console: Option<bool>,
    /// `user_config_is_is_disable_storage`: databases in memory only.
    pub disable_storage: Option<bool>,
    /// `set_config_user_define_data`, at most 64 bytes.
    pub user_define_data: Option<String>,
    /// `set_config_http_proxy_info`.
    pub http_proxy: Option<ProxyChange>,
    /// `set_config_socks5_proxy_info`.
    pub socks5_proxy: Option<ProxyChange>,
    /// `set_config_pac_proxy_info`: system proxy discovery, with these credentials.
    pub pac_proxy: Option<ProxyCredentials>,
    /// `set_config_is_only_local_dns_source`.
    pub only_local_dns: Option<bool>,
    /// The object that was passed, known keys only: the result of the call. May hold proxy passwords.
    pub echo: String,
    /// The first value that is not allowed; what [`check`](Self::check) answers.
    pub refusal: Option<Refusal>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The echo holds what Secret hides.
        f.debug_struct("Settings")
            .field("log_level", &self.log_level)
            .field("callback_log_level", &self.callback_log_level)
            .field("log_to_console", &self.log_to_console)
            .field("disable_storage", &self.disable_storage)
            .field("user_define_data", &self.user_define_data)
            .field("http_proxy", &self.http_proxy)
            .field("socks5_proxy", &self.socks5_proxy)
            .field("pac_proxy", &self.pac_proxy)
            .field("only_local_dns", &self.only_local_dns)
            .field("refusal", &self.refusal)
            .finish_non_exhaustive()
    }
}

impl Settings {
    /// Decodes the argument of `TIMSetConfig`. -3: not a JSON object, or a proxy object without its host.
    pub fn decode(text: &str) -> Result<Self, i32> {
        let map = parse_object(text, LIMIT)?;
        let object = Object::new(&map);
        let mut s = Self::default();
        let mut echo = String::with_capacity(text.len());
        s.read(object, &mut ObjectWriter::new(&mut echo))?;
        s.echo = echo;
        Ok(s)
    }

    /// 6017, naming the key, when a value is not allowed; nothing of the object is to be applied then.
    pub fn check(&self) -> Result<(), Refusal> {
        self.refusal.clone().map_or(Ok(()), Err)
    }

    fn read(&mut self, object: Object<'_>, echo: &mut ObjectWriter<'_>) -> Result<(), i32> {
        self.callback_log_level = self.level(object, "set_config_callback_log_level", echo);
        if let Some(proxy) = object.object("set_config_http_proxy_info") {
            let mut result = Ok(());
            echo.object("set_config_http_proxy_info", |echo| {
                result = self.read_http_proxy(proxy, echo)
            });
            result?;
        }
        self.log_to_console = flag(object, "set_config_is_log_output_console", echo);
        self.only_local_dns = flag(object, "set_config_is_only_local_dns_source", echo);
        self.log_level = self.level(object, "set_config_log_level", echo);
        if let Some(proxy) = object.object("set_config_pac_proxy_info") {
            echo.object("set_config_pac_proxy_info", |echo| {
                let password = text(proxy, "pac_proxy_info_password", echo);
                let user = text(proxy, "pac_proxy_info_username", echo);
                self.pac_proxy = Some(credentials(user, password));
            });
        }
        if let Some(proxy) = object.object("set_config_socks5_proxy_info") {
            let mut result = Ok(());
            echo.object("set_config_socks5_proxy_info", |echo| {
                result = self.read_socks5_proxy(proxy, echo)
            });
            result?;
        }
        if let Some(config) = object.object("set_config_user_config") {
            echo.object("set_config_user_config", |echo| {
                self.read_user_config(config, echo)
            });
        }
        self.user_define_data = text(object, "set_config_user_define_data", echo);
        if self
            .user_define_data
            .as_ref()
            .is_some_and(|d| d.len() > MAX_USER_DEFINE_DATA)
        {
            self.refuse("set_config_user_define_data is longer than 64 bytes".to_owned());
            self.user_define_data = None;
        }
        Ok(())
    }

    fn read_http_proxy(&mut self, proxy: Object<'_>, echo: &mut ObjectWriter<'_>) -> Result<(), i32> {
        let host = needed_text(proxy, "http_proxy_info_ip", echo)?;
        let password = text(proxy, "http_proxy_info_password", echo);
        let port = port(proxy, "http_proxy_info_port", echo)?;
        let user = text(proxy, "http_proxy_info_username", echo);
        self.http_proxy = self.proxy("http_proxy_info", &host, port, credentials(user, password));
        Ok(())
    }

    fn read_socks5_proxy(&mut self, proxy: Object<'_>, echo: &mut ObjectWriter<'_>) -> Result<(), i32> {
        let host = needed_text(proxy, "socks5_proxy_info_ip", echo)?;
        let password = text(proxy, "socks5_proxy_info_password", echo);
        let port = port(proxy, "socks5_proxy_info_port", echo)?;
        let user = text(proxy, "socks5_proxy_info_username", echo);
        self.socks5_proxy = self.proxy("socks5_proxy_info", &host, port, credentials(user, password));
        Ok(())
    }

    fn proxy(
        &mut self,
        object: &str,
        host: &str,
        port: i128,
        credentials: ProxyCredentials,
    ) -> Option<ProxyChange> {
        let host = host.strip_prefix("http://").unwrap_or(host);
        let host = host.strip_suffix('/').unwrap_or(host);
        match (host.is_empty(), u16::try_from(port)) {
            (true, Ok(0)) => return Some(ProxyChange::Cancel),
            (true, _) => self.refuse(format!("{object}_ip is empty while {object}_port is given")),
            (false, Ok(port)) if port > 0 => {
                if host
                    .bytes()
                    .all(|b| b.is_ascii_graphic() && !b"/@?#\"'<>\\".contains(&b))
                {
                    return Some(ProxyChange::Use(Proxy {
                        host: host.to_owned(),
                        port,
                        credentials,
                    }));
                }
                self.refuse(format!("{object}_ip is neither a name nor an address"));
            }
            (false, _) => self.refuse(format!("{object}_port is not a number from 1 to 65535")),
        }
        None
    }

    fn read_user_config(&mut self, config: Object<'_>, echo: &mut ObjectWriter<'_>) {
        for (key, info, names) in [
            (
                "user_config_group_getinfo_option",
                &["group_get_info_option_info_flag"][..],
                "group_get_info_option_custom_array",
            ),
            (
                "user_config_group_member_getinfo_option",
                &[
                    "group_member_get_info_option_info_flag",
                    "group_member_get_info_option_role_flag",
                ][..],
                "group_member_get_info_option_custom_array",
            ),
        ] {
            if let Some(option) = config.object(key) {
                echo.object(key, |echo| echo_option(option, info, names, echo));
            }
        }
        flag(config, IDLE_FLAGS[0], echo);
        self.disable_storage = flag(config, "user_config_is_is_disable_storage", echo);
        flag(config, IDLE_FLAGS[1], echo);
        flag(config, IDLE_FLAGS[2], echo);
    }

    fn level(&mut self, object: Object<'_>, key: &'static str, echo: &mut ObjectWriter<'_>) -> Option<u8> {
        let given = object.integer(key)?;
        match u8::try_from(given) {
            Ok(level @ 0..=7) => {
                echo.uint(key, u64::from(level));
                Some(level)
            }
            _ => {
                self.refuse(format!("{key} is not a log level from 0 to 7"));
                None
            }
        }
    }

    fn refuse(&mut self, why: String) {
        self.refusal.get_or_insert_with(|| Refusal::invalid(why));
    }
}

fn flag(object: Object<'_>, key: &'static str, echo: &mut ObjectWriter<'_>) -> Option<bool> {
    let value = object.boolean(key)?;
    echo.boolean(key, value);
    Some(value)
}

fn text(object: Object<'_>, key: &'static str, echo: &mut ObjectWriter<'_>) -> Option<String> {
    let value = object.string(key)?;
    echo.string(key, value);
    Some(value.to_owned())
}

fn needed_text(object: Object<'_>, key: &'static str, echo: &mut ObjectWriter<'_>) -> Result<String, i32> {
    text(object, key, echo).ok_or(sync::JSON)
}

/// A port; 0 when absent, which is for [`Settings::check`] to judge together with the host.
fn port(object: Object<'_>, key: &'static str, echo: &mut ObjectWriter<'_>) -> Result<i128, i32> {
    if !object.has(key) {
        return Ok(0);
    }
    let port = object.need_integer(key)?;
    echo.int(key, i64::try_from(port).unwrap_or(-1));
    Ok(port)
}

fn credentials(user: Option<String>, password: Option<String>) -> ProxyCredentials {
    ProxyCredentials {
        user: user.unwrap_or_default(),
        password: Secret::new(password.unwrap_or_default()),
    }
}

/// Echoes the known keys of a group option that has no effect.
fn echo_option(
    option: Object<'_>,
    numbers: &[&'static str],
    names: &'static str,
    echo: &mut ObjectWriter<'_>,
) {
    if let Some(list) = option.list(names, serde_json::Value::as_str) {
        echo.array(names, list, crate::model::json::push_string);
    }
    for key in numbers {
        if let Some(n) = option.integer(key).and_then(|n| u64::try_from(n).ok()) {
            echo.uint(key, n);
        }
    }
}
